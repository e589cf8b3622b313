"""The plan of `activation`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.graph.graph import Adjoint, Graph, Quantity
from deepcalc.kinds.activation.fields import DERIVATIVES, POINTS, VALUES, ActivationFields
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Literal, Name, Relation
from deepcalc.notation.printing import LatexPrinter
from deepcalc.plan import Composite, PartPlan, Plan
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


def _statement(fields: ActivationFields, with_derivatives: bool) -> str:
    latex = LatexPrinter()
    points = ", ".join(f"${latex.print(Relation('=', Name(name), value))}$" for name, value in fields.points.items())
    titles = [name.replace("_", " ") for name in fields.functions.values()]
    functions = titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
    asked = "the value and the derivative" if with_derivatives else "the value"
    slope = f" (slope {fields.slope.text} below 0)" if fields.has_slope else ""
    return f"Compute {asked} of {functions}{slope} at {points}."
