"""Weights that are read in place of others: the transposed ones, those beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.kinds.network.structure import Layer
from deepcalc.notation.nodes import Name

MOST_UNITS = 8
"""Mistakes in one weight or one unit are listed for layers of at most so many units."""


def transposition(layer: Layer) -> dict[Any, Any]:
    """Each weight's partner in the transposed matrix; nothing for a matrix that is not square."""
    size = len(layer.net)
    if size < 2 or len(layer.weights) != size:
        return {}
    pairs = ((i, j) for i in range(size) for j in range(size) if i != j)
    return {Name(layer.weights[i][j]): Name(layer.weights[j][i]) for i, j in pairs}


def misreadings(layer: Layer) -> Iterator[tuple[int, int, str]]:
    """Sender, receiver, and the weight that was taken: the transposed one, or that beside it in its row."""
    senders, units = len(layer.weights), len(layer.net)
    if max(senders, units) > MOST_UNITS:
        return
    for i in range(senders):
        for j in range(units):
            beside = [(j, i), (i, j - 1), (i, j + 1)]
            there = [layer.weights[row][column] for row, column in beside if 0 <= row < senders and 0 <= column < units]
            for other in dict.fromkeys(there):
                if other != layer.weights[i][j]:
                    yield i, j, other


def in_place_of(taken: str, meant: str) -> str:
    return f"the weight {taken} taken in place of {meant}"
