"""Evaluation in the exact domain: one walk over what is asked for, in definition order.

Cases (which side of a ReLU) are decided on the way. Everything that a person reads is evaluated here; the
float domain of :mod:`deepcalc.graph.floats` is for many evaluations at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any

from deepcalc.errors import MathError, ValueOutOfReach
from deepcalc.graph.givens import value_of_given
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.array_nodes import Item, has_array_nodes
from deepcalc.notation.grids import AnyValue, Grid
from deepcalc.notation.names import entry_parts
from deepcalc.notation.nodes import Cases, Name, Node, Value, names_in
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.rounding import NumberFormat, Rounding
from deepcalc.notation.scalars.cases import holding_branch, relation_holds
from deepcalc.notation.scalars.table import SCALARS
from deepcalc.notation.shapes import ShapeError
from deepcalc.notation.substitution import with_numbers
from deepcalc.records import record

Values = Mapping[str, Value]


@record
class Evaluation:
    """The values of a graph's quantities.

    ``values`` are what later quantities are computed from; ``computed`` the values before rounding. The two
    differ only where a policy carries rounded figures on.
    """

    values: Mapping[str, Value]
    computed: Mapping[str, Value]


def evaluate(
    graph: Graph,
    names: Iterable[str],
    overrides: Values | None = None,
    rounding: Rounding | None = None,
    written: Collection[str] | None = None,
    known: Values | None = None,
) -> Evaluation:
    """The values of the named quantities and of all that they are made of.

    ``overrides`` stand in place of the quantities' own values. With a ``rounding`` policy that carries
    rounded figures, each quantity that is ``written`` down (all of them by default) is passed on as it is
    shown. What is ``known`` already is not worked out again, but where arrays are large. ``MathError`` names the
    quantity that has no value.
    """
    given, known = overrides or {}, known or {}
    if graph.is_large:
        from deepcalc.graph.large import evaluate_in_floats

        return Evaluation(*evaluate_in_floats(graph, names, given))
    carried = rounding if rounding is not None and rounding.carry_rounded else None
    values: dict[str, Value] = {}
    computed: dict[str, Value] = {}
    replaced = set(given)
    for name in graph.ancestors(names, stop={*given, *known} if given else known):
        quantity = graph[name]
        if name in given:
            values[name] = computed[name] = given[name]
        elif name in known:
            values[name] = computed[name] = known[name]
            if carried is not None and quantity.given is None and (written is None or name in written):
                replaced.add(name)
        elif quantity.given is not None:
            values[name] = computed[name] = value_of_given(quantity.given)
        else:
            source = computed if _is_read_off(quantity.definition) else values
            value = computed[name] = _value_of_quantity(graph, quantity, graph.evaluated_form(name, replaced), source)
            if carried is not None and (written is None or name in written):
                value = _carried_value(carried.of(quantity.group), value)
                replaced.add(name)
            values[name] = value
    return Evaluation(values, computed)


class WithEntries(dict[str, Any]):
    """Values in which the entries of arrays are found by their names, ``X.1.2``."""

    def __missing__(self, name: str) -> Value:
        array, place = entry_parts(name)
        if not place or array not in self:
            raise KeyError(name)
        entry: Value = self[array][place]
        return entry


_RULES = {node: row.exact for node, row in SCALARS.items() if row.exact is not None}


def value_of(node: Node, values: Values) -> Value:
    """The exact value of a written expression; ``ValueOutOfReach`` where it has none."""
    value: Value = _RULES[type(node)](node, values, value_of)
    return value


def number_of(node: Node, values: Values) -> Value:
    """The exact value of an expression that comes to a number, whether there are arrays in it or not."""
    number: Value = (_value_of_arrays if has_array_nodes(node) else value_of)(node, values)
    return number


def holds(relation: Node, values: Values) -> bool:
    """Whether every comparison of the chain holds; none of its sides has arrays in it."""
    return bool(value_of(relation, values))


def decides(condition: Node, values: Values) -> bool:
    """Whether a condition holds, on numbers that may be made of arrays."""
    return relation_holds(condition, values, number_of)


def branch_of(cases: Cases, values: Values) -> tuple[Node, Node]:
    """The value that holds and its condition; the condition is None for the value otherwise."""
    return holding_branch(cases, values, decides)


def _value_of_arrays(node: Node, values: Values) -> AnyValue:
    from deepcalc.notation.operations.expressions import exact_value

    return exact_value(node, values, value_of)


def _value_of_quantity(graph: Graph, quantity: Quantity, form: Node, values: Values) -> Value:
    evaluated = _value_of_arrays if graph.is_of_arrays(quantity.name) else value_of
    try:
        value: Value = evaluated(form, values)
    except ValueOutOfReach as error:
        short = NumberFormat(significant=6)
        numbers = {used: written_value(short, values[used]) for used in names_in(quantity.definition)}
        shown = PlainPrinter().print(with_numbers(quantity.definition, numbers))
        line = f"{quantity.name} = {shown}{'; ' if quantity.remedy else ''}{quantity.remedy}"
        raise MathError(quantity.name, line, str(error), quantity.origin) from None
    except ShapeError as error:  # of sizes that are known only now: zeros(n, n)
        raise MathError(quantity.name, "", error.message, quantity.origin) from None
    return value


def written_value(number_format: NumberFormat, value: AnyValue) -> Node:
    """A number or an array as it is written down."""
    return value.node(number_format.write) if isinstance(value, Grid) else number_format.write(value)


def _carried_value(number_format: NumberFormat, value: AnyValue) -> AnyValue:
    if isinstance(value, Grid):
        return Grid(value.shape, list(map(number_format.carried, value.entries)))
    return number_format.carried(value)


def _is_read_off(formula: Node) -> bool:
    """Whether a quantity is an entry of an array, which was rounded where the array was written down."""
    return isinstance(formula, Item) and isinstance(formula.args[0], Name)


def is_whole(value: Value) -> bool:
    return isinstance(value, Fraction) and value.denominator == 1
