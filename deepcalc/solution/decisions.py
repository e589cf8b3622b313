"""Which case holds, and why: expressions as they stand once the values are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deepcalc.graph.evaluation import Values, branch_of, holds, is_whole, value_of
from deepcalc.graph.graph import Prose
from deepcalc.notation.arithmetic import compared
from deepcalc.notation.array_nodes import Prime
from deepcalc.notation.functions import slope
from deepcalc.notation.nodes import Call, Cases, Literal, Name, Node, Relation, Value, nodes_in

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}

Writer = Callable[[str, Value], Literal]
"""How the value of a named quantity is written."""


def decided(node: Any, values: Values) -> Any:
    """The expression with the case that holds in place of every ``Cases``."""
    return _rebuilt(node, lambda part: branch_of(part, values)[0] if isinstance(part, Cases) else None)


def without_idle_floors(node: Any, values: Values) -> Any:
    """The expression without the floors and ceilings that change nothing."""

    def bare(part: Any) -> Any:
        idle = isinstance(part, Call) and part.function in ("floor", "ceil")
        return part.arguments[0] if idle and is_whole(value_of(part.arguments[0], values)) else None

    return _rebuilt(node, bare)


def _rebuilt(node: Any, change: Callable[[Any], Any]) -> Any:
    changed = change(node)
    if changed is not None:
        return _rebuilt(changed, change)
    if not any(isinstance(argument, Node) for argument in node.args):
        return node
    arguments = [_rebuilt(part, change) if isinstance(part, Node) else part for part in node.args]
    return node if all(new is old for new, old in zip(arguments, node.args, strict=True)) else node.func(*arguments)


def reason(node: Any, values: Values, write: Writer, by_convention: bool = False) -> Prose:
    """Why the cases of the expression are decided as they are: ``since h₁ = 2 > 0``; empty without cases.

    ``by_convention`` marks derivatives: at a kink their value is a convention, and the reason says so.
    """
    reasons: dict[Any, bool] = {}
    for part in nodes_in(node):
        if isinstance(part, Cases):
            reasons.update(_of_cases(part, values))
        elif isinstance(part, Call) and part.function in ("max", "min") and len(part.arguments) == 2:
            reasons[_of_extreme(part, values)] = False
    prose: list[Any] = []
    for relation, at_kink in reasons.items():
        prose += [", " if prose else "since ", _with_values(relation, values, write)]
        if at_kink and by_convention:
            prose.append(" (the derivative there is a convention)")
    return tuple(prose)


def reason_of_masks(formula: Any) -> Prose:
    """What the masks of a formula are: ``ReLU′(Z) is 1 where Z > 0, else 0``."""
    prose: list[Any] = []
    seen: set[Any] = set()
    for part in nodes_in(formula):
        if not isinstance(part, Prime) or part in seen:
            continue
        seen.add(part)
        slope_ = slope(part.function, part.arguments[0])
        if isinstance(slope_, Cases):
            prose += ["; " if prose else "", part, " is "]
            for value, condition in slope_.branches:
                prose += [value, " where ", condition, ", "]
            prose += ["else ", slope_.otherwise]
    return tuple(prose)


def _of_cases(cases: Any, values: Values) -> dict[Any, bool]:
    _, condition = branch_of(cases, values)
    if condition is not None:
        return {condition: False}
    known = {}
    for _, failed in cases.branches:
        if len(failed.operands) == 2:
            left, right = failed.operands
            at_kink = compared(value_of(left, values), value_of(right, values)) == 0
            operator = "=" if at_kink else _OPPOSITE[failed.operators[0]]
            known[Relation(operator, left, right)] = at_kink
    return known


def _of_extreme(call: Any, values: Values) -> Any:
    left, right = call.arguments
    if isinstance(left, Literal):
        left, right = right, left
    operator = ">" if holds(Relation(">", left, right), values) else "<="
    return Relation(operator, left, right)


def _with_values(relation: Any, values: Values, write: Writer) -> Any:
    """The relation with the value of each name beside it: ``h₁ = 2 > 0``."""
    operators: list[str] = []
    operands: list[Any] = []
    for index, operand in enumerate(relation.operands):
        if index:
            operators.append(relation.operators[index - 1])
        operands.append(operand)
        if isinstance(operand, Name):
            written = write(operand.name, values[operand.name])
            operators.append("=" if written.exact else "≈")
            operands.append(written)
    if operators == ["=", "="] and operands[1] == operands[2]:
        return Relation("=", *operands[:2])
    return Relation(" ".join(operators), *operands)
