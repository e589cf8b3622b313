"""The layers of a model in ONNX: its graph is read, its weights by their sizes alone, and nothing is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from deepcalc.errors import UsageError, listed
from deepcalc.kinds._sizes import ChannelOrder, shape_in
from deepcalc.rules.onnx_operators import JOINS, OPERATORS, WITHOUT_EFFECT, Written

MOST_LAYERS = 500
_SHORT = 16
"""So many numbers of a constant are read: the sizes of a new shape, the factors of an upsampling."""


def layers_of(name: str, content: bytes) -> list[str]:
    """The lines of a problem file that tell the input and the layers; ``UsageError`` for what is not read."""
    try:
        import onnx
    except ImportError:
        raise UsageError(f"{name}: models in ONNX need the package onnx; pip install 'deepcalc[onnx]'") from None
    try:
        model = onnx.load_model_from_string(content)
    except Exception as error:  # of the library that decodes it, whichever that is
        raise UsageError(f"{name} is no model in ONNX: {error}") from None
    return list(_Graph(name, model.graph, onnx).lines())


class _Graph:
    """Walks the operators of one model, which stand in the order of their working."""

    def __init__(self, name: str, graph: Any, onnx: Any) -> None:
        self._name, self._graph, self._onnx = name, graph, onnx
        self._constants: dict[str, Any] = {each.name: each for each in graph.initializer}
        self._numbers: dict[str, int] = {}
        self._layers: list[tuple[str, dict[str, Any]]] = []

    def lines(self) -> Iterator[str]:
        yield f"input: {self._input()}"
        yield "channels: first"
        for node in self._graph.node:
            self._read(node)
        if not self._layers:
            raise UsageError(f"{self._name} has no layer")
        yield "layers:"
        for tag, fields in self._layers:
            yield f"  - {_written(tag, fields)}"

    def _input(self) -> str:
        inputs = [each for each in self._graph.input if each.name not in self._constants]
        if len(inputs) != 1:
            told = listed(each.name for each in inputs) if inputs else "none"
            raise UsageError(f"{self._name}: expected a single input, found {told}")
        sizes = [each.dim_value for each in inputs[0].type.tensor_type.shape.dim][1:]
        if not sizes or not all(sizes):
            raise UsageError(f"{self._name}: the sizes of the input {inputs[0].name} are not fixed in the model")
        self._numbers[inputs[0].name] = 0
        return shape_in(sizes, ChannelOrder.FIRST).typed(ChannelOrder.FIRST)

    def _read(self, node: Any) -> None:
        if node.op_type == "Constant":
            self._constants[node.output[0]] = next(each.t for each in node.attribute if each.name == "value")
        elif node.op_type in WITHOUT_EFFECT:
            self._numbers[node.output[0]] = self._number(node, node.input[0])
        elif self._is_bias(node):
            self._layers[-1][1].pop("bias")
            self._numbers[node.output[0]] = len(self._layers)
        else:
            self._add(node)

    def _is_bias(self, node: Any) -> bool:
        """Whether it adds a constant to the product of a dense layer."""
        known = [name for name in node.input if name in self._constants]
        before = [self._numbers.get(name) for name in node.input if name not in self._constants]
        if node.op_type != "Add" or len(known) != 1 or before != [len(self._layers)]:
            return False
        tag, fields = self._layers[-1]
        return tag == "dense" and fields.get("bias") is False

    def _add(self, node: Any) -> None:
        row = OPERATORS.get(node.op_type)
        if row is None:
            raise UsageError(f"{self._name}: the operator {node.op_type} is not read; there are {listed(OPERATORS)}")
        written = self._written(node)
        for attribute, allowed in row.only.items():
            if attribute in written.attributes and written.attributes[attribute] not in allowed:
                value = written.attributes[attribute]
                raise UsageError(f"{self._name}: {node.op_type} with {attribute} {value!r} is not read")
        if node.op_type == "Reshape" and len(next(iter(written.numbers), None) or ()) != 2:
            raise UsageError(f"{self._name}: a Reshape is read only where it makes a vector of each sample")
        try:
            fields = row.fields(written)
        except (IndexError, KeyError, ValueError):
            raise UsageError(f"{self._name}: {node.op_type} {node.name} has not the sizes that it needs") from None
        first, *others = [
            self._number(node, name) for name in (node.input if node.op_type in JOINS else node.input[:1])
        ]
        if first != len(self._layers):
            fields["from"] = first
        if others:
            fields["with"] = others
        if len(self._layers) >= MOST_LAYERS:
            raise UsageError(f"{self._name} has more than {MOST_LAYERS} layers")
        self._layers.append((row.tag, fields))
        self._numbers[node.output[0]] = len(self._layers)

    def _number(self, node: Any, name: str) -> int:
        if name not in self._numbers:
            raise UsageError(f"{self._name}: {node.op_type} takes {name}, which no layer before it makes")
        return self._numbers[name]

    def _written(self, node: Any) -> Written:
        value = self._onnx.helper.get_attribute_value
        attributes = {each.name: _plain(value(each)) for each in node.attribute}
        further = [self._constants.get(name) for name in node.input[1:]]
        sizes = [None if each is None else tuple(each.dims) for each in further]
        return Written(attributes, sizes, [self._short(each) for each in further])

    def _short(self, constant: Any) -> Sequence[float] | None:
        if constant is None or prod(constant.dims) > _SHORT:
            return None
        return [float(each) for each in self._onnx.numpy_helper.to_array(constant).ravel()]


def _plain(value: Any) -> Any:
    """An attribute as Python has it: text is bytes in ONNX."""
    return value.decode() if isinstance(value, bytes) else value


def _written(tag: str, fields: Mapping[str, Any]) -> str:
    """A layer as a line of YAML."""
    return f"{tag}: {_yaml(fields)}" if fields else tag


def _yaml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_yaml(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
