"""Mistakes in what a layer costs: its multiply-adds, the values of its output, their bytes."""

from __future__ import annotations

from collections.abc import Callable

from deepcalc.kinds._layer_mistakes import Formulas, Layer
from deepcalc.notation.edits import factors
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import Literal, Name, Node, Times
from deepcalc.rules.layers import multiply_adds, parameters, times

EIGHT = Literal("8")


def at_one_position(layer: Layer) -> Formulas:
    has_positions = layer.writer.rule.positions is not None and layer.writer.inputs
    return {f"macs{layer.number}": Name(f"weights{layer.number}")} if has_positions else {}


def at_positions_of_input(layer: Layer) -> Formulas:
    writer = layer.writer
    if not writer.rule.window or writer.rule.positions is None:
        return {}
    return {f"macs{layer.number}": multiply_adds(writer.stages, writer.inputs)}


def biases_among_operations(layer: Layer) -> Formulas:
    """H·W·(K·K·C + 1)·F."""
    writer = layer.writer
    if writer.rule.positions is None or not writer.has_biases:
        return {}
    counted = factors(parameters(writer.stages, True))
    return {f"macs{layer.number}": times(*writer.rule.positions(writer.terms), *counted)}


def bits(layer: Layer) -> Formulas:
    """The bytes of the output and of the parameters times 8."""
    names = [f"{what}{layer.number}" for what in ("bytes", "memory")]
    return {
        name: Times(*factors(layer.plan.graph[name].definition), EIGHT) for name in names if name in layer.plan.graph
    }


def doubled(layer: Layer) -> Formulas:
    """A multiplication and an addition each."""
    name = f"macs{layer.number}"
    return {name: Times(TWO, layer.plan.graph[name].definition)} if layer.writer.stages else {}


def in_double_precision(layer: Layer) -> Formulas:
    """The bytes of the output and of the parameters twice."""
    names = [f"{what}{layer.number}" for what in ("bytes", "memory")]
    graph = layer.plan.graph
    return {name: Times(TWO, *factors(graph[name].definition)) for name in names if name in graph}


def not_doubled(layer: Layer) -> Formulas:
    return {f"flops{layer.number}": Name(f"macs{layer.number}")} if layer.writer.stages else {}


def along_one_side(layer: Layer) -> Formulas:
    """H·K·K·C·F."""
    writer = layer.writer
    sides = () if writer.rule.positions is None else writer.rule.positions(writer.terms)
    return {f"macs{layer.number}": multiply_adds(writer.stages, sides[:1])} if len(sides) > 1 else {}


def kernel_not_counted(layer: Layer) -> Formulas:
    """H·W·C·F."""
    writer = layer.writer
    sides = () if writer.rule.positions is None or not layer.kernel else writer.rule.positions(writer.terms)
    product = (*sides, writer.terms.channels, *writer.stages[-1].units) if sides else ()
    return {f"macs{layer.number}": times(*product)} if product else {}


def values(size: Callable[[Layer], Node]) -> Callable[[Layer], Formulas]:
    """Other values counted behind an image, and so their bytes."""
    return lambda layer: {f"neurons{layer.number}": size(layer)} if layer.writer.outputs else {}


def bytes_of(size: Callable[[Layer], Node]) -> Callable[[Layer], Formulas]:
    """The bytes of others than the values behind an image."""

    def formulas(layer: Layer) -> Formulas:
        name, own = f"bytes{layer.number}", Name(f"neurons{layer.number}")
        if name not in layer.plan.graph or not layer.writer.outputs:
            return {}
        return {name: layer.plan.graph[name].definition.xreplace({own: size(layer)})}

    return formulas


def positions(layer: Layer) -> Node:
    """H·W of the output."""
    return times(*layer.writer.outputs)


def inputs(layer: Layer) -> Node:
    """H·W·C of the input."""
    return times(*layer.writer.inputs, layer.writer.terms.channels)


def own_parameters(layer: Layer) -> Node:
    """The parameters; the values themselves where there are none."""
    return Name(f"{'params' if layer.writer.stages else 'neurons'}{layer.number}")
