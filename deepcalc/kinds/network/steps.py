"""The steps of training: an update of every trained parameter, then the passes again with the new values.

The passes of a later step are those of the first with other names: ``h1@2`` is h1 after two updates, ``dL@2/dw@2`` the
gradient there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from deepcalc.errors import Location
from deepcalc.graph.graph import Adjoint, Graph, Prose, Quantity
from deepcalc.kinds._updates import UPDATE, timed
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import gradient, gradient_parts
from deepcalc.notation.nodes import ZERO, Literal, Name, Power, minus
from deepcalc.notation.nodes import Times as Product
from deepcalc.rules.clipping import global_norm
from deepcalc.rules.schedules import PI, PI_VALUE
from deepcalc.rules.updates import GENERAL, SETTING_NAMES, Moment, now


class Training:
    """What is added to the graph of a network, whose passes with the initial parameters are in it, by its updates."""

    def __init__(self, wiring: Wiring, graph: Graph) -> None:
        fields = wiring.fields
        assert fields.optimizer is not None
        assert wiring.objective is not None
        self._wiring = wiring
        self._graph = graph
        self._optimizer = fields.optimizer
        self._rule = fields.optimizer.rule
        self._loss = wiring.objective
        self._section = UPDATE
        self._passes = [quantity for quantity in graph if quantity.given is None]
        schedule = fields.optimizer.schedule
        rate = Name(fields.optimizer.symbol)
        self._general = replace(GENERAL, rate=rate if schedule is None else now(rate.name))
        self._add_givens()

    @property
    def is_plain(self) -> bool:
        """Whether an update is θ - η·g and nothing else."""
        moment = self._moment(self._wiring.trained[0], 1) if self._wiring.trained else GENERAL
        plain = minus(moment.parameter, Product(moment.rate, moment.gradient))
        return not self._rule.lines and bool(self._rule.new_value(moment) == plain)

    def _add_givens(self) -> None:
        optimizer, graph = self._optimizer, self._graph
        for field, value in optimizer.settings().items():
            if field != "learning_rate":
                given = Quantity(SETTING_NAMES[field], given=value, section="Settings", origin=("optimizer", field))
                graph.add(given)
        if optimizer.schedule is not None and optimizer.schedule.row.uses_pi:
            graph.add(Quantity(PI.name, given=PI_VALUE, section="Settings", origin=("optimizer", "schedule")))
        for line in self._rule.lines:
            if line.is_carried_on:
                for name in self._wiring.trained:
                    graph.add(Quantity(f"{line.head}.{name}@0", given=ZERO, section="Initial state"))

    def add(self, step: int, loss: str | None = None, label: str = "") -> None:
        """One update of every trained parameter, from the gradients of a loss at the values before it.

        ``label`` says more of the update, for its section.
        """
        names = self._wiring.trained
        self._section = f"{UPDATE}{f' {step}' if step > 1 or label else ''}{label}"
        moments = {name: self._moment(name, step, loss) for name in names}
        schedule, symbol = self._optimizer.schedule, Name(self._optimizer.symbol)
        if schedule is not None:
            told, at = (f"learning rate of step {step}",), ("optimizer", "schedule")
            self._add(f"{symbol.name}@{step}", schedule.rate(symbol, step), "rates", told, at)
        if self._rule.needs_norm and names:
            norm = global_norm(Power(moment.gradient, TWO) for moment in moments.values())
            self._add(f"norm@{step}", norm, "gradients", ("norm of all gradients",), ("optimizer", "clip"))
        for line in self._rule.lines:
            laws: tuple[Any, ...] = (line.formula(self._general),) if step == 1 else ()
            for name, moment in moments.items():
                note = (f"{line.meaning} of ", Name(name))
                quantity = f"{line.head}.{name}@{step}"
                self._add(quantity, line.formula(moment), line.group, note, ("optimizer",), laws)
                laws = ()
        for name, moment in moments.items():
            origin = self._wiring.parameters[name].origin
            self._add(f"{name}@{step}", self._rule.new_value(moment), "updates", (), origin)

    def _moment(self, name: str, step: int, loss: str | None = None) -> Moment:
        symbol = self._optimizer.symbol
        before = timed(name, step - 1)
        return Moment(
            parameter=Name(before),
            gradient=Name(gradient(timed(loss or self._loss, step - 1), before)),
            step=Literal(str(step)),
            now=lambda head: Name(f"{head}.{name}@{step}"),
            before=lambda head: Name(f"{head}.{name}@{step - 1}"),
            rate=Name(symbol if self._optimizer.schedule is None else f"{symbol}@{step}"),
            norm=Name(f"norm@{step}"),
        )

    def _add(
        self,
        name: str,
        formula: Any,
        group: str,
        note: Prose,
        origin: Location,
        laws: tuple[Any, ...] = (),
    ) -> None:
        quantity = Quantity(name, formula, laws=laws, section=self._section, group=group, note=note, origin=origin)
        self._graph.add(quantity)

    def repeat(self, time: int, wanted: Callable[[Quantity], bool] = lambda quantity: True) -> None:
        """The passes once more, with the parameters after so many updates; of them those that are wanted."""
        names = {quantity.name for quantity in self._passes}
        renamed = {name: timed(name, time) for name in self._wiring.trained}
        for name in names:
            if gradient_parts(name) is None:
                renamed[name] = timed(name, time)
        for name in names:
            parts = gradient_parts(name)
            if parts is not None:
                renamed[name] = gradient(*(renamed.get(part, part) for part in parts))
        mapping = {Name(old): Name(new) for old, new in renamed.items()}
        chosen = [
            quantity for quantity in self._passes if wanted(quantity) and renamed[quantity.name] not in self._graph
        ]
        for quantity in self._repeated(chosen, renamed, mapping, time):
            self._graph.add(quantity)

    def _repeated(
        self, chosen: Sequence[Quantity], renamed: dict[str, str], mapping: dict[Any, Any], time: int
    ) -> Iterator[Quantity]:
        def by_name(formulas: Any) -> dict[str, Any]:
            return {renamed.get(name, name): formula.xreplace(mapping) for name, formula in formulas.items()}

        for quantity in chosen:
            adjoint = quantity.adjoint
            if adjoint is not None:
                of, wrt = (renamed.get(part, part) for part in (adjoint.of, adjoint.wrt))
                adjoint = Adjoint(of, wrt, adjoint.sign)
            yield replace(
                quantity,
                name=renamed[quantity.name],
                formula=quantity.formula.xreplace(mapping),
                laws=(),
                stable=None if quantity.stable is None else quantity.stable.xreplace(mapping),
                partials=by_name(quantity.partials),
                fused=by_name(quantity.fused),
                note=tuple(part if isinstance(part, str) else part.xreplace(mapping) for part in quantity.note),
                section=f"{quantity.section} after update {time}",
                adjoint=adjoint,
            )
