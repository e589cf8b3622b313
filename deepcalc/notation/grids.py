"""The values of arrays: exact entries in order, row by row, or the floats of a large one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any, TypeAlias

from deepcalc.notation.arithmetic import context
from deepcalc.notation.array_nodes import (
    MOST_ALONG_AN_AXIS,
    MOST_IN_A_MATRIX,
    MOST_IN_A_VECTOR,
    Array,
    array,
    numbers_in,
)
from deepcalc.notation.nodes import Node, Value
from deepcalc.notation.shapes import strides

Index: TypeAlias = tuple[int, ...]
"""A place in an array, counted from 0."""


class Grid:
    """An array of values: its shape, and the entries row by row."""

    __slots__ = ("_entries", "shape")

    def __init__(self, shape: Sequence[int], entries: Sequence[Value]) -> None:
        self.shape: tuple[int, ...] = tuple(shape)
        self._entries = tuple(entries)

    @property
    def entries(self) -> Sequence[Value]:
        return self._entries

    def __getitem__(self, index: Index) -> Value:
        return self.entries[sum(at * step for at, step in zip(index, strides(self.shape), strict=True))]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grid) and self.shape == other.shape and self.entries == other.entries

    def __hash__(self) -> int:
        return hash((self.shape, self.entries))

    def __repr__(self) -> str:
        return f"Grid({self.shape}, {list(map(str, self.entries))})"

    def nested(self, leaf: Callable[[Value], Any]) -> Any:
        """The entries as nested lists, each through ``leaf``."""
        return _nested(list(map(leaf, self.entries)), self.shape)

    def node(self, write: Callable[[Value], Node]) -> Node:
        """The array as it is written, each entry by ``write``."""
        return array([write(value) for value in self.entries], self.shape)

    @property
    def is_exact(self) -> bool:
        """Whether it is known entry by entry, exactly or to 50 digits."""
        return True


class FloatGrid(Grid):
    """An array that is too large for exact entries: those of a NumPy array."""

    __slots__ = ("floats",)

    def __init__(self, floats: Any) -> None:
        self.floats = floats
        self.shape = tuple(map(int, floats.shape))
        self._entries = ()

    @property
    def entries(self) -> Sequence[Value]:
        return _Floats(self.floats.reshape(-1))

    def __getitem__(self, index: Index) -> Value:
        value: Value = context.mpf(float(self.floats[index]))
        return value

    def node(self, write: Callable[[Value], Node]) -> Node:
        """The array as it is written; of a long axis the first positions and the last one, as no more is shown."""
        kept = [
            list(range(size)) if size <= most else [*range(most), size - 1]
            for size, most in zip(self.shape, _most_written(self.shape), strict=True)
        ]
        entries = [write(self[place]) for place in product(*kept)]
        return array(entries, [len(axis) for axis in kept])

    @property
    def is_exact(self) -> bool:
        return False


def _most_written(shape: Sequence[int]) -> list[int]:
    """How many positions of each axis are written out before the last one: all, or more than are shown.

    So an array of which not all is written is still seen to be a large one.
    """
    *outer, last = shape
    if not outer:
        return [MOST_IN_A_VECTOR]
    rows = outer.pop()
    if rows * last <= MOST_IN_A_MATRIX:
        return [MOST_ALONG_AN_AXIS for _ in outer] + [rows, last]
    beside = (MOST_IN_A_MATRIX // min(size, MOST_ALONG_AN_AXIS) + 1 for size in (last, rows))
    return [MOST_ALONG_AN_AXIS for _ in outer] + [*beside]


class _Floats(Sequence[Value]):
    """The floats of a flat NumPy array as values, each made when it is asked for."""

    def __init__(self, flat: Any) -> None:
        self._flat = flat

    def __len__(self) -> int:
        return len(self._flat)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        return context.mpf(float(self._flat[index]))


AnyValue: TypeAlias = Value | Grid
"""The value of a quantity: a number, or an array of them."""


def _nested(flat: Sequence[Node], shape: Sequence[int]) -> Any:
    if not shape:
        return flat[0]
    if len(shape) == 1:
        return list(flat)
    step = len(flat) // shape[0] if shape[0] else 0
    return [_nested(flat[row * step : (row + 1) * step], shape[1:]) for row in range(shape[0])]


def grid_of(node: Node) -> Grid:
    """The value of an array that is written in numbers."""
    shape = []
    part = node
    while isinstance(part, Array):
        shape.append(len(part.args))
        part = part.args[0]
    return Grid(shape, [entry.value for entry in numbers_in(node)])


def places(shape: Sequence[int]) -> Iterator[Index]:
    """Every place of an array, row by row."""
    return product(*map(range, shape))
