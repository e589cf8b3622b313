"""Matrices as pictures filled in: their entries as the sheet writes them, and which of them are marked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.graph.evaluation import evaluate
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.nodes import ZERO, Name, Node
from deepcalc.plan.picture_plans import GridPlan, GridsPlan
from deepcalc.solution.drawings import Figure, Matrices, Matrix
from deepcalc.solution.picture_values import PictureValues

LARGEST = 12
"""The rows and columns of a matrix that is drawn, zeros around it among them."""

Place = tuple[int, int]


def grids(plan: GridsPlan, values: PictureValues) -> Iterator[Figure]:
    """The picture, where all of it is on the sheet and small enough."""
    wanted = [piece for row in plan.rows for piece in row if isinstance(piece, GridPlan)]
    if not values.tells or not all(_is_drawn(piece, values) for piece in wanted):
        return
    rows = tuple(
        tuple(_matrix(piece, values) if isinstance(piece, GridPlan) else piece for piece in row) for row in plan.rows
    )
    yield Figure(plan.title, plan.caption, Matrices(rows), tells=True)


def _is_drawn(plan: GridPlan, values: PictureValues) -> bool:
    shape = values.graph.shape(plan.name)[len(plan.lead) :]
    sizes = (1, *shape) if len(shape) == 1 else shape
    ends = zip(sizes, plan.around, strict=True)
    return plan.name in values.derivation.evaluation.values and all(
        isinstance(size, int) and size + 2 * around <= LARGEST for size, around in ends
    )


def _matrix(plan: GridPlan, values: PictureValues) -> Matrix:
    rows = _rows(values.derivation.written(plan.name), plan.lead)
    above, beside = plan.around
    width = len(rows[0]) + 2 * beside
    zeros = [[ZERO] * width for _ in range(above)]
    inner = [[*[ZERO] * beside, *row, *[ZERO] * beside] for row in rows]
    cells = tuple(map(tuple, [*zeros, *inner, *zeros]))
    together = [frozenset(plan.marked)] if plan.marked else []
    return Matrix(
        plan.label,
        cells,
        plan.around,
        (*together, *(frozenset([at]) for at in _marked(plan, values))),
        tuple(tuple(float(cell.value) for cell in row) for row in cells) if plan.shaded else (),
        _numbered(plan.row_letter, len(cells)),
        _numbered(plan.column_letter, width),
    )


def _numbered(letter: str, count: int) -> tuple[Name, ...]:
    return tuple(Name(f"{letter}{number}") for number in range(1, count + 1)) if letter else ()


def _rows(node: Node, lead: tuple[int, ...]) -> list[list[Any]]:
    """The entries of a matrix, or of a vector as one row."""
    for at in lead:
        node = node.args[at]
    rows = node.args if isinstance(node.args[0], Array) else (node,)
    return [list(row.args) for row in rows]


def _marked(plan: GridPlan, values: PictureValues) -> Iterator[Place]:
    if plan.marked_by is None:
        return
    graph, known = values.graph, values.derivation.evaluation.values
    found: Any = evaluate(graph, [plan.marked_by], overrides=known).values[plan.marked_by]
    shape = found.shape[len(plan.lead) :]
    for place in ((row, column) for row in range(shape[0] if len(shape) > 1 else 1) for column in range(shape[-1])):
        if found[(*plan.lead, *place[2 - len(shape) :])]:
            yield place[0] + plan.around[0], place[1] + plan.around[1]
