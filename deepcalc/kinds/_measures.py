"""A layer's sizes along each axis, as numbers and letters, and in the sides that the laws take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from deepcalc.graph.evaluation import value_of
from deepcalc.kinds._layers import LayerFields
from deepcalc.kinds._letters import Size
from deepcalc.kinds._sizes import PaddingSizes, Sizes
from deepcalc.notation.nodes import Literal, Name, Node, names_in
from deepcalc.rules.sizes import GIVEN, Padding, Side, begun, slid

PER_AXIS = ("kernel", "stride", "padding", "dilation", "output_padding", "output", "factor")
"""The fields that have a size along each axis."""


def way_of_padding(layer: LayerFields) -> Padding:
    padding = layer.setting("padding")
    return padding.way if isinstance(padding, PaddingSizes) else GIVEN


def measures_of(layer: LayerFields, axes: Sequence[str]) -> dict[str, tuple[Any, ...] | None]:
    """The layer's sizes by field, along each axis; None for one that is given for other axes."""
    found = {}
    for field in PER_AXIS:
        value = layer.setting(field)
        if field == "stride" and value is None:
            value = layer.setting("kernel")
        if value is not None:
            found[field] = value.along(axes)
    return found


def sides(layer: LayerFields, inputs: Sequence[Size | None], measures: dict[str, tuple[Any, ...]]) -> tuple[Side, ...]:
    """Each side of a layer as numbers, with what it has of sizes."""

    def along(field: str, axis: int, default: Any = None) -> Node | None:
        value = measures[field][axis] if field in measures else default
        return None if value is None or value == default else node_of(value)

    made = []
    for axis, size in enumerate(inputs):
        before, behind = measures["padding"][axis] if "padding" in measures else (None, None)
        written = way_of_padding(layer).has_amount and before is not None
        made.append(
            Side(
                node_of(size),
                along("kernel", axis),
                along("stride", axis),
                node_of(before) if written else None,
                node_of(behind) if written and behind != before else None,
                along("dilation", axis, 1),
                along("output_padding", axis, 0),
                along("factor", axis),
                along("output", axis),
                bool(layer.setting("ceil_mode", False)),
            )
        )
    return tuple(replace(side, capped=_is_capped(layer, side)) for side in made)


def _is_capped(layer: LayerFields, side: Side) -> bool:
    """Whether a window that is not full would begin behind the input."""
    padding = way_of_padding(layer)
    if not side.up or not padding.has_kernel:
        return False
    positions, most = whole_number(slid(side, padding)), whole_number(begun(side, padding))
    return positions is None or most is None or positions > most


def node_of(size: Size | None) -> Node:
    """A size in a formula: its number, or its letter; N for one that is not known."""
    return Literal(str(size)) if isinstance(size, int) else Name(size or "N")


def whole_number(node: Node) -> int | None:
    """The value of an expression; None where a letter is in it."""
    return None if names_in(node) else int(value_of(node, {}))


def letters_in(layer: LayerFields) -> Iterator[str]:
    """The letters among the numbers of a layer."""
    for field in (*PER_AXIS, "filters", "units"):
        value = layer.setting(field)
        given: Sequence[Any] = (value,)
        if isinstance(value, PaddingSizes):
            given = (*_sizes(value.before), *_sizes(value.behind or Sizes()), *dict(value.by_end).values())
        elif isinstance(value, Sizes):
            given = _sizes(value)
        yield from (each for each in given if isinstance(each, str))


def _sizes(sizes: Sizes) -> Sequence[Any]:
    return (*sizes.values, *dict(sizes.named).values())
