"""The pictures that the kinds of the library hand on speak of quantities that are there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deepcalc.notation.names import entry_parts
from deepcalc.notation.nodes import names_in
from deepcalc.plan.picture_plans import (
    BlocksPlan,
    ChainPlan,
    FigurePlan,
    GatesPlan,
    GridPlan,
    GridsPlan,
    NetworkPlan,
    PlanePlan,
    PlotPlan,
)
from tests.library import PATHS, problem

DRAWN = [name for name in PATHS if problem(name).plan.figures]


def names_in_plan(figure: FigurePlan) -> Iterator[str]:
    match figure:
        case NetworkPlan(inputs=inputs, layers=layers, loss=loss, samples=samples):
            units = [unit for layer in layers for unit in layer.units]
            computed = [*inputs, *(name for unit in units for name in (unit.output, unit.net) if name)]
            computed += [loss] if loss else []
            for number in samples:
                yield from (name if number is None else f"{name}:{number}" for name in computed)
            yield from (unit.bias for unit in units if unit.bias)
            yield from (weight for layer in layers for row in layer.weights for weight in row)
        case ChainPlan(stages=stages):
            yield from (name for stage in stages for name in stage.shape)
        case BlocksPlan(blocks=blocks):
            yield from (name for block in blocks for name in block.shape if isinstance(name, str))
        case PlotPlan(series=series, rules=rules):
            yield from (name for each in series for _, name in each.points)
            yield from (rule.at for rule in rules)
        case GatesPlan(names=names, output=output):
            yield from (*names, output)
        case GridsPlan(rows=rows):
            grids = [piece for row in rows for piece in row if isinstance(piece, GridPlan)]
            yield from (grid.name for grid in grids)
            yield from (grid.marked_by for grid in grids if grid.marked_by)
        case PlanePlan(axes=axes, curves=curves, lines=lines, regions=regions, shares=shares, paths=paths, marks=marks):
            yield from (name for path in (*paths, *marks) for point in path.points for name in point)
            regions = (*regions, *shares)
            definitions = [each for region in regions for each in region.definitions]
            formulas = [curve.formula for curve in curves]
            formulas += [each for line in lines for each in line.coefficients]
            formulas += [formula for _, formula in definitions] + [region.inside for region in regions]
            own = {*axes, *(name for name, _ in definitions)}
            yield from (name for name in names_in(*formulas) if name not in own)


@pytest.mark.parametrize("name", DRAWN)
def test_every_quantity_of_a_picture_is_in_the_graph(name: str) -> None:
    plan = problem(name).plan
    named = [used for figure in plan.figures for used in names_in_plan(figure)]
    missing = [used for used in named if used not in plan.graph and entry_parts(used)[0] not in plan.graph]
    assert missing == []


@pytest.mark.parametrize("kind", ["network", "convolution", "formula"])
def test_every_problem_of_these_kinds_has_a_picture(kind: str) -> None:
    """But for convolutions backwards, whose shapes are what is to be found."""
    found = [problem(name) for name, path in PATHS.items() if path.parent.name == kind]
    assert all(each.plan.figures for each in found if getattr(each.model, "wanted", None) is None)


def test_the_weights_of_a_layer_lead_from_each_sender_to_each_unit() -> None:
    (figure,) = problem("relu-2-2-2").plan.figures
    assert isinstance(figure, NetworkPlan)
    hidden, output = figure.layers
    assert (hidden.weights, output.weights) == ((("w11", "w12"), ("w21", "w22")), (("w31", "w32"), ("w41", "w42")))
    assert [(unit.net, unit.output, unit.bias) for unit in hidden.units] == [("h1", "h3", "b1"), ("h2", "h4", "b2")]


def test_a_single_step_has_no_path() -> None:
    assert problem("adagrad-one-step").plan.figures == ()
