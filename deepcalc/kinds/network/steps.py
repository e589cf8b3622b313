"""The steps of training: an update of every trained parameter, then the passes again with the new values.

The passes of a later step are those of the first with other names: ``h1@2`` is h1 after two updates, ``dL@2/dw@2`` the
gradient there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from deepcalc.graph.graph import Adjoint, Graph, Quantity
from deepcalc.kinds._stepping import UPDATES, Stepping
from deepcalc.kinds._updates import UPDATE, timed
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.names import gradient, gradient_parts
from deepcalc.notation.nodes import Name, minus
from deepcalc.notation.nodes import Times as Product
from deepcalc.rules.updates import GENERAL, Moment


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
        moment = self._moment(self._wiring.trained[0], 1) if self._wiring.trained else GENERAL
        plain = minus(moment.parameter, Product(moment.rate, moment.gradient))
        return not self._stepping.lines and bool(self._stepping.new_value(moment) == plain)

    def _add_givens(self) -> None:
        for constant in self._stepping.constants():
            self._graph.add(replace(constant, section="Settings", origin=("optimizer", *constant.origin)))
        for state, line, name in self._stepping.states(0):
            self._graph.add(Quantity(state, given=self._stepping.start(line, name), section="Initial state"))

    def add(self, step: int, loss: str | None = None, label: str = "") -> None:
        """One update of every trained parameter, from the gradients of a loss at the values before it.

        ``label`` says more of the update, for its section.
        """
        names, stepping = self._wiring.trained, self._stepping
        section = f"{UPDATE}{f' {step}' if step > 1 or label else ''}{label}"
        moments = {name: self._moment(name, step, loss) for name in names}
        for quantity in (*stepping.rate_of(step), *stepping.before_update(moments, step, first=step == 1)):
            self._graph.add(replace(quantity, section=section, origin=("optimizer", *quantity.origin)))
        for name, moment in moments.items():
            formula, origin = stepping.new_value(moment), self._wiring.parameters[name].origin
            self._graph.add(Quantity(f"{name}@{step}", formula, section=section, group=UPDATES, origin=origin))

    def _moment(self, name: str, step: int, loss: str | None = None) -> Moment:
        before = timed(name, step - 1)
        return self._stepping.moment(name, step, before, gradient(timed(loss or self._loss, step - 1), before))

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
