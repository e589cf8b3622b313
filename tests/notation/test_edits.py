"""Small changes to a written expression."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deepcalc.notation.edits import changed, rescaled, unsigned, with_term, without_factor, without_term
from deepcalc.notation.nodes import Call, Name, Node
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter


def plain(node: Node) -> str:
    return PlainPrinter().print(node)


@pytest.mark.parametrize(
    ("text", "index", "expected"), [("a + b - c", 1, "a - c"), ("a + b", 0, "b"), ("a - b", 0, "-b")]
)
def test_a_term_left_out(text: str, index: int, expected: str) -> None:
    assert plain(without_term(parse(text), index)) == expected


def test_another_term_in_the_place_of_one() -> None:
    assert plain(with_term(parse("a + b + c"), 1, Name("x"))) == "a + x + c"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a*b*c", "a*c"), ("b*c", "c"), ("-a*b", "-a"), ("b", "1"), ("a*c", "a*c"), ("a + b", "a + b")],
)
def test_a_factor_left_out(text: str, expected: str) -> None:
    assert plain(without_factor(parse(text), Name("b"))) == expected


@pytest.mark.parametrize(("text", "expected"), [("-a*b", "a*b"), ("a*b", "a*b"), ("a - b", "a - b")])
def test_the_minus_before_a_term_left_out(text: str, expected: str) -> None:
    assert plain(unsigned(parse(text))) == expected


@pytest.mark.parametrize(
    ("text", "ratio", "expected"),
    [
        ("2/3*(o - t)", Fraction(3, 2), "o - t"),
        ("o - t", Fraction(2), "2*(o - t)"),
        ("o*(1 - o)*(t - o)", Fraction(1, 2), "1/2*o*(1 - o)*(t - o)"),
        ("-2*a", Fraction(1, 2), "-a"),
    ],
)
def test_another_number_before_a_product(text: str, ratio: Fraction, expected: str) -> None:
    assert plain(rescaled(parse(text), ratio)) == expected


def test_nodes_are_changed_wherever_they_stand() -> None:
    def bare(node: Node) -> Node | None:
        return node.arguments[0] if isinstance(node, Call) and node.function == "sqrt" else None

    assert plain(changed(parse("a/sqrt(b + c) + sqrt(d)"), bare)) == "a/(b + c) + d"
    assert changed(parse("a + b"), bare) == parse("a + b")
