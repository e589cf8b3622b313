"""Layers that a model's code makes of tensors: joins, functions of a tensor, and each layer with its input."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic_core import PydanticCustomError

from deepcalc.fields.types import wrong
from deepcalc.kinds._code_calls import CodeLayer, is_number
from deepcalc.kinds._code_statements import Statements
from deepcalc.kinds._code_values import UNKNOWN_SIZE, Joining, Tensor
from deepcalc.rules.frameworks import CALLED, JOINED, OF_EACH_VALUE, RESHAPED

MOST_LAYERS = 500


class TensorCalls(Statements):
    """Numbers the layers as they are called; ``made`` are they in order, ``used`` as they stand in the code."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[CodeLayer] = []
        self.used: list[CodeLayer] = []

    def tensors(self, nodes: Sequence[ast.expr], call: ast.Call, scope: Mapping[str, Any], depth: int) -> list[Tensor]:
        """The outputs of layers that a call takes, one by one or in a list."""
        flat = [item for node in nodes for item in (node.elts if isinstance(node, ast.List | ast.Tuple) else [node])]
        found = [self.value(node, scope, depth) for node in flat]
        if not found or not all(isinstance(each, Tensor) for each in found):
            raise self.calls.error("expected the output of a layer, or the input, as its argument", call)
        return found

    def joined(self, call: ast.Call, name: str, scope: Mapping[str, Any], depth: int) -> Any:
        """``cat([a, b], 1)`` joins; ``Concatenate()`` makes a layer that does."""
        row = JOINED[name]
        settings = [keyword.value for keyword in call.keywords if keyword.arg in ("dim", "axis")]
        is_list = bool(call.args) and isinstance(call.args[0], ast.List | ast.Tuple)
        settings += call.args[1:] if is_list else []
        for setting in settings:
            if row.axes and self.calls.value(setting, scope) not in row.axes:
                raise self.calls.error("expected the axis of the channels, which alone can be joined", setting)
        if not call.args:
            return Joining(row.tag)
        return self.join(row.tag, self.tensors(call.args[:1] if is_list else call.args, call, scope, depth), call)

    def join(self, tag: str, tensors: Sequence[Any], node: ast.expr | ast.stmt) -> Tensor:
        if len(tensors) < 2:
            raise self.calls.error("expected at least two outputs of layers to be joined", node)
        previous = Tensor(len(self.made))
        ordered = sorted(tensors, key=lambda each: each != previous) if tag == "add" else tensors
        first, *others = ordered
        layer = self.calls.joining(node, tag, [other.number for other in others])
        return self.append(layer, first, node)

    def function(self, call: ast.Call, name: str, scope: Mapping[str, Any], depth: int) -> Tensor:
        """A layer that is written as a function of a tensor, ``F.relu(x)``, or as its method, ``x.relu()``."""
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        is_method = isinstance(owner, ast.Call) or (isinstance(owner, ast.Name) and owner.id in scope)
        first, rest = (owner, call.args) if is_method else (call.args[0] if call.args else call, call.args[1:])
        (tensor,) = self.tensors([] if first is call or first is None else [first], call, scope, depth)
        if name in OF_EACH_VALUE:
            layer = self.calls.checked(call, "activation", {"function": OF_EACH_VALUE[name]})
        elif name in RESHAPED:
            layer = self._reshaped(call, rest, scope, depth)
        else:
            layer = self.calls.of_row(call, CALLED[name], rest, scope)
        return self.append(layer, tensor, call)

    def _reshaped(
        self, call: ast.Call, arguments: Sequence[ast.expr], scope: Mapping[str, Any], depth: int
    ) -> CodeLayer:
        """``x.view(-1, 400)``: a vector for each sample, as long as it says."""
        sizes = arguments[0].elts if len(arguments) == 1 and isinstance(arguments[0], ast.Tuple) else arguments
        length = self._length(sizes[1], scope, depth) if len(sizes) == 2 else None
        if not is_number(length):
            message = "expected a vector for each sample, such as view(-1, 400); no other shape is read"
            raise self.calls.error(message, call)
        layer = self.calls.checked(call, "flatten", {})
        return layer if length == -1 else replace(layer, gives=length)

    def _length(self, node: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        """How long a vector is to be; -1 for as long as it comes, where that would be worked out from the input."""
        try:
            found = self.value(node, scope, depth)
        except PydanticCustomError:
            return -1
        return -1 if found is UNKNOWN_SIZE else found

    def append(self, layer: CodeLayer, before: Tensor, node: ast.expr | ast.stmt) -> Tensor:
        """What comes out of a layer, which is the next one from then on."""
        if layer.layer.rule.trained is not None and any(each is layer for each in self.used):
            raise self.calls.error("this layer is called a second time, with the same weights; that is not read", node)
        self.used.append(layer)
        is_next = before.number == len(self.made)
        self.made.append(layer if is_next else layer.taking(before.number))
        self.check_count()
        return Tensor(len(self.made))

    def check_count(self) -> None:
        if len(self.made) > MOST_LAYERS:
            raise wrong(f"expected at most {MOST_LAYERS} layers, found {len(self.made)}")
