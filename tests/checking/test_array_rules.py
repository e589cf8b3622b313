"""Mistakes at one node of a formula with arrays; what each comes to is written out in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from deepcalc.checking.as_json import prose_text
from deepcalc.checking.marking import Marker
from deepcalc.kinds import find_kinds
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.loader import load_text
from tests.checking.marking import marker, said, written

TEXT = b"""
kind: formula
given:
  S: [[0.4, -1.1, 0.9], [1.3, 0.2, -0.6]]
  V: [[0.5, 1.2, -0.8], [-0.3, 0.9, 0.1]]
  G: [[0.2, -0.7, 1.1], [0.6, -0.4, 0.3]]
define:
  A: softmax(S, axis=1)
  R: relu(S)
  B: V * S
  L: sum(G * R)
parts: [{find: [A, R, B, dL/dS]}]
"""
S = np.array([[0.4, -1.1, 0.9], [1.3, 0.2, -0.6]])
G = np.array([[0.2, -0.7, 1.1], [0.6, -0.4, 0.3]])


def shares(powers: Any) -> Any:
    return powers / powers.sum(axis=1, keepdims=True)


def said_of(answers: dict[str, str]) -> str:
    marker = Marker(load_text(TEXT, "arrays.yaml", find_kinds()))
    (mark,) = [each for part in marker.mark(answers).parts for each in part.answers if each.given is not None]
    return prose_text(mark.message, PlainPrinter())


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("A", np.exp(S), "the exponentials not divided by their sum"),
        ("A", shares(S), "no exponential taken in the softmax"),
        ("A", 1 / (1 + np.exp(-S)), "the sigmoid in place of the softmax"),
        ("A", shares(2.0**S), "powers of 2 in place of those of e"),
        ("A", shares(np.exp(-S)), "the sign of the exponent turned"),
        ("R", abs(S), "the absolute value in place of ReLU"),
        ("R", np.minimum(S, 0), "the negative values kept in place of the positive ones"),
        ("B", G * S, "G taken in place of V"),
        ("dL/dS", G * np.maximum(S, 0), "the activated value in place of the derivative"),
    ],
)
def test_a_mistake_with_arrays_is_named(name: str, wrong: Any, said: str) -> None:
    rows = (", ".join(f"{entry:.5g}" for entry in row) for row in wrong)
    assert said in said_of({name: f"[{', '.join(f'[{row}]' for row in rows)}]"})


@pytest.mark.parametrize("change", [lambda a: a * 1.03, lambda a: a + 0.05, lambda a: a[::-1] * 0.97])
def test_arrays_that_no_mistake_leads_to_are_not_explained(change: Callable[[Any], Any]) -> None:
    rows = (", ".join(f"{entry:.5g}" for entry in row) for row in change(shares(np.exp(S))))
    assert "consistent" not in said_of({"A": f"[{', '.join(f'[{row}]' for row in rows)}]"})


@pytest.mark.parametrize(
    ("weights", "is_explained"), [("0.1, 0.5, 0.3", False), ("0.13, 0.55, 0.33", True), ("0.126, 0.547, 0.327", True)]
)
def test_an_array_with_few_digits_is_explained_where_few_mistakes_give_such(weights: str, is_explained: bool) -> None:
    """2^s/Σ2^s of the scores −0.986, 1.127 and 0.384."""
    assert said(written(SCORED).mark({"A": f"[{weights}]"}), "A").startswith("consistent with") is is_explained


def test_whole_numbers_in_an_array_are_explained_though_they_are_short() -> None:
    text = "kind: formula\ngiven: {x: [2, -1, 1]}\ndefine: {r: relu(x)}\nparts: [{find: [r]}]"
    assert "the absolute value in place of ReLU" in said(written(text).mark({"r": "[2, 1, 1]"}), "r")


def test_scores_over_their_sum_are_no_softmax_of_a_vector() -> None:
    answer = "[0.4679, 0.5321]"  # (5.1, 5.8)/10.9
    assert "exponential" in said(marker("convnet-forward-and-backward").mark({"Y": answer}), "Y")


Z, W = np.array([2.1, -1.3, 0.6]), np.array([3.1, -4.3])
P = np.exp(Z) / np.exp(Z).sum()
LENGTH = np.sqrt(W @ W)
JACOBIAN = """
kind: formula
given: {z: [2.1, -1.3, 0.6]}
define: {p: softmax(z)}
parts: [{find: [p, dp/dz]}]
"""
PENALTIES = """
kind: formula
given: {w: [3.1, -4.3], c: 0.7}
define: {R: c*sum(w^2), N: norm(w), M: 1/(2*3)*sum(w^2)}
parts: [{find: [R, dR/dw, N, dN/dw, M]}]
"""


ACTIVE, TARGETS = np.array([0.413, -1.127, 0.908]), np.array([0.7, 0.3, -0.4])
LOSS = """
kind: formula
given: {a: [0.413, -1.127, 0.908], t: [0.7, 0.3, -0.4]}
define: {L: mean((a - t)^2), r: relu(a)}
parts: [{find: [L, r, dL/da]}]
"""
X = np.array([0.413, -1.127, 0.908])
SCORED = """
kind: attention
Q: [0.6, -1.1]
K: [[0.4, 0.9, -0.2], [-0.7, 0.3, 1.2], [1.0, -0.5, 0.6]]
V: [[1.3, -0.4], [0.2, 0.9], [-0.8, 1.6]]
score: general
weights: {W_a: [[0.5, -0.8, 0.3], [0.7, 0.2, -0.6]]}
parts: [{find: [S, A, O]}]
"""
SUMS = """
kind: formula
given:
  U: [[0.4, 1.3], [-1.1, 0.2], [0.9, -0.6]]
  S: [[0.4, -1.1, 0.9], [1.3, 0.2, -0.6]]
  G: [[0.2, -0.7, 1.1], [0.6, -0.4, 0.3]]
  x: [0.413, -1.127, 0.908]
  g: [0.2, -0.7, 1.1]
define: {T: U @ G, b: "sum(G, axis=0)", m: "mean(S, axis=1)", y: softmax(x), s: y @ g, n: norm(x)}
parts: [{find: [T, b, m, s, n]}]
"""


@pytest.mark.parametrize(
    ("text", "name", "wrong", "message"),
    [
        (JACOBIAN, "dp/dz", np.diag(P * (1 - P)), "the diagonal alone, as if each value were of its own score alone"),
        (JACOBIAN, "dp/dz", np.diag(P - 2 * P**2) + np.outer(P, P), "the minus of −p_i·p_j off the diagonal forgotten"),
        (JACOBIAN, "dp/dz", np.outer(P, 1 - P), "p_i·(1 − p_j) off the diagonal, where −p_i·p_j is meant"),
        (JACOBIAN, "dp/dz", np.outer(P, P), "p_i·p_j everywhere, also on the diagonal"),
        (JACOBIAN, "dp/dz", -np.outer(P, P), "−p_i·p_j everywhere, also on the diagonal"),
        (JACOBIAN, "dp/dz", np.diag(P), "p_i on the diagonal and 0 beside it: −p_i·p_j forgotten"),
        (JACOBIAN, "dp/dz", np.eye(3) - np.outer(P, P), "1 in place of p_i in the diagonal"),
        (PENALTIES, "dR/dw", LENGTH * W, "‖w‖·w in place of w"),
        (PENALTIES, "dR/dw", 0.7 * LENGTH * W, "‖w‖·w in place of w"),
        (PENALTIES, "dR/dw", 0.7 * W / LENGTH, "the derivative of ‖w‖ in place of that of ‖w‖²"),
        (PENALTIES, "dR/dw", 0.7 * np.sign(W), "the sign of w, as of absolute values"),
        (PENALTIES, "dN/dw", LENGTH * W, "‖w‖·w in place of w"),
        (PENALTIES, "dN/dw", 2 * W, "the derivative of ‖w‖² in place of that of ‖w‖"),
        (PENALTIES, "R", np.array(0.7 * LENGTH), "the norm in place of its square"),
        (PENALTIES, "N", np.array(LENGTH**2), "the root of the norm left out"),
        (PENALTIES, "N", np.array(abs(W).sum()), "the absolute values in place of the squares"),
        (LOSS, "dL/da", (ACTIVE - TARGETS) ** 2 / 3, "what the loss adds up in place of its derivative"),
        (LOSS, "r", np.array([1.0, 0, 1]), "1 where it is above 0 and 0 elsewhere in place of ReLU"),
        (SUMS, "n", np.array(1.127), "the largest entry in place of the norm"),
        (SUMS, "n", np.sqrt((X @ X) / 3), "the root of the mean of the squares"),
        (SUMS, "T", abs(S.T) @ G, "the signs of the entries of a factor lost"),
        (SUMS, "T", S.T @ abs(G), "the signs of the entries of a factor lost"),
        (SUMS, "b", G[0], "the first one alone taken, not summed up with the others"),
        (SUMS, "b", G[1], "the last one alone taken, not summed up with the others"),
        (SUMS, "m", S[:, 0], "the first one alone taken, not summed up with the others"),
        (SUMS, "m", S[:, 2], "the last one alone taken, not summed up with the others"),
        (SUMS, "s", np.array(X @ G[0]), "x taken in place of y"),
        (PENALTIES, "M", np.array((W @ W) / 2), "the sum in place of the mean"),
        (PENALTIES, "M", np.array((W @ W) / 3), "the factor 1/2 left out"),
    ],
)
def test_a_mistake_in_a_jacobian_or_a_norm_is_named(text: str, name: str, wrong: Any, message: str) -> None:
    answer = str(np.vectorize(lambda entry: float(f"{entry:.5g}"))(wrong).tolist())
    assert said(written(text).mark({name: answer}), name).startswith(f"consistent with {message}")
