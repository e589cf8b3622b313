"""What typical mistakes make of single formulas of an update."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.notation.edits import changed, factors, terms, with_term, without_factor
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import name_parts
from deepcalc.notation.nodes import (
    ONE,
    Call,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Times,
    minus,
    names_in,
    negative,
    product,
    total,
)
from deepcalc.rules.updates import EPSILON, GAMMA, SETTING_NAMES

VELOCITY = "v"
DECAY = Name(SETTING_NAMES["weight_decay"])

MOMENTS: Mapping[str, str] = {"m": "first", "v": "second"}


def terms_or_bounds(formula: Node | None) -> tuple[Node, ...]:
    """The terms of a sum, or what a maximum is the largest of."""
    if isinstance(formula, Call) and formula.function == "max":
        return formula.arguments
    return terms(formula)


def without_square(node: Node) -> Node | None:
    return node.args[0] if isinstance(node, Power) and node.args[1] == TWO else None


def weight_of(formula: Node) -> Node | None:
    """The coefficient c of an average, c·old + (1 - c)·new; None for another formula."""
    found = terms(formula)
    if len(found) != 2 or not all(isinstance(term, Times) for term in found):
        return None
    coefficient = found[0].args[0]
    return coefficient if minus(ONE, coefficient) in found[1].args else None


def without_weight(coefficient: Node, node: Node) -> Node | None:
    """(1 - c)·g → g."""
    weight = minus(ONE, coefficient)
    return without_factor(node, weight) if isinstance(node, Times) and weight in node.args else None


def with_weights_exchanged(coefficient: Node, node: Node) -> Node | None:
    """c·old + (1 - c)·new → (1 - c)·old + c·new."""
    if not isinstance(node, Plus) or weight_of(node) != coefficient:
        return None
    weight = minus(ONE, coefficient)
    old, new = node.args
    return Plus(Times(weight, *old.args[1:]), Times(*(coefficient if each == weight else each for each in new.args)))


def summed(coefficient: Node, node: Node) -> Node | None:
    """c·old + (1 - c)·new → old + new."""
    if not isinstance(node, Plus) or weight_of(node) != coefficient:
        return None
    old, new = node.args
    return Plus(without_factor(old, coefficient), without_factor(new, minus(ONE, coefficient)))


def counted_from_one(step: int, first: int) -> Callable[[Any], Any]:
    """The exponent t of a bias correction as if the steps before had not been."""

    def change(node: Node) -> Node | None:
        is_power = isinstance(node, Power) and node.args[1] == Literal(str(step))
        return Power(node.args[0], Literal(str(step - first + 1))) if is_power else None

    return change


def no_root(node: Node) -> Node | None:
    return node.arguments[0] if isinstance(node, Call) and node.function == "sqrt" else None


def no_sign(name: str, formula: Node) -> Node:
    """sign(x) → x."""

    def unsigned(node: Node) -> Node | None:
        return node.arguments[0] if isinstance(node, Call) and node.function == "sign" else None

    return changed(formula, unsigned)


def epsilon_moved(name: str, formula: Node) -> Node:
    """√(v + ε) ↔ √v + ε."""

    def moved(node: Node) -> Node | None:
        if isinstance(node, Call) and node.function == "sqrt" and terms(node.arguments[0])[-1] == EPSILON:
            return Plus(Call("sqrt", total(*node.arguments[0].args[:-1])), EPSILON)
        if isinstance(node, Plus) and node.args[-1] == EPSILON and isinstance(node.args[0], Call):
            return Call("sqrt", total(*terms(node.args[0].arguments[0]), EPSILON))
        return None

    return changed(formula, moved)


def shifted(step: int, shift: int) -> Callable[[Any], Any]:
    """The exponent t of a bias correction off by one; t = 0 would divide by zero, and stays 1."""

    def change(node: Node) -> Node | None:
        is_power = isinstance(node, Power) and node.args[1] == Literal(str(step))
        return Power(node.args[0], Literal(str(max(step + shift, 1)))) if is_power else None

    return change


def without_exponent(step: int) -> Callable[[Any], Any]:
    """1 − β in place of 1 − βᵗ."""
    return lambda node: node.args[0] if isinstance(node, Power) and node.args[1] == Literal(str(step)) else None


def averaged(velocity: Node) -> Node:
    """γ·v + η·g → γ·v + (1 - γ)·η·g."""
    return with_term(velocity, 1, Times(minus(ONE, GAMMA), *factors(velocity.args[1])))


def on_the_gradient(velocity: Node) -> Node:
    """γ·v + η·g → v + γ·η·g."""
    old, new = velocity.args
    return Plus(without_factor(old, GAMMA), Times(GAMMA, *factors(new)))


def added(new_value: Node) -> Node:
    return with_term(new_value, 1, negative(new_value.args[1]))


def velocity_before(new_value: Node) -> Node:
    """v of the step before in place of the new one."""
    earlier = {}
    for used in names_in(new_value):
        parts = name_parts(used)
        if parts is not None and parts.head == VELOCITY and parts.time:
            earlier[Name(used)] = Name(str(replace(parts, time=parts.time - 1)))
    return new_value.xreplace(earlier)


def without_decay(name: str, formula: Node) -> Node:
    """Without the terms that have λ in them."""
    kept = [term for term in terms(formula) if DECAY.name not in names_in(term)]
    return total(*kept) if kept and len(kept) < len(terms(formula)) else formula


def decay_alone(name: str, formula: Node) -> Node:
    """g + λ·θ → λ·θ."""
    decay = [term for term in terms(formula) if DECAY in factors(term)]
    return decay[0] if len(decay) == 1 < len(terms(formula)) else formula


def with_decay_of_new_value(formula: Node) -> Node:
    """θ − η·g − η·λ·θ → θ − η·g − η·λ·(θ − η·g), where the decay is apart from the gradient."""
    *before, decay = terms(formula)
    if len(before) < 2 or not isinstance(decay, Negative) or DECAY not in factors(decay.args[0]):
        return formula
    return total(*before, negative(product(*factors(decay.args[0])[:-1], total(*before))))


def without_strength(name: str, formula: Node) -> Node:
    return changed(formula, lambda node: without_factor(node, DECAY) if _has_strength(node) else None)


def with_strength_twice(name: str, formula: Node) -> Node:
    return changed(formula, lambda node: Times(TWO, *node.args) if _has_strength(node) else None)


def with_weight_squared(name: str, formula: Node) -> Node:
    """λ·w → λ·w²."""
    return changed(
        formula, lambda node: Times(*node.args[:-1], Power(node.args[-1], TWO)) if _has_strength(node) else None
    )


def _has_strength(node: Node) -> bool:
    return isinstance(node, Times) and DECAY in node.args


def without_rate(rate: Name, formula: Node) -> Node:
    """The formula with 1 for η where it is divided, and without it where it is a factor."""

    def change(node: Node) -> Node | None:
        if isinstance(node, Over) and node.args[0] == rate:
            return Over(ONE, node.args[1])
        return without_factor(node, rate) if isinstance(node, Times) and rate in node.args else None

    return changed(formula, change)


def written_before(graph: Graph, name: str, formula: Node) -> Node:
    """The formula in names that a graph has before a quantity: those after it by their own formulas."""
    earlier = set(graph.names[: graph.names.index(name)])
    while later := [used for used in names_in(formula) if used not in earlier]:
        found = [graph[used] for used in later]
        written = {Name(each.name): each.given if isinstance(each.given, Node) else each.definition for each in found}
        formula = formula.xreplace(written)
    return formula
