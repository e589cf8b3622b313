"""Numbers put in for names, as a person does it."""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.notation.array_nodes import Apply, Array, Item
from deepcalc.notation.nodes import Literal, Name, Negative, Node, Plus, negative


def with_numbers(node: Node, numbers: Mapping[str, Node]) -> Node:
    """The expression with the number, or the array of numbers, of each name in its place.

    Where ``-x`` stands alone, at x = 0.1, it is the number -0.1; a term that is taken away stays so. Vectors that are
    joined are one, ``[0.5, 1, 2]``.
    """
    return _put_in(node, numbers, taken_away=False)


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
    if isinstance(node, Item) and (entry := _entry_of(parts)) is not None:
        return entry
    if isinstance(node, Negative) and not taken_away and isinstance(parts[0], Literal) and not parts[0].negative:
        return negative(parts[0])
    written = node.func(*parts)
    if isinstance(written, Apply) and written.operation == "concat" and all(map(_is_vector, written.operands)):
        return Array(*(entry for vector in written.operands for entry in vector.args))
    return written


def _is_vector(node: Node) -> bool:
    """Whether an operand is a vector as it is written."""
    return isinstance(node, Array) and not any(isinstance(entry, Array) for entry in node.args)


def _entry_of(parts: list[Node]) -> Node | None:
    """The entry of an array that is written in numbers, at its indices; None for rows, spans and names."""
    written, *indices = parts
    for index in indices:
        at = getattr(index, "value", None)
        if at is None or not isinstance(written, Array) or not 1 <= at <= len(written.args):
            return None
        written = written.args[int(at) - 1]
    return None if isinstance(written, Array) else written
