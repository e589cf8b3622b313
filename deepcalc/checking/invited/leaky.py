"""A leaky ReLU and the plain one taken for each other, and its slope elsewhere, or another one."""

from __future__ import annotations

from deepcalc.checking.invited.forms import is_call
from deepcalc.checking.invited.place import Place
from deepcalc.notation.nodes import Call, Literal, Node, negative, product

USUAL_SLOPE = Literal("0.01")
"""The slope that frameworks give a leaky ReLU."""


def plain_relu(place: Place, node: Node) -> Node | None:
    return Call("relu", node.arguments[0]) if is_call(node, "leaky_relu") else None


def leaky_taken(place: Place, node: Node) -> Node | None:
    return Call("leaky_relu", node.arguments[0], USUAL_SLOPE) if is_call(node, "relu") else None


def slope_everywhere(place: Place, node: Call) -> Node | None:
    """slope·z where a leaky ReLU keeps z."""
    has_slope = is_call(node, "leaky_relu") and len(node.arguments) > 1
    return product(node.arguments[1], node.arguments[0]) if has_slope else None


def slope_turned(place: Place, node: Call) -> Node | None:
    """−LeakyReLU(−z): the slope above 0."""
    has_slope = is_call(node, "leaky_relu") and len(node.arguments) > 1
    return negative(Call("leaky_relu", negative(node.arguments[0]), *node.arguments[1:])) if has_slope else None


def usual_slope(place: Place, node: Call) -> Node | None:
    has_slope = is_call(node, "leaky_relu") and len(node.arguments) > 1
    return Call("leaky_relu", node.arguments[0], USUAL_SLOPE) if has_slope else None
