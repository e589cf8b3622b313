"""A convolution as a product of matrices: the windows as columns or rows (im2col), or a Toeplitz matrix of the kernel.

See Chellapilla, Puri and Simard, *High Performance Convolutional Neural Networks for Document Processing* (2006), for
the first, and Goodfellow, Bengio and Courville, *Deep Learning* (2016), section 9.1, for the second. Places are
counted row by row, channel by channel, as reshaping counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product as cartesian
from typing import Any, Protocol

from deepcalc.notation.array_nodes import Item, array
from deepcalc.notation.nodes import ZERO, Literal, Name, Node
from deepcalc.notation.shapes import ShapeError, shape_text
from deepcalc.records import record

MOST_ENTRIES = 4000

Place = tuple[int, ...]


class Sliding(Protocol):
    """A convolution of given shapes: sizes and settings along each spatial axis, names of its kernel and its bias.

    ``channels`` and ``filters`` are None where there is no axis for them; ``output`` is the shape of one sample's.
    """

    @property
    def x(self) -> Place: ...
    @property
    def k(self) -> Place: ...
    @property
    def axes(self) -> int: ...
    @property
    def stride(self) -> Place: ...
    @property
    def padding(self) -> Place: ...
    @property
    def dilation(self) -> Place: ...
    @property
    def channels(self) -> int | None: ...
    @property
    def filters(self) -> int | None: ...
    @property
    def output(self) -> Place: ...
    @property
    def kernel(self) -> str: ...
    @property
    def is_turned(self) -> bool: ...
    @property
    def is_transposed(self) -> bool: ...
    @property
    def bias(self) -> str | None: ...


@record
class MatrixStep:
    """A quantity on the way to the product: its name, its formula, and what it is."""

    name: str
    formula: Node | str
    note: str


@record
class MatrixForm:
    """A way of writing a convolution as a product, and the steps that lead to it; the last is the output itself.

    ``of_transposed`` says whether it is one of a transposed convolution as well.
    """

    name: str
    title: str
    steps: Callable[[Sliding], Iterator[MatrixStep]]
    of_transposed: bool = False


def _check(rows: int, columns: int) -> None:
    """``ShapeError`` where a matrix is too large to be written entry by entry."""
    if rows * columns > MOST_ENTRIES:
        shape = shape_text((rows, columns))
        raise ShapeError(f"the matrix would be {shape}; up to {MOST_ENTRIES:,} entries are written")


def _outputs(wired: Sliding) -> Iterator[Place]:
    """The spatial places of the output, row by row."""
    return cartesian(*map(range, wired.output[-wired.axes :]))


def _taps(wired: Sliding) -> Iterator[Place]:
    """The places of a filter, channel by channel, without its own axis."""
    channels = () if wired.channels is None else (wired.channels,)
    return cartesian(*map(range, (*channels, *wired.k[-wired.axes :])))


def _seen(wired: Sliding, output: Place, tap: Place) -> Place | None:
    """The place of the input that a place of a filter meets, where it is not in the padding."""
    lead, spatial = tap[: -wired.axes], tap[-wired.axes :]
    rows = zip(output, spatial, wired.stride, wired.dilation, wired.padding, strict=True)
    place = tuple(g * stride + k * dilation - padding for g, k, stride, dilation, padding in rows)
    sizes = wired.x[-wired.axes :]
    return (*lead, *place) if all(0 <= at < size for at, size in zip(place, sizes, strict=True)) else None


def _item(name: str, place: Place | None) -> Node:
    return ZERO if place is None else Item(Name(name), *(Literal(str(at + 1)) for at in place))


def _windows(wired: Sliding, as_rows: bool) -> Node:
    """Every window of the input as a column, or as a row."""
    outputs, taps = list(_outputs(wired)), list(_taps(wired))
    _check(len(outputs), len(taps))
    if as_rows:
        entries = [_item("X", _seen(wired, output, tap)) for output in outputs for tap in taps]
        return array(entries, (len(outputs), len(taps)))
    return array(
        [_item("X", _seen(wired, output, tap)) for tap in taps for output in outputs], (len(taps), len(outputs))
    )


def _by_matrix(wired: Sliding) -> Iterator[MatrixStep]:
    return _spread(wired) if wired.is_transposed else _toeplitz(wired)


def _reshaped(text: str, wired: Sliding) -> str:
    """A product in the shape of the output, with the bias."""
    shaped = text if len(wired.output) == 1 else f"reshape({text}, shape={wired.output})"
    return shaped if wired.bias is None else f"{shaped} + {wired.bias}"


def _kernel_rows(wired: Sliding) -> str:
    """The filters, each as one row; of a single one a vector."""
    if wired.filters is None:
        return f"flatten({wired.kernel})"
    return f"reshape({wired.kernel}, shape=({wired.filters}, {len(list(_taps(wired)))}))"


def _by_columns(wired: Sliding) -> Iterator[MatrixStep]:
    yield MatrixStep("X_col", _windows(wired, False), "a column for each window, in the order of the outputs (im2col)")
    yield MatrixStep("K_row", _kernel_rows(wired), "the entries of a filter side by side")
    yield MatrixStep("Z_row", "K_row @ X_col", "every product of a filter with a window")
    yield MatrixStep("Z_im2col", _reshaped("Z_row", wired), "in the shape of the output: the same as Z")


def _by_rows(wired: Sliding) -> Iterator[MatrixStep]:
    yield MatrixStep("X_row", _windows(wired, True), "a row for each window, in the order of the outputs (im2col)")
    yield MatrixStep("K_row", _kernel_rows(wired), "the entries of a filter side by side")
    turned = "K_row" if wired.filters is None else "K_row.T"
    yield MatrixStep("Z_col", f"X_row @ {turned}", "every product of a window with a filter")
    product = "Z_col" if wired.filters is None else "Z_col.T"
    yield MatrixStep("Z_im2col", _reshaped(product, wired), "in the shape of the output: the same as Z")


def _own_place(wired: Sliding, tap: Place) -> Place:
    """Where a weight that meets an input at a place of the kernel stands in the kernel as it is given."""
    if not wired.is_turned:
        return tap
    sizes = wired.k[-wired.axes :]
    turned = (size - 1 - at for size, at in zip(sizes, tap[-wired.axes :], strict=True))
    return (*tap[: -wired.axes], *turned)


def _toeplitz(wired: Sliding) -> Iterator[MatrixStep]:
    """K_mat has a row for each output and a column for each entry of the input."""
    sizes = wired.x
    inputs = {place: at for at, place in enumerate(cartesian(*map(range, sizes)))}
    filters = [()] if wired.filters is None else [(at,) for at in range(wired.filters)]
    rows = [(own, output) for own in filters for output in _outputs(wired)]
    _check(len(rows), len(inputs))
    entries: list[Any] = [ZERO] * (len(rows) * len(inputs))
    for at, (own, output) in enumerate(rows):
        for tap in _taps(wired):
            seen = _seen(wired, output, tap)
            if seen is not None:
                entries[at * len(inputs) + inputs[seen]] = _item("K", (*own, *_own_place(wired, tap)))
    note = "a row for each output, a column for each entry of X (Toeplitz matrix)"
    yield from _times_vector(wired, array(entries, (len(rows), len(inputs))), note)


def _spread(wired: Sliding) -> Iterator[MatrixStep]:
    """K_mat is the transpose of the matrix of the convolution that goes the other way."""
    sizes, axes = tuple(map(int, wired.x)), wired.axes
    inputs = list(cartesian(*map(range, sizes)))
    outputs = {place: at for at, place in enumerate(cartesian(*map(range, wired.output)))}
    filters = [()] if wired.filters is None else [(at,) for at in range(wired.filters)]
    taps = list(cartesian(*map(range, map(int, wired.k[-axes:]))))
    _check(len(outputs), len(inputs))
    entries: list[Any] = [ZERO] * (len(outputs) * len(inputs))
    for column, place in enumerate(inputs):
        for own, tap in cartesian(filters, taps):
            along = zip(place[-axes:], tap, wired.stride, wired.dilation, wired.padding, strict=True)
            row = outputs.get((*own, *(at * stride + k * dilation - cut for at, k, stride, dilation, cut in along)))
            if row is not None:
                entries[row * len(inputs) + column] = _item("K", (*place[:-axes], *own, *tap))
    note = "a row for each output, a column for each entry of X: the transpose of a convolution's matrix"
    yield from _times_vector(wired, array(entries, (len(outputs), len(inputs))), note)


def _times_vector(wired: Sliding, matrix: Node, note: str) -> Iterator[MatrixStep]:
    """The matrix, the input as a vector, their product, and that in the shape of the output."""
    sizes = wired.x
    yield MatrixStep("K_mat", matrix, note)
    if len(sizes) > 1:
        yield MatrixStep("X_vec", "flatten(X)", "row by row")
    yield MatrixStep("Z_vec", f"K_mat @ {'X_vec' if len(sizes) > 1 else 'X'}", "all outputs, row by row")
    yield MatrixStep("Z_toeplitz", _reshaped("Z_vec", wired), "in the shape of the output: the same as Z")


_ROWS = (
    MatrixForm("im2col", "a column for each window, K_row X_col", _by_columns),
    MatrixForm("im2row", "a row for each window, X_row K_rowᵀ", _by_rows),
    MatrixForm("toeplitz", "a matrix made of the kernel, by the input as a vector", _by_matrix, of_transposed=True),
)

MATRIX_FORMS: Mapping[str, MatrixForm] = {row.name: row for row in _ROWS}
