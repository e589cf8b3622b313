"""Pictures filled with values: of the statement, that give nothing away, and of the solution, that say what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import Any

import pytest

from deepcalc.kinds import find_kinds
from deepcalc.notation.nodes import Literal, Name, nodes_in
from deepcalc.problem.loader import load_text
from deepcalc.solution.drawings import Figure, Gate, Gates, Mark, Network, Plot, Stages
from deepcalc.solution.illustration import elided
from deepcalc.solution.solver import solve
from tests.library import PATHS, problem, solved_problem


def parts_of(thing: Any) -> Iterator[Any]:
    """Everything in a drawing, from the outside in; formulas of gates apart."""
    yield thing
    if is_dataclass(thing):
        for field in fields(thing):
            if not (isinstance(thing, Gate) and field.name == "formula"):
                yield from parts_of(getattr(thing, field.name))
    elif isinstance(thing, tuple):
        for part in thing:
            yield from parts_of(part)
    elif isinstance(thing, dict):
        for part in thing.values():
            yield from parts_of(part)


def figures(name: str, tells: bool) -> list[Figure]:
    return [figure for figure in solved_problem(name).figures if figure.tells is tells]


def told(name: str) -> set[Any]:
    """Numbers of a statement that are no quantities: those in the file, sizes of arrays, and what a target may be."""
    source, graph = problem(name).source.data, problem(name).plan.graph
    written = [source[field] for field in source if field not in ("expected", "parts", "solution")]
    numbers = {entry for value in written for entry in numbers_in(value)}
    sizes = {size for each in graph if each.given is not None for size in graph.shape(each.name)}
    classes = {Literal("0"), Literal("1")} if "target" in source else set()
    return numbers | classes | {Literal(str(size)) for size in sizes if isinstance(size, int)}


def numbers_in(value: Any) -> Iterator[Literal]:
    if isinstance(value, dict | list):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from numbers_in(entry)
    elif re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
        yield Literal(str(value))


@pytest.mark.parametrize("name", PATHS)
def test_a_picture_of_the_statement_shows_given_values_alone(name: str) -> None:
    graph = problem(name).plan.graph
    given = {quantity.given for quantity in graph} - {None} | told(name)
    for figure in figures(name, tells=False):
        parts = list(parts_of(figure.drawing))
        assert {part for part in parts if isinstance(part, Literal)} <= given
        for mark in parts:
            if isinstance(mark, Mark) and mark.value is not None and mark.symbol.name in graph:
                assert graph[mark.symbol.name].given == mark.value


@pytest.mark.parametrize("name", PATHS)
def test_a_picture_of_the_solution_shows_the_values_of_the_sheet(name: str) -> None:
    solution = solved_problem(name)
    steps = {step.name: step for part in solution.parts for step in part.steps}
    for figure in solution.figures:
        for mark in parts_of(figure.drawing):
            if isinstance(mark, Mark) and mark.value is not None and mark.symbol.name in steps:
                assert mark.value.text in {
                    part.text for part in nodes_in(steps[mark.symbol.name].shown) if isinstance(part, Literal)
                }


def texts(marks: Any) -> dict[str, str]:
    found = [mark for mark in parts_of(marks) if isinstance(mark, Mark) and mark.value is not None]
    return {mark.symbol.name: mark.value.text for mark in found if mark.value is not None}


def test_the_relu_network_has_the_values_of_the_paper() -> None:
    (figure,) = figures("relu-2-2-2", tells=True)
    drawn = texts(figure.drawing)
    printed = {"h1": "2", "h2": "-0.5", "h3": "2", "h4": "0", "o1": "0", "o2": "-1.5", "L": "2.5"}
    assert {name: drawn[name] for name in printed} == printed
    # by hand: o - t, times 2/2, is -1 and -2; h1 gets -1 * 0.5 + -2 * -1, the dead h2 nothing
    assert (drawn["delta_o1"], drawn["delta_o2"]) == ("-1", "-2")
    assert (drawn["delta_h1"], drawn["delta_h2"]) == ("1.5", "0")
    assert isinstance(figure.drawing, Network)
    derivatives = [
        edge.derivative.text
        for layer in figure.drawing.layers
        if layer is not None
        for edge in layer.edges.values()
        if edge.derivative is not None
    ]
    assert derivatives == ["-1.5"]  # only the one that the sheet has


def test_without_a_derivative_on_the_sheet_there_are_no_errors_in_the_picture() -> None:
    (figure,) = figures("logistic-three-features", tells=True)
    assert isinstance(figure.drawing, Network)
    assert all(unit is None or unit.error is None for layer in figure.drawing.layers if layer for unit in layer.units)


def test_every_sample_has_a_picture_of_its_own() -> None:
    first, second = figures("tanh-two-samples", tells=True)
    assert texts(first.drawing)["x:1"] == "0.5"
    assert texts(second.drawing)["x:2"] == "-1"


def test_the_three_gates_of_cs231n() -> None:
    (figure,) = figures("three-gates", tells=True)
    assert isinstance(figure.drawing, Gates)
    shown = {
        gate.mark.symbol.name: (gate.mark.value and gate.mark.value.text, gate.derivative and gate.derivative.text)
        for gate in figure.drawing.gates
    }
    expected = {"x": ("-2", "-4"), "y": ("5", "-4"), "z": ("-4", "3"), "q": ("3", "-4"), "f": ("-12", "1")}
    assert shown == expected  # Stanford CS231n, backpropagation notes


def test_early_stopping_tells_where_training_stops_in_the_solution_only() -> None:
    (asked,), (solved,) = figures("early-stopping", tells=False), figures("early-stopping", tells=True)
    assert isinstance(asked.drawing, Plot)
    assert isinstance(solved.drawing, Plot)
    assert (len(asked.drawing.series), asked.drawing.rules) == (1, ())
    assert {rule.label: rule.at.text for rule in solved.drawing.rules} == {"best epoch": "4", "stop": "6"}


def test_the_shapes_of_a_chain_are_names_in_the_statement() -> None:
    (asked,), (solved,) = figures("conv-eight-filters", tells=False), figures("conv-eight-filters", tells=True)
    assert isinstance(asked.drawing, Stages)
    assert isinstance(solved.drawing, Stages)
    first, made = asked.drawing.stages
    assert first is not None
    assert made is not None
    assert [mark.value and mark.value.text for mark in first.shape] == ["32", "32", "32"]
    assert made.shape == tuple(Mark(Name(name)) for name in ("H1", "W1", "C1"))
    made = solved.drawing.stages[1]
    assert made is not None
    assert [mark.value and mark.value.text for mark in made.shape] == ["15", "15", "8"]


def test_large_networks_are_elided() -> None:
    sizes = [9, 20, 7, 8, 3, 2, 4]
    lines = ["kind: network", f"inputs: {[1] * sizes[0]}", "layers:"]
    for senders, units in pairwise(sizes):
        lines += [f"  - units: {units}", f"    weights: {{rows: senders, matrix: {[[1] * units] * senders}}}"]
    drawing = solve(load_text("\n".join(lines).encode(), "large", find_kinds())).figures[0].drawing
    assert isinstance(drawing, Network)
    assert [layer is None for layer in drawing.layers] == [False, False, False, True, False]
    columns = [layer.units for layer in drawing.layers if layer is not None]
    assert [[unit is None for unit in column] for column in columns[:3]] == [[False] * 4 + [True, False]] * 3
    assert len(columns[3]) == 4


@pytest.mark.parametrize(
    ("count", "most", "at_end", "expected"),
    [
        (3, 6, 1, [0, 1, 2]),
        (6, 6, 1, [0, 1, 2, 3, 4, 5]),
        (7, 6, 1, [0, 1, 2, 3, None, 6]),
        (20, 8, 2, [0, 1, 2, 3, 4, None, 18, 19]),
    ],
)
def test_what_is_too_much_is_drawn_as_dots(count: int, most: int, at_end: int, expected: list[int | None]) -> None:
    assert elided(count, most, at_end) == expected


def test_pictures_are_made_when_they_are_asked_for() -> None:
    solution = solve(problem("relu-2-2-2"))
    assert "figures" not in vars(solution)
    assert solution.figures is solution.figures
