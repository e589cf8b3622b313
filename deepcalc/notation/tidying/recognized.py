"""Known functions in the form in which derivatives leave them: ``exp(z)/(1 + exp(z))`` is ``sigmoid(z)``."""

from __future__ import annotations

from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import ONE, Call, Negative, Node, Over, Plus
from deepcalc.notation.tidying import laws
from deepcalc.notation.tidying.laws import Law


def recognized(node: Node) -> tuple[Node, Law] | None:
    """The function that an expression is, and the law that says so; None of any other expression."""
    if isinstance(node, Over):
        return _share(*node.args)
    if isinstance(node, Plus) and len(node.args) == 2 and node.args[0] == ONE:
        return _rest(node.args[1])
    return None


def _share(top: Node, bottom: Node) -> tuple[Node, Law] | None:
    """A power of e over the sum of 1 and it, or over the sum of all of them."""
    if not (isinstance(top, Call) and top.function == "exp"):
        return None
    is_plain = not isinstance(top.arguments[0], Negative)
    if is_plain and isinstance(bottom, Plus) and bottom.args in ((ONE, top), (top, ONE)):
        return Call("sigmoid", *top.arguments), laws.SIGMOID
    if isinstance(bottom, Apply) and bottom.operation == "sum" and bottom.operands == (top,) and not bottom.settings:
        return Apply("softmax", {}, *top.arguments), laws.SOFTMAX
    return None


def _rest(term: Node) -> tuple[Node, Law] | None:
    """1 less the sigmoid of a negative."""
    call = term.args[0] if isinstance(term, Negative) else None
    if not (isinstance(call, Call) and call.function == "sigmoid" and isinstance(call.arguments[0], Negative)):
        return None
    return Call("sigmoid", call.arguments[0].args[0]), laws.OTHER_SIGMOID
