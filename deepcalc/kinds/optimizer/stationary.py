"""Where the derivative of a polynomial objective of one number is 0: the points, which of them are minima, the lowest.

Boyd and Vandenberghe, *Convex Optimization*, section 4.2; Nocedal and Wright, *Numerical Optimization*, theorem 2.4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.kinds.optimizer.naming import MINIMUM
from deepcalc.kinds.optimizer.polynomials import (
    Coefficients,
    Factored,
    derivative,
    factored,
    polynomial,
    remainder,
    value_at,
)
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import (
    Call,
    Literal,
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
from deepcalc.notation.symbols import Forms, forms_of_identifier, subscript
from deepcalc.plan import Composite
from deepcalc.records import record

POINTS, CURVATURES, HEIGHTS, APPROACHED = "stationary", "curvature", "height", "approached"
SECTION = "Stationary points"


@record
class Stationary:
    """The points of an objective in ``variable``, whose second derivative is known, with constants as numbers.

    ``taken`` are the author's own names: nothing that is found has one of them.
    """

    variable: str
    objective_name: str
    objective: Node
    second: Node
    known: Mapping[str, Fraction]
    start: Fraction
    taken: Collection[str]

    @cached_property
    def _coefficients(self) -> Coefficients:
        return polynomial(self.objective, self.variable, self.known) or ()

    @cached_property
    def _slope(self) -> Factored:
        return factored(derivative(self._coefficients))

    @property
    def is_found_by_hand(self) -> bool:
        """Whether the derivative is a polynomial above the first degree whose roots are rational, or of a square."""
        return len(self._coefficients) > 3 and len(self._slope.rest) in (1, 3)

    def quantities(self) -> Iterator[Quantity]:
        """The points in their order, what the second derivative and the objective are there, and the lowest minimum."""
        roots = self._roots()
        points = [f"{POINTS}.{place}" for place in range(1, len(roots) + 1)]
        for place, (name, root) in enumerate(zip(points, roots, strict=True)):
            note: Prose = ("where ", self._written()) if not place else ()
            yield self._quantity(name, root, note)
        curvatures = [self._at(point, self.second) for point in points]
        signs = [self._sign(root) for root in roots]
        for place, (formula, sign) in enumerate(zip(curvatures, signs, strict=True), start=1):
            yield self._quantity(f"{CURVATURES}.{place}", formula, (_SAID[sign],))
        for place, point in enumerate(points, start=1):
            yield self._quantity(f"{HEIGHTS}.{place}", self._at(point, self.objective), ())
        yield from self._ends(points, roots)

    def composites(self, graph: Graph) -> Iterator[Composite]:
        """All points as one answer, and what belongs to each of them."""
        for head in (POINTS, CURVATURES, HEIGHTS):
            names = tuple(name for name in graph.names if name.startswith(f"{head}."))
            if names and head not in self.taken:
                yield Composite(head, names, unordered=head == POINTS)

    def forms(self, graph: Graph) -> dict[str, Forms]:
        """How they are printed: x*₁, J″(x*₁), J(x*₁)."""
        of, objective, found = forms_of_identifier(self.variable), forms_of_identifier(self.objective_name), {}
        for name in graph.names:
            head, dot, place = name.partition(".")
            if not dot:
                continue
            point = Forms(f"{of.unicode}*{subscript(place)}", f"{of.latex}^{{*}}_{{{place}}}", compound=True)
            if head == POINTS:
                found[name] = point
            elif head in (CURVATURES, HEIGHTS):
                mark, primes = ("″", "''") if head == CURVATURES else ("", "")
                unicode = f"{objective.unicode}{mark}({point.unicode})"
                found[name] = Forms(unicode, f"{objective.latex}{primes}({point.latex})", compound=True)
        return found

    # ---- the points

    def _roots(self) -> list[Node]:
        """The roots of the derivative, the smallest one first: numbers, and what solves a square."""
        found: list[Node] = [_literal(root) for root in dict.fromkeys(self._slope.roots)]
        if len(self._slope.rest) == 3:
            found += _of_square(self._slope.rest)
        return sorted(found, key=self._value)

    def _value(self, root: Node) -> Fraction:
        """The root as a number, for their order: a square's root as close as floats of many digits are."""
        graph = Graph([Quantity("root", root)])
        return to_fraction(evaluate(graph, ["root"]).values["root"])

    def _written(self) -> Relation:
        """The derivative as a product: ∂J/∂x = 12·x·(x − 2)·(x − 3)."""
        x, slope = Name(self.variable), self._slope
        factors: list[Node] = [] if slope.leading == 1 else [_literal(slope.leading)]
        factors += [_less(x, root) for root in sorted(slope.roots, key=bool)]
        if len(slope.rest) == 3:
            factors.append(_square(slope.rest, x))
        return Relation("=", Name(gradient(self.objective_name, self.variable)), product(*factors))

    def _sign(self, root: Node) -> int:
        """The sign of the second derivative there."""
        second = value_at(derivative(derivative(self._coefficients)), self._value(root))
        is_surd = not isinstance(root, Literal | Over) and abs(second) < Fraction(1, 10**30)
        return 0 if is_surd else (second > 0) - (second < 0)

    def _at(self, point: str, formula: Node) -> Node:
        return formula.xreplace({Name(self.variable): Name(point)})

    def _quantity(self, name: str, formula: Node, note: Prose) -> Quantity:
        return Quantity(name, formula, section=SECTION, group="conclusions", note=note, origin=("objective",))

    def _height(self, root: Node) -> Fraction:
        """The objective there: exact where it is rational, that is of both roots of the square the same."""
        rest = self._slope.rest
        if len(rest) == 3 and root in _of_square(rest):
            left = remainder(self._coefficients, rest)
            if len(left) < 2:
                return sum(left, Fraction(0))
        return value_at(self._coefficients, self._value(root))

    # ---- where a descent ends

    def _ends(self, points: Sequence[str], roots: Sequence[Node]) -> Iterator[Quantity]:
        """The lowest minimum, if there is a single one, and the point that small steps from the start come to."""
        values = [self._value(root) for root in roots]
        heights = [self._height(root) for root in roots]
        is_bounded = len(self._coefficients) % 2 == 1 and self._coefficients[-1] > 0
        if is_bounded and heights.count(min(heights)) == 1:
            lowest = points[heights.index(min(heights))]
            yield self._quantity(f"{MINIMUM}.{self.variable}", Name(lowest), ("the lowest minimum",))
        slope = value_at(derivative(self._coefficients), self.start)
        below = [point for point, value in zip(points, values, strict=True) if value < self.start]
        above = [point for point, value in zip(points, values, strict=True) if value > self.start]
        ahead = below[-1:] if slope > 0 else above[:1]
        if slope and ahead and APPROACHED not in self.taken:
            yield self._quantity(APPROACHED, Name(ahead[0]), ("where small steps down from the start come to",))


_SAID = {1: "more than 0: a minimum", -1: "less than 0: a maximum", 0: "0: the second derivative does not tell"}


def _literal(value: Fraction) -> Node:
    """A fraction as it is written: 3, −1/2."""
    if value.denominator == 1:
        return Literal(str(value.numerator))
    size = Over(number(abs(value.numerator)), number(value.denominator))
    return size if value > 0 else negative(size)


def _less(x: Node, root: Fraction) -> Node:
    """x − root, as it is written: x, x + 1, x − 2."""
    if not root:
        return x
    return Plus(x, _literal(-root)) if root < 0 else minus(x, _literal(root))


def _square(of: Coefficients, x: Node) -> Node:
    """a·x² + b·x + c."""
    constant, linear, leading = of
    found = [_times(leading, Power(x, TWO)), *([_times(abs(linear), x)] if linear else [])]
    terms = [found[0]]
    for value, term in ((linear, found[-1]), (constant, _literal(abs(constant)))):
        if value:
            terms.append(term if value > 0 else negative(term))
    return total(*terms)


def _times(value: Fraction, node: Node) -> Node:
    return node if value == 1 else negative(node) if value == -1 else Times(_literal(value), node)


def _of_square(of: Coefficients) -> list[Node]:
    """The roots of a·x² + b·x + c, by their formula; none where the discriminant is below 0."""
    c, b, a = of
    if b * b < 4 * a * c:
        return []
    under = minus(Power(_literal(b), TWO), Times(number(4), _literal(a), _literal(c))) if b else _literal(-4 * a * c)
    root = Call("sqrt", under)
    first = [_literal(-b)] if b else []
    below = Times(TWO, _literal(a))
    return [Over(total(*first, each), below) for each in (negative(root), root)]
