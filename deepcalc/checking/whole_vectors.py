"""A vector of several quantities that is answered as one: ``softmax(z)`` for p₁, p₂, p₃, or pᵢ = e^zᵢ/Σⱼ e^zⱼ."""

from __future__ import annotations

from collections.abc import Container

from deepcalc.checking.index_sums import RANGES
from deepcalc.errors import DeepcalcError, ParseError
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.nodes import ONE, Leaf, Literal, Name, Node, SumOver, names_in, total
from deepcalc.notation.operations.expressions import ShapeOf, arranged, shape_of, written_entry


def components(expression: Node, count: int, names: Container[str], shape: ShapeOf) -> tuple[Node, ...] | None:
    """What the expression says of each component; None where it is no vector of so many.

    Names that are none, but that several begin with, are the vectors of those: z of z1, z2 and z3.
    """
    free = {Name(each): found for each in names_in(expression) if (found := _indexed(each, count, names))}
    if free:
        by_place = _sums_written_out(expression, count, names)
        if len({each.rpartition("_")[2] for each in names_in(by_place) if Name(each) in free}) > 1:
            raise ParseError("one letter is the index of all components, as i in z_i")
        return tuple(by_place.xreplace({each: found[place] for each, found in free.items()}) for place in range(count))
    vectors = {Name(each): Array(*found) for each in names_in(expression) if (found := _family(each, count, names))}
    try:
        whole = arranged(expression.xreplace(vectors), shape)
        if shape_of(whole, shape) != (count,):
            return None
        return tuple(written_entry(whole, (place,), shape) for place in range(count))
    except (DeepcalcError, KeyError):
        return None


def _family(stem: str, count: int, names: Container[str]) -> tuple[Node, ...]:
    """The quantities z1, z2, z3, or z.1, z.2, z.3, of a name that is none itself."""
    families = ([f"{stem}{sign}{place + 1}" for place in range(count)] for sign in ("", "_", "."))
    found = next((family for family in families if all(each in names for each in family)), [])
    return () if stem in names else tuple(map(Name, found))


def _indexed(word: str, count: int, names: Container[str]) -> tuple[Node, ...]:
    """The quantities of a name with an index, ``z_i``."""
    stem, _, index = word.rpartition("_")
    return _family(stem, count, names) if len(index) == 1 and index.isalpha() and word not in names else ()


def _sums_written_out(node: Node, count: int, names: Container[str]) -> Node:
    if isinstance(node, Leaf):
        return node
    node = node.func(*(_sums_written_out(part, count, names) if isinstance(part, Node) else part for part in node.args))
    if not isinstance(node, SumOver):
        return node
    body, (index,), first, last = node.args[0], names_in(node.args[1]), *node.args[2:]
    is_count = last in (node.args[1], Literal(str(count))) or (isinstance(last, Name) and last.name not in names)
    if first != ONE or not is_count:
        raise ParseError(RANGES)
    own = {
        Name(each): found
        for each in names_in(body)
        if each.endswith(f"_{index}") and (found := _indexed(each, count, names))
    }
    return total(*(body.xreplace({each: found[place] for each, found in own.items()}) for place in range(count)))
