"""The samples of a unit with two inputs, and the line that separates what it fires at from the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.kinds.perceptron.fields import NET, PerceptronFields, Rule
from deepcalc.kinds.perceptron.unit import Unit
from deepcalc.notation.nodes import Literal, Name, Node, total
from deepcalc.plan.picture_plans import LinePlan, PlanePlan, PointsPlan, RegionPlan


def pictures(fields: PerceptronFields, epochs: int) -> Iterator[PlanePlan]:
    """The plane of two inputs, with the line before learning and after each epoch, or that of weights as they are."""
    if len(fields.named_weights) != 2:
        return
    unit, samples = Unit(fields), len(fields.rows)
    before, fires = ("before learning", "fires after epoch {}") if fields.learns else ("boundary", "fires")
    times = {epoch * samples: (f"after epoch {epoch}" if epoch else before) for epoch in range(epochs + 1)}
    lines = tuple(LinePlan((label,), _coefficients(unit, time)) for time, label in times.items())
    axes = fields.input_names
    regions = tuple(
        RegionPlan(
            (fires.format(time // max(1, samples)),), ((NET, unit.net_input(axes, time)),), unit.fires_at(Name(NET))
        )
        for time in (times if not fields.learns else list(times)[1:])
    )
    yield PlanePlan("The samples", (axes[0], axes[1]), tuple(_points(fields)), lines=lines, regions=regions)


def _points(fields: PerceptronFields) -> Iterator[PointsPlan]:
    """The samples by their targets; those of Adaline may have any number of them."""
    targets: dict[Any, Literal] = {target.value: target for target in fields.wanted}
    if fields.rule is Rule.ADALINE and len(targets) > 2:
        yield PointsPlan(("samples",), tuple((row[0], row[1]) for row in fields.rows))
        return
    if not targets:
        given = [*fields.rows, *(point for _, point in fields.points)]
        if given:
            yield PointsPlan(("inputs",), tuple((row[0], row[1]) for row in given))
    for value in sorted(targets):
        points = [row for row, target in zip(fields.rows, fields.wanted, strict=True) if target.value == value]
        yield PointsPlan(("target ", targets[value]), tuple((row[0], row[1]) for row in points))


def _coefficients(unit: Unit, time: int) -> tuple[Node, Node, Node]:
    """Those of the line where the net input is 0, after so many presentations."""
    first, second = (unit.parameter(name, time) for name in unit.fields.named_weights)
    return first, second, total(*unit.constant(time))
