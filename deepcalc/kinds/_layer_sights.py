"""Mistakes in what a value of a layer's output sees of the input: in its receptive field, and in its jump."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from deepcalc.kinds._layer_mistakes import Formulas, Layer
from deepcalc.kinds._layer_names import AXIS_LETTERS
from deepcalc.notation.edits import Change, changed, factors
from deepcalc.notation.nodes import ONE, Name, Negative, Node, Plus, Times
from deepcalc.rules.layers import times


def seen(change: Callable[[Any], Any]) -> Callable[[Layer], Formulas]:
    """The receptive field of a layer with a window, with a part of its formula changed."""

    def formulas(layer: Layer) -> Formulas:
        names = [f"field{end}" for end in _ends(layer) if f"field{end}" in layer.plan.graph]
        formulas = {name: layer.plan.graph[name].definition for name in names if layer.writer.rule.window}
        return {name: changed(formula, change) for name, formula in formulas.items()}

    return formulas


def _ends(layer: Layer) -> Sequence[str]:
    """What stands behind the names of what a layer sees: its number, with the letter of an axis or without."""
    return sorted(f"{letter}{layer.number}" for letter in ("", *AXIS_LETTERS.values()))


def without_jump(node: Node) -> Node | None:
    """r + (K − 1)·j → r + (K − 1)."""
    return times(*node.args[:-1]) if isinstance(node, Times) else None


def with_whole_kernel(node: Node) -> Node | None:
    """r + (K − 1)·j → r + K·j."""
    return node.args[0] if isinstance(node, Plus) and node.args[-1] == Negative(ONE) else None


def without_dilation(node: Node) -> Node | None:
    """r + d·(K − 1)·j → r + (K − 1)·j."""
    return Times(*node.args[1:]) if isinstance(node, Times) and len(node.args) == 3 else None


def kernels_added(node: Node) -> Node | None:
    """r + (K − 1)·j → r + K; of the first layer K."""
    kernel = _kernel_in(node)
    return None if kernel is None else kernel if node.args[0] == ONE else Plus(node.args[0], kernel)


def kernels_multiplied(node: Node) -> Node | None:
    """r + (K − 1)·j → r·K."""
    kernel = _kernel_in(node)
    return None if kernel is None or node.args[0] == ONE else Times(node.args[0], kernel)


def kernel_alone(node: Node) -> Node | None:
    """r + (K − 1)·j → K."""
    return _kernel_in(node)


def _kernel_in(node: Node) -> Node | None:
    """The K of r + (K − 1)·j; None of another expression."""
    step = node.args[1] if isinstance(node, Plus) and len(node.args) == 2 else None
    less_one = [factor for factor in factors(step) if isinstance(factor, Plus)] if isinstance(step, Times) else []
    return less_one[0].args[0] if less_one and less_one[0].args[1:] == (Negative(ONE),) else None


def whole_kernel_later(node: Node) -> Node | None:
    """r + (K − 1)·j → r + K·j, where something stands before."""
    return None if _kernel_in(node) is None or node.args[0] == ONE else changed(node, with_whole_kernel)


def own_stride_too(layer: Layer) -> Formulas:
    """r + (K − 1)·j → r + (K − 1)·j·S, the jump behind the layer."""
    found = {}
    for name, jump in _jumps(layer):
        field = name.replace("jump", "field")
        if field in layer.plan.graph:
            seen = layer.plan.graph[field].definition
            found[field] = changed(seen, _with_jump(jump))
    return found


def _with_jump(jump: Times) -> Change:
    """A product with the jump before the layer as its last factor → the same with the jump behind it."""

    def change(node: Node) -> Node | None:
        ends = isinstance(node, Times) and node.args[-1] == jump.args[0]
        return times(*node.args[:-1], *jump.args) if ends else None

    return change


def jump_by(change: Callable[[Times], Node]) -> Callable[[Layer], Formulas]:
    """The jump of a layer with a window by another law, made from the product of the jump before and the stride."""
    return lambda layer: {name: change(jump) for name, jump in _jumps(layer)}


def pooling_without_stride(layer: Layer) -> Formulas:
    """j·S → j, of a pooling."""
    return {name: jump.args[0] for name, jump in _jumps(layer)} if layer.writer.rule.is_pooling else {}


def jump_dilated(layer: Layer) -> Formulas:
    """j·S → j·S·d."""
    dilations = [side.d for side in layer.writer.sides if side.d is not None]
    return {name: Times(*jump.args, dilations[0]) for name, jump in _jumps(layer)} if dilations else {}


def _jumps(layer: Layer) -> Iterator[tuple[str, Any]]:
    """The jumps of a layer with a window that are products."""
    for end in _ends(layer):
        formula = layer.plan.graph[name].definition if (name := f"jump{end}") in layer.plan.graph else None
        if layer.writer.rule.window and isinstance(formula, Times) and isinstance(formula.args[0], Name):
            yield name, formula
