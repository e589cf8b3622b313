"""Answers in letters: what a textbook writes, in the names that a part allows."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.kinds import find_kinds
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.rendering.as_json import to_json
from deepcalc.solution.expectations import unmet_expectations
from deepcalc.solution.solver import solve
from tests.library import PATHS, plain, problem, solved_problem

LOGISTIC = """
given: {x: , w: , b: , y: }
define: {z: w*x + b, yhat: sigmoid(z), L: -(y*log(yhat) + (1 - y)*log(1 - yhat))}
"""
TWO_LAYERS = """
given: {x: R^d, W1: R^(h x d), b1: R^h, W2: R^(1 x h), b2: R^1, y: R^1}
define: {z1: W1 @ x + b1, a1: sigmoid(z1), yhat: W2 @ a1 + b2, L: sum((yhat - y)^2) / 2}
"""
SOFTMAX = """
given: {z: R^k, t: R^k}
assume: [sum(t) = 1]
define: {p: softmax(z), L: -sum(t * log(p))}
"""
LEAST_SQUARES = """
given: {X: R^(n x d), w: R^d, y: R^n}
define: {r: X @ w - y, L: sum(r^2) / n}
"""


BATCH_NORM = """
given: {x: R^m, gamma: , beta: , eps: , g: R^m}
define:
  {mu: mean(x), v: mean((x - mu)^2), xhat: (x - mu)/sqrt(v + eps), y: gamma*xhat + beta, L: sum(g*y)}
"""
NEGATIVES = """
given: {v: R^d, u: R^d, U: R^(K x d)}
define: {J: "-log(sigmoid(u.T @ v)) - sum(log(sigmoid(-U @ v)))"}
"""


def loaded(text: str) -> Problem:
    return load_text(f"kind: formula\n{text}".encode(), "letters.yaml", find_kinds())


@pytest.mark.parametrize(
    ("text", "find", "terms", "answer"),
    [
        (LOGISTIC, "dL/dyhat", "y, yhat", "(yhat - y)/(yhat*(1 - yhat))"),
        (LOGISTIC, "dL/dz", "y, yhat", "yhat - y"),
        (LOGISTIC, "dL/dw", "x, y, yhat", "(yhat - y)*x"),
        (LOGISTIC, "dL/dw", "x, y, z", "(sigmoid(z) - y)*x"),
        (TWO_LAYERS, "dL/dz1", "W2, a1, y, yhat", "W2.T @ (yhat - y) * a1 * (1 - a1)"),
        (TWO_LAYERS, "dL/dW1", "x, W2, a1, y, yhat", "outer(W2.T @ (yhat - y) * a1 * (1 - a1), x)"),
        (SOFTMAX, "dL/dz", "p, t", "p - t"),
        (LEAST_SQUARES, "dL/dw", "X, w, y, n", "2/n*(X.T @ (X @ w - y))"),
        ("given: {x: 2, w: , y: }\ndefine: {u: w*x, L: (u - y)^2}\n", "dL/dw", "w, y", "8*w - 4*y"),
        ("given: {z: , c: }\ndefine: {phi: z*sigmoid(c*z)}\n", "dphi/dz", "z, c", None),
        ("given: {z: }\ndefine: {s: 1/(exp(-z) + 1)}\n", "ds/dz", "s", "s*(1 - s)"),
        ("given: {z: }\ndefine: {s: 1/(1 + exp(-z))}\n", "ds/dz", "z", "exp(-z)/(1 + exp(-z))^2"),
        ("given: {w: , x: }\ndefine: {s: 1/(1 + exp(-w*x))}\n", "ds/dw", "s, x", "s*(1 - s)*x"),
        ("given: {z: }\ndefine: {t: (exp(z) - exp(-z))/(exp(z) + exp(-z))}\n", "dt/dz", "t", "1 - t^2"),
        ("given: {Z: R^(n x k)}\ndefine: {A: 1/(1 + exp(-Z)), L: sum(A)}\n", "dL/dZ", "A", "A * (1 - A)"),
        ("given: {z: , y: }\ndefine: {L: log(1 + exp(z)) - y*z}\n", "dL/dz", "z, y", "sigmoid(z) - y"),
        ("given: {x: R^n}\ndefine: {f: log(sum(exp(x)))}\n", "df/dx", "x", "softmax(x)"),
        ("given: {x: R^n}\ndefine: {f: norm(x)}\n", "df/dx", "x", "x/norm(x)"),
        (
            "given: {x: R^n, A: R^(n x n), b: R^n}\ndefine: {f: 1/2*x.T @ A @ x - b.T @ x}\n",
            "df/dx", "x, A, b", "1/2*((A + A.T) @ x) - b",
        ),
        ("given: {X: R^(n x m), A: R^(n x n)}\ndefine: {f: trace(X.T @ A @ X)}\n", "df/dX", "X, A", "(A + A.T) @ X"),
        ("given: {w: R^d, a: }\ndefine: {J: a*sum(abs(w))}\n", "dJ/dw", "w, a", "a*sign(w)"),
        ("given: {w: R^d, v: R^d}\ndefine: {J: sum(v*floor(w) + w)}\n", "dJ/dw", "w, v", "ones(d)"),
        (NEGATIVES, "dJ/dU", "U, v", "outer(sigmoid(U @ v), v)"),
        (
            BATCH_NORM, "dL/dx", "g, gamma, xhat, v, eps, m",
            "gamma/(sqrt(v + eps)*m)*(m*g - sum(g)*ones(m) - sum(g * xhat)*xhat)",
        ),
        (
            "given: {theta: R^k, a: R^k, G: , b: }\nassume: [sum(a) = 1]\n"
            "define: {p: softmax(theta), L: -(G - b)*sum(a*log(p))}\n",
            "dL/dtheta", "p, a, G, b", "(G - b)*(p - a)",
        ),
        (
            "given: {z: R^K, y: R^K, s: }\nassume: [sum(y) = 1]\n"
            "define: {p: softmax(z), t: (1 - s)*y + s/K, L: -sum(t*log(p))}\n",
            "dL/dz", "p, t", "p - t",
        ),
        (
            "given: {X: R^(n x k), b: R^k}\nassume: [sum(X) = 2, sum(b) = 1]\ndefine: {s: sum(X + b)}\n",
            "s", "X, b, n, k", "sum(X + b)",
        ),
        ("given: {g: R^m, V: R^(n x m), a: R^n}\ndefine: {L: g.T @ (V.T @ a)}\n", "dL/dV", "g, a", "outer(a, g)"),
        (
            "given: {x: R^m, eps: }\ndefine: {mu: mean(x), s: sqrt(mean((x - mu)^2) + eps), xhat: (x - mu)/s}\n",
            "s", "x, eps, xhat", "sqrt(mean((x - mean(x))^2) + eps)",
        ),
        (BATCH_NORM, "dL/dmu", "g, gamma, v, eps", "-gamma*sum(g)/sqrt(v + eps)"),
        (
            BATCH_NORM, "dL/dv", "g, gamma, x, mu, v, eps",
            "gamma*sum(g * (mu - x))/(2*(v + eps)*sqrt(v + eps))",
        ),
    ],
)  # fmt: skip
def test_an_answer_is_what_a_textbook_writes(text: str, find: str, terms: str, answer: str | None) -> None:
    solution = solve(loaded(f"{text}parts: [{{find: {find}, in: [{terms}]}}]"))
    assert answer is None or plain(solution.parts[0].answers[0]) == answer


def test_a_difference_is_written_by_the_quotient_that_it_stands_in() -> None:
    solution = solve(loaded(f"{BATCH_NORM}parts: [{{find: dL/dx, in: [g, gamma, xhat, v, eps, m]}}]"))
    printer = UnicodePrinter()
    (step,) = (step for step in solution.parts[0].steps if step.name == "dL/dx")
    assert "".join(part if isinstance(part, str) else printer.print(part) for part in step.reason).startswith(
        "since x − μ = √(v + eps)·x̂"
    )


def test_that_differences_from_a_mean_add_up_to_0_is_said() -> None:
    solution = solve(loaded(f"{BATCH_NORM}parts: [{{find: dL/dmu, in: [g, gamma, v, eps, x, mu]}}]"))
    (step,) = (step for step in solution.parts[0].steps if step.name == "dL/dmu")
    printer = UnicodePrinter()
    said = "".join(part if isinstance(part, str) else printer.print(part) for part in step.reason)
    assert said.startswith("since Σ (μ − x) = 0")


NETWORK = """
kind: network
inputs: {x: }
layers:
  - {net: [z], out: [h], activation: sigmoid, weights: {x: [w]}, biases: [b]}
  - {net: [o], weights: {h: [v]}}
values: {w: , b: , v: , t: }
targets: {o: t}
loss: {function: mse}
optimizer: {learning_rate: }
"""
LOSS = """
kind: loss
function: binary_cross_entropy
targets: {y: }
predictions: {p: }
assume: [0 < p < 1]
"""
PENALTY = """
kind: regularization
penalty: l2
strength: 0.1
loss: 0.4
weights: {w1: , w2: 3}
"""


@pytest.mark.parametrize(
    ("text", "find", "terms", "answer"),
    [
        (NETWORK, "dL/dw", "x, h, o, t, v", "2*h*(1 - h)*(o - t)*v*x"),
        (NETWORK, "w+", "w, eta, x, h, o, t, v", "w + 2*eta*h*(1 - h)*(t - o)*v*x"),
        (LOSS, "dL/dp", "y, p", "(p - y)/(p*(1 - p))"),
        (PENALTY, "dtotal/dw1", "w1", "0.2*w1"),
        ("kind: activation\nfunction: tanh\nat: {z: }\n", "da/dz", "a", "1 - a^2"),
        ("kind: activation\nfunction: softmax\nat: {z1: , z2: }\n", "dp.1/dz2", "p", "-{p.1}*{p.2}"),
        (
            "kind: formula\ngiven: {t1: , t2: , p: }\nassume: [t1 + t2 = 1]\n"
            "define: {L: -(t1*log(p) + t2*log(1 - p))}\n",
            "dL/dp",
            "t1, p",
            "(p - t1)/(p*(1 - p))",
        ),
    ],
)
def test_every_kind_takes_letters(text: str, find: str, terms: str, answer: str) -> None:
    problem = load_text(f"{text}parts: [{{find: {find}, in: [{terms}]}}]".encode(), "letters.yaml", find_kinds())
    assert plain(solve(problem).parts[0].answers[0]) == answer


def test_json_of_letters_has_no_value_but_a_form_and_a_shape() -> None:
    data = json.loads(to_json(solve(loaded(f"{LEAST_SQUARES}parts: [{{find: dL/dw, in: [X, w, y, n]}}]"))))
    (answer,) = data["parts"][0]["answers"]
    assert answer["value"] is None
    assert answer["exact"] == "2/n*(X.T @ (X @ w - y))"
    assert answer["shape"] == ["d"]


def test_a_shape_is_an_answer() -> None:
    solution = solve(loaded(f"{TWO_LAYERS}parts: [{{find: [shape(W1), shape(dL/db1), shape(dL/dW1)], in: [x]}}]"))
    shown = [plain(answer) for answer in solution.parts[0].answers]
    assert shown == ["[h, d]", "[h]", "[h, d]"]


def test_a_simplification_names_its_law() -> None:
    step = solve(loaded(f"{SOFTMAX}parts: [{{find: dL/dz, in: [p, t]}}]")).parts[0].steps[-1]
    assert "since " in step.reason
    assert any(PlainPrinter().print(part) == "sum(t) = 1" for part in step.reason if not isinstance(part, str))


@pytest.mark.parametrize(
    ("expected", "met"),
    [("(yhat - y)*x", True), ("-(y - yhat)*x", True), ("(y - yhat)*x", False), ("2*(yhat - y)*x", False), ("0", False)],
)
def test_expectations_are_compared_at_random_points(expected: str, met: bool) -> None:
    text = f"{LOGISTIC}parts: [{{find: dL/dw}}]\nexpected: {{dL/dw: {expected}}}"
    assert (unmet_expectations(loaded(text)) == []) is met


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{LOGISTIC}parts: [{{find: dL/dw, in: [y, yhat]}}]", "it needs `x` too"),
        (f"{LOGISTIC}parts: [{{find: dL/dw, in: [y, yhut]}}]", "did you mean `yhat`"),
        (f"{LOGISTIC}assume: [yy > 0]\n", "`yy` is neither given nor defined"),
        (f"{LOGISTIC}assume: [x*x > 0]\n", "an assumption is a bound of a letter"),
        (f"{LOGISTIC}parts: [{{find: shape(w)}}]", "w is a number"),
        (f"{LOGISTIC}assume: [x]\n", "expected a comparison"),
        (f"{LOGISTIC}assume: [x + w = 1, w + x = 2]\n", "settled by another assumption"),
        (f"{LOGISTIC}assume: [x + x = 1]\n", "settled by another assumption, or by itself"),
        (f"{LOGISTIC}assume: [x = w, w = x]\n", "settled by another assumption"),
    ],
)
def test_what_cannot_be_is_told(text: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as raised:
        solve(loaded(text))
    assert message in raised.value.faults[0].message


def test_entries_of_letters_are_sums_of_products() -> None:
    problem = loaded(
        "given: {X: [[1, 2], [3, 4]], K: R^(2 x 2)}\ndefine: {Z: X @ K}\nparts: [{find: Z, entries: [Z.1.2]}]"
    )
    (part,) = solve(problem).parts
    lines = {step.name: [PlainPrinter().print(line.expression) for line in step.lines] for step in part.steps}
    assert lines["Z.1.2"] == ["{X.1.1}*{K.1.2} + {X.1.2}*{K.2.2}"]


@pytest.mark.parametrize("name", [name for name in PATHS if problem(name).plan.graph.has_letters])
def test_no_line_of_the_library_says_again_what_stands_before_it(name: str) -> None:
    solution = solved_problem(name)
    printer = UnicodePrinter(solution.symbols)
    for part in solution.parts:
        for step in part.steps:
            if not problem(name).plan.graph.has_value(step.name):
                said = [printer.print(line.expression) for line in step.lines]
                assert all(one != other for one, other in pairwise(said)), said
