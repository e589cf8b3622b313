"""The plan of `choice`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deepcalc.graph.graph import Graph
from deepcalc.kinds._questions import OptionFields, QuestionFields
from deepcalc.kinds.choice.fields import ChoiceFields
from deepcalc.plan import Item, Option, PartPlan, Plan
from deepcalc.plan.plan import ItemForm, Key


def build(fields: ChoiceFields) -> Plan:
    items = tuple(_item(name, question) for name, _, question in fields.named())
    parts = tuple(PartPlan(item.name, (item.name,)) for item in items)
    return Plan(Graph(), parts, _statement(items), items=items)


def _item(name: str, question: QuestionFields) -> Item:
    return Item(
        name=name,
        form=question.settled_form,
        question=question.question,
        options=_options(question.keyed("options")),
        matches=_options(question.keyed("matches")),
        key=_KEYS[question.settled_form](question),
        model_answer=question.model_answer or "",
        explanation=question.explanation,
    )


def _options(options: Mapping[str, OptionFields]) -> tuple[Option, ...]:
    return tuple(Option(key, option.text, option.explanation) for key, option in options.items())


def _chosen(question: QuestionFields) -> tuple[str, ...]:
    """The right options, in the order in which they stand."""
    answer = question.answer if isinstance(question.answer, tuple) else (question.answer,)
    return tuple(key for key in question.keyed("options") if key in answer)


def _pairs(question: QuestionFields) -> dict[str, str]:
    answer = question.answer if isinstance(question.answer, dict) else {}
    return {key: question.partner(answer[key]) or answer[key] for key in question.keyed("options")}


_KEYS: Mapping[ItemForm, Callable[[QuestionFields], Key]] = {
    ItemForm.SINGLE: lambda question: _chosen(question)[0],
    ItemForm.MULTIPLE: _chosen,
    ItemForm.MATCHING: _pairs,
    ItemForm.TEXT: lambda question: None,
}

_ASKED = {
    ItemForm.SINGLE: "choose the one right option",
    ItemForm.MULTIPLE: "choose every right option",
    ItemForm.MATCHING: "find the partner of each option",
    ItemForm.TEXT: "answer in a few sentences",
}


def _statement(items: tuple[Item, ...]) -> str:
    asked = [_ASKED[form] for form in dict.fromkeys(item.form for item in items)]
    sentence = "; ".join(asked)
    return f"{sentence[0].upper()}{sentence[1:]}."
