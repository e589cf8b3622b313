"""Vectors of several quantities, answered as one."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deepcalc.checking.whole_vectors import components
from deepcalc.graph.evaluation import value_of
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.parser import parse
from tests.checking.test_expression_marking import marks

SOFTMAX = """
kind: activation
function: softmax
at: {z1: , z2: , z3: }
parts: [{find: p}, {find: [dp.1/dz1, dp.1/dz2], in: [p]}]
"""
SCORES = {"z1": Fraction(2), "z2": Fraction(-1), "z3": Fraction(3)}


@pytest.mark.parametrize(
    ("answer", "is_right"),
    [
        ("softmax(z)", True),
        ("softmax([z1, z2, z3])", True),
        ("exp(z)/sum(exp(z))", True),
        (r"e^{z_i}/\sum_j e^{z_j}", True),
        ("e^z/Σ e^z", True),
        (r"e^{z_i}/\sum_{j=1}^{K} e^{z_j}", True),
        (r"e^{z_i}/\sum_{j=1}^3 e^{z_j}", True),
        (r"e^{z_i}/\sum_{j=2}^3 e^{z_j}", False),
        (r"e^{z_i}/\sum_{j=1}^2 e^{z_j}", False),
        (r"e^{z_i}/\sum_{j \neq i} e^{z_j}", False),
        ("(e^z1/(e^z1 + e^z2 + e^z3), e^z2/(e^z1 + e^z2 + e^z3), e^z3/(e^z1 + e^z2 + e^z3))", True),
        (r"e^{z_i}/\sum_k e^{z_k} + z_i - z_j", False),
        ("sigmoid(z)", False),
        ("exp(z)", False),
        ("sum(exp(z))", False),
        ("(z1, z2)", False),
    ],
)
def test_a_vector_is_answered_as_a_whole(answer: str, is_right: bool) -> None:
    assert marks(SOFTMAX, p=answer)["p"].verdict.is_right is is_right


@pytest.mark.parametrize(
    ("name", "answer"), [("dp.1/dz1", "p₁(1 − p₁)"), ("dp.1/dz1", "p1*(1 - p1)"), ("dp.1/dz2", "−p₁p₂")]
)
def test_terms_may_be_a_vector_whose_components_are_named(name: str, answer: str) -> None:
    assert marks(SOFTMAX, **{name: answer})[name].verdict.is_right


def test_what_is_said_of_each_component() -> None:
    def values(written: str) -> list[float] | None:
        found = components(parse(written), 3, SCORES, lambda name: ())
        return None if found is None else [float(to_fraction(value_of(each, SCORES))) for each in found]

    assert values("2*z + 1") == [5, -1, 7]
    assert values("z_i^2 - sum(z_j, j, 1, 3)") == [0, -3, 5]
    assert values("z1 + z2") is None
    assert values("[z1, z2]") is None
