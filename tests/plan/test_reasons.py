"""Which statements have no reason on the sheet."""

from __future__ import annotations

from deepcalc.plan import Item, Option
from deepcalc.plan.plan import ItemForm
from deepcalc.plan.reasons import without_reasons


def statements(*explanations: str, form: ItemForm = ItemForm.TRUE_FALSE, explanation: str = "") -> Item:
    options = tuple(Option(key, key, why) for key, why in zip("abc", explanations, strict=False))
    return Item("q1", form, "Which are true?", options, explanation=explanation)


def test_statements_without_a_reason_are_told() -> None:
    (told,) = without_reasons([statements("because", "", "")])
    assert "the statements b, c of q1" in told
    (told,) = without_reasons([statements("because", "")])
    assert "the statement b of q1" in told


def test_a_reason_may_be_one_of_the_whole_question_and_choices_need_none() -> None:
    assert not list(without_reasons([statements("", "", explanation="because")]))
    assert not list(without_reasons([statements("because", "as well"), statements("", "", form=ItemForm.SINGLE)]))
