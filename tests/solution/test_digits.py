"""What a line shows determines what it gives, and ``=`` is true of the numbers that are shown."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from deepcalc.kinds import find_kinds
from deepcalc.notation.nodes import Call, Literal, Relation, nodes_in
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.rounding import NumberFormat, Rounding
from deepcalc.problem.loader import load_text
from deepcalc.solution.detail import Detail
from deepcalc.solution.digits import holding
from deepcalc.solution.document import Step, View
from deepcalc.solution.solver import solve
from tests.solution.intervals import interval


def steps_of(text: str, detail: Detail = Detail.STEPS, rounding: Rounding | None = None) -> dict[str, Step]:
    found = solve(load_text(text.encode(), "digits.yaml", find_kinds()), detail=detail, rounding=rounding)
    return {step.name: step for part in found.parts for step in part.steps}


def formula(given: str, define: str, **options: Any) -> dict[str, Step]:
    names = ", ".join(pair.split(":")[0].strip() for pair in define.split("; "))
    lines = define.replace("; ", "\n  ")
    return steps_of(f"kind: formula\ngiven: {{{given}}}\ndefine:\n  {lines}\nparts: [{{find: [{names}]}}]", **options)


def row(step: Step) -> str:
    return "".join(f" {'=' if line.exact else '≈'} {PlainPrinter().print(line.expression)}" for line in step.lines)


def test_an_equals_sign_is_true_of_the_numbers_on_both_sides() -> None:
    steps = formula("a: 1, b: 3, c: -0.3", "p: a/b; q: p*c; r: p*b; s: c*2")
    assert row(steps["q"]) == " = p*c ≈ 0.3333*(-0.3) ≈ -0.1"  # 0.3333 * -0.3 is -0.09999
    assert row(steps["r"]) == " = p*b ≈ 0.3333*3 ≈ 1"
    assert row(steps["s"]) == " = c*2 = (-0.3)*2 = -0.6"


CANCELLING = [
    # given, definition, what it comes to by mpmath with 60 digits
    ("z: 12.0", "s: sigmoid(z); f: log(1 - s)", -12.0000061441747),
    ("z: 9", "t: tanh(z); f: 1 - t^2", 6.09199168455e-08),
    ("a: 2, b: 3", "p: a/b; f: 1/(p - 0.6666)", 15000.0),
    ("a: 1, b: 7", "p: a/b; f: exp(1000*p)/exp(142)", 2.35826656),
    ("a: 1, b: 3", "p: a/b; f: log(p - 0.33333) + 2*p", -11.9449156),
    ("a: 2", "r: sqrt(a); f: r^200 - 1267650600228229401496703205375", 1.0),
    ("k: 0.00001", "e: exp(-k); f: (1 - e)/k", 0.999995000016667),
]


@pytest.mark.parametrize("detail", [detail for detail in Detail if detail is not Detail.VALUES])
@pytest.mark.parametrize(("given", "define", "value"), CANCELLING)
def test_what_is_shown_comes_to_the_value(given: str, define: str, value: float, detail: Detail) -> None:
    step = formula(given, define, detail=detail)["f"]
    lines = [line for line in step.lines if line.view not in (View.LAW, View.FORMULA)]
    assert lines
    for line in lines:
        shown = interval(parse(PlainPrinter().print(line.expression)), {}, set())
        assert abs(float(shown.mid) - value) <= 0.005 * abs(value), PlainPrinter().print(line.expression)


def test_no_more_digits_than_the_line_needs() -> None:
    step = formula("z: 12.0, a: 1, b: 3", "s: sigmoid(z); p: a/b; f: p + log(1 - s)")["f"]
    assert row(step) == " = p + log(1 - s) ≈ 0.3333 + log(1 - 0.999994) ≈ 0.3333 - 12.00 ≈ -11.67"


def test_digits_are_added_to_decimal_places_too() -> None:
    two_places = Rounding(NumberFormat(significant=None, places=2))
    steps = formula("a: 1, b: 3", "p: a/b; f: p*30000; g: p*0.3", rounding=two_places)
    assert row(steps["f"]) == " = p*30000 ≈ 0.333*30000 ≈ 10000"
    assert row(steps["g"]) == " = p*0.3 ≈ 0.33*0.3 ≈ 0.1"


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "!="])
def test_a_reason_is_true_of_the_numbers_that_it_shows(operator: str) -> None:
    third = Fraction(1, 3)
    other = Fraction("0.33334") if operator.startswith("<") else Fraction("0.33332")
    shown = holding(Relation(operator, Literal("0.333", third), Literal("0.333", other)))
    left, right = (Fraction(side.text) for side in shown.operands if isinstance(side, Literal))
    truths = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right, "!=": left != right}
    assert truths[operator]


def reason_of(step: Step) -> str:
    return "".join(part if isinstance(part, str) else UnicodePrinter().print(part) for part in step.reason)


def test_the_reason_of_a_threshold_shows_enough_digits() -> None:
    step = formula("a: 1, b: 3", "p: a/b; f: 'max(p, 0.33333)'")["f"]
    assert reason_of(step) == "since p ≈ 0.333333 > 0.33333"
    assert row(step) == " = max(p, 0.33333) ≈ max(0.333333, 0.33333) ≈ 0.3333"


GREATEST = """
kind: formula
given: {a: 1, b: 4, c: 3, d: 2}
define: {m: "max(a, b, c, d)", k: "min(max(a, b), c)", n: "min(a, b, c)", e: "max(a, b - 1, c)",
  h: "max(max(a, b), max(c, d))", o: "min(a, min(b, c))"}
parts: [{find: [dh/db, dh/dc, do/da, dm/da, dm/db, dm/dd, dk/da, dk/dc, dn/da, dn/dc, de/dc, de/db]}]
"""


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("dm/da", 0, "since b = 4 is the greatest"),
        ("dm/db", 1, "since b = 4 is the greatest"),
        ("dm/dd", 0, "since b = 4 is the greatest"),
        ("dn/da", 1, "since a = 1 is the least"),
        ("dn/dc", 0, "since a = 1 is the least"),
        ("dh/db", 1, "since b = 4 is the greatest"),
        ("dh/dc", 0, "since b = 4 is the greatest"),
        ("do/da", 1, "since a = 1 is the least"),
        ("dk/da", 0, "since max(a, b) = 4 > c = 3, a = 1 < b = 4"),
        ("dk/dc", 1, "since c = 3 < max(a, b) = 4"),
        ("de/db", 1, "since b − 1 = 3 is the greatest, as the first of equals (the derivative there is a convention)"),
        ("de/dc", 0, "since b − 1 = 3 is the greatest, as the first of equals (the derivative there is a convention)"),
    ],
)
def test_which_is_the_greatest_is_said_of_a_maximum_of_several(name: str, value: int, said: str) -> None:
    step = steps_of(GREATEST)[name]
    assert step.value == value
    assert reason_of(step) == said


def test_a_maximum_of_one_has_the_slope_of_that_one() -> None:
    step = steps_of("kind: formula\ngiven: {a: 2}\ndefine: {f: 3*max(a)}\nparts: [{find: df/da}]")["df/da"]
    assert step.value == 3
    assert not any(isinstance(part, Call) for line in step.lines for part in nodes_in(line.expression))


def test_a_net_input_inside_a_sigmoid_is_shown_as_its_number() -> None:
    step = formula("w: 0.5, x: 2, b: 0.1", "p: sigmoid(w*x + b)")["p"]
    shown = [PlainPrinter().print(line.expression) for line in step.lines]
    assert "1/(1 + exp(-1.1))" in shown  # 0.5 * 2 + 0.1
    assert shown.index("1/(1 + exp(-1.1))") < shown.index("1/(1 + 0.3329)")  # exp(-1.1) = 0.33287
