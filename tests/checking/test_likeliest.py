"""Which of several mistakes behind one number are told. All lines by hand."""

from __future__ import annotations

import pytest

from deepcalc.checking.likeliest import likeliest, without_idle_parts
from deepcalc.checking.reports import SlipReport
from deepcalc.notation.nodes import Literal, Name, Relation
from deepcalc.notation.parser import parse


def report(
    key: str, message: str = "", quantity: str = "L", numbers: str = "", rank: int = 1, supported: bool = False
) -> SlipReport:
    line = (Relation("= =", Name(quantity), parse(numbers), Literal("1")),) if numbers else ()
    return SlipReport(key, message or key, quantity, line, rank=rank, supported=supported)


def told(*reports: SlipReport) -> list[str]:
    return [each.key for each in likeliest(reports, "L")]


def test_two_at_most_are_told_those_in_the_answer_s_own_formula_first() -> None:
    assert told(report("far", quantity="z"), report("near"), report("third")) == ["near", "third"]


def test_one_that_explains_another_wrong_number_is_told_alone() -> None:
    assert told(report("first"), report("confirmed", quantity="z", rank=5, supported=True)) == ["confirmed"]


def test_one_of_many_variants_is_not_told_beside_one_of_few() -> None:
    assert told(report("factor", rank=2), report("weight", rank=30)) == ["factor"]
    assert told(report("padding", rank=1), report("plus-one", rank=2)) == ["padding", "plus-one"]
    assert told(report("weight", rank=30)) == ["weight"]


def test_of_one_wording_one_is_told() -> None:
    assert told(report("bias", "the bias forgotten"), report("bias", "the bias forgotten", quantity="z")) == ["bias"]
    assert told(report("a", "the root forgotten"), report("b", "the root forgotten, and the mean")) == ["a"]


def test_what_is_worked_out_alike_because_of_a_0_or_a_1_is_told_once() -> None:
    """At the first step of an average that begins with 0 both leave the gradient."""
    assert told(report("weight", numbers="0.9*0 + 0.2"), report("sum", numbers="0 + 0.2")) == ["weight"]
    assert told(report("kept", numbers="b"), report("times-0", numbers="1 + 0.2*3*0")) == ["kept"]
    assert told(report("turned", numbers="0.5 - 0.2"), report("left", numbers="0.1 + 0.2")) == ["turned", "left"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1*abs(7 - 3)", "abs(7 - 3)"),
        ("0.5 + 0.2*3*0", "0.5"),
        ("tanh(2*1 + (-0.5)*0)", "tanh(2)"),
        ("0.5/(0.25*log2(2))", "0.5/0.25"),
        ("0*3", "0"),
        ("3 - 0*2", "3"),
        ("2/1", "2"),
        ("-(0*2)", "0"),
        ("log2(4)", "log2(4)"),
    ],
)
def test_idle_parts_are_left_out(written: str, kept: str) -> None:
    assert without_idle_parts(parse(written)) == parse(kept)
