"""What a local derivative is taken for: the outer one alone, the function itself, the power that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeGuard

from deepcalc.checking.invited.forms import complement_of, is_call, is_integer, is_square
from deepcalc.checking.invited.place import Place, Written
from deepcalc.graph.gradients import opposite
from deepcalc.graph.ways import partial
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.edits import factors, terms, unsigned, with_term
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Name,
    Negative,
    Node,
    Plus,
    Power,
    Times,
    minus,
    names_in,
    negative,
    nodes_in,
    number,
    product,
)
from deepcalc.records import record

_INNER = Name("inner")
_MOST_OTHERS = 3
_LIKE_ITSELF = ("exp", "sigmoid", "relu", "leaky_relu")
"""Functions that stand in their own derivative, or whose value is told otherwise where it is taken for that."""


@record
class _Local:
    """The partial derivative of a consumer's formula by ``wrt``, as factors of one term of a derivative."""

    place: Place
    consumer: str
    formula: Any
    local: Any
    wrt: str
    index: int
    others: tuple[Any, ...]
    is_turned: bool

    def written(self, local: Node) -> Node:
        """The derivative with another local one."""
        term = product(*self.others, local)
        return with_term(self.place.formula, self.index, negative(term) if self.is_turned else term)

    def by(self, node: Any) -> Node:
        """The derivative of the consumer's formula by a part of it, in its own name where that is all of it."""
        if node == self.formula:
            return ONE
        by_part = derivative(self.formula.xreplace({node: _INNER}), _INNER.name, Name(self.consumer))
        return by_part.xreplace({_INNER: node})

    def inner(self, node: Node) -> Node:
        return derivative(node, self.wrt)


def _locals(place: Place) -> Iterator[_Local]:
    wrt = place.wrt
    if wrt is None or not place.is_derivative or place.graph.is_of_arrays(place.quantity.name):
        return
    for consumer in (each for each in place.consumers(wrt) if not place.graph.is_of_arrays(each)):
        formula = place.graph[consumer].formula
        local = ONE if formula is None else partial(place.graph, consumer, wrt, fused=False)
        if local in (ONE, ZERO):
            continue
        own = factors(unsigned(local))
        for index, term in enumerate(terms(place.formula)):
            others = list(factors(unsigned(term)))
            if all(factor in others for factor in own):
                for factor in own:
                    others.remove(factor)
                is_turned = isinstance(term, Negative) != isinstance(local, Negative)
                yield _Local(place, consumer, formula, unsigned(local), wrt, index, tuple(others), is_turned)


def outer_alone(place: Place) -> Iterator[Written]:
    """The derivative of f(g(x)) by g(x)."""
    for each in _locals(place):
        for node in nodes_in(each.formula):
            argument = node.args[0] if isinstance(node, Power) else node.arguments[0] if _is_of_one(node) else None
            if argument is not None and not isinstance(argument, Name) and each.wrt in names_in(argument):
                yield (each.written(each.by(argument)),)


def function_kept(place: Place) -> Iterator[Written]:
    """f(g(x))·g′(x) in place of f′(g(x))·g′(x)."""
    for each in _locals(place):
        for node in nodes_in(each.formula):
            if not _is_of_one(node) or node.function in _LIKE_ITSELF:
                continue
            argument = node.arguments[0]
            if each.wrt in names_in(argument):
                value = Name(each.consumer) if node == each.formula else node
                yield (each.written(product(each.by(node), value, each.inner(argument))),)


def by_another(place: Place) -> Iterator[Written]:
    """The derivative of z/x by z in place of that by x."""
    for each in _locals(place):
        others = [name for name in names_in(each.formula) if name != each.wrt]
        for other in others if len(others) <= _MOST_OTHERS else ():
            local = derivative(each.formula, other, Name(each.consumer))
            if local not in (each.local, ONE, ZERO):
                yield each.written(local), other, each.wrt


def power_rule_on_exponential(place: Place, node: Node) -> Node | None:
    """x·e^(x − 1) in place of e^x."""
    if not place.is_derivative or not is_call(node, "exp") or not isinstance(node.arguments[0], Name):
        return None
    return product(node.arguments[0], Call("exp", minus(node.arguments[0], ONE)))


def sigmoid_derived(place: Place, node: Node) -> Node | None:
    """σ(z)·(1 − σ(z)) in place of σ(z), the derivative of the softplus."""
    return product(node, minus(ONE, node)) if place.is_derivative and is_call(node, "sigmoid") else None


def through_own_activation(place: Place) -> Iterator[Written]:
    """The derivative by z in place of that by h, where h is the sigmoid or tanh of z."""
    wrt = place.wrt
    activation = None if wrt is None or not place.is_derivative else place.activation_of(wrt)
    if wrt is not None and activation is not None and activation[0] in ("sigmoid", "tanh"):
        value = Name(wrt)
        slope = product(value, minus(ONE, value)) if activation[0] == "sigmoid" else minus(ONE, Power(value, TWO))
        yield product(place.formula, slope), wrt


def power_kept(place: Place) -> Iterator[Written]:
    """2·x² in place of 2·x, the derivative of x²; 3·x³ in place of 3·x²."""
    for each in _locals(place):
        for node in nodes_in(each.formula):
            exponent = node.args[1] if isinstance(node, Power) else ONE
            if is_integer(exponent, 2) and each.wrt in names_in(node.args[0]):
                base = node.args[0]
                for left in (base, opposite(base), Power(base, number(exponent.value - 1))):
                    kept = Power(left.args[0] if isinstance(left, Power) else left, exponent)
                    for part in (part for part in nodes_in(each.local) if left in factors(part)):
                        changed = product(*(kept if factor == left else factor for factor in factors(part)))
                        yield (each.written(each.local.xreplace({part: changed})),)


def variable_kept(place: Place) -> Iterator[Written]:
    """c·x in place of c, the derivative of c·x by x."""
    wrt = place.wrt
    if wrt is None or not place.is_derivative or place.graph.is_of_arrays(place.quantity.name):
        return
    formulas = (place.graph[consumer].formula for consumer in place.consumers(wrt))
    nodes = (node for formula in formulas if formula is not None for node in nodes_in(formula))
    if not any(isinstance(node, Plus | Times) and Name(wrt) in node.args for node in nodes):
        return
    for index, term in enumerate(terms(place.formula)):
        if wrt not in names_in(term):
            kept = product(unsigned(term), Name(wrt))
            yield with_term(place.formula, index, negative(kept) if isinstance(term, Negative) else kept), wrt


def _is_of_one(node: Any) -> TypeGuard[Call]:
    """Whether a function of one argument is taken."""
    return isinstance(node, Call) and len(node.arguments) == 1


def bracket_squared(place: Place, node: Node) -> Node | None:
    """(1 − h)² in place of 1 − h²."""
    inner = _complement_of_square(node) if place.is_derivative else None
    return None if inner is None else Power(minus(ONE, inner), TWO)


def slope_of_slope(place: Place, node: Node) -> Node | None:
    """−2·h in place of 1 − h²."""
    inner = _complement_of_square(node) if place.is_derivative else None
    return None if inner is None else negative(Times(TWO, inner))


def _complement_of_square(node: Node) -> Node | None:
    """The h of 1 − h²."""
    inner = complement_of(node)
    return inner.args[0] if is_square(inner) else None
