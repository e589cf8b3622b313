"""More of what is said of wrong answers: counterparts, written-out sigmoids, steps, matrices. All values by hand."""

from __future__ import annotations

from functools import cache
from math import exp, sqrt, tanh

import pytest

from deepcalc.checking.marking import Marker
from tests.checking.marking import marker, said, verdicts, written


@cache
def formulas() -> Marker:
    return written("""
kind: formula
given: {a: 1.83, b: -0.74, c: 2.26, y: 1}
define:
  s: a^2 + b^2
  n: sqrt(s)
  u: a/n
  e: exp(a) + exp(b)
  z: a*b + c
  p: 1/(1 + exp(-z))
  L: -(y*log(p) + (1 - y)*log(1 - p))
  h: tanh(z)
  r: c - z
parts: [{find: [s, n, u, e, z, p, L, h, r]}, {find: [ds/da, dL/dz, dL/da]}]
""")


A, B, C = 1.83, -0.74, 2.26
S = A * A + B * B
Z = A * B + C
P = 1 / (1 + exp(-Z))

FORMULAS = [
    ("s", (A + B) ** 2, "the square of the sum in place of the sum of the squares"),
    ("n", S / 2, "halved in place of the root taken"),
    ("u", B / sqrt(S), "b taken in place of a"),
    ("e", exp(A + B), "the function taken of the sum, not of each term"),
    ("p", tanh(Z), "tanh and the sigmoid mixed up"),
    ("p", 1 / exp(-Z), "the term 1 left out"),
    ("L", (1 - P) ** 2, "the squared error in place of the cross-entropy"),
    ("h", Z, "the activation left out"),
    ("r", (C - Z) ** 2, "squared where it is not"),
    ("ds/da", 2 * A**2, "the square kept in the derivative"),
    ("dL/dz", -1 / P, "the inner derivative forgotten"),
    ("dL/dz", -1 / P * (1 - P**2), "the derivative 1 − h² in place of h·(1 − h)"),
]


@pytest.mark.parametrize(("name", "value", "message"), FORMULAS)
def test_a_mistake_in_a_formula_is_named(name: str, value: float, message: str) -> None:
    assert f"consistent with {message}" in said(formulas().mark({name: f"{value:.5f}"}), name)


def test_output_minus_target_is_followed_where_it_is_the_derivative_and_no_mistake() -> None:
    mark = {"p": "0.52", "dL/dz": "-0.48"}  # p − y, whatever p is
    assert verdicts(formulas(), mark) == {"p": "wrong", "dL/dz": "follow_through"}
    assert "alone" not in said(formulas().mark(mark), "dL/dz")


def test_relu_taken_for_another_activation() -> None:
    marker = written("""
kind: formula
given: {x: -0.7}
define: {h: tanh(x), q: h + 2*x}
parts: [{find: [h, q]}]
""")
    assert "ReLU in place of the activation asked for" in said(marker.mark({"h": "0"}), "h")


def test_the_values_of_the_beginning_are_named() -> None:
    marker = written("""
kind: perceptron
inputs: [[1.5, -0.4], [-0.8, 1.1]]
targets: [1, -1]
weights: [0.3, 0.7]
bias: -0.2
rule: adaline
learning_rate: 0.25
epochs: 1
parts: [{find: ["z:1", "e:1", w1@1, w2@1, b@1, "z:2@1"]}]
""")
    old = -0.8 * 0.3 + 1.1 * 0.7 - 0.2  # with the weights that the first sample began with
    assert "the weights of the beginning" in said(marker.mark({"z:2@1": f"{old:.4f}"}), "z:2@1")
    multiplied = -0.2 + 0.25 * 1.03 * 1.5  # e = 1 − (0.45 − 0.28 − 0.2)
    assert "the change of the bias multiplied by an input" in said(marker.mark({"b@1": f"{multiplied:.5f}"}), "b@1")
    doubled = 0.3 + 2 * 0.25 * 1.03 * 1.5
    assert "the factor 2 of the squared error's derivative" in said(marker.mark({"w1@1": f"{doubled:.5f}"}), "w1@1")
    # 0.3 + 0.25·1·1.5 with t for e: what comes of e rounded to 1.0 as well
    assert verdicts(marker, {"w1@1": "0.6750"}) == {"w1@1": "wrong"}


@pytest.mark.parametrize(
    ("problem", "name", "value", "message"),
    [
        ("l1", "dtotal/dw2", 0.17 + 0.25 * -1.46, "the derivative of the squares in place of"),
        ("l1", "dtotal/dw2", 0.17 + 0.25 * 1.46, "the absolute value itself in place of its derivative, the sign"),
        ("l2", "dtotal/dw2", 0.17 - 0.25, "the sign of the weight in place of the weight itself"),
    ],
)
def test_the_other_penaltys_derivative_is_named(problem: str, name: str, value: float, message: str) -> None:
    marker = written(f"""
kind: regularization
penalty: {problem}
strength: 0.25
loss: 1.37
weights: {{w1: 0.92, w2: -1.46}}
gradients: {{w1: 0.41, w2: 0.17}}
parts: [{{find: [dtotal/dw1, dtotal/dw2]}}]
""")
    assert f"consistent with {message}" in said(marker.mark({name: f"{value:.4f}"}), name)


def test_weight_decay_outside_the_learning_rate_is_named() -> None:
    marker = written("""
kind: optimizer
method: sgd
learning_rate: 0.1
weight_decay: 0.05
parameters: {w: 1.75}
gradients: {w: 0.44}
""")
    value = 1.75 - 0.1 * 0.44 - 0.05 * 1.75
    assert "the weight decay not multiplied by the learning rate" in said(marker.mark({"w+": f"{value:.4f}"}), "w@1")


def test_gates_taken_for_each_other_are_named() -> None:
    marker = written("""
kind: recurrent
cell: lstm
inputs: [0.7]
weights: {W_f: 0.8, U_f: -0.3, b_f: 0.5, W_i: -0.4, U_i: 0.9, b_i: 0.2, W_o: 0.6, U_o: 0.35, b_o: -0.1, W_g: 1.2,
          U_g: 0.45, b_g: 0.05}
initial: {h: 0.3, c: -0.4}
parts: [{find: [f1, i1, o1, g1, c1, h1]}]
""")

    def sigmoid(x: float) -> float:
        return 1 / (1 + exp(-x))

    f, i = sigmoid(0.56 - 0.09 + 0.5), sigmoid(-0.28 + 0.27 + 0.2)
    g = tanh(0.84 + 0.135 + 0.05)
    cell = f * -0.4 + i * g
    assert "1 − f in place of the input gate" in said(marker.mark({"c1": f"{f * -0.4 + (1 - f) * g:.5f}"}), "c1")
    assert "the input gate in place of the output gate" in said(marker.mark({"h1": f"{i * tanh(cell):.5f}"}), "h1")


MATRICES = """
kind: formula
given: {X: [[1.2, -0.7], [0.4, 0.9]], W: [[0.8, 0.1], [-0.3, 0.5]], b: [0.2, -0.1], Y: [[1, 0], [0, 1]]}
define:
  Z: X @ W + b
  P: sigmoid(Z)
  L: sum((P - Y)^2)
parts: [{find: [Z, P, L]}, {find: [dL/dP, dL/dZ]}]
"""

XW = ((1.2 * 0.8 + 0.7 * 0.3, 1.2 * 0.1 - 0.7 * 0.5), (0.4 * 0.8 - 0.9 * 0.3, 0.4 * 0.1 + 0.9 * 0.5))


def matrix(rows: tuple[tuple[float, ...], ...], digits: int = 4) -> str:
    return f"[{', '.join('[' + ', '.join(f'{each:.{digits}f}' for each in row) + ']' for row in rows)}]"


def test_mistakes_with_numbers_are_named_in_matrices() -> None:
    marker = written(MATRICES)
    minus = tuple((left - 0.2, right + 0.1) for left, right in XW)
    assert "the sign of a term turned" in said(marker.mark({"Z": matrix(minus)}), "Z")
    transposed = ((1.2 * 0.8 - 0.7 * 0.1 + 0.2, -1.2 * 0.3 - 0.7 * 0.5 - 0.1),
                  (0.4 * 0.8 + 0.9 * 0.1 + 0.2, -0.4 * 0.3 + 0.9 * 0.5 - 0.1))  # fmt: skip
    assert "a matrix transposed where it is not" in said(marker.mark({"Z": matrix(transposed)}), "Z")
    p = [[1 / (1 + exp(-(left + 0.2))), 1 / (1 + exp(-(right - 0.1)))] for left, right in XW]
    y = ((1, 0), (0, 1))
    slopes = tuple(tuple(2 * (p[row][k] - y[row][k]) * (1 - p[row][k] ** 2) for k in range(2)) for row in range(2))
    assert "the derivative 1 − h² in place of h·(1 − h)" in said(marker.mark({"dL/dZ": matrix(slopes)}), "dL/dZ")


def test_a_matrix_follows_from_an_own_one_of_three_figures() -> None:
    z = ((1.62, 0.27), (0.45, 0.61))  # wrong, and rounded: any Z within half a unit may have been carried on
    exact = tuple(tuple(1 / (1 + exp(-(each + 0.004))) for each in row) for row in z)
    marker = written(MATRICES)
    assert verdicts(marker, {"Z": matrix(z, 2), "P": matrix(exact, 4)}) == {"Z": "wrong", "P": "follow_through"}
    far = tuple(tuple(1 / (1 + exp(-(each + 0.03))) for each in row) for row in z)
    assert verdicts(marker, {"Z": matrix(z, 2), "P": matrix(far, 4)})["P"] == "wrong"


def test_what_is_likewise_wrong_in_a_vector_is_said_once() -> None:
    marker = written("kind: activation\nfunction: softmax\nat: [2.0, 1.0, 0.1]\n")
    powers = ", ".join(f"{1 / (1 + exp(-each)):.4f}" for each in (2.0, 1.0, 0.1))
    asked = next(each for each in marker.questions if len(each.quantities) == 3)
    name = asked.name
    message = said(marker.mark({name: powers}), name)
    assert message.count("in place of the softmax") == 1
    second, third = asked.quantities[1:]
    assert message.endswith(f"; likewise {{{second}}}, {{{third}}}")


def test_no_factor_is_left_out_that_leaves_a_number_alone() -> None:
    marker = written("kind: formula\ngiven: {t: 2.5}\ndefine: {L: 1/2*(t - 1.7)^2}\nparts: [{find: L}]\n")
    assert "consistent" not in said(marker.mark({"L": "0.5"}), "L")  # 1/2 of nothing


@pytest.mark.parametrize(
    ("answer", "explained"),
    [
        ("3", ""),  # which a mistake anywhere could lead to
        ("4", "one too few: the first at which it holds is asked for"),
        ("6", "one too many: the first at which it holds is asked for"),
    ],
)
def test_a_step_that_is_decided_on_is_explained_by_its_own_definition_alone(answer: str, explained: str) -> None:
    message = said(marker("shrinking-distance").mark({"stop_step": answer}), "stop_step")  # 5: 0.6^5 < 0.1
    assert message.startswith(f"consistent with {explained}: " if explained else explained)
    assert bool(message) == bool(explained)


def test_no_class_is_the_first_at_which_something_holds() -> None:
    classes = "cases(1 if a >= max(b, c), 2 if b >= c, 3 otherwise)"
    marker = written(f"kind: formula\ngiven: {{a: 1, b: 4, c: 3}}\ndefine: {{k: '{classes}'}}\nparts: [{{find: k}}]\n")
    assert verdicts(marker, {"k": "1"}) == {"k": "wrong"}
    assert "the first" not in said(marker.mark({"k": "1"}), "k")


def test_a_name_stands_for_another_one_only_where_it_multiplies_it() -> None:
    squared = written("kind: formula\ngiven: {y: 3, t: 1}\ndefine: {L: 5*(y - t)^2}\nparts: [{find: dL/dy}]\n")
    assert "itself in place" not in said(squared.mark({"dL/dy": "0"}), "dL/dy")  # 10·(y − y)
    product = written("kind: formula\ngiven: {w: 3.7, x: 1.9}\ndefine: {z: w*x, L: z^2}\nparts: [{find: dL/dw}]\n")
    assert "w itself in place" in said(product.mark({"dL/dw": "52.022"}), "dL/dw")  # 2·7.03·3.7


def test_a_short_number_is_the_mistakes_value_as_a_long_one_is() -> None:
    matrices = marker("momentum-narrow-valley")
    told = [said(matrices.mark({"w1@2": text}), "w1@2") for text in ("3.8", "3.8000")]
    assert told == ["consistent with the velocity of the step before taken"] * 2


def test_no_absolute_value_is_taken_of_what_is_given_positive() -> None:
    decay = written("kind: formula\ngiven: {m: 0.037, b: 0.9}\ndefine: {c: m/(1 - b^2)}\nparts: [{find: c}]\n")
    message = said(decay.mark({"c": "0.3700"}), "c")  # 0.037/(1 - 0.9)
    assert message == "consistent with the square forgotten: c = m/(1 - b) = 0.037/(1 - 0.9) = 0.37"


def test_the_strength_of_a_penalty_left_out_of_its_derivative() -> None:
    ridge = written("""
kind: regularization
penalty: l2
strength: 0.1
loss: 0.7
weights: {w1: 0.45, w2: -0.3}
gradients: {w1: 0.2, w2: 0.5}
""")
    assert "the factor 2·λ left out" in said(ridge.mark({"dtotal/dw1": "0.65"}), "dtotal/dw1")  # 0.2 + 0.45


def test_no_unlike_factors_are_left_out_together() -> None:
    moment = written(
        "kind: formula\ngiven: {c: 0.9, v: 0, r: 0.1, g: 0.2}\ndefine: {u: c*v + r*g}\nparts: [{find: u}]\n"
    )
    assert "consistent" not in said(moment.mark({"u": "1"}), "u")  # c + r, v and g forgotten
    given = "{w1: 0.37, x1: 2.1, w2: 0.85, x2: -1.3}"
    inputs = written(f"kind: formula\ngiven: {given}\ndefine: {{z: w1*x1 + w2*x2}}\nparts: [{{find: z}}]\n")
    assert "a factor left out" in said(inputs.mark({"z": "1.2200"}), "z")  # w1 + w2


def test_no_derivative_is_multiplied_by_the_difference_that_it_holds() -> None:
    one = written("""
kind: network
inputs: {x: 2}
layers: [{net: [yhat], weights: {x: [w]}}]
values: {w: 3, t: 4}
targets: {yhat: t}
loss: {name: L, function: mse}
parts: [{find: [dL/dyhat]}]
""")
    assert "consistent" not in said(one.mark({"dL/dyhat": "8"}), "dL/dyhat")  # 2·(6 − 4)·(6 − 4)
