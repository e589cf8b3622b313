"""The layers of a model in ONNX: its graph is read, its weights by their sizes alone, and nothing is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from math import prod
from typing import Any

from deepcalc.errors import UsageError, listed
from deepcalc.kinds._sizes import ChannelOrder, shape_in
from deepcalc.rules.onnx_operators import (
    BY_A_NUMBER,
    FLATTENS,
    JOINS,
    KEEPS_SHAPE,
    OF_SEVERAL,
    OF_SIZES,
    OPERATORS,
    TURNS,
    WITHOUT_EFFECT,
    Written,
)

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
    return list(_Graph(name, model.graph, _with_shapes(model, onnx), onnx).lines())


def _with_shapes(model: Any, onnx: Any) -> Any:
    """The graph with all shapes that can be inferred; what keeps a shape, and is not known to, stands for itself."""
    copied = onnx.ModelProto()
    copied.CopyFrom(model)
    for node in copied.graph.node:
        if node.op_type in KEEPS_SHAPE:
            node.op_type = "Identity"
            del node.input[1:], node.attribute[:]
    with suppress(Exception):  # what cannot be inferred is told where it is needed
        return onnx.shape_inference.infer_shapes(copied).graph
    return model.graph


class _Graph:
    """Walks the operators of one model, which stand in the order of their working."""

    def __init__(self, name: str, graph: Any, inferred: Any, onnx: Any) -> None:
        self._name, self._graph, self._onnx = name, graph, onnx
        self._constants: dict[str, Any] = {each.name: each for each in graph.initializer}
        self._numbers: dict[str, int] = {}
        self._of_sizes: set[str] = set()
        self._turned: set[str] = set()
        self._shapes = {
            each.name: tuple(size.dim_value for size in each.type.tensor_type.shape.dim)
            for each in (*inferred.input, *inferred.value_info, *inferred.output)
            if each.type.tensor_type.HasField("shape")
        }
        self._layers: list[tuple[str, dict[str, Any]]] = []

    def lines(self) -> Iterator[str]:
        self._check_operators()
        yield f"input: {self._input()}"
        yield "channels: first"
        for node in self._graph.node:
            self._read(node)
        if not self._layers:
            raise UsageError(f"{self._name} has no layer")
        yield "layers:"
        for tag, fields in self._layers:
            yield f"  - {_written(tag, fields)}"

    def _check_operators(self) -> None:
        """``UsageError`` with all operators that are not read."""
        known = {*OPERATORS, *WITHOUT_EFFECT, *BY_A_NUMBER, *OF_SIZES, TURNS, "Constant"}
        unread = Counter(node.op_type for node in self._graph.node if node.op_type not in known)
        if unread:
            told = listed(f"{name} ({count} times)" if count > 1 else name for name, count in unread.items())
            some = f"the operators {told} are" if len(unread) > 1 else f"the operator {told} is"
            raise UsageError(f"{self._name}: {some} not read; there are {listed(OPERATORS)}")

    def _input(self) -> str:
        inputs = [each for each in self._graph.input if each.name not in self._constants]
        if len(inputs) != 1:
            told = listed(each.name for each in inputs) if inputs else "none"
            raise UsageError(f"{self._name}: expected a single input, found {told}")
        sizes = [each.dim_value for each in inputs[0].type.tensor_type.shape.dim][1:]
        if not sizes or not all(sizes):
            raise UsageError(f"{self._name}: the sizes of the input {inputs[0].name} are not fixed in the model")
        self._numbers[inputs[0].name] = 0
        order = ChannelOrder.FIRST
        takers = [node for node in self._graph.node if inputs[0].name in node.input]
        if takers and all(node.op_type == TURNS and self._turns(node)[0] for node in takers):
            order = ChannelOrder.LAST
            self._turned.add(inputs[0].name)
        return shape_in(sizes, order).typed(ChannelOrder.FIRST)

    def _turns(self, node: Any) -> tuple[bool, bool]:
        """Whether a transposition may bring the last axis before the others but the samples, and the second behind."""
        perm = next((list(each.ints) for each in node.attribute if each.name == "perm"), [])
        axes = list(range(1, len(perm)))
        return perm == [0, *axes[-1:], *axes[:-1]], perm == [0, *axes[1:], *axes[:1]]

    def _turn(self, node: Any) -> None:
        """A transposition: the channels to the front, where they stand behind, or behind."""
        to_front, to_back = self._turns(node)
        was_turned = node.input[0] in self._turned
        if not (to_front if was_turned else to_back):
            where = "it brings the channels of the input to the front, or those of a layer to the end, to be flattened"
            raise UsageError(f"{self._name}: {TURNS} is read only where {where}")
        if not was_turned:
            self._turned.add(node.output[0])
        self._numbers[node.output[0]] = self._number(node, node.input[0])

    def _read(self, node: Any) -> None:
        if node.op_type == "Constant":
            self._constants[node.output[0]] = next(each.t for each in node.attribute if each.name == "value")
        elif self._works_out_sizes(node):
            self._of_sizes.update(node.output)
        elif self._turned & {*node.input} and node.op_type not in FLATTENS:
            raise UsageError(f"{self._name}: {node.op_type} behind a {TURNS} is not read: its channels stand last")
        elif node.op_type == TURNS:
            self._turn(node)
        elif node.op_type in WITHOUT_EFFECT or self._is_by_a_number(node):
            (taken, *_) = self._made(node) or node.input
            self._numbers[node.output[0]] = self._number(node, taken)
        elif self._is_bias(node):
            self._layers[-1][1].pop("bias")
            self._numbers[node.output[0]] = len(self._layers)
        else:
            for output in node.output if node.op_type in OF_SEVERAL else node.output[:1]:
                self._add(node, output)

    def _made(self, node: Any) -> list[str]:
        """What an operator takes of the layers before it."""
        return [name for name in node.input if name and name not in self._constants]

    def _works_out_sizes(self, node: Any) -> bool:
        """Whether it belongs to the arithmetic of a new shape, and not to that of the values."""
        own = [name in self._of_sizes for name in self._made(node)]
        return node.op_type == "Shape" or (node.op_type in OF_SIZES and bool(own) and all(own))

    def _is_by_a_number(self, node: Any) -> bool:
        """Whether all that it takes beside one layer's output are numbers."""
        known = [self._constants[name] for name in node.input if name in self._constants]
        is_one = len(self._made(node)) == 1 and all(prod(each.dims) == 1 for each in known)
        return node.op_type in BY_A_NUMBER and bool(known) and is_one

    def _is_bias(self, node: Any) -> bool:
        """Whether it adds a constant to the product of a dense layer."""
        known = [name for name in node.input if name in self._constants]
        before = list(map(self._numbers.get, self._made(node)))
        if node.op_type != "Add" or len(known) != 1 or before != [len(self._layers)]:
            return False
        tag, fields = self._layers[-1]
        return tag == "dense" and fields.get("bias") is False

    def _add(self, node: Any, output: str) -> None:
        row = OPERATORS.get(node.op_type)
        if row is None:
            raise UsageError(f"{self._name}: {node.op_type} is read only where it takes a number beside a layer")
        written = self._written(node, output)
        row = row.of(written)
        for attribute, allowed in row.only.items():
            if attribute in written.attributes and written.attributes[attribute] not in allowed:
                value = written.attributes[attribute]
                raise UsageError(f"{self._name}: {node.op_type} with {attribute} {value!r} is not read")
        if not row.when(written):
            raise UsageError(f"{self._name}: {node.op_type} is read only {row.needs}")
        try:
            fields = row.fields(written)
        except (IndexError, KeyError, ValueError):
            raise UsageError(f"{self._name}: {node.op_type} {node.name} has not the sizes that it needs") from None
        first, *others = [self._number(node, name) for name in self._taken(node)]
        if first != len(self._layers):
            fields["from"] = first
        if others:
            fields["with"] = others
        if len(self._layers) >= MOST_LAYERS:
            raise UsageError(f"{self._name} has more than {MOST_LAYERS} layers")
        self._layers.append((row.named(written), fields))
        self._numbers[output] = len(self._layers)

    def _taken(self, node: Any) -> list[str]:
        """The outputs that it takes, of several the one with the most values first: the others may be gates."""
        if node.op_type not in JOINS:
            return list(node.input[:1])
        if node.op_type == "Concat":
            return list(node.input)
        return sorted(node.input, key=lambda name: -prod(self._shapes.get(name, ())[2:]))

    def _number(self, node: Any, name: str) -> int:
        if name not in self._numbers:
            raise UsageError(f"{self._name}: {node.op_type} takes {name}, which no layer before it makes")
        return self._numbers[name]

    def _written(self, node: Any, output: str) -> Written:
        value = self._onnx.helper.get_attribute_value
        attributes = {each.name: _plain(value(each)) for each in node.attribute}
        further = [self._constants.get(name) for name in node.input[1:]]
        sizes = [None if each is None else tuple(each.dims) for each in further]
        shape, after = self._shapes.get(node.input[0]), self._shapes.get(output)
        return Written(attributes, sizes, [self._short(each) for each in further], shape, after)

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
