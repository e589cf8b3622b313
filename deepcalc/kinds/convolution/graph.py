"""The plan of `convolution`: its graph, and what can be asked of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._arrays import shape_forms
from deepcalc.kinds._layer_names import index_of, shape_of
from deepcalc.kinds._layer_writer import ACTIVATIONS, MEMORY, OPERATIONS, PARAMETERS, LayerWriter
from deepcalc.kinds._passages import location
from deepcalc.kinds._size_graph import SizeGraph, add_size
from deepcalc.kinds.convolution.backwards import build_backwards
from deepcalc.kinds.convolution.fields import ConvolutionFields
from deepcalc.kinds.convolution.made import Network
from deepcalc.kinds.convolution.receptive import OF_INPUT, Sight, add_receptive_field, of_axes
from deepcalc.kinds.convolution.sheet import figures, parts, statement, tables
from deepcalc.kinds.registry import Assignment
from deepcalc.notation.nodes import Literal, Name, Plus, Times, total
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import Composite, Plan
from deepcalc.rules.layers import ELEMENTWISE, LAYERS, times

_TOTALS = {
    "params": (PARAMETERS, "the trainable parameters of all layers", False),
    "weights": (PARAMETERS, "the weights of all layers", True),
    "biases": (PARAMETERS, "the biases of all layers", True),
    "fixed": (PARAMETERS, "what is not trained in all layers", True),
    "neurons": (ACTIVATIONS, "the values of all layers' outputs", False),
    "macs": (OPERATIONS, "the multiply-adds of all layers", True),
    "flops": (OPERATIONS, "the floating-point operations of all layers", True),
    "bytes": (MEMORY, "the outputs of all layers", False),
}
"""What is added up: its group, its note, and whether layers without weights are left out, as they have none of it."""


def build(network: Network) -> Plan:
    """The plan forward from the input, or backward from a wanted size."""
    return _forward(network) if network.wanted is None else build_backwards(network)


def _forward(network: Network) -> Plan:
    passages = network.passages
    graph = SizeGraph()
    composites = [_input(graph, network, number) for number in network.inputs]
    explained: list[Any] = []
    arrays: dict[str, tuple[str, ...]] = {}
    sights: dict[int, Sequence[Sight] | None] = {
        number: tuple(OF_INPUT for _ in network.extents[number].sizes) or None for number in network.inputs
    }
    for passage in passages:
        writer = LayerWriter(graph, passage, network.extents, network.letters, network.size_formula)
        writer.add_numbers()
        writer.add_shape(explain=writer.law not in explained)
        explained.append(writer.law)
        padded = writer.add_padded_size()
        if writer.counts:
            writer.add_parameters()
            writer.add_costs(network.bytes_per_value, network.batch)
            arrays |= writer.add_arrays(network.channels)
        number = passage.number
        sights[number], of_fields = add_receptive_field(writer, sights, padded, network.seen_from)
        shape = shape_of(passage.after, number, network.channels)
        composites.append(Composite(f"shape{number}", shape, " × ", lead=network.batch))
        composites += [Composite(f"padded{number}", padded, " × ")] if padded else []
        composites += of_fields
    _add_totals(graph, network)
    composites += [Composite(f"shape_{name}", sizes, " × ") for name, sizes in arrays.items()]
    return Plan(
        graph,
        parts(passages),
        statement(network, passages),
        composites=tuple(composites),
        tables=tables(network),
        aliases=_aliases(graph, network, arrays),
        figures=figures(network),
        symbols=Symbols(dict(form for name, sizes in arrays.items() for form in shape_forms(name, sizes))),
        groups=_groups(graph, composites, len(passages)),
    )


def _aliases(graph: Graph, network: Network, arrays: Iterable[str]) -> dict[str, str]:
    """Further names: what is asked without a number is that of the last layer, or of the only one."""
    count = len(network.passages)
    flat = {f"flat{index_of(number)}": f"neurons{index_of(number)}" for number in network.extents}
    aliases = {"shape": f"shape{count}"}
    aliases |= {name: of for name, of in (flat | {"flat": f"neurons{count}"}).items() if of in graph}
    aliases |= {f"shape({name})": f"shape_{name}" for name in arrays}
    for passage in network.passages:
        aliases |= of_axes(graph, passage.number, passage.after.axes)
    if count == 1:
        aliases |= {name: f"{name}1" for name in _TOTALS if f"{name}1" in graph}
    return aliases


def _input(graph: Graph, network: Network, number: int) -> Composite:
    """The sizes of an input, how many values it has, and what they take in memory; its shape."""
    extent, index = network.extents[number], index_of(number)
    section = _input_title(network, number)
    at = location(-number, network.layers[-number - 1]) if number else ()
    origin = (*at, "input")
    given = network.inputs[number]
    for name, size in zip(shape_of(extent, number), (*given.sizes, given.channels), strict=False):
        add_size(graph, name, size, origin, section)
    if extent.has_channels:
        values = times(*map(Name, shape_of(extent, number)))
        note = ("the values of the input, side by side",)
        neurons = Quantity(f"neurons{index}", values, section=section, group=ACTIVATIONS, note=note, origin=origin)
        graph.add(neurons)
        samples = () if network.batch == 1 else (Literal(str(network.batch)),)
        memory = Times(*samples, Name(neurons.name), Literal(str(network.bytes_per_value)))
        per_value = (f"{network.bytes_per_value} bytes a value",)
        graph.add(Quantity(f"bytes{index}", memory, section=section, group=MEMORY, note=per_value, origin=origin))
    return Composite(f"shape{index}", shape_of(extent, number, network.channels), " × ")


def _input_title(network: Network, number: int) -> str:
    """``Input``, and the order in which it was read where the other one would make sense."""
    title = f"Input of layer {-number}" if number else "Input"
    return f"{title}, channels {network.channels}" if network.inputs[number].may_be_meant_otherwise else title


def _add_totals(graph: Graph, network: Network) -> None:
    """What all layers have together, where there are several; of weights what those with weights have."""
    passages = [passage for passage in network.passages if passage.after.has_channels]
    if not passages:
        return
    for name, (group, told, of_weights) in _TOTALS.items() if len(network.passages) > 1 else ():
        counted = [passage.number for passage in passages if passage.rule.trained or not of_weights]
        terms = [Name(f"{name}{number}") for number in counted if f"{name}{number}" in graph]
        if terms or name != "fixed":
            graph.add(Quantity(name, total(*terms), section="All layers", group=group, note=(told,)))
    inputs = [name for number in network.inputs if (name := f"bytes{index_of(number)}") in graph]
    in_all = Plus(*map(Name, inputs), Name("bytes" if len(network.passages) > 1 else "bytes1"))
    note = ("the input and the outputs of all layers",)
    graph.add(Quantity("bytes_in_all", in_all, section="All layers", group=MEMORY, note=note))


def _groups(graph: Graph, composites: Sequence[Composite], layers: int) -> dict[str, tuple[str, ...]]:
    """The shapes of all layers, and what the whole network comes to."""
    shapes = tuple(f"shape{number}" for number in range(1, layers + 1))
    padded = tuple(each.name for each in composites if each.name.startswith("padded"))
    every = (f"{name}{number}" for name in ("params", "macs") for number in range(1, layers + 1))
    counts = [name for name in every if name in graph]
    last = ("",) if layers > 1 else ("1",)
    totals = tuple(f"{name}{end}" for name in _TOTALS for end in last if f"{name}{end}" in graph)
    network = (*shapes, *counts, *(totals if layers > 1 else ()))
    found = {"shapes": shapes, "padded_sizes": padded, "totals": totals, "network": network}
    return {name: members for name, members in found.items() if members}


_HEXADECIMAL = re.compile(r"0x\d+")


def shorthand(assignments: Sequence[Assignment]) -> dict[str, Any]:
    """``input=32x32x3 conv.filters=8 conv.kernel=3 max_pool.kernel=2``: each prefix is a layer.

    A field that the last layer of that prefix has already begins another one, and so does another prefix;
    a numbered prefix (``conv1``, ``conv2``) is one layer wherever it stands. A layer whose main field says all is
    given by that alone (``dense=10``), one that needs none by nothing (``flatten=``).
    """
    data: dict[str, Any] = {}
    layers: list[tuple[str, Any]] = []
    for name, value in assignments:
        prefix, dot, field = name.partition(".")
        value = f"'{value}'" if _HEXADECIMAL.fullmatch(value) else value
        sort = prefix.rstrip("0123456789")
        if not dot and (sort in LAYERS or sort in ELEMENTWISE):
            layers.append((prefix, value))
        elif not dot:
            data[name] = value
        elif prefix in ConvolutionFields.model_fields:
            data.setdefault(prefix, {})[field] = value
        else:
            _layer_for(prefix, field, layers)[field] = value
    if layers:
        data["layers"] = [_written(prefix.rstrip("0123456789"), fields) for prefix, fields in layers]
    return data


def _written(sort: str, fields: Any) -> Any:
    return {sort: fields} if fields else sort


def _layer_for(prefix: str, field: str, layers: list[tuple[str, Any]]) -> dict[str, str]:
    """The layer that a field of this prefix belongs to; a new one is added to the layers."""
    candidates = layers if prefix[-1:].isdigit() else layers[-1:]
    for known, fields in candidates:
        if known == prefix and isinstance(fields, dict) and field not in fields:
            return fields
    layers.append((prefix, {}))
    made: dict[str, str] = layers[-1][1]
    return made
