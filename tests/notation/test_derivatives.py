"""The derivative rules against SymPy's and against differences, and as an exam writes them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from deepcalc.graph.evaluation import value_of
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.nodes import Call, Name, names_in
from deepcalc.notation.oracle import to_sympy
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from tests.strategies import VARIABLES, many, points, smooth

F = Fraction


@many
@given(smooth(), st.sampled_from(VARIABLES), points())
def test_a_derivative_is_that_of_sympy(node: Any, name: str, point: dict[str, Fraction]) -> None:
    numbers = {sympy.Symbol(key, real=True): sympy.Rational(x.numerator, x.denominator) for key, x in point.items()}
    expected = sympy.diff(to_sympy(node), sympy.Symbol(name, real=True)).evalf(30, subs=numbers)
    found = to_fraction(value_of(derivative(node, name), point))
    assert abs(sympy.Rational(found.numerator, found.denominator) - expected) <= 1e-22 * max(1, abs(expected))


FUNCTION_POINTS = [(name, index) for name, row in FUNCTIONS.items() for index in range(row.arity or 3)]


@pytest.mark.parametrize(("name", "index"), FUNCTION_POINTS)
def test_every_function_has_the_derivative_that_differences_show(name: str, index: int) -> None:
    """By an independent evaluation of the function (mpmath), at points away from its kinks."""
    arity = FUNCTIONS[name].arity or 3
    node = Call(name, *map(Name, "xyz"[:arity]))
    symbols = [sympy.Symbol(key, real=True) for key in "xyz"[:arity]]
    function = sympy.lambdify(symbols, to_sympy(node), "mpmath")

    @many
    @given(st.permutations([F(3, 10), F(17, 10), F(29, 10)]), st.integers(1, 9), st.booleans())
    def check(base: list[Fraction], step: int, mirrored: bool) -> None:
        place = [x + F(step, 100) for x in base[:arity]]
        if mirrored and name not in ("log", "ln", "log2", "log10", "sqrt"):
            place = [-x for x in place]
        order = tuple(int(k == index) for k in range(arity))
        found = to_fraction(value_of(derivative(node, "xyz"[index]), dict(zip("xyz", place, strict=False))))
        with mpmath.workdps(40):
            expected = mpmath.diff(function, [mpmath.mpf(x.numerator) / x.denominator for x in place], order)
            difference = mpmath.mpf(found.numerator) / found.denominator - expected
            assert abs(difference) < 1e-25 * max(1, abs(expected))

    check()


CONVENTIONS = [
    ("relu(x)", "x", {"x": 0}, 0),
    ("relu(x)", "x", {"x": 1}, 1),
    ("leaky_relu(x, 0.1)", "x", {"x": 0}, F(1, 10)),
    ("leaky_relu(x, s)", "s", {"x": -3, "s": 1}, -3),
    ("leaky_relu(x, s)", "s", {"x": 3, "s": 1}, 0),
    ("abs(x)", "x", {"x": 0}, 0),
    ("abs(x)", "x", {"x": -2}, -1),
    ("max(x, y)", "x", {"x": 1, "y": 1}, 1),
    ("max(x, y)", "y", {"x": 1, "y": 1}, 0),
    ("min(x, y)", "x", {"x": 1, "y": 1}, 1),
    ("min(x, y)", "y", {"x": 1, "y": 1}, 0),
    ("max(x, y, z)", "y", {"x": 1, "y": 2, "z": 2}, 1),
    ("max(x, y, z)", "z", {"x": 1, "y": 2, "z": 2}, 0),
    ("max(x, y, z)", "y", {"x": 2, "y": 2, "z": 2}, 0),
    ("max(0, x)", "x", {"x": 0}, 0),
    ("floor(x)", "x", {"x": 1}, 0),
    ("cases(x^2 if x >= 1, x otherwise)", "x", {"x": 1}, 2),
    ("x^0", "x", {"x": 0}, 0),
]


@pytest.mark.parametrize(("text", "name", "point", "expected"), CONVENTIONS)
def test_the_value_at_a_kink_is_the_stated_convention(
    text: str, name: str, point: dict[str, int], expected: Fraction
) -> None:
    values = {key: F(x) for key, x in point.items()}
    assert value_of(derivative(parse(text), name), values) == expected


@pytest.mark.parametrize("values", [(1, 1, 2), (2, 1, 2), (1, 1, 1), (3, 2, 1), (1, 3, 3)])
@pytest.mark.parametrize("name", ["max", "min"])
def test_of_equal_arguments_exactly_one_counts(name: str, values: tuple[int, ...]) -> None:
    point = dict(zip("xyz", map(F, values), strict=True))
    slopes = [value_of(derivative(parse(f"{name}(x, y, z)"), key), point) for key in "xyz"]
    assert sorted(slopes) == [0, 0, 1]
    first = values.index(max(values) if name == "max" else min(values))
    assert slopes[first] == 1


AS_WRITTEN = [
    ("w*x + b", "w", "x"),
    ("w*x + b", "b", "1"),
    ("w*x + b", "q", "0"),
    ("x - y", "y", "-1"),
    ("-(x*y)", "x", "-y"),
    ("x*y*z", "y", "x*z"),
    ("x*x", "x", "x + x"),
    ("(t - o)^2", "o", "-2*(t - o)"),
    ("1/2*(t - o)^2", "t", "1/2*2*(t - o)"),
    ("x^3", "x", "3*x^2"),
    ("x^2.0", "x", "2.0*x"),
    ("x^n", "x", "n*x^(n - 1)"),
    ("x/y", "x", "1/y"),
    ("x/y", "y", "-x/y^2"),
    ("(-x)/y", "x", "-1/y"),
    ("exp(-x)", "x", "-exp(-x)"),
    ("log(x)", "x", "1/x"),
    ("log2(x)", "x", "1/(x*log(2))"),
    ("sqrt(x)", "x", "1/(2*sqrt(x))"),
    ("sigmoid(z)", "z", "sigmoid(z)*(1 - sigmoid(z))"),
    ("tanh(z)", "z", "1 - tanh(z)^2"),
    ("relu(z)", "z", "cases(1 if z > 0, 0 otherwise)"),
    ("softplus(z)", "z", "sigmoid(z)"),
    ("cases(2*x if x > 0, 3 otherwise)", "x", "cases(2 if x > 0, 0 otherwise)"),
    # quotients and roots, as a table of derivatives has them
    ("a/sqrt(v)", "v", "-a/(2*v*sqrt(v))"),
    ("1/sqrt(v)", "v", "-1/(2*v*sqrt(v))"),
    ("a/v^3", "v", "-3*a/v^4"),
    ("-a/v", "v", "a/v^2"),
    ("x*y/(2*v)", "v", "-x*y/(2*v^2)"),
    ("a/(b*v)", "v", "-a/(b*v^2)"),
    ("sqrt(v)/a", "v", "1/(2*a*sqrt(v))"),
    ("a*sqrt(v)", "v", "a/(2*sqrt(v))"),
    ("sqrt(x^2 + y^2)", "x", "x/sqrt(x^2 + y^2)"),
    ("sqrt(a*v)", "v", "a/(2*sqrt(a*v))"),
    ("m/(sqrt(v) + e)", "v", "-m/(2*sqrt(v)*(sqrt(v) + e)^2)"),
    ("(x - m)/sqrt(v + e)", "v", "-(x - m)/(2*(v + e)*sqrt(v + e))"),
    ("(x - m)/sqrt(v + e)", "x", "1/sqrt(v + e)"),
    ("log(a/b)", "b", "-1/b"),
    ("log(v)/v", "v", "(1 - log(v))/v^2"),
    ("x/v^0.5", "v", "-0.5*x/v^1.5"),
    ("v^(1/2)", "v", "1/2*v^(-1/2)"),
    ("v^1.5", "v", "1.5*v^0.5"),
    ("((o - t)/s)^2", "o", "2*(o - t)/s^2"),
    ("1/(1 + exp(-x))", "x", "exp(-x)/(1 + exp(-x))^2"),
]

POSITIVE = [row[:2] for row in AS_WRITTEN if "v" in row[0] or "/" in row[0] or "sqrt" in row[0]]


@pytest.mark.parametrize(("text", "name"), POSITIVE, ids=[f"d({text})/d{name}" for text, name in POSITIVE])
def test_a_short_form_is_the_derivative(text: str, name: str) -> None:
    node = parse(text)
    point = {key: F(3 + 2 * place, 7) for place, key in enumerate(names_in(node))}
    numbers = {sympy.Symbol(key, real=True): sympy.Rational(x.numerator, x.denominator) for key, x in point.items()}
    expected = sympy.diff(to_sympy(node), sympy.Symbol(name, real=True)).evalf(30, subs=numbers)
    found = to_fraction(value_of(derivative(node, name), point))
    assert abs(sympy.Rational(found.numerator, found.denominator) - expected) <= 1e-22 * abs(expected)


@pytest.mark.parametrize(("text", "name", "written"), AS_WRITTEN, ids=[f"d({row[0]})/d{row[1]}" for row in AS_WRITTEN])
def test_a_derivative_is_written_as_in_an_exam(text: str, name: str, written: str) -> None:
    assert PlainPrinter().print(derivative(parse(text), name)) == written


def test_a_sigmoids_derivative_is_said_in_the_name_of_the_units_output() -> None:
    assert PlainPrinter().print(derivative(parse("sigmoid(z)"), "z", Name("O"))) == "O*(1 - O)"
    assert PlainPrinter().print(derivative(parse("tanh(z)"), "z", Name("a"))) == "1 - a^2"
    assert PlainPrinter().print(derivative(parse("exp(z)"), "z", Name("e1"))) == "e1"
    assert PlainPrinter().print(derivative(parse("2*sigmoid(z)"), "z", Name("O"))) == "2*sigmoid(z)*(1 - sigmoid(z))"
