"""Evaluation in the float domain: a graph compiled once to a flat program, run many times.

Inputs may be Python floats or NumPy arrays, which are worked on element by element with NumPy's
broadcasting. Arithmetic follows IEEE 754: what has no value is ``inf`` or ``nan``, nothing is raised.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

from deepcalc.graph.graph import Given, Graph, Letter, value_of_given
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.nodes import (
    Call,
    Cases,
    Constant,
    Literal,
    Name,
    Negative,
    Over,
    Plus,
    Power,
    Times,
    Value,
    names_in,
)


class Scalars:
    """The functions of NumPy that the rows of ``FUNCTIONS`` use, for single floats (ten times as fast there)."""

    abs = staticmethod(abs)
    tanh = staticmethod(math.tanh)

    @staticmethod
    def sin(x: float) -> float:
        return math.sin(x) if math.isfinite(x) else math.nan

    @staticmethod
    def cos(x: float) -> float:
        return math.cos(x) if math.isfinite(x) else math.nan

    @staticmethod
    def cosh(x: float) -> float:
        try:
            return math.cosh(x)
        except OverflowError:
            return math.inf

    @staticmethod
    def sinh(x: float) -> float:
        try:
            return math.sinh(x)
        except OverflowError:
            return math.copysign(math.inf, x)

    @staticmethod
    def floor(x: float) -> float:
        return float(math.floor(x)) if math.isfinite(x) else x

    @staticmethod
    def ceil(x: float) -> float:
        return float(math.ceil(x)) if math.isfinite(x) else x

    @staticmethod
    def exp(x: float) -> float:
        try:
            return math.exp(x)
        except OverflowError:
            return math.inf

    @staticmethod
    def log(x: float) -> float:
        return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan

    @staticmethod
    def log2(x: float) -> float:
        return math.log2(x) if x > 0 else -math.inf if x == 0 else math.nan

    @staticmethod
    def log10(x: float) -> float:
        return math.log10(x) if x > 0 else -math.inf if x == 0 else math.nan

    @staticmethod
    def sqrt(x: float) -> float:
        return math.sqrt(x) if x >= 0 else math.nan

    @staticmethod
    def maximum(a: float, b: float) -> float:
        return math.nan if a != a or b != b else max(a, b)

    @staticmethod
    def minimum(a: float, b: float) -> float:
        return math.nan if a != a or b != b else min(a, b)

    @staticmethod
    def where(condition: bool, yes: Any, no: Any) -> Any:
        return yes if condition else no

    @staticmethod
    def divide(a: float, b: float) -> float:
        try:
            return a / b
        except ZeroDivisionError:
            return math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b)

    @staticmethod
    def power(a: float, b: float) -> float:
        try:
            result = a**b
        except ZeroDivisionError:
            return math.inf
        except OverflowError:
            return -math.inf if a < 0 and b % 2 == 1 else math.inf
        return math.nan if isinstance(result, complex) else result


_Instruction = tuple[Callable[..., Any], int, Any, int]  # function, target, source or sources, second source
_ONE_SOURCE, _MANY_SOURCES = -1, -2


class Program:
    """The quantities that were asked for, compiled; ``inputs`` are the names whose values can be set."""

    def __init__(self, graph: Graph, names: Iterable[str], inputs: Iterable[str] = ()) -> None:
        self._names = tuple(names)
        self._slots: list[Any] = []
        self._scalar: list[_Instruction] = []
        self._array: list[_Instruction] | None = None
        self._graph = graph
        self._inputs = tuple(inputs)
        self._place: dict[str, int] = {}
        self._of_arrays = graph.has_arrays
        if not self._of_arrays:
            self._scalar = self._compile(Scalars)
        else:
            import numpy

            self._array = self._compile(numpy)

    @property
    def inputs(self) -> frozenset[str]:
        return frozenset(self._settable)

    def run(self, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The values of the asked quantities: with ``values`` of inputs in place of the given ones.

        Values are floats, or arrays of shapes that broadcast together: of a quantity's own shape, or with one axis
        before it, along which there are many points. ``KeyError`` for what is no input.
        """
        given = values or {}
        slots = self._slots.copy()
        if not self._of_arrays and all(isinstance(value, int | float) for value in given.values()):
            for name, value in given.items():
                slots[self._settable[name]] = float(value)
            self.execute(self._scalar, slots)
        else:
            import numpy

            for name, value in given.items():
                slots[self._settable[name]] = numpy.asarray(value, dtype=float)
            if self._array is None:
                self._array = self._compile(numpy)
            with numpy.errstate(all="ignore"):
                self.execute(self._array, slots)
        return {name: slots[self._place[name]] for name in self._names}

    @staticmethod
    def execute(code: list[_Instruction], slots: list[Any]) -> None:
        """Carry the instructions out, one after another."""
        for function, target, source, second in code:
            if second >= 0:
                slots[target] = function(slots[source], slots[second])
            elif second == _ONE_SOURCE:
                slots[target] = function(slots[source])
            else:
                slots[target] = function(*[slots[index] for index in source])

    def _compile(self, xp: type[Scalars] | ModuleType) -> list[_Instruction]:
        writer = self._writer(xp)
        self._settable: dict[str, int] = {}
        for name in self._graph.ancestors(self._names, stop=self._inputs):
            quantity = self._graph[name]
            if quantity.given is not None:
                writer.places[name] = self._settable[name] = writer.constant(_given_floats(quantity.given))
            elif name in self._inputs:
                writer.places[name] = self._settable[name] = writer.constant(math.nan)
            else:
                writer.places[name] = writer.write(self._graph.evaluated_form(name, self._inputs))
        self._slots = writer.slots
        self._place = writer.places
        return writer.code

    def _writer(self, xp: type[Scalars] | ModuleType) -> Writer:
        if not self._of_arrays:
            return Writer(xp)
        from deepcalc.graph.array_floats import ArrayWriter

        return ArrayWriter(xp, self._graph)


class Formula:
    """One expression of numbers, compiled: its value from the values of its names.

    They are single floats, or what the ``writer``'s instructions work on.
    """

    def __init__(self, expression: Any, writer: Writer | None = None) -> None:
        writer = Writer(Scalars) if writer is None else writer
        self.names = names_in(expression)
        for name in self.names:
            writer.places[name] = writer.constant(math.nan)
        self._places = dict(writer.places)
        self._result = writer.write(expression)
        self._slots, self._code = writer.slots, writer.code

    def value(self, values: Mapping[str, Any]) -> Any:
        slots = self._slots.copy()
        for name, place in self._places.items():
            slots[place] = values[name]
        Program.execute(self._code, slots)
        return slots[self._result]


def _given_floats(given: Given) -> Any:
    """What is given as a float or an array of them; a letter has none yet."""
    if isinstance(given, Literal):
        return _nearest(given.value)
    if isinstance(given, Letter):
        return math.nan
    from deepcalc.graph.array_floats import floats_of

    return floats_of(value_of_given(given))


def _nearest(value: Value) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


class Writer:
    """Turns expressions into instructions; the value of an expression is the slot it will stand in."""

    def __init__(self, xp: Any) -> None:
        self.xp = xp
        self.slots: list[Any] = []
        self.code: list[_Instruction] = []
        self.places: dict[str, int] = {}

    def constant(self, value: float) -> int:
        self.slots.append(value)
        return len(self.slots) - 1

    def write(self, node: Any) -> int:
        return _WRITE[type(node)](self, node)

    def binary(self, function: Callable[..., Any], first: int, second: int) -> int:
        target = self.constant(math.nan)
        self.code.append((function, target, first, second))
        return target

    def unary(self, function: Callable[..., Any], source: int) -> int:
        target = self.constant(math.nan)
        self.code.append((function, target, source, _ONE_SOURCE))
        return target

    def many(self, function: Callable[..., Any], sources: list[int]) -> int:
        target = self.constant(math.nan)
        self.code.append((function, target, tuple(sources), _MANY_SOURCES))
        return target

    def plus(self, node: Any) -> int:
        result = self.write(node.args[0])
        for term in node.args[1:]:
            taken = isinstance(term, Negative)
            source = self.write(term.args[0] if taken else term)
            result = self.binary(operator.sub if taken else operator.add, result, source)
        return result

    def times(self, node: Any) -> int:
        result = self.write(node.args[0])
        for factor in node.args[1:]:
            result = self.binary(operator.mul, result, self.write(factor))
        return result

    def over(self, node: Any) -> int:
        return self.binary(self.xp.divide, self.write(node.args[0]), self.write(node.args[1]))

    def power(self, node: Any) -> int:
        base = self.write(node.args[0])
        if node.args[1] == Literal("2"):
            return self.binary(operator.mul, base, base)
        return self.binary(self.xp.power, base, self.write(node.args[1]))

    def call(self, node: Any) -> int:
        xp, floats = self.xp, FUNCTIONS[node.function].floats
        sources = [self.write(argument) for argument in node.arguments]
        if len(sources) == 1:
            return self.unary(lambda x: floats(xp, x), sources[0])
        return self.many(lambda *values: floats(xp, *values), sources)

    def cases(self, node: Any) -> int:
        result = self.write(node.otherwise)
        for value, condition in reversed(node.branches):
            result = self.many(self.xp.where, [self.condition(condition), self.write(value), result])
        return result

    def condition(self, node: Any) -> int:
        sources = [self.write(operand) for operand in node.operands]
        tests = [
            self.binary(_COMPARE[symbol], left, right)
            for symbol, left, right in zip(node.operators, sources, sources[1:], strict=False)
        ]
        result = tests[0]
        for test in tests[1:]:
            result = self.binary(operator.and_, result, test)
        return result


_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}

_WRITE: Mapping[type, Callable[[Writer, Any], int]] = {
    Name: lambda writer, node: writer.places[node.name],
    Literal: lambda writer, node: writer.constant(_nearest(node.value)),
    Constant: lambda writer, node: writer.constant(_nearest(node.value)),
    Plus: Writer.plus,
    Times: Writer.times,
    Negative: lambda writer, node: writer.unary(operator.neg, writer.write(node.args[0])),
    Over: Writer.over,
    Power: Writer.power,
    Call: Writer.call,
    Cases: Writer.cases,
}
