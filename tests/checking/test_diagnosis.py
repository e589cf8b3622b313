"""Diagnosis: which mistakes explain a number, in which order, and when none does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

import pytest

from deepcalc.checking.consequences import Consequences
from deepcalc.checking.diagnosis import Diagnoser
from deepcalc.checking.reports import SlipReport
from deepcalc.kinds import find_kinds
from deepcalc.notation.nodes import Literal, Relation
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.solution.expectations import half_unit
from tests.library import problem


def explained(
    name: str, quantity: str, number: str, earlier: Mapping[str, str] | None = None
) -> tuple[SlipReport, ...]:
    found = problem(name)
    add_asked(found.plan, quantity)
    values = {each: Fraction(value) for each, value in (earlier or {}).items()}
    return Diagnoser(found).explain(quantity, Fraction(number), half_unit(Literal(number)), values)


def keys(reports: tuple[SlipReport, ...]) -> list[str]:
    return [report.key for report in reports]


def test_the_true_value_needs_no_explanation() -> None:
    assert explained("relu-2-2-2", "w21@1", "0.65") == ()
    assert explained("softmax-classifier", "L", "1.328") == ()


def test_a_number_that_no_mistake_leads_to_is_not_explained() -> None:
    assert explained("relu-2-2-2", "w21@1", "0.7183") == ()


def test_every_mistake_that_leads_to_the_number_is_named() -> None:
    reports = explained("relu-2-2-2", "w21@1", "0.35")
    assert {"gradient-added", "target-minus-output"} <= set(keys(reports))
    added = next(report for report in reports if report.key == "gradient-added")
    assert added.message == "the gradient added instead of subtracted"
    assert added.quantity == "w21@1"


def test_the_line_is_as_the_student_probably_wrote_it() -> None:
    (report,) = [each for each in explained("relu-2-2-2", "w21@1", "0.70") if each.key == "path-left-out"]
    assert report.quantity == "delta_h1"
    (line,) = report.line
    assert isinstance(line, Relation)
    assert PlainPrinter().print(line) == "delta_h1 = 1*delta_o2*w32 = 1*(-2)*(-1.0) = 2"


def test_what_was_rounded_is_shown_as_rounded() -> None:
    (report,) = explained("cross-entropy-spam", "L1", "0.0969")
    (line,) = report.line
    assert isinstance(line, Relation)
    assert "≈ 0.09691" in PlainPrinter().print(line)


def test_a_mistake_comes_on_top_of_the_students_earlier_answers() -> None:
    earlier = {"o1": "0.6", "o2": "-1.5"}  # o1 is wrong; the errors are -0.4 and -2
    assert keys(explained("relu-2-2-2", "L", "4.16")) == []
    assert keys(explained("relu-2-2-2", "L", "4.16", earlier)) == ["loss-factor"]  # 0.4² + 2²
    assert "gradient-added" in keys(explained("relu-2-2-2", "w21@1", "0.32", earlier))  # 0.5 - 0.1·(-0.2 + 2)


def test_rounded_intermediate_results_lead_to_the_number_too() -> None:
    exact, rounded = 1.2 * math.tanh(0.4), 1.2 * round(math.tanh(0.4), 3)  # both biases forgotten
    for value, is_exact in ((exact, True), (rounded, False)):
        (report,) = explained("tanh-two-samples", "y:1", f"{value:.4f}")
        assert report.key == "bias-forgotten"
        assert report.exact is is_exact


def test_two_mistakes_of_the_kinds_own_list_explain_a_number_of_many_digits() -> None:
    without_biases = [math.exp(1.2), math.exp(0.5), math.exp(0)]
    loss = -math.log10(without_biases[1] / sum(without_biases))
    (report,) = explained("softmax-classifier", "L", f"{loss:.6f}")
    assert report.key == "bias-forgotten+log-base-10"
    assert report.message == "the bias forgotten, and the logarithm to base 10 in place of the natural one"
    for digits in (2, 3, 4):  # one of the many pairs of mistakes leads to most numbers of so few digits
        assert explained("softmax-classifier", "L", f"{loss:.{digits}f}") == ()


def test_a_mistake_that_no_kind_lists_is_found_in_the_formula() -> None:
    (report,) = explained("sigmoid-neuron", "f", "0.98201")  # w2 left out: σ(4)
    assert (report.key, report.quantity, report.generic) == ("term-left-out", "s", True)


def test_two_digits_of_the_answer_transposed() -> None:
    (report,) = explained("softmax-classifier", "L", "1.238")
    assert report.key == "digits-transposed"
    assert report.generic


def test_a_wrong_power_of_ten() -> None:
    (report,) = explained("softmax-classifier", "L", "13.28")
    assert report.key == "power-of-ten"


@pytest.mark.parametrize("number", ["13", "1.3e1"])
def test_generic_mistakes_need_three_digits(number: str) -> None:
    assert explained("softmax-classifier", "L", number) == ()


def test_a_kinds_own_mistake_comes_before_a_generic_one() -> None:
    reports = explained("cross-entropy-spam", "L2", "-0.357")
    assert keys(reports) == ["loss-sign"]
    assert not reports[0].generic


def test_where_the_true_value_may_be_rounded_to_the_number_only_the_number_in_full_counts() -> None:
    assert "path-left-out" in keys(explained("relu-2-2-2", "w21@1", "0.7"))
    assert explained("relu-2-2-2", "w21@1", "0.6") == ()


def test_a_number_of_one_or_two_digits_that_many_mistakes_lead_to_is_explained_by_none() -> None:
    # the gradient added gives 0.35, and the logarithm to base 10 gives 0.5767: both round to these
    assert explained("relu-2-2-2", "w21@1", "0.4") == ()
    assert explained("softmax-classifier", "L", "0.58") == ()
    assert keys(explained("softmax-classifier", "L", "0.577")) == ["log-base-10"]


def test_of_what_any_formula_invites_a_number_in_full_may_be_likelier_up_to_a_bound() -> None:
    # 14² + 9 - (-3) = 208. Of the numbers from a third of it to three times it, 7.0 % are one of the commonest
    # mistakes where they are as large as 205 (z left out), and 7.1 % as large as 202 (the sign of z)
    text = b"kind: formula\ngiven: {x: 14, y: 9, z: -3}\ndefine: {q: x*x, f: q + y - z}\n"
    diagnoser = Diagnoser(load_text(text, "difference.yaml", find_kinds()))
    (report,) = diagnoser.explain("f", Fraction(205), Fraction(1, 2))
    assert report.key == "term-left-out"
    assert diagnoser.explain("f", Fraction(202), Fraction(1, 2)) == ()


def test_an_unknown_quantity_is_not_explained() -> None:
    diagnoser = Diagnoser(problem("relu-2-2-2"))
    assert diagnoser.explain("nothing", Fraction(1), Fraction(0)) == ()


def test_a_problem_of_a_kind_without_a_list_is_diagnosed_all_the_same() -> None:
    text = b"kind: formula\ngiven: {x: 2.37, y: 5.19}\ndefine: {f: x/y}\n"
    found = load_text(text, "quotient.yaml", find_kinds())
    (report,) = Diagnoser(found).explain("f", Fraction("2.190"), Fraction(1, 2000))  # 5.19/2.37
    assert report.key in ("turned-over", "swapped")


def test_the_values_of_the_mistakes_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    diagnoser = Diagnoser(problem("relu-2-2-2"))
    numbers = [Fraction(number, 100) for number in range(5, 120)]
    before = [diagnoser.explain("w21@1", number, Fraction(1, 200)) for number in numbers]
    worked_out: list[object] = []
    monkeypatch.setattr(Consequences, "after", lambda *arguments: worked_out.append(arguments))
    assert [diagnoser.explain("w21@1", number, Fraction(1, 200)) for number in numbers] == before
    assert not worked_out


def test_a_mistake_that_has_no_exact_value_is_no_explanation() -> None:
    # without its square the first term is -4, and the root has no value; floats would choose the other case
    text = b"""
kind: formula
given: {a: -2, b: 1}
define: {s: a^3, r: sqrt(a^2), f: "b + max(r, 3)"}
parts: [{find: f}]
"""
    found = load_text(text, "root.yaml", find_kinds())
    assert Consequences(found.plan.graph).after("f", {"r": parse("sqrt(a)")}) is None
    for number in range(-9, 10):
        reports = Diagnoser(found).explain("f", Fraction(number), Fraction(0))
        assert all(report.line for report in reports)
