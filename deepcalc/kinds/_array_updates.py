"""The updates of vectors and matrices: ``W1@1 = W1 - η dL/dW1``, and those of every other method."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from deepcalc.graph.graph import Prose, Quantity
from deepcalc.kinds._arrays import ArrayWriter
from deepcalc.kinds._updates import UPDATE, TrainingFields, timed
from deepcalc.notation.array_nodes import Apply, array
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ZERO, Call, Literal, Name, Power, total
from deepcalc.notation.shapes import Shape, is_concrete, size_node
from deepcalc.rules.schedules import PI, PI_VALUE
from deepcalc.rules.updates import GENERAL, SETTING_NAMES, Moment, now


class Updates:
    """What the updates of an optimizer add to a graph whose parameters are arrays.

    ``gradient_of`` gives the name of the gradient by a parameter that an update with its number goes by.
    """

    def __init__(
        self,
        writer: ArrayWriter,
        optimizer: TrainingFields,
        trained: Sequence[str],
        gradient_of: Callable[[str, int], str],
    ) -> None:
        self._trained = trained
        self._gradient_of = gradient_of
        self._writer = writer
        self._graph = writer.graph
        self._optimizer = optimizer
        self._rule = optimizer.rule
        rate = Name(optimizer.symbol)
        self._general = replace(GENERAL, rate=rate if optimizer.schedule is None else now(rate.name))

    def add_givens(self) -> None:
        """The learning rate, the numbers of the method, and its state before the first step."""
        optimizer, writer = self._optimizer, self._writer
        writer.given(optimizer.symbol, optimizer.learning_rate, ("optimizer", "learning_rate"), "Learning rate")
        for field, value in optimizer.settings().items():
            if field != "learning_rate":
                writer.given(SETTING_NAMES[field], value, ("optimizer", field), "Settings")
        if optimizer.schedule is not None and optimizer.schedule.row.uses_pi:
            writer.given(PI.name, PI_VALUE, ("optimizer", "schedule"), "Settings")
        for line in self._rule.lines:
            if line.is_carried_on:
                for name in self._trained:
                    self._add_zero(f"{line.head}.{name}@0", self._graph.shape(name))

    def _add_zero(self, name: str, shape: Shape) -> None:
        if is_concrete(shape):
            count = 1
            for size in shape:
                count *= int(size)
            self._writer.given(name, array([ZERO] * count, shape), ("optimizer",), "Initial state")
        else:
            self._add(name, Apply("zeros", {}, *map(size_node, shape)), "states", (), "Initial state")

    def add(self, step: int) -> None:
        """One update of every trained parameter, from the gradients at the values before it."""
        section = UPDATE if step == 1 else f"{UPDATE} {step}"
        moments = {name: self._moment(name, step) for name in self._trained}
        schedule, symbol = self._optimizer.schedule, Name(self._optimizer.symbol)
        if schedule is not None:
            told = (f"learning rate of step {step}",)
            self._add(f"{symbol.name}@{step}", schedule.rate(symbol, step), "rates", told, section)
        if self._rule.needs_norm and moments:
            squares = [Apply("sum", {}, Power(moment.gradient, TWO)) for moment in moments.values()]
            norm = Call("sqrt", total(*squares))
            self._add(f"norm@{step}", norm, "gradients", ("norm of all gradients",), section)
        for line in self._rule.lines:
            laws: tuple[Any, ...] = (line.formula(self._general),) if step == 1 else ()
            for name, moment in moments.items():
                note = (f"{line.meaning} of ", Name(name))
                self._add(f"{line.head}.{name}@{step}", line.formula(moment), line.group, note, section, laws)
                laws = ()
        for name, moment in moments.items():
            self._add(f"{name}@{step}", self._rule.new_value(moment), "updates", (), section)

    def _moment(self, name: str, step: int) -> Moment:
        before, symbol = timed(name, step - 1), self._optimizer.symbol
        return Moment(
            parameter=Name(before),
            gradient=Name(self._gradient_of(name, step)),
            step=Literal(str(step)),
            now=lambda head: Name(f"{head}.{name}@{step}"),
            before=lambda head: Name(f"{head}.{name}@{step - 1}"),
            rate=Name(symbol if self._optimizer.schedule is None else f"{symbol}@{step}"),
            norm=Name(f"norm@{step}"),
        )

    def _add(self, name: str, formula: Any, group: str, note: Prose, section: str, laws: tuple[Any, ...] = ()) -> None:
        quantity = Quantity(name, formula, laws=laws, section=section, group=group, note=note, origin=("optimizer",))
        self._writer.add_quantity(quantity)
