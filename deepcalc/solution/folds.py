"""What comes between the numbers put in and the result: terms as numbers, or one operation after the other."""

from __future__ import annotations

from collections.abc import Callable

from deepcalc.graph.evaluation import value_of
from deepcalc.notation.nodes import (
    ZERO,
    Call,
    Literal,
    Negative,
    Node,
    Over,
    Plus,
    Times,
    Value,
    negative,
    nodes_in,
    total,
)
from deepcalc.solution.document import Line, View
from deepcalc.solution.shown import is_exact

_WHOLE = frozenset({"floor", "ceil"})

MOST_FOLDS = 60
"""Beyond so many folds a derivation in full is no longer read; the terms are shown instead."""


def line_of(view: View, node: Node, joined: bool = False) -> Line:
    """A line, which is exact where every number in it is."""
    return Line(view, node, is_exact(node), joined)


Writer = Callable[[Value], Literal]
"""How a number is written."""


def in_terms(node: Node, write: Writer) -> list[Line]:
    """What comes between the numbers and the result.

    The argument of each floor as one number; the outermost sums with each term as its number; then, where they
    stand inside something, each sum as one number, and so all that stands beside them.
    """
    whole = _with_whole_parts(node, write)
    lines = [line_of(View.FOLD, whole), line_of(View.FOLD, _with_net_inputs(whole, write))]
    if any(isinstance(part, Plus) for part in nodes_in(whole)):
        lines.append(line_of(View.TERMS, _reduced(whole, write, _with_numbers)))
        if not isinstance(whole, Plus):
            lines.append(line_of(View.FOLD, _reduced(whole, write, _as_number)))
    return [line for line in lines if line.expression != node]


def _with_net_inputs(node: Node, write: Writer, in_sum: bool = False) -> Node:
    """The expression with each net input that is in a function inside a sum as one number: ``1/(1 + exp(-1.1))``."""
    if in_sum and isinstance(node, Call) and _takes_net_input(node):
        return Call(node.function, write(value_of(node.arguments[0], {})))
    if not any(isinstance(part, Node) for part in node.args):
        return node
    inside = in_sum or isinstance(node, Plus)
    return node.func(*(_with_net_inputs(part, write, inside) if isinstance(part, Node) else part for part in node.args))


def _takes_net_input(call: Call) -> bool:
    """Whether the one argument is a sum with products in it, or the negative of one."""
    if len(call.arguments) > 1 or call.function in _WHOLE:
        return False
    (argument,) = call.arguments
    inner = argument.args[0] if isinstance(argument, Negative) else argument
    return isinstance(inner, Plus) and any(isinstance(part, Times) for term in inner.args for part in nodes_in(term))


def _with_whole_parts(node: Node, write: Writer) -> Node:
    """The expression with the argument of each floor and ceiling as one number, ``⌊20.25⌋``."""
    if isinstance(node, Call) and node.function in _WHOLE:
        argument = value_of(node.arguments[0], {})
        shown = write(argument)
        rounded_away = value_of(Call(node.function, Literal(shown.text)), {}) != value_of(node, {})
        return node if rounded_away else Call(node.function, shown)
    if not any(isinstance(part, Node) for part in node.args):
        return node
    return node.func(*(_with_whole_parts(part, write) if isinstance(part, Node) else part for part in node.args))


def _reduced(node: Node, write: Writer, on_sum: Callable[[Node, Writer], Node]) -> Node:
    """The expression with its outermost sums changed, and all that holds no sum as its number."""
    if isinstance(node, Plus):
        return on_sum(node, write)
    if _is_number(node) or not isinstance(node, Node):
        return node
    if not any(isinstance(part, Plus) for part in nodes_in(node)):
        return write(value_of(node, {}))
    return node.func(*(_reduced(part, write, on_sum) for part in node.args))


def _with_numbers(sum_: Node, write: Writer) -> Node:
    first, *others = sum_.args
    return Plus(_as_number(first, write), *(_as_term(term, write) for term in others))


def _as_number(node: Node, write: Writer) -> Literal:
    return node if type(node) is Literal else write(value_of(node, {}))


def _as_term(term: Node, write: Writer) -> Node:
    """A term after the first as its number, negative ones taken away; a term taken away that is 0 stays so."""
    number = _as_number(term, write)
    inner = term.args[0] if isinstance(term, Negative) else None
    if isinstance(inner, Literal) and not inner.negative:
        return term
    if number.negative or (inner is not None and number == ZERO):
        return Negative(number if number == ZERO else negative(number))
    return number


def _is_number(node: Node) -> bool:
    """A number, or a fraction of two as it is written."""
    return isinstance(node, Literal) or (
        isinstance(node, Over) and all(isinstance(part, Literal) for part in node.args)
    )


def folds(node: Node, write: Writer) -> list[Node]:
    """The expression after each fold of its first innermost operation, down to the last but one."""
    found: list[Node] = []
    while len(found) <= MOST_FOLDS:
        folded = _fold_once(node, write)
        if folded is None or isinstance(folded, Literal):
            return found
        found.append(folded)
        node = folded
    return found


def _fold_once(node: Node, write: Writer) -> Node | None:
    """The expression with its first innermost operation done; None for a number."""
    if isinstance(node, Literal) or not isinstance(node, Node):
        return None
    for index, part in enumerate(node.args):
        if isinstance(node, Plus) and index and isinstance(part, Negative) and isinstance(part.args[0], Literal):
            continue
        folded = _fold_once(part, write)
        if folded is not None:
            parts = [*node.args[:index], folded, *node.args[index + 1 :]]
            return total(*parts) if isinstance(node, Plus) else node.func(*parts)
    return write(value_of(node, {}))
