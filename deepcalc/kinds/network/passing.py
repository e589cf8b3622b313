"""What reaches a unit of a network from behind, term by term, as a written expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from deepcalc.graph.gradients import opposite
from deepcalc.graph.graph import Graph
from deepcalc.graph.ways import partial as partial_derivative
from deepcalc.kinds.network.structure import Layer, of_sample
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.names import gradient_parts
from deepcalc.notation.nodes import ZERO, Name, Node, product, total
from deepcalc.records import record


@record
class Way:
    """One way back to a unit: the quantity through which it leads, without its sample, and what it passes back.

    ``passed`` is the derivative by that quantity alone, not multiplied by what it changes with the unit.
    """

    through: str
    term: Any
    passed: Any


@dataclass
class Passing:
    """The ways back in the graph of a network, with the sign of its error terms."""

    wiring: Wiring
    graph: Graph
    _consumers: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for quantity in self.graph:
            if quantity.adjoint is None and gradient_parts(quantity.name) is None and "@" not in quantity.name:
                for used in self.graph.uses(quantity.name):
                    self._consumers.setdefault(used, []).append(quantity.name)
        layers = self.wiring.layers
        numbers = self.wiring.numbers
        self._nets = {of_sample(net, each) for layer in layers for net in layer.net for each in numbers}
        outs = [name for layer in layers for name in (*layer.out, *layer.passed_on)]
        self._absorbed = {of_sample(name, each) for name in outs for each in numbers} - self._nets

    @property
    def is_turned(self) -> bool:
        """Whether the error terms are the negative derivatives."""
        return self.wiring.fields.error_terms.convention == "target - output"

    def error(self, name: str, number: int | None) -> str | None:
        """The name of the error term at a quantity of one sample, or of the derivative by it where it has none."""
        quantity = self.graph.adjoint(self.wiring.derived(number), of_sample(name, number))
        return None if quantity is None else quantity.name

    def behind(self, name: str, number: int | None) -> list[Way]:
        """What reaches the output of a unit: from its loss, and from each quantity that takes it up."""
        return list(self._ways(of_sample(name, number), number))

    def total(self, name: str, number: int | None) -> Node:
        return total(*(way.term for way in self.behind(name, number)))

    def _ways(self, name: str, number: int | None) -> Iterator[Way]:
        consumers = self._consumers.get(name, [])
        if any(self.graph[each].group == "losses" for each in consumers):
            loss = self.wiring.derived(number)
            slope = self.derivative_of_loss(loss, name)
            term = opposite(slope) if self.is_turned else slope
            yield Way(str(self.wiring.loss_name), term, term)
        for consumer in consumers:
            if self.graph[consumer].group in ("losses", "classes"):
                continue
            local = partial_derivative(self.graph, consumer, name)
            if consumer in self._absorbed:
                inner = list(self._ways(consumer, number))
                yield from (Way(way.through, product(local, way.term), product(local, way.passed)) for way in inner)
                continue
            adjoint = self.graph.adjoint(self.wiring.derived(number), consumer)
            if adjoint is not None:
                sign_fits = consumer in self._nets or not self.is_turned
                passed = Name(adjoint.name) if sign_fits else opposite(Name(adjoint.name))
                yield Way(consumer.partition(":")[0], product(passed, local), passed)

    def derivative_of_loss(self, name: str, out: str) -> Node:
        """The derivative of a loss by an output, through what is between the two."""
        graph = self.graph
        found = [] if out not in graph.uses(name) else [partial_derivative(graph, name, out, fused=False)]
        for used in graph.uses(name):
            if graph[used].group == "losses":
                inner = self.derivative_of_loss(used, out)
                if inner != ZERO:
                    found.append(product(partial_derivative(graph, name, used), inner))
        return total(*found)

    def owner(self, name: str) -> tuple[Layer, int] | None:
        """The layer and the place of the unit that passes a value on; None of inputs and constants."""
        for layer in self.wiring.layers:
            for names in (layer.passed_on, layer.out):
                if name in names:
                    return layer, names.index(name)
        return None
