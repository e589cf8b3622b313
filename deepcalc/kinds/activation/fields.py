"""The fields of `activation`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Discriminator, Field, Tag

from deepcalc.errors import Fault, Location
from deepcalc.fields.aliases import FieldAlias
from deepcalc.fields.given import NumberOrLetter
from deepcalc.fields.types import Fields, Identifier, Number
from deepcalc.kinds._activations import ActivationName, ActivationSettingFields, OneActivation
from deepcalc.notation.nodes import Literal
from deepcalc.rules.activations import SOFTMAX

POINTS, VALUES, DERIVATIVES = "Given", "Values", "Derivatives"


def _shape(value: Any) -> str:
    """What an author wrote where one, several or named ones may stand."""
    return "named" if isinstance(value, dict) else "several" if isinstance(value, list) else "one"


Functions = Annotated[
    Annotated[OneActivation, Tag("one")]
    | Annotated[list[OneActivation], Field(min_length=1), Tag("several")]
    | Annotated[dict[Identifier, OneActivation], Field(min_length=1), Tag("named")],
    Discriminator(_shape),
]
Points = Annotated[
    Annotated[NumberOrLetter, Tag("one")]
    | Annotated[list[Number], Field(min_length=1), Tag("several")]
    | Annotated[dict[Identifier, NumberOrLetter], Field(min_length=1), Tag("named")],
    Discriminator(_shape),
]


class PointFields(Fields):
    """Which functions, and at which points."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {
        "activation": "function",
        "points": "at",
        "inputs": "at",
        "input": "at",
        "logits": "at",
        "z": "at",
        "x": "at",
    }

    function: Functions = Field(
        description=f"{', '.join(ActivationName)}; a list of them; or with a letter for each, "
        "{a: sigmoid, r: relu}: a1 is then the value at z1"
    )
    at: Points = Field(
        description="the points by name, {z1: 0.5, z2: -1}, or a list of numbers (names z1, z2, … are made); "
        "{z: } is a letter; "
        "for softmax the components of the vector"
    )


class ActivationFields(ActivationSettingFields, PointFields):
    """Which functions, at which points, and the numbers of their own."""

    @property
    def functions(self) -> Mapping[str, str]:
        """The functions by the letter of their values: by default a, or p for a softmax; of several, their names."""
        if isinstance(self.function, dict):
            return self.function
        if isinstance(self.function, list):
            words = [_letter(name) for name in self.function]
            whole = (name.replace("_", "") for name in self.function)
            letters = (word if words.count(word) == 1 else name for word, name in zip(words, whole, strict=True))
            return dict(zip(letters, self.function, strict=True))
        return {"p" if self.function == SOFTMAX else "a": self.function}

    @property
    def points(self) -> Mapping[str, Literal]:
        """The points by name."""
        if isinstance(self.at, dict):
            return self.at
        if isinstance(self.at, list):
            return {f"z{number}": value for number, value in enumerate(self.at, start=1)}
        return {"z": self.at}

    def origins(self) -> list[Location]:
        """Where each point stands in the fields."""
        if isinstance(self.at, dict):
            return [("at", name) for name in self.at]
        return [("at", index) for index in range(len(self.at))] if isinstance(self.at, list) else [("at",)]

    def faults(self) -> Iterator[Fault]:
        if isinstance(self.function, list):
            for index, named in enumerate(self.function):
                if named in self.function[:index]:
                    yield Fault(("function", index), f"`{named}` is given twice")
        yield from self.number_faults(self.functions.values())
        taken = set(self.points)
        for letter, function in self.functions.items():
            for name in (*self.names(letter), *([letter] if function == SOFTMAX else [])):
                if name in taken:
                    at = ("at", name) if name in self.points else ("function", letter)
                    yield Fault(at, f"`{name}` is also the name of a value of {function}; choose another")
                taken.add(name)

    def names(self, letter: str) -> list[str]:
        """The name of a function's value at each point: ``a1`` at ``z1``; of a softmax's component, ``p.1``."""
        endings = _endings(list(self.points))
        if self.functions[letter] == SOFTMAX:
            return [f"{letter}.{ending or 1}" for ending in endings]
        return [f"{letter}{ending}" for ending in endings]


def _letter(function: str) -> str:
    return "p" if function == SOFTMAX else function.partition("_")[0]


def _endings(points: Sequence[str]) -> list[str]:
    """The digits at the end of each point's name, or the numbers from 1 where they do not tell the points apart."""
    digits = [name[len(name.rstrip("0123456789")) :] for name in points]
    if len(points) == 1 or (all(digits) and len(set(digits)) == len(points)):
        return digits
    return [str(number) for number in range(1, len(points) + 1)]
