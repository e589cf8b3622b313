"""A loss of a layer's outputs in matrix notation, with its targets: as they are given, one-hot, smoothed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from deepcalc.errors import Location
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.kinds.network.fields import LossFields
from deepcalc.kinds.network.matrix.arrangement import Arrangement, MatrixLayer, marked
from deepcalc.notation.array_nodes import Array, numbers_in
from deepcalc.notation.nodes import Literal
from deepcalc.notation.shapes import Size
from deepcalc.rules.losses import Loss
from deepcalc.rules.losses.domains import LABEL


@dataclass(frozen=True)
class Term:
    """A loss: its name, the layer whose outputs it is of, its targets, and what it counts in the sum of several.

    ``given_targets`` is what the targets are called as they are given, ``one_hot`` as rows of classes where the numbers
    of the classes are given; ``outputs`` is how many there are of a sample, 0 where the weights do not fit. ``weight``
    is None of a loss that is the only one; ``difference_named`` is what targets minus outputs are called, if anything.
    """

    fields: LossFields
    name: str
    layer: MatrixLayer
    outputs: Size
    arrangement: Arrangement
    given: Any
    given_targets: str
    one_hot: str
    at: Location
    targets_at: Location
    weight: Any = None
    difference_named: str | None = None

    @property
    def difference(self) -> str | None:
        """The name of targets minus outputs, of squared errors that are written in it."""
        return None if self.loss.factor is None else self.difference_named

    @cached_property
    def has_labels(self) -> bool:
        """Whether the targets are given by the numbers of their classes: one for each sample."""
        if self.given is None or self.outputs == 1:
            return False
        has_one_each = len(shape_of_given(self.given)) == (0 if self.arrangement.samples is None else 1)
        return has_one_each and (self._settled.targets.sums_to_one or self._settled.of_class)

    @cached_property
    def targets_sum_to_one(self) -> bool:
        """Whether the targets of every sample are known and sum to 1."""
        return self.has_labels or (isinstance(self.given, Array) and all(sum(each) == 1 for each in self._of_samples))

    @cached_property
    def is_one_hot(self) -> bool:
        """Whether the targets of every sample are known, a 1 and else 0."""
        is_known = isinstance(self.given, Array)
        return is_known and all(sorted(each) == [0] * (len(each) - 1) + [1] for each in self._of_samples)

    @property
    def is_zero_one(self) -> bool:
        """Whether every target is known, 0 or 1."""
        return isinstance(self.given, Array) and all(entry.value in (0, 1) for entry in self.entries)

    @property
    def _of_samples(self) -> list[Sequence[Any]]:
        """The targets of each sample, where they are numbers."""
        single = self.arrangement.samples is None
        rows = [[each.value for each in numbers_in(line)] for line in ([self.given] if single else self.given.args)]
        return list(rows) if self.arrangement.as_rows or single else list(zip(*rows, strict=False))

    @property
    def distributions(self) -> str:
        """The name of the targets as rows of classes: one-hot, where the numbers of the classes are given."""
        return self.one_hot if self.has_labels else self.given_targets

    @property
    def targets(self) -> str:
        """The name of the targets as the loss takes them, smoothed where they are."""
        own = self.distributions
        return own if self.fields.label_smoothing is None else marked(own, "tilde")

    @property
    def names_of_targets(self) -> tuple[str, ...]:
        """All names of the targets: as they are given, as rows of classes, as the loss takes them."""
        return tuple(dict.fromkeys((self.given_targets, self.distributions, self.targets)))

    @cached_property
    def loss(self) -> Loss:
        """The loss in the conventions chosen; `cross_entropy` is that of the layer's activation."""
        row = self._settled
        zero_one = row.targets is LABEL and any(value.value == 0 for value in self.entries)
        return row.written_with(replace(self.fields.at(row), zero_one=zero_one))

    @property
    def _settled(self) -> Loss:
        return self.fields.row(self.layer.activation, self.outputs)

    @property
    def entries(self) -> list[Literal]:
        """The targets that are numbers, one by one."""
        return numbers_in(self.given)
