"""The nodes: never simplified, compared by structure, and no arithmetic that would sort them."""

from __future__ import annotations

import copy
import operator
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given

from deepcalc.notation import arithmetic
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Times,
    minus,
    names_in,
    negative,
    nodes_in,
    number,
    product,
    total,
)
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from tests.strategies import many, written

a, b = Name("a"), Name("b")


@pytest.mark.parametrize("node", [a, Literal("2"), Plus(a, b), Call("exp", a)], ids=str)
@pytest.mark.parametrize("other", [1, 0.5, Fraction(1, 2), sympy.Integer(1), sympy.Symbol("x"), b], ids=repr)
@pytest.mark.parametrize(
    "operate", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow], ids=lambda f: str(f.__name__)
)
def test_arithmetic_on_nodes_raises(operate: Callable[[Any, Any], Any], other: Any, node: Any) -> None:
    with pytest.raises(TypeError):
        operate(node, other)
    with pytest.raises(TypeError):
        operate(other, node)


@pytest.mark.parametrize("operate", [operator.neg, operator.pos, abs, float, int], ids=lambda f: str(f.__name__))
def test_a_node_has_no_sign_and_is_no_number(operate: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError):
        operate(a)


@many
@given(written())
def test_a_node_survives_pickle_and_copy(node: Any) -> None:
    for twin in (pickle.loads(pickle.dumps(node)), copy.copy(node), copy.deepcopy(node)):
        assert twin == node
        assert hash(twin) == hash(node)


def test_a_computed_number_survives_pickle() -> None:
    literal = Literal("2.718", arithmetic.exp(Fraction(1)))
    twin = pickle.loads(pickle.dumps(literal))
    assert twin == literal
    assert twin.value == literal.value


@many
@given(written())
def test_names_are_replaced_everywhere_and_nothing_else_changes(node: Any) -> None:
    renamed = node.xreplace({Name(name): Name(f"q{k}") for k, name in enumerate(names_in(node))})
    back = renamed.xreplace({Name(f"q{k}"): Name(name) for k, name in enumerate(names_in(node))})
    assert back == node
    assert {part.name for part in node.free_symbols} == set(names_in(node))


def test_nothing_is_merged_or_sorted() -> None:
    node = parse("w*x + b + w*x + 0 + 1*1")
    assert PlainPrinter().print(node) == "w*x + b + w*x + 0 + 1*1"
    assert Plus(a, b) != Plus(b, a)
    assert Times(Literal("2"), Literal("3")).args == (Literal("2"), Literal("3"))
    logarithm: Node = Call("log", ONE)
    assert logarithm != ZERO


def test_numbers_of_one_value_and_two_texts_are_two_nodes() -> None:
    assert Literal("2.0") != Literal("2")
    assert Literal("2.0").value == Literal("2").value
    assert Literal("0.33", Fraction(1, 3)) != Literal("0.33")


def test_a_literal_is_exact_when_its_text_says_all() -> None:
    assert Literal("0.5").exact
    assert Literal("5e-1", Fraction(1, 2)).exact
    assert not Literal("0.33", Fraction(1, 3)).exact
    assert not Literal("2.718", arithmetic.exp(Fraction(1))).exact


AS_A_PERSON_WRITES = [
    (total(), "0"),
    (total(a), "a"),
    (total(a, Literal("-2"), b), "a - 2 + b"),
    (total(Literal("-2"), Negative(a)), "-2 - a"),
    (minus(a, Literal("-2")), "a - (-2)"),
    (product(), "1"),
    (product(a, ONE), "a"),
    (product(ONE, ONE), "1"),
    (product(a, ZERO, b), "0"),
    (product(a, Times(b, a)), "a*b*a"),
    (product(Negative(a), b), "-a*b"),
    (product(Negative(a), Negative(b)), "a*b"),
    (product(Literal("-1"), a), "-a"),
    (product(Literal("-2"), a), "(-2)*a"),
    (negative(Negative(a)), "a"),
    (negative(Literal("2.0")), "-2.0"),
    (negative(Literal("-2.0")), "2.0"),
    (negative(ZERO), "0"),
    (number(3), "3"),
    (number(-3), "-3"),
    (number(Fraction(2, 3)), "2/3"),
    (number(Fraction(-2, 3)), "-2/3"),
]


@pytest.mark.parametrize(("node", "text"), AS_A_PERSON_WRITES, ids=[text for _, text in AS_A_PERSON_WRITES])
def test_expressions_are_put_together_as_a_person_writes_them(node: Any, text: str) -> None:
    assert PlainPrinter().print(node) == text


def test_nodes_and_names_come_in_the_order_written() -> None:
    node = Plus(Over(b, a), Power(a, Literal("2")))
    assert names_in(node) == ("b", "a")
    assert [type(part).__name__ for part in nodes_in(node)] == [
        "Plus",
        "Over",
        "Name",
        "Name",
        "Power",
        "Name",
        "Literal",
    ]
