"""Letters in every kind: the sheet fits, exports, and marks: the right form, and the wrong sign by its name."""

from __future__ import annotations

from fractions import Fraction

import pytest
from rich.cells import cell_len

from deepcalc.checking.marking import Marker
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.quantities import Letter
from deepcalc.kinds import find_kinds
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.rendering.formats import ExportOptions, choose_format
from deepcalc.solution.solver import solve
from tests.checking.marking import by_name, written
from tests.rendering.test_terminal import plain

CASES = {
    "formula": ("given: {x: , w: , y: }\ndefine: {L: (w*x - y)^2}", "dL/dw", "2*x*(w*x - y)", "2*x*(y - w*x)"),
    "loss": (
        "function: binary_cross_entropy\ntargets: {y: }\npredictions: {p: }\nassume: [0 < p < 1]",
        "dL/dp", "(p - y)/(p*(1 - p))", "(y - p)/(p*(1 - p))",
    ),
    "activation": ("function: tanh\nat: {z: }", "da/dz", "1 - a^2", "1 + a^2"),
    "regularization": (
        "penalty: l2\nstrength:\nloss:\nlearning_rate:\ngradients: {w: }\nweights: {w: }",
        "w+", "w - eta*({dloss/dw} + 2*lambda*w)", "w + eta*({dloss/dw} + 2*lambda*w)",
    ),
    "optimizer": (
        "method: momentum\nlearning_rate:\nmomentum:\nparameters: {w: }\ngradients: [{w: }, {w: }]",
        "w@2", "w@1 - gamma*{v.w@1} - eta*{g.w@2}", "w@1 + gamma*{v.w@1} + eta*{g.w@2}",
    ),
    "convolution": (
        "input: H x W x C\nlayers: [{conv: {filters: F, kernel: k, stride: 1, padding: P}}]",
        "params1", "(k*k*C + 1)*F", "(k*k*C - 1)*F",
    ),
    "network": (
        "inputs: {x: }\nlayers: [{net: [z], out: [a], activation: sigmoid, weights: {x: [w]}, biases: [b]}]\n"
        "values: {w: , b: , t: }\ntargets: {a: t}\nloss: half_sum\noptimizer: {learning_rate: }",
        "dL/dw", "(a - t)*a*(1 - a)*x", "(t - a)*a*(1 - a)*x",
    ),
    "network with a penalty": (
        "inputs: {x: }\nlayers: [{net: [z], out: [a], activation: sigmoid, weights: {x: [w]}, biases: [b]}]\n"
        "values: {w: , b: , t: }\ntargets: {a: t}\nloss: binary_cross_entropy\npenalty: {function: l2, strength: }",
        "dJ/dw", "(a - t)*x + 2*lambda*w", "(t - a)*x + 2*lambda*w",
    ),
    "network in matrices with a penalty": (
        "notation: matrix\nX: n x d\nY: n x k\nweights: {W1: d x h, b1: h, W2: h x k, b2: k}\nlayers: [relu, softmax]\n"
        "loss: cross_entropy\npenalty: {function: l2, strength: , half: true}",
        "dJ/dW2", "A1.T @ (P - Y)/n + lambda*W2", "A1.T @ (Y - P)/n + lambda*W2",
    ),
    "network in matrices": (
        "notation: matrix\nX: n x d\nY: n x k\nweights: {W1: d x h, b1: h, W2: h x k, b2: k}\n"
        "layers: [relu, softmax]\nloss: cross_entropy",
        "dL/dW2", "A1.T @ (P - Y)/n", "A1.T @ (Y - P)/n",
    ),
    "attention": ("Q: R^(n x k)\nK: R^(m x k)\nV: R^(m x d)\nupstream: R^(n x d)", "dL/dV", "A.T @ G", "-A.T @ G"),
    "recurrent": (
        "cell: elman\ninputs: [R^d, R^d]\nweights: {W_x: R^(h x d), W_h: R^(h x h), b_h: R^h}\n"
        "loss: {function: half_sum, targets: R^h}",
        "dL/dh2", "h2 - T", "T - h2",
    ),
    "normalization": ("method: layer\nX: R^n\nepsilon:\ngamma: R^n\nbeta: R^n\nupstream: R^n", "dL/dgamma", "G * Xhat",
                      "-G * Xhat"),
    "evaluation": ("confusion: {TP: , FP: , FN: , TN: }", "accuracy", "(TP + TN)/(TP + TN + FP + FN)",
                   "(TP - TN)/(TP + TN + FP + FN)"),
    "parameters": ("mlp: a-b-c", "params1", "a*b + b", "a*b - b"),
    "filtering": ("X: R^4\nkernel: R^2\nupstream: R^3", "dL/dK", "[G[1]*X[1] + G[2]*X[2] + G[3]*X[3], "
                  "G[1]*X[2] + G[2]*X[3] + G[3]*X[4]]", "[-G[1]*X[1] - G[2]*X[2] - G[3]*X[3], "
                  "-G[1]*X[2] - G[2]*X[3] - G[3]*X[4]]"),
}  # fmt: skip


SIGNS = {"sign", "loss-sign", "gradient-added", "target-minus-output", "error-sign", "bias-sign"}
"""The keys of mistakes that are said as one of the sign."""


@pytest.mark.parametrize("case", CASES)
def test_letters_are_derived_shown_and_marked(case: str) -> None:
    fields, name, right, wrong = CASES[case]
    text = f"kind: {case.split()[0]}\n{fields}\nparts: [{{find: {name}}}]\n"
    found = load_text(text.encode(), "letters.yaml", find_kinds())
    solution = solve(found)
    assert max(cell_len(line) for line in plain(solution, 80).splitlines()) <= 80
    for name_of_format in ("html", "latex", "markdown"):
        assert choose_format(name_of_format, None).export([solution], ExportOptions())
    marker = Marker(found)
    (answer,) = marker.mark({name: right}).parts[0].answers
    assert answer.verdict.is_right, answer.message
    (answer,) = marker.mark({name: wrong}).parts[0].answers
    assert not answer.verdict.is_right
    assert {*answer.slips} & SIGNS, answer.message


@pytest.mark.parametrize("loss", ["half_sum", "binary_cross_entropy"])
def test_a_target_without_a_value_is_a_letter(loss: str) -> None:
    """As one that is named and has no value; of several outputs each has a name of its own."""
    layers = "layers: [{net: [z, u], out: [o, q], activation: sigmoid, weights: {x: [w, v]}}]\nvalues: {w: , v: "
    text = f"kind: network\ninputs: {{x: }}\nloss: {loss}\n{layers}"
    part = "parts: [{find: dL/dw, in: [x, o, q, t1, t2]}]"
    alone = written(f"{text}}}\ntargets: {{o: , q: }}\n{part}")
    named = written(f"{text}, t1: , t2: }}\ntargets: {{o: t1, q: t2}}\n{part}")
    rights = {"half_sum": "(o - t1)*o*(1 - o)*x", "binary_cross_entropy": "(o - t1)*x"}
    for marker in (alone, named):
        assert by_name(marker.mark({"dL/dw": rights[loss]}))["dL/dw"].verdict.is_right
        assert not by_name(marker.mark({"dL/dw": "(o - t2)*x"}))["dL/dw"].verdict.is_right


IN_MATRICES = (
    "kind: network\nnotation: matrix\nX: [[1, 2], [3, -1]]\nY: [[1], [0]]\n"
    "weights: {W1: [[1, -2], [0.5, 1]], W2: [[1], [2]]}\n"
)
IN_SCALARS = "kind: network\ninputs: {x: 1.5}\ntargets: 1\n"
SETTINGS = [
    *[
        (f"{IN_MATRICES}layers: [{{activation: tanh, {first}}}, {last}]\n{loss}", letter, value, "dL/dW1")
        for first, last, loss, letter, value in [
            ("dropout: {rate: ¦, mask: [1, 0]}", "sigmoid", "loss: binary_cross_entropy", "p", "0.3"),
            ("dropout: {keep_prob: ¦, mask: [1, 0]}", "sigmoid", "loss: binary_cross_entropy", "p_keep", "0.7"),
            ("norm: {function: layer, epsilon: ¦}", "sigmoid", "loss: binary_cross_entropy", "eps", "0.1"),
            ("name: a", "sigmoid", "loss: {function: binary_cross_entropy, label_smoothing: ¦}", "epsilon_L", "0.2"),
            ("name: a", "sigmoid", "loss: {function: focal, gamma: ¦}", "gamma_L", "2"),
            ("name: a", "identity", "loss: {function: huber, delta: ¦}", "delta_L", "0.4"),
            ("name: a", "identity", "loss: {function: quantile, tau: ¦}", "tau_L", "0.3"),
            ("name: a", "{activation: leaky_relu, slope: ¦}", "loss: mse", "slope", "0.2"),
        ]
    ],
    *[
        (f"{IN_SCALARS}layers: [{{net: [z], out: [h], activation: tanh, weights: {{x: [w]}}, {first}}}, "
         f"{{net: [y], out: [o], weights: [[2]], {last}}}]\nvalues: {{w: 0.5}}\n{rest}", letter, value, asked)
        for first, last, rest, letter, value, asked in [
            ("dropout: {rate: ¦, mask: [1]}", "activation: sigmoid", "loss: mse", "p", "0.3", "dL/dw"),
            ("name: a", "activation: elu, alpha: ¦", "loss: mse", "alpha", "0.3", "dL/dw"),
            ("name: a", "activation: sigmoid", "loss: {function: bce, label_smoothing: ¦}", "epsilon_L", "0.2",
             "dL/dw"),
            ("name: a", "activation: tanh", "loss: {function: hinge, margin: ¦}", "Delta", "2", "dL/dw"),
            ("name: a", "activation: tanh", "loss: mse\npenalty: {function: elastic_net, strength: 1, ratio: ¦}",
             "rho", "0.4", "dJ/dw"),
            ("name: a", "activation: tanh", "loss: mse\noptimizer: {learning_rate: 0.1, weight_decay: ¦}",
             "lambda", "0.4", "w@1"),
        ]
    ],
    ("kind: loss\nfunction: smooth_l1\nbeta: ¦\ntargets: [1, 2]\npredictions: [0.5, 5]", "beta", "0.75", "L"),
    ("kind: activation\nfunction: swish\nbeta: ¦\nat: {z: 0.5}", "beta", "1.5", "da/dz"),
    ("kind: regularization\nmethod: dropout\nrate: ¦\noutputs: {h1: 3}\nmask: [1]", "p", "0.25", "htilde.1"),
]  # fmt: skip
"""A problem with a number that is given or a letter, the letter's name, the number, and what is made of it."""


@pytest.mark.parametrize(("text", "letter", "value", "asked"), SETTINGS)
def test_a_setting_is_a_letter_that_takes_any_number(text: str, letter: str, value: str, asked: str) -> None:
    in_letters, in_numbers = (
        load_text(text.replace("¦", each).encode(), "setting.yaml", find_kinds()).plan for each in ("null", value)
    )
    (own,) = add_asked(in_letters, asked)
    add_asked(in_numbers, asked)
    assert isinstance(in_letters.graph[letter].given, Letter)
    found = evaluate(in_letters.graph, [own], {letter: Fraction(value)}).values[own]
    assert found == evaluate(in_numbers.graph, [own]).values[own]
