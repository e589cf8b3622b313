"""Numbers that are typed as expressions: read wherever a number is, exact, and shown as typed."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.fields.constants import parse_constant
from deepcalc.kinds import find_kinds
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import Constant
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.problem.loader import load_text
from deepcalc.solution.document import Solution
from deepcalc.solution.expectations import unmet_expectations
from deepcalc.solution.solver import solve


@pytest.mark.parametrize(
    ("text", "value", "unicode", "latex"),
    [
        ("1/3", Fraction(1, 3), "1/3", r"\frac{1}{3}"),
        ("-1/3", Fraction(-1, 3), "−1/3", r"-\frac{1}{3}"),
        ("50%", Fraction(1, 2), "50%", r"50\%"),
        ("2^-3", Fraction(1, 8), "2⁻³", "2^{-3}"),
        ("sqrt(2)", math.sqrt(2), "√2", r"\sqrt{2}"),
        ("2*pi", 2 * math.pi, "2·π", r"2 \cdot \pi"),
        ("exp(-1)", math.exp(-1), "e⁻¹", "e^{-1}"),
        ("1/2 + 1/4", Fraction(3, 4), "1/2 + 1/4", r"\frac{1}{2} + \frac{1}{4}"),
    ],
)
def test_a_constant_expression_is_a_number(text: str, value: Fraction | float, unicode: str, latex: str) -> None:
    constant = parse_constant(text)
    assert isinstance(constant, Constant)
    assert constant.exact
    assert float(to_fraction(constant.value)) == pytest.approx(float(value), rel=1e-15)
    if isinstance(value, Fraction):
        assert constant.value == value
    assert UnicodePrinter().print(constant) == unicode
    assert LatexPrinter().print(constant) == latex
    again = parse_constant(PlainPrinter().print(constant))
    assert again is not None
    assert again.value == constant.value


@pytest.mark.parametrize("text", ["x", "1/0", "2*x", "", "1 +", "%", "x%", "log(0)", "2 3", "import os"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_constant(text) is None


def solved(fields: str) -> Solution:
    return solve(load_text(fields.encode(), "constants.yaml", find_kinds()))


def rows(solution: Solution, name: str) -> str:
    (step,) = (step for part in solution.parts for step in part.steps if step.name == name)
    lines = (f"{'=' if line.exact else '≈'} {UnicodePrinter().print(line.expression)}" for line in step.lines)
    return " ".join(lines)


def test_a_constant_is_shown_as_typed_and_is_exact() -> None:
    solution = solved("kind: formula\ngiven: {x: 1/3, r: sqrt(2), n: -1/3, h: 50%}\ndefine: {y: x*r, z: h*x - n, k: n}")
    assert rows(solution, "y") == "= x·r = 1/3·√2 ≈ 0.4714"
    assert rows(solution, "z") == "= h·x − n = 50%·(1/3) − (−1/3) ≈ 0.1667 + 0.3333 = 0.5"
    assert rows(solution, "k") == "= n = −1/3 ≈ −0.3333"


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        (
            "kind: optimizer\nmethod: sgd\nlearning_rate: 1/10\nparameters: {w: 2/3}\ngradients: {w: sqrt(4)}",
            "w@1",
            Fraction(2, 3) - Fraction(1, 5),
        ),
        ("kind: loss\nfunction: mse\ntargets: [1/2]\npredictions: [50%]", "L", Fraction(0)),
        (
            "kind: regularization\npenalty: l2\nstrength: 10%\nweights: {w1: 3/2}",
            "penalty",
            Fraction(9, 40),
        ),
        (
            "kind: network\ninputs: {x: 1/2}\nlayers: [{net: [o], weights: {x: [w]}, biases: [1/4]}]\nvalues: {w: 1/3}",
            "o",
            Fraction(1, 6) + Fraction(1, 4),
        ),
        ("kind: activation\nfunction: relu\nat: -1/2", "a", Fraction(0)),
        ("kind: formula\ngiven: {v: [1/2, 1/3]}\ndefine: {s: sum(v)}", "s", Fraction(5, 6)),
    ],
)
def test_every_field_that_takes_a_number_takes_a_constant(fields: str, name: str, value: Fraction) -> None:
    values = {step.name: step.value for part in solved(fields).parts for step in part.steps}
    assert values[name] == value


def test_bounds_hold_for_constants() -> None:
    with pytest.raises(InvalidProblem, match=r"found -0\.5"):
        solved("kind: optimizer\nmethod: sgd\nlearning_rate: -1/2\nparameters: {w: 1}\ngradients: {w: 1}")


def unmet(expected: str) -> list[str]:
    text = f"kind: formula\ngiven: {{x: 1/3}}\ndefine: {{y: 2*x, z: 3*x, v: '[x, 2*x]'}}\nexpected: {expected}"
    return [fault.message for fault in unmet_expectations(load_text(text.encode(), "e.yaml", find_kinds()))]


@pytest.mark.parametrize(
    ("expected", "is_met"),
    [
        ("{y: 2/3}", True),
        ("{y: 0.667}", True),
        ("{y: 0.66}", False),
        ("{y: 333/500}", False),
        ("{y: {value: 0.66, tolerance: 0.01}}", True),
        ("{y: {value: 0.65, tolerance: 0.01}}", False),
        ("{y: {value: 0.65, tolerance: 2%}}", True),
        ("{y: {value: 0.67}}", True),
        ("{v: {value: [0.3, 0.7], tolerance: 0.04}}", True),
        ("{v: {value: [0.3, 0.7], tolerance: [0.04, 0.001]}}", True),
        ("{v: {value: [0.3, 0.65], tolerance: [0.04, 0.001]}}", False),
        ("{v: {value: [0.25, 0.7], tolerance: 0.04}}", False),
    ],
)
def test_an_expected_figure_takes_constants_and_a_tolerance(expected: str, is_met: bool) -> None:
    assert (unmet(expected) == []) is is_met


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ("{y: {value: 0.66, tolerance: -1}}", "expected a tolerance from 0 up, found -1"),
        ("{v: {value: [0.3, 0.7], tolerance: [1]}}", "expected one tolerance, or 2 of them, found 1"),
        ("{y: {value: 0.66, tolerance: much}}", "expected a number as `tolerance`"),
    ],
)
def test_a_tolerance_that_is_none_is_told(expected: str, message: str) -> None:
    with pytest.raises(InvalidProblem, match=message):
        unmet(expected)
