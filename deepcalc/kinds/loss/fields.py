"""The fields of `loss`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from deepcalc.errors import Fault, listed
from deepcalc.fields.aliases import FieldAlias
from deepcalc.fields.given import NumberOrLetter
from deepcalc.fields.types import Fields, Flag, Identifier, NotNegative
from deepcalc.kinds._losses import AnyLoss, LossSettingFields
from deepcalc.rules.losses import LOSSES, SHORT_FOR, Loss
from deepcalc.rules.losses.row import At

SIDES = tuple(dict.fromkeys(side for row in LOSSES.values() for side in row.sides))
"""The fields that hold what a loss may be made of."""


class Reduction(StrEnum):
    """How the samples' losses make the loss."""

    MEAN = "mean"
    SUM = "sum"
    WEIGHTED_MEAN = "weighted_mean"


def _shape(value: Any) -> str:
    """What an author wrote where one number, several or named ones may stand."""
    return "named" if isinstance(value, dict) else "several" if isinstance(value, list) else "one"


Outputs = Annotated[
    Annotated[NumberOrLetter, Tag("one")] | Annotated[list[NumberOrLetter], Field(min_length=1), Tag("several")],
    Discriminator(lambda value: "several" if isinstance(value, list) else "one"),
]
"""What belongs to one sample: a number, or one for each output."""

Samples = Annotated[
    Annotated[NumberOrLetter, Tag("one")]
    | Annotated[list[Outputs], Field(min_length=1), Tag("several")]
    | Annotated[dict[Identifier, Outputs], Field(min_length=1), Tag("named")],
    Discriminator(_shape),
]

_MADE_OF = {
    side: [name for name, row in LOSSES.items() if side in row.sides]
    for side in ("first", "second", "anchor", "positive", "negative")
}


def _vector(side: str, what: str) -> Any:
    users = ", ".join(_MADE_OF[side])
    return Field(None, description=f"{what}: a list of numbers, or a list of them for each sample ({users})")


class SampleFields(Fields):
    """A loss function, and what it is of."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {
        "y_true": "targets",
        "labels": "targets",
        "target": "targets",
        "y_pred": "predictions",
        "yhat": "predictions",
        "probabilities": "predictions",
        "prediction": "predictions",
        "class_weight": "class_weights",
        "sample_weight": "sample_weights",
    }

    @classmethod
    def aliases_in(cls, data: Mapping[str, Any]) -> Mapping[str, FieldAlias]:
        """The usual names; logits where they are said to be such."""
        logits = {"logits": "predictions"} if data.get("from_logits") is True else {}
        return {**super().aliases_in(data), **logits}

    function: AnyLoss = Field(
        description="one of those told below; cross_entropy and focal are binary for numbers, categorical for lists"
    )
    targets: Samples | None = Field(
        None,
        description="the target of each sample: a list of numbers (names y1, y2, … are made), numbers by name, "
        "{y1: 1, y2: 0} ({y1: } is a letter), or a list for each sample, one-hot or soft: [[0, 1, 0], [0.5, 0.5, 0]]; "
        "the number of a class beside a list of predictions",
    )
    predictions: Samples | None = Field(
        None, description="the predictions, as the targets (names yhat1, yhat2, … are made; z1, z2, … of logits)"
    )
    first: Samples | None = _vector("first", "the first vector of the pair")
    second: Samples | None = _vector("second", "the second vector of the pair")
    anchor: Samples | None = _vector("anchor", "the anchor")
    positive: Samples | None = _vector("positive", "the vector of the same class")
    negative: Samples | None = _vector("negative", "the vector of another class")
    from_logits: Flag = Field(
        False,
        description="the predictions are logits z, of which a sigmoid or softmax makes the probabilities p first "
        "(losses of probabilities)",
    )
    class_weights: list[NotNegative] | None = Field(
        None,
        min_length=2,
        description="the weight of each class, w0, w1, … in the order of the classes (class 0, then 1, of a binary "
        "loss): a sample's loss is multiplied by that of its class",
    )
    sample_weights: list[NotNegative] | None = Field(
        None, min_length=1, description="the weight of each sample, s1, s2, …, in the mean or sum over the samples"
    )
    reduction: Reduction | None = Field(
        None,
        description="the samples' losses make a mean (their sum over their number), a sum, or a weighted mean (over "
        "the sum of the weights, as PyTorch has it with class weights); by default a mean, for half_sum and sum a sum",
    )
    perplexity: Flag = Field(
        False, description="also the perplexity PP: e, or the base of the logarithm, to the power of the loss"
    )
    name: Identifier = Field("L", description="the name of the loss; L1, L2, … are then those of the samples")


class LossFields(LossSettingFields, SampleFields):
    """A loss function, what it is of, and its numbers."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {**LossSettingFields.other_names, **SampleFields.other_names}

    same_class: Annotated[Literal["0", "1"], WithJsonSchema({"enum": [0, 1]})] = Field(
        "1", description="the target of a pair of one class (contrastive): 1 by default, 0 in the paper"
    )
    half: Flag = Field(True, description="the factor ½ before the squares (contrastive), as in the paper")

    def at(self, row: Loss) -> At:
        return replace(super().at(row), same_as_zero=self.same_class == "0", halves=self.half)

    def row(self, is_categorical: bool) -> Loss:
        """The loss function in the conventions chosen."""
        name = SHORT_FOR[self.function][is_categorical] if self.function in SHORT_FOR else str(self.function)
        return LOSSES[name]

    def own_faults(self, row: Loss) -> Iterator[Fault]:
        """What is wrong with the fields beside the values of targets and predictions."""
        for side in SIDES:
            if side in row.sides and getattr(self, side) is None:
                yield Fault(("function",), f"{row.name} needs `{side}`")
            if side not in row.sides and getattr(self, side) is not None:
                yield Fault((side,), f"{row.name} is made of {', '.join(row.sides)}; it takes no `{side}`")
        yield from self.setting_faults(row)
        for field in ("same_class", "half"):
            if field in self.model_fields_set and "first" not in row.sides:
                users = [name for name, each in LOSSES.items() if "first" in each.sides]
                yield Fault((field,), f"`{field}` belongs to {listed(users)}, not to {row.name}")
        if self.from_logits and row.outputs_of not in ("sigmoid", "softmax"):
            message = "takes logits by itself" if row.outputs_of == "identity" else "is of no probabilities"
            yield Fault(("from_logits",), f"{row.name} {message}; leave out `from_logits`")
        if self.perplexity and not row.has_base:
            yield Fault(("perplexity",), f"a perplexity is that of a cross-entropy or an entropy, not of {row.name}")
        if row.root and self.reduction not in (None, Reduction.MEAN):
            yield Fault(("reduction",), f"{row.name} is the root of a mean; it has no other reduction")
        weighted = self.class_weights is not None or self.sample_weights is not None
        if self.reduction is Reduction.WEIGHTED_MEAN and not weighted:
            yield Fault(("reduction",), "a weighted mean needs `class_weights` or `sample_weights`")
        if self.sample_weights is not None and not any(weight.value for weight in self.sample_weights):
            yield Fault(("sample_weights",), "at least one weight is above 0")
