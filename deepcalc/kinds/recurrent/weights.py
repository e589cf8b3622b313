"""The weights of the gates, cut out of those that a framework stacks; the states before the first step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.kinds._arrays import WEIGHTS, ArrayWriter
from deepcalc.kinds.recurrent.fields import OUTPUT_WEIGHTS
from deepcalc.kinds.recurrent.naming import Strand, named
from deepcalc.notation.array_nodes import array
from deepcalc.notation.nodes import ZERO
from deepcalc.notation.shapes import Shape, is_concrete, shape_text, size_text
from deepcalc.rules.recurrent import Line, Stack

OF_GATES = "Weights of the gates"
INITIAL = "Initial state"


@dataclass
class Stacked:
    """What a stacked array is made of: the gates' own parts in order; a second row for biases of the state."""

    axis: int
    rows: dict[int, list[str]] = field(default_factory=dict)

    def joined(self, part: Callable[[str], str], axes: int) -> str:
        """The array of so many axes put together again, of what each part is turned into."""
        rows = [", ".join(map(part, names)) for _, names in sorted(self.rows.items())]
        if axes == 2 and len(rows) == 2:
            return f"[{', '.join(f'concat({row})' for row in rows)}]"
        return f"concat({', '.join(rows)}, axis={self.axis})"


def add_weights(writer: ArrayWriter, strand: Strand) -> Mapping[str, Stacked]:
    """Add a cell's weights as they are given, and of stacked ones those of each gate; what each stack is made of."""
    for name, value in strand.own.weights.items():
        own = named(strand.fields, name) if name in OUTPUT_WEIGHTS else strand.named(name)
        writer.given(own, value, (*strand.origin, "weights", name), WEIGHTS)
    stack = strand.fields.stack
    return {} if stack is None else _Cutter(writer, strand, stack).cut()


class _Cutter:
    def __init__(self, writer: ArrayWriter, strand: Strand, stack: Stack) -> None:
        self._writer = writer
        self._strand = strand
        self._fields = strand.fields
        self._stack = stack
        self._order = stack.orders[strand.fields.cell]
        self._units = 0
        self._stacked: dict[str, Stacked] = {}

    def cut(self) -> Mapping[str, Stacked]:
        stack = self._stack
        gates = {line.stem: line for line in self._fields.row.gates}
        self._units = self._unit_count()
        for index, stem in enumerate(self._order):
            line = gates[stem]
            assert line.weights is not None
            self._part(line.weights.input, stack.input, index, line)
            self._part(line.weights.recurrent, stack.recurrent, index, line)
            self._biases(line, index)
        for index, stem in enumerate(stack.peephole_order if self._fields.peepholes else ""):
            self._vector(gates[stem].peephole, stack.peephole, index * self._units, gates[stem])
        return self._stacked

    def _unit_count(self) -> int:
        name, axis, gates = self._stack.recurrent, self._stack.axis, len(self._order)
        shape = self._shape(name)
        if len(shape) != 2 or not is_concrete(shape) or shape[axis] != gates * shape[1 - axis]:
            wanted = f"{gates}·units × units" if axis == 0 else f"units × {gates}·units"
            raise FieldError([Fault(self._origin(name), f"{name} is {wanted}, not {shape_text(shape)}")])
        return int(shape[1 - axis])

    def _shape(self, name: str) -> Shape:
        return self._writer.graph.shape(self._name(name))

    def _part(self, name: str, whole: str, index: int, line: Line) -> None:
        first, last = index * self._units + 1, (index + 1) * self._units
        at = f"{first}:{last}" if self._stack.axis == 0 else f":, {first}:{last}"
        if len(self._shape(whole)) != 2:
            message = (
                f"{whole} is a matrix with the gates {', '.join(self._order)}, not {shape_text(self._shape(whole))}"
            )
            raise FieldError([Fault(self._origin(whole), message)])
        self._add(name, f"{self._name(whole)}[{at}]", whole, line, self._stack.axis)

    def _biases(self, line: Line, index: int) -> None:
        """The bias of a gate, and the one that is added to the product with the state."""
        assert line.weights is not None
        stack, at = self._stack, index * self._units
        if stack.bias in self._strand.own.weights:
            shape = self._shape(stack.bias)
            if len(shape) == 2:
                for row, name in enumerate((line.weights.bias, line.weights.recurrent_bias), start=1):
                    text = f"{self._name(stack.bias)}[{row}, {at + 1}:{at + self._units}]"
                    self._add(name, text, stack.bias, line, row=row)
            else:
                self._vector(line.weights.bias, stack.bias, at, line)
                if stack.joint_bias and shape == (2 * len(self._order) * self._units,):
                    after = at + len(self._order) * self._units
                    self._vector(line.weights.recurrent_bias, stack.bias, after, line, row=2)
        if stack.recurrent_bias in self._strand.own.weights:
            self._vector(line.weights.recurrent_bias, stack.recurrent_bias, at, line)

    def _vector(self, name: str, whole: str, start: int, line: Line, row: int = 1) -> None:
        if whole not in self._strand.own.weights:
            raise FieldError([Fault(("peepholes",), f"missing {whole} in `weights`: the peepholes")])
        self._add(name, f"{self._name(whole)}[{start + 1}:{start + self._units}]", whole, line, row=row)

    def _add(self, name: str, text: str, whole: str, line: Line, axis: int = 0, row: int = 1) -> None:
        self._writer.add(self._name(name), text, self._origin(whole), line.note, OF_GATES)
        stacked = self._stacked.setdefault(self._name(whole), Stacked(axis))
        stacked.rows.setdefault(row, []).append(self._name(name))

    def _name(self, name: str) -> str:
        return self._strand.named(name)

    def _origin(self, name: str) -> Location:
        return (*self._strand.origin, "weights", name)


def initial_state(strand: Strand, writer: ArrayWriter, state: str) -> Any:
    """The state before the first step: as given, or zero (a formula where sizes are letters)."""
    if state in strand.own.initial:
        return strand.own.initial[state]
    shape = _state_shape(strand, writer)
    if not is_concrete(shape):
        return f"zeros({', '.join(map(size_text, shape))})"
    return array([ZERO] * (shape[0] if shape else 1), shape)


def _state_shape(strand: Strand, writer: ArrayWriter) -> Shape:
    """The shape of what is fed back, by the weights through which it goes."""
    fields = strand.fields
    weights = fields.row.gates[0].weights
    assert weights is not None
    name = weights.input if fields.joined is not None else weights.recurrent
    shape = writer.graph.shape(strand.named(name))
    if fields.joined is not None:
        return shape[1:] if fields.as_rows else shape[:-1]
    if len(shape) < 2:
        return ()
    return shape[:1] if fields.as_rows else shape[1:]
