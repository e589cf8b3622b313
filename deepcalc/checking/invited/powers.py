"""Squares and other powers, absolute values, roots and norms."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.checking.invited.forms import is_call, is_integer, is_square
from deepcalc.checking.invited.place import Place, Written
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.edits import factors, terms, unsigned
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
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
    nodes_in,
    number,
    product,
    total,
)


def unsquared(place: Place, node: Node) -> Node | None:
    return node.args[0] if is_square(node) else None


def absolute_for_square(place: Place, node: Node) -> Node | None:
    return Call("abs", node.args[0]) if is_square(node) and not _is_given_positive(place, node.args[0]) else None


def _is_given_positive(place: Place, node: Node) -> bool:
    """Whether a number is given that is its own absolute value."""
    given = place.graph[node.name].given if isinstance(node, Name) else None
    return isinstance(given, Literal) and to_fraction(given.value) >= 0


def doubled_for_squared(place: Place, node: Node) -> Node | None:
    return product(TWO, node.args[0]) if is_square(node) else None


def times_the_exponent(place: Place, node: Node) -> Node | None:
    """3·x in place of x³."""
    is_power = isinstance(node, Power) and is_integer(node.args[1], 3)
    return product(node.args[1], node.args[0]) if is_power else None


def squared_difference(place: Place) -> Iterator[Written]:
    """(t − z)² in place of t − z."""
    is_difference = isinstance(place.formula, Plus) and len(place.formula.args) == 2
    if place.is_answer and not place.is_derivative and is_difference and isinstance(place.formula.args[1], Negative):
        yield (Power(place.formula, TWO),)


def squared_divisor(place: Place) -> Iterator[Written]:
    """(x − μ)/σ² in place of (x − μ)/σ."""
    for node in place.nodes:
        if isinstance(node, Over) and isinstance(node.args[1], Name):
            yield place.formula.xreplace({node: Over(node.args[0], Power(node.args[1], TWO))}), node.args[1]


def squared_maximum(place: Place) -> Iterator[Written]:
    """max(0, m)² in place of max(0, m)."""
    if place.is_answer and not place.is_derivative and is_call(place.formula, "max", "relu"):
        yield (Power(place.formula, TWO),)


def drawn_into_square(place: Place, node: Node) -> Node | None:
    """(c·x)² in place of c·x²."""
    is_product = isinstance(node, Times) and is_square(node.args[-1]) and not place.is_derivative
    return Power(product(*node.args[:-1], node.args[-1].args[0]), TWO) if is_product else None


def exponent_off(place: Place) -> Iterator[Written]:
    """x² or x⁴ in place of x³."""
    for node in place.nodes if not place.is_derivative else ():
        if isinstance(node, Power) and is_integer(node.args[1], 3):
            for other in (node.args[1].value - 1, node.args[1].value + 1):
                yield (place.formula.xreplace({node: Power(node.args[0], number(other))}),)


def largest_for_norm(place: Place, node: Node) -> Node | None:
    """The largest |x| in place of √Σx²."""
    summed = node.arguments[0] if is_call(node, "sqrt") else None
    if not isinstance(summed, Plus) or not all(map(is_square, summed.args)):
        return None
    return Call("max", *(Call("abs", term.args[0]) for term in summed.args))


def halved_root(place: Place, node: Node) -> Node | None:
    return Over(node.arguments[0], TWO) if is_call(node, "sqrt") else None


def square_of_sum(place: Place, node: Node) -> Node | None:
    """a² + b² → (a + b)², whatever all squares are multiplied by: ½·a² + ½·b² → ½·(a + b)²."""
    if not isinstance(node, Plus):
        return None
    parts = [factors(term) for term in node.args]
    squares = [own[-1] for own in parts]
    if any(not is_square(square) for square in squares) or len({own[:-1] for own in parts}) > 1:
        return None
    return product(*parts[0][:-1], Power(total(*(square.args[0] for square in squares)), TWO))


def root_of_each(place: Place, node: Node) -> Node | None:
    """√(a² + b) → |a| + √b."""
    summed = node.arguments[0] if is_call(node, "sqrt") else None
    if not isinstance(summed, Plus) or any(isinstance(term, Negative) for term in summed.args):
        return None
    return total(*(Call("abs", term.args[0]) if is_square(term) else Call("sqrt", term) for term in summed.args))


def square_for_absolute(place: Place, node: Node) -> Node | None:
    return Power(node.arguments[0], TWO) if is_call(node, "abs") else None


def sign_kept(place: Place, node: Node) -> Node | None:
    return node.arguments[0] if is_call(node, "abs") else None


def no_root(place: Place, node: Node) -> Node | None:
    return node.arguments[0] if is_call(node, "sqrt") else None


def root_taken(place: Place) -> Iterator[Written]:
    """√ of a sum of squares, or of what is made of one."""
    behind = (place.graph[used].formula for used in place.names)
    forms = (place.formula, *(formula for formula in behind if formula is not None))
    if any(is_square(node) for form in forms for node in nodes_in(form)) and not place.is_derivative:
        yield (Call("sqrt", place.formula),)


def each_squared(place: Place) -> Iterator[Written]:
    """a² − b², or b² − a², in place of (a − b)²."""
    for node in place.nodes:
        if is_square(node) and len(terms(node.args[0])) == 2:
            one, other = node.args[0].args
            squares = Power(unsigned(one), TWO), Power(unsigned(other), TWO)
            is_difference = isinstance(other, Negative)
            for written in (minus(*squares), minus(*squares[::-1])) if is_difference else (total(*squares),):
                yield (place.formula.xreplace({node: written}),)
