"""The plan of `activation`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.graph.graph import Adjoint, Graph, Quantity
from deepcalc.kinds.activation.fields import DERIVATIVES, POINTS, VALUES, ActivationFields
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Literal, Name
from deepcalc.plan import Composite, PartPlan, Plan
from deepcalc.plan.statement import Statement, equations, joined, prose
from deepcalc.rules.activations import ACTIVATIONS, SOFTMAX, Activation, softmax, softmax_law


def build(fields: ActivationFields) -> Plan:
    graph = Graph(
        Quantity(name, given=value, section=POINTS, origin=origin)
        for (name, value), origin in zip(fields.points.items(), fields.origins(), strict=True)
    )
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
            _add_values(graph, ACTIVATIONS[function], fields.slope, pairs)
            values += names
            derivatives += [gradient(name, z) for z, name in pairs]
    _add_derivatives(graph, fields)
    parts = [PartPlan("a", tuple(values))]
    if derivatives:
        parts.append(PartPlan("b", tuple(derivatives)))
    return Plan(graph, tuple(parts), _statement(fields, bool(derivatives)), tuple(composites))


def _add_values(graph: Graph, activation: Activation, slope: Literal, pairs: Sequence[tuple[str, str]]) -> None:
    for z, name in pairs:
        call = activation.apply(Name(z), slope)
        formula = activation.definition(Name(z)) if activation.definition else call
        graph.add(
            Quantity(
                name,
                formula,
                laws=(call,),
                stable=call,
                partials={z: derivative(call, z, Name(name))},
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
        for z, name in zip(fields.points, fields.names(letter), strict=True):
            call = ACTIVATIONS[function].apply(Name(z), fields.slope)
            graph.add(
                Quantity(
                    gradient(name, z),
                    graph[name].partials[z],
                    laws=(derivative(call, z),),
                    section=DERIVATIVES,
                    group="derivatives",
                    origin=graph[z].origin,
                    adjoint=Adjoint(name, z),
                )
            )


def _add_softmax(graph: Graph, fields: ActivationFields, names: Sequence[str]) -> None:
    points = list(fields.points)
    stems = {name.rstrip("0123456789") for name in points}
    law = softmax_law(stems.pop() if len(stems) == 1 else "z", len(points))
    for z, name, row in zip(points, names, softmax(names, points), strict=True):
        graph.add(
            Quantity(
                name,
                row.formula,
                laws=(law,),
                stable=row.stable,
                partials=row.partials,
                section=VALUES,
                group="outputs",
                note=("softmax",),
                origin=graph[z].origin,
            )
        )


def _statement(fields: ActivationFields, with_derivatives: bool) -> Statement:
    titles = {letter: name.replace("_", " ").replace("relu", "ReLU") for letter, name in fields.functions.items()}
    slope = f" (slope {fields.slope.text} below 0)" if fields.has_slope else ""
    points = equations(fields.points.items(), last=" and ")
    if len(titles) == 1:
        subject = prose("The activation function ", *titles.values(), slope, " is")
    else:
        named = (prose(title, " (", Name(letter), ")") for letter, title in titles.items())
        subject = prose("The activation functions ", joined(named), slope, " are")
    each = "its" if len(titles) * len(fields.points) == 1 else "each"
    asked = {
        "its": "its value and its derivative" if with_derivatives else "its value",
        "each": "each value and each derivative" if with_derivatives else "each value",
    }[each]
    return Statement(prose(subject, " taken at ", points, "."), prose(f"Compute {asked}."))
