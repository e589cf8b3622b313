"""The statement of a perceptron problem that has none of its own."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose
from deepcalc.kinds.perceptron.fields import NET, OUTPUT, RATE, STOP, TARGET, PerceptronFields, Rule
from deepcalc.notation.nodes import Name, Plus, Relation, Times, minus
from deepcalc.plan.statement import Statement, equations, joined, prose


def _unit(fields: PerceptronFields, graph: Graph) -> Prose:
    """The unit with its function and its weights."""
    given = [(quantity.name, quantity.given) for quantity in graph if quantity.section == "Weights"]
    return prose(f"A unit with a {'sign' if fields.is_signed else 'step'} function has the weights ", equations(given))


def _becomes(made: str) -> Prose:
    """The rule of a weight, by the error of what the unit makes."""
    step = Times(Name(RATE), minus(Name(TARGET), Name(made)), Name("x"))
    return prose("after each sample every weight becomes ", Plus(Name("w"), step))


_RULES: dict[Rule, Prose] = {
    Rule.ERROR: _becomes(OUTPUT),
    Rule.MISTAKE: ("after each sample on which it is mistaken its weights are changed",),
    Rule.ADALINE: _becomes(NET),
}


def learning_unit(fields: PerceptronFields, graph: Graph, parameters: Sequence[str]) -> Statement:
    """How the unit learns, and what it comes to."""
    trained = " and is trained on the samples below, in their order: "
    rate = Relation("=", Name(RATE), fields.learning_rate)
    told = prose(_unit(fields, graph), trained, _RULES[fields.rule], ", with ", rate, ".")
    what = joined(map(Name, parameters))
    until: Prose = ()
    if fields.until is not None:
        until = prose(
            f", at most {fields.epochs} epochs, and the first one (", Name(STOP), ") for which ", fields.until
        )
    elif fields.stops_by_itself:
        until = (", and the first epoch without a mistake",)
    return Statement(told, prose("Compute ", what, " after the first epoch and at the end", until, "."))


def given_unit(fields: PerceptronFields, graph: Graph, asked: Sequence[str]) -> Statement:
    """The unit as it is, and what is asked of it."""
    below = " The samples are given below." if fields.rows else ""
    return Statement(prose(_unit(fields, graph), f".{below}"), prose("Compute ", joined(map(Name, asked)), "."))
