"""The mask of an attention, with all that is masked in it."""

from __future__ import annotations

from deepcalc.errors import Fault, FieldError
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.kinds.attention.fields import AttentionFields
from deepcalc.notation.array_nodes import Array, array, numbers_in
from deepcalc.notation.grids import places
from deepcalc.notation.nodes import ONE, ZERO, Node
from deepcalc.notation.shapes import Shape, is_concrete, shape_text


def is_masked(fields: AttentionFields) -> bool:
    return fields.causal or fields.padding is not None or fields.mask is not None


def mask(fields: AttentionFields, shape: Shape) -> Node:
    """The mask of scores of a shape, 1 where a query looks at a key: causal, padding and the author's own together.

    ``FieldError`` for what does not fit the scores, and for a query to which no key is left.
    """
    if not is_concrete(shape):
        raise FieldError([Fault(("causal",), "a mask needs sizes that are numbers")])
    key_axis = fields.arrangement.softmax_axis if len(shape) == 2 else 0
    _check(fields, shape, key_axis)
    own = [entry.value != 0 for entry in numbers_in(fields.mask)] if fields.mask is not None else None
    kept: list[bool] = []
    for at, place in enumerate(places(shape)):
        key, query = place[key_axis], place[1 - key_axis] if len(shape) == 2 else 0
        is_later = fields.causal and key > query
        is_padding = fields.padding is not None and not fields.padding[key]
        kept.append((own is None or own[at]) and not is_later and not is_padding)
    looking = {
        place[1 - key_axis] if len(shape) == 2 else 0 for place, keeps in zip(places(shape), kept, strict=True) if keeps
    }
    blind = [query + 1 for query in range(shape[1 - key_axis] if len(shape) == 2 else 1) if query not in looking]
    if blind:
        origin = "mask" if fields.mask is not None else "padding"
        raise FieldError([Fault((origin,), f"query {blind[0]} may look at no key; leave it one at least")])
    return array([ONE if keeps else ZERO for keeps in kept], shape)


def _check(fields: AttentionFields, shape: Shape, key_axis: int) -> None:
    keys = shape[key_axis]
    if fields.padding is not None and len(fields.padding) != keys:
        message = f"expected a 1 or 0 for each of the {keys} keys, found {len(fields.padding)}"
        raise FieldError([Fault(("padding",), message)])
    if fields.causal and (len(shape) != 2 or shape[0] != shape[1]):
        message = f"a causal mask needs as many queries as keys; the scores are {shape_text(shape)}"
        raise FieldError([Fault(("causal",), message)])
    if fields.mask is not None and (not isinstance(fields.mask, Array) or shape_of_given(fields.mask) != shape):
        raise FieldError([Fault(("mask",), f"expected ones and zeros in the shape of the scores, {shape_text(shape)}")])
