"""The graph of perceptron learning: each presentation of a sample with its net input, output, error and update.

Rosenblatt 1958, "The Perceptron"; Novikoff 1962; Widrow and Hoff 1960, "Adaptive Switching Circuits" (Adaline).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deepcalc.errors import Location
from deepcalc.graph.evaluation import evaluate, holds
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.kinds._changes import are_asked_for, change_aliases, change_forms, change_name, changes
from deepcalc.kinds.perceptron.after import Ending, mistakes_of
from deepcalc.kinds.perceptron.fields import (
    ERROR,
    MISTAKES,
    MOST_PRESENTATIONS,
    NET,
    OUTPUT,
    RATE,
    SQUARES,
    STOP,
    TARGET,
    TOTAL,
    PerceptronFields,
    Rule,
)
from deepcalc.kinds.perceptron.naming import at
from deepcalc.kinds.perceptron.pictures import pictures
from deepcalc.kinds.perceptron.separability import separability
from deepcalc.kinds.perceptron.statement import given_unit, learning_unit
from deepcalc.kinds.perceptron.unit import Unit
from deepcalc.notation import arithmetic
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ZERO,
    Cases,
    Literal,
    Name,
    Node,
    Plus,
    Power,
    Relation,
    Times,
    Value,
    minus,
    number,
    total,
)
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import Composite, PartPlan, Plan, TablePlan, TableRow, Trajectory
from deepcalc.plan.picture_plans import PlotPlan, SeriesPlan
from deepcalc.plan.statement import prose


def build(fields: PerceptronFields) -> Plan:
    """The plan of a perceptron problem."""
    return _Builder(fields).plan()


class _Builder:
    def __init__(self, fields: PerceptronFields) -> None:
        self._fields = fields
        self._graph = Graph()
        self._samples = range(1, len(fields.rows) + 1)
        self._reached: dict[str, Value] = {}
        self._unit = Unit(fields)
        self._inputs = fields.input_names
        self._parameters = self._unit.trained
        self._ends: list[str] = []

    def plan(self) -> Plan:
        self._add_givens()
        return self._of_learning() if self._fields.learns else self._of_weights()

    def _of_weights(self) -> Plan:
        """What is asked of a unit whose weights stay as they are."""
        ending = Ending(self._unit, self._graph, 0, self._reached)
        ending.add()
        tables = (ending.table(),) if self._samples else ()
        figures = tuple(pictures(self._fields, 0))
        parts = tuple(PartPlan("abcd"[index], names) for index, names in enumerate(ending.asked()))
        told = given_unit(self._fields, self._graph, [name for part in parts for name in part.find])
        return Plan(self._graph, parts, told, tables=tables, figures=figures)

    def _of_learning(self) -> Plan:
        fields = self._fields
        epochs = 0
        most = min(fields.epochs, max(1, MOST_PRESENTATIONS // len(self._samples)))
        is_met = False
        while epochs < most and not is_met:
            self._add_epoch(epochs)
            epochs += 1
            is_met = self._ends_with(epochs)
        counts = self._add_counts(epochs)
        if fields.may_stop:
            self._add_stop(counts, is_met)
        last = epochs * len(self._samples)
        first = tuple(at(name, None, len(self._samples)) for name in self._parameters)
        asked = [first] if epochs == 1 else [first, tuple(at(name, None, last) for name in self._parameters)]
        if fields.may_stop:
            asked[-1] = (*asked[-1], STOP)
        parts = tuple(PartPlan("ab"[index], names) for index, names in enumerate(asked))
        tables = (self._table(epochs), *self._table_of_changes(last))
        Ending(self._unit, self._graph, last, self._reached).add()
        return Plan(
            self._graph,
            parts,
            learning_unit(fields, self._graph, self._parameters),
            (Composite(MISTAKES if fields.stops_by_itself else SQUARES, counts),),
            tables,
            trajectory=Trajectory(tables, tuple(self._ends)),
            symbols=Symbols(change_forms(self._graph, Symbols(), last)),
            aliases=change_aliases(fields, self._parameters),
            figures=(*pictures(fields, epochs), *self._curve(counts)),
        )

    def _curve(self, counts: Sequence[str]) -> Iterator[PlotPlan]:
        """The squared errors over the epochs."""
        if not self._fields.stops_by_itself and len(counts) > 1:
            label: Prose = (Name(SQUARES),)
            yield PlotPlan("The errors", ("epoch",), label, (SeriesPlan(label, tuple(enumerate(counts, start=1))),))

    def _add_givens(self) -> None:
        fields, graph = self._fields, self._graph
        targets: Sequence[Literal | None] = fields.wanted or [None] * len(fields.rows)
        for i, (row, target) in enumerate(zip(fields.rows, targets, strict=True), start=1):
            section = f"Sample {i}"
            for name, value in zip(self._inputs, row, strict=True):
                graph.add(Quantity(at(name, i, 0), given=value, section=section, origin=fields.place_of(i - 1, name)))
            if target is not None:
                own = at(TARGET, i, 0)
                graph.add(Quantity(own, given=target, section=section, origin=fields.place_of_target(i - 1)))
        for name, value in fields.named_weights.items():
            place: Location = ("weights", name) if isinstance(fields.weights, dict) else ("weights",)
            graph.add(Quantity(name, given=value, section="Weights", origin=place))
        if fields.constant is not None:
            at_field = "bias" if fields.threshold is None else "threshold"
            graph.add(Quantity(fields.bias_as, given=fields.constant, section="Weights", origin=(at_field,)))
        if fields.learns:
            graph.add(Quantity(RATE, given=fields.learning_rate, section="Learning rate", origin=("learning_rate",)))

    # ---- one presentation

    def _add_epoch(self, before: int) -> None:
        for i in self._samples:
            self._add_presentation(i, before * len(self._samples) + i - 1, f"Epoch {before + 1}, sample {i}")

    def _add_presentation(self, i: int, time: int, section: str) -> None:
        fields = self._fields
        z, o = at(NET, i, time), at(OUTPUT, i, time)
        inputs = [at(name, i, 0) for name in self._inputs]
        self._add(z, self._unit.net_input(inputs, time), section, "net_inputs", ("net input",))
        self._add(o, self._unit.fired(z), section, "outputs", ("output",))
        if fields.rule is Rule.ADALINE:
            error = minus(Name(at(TARGET, i, 0)), Name(z))
        else:
            error = self._error_of_output(i, time)
        if fields.rule is not Rule.MISTAKE:
            self._add(at(ERROR, i, time), error, section, "errors", ("error",))
        for name, factor in self._factors(i):
            if name not in self._parameters:
                continue
            self._add(at(name, None, time + 1), self._new(name, factor, i, time), section, "updates", ())
        for quantity in changes(self._graph, fields, self._parameters, time + 1):
            self._graph.add(quantity)
        self._ends.append(self._graph.names[-1])

    def _error_of_output(self, i: int, time: int) -> Node:
        return minus(Name(at(TARGET, i, 0)), Name(at(OUTPUT, i, time)))

    def _factors(self, i: int) -> Iterator[tuple[str, Any]]:
        """Each parameter and the input that it is multiplied by."""
        for name, x in zip(self._fields.named_weights, self._inputs, strict=True):
            yield name, Name(at(x, i, 0))
        if self._fields.constant is not None:
            yield self._fields.bias_as, self._fields.constant_input

    def _new(self, name: str, factor: Node, i: int, time: int) -> Node:
        """A parameter after the presentation."""
        old, rate, target = Name(at(name, None, time)), Name(RATE), Name(at(TARGET, i, 0))
        constant = [] if isinstance(factor, Literal) else [factor]
        is_taken = isinstance(factor, Literal) and factor.value == -1
        if self._fields.rule is not Rule.MISTAKE:
            change: Node = Times(rate, Name(at(ERROR, i, time)), *constant)
            return minus(old, change) if is_taken else Plus(old, change)
        mistaken = Relation("!=", Name(at(OUTPUT, i, time)), target)
        if self._fields.is_signed:
            change = Times(rate, target, *constant)
            return Cases(minus(old, change) if is_taken else Plus(old, change), mistaken, old)
        change = Times(rate, *constant) if constant else rate
        added, taken = Plus(old, change), minus(old, change)
        missed = Relation(">", target, Name(at(OUTPUT, i, time)))
        return Cases(taken if is_taken else added, missed, added if is_taken else taken, mistaken, old)

    def _add(self, name: str, formula: Node, section: str, group: str, note: Prose) -> None:
        self._graph.add(Quantity(name, formula, section=section, group=group, note=note, origin=("inputs",)))

    # ---- the end

    def _names_in(self, epoch: int, head: str) -> list[str]:
        """The names of the outputs in an epoch, or of the errors."""
        first = (epoch - 1) * len(self._samples)
        return [at(head, i, first + i - 1) for i in self._samples]

    def _ends_with(self, epoch: int) -> bool:
        """Whether learning stops after an epoch; it goes on from the parameters at the end of the one before."""
        fields = self._fields
        judged = self._names_in(epoch, OUTPUT if fields.stops_by_itself else ERROR)
        ends = [at(name, None, epoch * len(self._samples)) for name in self._parameters]
        found = evaluate(self._graph, [*judged, *ends], self._reached).values
        self._reached = {name: found[name] for name in ends}
        if fields.stops_by_itself:
            return all(found[name] == target.value for name, target in zip(judged, fields.wanted, strict=True))
        squares = arithmetic.plus(tuple(arithmetic.times((found[name], found[name])) for name in judged))
        return fields.until is not None and holds(fields.until, {SQUARES: squares})

    def _add_counts(self, epochs: int) -> tuple[str, ...]:
        """How many mistakes were made in each epoch, or how large their squares are; the names."""
        if self._fields.stops_by_itself:
            counts = self._add_each(
                MISTAKES, "mistakes", [mistakes_of(self._fields, self._names_in(epoch, OUTPUT))
                                       for epoch in range(1, epochs + 1)])  # fmt: skip
            self._add(TOTAL, total(*map(Name, counts)), "Mistakes", "epochs", ("mistakes in all",))
            return counts
        return self._add_each(
            SQUARES, "squared errors", [total(*(Power(Name(error), TWO) for error in self._names_in(epoch, ERROR)))
                                        for epoch in range(1, epochs + 1)])  # fmt: skip

    def _add_each(self, head: str, title: str, formulas: Sequence[Node]) -> tuple[str, ...]:
        """What is counted in each epoch, by its number."""
        counts = {f"{head}.{epoch}": formula for epoch, formula in enumerate(formulas, start=1)}
        for epoch, (name, formula) in enumerate(counts.items(), start=1):
            self._add(name, formula, title.capitalize(), "epochs", (f"{title} in epoch {epoch}",))
        return tuple(counts)

    def _add_stop(self, counts: Sequence[str], is_met: bool) -> None:
        """The epoch after which learning stops."""
        fields = self._fields
        branches: list[Any] = []
        for epoch, name in enumerate(counts, start=1):
            ends: Any = Relation("=", Name(name), ZERO)
            if fields.until is not None:
                ends = fields.until.xreplace({Name(SQUARES): Name(name)})
            branches += [number(epoch), ends]
        if fields.until is not None:
            note: Prose = ("the first epoch for which it holds" if is_met else "the last epoch; it holds for none",)
        elif is_met:
            note = ("the first epoch without a mistake",)
        else:
            note = prose("the last epoch; every one has a mistake", separability(fields))
        self._add(STOP, Cases(*branches, number(fields.epochs)), "Stop", "epochs", note)

    def _table(self, epochs: int) -> TablePlan:
        """The table of a textbook: a row for each presentation, from the inputs to the new weights."""
        columns = [*self._inputs, TARGET, NET, OUTPUT, ERROR]
        rows = []
        for epoch in range(epochs):
            for i in self._samples:
                time = epoch * len(self._samples) + i - 1
                own = [at(name, i, 0) for name in (*self._inputs, TARGET)]
                found = [at(name, i, time) for name in (NET, OUTPUT, ERROR)]
                new = [at(name, None, time + 1) for name in self._parameters]
                cells = tuple(name if name in self._graph else None for name in (*own, *found, *new))
                rows.append(TableRow((f"{epoch + 1}, {i}",), cells))
        of_new: list[Prose] = [("new ", Name(name)) for name in self._parameters]
        of_columns: list[Prose] = [(Name(name),) for name in columns]
        headings: tuple[Prose, ...] = (("Epoch, sample",), *of_columns, *of_new)
        return TablePlan("Presentations", headings, tuple(rows))

    def _table_of_changes(self, last: int) -> Iterator[TablePlan]:
        """What each presentation adds to the parameters, where that is asked for."""
        if not are_asked_for(self._fields):
            return
        rows = []
        for time in range(1, last + 1):
            epoch, sample = divmod(time - 1, len(self._samples))
            changed = tuple(change_name(name, time) for name in self._parameters)
            rows.append(TableRow((f"{epoch + 1}, {sample + 1}",), changed))
        headings: tuple[Prose, ...] = (*(("change of ", Name(name)) for name in self._parameters),)
        yield TablePlan("Changes", (("Epoch, sample",), *headings), tuple(rows))
