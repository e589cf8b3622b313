"""Cases of which numbers decide some."""

from __future__ import annotations

from deepcalc.notation import arithmetic
from deepcalc.notation.nodes import Cases, Node, Relation
from deepcalc.notation.scalars.cases import COMPARISONS
from deepcalc.notation.written_values import rational_of


def open_cases(cases: Cases) -> Node:
    """The cases that numbers leave open; the value itself where they leave one."""
    left: list[Node] = []
    for value, condition in cases.branches:
        holds = _holds(condition)
        if holds:
            return Cases(*left, value) if left else value
        if holds is None:
            left += [value, condition]
    return Cases(*left, cases.otherwise) if left else cases.otherwise


def _holds(condition: Node) -> bool | None:
    """Whether a condition on numbers alone holds; None of any other."""
    if not isinstance(condition, Relation):
        return None
    numbers = [rational_of(operand) for operand in condition.operands]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return None
    return all(
        COMPARISONS[symbol].of_sign(arithmetic.compared(left, right))
        for symbol, left, right in zip(condition.operators, known, known[1:], strict=False)
    )
