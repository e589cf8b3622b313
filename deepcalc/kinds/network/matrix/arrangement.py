"""How a batch stands in matrices, and what the arrays of a layer are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from deepcalc.errors import Location
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.kinds._dropout import Chance
from deepcalc.kinds.network.layers import DropoutFields, NormFields
from deepcalc.kinds.network.structure import MIXED, Function, Role
from deepcalc.notation.array_nodes import Apply, Item, Slice
from deepcalc.notation.nodes import Name, Node, number
from deepcalc.notation.shapes import Shape, Size
from deepcalc.records import record
from deepcalc.rules.activations import SOFTMAX
from deepcalc.rules.combinations import Combination


@dataclass(frozen=True)
class Arrangement:
    """Samples as the rows or the columns of X, and so of everything that is made of it."""

    given: Any
    as_rows: bool

    @cached_property
    def samples(self) -> Size | None:
        """How many samples there are; None for a single one that is a vector."""
        shape = shape_of_given(self.given)
        return None if len(shape) < 2 else shape[0 if self.as_rows else 1]

    @property
    def features(self) -> Size | None:
        """How many numbers a sample has; None where X is no matrix or vector."""
        shape = shape_of_given(self.given)
        return shape[-1 if self.as_rows else 0] if len(shape) in (1, 2) else None

    @property
    def class_axis(self) -> int | None:
        """The axis along which the outputs of a sample stand; None where there is only one."""
        return None if self.samples is None else 1 if self.as_rows else 0

    def of_samples(self, features: Size) -> Shape:
        """The shape of what has so many features for each sample."""
        if self.samples is None:
            return (features,)
        return (self.samples, features) if self.as_rows else (features, self.samples)

    def of_units(self, units: Size) -> list[Shape]:
        """The shapes that something may have of which each unit has one, as biases."""
        if self.samples is None:
            return [(units,)]
        return [(units,), (1, units) if self.as_rows else (units, 1)]


def units_of(array: str, units: Sequence[int], arrangement: Arrangement) -> Node:
    """What an array has of some units, counted from 1: ``A1[:, 1:2]``; of units apart their blocks side by side."""
    before, behind = ([Slice()] if arrangement.class_axis == side else [] for side in (1, 0))
    spans = [Slice(number(first), number(last)) for first, last in _runs(units)]
    parts = [Item(Name(array), *before, span, *behind) for span in spans]
    return parts[0] if len(parts) == 1 else Apply("concat", {"axis": arrangement.class_axis or 0}, *parts)


def _runs(units: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Units one after the other, by the first and the last of them."""
    for _, group in groupby(enumerate(units), lambda place: place[1] - place[0]):
        run = [unit for _, unit in group]
        yield run[0], run[-1]


@record
class Sender:
    """An array that a layer takes up, or some of its units, counted from 1."""

    array: str
    units: tuple[int, ...] = ()

    @property
    def said(self) -> str:
        """What it is called in a sentence."""
        units = ", ".join(map(str, self.units))
        return self.array if not units else f"unit{'s' * (len(self.units) > 1)} {units} of {self.array}"

    def written(self, arrangement: Arrangement) -> Node:
        return units_of(self.array, self.units, arrangement) if self.units else Name(self.array)


@record
class LayerDropout:
    """Dropout of a layer's outputs: its probability, the names of its mask (if any) and of what is passed on."""

    fields: DropoutFields
    chance: Chance
    mask: str
    kept: str


@record
class MatrixNorm:
    """A normalisation of net inputs: the names of its statistics, of the root, of what it makes of the net inputs.

    ``mean`` is None of one that is not centred; ``out`` is ``hat`` where there is neither γ nor β.
    """

    fields: NormFields
    mean: str | None
    variance: str
    deviation: str
    hat: str
    out: str
    gamma: str | None
    beta: str | None
    epsilon: str
    momentum: str

    @property
    def joins_samples(self) -> bool:
        """Whether the statistics are those of all samples at hand."""
        return self.fields.row.joins_samples and self.fields.mode == "train"

    @property
    def statistics(self) -> tuple[str, ...]:
        return (*([] if self.mean is None else [self.mean]), self.variance)

    @property
    def averages(self) -> dict[str, str]:
        """The running averages that training brings up to date, by the statistics that they take in."""
        return {} if self.fields.momentum is None else {name: running(name) for name in self.statistics}


def running(statistic: str) -> str:
    """The name of the running average of a statistic: ``mu_run1`` of ``mu1``."""
    stem = statistic.rstrip("0123456789")
    return f"{stem}_run{statistic[len(stem) :]}"


def marked(name: str, mark: str) -> str:
    """A name with a mark before its number: ``Zhat1`` of ``Z1``."""
    stem = name.rstrip("0123456789")
    return f"{stem}{mark}{name[len(stem) :]}"


@record
class MatrixLayer:
    """One layer: its name, its number in names, the names of its arrays, its activations.

    ``senders`` are what it takes up; ``taken`` is what its weights are multiplied by, the only array among them or all
    side by side. ``combine`` is what a layer without weights makes of them. ``functions`` is the activation of all
    units, or one of each where they are different; a softmax, which is of the whole layer, has none.
    """

    name: str
    number: str
    senders: tuple[Sender, ...]
    taken: str
    weights: str | None
    biases: str | None
    net: str
    out: str
    functions: tuple[Function, ...]
    dropout: LayerDropout | None = None
    norm: MatrixNorm | None = None
    combine: Combination | None = None

    @property
    def activation(self) -> str:
        """The name of the activation; ``mixed`` where the units have different ones."""
        if len(self.functions) > 1:
            return MIXED
        return self.functions[0].row.name if self.functions else SOFTMAX

    @property
    def arrays(self) -> tuple[str, ...]:
        """The arrays that it takes up."""
        return tuple(sender.array for sender in self.senders)

    @property
    def before(self) -> str:
        """What the activation is of: the net inputs, or what a normalisation makes of them."""
        return self.net if self.norm is None else self.norm.out

    @property
    def activated(self) -> bool:
        return self.before != self.out

    @property
    def passed_on(self) -> str:
        """What other layers take up: the outputs, or what dropout leaves of them."""
        return self.out if self.dropout is None else self.dropout.kept

    @property
    def joins(self) -> bool:
        """Whether its weights take several arrays side by side, or some units, which are an array of their own."""
        return self.combine is None and joins(self.senders)


def joins(senders: Sequence[Sender]) -> bool:
    """Whether what is taken up is no array that is there already."""
    return len(senders) > 1 or any(sender.units for sender in senders)


def ends(layers: list[MatrixLayer]) -> list[MatrixLayer]:
    """The layers whose outputs no other one takes up; the last one is always among them."""
    taken = {name for layer in layers for name in layer.arrays}
    return [layer for layer in layers if layer.passed_on not in taken]


@record
class MatrixParameter:
    """A matrix of weights, or a vector of biases, scales or shifts: its value, where that was given, and what it is."""

    value: Any
    origin: Location
    role: Role
