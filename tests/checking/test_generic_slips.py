"""Mistakes that any formula invites, and those of the answer alone."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deepcalc.checking.generic_slips import MOST_SLIPS, generic_slips, has_digits_transposed, has_point_shifted
from deepcalc.graph.graph import Graph, Quantity
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter


def graph(**formulas: str) -> Graph:
    made = Graph(Quantity(name, given=Literal("2")) for name in "abc")
    for name, formula in formulas.items():
        made.add(Quantity(name, parse(formula)))
    return made


def listed(made: Graph, name: str) -> set[tuple[str, str]]:
    plain = PlainPrinter()
    return {
        (slip.key, plain.print(formula)) for slip in generic_slips(made, name) for formula in slip.formulas.values()
    }


def test_every_sort_of_slip_in_a_formula() -> None:
    assert listed(graph(f="a*b + c"), "f") == {
        ("sign", "-(a*b + c)"),
        ("sign", "-a*b + c"),
        ("sign", "a*b - c"),
        ("term-left-out", "c"),
        ("term-left-out", "a*b"),
        ("factor-left-out", "b + c"),
        ("factor-left-out", "a + c"),
        ("swapped", "c*b + a"),
        ("swapped", "a*c + b"),
        ("swapped", "b*a + c"),
    }
    assert ("turned-over", "b/a + c") in listed(graph(f="a/b + c"), "f")


def test_slips_are_looked_for_near_the_answer() -> None:
    chain = graph(f="a + b", g="f + b", h="g + b", i="h + b")
    found = [name for slip in generic_slips(chain, "i") for name in slip.formulas]
    assert found[0] == "i"
    assert set(found) == {"i", "h", "g"}


def test_a_long_sum_does_not_have_more_slips_than_can_be_looked_at() -> None:
    wide = graph(f=" + ".join(f"{k}*a" for k in range(2, 200)))
    assert len(list(generic_slips(wide, "f"))) == MOST_SLIPS


@pytest.mark.parametrize(
    ("given", "truth", "expected"),
    [
        ("0.56", "0.65", True),
        ("-0.56", "-0.65", True),
        ("1.238", "1.3282", True),
        ("0.56", "-0.65", False),
        ("0.55", "0.65", False),
        ("0.65", "0.65", False),
    ],
)
def test_digits_transposed(given: str, truth: str, expected: bool) -> None:
    places = len(given.partition(".")[2])
    assert has_digits_transposed(Fraction(given), Fraction(1, 2 * 10**places), Fraction(truth)) is expected


@pytest.mark.parametrize(
    ("given", "truth", "expected"),
    [("6.54", "0.6536", True), ("0.00654", "6.536", True), ("6.54", "6.536", False), ("6.64", "0.6536", False)],
)
def test_point_shifted(given: str, truth: str, expected: bool) -> None:
    places = len(given.partition(".")[2])
    assert has_point_shifted(Fraction(given), Fraction(1, 2 * 10**places), Fraction(truth)) is expected
