"""The plan of `regression`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice
from math import prod
from typing import Any

from deepcalc.errors import Fault, FieldError
from deepcalc.graph.gradients import BACKWARD, Style, differentiate
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.kinds._array_updates import Updates
from deepcalc.kinds._arrays import FORWARD, LOSS, ArrayWriter, written
from deepcalc.kinds._updates import timed
from deepcalc.kinds.regression.conclusions import INVERSE, ONE_BY_ONE, SYMBOLS, Conclusions, add_classes
from deepcalc.kinds.regression.fields import RegressionFields
from deepcalc.kinds.regression.pictures import pictures
from deepcalc.kinds.regression.settings import Fit
from deepcalc.kinds.regression.statement import statement
from deepcalc.kinds.regression.steps import LAMBDA, PENALIZED, WEIGHTS, formulas_of, line
from deepcalc.kinds.regression.wiring import ROWS, Wiring
from deepcalc.notation.array_nodes import array
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ONE, ZERO, Name, Node
from deepcalc.notation.shapes import Shape, concrete, size_text
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.plan import PartPlan, Plan, TablePlan, TableRow, Trajectory
from deepcalc.plan.picture_plans import PlotPlan, SeriesPlan

NORMAL, SUMS, NEWTON = "Normal equations", "Slope and intercept", "Newton's step"
OBJECTIVE = "J"
MOST_PARTS = 4
"""With more steps than this, the parameters after the last one are asked for."""

MOST_STEPS = 200

DEPENDENT = "the columns of X depend on each other: leave one out, add samples, or give `ridge`"


def build(fields: RegressionFields) -> Plan:
    return _Builder(fields).plan()


class _Builder:
    def __init__(self, fields: RegressionFields) -> None:
        self._fields = fields
        self._theta = fields.called
        self._writer = ArrayWriter()
        self._graph = self._writer.graph
        self._wiring = Wiring(fields)
        self._points = self._wiring.points()
        self._batches: list[tuple[int, ...] | None] = [None]
        self._objectives: list[str] = []
        self._gradients: list[str] = []
        self._ends: list[str] = []

    def plan(self) -> Plan:
        fields, writer = self._fields, self._writer
        self._wiring.add_features(writer)
        self._wiring.add_targets(writer)
        self._formulas = formulas_of(fields, self._graph)
        self._add_settings()
        parts, last = _WAYS[fields.way](self)
        self._add_singles(0)
        first = self._gradients[0] if self._gradients and self._objectives[0] == OBJECTIVE else ""
        ends = Conclusions(fields, self._wiring, self._formulas, writer, last)
        ends.add(self._points, first)
        found = [*parts, *ends.asked()]
        asked = [name for names in found for name in names]
        return Plan(
            self._graph,
            tuple(PartPlan(chr(ord("a") + index), names) for index, names in enumerate(found)),
            statement(fields, self._graph, self._objectives[0] if self._objectives else OBJECTIVE, asked),
            trajectory=self._trajectory(),
            figures=(*pictures(fields, self._wiring, self._graph, last), *self._curve()),
            symbols=Symbols({**SYMBOLS.overrides, **self._forms(last)}, plus=last == 1),
        )

    def _trajectory(self) -> Trajectory | None:
        """The steps of a descent: the objective that each goes by, its gradient, and what the parameters come to."""
        if not self._ends:
            return None
        headings: tuple[Prose, ...] = (("Step",), ("objective before",), ("gradient",), (Name(self._theta),))
        steps = enumerate(zip(self._objectives, self._gradients, strict=True), start=1)
        rows = tuple(
            TableRow((f"{step}",), (objective, slope, timed(self._theta, step))) for step, (objective, slope) in steps
        )
        return Trajectory((TablePlan("The steps", headings, rows),), tuple(self._ends))

    def _curve(self) -> Iterator[PlotPlan]:
        """The objective of all samples over the steps."""
        steps = len(self._ends)
        if steps > 1:
            points = tuple((step, timed(OBJECTIVE, step)) for step in range(steps + 1))
            label: Prose = (Name(OBJECTIVE),)
            yield PlotPlan("The objective", ("step",), label, (SeriesPlan(label, points),))

    def _forms(self, last: int) -> dict[str, Forms]:
        """The inverse where it is written out; the entries of the parameters, counted from 0 where one is a bias."""
        size = self._graph.shape("X")[1]
        forms = {"B": INVERSE} if size == 2 else {}
        if not self._wiring.has_ones or not isinstance(size, int) or self._fields.row.is_multiclass:
            return forms
        counted = Symbols(plus=last == 1)
        return forms | {
            timed(f"{self._theta}.{place + 1}", time): counted.forms(timed(f"{self._theta}{place}", time))
            for time in range(last + 1)
            for place in range(size)
        }

    def _add_settings(self) -> None:
        """Add the weights of the samples, the penalty, and the parameters before the first step."""
        fields, writer = self._fields, self._writer
        if fields.sample_weights is not None:
            at = ("weights",) if fields.weights is not None else ("samples",)
            writer.given("s", fields.sample_weights, at, "Sample weights")
            writer.add(WEIGHTS, "diag(s)", at, "the weights of the samples", NORMAL, "settings")
        if fields.ridge is not None:
            writer.given(LAMBDA, fields.ridge.strength, ("ridge", "strength"), "Penalty")
            if self._formulas.spares_bias:
                ones = array([ZERO, *[ONE] * (self._size() - 1)], (self._size(),))
                writer.add(PENALIZED, ones, ("ridge",), "the bias is not penalized", "Penalty", "settings")
        if fields.way in (Fit.NORMAL_EQUATIONS, Fit.SUMS):
            return
        if fields.theta is not None:
            writer.given(self._theta, fields.theta, ("theta",), "Parameters")
            if self._graph.shape(self._theta) != self._shape():
                rows, *columns = map(size_text, self._shape())
                many = f"{rows} rows of {columns[0]}, a column for each class" if columns else f"{rows} parameters"
                raise FieldError(
                    [Fault(("theta",), f"expected {many}, {'a row' if columns else 'one'} for each column of X")]
                )
        else:
            self._size()
            shape = concrete(self._shape())
            writer.given(self._theta, array([ZERO] * prod(shape), shape), ("fit",), "Parameters")

    def _shape(self) -> Shape:
        """That of the parameters: one for each column of X, and for each class where there are several."""
        columns = self._graph.shape(ROWS)[1:] if self._fields.row.is_multiclass else ()
        return (*self._graph.shape("X")[1:], *columns)

    def _size(self) -> int:
        """How many parameters there are."""
        size = self._graph.shape("X")[1]
        if not isinstance(size, int):
            raise FieldError([Fault(("theta",), "with sizes that are letters, give the parameters: theta: R^d")])
        return size

    # ---- what is predicted, and what it costs

    def _add_pass(self, time: int, batch: int | None = None) -> str:
        """Add the predictions with the parameters after so many steps, and the objective; its name."""
        fields, theta = self._fields, timed(self._theta, time)
        section = FORWARD if time == 0 else f"{FORWARD} after step {time}"
        tag = "" if batch is None else f":{batch}"
        rows, y, weight, m = self._rows(batch)

        def name(head: str) -> str:
            return timed(f"{head}{tag}", time)

        score = line(fields, "x") if fields.way is Fit.SUMS else f"{rows} @ {{{theta}}}"
        if fields.row.link:
            self._writer.add(name("z"), score, ("model",), "scores", section)
            score = self._formulas.predicted(f"{{{name('z')}}}", len(self._graph.shape(name("z"))) > 1)
        predicted = name("yhat")
        self._writer.add(predicted, score, ("model",), "predictions", section)
        p, is_array = f"{{{predicted}}}", self._graph.shape(predicted) != ()
        z = f"{{{name('z')}}}"
        text = self._formulas.loss(p, y, z, weight, m, is_array)
        if fields.ridge is not None:
            text += f" + {self._formulas.penalty(f'{{{theta}}}', m)}"
        fused: dict[str, Node] = {}
        why: Prose = ()
        if fields.row.link:
            fused = {name("z"): written(self._formulas.slope(p, y, z, weight, m))}
            why = (fields.row.why,)
        objective = name(OBJECTIVE)
        self._writer.add_quantity(
            Quantity(objective, written(text), fused=fused, fused_note=why, section=LOSS if time == 0 else section,
                     group="losses", origin=("factor",))
        )  # fmt: skip
        if batch is None and fields.row.link and self._graph.has_value("X"):
            add_classes(self._writer, self._formulas, self._wiring, time, p)
        return objective

    def _rows(self, batch: int | None) -> tuple[str, str, str, str]:
        """The rows of X, the targets and weights of a batch, and how many samples it has, as text."""
        has_weights = self._fields.sample_weights is not None
        if batch is None:
            return "X", self._wiring.target, "s" if has_weights else "", self._formulas.m
        numbers = self._batches[batch - 1]
        assert numbers is not None
        one = len(numbers) == 1
        span = str(numbers[0]) if one else f"{numbers[0]}:{numbers[-1]}"
        y = self._wiring.target
        names = {
            "X": f"x:{batch}" if one else f"X:{batch}",
            y: f"y:{batch}" if one else f"{y}:{batch}",
            "s": f"s:{batch}",
        }
        for whole, own in names.items():
            if own not in self._graph and whole in self._graph:
                note = f"sample {span}" if one else f"samples {numbers[0]} to {numbers[-1]}"
                self._writer.add(own, f"{whole}[{span}]", ("optimizer", "batch_size"), note, "Batches", "batches")
        x, own_y, s = (f"{{{own}}}" for own in names.values())
        return x, own_y, s if has_weights else "", str(len(numbers))

    def _add_gradient(self, objective: str, time: int) -> str:
        theta = timed(self._theta, time)
        section = BACKWARD if time == 0 else f"{BACKWARD} after step {time}"
        differentiate(self._graph, objective, [theta], Style(section=section, group=lambda _: "gradients"))
        return gradient(objective, theta)

    # ---- the ways of fitting

    def by_normal_equations(self) -> tuple[list[tuple[str, ...]], int]:
        writer, formulas = self._writer, self._formulas
        at = ("fit",)
        writer.add("A", formulas.matrix(), at, "", NORMAL, "matrices")
        inverse = "inv(A)"
        if formulas.parameters == 2:
            writer.add("det_A", "A[1, 1]*A[2, 2] - A[1, 2]*A[2, 1]", at, "determinant", NORMAL, "matrices")
            inverse = "1/det_A * [[A[2, 2], -A[1, 2]], [-A[2, 1], A[1, 1]]]"
        writer.add_quantity(
            Quantity("B", written(inverse), section=NORMAL, group="matrices", note=("inverse of A",),
                     origin=self._wiring.origin, remedy=DEPENDENT)
        )  # fmt: skip
        writer.add("c", formulas.right_side(), at, "", NORMAL, "matrices")
        writer.add(self._theta, "B @ c", at, "solution of the normal equations", NORMAL, "parameters")
        self._add_pass(0)
        return [("A", "B", "c", self._theta), ("yhat", OBJECTIVE)], 0

    def by_sums(self) -> tuple[list[tuple[str, ...]], int]:
        """Slope and intercept as they are worked out by hand."""
        writer, fields = self._writer, self._fields
        slope, at = f"{self._theta}1", ("fit",)
        found: tuple[str, ...] = (slope,)
        if fields.intercept:
            intercept = f"{self._theta}0"
            for own, of in (("xbar", "x"), ("ybar", "y")):
                writer.add(own, f"mean({of})", at, f"mean of {of}", SUMS, "statistics")
            writer.add("S_xy", "sum((x - xbar)*(y - ybar))", at, "", SUMS, "statistics")
            writer.add("S_xx", "sum((x - xbar)^2)", at, "", SUMS, "statistics")
            writer.add(slope, "S_xy / S_xx", at, "slope", SUMS, "parameters")
            writer.add(intercept, f"ybar - {slope}*xbar", at, "intercept", SUMS, "parameters")
            writer.add(self._theta, f"[{intercept}, {slope}]", at, "", SUMS, "parameters")
            found = (slope, intercept)
        else:
            writer.add("S_xy", "sum(x*y)", at, "", SUMS, "statistics")
            writer.add("S_xx", "sum(x^2)", at, "", SUMS, "statistics")
            writer.add(slope, "S_xy / S_xx", at, "slope of a line through the origin", SUMS, "parameters")
            writer.add(self._theta, f"[{slope}]", at, "", SUMS, "parameters")
        self._add_pass(0)
        return [found, ("yhat", OBJECTIVE)], 0

    def by_descent(self) -> tuple[list[tuple[str, ...]], int]:
        optimizer = self._fields.optimizer
        assert optimizer is not None
        samples = self._graph.shape("X")[0]
        if isinstance(samples, int):
            self._check_batches(samples)
            self._batches = optimizer.batches(samples)
        elif optimizer.batch_size != "all":
            raise FieldError([Fault(("optimizer", "batch_size"), "batches need a number of samples, not a letter")])
        steps = optimizer.steps or (optimizer.epochs or 1) * len(self._batches)
        if steps > MOST_STEPS:
            raise FieldError([Fault(("optimizer",), f"expected at most {MOST_STEPS} steps, found {steps}")])
        updates = Updates(self._writer, optimizer, [self._theta], lambda _, step: self._gradients[step - 1])
        updates.add_givens()
        order = cycle([None] if self._batches == [None] else range(1, len(self._batches) + 1))
        for step, batch in enumerate(islice(order, steps), start=1):
            self._add_step(self._add_pass(step - 1, batch), step - 1)
            updates.add(step)
            self._end(step)
        self._add_pass(steps)
        return self._asked_after(steps, self._gradients[0]), steps

    def _add_step(self, objective: str, time: int) -> None:
        """Note an objective, and add its gradient, by which a step goes; with batches, the objective of all samples."""
        self._objectives.append(objective)
        self._gradients.append(self._add_gradient(objective, time))
        if objective != timed(OBJECTIVE, time):
            self._add_pass(time)

    def _end(self, step: int) -> None:
        """Add the single parameters after a step, which end it."""
        self._add_singles(step)
        self._ends.append(self._graph.names[-1])

    def _add_singles(self, time: int) -> None:
        """Each parameter by a name of its own."""
        whole = timed(self._theta, time)
        for place, name in enumerate(self._wiring.singles(self._formulas.parameters), start=1):
            if timed(name, time) not in self._graph:
                self._writer.add(timed(name, time), f"{{{whole}}}[{place}]", ("name",), "", ONE_BY_ONE, "single")

    def _check_batches(self, samples: int) -> None:
        optimizer = self._fields.optimizer
        if optimizer is not None and optimizer.batch_size != "all" and optimizer.batch_size > samples:
            message = f"expected at most the {samples} samples that there are"
            raise FieldError([Fault(("optimizer", "batch_size"), message)])

    def by_newton(self) -> tuple[list[tuple[str, ...]], int]:
        steps = self._fields.steps
        if steps > MOST_STEPS:
            raise FieldError([Fault(("steps",), f"expected at most {MOST_STEPS} steps, found {steps}")])
        for step in range(1, steps + 1):
            self._add_step(self._add_pass(step - 1), step - 1)
            slope = self._gradients[-1]
            section = NEWTON if step == 1 else f"{NEWTON} {step}"
            hessian, move, own = timed("H", step - 1), timed("v", step - 1), timed(self._theta, step)
            p = f"{{{timed('yhat', step - 1)}}}"
            if hessian not in self._graph:
                self._writer.add(
                    hessian, self._formulas.hessian(p), ("fit",), "second derivatives", section, "matrices"
                )
            self._writer.add(move, f"inv({{{hessian}}}) @ {{{slope}}}", ("fit",), "step", section, "moves")
            self._writer.add(own, f"{{{timed(self._theta, step - 1)}}} - {{{move}}}", ("fit",), "", section, "updates")
            self._end(step)
        self._add_pass(steps)
        return self._asked_after(steps, self._gradients[0], "H"), steps

    def _asked_after(self, steps: int, *first: str) -> list[tuple[str, ...]]:
        asked = range(1, steps + 1) if steps <= MOST_PARTS else range(steps, steps + 1)
        found = [(timed(self._theta, step),) for step in asked]
        by_all = self._objectives[0] == OBJECTIVE
        return [(OBJECTIVE, *first) if by_all else first, *found]

    def as_given(self) -> tuple[list[tuple[str, ...]], int]:
        self._add_step(self._add_pass(0), 0)
        return [("yhat", OBJECTIVE), (self._gradients[0],)], 0


_WAYS: Any = {
    Fit.NORMAL_EQUATIONS: _Builder.by_normal_equations,
    Fit.SUMS: _Builder.by_sums,
    Fit.DESCENT: _Builder.by_descent,
    Fit.NEWTON: _Builder.by_newton,
    Fit.GIVEN: _Builder.as_given,
}
