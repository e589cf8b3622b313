"""The plan of `convolution`: its graph, and what can be asked of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from deepcalc.graph.graph import Graph, Letter, Quantity
from deepcalc.kinds._passages import Extent, Passage
from deepcalc.kinds.convolution.backwards import build_backwards
from deepcalc.kinds.convolution.fields import ConvolutionFields
from deepcalc.kinds.convolution.made import Network
from deepcalc.kinds.convolution.naming import shape_of
from deepcalc.kinds.convolution.receptive import OF_INPUT, Sight, add_receptive_field
from deepcalc.kinds.convolution.sheet import figures, parts, statement, tables
from deepcalc.kinds.convolution.steps import ACTIVATIONS, MEMORY, OPERATIONS, PARAMETERS, LayerWriter
from deepcalc.kinds.registry import Assignment
from deepcalc.notation.nodes import Literal, Name, Plus, Times, total
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
    given = network.extent
    extents = [given, *(passage.after for passage in passages)]
    graph = Graph()
    sizes = (*network.input.sizes, network.input.channels)
    for name, size in zip(shape_of(given, 0), sizes, strict=True):
        if name not in graph:
            value = Letter() if isinstance(size, str) else Literal(str(size))
            graph.add(Quantity(name, given=value, section=_input_title(network), origin=("input",)))
    _add_input_costs(graph, network, given)
    composites = [Composite("shape0", shape_of(given, 0, network.channels), " × ")]
    explained: list[Any] = []
    sights: list[Sequence[Sight] | None] = [tuple(OF_INPUT for _ in given.sizes) or None]
    for passage in passages:
        writer = LayerWriter(graph, passage, extents, network.letters)
        writer.add_numbers()
        writer.add_shape(explain=writer.law not in explained)
        explained.append(writer.law)
        padded = writer.add_padded_size()
        writer.add_parameters()
        writer.add_costs(network.bytes_per_value, network.batch)
        sight, of_fields = add_receptive_field(writer, sights, padded, network.seen_from)
        sights.append(sight)
        number = passage.number
        composites.append(Composite(f"shape{number}", shape_of(passage.after, number, network.channels), " × "))
        composites += [Composite(f"padded{number}", padded, " × ")] if padded else []
        composites += of_fields
    count = len(passages)
    _add_totals(graph, passages)
    in_all = Plus(Name("bytes0"), Name("bytes" if len(passages) > 1 else "bytes1"))
    note = ("the input and the outputs of all layers",)
    graph.add(Quantity("bytes_in_all", in_all, section="All layers", group=MEMORY, note=note))
    aliases = {f"flat{number}": f"neurons{number}" for number in range(count + 1)} | {"flat": f"neurons{count}"}
    if count == 1:
        aliases |= {name: f"{name}1" for name in _TOTALS if f"{name}1" in graph}
    return Plan(
        graph,
        parts(passages),
        statement(network, passages),
        composites=tuple(composites),
        tables=tables(passages, given),
        aliases={"shape": f"shape{count}", **aliases},
        figures=figures(network, passages, given),
        groups=_groups(graph, composites, count),
    )


def _input_title(network: Network) -> str:
    """``Input``, and the order in which it was read where the other one would make sense."""
    return f"Input, channels {network.channels}" if network.input.may_be_meant_otherwise else "Input"


def _add_input_costs(graph: Graph, network: Network, given: Extent) -> None:
    """How many values the input has, and what they take in memory."""
    values = times(*map(Name, shape_of(given, 0)))
    note = ("the values of the input, side by side",)
    graph.add(Quantity("neurons0", values, section="Input", group=ACTIVATIONS, note=note, origin=("input",)))
    samples = () if network.batch == 1 else (Literal(str(network.batch)),)
    memory = Times(*samples, Name("neurons0"), Literal(str(network.bytes_per_value)))
    note = (f"{network.bytes_per_value} bytes a value",)
    graph.add(Quantity("bytes0", memory, section="Input", group=MEMORY, note=note, origin=("input",)))


def _add_totals(graph: Graph, passages: Sequence[Passage]) -> None:
    """What all layers have together, where there are several; of weights what those with weights have."""
    if len(passages) == 1:
        return
    for name, (group, note, of_weights) in _TOTALS.items():
        counted = [passage.number for passage in passages if passage.rule.trained or not of_weights]
        terms = [Name(f"{name}{number}") for number in counted if f"{name}{number}" in graph]
        if terms or name != "fixed":
            graph.add(Quantity(name, total(*terms), section="All layers", group=group, note=(note,)))


def _groups(graph: Graph, composites: Sequence[Composite], layers: int) -> dict[str, tuple[str, ...]]:
    """The shapes of all layers, and what the whole network comes to."""
    shapes = tuple(f"shape{number}" for number in range(1, layers + 1))
    padded = tuple(each.name for each in composites if each.name.startswith("padded"))
    counts = [f"{name}{number}" for name in ("params", "macs") for number in range(1, layers + 1)]
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
