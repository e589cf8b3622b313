"""The steps of training: an update of every trained parameter, then the passes again with the new values.

The passes of a later step are those of the first with other names: ``h1@2`` is h1 after two updates, ``dL@2/dw@2`` the
gradient there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from deepcalc.errors import FieldError
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Adjoint, Quantity
from deepcalc.kinds._changes import changes
from deepcalc.kinds._stepping import Stepping
from deepcalc.kinds._updates import UPDATE, timed
from deepcalc.kinds.network.constraining import constraints, new_values
from deepcalc.kinds.network.normalizing import running, running_statistics
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.names import gradient, gradient_parts, name_parts
from deepcalc.notation.nodes import Name, Node, minus
from deepcalc.notation.nodes import Times as Product
from deepcalc.records import record
from deepcalc.rules.updates import GENERAL, Moment, Rule


@record
class Stage:
    """With which parameters a pass is made: those after so many updates, or those at the look-ahead point of one."""

    time: int
    prefix: str = ""
    when: str = "after update"

    def name(self, name: str) -> str:
        """What a quantity, or a parameter, is called in the pass; what an update has made is one update further."""
        own = name_parts(name)
        if own is not None and own.time:
            return timed(str(replace(own, time=None)), self.time + own.time)
        return timed(f"{self.prefix}.{name}" if self.prefix else name, self.time)

    def section(self, section: str) -> str:
        return f"{section} {self.when} {self.time}" if self.time else section

    def renamed(self, names: Iterable[str]) -> dict[str, str]:
        """The names of quantities and parameters by those that they have in the pass."""
        plain, slopes = {}, {}
        for name in names:
            parts = gradient_parts(name)
            if parts is None:
                plain[name] = self.name(name)
            else:
                slopes[name] = parts
        for name, parts in slopes.items():
            plain[name] = gradient(*(plain.get(part, part) for part in parts))
        return plain


def gradient_stage(rule: Rule, step: int) -> Stage:
    """Where the gradients of an update are taken."""
    point = rule.point
    return Stage(step - 1) if point is None else Stage(step, point.head, f"at the {point.meaning} of update")


class Training:
    """What is added to the graph of a network, whose passes with the initial parameters are in it, by its updates."""

    def __init__(self, wiring: Wiring, graph: Graph) -> None:
        fields = wiring.fields
        assert fields.optimizer is not None
        assert wiring.objective is not None
        self._wiring = wiring
        self._graph = graph
        self._stepping = Stepping(fields.optimizer, Name(fields.optimizer.symbol), dict.fromkeys(wiring.trained, ()))
        self._loss = wiring.objective
        self._passes = [quantity for quantity in graph if quantity.given is None]
        self._add_givens()

    @property
    def is_plain(self) -> bool:
        """Whether an update is θ - η·g and nothing else."""
        moment = self._moment(self._wiring.trained[0], 1, self._loss) if self._wiring.trained else GENERAL
        plain = minus(moment.parameter, Product(moment.rate, moment.gradient))
        is_rule_plain = not self._stepping.lines and bool(self._stepping.new_value(moment) == plain)
        return is_rule_plain and not constraints(self._wiring)

    def stage(self, step: int) -> Stage:
        """Where the gradients of an update are taken."""
        return gradient_stage(self._stepping.fields.rule, step)

    def _add_givens(self) -> None:
        for constant in self._stepping.constants():
            self._graph.add(replace(constant, section="Settings", origin=("optimizer", *constant.origin)))
        faults = [*self._stepping.initial_faults(("optimizer", "initial"))]
        if faults:
            raise FieldError(faults)
        for state, line, name in self._stepping.states(0):
            self._graph.add(Quantity(state, given=self._stepping.start(line, name), section="Initial state"))

    def look_ahead(self, step: int, label: str = "") -> None:
        """The points at which the gradients of an update are taken, where those are not the parameters."""
        moments = {name: self._moment(name, step, self._loss) for name in self._wiring.trained}
        for quantity in self._stepping.ahead(moments, step, first=step == 1):
            self._graph.add(replace(quantity, section=self._section(step, label), origin=("optimizer", "method")))

    def add(self, step: int, loss: str | None = None, label: str = "") -> None:
        """One update of every trained parameter, from the gradients of a loss where they are taken.

        ``label`` says more of the update, for its section.
        """
        stepping, section = self._stepping, self._section(step, label)
        moments = {name: self._moment(name, step, loss or self._loss) for name in self._wiring.trained}
        for quantity in (*stepping.rate_of(step), *stepping.before_update(moments, step, first=step == 1)):
            self._graph.add(replace(quantity, section=section, origin=("optimizer", *quantity.origin)))
        formulas = {name: stepping.new_value(moment) for name, moment in moments.items()}
        for quantity in new_values(self._wiring, formulas, step):
            self._graph.add(replace(quantity, section=section))
        for quantity in changes(self._graph, self._wiring.fields, self._wiring.trained, step):
            self._graph.add(quantity)

    def _section(self, step: int, label: str) -> str:
        return f"{UPDATE}{f' {step}' if step > 1 or label else ''}{label}"

    def _moment(self, name: str, step: int, loss: str) -> Moment:
        stage = self.stage(step)
        slope = gradient(stage.name(loss), stage.name(name))
        return self._stepping.moment(name, step, timed(name, step - 1), slope)

    def repeat(
        self,
        stage: Stage,
        wanted: Callable[[Quantity], bool] = lambda quantity: True,
        passes: Sequence[Quantity] | None = None,
    ) -> None:
        """The passes once more, with the parameters of a stage; of them those that are wanted.

        They are the first passes, or others that are given.
        """
        passes = self._passes if passes is None else passes
        kept = [running(statistic) for statistic in running_statistics(self._wiring)]
        renamed = stage.renamed([*self._wiring.trained, *kept, *(quantity.name for quantity in passes)])
        chosen = [each for each in passes if wanted(each) and renamed[each.name] not in self._graph]
        for quantity in repeated(chosen, renamed, stage.section):
            self._graph.add(quantity)


def repeated(
    quantities: Iterable[Quantity], renamed: Mapping[str, str], section: Callable[[str], str]
) -> Iterator[Quantity]:
    """Quantities with other names for them and for what they are made of, in other sections."""
    mapping = {Name(old): Name(new) for old, new in renamed.items()}

    def by_name(formulas: Any) -> dict[str, Node]:
        return {renamed.get(name, name): formula.xreplace(mapping) for name, formula in formulas.items()}

    for quantity in quantities:
        adjoint = quantity.adjoint
        if adjoint is not None:
            of, wrt = (renamed.get(part, part) for part in (adjoint.of, adjoint.wrt))
            adjoint = Adjoint(of, wrt, adjoint.sign)
        yield replace(
            quantity,
            name=renamed[quantity.name],
            formula=quantity.definition.xreplace(mapping),
            laws=(),
            stable=None if quantity.stable is None else quantity.stable.xreplace(mapping),
            partials=by_name(quantity.partials),
            fused=by_name(quantity.fused),
            note=tuple(part if isinstance(part, str) else part.xreplace(mapping) for part in quantity.note),
            section=section(quantity.section),
            adjoint=adjoint,
        )
