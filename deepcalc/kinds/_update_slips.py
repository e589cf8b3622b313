"""Typical mistakes in the steps of an update rule, made in every step alike, for every kind that takes steps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._schedules import schedule_mistakes
from deepcalc.kinds._stepping import Stepping
from deepcalc.kinds._update_mistakes import (
    MOMENTS,
    added,
    averaged,
    counted_from_one,
    epsilon_moved,
    no_root,
    no_sign,
    on_the_gradient,
    shifted,
    summed,
    terms_or_bounds,
    velocity_before,
    weight_of,
    with_strength_twice,
    with_weight_squared,
    with_weights_exchanged,
    without_decay,
    without_rate,
    without_square,
    without_strength,
    without_weight,
)
from deepcalc.kinds._updates import timed
from deepcalc.notation.edits import changed, terms
from deepcalc.notation.nodes import Literal, Name, Node, Plus, minus, names_in
from deepcalc.plan import Slip
from deepcalc.rules.clipping import global_norm
from deepcalc.rules.updates import BETA1, BETA2, GAMMA, Conventions, Moment, Rule
from deepcalc.rules.updates.averages import squared

if TYPE_CHECKING:
    from deepcalc.kinds._updates import UpdateFields

Change = Callable[[str, Any], Any]
"""A quantity's name and formula → its changed formula, or the formula itself."""

_CORRECTED = {"mhat": "m", "vhat": "v"}
"""What a bias correction gives, and of which moment."""


class UpdateMistakes:
    """The mistakes in the updates of a graph.

    ``numbers`` are those of the steps, ``moment`` gives that of a parameter at one of them, ``said`` how a symbol is
    written in a sentence, ``updated`` what the rule gives of a parameter at a step.
    """

    def __init__(
        self,
        stepping: Stepping,
        graph: Graph,
        numbers: Sequence[int],
        moment: Callable[[str, int], Moment],
        said: Callable[[Any], str],
        updated: Callable[[str, int], str] = timed,
    ) -> None:
        self._said = said
        self._fields: UpdateFields = stepping.fields
        self._stepping = stepping
        self._rate = stepping.rate
        self._graph = graph
        self._moment = moment
        self._steps = numbers
        self._names = tuple(stepping.shapes)
        self._news = {updated(name, step): (name, step) for step in numbers for name in self._names}
        self._lines = {
            own: (line.head, name, step)
            for step in numbers
            for line in stepping.lines
            for own, name in stepping.names(line, step).items()
        }

    def all(self) -> Iterator[Slip]:
        conventions = self._fields.conventions
        yield from self._of_the_method()
        yield Slip("no-root", "no root taken", self._everywhere(lambda name, formula: changed(formula, no_root)))
        yield Slip("epsilon", "ε on the other side of the root", self._everywhere(epsilon_moved))
        yield Slip("no-sign", "the value itself in place of its sign", self._everywhere(no_sign))
        corrected = {*_CORRECTED, *(("rate",) if conventions.bias_correction_in_rate else ())}
        if not corrected.isdisjoint(head for head, _, _ in self._lines.values()):
            yield from self._bias_correction(corrected)
        yield from self._not_accumulated()
        yield from self._wrong_averages()
        if self._is_by_velocity(conventions):
            yield from self._other_momentum(conventions)
        elif self._has_velocity:
            yield Slip("momentum-forgotten", "plain gradient descent, without the velocity", self._plain)
        yield from self._wrong_decay()
        yield from self._wrong_clipping()
        if self._fields.schedule is not None:
            yield from schedule_mistakes(self._fields.schedule, self._rate, self._steps)
        before = self._in_new_values(velocity_before)
        for step in (None, *self._steps):
            own = {name: each for name, each in before.items() if step in (None, self._news[name][1])}
            yield Slip("velocity-before", "the velocity of the step before taken", own)
        yield Slip("gradient-added", "the step added instead of subtracted", self._in_new_values(added))
        rate_forgotten = self._everywhere(lambda name, formula: without_rate(self._rate, formula))
        yield Slip("learning-rate-forgotten", "the learning rate forgotten", rate_forgotten)

    def _everywhere(self, change: Change) -> dict[str, Node]:
        return {name: change(name, self._graph[name].formula) for name in (*self._lines, *self._news)}

    def _in_new_values(self, change: Callable[[Any], Any]) -> dict[str, Node]:
        return {name: change(self._graph[name].formula) for name in self._news}

    # ---- weight decay

    def _wrong_decay(self) -> Iterator[Slip]:
        """The decay forgotten, its λ left out, 2λ in its place."""
        rows: tuple[tuple[str, str, Change], ...] = (
            ("decay-forgotten", "the weight decay forgotten", without_decay),
            ("strength-forgotten", "λ left out of the weight decay", without_strength),
            ("strength-doubled", "2·λ in place of λ in the weight decay", with_strength_twice),
            ("weight-squared", "λ times the square of the parameter in the weight decay", with_weight_squared),
        )
        for key, message, change in rows:
            yield Slip(key, message, self._everywhere(change))
        if "weight_decay" in self._fields.conventions.given:
            yield from self._otherwise_coupled()
        is_rated = self._fields.conventions.decay_times_rate
        key, said = ("decay-unrated", "not multiplied") if is_rated else ("decay-rated", "multiplied")
        yield Slip(key, f"the weight decay {said} by the learning rate", self._otherwise_rated_decay())

    def _otherwise_coupled(self) -> Iterator[Slip]:
        """The decay apart from the gradient in place of in it, or the other way round; one, where nothing is kept."""
        rule, formulas = self._fields.rule, {}
        lines, new_value = rule.otherwise_decayed
        for line, (head, name, step) in self._lines.items():
            if head in lines:
                formulas[line] = lines[head](self._moment(name, step))
        for value, (name, step) in self._news.items():
            formulas[value] = new_value(self._moment(name, step))
        if rule.conventions.decoupled:
            key, message = "decay-coupled", "the weight decay added to the gradient"
        else:
            key, message = "decay-decoupled", "the weight decay taken from the new value, not added to the gradient"
        if lines:
            yield Slip(key, message, formulas)

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

    # ---- clipping

    def _wrong_clipping(self) -> Iterator[Slip]:
        """The gradient as it was; each clipped by its own norm in place of that of all together, or the other way."""
        clipped = {
            line: self._moment(name, step) for line, (head, name, step) in self._lines.items() if head == "clipped"
        }
        unclipped = {line: moment.gradient for line, moment in clipped.items()}
        yield Slip("clipping-forgotten", "the gradient not clipped", unclipped)
        together: dict[Node, Node] = {
            Literal(str(step)): global_norm(self._moment(name, step).squares for name in self._names)
            for step in self._steps
        }
        other = {}
        for line, moment in clipped.items():
            norms = {moment.norm: global_norm([moment.squares]), moment.now("size"): together[moment.step]}
            other[line] = self._graph[line].definition.xreplace(norms)
        said = "its own norm" if self._fields.rule.needs_norm else "the norm of all gradients together"
        yield Slip("clipping-norm", f"each gradient clipped by {said}", other)

    # ---- adam

    def _bias_correction(self, corrected: Collection[str]) -> Iterator[Slip]:
        def uncorrected(heads: Mapping[str, str]) -> dict[str, Node]:
            formulas = {}
            for value, (name, step) in self._news.items():
                moments = {Name(f"{hat}.{name}@{step}"): Name(f"{head}.{name}@{step}") for hat, head in heads.items()}
                formulas[value] = self._graph[value].definition.xreplace(moments)
            return formulas

        message = "no bias correction"
        hats = {hat: _CORRECTED[hat] for hat in _CORRECTED if hat in {head for head, _, _ in self._lines.values()}}
        yield Slip("no-bias-correction", message, uncorrected(hats))
        for hat, head in hats.items():
            own = f"{message} of the {MOMENTS[head]} moment"
            yield Slip("no-bias-correction", own, uncorrected({hat: head}))
            same = {
                line: Name(f"{head}.{name}@{step}") for line, (each, name, step) in self._lines.items() if each == hat
            }
            yield Slip("no-bias-correction", own, same)
        rates = {line: self._rate for line, (head, _, _) in self._lines.items() if head == "rate"}
        yield Slip("no-bias-correction", message, rates)
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
            before = Name(timed(name, step - 1))
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
        squares = {line.head for line in self._stepping.lines if line.is_square}
        heads = tuple(dict.fromkeys(head for head, _, _ in self._lines.values()))
        for head in heads:
            if head in squares:
                yield Slip("not-squared", f"the gradient not squared in {head}", self._in(head, without_square))
            coefficient = next(filter(None, (weight_of(self._graph[name].definition) for name in self._of(head))), None)
            if coefficient is None and head in squares:
                said = "the square of the summed gradients in place of the sum of squares"
                yield Slip("square-of-sum", said, dict(self._squared_sums(head)))
            if coefficient is not None:
                name = self._said(coefficient)
                unweighted = self._in(head, partial(without_weight, coefficient))
                yield Slip("weight-left-out", f"the factor 1 − {name} left out in {head}", unweighted)
                swapped = self._in(head, partial(with_weights_exchanged, coefficient))
                as_sum = self._in(head, partial(summed, coefficient))
                yield Slip("not-averaged", f"summed up, not averaged, in {head}", as_sum)
                yield Slip("weights-swapped", f"{name} and 1 − {name} swapped in {head}", swapped)
        formulas = {name: self._graph[name].definition for name in self._lines}
        used = set(names_in(*formulas.values()))
        if {BETA1.name, BETA2.name} <= used:
            other_rates = {name: each.xreplace({BETA1: BETA2, BETA2: BETA1}) for name, each in formulas.items()}
            yield Slip("rates-swapped", f"{self._said(BETA1)} and {self._said(BETA2)} exchanged", other_rates)

    def _squared_sums(self, head: str) -> Iterator[tuple[str, Node]]:
        """(Σg)² in place of Σg², from the second step on."""
        for line, (own, name, last) in self._lines.items():
            gradients = [self._moment(name, step).gradient for step in self._steps if step <= last and own == head]
            if len(gradients) > 1 and isinstance(self._graph[line].definition, Plus):
                yield line, squared(Plus(*gradients))

    def _of(self, head: str) -> Iterator[str]:
        return (line for line, (own, _, _) in self._lines.items() if own == head)

    def _in(self, head: str, change: Callable[[Any], Any]) -> dict[str, Node]:
        return {line: changed(self._graph[line].definition, change) for line in self._of(head)}

    # ---- momentum

    @property
    def _has_velocity(self) -> bool:
        """Whether a velocity of gradients is kept, and nothing else."""
        return [*self._fields.states] == ["v"] and GAMMA.name in {name for line in self._stepping.lines
                                                                  for name in names_in(line.law)}  # fmt: skip

    def _is_by_velocity(self, conventions: Conventions) -> bool:
        """Whether the step is by the velocity alone, which may have the learning rate in it or not."""
        step_is_another = "look_ahead" in self._fields.update.conventions or conventions.nesterov
        is_otherwise = conventions.velocity_is_step or conventions.velocity_is_average or step_is_another
        return self._has_velocity and not is_otherwise and "dampening" not in conventions.given

    @property
    def _plain(self) -> dict[str, Node]:
        """The new values without what was kept before."""
        alone = {Name(each): form for each, form in self._without_before(("v",)).items()}
        return {name: self._graph[name].definition.xreplace(alone) for name in self._news}

    def _other_momentum(self, conventions: Conventions) -> Iterator[Slip]:
        """The learning rate on the other side; the gradient weighted by 1 - γ, as in an average, or by γ."""
        inside = conventions.learning_rate_inside_velocity
        velocities, values = self._by(replace(conventions, learning_rate_inside_velocity=not inside))
        averages, of_averages = self._by(replace(conventions, velocity_is_average=True))
        yield Slip("momentum-form", "an average of the gradients as velocity", {**averages, **of_averages})
        said = "outside" if inside else "inside"
        yield Slip("momentum-form", f"the learning rate {said} of the velocity", {**velocities, **values})
        both = "the learning rate in both velocity and step"
        yield Slip("momentum-form", both, values if inside else velocities)
        yield Slip("momentum-forgotten", "plain gradient descent, without the velocity", self._plain)
        gamma, own = self._said(GAMMA), {name: self._graph[name].definition for name in velocities}
        weighted = {name: averaged(formula) for name, formula in own.items()}
        yield Slip("momentum-form", f"the gradient weighted by 1 − {gamma} in the velocity", weighted)
        turned = {name: on_the_gradient(formula) for name, formula in own.items()}
        yield Slip("momentum-form", f"{gamma} at the gradient, not at the velocity before", turned)

    def _by(self, conventions: Conventions) -> tuple[dict[str, Node], dict[str, Node]]:
        """Velocities and new values as other conventions have them."""
        rule = Rule(self._fields.update, conventions)
        line, new_value = rule.lines[-1], rule.new_value
        moments = {at: self._moment(*at) for at in self._news.values()}
        velocities = {f"v.{name}@{step}": line.formula(moment) for (name, step), moment in moments.items()}
        return velocities, {value: new_value(moments[at]) for value, at in self._news.items()}

    # ---- the method's own

    def _of_the_method(self) -> Iterator[Slip]:
        """What the row of the method tells."""
        for mistake in self._fields.rule.mistakes:
            formulas = {
                line: mistake.lines[head](self._moment(name, step))
                for line, (head, name, step) in self._lines.items()
                if head in mistake.lines
            }
            if mistake.new_value is not None:
                news = self._news.items()
                formulas |= {value: mistake.new_value(self._moment(name, step)) for value, (name, step) in news}
            yield Slip(mistake.key, mistake.message, formulas)
