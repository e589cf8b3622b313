"""What numbers say that are made like the one that is looked at. All values by hand."""

from __future__ import annotations

from fractions import Fraction

from deepcalc.checking.cases import Case
from deepcalc.checking.reports import Evidence
from deepcalc.checking.siblings import Siblings
from deepcalc.checking.slip_values import SlipValues
from deepcalc.notation.parser import parse
from deepcalc.plan import Slip
from tests.checking.marking import said, written

LOSSES = written("""
kind: formula
given: {y1: 3, p1: 2.5, y2: 1, p2: 3, y3: 2, p3: 5}
define: {L1: 0.8*(y1 - p1), L2: 0.8*(y2 - p2), L3: 0.8*(y3 - p3), M: L1 + L2}
parts: [{find: [L1, L2, L3, M]}]
""")
GRAPH = LOSSES._plan.graph
HALVED = Slip("factor-2", "a factor 1/2 too many", {"L1": parse("0.8*(y1 - p1)/2")})


def agree(slip: Slip = HALVED, **others: tuple[str, bool]) -> bool | None:
    """0.2 is written for L₁, which is 0.4."""
    found = {name: Evidence(Fraction(text), Fraction(1, 2000), right) for name, (text, right) in others.items()}
    own = {"L1": Evidence(Fraction("0.2"), Fraction(1, 2000), False)}
    siblings = Siblings(GRAPH, SlipValues(LOSSES._problem, {}, {}))
    return siblings.agree(slip, Case("L1", {}, {**own, **found}))


def test_a_sibling_with_the_same_mistake_agrees() -> None:
    assert agree(L2=("-0.8", False)) is True  # -1.6/2
    assert agree(L2=("3.2", False), L3=("-1.2", False)) is True  # one of them


def test_a_sibling_with_another_mistake_does_not() -> None:
    assert agree(L2=("3.2", False)) is False  # 0.8·(-2)²


def test_right_ones_and_others_say_nothing() -> None:
    assert agree(L2=("-1.6", True)) is None
    assert agree(M=("-1.4", False)) is None


def test_of_a_mistake_farther_off_none_must_agree() -> None:
    assert agree(Slip("input", "another input", {"p1": parse("3")}), L2=("3.2", False)) is None


def test_a_mistake_that_fits_one_of_two_alike_numbers_alone_is_no_explanation() -> None:
    """0.8·0.5² is half of 0.8·0.5, but 0.8·(-2)² is no half."""
    assert "1/2" in said(LOSSES.mark({"L1": "0.200"}), "L1")
    assert "consistent" not in said(LOSSES.mark({"L1": "0.200", "L2": "3.20"}), "L1")
    found = LOSSES.mark({"L1": "0.200", "L2": "-0.800"})
    assert "1/2" in said(found, "L1")
    assert said(found, "L2").startswith("the same mistake as in your L1")
