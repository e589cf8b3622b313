"""Activation functions at given points: their values and derivatives, and the softmax of a vector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from deepcalc.errors import Fault, Location
from deepcalc.graph.graph import Adjoint, Graph, Quantity
from deepcalc.kinds._activation.slips import slips
from deepcalc.kinds._fields import Fields, Identifier, Number
from deepcalc.kinds._registry import Kind
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Literal, Name, Relation
from deepcalc.notation.parser import parse_number
from deepcalc.notation.printing import LatexPrinter
from deepcalc.plan import Composite, PartPlan, Plan
from deepcalc.rules.activations import ACTIVATIONS, SOFTMAX, Activation, softmax, softmax_law

POINTS, VALUES, DERIVATIVES = "Given", "Values", "Derivatives"

ActivationName = StrEnum("ActivationName", [*ACTIVATIONS, SOFTMAX])  # type: ignore[misc]


def _shape(value: Any) -> str:
    """What an author wrote where one, several or named ones may stand."""
    return "named" if isinstance(value, dict) else "several" if isinstance(value, list) else "one"


Functions = Annotated[
    Annotated[ActivationName, Tag("one")]
    | Annotated[list[ActivationName], Field(min_length=1), Tag("several")]
    | Annotated[dict[Identifier, ActivationName], Field(min_length=1), Tag("named")],
    Discriminator(_shape),
]
Points = Annotated[
    Annotated[Number, Tag("one")]
    | Annotated[list[Number], Field(min_length=1), Tag("several")]
    | Annotated[dict[Identifier, Number], Field(min_length=1), Tag("named")],
    Discriminator(_shape),
]


class ActivationFields(Fields):
    """Which functions, and at which points."""

    function: Functions = Field(
        description=f"{', '.join(ActivationName)}; a list of them; or with a letter for each, "
        "{a: sigmoid, r: relu}: a1 is then the value at z1"
    )
    at: Points = Field(
        description="the points by name, {z1: 0.5, z2: -1}, or a list of numbers (names z1, z2, … are made); "
        "for softmax the components of the vector"
    )
    slope: Number = Field(parse_number("0.01"), description="slope of leaky_relu below 0 (0.01)")

    @property
    def functions(self) -> Mapping[str, str]:
        """The functions by the letter of their values: by default a, or p for a softmax; of several, their names."""
        if isinstance(self.function, dict):
            return self.function
        if isinstance(self.function, list):
            return {_letter(name): name for name in self.function}
        return {"p" if self.function == SOFTMAX else "a": self.function}

    @property
    def points(self) -> Mapping[str, Literal]:
        """The points by name."""
        if isinstance(self.at, dict):
            return self.at
        if isinstance(self.at, list):
            return {f"z{number}": value for number, value in enumerate(self.at, start=1)}
        return {"z": self.at}

    @property
    def has_slope(self) -> bool:
        return any(name in ACTIVATIONS and ACTIVATIONS[name].has_slope for name in self.functions.values())

    def origins(self) -> list[Location]:
        """Where each point stands in the fields."""
        if isinstance(self.at, dict):
            return [("at", name) for name in self.at]
        return [("at", index) for index in range(len(self.at))] if isinstance(self.at, list) else [("at",)]

    def faults(self) -> Iterator[Fault]:
        if isinstance(self.function, list):
            for index, named in enumerate(self.function):
                if named in self.function[:index]:
                    yield Fault(("function", index), f"`{named}` is given twice")
        if "slope" in self.model_fields_set and not self.has_slope:
            with_slope = [row.name for row in ACTIVATIONS.values() if row.has_slope]
            yield Fault(("slope",), f"only {', '.join(with_slope)} has a slope")
        taken = set(self.points)
        for letter, function in self.functions.items():
            for name in (*self.names(letter), *([letter] if function == SOFTMAX else [])):
                if name in taken:
                    at = ("at", name) if name in self.points else ("function", letter)
                    yield Fault(at, f"`{name}` is also the name of a value of {function}; choose another")
                taken.add(name)

    def names(self, letter: str) -> list[str]:
        """The name of a function's value at each point: ``a1`` at ``z1``; of a softmax's component, ``p.1``."""
        endings = _endings(list(self.points))
        if self.functions[letter] == SOFTMAX:
            return [f"{letter}.{ending or 1}" for ending in endings]
        return [f"{letter}{ending}" for ending in endings]


def _letter(function: str) -> str:
    return "p" if function == SOFTMAX else function.partition("_")[0]


def _endings(points: Sequence[str]) -> list[str]:
    """The digits at the end of each point's name, or the numbers from 1 where they do not tell the points apart."""
    digits = [name[len(name.rstrip("0123456789")) :] for name in points]
    if len(points) == 1 or (all(digits) and len(set(digits)) == len(points)):
        return digits
    return [str(number) for number in range(1, len(points) + 1)]


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


TEMPLATE = """\
title: Sigmoid and its derivative
kind: activation
function: sigmoid              # identity | sigmoid | tanh | relu | leaky_relu | softmax; or a list of them
at: {z1: 0.5, z2: -1}          # the points by name, or a list of numbers; for softmax the vector's components
# slope: 0.01                  # of leaky_relu below 0
parts:
  - {id: a, points: 2, find: [a1, a2]}
  - {id: b, points: 2, find: [da1/dz1, da2/dz2]}
expected: {a1: 0.6225, a2: 0.2689, da1/dz1: 0.2350, da2/dz2: 0.1966}
"""

KIND = Kind(
    name="activation",
    summary="activation functions at given points: value and derivative; softmax over a vector",
    fields=ActivationFields,
    build=build,
    template=TEMPLATE,
    slips=slips,
)
