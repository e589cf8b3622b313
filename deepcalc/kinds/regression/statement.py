"""The statement of a regression that has none of its own: its data, its model, its objective, what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._arrays import givens, written
from deepcalc.kinds.regression.fields import RegressionFields
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import Name, Node, Plus, Relation, nodes_in
from deepcalc.plan.statement import Statement, joined, prose

SAMPLE_LOSS = Name("ell")
"""The losses of the samples, in words alone."""


def statement(fields: RegressionFields, graph: Graph, objective: str, asked: Sequence[str]) -> Statement:
    """The problem in words; ``objective`` is the name of the one that is minimized, or of the first of them."""
    title, theta, link = fields.row.title, fields.called, fields.row.link
    made = [Relation("=", Name(name), graph[name].definition) for name in ("X",) if graph[name].given is None]
    model = Relation("=", Name("yhat"), written(f"{link}(X @ {theta})" if link else f"X @ {theta}"))
    told = joined([model, *made, *_objective_told(graph[objective])], "; ", "; ")
    return Statement(
        prose(f"{title[0].upper()}{title[1:]} with ", givens(graph), ": ", told, "."),
        prose("Compute ", joined(map(Name, asked)), "."),
    )


def _objective_told(objective: Quantity) -> Iterator[Node]:
    """The objective as a statement says it: a loss of several terms by a letter, which is said after it."""
    sums = (part for part in nodes_in(objective.definition) if isinstance(part, Apply) and part.operation == "sum")
    loss = next((each.operands[0] for each in sums if isinstance(each.operands[0], Plus)), None)
    short = objective.definition if loss is None else objective.definition.xreplace({loss: SAMPLE_LOSS})
    yield Relation("=", Name(objective.name), short)
    if loss is not None:
        yield Relation("=", SAMPLE_LOSS, loss)
