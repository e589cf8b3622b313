"""The samples of a regression in the plane: the line or curve through them, or the boundary between two classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._updates import timed
from deepcalc.kinds.regression.fields import RegressionFields
from deepcalc.kinds.regression.settings import Fit
from deepcalc.kinds.regression.wiring import ROWS, Wiring
from deepcalc.notation.array_nodes import Array, Item, numbers_in
from deepcalc.notation.nodes import ONE, ZERO, Call, Name, Node, Over, Plus, Relation, Times, minus, number, total
from deepcalc.notation.shapes import concrete
from deepcalc.plan.picture_plans import CurvePlan, LinePlan, PlanePlan, PointsPlan, RegionPlan

POSITION, TARGET = "x", "y"
SCORE, LARGEST = "score", "largest"


def pictures(fields: RegressionFields, wiring: Wiring, graph: Graph, last: int) -> Iterator[PlanePlan]:
    """The picture of a problem with one feature, or with two features and classes."""
    raw, targets = fields.raw, fields.targets
    if not isinstance(raw, Array) or not isinstance(targets, Array) or not graph.has_value("X"):
        return
    features = fields.feature_names
    columns = range(1, concrete(graph.shape(ROWS))[1] + 1) if fields.row.is_multiclass else ()
    if len(features) == 1:
        points = tuple(_by_class(fields)) if columns else (
            PointsPlan((), tuple(zip(numbers_in(raw), numbers_in(targets), strict=True))),)  # fmt: skip
        curves = tuple(_curves(fields, wiring, last, columns))
        yield PlanePlan("The samples", (POSITION, TARGET), points, curves=curves)
    elif not fields.is_linear and len(features) == 2:
        yield _classes(fields, wiring, last, columns)


def _terms(fields: RegressionFields, wiring: Wiring, last: int, column: int | None = None) -> list[Node]:
    """The products of which a score is the sum, in the names of the features; of one column of the parameters."""
    theta = Name(timed(fields.called, last))
    if fields.way is Fit.SUMS:
        slope = Times(Name(f"{fields.called}1"), Name(POSITION))
        return [Name(f"{fields.called}0"), slope] if fields.intercept else [slope]

    def entry(row: int) -> Node:
        return Item(theta, number(row), *([] if column is None else [number(column)]))

    columns = list(fields.expressions or map(Name, fields.feature_names))
    if fields.scale is not None:
        columns = [_scaled(fields, each, place, len(columns)) for place, each in enumerate(columns, start=1)]
    first = int(wiring.has_ones)
    terms = [entry(1)] if first else []
    return terms + [Times(entry(place + first), each) for place, each in enumerate(columns, start=1)]


def _scaled(fields: RegressionFields, column: Any, place: int, count: int) -> Any:
    """A feature scaled as the samples are, by the statistics of its own column."""
    assert fields.scale is not None

    def own(name: str) -> Any:
        return Item(Name(name), number(place)) if count > 1 or fields.expressions else Name(name)

    row = fields.scale.row
    shift = own(row.shift)
    if not row.divisor:
        return minus(column, shift)
    divisor = own(row.divisor) if row.divisor in row.statistics else minus(own("high"), own("low"))
    return Over(minus(column, shift), divisor)


def _curves(fields: RegressionFields, wiring: Wiring, last: int, columns: Sequence[int]) -> Iterator[CurvePlan]:
    """The fitted curve, or the probability of each class."""
    if columns:
        powers = [Call("exp", total(*_terms(fields, wiring, last, column))) for column in columns]
        for column, power in zip(columns, powers, strict=True):
            share = Over(power, Plus(*powers))
            yield CurvePlan((f"probability of class {column - 1 + fields.first}",), share)
        return
    score = total(*_terms(fields, wiring, last))
    if fields.row.link:
        yield CurvePlan((f"probability of class {fields.row.classes[-1]}",), Call(fields.row.link, score))
    else:
        yield CurvePlan(("fitted curve" if fields.expressions else "fitted line",), score)


def _by_class(fields: RegressionFields) -> Iterator[PointsPlan]:
    """The samples of each class, those of one feature on the axis."""
    classes = [_class_of(fields, target) for target in fields.targets.args]
    for value in sorted(set(classes)):
        rows = (numbers_in(row) for row, own in zip(fields.raw.args, classes, strict=True) if own == value)
        yield PointsPlan(("class ", number(value)), tuple((row[0], row[1] if len(row) > 1 else ZERO) for row in rows))


def _class_of(fields: RegressionFields, target: Node) -> int:
    """The class that a target is, or that is most likely in a row of targets."""
    values = [entry.value for entry in numbers_in(target)]
    return values.index(max(values)) + fields.first if isinstance(target, Array) else int(values[0])


def _classes(fields: RegressionFields, wiring: Wiring, last: int, columns: Sequence[int]) -> PlanePlan:
    x1, x2 = fields.feature_names
    points = tuple(_by_class(fields))
    is_straight = not fields.expressions and fields.scale is None
    if columns:
        lines = tuple(_between(fields, wiring, last, columns)) if is_straight else ()
        return PlanePlan("The classes", (x1, x2), points, lines=lines, shares=_shares(fields, wiring, last, columns))
    terms, level = _terms(fields, wiring, last), _level(fields)
    region = RegionPlan(("class 1 predicted",), ((SCORE, total(*terms)),), Relation(">=", Name(SCORE), level))
    lines = (LinePlan(("boundary",), _coefficients(terms, level)),) if is_straight else ()
    return PlanePlan("The classes", (x1, x2), points, lines=lines, regions=(region,))


def _shares(fields: RegressionFields, wiring: Wiring, last: int, columns: Sequence[int]) -> tuple[RegionPlan, ...]:
    """Where each class is predicted: no other has a larger score there."""
    scores = [(f"{SCORE}{column}", total(*_terms(fields, wiring, last, column))) for column in columns]
    largest = (LARGEST, Call("max", *(Name(name) for name, _ in scores)))
    return tuple(
        RegionPlan((f"class {column - 1 + fields.first} predicted",), (*scores, largest),
                   Relation("=", Name(name), Name(LARGEST)))
        for column, (name, _) in zip(columns, scores, strict=True)
    )  # fmt: skip


def _between(fields: RegressionFields, wiring: Wiring, last: int, columns: Sequence[int]) -> Iterator[LinePlan]:
    """The line between each two classes, on which their scores are the same."""
    for one, other in combinations(columns, 2):
        pairs = zip(_terms(fields, wiring, last, one), _terms(fields, wiring, last, other), strict=True)
        *bias, first, second = (_factor_difference(*pair) for pair in pairs)
        names = tuple(str(column - 1 + fields.first) for column in (one, other))
        yield LinePlan((f"between classes {names[0]} and {names[1]}",), (first, second, bias[0] if bias else ZERO))


def _factor_difference(one: Node, other: Node) -> Node:
    """The difference of two parameters, each alone or before a feature."""
    first, second = (term.args[0] if isinstance(term, Times) else term for term in (one, other))
    return minus(first, second)


def _level(fields: RegressionFields) -> Node:
    """The score at which the probability is the threshold."""
    threshold = fields.threshold
    return ZERO if threshold.value * 2 == 1 else Call("log", Over(threshold, minus(ONE, threshold)))


def _coefficients(terms: list[Node], level: Node) -> tuple[Node, Node, Node]:
    """Those of a straight boundary, the score less its level."""
    *bias, first, second = terms
    offset = minus(bias[0], level) if bias else minus(ZERO, level)
    return first.args[0], second.args[0], offset
