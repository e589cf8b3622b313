"""The fields of `network`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from deepcalc.errors import Fault, Location
from deepcalc.fields.aliases import FieldAlias
from deepcalc.fields.given import NumberNameOrLetter, NumberOrLetter
from deepcalc.fields.types import (
    Count,
    Fields,
    Flag,
    Formula,
    Identifier,
    NotNegative,
    Number,
    NumberOrName,
    Probability,
    QuantityName,
    Relation,
    or_its,
)
from deepcalc.kinds._initial import DrawnFields
from deepcalc.kinds._losses import LossSettingFields, OutputLoss
from deepcalc.kinds._penalties import PenaltyFields
from deepcalc.kinds._training import TrainingFields
from deepcalc.kinds.network.layers import LayerFields
from deepcalc.kinds.network.matrix.notation import BatchFields, Matrix, NotationFields
from deepcalc.notation.parser import parse_number
from deepcalc.plan.plan import Chain
from deepcalc.rules.activations import IDENTITY, SOFTMAX
from deepcalc.rules.losses import SHORT_FOR, Loss, loss_meant
from deepcalc.rules.updates import SETTING_NAMES


def _spaced(value: Any) -> Any:
    """``b+w*x`` as it is listed, ``b + w*x``."""
    return " + ".join("".join(value.split()).split("+")) if isinstance(value, str) else value


Targets = dict[Identifier, NumberNameOrLetter] | list[NumberOrName] | Number
"""The target of each output, nothing for a letter; or a number alone: of the only output, or that of a class."""


Noise = dict[Identifier, Number] | list[Number] | Number
"""What is added to the targets, by output or in order; a number alone for the only one."""


def _form_of_sample(value: Any) -> str:
    if isinstance(value, dict):
        return "whole" if any(isinstance(each, list) for each in value.values()) else "named"
    return "listed"


def _form(value: Any) -> str:
    is_listed = isinstance(value, list) and not any(isinstance(each, list) for each in value)
    return _form_of_sample(value) if isinstance(value, dict) or is_listed else "matrix"


_Named = Annotated[dict[Identifier, NumberOrLetter], Tag("named")]
_Whole = Annotated[dict[Identifier, Matrix], Field(max_length=1), Tag("whole")]
_Listed = Annotated[list[NumberOrLetter], Tag("listed")]

ByOutput = Annotated[_Named | _Whole | _Listed, Discriminator(_form_of_sample)]
"""A derivative for each output, by name or in order, also beside the name of all of them, {a2: [0.1, -0.3]}."""

Upstream = Annotated[_Named | _Whole | _Listed | Annotated[Matrix, Tag("matrix")], Discriminator(_form)]
"""Those of a sample, or a matrix of those of all samples."""


def _samples_or_batch(value: Any) -> str:
    return "batch" if isinstance(value, dict) else "samples"


class SampleFields(Fields):
    """One training sample."""

    inputs: dict[Identifier, NumberOrLetter] | list[Number] = Field(description="the input values")
    targets: Targets | None = Field(None, description="the target values, or the number of the true class")
    upstream: ByOutput | None = Field(None, description="in place of targets: ∂L/∂o of each output")
    target_noise: Noise | None = Field(None, description="label noise as given: what is added to each target")
    weight: NotNegative | None = Field(None, description="what the sample counts in the mean or sum, ω; 1 by default")


Validation = Annotated[
    Annotated[list[SampleFields], Field(min_length=1), Tag("samples")] | Annotated[BatchFields, Tag("batch")],
    Discriminator(_samples_or_batch),
]
"""Validation samples one by one, or as matrices."""


class LossNameFields(Fields):
    """The loss of one sample: its name and its function."""

    name: Identifier = Field("L", description="the loss's name")
    function: OutputLoss = Field(
        description="one of those that `deepcalc kinds loss` tells; mse is the mean over the outputs, half_sum is ½Σ"
    )


class LossFields(LossSettingFields, LossNameFields):
    """The loss of one sample; the letters of an optimizer's settings and of error terms are left to them."""

    renamed: ClassVar[Mapping[str, str]] = {name: f"{name}_L" for name in (*SETTING_NAMES.values(), "delta")}

    from_logits: Flag = Field(
        False,
        description="the outputs are logits, as Keras has it: a cross-entropy is then the one with logits. "
        "cross_entropy is so after a layer without activation, as in PyTorch",
    )

    def row(self, activation: str, outputs: object) -> Loss:
        """The loss function of so many outputs of an activation; `cross_entropy` is that of the activation."""
        of_logits = self.from_logits or (self.function.value in SHORT_FOR and activation == IDENTITY)
        return loss_meant(self.function.value, activation == SOFTMAX or (of_logits and outputs != 1), of_logits)

    def setting_faults(self, row: Loss, at: Location = ()) -> Iterator[Fault]:
        yield from super().setting_faults(row, at)
        if self.from_logits and row.outputs_of != IDENTITY:
            yield Fault((*at, "from_logits"), f"{row.name} takes no logits; leave out `from_logits`")


class LossTermFields(LossFields):
    """One of several losses, of a layer's outputs."""

    name: Identifier | None = Field(None, description="its name; L1, L2, … by default")  # type: ignore[assignment]
    of: Identifier = Field(description="the layer whose outputs it is of, by its name")
    weight: NumberOrName = Field(
        parse_number("1"), description="what it counts in the loss of the sample: a number, or a name from `values`"
    )


class EarlyStoppingFields(Fields):
    """When a training stops that no longer makes the loss smaller."""

    patience: Count = Field(description="training stops after so many epochs in a row without an improvement")
    min_delta: NotNegative | None = Field(
        None, description="a loss is an improvement when it is below the best one by more than this (0)"
    )
    monitor: QuantityName | None = Field(
        None,
        description="what is judged after each epoch in place of the loss: the name of a number, accuracy or "
        "val.accuracy (with `classify: {accuracy: accuracy}`), o:1, say",
    )
    mode: Literal["min", "max"] | None = Field(
        None, description="whether smaller (min) or larger (max) is better; max of an accuracy by default, else min"
    )


class OptimizerFields(TrainingFields):
    """The updates of the parameters."""

    until: Relation | None = Field(
        None,
        description="training stops after the first epoch at whose end this holds, L < 0.01, and at the latest after "
        "`epochs`; stop_epoch is then the epoch after which it stops",
    )
    early_stopping: Annotated[EarlyStoppingFields | None, or_its("patience")] = Field(
        None,
        description="training stops when the loss after an epoch, val.L of `validation` samples where there are some, "
        "has not improved for `patience` epochs: {patience: 2, min_delta: 0.01}; best.3 and wait.3 are the best loss "
        "after three epochs and the epochs since then, best_epoch the epoch of the smallest loss, restored.w a weight "
        "as it was then",
    )

    @property
    def may_stop(self) -> bool:
        """Whether the training may end before its last epoch."""
        return self.until is not None or self.early_stopping is not None

    @property
    def duration(self) -> str:
        """How long the training lasts: ``one step``, ``at most 2 epochs``."""
        in_epochs = self.epochs is not None or (self.batch_size != "all" and self.steps is None)
        count, what = (self.epochs or 1, "epoch") if in_epochs else (self.steps or 1, "step")
        at_most = "at most " if self.may_stop else ""
        return f"{at_most}one {what}" if count == 1 else f"{at_most}{count} {what}s"

    def course_faults(self, samples: int) -> Iterator[Fault]:
        """What is wrong between steps, epochs, batches and the criterion of an end."""
        at = ("optimizer",)
        if self.steps is not None and self.epochs is not None:
            yield Fault((*at, "steps"), "give either `steps` or `epochs`")
        if self.may_stop and self.epochs is None:
            field = "until" if self.until is not None else "early_stopping"
            yield Fault((*at, field), "a criterion needs `epochs`, after which training stops at the latest")
        if self.until is not None and self.early_stopping is not None:
            yield Fault((*at, "until"), "give either `until` or `early_stopping`")
        if self.batch_size != "all" and self.batch_size > samples:
            yield Fault((*at, "batch_size"), f"expected at most the {samples} samples that there are")


class ErrorTermFields(Fields):
    """How the error terms of the units are named, and their sign."""

    name: Identifier = Field("delta", description="what an error term is called: delta or Err, say")
    convention: Literal["output - target", "target - output"] = Field(
        "output - target",
        description="the error term is the derivative of the loss by the net input, or its negative, "
        "as in textbooks that write Err = O(1 - O)(T - O) and w + l*Err*O",
    )
    weights: Literal["old", "updated"] = Field(
        "old",
        description="by which weights a hidden error is passed back: the old ones, as the gradient is defined, or "
        "those that the step has updated already, as some courses do (of one update)",
    )
    difference: Identifier | None = Field(
        None,
        description="e: the differences e = t - o are quantities of their own, in which loss and errors are written",
    )


class ClassFields(Fields):
    """The predicted class."""

    name: Identifier = Field("class", description="its name")
    threshold: Probability = Field(parse_number("0.5"), description="class 1 from this probability up (one output)")
    accuracy: Identifier | None = Field(
        None, description="the name of the share of the samples whose class is that of their targets; none by default"
    )


class UnitwiseFields(Fields):
    """A fully connected network, its samples, its loss and one step of training."""

    most_entries: ClassVar[int] = 50_000

    inputs: dict[Identifier, NumberOrLetter] | list[Number] | None = Field(
        None,
        description="the input values by name, {x1: 1.0}, or a list of them (names x1, x2, … are made); {x1: } is a "
        "letter",
    )
    targets: Targets | None = Field(
        None,
        description="the target of each output: a number, or a name from `values`, {o: } is a letter; or a number "
        "alone, of the only output, or that of the true class among several",
    )
    target_noise: Noise | None = Field(
        None,
        description="label noise as given, {o1: 0.1, o2: -0.2} or [0.1, -0.2]: what is added to each target, in "
        "training alone; the loss is of the noisy target ttilde1 = t1 + xi.t1",
    )
    upstream: Upstream | None = Field(
        None,
        description="in place of loss and targets: the derivative of a loss L by each output, as it comes from what is "
        "behind, {o1: 0.1, o2: -0.3}, [0.1, -0.3] or {a2: [0.1, -0.3]} (matrix notation: in the shape of the outputs, "
        "also {A2: [[0.1, -0.3]]}); a network from the middle on has the activations there as its inputs, and dL/dx1 "
        "passes on to what is before",
    )
    given: dict[Identifier, Matrix] = Field(
        {},
        description="outputs or net inputs of units that are given, in place of what they would come to: {h1: 0.33, o: "
        "0.47}; what follows is made from them (of one sample; in matrix notation whole arrays, {A1: [[…]]})",
    )
    samples: list[SampleFields] | None = Field(
        None, min_length=1, description="several samples, each with its inputs and targets"
    )
    validation: Validation | None = Field(
        None,
        description="samples that are not trained on: val.L@2 is their loss and val.o:1@2 the first one's output after "
        "two updates, at test time: without dropout, normalised by running averages. The outputs of the training "
        "samples at test time, where these are others, are test.o:1@2 (matrix notation: {X: [[…]], Y: [[…]]}, val.P@2)",
    )
    reduction: Literal["mean", "sum", "weighted_mean"] = Field(
        "mean",
        description="how the samples' losses make the loss: their mean (over their number), their sum, or a mean over "
        "the sum of the weights, as PyTorch has it with class weights",
    )
    class_weights: list[NotNegative] | None = Field(
        None,
        min_length=2,
        description="the weight of each class in the order of the classes (class 0, then 1, of a binary loss): a "
        "sample's loss is multiplied by that of its class",
    )
    layers: list[Annotated[LayerFields, or_its("activation")]] = Field(
        min_length=1, description="the layers, from the first after the inputs on"
    )
    values: dict[Identifier, NumberOrLetter] = Field(
        {}, description="the values of the names used; {w11: } is a letter"
    )
    activations: dict[Identifier, Formula] = Field(
        {},
        description="activation functions of the problem's own, by formulas in z, {phi: z*sigmoid(c*z)}; further names "
        "have their `values`",
    )
    net_input: Annotated[Literal["x*w + b", "w*x + b", "b + x*w", "b + w*x"], BeforeValidator(_spaced)] = Field(
        "x*w + b", description="the order in which the course writes a net input"
    )
    loss: Annotated[LossFields | None, or_its("function")] = Field(
        None, description="the loss function, by its name alone or with fields; needs targets"
    )
    losses: list[LossTermFields] | None = Field(
        None,
        min_length=1,
        description="in place of `loss`: several of them, each of a layer's outputs, whose weighted sum is the loss; "
        "targets are given of all these outputs",
    )
    total_loss: Identifier = Field("L", description="the name of the weighted sum of several `losses`")
    initialization: Annotated[DrawnFields | None, or_its("scheme")] = Field(
        None,
        description="how the weights of such a network would be drawn in the beginning, he or {scheme: xavier, "
        "distribution: normal}: adds fan_in1, fan_out1, the variance varw1, and limit1 or std1 of each layer",
    )
    penalty: PenaltyFields | None = Field(
        None, description="a penalty on the weights: {function: l2, strength: 0.01}; the loss with it is J"
    )
    optimizer: Annotated[OptimizerFields | None, or_its("method")] = Field(
        None,
        description="the updates, one step of gradient descent by default; needs a loss. Delta.w is the "
        "change of a parameter where a part asks for it, Delta.w@2 that of the second update, changes all of them",
    )
    train: Literal["all", "weights", "biases"] | list[Identifier] = Field(
        "all", description="which parameters are updated: all, weights, biases, or names"
    )
    chain: Chain = Field(Chain.ERRORS, description="gradients by the errors of the units, or path by path")
    error_terms: ErrorTermFields = Field(
        default_factory=ErrorTermFields.model_construct, description="name and sign convention of the error terms"
    )
    classify: ClassFields | None = Field(None, description="also give the predicted class")

    @property
    def validation_samples(self) -> list[SampleFields] | None:
        """The validation samples that are given one by one."""
        return self.validation if isinstance(self.validation, list) else None

    @property
    def begins_in_the_middle(self) -> bool:
        """Whether the net inputs of the first layer are given, so that it does without weights and inputs."""
        first, is_without = self.layers[0], self.inputs is None and self.samples is None
        return is_without and first.net is not None and all(name in self.given for name in first.net)


class NetworkFields(NotationFields, UnitwiseFields):
    """A fully connected network in scalars, or in matrix notation."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {
        **NotationFields.other_names,
        "regularization": "penalty",
        "regularizer": "penalty",
    }

    def faults(self) -> Iterator[Fault]:
        yield from self.notation_faults(self.layers)
