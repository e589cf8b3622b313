"""The samples of a regression in the plane: the line or curve through them, or the boundary between two classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._updates import timed
from deepcalc.kinds.regression.fields import Fit, RegressionFields
from deepcalc.kinds.regression.wiring import Wiring
from deepcalc.notation.array_nodes import Array, Item, numbers_in
from deepcalc.notation.nodes import ONE, ZERO, Call, Name, Over, Plus, Relation, Times, minus, number
from deepcalc.plan.figures import CurvePlan, LinePlan, PlanePlan, PointsPlan, RegionPlan

POSITION, TARGET = "x", "y"
SCORE = "score"


def pictures(fields: RegressionFields, wiring: Wiring, graph: Graph, last: int) -> Iterator[PlanePlan]:
    """The picture of a problem with one feature, or with two features and classes."""
    raw, targets = fields.raw, fields.targets
    if not isinstance(raw, Array) or not isinstance(targets, Array) or not graph.has_value("X"):
        return
    features = fields.feature_names
    if len(features) == 1:
        points = PointsPlan((), tuple(zip(numbers_in(raw), numbers_in(targets), strict=True)))
        yield PlanePlan("The samples", (POSITION, TARGET), (points,), curves=(_curve(fields, wiring, last),))
    elif not fields.is_linear and len(features) == 2:
        yield _classes(fields, wiring, last)


def _terms(fields: RegressionFields, wiring: Wiring, last: int) -> list[Any]:
    """The products of which a score is the sum, in the names of the features."""
    theta = Name(timed(fields.called, last))
    if fields.way is Fit.SUMS:
        slope = Times(Name(f"{fields.called}1"), Name(POSITION))
        return [Name(f"{fields.called}0"), slope] if fields.intercept else [slope]
    columns = list(fields.expressions or map(Name, fields.feature_names))
    if fields.scale is not None:
        columns = [_scaled(fields, column, place, len(columns)) for place, column in enumerate(columns, start=1)]
    first = int(wiring.has_ones)
    terms = [Item(theta, number(1))] if first else []
    return terms + [Times(Item(theta, number(place + first)), column) for place, column in enumerate(columns, start=1)]


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


def _curve(fields: RegressionFields, wiring: Wiring, last: int) -> CurvePlan:
    terms = _terms(fields, wiring, last)
    score = Plus(*terms) if len(terms) > 1 else terms[0]
    if fields.row.link:
        return CurvePlan((f"probability of class {fields.row.classes[-1]}",), Call(fields.row.link, score))
    return CurvePlan(("fitted curve" if fields.expressions else "fitted line",), score)


def _classes(fields: RegressionFields, wiring: Wiring, last: int) -> PlanePlan:
    x1, x2 = fields.feature_names
    classes = sorted({target.value for target in fields.targets.args})
    points = tuple(
        PointsPlan(("class ", number(int(value))), tuple(
            (row.args[0], row.args[1])
            for row, target in zip(fields.raw.args, fields.targets.args, strict=True) if target.value == value))
        for value in classes
    )  # fmt: skip
    terms, level = _terms(fields, wiring, last), _level(fields)
    region = RegionPlan(
        ("class 1 predicted",),
        ((SCORE, Plus(*terms) if len(terms) > 1 else terms[0]),),
        Relation(">=", Name(SCORE), level),
    )
    is_straight = not fields.expressions and fields.scale is None
    lines = (LinePlan(("boundary",), _coefficients(terms, level)),) if is_straight else ()
    return PlanePlan("The classes", (x1, x2), points, lines=lines, regions=(region,))


def _level(fields: RegressionFields) -> Any:
    """The score at which the probability is the threshold."""
    threshold = fields.threshold
    return ZERO if threshold.value * 2 == 1 else Call("log", Over(threshold, minus(ONE, threshold)))


def _coefficients(terms: list[Any], level: Any) -> tuple[Any, Any, Any]:
    """Those of a straight boundary, the score less its level."""
    *bias, first, second = terms
    offset = minus(bias[0], level) if bias else minus(ZERO, level)
    return first.args[0], second.args[0], offset
