"""What follows from the weights at the end: what the unit gives for the samples and for further inputs, its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.kinds.perceptron.fields import (
    ACCURACY,
    CROSSING,
    MISSED,
    NET,
    OFFSET,
    OUTPUT,
    SLOPE,
    TARGET,
    PerceptronFields,
)
from deepcalc.kinds.perceptron.naming import at
from deepcalc.kinds.perceptron.unit import Unit
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Name,
    Node,
    Over,
    Relation,
    Times,
    minus,
    negative,
    number,
    total,
)
from deepcalc.plan import TablePlan, TableRow


def mistakes_of(fields: PerceptronFields, outputs: Sequence[str]) -> Node:
    """How many of the samples' outputs are not their targets."""
    errors = [minus(Name(at(TARGET, i, 0)), Name(output)) for i, output in enumerate(outputs, start=1)]
    of_any_size = fields.is_signed and fields.value_at_zero == 0
    summed = total(*(Call("abs", Call("sign", each) if of_any_size else each) for each in errors))
    return Over(summed, TWO) if fields.is_signed and not of_any_size else summed


class Ending:
    """Adds to the graph what follows after so many presentations, whose ``values`` of the parameters are known."""

    def __init__(self, unit: Unit, graph: Graph, time: int, values: Any) -> None:
        self._unit = unit
        self._fields = unit.fields
        self._graph = graph
        self._time = time
        self._values = values
        self.outputs: list[str] = []
        """The samples' outputs."""
        self.further: list[str] = []
        """Those of further inputs."""
        self.counts: list[str] = []
        self.line: list[str] = []

    def add(self) -> None:
        self._add_outputs()
        self._add_counts()
        self._add_further()
        self._add_line()

    @property
    def _section(self) -> str:
        return "After learning" if self._fields.learns else "Outputs"

    def _add_output(self, inputs: Sequence[str], net: str, output: str, group: str) -> None:
        formula = self._unit.net_input(inputs, self._time)
        self._add(net, formula, self._section, group, ("net input",))
        self._add(output, self._unit.fired(net), self._section, group, ("output",))

    def _add(self, name: str, formula: Node, section: str, group: str, note: Prose) -> None:
        self._graph.add(Quantity(name, formula, section=section, group=group, note=note, origin=("weights",)))

    def _add_outputs(self) -> None:
        group = "final" if self._fields.learns else "outputs"
        for i in range(1, len(self._fields.rows) + 1):
            net, output = (at(name, i, self._time) for name in (NET, OUTPUT))
            self._add_output([at(name, i, 0) for name in self._fields.input_names], net, output, group)
            self.outputs.append(output)

    def _add_counts(self) -> None:
        """How many samples are taken for the wrong class, and the share of the others, unless their names are taken."""
        taken = self._fields.own_names
        if not self._fields.is_judged or MISSED in taken:
            return
        share = minus(ONE, Over(Name(MISSED), number(len(self.outputs))))
        for name, formula, note in (
            (MISSED, mistakes_of(self._fields, self.outputs), "mistakes"),
            (ACCURACY, share, "share of the samples without a mistake"),
        ):
            if name not in taken:
                self._add(name, formula, self._section, "counts", (note,))
                self.counts.append(name)

    def _add_further(self) -> None:
        """What the unit gives for further inputs."""
        fields = self._fields
        points = fields.points
        for place, (origin, row) in enumerate(points, start=1):
            sample = None if len(points) == 1 else place
            names = [at(f"{name}_new", sample, 0) for name in fields.input_names]
            for index, (name, value) in enumerate(zip(names, row, strict=True)):
                self._graph.add(Quantity(name, given=value, section="Further inputs", origin=(*origin, index)))
            net, output = (at(f"{name}_new", sample, 0) for name in (NET, OUTPUT))
            self._add_output(names, net, output, "predictions")
            self.further.append(output)

    def _add_line(self) -> None:
        """The line of two inputs where the net input is 0, as far as it meets the axes."""
        inputs = self._fields.input_names
        if len(inputs) != 2:
            return
        one, other = (self._unit.parameter(name, self._time) for name in self._fields.named_weights)
        x, y = map(Name, inputs)
        constant = self._unit.constant(self._time)
        line = Relation("=", total(Times(x, one), Times(y, other), *constant), ZERO)
        aside: Any = negative(constant[0]) if constant else ZERO
        found: tuple[tuple[str, Any, Any, Prose], ...] = (
            (SLOPE, negative(one), other, ("of the line ", line)),
            (OFFSET, aside, other, (y, " where ", Relation("=", x, ZERO))),
            (CROSSING, aside, one, (x, " where ", Relation("=", y, ZERO))),
        )
        values = evaluate(self._graph, [one.name, other.name], self._values).values
        for name, above, below, note in found:
            if values[below.name] != 0:
                self._add(name, Over(above, below), "Decision boundary", "boundary", note)
                self.line.append(name)

    # ---- of a unit that learns nothing

    def asked(self) -> Iterator[tuple[str, ...]]:
        """What is asked for where the author asks nothing."""
        for names in (self.outputs, self.counts, self.further, self.line):
            if names:
                yield tuple(names)

    def table(self) -> TablePlan:
        """A row for each sample, from its inputs to its output."""
        fields = self._fields
        columns = [*fields.input_names, *([TARGET] if fields.is_judged else []), NET, OUTPUT]
        rows = tuple(
            TableRow((f"{i}",), tuple(at(name, i, 0) for name in columns)) for i in range(1, len(fields.rows) + 1)
        )
        headings: tuple[Prose, ...] = (("Sample",), *((Name(name),) for name in columns))
        return TablePlan("Outputs", headings, rows)
