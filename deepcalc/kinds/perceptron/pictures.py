"""The samples of a unit with two inputs, and the line that separates what it fires at from the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deepcalc.kinds.perceptron.fields import NET, PerceptronFields, Rule
from deepcalc.kinds.perceptron.naming import at
from deepcalc.notation.nodes import ZERO, Literal, Name, Node, Relation, Times, negative, total
from deepcalc.plan.figures import LinePlan, PlanePlan, PointsPlan, RegionPlan


def pictures(fields: PerceptronFields, parameters: Sequence[str], epochs: int) -> Iterator[PlanePlan]:
    """The plane of two inputs, with the line before learning and after each epoch."""
    if len(fields.named_weights) != 2:
        return
    samples = len(fields.rows)
    times = [epoch * samples for epoch in range(epochs + 1)]
    lines = tuple(
        LinePlan(("before learning",) if time == 0 else (f"after epoch {time // samples}",),
                 _coefficients(fields, parameters, time))
        for time in times
    )  # fmt: skip
    x1, x2 = fields.input_names
    regions = tuple(
        RegionPlan((f"fires after epoch {time // samples}",), ((NET, _net(fields, parameters, time)),), _fires(fields))
        for time in times[1:]
    )
    yield PlanePlan("The samples", (x1, x2), tuple(_points(fields)), lines=lines, regions=regions)


def _fires(fields: PerceptronFields) -> Node:
    return Relation(">=" if fields.value_at_zero == 1 else ">", Name(NET), ZERO)


def _net(fields: PerceptronFields, parameters: Sequence[str], time: int) -> Node:
    """The net input at any point, after so many presentations."""
    a, b, c = _coefficients(fields, parameters, time)
    x1, x2 = map(Name, fields.input_names)
    return total(Times(a, x1), Times(b, x2), *([] if c == ZERO else [c]))


def _points(fields: PerceptronFields) -> Iterator[PointsPlan]:
    """The samples by their targets; those of Adaline may have any number of them."""
    targets: dict[Any, Literal] = {target.value: target for target in fields.wanted}
    if fields.rule is Rule.ADALINE and len(targets) > 2:
        yield PointsPlan(("samples",), tuple((row[0], row[1]) for row in fields.rows))
        return
    for value in sorted(targets):
        points = [row for row, target in zip(fields.rows, fields.wanted, strict=True) if target.value == value]
        yield PointsPlan(("target ", targets[value]), tuple((row[0], row[1]) for row in points))


def _coefficients(fields: PerceptronFields, parameters: Sequence[str], time: int) -> tuple[Node, Node, Node]:
    """Those of the line where the net input is 0, after so many presentations."""

    def now(name: str) -> Name:
        return Name(at(name, None, time if name in parameters else 0))

    first, second = map(now, fields.named_weights)
    if fields.constant is None:
        return first, second, ZERO
    bias = now(fields.bias_as)
    return first, second, bias if fields.constant_input.value == 1 else negative(bias)
