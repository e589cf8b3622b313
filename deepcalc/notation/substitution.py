"""Numbers put in for names, as a person does it."""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.notation.array_nodes import Apply, Array, Item, Slice
from deepcalc.notation.nodes import Literal, Name, Negative, Node, Plus, negative


def with_numbers(node: Node, numbers: Mapping[str, Node]) -> Node:
    """The expression with the number, or the array of numbers, of each name in its place.

    Where ``-x`` stands alone, at x = 0.1, it is the number -0.1; a term that is taken away stays so. Vectors that are
    joined are one, ``[0.5, 1, 2]``. A part of an array is the numbers of the part, but where it stands alone.
    """
    written = _put_in(node, numbers, taken_away=False)
    is_part = isinstance(node, Item) and isinstance(written, Array)
    return Item(_put_in(node.args[0], numbers, taken_away=False), *node.args[1:]) if is_part else written


def _put_in(node: Node, numbers: Mapping[str, Node], taken_away: bool) -> Node:
    if isinstance(node, Name):
        return numbers[node.name]
    if not any(isinstance(part, Node) for part in node.args):
        return node
    is_sum = isinstance(node, Plus)
    parts = [
        _put_in(part, numbers, taken_away=is_sum and index > 0) if isinstance(part, Node) else part
        for index, part in enumerate(node.args)
    ]
    if isinstance(node, Item) and (taken := _part_of(*parts)) is not None:
        return taken
    if isinstance(node, Negative) and not taken_away and isinstance(parts[0], Literal) and not parts[0].negative:
        return negative(parts[0])
    written = node.func(*parts)
    if isinstance(written, Apply) and written.operation == "concat" and all(map(_is_vector, written.operands)):
        return Array(*(entry for vector in written.operands for entry in vector.args))
    return written


def _is_vector(node: Node) -> bool:
    """Whether an operand is a vector as it is written."""
    return isinstance(node, Array) and not any(isinstance(entry, Array) for entry in node.args)


def _part_of(written: Node, *indices: Node) -> Node | None:
    """What an array that is written in numbers has at indices; None of names, and of indices that are none."""
    if not indices:
        return written
    if not isinstance(written, Array):
        return None
    first, *rest = indices
    if not isinstance(first, Slice):
        at = getattr(first, "value", None)
        return None if at is None or not 1 <= at <= len(written.args) else _part_of(written.args[int(at) - 1], *rest)
    begin, end = (getattr(at, "value", None) for at in first.args) if first.args else (1, len(written.args))
    if begin is None or end is None:
        return None
    parts = [_part_of(row, *rest) for row in written.args[int(begin) - 1 : int(end)]]
    return Array(*parts) if parts and all(part is not None for part in parts) else None
