"""Typical mistakes in the arithmetic of convolutions, forward and backward."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from deepcalc.kinds._layer_mistakes import is_rounded_quotient, padded_once, rounded_otherwise
from deepcalc.kinds._layer_slips import slips_of_layers
from deepcalc.kinds._layer_writer import LayerWriter
from deepcalc.notation.edits import changed
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Name, Negative, Node, Plus, Times
from deepcalc.plan import Plan, Slip
from deepcalc.rules.layers import times

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


def _without_less_one(node: Node) -> Node | None:
    """(M − 1)·S → M·S."""
    is_steps = isinstance(node, Times) and isinstance(node.args[0], Plus) and node.args[0].args[1:] == (Negative(ONE),)
    return times(node.args[0].args[0], *node.args[1:]) if is_steps else None


def _not_halved(node: Node) -> Node | None:
    """⌈R/2⌉ → R."""
    return node.arguments[0].args[0] if is_rounded_quotient(node) and node.arguments[0].args[1] == TWO else None


def _without_one_more(node: Node) -> Node | None:
    """Pmax − Pmin + 1 → Pmax − Pmin."""
    is_count = (
        isinstance(node, Plus) and len(node.args) == 3 and node.args[-1] == ONE and isinstance(node.args[0], Name)
    )
    return Plus(*node.args[:-1]) if is_count and isinstance(node.args[1].args[0], Name) else None


BACKWARD_ROWS: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("size-for-steps", "the wanted size times the stride, where there is one step less", _without_less_one),
    ("not-halved", "the padding not halved: it is added at both ends", _not_halved),
    ("padding-once", "the padding counted once, not at both ends", padded_once),
    ("ceil-for-floor", "a rounding to the wrong side", rounded_otherwise),
    (
        "one-solution-less",
        "the solutions from the least to the greatest counted without one of them",
        _without_one_more,
    ),
)
"""Mistakes on the way back: how they are said, and what they make of a formula."""
