"""Which case holds, and why: expressions as they stand once the values are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deepcalc.graph.evaluation import Values, branch_of, decides, is_whole, number_of
from deepcalc.graph.quantities import Prose
from deepcalc.notation.arithmetic import compared
from deepcalc.notation.array_nodes import Prime
from deepcalc.notation.functions import slope
from deepcalc.notation.nodes import Call, Cases, Literal, Node, Relation, nodes_in
from deepcalc.records import record
from deepcalc.solution.digits import holding
from deepcalc.solution.shown import is_exact

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}

Writer = Callable[[Node], Literal]
"""How the value of a side of a comparison is written."""

IsNumber = Callable[[Node], bool]
"""Whether an expression is a number, not an array: cases of arrays are decided entry by entry, by masks."""


def _any(node: Node) -> bool:
    return True


def decided(node: Node, values: Values, is_number: IsNumber = _any) -> Node:
    """The expression with the case that holds in place of every ``Cases`` whose conditions are of numbers."""

    def taken(part: Node) -> Node | None:
        return branch_of(part, values)[0] if isinstance(part, Cases) and _by_numbers(part, is_number) else None

    return _rebuilt(node, taken)


def _by_numbers(cases: Cases, is_number: IsNumber) -> bool:
    return all(is_number(side) for _, condition in cases.branches for side in condition.operands)


def without_idle_floors(node: Node, values: Values) -> Node:
    """The expression without the floors and ceilings that change nothing."""

    def bare(part: Node) -> Node | None:
        if not isinstance(part, Call) or part.function not in ("floor", "ceil"):
            return None
        return part.arguments[0] if is_whole(number_of(part.arguments[0], values)) else None

    return _rebuilt(node, bare)


def _rebuilt(node: Node, change: Callable[[Node], Node | None]) -> Node:
    changed = change(node)
    if changed is not None:
        return _rebuilt(changed, change)
    if not any(isinstance(argument, Node) for argument in node.args):
        return node
    arguments = [_rebuilt(part, change) if isinstance(part, Node) else part for part in node.args]
    return node if all(new is old for new, old in zip(arguments, node.args, strict=True)) else node.func(*arguments)


def reason(node: Node, values: Values, write: Writer, by_convention: bool = False, is_number: IsNumber = _any) -> Prose:
    """Why the cases of the expression are decided as they are: ``since h₁ = 2 > 0``; empty without cases.

    ``by_convention`` marks derivatives: at a kink their value is a convention, and the reason says so. Cases and
    extremes of arrays have no reason here.
    """
    reasons: dict[Any, _Reason] = {}
    stack = [node]
    while stack:
        part = stack.pop()
        inside = part.args
        if isinstance(part, Cases):
            found = _of_cases(part, values) if _by_numbers(part, is_number) else []
            inside = (*(value for value, _ in part.branches), part.otherwise)
        elif isinstance(part, Call) and part.function in EXTREMES and len(part.arguments) == 2:
            found = [_of_extreme(part, values)] if all(map(is_number, part.arguments)) else []
        else:
            found = []
        for each in found:
            reasons.setdefault(frozenset(each.relation.operands), each)
        stack.extend(inner for inner in reversed(inside) if isinstance(inner, Node))
    prose: list[Any] = []
    for each in reasons.values():
        prose += [", " if prose else "since ", _with_values(each.relation, write)]
        prose += [each.words] if each.words else []
        prose += [" (the derivative there is a convention)"] if each.at_kink and by_convention else []
    return tuple(prose)


def reason_of_masks(formula: Node) -> Prose:
    """What the masks of a formula are: ``ReLU′(Z) is 1 where Z > 0, else 0``."""
    prose: list[Any] = []
    seen: set[Node] = set()
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


@record
class _Reason:
    """A relation that holds, words after it, and whether it stands at a kink."""

    relation: Any
    words: str = ""
    at_kink: bool = False


EXTREMES = {"max": " is the greatest", "min": " is the least"}
"""The functions that take one of their arguments, and what is said of that one."""


def _of_cases(cases: Cases, values: Values) -> list[_Reason]:
    extreme = _extreme_in(cases)
    if extreme is not None:
        return [_taken(extreme, values)]
    _, condition = branch_of(cases, values)
    if condition is not None:
        return [_Reason(condition)]
    known = []
    for _, failed in cases.branches:
        if len(failed.operands) == 2:
            left, right = failed.operands
            at_kink = compared(number_of(left, values), number_of(right, values)) == 0
            operator = "=" if at_kink else _OPPOSITE[failed.operators[0]]
            known.append(_Reason(Relation(operator, left, right), at_kink=at_kink))
    return known


def _extreme_in(cases: Cases) -> Node | None:
    """The maximum or minimum of several whose derivative the cases are, if they are one."""
    *_, condition = cases.branches[0]
    last = condition.operands[-1]
    is_one_of = isinstance(last, Call) and last.function in EXTREMES and condition.operands[-2] in last.arguments
    return last if is_one_of else None


def _taken(call: Any, values: Values) -> _Reason:
    """Which of the arguments is the extreme; of equal ones the first."""
    extreme = number_of(call, values)
    first, *equal = [each for each in call.arguments if compared(number_of(each, values), extreme) == 0]
    words = EXTREMES[call.function]
    return _Reason(Relation("", first), f"{words}, as the first of equals" if equal else words, bool(equal))


def _of_extreme(call: Call, values: Values) -> _Reason:
    left, right = call.arguments
    if isinstance(left, Literal):
        left, right = right, left
    operator = ">" if decides(Relation(">", left, right), values) else "<="
    return _Reason(Relation(operator, left, right))


def _with_values(relation: Relation, write: Writer) -> Node:
    """The relation with the value of each side beside it: ``h₁ = 2 > 0``, and as many digits as make it true."""
    numbers = [part if isinstance(part, Literal) else write(part) for part in relation.operands]
    held = holding(Relation(relation.args[0], *numbers))
    operators: list[str] = []
    operands: list[Node] = []
    for index, (operand, written) in enumerate(zip(relation.operands, held.operands, strict=True)):
        if index:
            operators.append(relation.operators[index - 1])
        operands.append(operand)
        if not isinstance(operand, Literal):
            operators.append("=" if is_exact(written) else "≈")
            operands.append(written)
    if operators == ["=", "="] and operands[1] == operands[2]:
        return Relation("=", *operands[:2])
    return Relation(" ".join(operators), *operands)
