"""The fields of `choice`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from deepcalc.errors import Fault, Location
from deepcalc.fields.types import Fields, Identifier
from deepcalc.kinds._questions import QuestionFields, listed_or_named

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
