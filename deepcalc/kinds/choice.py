"""Concept questions: single choice, multiple choice, matching, and free text with a model answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from deepcalc.errors import Fault, Location
from deepcalc.graph.graph import Graph
from deepcalc.kinds._fields import Fields, Identifier
from deepcalc.kinds._questions import OptionFields, QuestionFields, listed_or_named
from deepcalc.kinds._registry import Kind
from deepcalc.plan import Item, Option, PartPlan, Plan
from deepcalc.plan.plan import ItemForm, Key

Questions = Annotated[
    Annotated[list[QuestionFields], Field(min_length=1), Tag("a list")]
    | Annotated[dict[Identifier, QuestionFields], Field(min_length=1), Tag("a mapping")],
    Discriminator(listed_or_named),
]


class ChoiceFields(Fields):
    """Questions that are answered by choosing, by matching, or in words."""

    questions: Questions = Field(
        description="the questions: a list, named q1, q2, … unless they have an `id`; or a mapping by name"
    )

    def faults(self) -> Iterator[Fault]:
        seen: set[str] = set()
        for name, location, question in self.named():
            if isinstance(self.questions, dict) and question.id is not None:
                yield Fault((*location, "id"), f"the question has a name already, `{name}`; leave `id` out")
            if name in seen:
                yield Fault((*location, "id"), f"two questions are named `{name}`")
            seen.add(name)
            for fault in question.faults():
                yield Fault((*location, *fault.location), fault.message)

    def named(self) -> Iterator[tuple[str, Location, QuestionFields]]:
        """Each question with its name and its location."""
        if isinstance(self.questions, dict):
            for name, question in self.questions.items():
                yield name, ("questions", name), question
        else:
            for index, question in enumerate(self.questions):
                yield question.id or f"q{index + 1}", ("questions", index), question


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


TEMPLATE = """\
title: Questions on regularization
kind: choice
questions:                                    # a list (named q1, q2, … unless they have an id), or a mapping by name
  - question: Which of these adds a penalty on the weights to the loss?
    options: {a: dropout, b: weight decay, c: early stopping}        # or a list; its keys are then a, b, c, …
    answer: b                                 # one key: single choice
    explanation: Weight decay adds the (scaled) sum of squared weights to the loss.
  - question: Which of these act on the training of a network only, and not on its use?
    options:
      a: {text: dropout, explanation: No unit is dropped when the network is used.}
      b: {text: early stopping, explanation: It decides when training ends.}
      c: {text: a sigmoid output, explanation: It is part of the network.}
    answer: [a, b]                            # a list of keys: multiple choice
  - question: Which penalty goes with which name?
    options: {a: L1, b: L2}
    matches: {i: sum of the squared weights, ii: sum of the absolute weights}
    answer: {a: ii, b: i}                     # a mapping: matching
  - question: Why is the validation set not used for training?
    model_answer: |                           # free text
      It stands for data that the network has not seen. An error on data that was trained on says
      nothing about generalization.
parts:
  - {id: a, points: 1, find: q1}
  - {id: b, points: 2, find: q2}
  - {id: c, points: 2, find: q3}
  - {id: d, points: 2, find: q4}
expected: {q1: b, q2: [a, b], q3: {a: ii, b: i}}
"""

KIND = Kind(
    name="choice",
    summary="concept questions: single choice, multiple choice, matching, free text with a model answer",
    fields=ChoiceFields,
    build=build,
    template=TEMPLATE,
)
