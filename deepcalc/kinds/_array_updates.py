"""The updates of vectors and matrices: ``W1@1 = W1 - η dL/dW1``, and those of every other method."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from deepcalc.errors import FieldError
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._arrays import ArrayWriter
from deepcalc.kinds._stepping import UPDATES, Stepping
from deepcalc.kinds._training import TrainingFields
from deepcalc.kinds._updates import UPDATE, timed
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import Name, Node
from deepcalc.rules.updates import STATES, Moment


def _as_it_is(name: str, formula: Node, step: int) -> Iterator[Quantity]:
    yield Quantity(f"{name}@{step}", formula, group=UPDATES)


class Updates:
    """What the updates of an optimizer add to a graph whose parameters are arrays.

    ``gradient_of`` gives the name of the gradient by a parameter that an update with its number goes by, ``settled``
    what a parameter becomes after an update, of its name, the formula of the update rule and the number.
    """

    def __init__(
        self,
        writer: ArrayWriter,
        optimizer: TrainingFields,
        trained: Sequence[str],
        gradient_of: Callable[[str, int], str],
        settled: Callable[[str, Node, int], Iterable[Quantity]] = _as_it_is,
    ) -> None:
        self._trained = trained
        self._gradient_of = gradient_of
        self._settled = settled
        self._writer = writer
        self._optimizer = optimizer

    @cached_property
    def _stepping(self) -> Stepping:
        shapes = {name: self._writer.graph.shape(name) for name in self._trained}
        return Stepping(self._optimizer, Name(self._optimizer.symbol), shapes)

    def add_givens(self) -> None:
        """The learning rate, the numbers of the method, and its state before the first step."""
        optimizer, writer = self._optimizer, self._writer
        writer.given(optimizer.symbol, optimizer.learning_rate, ("optimizer", "learning_rate"), "Learning rate")
        for constant in self._stepping.constants():
            writer.given(constant.name, constant.given, ("optimizer", *constant.origin), "Settings")
        faults = [*self._stepping.initial_faults(("optimizer", "initial"))]
        if faults:
            raise FieldError(faults)
        for state, line, name in self._stepping.states(0):
            start = self._stepping.start(line, name)
            if isinstance(start, Apply):
                self._add(Quantity(state, start, group=STATES), "Initial state")
            else:
                writer.given(state, start, ("optimizer",), "Initial state")

    def look_ahead(self, step: int) -> None:
        """The points at which the gradients of an update are taken, where those are not the parameters."""
        moments = {name: self._moment(name, step) for name in self._trained}
        for quantity in self._stepping.ahead(moments, step, first=step == 1):
            self._add(quantity, self._section(step))

    def add(self, step: int) -> None:
        """One update of every trained parameter, from the gradients at the values before it."""
        section, stepping = self._section(step), self._stepping
        moments = {name: self._moment(name, step) for name in self._trained}
        for quantity in (*stepping.rate_of(step), *stepping.before_update(moments, step, first=step == 1)):
            self._add(quantity, section)
        for name, moment in moments.items():
            for quantity in self._settled(name, stepping.new_value(moment), step):
                self._add(quantity, section)

    def _section(self, step: int) -> str:
        return UPDATE if step == 1 else f"{UPDATE} {step}"

    def _moment(self, name: str, step: int) -> Moment:
        return self._stepping.moment(name, step, timed(name, step - 1), self._gradient_of(name, step))

    def _add(self, quantity: Quantity, section: str) -> None:
        self._writer.add_quantity(replace(quantity, section=section, origin=("optimizer",)))
