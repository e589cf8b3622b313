"""The plan of `choice`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count

from deepcalc.errors import Fault, FieldError, MathError
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._placeholders import filled, numbers_of
from deepcalc.kinds._questions import BLANK, OptionFields, QuestionFields
from deepcalc.kinds.choice.fields import ChoiceFields
from deepcalc.plan import Item, Option, PartPlan, Plan
from deepcalc.plan.plan import ItemForm, Key

Texts = Callable[[str], str]
"""A text with its numbers put in."""


def build(fields: ChoiceFields) -> Plan:
    in_texts = Graph(Quantity(name, given=value) for name, value in fields.given.items())
    for name, formula in fields.define.items():
        in_texts.add(Quantity(name, formula, origin=("define", name)))
    try:
        numbers = numbers_of(in_texts)
    except MathError as error:
        raise FieldError([Fault(error.origin, str(error))]) from None
    items = tuple(_item(name, question, lambda text: filled(text, numbers)) for name, _, question in fields.named())
    parts = tuple(PartPlan(item.name, (item.name,)) for item in items)
    return Plan(Graph(), parts, _statement(items), items=items)


def _item(name: str, question: QuestionFields, texts: Texts) -> Item:
    form = question.settled_form
    item = Item(
        name=name,
        form=form,
        question=texts(question.question),
        options=_options(question.keyed("options"), texts),
        matches=_options(question.keyed("matches"), texts),
        key=_KEYS[form](question),
        model_answer=texts(question.model_answer or ""),
        explanation=texts(question.explanation),
    )
    return _with_blanks(item, question, texts) if form is ItemForm.BLANKS else item


def _with_blanks(item: Item, question: QuestionFields, texts: Texts) -> Item:
    """The item whose options are the blanks of its question, which are numbered."""
    accepted = {str(number): tuple(map(texts, words)) for number, words in enumerate(question.words(), start=1)}
    key = {blank: words[0] for blank, words in accepted.items()}
    options = tuple(Option(blank, "…") for blank in accepted)
    return replace(item, question=_numbered(item.question), options=options, key=key, accepted=accepted)


def _numbered(text: str) -> str:
    """The text with its blanks numbered: ``(1) …………``."""
    numbers = count(1)
    return BLANK.sub(lambda match: f"({next(numbers)}) …………", text)


def _options(options: Mapping[str, OptionFields], texts: Texts) -> tuple[Option, ...]:
    return tuple(Option(key, texts(option.text), texts(option.explanation)) for key, option in options.items())


def _chosen(question: QuestionFields) -> tuple[str, ...]:
    """The right options, in the order in which they stand."""
    answer = question.answer if isinstance(question.answer, tuple) else (question.answer,)
    return tuple(key for key in question.keyed("options") if key in answer)


def _in_order(question: QuestionFields) -> tuple[str, ...]:
    return tuple(map(str, question.answer)) if isinstance(question.answer, tuple) else ()


def _pairs(question: QuestionFields) -> dict[str, str]:
    answer = question.answer if isinstance(question.answer, dict) else {}
    return {key: question.partner(answer[key]) or answer[key] for key in question.keyed("options")}


_KEYS: Mapping[ItemForm, Callable[[QuestionFields], Key]] = {
    ItemForm.SINGLE: lambda question: _chosen(question)[0],
    ItemForm.MULTIPLE: _chosen,
    ItemForm.MATCHING: _pairs,
    ItemForm.TRUE_FALSE: _pairs,
    ItemForm.ORDERING: _in_order,
    ItemForm.BLANKS: lambda question: {},
    ItemForm.TEXT: lambda question: None,
}

_ASKED = {
    ItemForm.SINGLE: "choose the one right option",
    ItemForm.MULTIPLE: "choose every right option",
    ItemForm.MATCHING: "find the partner of each option",
    ItemForm.TRUE_FALSE: "say of each statement whether it is true or false",
    ItemForm.ORDERING: "put the options in order",
    ItemForm.BLANKS: "fill in the blanks",
    ItemForm.TEXT: "answer in a few sentences",
}


def _statement(items: tuple[Item, ...]) -> str:
    asked = [_ASKED[form] for form in dict.fromkeys(item.form for item in items)]
    sentence = "; ".join(asked)
    return f"{sentence[0].upper()}{sentence[1:]}."
