"""The max-norm constraint on the weights into each unit of a layer, after every update.

Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, *Dropout*, JMLR 15 (2014), section 5.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deepcalc.errors import Fault, Location
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._stepping import UPDATES
from deepcalc.kinds.network.fields import NetworkFields
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import Name, Node, Power
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.records import record
from deepcalc.rules.clipping import clipped_by_norm, global_norm

FREE, NORM = "free", "norm"
"""The heads of a weight before the constraint, and of the norm of the weights into a unit."""

SECTION, GROUP = "Max-norm", "constraint"


@record
class Constraint:
    """A bound on the norm of the weights of a unit, which is called by its net input; ``weights`` may hold its bias."""

    unit: str
    weights: tuple[str, ...]
    bound: str
    at: Location

    def norm(self, step: int) -> str:
        return f"{NORM}.{self.unit}@{step}"


def constraints(wiring: Wiring) -> list[Constraint]:
    """The constraint of each unit whose layer has a bound."""
    found = []
    for index, layer in enumerate(wiring.layers):
        if wiring.fields.layers[index].max_norm is not None:
            name, at = bound_name(wiring.fields, index), ("layers", index, "max_norm")
            rows = _bounded(wiring, index)
            units = ([row[j] for row in rows] for j in range(len(layer.net)))
            found += [Constraint(net, tuple(own), name, at) for net, own in zip(layer.net, units, strict=True)]
    return found


def bound_name(fields: NetworkFields, index: int) -> str:
    """The name of a layer's bound: ``c_max``, or ``c2_max`` where several layers have one."""
    several = sum(layer.max_norm is not None for layer in fields.layers) > 1
    return f"c{index + 1 if several else ''}_max"


def bounds(fields: NetworkFields) -> Iterator[Quantity]:
    """The bounds that are given."""
    for index, layer in enumerate(fields.layers):
        if layer.max_norm is not None:
            name, at = bound_name(fields, index), ("layers", index, "max_norm")
            yield Quantity(name, given=layer.max_norm.bound, section=SECTION, origin=at)


def constraint_forms(graph: Graph, wiring: Wiring) -> dict[str, Forms]:
    """How the norms of units' weights are printed; that of all gradients, which clips them, keeps its own name."""
    symbols = Symbols({**wiring.made.forms, NORM: Forms("‖w‖", r"\lVert w \rVert")})
    names = (name for name in graph.names if name.startswith(f"{NORM}.")) if constraints(wiring) else ()
    return {name: symbols.forms(name) for name in names}


def new_values(wiring: Wiring, formulas: Mapping[str, Node], step: int) -> Iterator[Quantity]:
    """The parameters after a step, from the formulas of the update rule: those of bounded units scaled down."""
    limits = constraints(wiring)
    bounded = {name for limit in limits for name in limit.weights}
    for name, formula in formulas.items():
        origin = wiring.parameters[name].origin
        if name in bounded:
            told = (Name(name), " before the constraint")
            yield Quantity(f"{FREE}.{name}@{step}", formula, group=GROUP, note=told, origin=origin)
        else:
            yield Quantity(f"{name}@{step}", formula, group=UPDATES, origin=origin)
    for limit in limits:
        free = [Name(f"{FREE}.{name}@{step}") for name in limit.weights]
        formula, note = global_norm(Power(each, TWO) for each in free), ("norm of the weights into ", Name(limit.unit))
        yield Quantity(limit.norm(step), formula, group=GROUP, note=note, origin=limit.at)
        for name, each in zip(limit.weights, free, strict=True):
            scaled = clipped_by_norm(each, Name(limit.norm(step)), Name(limit.bound))
            yield Quantity(f"{name}@{step}", scaled, group=UPDATES, origin=wiring.parameters[name].origin)


def update_name(graph: Graph, parameter: str, step: int) -> str:
    """The quantity that the update rule gives: the parameter after the step, or what it is before the constraint."""
    free = f"{FREE}.{parameter}@{step}"
    return free if free in graph else f"{parameter}@{step}"


def constraint_faults(wiring: Wiring) -> Iterator[Fault]:
    """Bounds without an update, of layers without weights, of weights that are fixed or shared."""
    uses: dict[str, int] = {}
    for layer in wiring.layers:
        for name in (name for row in (*layer.weights, layer.biases or ()) for name in row):
            uses[name] = uses.get(name, 0) + 1
    for index, layer in enumerate(wiring.layers):
        limit = wiring.fields.layers[index].max_norm
        if limit is None:
            continue
        bounded = [name for row in _bounded(wiring, index) for name in row]
        at = ("layers", index, "max_norm")
        if wiring.fields.optimizer is None:
            yield Fault(at, "the norm is bounded after an update: give an `optimizer`")
        if not layer.weights:
            yield Fault(at, "the layer has no weights of its own whose norm could be bounded")
        if limit.biases and layer.biases is None:
            yield Fault((*at, "biases"), "the layer has no biases")
        shared = [name for name in dict.fromkeys(bounded) if uses[name] > 1]
        if shared:
            yield Fault(at, f"`{shared[0]}` is shared, so the norms of two units cannot be bounded by it")
        fixed = [name for name in bounded if name not in wiring.trained and not shared]
        if fixed:
            yield Fault(at, f"`{fixed[0]}` is not trained; the norm of a unit is bounded over all of its weights")


def _bounded(wiring: Wiring, index: int) -> list[tuple[str, ...]]:
    """What counts in the norms of a layer's units: a row of weights for each sender, the biases where they do."""
    layer, limit = wiring.layers[index], wiring.fields.layers[index].max_norm
    counts = limit is not None and limit.biases and layer.biases is not None
    return [*map(tuple, layer.weights), *([tuple(layer.biases or ())] if counts else [])]
