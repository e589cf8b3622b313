"""The graph of perceptron learning: each presentation of a sample with its net input, output, error and update.

Rosenblatt 1958, "The Perceptron"; Novikoff 1962; Widrow and Hoff 1960, "Adaptive Switching Circuits" (Adaline).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.errors import Location
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph, Prose, Quantity
from deepcalc.kinds.perceptron.fields import (
    CROSSING,
    ERROR,
    MISTAKES,
    MOST_PRESENTATIONS,
    NET,
    OFFSET,
    OUTPUT,
    RATE,
    SLOPE,
    STOP,
    TARGET,
    TOTAL,
    PerceptronFields,
    Rule,
)
from deepcalc.kinds.perceptron.naming import at
from deepcalc.kinds.perceptron.pictures import pictures
from deepcalc.kinds.perceptron.separability import separability
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    MINUS_ONE,
    ONE,
    ZERO,
    Call,
    Cases,
    Literal,
    Name,
    Node,
    Over,
    Plus,
    Relation,
    Times,
    Value,
    minus,
    negative,
    number,
    total,
)
from deepcalc.plan import Composite, PartPlan, Plan, TablePlan, TableRow, Trajectory
from deepcalc.plan.statement import Statement, equations, joined, prose


def build(fields: PerceptronFields) -> Plan:
    """The plan of a perceptron problem."""
    return _Builder(fields).plan()


class _Builder:
    def __init__(self, fields: PerceptronFields) -> None:
        self._fields = fields
        self._graph = Graph()
        self._samples = range(1, len(fields.rows) + 1)
        self._reached: dict[str, Value] = {}
        self._is_mistaken = True
        self._inputs = fields.input_names
        self._parameters = [*fields.named_weights, *([fields.bias_as] if fields.trains_bias else [])]

    def plan(self) -> Plan:
        self._add_givens()
        epochs = 0
        most = min(self._fields.epochs, max(1, MOST_PRESENTATIONS // len(self._samples)))
        while epochs < most:
            self._add_epoch(epochs)
            epochs += 1
            if self._fields.stops_by_itself and not self._is_mistaken_in(epochs):
                break
        counts = self._add_mistakes(epochs) if self._fields.stops_by_itself else ()
        if counts:
            self._add_stop(counts)
        last = epochs * len(self._samples)
        first = tuple(at(name, None, len(self._samples)) for name in self._parameters)
        asked = [first] if epochs == 1 else [first, tuple(at(name, None, last) for name in self._parameters)]
        if self._fields.stops_by_itself:
            asked[-1] = (*asked[-1], STOP)
        parts = tuple(PartPlan("ab"[index], names) for index, names in enumerate(asked))
        composites = (Composite(MISTAKES, counts),) if counts else ()
        table = self._table(epochs)
        ends = tuple(at(self._parameters[-1], None, time) for time in range(1, last + 1))
        trajectory = Trajectory((table,), ends)
        self._add_predictions(last)
        self._add_boundary(last)
        figures = tuple(pictures(self._fields, self._parameters, epochs))
        return Plan(self._graph, parts, self._statement(), composites, (table,), trajectory=trajectory, figures=figures)

    def _add_givens(self) -> None:
        fields, graph = self._fields, self._graph
        for i, (row, target) in enumerate(zip(fields.rows, fields.wanted, strict=True), start=1):
            section = f"Sample {i}"
            for name, value in zip(self._inputs, row, strict=True):
                graph.add(Quantity(at(name, i, 0), given=value, section=section, origin=fields.place_of(i - 1, name)))
            graph.add(Quantity(at(TARGET, i, 0), given=target, section=section, origin=fields.place_of_target(i - 1)))
        for name, value in fields.named_weights.items():
            place: Location = ("weights", name) if isinstance(fields.weights, dict) else ("weights",)
            graph.add(Quantity(name, given=value, section="Weights", origin=place))
        if fields.constant is not None:
            at_field = "bias" if fields.threshold is None else "threshold"
            graph.add(Quantity(fields.bias_as, given=fields.constant, section="Weights", origin=(at_field,)))
        graph.add(Quantity(RATE, given=fields.learning_rate, section="Learning rate", origin=("learning_rate",)))

    # ---- one presentation

    def _add_epoch(self, before: int) -> None:
        for i in self._samples:
            self._add_presentation(i, before * len(self._samples) + i - 1, f"Epoch {before + 1}, sample {i}")

    def _add_presentation(self, i: int, time: int, section: str) -> None:
        fields = self._fields
        z, o = at(NET, i, time), at(OUTPUT, i, time)
        self._add(z, self._net_input(i, time), section, "net_inputs", ("net input",))
        self._add(o, self._fired(z), section, "outputs", ("output",))
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

    def _error_of_output(self, i: int, time: int) -> Node:
        return minus(Name(at(TARGET, i, 0)), Name(at(OUTPUT, i, time)))

    def _factors(self, i: int) -> Iterator[tuple[str, Any]]:
        """Each parameter and the input that it is multiplied by."""
        for name, x in zip(self._fields.named_weights, self._inputs, strict=True):
            yield name, Name(at(x, i, 0))
        if self._fields.constant is not None:
            yield self._fields.bias_as, self._fields.constant_input

    def _net_input(self, i: int, time: int) -> Node:
        pairs = zip(self._fields.named_weights, self._inputs, strict=True)
        terms = [Times(Name(at(x, i, 0)), self._parameter(name, time)) for name, x in pairs]
        return total(*terms, *self._constant(time))

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

    def _outputs_in(self, epoch: int) -> list[str]:
        """The names of the outputs in an epoch."""
        first = (epoch - 1) * len(self._samples)
        return [at(OUTPUT, i, first + i - 1) for i in self._samples]

    def _is_mistaken_in(self, epoch: int) -> bool:
        """Whether an epoch has a mistake; it goes on from the parameters at the end of the one before."""
        outputs = self._outputs_in(epoch)
        ends = [at(name, None, epoch * len(self._samples)) for name in self._parameters]
        found = evaluate(self._graph, [*outputs, *ends], self._reached).values
        self._reached = {name: found[name] for name in ends}
        pairs = zip(outputs, self._fields.wanted, strict=True)
        self._is_mistaken = any(found[name] != target.value for name, target in pairs)
        return self._is_mistaken

    def _add_mistakes(self, epochs: int) -> tuple[str, ...]:
        """How many mistakes were made in each epoch; the names."""
        names = []
        for epoch in range(1, epochs + 1):
            pairs = zip(self._samples, self._outputs_in(epoch), strict=True)
            errors = [minus(Name(at(TARGET, i, 0)), Name(output)) for i, output in pairs]
            of_any_size = self._fields.is_signed and self._fields.value_at_zero == 0
            summed = total(*(Call("abs", Call("sign", each) if of_any_size else each) for each in errors))
            formula = Over(summed, TWO) if self._fields.is_signed and not of_any_size else summed
            names.append(f"{MISTAKES}.{epoch}")
            self._add(names[-1], formula, "Mistakes", "epochs", (f"mistakes in epoch {epoch}",))
        every = total(*map(Name, names))
        self._add(TOTAL, every, "Mistakes", "epochs", ("mistakes in all",))
        return tuple(names)

    def _add_predictions(self, time: int) -> None:
        """What the unit gives for further inputs, with the weights at the end."""
        for place, row in enumerate(self._fields.predict, start=1):
            sample = None if len(self._fields.predict) == 1 else place
            names = [f"{name}_new" for name in self._inputs]
            for index, (name, value) in enumerate(zip(names, row, strict=True)):
                own = at(name, sample, 0)
                origin = ("predict", place - 1, index)
                self._graph.add(Quantity(own, given=value, section="Further inputs", origin=origin))
            pairs = zip(self._fields.named_weights, names, strict=True)
            terms = [Times(Name(at(x, sample, 0)), self._parameter(name, time)) for name, x in pairs]
            net, section = at(f"{NET}_new", sample, 0), "After learning"
            self._add(net, total(*terms, *self._constant(time)), section, "predictions", ("net input",))
            self._add(at(f"{OUTPUT}_new", sample, 0), self._fired(net), section, "predictions", ("output",))

    def _add_boundary(self, time: int) -> None:
        """The line of two inputs where the net input is 0, with the weights at the end, as far as it meets the axes."""
        if len(self._inputs) != 2:
            return
        one, other = (self._parameter(name, time) for name in self._fields.named_weights)
        x, y = map(Name, self._inputs)
        constant = self._constant(time)
        line = Relation("=", total(Times(x, one), Times(y, other), *constant), ZERO)
        aside: Any = negative(constant[0]) if constant else ZERO
        found: tuple[tuple[str, Any, Any, Prose], ...] = (
            (SLOPE, negative(one), other, ("of the line ", line)),
            (OFFSET, aside, other, (y, " where ", Relation("=", x, ZERO))),
            (CROSSING, aside, one, (x, " where ", Relation("=", y, ZERO))),
        )
        values = evaluate(self._graph, [one.name, other.name], self._reached).values
        for name, above, below, note in found:
            if values[below.name] != 0:
                self._add(name, Over(above, below), "Decision boundary", "boundary", note)

    def _parameter(self, name: str, time: int) -> Name:
        return Name(at(name, None, time if name in self._parameters else 0))

    def _constant(self, time: int) -> list[Node]:
        """The bias as a term of a net input, or the threshold taken away."""
        fields = self._fields
        if fields.constant is None:
            return []
        bias = self._parameter(fields.bias_as, time)
        return [bias if fields.constant_input.value == 1 else negative(bias)]

    def _fired(self, net: str) -> Node:
        """The output for a net input."""
        fields, lower = self._fields, MINUS_ONE if self._fields.is_signed else ZERO
        between = fields.lowest < fields.value_at_zero < 1
        zero = (ZERO, Relation("=", Name(net), ZERO)) if between else ()
        return Cases(ONE, Relation(">=" if fields.value_at_zero == 1 else ">", Name(net), ZERO), *zero, lower)

    def _add_stop(self, counts: tuple[str, ...]) -> None:
        """The epoch after which learning stops."""
        branches = [
            part for k, name in enumerate(counts, start=1) for part in (number(k), Relation("=", Name(name), ZERO))
        ]
        note: Prose = ("the first epoch without a mistake",)
        if self._is_mistaken:
            note = prose("the last epoch; every one has a mistake", separability(self._fields))
        self._add(STOP, Cases(*branches, number(self._fields.epochs)), "Stop", "epochs", note)

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

    def _statement(self) -> Statement:
        fields = self._fields
        unit = "sign" if fields.is_signed else "step"
        given = [(quantity.name, quantity.given) for quantity in self._graph if quantity.section == "Weights"]
        rule = {
            Rule.ERROR: prose("after each sample every weight becomes ", Plus(Name("w"), Times(
                Name(RATE), minus(Name(TARGET), Name(OUTPUT)), Name("x")))),
            Rule.MISTAKE: ("after each sample on which it is mistaken its weights are changed",),
            Rule.ADALINE: prose("after each sample every weight becomes ", Plus(Name("w"), Times(
                Name(RATE), minus(Name(TARGET), Name(NET)), Name("x")))),
        }[fields.rule]  # fmt: skip
        trained = " and is trained on the samples below, in their order: "
        rate = Relation("=", Name(RATE), fields.learning_rate)
        told = prose(
            f"A unit with a {unit} function has the weights ", equations(given), trained, rule, ", with ", rate, "."
        )
        what = joined([Name(name) for name in self._parameters])
        until = ", and the first epoch without a mistake" if fields.stops_by_itself else ""
        return Statement(told, prose("Compute ", what, " after the first epoch and at the end", until, "."))
