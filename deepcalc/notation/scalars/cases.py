"""Values by cases, and the comparisons that decide between them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import sympy

from deepcalc.notation import arithmetic
from deepcalc.notation.levels import Level
from deepcalc.notation.nodes import ZERO, Cases, Node, Relation
from deepcalc.notation.ranges import Range, hull
from deepcalc.notation.scalars.row import Differentiate, Instructions, RangeOf, Scalar, ValueOf, Values
from deepcalc.records import record


@record
class Comparison:
    """One comparison: by the sign of left - right, in floats, and in SymPy."""

    of_sign: Callable[[int], bool]
    floats: Callable[[Any, Any], Any]
    oracle: Callable[[Any, Any], Any]


COMPARISONS: Mapping[str, Comparison] = {
    "<": Comparison(lambda sign: sign < 0, operator.lt, sympy.Lt),
    "<=": Comparison(lambda sign: sign <= 0, operator.le, sympy.Le),
    ">": Comparison(lambda sign: sign > 0, operator.gt, sympy.Gt),
    ">=": Comparison(lambda sign: sign >= 0, operator.ge, sympy.Ge),
    "=": Comparison(lambda sign: sign == 0, operator.eq, sympy.Eq),
    "!=": Comparison(lambda sign: sign != 0, operator.ne, sympy.Ne),
}


def relation_holds(relation: Any, values: Values, value_of: ValueOf) -> bool:
    """Whether every comparison of a chain holds."""
    compared = [value_of(operand, values) for operand in relation.operands]
    return all(
        COMPARISONS[symbol].of_sign(arithmetic.compared(left, right))
        for symbol, left, right in zip(relation.operators, compared, compared[1:], strict=False)
    )


def holding_branch(cases: Cases, values: Values, value_of: ValueOf) -> tuple[Any, Any]:
    """The value that holds and its condition; the condition is None for the value otherwise."""
    for value, condition in cases.branches:
        if value_of(condition, values):
            return value, condition
    return cases.otherwise, None


def _floats_of_relation(writer: Instructions, node: Relation) -> int:
    sources = [writer.write(operand) for operand in node.operands]
    tests = [
        writer.binary(COMPARISONS[symbol].floats, left, right)
        for symbol, left, right in zip(node.operators, sources, sources[1:], strict=False)
    ]
    result = tests[0]
    for test in tests[1:]:
        result = writer.binary(operator.and_, result, test)
    return result


def _floats_of_cases(writer: Instructions, node: Cases) -> int:
    result = writer.write(node.otherwise)
    for value, condition in reversed(node.branches):
        result = writer.many(writer.xp.where, [writer.write(condition), writer.write(value), result])
    return result


def _derivative(node: Cases, name: str, output: Node, derivative: Differentiate) -> Node:
    values = [derivative(value, name) for value in (*node.args[:-1:2], node.otherwise)]
    if all(value == ZERO for value in values):
        return ZERO
    conditions = [condition for _, condition in node.branches]
    pairs = [part for pair in zip(values, conditions, strict=False) for part in pair]
    return Cases(*pairs, values[-1])


def _range(node: Cases, of: RangeOf) -> Range:
    return hull(of(value) for value in (*(value for value, _ in node.branches), node.otherwise))


def _relation_in_sympy(node: Relation, to_sympy: Callable[[Node], Any]) -> Any:
    pairs = zip(node.operators, pairwise([to_sympy(operand) for operand in node.operands]), strict=True)
    return sympy.And(*(COMPARISONS[symbol].oracle(left, right) for symbol, (left, right) in pairs))


def _cases_in_sympy(node: Cases, to_sympy: Callable[[Node], Any]) -> Any:
    branches = [(to_sympy(value), to_sympy(condition)) for value, condition in node.branches]
    return sympy.Piecewise(*branches, (to_sympy(node.otherwise), True))


RELATION = Scalar(
    Relation, "relation",
    oracle=_relation_in_sympy,
    exact=relation_holds,
    floats=_floats_of_relation,
    level=Level.LISTING,
)  # fmt: skip

CASES = Scalar(
    Cases, "cases",
    oracle=_cases_in_sympy,
    exact=lambda node, values, value_of: value_of(holding_branch(node, values, value_of)[0], values),
    floats=_floats_of_cases,
    derivative=_derivative,
    range=_range,
)  # fmt: skip
