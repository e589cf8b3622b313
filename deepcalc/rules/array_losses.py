"""Losses of outputs that are numbers, vectors or matrices: one row each, written as a formula in y and t."""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.notation.shapes import Shape
from deepcalc.records import record


@record
class ArrayLoss:
    """One loss: of an array, and of a single number, with ``{y}`` for the output and ``{t}`` for the target.

    ``slope`` is the derivative of that of a number by its output. ``is_mean`` where it is a mean over all entries.
    """

    name: str
    title: str
    of_array: str
    of_number: str
    slope: str
    is_mean: bool = False

    def text(self, shape: Shape, samples: int | None = None) -> str:
        """The formula for an output of a shape; with ``samples`` the mean over so many rows of it."""
        if samples is None or self.is_mean:
            return self.of_array if shape else self.of_number
        return f"{self.of_array}/{samples}"


ERROR = "{y} - {t}"
SQUARE = f"({ERROR})^2"
SQUARE_SLOPE = f"2*({ERROR})"

_ROWS = (
    ArrayLoss("mse", "mean squared error", f"mean({SQUARE})", SQUARE, SQUARE_SLOPE, True),
    ArrayLoss("sum", "sum of squared errors", f"sum({SQUARE})", SQUARE, SQUARE_SLOPE),
    ArrayLoss("half_sum", "half the sum of squared errors", f"sum({SQUARE})/2", f"{SQUARE}/2", ERROR),
    ArrayLoss("cross_entropy", "cross-entropy", "-sum({t} * log({y}))", "-{t}*log({y})", "-{t}/{y}"),
    ArrayLoss(
        "binary_cross_entropy", "binary cross-entropy",
        "-sum({t} * log({y}) + (1 - {t}) * log(1 - {y}))", "-({t}*log({y}) + (1 - {t})*log(1 - {y}))",
        "-{t}/{y} + (1 - {t})/(1 - {y})",
    ),
)  # fmt: skip

ARRAY_LOSSES: Mapping[str, ArrayLoss] = {row.name: row for row in _ROWS}
