"""Follows a model's code from its input to its output: a functional Keras model, or a class with its way forward.

Names are bound as Python would bind them, statement by statement, but nothing is run: what cannot be followed is an
error at its place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deepcalc.errors import did_you_mean
from deepcalc.fields.types import wrong
from deepcalc.kinds._code_calls import DEEPEST, Calls, CodeLayer, attribute, is_number, name_of
from deepcalc.kinds._code_python import NotPlain
from deepcalc.kinds._code_tensors import TensorCalls
from deepcalc.kinds._code_values import (
    UNKNOWN_SIZE,
    Data,
    Definition,
    Joining,
    LayerChain,
    Model,
    Tensor,
    Unread,
    has_way_forward,
    layers_with_weights,
)
from deepcalc.rules.frameworks import (
    CALLED,
    DATA,
    INPUTS,
    ITSELF,
    JOINED,
    LISTS,
    MODEL,
    OF_EACH_VALUE,
    RESHAPED,
    SELF,
    WAYS_FORWARD,
)

_SEVERAL_INPUTS = (
    "of a model with several inputs, write `layers` in place of `code`, the first layer of each branch with an `input` "
    "of its own"
)


class Flow(TensorCalls):
    """The layers of one text, numbered as the input passes through them.

    What is not read is told where it is needed for a layer, or if there is no layer at all.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.calls = Calls(text, self._argument)
        self.data: tuple[int, ...] | None = None
        self._nested = 0
        self._globals: dict[str, Any] = {}

    def layers(self) -> Sequence[CodeLayer]:
        """All layers, in order."""
        body = self.calls.tree().body
        self.run(body, self._globals, 0)
        self._take_own()
        if not self.made:
            self._lead_through_all(body[-1] if body else None)
        if not self.made and self.unread:
            raise self.unread[0].error
        self.check_count()
        return self.made

    def _take_own(self) -> None:
        """What is set of an object whose class is not in the text: with a way forward a model, else layers by name."""
        own = self._globals.get(SELF)
        if not isinstance(own, Model):
            return
        ways = {name: self._globals.get(name) for name in WAYS_FORWARD}
        methods = {name: Definition(way.node, own) for name, way in ways.items() if isinstance(way, Definition)}
        own.attributes.update(methods)
        if not methods:
            del self._globals[SELF]
            self._globals.update(own.attributes)

    def _lead_through_all(self, last: ast.stmt | None) -> None:
        """Lead an input through the model that is made, or through the layers that stand one below another."""
        named = [value for name, value in self._globals.items() if name not in self.calls.referred]
        chains = [value for value in named if isinstance(value, LayerChain)]
        if not any(isinstance(each, Model) for chain in chains for each in chain.layers):
            model = self._model()
            if isinstance(model, Model):
                self._lead_through(model)
            if isinstance(model, LayerChain) and not chains:
                chains = [model]
        if self.made or last is None:
            return
        tensor = Tensor(0)
        for chain in chains:
            tensor = self._through(chain, tensor, last, 0)

    def _model(self) -> Any:
        """The last model that is made, or one of the last class that has a way forward, or what a function gives."""
        made = [value for value in self._globals.values() if isinstance(value, Model)]
        if made:
            return made[-1]
        defined = [each.node for each in self._globals.values() if isinstance(each, Definition)]
        classes = [node for node in defined if isinstance(node, ast.ClassDef) and has_way_forward(node)]
        if classes:
            return self._object(classes[-1], [], {}, classes[-1], 0)
        functions = [node for node in defined if isinstance(node, ast.FunctionDef)]
        if not functions or any(isinstance(value, LayerChain) for value in self._globals.values()):
            return None
        given = self._result(Definition(functions[-1]), [], {}, functions[-1], 0)
        return given if isinstance(given, LayerChain | Model) else None

    def _lead_through(self, model: Model) -> None:
        forward = model.forward
        if forward is None:
            raise wrong(f"{model.name} has no `forward` that leads an input through its layers", 0)
        self._result(forward, [Tensor(0)], {}, forward.node, 0)
        for name, layer in layers_with_weights(model):
            if not any(each is layer for each in self.used):
                message = f"`{name}` is not called on the way forward, so its output has no shape"
                raise self.calls.error(message, forward.node)

    def sequence(self, nodes: Sequence[ast.expr], scope: Mapping[str, Any], depth: int) -> Iterator[Any]:
        """The layers and models that stand in a Sequential, those of lists and of other chains one by one."""
        for node in nodes:
            if isinstance(node, ast.Name) and isinstance(scope.get(node.id), LayerChain):
                self.calls.referred.add(node.id)
            inner = node.elts if isinstance(node, ast.List | ast.Tuple) else None
            if inner is not None:
                yield from self.sequence(inner, scope, depth + 1)
                continue
            found = self.items(node.value, scope, depth) if isinstance(node, ast.Starred) else None
            yield from self._layers_in(self.value(node, scope, depth + 1) if found is None else found, node, depth)

    def _layers_in(self, found: Any, node: ast.expr, depth: int) -> Iterator[Any]:
        if depth > DEEPEST:
            raise self.calls.error("nested too deeply", node)
        if isinstance(found, LayerChain):
            yield from found.layers
        elif isinstance(found, list):
            self.count(node)
            for each in found:
                yield from self._layers_in(each, node, depth + 1)
        elif isinstance(found, Model | Joining):
            yield found
        elif not isinstance(found, Tensor):  # which is an input that says its shape
            raise self.calls.error("expected a layer such as Conv2d(3, 8, 5)", node)

    # ---- expressions

    def _argument(self, node: ast.expr, scope: Mapping[str, Any]) -> Any:
        """The value of an argument of a layer's class."""
        self._nested += 1
        try:
            return self.value(node, scope, self._nested)
        finally:
            self._nested -= 1

    def value(self, node: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        if depth > DEEPEST:
            raise self.calls.error("nested too deeply", node)
        match node:
            case ast.Name(id=name) if name in scope:
                return self._known(scope[name])
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if attribute(scope, owner, name) is not None:
                return self._known(attribute(scope, owner, name))
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if isinstance(scope.get(owner), Definition):
                return self._of_class(scope[owner].node, name, node, depth)
            case ast.Attribute(attr="shape", value=of) | ast.Subscript(value=ast.Attribute(attr="shape", value=of)):
                if scope is self._globals and isinstance(of, ast.Call):
                    self.deferred(of, scope, depth + 1)  # a model that is tried out
                return UNKNOWN_SIZE
            case ast.BinOp(left=left, op=ast.Add(), right=right) if self.is_of_layers(node, scope):
                return self._sum([self.value(each, scope, depth + 1) for each in (left, right)], node)
        try:
            return self.plain(node, scope, depth + 1)
        except NotPlain:
            pass
        if isinstance(node, ast.Call):
            return self._call(node, scope, depth + 1)
        if isinstance(node, ast.BinOp):
            parts = [self.value(each, scope, depth + 1) for each in (node.left, node.right)]
            return UNKNOWN_SIZE if UNKNOWN_SIZE in parts else self.calls.arithmetic(node, parts)
        return self.calls.value(node, scope, depth)

    def _known(self, found: Any) -> Any:
        if isinstance(found, Unread):
            raise found.error
        return found

    def _of_class(self, node: ast.FunctionDef | ast.ClassDef, name: str, at: ast.expr, depth: int) -> Any:
        """An attribute that a class sets for all its objects."""
        for each in node.body:
            match each:
                case ast.Assign(targets=[ast.Name(id=own)], value=value) if own == name:
                    return self.value(value, self._globals, depth + 1)
        raise self.calls.error(f"`{node.name}` has no `{name}`", at)

    def _sum(self, terms: Sequence[Any], node: ast.expr | ast.stmt) -> Any:
        if all(isinstance(term, Tensor) for term in terms):
            return self.join("add", terms, node)
        if all(isinstance(term, list) for term in terms):
            return [item for term in terms for item in term]
        raise self.calls.error("expected two outputs of layers, or two numbers, to be added", node)

    def _call(self, call: ast.Call, scope: Mapping[str, Any], depth: int) -> Any:
        callee = self._callee(call.func, scope, depth)
        if callee is not None:
            return self._applied(callee, call, scope, depth)
        name = name_of(call)
        if name == "size":
            return UNKNOWN_SIZE
        if name == "Sequential":
            return LayerChain(tuple(self.sequence(call.args, scope, depth)))
        if name in LISTS:
            given = self.listed(call.args, scope, depth)
            found = given[0] if given and isinstance(given[0], list) else []
            return [each[1] if isinstance(each, list) and len(each) > 1 else each for each in found]
        if name in INPUTS:
            return self._input(call, scope)
        if name in DATA:
            return self._data(call, scope)
        if name == MODEL:
            named = [keyword.value for keyword in call.keywords if keyword.arg == "outputs"]
            return self.tensors([*call.args[1:2], *named], call, scope, depth)[0]
        if name in JOINED:
            return self.joined(call, name, scope, depth)
        if name in ITSELF and isinstance(call.func, ast.Attribute):
            return self.value(call.func.value, scope, depth)
        if name in (*OF_EACH_VALUE, *CALLED, *RESHAPED):
            return self.function(call, name, scope, depth)
        return LayerChain(tuple(self.calls.layers(call, scope)))

    def _callee(self, func: ast.expr, scope: Mapping[str, Any], depth: int) -> Any:
        """What is called, where that has been made before; None for a function or class of a library."""
        match func:
            case ast.Call():
                return self.value(func, scope, depth)
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
        if isinstance(callee, LayerChain):
            if scope is self._globals and self._is_tried_out(call, scope, depth):
                return UNKNOWN_SIZE
            (tensor,) = self.tensors(call.args, call, scope, depth)[:1]
            return self._through(callee, tensor, call, depth)
        if isinstance(callee, Joining):
            return self.join(callee.tag, self.tensors(call.args, call, scope, depth), call)
        if isinstance(callee, Model) and scope is self._globals and self._is_tried_out(call, scope, depth):
            return UNKNOWN_SIZE
        definition = callee.forward if isinstance(callee, Model) else callee
        if not isinstance(definition, Definition):
            raise self.calls.error("expected a layer, or a model with a way forward, to be called", call)
        given = [self.value(argument, scope, depth) for argument in call.args]
        named = {each.arg: self.value(each.value, scope, depth) for each in call.keywords if each.arg is not None}
        return self._result(definition, given, named, call, depth)

    def _is_tried_out(self, call: ast.Call, scope: Mapping[str, Any], depth: int) -> bool:
        """Whether a model is called with data, not with an input that says its shape."""
        given = [self.deferred(argument, scope, depth) for argument in call.args]
        if self.data is None and given and isinstance(given[0], Data):
            self.data = given[0].shape
        return self.calls.input is None and not any(isinstance(each, Tensor) for each in given)

    def _through(self, chain: LayerChain, tensor: Tensor, at: ast.expr | ast.stmt, depth: int) -> Tensor:
        """What comes out of a chain of layers and models."""
        for each in chain.layers:
            if isinstance(each, CodeLayer):
                tensor = self.append(each, tensor, at)
            elif isinstance(each, Model) and each.forward is not None:
                tensor = self._result(each.forward, [tensor], {}, at, depth + 1)
                if not isinstance(tensor, Tensor):
                    raise self.calls.error("expected the output of a layer", at)
            else:
                raise self.calls.error("expected a layer, or a model with a way forward, in the chain", at)
        return tensor

    # ---- functions and classes

    def _result(self, called: Definition, given: Sequence[Any], named: Mapping[str, Any], at: Any, depth: int) -> Any:
        """What a function returns for its arguments, or the object that a class makes of them."""
        if depth > DEEPEST:
            raise self.calls.error("nested too deeply", at)
        if isinstance(called.node, ast.ClassDef):
            return self._object(called.node, given, named, at, depth)
        arguments = called.node.args
        names = [argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)]
        values = [*([] if called.owner is None else [called.owner]), *given]
        in_order = names[: len(arguments.args)]
        defaults = [*zip(in_order[len(in_order) - len(arguments.defaults) :], arguments.defaults, strict=True)]
        defaults += [
            (each.arg, node) for each, node in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if node
        ]
        known = self._globals if called.scope is None else {**self._globals, **called.scope}
        scope = {**known, **{name: self.value(node, known, depth) for name, node in defaults}}
        bound = {**dict(zip(names, values, strict=False)), **named}
        if len(values) > len(names) or not named.keys() <= set(names):
            raise self.calls.error(f"`{called.node.name}` takes {', '.join(names)}, and this is something else", at)
        missing = [name for name in names if name not in bound and name not in scope]
        if missing and Tensor(0) in given:
            message = f"`{called.node.name}` takes `{missing[0]}` beside its input; {_SEVERAL_INPUTS}"
            raise self.calls.error(message, at)
        if missing:
            what = called.owner.name if called.owner is not None else called.node.name
            message = (
                f"`{called.node.name}` needs `{missing[0]}`, which is not given; write {what}(…) with it at the end"
            )
            raise self.calls.error(message, at)
        return self.run(called.node.body, {**scope, **bound}, depth + 1)

    def _object(self, node: ast.ClassDef, given: Sequence[Any], named: Mapping[str, Any], at: Any, depth: int) -> Model:
        model = Model(node.name)
        methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
        model.attributes.update({each.name: Definition(each, model) for each in methods})
        for each in node.body:
            if isinstance(each, ast.Assign):
                self.bind(each.targets[0], self.deferred(each.value, self._globals, depth), model.attributes)
        made = model.attributes.get("__init__")
        if made is not None:
            self._result(made, given, named, at, depth)
        return model

    # ---- layers

    def _data(self, call: ast.Call, scope: Mapping[str, Any]) -> Data:
        sizes = [self._argument(each, scope) for each in call.args]
        shape = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], list) else sizes
        if not shape or not all(is_number(size) and size > 0 for size in shape):
            raise self.calls.error("expected the shape of the data in numbers, such as (1, 3, 32, 32)", call)
        return Data(tuple(shape))

    def _input(self, call: ast.Call, scope: Mapping[str, Any]) -> Tensor:
        if self.calls.input is not None:
            raise self.calls.error(f"this is a second input; {_SEVERAL_INPUTS}", call)
        list(self.calls.layers(call, scope))
        return Tensor(0)
