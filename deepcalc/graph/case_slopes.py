"""The derivative of an array by cases as one array by cases: ``{1 if X > 0; exp(X) otherwise}`` of an ELU."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.notation.array_nodes import Entrywise
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.nodes import ZERO, Cases, Leaf, Name, Node, Times, names_in
from deepcalc.notation.operations import row_of
from deepcalc.notation.operations.expressions import ShapeOf, arranged, shape_of

ENTRY_BY_ENTRY = frozenset({"entrywise", "entrywise product"})
"""Operations that are the scalar one at every entry."""


def slopes_of_cases(node: Cases, name: str, of_name: ShapeOf) -> list[tuple[Node, Node]] | None:
    """What a case distinction is made of entry by entry and the derivative by each, where a quantity is in it.

    None where an operand is repeated to the shape of the whole, so that each case is passed back by itself.
    """
    parts = list(dict.fromkeys(_parts(node)))
    concerned = [part for part in parts if name in names_in(part)]
    if any(shape_of(part, of_name) != shape_of(node, of_name) for part in concerned):
        return None
    slots = {part: Name(f"part{at}") for at, part in enumerate(parts)}
    back = {slot: part for part, slot in slots.items()}
    scalar = _as_scalar(node.xreplace(slots))
    found = []
    for part in concerned:
        local = derivative(scalar, slots[part].name)
        if local != ZERO:
            found.append((part, arranged(local.xreplace(back), of_name)))
    return found


def _parts(node: Node) -> Iterator[Node]:
    """The largest parts of an expression that are not worked out entry by entry: names, products of matrices."""
    if isinstance(node, Leaf) and not isinstance(node, Name):
        return
    if isinstance(node, Name) or row_of(node).name not in ENTRY_BY_ENTRY:
        yield node
        return
    for part in node.args:
        if isinstance(part, Node):
            yield from _parts(part)


def _as_scalar(node: Node) -> Node:
    """The same expression of numbers: products entry by entry are products."""
    if isinstance(node, Leaf):
        return node
    parts = [_as_scalar(part) if isinstance(part, Node) else part for part in node.args]
    return Times(*parts) if isinstance(node, Entrywise) else node.func(*parts)
