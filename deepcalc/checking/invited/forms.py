"""What a part of a formula is: a square, a call of a function, 1 − x, a whole number."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeGuard

from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Call, Cases, Literal, Name, Negative, Node, Over, Plus, Power, names_in

_ANY = Name("any")


def is_square(node: object) -> TypeGuard[Power]:
    return isinstance(node, Power) and node.args[1] == TWO


def is_call(node: object, *functions: str) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.function in functions


def complement_of(node: Node) -> Node | None:
    """The x of 1 − x; None for anything else."""
    is_complement = isinstance(node, Plus) and len(node.args) == 2 and node.args[0] == ONE
    return node.args[1].args[0] if is_complement and isinstance(node.args[1], Negative) else None


def is_integer(node: Node, least: int) -> TypeGuard[Literal]:
    """Whether a whole number of at least that size is written."""
    if not isinstance(node, Literal) or not node.exact or not isinstance(node.value, Fraction):
        return False
    return node.value.denominator == 1 and node.value >= least


def is_decided(formula: object) -> TypeGuard[Cases]:
    """Whether one of several given numbers is decided on: a class, or the step at which something holds first."""
    if not isinstance(formula, Cases):
        return False
    values = (*(value for value, _ in formula.branches), formula.otherwise)
    return all(isinstance(value, Literal) or is_decided(value) for value in values)


def form_of(formula: Node) -> Node:
    """A formula whatever its names: the same for all that are written alike."""
    return formula.xreplace({Name(each): _ANY for each in names_in(formula)})


def sigmoid_argument(node: Node | None) -> Node | None:
    """The z of σ(z), also where it is written 1/(1 + e^−z); None for anything else."""
    if is_call(node, "sigmoid"):
        return node.arguments[0]
    if isinstance(node, Over) and node.args[0] == ONE and isinstance(node.args[1], Plus):
        return _turned_exponent(node.args[1])
    return None


def net_input_of(formula: Node) -> Node:
    """What a function of one argument is taken of, also where the sigmoid is written out; else the formula itself."""
    if isinstance(formula, Call) and len(formula.arguments) == 1:
        return formula.arguments[0]
    argument = sigmoid_argument(formula)
    return formula if argument is None else argument


def sigmoid_slope_argument(node: Node) -> Node | None:
    """The z of e^−z/(1 + e^−z)², the derivative of the sigmoid as it is written out; None for anything else."""
    if not isinstance(node, Over) or not is_square(node.args[1]):
        return None
    argument = _turned_exponent(node.args[1].args[0])
    return argument if argument is not None and node.args[0] == Call("exp", Negative(argument)) else None


def _turned_exponent(node: Node) -> Node | None:
    """The z of 1 + e^−z."""
    if isinstance(node, Plus) and len(node.args) == 2 and node.args[0] == ONE and is_call(node.args[1], "exp"):
        exponent = node.args[1].arguments[0]
        return exponent.args[0] if isinstance(exponent, Negative) else None
    return None
