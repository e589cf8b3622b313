"""Written expressions as ordinary SymPy ones."""

from __future__ import annotations

from typing import Any

import pytest
import sympy
from hypothesis import given

from deepcalc.errors import ValueOutOfReach
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.nodes import Call, Literal, Name
from deepcalc.notation.oracle import to_sympy
from deepcalc.notation.parser import parse, parse_listing
from tests.quick import at_once
from tests.strategies import many, smooth

x, y, n = (sympy.Symbol(name, real=True) for name in "xyn")
i = sympy.Symbol("i", real=True)

TRANSLATIONS: list[tuple[str, Any]] = [
    ("x - (y - 0.5)", x - y + sympy.Rational(1, 2)),
    ("x/y*2", 2 * x / y),
    ("-x^2", -(x**2)),
    ("1e-8", sympy.Rational(1, 10**8)),
    ("sigmoid(x)", 1 / (1 + sympy.exp(-x))),
    ("log2(8)", sympy.log(8) / sympy.log(2)),
    ("sqrt(x^2)", sympy.Abs(x)),
    ("max(x, y, 1)", sympy.Max(x, y, 1)),
    ("cases(x if 0 < x <= y, y otherwise)", sympy.Piecewise((x, (x > 0) & (x <= y)), (y, True))),
    ("sum(x*i, i, 1, 3)", sympy.Sum(x * i, (i, 1, 3))),
    ("argmax(x, y)", sympy.Piecewise((1, x >= y), (2, (y >= x)))),
]


@pytest.mark.parametrize(("text", "expected"), TRANSLATIONS, ids=[text for text, _ in TRANSLATIONS])
def test_a_formula_in_sympy(text: str, expected: Any) -> None:
    assert sympy.simplify(to_sympy(parse(text)) - expected) == 0


def test_a_listing_is_a_tuple() -> None:
    assert to_sympy(parse_listing("x, y")) == sympy.Tuple(x, y)


def test_every_function_has_an_oracle() -> None:
    for row in FUNCTIONS.values():
        arguments = [Literal("2"), Literal("3")][: row.arity]
        assert to_sympy(Call(row.name, *arguments)).is_number


def test_names_of_quantities_become_symbols_of_that_name() -> None:
    assert to_sympy(Name("dL/dw21")) == sympy.Symbol("dL/dw21", real=True)


@many
@given(smooth())
def test_every_name_of_the_written_expression_and_no_other_is_in_it(node: Any) -> None:
    assert {symbol.name for symbol in to_sympy(node).free_symbols} <= {part.name for part in node.free_symbols}


@pytest.mark.parametrize("text", ["9^9^9", "(10^1000)^1000", "(1/3)^(9^9)", "0.5^-(9^9)"])
def test_numbers_without_end_are_not_worked_out(text: str) -> None:
    def refused() -> None:
        with pytest.raises(ValueOutOfReach):
            to_sympy(parse(text))

    at_once(refused)
