"""Follows a model's code from its input to its output: a functional Keras model, or a class with its way forward.

Names are bound as Python would bind them, statement by statement, but nothing is run: what cannot be followed is an
error at its place.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from deepcalc.errors import did_you_mean
from deepcalc.fields.types import wrong
from deepcalc.kinds._code_calls import DEEPEST, Calls, CodeLayer, attribute, is_number, name_of
from deepcalc.kinds._code_values import (
    UNKNOWN_SIZE,
    Chain,
    Definition,
    Joining,
    Model,
    Tensor,
    has_way_forward,
    layers_with_weights,
)
from deepcalc.rules.frameworks import CALLED, INPUTS, JOINED, MODEL, OF_EACH_VALUE, RESHAPED, WITHOUT

MOST_LAYERS = 500
_MOST_STATEMENTS = 5000


class Flow:
    """The layers of one text, numbered as the input passes through them."""

    def __init__(self, text: str) -> None:
        self.calls = Calls(text)
        self._layers: list[CodeLayer] = []
        self._called: list[CodeLayer] = []
        self._statements = 0
        self._globals: dict[str, Any] = {}

    def layers(self) -> Sequence[CodeLayer]:
        """All layers, in order."""
        self._run(self.calls.tree().body, self._globals, 0)
        if not self._layers:
            model = self._model()
            if model is not None:
                self._lead_through(model)
        if not self._layers:
            named = (value for name, value in self._globals.items() if name not in self.calls.referred)
            self._layers = [layer for value in named if isinstance(value, Chain) for layer in value.layers]
        self._check_count()
        return self._layers

    def _model(self) -> Model | None:
        """The last model that is made, or else one of the last class that has a way forward."""
        made = [value for value in self._globals.values() if isinstance(value, Model)]
        if made:
            return made[-1]
        defined = (each.node for each in self._globals.values() if isinstance(each, Definition))
        classes = [node for node in defined if isinstance(node, ast.ClassDef) and has_way_forward(node)]
        return self._object(classes[-1], [], {}, classes[-1], 0) if classes else None

    def _lead_through(self, model: Model) -> None:
        forward = model.forward
        if forward is None:
            raise wrong(f"{model.name} has no `forward` that leads an input through its layers", 0)
        self._result(forward, [Tensor(0)], {}, forward.node, 0)
        for name, layer in layers_with_weights(model):
            if not any(each is layer for each in self._called):
                message = f"`{name}` is not called on the way forward, so its output has no shape"
                raise self.calls.error(message, forward.node)

    # ---- statements

    def _run(self, body: Sequence[ast.stmt], scope: dict[str, Any], depth: int) -> Any:
        """What the statements return."""
        for statement in body:
            self._statements += 1
            if self._statements > _MOST_STATEMENTS:
                raise self.calls.error(f"there are more than {_MOST_STATEMENTS} statements on the way", statement)
            match statement:
                case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Expr(value=ast.Constant()):
                    pass
                case ast.Return(value=value):
                    return None if value is None else self._value(value, scope, depth)
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                    scope[name] = Definition(statement)
                case ast.Assign(targets=[target], value=value):
                    self._bind(target, self._value(value, scope, depth), scope)
                case ast.AugAssign(target=ast.Name() as target, op=ast.Add(), value=value):
                    terms = [self._value(ast.copy_location(ast.Name(target.id), target), scope, depth)]
                    self._bind(target, self._sum([*terms, self._value(value, scope, depth)], statement), scope)
                case ast.Expr(value=ast.Call() as call):
                    self._do(call, scope, depth)
                case _:
                    raise self.calls.error(
                        "expected layers, a Sequential, or a model with its way forward; nothing else can be followed",
                        statement,
                    )
        return None

    def _bind(self, target: ast.expr, value: Any, scope: dict[str, Any]) -> None:
        match target:
            case ast.Name(id=name):
                scope[name] = value
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if isinstance(scope.get(owner), Model):
                scope[owner].attributes[name] = value
            case _:
                raise self.calls.error("expected a single name to be set", target)

    def _do(self, call: ast.Call, scope: dict[str, Any], depth: int) -> None:
        """A call whose value is not used: a layer that is added, or one of the layers that stand one below another."""
        match call.func:
            case ast.Attribute(attr="__init__"):
                return
            case ast.Attribute(value=ast.Name(), attr=name) if name in WITHOUT:
                return
            case ast.Attribute(value=ast.Name(id=owner), attr="add"):
                before = scope.get(owner, Chain(()))
                if isinstance(before, Chain):
                    scope[owner] = Chain((*before.layers, *self.calls.sequence(call.args, scope)))
                    return
        scope[f"line {call.lineno}, {call.col_offset}"] = self._value(call, scope, depth)

    # ---- expressions

    def _value(self, node: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        if depth > DEEPEST:
            raise self.calls.error("nested too deeply", node)
        match node:
            case ast.Name(id=name) if name in scope:
                return scope[name]
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if attribute(scope, owner, name) is not None:
                return attribute(scope, owner, name)
            case ast.Attribute(attr="shape") | ast.Subscript(value=ast.Attribute(attr="shape")):
                return UNKNOWN_SIZE
            case ast.Call():
                return self._call(node, scope, depth + 1)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._sum([self._value(each, scope, depth + 1) for each in (left, right)], node)
        return self.calls.value(node, scope, depth)

    def _sum(self, terms: Sequence[Any], node: ast.expr | ast.stmt) -> Any:
        if all(isinstance(term, Tensor) for term in terms):
            return self._join("add", terms, node)
        if all(is_number(term) for term in terms):
            return sum(terms)
        raise self.calls.error("expected two outputs of layers, or two numbers, to be added", node)

    def _call(self, call: ast.Call, scope: Mapping[str, Any], depth: int) -> Any:
        callee = self._callee(call.func, scope, depth)
        if callee is not None:
            return self._applied(callee, call, scope, depth)
        name = name_of(call)
        if name == "size":
            return UNKNOWN_SIZE
        if name == "Sequential":
            return Chain(tuple(self.calls.sequence([call], scope)))
        if name in INPUTS:
            return self._input(call, scope)
        if name == MODEL:
            named = [keyword.value for keyword in call.keywords if keyword.arg == "outputs"]
            return self._tensors([*call.args[1:2], *named], call, scope, depth)[0]
        if name in JOINED:
            return self._joined(call, name, scope, depth)
        if name in (*OF_EACH_VALUE, *CALLED, *RESHAPED):
            return self._function(call, name, scope, depth)
        return Chain(tuple(self.calls.layers(call, scope)))

    def _callee(self, func: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        """What is called, where that has been made before; None for a function or class of a library."""
        match func:
            case ast.Call():
                return self._value(func, scope, depth)
            case ast.Name(id=name):
                return scope.get(name)
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if isinstance(scope.get(owner), Model):
                found = scope[owner].attributes.get(name)
                if found is None:
                    near = did_you_mean(name, list(scope[owner].attributes))
                    raise self.calls.error(f"`{owner}.{name}` has not been set{near}", func)
                return found
        return None

    def _applied(self, callee: Any, call: ast.Call, scope: Mapping[str, Any], depth: int) -> Any:
        if isinstance(callee, Chain):
            (tensor,) = self._tensors(call.args, call, scope, depth)[:1]
            for layer in callee.layers:
                tensor = self._append(layer, tensor, call)
            return tensor
        if isinstance(callee, Joining):
            return self._join(callee.tag, self._tensors(call.args, call, scope, depth), call)
        definition = callee.forward if isinstance(callee, Model) else callee
        if not isinstance(definition, Definition):
            raise self.calls.error("expected a layer, or a model with a way forward, to be called", call)
        given = [self._value(argument, scope, depth) for argument in call.args]
        named = {str(each.arg): self._value(each.value, scope, depth) for each in call.keywords}
        return self._result(definition, given, named, call, depth)

    # ---- functions and classes

    def _result(self, called: Definition, given: Sequence[Any], named: Mapping[str, Any], at: Any, depth: int) -> Any:
        """What a function returns for its arguments, or the object that a class makes of them."""
        if depth > DEEPEST:
            raise self.calls.error("nested too deeply", at)
        if isinstance(called.node, ast.ClassDef):
            return self._object(called.node, given, named, at, depth)
        arguments = called.node.args
        names = [argument.arg for argument in arguments.args]
        values = [*([] if called.owner is None else [called.owner]), *given]
        defaults = zip(names[len(names) - len(arguments.defaults) :], arguments.defaults, strict=True)
        scope = {**self._globals, **{name: self._value(node, self._globals, depth) for name, node in defaults}}
        bound = {**dict(zip(names, values, strict=False)), **named}
        if len(values) > len(names) or not named.keys() <= set(names):
            raise self.calls.error(f"`{called.node.name}` takes {', '.join(names)}, and this is something else", at)
        missing = [name for name in names if name not in bound and name not in scope]
        if missing:
            raise self.calls.error(f"`{called.node.name}` needs `{missing[0]}`, which is not given", at)
        return self._run(called.node.body, {**scope, **bound}, depth + 1)

    def _object(self, node: ast.ClassDef, given: Sequence[Any], named: Mapping[str, Any], at: Any, depth: int) -> Model:
        model = Model(node.name)
        methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
        model.attributes.update({each.name: Definition(each, model) for each in methods})
        made = model.attributes.get("__init__")
        if made is not None:
            self._result(made, given, named, at, depth)
        return model

    # ---- layers

    def _input(self, call: ast.Call, scope: Mapping[str, Any]) -> Tensor:
        if self.calls.input is not None:
            raise self.calls.error("expected a model with a single input", call)
        list(self.calls.layers(call, scope))
        return Tensor(0)

    def _tensors(self, nodes: Sequence[ast.expr], call: ast.Call, scope: Mapping[str, Any], depth: int) -> list[Tensor]:
        """The outputs of layers that a call takes, one by one or in a list."""
        flat = [item for node in nodes for item in (node.elts if isinstance(node, ast.List | ast.Tuple) else [node])]
        found = [self._value(node, scope, depth) for node in flat]
        if not found or not all(isinstance(each, Tensor) for each in found):
            raise self.calls.error("expected the output of a layer, or the input, as its argument", call)
        return found

    def _joined(self, call: ast.Call, name: str, scope: Mapping[str, Any], depth: int) -> Any:
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
        return self._join(row.tag, self._tensors(call.args[:1] if is_list else call.args, call, scope, depth), call)

    def _join(self, tag: str, tensors: Sequence[Any], node: ast.expr | ast.stmt) -> Tensor:
        if len(tensors) < 2:
            raise self.calls.error("expected at least two outputs of layers to be joined", node)
        previous = Tensor(len(self._layers))
        ordered = sorted(tensors, key=lambda each: each != previous) if tag == "add" else tensors
        first, *others = ordered
        layer = self.calls.joining(node, tag, [other.number for other in others])
        return self._append(layer, first, node)

    def _function(self, call: ast.Call, name: str, scope: Mapping[str, Any], depth: int) -> Tensor:
        """A layer that is written as a function of a tensor, ``F.relu(x)``, or as its method, ``x.relu()``."""
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        is_method = isinstance(owner, ast.Call) or (isinstance(owner, ast.Name) and owner.id in scope)
        first, rest = (owner, call.args) if is_method else (call.args[0] if call.args else call, call.args[1:])
        (tensor,) = self._tensors([] if first is call or first is None else [first], call, scope, depth)
        if name in OF_EACH_VALUE:
            layer = self.calls.checked(call, "activation", {"function": OF_EACH_VALUE[name]})
        elif name in RESHAPED:
            layer = self._reshaped(call, rest, scope, depth)
        else:
            layer = self.calls.of_row(call, CALLED[name], rest, scope)
        return self._append(layer, tensor, call)

    def _reshaped(
        self, call: ast.Call, arguments: Sequence[ast.expr], scope: Mapping[str, Any], depth: int
    ) -> CodeLayer:
        """``x.view(-1, 400)``: a vector for each sample, as long as it says."""
        sizes = arguments[0].elts if len(arguments) == 1 and isinstance(arguments[0], ast.Tuple) else arguments
        length = self._value(sizes[1], scope, depth) if len(sizes) == 2 else None
        if not is_number(length):
            message = "expected a vector for each sample, such as view(-1, 400); no other shape is read"
            raise self.calls.error(message, call)
        layer = self.calls.checked(call, "flatten", {})
        return layer if length == -1 else replace(layer, gives=length)

    def _append(self, layer: CodeLayer, before: Tensor, node: ast.expr | ast.stmt) -> Tensor:
        """What comes out of a layer, which is the next one from then on."""
        if layer.layer.rule.trained is not None and any(each is layer for each in self._called):
            raise self.calls.error("this layer is called a second time, with the same weights; that is not read", node)
        self._called.append(layer)
        is_next = before.number == len(self._layers)
        self._layers.append(layer if is_next else layer.taking(before.number))
        self._check_count()
        return Tensor(len(self._layers))

    def _check_count(self) -> None:
        if len(self._layers) > MOST_LAYERS:
            raise wrong(f"expected at most {MOST_LAYERS} layers, found {len(self._layers)}")
