"""Every function, exact and in floats, against mpmath and NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deepcalc.errors import ValueOutOfReach
from deepcalc.graph.evaluation import value_of
from deepcalc.graph.floats import Scalars
from deepcalc.notation import arithmetic
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.functions import FUNCTIONS, log_sum_exp, written_out
from deepcalc.notation.nodes import Call, Name
from deepcalc.notation.printing import PlainPrinter
from tests.strategies import many, rationals

mp = mpmath.mp.clone()
mp.dps = 110

MEANING: dict[str, Callable[..., Any]] = {
    "exp": mp.exp,
    "log": mp.log,
    "ln": mp.log,
    "log2": lambda x: mp.log(x) / mp.log(2),
    "log10": lambda x: mp.log(x) / mp.log(10),
    "sqrt": mp.sqrt,
    "abs": abs,
    "sign": mp.sign,
    "step": lambda x: mp.mpf(x >= 0),
    "sin": mp.sin,
    "cos": mp.cos,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "tanh": mp.tanh,
    "cosh": mp.cosh,
    "sinh": mp.sinh,
    "erf": mp.erf,
    "relu": lambda x: max(x, 0),
    "leaky_relu": lambda x, slope: x if x > 0 else slope * x,
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "max": lambda *values: max(values),
    "min": lambda *values: min(values),
    "floor": mp.floor,
    "ceil": mp.ceil,
    "argmax": lambda *values: values.index(max(values)) + 1,
}
"""What each name means, from mpmath at 110 digits."""

ONLY_POSITIVE = {"log", "ln", "log2", "log10", "sqrt"}
ROWS = sorted(FUNCTIONS)


def test_every_function_is_tested() -> None:
    assert set(MEANING) == set(FUNCTIONS)


def arguments_of(name: str) -> st.SearchStrategy[list[Fraction]]:
    arity = FUNCTIONS[name].arity
    one = rationals().map(lambda x: x if abs(x) < 100 else Fraction(x.numerator % 99, x.denominator % 99 + 1))
    if name in ONLY_POSITIVE:
        one = one.map(lambda x: abs(x) or Fraction(1, 2))
    return st.lists(one, min_size=arity or 3, max_size=arity or 3)


@pytest.mark.parametrize("name", ROWS)
def test_the_exact_value_has_45_digits(name: str) -> None:
    @many
    @given(arguments_of(name))
    @example([Fraction(344, 219)] * (FUNCTIONS[name].arity or 1))
    @example([Fraction(103_993, 33_102)] * (FUNCTIONS[name].arity or 1))
    def check(arguments: list[Fraction]) -> None:
        expected = MEANING[name](*[mp.mpf(x.numerator) / x.denominator for x in arguments])
        found = to_fraction(FUNCTIONS[name].exact(*arguments))
        difference = abs(mp.mpf(found.numerator) / found.denominator - expected)
        assert difference <= 1e-45 * max(abs(expected), mp.mpf(10) ** -60)

    check()


@pytest.mark.parametrize("name", ROWS)
def test_floats_and_arrays_agree_with_the_exact_value(name: str) -> None:
    row = FUNCTIONS[name]

    @many
    @given(arguments_of(name), arguments_of(name))
    def check(first: list[Fraction], second: list[Fraction]) -> None:
        floats = [[float(x) for x in arguments] for arguments in (first, second)]
        exact = np.array([float(row.exact(*map(Fraction, arguments))) for arguments in floats])
        singly = np.array([row.floats(Scalars, *arguments) for arguments in floats])
        arrays = row.floats(np, *np.array(floats).T)
        assert np.allclose(singly, exact, rtol=1e-13, atol=1e-15)
        assert np.allclose(arrays, exact, rtol=1e-13, atol=1e-15)

    check()


AT_PLACES: list[tuple[str, Sequence[str], str]] = [
    ("exp", ["0"], "1"),
    ("log", ["1"], "0"),
    ("log2", ["8"], "3"),
    ("log2", ["1/1024"], "-10"),
    ("log10", ["1000"], "3"),
    ("sqrt", ["9/4"], "3/2"),
    ("sigmoid", ["0"], "1/2"),
    ("tanh", ["0"], "0"),
    ("cosh", ["0"], "1"),
    ("sinh", ["0"], "0"),
    ("erf", ["0"], "0"),
    ("sin", ["0"], "0"),
    ("cos", ["0"], "1"),
    ("relu", ["-2"], "0"),
    ("relu", ["0.3"], "0.3"),
    ("leaky_relu", ["-2", "0.01"], "-0.02"),
    ("abs", ["-0.3"], "0.3"),
    ("floor", ["-1.5"], "-2"),
    ("floor", ["14.5"], "14"),
    ("ceil", ["-1.5"], "-1"),
    ("ceil", ["14.5"], "15"),
    ("max", ["1", "3", "2"], "3"),
    ("min", ["1", "-3", "2"], "-3"),
    ("argmax", ["1", "3", "3"], "2"),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), AT_PLACES)
def test_values_that_a_person_knows_are_rational(name: str, arguments: Sequence[str], expected: str) -> None:
    found = FUNCTIONS[name].exact(*map(Fraction, arguments))
    assert isinstance(found, Fraction)
    assert found == Fraction(expected)


def test_a_whole_part_is_found_of_what_no_double_can_hold() -> None:
    third = arithmetic.sqrt(Fraction(10**40) + 1)
    assert FUNCTIONS["floor"].exact(third) == 10**20
    assert FUNCTIONS["ceil"].exact(third) == 10**20 + 1


@pytest.mark.parametrize("size", [50, 1000, 20_000, 10**6])
def test_saturated_functions_neither_fail_nor_overflow(size: int) -> None:
    x = Fraction(size)
    assert float(FUNCTIONS["sigmoid"].exact(x)) == 1
    assert float(FUNCTIONS["tanh"].exact(-x)) == -1
    assert to_fraction(FUNCTIONS["softplus"].exact(x)) == pytest.approx(x)
    for xp in (Scalars, np):
        assert FUNCTIONS["sigmoid"].floats(xp, float(-x)) == pytest.approx(np.exp(-float(x)))
        assert FUNCTIONS["softplus"].floats(xp, float(x)) == float(x)


@pytest.mark.parametrize("name", sorted(ONLY_POSITIVE))
def test_a_negative_argument_has_no_value(name: str) -> None:
    with pytest.raises(ValueOutOfReach):
        FUNCTIONS[name].exact(Fraction(-1))
    assert np.isnan(FUNCTIONS[name].floats(Scalars, -1.0))


@pytest.mark.parametrize("name", [row.name for row in FUNCTIONS.values() if row.definition])
def test_a_definition_has_the_same_value(name: str) -> None:
    call = Call(name, *map(Name, "xy"[: FUNCTIONS[name].arity]))

    @many
    @given(arguments_of(name))
    @example([Fraction(344, 219)] * (FUNCTIONS[name].arity or 1))
    @example([Fraction(103_993, 33_102)] * (FUNCTIONS[name].arity or 1))
    def check(arguments: list[Fraction]) -> None:
        values = dict(zip("xy", arguments, strict=False))
        expected = float(value_of(call, values))
        assert float(value_of(written_out(call), values)) == pytest.approx(expected, rel=1e-40 + 1e-15, abs=1e-40)

    check()


def test_a_single_value_is_its_own_extreme() -> None:
    assert [FUNCTIONS[name].exact(Fraction(3)) for name in ("max", "min", "argmax")] == [3, 3, 1]


def test_definitions_as_they_are_written() -> None:
    x, s = Name("x"), Name("s")
    calls = [Call("sigmoid", x), Call("relu", x), Call("leaky_relu", x, s), Call("softplus", x), Call("tanh", x)]
    written = [PlainPrinter().print(written_out(call)) for call in calls]
    assert written == ["1/(1 + exp(-x))", "max(0, x)", "cases(x if x > 0, s*x otherwise)", "log(1 + exp(x))", "tanh(x)"]


def test_log_sum_exp_does_not_overflow() -> None:
    values = {"a": Fraction(10**6), "b": Fraction(10**6) - 1}
    found = value_of(log_sum_exp([Name("a"), Name("b")]), values)
    assert float(to_fraction(found) - 10**6) == pytest.approx(0.3132616875182228, rel=1e-12)
