"""Polynomials in one number with exact coefficients: read from a formula, and their roots as they are found by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import zip_longest
from math import gcd, lcm

from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import Literal, Name, Negative, Node, Over, Plus, Power, Times
from deepcalc.records import record

Coefficients = tuple[Fraction, ...]
"""Those of 1, x, x², …, the last of them not 0; none of the polynomial 0."""

HIGHEST_DEGREE = 8
LARGEST_TRIED = 10_000
"""Up to which number a rational root's numerator and denominator are looked for."""


def _trimmed(coefficients: Sequence[Fraction]) -> Coefficients:
    end = len(coefficients)
    while end and not coefficients[end - 1]:
        end -= 1
    return tuple(coefficients[:end])


def _sum(parts: Sequence[Coefficients]) -> Coefficients:
    return _trimmed([sum(each, Fraction(0)) for each in zip_longest(*parts, fillvalue=Fraction(0))])


def _product(parts: Sequence[Coefficients]) -> Coefficients:
    whole: Coefficients = (Fraction(1),)
    for part in parts:
        found = [Fraction(0)] * (len(whole) + len(part))
        for i, a in enumerate(whole):
            for j, b in enumerate(part):
                found[i + j] += a * b
        whole = _trimmed(found)
    return whole


def _quotient(parts: Sequence[Coefficients]) -> Coefficients | None:
    above, below = parts
    return tuple(each / below[0] for each in above) if len(below) == 1 else None


def _power(parts: Sequence[Coefficients]) -> Coefficients | None:
    base, exponent = parts
    count = exponent[0] if exponent else Fraction(0)
    is_whole = len(exponent) < 2 and count.denominator == 1 and 0 <= count <= HIGHEST_DEGREE
    return _product([base] * int(count)) if is_whole else None


_MADE: Mapping[type, Callable[[Sequence[Coefficients]], Coefficients | None]] = {
    Plus: _sum,
    Times: _product,
    Negative: lambda parts: tuple(-each for each in parts[0]),
    Over: _quotient,
    Power: _power,
}


def polynomial(node: Node, variable: str, known: Mapping[str, Fraction]) -> Coefficients | None:
    """The coefficients of a formula in one variable and in known numbers; None where it is no polynomial."""
    if isinstance(node, Literal):
        return _trimmed([to_fraction(node.value)])
    if isinstance(node, Name):
        return (Fraction(0), Fraction(1)) if node.name == variable else _constant(known.get(node.name))
    if type(node) not in _MADE:
        return None
    parts = [polynomial(part, variable, known) for part in node.args]
    read = [part for part in parts if part is not None]
    found = _MADE[type(node)](read) if len(read) == len(parts) else None
    return None if found is None or len(found) > HIGHEST_DEGREE + 1 else found


def _constant(value: Fraction | None) -> Coefficients | None:
    return None if value is None else _trimmed([value])


def derivative(of: Coefficients) -> Coefficients:
    return _trimmed([power * each for power, each in enumerate(of)][1:])


def value_at(of: Coefficients, x: Fraction) -> Fraction:
    found = Fraction(0)
    for each in reversed(of):
        found = found * x + each
    return found


def remainder(of: Coefficients, by: Coefficients) -> Coefficients:
    """What is left of a division by another polynomial: the same at each root of that."""
    left = list(of)
    while len(left) >= len(by):
        factor = left[-1] / by[-1]
        for place, each in enumerate(by, start=len(left) - len(by)):
            left[place] -= factor * each
        left.pop()
    return _trimmed(left)


@record
class Factored:
    """A polynomial as ``leading`` times (x - r) for each rational root r, times a ``rest`` without such roots.

    The rest has whole coefficients without a common factor, the last one above 0; it is 1 where nothing is left.
    """

    leading: Fraction
    roots: tuple[Fraction, ...]
    rest: Coefficients


def factored(of: Coefficients) -> Factored:
    """The rational roots, each as often as it is one, and what is left."""
    left, roots = of, []
    while len(left) > 1 and (root := _rational_root(left)) is not None:
        roots.append(root)
        left = _without(left, root)
    scale = lcm(*(each.denominator for each in left))
    shared = Fraction(gcd(*(int(each * scale) for each in left)), scale) * (1 if left[-1] > 0 else -1)
    return Factored(shared, tuple(sorted(roots)), tuple(each / shared for each in left))


def _rational_root(of: Coefficients) -> Fraction | None:
    """A root p/q, where p divides the first of the whole coefficients and q the last one."""
    if not of[0]:
        return Fraction(0)
    scale = lcm(*(each.denominator for each in of))
    first, last = (abs(int(each * scale)) for each in (of[0], of[-1]))
    for q in _divisors(last):
        for p in _divisors(first):
            for root in (Fraction(p, q), Fraction(-p, q)):
                if not value_at(of, root):
                    return root
    return None


def _divisors(of: int) -> list[int]:
    return [each for each in range(1, min(of, LARGEST_TRIED) + 1) if of % each == 0]


def _without(of: Coefficients, root: Fraction) -> Coefficients:
    """The quotient by x - root."""
    found, carried = [], Fraction(0)
    for each in reversed(of[1:]):
        carried = carried * root + each
        found.append(carried)
    return tuple(reversed(found))
