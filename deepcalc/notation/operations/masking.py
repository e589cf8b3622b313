"""The softmax of the scores that a mask keeps, as attention has it.

What is masked counts as −∞ before the softmax and gets the share 0. See Vaswani et al., *Attention Is All You Need*
(2017), section 3.2.3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from deepcalc.errors import ValueOutOfReach
from deepcalc.notation import arithmetic
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.grids import Grid, places
from deepcalc.notation.nodes import Call, Node, Over, Value, product, total
from deepcalc.notation.operations.row import Index, Operand, Operation, Surroundings
from deepcalc.notation.operations.softmax import softmax_axis, softmax_pull_back
from deepcalc.notation.ranges import SHARE, always
from deepcalc.notation.shapes import Shape, ShapeError, concrete, shape_text

_NOTHING_LEFT = "the mask leaves no score over which the softmax could run"


def _shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    scores, mask = shapes
    softmax_axis(node, scores)
    if scores != mask:
        raise ShapeError(f"the mask has the shape of the scores, {shape_text(scores)}, not {shape_text(mask)}", node)
    return scores


def _line(axis: int, size: int, index: Index) -> list[Index]:
    return [(*index[:axis], k, *index[axis + 1 :]) for k in range(size)]


def _entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    scores, mask = operands
    axis = softmax_axis(node, scores.shape)

    def kept(place: Index) -> Node:
        return product(mask.entry(place), Call("exp", scores.entry(place)))

    return Over(kept(index), total(*map(kept, _line(axis, concrete(scores.shape, node)[axis], index))))


def _exact(node: Apply, operands: Sequence[Grid]) -> Grid:
    scores, mask = operands
    axis = softmax_axis(node, scores.shape)
    found: dict[Index, Value] = dict.fromkeys(places(scores.shape), Fraction(0))
    for first in places((*scores.shape[:axis], 1, *scores.shape[axis + 1 :])):
        line = [place for place in _line(axis, scores.shape[axis], first) if mask[place] != 0]
        if not line:
            raise ValueOutOfReach(_NOTHING_LEFT)
        highest = arithmetic.largest([scores[place] for place in line])
        grown = [
            arithmetic.times((mask[place], arithmetic.exp(arithmetic.plus((scores[place], -highest)))))
            for place in line
        ]
        whole = arithmetic.plus(grown)
        for place, value in zip(line, grown, strict=True):
            found[place] = arithmetic.over(value, whole)
    return Grid(scores.shape, list(found.values()))


def _floats(node: Apply, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    axis = softmax_axis(node, shapes[0]) - len(shapes[0])

    def masked_softmax(scores: Any, mask: Any) -> Any:
        kept = numpy.where(mask != 0, scores, -numpy.inf)
        grown = mask * numpy.exp(kept - kept.max(axis=axis, keepdims=True))
        return grown / grown.sum(axis=axis, keepdims=True)

    return masked_softmax


def _pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node | None:
    return softmax_pull_back(node, index, adjoint, around) if index == 0 else None


MASKING = (
    Operation(
        "masked_softmax",
        _shape,
        _entry,
        _floats,
        _pull_back,
        _exact,
        arity=2,
        settings={"axis": None},
        unicode="softmax{axes}({all})",
        latex=r"\operatorname{{softmax}}{axes}({all})",
        summary="the softmax of the scores where the mask is 1; those where it is 0 count as −∞ and get 0",
        range=always(SHARE),
    ),
)
