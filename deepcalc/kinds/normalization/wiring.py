"""How the values stand for a normalisation: which of them have a mean of their own."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from deepcalc.errors import Fault, FieldError
from deepcalc.kinds._normalizing import Moments
from deepcalc.kinds.normalization.fields import NormalizationFields
from deepcalc.notation.shapes import Shape, is_concrete, shape_text
from deepcalc.records import record


@record
class Arrangement:
    """The values as they are normalised: X itself, or M, whose rows are normalised each by itself.

    ``matrix`` is the formula of M, and ``back`` that of X̂ in M̂; both are empty where X is normalised as it is.
    """

    moments: Moments
    matrix: str = ""
    back: str = ""


def arrangement(fields: NormalizationFields, shape: Shape) -> Arrangement:
    """How values of a shape stand; ``FieldError`` where they cannot be normalised so."""
    row = fields.row
    if len(shape) == 1 and not row.in_groups:
        return Arrangement(Moments("X", None, shape[0]))
    if len(shape) == 2 and row.matrix_axis is not None:
        axis = 1 - row.matrix_axis if fields.samples == "columns" else row.matrix_axis
        return Arrangement(Moments("X", axis, shape[axis]))
    if not is_concrete(shape):
        raise FieldError([Fault(("X",), f"sizes must be numbers here, not {shape_text(shape)}")])
    turned = fields.samples == "columns"
    n, c, positions = _extent(shape[::-1] if turned else shape)
    x = "X.T" if turned else "X"
    if row.rows is None:
        return _channels_joined(shape, n, c, positions)
    groups = fields.groups or 1
    if c % groups:
        raise FieldError([Fault(("groups",), f"{c} channels cannot be cut into {groups} equal groups")])
    rows = row.rows(n, c, groups)
    count = n * c * positions // rows
    before = _sizes(shape[::-1] if turned else shape)
    back = f"reshape(Mhat, shape={before})"
    matrix = f"reshape({x}, shape=({rows}, {count}))"
    return Arrangement(Moments("M", 1, count), matrix, f"{back}.T" if turned else back)


def _extent(shape: Sequence[int]) -> tuple[int, int, int]:
    """Samples, channels and positions: a vector is one sample's channels, of three axes the first is the channels."""
    if len(shape) == 1:
        return 1, shape[0], 1
    if len(shape) == 2:
        return shape[0], shape[1], 1
    if len(shape) == 3:
        return 1, shape[0], prod(shape[1:])
    return shape[0], shape[1], prod(shape[2:])


def _channels_joined(shape: Shape, n: int, c: int, positions: int) -> Arrangement:
    """The images side by side: a row for each channel, with the positions of all samples."""
    if len(shape) == 3:
        matrix = f"reshape(X, shape=({c}, {positions}))"
        return Arrangement(Moments("M", 1, positions), matrix, f"reshape(Mhat, shape={_sizes(shape)})")
    channels_first = "axes=(1, 0, 2, 3)"
    matrix = f"reshape(permute(X, {channels_first}), shape=({c}, {n * positions}))"
    back = f"permute(reshape(Mhat, shape={_sizes((c, n, *shape[2:]))}), {channels_first})"
    return Arrangement(Moments("M", 1, n * positions), matrix, back)


def _sizes(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def per_feature(fields: NormalizationFields, name: str, shape: Shape, x: Shape) -> str:
    """What each feature or channel has one of, beside values of the shape x."""
    if len(shape) != 1:
        return name
    if len(x) == 2 and (fields.row.rows_are_channels or fields.samples == "columns"):
        return f"expand({name}, axis=1)"
    return f"expand(expand({name}, axis=1), axis=2)" if len(x) > 2 else name
