"""Typical mistakes in an optimizer's steps, made in every step alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import slips_of, stands
from deepcalc.kinds.optimizer.graph import built_alone
from deepcalc.kinds.optimizer.mistakes import (
    MOMENTS,
    added,
    averaged,
    counted_from_one,
    epsilon_moved,
    no_root,
    shifted,
    terms_or_bounds,
    velocity_before,
    weight_of,
    with_strength_twice,
    with_weights_exchanged,
    without_decay,
    without_rate,
    without_square,
    without_strength,
    without_weight,
)
from deepcalc.kinds.optimizer.naming import MINIMUM
from deepcalc.kinds.optimizer.side_by_side import SideBySide
from deepcalc.kinds.optimizer.stationary import APPROACHED
from deepcalc.kinds.optimizer.steps import Steps
from deepcalc.notation.edits import changed, terms
from deepcalc.notation.nodes import Literal, Name, Node, Over, Plus, minus, names_in
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import Plan, Slip
from deepcalc.rules.clipping import global_norm
from deepcalc.rules.curvature import curvature_mistakes
from deepcalc.rules.updates import BETA1, BETA2, ETA, GAMMA, Conventions, Rule

if TYPE_CHECKING:
    from deepcalc.kinds.optimizer.fields import OptimizerFields

RATE_HEAD = "rate"
"""The head of a rate with the bias corrections in it."""

Change = Callable[[str, Any], Any]
"""A quantity's name and formula → its changed formula, or the formula itself."""


def slips(fields: OptimizerFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of an optimizer problem, of each run apart where there are several."""
    runs = fields.all_runs
    if not runs:
        yield from _Mistakes(fields, plan.graph, plan.symbols).all()
        return
    plans = {name: built_alone(run) for name, run in runs.items()}
    together = SideBySide(plans)
    for name, run in runs.items():
        yield from together.slips(name, _Mistakes(run, plans[name].graph, plan.symbols).all())


_LEFT_OUT = (
    ("steps_per_epoch", "schedule-by-step", "the schedule by steps in place of epochs"),
    ("count_from", "schedule-from-zero", "the first step counted as 0 in the schedule"),
    ("warmup", "warm-up-forgotten", "the schedule counted from the first step on, without its warm-up"),
)
"""What may be left out of a schedule, with the mistake that it is."""


class _Mistakes:
    def __init__(self, fields: OptimizerFields, graph: Graph, symbols: Symbols) -> None:
        self._said = UnicodePrinter(symbols).print
        self._fields = fields
        self._graph = graph
        steps = Steps(fields)
        self._value = steps.value
        self._moment = steps.moment
        self._steps = steps.numbers
        self._news = {steps.value(name, step): (name, step) for step in steps.numbers for name in fields.parameters}
        self._lines = {
            own: (line.head, name, step)
            for step in steps.numbers
            for line in fields.lines
            for own, name in steps.stepping.names(line, step).items()
        }

    def all(self) -> Iterator[Slip]:
        conventions = self._fields.conventions
        yield Slip("no-root", "no root taken", self._everywhere(lambda name, formula: changed(formula, no_root)))
        yield Slip("epsilon", "ε on the other side of the root", self._everywhere(epsilon_moved))
        if "bias_correction" in self._fields.update.conventions and conventions.bias_correction:
            yield from self._bias_correction()
        yield from self._not_accumulated()
        yield Slip("sum-for-mean", "the sum in place of the mean", self._summed())
        yield from self._wrong_averages()
        if (
            self._fields.update.name == "momentum"
            and not conventions.velocity_is_step
            and not conventions.velocity_is_average
            and conventions.given <= {"weight_decay"}
        ):
            yield from self._other_momentum(conventions)
        yield from self._wrong_decay()
        yield from self._wrong_clipping()
        yield from self._wrong_schedule()
        before = self._in_new_values(velocity_before)
        for step in (None, *self._steps):
            own = {name: each for name, each in before.items() if step in (None, self._news[name][1])}
            yield Slip("velocity-before", "the velocity of the step before taken", own)
        yield Slip("gradient-added", "the step added instead of subtracted", self._in_new_values(added))
        rate_forgotten = self._everywhere(lambda name, formula: without_rate(formula))
        yield Slip("learning-rate-forgotten", "the learning rate forgotten", rate_forgotten)
        yield from self._other_minimum()
        yield from (slip for slip in slips_of(self._graph, curvature_mistakes()) if stands(self._graph, slip))

    def _other_minimum(self) -> Iterator[Slip]:
        """The lowest minimum and the one that a descent comes to, taken for each other."""
        lowest = next((name for name in (f"{MINIMUM}.{each}" for each in self._fields.parameters)), "")
        found = [self._graph[name].written for name in (lowest, APPROACHED) if name in self._graph]
        if len(found) == 2 and None not in found:
            there, nearest = found
            yield Slip("nearest-for-lowest", "the point that the descent comes to, not the lowest", {lowest: nearest})
            yield Slip("lowest-for-nearest", "the lowest minimum, not where the descent comes to", {APPROACHED: there})

    def _everywhere(self, change: Change) -> dict[str, Node]:
        names = (*self._lines, *self._news)
        return {name: change(name, self._graph[name].formula) for name in names}

    def _in_new_values(self, change: Callable[[Any], Any]) -> dict[str, Node]:
        return {name: change(self._graph[name].formula) for name in self._news}

    def _summed(self) -> dict[str, Node]:
        """The gradients of several samples summed up, where their mean is taken."""
        if self._fields.batch == 1 or self._fields.reduction != "mean":
            return {}
        found = {f"g.{name}@{step}": self._graph[f"g.{name}@{step}"].formula for name, step in self._news.values()}
        return {name: formula.args[0] for name, formula in found.items() if isinstance(formula, Over)}

    # ---- weight decay

    def _wrong_decay(self) -> Iterator[Slip]:
        """The decay forgotten, its λ left out, 2λ in its place."""
        rows: tuple[tuple[str, str, Change], ...] = (
            ("decay-forgotten", "the weight decay forgotten", without_decay),
            ("strength-forgotten", "λ left out of the weight decay", without_strength),
            ("strength-doubled", "2·λ in place of λ in the weight decay", with_strength_twice),
        )
        for key, message, change in rows:
            yield Slip(key, message, self._everywhere(change))
        is_rated = self._fields.conventions.decay_times_rate
        key, said = ("decay-unrated", "not multiplied") if is_rated else ("decay-rated", "multiplied")
        yield Slip(key, f"the weight decay {said} by the learning rate", self._otherwise_rated_decay())

    def _otherwise_rated_decay(self) -> dict[str, Node]:
        """w − η·(g + λ·w) → w − η·g − λ·w, where the decay is part of the gradient; apart from it η·λ·w ↔ λ·w."""
        conventions = self._fields.conventions
        if conventions.decoupled and "weight_decay" in conventions.given:
            other = replace(conventions, decay_times_rate=not conventions.decay_times_rate)
            new_value = Rule(self._fields.update, other).new_value
            return {value: new_value(self._moment(name, step)) for value, (name, step) in self._news.items()}
        formulas = {}
        for value, (name, step) in self._news.items():
            line = next((each for each in self._lines if self._lines[each] == ("decayed", name, step)), None)
            if line is not None:
                gradient, decay = self._graph[line].definition.args[0], terms(self._graph[line].definition)[-1]
                formulas[value] = minus(self._graph[value].definition.xreplace({Name(line): gradient}), decay)
        return formulas

    # ---- the schedule

    def _wrong_schedule(self) -> Iterator[Slip]:
        """The rate of the next step; rates by the step where the epoch counts; those without a warm-up."""
        schedule = self._fields.schedule
        if schedule is None:
            return
        by = schedule.steps_per_epoch or 1
        next_ones = {f"{ETA.name}@{step}": schedule.rate(ETA, step + by) for step in self._steps}
        yield Slip("schedule-too-early", "the schedule one step ahead", next_ones)
        for field, key, message in _LEFT_OUT:
            without = type(schedule).model_fields[field].default
            if getattr(schedule, field) != without:
                other = schedule.model_copy(update={field: without})
                yield Slip(key, message, {f"{ETA.name}@{step}": other.rate(ETA, step) for step in self._steps})

    # ---- clipping

    def _wrong_clipping(self) -> Iterator[Slip]:
        """The gradient as it was; each clipped by its own norm in place of that of all together, or the other way."""
        clipped = {
            line: self._moment(name, step) for line, (head, name, step) in self._lines.items() if head == "clipped"
        }
        unclipped = {line: moment.gradient for line, moment in clipped.items()}
        yield Slip("clipping-forgotten", "the gradient not clipped", unclipped)
        together: dict[Node, Node] = {
            Literal(str(step)): global_norm(self._moment(name, step).squares for name in self._fields.parameters)
            for step in self._steps
        }
        other = {}
        for line, moment in clipped.items():
            norms = {moment.norm: global_norm([moment.squares]), moment.now("size"): together[moment.step]}
            other[line] = self._graph[line].definition.xreplace(norms)
        said = "its own norm" if self._fields.rule.needs_norm else "the norm of all gradients together"
        yield Slip("clipping-norm", f"each gradient clipped by {said}", other)

    # ---- adam

    def _bias_correction(self) -> Iterator[Slip]:
        def uncorrected(heads: Mapping[str, str]) -> dict[str, Node]:
            formulas = {}
            for value, (name, step) in self._news.items():
                moments = {Name(f"{hat}.{name}@{step}"): Name(f"{head}.{name}@{step}") for hat, head in heads.items()}
                formulas[value] = self._graph[value].definition.xreplace(moments)
            return formulas

        message = "no bias correction"
        yield Slip("no-bias-correction", message, uncorrected({"mhat": "m", "vhat": "v"}))
        yield Slip("no-bias-correction", f"{message} of the first moment", uncorrected({"mhat": "m"}))
        yield Slip("no-bias-correction", f"{message} of the second moment", uncorrected({"vhat": "v"}))
        for hat, head in (("mhat", "m"), ("vhat", "v")):
            same = {
                line: Name(f"{head}.{name}@{step}") for line, (own, name, step) in self._lines.items() if own == hat
            }
            yield Slip("no-bias-correction", f"{message} of the {MOMENTS[head]} moment", same)
        rates = {line: ETA for line, (head, _, _) in self._lines.items() if head == RATE_HEAD}
        yield Slip("no-bias-correction", message, rates)
        corrected = ("mhat", "vhat", RATE_HEAD)
        first = {
            line: changed(self._graph[line].definition, counted_from_one(step, self._steps[0]))
            for line, (head, _, step) in self._lines.items()
            if head in corrected
        }
        if self._steps[0] > 1:
            yield Slip("t-begun-at-1", "t counted from 1, though there were steps before", first)
        for shift, said in ((-1, "t − 1"), (1, "t + 1")):
            formulas = {
                line: changed(self._graph[line].definition, shifted(step, shift))
                for line, (head, _, step) in self._lines.items()
                if head in corrected
            }
            yield Slip("t-off-by-one", f"{said} in place of t in the bias correction", formulas)

    # ---- what is kept from step to step

    def _not_accumulated(self) -> Iterator[Slip]:
        states = tuple(self._fields.states)
        if states:
            message = "the state of the step before left out"
            yield Slip("not-accumulated", message, self._without_before(states))
            if len(states) > 1:
                for state in states:
                    yield Slip("not-accumulated", f"{message} in {state}", self._without_before((state,)))
        begun = {}
        for value, (name, step) in self._news.items():
            before = Name(self._value(name, step - 1))
            begun[value] = self._graph[value].definition.xreplace({before: Name(name)})
        yield Slip("not-accumulated", "each step begun at the initial parameters", begun)

    def _without_before(self, states: tuple[str, ...]) -> dict[str, Node]:
        formulas = {}
        for line, (head, name, step) in self._lines.items():
            if head in states:
                before = f"{head}.{name}@{step - 1}"
                parts = terms_or_bounds(self._graph[line].formula)
                kept = [part for part in parts if before not in names_in(part)]
                if kept:
                    formulas[line] = kept[0] if len(kept) == 1 else Plus(*kept)
        return formulas

    # ---- averages and squares

    def _wrong_averages(self) -> Iterator[Slip]:
        """The square left out, the weights of old and new exchanged or left out, the two rates exchanged."""
        squares = {line.head for line in self._fields.lines if line.is_square}
        heads = tuple(dict.fromkeys(head for head, _, _ in self._lines.values()))
        for head in heads:
            if head in squares:
                yield Slip("not-squared", f"the gradient not squared in {head}", self._in(head, without_square))
            coefficient = next(filter(None, (weight_of(self._graph[name].definition) for name in self._of(head))), None)
            if coefficient is not None:
                name = self._said(coefficient)
                unweighted = self._in(head, partial(without_weight, coefficient))
                yield Slip("weight-left-out", f"the factor 1 − {name} left out in {head}", unweighted)
                swapped = self._in(head, partial(with_weights_exchanged, coefficient))
                yield Slip("weights-swapped", f"{name} and 1 − {name} swapped in {head}", swapped)
        formulas = {name: self._graph[name].definition for name in self._lines}
        used = {each for formula in formulas.values() for each in names_in(formula)}
        if {BETA1.name, BETA2.name} <= used:
            other_rates = {name: each.xreplace({BETA1: BETA2, BETA2: BETA1}) for name, each in formulas.items()}
            yield Slip("rates-swapped", f"{self._said(BETA1)} and {self._said(BETA2)} exchanged", other_rates)

    def _of(self, head: str) -> Iterator[str]:
        return (line for line, (own, _, _) in self._lines.items() if own == head)

    def _in(self, head: str, change: Callable[[Any], Any]) -> dict[str, Node]:
        return {line: changed(self._graph[line].definition, change) for line in self._of(head)}

    # ---- momentum

    def _other_momentum(self, conventions: Conventions) -> Iterator[Slip]:
        """The learning rate on the other side; the gradient weighted by 1 - γ, as in an average."""
        other = replace(conventions, learning_rate_inside_velocity=not conventions.learning_rate_inside_velocity)
        rule = Rule(self._fields.update, other)
        line, new_value = rule.lines[-1], rule.new_value
        velocities, values = {}, {}
        for value, (name, step) in self._news.items():
            moment = self._moment(name, step)
            velocities[f"v.{name}@{step}"] = line.formula(moment)
            values[value] = new_value(moment)
        inside = conventions.learning_rate_inside_velocity
        said = "outside" if inside else "inside"
        yield Slip("momentum-form", f"the learning rate {said} of the velocity", {**velocities, **values})
        if inside:
            yield Slip("momentum-form", "the learning rate in both velocity and step", values)
        alone = self._without_before(("v",))
        plain = {
            name: self._graph[name].definition.xreplace({Name(each): form for each, form in alone.items()})
            for name in values
        }
        yield Slip("momentum-forgotten", "plain gradient descent, without the velocity", plain)
        weighted = {name: averaged(self._graph[name].definition) for name in velocities}
        yield Slip("momentum-form", f"the gradient weighted by 1 − {self._said(GAMMA)} in the velocity", weighted)
