"""The derivation of one layer: its numbers, its output's shape, its parameters, what it costs, what it sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any

from deepcalc.errors import Location
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._extents import Extent
from deepcalc.kinds._layer_names import OwnNumber, channels_of, own_counts, own_sizes, sizes_of
from deepcalc.kinds._measures import whole_number
from deepcalc.kinds._passages import Passage, location
from deepcalc.kinds._size_graph import add_size
from deepcalc.kinds._sizes import ChannelOrder
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Literal, Name, Node, Over, Times
from deepcalc.records import record
from deepcalc.rules.layers import LayerRule, Stage, Terms, biases, multiply_adds, parameters, times, weights
from deepcalc.rules.size_formulas import SizeFormula
from deepcalc.rules.sizes import Side, explained, lettered, reach_of, slid

SIZES = "sizes"
PARAMETERS = "parameters"
SHAPES_OF_WEIGHTS = "weight_shapes"
ACTIVATIONS = "activations"
OPERATIONS = "operations"
MEMORY = "memory"


@record
class LayerWriter:
    """Writes one layer into the graph; ``extents`` are the shapes of the inputs and behind all layers.

    ``letters`` are those of a course's laws, where they are others than ours; ``size_formula`` is its own form of one.
    """

    graph: Graph
    passage: Passage
    extents: Mapping[int, Extent]
    letters: Mapping[str, str] = field(default_factory=dict)
    size_formula: SizeFormula | None = None

    @property
    def number(self) -> int:
        return self.passage.number

    @property
    def rule(self) -> LayerRule:
        return self.passage.rule

    @property
    def source(self) -> int:
        return self.passage.sources[0]

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """The names that the output's sizes are made of."""
        own = own_sizes(self.passage)
        made = []
        for axis, (side, size) in enumerate(zip(self.passage.sides, self.inputs, strict=True)):
            named: dict[str, Any] = {"n": size}
            for name, letter in _SIDE_FIELDS.items():
                if name in own and getattr(side, letter) is not None:
                    named[letter] = Name(own[name][axis][0].name)
            if "padding" in own:
                before, behind = own["padding"][axis]
                named |= {"p": Name(before.name), "q": None if before == behind else Name(behind.name)}
            if self.graph.has_letters and side.s == ONE:
                named["s"] = ONE  # in letters a step of 1 is not written
            made.append(replace(side, **named))
        return tuple(made)

    @cached_property
    def inputs(self) -> tuple[Node, ...]:
        return tuple(map(Name, sizes_of(self.passage.before, self.source)))

    @cached_property
    def outputs(self) -> tuple[Name, ...]:
        return tuple(map(Name, sizes_of(self.passage.after, self.number)))

    @property
    def channels(self) -> Any:
        """The name of the output's channels, or of its length; None of sizes alone."""
        return _named(channels_of(self.passage.after, self.number))

    @cached_property
    def terms(self) -> Terms:
        """What the laws of the layer are made of, in names."""
        own: dict[str, Any] = {name: Name(each.name) for name, each in own_counts(self.passage).items()}
        words = {field: self.passage.layer.setting(field) for field in ("over", "slopes")}
        own |= {field: word for field, word in words.items() if word not in (None, "channels")}
        return Terms(
            self.inputs,
            self.outputs,
            _named(channels_of(self.passage.before, self.source)),
            tuple(side.k for side in self.sides),
            tuple(_named(channels_of(self.extents[other], other)) for other in self.passage.sources[1:]),
            own,
        )

    @property
    def counts(self) -> bool:
        """Whether channels are given, so that parameters, values and operations can be counted."""
        return self.passage.after.has_channels

    @property
    def stages(self) -> Sequence[Stage]:
        return self.rule.stages(self.terms) if self.counts else ()

    @property
    def has_biases(self) -> bool:
        return bool(self.passage.layer.setting("bias", False))

    def add_numbers(self) -> None:
        """The layer's own numbers, each once."""
        along = [each for axes in own_sizes(self.passage).values() for numbers in axes for each in numbers]
        for each in dict.fromkeys((*along, *own_counts(self.passage).values())):
            add_size(self.graph, each.name, each.value, (*self._location, each.field), self.section)

    def numbers_along(self, axis: int) -> Iterator[OwnNumber]:
        """The layer's own numbers along one axis."""
        for axes in own_sizes(self.passage).values():
            yield from dict.fromkeys(axes[axis])

    def add_shape(self, explain: bool) -> None:
        """The sizes of the output and its channels; ``explain`` says what the letters of the law are."""
        alike = self.passage.after.alike
        for axis, output in enumerate(self.outputs):
            if alike[axis] != axis and not self.rule.keeps_size:
                note = f"{self._axis(axis)}: by the same arithmetic, as everything is square"
                self.add(output.name, self.outputs[alike[axis]], SIZES, note)
            else:
                self._add_size(axis, explain and axis == 0)
        if not self.counts:
            return
        what = "channels" if self.passage.after.sizes else "length"
        law = self.rule.channels if self.rule.flat is None else self.rule.flat
        self.add(self.channels.name, law(self.terms), SIZES, f"{what}: {self.rule.said}")

    def _add_size(self, axis: int, explain: bool) -> None:
        side, padding = self.sides[axis], self.passage.padding
        formula = self._sized(side)
        if self.rule.keeps_size:
            self.add(self.outputs[axis].name, formula, SIZES, f"{self._axis(axis)}: kept")
            return
        law = self._sized(side.generic)
        said = f"; {padding.prefix}{explained(law, self.letters)}" if explain else ""
        note = f"{self._axis(axis)}{said}{self._left_over(axis)}"
        self.add(self.outputs[axis].name, formula, SIZES, note, lettered(law, self.letters))

    @property
    def law(self) -> Node | None:
        """The law of the output's first size; None where there is none, or it is the input's."""
        if self.rule.keeps_size or not self.outputs:
            return None
        return self._sized(self.sides[0].generic)

    def _sized(self, side: Side) -> Node:
        """The size behind the layer, in the course's own form where it has one for the layer."""
        padding = self.passage.padding
        own = self.size_formula.of(side, padding) if self.size_formula and self.rule.size is slid else None
        return self.rule.size(side, padding) if own is None else own

    def _axis(self, axis: int) -> str:
        return self.passage.before.axes[axis]

    def left_over(self, axis: int) -> int:
        """How many values are left behind the last whole step of the kernel; 0 where that is not known."""
        side, padding = self.passage.sides[axis], self.passage.padding
        if not self.rule.window or not padding.has_kernel:
            return 0
        padded, reach, stride = map(whole_number, (padding.padded_size(side, side.n), reach_of(side), side.s))
        return 0 if padded is None or reach is None or stride is None else (padded - reach) % stride

    def is_rounded(self, axis: int) -> bool:
        """Whether the size along an axis is no whole number before it is rounded; False where that is not known."""
        if not self.rule.window or self.passage.padding.has_kernel:
            return bool(self.left_over(axis))
        side = self.passage.sides[axis]
        size, stride = map(whole_number, (side.n, side.s))
        return size is not None and stride is not None and size % stride != 0

    def _left_over(self, axis: int) -> str:
        """What a reader is told where the floor acts."""
        left = self.left_over(axis)
        if not left:
            return ""
        line = {"width": "column", "height": "row"}.get(self._axis(axis), "place")
        said = f"{left} {line}{'s' if left > 1 else ''} left over"
        return f"; rounded {'up' if self.passage.sides[axis].up else 'down'}: {said}"

    def add_padded_size(self) -> tuple[str, ...]:
        """The size of the input with its padding, along each axis; the names of it."""
        names = self.padded_names
        for name, side, output in zip(names, self.sides, self.outputs, strict=bool(names)):
            note = "the size of the padded input"
            self.add(name, self.passage.padding.padded_size(side, output), SIZES, note)
        return names

    @property
    def padded_names(self) -> tuple[str, ...]:
        """The names of the sizes of the padded input, of a layer with a window."""
        return tuple(f"{name.name[0]}p{self.number}" for name in self.outputs) if self.rule.window else ()

    def add_parameters(self) -> None:
        """How many trainable parameters the layer has, weights and biases apart, and how many that are not trained."""
        stages, number = self.stages, self.number
        note = self.rule.parameters_note(self.has_biases)
        self.add(f"params{number}", parameters(stages, self.has_biases), PARAMETERS, note)
        self.add(f"weights{number}", weights(stages), PARAMETERS, "the parameters without the biases")
        self.add(f"biases{number}", biases(stages, self.has_biases), PARAMETERS, "the biases alone")
        if self.rule.not_trained is not None:
            note = "not trained: a moving average of the mean and of the variance for each channel"
            self.add(f"fixed{number}", self.rule.not_trained(self.terms), PARAMETERS, note)

    def add_arrays(self, order: ChannelOrder) -> dict[str, tuple[str, ...]]:
        """The sizes of the arrays of weights and of biases along each of their axes; their names by array."""
        terms, axes = self.terms, self.rule.weight_axes
        if not axes or ("groups" in terms.own and "seen" not in axes):
            return {}
        arranged = axes if order is ChannelOrder.LAST else tuple(reversed(axes))
        sizes = [(size, _SAID[axis]) for axis in arranged for size in self._sizes_of_weights(axis)]
        counted = [(terms[axis], _SAID[axis]) for axis in ("filters", "units") if axis in terms.own]
        found = {f"W{self.number}": self._add_axes(f"W{self.number}", sizes)}
        return found | ({f"b{self.number}": self._add_axes(f"b{self.number}", counted)} if self.has_biases else {})

    def _sizes_of_weights(self, axis: str) -> tuple[Any, ...]:
        terms = self.terms
        if axis == "kernel":
            return terms.kernel
        if axis == "seen" and "groups" in terms.own:
            return (Over(terms.channels, terms["groups"]),)
        return (terms.channels,) if axis in ("seen", "channels") else (terms[axis],)

    def _add_axes(self, array: str, sizes: Sequence[tuple[Any, str]]) -> tuple[str, ...]:
        names = tuple(f"side_{array}_{place}" for place in range(1, len(sizes) + 1))
        for name, (size, said) in zip(names, sizes, strict=True):
            self.add(name, size, SHAPES_OF_WEIGHTS, said)
        return names

    def add_costs(self, bytes_per_value: int, batch: int) -> None:
        """Neurons, multiply-adds, floating-point operations and the memory of the output."""
        number = self.number
        self.add(
            f"neurons{number}",
            times(*self.outputs, self.channels),
            ACTIVATIONS,
            "the values of the output, side by side",
        )
        stages = self.stages
        positions = None if self.rule.positions is None else self.rule.positions(self.terms)
        counted = "one multiply-add for each weight at each position, biases not counted"
        note = counted if stages and positions is not None else "nothing is multiplied by weights"
        self.add(f"macs{number}", multiply_adds(stages, positions), OPERATIONS, note)
        flops = Times(TWO, Name(f"macs{number}"))
        self.add(f"flops{number}", flops, OPERATIONS, "a multiplication and an addition each")
        self._add_bytes(bytes_per_value, batch)

    def _add_bytes(self, bytes_per_value: int, batch: int) -> None:
        samples = () if batch == 1 else (Literal(str(batch)),)
        formula = Times(*samples, Name(f"neurons{self.number}"), Literal(str(bytes_per_value)))
        of_samples = f" for each of {batch} samples" if batch > 1 else ""
        self.add(f"bytes{self.number}", formula, MEMORY, f"{bytes_per_value} bytes a value{of_samples}")

    def add(self, name: str, formula: Node, group: str, note: str, law: Node | None = None) -> None:
        laws = () if law is None else (law,)
        self.graph.add(
            Quantity(name, formula, laws=laws, section=self.section, group=group, note=(note,), origin=self._location)
        )

    @property
    def section(self) -> str:
        return f"Layer {self.number}: {self.passage.layer.title}"

    @property
    def _location(self) -> Location:
        return location(self.number, self.passage.layer)


_SAID = {
    "kernel": "kernel",
    "seen": "the channels that a filter sees",
    "channels": "what comes in",
    "filters": "filters",
    "units": "units",
}
"""What the axes of an array of weights are."""


def _named(name: str | None) -> Any:
    return None if name is None else Name(name)


_SIDE_FIELDS = {"kernel": "k", "stride": "s", "dilation": "d", "output_padding": "o", "factor": "f", "output": "a"}
