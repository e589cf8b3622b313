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
from tests.checking.marking import marker, said

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


def test_scores_over_their_sum_are_no_softmax_of_a_vector() -> None:
    answer = "[0.4679, 0.5321]"  # (5.1, 5.8)/10.9
    assert "exponential" in said(marker("convnet-forward-and-backward").mark({"Y": answer}), "Y")
