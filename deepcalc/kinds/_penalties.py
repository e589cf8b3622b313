"""The fields of a penalty on weights, as a part of a loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from deepcalc.errors import Fault, Location
from deepcalc.fields.aliases import FieldAlias, also_as
from deepcalc.fields.choices import Choice
from deepcalc.fields.given import NotNegativeOrLetter, ProbabilityOrLetter
from deepcalc.fields.types import Count, Fields, Flag, Identifier
from deepcalc.rules.penalties import COUNT, NUMBERS, PENALTIES, PENALTY_ALIASES, Scale

OTHERWISE_CALLED = "the penalty's own number has it: write that as `elastic_net` with `l1` and `l2`, one of them 0"
"""What to do where a penalty and a method have numbers of one name: those of `l1` and `l2` are no method's."""


class PenaltyName(Choice, names=PENALTIES): ...


class PenaltyFields(Fields):
    """A penalty on the weights, added to the loss."""

    function: Annotated[PenaltyName, also_as(PenaltyName, PENALTY_ALIASES)] = Field(
        description="l1 (λ·Σ|w|), l2 (λ·Σw²), or elastic_net, which is both"
    )
    other_names: ClassVar[Mapping[str, FieldAlias]] = {
        "lambda": "strength",
        "lam": "strength",
        "alpha": "strength",
        "l1_ratio": "ratio",
        "lambda1": "l1",
        "lambda2": "l2",
        "penalty": "function",
    }

    strength: NotNegativeOrLetter = Field(None, description="the factor λ, which l1 and l2 need; nothing for a letter")
    half: Flag = Field(False, description="λ/2 in place of λ; of elastic_net the squares alone have the half")
    samples: Count | None = Field(None, description="divided by this number m of samples: λ/m, or λ/(2m) with the half")
    ratio: ProbabilityOrLetter = Field(
        None, description="elastic_net: the share ρ of the absolute values; nothing for a letter"
    )
    l1: NotNegativeOrLetter = Field(
        None, description="elastic_net: in place of strength and ratio the factor λ₁ of the absolute values"
    )
    l2: NotNegativeOrLetter = Field(None, description="elastic_net: λ₂, that of the squares beside `l1`")
    biases: Flag = Field(False, description="whether the biases are penalized too")
    total: Identifier = Field("J", description="the name of the loss with the penalty")

    @property
    def scale(self) -> Scale:
        return Scale(self.half, self.samples is not None, self.l1 is not None)

    @property
    def _numbers(self) -> list[str]:
        return [field for field in NUMBERS if getattr(self, field) is not None]

    def setting_faults(self, at: Location) -> Iterator[Fault]:
        """Numbers that are missing, or that the penalty has not."""
        row = PENALTIES[self.function]
        for name in row.foreign(self._numbers):
            yield Fault((*at, name), f"{self.function} has no `{name}`")
        needed = row.missing(self._numbers)
        if needed is not None:
            yield Fault(at, f"{self.function} needs {needed}")

    def names(self) -> Iterator[str]:
        """The names that it gives to quantities of its own."""
        yield from (NUMBERS[field] for field in self._numbers)
        yield from ([COUNT] if self.samples is not None else [])
        yield from (each.name for each in PENALTIES[self.function].sums)
        yield "penalty"
