"""The fields of an activation, for every kind that has them: its name, and the number that some have of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field

from deepcalc.errors import Fault, Location, listed
from deepcalc.fields.aliases import also_as
from deepcalc.fields.choices import Choice
from deepcalc.fields.given import NumberOrLetter
from deepcalc.fields.types import Fields
from deepcalc.graph.quantities import Letter
from deepcalc.notation.nodes import Literal, Name, Node
from deepcalc.notation.parser import parse_number
from deepcalc.rules.activations import ACTIVATION_ALIASES, ACTIVATIONS, ALPHA, BETA, SLOPE, SOFTMAX


class ActivationName(Choice, names=[*ACTIVATIONS, SOFTMAX]): ...


OneActivation = Annotated[ActivationName, also_as(ActivationName, ACTIVATION_ALIASES)]


def _of(parameter: str, meaning: str) -> str:
    """The description of a number that some activations have."""
    users = [f"{row.name}: {row.default}" for row in ACTIVATIONS.values() if row.parameter == parameter]
    return f"{meaning} ({', '.join(users)} by default; nothing for a letter)"


class ActivationSettingFields(Fields):
    """The number that some activations have of their own."""

    slope: NumberOrLetter = Field(None, description=_of(SLOPE, "the slope below 0"))
    alpha: NumberOrLetter = Field(None, description=_of(ALPHA, "α: how far it goes down below 0"))
    beta: NumberOrLetter = Field(None, description=_of(BETA, "β: how steep its sigmoid is"))

    def number(self, function: str, index: str = "") -> Node:
        """The number that goes with an activation: its default where none is given, the name of a letter.

        ``index`` tells letters of several apart.
        """
        row = ACTIVATIONS.get(function)
        if row is None or row.parameter is None:
            return Literal("0")
        given: Literal | Letter | None = getattr(self, row.parameter)
        if isinstance(given, Letter):
            return Name(f"{row.parameter}{index}")
        return parse_number(row.default) if given is None else given

    @property
    def letters(self) -> list[str]:
        """The fields that are letters."""
        return [field for field in (SLOPE, ALPHA, BETA) if isinstance(getattr(self, field), Letter)]

    def number_faults(self, functions: Iterable[str], at: Location = ()) -> Iterator[Fault]:
        """Numbers that none of the activations has."""
        names = list(functions)
        used = {ACTIVATIONS[name].parameter for name in names if name in ACTIVATIONS}
        for field in (SLOPE, ALPHA, BETA):
            if getattr(self, field) is not None and field not in used:
                owners = [row.name for row in ACTIVATIONS.values() if row.parameter == field]
                article = "an" if field == ALPHA else "a"
                yield Fault((*at, field), f"{article} {field} goes with {listed(owners)}, not with {listed(names)}")
