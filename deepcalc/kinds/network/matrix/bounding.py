"""The max-norm constraint in matrix notation: ``W1@1 = free.W1@1 * min(1, c_max/norm.W1@1)`` after every update.

The norms of the weights into each unit are the vector ``norm.W1@1``. See Srivastava, Hinton, Krizhevsky, Sutskever and
Salakhutdinov, *Dropout*, JMLR 15 (2014), section 5.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count, takewhile

from deepcalc.errors import Fault
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds._stepping import UPDATES
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.constraining import FREE, GROUP, NORM, bound_name
from deepcalc.kinds.network.matrix.arrangement import marked
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Call, Name, Node, Over, Power, negative, product, total
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.records import record


@record
class Constraint:
    """A bound on the norms of the weights into the units of a layer, which are those along an axis.

    ``bounded`` are the parameters that count in the norms, in the order of the updates.
    """

    weights: str
    biases: str | None
    bound: str
    axis: int
    index: int
    bounded: tuple[str, ...]

    @property
    def has_biases(self) -> bool:
        """Whether the biases count in the norms."""
        return self.biases in self.bounded

    def free(self, name: str, step: int) -> str:
        return f"{FREE}.{name}@{step}"

    def norm(self, step: int) -> str:
        return f"{NORM}.{self.weights}@{step}"

    def steps(self, graph: Graph) -> Iterator[int]:
        """The numbers of the updates that are constrained."""
        return takewhile(lambda step: self.norm(step) in graph, count(1))

    def beside(self, vector: Node) -> Node:
        """What each unit has one of, beside the weights into it."""
        return Apply("expand", {"axis": 1}, vector) if self.axis == 1 else vector

    def squares(self, step: int) -> Node:
        """The sums of the squares of the weights into each unit."""
        of_weights = Apply("sum", {"axis": self.axis}, Power(Name(self.free(self.weights, step)), TWO))
        own = [Power(Name(self.free(str(self.biases), step)), TWO)] if self.has_biases else []
        return total(of_weights, *own)

    def scaled(self, name: str, step: int) -> Node:
        """Weights, or biases, as they are where their norm is within the bound, else scaled down to it."""
        norm: Node = Name(self.norm(step))
        beside = self.beside(norm) if name == self.weights else norm
        return product(Name(self.free(name, step)), Call("min", ONE, Over(Name(self.bound), beside)))


def constraints(wiring: MatrixWiring) -> Mapping[str, Constraint]:
    """The constraint of each layer that has a bound, by the name of its weights."""
    found = {}
    for index, layer in enumerate(wiring.layers):
        limit = wiring.fields.layers[index].max_norm
        if limit is not None and layer.weights is not None:
            bound, axis = bound_name(wiring.fields, index), 0 if wiring.as_rows else 1
            counted = (layer.weights, layer.biases if limit.biases else None)
            bounded = tuple(name for name in wiring.trained if name in counted)
            found[layer.weights] = Constraint(layer.weights, layer.biases, bound, axis, index, bounded)
    return found


def settled(wiring: MatrixWiring) -> Callable[[str, Node, int], Iterator[Quantity]]:
    """What an update makes of a parameter, of the formula of its rule: weights with a bound are scaled down to it."""
    limits = {name: limit for limit in constraints(wiring).values() for name in limit.bounded}

    def settle(name: str, formula: Node, step: int) -> Iterator[Quantity]:
        limit = limits.get(name)
        if limit is None:
            yield Quantity(f"{name}@{step}", formula, group=UPDATES)
            return
        told = (Name(name), " before the constraint")
        yield Quantity(limit.free(name, step), formula, group=GROUP, note=told)
        if name != limit.bounded[-1]:
            return
        norms = ("norms of the weights into each unit",)
        yield Quantity(limit.norm(step), Call("sqrt", limit.squares(step)), group=GROUP, note=norms)
        for each in limit.bounded:
            yield Quantity(f"{each}@{step}", limit.scaled(each, step), group=UPDATES)

    return settle


def constraint_forms(graph: Graph, wiring: MatrixWiring) -> dict[str, Forms]:
    """How weights before the constraint are printed, ``W̃₁``, and their norms, ``‖W̃₁‖``."""
    found: dict[str, Forms] = {}
    for limit in constraints(wiring).values():
        steps = [*limit.steps(graph)]
        symbols = Symbols(plus=len(steps) == 1)
        for step in steps:
            forms = {name: symbols.forms(timed(marked(name, "tilde"), step)) for name in limit.bounded}
            found |= {limit.free(name, step): own for name, own in forms.items()}
            free = forms[limit.weights]
            found[limit.norm(step)] = Forms(f"‖{free.unicode}‖", rf"\lVert {free.latex} \rVert", compound=True)
    return found


def constraint_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """Bounds without an update, of layers without weights, of weights that are not trained or taken twice."""
    limits = {limit.index: limit for limit in constraints(wiring).values()}
    for index, layer in enumerate(wiring.layers):
        bound = wiring.fields.layers[index].max_norm
        if bound is None:
            continue
        at = ("layers", index, "max_norm")
        if wiring.fields.optimizer is None:
            yield Fault(at, "the norm is bounded after an update: give an `optimizer`")
        if index not in limits:
            yield Fault(at, "the layer has no weights whose norm could be bounded")
        elif layer.weights not in wiring.trained:
            yield Fault(at, f"`{layer.weights}` is not trained; the norm is bounded after an update")
        elif bound.biases and not limits[index].has_biases:
            yield Fault((*at, "biases"), "the layer has no biases that are trained")
        elif bound.biases and not wiring.is_vector(str(layer.biases)):
            yield Fault((*at, "biases"), f"biases that count in the norms are a vector: {layer.biases}: [0, 0]")


def constraint_mistakes(wiring: MatrixWiring, graph: Graph) -> Iterator[SlipRow]:
    """The bound forgotten, the norm of other weights, each weight cut off."""
    limits = [limit for limit in constraints(wiring).values() if limit.norm(1) in graph]
    if not limits:
        return
    steps = [(limit, step) for limit in limits for step in limit.steps(graph)]
    new = {f"{limit.weights}@{step}": (limit, step) for limit, step in steps}
    forgotten = {f"{own}@{step}": Name(limit.free(own, step)) for limit, step in steps for own in limit.bounded}
    yield "constraint-forgotten", "the bound on the norm forgotten", forgotten
    squares = {limit.norm(step): limit.squares(step) for limit, step in steps}
    yield "no-root", "no root taken of the sum of squares", squares
    cut = {}
    for name, (limit, step) in new.items():
        bound, free = Name(limit.bound), Name(limit.free(limit.weights, step))
        cut[name] = Call("max", negative(bound), Call("min", bound, free))
    yield "each-weight-cut", "each weight cut off at the bound, not the norm", cut
    other = {limit.norm(step): Call("sqrt", replace(limit, axis=1 - limit.axis).squares(step)) for limit, step in steps}
    yield "norm-of-senders", "the norms of the weights out of each sender in place of those into each unit", other
    whole = {}
    for name, (limit, step) in new.items():
        free = Name(limit.free(limit.weights, step))
        norm = Call("sqrt", Apply("sum", {}, Power(free, TWO)))
        whole[name] = product(free, Call("min", ONE, Over(Name(limit.bound), norm)))
    yield "norm-of-layer", "the norm of all weights of the layer in place of those into each unit", whole
    with_bias = {
        limit.norm(step): Call("sqrt", total(limit.squares(step), Power(Name(f"{limit.biases}@{step}"), TWO)))
        for limit, step in steps
        if limit.biases in wiring.trained and wiring.is_vector(limit.biases) and not limit.has_biases
    }
    yield "bias-in-norm", "the bias taken into the norm of the weights", with_bias
    alone = [(replace(limit, bounded=(limit.weights,)), step) for limit, step in steps if limit.has_biases]
    without = {limit.norm(step): Call("sqrt", limit.squares(step)) for limit, step in alone}
    yield "bias-out-of-norm", "the biases left out of the norms", without
