"""Numbers that are right by what they do: the first of the checks that they fail, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deepcalc.errors import MathError
from deepcalc.graph.evaluation import evaluate, value_of
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose
from deepcalc.notation.names import name_parts
from deepcalc.notation.nodes import ONE, ZERO, Cases, Name, Relation, Value, names_in
from deepcalc.notation.rounding import NumberFormat
from deepcalc.plan.plan import Check


def first_failure(graph: Graph, checks: Sequence[Check], values: Mapping[str, Value] | None = None) -> Prose | None:
    """What is said of the first check that does not hold; None where all do.

    ``values`` stand in place of the graph's own.
    """
    for check in checks:
        try:
            found = evaluate(graph, [check.shown, *names_in(check.relation)], overrides=values).values
        except MathError as error:
            return (*check.where, ": ", str(error))
        if value_of(Cases(ONE, check.relation, ZERO), found) != 1:
            shown = NumberFormat(significant=6).write(found[check.shown])
            return (*check.where, ": ", Relation("=", Name(_called(check)), shown), *check.wanted)
    return None


def _called(check: Check) -> str:
    """What is shown, by its name; without a number where the sheet has no such point."""
    parts = name_parts(check.shown) if check.tacit else None
    return check.shown if parts is None else parts.head
