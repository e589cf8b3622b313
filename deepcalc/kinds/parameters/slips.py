"""Typical mistakes in counting parameters, multiply-adds and bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import slips_of, written
from deepcalc.kinds._layer_slips import slips_of_layers
from deepcalc.notation.nodes import Name
from deepcalc.plan import Plan, Slip

if TYPE_CHECKING:
    from deepcalc.kinds.parameters.graph import Model


def slips(model: Model, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes: those of each layer, and the same one made in all layers where it can be made."""
    writer = model.writer
    yield from slips_of_layers(plan, writer.images)
    mistakes = writer.mistakes
    yield from slips_of(plan.graph, [(key, message.format(which="a"), formulas) for key, message, formulas in mistakes])
    for key, message, formulas in mistakes:
        yield from _made_in_the_sum(plan.graph, key, message.format(which="a"), formulas)
    alike: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for key, message, formulas in mistakes:
        alike.setdefault((key, message), []).append(formulas)
    for (key, message), each in alike.items():
        together = {name: formula for formulas in each for name, formula in formulas.items()}
        if len(each) > 1 and len(together) == sum(map(len, each)):
            yield from slips_of(plan.graph, [(key, message.format(which="every"), together)])


def _made_in_the_sum(graph: Graph, key: str, message: str, formulas: Mapping[str, Any]) -> Iterator[Slip]:
    """A mistake in the weights or biases of a layer made in their sum alone, where both apart are right."""
    numbers = {name.removeprefix("weights").removeprefix("biases") for name in formulas}
    if len(numbers) == 1 and (params := f"params{numbers.pop()}") in graph and params not in formulas:
        changed = {Name(name): written(formula) for name, formula in formulas.items()}
        summed = graph[params].definition.xreplace(changed)
        if summed != graph[params].definition:
            yield Slip(key, message, {params: summed}, is_rare=True)
