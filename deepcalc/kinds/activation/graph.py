"""The plan of `activation`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Adjoint, Letter, Prose, Quantity
from deepcalc.kinds.activation.fields import DERIVATIVES, POINTS, VALUES, ActivationFields
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, Node, names_in
from deepcalc.plan import Composite, PartPlan, Plan
from deepcalc.plan.statement import Statement, equations, joined, prose
from deepcalc.rules.activations import ACTIVATIONS, ALPHA, BETA, SLOPE, SOFTMAX, Activation, softmax


def build(fields: ActivationFields) -> Plan:
    graph = Graph(
        Quantity(name, given=value, section=POINTS, origin=origin)
        for (name, value), origin in zip(fields.points.items(), fields.origins(), strict=True)
    )
    for field in fields.letters:
        graph.add(Quantity(field, given=Letter(), section=POINTS, origin=(field,)))
    values: list[str] = []
    derivatives: list[str] = []
    composites: list[Composite] = []
    for letter, function in fields.functions.items():
        names = fields.names(letter)
        if function == SOFTMAX:
            _add_softmax(graph, fields, names)
            composites.append(Composite(letter, tuple(names)))
            values.append(letter)
        else:
            pairs = list(zip(fields.points, names, strict=True))
            _add_values(graph, ACTIVATIONS[function], fields.number(function), pairs)
            values += names
            derivatives += [gradient(name, z) for z, name in pairs]
    _add_derivatives(graph, fields)
    parts = [PartPlan("a", tuple(values))]
    if derivatives:
        parts.append(PartPlan("b", tuple(derivatives)))
    return Plan(graph, tuple(parts), _statement(fields, bool(derivatives)), tuple(composites))


def _add_values(graph: Graph, activation: Activation, number: Node, pairs: Sequence[tuple[str, str]]) -> None:
    for z, name in pairs:
        call = activation.apply(Name(z), number)
        formula = activation.definition(Name(z)) if activation.definition else call
        graph.add(
            Quantity(
                name,
                formula,
                laws=(call,),
                stable=call,
                partials={z: activation.derived(z, name, number)},
                section=VALUES,
                group="outputs",
                origin=graph[z].origin,
            )
        )


def _add_derivatives(graph: Graph, fields: ActivationFields) -> None:
    """The derivative of each value by its point: first in the function itself, then in the name of its value."""
    for letter, function in fields.functions.items():
        if function == SOFTMAX:
            continue  # an entry of the Jacobian is made when it is asked for
        activation = ACTIVATIONS[function]
        for z, name in zip(fields.points, fields.names(letter), strict=True):
            call = activation.apply(Name(z), fields.number(function))
            written = graph[name].partials[z]
            in_its_value = activation.slope is None or name in names_in(written)
            graph.add(
                Quantity(
                    gradient(name, z),
                    written,
                    laws=(derivative(call, z),) if in_its_value else (),
                    section=DERIVATIVES,
                    group="derivatives",
                    origin=graph[z].origin,
                    adjoint=Adjoint(name, z),
                )
            )


def _add_softmax(graph: Graph, fields: ActivationFields, names: Sequence[str]) -> None:
    points = list(fields.points)
    for z, name, row in zip(points, names, softmax(names, points), strict=True):
        graph.add(row.quantity(name, VALUES, graph[z].origin, ("softmax",)))


def _statement(fields: ActivationFields, with_derivatives: bool) -> Statement:
    titles = {letter: _title(fields, name) for letter, name in fields.functions.items()}
    points = equations(fields.points.items(), last=" and ")
    if len(titles) == 1:
        subject = prose("The activation function ", *titles.values(), " is")
    else:
        named = (prose(title, " (", Name(letter), ")") for letter, title in titles.items())
        subject = prose("The activation functions ", joined(named), " are")
    each = "its" if len(titles) * len(fields.points) == 1 else "each"
    asked = {
        "its": "its value and its derivative" if with_derivatives else "its value",
        "each": "each value and each derivative" if with_derivatives else "each value",
    }[each]
    return Statement(prose(subject, " taken at ", points, "."), prose(f"Compute {asked}."))


def _title(fields: ActivationFields, function: str) -> Prose:
    """What a function is called, with its own number."""
    if function == SOFTMAX:
        return (function,)
    row, number = ACTIVATIONS[function], fields.number(function)
    title = "identity" if function == "identity" else row.title
    if row.parameter is None:
        return (title,)
    if isinstance(number, Name):
        return prose(title, " (with ", number, ")")
    own = {
        SLOPE: prose(" (slope ", number, " below 0)"),
        ALPHA: prose(" (α = ", number, ")"),
        BETA: prose(" (β = ", number, ")"),
    }
    return prose(title, own[row.parameter])
