"""Quotients, logarithms, activations, max and min."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.checking.invited.forms import complement_of, is_call, is_integer
from deepcalc.checking.invited.place import AtNode, Place, Written
from deepcalc.notation.edits import factors
from deepcalc.notation.functions import FUNCTIONS, PI, TWO
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Cases,
    Name,
    Node,
    Over,
    Plus,
    Power,
    Relation,
    Times,
    minus,
    negative,
    number,
    product,
    total,
)
from deepcalc.rules.activations import ACTIVATIONS

DECIDED = ("sign",)

ACTIVATION_CALLS = tuple(name for name in ACTIVATIONS if name in FUNCTIONS and name not in DECIDED)
"""The functions of formulas that are activations, and not merely the sign of something."""

_LOGS = ("log", "ln")
_OTHER_ACTIVATION = {"sigmoid": "tanh", "tanh": "sigmoid"}
_OTHER_WAVE = {"sin": "cos", "cos": "sin"}
_CURVED = ("sigmoid", "tanh")
_NOT_RELU = tuple(name for name in ACTIVATION_CALLS if name not in ("relu", "leaky_relu", "identity"))
_SQUASHING = ("sigmoid", "tanh", "relu")
_OTHER_EXTREME = {"max": "min", "min": "max"}


def turned_over(place: Place, node: Node) -> Node | None:
    return Over(node.args[1], node.args[0]) if isinstance(node, Over) and node.args[0] != ONE else None


def reciprocal_turned(place: Place) -> Iterator[Written]:
    """x in place of 1/x."""
    for node in place.nodes:
        if isinstance(node, Over) and node.args[0] == ONE:
            turned = node.args[1]
            yield place.formula.xreplace({node: turned}), *((turned,) if isinstance(turned, Name) else ())


def multiplied(place: Place) -> Iterator[Written]:
    """a·b for a/b, and a·b/c for a/(b·c)."""
    for node in place.nodes:
        if isinstance(node, Over):
            below = factors(node.args[1])
            for index, factor in enumerate(below):
                top = product(node.args[0], factor)
                kept = below[:index] + below[index + 1 :]
                yield (place.formula.xreplace({node: Over(top, product(*kept)) if kept else top}),)


def divided(place: Place) -> Iterator[Written]:
    """a/b for a·b."""
    for node in place.nodes:
        if isinstance(node, Times) and len(node.args) == 2:
            for one, other in (node.args, node.args[::-1]):
                yield (place.formula.xreplace({node: Over(one, other)}),)


def undivided(place: Place, node: Node) -> Node | None:
    return node.args[0] if isinstance(node, Over) and node.args[0] != ONE else None


def one_less(place: Place, node: Node) -> Node | None:
    """Divided by n − 1 in place of n."""
    if isinstance(node, Over) and is_integer(node.args[1], 3):
        return Over(node.args[0], number(node.args[1].value - 1))
    return None


def activated(place: Place) -> Iterator[Written]:
    """One of the graph's activations taken of a weighted sum that has none."""
    is_weighted = isinstance(place.formula, Plus) and any(isinstance(term, Times) for term in place.formula.args)
    if place.is_answer and not place.is_derivative and is_weighted:
        for function in place.around.functions:
            if function in _SQUASHING:
                yield (Call(function, place.formula),)


def without_log(place: Place, node: Node) -> Node | None:
    """1 + e^z in place of ln(1 + e^z), the softplus."""
    return total(ONE, Call("exp", *node.arguments)) if is_call(node, "softplus") else None


def drawn_into(place: Place) -> Iterator[Written]:
    """e^(x·y) in place of x·e^y."""
    for node in place.nodes if not place.is_derivative else ():
        if isinstance(node, Times) and len(node.args) == 2:
            for factor, call in (node.args, node.args[::-1]):
                if is_call(call, "exp", "log", "sqrt", "sin", "cos") and not isinstance(factor, Call):
                    drawn = Call(call.function, product(factor, *call.arguments))
                    yield (place.formula.xreplace({node: drawn}),)


def exponential_alone(place: Place, node: Node) -> Node | None:
    """e^−z in place of 1/(1 + e^−z)."""
    return Call("exp", negative(node.arguments[0])) if is_call(node, "sigmoid") else None


def one_left_out(place: Place, node: Node) -> Node | None:
    """1/e^−z in place of 1/(1 + e^−z)."""
    return Over(ONE, Call("exp", negative(node.arguments[0]))) if is_call(node, "sigmoid") else None


def in_degrees(place: Place, node: Node) -> Node | None:
    return Call(node.function, Over(Times(PI, *node.arguments), number(180))) if is_call(node, *_OTHER_WAVE) else None


def arithmetic_mean(place: Place, node: Node) -> Node | None:
    """2·a·b/(a + b) → (a + b)/2."""
    if not isinstance(node, Over) or not isinstance(node.args[1], Plus) or len(node.args[1].args) != 2:
        return None
    return Over(node.args[1], TWO) if set(factors(node.args[0])) == {TWO, *node.args[1].args} else None


def function_of_sum(place: Place, node: Node) -> Node | None:
    """e^a + e^b → e^(a + b)."""
    summed = node.args if isinstance(node, Plus) else ()
    calls = [term for term in summed if isinstance(term, Call) and len(term.arguments) == 1]
    functions = {call.function for call in calls}
    if len(calls) < len(summed) or len(functions) != 1:
        return None
    return Call(functions.pop(), total(*(call.arguments[0] for call in calls)))


def log_to(function: str) -> AtNode:
    return lambda place, node: Call(function, *node.arguments) if is_call(node, *_LOGS) else None


def natural_log(place: Place, node: Node) -> Node | None:
    return Call("log", *node.arguments) if is_call(node, "log2", "log10") else None


def argument_of(*functions: str) -> AtNode:
    """A function left out: its argument alone."""
    return lambda place, node: node.arguments[0] if is_call(node, *functions) else None


def other_class(place: Place, node: Node) -> Node | None:
    """log(p) → log(1 - p), and the other way round."""
    if not is_call(node, *_LOGS):
        return None
    argument = node.arguments[0]
    if isinstance(argument, Name):
        return Call(node.function, minus(ONE, argument))
    complement = complement_of(argument)
    return None if complement is None else Call(node.function, complement)


def exponent_turned(place: Place, node: Node) -> Node | None:
    return Call(node.function, negative(node.arguments[0])) if is_call(node, "exp", "sigmoid") else None


def applied_twice(place: Place, node: Call) -> Node | None:
    is_one = is_call(node, *ACTIVATION_CALLS) and len(node.arguments) == 1
    return Call(node.function, node) if is_one else None


def other_activation(place: Place, node: Call) -> Node | None:
    is_one = isinstance(node, Call) and node.function in _OTHER_ACTIVATION
    return Call(_OTHER_ACTIVATION[node.function], *node.arguments) if is_one else None


def slope_for_value(place: Place, node: Call) -> Node | None:
    """1 − tanh²(z) for tanh(z), σ(z)·(1 − σ(z)) for σ(z)."""
    if place.is_derivative or not is_call(node, *_CURVED):
        return None
    return minus(ONE, Power(node, TWO)) if node.function == "tanh" else product(node, minus(ONE, node))


def other_wave(place: Place, node: Call) -> Node | None:
    is_one = isinstance(node, Call) and node.function in _OTHER_WAVE
    return Call(_OTHER_WAVE[node.function], *node.arguments) if is_one else None


def relu_taken(place: Place, node: Node) -> Node | None:
    if isinstance(node, Cases) and not place.is_derivative:
        net = node.args[0]
        return Call("relu", net) if node.branches == [(net, Relation(">", net, ZERO))] else None
    return Call("relu", node.arguments[0]) if is_call(node, *_NOT_RELU) else None


def curve_taken(function: str) -> AtNode:
    """The sigmoid or tanh in place of the ReLU."""
    return lambda place, node: Call(function, node.arguments[0]) if is_call(node, "relu", "leaky_relu") else None


def thresholded(place: Place, node: Node) -> Node | None:
    """1 or 0 (of tanh 1 or −1) by the side of 0 on which the net input lies."""
    if is_call(node, "tanh"):
        return Call("sign", *node.arguments)
    return Cases(ONE, Relation(">", node.arguments[0], ZERO), ZERO) if is_call(node, "sigmoid") else None


def largest_alone(place: Place, node: Node) -> Node | None:
    """1 for the largest of e^z, 0 for the others, in place of e^z/Σe^z."""
    is_softmax = isinstance(node, Over) and isinstance(node.args[1], Plus) and is_call(node.args[0], "exp")
    if not is_softmax or node.args[0] not in node.args[1].args:
        return None
    others = [term for term in node.args[1].args if term != node.args[0]]
    largest = others[0] if len(others) == 1 else Call("max", *others)
    return Cases(ONE, Relation(">", node.args[0], largest), ZERO)


def sigmoid_for_softmax(place: Place, node: Node) -> Node | None:
    """σ(z) for e^z/Σe^z."""
    is_softmax = isinstance(node, Over) and isinstance(node.args[1], Plus) and node.args[0] in node.args[1].args
    return Call("sigmoid", *node.args[0].arguments) if is_softmax and is_call(node.args[0], "exp") else None


def sum_without_own(place: Place, node: Node) -> Node | None:
    """e^z over the sum of the others."""
    is_share = isinstance(node, Over) and isinstance(node.args[1], Plus) and node.args[0] in node.args[1].args
    if is_share and node.args[0] != ONE:
        return Over(node.args[0], total(*(term for term in node.args[1].args if term != node.args[0])))
    return None


def other_extreme(place: Place, node: Call) -> Node | None:
    is_one = isinstance(node, Call) and node.function in _OTHER_EXTREME and len(node.arguments) > 1
    return Call(_OTHER_EXTREME[node.function], *node.arguments) if is_one else None


def other_argument(place: Place) -> Iterator[Written]:
    for node in place.nodes:
        if is_call(node, "max", "min"):
            for argument in node.arguments:
                yield (place.formula.xreplace({node: argument}),)


def of_one_part_alone(place: Place) -> Iterator[Written]:
    """f(a) + b, or a + f(b), in place of f(a + b), and f(a)·b in place of f(a·b)."""
    for node in place.nodes:
        argument = node.arguments[0] if isinstance(node, Call) and len(node.arguments) == 1 else None
        if isinstance(node, Call) and isinstance(argument, Plus | Times) and len(argument.args) == 2:
            one, other = argument.args
            together = product if isinstance(argument, Times) else total
            for parts in ((Call(node.function, one), other), (one, Call(node.function, other))):
                yield (place.formula.xreplace({node: together(*parts)}),)
