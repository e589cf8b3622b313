"""The plan of `convolution`: its graph, its parts, its statement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deepcalc.errors import Location
from deepcalc.graph.graph import Graph, Quantity
from deepcalc.kinds._layers import AnyLayer, ChannelOrder, Convolution, size_rule, sizes
from deepcalc.kinds.convolution.fields import LETTERS, PARAMETERS, SIZES, ConvolutionFields, along_the_way
from deepcalc.kinds.registry import Assignment
from deepcalc.notation.nodes import ZERO, Literal, Name, total
from deepcalc.plan import Composite, PartPlan, Plan, TablePlan, TableRow
from deepcalc.plan.figures import ChainPlan, StagePlan
from deepcalc.plan.statement import Statement
from deepcalc.rules.layers import Side, SizeRule, convolution_parameters


def build(fields: ConvolutionFields) -> Plan:
    graph = Graph()
    for name, size in zip(_shape(0), (fields.input.height, fields.input.width, fields.input.channels), strict=True):
        graph.add(Quantity(name, given=Literal(str(size)), section=_input_title(fields), origin=("input",)))
    square = fields.input.height == fields.input.width
    explained: list[SizeRule] = []
    for number, layer, sides in along_the_way(fields):
        square = square and all(height == width for height, width in sizes(layer).values())
        writer = _LayerWriter(graph, layer, number)
        writer.add_shape(sides, square, explain=writer.rule not in explained)
        writer.add_parameters()
        explained.append(writer.rule)
    count = len(fields.layers)
    if count > 1:
        terms = [Name(f"params{number}") for number in range(1, count + 1)]
        note = ("the trainable parameters of all layers",)
        graph.add(Quantity("params", total(*terms), section="All layers", group=PARAMETERS, note=note))
    return Plan(
        graph,
        _parts(fields.layers),
        _statement(fields),
        composites=tuple(
            Composite(f"shape{number}", _in_order(fields.channels, number), " × ") for number in range(count + 1)
        ),
        tables=_tables(fields.layers),
        aliases={"shape": f"shape{count}", **({"params": "params1"} if count == 1 else {})},
        figures=(_figure(fields),),
        groups={"shapes": tuple(f"shape{number}" for number in range(1, count + 1))},
    )


def _shape(number: int) -> tuple[str, str, str]:
    """The names of height, width and channels behind a layer; those of the input for 0."""
    return f"H{number}", f"W{number}", f"C{number}"


def _in_order(order: ChannelOrder, number: int) -> tuple[str, ...]:
    """The same names in the order in which a shape is written."""
    height, width, channels = _shape(number)
    named = {"height": height, "width": width, "channels": channels}
    return tuple(named[name] for name in order.names)


def _input_title(fields: ConvolutionFields) -> str:
    """``Input``, and the order in which it was read where the other one would make sense."""
    otherwise = fields.input.may_be_meant_otherwise(fields.channels)
    return f"Input, channels {fields.channels}" if otherwise else "Input"


@dataclass(frozen=True)
class _LayerWriter:
    """Writes one layer into the graph; ``number`` counts the layers from 1."""

    graph: Graph
    layer: AnyLayer
    number: int

    @property
    def rule(self) -> SizeRule:
        return size_rule(self.layer)

    def add_shape(self, sides: tuple[Side, Side], square: bool, explain: bool) -> None:
        """The layer's own numbers, then height, width and channels of its output.

        Where all is ``square`` so far, the width is the height; ``explain`` says what the letters of the law are.
        """
        for field, (along_height, along_width) in sizes(self.layer).items():
            if field == "padding" and not self.rule.has_padding:
                continue
            of_height, of_width = self._own(field)
            self._give(of_height, along_height, field)
            if of_width != of_height:
                self._give(of_width, along_width, field)
        height, width, channels = _shape(self.number)
        law, note = self.rule.law, f"; {self.rule.note}" if explain else ""
        self._add(
            height, self.rule.size(self._side(0)), SIZES, f"height{note}{_left_over(self.rule, sides[0], 'row')}", law
        )
        if square:
            self._add(width, Name(height), SIZES, "width: by the same arithmetic, as everything is square")
        else:
            self._add(
                width, self.rule.size(self._side(1)), SIZES, f"width{_left_over(self.rule, sides[1], 'column')}", law
            )
        if isinstance(self.layer, Convolution):
            self._give(f"F{self.number}", self.layer.filters, "filters")
            self._add(channels, Name(f"F{self.number}"), SIZES, "channels: one for each filter")
        else:
            self._add(channels, Name(_shape(self.number - 1)[2]), SIZES, "channels: pooling keeps them")

    def add_parameters(self) -> None:
        """How many trainable parameters the layer has."""
        formula: Any = ZERO
        note = "a pooling layer has nothing to train"
        if isinstance(self.layer, Convolution):
            kernel = [Name(name) for name in self._own("kernel")]
            channels, filters = Name(_shape(self.number - 1)[2]), Name(f"F{self.number}")
            formula = convolution_parameters(kernel, channels, filters, self.layer.bias)
            bias = "and its bias" if self.layer.bias else "(there is no bias)"
            note = f"the weights of a filter {bias}, for every filter"
        self._add(f"params{self.number}", formula, PARAMETERS, note)

    def _own(self, field: str) -> tuple[str, str]:
        """The names of a size of the layer along the height and along the width: one name where they agree."""
        letter = LETTERS[field]
        along_height, along_width = sizes(self.layer)[field]
        if along_height == along_width:
            return (f"{letter}{self.number}",) * 2
        return f"{letter}H{self.number}", f"{letter}W{self.number}"

    def _side(self, axis: int) -> Side:
        """The names that the output size along one axis is made of."""
        own = (Name(self._own(field)[axis]) for field in sizes(self.layer))
        return Side(Name(_shape(self.number - 1)[axis]), *own)

    def _give(self, name: str, size: int, field: str) -> None:
        self.graph.add(Quantity(name, given=Literal(str(size)), section=self._section, origin=(*self._location, field)))

    def _add(self, name: str, formula: Any, group: str, note: str, law: Any = None) -> None:
        laws = () if law is None else (law,)
        self.graph.add(
            Quantity(name, formula, laws=laws, section=self._section, group=group, note=(note,), origin=self._location)
        )

    @property
    def _section(self) -> str:
        return f"Layer {self.number}: {self.layer.title}"

    @property
    def _location(self) -> Location:
        return ("layers", self.number - 1, self.layer.tag)


def _left_over(rule: SizeRule, side: Side, line: str) -> str:
    """What a reader is told where the floor acts."""
    left = (side.n - side.k + 2 * side.p) % side.s if rule.has_kernel else 0
    return f"; rounded down: {left} {line}{'s' if left > 1 else ''} left over" if left else ""


def _parts(layers: Sequence[AnyLayer]) -> tuple[PartPlan, ...]:
    """The shapes of all outputs; then the parameters, where there are any."""
    shapes = PartPlan("a", tuple(f"shape{number}" for number in range(1, len(layers) + 1)))
    trained = [f"params{number}" for number, layer in enumerate(layers, start=1) if isinstance(layer, Convolution)]
    if not trained:
        return (shapes,)
    return (shapes, PartPlan("b", (*trained, "params") if len(layers) > 1 else tuple(trained)))


def _tables(layers: Sequence[AnyLayer]) -> tuple[TablePlan, ...]:
    """The derivation with a row for each layer: its shape, then its parameters."""
    shapes, parameters = [], []
    for number, layer in enumerate(layers, start=1):
        label = (f"{number}: {layer.title}",)
        shapes.append(TableRow(label, _shape(number)))
        parameters.append(TableRow(label, (f"params{number}",)))
    return (
        TablePlan("Shapes", (("layer",), ("height",), ("width",), ("channels",)), tuple(shapes)),
        TablePlan("Trainable parameters", (("layer",), ("parameters",)), tuple(parameters)),
    )


def _figure(fields: ConvolutionFields) -> ChainPlan:
    made = (
        StagePlan(layer.title, tuple(_settings(layer)), _in_order(fields.channels, number))
        for number, layer in enumerate(fields.layers, start=1)
    )
    return ChainPlan("The layers", (StagePlan("input", (), _in_order(fields.channels, 0)), *made))


def _statement(fields: ConvolutionFields) -> Statement:
    order = fields.channels
    shape = " × ".join(str(getattr(fields.input, name)) for name in order.names)
    lines = [f"{number}. {_in_words(layer)}" for number, layer in enumerate(fields.layers, start=1)]
    asked = "the shape of the output of each layer"
    if any(isinstance(layer, Convolution) for layer in fields.layers):
        asked += " and the number of trainable parameters"
    passes = f"An input of {shape} ({order.written(' × ')}) passes through these layers:"
    return Statement(("\n".join([passes, "", *lines]),), (f"Compute {asked}.",))


def _in_words(layer: AnyLayer) -> str:
    return f"{layer.title}: {', '.join(_settings(layer))}"


def _settings(layer: AnyLayer) -> list[str]:
    said = [f"{layer.filters} filter{'s' if layer.filters > 1 else ''}"] if isinstance(layer, Convolution) else []
    for field, (height, width) in sizes(layer).items():
        if field == "kernel" or height != width:
            said.append(f"{field} {height} × {width}")
        elif field == "padding" and isinstance(layer.padding, str):
            said.append(f"{layer.padding} padding")
        else:
            said.append(f"{field} {height}")
    if isinstance(layer, Convolution) and not layer.bias:
        said.append("no biases")
    return said


_HEXADECIMAL = re.compile(r"0x\d+")


def shorthand(assignments: Sequence[Assignment]) -> dict[str, Any]:
    """``input=32x32x3 conv.filters=8 conv.kernel=3 max_pool.kernel=2``: each prefix is a layer.

    A field that the last layer of that prefix has already begins another one, and so does another prefix;
    a numbered prefix (``conv1``, ``conv2``) is one layer wherever it stands.
    """
    data: dict[str, Any] = {}
    layers: list[tuple[str, dict[str, str]]] = []
    for name, value in assignments:
        prefix, dot, field = name.partition(".")
        value = f"'{value}'" if _HEXADECIMAL.fullmatch(value) else value
        if not dot:
            data[name] = value
        elif prefix in ConvolutionFields.model_fields:
            data.setdefault(prefix, {})[field] = value
        else:
            _layer_for(prefix, field, layers)[field] = value
    if layers:
        data["layers"] = [{prefix.rstrip("0123456789"): fields} for prefix, fields in layers]
    return data


def _layer_for(prefix: str, field: str, layers: list[tuple[str, dict[str, str]]]) -> dict[str, str]:
    """The layer that a field of this prefix belongs to; a new one is added to the layers."""
    candidates = layers if prefix[-1:].isdigit() else layers[-1:]
    for known, fields in candidates:
        if known == prefix and field not in fields:
            return fields
    layers.append((prefix, {}))
    return layers[-1][1]
