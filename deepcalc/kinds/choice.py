"""Concept questions: single choice, multiple choice, matching, and free text with a model answer."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from deepcalc.errors import Fault, Location, did_you_mean
from deepcalc.graph.graph import Graph
from deepcalc.kinds._fields import Fields, Identifier, Text, _described, wrong
from deepcalc.kinds._registry import Kind
from deepcalc.plan import Item, Option, PartPlan, Plan
from deepcalc.plan.plan import ItemForm, Key

_LETTERS = tuple(string.ascii_lowercase)
_NUMBERS = tuple(str(number) for number in range(1, 27))
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")


def _text_alone(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _answer(value: Any) -> Any:
    """One key, several as a tuple, or a mapping of keys to keys."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(key, str) for key in value):
        return tuple(value)
    if isinstance(value, dict) and all(isinstance(partner, str) for partner in value.values()):
        return dict(value)
    raise wrong(f"expected an option's key, a list of keys, or a mapping of keys to keys, found {_described(value)}")


def _listed_or_named(value: Any) -> str:
    return "a mapping" if isinstance(value, dict) else "a list"


class OptionFields(Fields):
    """One option."""

    text: Text = Field(description="what it says")
    explanation: Text = Field("", description="why it is right or wrong")


_OPTION_SCHEMA = {
    "anyOf": [
        {"type": ["string", "number"]},
        {
            "type": "object",
            "properties": {"text": {"type": ["string", "number"]}, "explanation": {"type": "string"}},
            "required": ["text"],
            "additionalProperties": False,
        },
    ]
}
OptionField = Annotated[OptionFields, BeforeValidator(_text_alone), WithJsonSchema(_OPTION_SCHEMA)]
Options = Annotated[
    Annotated[list[OptionField], Field(min_length=1, max_length=len(_LETTERS)), Tag("a list")]
    | Annotated[dict[str, OptionField], Field(min_length=1), Tag("a mapping")],
    Discriminator(_listed_or_named),
]
Answer = Annotated[
    str | tuple[str, ...] | dict[str, str],
    PlainValidator(_answer),
    WithJsonSchema({"type": ["string", "number", "array", "object"]}),
]


class QuestionFields(Fields):
    """One question. Its form follows from the fields that it has, unless ``form`` says it."""

    id: Identifier | None = Field(None, description="its name, to be used in parts; q1, q2, … by default")
    question: Text = Field(min_length=1, description="what is asked; Markdown with $math$")
    form: ItemForm | None = Field(
        None, description="single, multiple, matching or text; by default what the other fields make it"
    )
    options: Options | None = Field(
        None,
        description="{a: text, b: text} or a list, whose keys are then a, b, c, …; an option is a text, or "
        "{text: …, explanation: why it is right or wrong}. In a matching, the left-hand side",
    )
    matches: Options | None = Field(
        None, description="the right-hand side of a matching: by key, or a list, whose keys are then 1, 2, 3, …"
    )
    answer: Answer | None = Field(
        None,
        description="b for a single choice; [b, d] for a multiple choice; for a matching {a: 2, b: 1}, each option's "
        "partner by its key or its text",
    )
    model_answer: Text | None = Field(None, description="free text: what a full answer says")
    explanation: Text = Field("", description="why the answer is right, shown with the solution")

    @property
    def settled_form(self) -> ItemForm:
        if self.form is not None:
            return self.form
        if self.matches is not None or isinstance(self.answer, dict):
            return ItemForm.MATCHING
        if isinstance(self.answer, tuple):
            return ItemForm.MULTIPLE
        return ItemForm.SINGLE if self.options is not None else ItemForm.TEXT

    def faults(self) -> Iterator[Fault]:
        rule = FORMS[self.settled_form]
        for field in ("options", "matches", "answer", "model_answer"):
            given = getattr(self, field) is not None
            if given and field not in rule.needs:
                yield Fault((field,), f"{rule.title} has no `{field}`; it has {_and(rule.needs)}")
            elif not given and field in rule.needs:
                yield Fault((field,), f"missing `{field}`: {rule.title} has {_and(rule.needs)}")
        for field in ("options", "matches"):
            yield from _alike(field, _keyed(self, field))
        if self.options is not None and self.answer is not None and "answer" in rule.needs:
            yield from rule.faults(self)


def _and(fields: Sequence[str]) -> str:
    return " and ".join(f"`{field}`" for field in fields)


_MADE_KEYS = {"options": _LETTERS, "matches": _NUMBERS}


def _keyed(question: QuestionFields, field: str) -> dict[str, OptionFields]:
    """The options or matches of a question by key, the keys of a list made; empty where it has none."""
    options: list[OptionFields] | dict[str, OptionFields] | None = getattr(question, field)
    if isinstance(options, list):
        return dict(zip(_MADE_KEYS[field], options, strict=False))
    return options or {}


def _alike(field: str, options: Mapping[str, OptionFields]) -> Iterator[Fault]:
    """Keys and texts that cannot be told apart, and keys that cannot be written in an answer."""
    if len(options) == 1:
        yield Fault((field,), f"a single one is no choice; give two or more `{field}`")
    keys: dict[str, str] = {}
    texts: dict[str, str] = {}
    for key, option in options.items():
        if not _KEY.fullmatch(key):
            yield Fault((field, key), f"expected a short key such as a, B or 3 (letters and digits), found {key[:40]!r}")
        for seen, value, what in ((keys, key, "keys"), (texts, option.text, "texts")):
            same = seen.setdefault(value.strip().casefold(), key)
            if same != key:
                yield Fault((field, key), f"the {what} of {same} and {key} are the same; make them differ")
