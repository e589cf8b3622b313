"""Typical mistakes in the steps of an update rule, made in every step alike, for every kind that takes steps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import permutations
from typing import Any

from deepcalc.kinds._arrays import stands
from deepcalc.kinds._schedules import schedule_mistakes
from deepcalc.kinds._update_mistakes import (
    MOMENTS,
    added,
    counted_from_one,
    decay_alone,
    epsilon_moved,
    no_root,
    no_sign,
    shifted,
    summed,
    velocity_before,
    weight_of,
    with_decay_of_new_value,
    with_strength_twice,
    with_weight_squared,
    with_weights_exchanged,
    without_decay,
    without_exponent,
    without_rate,
    without_square,
    without_strength,
    without_weight,
)
from deepcalc.kinds._updates import timed
from deepcalc.kinds._velocity_slips import Change, VelocityMistakes
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.edits import changed, terms
from deepcalc.notation.nodes import ONE, Call, Literal, Name, Node, Over, Plus, minus, names_in, product, total
from deepcalc.plan import Slip
from deepcalc.rules.clipping import clipped_by_norm, global_norm
from deepcalc.rules.updates import BETA1, BETA2, Moment, Rule
from deepcalc.rules.updates.averages import squared

_CORRECTED = {"mhat": "m", "vhat": "v"}
"""What a bias correction gives, and of which moment."""


class UpdateMistakes(VelocityMistakes):
    """The mistakes in the updates of a graph."""

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
        yield from self._not_reset()
        yield from self._wrong_averages()
        if self._is_by_velocity(conventions):
            yield from self._other_momentum(conventions)
        elif self._has_velocity:
            yield Slip("momentum-forgotten", "plain gradient descent, without the velocity", self._plain)
            if conventions.velocity_is_average:
                yield from self._other_average()
        yield from self._wrong_decay()
        yield from self._wrong_clipping()
        if self._fields.schedule is not None:
            yield from schedule_mistakes(self._fields.schedule, self._rate, self._steps)
            rates: dict[Any, Any] = {Name(f"{self._rate.name}@{step}"): self._rate for step in self._steps}
            kept = self._everywhere(lambda name, formula: formula.xreplace(rates))
            yield Slip("schedule-forgotten", "the learning rate at the beginning taken in every step", kept)
        before = self._in_new_values(velocity_before)
        for step in (None, *self._steps):
            own = {name: each for name, each in before.items() if step in (None, self._news[name][1])}
            yield Slip("velocity-before", "the velocity of the step before taken", own)
        yield Slip("gradient-added", "the step added instead of subtracted", self._in_new_values(added))
        rate_forgotten = self._everywhere(lambda name, formula: without_rate(self._rate, formula))
        yield Slip("learning-rate-forgotten", "the learning rate forgotten", rate_forgotten)

    # ---- weight decay

    def _wrong_decay(self) -> Iterator[Slip]:
        """The decay forgotten, its λ left out, 2λ in its place."""
        rows: tuple[tuple[str, str, Change], ...] = (
            ("decay-forgotten", "the weight decay forgotten", without_decay),
            ("strength-forgotten", "λ left out of the weight decay", without_strength),
            ("gradient-forgotten", "the weight decay alone, the gradient left out", decay_alone),
            ("strength-doubled", "2·λ in place of λ in the weight decay", with_strength_twice),
            ("weight-squared", "λ times the square of the parameter in the weight decay", with_weight_squared),
        )
        for key, message, change in rows:
            yield Slip(key, message, self._everywhere(change))
        if "weight_decay" in self._fields.conventions.given:
            yield from self._otherwise_coupled()
            of_new = self._in_new_values(with_decay_of_new_value)
            yield Slip("decay-of-new-value", "the decay taken of the new value, not of the old one", of_new)
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
        plain = {Name(line): gradient for line, gradient in unclipped.items()}
        as_it_was = self._everywhere(lambda name, formula: formula.xreplace(plain))
        yield Slip("clipping-forgotten", "the gradient as it was before clipping taken", as_it_was)
        bound = self._fields.conventions.clip_norm or self._fields.conventions.clip_each
        if bound is not None:
            divided = {line: Over(moment.gradient, bound) for line, moment in clipped.items()}
            yield Slip("divided-by-bound", "divided by the bound alone, not by the norm", divided)
        together: dict[Node, Node] = {
            Literal(str(step)): global_norm(self._moment(name, step).squares for name in self._names)
            for step in self._steps
        }
        if self._fields.conventions.clip_value is not None:
            yield from self._scaled_together(clipped, together, self._fields.conventions.clip_value)
            return
        other = {}
        for line, moment in clipped.items():
            norms = {moment.norm: global_norm([moment.squares]), moment.now("size"): together[moment.step]}
            other[line] = self._graph[line].definition.xreplace(norms)
        said = "its own norm" if self._fields.rule.needs_norm else "the norm of all gradients together"
        yield Slip("clipping-norm", f"each gradient clipped by {said}", other)

    def _scaled_together(
        self, clipped: Mapping[str, Moment], norms: Mapping[Node, Node], bound: Node
    ) -> Iterator[Slip]:
        """All gradients scaled by their norm or by the largest of them where each is kept within a bound."""
        by_norm = {line: clipped_by_norm(at.gradient, norms[at.step], bound) for line, at in clipped.items()}
        yield Slip("norm-for-value", "clipped by the norm of all gradients, not one by one", by_norm)
        sizes: dict[Node, list[Node]] = {}
        for at in clipped.values():
            size = Call("abs", at.gradient)
            sizes.setdefault(at.step, []).append(Apply("max", {}, size) if at.is_array else size)
        largest = {step: Call("max", *each) if len(each) > 1 else each[0] for step, each in sizes.items()}
        by_largest = {line: clipped_by_norm(at.gradient, largest[at.step], bound) for line, at in clipped.items()}
        yield Slip("norm-for-value", "all scaled by the largest gradient, not clipped one by one", by_largest)
        signs = {line: product(bound, Call("sign", at.gradient)) for line, at in clipped.items()}
        yield Slip("sign-alone", "each gradient set to the bound, the small ones as well", signs)

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
        plain = {
            line: changed(self._graph[line].definition, without_exponent(step))
            for line, (head, _, step) in self._lines.items()
            if head in corrected and step > 1
        }
        yield Slip("no-exponent", "the exponent t left out in the bias correction", plain)
        for hat in hats:
            of_hat = {line: formula for line, formula in plain.items() if self._lines[line][0] == hat}
            yield Slip("no-exponent", f"the exponent t left out in the bias correction of {hats[hat]}", of_hat)
        if self._steps[0] > 1:
            yield Slip("t-begun-at-1", "t counted from 1, though there were steps before", first)
        for shift, said in ((-1, "the step t − 1"), (1, "the step t + 1")):
            formulas = {
                line: changed(self._graph[line].definition, shifted(step, shift))
                for line, (head, _, step) in self._lines.items()
                if head in corrected
            }
            yield Slip("t-off-by-one", f"{said} in place of t in the bias correction", formulas)

    # ---- what is kept from step to step

    def _not_reset(self) -> Iterator[Slip]:
        """The gradients of the steps before added to that of each step, where they are worked out."""
        summed_up: dict[Any, Any] = {}
        for name in self._names:
            gradients = [self._moment(name, step).gradient for step in self._steps]
            if any(self._graph[used].given is not None for used in names_in(*gradients)):
                return
            for last, gradient in enumerate(gradients):
                summed_up[gradient] = total(*gradients[: last + 1])
        if len(summed_up) > len(self._names):
            every = self._everywhere(lambda name, formula: formula.xreplace(summed_up))
            said = "the gradients of the steps before added, as if they had not been reset"
            yield Slip("gradients-not-reset", said, every)

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
            yield from self._mixed_rates(formulas)

    def _mixed_rates(self, formulas: Mapping[str, Node]) -> Iterator[Slip]:
        """(1 − β₁) in place of (1 − β₂) in an average, and the other way round."""
        rests = {minus(ONE, rate): rate for rate in (BETA1, BETA2)}
        for meant, taken in permutations(rests):
            formulas_of_it = {
                name: each.xreplace({meant: taken})
                for name, each in formulas.items()
                if weight_of(each) == rests[meant]
            }
            said = f"1 − {self._said(rests[taken])} in place of 1 − {self._said(rests[meant])}"
            yield Slip("rates-mixed", f"{said} at the new gradient", formulas_of_it)

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
            slip = Slip(mistake.key, mistake.message, formulas)
            if stands(self._graph, slip):
                yield slip
