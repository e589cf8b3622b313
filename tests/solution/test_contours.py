"""Contour lines lie where the function has the level, and the way of an optimizer over them is that of NumPy."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from deepcalc.notation.symbols import Symbols
from deepcalc.rendering.figures import svg, tikz
from deepcalc.solution.contours import LEVELS, contours, lattice
from deepcalc.solution.drawings import Plane, Plot
from deepcalc.solution.solver import solve
from tests.array_problems import loaded

XS, YS = lattice(-2, 2, 41), lattice(-2, 2, 33)


def test_the_lines_of_a_bowl_are_closed_ellipses_equally_far_apart() -> None:
    lines = list(contours(lambda x, y: x * x + 2 * y * y, XS, YS))
    closed = [line for line in lines if len(line) > 20 and np.allclose(line[0], line[-1])]
    sizes = [max(x for x, _ in line) for line in closed]
    assert len(closed) >= 4
    assert np.diff(sizes) == pytest.approx(np.diff(sizes)[0] * np.ones(len(sizes) - 1), rel=0.02)
    for line in lines:
        heights = np.array([x * x + 2 * y * y for x, y in line])
        level = np.sqrt(np.mean(heights) / 12) * LEVELS
        assert level == pytest.approx(round(level), abs=0.05)
        assert heights == pytest.approx(np.full(len(line), 12 * (round(level) / LEVELS) ** 2), abs=0.02)


def test_pieces_of_a_line_are_neighbours() -> None:
    for line in contours(lambda x, y: float(np.sin(2 * x) + y), XS, YS):
        for (x, y), (u, v) in pairwise(line):
            assert abs(x - u) <= 0.11
            assert abs(y - v) <= 0.13


def test_a_plain_without_heights_has_no_lines() -> None:
    assert list(contours(lambda x, y: 1.0, XS, YS)) == []
    assert list(contours(lambda x, y: float("nan"), XS, YS)) == []


@pytest.mark.parametrize("start", ["a: 4, b: 1", "w: [4, 1]"])
def test_the_way_of_two_numbers(start: str) -> None:
    objective = "a^2 + 3*b^2" if "a" in start else "w[1]^2 + 3*w[2]^2"
    text = f"method: sgd\nlearning_rate: 0.1\nparameters: {{{start}}}\nobjective: {objective}\nsteps: 3"
    solution = solve(loaded("optimizer", text))
    drawing = solution.figures[-1].drawing
    assert isinstance(drawing, Plane)
    way = [(4 * 0.8**t, 0.4**t) for t in range(4)]
    assert np.array(drawing.paths[0].points) == pytest.approx(np.array(way), rel=1e-3)
    (lowest,) = drawing.points
    assert lowest.label == ("minimum",)
    assert lowest.points == ((Fraction(0), Fraction(0)),)
    assert len(drawing.contours) >= LEVELS - 1
    for line in drawing.contours:
        heights = [x * x + 3 * y * y for x, y in line]
        assert max(heights) - min(heights) < 0.2
    for writer in (svg, tikz):
        assert writer(solution.figures[-1], Symbols())


def test_a_minimum_far_off_does_not_shrink_the_way() -> None:
    text = (
        "method: sgd\nlearning_rate: 0.001\nparameters: {a: 1, b: 1}\nobjective: (a - 50)^2 + (b + 50)^2\nsteps: 2\n"
        "parts: [{find: [a@2, b@2]}]"
    )
    drawing = solve(loaded("optimizer", text)).figures[-1].drawing
    assert isinstance(drawing, Plane)
    assert drawing.points == ()


def test_runs_share_a_picture_of_their_ways_and_one_of_their_objectives() -> None:
    text = (
        "method: sgd\nruns: [{learning_rate: 0.1}, {learning_rate: 0.3}]\nparameters: {w: [4, 1]}\n"
        "objective: sum(w^2)\nsteps: 2\nparts: [{find: [run1.w@2, run2.w@2]}]"
    )
    curves, objectives, ways = (each.drawing for each in solve(loaded("optimizer", text)).figures)
    assert isinstance(curves, Plot)
    assert isinstance(objectives, Plot)
    assert isinstance(ways, Plane)
    assert [len(each.points) for each in curves.series] == [3, 3, 3, 3]
    assert [[float(y.value) for _, y in each.points] for each in objectives.series] == [
        pytest.approx([17, 10.88, 6.963], rel=1e-3),
        pytest.approx([17, 2.72, 0.4352], rel=1e-3),
    ]
    assert [each.points for each in ways.points] == [((Fraction(0), Fraction(0)),)]
    assert [path.points[-1] for path in ways.paths] == [pytest.approx((2.56, 0.64)), pytest.approx((0.64, 0.16))]
