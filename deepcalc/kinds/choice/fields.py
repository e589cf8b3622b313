"""The fields of `choice`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from deepcalc.errors import Fault, Location, did_you_mean
from deepcalc.fields.types import ArrayFormula, Fields, Identifier, Number
from deepcalc.kinds._placeholders import placeholders
from deepcalc.kinds._questions import QuestionFields, listed_or_named
from deepcalc.notation.nodes import names_in

Questions = Annotated[
    Annotated[list[QuestionFields], Field(min_length=1), Tag("a list")]
    | Annotated[dict[Identifier, QuestionFields], Field(min_length=1), Tag("a mapping")],
    Discriminator(listed_or_named),
]


class ChoiceFields(Fields):
    """Questions that are answered by choosing, by matching, by ordering, or in words."""

    questions: Questions = Field(
        description="the questions: a list, named q1, q2, … unless they have an `id`; or a mapping by name"
    )
    given: dict[Identifier, Number] = Field(
        {}, description="numbers that texts may name: {n: 32} puts 32 in place of {n} in every text"
    )
    define: dict[Identifier, ArrayFormula] = Field(
        {}, description="formulas in order, whose values texts may name in the same way: {m: n^2}"
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
        yield from self._number_faults(seen)

    def _number_faults(self, questions: set[str]) -> Iterator[Fault]:
        """What is wrong with the numbers, and with the names in braces that stand for them."""
        known = list(self.given)
        for name in (*self.given, *self.define):
            if name in questions or (name in self.given and name in self.define):
                yield Fault(("define" if name in self.define else "given", name), f"the name `{name}` is taken")
        for name, formula in self.define.items():
            for used in names_in(formula):
                if used not in known:
                    message = f"`{used}` is neither given nor defined before{did_you_mean(used, known)}"
                    yield Fault(("define", name), message, used)
            known.append(name)
        if not known:
            return
        for _, location, question in self.named():
            for field, text in question.texts():
                for name in placeholders(text):
                    if name not in known:
                        near = did_you_mean(name, known)
                        yield Fault((*location, *field), f"`{{{name}}}` is neither given nor defined{near}")

    def named(self) -> Iterator[tuple[str, Location, QuestionFields]]:
        """Each question with its name and its location."""
        if isinstance(self.questions, dict):
            for name, question in self.questions.items():
                yield name, ("questions", name), question
        else:
            for index, question in enumerate(self.questions):
                yield question.id or f"q{index + 1}", ("questions", index), question
