"""What is done with numbers, done with arrays entry by entry: sums, quotients, powers, functions, cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from deepcalc.notation.array_nodes import Entrywise, Prime
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.functions import FUNCTIONS, slope
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Cases,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Relation,
    Times,
    negative,
    nodes_in,
    number,
    product,
)
from deepcalc.notation.operations.row import Index, Operand, Operation, Surroundings
from deepcalc.notation.ranges import product_of
from deepcalc.notation.shapes import Shape, broadcast

_SLOT = "operand"


def entry_at(operand: Operand, index: Index) -> Node:
    """The entry of an operand that stands at a place of the result; what has fewer axes is repeated."""
    inner = index[len(index) - len(operand.shape) :]
    return operand.entry(tuple(0 if size == 1 else at for size, at in zip(operand.shape, inner, strict=True)))


def _shape(node: Node, shapes: Sequence[Shape]) -> Shape:
    return broadcast(shapes, node)


def _entry(node: Node, operands: Sequence[Operand], index: Index) -> Node:
    kept = [part for part in node.args if not isinstance(part, Node)]
    return node.func(*kept, *(entry_at(operand, index) for operand in operands))


def lifted(shapes: Sequence[Shape]) -> list[Callable[[Any], Any]]:
    """For each operand what makes its axes the last ones of the result, where points are a leading axis."""
    rank = max(map(len, shapes), default=0)

    def lift(own: int) -> Callable[[Any], Any]:
        def lift_one(x: Any) -> Any:
            if getattr(x, "ndim", 0) == own:
                return x
            return x.reshape(x.shape[: x.ndim - own] + (1,) * (rank - own) + x.shape[x.ndim - own :])

        return lift_one

    return [lift(len(shape)) for shape in shapes]


def _no_floats(node: Node, shapes: Sequence[Shape]) -> Callable[..., Any]:
    raise NotImplementedError("the float domain writes these nodes itself")


def scaled(adjoint: Node, local: Node, around: Surroundings) -> Node:
    """The product of an adjoint and a local derivative as a person writes it: entry by entry where both are arrays.

    1/n times 2 is 2/n, and times 1/p is over p.
    """
    if isinstance(local, Negative):
        return negative(scaled(adjoint, local.args[0], around))
    if isinstance(adjoint, Negative):
        return negative(scaled(adjoint.args[0], local, around))
    if local in (ONE, ZERO) or adjoint in (ONE, ZERO):
        return product(adjoint, local)
    if isinstance(local, Over) and local.args[0] == ONE:
        return Over(adjoint, local.args[1])
    share, rest = _share(adjoint)
    number_, others = _leading_number(local)
    if share is not None and number_ is not None:
        return _joined((_gathered(number_, share), *rest, *others), around)
    return _joined((adjoint, local), around)


def _joined(factors: Sequence[Node], around: Surroundings) -> Node:
    kept = [factor for factor in factors if factor != ONE]
    if sum(map(around.is_array, kept)) > 1:
        return entrywise(*kept)
    return product(*kept)


def _share(node: Node) -> tuple[Any, tuple[Node, ...]]:
    """The denominator of a factor 1/n before a product, and the other factors; None where there is none."""
    first, *others = node.args if isinstance(node, Times | Entrywise) else (node,)
    if isinstance(first, Over) and first.args[0] == ONE:
        return first.args[1], tuple(others)
    return None, ()


def _leading_number(node: Node) -> tuple[Literal | None, tuple[Node, ...]]:
    first, *others = node.args if isinstance(node, Times | Entrywise) else (node,)
    return (first, tuple(others)) if isinstance(first, Literal) and first.exact else (None, ())


def _gathered(top: Literal, bottom: Node) -> Node:
    """A number over n: 2/6 stays, 2/2 is 1."""
    if isinstance(bottom, Literal) and bottom.exact and (top.value / bottom.value).denominator == 1:
        return number(top.value / bottom.value)
    return Over(top, bottom)


def entrywise(*factors: Node) -> Node:
    """The product entry by entry as a person writes it: flat, signs drawn to the front."""
    written = product(*(_as_times(factor) for factor in factors))
    inner = written.args[0] if isinstance(written, Negative) else written
    result = Entrywise(*inner.args) if isinstance(inner, Times) else inner
    return Negative(result) if isinstance(written, Negative) else result


def _as_times(node: Node) -> Node:
    return Times(*node.args) if isinstance(node, Entrywise) else node


def _pull_back(node: Node, index: int, adjoint: Node, around: Surroundings) -> Node | None:
    if isinstance(node, Cases):
        return _through_cases(node, index, adjoint, around)
    if isinstance(node, Prime):
        return None
    if isinstance(node, Call) and len(node.arguments) == 1 and _has_cases(node.function):
        return _through_kink(node, adjoint, around)
    slot = Name(_SLOT)
    operands = [part for part in node.args if isinstance(part, Node)]
    kept = [part for part in node.args if not isinstance(part, Node)]
    others = [part if isinstance(part, Literal) else Name(f"{_SLOT}{at}") for at, part in enumerate(operands)]
    others[index] = slot
    local = derivative(node.func(*kept, *others), _SLOT, Name(f"{_SLOT}_value"))
    if local == ZERO:
        return None
    back = dict(zip(others, operands, strict=True)) | {Name(f"{_SLOT}_value"): around.output}
    return scaled(adjoint, local.xreplace(back), around)


def _through_cases(node: Cases, index: int, adjoint: Node, around: Surroundings) -> Node | None:
    """The adjoint where that case holds, 0 elsewhere; a condition passes nothing back."""
    if isinstance(node.args[index], Relation):
        return None
    last = len(node.args) - 1
    mask = [
        part if isinstance(part, Relation) else ONE if at == index else ZERO
        for at, part in enumerate(node.args)
        if at < last
    ]
    return _joined((adjoint, Cases(*mask, ONE if index == last else ZERO)), around)


def _through_kink(node: Call, adjoint: Node, around: Surroundings) -> Node | None:
    """The adjoint times the slope of a function with a kink: sign(x) of |x|, a mask of others, nothing of a floor."""
    row, argument = FUNCTIONS[node.function], node.arguments[0]
    if row.slope:
        return scaled(adjoint, Call(row.slope, argument), around)
    if slope(node.function, argument) == ZERO:
        return None
    return scaled(adjoint, Prime(node.function, argument), around)


def _has_cases(function: str) -> bool:
    """Whether the derivative of a function has a kink: it is then written ``relu'(Z)``, a mask."""
    slope = FUNCTIONS[function].derivative([Name("x")], Name("y"), 0)
    return any(isinstance(part, Cases) for part in nodes_in(slope)) or slope == ZERO


def _prime_entry(node: Prime, operands: Sequence[Operand], index: Index) -> Node:
    return slope(node.function, entry_at(operands[0], index))


ENTRYWISE = Operation("entrywise", _shape, _entry, _no_floats, _pull_back, arity=None)

PRODUCT_OF_ENTRIES = Operation(
    "entrywise product",
    _shape,
    lambda node, operands, index: Times(*(entry_at(operand, index) for operand in operands)),
    _no_floats,
    lambda node, index, adjoint, around: scaled(
        adjoint, _without(node.args, index), around
    ),
    arity=None,
    range=product_of,
)  # fmt: skip

PRIME = Operation("prime", _shape, _prime_entry, _no_floats, _pull_back)


def _without(factors: Sequence[Node], index: int) -> Node:
    rest = (*factors[:index], *factors[index + 1 :])
    return rest[0] if len(rest) == 1 else Entrywise(*rest)
