"""A PyTorch or Keras ``Sequential`` as its layers: the code is read as a syntax tree, and never run."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainValidator, TypeAdapter, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from deepcalc.errors import did_you_mean
from deepcalc.fields.types import described, wrong
from deepcalc.kinds._layers import LayerField, LayerFields
from deepcalc.kinds._sizes import ChannelOrder
from deepcalc.notation.typed import NumberText
from deepcalc.rules.frameworks import (
    CLASSES,
    DEFAULTS,
    FUNCTIONS,
    INPUT,
    INPUTS,
    OF_BOTH,
    TAKES,
    LayerClass,
    Library,
)

LONGEST_CODE = 20_000
MOST_LAYERS = 500
_DEEPEST = 50

_TYPOGRAPHIC = str.maketrans({**dict.fromkeys("‘’‚′", "'"), **dict.fromkeys("“”„″", '"'), "−": "-", "\u00a0": " "})
"""Signs of typesetting in code that was copied from a page, each with the one that is meant."""

_LAYER: TypeAdapter[LayerFields] = TypeAdapter(LayerField)


@dataclass(frozen=True)
class CodeLayer:
    """A layer of the code: its fields, how many channels or values it says that it takes, and its call as written."""

    layer: LayerFields
    takes: int | None
    written: str


@dataclass(frozen=True)
class Code:
    """The layers of a ``Sequential``, and the shape of its input where the code says it, as it is written."""

    library: Library
    layers: tuple[CodeLayer, ...]
    input: tuple[int, ...] | None

    @property
    def order(self) -> ChannelOrder:
        """The order of the sizes that is the library's own."""
        return ChannelOrder.FIRST if self.library is Library.PYTORCH else ChannelOrder.LAST


def read_code(value: Any) -> Code:
    """The layers that a text of Python says; an error of the field at the place in the text where it cannot be read."""
    if isinstance(value, Code):
        return value
    if not isinstance(value, str) or not value.strip():
        raise wrong(f"expected nn.Sequential(…) or keras.Sequential([…]), found {described(value)}")
    if len(value) > LONGEST_CODE:
        raise wrong(f"expected at most {LONGEST_CODE:,} characters of code, found {len(value):,}")
    return _Reader(value.translate(_TYPOGRAPHIC)).code()


class _Reader:
    """Walks the syntax tree of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._library: Library | None = None
        self._input: tuple[int, ...] | None = None

    def code(self) -> Code:
        calls = list(self._calls())
        layers = [layer for call in calls for layer in self._layer(call)]
        if not layers:
            raise wrong("there is no layer in the code", 0)
        if len(layers) > MOST_LAYERS:
            raise wrong(f"expected at most {MOST_LAYERS} layers, found {len(layers)}")
        return Code(self._library or Library.PYTORCH, tuple(layers), self._input)

    def _calls(self) -> Iterator[ast.Call]:
        """The calls that make the layers, in order."""
        for statement in self._tree().body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                continue
            value = statement.value if isinstance(statement, ast.Assign | ast.Expr) else None
            if not isinstance(value, ast.Call):
                raise self._error("expected a Sequential of layers; of code, only that is read", statement)
            if isinstance(value.func, ast.Attribute) and value.func.attr == "add":
                yield from self._flat(value.args, 0)
            elif _name(value) == "Sequential":
                yield from self._flat([value], 0)
            else:
                raise self._error("expected nn.Sequential(…) or keras.Sequential([…])", value)

    def _tree(self) -> ast.Module:
        try:
            return ast.parse(self._text)
        except SyntaxError as error:
            line, column = error.lineno or 1, error.offset or 1
            position = self._starts[min(line, len(self._starts)) - 1] + column - 1
            raise wrong(f"not valid Python: {error.msg}", min(position, len(self._text))) from None
        except (ValueError, RecursionError, MemoryError):
            raise wrong("the code is nested too deeply, or holds characters that Python does not take") from None

    def _flat(self, nodes: Sequence[ast.expr], depth: int) -> Iterator[ast.Call]:
        """The calls in lists and in a Sequential inside another."""
        for node in nodes:
            if depth > _DEEPEST:
                raise self._error("nested too deeply", node)
            if isinstance(node, ast.List | ast.Tuple):
                yield from self._flat(node.elts, depth + 1)
            elif isinstance(node, ast.Call) and _name(node) == "Sequential":
                yield from self._flat(node.args, depth + 1)
            elif isinstance(node, ast.Call):
                yield node
            else:
                raise self._error("expected a layer such as Conv2d(3, 8, 5)", node)

    def _layer(self, call: ast.Call) -> Iterator[CodeLayer]:
        name = _name(call)
        if name in INPUTS:
            self._take_input(self._arguments(call, ("shape",)).get("shape"), call)
            return
        if name in FUNCTIONS:
            yield self._checked(call, "activation", {"function": FUNCTIONS[name]})
        elif name in OF_BOTH:
            tag, field = OF_BOTH[name]
            given = [self._value(argument) for argument in call.args[:1]]
            yield self._checked(call, tag, {field: given[0]} if field and given else {})
        elif name in CLASSES:
            yield self._of_class(call, name, CLASSES[name])
        else:
            known = [*CLASSES, *FUNCTIONS, *OF_BOTH]
            raise self._error(f"unknown layer `{name[:40]}`{did_you_mean(name, known)}", call)

    def _of_class(self, call: ast.Call, name: str, row: LayerClass) -> CodeLayer:
        if self._library not in (None, row.library):
            raise self._error(f"{name} is of {row.library}, the layers before it are of {self._library}", call)
        self._library = row.library
        given = self._arguments(call, tuple(row.arguments))
        for argument, allowed in row.only.items():
            if argument in given and given[argument] not in allowed:
                raise self._error(f"{name} with {argument}={given[argument]!r} cannot be counted", call)
        fields: dict[str, Any] = dict(row.fixed)
        for argument, value in given.items():
            field = row.arguments[argument]
            if field is not None and value is not None:
                fields[field] = row.words.get(value, value) if isinstance(value, str) else value
        self._take_input(fields.pop(INPUT, None), call)
        takes = fields.pop(TAKES, None)
        defaults = DEFAULTS.get(f"{row.library} {row.tag}", {})
        layer = self._checked(call, row.tag, row.completed({**defaults, **fields}))
        return CodeLayer(layer.layer, takes if isinstance(takes, int) else None, layer.written)

    def _take_input(self, shape: Any, call: ast.Call) -> None:
        if shape is None:
            return
        sizes = shape if isinstance(shape, list) else [shape]
        if not all(isinstance(size, int) for size in sizes):
            raise self._error("expected the shape of the input in numbers, such as (28, 28, 1)", call)
        self._library = Library.KERAS
        self._input = tuple(sizes)

    def _checked(self, call: ast.Call, tag: str, fields: Mapping[str, Any]) -> CodeLayer:
        """The layer with its fields checked as those of a file are."""
        try:
            layer = _LAYER.validate_python({tag: {name: _as_typed(value) for name, value in fields.items()}})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            what = f"missing `{first['loc'][-1]}`" if first["type"] == "missing" else first["msg"]
            raise self._error(f"{_name(call)}: {what}", call) from None
        return CodeLayer(layer, None, ast.get_source_segment(self._text, call) or "")

    def _arguments(self, call: ast.Call, names: Sequence[str]) -> dict[str, Any]:
        """The values of a call's arguments by name."""
        if len(call.args) > len(names):
            raise self._error(f"{_name(call)} takes at most {len(names)} arguments here", call)
        given = dict(zip(names, map(self._value, call.args), strict=False))
        for keyword in call.keywords:
            if keyword.arg is None or keyword.arg not in names:
                near = did_you_mean(str(keyword.arg), list(names))
                raise self._error(
                    f"{_name(call)} has no argument `{keyword.arg}` that is known here{near}", keyword.value
                )
            given[keyword.arg] = self._value(keyword.value)
        return given

    def _value(self, node: ast.expr, depth: int = 0) -> Any:
        """A constant, a product of whole numbers, or a tuple of them; a name stands for the text that it is."""
        if depth > _DEEPEST:
            raise self._error("nested too deeply", node)
        match node:
            case ast.Constant(value=bool() | int() | float() | str() | None as value):
                return value
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return [self._value(item, depth + 1) for item in items]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self._number(operand, depth + 1)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
                return _OPERATIONS[type(op)](self._number(left, depth + 1), self._number(right, depth + 1))
        raise self._error("expected a number, a text or a tuple: the code is read, not run", node)

    def _number(self, node: ast.expr, depth: int) -> int:
        value = self._value(node, depth)
        if not isinstance(value, int) or abs(value) > _LARGEST:
            raise self._error("expected a whole number", node)
        return value

    def _error(self, message: str, node: ast.stmt | ast.expr) -> PydanticCustomError:
        """The error at the place of a node; its column counts bytes."""
        line = self._text.splitlines()[node.lineno - 1].encode()
        return wrong(message, self._starts[node.lineno - 1] + len(line[: node.col_offset].decode(errors="ignore")))


_LARGEST = 10**12
_OPERATIONS: Mapping[type, Callable[[int, int], int]] = {
    ast.Mult: operator.mul,
    ast.Add: operator.add,
    ast.Sub: operator.sub,
}


def _name(call: ast.Call) -> str:
    """The last part of what is called: ``Conv2d`` of ``nn.Conv2d(…)``."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _as_typed(value: Any) -> Any:
    """A value as the fields of a file have it, where numbers are texts."""
    if isinstance(value, list):
        return [_as_typed(item) for item in value]
    return NumberText(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


CodeField = Annotated[Any, PlainValidator(read_code), WithJsonSchema({"type": "string"})]
