"""The fields of `normalization`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from deepcalc.errors import Fault
from deepcalc.fields.choices import Choice
from deepcalc.fields.given import Given, NotNegativeOrLetter
from deepcalc.fields.types import Count, Fields, Flag, Probability
from deepcalc.kinds._arrays import LossField, UpstreamField, loss_faults, shape_of_given
from deepcalc.notation.parser import parse_number
from deepcalc.rules.normalization import NORMALIZATIONS, RUNNING_AVERAGES, Normalization


class MethodName(Choice, names=NORMALIZATIONS): ...


class AverageName(Choice, names=RUNNING_AVERAGES): ...


def _by_any_name(value: Any) -> Any:
    """``LayerNorm`` and ``batch_norm`` for ``layer`` and ``batch``."""
    if not isinstance(value, str):
        return value
    plain = value.lower().replace("_", "").replace("-", "").replace(" ", "")
    return plain.removesuffix("norm").removesuffix("normalization").removesuffix("normalisation")


class RunningFields(Fields):
    """Running averages of mean and variance, for the time of testing."""

    mean: Given | None = Field(None, description="the running mean before; zero by default")
    variance: Given | None = Field(None, description="the running variance before; one by default")
    momentum: Probability = Field(parse_number("0.9"), description="the momentum m of the averages")
    momentum_of: AverageName = Field(
        AverageName("old"),
        description="what the momentum weighs: "
        + "; ".join(f"{name}: {row.law}" for name, row in RUNNING_AVERAGES.items()),
    )
    unbiased: Flag = Field(
        False, description="whether the running variance takes in that over n − 1 (as PyTorch), or the one over n"
    )


class NormalizationFields(Fields):
    """Values, what they are normalised over, the scale and shift after it, and running averages."""

    method: Annotated[MethodName, BeforeValidator(_by_any_name)] = Field(
        description="; ".join(f"{name}: {row.over}" for name, row in NORMALIZATIONS.items())
    )
    X: Given = Field(
        description="samples by features, or images as lists, samples x channels x height x width (one image without "
        "the first axis); instance: channels by positions. A vector is one feature of samples (batch), or one sample"
    )
    samples: Literal["rows", "columns"] = Field(
        "rows", description="whether samples are the rows or columns of a matrix"
    )
    groups: Count | None = Field(None, description="how many groups the channels are cut into (group)")
    gamma: Given | None = Field(
        None, description="the scale γ of each feature or channel, R^d for letters; none by default"
    )
    beta: Given | None = Field(None, description="the shift β of each feature or channel; none by default")
    epsilon: NotNegativeOrLetter = Field(
        parse_number("1e-5"), description="ε, against a division by zero; nothing for a letter"
    )
    epsilon_inside_root: Flag = Field(True, description="√(σ² + ε) if true (as frameworks have it), σ + ε if false")
    unbiased: Flag = Field(False, description="the variance over n − 1 in place of n")
    mode: Literal["train", "test"] = Field(
        "train", description="test: X is normalised by the running averages, not by its own statistics (batch)"
    )
    running: RunningFields | None = Field(
        None,
        description="running averages (batch): {mean: 0, variance: 1, momentum: 0.9}; after it mu_run+ and var_run+",
    )
    test: Given | None = Field(
        None, description="further inputs X_test, normalised by the running averages after the update (batch)"
    )
    loss: LossField = None
    upstream: UpstreamField = None
    backward: Literal["steps", "short"] = Field(
        "steps",
        description="the gradient by X through std, σ² and μ step by step, or in short, all in one formula: "
        "∂L/∂X = (n·D − Σ D − X̂ ⊙ Σ D ⊙ X̂)/(n·std) with D = ∂L/∂X̂ (the last of three lines, behind those of γ and β)",
    )

    @property
    def row(self) -> Normalization:
        return NORMALIZATIONS[self.method]

    def faults(self) -> Iterator[Fault]:
        yield from loss_faults(self)
        rank = len(shape_of_given(self.X))
        if rank == 0:
            yield Fault(("X",), "expected a vector, a matrix or images, not a single number")
        if self.row.in_groups != (self.groups is not None):
            message = "missing `groups`: how many" if self.row.in_groups else "`groups` belongs to `method: group`"
            yield Fault(("groups",), message)
        if self.samples == "columns" and (rank != 2 or self.row.rows_are_channels):
            yield Fault(("samples",), "`samples` is about a matrix of samples and features")
        if self.unbiased and not self.row.centred:
            yield Fault(("unbiased",), f"{self.method} has no variance")
        yield from self._backward_faults()
        yield from self._running_faults()

    def _backward_faults(self) -> Iterator[Fault]:
        if self.backward == "steps":
            return
        at = ("backward",)
        if self.loss is None and self.upstream is None:
            yield Fault(at, "`backward` goes with a loss or with `upstream`")
        if self.mode == "test":
            yield Fault(at, "at test time the running averages are constants, and the way back is a single step")
        elif self.unbiased or not self.epsilon_inside_root:
            yield Fault(
                at, "the short form holds for the variance over n with ε inside the root; take `backward: steps`"
            )

    def _running_faults(self) -> Iterator[Fault]:
        for name in ("running", "test"):
            if getattr(self, name) is not None and not self.row.has_running:
                yield Fault((name,), f"{self.method} is the same in training and in test; `{name}` belongs to batch")
        if self.mode == "test" and not self.row.has_running:
            yield Fault(("mode",), f"{self.method} is the same in training and in test; `mode` belongs to batch")
        elif self.running is None and (self.mode == "test" or self.test is not None):
            yield Fault(("running",), "missing `running`: the averages {mean: …, variance: …} that test time needs")
        if self.mode == "test" and self.test is not None:
            yield Fault(("test",), "with `mode: test` X is the input at test time; leave out `test`")
