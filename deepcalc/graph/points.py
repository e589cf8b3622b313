"""Random points: numbers for the letters of a graph, small sizes for the letters that are sizes.

Two expressions in letters are the same when they have the same values at such points. What is assumed of the letters
holds there: bounds (``p > 0``), sums (``sum(t) = 1``, ``sum(T, axis=1) = 1``), letters that equal an expression.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from math import prod
from random import Random
from typing import Any, TypeGuard

from deepcalc.errors import DeepcalcError, MathError
from deepcalc.graph.evaluation import WithEntries, evaluate, value_of
from deepcalc.graph.givens import value_of_given
from deepcalc.graph.graph import Graph
from deepcalc.graph.kinks import Sides, kinks_in, sides_of
from deepcalc.graph.quantities import Letter
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.grids import AnyValue, Grid, places
from deepcalc.notation.names import entry_parts
from deepcalc.notation.nodes import Literal, Name, Negative, Node, Plus, Relation, names_in
from deepcalc.notation.operations.expressions import arranged, exact_value
from deepcalc.notation.shapes import Shape, Size
from deepcalc.records import record

POINTS = 4
MOST_TRIES = 12
MOST_FURTHER = 16
SAME = Fraction(1, 10**9)
_SEED = 2718
_UNIT = 100
_RANGES = ((Fraction(-2), Fraction(2)), (Fraction(0), Fraction(2)), (Fraction(0), Fraction(1)))
"""Where letters of which nothing is known are drawn from; the next range where the one before gives no values."""


@record
class Assumptions:
    """What is known of letters: the bounds of each, the sums of arrays (by axis, None for all), what some equal."""

    bounds: Mapping[str, tuple[Fraction | None, Fraction | None]] = field(default_factory=dict)
    sums: Mapping[str, tuple[int | None, Fraction]] = field(default_factory=dict)
    equal: Mapping[str, Node] = field(default_factory=dict)


def assumptions(graph: Graph, relations: Iterable[Relation]) -> Assumptions:
    """The relations sorted; ``DeepcalcError`` for one that is of no form that random points can obey."""
    bounds: dict[str, tuple[Fraction | None, Fraction | None]] = {}
    sums: dict[str, tuple[int | None, Fraction]] = {}
    equal: dict[str, Node] = {}
    for relation in sorted(relations, key=lambda each: isinstance(each.operands[0], Plus)):
        pairs = zip(relation.operators, relation.operands, relation.operands[1:], strict=False)
        for operator, left, right in pairs:
            if operator == "=":
                _take_equality(graph, left, right, sums, equal)
            else:
                _take_bound(graph, operator, left, right, bounds)
    return Assumptions(bounds, sums, equal)


def _take_equality(graph: Graph, left: Node, right: Node, sums: dict[str, Any], equal: dict[str, Node]) -> None:
    value = _number(right)
    if isinstance(left, Apply) and left.operation == "sum" and value:
        summed = left.operands[0]
        if _is_letter(summed, graph):
            sums[summed.name] = (left.axis, value)
            return
    elif _is_letter(left, graph):
        _determine(left.name, right, equal)
        return
    elif isinstance(left, Plus) and all(_is_letter(term, graph) for term in left.args):
        free = [term for term in left.args if _is_free(names_in(term)[0], equal)] or [*left.args]
        others = [term for term in left.args if term is not free[-1]]
        _determine(names_in(free[-1])[0], Plus(right, *map(Negative, others)), equal)
        return
    raise _not_assumable()


def _is_free(name: str, equal: Mapping[str, Node]) -> bool:
    """Whether no equality says what a letter is, nor needs it."""
    return name not in equal and name not in names_in(*equal.values())


def _determine(name: str, value: Node, equal: dict[str, Node]) -> None:
    if name in names_in(value) or not _is_free(name, equal):
        raise DeepcalcError(f"`{name}` is settled by another assumption, or by itself; solve for it: {name} = …")
    equal[name] = value


def _take_bound(graph: Graph, operator: str, left: Node, right: Node, bounds: dict[str, Any]) -> None:
    if _is_letter(right, graph) and _number(left) is not None:
        left, right = right, left
        operator = operator.translate(str.maketrans("<>≤≥", "><≥≤"))
    value = _number(right)
    if not _is_letter(left, graph) or value is None:
        raise _not_assumable()
    low, high = bounds.get(left.name, (None, None))
    bounds[left.name] = (value, high) if operator[0] in ">≥" else (low, value)


def _is_letter(node: Node, graph: Graph) -> TypeGuard[Name]:
    return isinstance(node, Name) and node.name in graph and isinstance(graph[node.name].given, Letter)


def _number(node: Node) -> Fraction | None:
    sign = 1
    if isinstance(node, Negative):
        sign, node = -1, node.args[0]
    return sign * Fraction(node.value) if isinstance(node, Literal) else None


def _not_assumable() -> DeepcalcError:
    return DeepcalcError(
        "an assumption is a bound of a letter (p > 0), the sum of one (sum(t) = 1; sum(T, axis=1) = 1) or of several "
        "(t1 + t2 = 1), or what a letter equals (m = n + 1)"
    )


@record
class Point:
    """The values of a graph's quantities at one random point."""

    graph: Graph
    values: Mapping[str, Any]

    def value(self, expression: Node) -> AnyValue:
        """The value of an expression in the quantities; ``DeepcalcError`` where it has none there."""
        if self.graph.has_arrays:
            return exact_value(arranged(expression, self.graph.shape), self.values, value_of)
        return value_of(expression, self.values)


def points(graph: Graph, names: Sequence[str], known: Assumptions = Assumptions()) -> Iterator[Point]:
    """Random points at which the named quantities, and all that they are made of, have values.

    Further ones lie on other sides of kinks than these, where some are met.
    """
    random = Random(_SEED)
    wanted = graph.ancestors([*names, *_behind(known)])
    letters = [name for name in wanted if isinstance(graph[name].given, Letter)]
    sizes = list(dict.fromkeys(used for name in letters for used in names_in(*_nodes(graph.shape(name)))))

    kinks = kinks_in(graph[name].formula for name in wanted)
    in_kinks = [name if name in graph else entry_parts(name)[0] for name in names_in(*kinks)]

    def drawn(attempt: int, seen: Container[Sides] = ()) -> tuple[Point, Sides] | None:
        """A point, and its sides of the kinks, if these have not been seen."""
        try:
            given = _draw(graph, letters, sizes, known, random, attempt)
            some = evaluate(graph, in_kinks, given).values
            sides = sides_of(kinks, Point(graph, WithEntries(some)).value)
            if sides in seen:
                return None
            values = evaluate(graph, wanted, given, known=some).values
        except MathError:
            return None
        return (Point(graph, WithEntries(values)), sides) if _obeys(values, known) else None

    seen, found, attempt = set[Sides](), 0, 0
    while found < POINTS and attempt < MOST_TRIES:
        taken = drawn(attempt)
        if taken is not None:
            found += 1
            seen.add(taken[1])
            yield taken[0]
        attempt += 1
    for _ in range(MOST_FURTHER if found and kinks else 0):
        taken = drawn(attempt - 1, seen)
        if taken is not None:
            seen.add(taken[1])
            yield taken[0]


def points_around(graph: Graph, names: Sequence[str]) -> Iterator[Point]:
    """Points close around the given values, where no unit changes its side of a kink; zeros and ones stay."""
    random = Random(_SEED)
    wanted = graph.ancestors(names)
    for _ in range(POINTS):
        moved = {
            name: _moved(value_of_given(given), random) for name in wanted if (given := graph[name].given) is not None
        }
        try:
            yield Point(graph, WithEntries(evaluate(graph, wanted, moved).values))
        except MathError:
            continue


def _moved(value: AnyValue, random: Random) -> AnyValue:
    if isinstance(value, Grid):
        return Grid(value.shape, [_moved(entry, random) for entry in value.entries])
    if value in (0, 1):
        return value
    return value * (1 + Fraction(random.randint(-_UNIT, _UNIT), 100 * _UNIT))


def _obeys(values: Mapping[str, AnyValue], known: Assumptions) -> bool:
    """Whether what equals something else is within its own bounds."""
    bounded = ((to_fraction(values[name]), known.bounds[name]) for name in known.equal if name in known.bounds)
    return all((low is None or low <= value) and (high is None or value <= high) for value, (low, high) in bounded)


def _behind(known: Assumptions) -> Iterator[str]:
    yield from known.equal
    yield from names_in(*known.equal.values())


def _nodes(shape: Shape) -> list[Node]:
    return [size for size in shape if not isinstance(size, int)]


def _draw(
    graph: Graph, letters: Sequence[str], sizes: Sequence[str], known: Assumptions, random: Random, attempt: int
) -> dict[str, AnyValue]:
    """Values of the letters: of either sign at first, then positive ones, then ones between 0 and 1."""
    chosen = random.sample(range(2, 6), 4)
    drawn: dict[str, AnyValue] = {
        name: Fraction(chosen[index % len(chosen)])
        for index, name in enumerate(sizes)
        if isinstance(graph[name].given, Letter)
    }
    default = _RANGES[attempt * len(_RANGES) // MOST_TRIES]
    for name in letters:
        if name in drawn or name in known.equal:
            continue
        shape = tuple(_size(size, drawn) for size in graph.shape(name))
        low, high = _range(known.bounds.get(name), default)
        entries = [_between(low, high, random) for _ in range(prod(shape))]
        if name in known.sums:
            entries = _with_sum(entries, shape, *known.sums[name])
        drawn[name] = Grid(shape, entries) if shape else entries[0]
    for name, expression in known.equal.items():
        if name in letters:
            drawn[name] = Point(graph, evaluate(graph, names_in(expression), drawn).values).value(expression)
    return drawn


def _size(size: Size, drawn: Mapping[str, AnyValue]) -> int:
    return size if isinstance(size, int) else int(to_fraction(value_of(size, drawn)))


def _range(
    bounds: tuple[Fraction | None, Fraction | None] | None, default: tuple[Fraction, Fraction]
) -> tuple[Fraction, Fraction]:
    if bounds is None:
        return default
    low, high = bounds
    if low is None:
        return (high or Fraction(0)) - 2, high or Fraction(0)
    return low, low + 2 if high is None else high


def _between(low: Fraction, high: Fraction, random: Random) -> Fraction:
    """A number inside the range, neither on its bounds nor close to 0."""
    value = Fraction(0)
    while not value:
        value = low + (high - low) * Fraction(random.randint(1, _UNIT - 1), _UNIT)
    return value


def _with_sum(entries: list[Fraction], shape: tuple[int, ...], axis: int | None, wanted: Fraction) -> list[Fraction]:
    """The entries, made positive and scaled, so that they sum to what is wanted, along an axis or all together."""
    positive = {place: abs(entry) for place, entry in zip(places(shape), entries, strict=True)}

    def line(place: tuple[int, ...]) -> tuple[int, ...]:
        return () if axis is None else (*place[:axis], *place[axis + 1 :])

    sums: dict[tuple[int, ...], Fraction] = {}
    for place, value in positive.items():
        sums[line(place)] = sums.get(line(place), Fraction(0)) + value
    return [value * wanted / sums[line(place)] for place, value in positive.items()]


def same_value(one: AnyValue, other: AnyValue) -> bool:
    """Whether two values, numbers or arrays of one shape, are the same up to rounding."""
    if isinstance(one, Grid) and isinstance(other, Grid):
        return one.shape == other.shape and all(map(same_value, one.entries, other.entries))
    if isinstance(one, Grid) or isinstance(other, Grid):
        return False
    mine, theirs = to_fraction(one), to_fraction(other)
    return bool(abs(mine - theirs) <= SAME * max(abs(mine), abs(theirs), Fraction(1)))


def value_shape(value: AnyValue) -> tuple[int, ...]:
    """The shape of a value at a point."""
    return value.shape if isinstance(value, Grid) else ()
