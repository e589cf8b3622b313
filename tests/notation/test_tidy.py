"""Tidying: the value stays, twice is once, and what comes out is what a textbook writes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given

from deepcalc.graph.evaluation import value_of
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.tidy import tidy
from tests.strategies import many, points, smooth

TEXTBOOK = [
    ("2*(2*w - y)*2", "8*w - 4*y"),
    ("2*(w*2 - y)*2", "8*w - 4*y"),
    ("x*yhat - x*y", "(yhat - y)*x"),
    ("-(y - yhat)*x", "(yhat - y)*x"),
    ("2*x*x", "2*x^2"),
    ("(-y/yhat + (1 - y)/(1 - yhat))*yhat*(1 - yhat)", "yhat - y"),
    ("-(y/yhat - (1 - y)/(1 - yhat))*yhat*(1 - yhat)*x", "(yhat - y)*x"),
    ("-(y/yhat - (1 - y)/(1 - yhat))", "(yhat - y)/(yhat*(1 - yhat))"),
    ("(N - K + 2*P)/2 + 1", "(N - K + 2*P)/2 + 1"),
    ("(K*K*C + 1)*F", "(K^2*C + 1)*F"),
    ("1*x + 0*y", "x"),
    ("-(-x)", "x"),
    ("x - (-y)", "x + y"),
    ("2*(o - t)*1/2", "o - t"),
    ("a1*(1 - a1)", "a1*(1 - a1)"),
    ("1 - h^2", "1 - h^2"),
    ("-2*(t - o)", "2*(o - t)"),
    ("-2/3*(t - o)*h", "2/3*(o - t)*h"),
    ("-a*(1 - a)*(t - a)", "a*(1 - a)*(a - t)"),
    ("-a*(1 - a)", "-a*(1 - a)"),
    ("-p1*p2", "-p1*p2"),
    ("2*(o - t)*x + 2*lambda*w", "2*(o - t)*x + 2*lambda*w"),
    ("m*beta + (1 - beta)*g", "m*beta + (1 - beta)*g"),
    ("(a + b)^2 - a^2 - 2*a*b - b^2", "0"),
    ("a*(b + c) + d*(b + c)", "(b + c)*(a + d)"),
    ("2/n*x*(w*x - y)", "2/n*x*(w*x - y)"),
    ("0.1*w*0.5", "0.05*w"),
    ("w - 0.1*2*w", "0.8*w"),
    ("w - 1/10*2*w", "4/5*w"),
    ("2.0*x", "2.0*x"),
    ("-2*w + y - 3*w", "y - 5*w"),
    ("x/y/z", "x/(y*z)"),
    ("x/(y/z)", "x*z/y"),
    ("(x + y)/(x + y)", "1"),
    ("sqrt(x)*sqrt(x)", "x"),
    ("x*y/sqrt(x)", "y*sqrt(x)"),
    ("y*sqrt(x)/x", "y/sqrt(x)"),
    ("sqrt(x)/x^2", "1/(sqrt(x)*x)"),
    ("sqrt(a + b)/(a + b)", "1/sqrt(a + b)"),
    ("log(exp(x + 0))", "x"),
    ("log(1) + relu(2)*x", "2*x"),
    ("sigmoid(1*z)*(1 - sigmoid(z))*(sigmoid(z) - y)", "sigmoid(z)*(1 - sigmoid(z))*(sigmoid(z) - y)"),
    ("x^n*x", "x^n*x"),
    ("exp(z)/(exp(z) + 1) - y", "sigmoid(z) - y"),
    ("1 - sigmoid(-z)", "sigmoid(z)"),
    ("1 - sigmoid(z)", "1 - sigmoid(z)"),
    ("exp(-z)/(1 + exp(-z))", "exp(-z)/(1 + exp(-z))"),
    ("a/b/(2*c)", "a/(2*b*c)"),
    ("1/2*a - 1/2/v", "(a*v - 1)/(2*v)"),
]


@pytest.mark.parametrize(("written", "tidied"), TEXTBOOK)
def test_it_is_written_as_in_a_textbook(written: str, tidied: str) -> None:
    assert PlainPrinter().print(tidy(parse(written)).expression) == tidied


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("1/(x - x)", "division by zero"),
        ("1/(x - x)*y", "division by zero"),
        ("-y*(1 - 1)/(x - x)^2", "division by zero"),
        ("y*0^(-2)", "division by zero"),
        ("log(x - x)*y", "the logarithm of 0"),
        ("sqrt(1 - 3)*y", "the square root of a negative number"),
    ],
)
def test_what_has_no_value_is_left_and_said(written: str, reason: str) -> None:
    tidied = tidy(parse(written))
    assert tidied.expression == parse(written)
    assert tidied.undefined == reason


@pytest.mark.parametrize(
    ("written", "tidied"),
    [
        ("x + cases(0*log(0) if 0 > 0, 0 otherwise)", "x"),
        ("cases(x/(1 - 1) if 1 != 1, log(x) otherwise)", "log(x)"),
        ("cases(x if q > 1, 2*x if 3 > 2, 1/0 otherwise)", "cases(x if q > 1, 2*x otherwise)"),
        ("cases(x/(q - q) if q > 1, x + x otherwise)", "cases(x/(q - q) if q > 1, 2*x otherwise)"),
    ],
)
def test_cases_need_no_value_where_they_do_not_hold(written: str, tidied: str) -> None:
    found = tidy(parse(written))
    assert not found.undefined
    assert PlainPrinter().print(found.expression) == tidied


LAWS = [
    ("2*(2*w - y)*2", ["numbers gathered"]),
    ("x*yhat - x*y", ["common factor taken out"]),
    ("-(y - yhat)*x", ["−(a − b) = b − a"]),
    ("2*x*x", ["equal factors gathered into a power"]),
    ("(-y/yhat + (1 - y)/(1 - yhat))*yhat*(1 - yhat)", ["brought to one denominator", "cancelled"]),
    ("3*w + 2*w", ["like terms gathered"]),
    ("(a + b)*(a - b) + b^2 + b*a", ["common factor taken out"]),
    ("(x + 1)^2 - x^2", ["multiplied out"]),
    ("a*(1 - a)", []),
]


@pytest.mark.parametrize(("written", "named"), LAWS)
def test_its_laws_are_named(written: str, named: list[str]) -> None:
    printer = UnicodePrinter()
    laws = tidy(parse(written)).laws
    assert ["".join(part if isinstance(part, str) else printer.print(part) for part in law) for law in laws] == named


@many
@given(smooth(), points())
def test_the_value_stays(node: Any, point: dict[str, Fraction]) -> None:
    before = to_fraction(value_of(node, point))
    after = to_fraction(value_of(tidy(node).expression, point))
    assert abs(before - after) <= Fraction(1, 10**20) * max(Fraction(1), abs(before))


@many
@example(parse("x/(1 + x^2)/(1 + (2/(1 + 0.5^2))^2)"))
@given(smooth())
def test_twice_is_once(node: Any) -> None:
    tidied = tidy(node).expression
    assert tidy(tidied).expression == tidied
