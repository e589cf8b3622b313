"""What local derivatives, exponents, thresholds and logarithms are taken for. All values by hand."""

from __future__ import annotations

from functools import cache
from math import exp, log, log1p, sin, sqrt, tanh

import pytest

from deepcalc.checking.marking import Marker
from tests.checking.marking import said, written

X, Y, K, B, T = 1.37, -0.83, 0.94, -0.59, 0


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


@cache
def formulas() -> Marker:
    return written(f"""
kind: formula
given: {{x: {X}, y: {Y}, k: {K}, b: {B}, t: {T}}}
define:
  a: x^2 + k*y
  c: log(1 + a^2)
  d: sin(x*y)
  e: x*exp(y)
  q: y/x
  n: sqrt(x^2 + y^2)
  u: (x - y)^2
  v: elu(y)
  w: x^3
  z: k*x + b
  s: sigmoid(z)
  h: tanh(z)
  g: softplus(z)
  m: c*d + 3*x
  L: -(t*log(s) + (1 - t)*log(1 - s))
  H: h*k
  r: abs(b) + g
  l: 0.1*x^2
  i: (x - y)/k
  o: x/(k + y)
  E: (t - s)^2/2
parts: [{{find: [a, c, d, e, q, n, u, v, w, s, h, g, L, l, i, o, E]}},
        {{find: [dm/da, dm/dx, dd/dx, de/dy, dq/dx, du/dx, dw/dx, dH/dz, dL/dk, dr/db, dr/dz, dH/dh]}}]
""")


A = X * X + K * Y
Z = K * X + B
S, H = sigmoid(Z), tanh(Z)
D = sin(X * Y)

MISTAKES = [
    ("c", 1 + log(A * A), "the function taken of one part alone"),
    ("e", exp(X * Y), "the factor drawn into the function"),
    ("u", X * X - Y * Y, "each squared by itself, not their sum or difference"),
    ("w", X * X, "an exponent that is one too small or too large"),
    ("l", (0.1 * X) ** 2, "the factor squared, too"),
    ("i", X - Y / K, "the brackets of a fraction ignored"),
    ("o", X / K + Y, "the brackets of a fraction ignored"),
    ("s", exp(-Z), "the exponential alone in place of the sigmoid"),
    ("E", -log(1 - S), "the cross-entropy in place of the squared error"),
    ("w", 3 * X, "a result multiplied by the exponent, not raised to that power"),
    ("s", 1, "a threshold in place of the activation"),
    ("h", 1, "a threshold in place of the activation"),
    ("v", 0, "ReLU in place of the activation asked for"),
    ("g", 1 + exp(Z), "no logarithm taken"),
    ("L", -log(S) - log(1 - S), "the terms of both classes taken, whatever the target"),
    ("L", S * S / 2, "the squared error in place of the cross-entropy"),
    ("dm/da", D / (1 + A * A), "the inner derivative forgotten"),
    ("dm/da", D * log1p(A * A) * 2 * A, "the function itself in place of its derivative"),
    ("de/dy", X * Y * exp(Y - 1), "the power rule applied to an exponential"),
    ("dq/dx", 1 / X, "the derivative by y in place of that by x"),
    ("du/dx", 2 * (X - Y) ** 2, "the square kept in the derivative"),
    ("dw/dx", 3 * X**3, "the square kept in the derivative"),
    ("dH/dz", K * (1 - H) ** 2, "(1 − h)² in place of 1 − h²"),
    ("dH/dz", -K * 2 * H, "the derivative of 1 − h² in place of 1 − h² itself"),
    ("dr/db", -B + S, "the function itself in place of its derivative"),
    ("dr/dz", S * (1 - S), "the derivative of the sigmoid in place of the sigmoid itself"),
    ("dH/dh", K * (1 - H * H), "the derivative by the net input of h in place of that by h itself"),
]


@pytest.mark.parametrize(("name", "value", "message"), MISTAKES)
def test_a_mistake_is_named(name: str, value: float, message: str) -> None:
    text = f"{value:.5f}".rstrip("0").rstrip(".")
    assert f"consistent with {message}" in said(formulas().mark({name: text}), name)


def test_the_largest_is_no_norm() -> None:
    message = said(formulas().mark({"n": f"{X}"}), "n")
    assert "or the largest absolute value in place of the root of the sum of squares" in message  # as if y were 0


def test_the_derivative_of_a_term_is_not_the_term() -> None:
    slope = written(f"kind: formula\ngiven: {{x: {X}, k: {K}}}\ndefine: {{f: k*x + x^2}}\nparts: [{{find: df/dx}}]\n")
    kept = K * X + 2 * X  # k·x for k
    assert "x kept as a factor in the derivative by x" in said(slope.mark({"df/dx": f"{kept:.4f}"}), "df/dx")


def test_no_factor_of_a_class_that_is_not_the_target_is_left_out() -> None:
    message = said(formulas().mark({"L": f"{-log(S) - log(1 - S):.5f}"}), "L")
    assert "left out" not in message


def test_the_largest_alone_and_other_losses_of_a_softmax() -> None:
    z = (0.83, -0.41, 1.27)
    powers = [exp(each) for each in z]
    p = [each / sum(powers) for each in powers]
    marker = written(f"""
kind: formula
given: {{z1: {z[0]}, z2: {z[1]}, z3: {z[2]}, t1: 0, t2: 1, t3: 0}}
define:
  p1: exp(z1)/(exp(z1) + exp(z2) + exp(z3))
  p2: exp(z2)/(exp(z1) + exp(z2) + exp(z3))
  p3: exp(z3)/(exp(z1) + exp(z2) + exp(z3))
  L: -(t1*log(p1) + t2*log(p2) + t3*log(p3))
parts: [{{find: [p1, p2, p3, L]}}]
""")
    assert "1 for the largest and 0 for the others" in said(marker.mark({"p3": "1.000"}), "p3")
    squares = p[0] ** 2 + (1 - p[1]) ** 2 + p[2] ** 2
    for loss in (squares, squares / 2, squares / 3):
        assert "the squared error in place of the cross-entropy" in said(marker.mark({"L": f"{loss:.5f}"}), "L")
    entropy = -sum(each * log(each) for each in p)
    assert "each logarithm weighted by its own probability" in said(marker.mark({"L": f"{entropy:.5f}"}), "L")


def test_a_power_where_one_minus_it_is_meant() -> None:
    marker = written("kind: formula\ngiven: {m: 0.31, b: 0.8}\ndefine: {c: m/(1 - b^5)}\nparts: [{find: c}]\n")
    message = said(marker.mark({"c": f"{0.31 / 0.8**5:.5f}"}), "c")
    assert message.startswith("consistent with b⁵ where 1 − b⁵ is meant")


def test_nothing_is_left_out_with_a_state_of_zero() -> None:
    marker = written("""
kind: optimizer
method: momentum
learning_rate: 0.1
momentum: 0.9
learning_rate_inside_velocity: false
parameters: {w: 1.2}
gradients: {w: 0.7}
parts: [{find: [v.w@1, w@1]}]
""")
    assert "consistent" not in said(marker.mark({"v.w@1": "1.6"}), "v.w@1")  # γ + g


def test_values_are_told_from_those_of_other_functions() -> None:
    right = {"g": log1p(exp(Z)), "n": sqrt(X * X + Y * Y), "h": H}
    for name, value in right.items():
        assert not said(formulas().mark({name: f"{value:.5f}"}), name)
