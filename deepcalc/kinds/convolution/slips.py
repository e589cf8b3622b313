"""Typical mistakes in the arithmetic of convolutions, forward and backward."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from deepcalc.kinds._layer_mistakes import (
    not_halved,
    padded_once,
    rounded_otherwise,
    without_less_one,
    without_one_more,
)
from deepcalc.kinds._layer_slips import slips_of_layers
from deepcalc.kinds._layer_writer import LayerWriter
from deepcalc.notation.edits import changed
from deepcalc.plan import Plan, Slip

if TYPE_CHECKING:
    from deepcalc.kinds.convolution.made import Network


def slips(network: Network, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a convolution problem."""
    if network.wanted is not None:
        yield from _backwards(plan)
        return
    yield from slips_of_layers(
        plan, [LayerWriter(plan.graph, passage, network.extents) for passage in network.passages]
    )


def _backwards(plan: Plan) -> Iterator[Slip]:
    """The mistakes on the way back from a wanted size: in every bound alike, or in one."""
    bounds = {each.name: each.formula for each in plan.graph if each.formula is not None}
    for key, message, change in BACKWARD_ROWS:
        made = {name: changed(formula, change) for name, formula in bounds.items()}
        made = {name: formula for name, formula in made.items() if formula != bounds[name]}
        if len(made) > 1:
            yield Slip(key, message, made)
        for name, formula in made.items():
            yield Slip(key, message, {name: formula})


BACKWARD_ROWS: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("size-for-steps", "the wanted size times the stride, where there is one step less", without_less_one),
    ("not-halved", "the padding not halved: it is added at both ends", not_halved),
    ("padding-once", "the padding counted once, not at both ends", padded_once),
    ("ceil-for-floor", "a rounding to the wrong side", rounded_otherwise),
    ("one-solution-less", "the solutions from the least to the greatest counted without one of them", without_one_more),
)
"""Mistakes on the way back: how they are said, and what they make of a formula."""
