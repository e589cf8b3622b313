"""Evaluation in the float domain: a graph compiled once to a flat program, run many times.

Inputs may be Python floats or NumPy arrays, which are worked on element by element with NumPy's
broadcasting. Arithmetic follows IEEE 754: what has no value is ``inf`` or ``nan``, nothing is raised.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

from deepcalc.graph.givens import value_of_given
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Given, Letter
from deepcalc.notation.arithmetic import nearest
from deepcalc.notation.nodes import Literal, Node, names_in
from deepcalc.notation.scalars.table import SCALARS


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


class CompiledFormula:
    """One expression of numbers, compiled: its value from the values of its names.

    They are single floats, or what the ``writer``'s instructions work on.
    """

    def __init__(self, expression: Node, writer: Writer | None = None) -> None:
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
        return nearest(given.value)
    if isinstance(given, Letter):
        return math.nan
    from deepcalc.graph.array_floats import floats_of

    return floats_of(value_of_given(given))


_WRITE = {node: row.floats for node, row in SCALARS.items() if row.floats is not None}


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

    def write(self, node: Node) -> int:
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
