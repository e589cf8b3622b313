"""What is said of wrong answers to a problem of kind formula, which has no list of its own. All values by hand."""

from __future__ import annotations

from functools import cache
from math import exp, log, log2, log10, sqrt, tanh

import pytest

from deepcalc.checking.marking import Marker
from tests.checking.marking import said, written


def sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x))


@cache
def unit() -> Marker:
    return written("""
kind: formula
given: {x1: 0.73, x2: -1.31, w1: 0.82, w2: 0.47, b: 0.35, v: 1.43, y: 0.91}
define:
  z: w1*x1 + w2*x2 + b
  h: tanh(z)
  s: v*h
  p: sigmoid(s)
  L: (p - y)^2
parts: [{find: [z, h, s, p, L]}, {find: [dL/dp, dL/ds, dL/dv, dL/dz, dL/dw1, dL/db]}]
""")


X1, X2, W1, W2, B, V, Y = 0.73, -1.31, 0.82, 0.47, 0.35, 1.43, 0.91
Z = W1 * X1 + W2 * X2 + B
H = tanh(Z)
S = V * H
P = sigmoid(S)
DP = 2 * (P - Y)
DS = DP * P * (1 - P)
DZ = DS * V * (1 - H**2)

UNIT = [
    ("z", W1 * X1 + W2 * X2, "the term b left out"),
    ("z", W1 * X1 + W2 * X1 + B, "x₁ taken in place of x₂"),
    ("z", W1 * X1 - W2 * X2 + B, "the sign of a term turned"),
    ("h", sigmoid(Z), "tanh and the sigmoid mixed up"),
    ("h", Z, "the activation left out"),
    ("h", tanh(H), "the activation applied twice"),
    ("p", sigmoid(-S), "the sign of the exponent turned"),
    ("L", P - Y, "the square forgotten"),
    ("L", abs(P - Y), "the absolute value in place of the square"),
    ("L", (P - Y) ** 2 / 2, "a factor 1/2 too many"),
    ("dL/dp", -DP, "the opposite sign"),
    ("dL/dp", P - Y, "the factor 2 left out"),
    ("dL/ds", DP, "the inner derivative forgotten"),
    ("dL/ds", P - Y, "p − y alone, which is not the derivative here"),
    ("dL/ds", DP * (1 - P**2), "the derivative 1 − h² in place of h·(1 − h)"),
    ("dL/ds", DP * S * (1 - S), "the derivative written in the net input where the value belongs"),
    ("dL/dv", DS * V, "v itself in place of what it is multiplied by"),
    ("dL/dv", H, "the factor ∂L/∂s of the chain rule left out"),
    ("dL/dz", DS * V * (1 - H), "the square forgotten"),
    ("dL/dz", DS * V * H * (1 - H), "the derivative h·(1 − h) in place of 1 − h²"),
    ("dL/dz", DS * V, "the inner derivative forgotten"),
    ("dL/dw1", DZ * X2, "x₂ taken in place of x₁"),
    ("dL/dw1", DZ, "the factor x₁ left out"),
    ("dL/db", DZ * X1, "the gradient of a bias multiplied by x₁"),
    ("dL/db", 2 * DZ, "a factor 2 too many"),
]


@pytest.mark.parametrize(("name", "value", "message"), UNIT)
def test_a_mistake_in_a_unit_is_named(name: str, value: float, message: str) -> None:
    assert f"consistent with {message}" in said(unit().mark({name: f"{value:.5f}"}), name)


@cache
def others() -> Marker:
    return written("""
kind: formula
given: {a: 2.3, b: 1.9, c: -0.61, p: 0.37, q: 0.21}
define:
  m: max(a*b, b - c)
  r: sqrt(a^2 + b^2)
  u: -p*log(q)
  k: (a + b + c)/3
  g: p*a + (1 - p)*b
  e: exp(-a/b)
  n: abs(c)*a
  f: (a + c)*b
  j: a*b + a*c
  o: min(a, b)*q
parts: [{find: [m, r, u, k, g, e, n, f, j, o]}, {find: [dm/da, dj/da, dr/da]}]
""")


A, B2, C, P2, Q = 2.3, 1.9, -0.61, 0.37, 0.21

OTHERS = [
    ("m", B2 - C, "the other argument of max or min taken"),
    ("r", A**2 + B2**2, "no root taken"),
    ("r", sqrt(2 * A + 2 * B2), "doubled in place of squared"),
    ("u", -P2 * log10(Q), "the logarithm to base 10 in place of the natural one"),
    ("u", -P2 * log2(Q), "the logarithm to base 2 in place of the natural one"),
    ("u", -P2 * log(1 - Q), "p and 1 − p mixed up in the logarithm"),
    ("k", (A + B2 + C) / 2, "a result divided by one less"),
    ("k", A + B2 + C, "the division left out"),
    ("g", (1 - P2) * A + P2 * B2, "p and 1 − p exchanged"),
    ("g", P2 * A + P2 * B2, "p where 1 − p is meant"),
    ("e", exp(A / B2), "the sign of the exponent turned"),
    ("e", exp(-B2 / A), "a division turned over"),
    ("n", C**2 * A, "the square in place of the absolute value"),
    ("f", A + C * B2, "the brackets of a sum ignored"),
    ("o", A * Q, "the other argument of max or min taken"),
    ("dm/da", 0, "the derivative taken on the wrong side of the kink"),
    ("dj/da", C, "one of several paths left out"),
]


@pytest.mark.parametrize(("name", "value", "message"), OTHERS)
def test_a_mistake_in_any_other_formula_is_named(name: str, value: float, message: str) -> None:
    text = f"{value:.5f}".rstrip("0").rstrip(".")
    assert f"consistent with {message}" in said(others().mark({name: text}), name)


@cache
def classes() -> Marker:
    return written("""
kind: network
inputs: {x: 1.3}
layers:
  - {net: [z1, z2], out: [h1, h2], activation: relu, weights: {x: [w1, w2]}, biases: [b1, b2]}
  - {net: [u1, u2], out: [p1, p2], activation: softmax, weights: {h1: [v11, v12], h2: [v21, v22]}}
values: {w1: 0.7, w2: -0.4, b1: 0.2, b2: 0.9, v11: 0.6, v12: -0.3, v21: 0.8, v22: 0.5, t1: 0, t2: 1}
targets: {p1: t1, p2: t2}
loss: {name: L, function: cross_entropy}
parts: [{find: [p1, p2, L]}, {find: [dL/du1, dL/du2, dL/dz1]}]
""")


R1, R2 = 1.3 * 0.7 + 0.2, 1.3 * -0.4 + 0.9
U1, U2 = 0.6 * R1 + 0.8 * R2, -0.3 * R1 + 0.5 * R2
P1 = exp(U1) / (exp(U1) + exp(U2))
BACK = P1 * 0.6 + (1 - P1 - 1) * -0.3

CLASSES = [
    ("p1", sigmoid(U1), "the sigmoid in place of the softmax"),
    ("p1", exp(U1) / exp(U2), "its own term left out of the sum"),
    ("L", -log(P1) - log(1 - P1), "the sum over all classes, whatever the target"),
    ("dL/du1", P1 * P1 * (1 - P1), "the derivative of the activation on top, which is in it already"),
    ("dL/du2", -1 / (1 - P1), "the derivative by the output alone, that of its activation forgotten"),
    ("dL/dz1", BACK * R1, "h₁ in place of the derivative"),
]


@pytest.mark.parametrize(("name", "value", "message"), CLASSES)
def test_a_mistake_in_a_classifier_is_named(name: str, value: float, message: str) -> None:
    assert f"consistent with {message}" in said(classes().mark({name: f"{value:.5f}"}), name)


def test_a_path_of_several_left_out() -> None:
    marker = written("""
kind: formula
given: {x: 1.7, y: -0.8}
define: {q: x*y, r: exp(x), f: q*r}
parts: [{find: df/dx}]
""")
    q, r = 1.7 * -0.8, exp(1.7)
    assert "consistent with one of several paths left out" in said(marker.mark({"df/dx": f"{r * -0.8:.4f}"}), "df/dx")
    assert "consistent with one of several paths left out" in said(marker.mark({"df/dx": f"{q * r:.4f}"}), "df/dx")


def test_small_whole_numbers_are_explained_by_the_commonest_mistakes_alone() -> None:
    marker = written("""
kind: formula
given: {x: -2, y: 5, z: -4}
define: {q: x + y, f: q*z}
parts: [{find: [q, f]}, {find: [df/dx, df/dy, df/dz]}]
""")
    assert "z itself in place of what it is multiplied by" in said(marker.mark({"df/dz": "-4"}), "df/dz")
    assert "the opposite sign" in said(marker.mark({"df/dx": "4"}), "df/dx")
    assert "consistent" not in said(marker.mark({"f": "-8"}), "f")  # 2z, and a coincidence as likely


def test_no_mistake_is_named_that_another_answer_speaks_against() -> None:
    mark = {"z": f"{Z:.4f}", "h": f"{tanh(Z - B):.4f}"}
    assert "term" in said(unit().mark({"h": mark["h"]}), "h")
    assert "term" not in said(unit().mark(mark), "h")


ARRAYS = """
kind: formula
given: {X: [[1.2, -0.7], [0.4, 0.9]], w: [0.8, -0.3], y: [1, 0]}
define:
  z: X @ w
  p: sigmoid(z)
  L: -mean(y*log(p) + (1 - y)*log(1 - p))
  E: mean((y - p)^2)
parts: [{find: [z, p, L, E]}]
"""


def test_mistakes_with_functions_are_named_in_arrays_too() -> None:
    z = [1.2 * 0.8 + 0.7 * 0.3, 0.4 * 0.8 - 0.9 * 0.3]
    p = [sigmoid(each) for each in z]
    marker = written(ARRAYS)
    loss = -(log10(p[0]) + log10(1 - p[1])) / 2
    assert "the logarithm to base 10" in said(marker.mark({"L": f"{loss:.5f}"}), "L")
    error = (abs(1 - p[0]) + abs(p[1])) / 2
    assert "the absolute value in place of the square" in said(marker.mark({"E": f"{error:.5f}"}), "E")
    turned = ", ".join(f"{sigmoid(-each):.5f}" for each in z)
    assert "the sign of the exponent turned" in said(marker.mark({"p": f"[{turned}]"}), "p")


def test_mistakes_in_letters_are_those_of_numbers() -> None:
    marker = written("""
kind: formula
given: {x: , w: , b: , y: }
define: {z: w*x + b, p: sigmoid(z), L: -(y*log(p) + (1 - y)*log(1 - p))}
parts: [{find: [dL/dz, dL/dw, dL/db], in: [x, p, y]}]
""")
    assert "the gradient of a bias multiplied by x" in said(marker.mark({"dL/db": "(p - y)*x"}), "dL/db")
