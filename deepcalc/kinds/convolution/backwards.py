"""The plan of `convolution` where a size is to be found: all whole numbers that lead to the wanted size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.graph.evaluation import evaluate, value_of
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._backwards import Unknown, unknowns
from deepcalc.kinds._extents import Extent
from deepcalc.kinds._layer_names import AXIS_LETTERS, PER_AXIS_LETTERS
from deepcalc.kinds._layer_words import settings
from deepcalc.kinds._layer_writer import SIZES, LayerWriter
from deepcalc.kinds._letters import Size
from deepcalc.kinds._measures import measures_of, way_of_padding
from deepcalc.kinds._passages import Passage, location
from deepcalc.kinds._sizes import UNKNOWN
from deepcalc.kinds.convolution.made import Network
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import ONE, ZERO, Call, Literal, Name, Negative, Node, Plus, names_in, number
from deepcalc.plan import Composite, PartPlan, Plan
from deepcalc.plan.statement import Statement
from deepcalc.records import record
from deepcalc.rules.inverses import INPUTS, SOLVED_FOR, Bounds
from deepcalc.rules.sizes import SAME, lettered, reach_of

MOST_LISTED = 12
"""So many solutions are listed one by one; of more the least and the greatest."""


def build_backwards(network: Network) -> Plan:
    """Forward to the unknown, back from the wanted size, and the solutions between two bounds along each axis."""
    (unknown,) = unknowns(network.input, network.layers)
    graph = Graph()
    layers = _layers(network)
    composites, counts = [], []
    for axis in _axes(network, layers):
        column = _Column(graph, network, layers, unknown, axis, _suffix(network, layers, axis))
        composites.append(column.solved())
        counts.append(column.count)
    answers = tuple(composite.name for composite in composites)
    asked = (*(name for name, of in zip(answers, composites, strict=True) if of.components), *counts)
    return Plan(
        graph,
        (PartPlan("a", asked),),
        _statement(network, layers, unknown),
        composites=tuple(composite for composite in composites if composite.components),
        aliases=_aliases(unknown, answers),
    )


def _aliases(unknown: Unknown, answers: Sequence[str]) -> dict[str, str]:
    """The field's own name for the one answer, where it is one."""
    return {unknown.field: answers[0]} if len(answers) == 1 else {}


def _layers(network: Network) -> list[Passage]:
    """The layers as they stand; their shapes are what is to be found."""
    axes = network.input.axes
    unknown = Extent(tuple(UNKNOWN for _ in axes), network.input.channels, tuple(range(len(axes))))
    found = []
    for place, layer in enumerate(network.layers, start=1):
        measures = {field: values for field, values in measures_of(layer, axes).items() if values is not None}
        found.append(Passage(place, layer, (place - 1,), unknown, unknown, measures))
    return found


def _axes(network: Network, layers: Sequence[Passage]) -> list[int]:
    """The axes that are worked out: each one that no axis before it is like."""
    rows = [_row(network, layers, axis) for axis in range(len(network.input.axes))]
    return [axis for axis, row in enumerate(rows) if rows.index(row) == axis]


def _row(network: Network, layers: Sequence[Passage], axis: int) -> list[Any]:
    """All that is given along an axis."""
    wanted = (network.wanted.along(network.input.axes) or ()) if network.wanted else ()
    measures = [values[axis] for passage in layers for values in passage.measures.values()]
    return [network.input.sizes[axis], wanted[axis], *measures]


def _suffix(network: Network, layers: Sequence[Passage], axis: int) -> str:
    """The axis in the name of an answer, where there are several."""
    several = len(_axes(network, layers)) > 1
    return AXIS_LETTERS[network.input.axes[axis]] if several else ""


@record
class _Column:
    """One axis: its sizes behind each layer, forward and backward."""

    graph: Graph
    network: Network
    layers: Sequence[Passage]
    unknown: Unknown
    axis: int
    suffix: str

    @property
    def letter(self) -> str:
        return AXIS_LETTERS[self.network.input.axes[self.axis]]

    @property
    def answer(self) -> str:
        """The name of what is to be found: ``P1``, ``PH1``; of the input ``H0``."""
        if not self.unknown.layer:
            return f"{self.letter}0"
        return f"{PER_AXIS_LETTERS[self.unknown.field]}{self.suffix}{self.unknown.layer}"

    @property
    def count(self) -> str:
        return f"solutions{self.suffix}"

    def solved(self) -> Composite:
        """The bounds and the number of solutions in the graph; the solutions, or the first and the last of many."""
        self._given()
        output = Bounds(Name(self._wanted), Name(self._wanted))
        for passage in reversed(self.layers[self.unknown.layer :]):
            output = self._bounds(self._size(passage.number - 1), passage, INPUTS[passage.rule.size], output, ONE)
        if self.unknown.layer:
            passage = self.layers[self.unknown.layer - 1]
            solve, least = SOLVED_FOR[self.unknown.field]
            if self.unknown.field == "stride":
                self._check_stride(passage, output)
            output = self._bounds(self.answer, passage, solve, output, least)
        separator = ", " if 1 < self._count(output) <= MOST_LISTED else " … "
        return Composite(self.answer, tuple(self._solutions(output)), separator)

    def _count(self, bounds: Bounds) -> int:
        return int(self._value(bounds.most) - self._value(bounds.least)) + 1

    def _given(self) -> None:
        """What is given along the axis, and the sizes before the unknown."""
        size = self.network.input.sizes[self.axis]
        if size != UNKNOWN:
            self._add_given(self._size(0), size, "Input", ("input",))
        for passage in self.layers:
            writer = self._writer(passage)
            for name, value, field in self._own(passage):
                self._add_given(name, value, writer.section, (*location(passage.number, passage.layer), field))
            if passage.number < self.unknown.layer:
                formula = passage.rule.size(writer.sides[self.axis], way_of_padding(passage.layer))
                note = f"{self.network.input.axes[self.axis]} behind the layer"
                self._add(self._size(passage.number), formula, note, passage)
        assert self.network.wanted is not None
        wanted = (self.network.wanted.along(self.network.input.axes) or ())[self.axis]
        self._add_given(self._wanted, wanted, "Wanted", ("wanted",))

    def _own(self, passage: Passage) -> Iterator[tuple[str, Size, str]]:
        """The names, values and fields of a layer's numbers along the axis, but for the unknown."""
        for each in self._writer(passage).numbers_along(self.axis):
            if each.value != UNKNOWN:
                yield each.name, each.value, each.field

    def _writer(self, passage: Passage) -> LayerWriter:
        return LayerWriter(self.graph, passage, {each.number - 1: each.before for each in self.layers})

    @property
    def _wanted(self) -> str:
        return self._size(len(self.layers))

    def _size(self, number: int) -> str:
        return f"{self.letter}{number}"

    def _bounds(self, name: str, passage: Passage, solve: Any, output: Bounds, least: Literal) -> Bounds:
        """The bounds of a size or a number, as quantities; no less than it can be at all."""
        side, padding = self._writer(passage).sides[self.axis], way_of_padding(passage.layer)
        found = solve(side, padding, output)
        law = solve(side.generic, padding, Bounds(Name("M"), Name("M"))) if output.least == output.most else None
        if found == output:
            return output
        low, high = _bound_names(name)
        first = Call("max", found.least, least) if self._value(found.least) < to_fraction(least.value) else found.least
        what = self.unknown.field if name == self.answer and self.unknown.layer else "size"
        laws = (None, None) if law is None else (self._lettered(law.least), self._lettered(law.most))
        self._add(low, first, f"the least {what} that leads to what is wanted", passage, laws[0])
        self._add(high, found.most, f"the greatest {what} that does", passage, laws[1])
        return Bounds(Name(low), Name(high))

    def _lettered(self, law: Node) -> Node:
        return lettered(law, self.network.letters)

    def _check_stride(self, passage: Passage, output: Bounds) -> None:
        """A stride is found only where the kernel fits, and where more than one position is wanted."""
        side, at = self._writer(passage).sides[self.axis], location(passage.number, passage.layer)
        left = Plus(way_of_padding(passage.layer).padded_size(side, side.n), Negative(reach_of(side)))
        if way_of_padding(passage.layer) is not SAME and self._value(left) < 0:
            raise FieldError(
                [Fault((*at, "kernel"), "the kernel is larger than its padded input, whatever the stride")]
            )
        if self._value(output.least) <= 1:
            raise FieldError(
                [Fault(("wanted",), "a single position is wanted: every stride that is large enough leads to it")]
            )

    def _value(self, node: Node) -> Fraction:
        """What a formula in the quantities so far comes to."""
        return to_fraction(value_of(node, evaluate(self.graph, names_in(node)).values))

    def _solutions(self, bounds: Bounds) -> Iterator[str]:
        first, last = bounds.least.name, bounds.most.name
        count = self._count(bounds)
        self._add_count(bounds, count)
        if count > 0:
            yield first
        for place in range(1, count - 1) if count <= MOST_LISTED else ():
            name = f"{self.answer}_{place + 1}"
            self._add(name, Plus(bounds.least, number(place)), "the next one", None)
            yield name
        if count > 1:
            yield last

    def _add_count(self, bounds: Bounds, count: int) -> None:
        formula: Node = Plus(bounds.most, Negative(bounds.least), ONE)
        note = "the whole numbers from the least to the greatest"
        if count < 1:
            formula, note = Call("max", formula, ZERO), "none: the least would be greater than the greatest"
        self._add(self.count, formula, note, None)

    def _add_given(self, name: str, value: Size, section: str, origin: Location) -> None:
        if name not in self.graph:
            self.graph.add(Quantity(name, given=Literal(str(value)), section=section, origin=origin))

    def _add(self, name: str, formula: Node, note: str, passage: Passage | None, law: Node | None = None) -> None:
        section = "Solutions" if passage is None else self._writer(passage).section
        laws = () if law is None else (law,)
        self.graph.add(
            Quantity(name, formula, laws=laws, section=section, group=SIZES, note=(note,), origin=("wanted",))
        )


def _bound_names(name: str) -> tuple[str, str]:
    """``P1`` → ``Pmin1`` and ``Pmax1``."""
    letters = name.rstrip("0123456789")
    return f"{letters}min{name[len(letters) :]}", f"{letters}max{name[len(letters) :]}"


def _statement(network: Network, layers: Sequence[Passage], unknown: Unknown) -> Statement:
    lines = [f"{passage.number}. {passage.layer.title}: {', '.join(settings(passage))}" for passage in layers]
    order = " × ".join(network.input.arranged(network.channels))
    shape = network.input.written(network.channels)
    wanted = " × ".join(map(str, (network.wanted.along(network.input.axes) or ()) if network.wanted else ()))
    passes = f"An input of {shape} ({order}) passes through these layers:"
    behind = f"Behind the last one, the size is to be {wanted}."
    what = f"{unknown.field} of layer {unknown.layer}" if unknown.layer else "size of the input"
    return Statement(("\n".join([passes, "", *lines, "", behind]),), (f"Find every {what} that leads to that.",))
