"""The fields of a network's layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    Tag,
    WithJsonSchema,
)
from pydantic_core import core_schema

from deepcalc.errors import Location
from deepcalc.fields.aliases import FieldAlias
from deepcalc.fields.choices import Choice
from deepcalc.fields.given import Fraction01OrLetter, NotNegativeOrLetter, ProbabilityOrLetter, ShareKeptOrLetter
from deepcalc.fields.types import (
    Fields,
    Flag,
    Identifier,
    Number,
    NumberOrName,
    Positive,
    SmallCount,
    as_formula,
    described,
    or_its,
    wrong,
)
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._activations import ActivationName, ActivationSettingFields
from deepcalc.kinds._dropout import CHANCE_ALIASES, ONE_CHANCE, Chance, chance
from deepcalc.kinds.network.senders import Senders
from deepcalc.notation.names import called, is_identifier, plain_form
from deepcalc.notation.nodes import Node
from deepcalc.notation.parser import parse_number
from deepcalc.records import record
from deepcalc.rules.activations import ACTIVATION_ALIASES
from deepcalc.rules.combinations import COMBINATIONS
from deepcalc.rules.normalization import NORMALIZATIONS, RUNNING_AVERAGES, Normalization


class CombinationName(Choice, names=COMBINATIONS): ...


NORMALISATION, RUNNING = "Normalisation", "Running averages"
AVERAGES = "running"
"""The group of the running averages."""

_KNOWN = {plain_form(str(member.value)): member for member in ActivationName}
_KNOWN |= {plain_form(alias): ActivationName(name) for alias, name in ACTIVATION_ALIASES.items()}

OwnActivation = ActivationName | str | Node
"""A known function, the name of one of the problem's own, or a formula in z."""


def _function(value: Any) -> OwnActivation:
    if isinstance(value, ActivationName):
        return value
    if not isinstance(value, str):
        raise wrong(f"expected the name of an activation or a formula in z, found {described(value)}")
    known = called(_KNOWN, value)
    if known is not None:
        return known
    return value if is_identifier(value) else as_formula(value)


def _functions(value: Any) -> OwnActivation | list[OwnActivation]:
    return [_function(each) for each in value] if isinstance(value, list) and value else _function(value)


def _norms() -> str:
    return ", ".join(f"{row.name} ({row.over})" for row in NORMALIZATIONS.values() if row.is_of_units)


def _laws_of_averages() -> str:
    return "; ".join(f"{row.name}: {row.law}" for row in RUNNING_AVERAGES.values())


_NAMES = [str(member.value) for member in ActivationName]
UnitActivations = Annotated[
    Any,
    PlainValidator(_functions),
    WithJsonSchema({"anyOf": [{"enum": _NAMES}, {"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


def _is_matrix(value: Any) -> str:
    is_matrix = isinstance(value, dict) and ("matrix" in value or isinstance(value.get("rows"), str))
    return "matrix" if is_matrix else "named"


def _bare_matrix(value: Any) -> Any:
    """A list is a matrix of which the shape says what a row belongs to; one without rows, its only row."""
    if not isinstance(value, list):
        return value
    return {"matrix": [value] if value and not any(isinstance(row, list) for row in value) else value}


@record
class _OneOrMore:
    """An annotation of a list in whose place a single entry may stand."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(
            lambda value: value if value is None or isinstance(value, list | dict) else [value], handler(source)
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        several = handler(schema)
        return {"anyOf": [several["items"], several]}


Entries = Annotated[list[NumberOrName], _OneOrMore()]
Names = Annotated[list[Identifier], Field(min_length=1), _OneOrMore()]
"""One for each unit; that of the only one alone."""


class MatrixFields(Fields):
    """Weights as a matrix."""

    tag: ClassVar[str] = "matrix"
    rows: Literal["senders", "receivers"] | None = Field(
        None, description="what a row belongs to: senders or receivers; needed where the shape does not tell"
    )
    matrix: list[list[NumberOrName]] = Field(min_length=1, description="the rows of the matrix")


NamedWeights = dict[Identifier, Entries]


class DropoutFields(Fields):
    """Dropout of a layer's outputs, with a given mask."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = CHANCE_ALIASES

    rate: Fraction01OrLetter = Field(
        None, description="the probability p with which a unit is dropped; nothing for a letter"
    )
    keep_prob: ShareKeptOrLetter = Field(
        None,
        description="in place of `rate`: the probability with which a unit is kept, which is then what is divided or "
        "multiplied by",
    )
    mask: list[Number] | list[list[Number]] | None = Field(
        None, description="1 for each unit that is kept, 0 for each dropped; or one such list for each sample"
    )
    scaling: Literal["inverted", "plain"] = Field(
        "inverted",
        description="inverted divides by 1 − p in training, as PyTorch and Keras do; plain multiplies by 1 − p at "
        "test time, as in the original paper",
    )
    mode: Literal["train", "test"] = Field("train", description="training, with the mask, or test time, without")

    @property
    def is_training(self) -> bool:
        return self.mode == "train"

    def chance(self, number: str = "") -> Chance:
        """The probability that is given, by name."""
        return chance(self.keep_prob is not None, number)

    @property
    def chance_given(self) -> Any:
        """Its value."""
        return self.rate if self.keep_prob is None else self.keep_prob

    def setting_faults(self) -> Iterator[str]:
        """What is wrong with the settings, whatever the outputs are."""
        if (self.rate is None) == (self.keep_prob is None):
            yield ONE_CHANCE
        if self.is_training == (self.mask is None):
            yield "training needs a `mask`" if self.is_training else "there is no mask at test time"

    @property
    def changes_outputs(self) -> bool:
        """Whether anything is done to the outputs: inverted dropout leaves them as they are at test time."""
        return self.is_training or self.scaling == "plain"

    def mask_of(self, index: int) -> list[Any]:
        """The mask of a sample, from 0."""
        mask: list[Any] = list(self.mask or ())
        return list(mask[index]) if self.has_mask_for_each else mask

    @property
    def has_mask_for_each(self) -> bool:
        return bool(self.mask) and isinstance((self.mask or [None])[0], list)

    def mask_faults(self, units: int, samples: int, several: bool) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """What is wrong with the mask, and where."""
        yield from ((message, ()) for message in self.setting_faults())
        if self.is_training == (self.mask is None):
            return
        if self.has_mask_for_each and (not several or len(self.mask or ()) != samples):
            yield f"expected one mask, or one for each of the samples, found {len(self.mask or ())}", ("mask",)
            return
        for index in range(samples if self.has_mask_for_each else min(1, len(self.mask or ()))):
            entries = self.mask_of(index)
            if len(entries) != units:
                yield f"expected {units} entries, one for each unit, found {len(entries)}", ("mask",)
            for entry in entries:
                if entry.value not in (0, 1):
                    yield f"expected 1 (kept) or 0 (dropped), found {entry.text}", ("mask",)


class NormName(Choice, names=[name for name, row in NORMALIZATIONS.items() if row.is_of_units]): ...


class MomentumOf(Choice, names=RUNNING_AVERAGES): ...


class MaxNormFields(Fields):
    """A bound on the norm of the weights into each unit."""

    bound: Positive = Field(description="c: the largest norm of the weights into a unit")
    biases: Flag = Field(False, description="whether a unit's bias counts in its norm, and is scaled with its weights")


class NormFields(Fields):
    """A normalisation of a layer's net inputs, before its activation."""

    function: NormName = Field(description=f"what has a mean and a variance of its own: {_norms()}")
    gamma: list[NumberOrName] | None = Field(None, description="the scale γ of each unit; none by default")
    beta: list[NumberOrName] | None = Field(None, description="the shift β of each unit; none by default")
    epsilon: NotNegativeOrLetter = Field(
        parse_number("1e-5"), description="ε, added to the variance below the root; nothing for a letter"
    )
    unbiased: Flag = Field(False, description="the variance over n − 1 in place of n")
    mode: Literal["train", "test"] = Field(
        "train", description="batch normalisation: by the batch's own statistics, or by the running averages"
    )
    running_mean: list[Number] | None = Field(
        None, description="batch: the running mean of each unit; in training as it is before this batch"
    )
    running_var: list[Number] | None = Field(None, description="batch: the running variance of each unit")
    momentum: ProbabilityOrLetter = Field(
        None, description="batch: the momentum m of the running averages, which training brings up to date with it"
    )
    running_unbiased: Flag = Field(
        False, description="batch: the running variance takes in the variance over n − 1, as PyTorch has it"
    )
    momentum_of: MomentumOf = Field(MomentumOf("old"), description=f"what m is the weight of: {_laws_of_averages()}")

    @property
    def row(self) -> Normalization:
        return NORMALIZATIONS[self.function]

    def quantities(
        self, epsilon: str, momentum: str, averages: Iterable[tuple[str, str, Any]], at: Location
    ) -> Iterator[Quantity]:
        """ε, the momentum of running averages, by their names, and those averages: field, name and value of each."""
        yield Quantity(epsilon, given=self.epsilon, section=NORMALISATION, origin=(*at, "epsilon"))
        if self.momentum is not None:
            yield Quantity(momentum, given=self.momentum, section=NORMALISATION, origin=(*at, "momentum"))
        for field, name, value in averages:
            yield Quantity(name, given=value, section=RUNNING, origin=(*at, field))

    def setting_faults(self) -> Iterator[tuple[str, str]]:
        """What is wrong with running averages, each with its field."""
        needs = self.mode == "test" or self.momentum is not None
        for field in ("running_mean", "running_var"):
            given = getattr(self, field) is not None
            if given and not self.row.has_running:
                yield field, f"{self.row.title} has no running averages"
            if needs and not given and self.row.has_running:
                yield field, f"`{field}` is missing: the running average of each unit"
            if given and not needs:
                yield field, "running averages need `momentum`, or `mode: test`"
        if not self.row.has_running:
            for field in ("mode", "momentum"):
                if field in self.model_fields_set:
                    yield field, f"{self.row.title} has no running averages, so no `{field}`"
        elif self.mode == "test" and self.momentum is not None:
            yield "momentum", "at test time the running averages stay as they are"
        if self.running_unbiased and self.momentum is None:
            yield "running_unbiased", "running averages that are brought up to date need `momentum`"


def _ways() -> str:
    return "; ".join(f"{row.name} {row.meaning}" for row in COMBINATIONS.values())


class UnitFields(Fields):
    """One fully connected layer."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {"bias": "biases"}

    net: Names | None = Field(None, description="names of the units' net inputs")
    out: Names | None = Field(None, description="names of the units' outputs; not needed without an activation")
    units: SmallCount | None = Field(
        None, description="number of units, in place of `net` and `out`; names are then made"
    )
    name: Identifier | None = Field(None, description="the layer's name, for `from` and `of`; layer1, layer2, … else")
    senders: Senders | None = Field(
        None,
        alias="from",
        description="what it takes up, in this order: inputs, layers or units by their names, a list of units, "
        "some units of a layer by their numbers {layer1: [1, 2]}, "
        "constant inputs {x0: 1}; the layer before by default. Weights take all of them one behind the other",
    )
    combine: CombinationName | None = Field(
        None, description=f"in place of weights, what it makes of its senders: {_ways()}"
    )
    activation: UnitActivations = Field(
        ActivationName("identity"),
        description="the units' activation function, or a list with one for each unit: "
        f"{', '.join(_NAMES)}, one of `activations`, or a formula in z such as z*sigmoid(c*z)",
    )
    weights: (
        Annotated[
            Annotated[MatrixFields, Tag("matrix")] | Annotated[NamedWeights, Tag("named")],
            Discriminator(_is_matrix),
            BeforeValidator(_bare_matrix),
        ]
        | None
    ) = Field(
        None,
        description="by sender, {x1: [w11, w12]}, one entry for each receiver, {x1: w} for a single one; or a matrix, "
        "[[…]], and if it is square what a row belongs to, {rows: senders, matrix: [[…]]}",
    )
    biases: Entries | None = Field(None, description="one bias for each unit, [0.1, b2]; none by default")
    errors: Annotated[list[Identifier], _OneOrMore()] | None = Field(
        None, description="names of the units' error terms; made by default"
    )
    norm: Annotated[NormFields | None, or_its("function")] = Field(
        None, description="normalisation of the net inputs: {function: batch, gamma: [1, 1], beta: [0, 0]}"
    )
    max_norm: Annotated[MaxNormFields | None, or_its("bound")] = Field(
        None,
        description="c, or {bound: c, biases: true}: after every update the weights into a unit are scaled down to the "
        "norm c where theirs is larger",
    )
    dropout: DropoutFields | None = Field(None, description="dropout of the outputs: {rate: 0.5, mask: [1, 0]}")


class LayerFields(ActivationSettingFields, UnitFields):
    """One layer of units."""
