"""The nodes of arrays: vectors, matrices, and what is done with them as a whole.

Addition, quotients, powers and functions of one argument are the nodes of :mod:`deepcalc.notation.nodes`; between
arrays they work entry by entry. A ``Times`` of a number and an array scales it; two arrays are multiplied entry by
entry by ``Entrywise`` and as matrices by ``MatrixProduct``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from deepcalc.notation.basic import Basic, Str
from deepcalc.notation.names import entry_parts
from deepcalc.notation.nodes import Headed, Literal, Name, Node, names_in, nodes_in

Setting: TypeAlias = int | tuple[int, ...]
"""The value of a setting: ``axis=0``, ``stride=2``, ``shape=(2, 3)``."""

MOST_ALONG_AN_AXIS = 9
"""Rows and columns up to which an array is shown whole, however wide its entries are."""

MOST_IN_A_VECTOR, MOST_IN_A_MATRIX = 60, 100
"""Entries up to which a larger one is shown whole, where its rows are no wider than a line."""


class Array(Node):
    """An array as it is written: numbers or expressions, or the rows, each an ``Array`` again."""

    __slots__ = ()


class MatrixProduct(Node):
    """The matrix product of two: left, right. A product of several is nested to the left."""

    __slots__ = ()


class Entrywise(Node):
    """The product of two or more arrays entry by entry; a number among them scales the whole."""

    __slots__ = ()


class Transpose(Node):
    """A matrix with rows and columns exchanged; a vector made a row that stands to the left of a column."""

    __slots__ = ()


class Prime(Headed):
    """The derivative of a function of one argument, taken entry by entry: ``relu'(Z)``."""

    __slots__ = ()

    @property
    def function(self) -> str:
        return str(self.args[0].name)

    @property
    def arguments(self) -> tuple[Node, ...]:
        return self.args[1:]


class Apply(Node):
    """An operation on whole arrays with its settings: ``sum(X, axis=0)``; the name is a row of ``OPERATIONS``."""

    __slots__ = ()
    args: tuple[Any, ...]
    texts = 2

    def __new__(cls, operation: str | Str, settings: Mapping[str, Setting] | Str, *operands: Node) -> Apply:
        name = Str(operation) if isinstance(operation, str) else operation
        written = settings if isinstance(settings, Str) else Str(_settings_text(settings))
        return Basic.__new__(cls, name, written, *operands)

    @property
    def operation(self) -> str:
        return str(self.args[0].name)

    @property
    def settings(self) -> Mapping[str, Setting]:
        return _settings_of(self.args[1].name)

    @property
    def axis(self) -> int | None:
        """The axis along which it works, counted from 0; None where it has no such setting."""
        axis = self.settings.get("axis")
        return axis if isinstance(axis, int) else None

    def whole(self, setting: str, default: int | None = None) -> int:
        """A setting that is one whole number; ``KeyError`` where it is left out and has no default."""
        value = self.settings[setting] if default is None else self.settings.get(setting, default)
        assert isinstance(value, int), f"{setting} of {self.operation} is a whole number"
        return value

    @property
    def operands(self) -> tuple[Node, ...]:
        return self.args[2:]


class Item(Node):
    """An entry, a row or a part of an array: the array, then an index for each axis, counted from 1."""

    __slots__ = ()


class Slice(Node):
    """Several positions of an axis, from the first to the last, both of them included; all without arguments."""

    __slots__ = ()


def _settings_text(settings: Mapping[str, Setting]) -> str:
    def text(value: Setting) -> str:
        return ",".join(map(str, value)) + "," if isinstance(value, tuple) else str(int(value))

    return ";".join(f"{name}={text(value)}" for name, value in settings.items())


@lru_cache(maxsize=4096)
def _settings_of(text: str) -> Mapping[str, Setting]:
    settings: dict[str, Setting] = {}
    for part in filter(None, text.split(";")):
        name, _, value = part.partition("=")
        settings[name] = tuple(map(int, filter(None, value.split(",")))) if "," in value else int(value)
    return settings


def place_of(indices: Sequence[Node]) -> tuple[int, ...] | None:
    """The place of an entry by its indices, counted from 0; None where one of them is no number."""
    place = tuple(int(index.value) - 1 for index in indices if isinstance(index, Literal))
    return place if len(place) == len(indices) else None


ARRAY_NODES: frozenset[type] = frozenset({Array, MatrixProduct, Entrywise, Transpose, Prime, Apply, Item, Slice})
"""What makes a formula one of arrays, whatever its names stand for."""


def has_array_nodes(node: Node) -> bool:
    """Whether the expression has a node of arrays, whatever its names stand for."""
    return any(type(part) in ARRAY_NODES for part in nodes_in(node))


def array(entries: Sequence[Node], shape: Sequence[int]) -> Node:
    """The array of the shape with the entries in order, row by row; of shape ``()`` the one entry."""
    if not shape:
        return entries[0]
    if len(shape) == 1:
        return Array(*entries)
    step = len(entries) // shape[0]
    return Array(*(array(entries[start : start + step], shape[1:]) for start in range(0, len(entries), step)))


def counted_from_one(node: Node) -> Node:
    """The expression with its positions counted from 1, where they were typed as Python counts them."""
    if not any(isinstance(part, Node) for part in node.args):
        return node
    parts = [counted_from_one(part) if isinstance(part, Node) else part for part in node.args]
    if isinstance(node, Item):
        parts[1:] = moved(parts[1:], 1)
    return node.func(*parts)


def entries_as_items(node: Node) -> Node:
    """The expression with entries that it names, ``{Z.1.2}``, taken of their arrays, ``Z[1, 2]``; counted as typed."""
    found = {name: entry_parts(name) for name in names_in(node)}
    items = {
        Name(name): Item(Name(array), *(Literal(str(at + 1)) for at in place))
        for name, (array, place) in found.items()
        if place
    }
    return node.xreplace(items) if items else node


def moved(indices: Sequence[Node], by: int) -> list[Node]:
    """Indices counted otherwise. Python's spans leave out their end, so only their beginning moves."""
    return [
        Slice(_next(index.args[0], by), index.args[1]) if isinstance(index, Slice) and index.args else _next(index, by)
        for index in indices
    ]


def _next(index: Node, by: int) -> Node:
    return Literal(str(index.value + by)) if isinstance(index, Literal) else index


def entries_of(node: Node) -> Iterator[Node]:
    """The entries of an array as it is written, row by row."""
    if isinstance(node, Array):
        for part in node.args:
            yield from entries_of(part)
    else:
        yield node


def numbers_in(node: Node) -> list[Literal]:
    """The entries of an array that are numbers, row by row."""
    return [entry for entry in entries_of(node) if isinstance(entry, Literal)]


def is_identity(node: Node) -> bool:
    return isinstance(node, Apply) and node.operation == "identity"


def is_numeric(node: Node) -> bool:
    """Whether every entry is a number."""
    return isinstance(node, Array) and all(isinstance(entry, Literal) for entry in entries_of(node))


def names_and_arrays(formula: Node) -> tuple[tuple[str, ...], bool]:
    """The names that a formula uses, in order of first use, and whether it has nodes of arrays."""
    found: dict[str, None] = {}
    arrays = False
    for part in nodes_in(formula):
        if type(part) is Name:
            found[part.name] = None
        elif type(part) in ARRAY_NODES:
            arrays = True
    return tuple(found), arrays
