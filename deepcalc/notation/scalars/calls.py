"""Functions of numbers, by their rows in :mod:`deepcalc.notation.functions`."""

from __future__ import annotations

from deepcalc.notation.functions import FUNCTIONS, flat_arguments
from deepcalc.notation.nodes import ZERO, Call, Node, Value, product, total
from deepcalc.notation.quotients import has_quotient, one_quotient
from deepcalc.notation.ranges import Range
from deepcalc.notation.scalars.row import Differentiate, Instructions, RangeOf, Scalar, ValueOf, Values


def _exact(node: Call, values: Values, value_of: ValueOf) -> Value:
    return FUNCTIONS[node.function].exact(*[value_of(argument, values) for argument in node.arguments])


def _floats(writer: Instructions, node: Call) -> int:
    xp, floats = writer.xp, FUNCTIONS[node.function].floats
    sources = [writer.write(argument) for argument in node.arguments]
    if len(sources) == 1:
        return writer.unary(lambda x: floats(xp, x), sources[0])
    return writer.many(lambda *values: floats(xp, *values), sources)


def _derivative(node: Call, name: str, output: Node, derivative: Differentiate) -> Node:
    rule, arguments = FUNCTIONS[node.function].derivative, flat_arguments(node)
    terms = []
    for index, argument in enumerate(arguments):
        inner = derivative(argument, name)
        if inner != ZERO:
            outer = rule(arguments, output, index)
            if outer != ZERO:
                terms.append(one_quotient(product(outer, inner)) if has_quotient(outer) else product(outer, inner))
    return total(*terms)


def _range(node: Call, of: RangeOf) -> Range:
    return FUNCTIONS[node.function].range([of(argument) for argument in node.arguments])


CALL = Scalar(
    Call, "call",
    oracle=lambda node, to_sympy: FUNCTIONS[node.function].oracle(*map(to_sympy, node.arguments)),
    exact=_exact,
    floats=_floats,
    derivative=_derivative,
    range=_range,
)  # fmt: skip
