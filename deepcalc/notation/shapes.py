"""Shapes: ``()`` of a number, ``(n,)`` of a vector, ``(m, n)`` of a matrix, more axes for images and batches.

A size is a whole number or a letter (any expression in letters). What does not fit raises :class:`ShapeError`, which
names both shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, TypeAlias

from deepcalc.errors import DeepcalcError
from deepcalc.notation.nodes import Literal, Node

if TYPE_CHECKING:
    from typing_extensions import TypeIs

Size: TypeAlias = int | Node
"""A whole number (``int``), or an expression in letters (a node)."""

Shape: TypeAlias = tuple[Size, ...]

SCALAR: Shape = ()

MOST_ENTRIES = 1_000_000
"""Entries of any array that a problem may ask for."""
MOST_AXES = 8


class ShapeError(DeepcalcError):
    """Shapes that do not fit together; ``node`` is the part of the formula in which they meet."""

    def __init__(self, message: str, node: Node | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.node = node


class UnwrittenGradient(ShapeError):
    """A gradient through an operation that has none here."""


def shape_text(shape: Sequence[Size]) -> str:
    """``2 × 3`` of a matrix, ``a vector of 3`` entries, ``a number``."""
    if not shape:
        return "a number"
    return f"a vector of {beside(shape)}" if len(shape) == 1 else beside(shape)


def beside(shape: Sequence[Size]) -> str:
    """The sizes beside each other, ``2 × 3``, or ``3`` alone."""
    return " × ".join(map(size_text, shape))


def size_text(size: Size) -> str:
    if isinstance(size, int):
        return str(size)
    from deepcalc.notation.printing import PlainPrinter

    return PlainPrinter().print(size)


def counted(size: Size, one: str, many: str = "") -> str:
    """``1 row``, ``2 rows``, ``n rows``."""
    return f"{size_text(size)} {one if size == 1 else many or f'{one}s'}"


def size_node(size: Size) -> Node:
    """The size as an expression."""
    return Literal(str(size)) if isinstance(size, int) else size


def is_concrete(shape: Shape) -> TypeIs[tuple[int, ...]]:
    """Whether every size is a number."""
    return all(isinstance(size, int) for size in shape)


def concrete(shape: Shape, node: Node | None = None) -> tuple[int, ...]:
    """The shape of an array of which every size is known; ``ShapeError`` where one is a letter."""
    if is_concrete(shape):
        return shape
    raise ShapeError(f"the sizes must be numbers here; it is {shape_text(shape)}", node)


def count(shape: Shape, node: Node | None = None) -> int:
    """How many entries an array of the shape has; ``ShapeError`` where these, or its axes, are too many."""
    if len(shape) > MOST_AXES:
        raise ShapeError(f"an array of {shape_text(shape)} has {len(shape)} axes; at most {MOST_AXES} are taken", node)
    entries = prod(size for size in shape if isinstance(size, int))
    if entries > MOST_ENTRIES:
        message = f"an array of {shape_text(shape)} has {entries:,} entries; at most {MOST_ENTRIES:,} are taken"
        raise ShapeError(message.replace("array of a vector", "vector"), node)
    return entries


def broadcast(shapes: Sequence[Shape], node: Node | None = None) -> Shape:
    """The common shape of operands that are taken entry by entry.

    All have the same shape, but for numbers, for a row or a column beside a matrix, and for what has fewer axes and
    is repeated along the first ones. What would be repeated on both sides does not fit.
    """
    widest = max(shapes, key=lambda shape: (len(shape), _size_rank(shape)))
    for shape in shapes:
        if not _fits(shape, widest):
            both = sorted((shape, widest), key=shapes.index)
            raise ShapeError(
                f"{shape_text(both[0])} and {shape_text(both[1])} do not fit entry by entry{_hint(shape, widest)}", node
            )
    count(widest)
    return widest


def _size_rank(shape: Shape) -> tuple[int, ...]:
    return tuple(0 if size == 1 else 1 for size in shape)


def _fits(shape: Shape, widest: Shape) -> bool:
    tail = widest[len(widest) - len(shape) :]
    return all(size in (1, other) for size, other in zip(shape, tail, strict=True))


def _hint(shape: Shape, widest: Shape) -> str:
    if len(shape) == 1 and len(widest) == 2 and shape[0] == widest[0]:
        return f"; a vector is added to each row, which has {counted(widest[1], 'entry', 'entries')}"
    if len(shape) == len(widest) == 2 and shape == widest[::-1]:
        return "; one of them is to be transposed (.T)"
    return ""


def strides(shape: Sequence[int]) -> tuple[int, ...]:
    """How far apart neighbours along each axis stand when the entries are listed row by row."""
    found = [1]
    for size in reversed(shape[1:]):
        found.append(found[-1] * size)
    return tuple(reversed(found)) if shape else ()
