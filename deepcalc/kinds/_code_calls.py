"""A call of a layer's class as the layer that it makes: its arguments are read from the syntax tree, and never run."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from deepcalc.errors import did_you_mean
from deepcalc.fields.types import wrong
from deepcalc.kinds._layers import LayerField, LayerFields
from deepcalc.notation.typed import NumberText
from deepcalc.records import record
from deepcalc.rules.frameworks import (
    CLASSES,
    DEFAULTS,
    FUNCTIONS,
    INPUT,
    INPUTS,
    OF_BOTH,
    OF_NOTHING,
    TAKES,
    LayerClass,
    Library,
)

DEEPEST = 50
_LARGEST = 10**12
_LAYER: TypeAdapter[LayerFields] = TypeAdapter(LayerField)
_OPERATIONS: Mapping[type, Callable[[int, int], int]] = {
    ast.Mult: operator.mul,
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.FloorDiv: operator.floordiv,
}

_OF_INPUT = {"shape": INPUT, "batch_size": None, "name": None, "dtype": None, "input_shape": INPUT}
_KNOWN = frozenset((*CLASSES, *FUNCTIONS, *OF_BOTH, *INPUTS, "Sequential"))

Scope = Mapping[str, Any]
"""What the names in a piece of code stand for."""


@record
class CodeLayer:
    """A layer of the code: its fields, and its call as it is written.

    ``takes`` and ``gives`` are how many channels or values the code says that it takes and that come out of it.
    """

    layer: LayerFields
    takes: int | None
    written: str
    gives: int | None = None

    def taking(self, source: int) -> CodeLayer:
        """The same layer with the output of the layer of that number as its input."""
        return replace(self, layer=self.layer.model_copy(update={"source": source}))


class Calls:
    """Reads the calls of one text; ``library`` and ``input`` are what they have said so far.

    ``value`` works out the arguments of a call. ``referred`` are the names of chains of layers that stand in another
    chain.
    """

    def __init__(self, text: str, value: Callable[[ast.expr, Scope], Any]) -> None:
        self._text = text
        self._value = value
        self._starts = [0]
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self.library: Library | None = None
        self.input: tuple[int, ...] | None = None
        self.referred: set[str] = set()

    def tree(self) -> ast.Module:
        try:
            return ast.parse(self._text)
        except SyntaxError as error:
            line, column = error.lineno or 1, error.offset or 1
            position = self._starts[min(line, len(self._starts)) - 1] + column - 1
            raise wrong(f"not valid Python: {error.msg}", min(position, len(self._text))) from None
        except (ValueError, RecursionError, MemoryError):
            raise wrong("the code is nested too deeply, or holds characters that Python does not take") from None

    def knows(self, name: str) -> bool:
        """Whether a name is that of a class of layers."""
        return name in _KNOWN

    def layers(self, call: ast.Call, scope: Scope) -> Iterator[CodeLayer]:
        """The layer of a call; none of one that says the shape of the input."""
        name = name_of(call)
        if name in INPUTS:
            said = self._arguments(call, _OF_INPUT, call.args, scope)
            self.take_input(said.get("shape", said.get("input_shape")), call)
        elif name in OF_NOTHING:
            return
        elif name in FUNCTIONS:
            yield self.checked(call, "activation", {"function": FUNCTIONS[name]})
        elif name in OF_BOTH:
            tag, field = OF_BOTH[name]
            given = [self._constant(argument, scope) for argument in call.args[:1]]
            yield self.checked(call, tag, {field: given[0]} if field and given else {})
        elif name in CLASSES:
            yield self.of_row(call, CLASSES[name], call.args, scope)
        else:
            known = [*CLASSES, *FUNCTIONS, *OF_BOTH]
            raise self.error(f"unknown layer `{name[:40]}`{did_you_mean(name, known)}", call)

    def of_row(self, call: ast.Call, row: LayerClass, arguments: Sequence[ast.expr], scope: Scope) -> CodeLayer:
        """The layer that a row makes of a call with these arguments in order."""
        name = name_of(call)
        if self.library not in (None, row.library):
            raise self.error(f"{name} is of {row.library}, the layers before it are of {self.library}", call)
        self.library = row.library
        counted = {
            argument: field or ("" if argument in row.only else None) for argument, field in row.arguments.items()
        }
        given = self._arguments(call, counted, arguments, scope)
        for argument, allowed in row.only.items():
            if argument in given and given[argument] not in allowed:
                raise self.error(f"{name} with {argument}={given[argument]!r} cannot be counted", call)
        fields: dict[str, Any] = dict(row.fixed)
        for argument, value in given.items():
            field = row.arguments[argument]
            if field is not None and value is not None:
                fields[field] = row.words.get(value.lower(), value.lower()) if isinstance(value, str) else value
        self.take_input(fields.pop(INPUT, None), call)
        takes = fields.pop(TAKES, None)
        defaults = DEFAULTS.get(f"{row.library} {row.tag}", {})
        layer = self.checked(call, row.tag, row.completed({**defaults, **fields}))
        return replace(layer, takes=takes if isinstance(takes, int) else None)

    def joining(self, node: ast.expr | ast.stmt, tag: str, others: Sequence[int]) -> CodeLayer:
        """The layer that joins to its input the outputs of the others, by their numbers."""
        return self.checked(node, tag, {"with": list(others)})

    def take_input(self, shape: Any, call: ast.Call) -> None:
        if shape is None:
            return
        sizes = shape if isinstance(shape, list) else [shape]
        if not all(isinstance(size, int) for size in sizes):
            raise self.error("expected the shape of the input in numbers, such as (28, 28, 1)", call)
        self.library = Library.KERAS
        self.input = tuple(sizes)

    def checked(self, node: ast.expr | ast.stmt, tag: str, fields: Mapping[str, Any]) -> CodeLayer:
        """The layer with its fields checked as those of a file are."""
        try:
            layer = _LAYER.validate_python({tag: {name: _as_typed(value) for name, value in fields.items()}})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            what = f"missing `{first['loc'][-1]}`" if first["type"] == "missing" else first["msg"]
            raise self.error(f"{name_of(node)}: {what}", node) from None
        return CodeLayer(layer, None, ast.get_source_segment(self._text, node) or "")

    def _arguments(
        self,
        call: ast.Call,
        names: Mapping[str, str | None],
        arguments: Sequence[ast.expr],
        scope: Scope,
        also: Container[str] = (),
    ) -> dict[str, Any]:
        """The values of a call's arguments by name, but for those that change nothing (None) and are not wanted."""
        if len(arguments) > len(names):
            raise self.error(f"{name_of(call)} takes at most {len(names)} arguments here", call)
        given = dict(zip(names, arguments, strict=False))
        for keyword in call.keywords:
            if keyword.arg is None or keyword.arg not in names:
                near = did_you_mean(str(keyword.arg), list(names))
                raise self.error(
                    f"{name_of(call)} has no argument `{keyword.arg}` that is known here{near}", keyword.value
                )
            given[keyword.arg] = keyword.value
        return {
            name: self._constant(node, scope) for name, node in given.items() if names[name] is not None or name in also
        }

    def _constant(self, node: ast.expr, scope: Scope) -> Any:
        """The value of an argument, which is to be a constant."""
        value = self._value(node, scope)
        if value is not None and not is_constant(value):
            raise self.error("expected a number, a text or a tuple: the code is read, not run", node)
        return value

    def value(self, node: ast.expr, scope: Scope, depth: int = 0) -> Any:
        """A constant, the name of one, arithmetic of whole numbers, or a tuple of them."""
        if depth > DEEPEST:
            raise self.error("nested too deeply", node)
        match node:
            case ast.Constant(value=bool() | int() | float() | str() | None as value):
                return value
            case ast.Name(id=name) if is_constant(scope.get(name)):
                return scope[name]
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if is_constant(attribute(scope, owner, name)):
                return attribute(scope, owner, name)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return [self.value(item, scope, depth + 1) for item in items]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self._number(operand, scope, depth + 1)
            case ast.BinOp(left=left, right=right):
                return self.arithmetic(node, [self.value(side, scope, depth + 1) for side in (left, right)])
        raise self.error("expected a number, a text or a tuple: the code is read, not run", node)

    def arithmetic(self, node: ast.BinOp, parts: Sequence[Any]) -> int:
        """A sum, difference, product or whole quotient of two whole numbers."""
        for side, part in zip((node.left, node.right), parts, strict=True):
            if not isinstance(part, int) or abs(part) > _LARGEST:
                raise self.error("expected a whole number", side)
        if type(node.op) not in _OPERATIONS:
            raise self.error("expected a number, a text or a tuple: the code is read, not run", node)
        if isinstance(node.op, ast.FloorDiv) and not parts[1]:
            raise self.error("expected a number other than 0 to divide by", node.right)
        return _OPERATIONS[type(node.op)](*parts)

    def _number(self, node: ast.expr, scope: Scope, depth: int) -> int:
        value = self.value(node, scope, depth)
        if not isinstance(value, int) or abs(value) > _LARGEST:
            raise self.error("expected a whole number", node)
        return value

    def error(self, message: str, node: ast.stmt | ast.expr) -> PydanticCustomError:
        """The error at the place of a node; its column counts bytes."""
        line = self._text.splitlines()[node.lineno - 1].encode()
        return wrong(message, self._starts[node.lineno - 1] + len(line[: node.col_offset].decode(errors="ignore")))


def is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_constant(value: Any) -> bool:
    return isinstance(value, bool | int | float | str | list)


def attribute(scope: Scope, owner: str, name: str) -> Any:
    """What ``owner.name`` stands for, where the owner is an object whose attributes are known."""
    return getattr(scope.get(owner), "attributes", {}).get(name)


def name_of(node: ast.AST) -> str:
    """The last part of what is called: ``Conv2d`` of ``nn.Conv2d(…)``."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _as_typed(value: Any) -> Any:
    """A value as the fields of a file have it, where numbers are texts."""
    if isinstance(value, list):
        return [_as_typed(item) for item in value]
    return NumberText(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
