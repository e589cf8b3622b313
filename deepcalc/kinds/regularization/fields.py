"""The fields of `regularization`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import Field

from deepcalc.errors import Fault
from deepcalc.fields.aliases import FieldAlias, also_as
from deepcalc.fields.choices import Choice
from deepcalc.fields.given import (
    Fraction01OrLetter,
    NotNegativeOrLetter,
    NumberOrLetter,
    ProbabilityOrLetter,
    ShareKeptOrLetter,
    numbered,
)
from deepcalc.fields.types import (
    Count,
    Fields,
    Flag,
    Identifier,
    NotNegative,
    Number,
    Positive,
)
from deepcalc.kinds._dropout import CHANCE_ALIASES, KEEP_PROB, ONE_CHANCE, RATE, Chance, chance
from deepcalc.notation.nodes import Literal
from deepcalc.records import record
from deepcalc.rules.penalties import COUNT, NUMBERS, PENALTIES, PENALTY_ALIASES, Penalty

GIVEN, WEIGHTS = "Given", "Weights"
LOSS, PENALTY, TOTAL, ETA = "loss", "penalty", "total", "eta"
NORM, BOUND, SCALE = "norm", "c", "scale"
PATIENCE, DELTA = "P", "delta"


class Scaling(StrEnum):
    """Where dropout makes up for the units that are dropped: at test time, or at once in training."""

    PLAIN = "plain"
    INVERTED = "inverted"


class Monitor(StrEnum):
    """What early stopping looks at."""

    LOSS = "loss"
    ACCURACY = "accuracy"


@record
class Regularizer:
    """One way to regularize: the field that selects it, the fields that it needs and those that it may have.

    ``taken`` are the names that it gives to quantities of its own; ``penalty`` is the row of the table that it is of,
    whose numbers it needs. Of ``one_of`` it needs one.
    """

    selected_by: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    taken: tuple[str, ...] = ()
    penalty: Penalty | None = None
    one_of: tuple[str, ...] = ()

    @property
    def own(self) -> tuple[str, ...]:
        """Every field of it."""
        numbers = () if self.penalty is None else (name for group in self.penalty.numbers for name in group)
        return (*numbers, *self.required, *self.one_of, *self.optional)


def _penalty(penalty: Penalty) -> Regularizer:
    return Regularizer(
        "penalty",
        ("weights",),
        ("loss", "half", "samples", "gradients", "learning_rate"),
        (*NUMBERS.values(), LOSS, COUNT, ETA, *(each.name for each in penalty.sums), PENALTY, TOTAL),
        penalty,
    )


_CHANCE_NAMES = tuple(chance(is_of_keeping).name for is_of_keeping in (False, True))

REGULARIZERS: Mapping[str, Regularizer] = {
    **{name: _penalty(row) for name, row in PENALTIES.items()},
    "dropout": Regularizer("method", ("outputs", "mask"), ("scaling",), _CHANCE_NAMES, one_of=(RATE, KEEP_PROB)),
    "max_norm": Regularizer("method", ("weights", "bound"), (), (BOUND, NORM, SCALE)),
    "early_stopping": Regularizer("method", ("losses", "patience"), ("min_delta", "monitor", "parameters")),
}

SELECTORS = ("penalty", "method")


def _selected_by(field: str) -> list[str]:
    return [name for name, row in REGULARIZERS.items() if row.selected_by == field]


class PenaltyName(Choice, names=_selected_by("penalty")): ...


class MethodName(Choice, names=_selected_by("method")): ...


class RegularizationFields(Fields):
    """Either a `penalty` on the weights or a `method`, with the fields of the one chosen."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {
        "lambda": "strength",
        "lam": "strength",
        "weight_decay": "strength",
        "alpha": "strength",
        "l1_ratio": "ratio",
        "lambda1": "l1",
        "lambda2": "l2",
        "alpha1": "l1",
        "alpha2": "l2",
        "lr": "learning_rate",
        "eta": "learning_rate",
        "activations": "outputs",
        **CHANCE_ALIASES,
        "max_norm": "bound",
        "val_loss": "losses",
        "validation_losses": "losses",
    }

    penalty: Annotated[PenaltyName | None, also_as(PenaltyName, PENALTY_ALIASES)] = Field(
        None, description="l1 (lasso), l2 (ridge), or elastic_net, which is both"
    )
    method: MethodName | None = Field(None, description="dropout, max_norm or early_stopping")
    strength: NotNegativeOrLetter = Field(None, description="penalty: the factor λ of the sum; nothing for a letter")
    half: Flag | None = Field(
        None, description="penalty: λ/2 in place of λ (false); of elastic_net the squares alone have the half"
    )
    ratio: ProbabilityOrLetter = Field(
        None, description="elastic_net: the share ρ of the absolute values, 1 − ρ that of the squares"
    )
    l1: NotNegativeOrLetter = Field(
        None, description="elastic_net: in place of strength and ratio the factor λ₁ of the absolute values"
    )
    l2: NotNegativeOrLetter = Field(None, description="elastic_net: λ₂, that of the squares beside `l1`")
    samples: Count | None = Field(None, description="penalty: divided by the number m of samples, λ/m or λ/(2m)")
    gradients: Annotated[dict[Identifier, NumberOrLetter] | None, numbered("w")] = Field(
        None, description="penalty: the derivative of the loss alone by each weight, for that of the total loss"
    )
    learning_rate: NotNegativeOrLetter = Field(
        None,
        description="penalty: the learning rate η of a step of gradient descent (nothing for a letter); needs "
        "`gradients`",
    )
    loss: NumberOrLetter = Field(
        None, description="penalty: the loss without the penalty, for the total loss; nothing for a letter"
    )
    weights: Annotated[dict[Identifier, NumberOrLetter] | None, numbered("w")] = Field(
        None,
        min_length=1,
        description="penalty, max_norm: the weights by name, {w1: 0.5, w2: -0.3} ({w1: } is a letter), or a list "
        "of them (names w1, w2, … are made)",
    )
    outputs: Annotated[dict[Identifier, NumberOrLetter] | None, numbered("h")] = Field(
        None,
        min_length=1,
        description="dropout: the outputs of the layer by name, {h1: 0.5, h2: 1.2}, or a list of them (names h1, h2, … "
        "are made)",
    )
    mask: list[Number] | None = Field(None, description="dropout: 1 for each unit that is kept, 0 for each dropped")
    rate: Fraction01OrLetter = Field(
        None, description="dropout: the probability p with which a unit is dropped; nothing for a letter"
    )
    keep_prob: ShareKeptOrLetter = Field(
        None,
        description="dropout: in place of `rate` the probability with which a unit is kept, which is then what is "
        "divided or multiplied by",
    )
    scaling: Scaling | None = Field(
        None,
        description="dropout: inverted divides by 1 - p in training (the default, as in PyTorch and Keras); plain "
        "multiplies by 1 - p at test time (as in the original paper)",
    )
    bound: Positive | None = Field(None, description="max_norm: the largest norm c of the weights")
    losses: list[Number] | None = Field(
        None, min_length=1, description="early_stopping: the validation loss, or accuracy, after each epoch"
    )
    monitor: Monitor | None = Field(
        None,
        description="early_stopping: what the `losses` are: a loss, which falls (default), or an accuracy, which rises",
    )
    parameters: dict[Identifier, list[Number]] | None = Field(
        None,
        min_length=1,
        description="early_stopping: parameters after each epoch, {w: [0.3, 0.5, 0.6]}; restored.w is that of the best",
    )
    patience: Count | None = Field(
        None, description="early_stopping: training stops after so many epochs in a row without an improvement"
    )
    min_delta: NotNegative | None = Field(
        None, description="early_stopping: a loss is an improvement when it is below the best by more than this (0)"
    )

    @classmethod
    def aliases_in(cls, data: Mapping[str, Any]) -> Mapping[str, FieldAlias]:
        of_method = data.get("function") in [str(name) for name in MethodName]
        return {**super().aliases_in(data), "function": "method" if of_method else "penalty"}

    @property
    def chance(self) -> Chance:
        """The probability of dropout that is given, by name."""
        return chance(self.keep_prob is not None)

    @property
    def chosen(self) -> str:
        """The name of the regularizer."""
        return str(self.penalty or self.method)

    def faults(self) -> Iterator[Fault]:
        if (self.penalty is None) == (self.method is None):
            at = ("method",) if self.penalty else ()
            yield Fault(at, f"give either `penalty` ({', '.join(PenaltyName)}) or `method` ({', '.join(MethodName)})")
            return
        row = REGULARIZERS[self.chosen]
        yield from self._own_faults(row)
        yield from self._name_faults(row)
        yield from self._parameter_faults()
        yield from self._gradient_faults()
        if row.one_of and sum(getattr(self, name) is not None for name in row.one_of) != 1:
            yield Fault((row.selected_by,), ONE_CHANCE)
        if self.outputs is not None and self.mask is not None:
            yield from self._mask_faults(len(self.outputs), self.mask)

    def _own_faults(self, row: Regularizer) -> Iterator[Fault]:
        """What the regularizer needs and is not given, and what is given and is not its."""
        own = row.own
        if row.penalty is not None:
            needed = row.penalty.missing([name for name in NUMBERS if getattr(self, name) is not None])
            if needed is not None:
                yield Fault((row.selected_by,), f"{self.chosen} needs {needed}")
        known = RegularizationFields.model_fields
        for name in row.required:
            if getattr(self, name) is None:
                meaning = str(known[name].description).partition(": ")[2]
                yield Fault((row.selected_by,), f"{self.chosen} needs `{name}`: {meaning}")
        for name in known:
            if name not in (*SELECTORS, *own) and getattr(self, name) is not None:
                yield Fault((name,), f"`{name}` is no field of {self.chosen}; its fields are {', '.join(own)}")

    def _name_faults(self, row: Regularizer) -> Iterator[Fault]:
        for place in ("weights", "outputs"):
            for name in getattr(self, place) or {}:
                if name in row.taken:
                    yield Fault(
                        (place, name), f"`{name}` stands for something else in {self.chosen}; choose another name"
                    )

    def _parameter_faults(self) -> Iterator[Fault]:
        epochs = len(self.losses or ())
        for name, values in (self.parameters or {}).items():
            if len(values) != epochs:
                message = f"expected {epochs} values, one after each epoch, found {len(values)}"
                yield Fault(("parameters", name), message)

    def _gradient_faults(self) -> Iterator[Fault]:
        if self.learning_rate is not None and self.gradients is None:
            yield Fault(("learning_rate",), "a step needs the derivatives of the loss: give `gradients`")
        if self.gradients is not None and self.weights is not None and set(self.gradients) != set(self.weights):
            yield Fault(("gradients",), f"expected one for each of the weights {', '.join(self.weights)}")

    def _mask_faults(self, units: int, mask: list[Literal]) -> Iterator[Fault]:
        if len(mask) != units:
            yield Fault(("mask",), f"expected {units} entries, one for each of the outputs, found {len(mask)}")
        for index, entry in enumerate(mask):
            if entry.value not in (0, 1):
                yield Fault(("mask", index), f"expected 1 (kept) or 0 (dropped), found {entry.text}")
