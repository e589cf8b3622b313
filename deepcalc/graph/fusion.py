"""Softmax followed by cross-entropy, derived in one step: (P − Y)/N, where each row of Y sums to 1.

The step is not written down here: it is the chain through the probabilities, tidied with what is known of the targets,
and stands only where that knowledge has been used and no probability is divided by any more. See Bishop, *Pattern
Recognition and Machine Learning*, eq. 4.109.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from deepcalc.errors import MathError
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.pull_backs import pulled_back
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.grids import Grid, places
from deepcalc.notation.nodes import ONE, Call, Name, Node, Over, Relation, Times, Value, names_in, nodes_in, product
from deepcalc.notation.operations.expressions import shape_of
from deepcalc.notation.tidy import tidy
from deepcalc.notation.tidying.laws import assumed

_UPSTREAM = "upstream"


def with_fusion(graph: Graph, quantity: Quantity) -> Quantity:
    """The quantity, which is about to join the graph, with its derivative by the scores of a softmax, where it has one.

    It is given where all is known in numbers; in letters the chain itself is what is asked for.
    """
    for name, softmax in _probabilities(graph, quantity.definition):
        scores = softmax.operands[0]
        targets = _distributions(graph, quantity.definition, name, softmax.axis)
        if not targets or not isinstance(scores, Name):
            continue
        found = _through(graph, quantity, name, scores.name, targets)
        if found is not None:
            local, why = found
            return replace(quantity, fused={scores.name: local}, fused_note=why)
    return quantity


def _probabilities(graph: Graph, formula: Node) -> Iterator[tuple[str, Apply]]:
    """The softmaxes of which the formula takes the logarithm, by their names."""
    for node in nodes_in(formula):
        if not isinstance(node, Call) or node.function not in ("log", "ln") or not isinstance(node.arguments[0], Name):
            continue
        name = node.arguments[0].name
        softmax = graph[name].written if name in graph else None
        if isinstance(softmax, Apply) and softmax.operation == "softmax" and graph.has_value(name):
            yield name, softmax


def _distributions(graph: Graph, formula: Node, probabilities: str, axis: int | None) -> list[Relation]:
    """What is known of the arrays beside the probabilities: the relation of each whose entries sum to 1."""
    found = []
    for name in names_in(formula):
        if name == probabilities or graph.shape(name) != graph.shape(probabilities) or not graph.has_value(name):
            continue
        try:
            value = evaluate(graph, [name]).values[name]
        except MathError:
            continue
        if isinstance(value, Grid) and all(total == 1 for total in _sums(value, axis)):
            settings = {} if axis is None or len(value.shape) == 1 else {"axis": axis}
            found.append(Relation("=", Apply("sum", settings, Name(name)), ONE))
    return found


def _sums(value: Grid, axis: int | None) -> list[Value]:
    sums: dict[tuple[int, ...], Value] = {}
    for place in places(value.shape):
        line = () if axis is None else (*place[:axis], *place[axis + 1 :])
        sums[line] = sums.get(line, 0) + value[place]
    return list(sums.values())


def _as_quotient(node: Node) -> Node:
    """``1/N·(P − Y)`` as ``(P − Y)/N``."""
    if isinstance(node, Times) and isinstance(node.args[0], Over) and node.args[0].args[0] == ONE:
        return Over(product(*node.args[1:]), node.args[0].args[1])
    return node


def _through(
    graph: Graph, quantity: Quantity, probabilities: str, scores: str, targets: Sequence[Node]
) -> tuple[Node, Prose] | None:
    """The derivative by the scores as the tidied chain; None where it is no shorter for what is known."""
    probe = Graph([*graph, quantity])
    upstream = pulled_back(probe, quantity.name, probabilities, ONE)
    probe.add(Quantity(_UPSTREAM, upstream))
    chain = pulled_back(probe, probabilities, scores, Name(_UPSTREAM)).xreplace({Name(_UPSTREAM): upstream})
    tidied = tidy(chain, lambda node: shape_of(node, graph.shape), targets)
    used = [relation for relation in targets if assumed(relation) in tidied.laws]
    divides = any(
        isinstance(node, Over) and probabilities in names_in(node.args[1]) for node in nodes_in(tidied.expression)
    )
    if not used or divides:
        return None
    return _as_quotient(tidied.expression), ("softmax and cross-entropy in one step, since ", used[0])
