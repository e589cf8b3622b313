"""Typical mistakes in velocities, for every rule that keeps one; what all mistakes in updates start from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._stepping import Stepping
from deepcalc.kinds._update_mistakes import averaged, on_the_gradient, terms_or_bounds
from deepcalc.kinds._updates import timed
from deepcalc.notation.nodes import ONE, Name, Node, Plus, minus, names_in
from deepcalc.plan import Slip
from deepcalc.rules.updates import GAMMA, Conventions, Moment, Rule
from deepcalc.rules.updates.averages import corrected

if TYPE_CHECKING:
    from deepcalc.kinds._updates import UpdateFields

Change = Callable[[str, Any], Any]
"""A quantity's name and formula → its changed formula, or the formula itself."""


class UpdateLines:
    """The lines of the updates of a graph, in which mistakes are made.

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

    def _everywhere(self, change: Change) -> dict[str, Node]:
        return {name: change(name, self._graph[name].formula) for name in (*self._lines, *self._news)}

    def _in_new_values(self, change: Callable[[Any], Any]) -> dict[str, Node]:
        return {name: change(self._graph[name].formula) for name in self._news}

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


class VelocityMistakes(UpdateLines):
    """The mistakes in the velocities."""

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
        both = "the learning rate in both velocity and step"
        yield Slip("momentum-form", both, values if inside else velocities)
        yield Slip("momentum-form", "an average of the gradients as velocity", {**averages, **of_averages})
        said = "outside" if inside else "inside"
        yield Slip("momentum-form", f"the learning rate {said} of the velocity", {**velocities, **values})
        yield Slip("momentum-forgotten", "plain gradient descent, without the velocity", self._plain)
        gamma, own = self._said(GAMMA), {name: self._graph[name].definition for name in velocities}
        weighted = {name: averaged(formula) for name, formula in own.items()}
        yield Slip("momentum-form", f"the gradient weighted by 1 − {gamma} in the velocity", weighted)
        turned = {name: on_the_gradient(formula) for name, formula in own.items()}
        yield Slip("gamma-at-gradient", f"{gamma} at the gradient, not at the velocity before", turned)
        said = f"{gamma} in place of the learning rate"
        every = (*own, *self._news)
        by_gamma = {name: self._graph[name].definition.xreplace({self._rate: GAMMA}) for name in every}
        yield Slip("momentum-for-rate", said, by_gamma)

    def _other_average(self) -> Iterator[Slip]:
        """The learning rate in the average; a correction of it, as Adam has one."""
        velocities = {line: self._graph[line].definition for line, (head, *_) in self._lines.items() if head == "v"}
        by_rate = {line: each.xreplace({minus(ONE, GAMMA): self._rate}) for line, each in velocities.items()}
        gamma = self._said(GAMMA)
        yield Slip("momentum-form", f"the learning rate in place of 1 − {gamma} in the velocity", by_rate)
        corrections = {
            Name(f"v.{name}@{step}"): corrected("v", GAMMA)(self._moment(name, step))
            for name, step in self._news.values()
        }
        formulas = self._in_new_values(lambda formula: formula.xreplace(corrections))
        yield Slip("bias-corrected", "a bias correction, as Adam has it", formulas)

    def _by(self, conventions: Conventions) -> tuple[dict[str, Node], dict[str, Node]]:
        """Velocities and new values as other conventions have them."""
        rule = Rule(self._fields.update, conventions)
        line, new_value = rule.lines[-1], rule.new_value
        moments = {at: self._moment(*at) for at in self._news.values()}
        velocities = {f"v.{name}@{step}": line.formula(moment) for (name, step), moment in moments.items()}
        return velocities, {value: new_value(moments[at]) for value, at in self._news.items()}
