"""Normalisations, one row each: over which values their statistics run.

Ioffe and Szegedy, *Batch Normalization* (2015); Ba, Kiros and Hinton, *Layer Normalization* (2016); Ulyanov et al.,
*Instance Normalization* (2016); Wu and He, *Group Normalization* (2018); Zhang and Sennrich, *Root Mean Square Layer
Normalization* (2019).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deepcalc.records import record


@record
class Normalization:
    """One normalisation.

    ``matrix_axis`` is the axis along which it runs in a matrix of samples (rows) and features, None where the features
    are cut into groups first; of ``rows_are_channels`` the rows are the channels of one sample. ``rows`` tells how many
    sets of values of n samples, c channels and g groups have a mean of their own, None where the samples are joined
    channel by channel. ``centred`` ones take their mean away.
    """

    name: str
    title: str
    over: str
    matrix_axis: int | None
    rows: Callable[[int, int, int], int] | None
    centred: bool = True
    rows_are_channels: bool = False
    has_running: bool = False

    @property
    def is_of_units(self) -> bool:
        """Whether it is of units and samples alone: no groups of them, no positions."""
        return self.matrix_axis is not None and not self.rows_are_channels

    @property
    def joins_samples(self) -> bool:
        """Whether a statistic is of all samples together."""
        return self.matrix_axis == 0

    @property
    def in_groups(self) -> bool:
        return self.matrix_axis is None


_ROWS = (
    Normalization("batch", "batch normalisation", "each feature or channel of all samples", 0, None, has_running=True),
    Normalization("layer", "layer normalisation", "each sample over all its features", 1, lambda n, c, g: n),
    Normalization(
        "instance", "instance normalisation", "each channel of each sample over its positions", 1,
        lambda n, c, g: n * c, rows_are_channels=True,
    ),
    Normalization("group", "group normalisation", "each group of channels of each sample", None, lambda n, c, g: n * g),
    Normalization("rms", "RMS normalisation", "as layer, by the root mean square alone", 1, lambda n, c, g: n, False),
)  # fmt: skip

NORMALIZATIONS: Mapping[str, Normalization] = {row.name: row for row in _ROWS}


@record
class RunningAverage:
    """How a running average takes in the statistics of a batch, in ``{old}``, ``{new}`` and the momentum ``{m}``."""

    name: str
    law: str
    text: str


_AVERAGES = (
    RunningAverage("old", "m·old + (1 − m)·new, as Keras and TensorFlow have it", "{m}*{old} + (1 - {m})*{new}"),
    RunningAverage("new", "(1 − m)·old + m·new, as PyTorch has it", "(1 - {m})*{old} + {m}*{new}"),
)

RUNNING_AVERAGES: Mapping[str, RunningAverage] = {row.name: row for row in _AVERAGES}
"""Conventions by what the momentum is the weight of."""
