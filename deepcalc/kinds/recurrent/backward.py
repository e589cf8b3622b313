"""Backpropagation through time: what each step passes back to a weight, and the sum over the steps.

A weight that is used in every step is taken as a copy of its own in each; the derivative by the copy of step t is that
step's share (``dL/dW_h:2``), and their sum is the derivative by the weight. See Goodfellow, Bengio and Courville, *Deep
Learning* (2016), section 10.2.2, for the truncated sum Williams and Peng (1990).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deepcalc.graph.gradients import add_gradient
from deepcalc.graph.graph import Graph
from deepcalc.graph.pull_backs import pulled_back
from deepcalc.graph.quantities import Adjoint, Quantity
from deepcalc.graph.ways import partial
from deepcalc.kinds._clipping import ClipFields
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Literal, Name, Node, Over, Power, product, total
from deepcalc.notation.operations.expressions import shape_of
from deepcalc.notation.parser import parse
from deepcalc.notation.tidy import tidy
from deepcalc.records import record
from deepcalc.rules.clipping import clipped_by_norm, clipped_by_value, global_norm

SHARES = "shares"
THROUGH_TIME = "Backpropagation through time"
TRUNCATED = "Truncated backpropagation through time"
CLIPPED = "Clipped gradients"
CLIPPED_NAME = "clipped."


@record
class Unrolled:
    """A graph of several steps: ``steps`` tells the step of each quantity that uses a weight."""

    graph: Graph
    steps: Mapping[str, int]

    def users(self, loss: str, weight: str) -> dict[int, list[str]]:
        """What uses a weight on the way to a loss, by steps, the last one first."""
        graph = self.graph
        found: dict[int, list[str]] = {}
        for name in graph.ancestors([loss]):
            if name in self.steps and weight in graph.uses(name):
                found.setdefault(self.steps[name], []).append(name)
        return dict(sorted(found.items(), reverse=True))

    def add_errors(self, loss: str, weights: Sequence[str]) -> None:
        """Add the derivatives of a loss by all that uses the weights, from the last step back to the first."""
        for weight in weights:
            for names in self.users(loss, weight).values():
                for name in names:
                    add_gradient(self.graph, gradient(loss, name))

    def add_shares(self, loss: str, weight: str) -> list[tuple[int, str]]:
        """Add what each step passes back to a weight; the steps, each with the name of its share."""
        graph = self.graph
        found = []
        for step, users in self.users(loss, weight).items():
            share = gradient(loss, f"{weight}:{step}")
            if share not in graph:
                formula = total(*(self._passed_back(loss, user, weight) for user in users))
                if graph.shape(weight):
                    formula = tidy(formula, lambda node: shape_of(node, graph.shape)).expression
                note, origin = (f"share of step {step}",), graph[weight].origin
                graph.add(Quantity(share, formula, section=THROUGH_TIME, group=SHARES, note=note, origin=origin))
            found.append((step, share))
        return found

    def _passed_back(self, loss: str, user: str, weight: str) -> Node:
        graph, adjoint = self.graph, Name(gradient(loss, user))
        if graph.is_of_arrays(user) or graph.is_of_arrays(weight):
            return pulled_back(graph, user, weight, adjoint)
        return product(adjoint, partial(graph, user, weight))


def add_sums(unrolled: Unrolled, loss: str, weights: Sequence[str]) -> None:
    """Add the derivative by each weight that is used in several steps, as the sum of their shares."""
    unrolled.add_errors(loss, weights)
    graph = unrolled.graph
    for weight in weights:
        shares = unrolled.add_shares(loss, weight)
        if len(shares) > 1:
            own, note = gradient(loss, weight), ("the sum over the steps",)
            formula, adjoint = total(*(Name(share) for _, share in shares)), Adjoint(loss, weight)
            origin = graph[weight].origin
            graph.add(Quantity(own, formula, section=THROUGH_TIME, note=note, origin=origin, adjoint=adjoint))


def add_truncated(
    unrolled: Unrolled, losses: Sequence[tuple[int, str]], weights: Sequence[str], window: int, over: int
) -> None:
    """Add ``truncated.W``: the shares of the last ``window`` steps before each loss, over the number of losses or 1.

    ``losses`` are the losses by their steps.
    """
    for _, loss in losses:
        unrolled.add_errors(loss, weights)
    note = (f"each loss through its last {window} steps" if window > 1 else "each loss through its own step",)
    for weight in weights:
        terms = [
            Name(share)
            for at, loss in losses
            for step, share in unrolled.add_shares(loss, weight)
            if step > at - window
        ]
        if terms:
            summed = total(*terms)
            formula = summed if over == 1 else Over(summed, Literal(str(over)))
            name, origin = f"truncated.{weight}", ("truncate",)
            unrolled.graph.add(Quantity(name, formula, section=TRUNCATED, note=note, origin=origin))


def square_of(graph: Graph, gradient_: str) -> Node:
    """The square of a gradient, of an array summed over its entries."""
    return parse(f"sum({{{gradient_}}}^2)") if graph.shape(gradient_) else Power(Name(gradient_), TWO)


def taken_gradient(graph: Graph, loss: str, weight: str) -> str:
    """The name of the gradient that a step takes: the truncated one, where there is one."""
    truncated = f"truncated.{weight}"
    return truncated if truncated in graph else gradient(loss, weight)


def add_clipped(graph: Graph, loss: str, weights: Sequence[str], clip: ClipFields) -> list[str]:
    """Add ``clipped.W``, each gradient within the bound, by ``norm`` where it holds for all of them; their names."""
    origin, names = ("clip",), []
    taken = {weight: taken_gradient(graph, loss, weight) for weight in weights}
    if clip.norm is not None:
        norm, note = global_norm(square_of(graph, name) for name in taken.values()), ("norm of all gradients",)
        graph.add(Quantity("norm", norm, section=CLIPPED, note=note, origin=origin))
        names.append("norm")
    for weight, name in taken.items():
        if clip.norm is not None:
            formula = clipped_by_norm(Name(name), Name("norm"), clip.norm)
        else:
            formula = clipped_by_value(Name(name), clip.value)
        own = f"{CLIPPED_NAME}{weight}"
        graph.add(Quantity(own, formula, section=CLIPPED, note=("clipped gradient",), origin=origin))
        names.append(own)
    return names
