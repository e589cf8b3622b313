"""Contour lines of a function of two numbers: where it has a value, between the points of a lattice.

Marching squares: a line crosses a side of a cell where the function is below the level at one end and not at the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import isfinite

Point = tuple[float, float]

LEVELS = 8
ACROSS, DOWN = 41, 33


def contours(
    function: Callable[[float, float], float], xs: Sequence[float], ys: Sequence[float]
) -> Iterator[tuple[Point, ...]]:
    """The lines of some levels between the least and the greatest value on the lattice, closer to the least one.

    The levels of a quadratic about its minimum are equally far apart.
    """
    values = [[function(x, y) for x in xs] for y in ys]
    known = [value for row in values for value in row if isfinite(value)]
    if not known or min(known) == max(known):
        return
    low, high = min(known), max(known)
    for number in range(1, LEVELS):
        level = low + (high - low) * (number / LEVELS) ** 2
        yield from _joined(list(_pieces(values, xs, ys, level)))


def lattice(low: float, high: float, count: int) -> list[float]:
    return [low + (high - low) * place / (count - 1) for place in range(count)]


def _pieces(
    values: Sequence[Sequence[float]], xs: Sequence[float], ys: Sequence[float], level: float
) -> Iterator[tuple[Point, Point]]:
    """The line in each cell, from side to side; of a saddle two lines."""
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)]
            if not all(isfinite(values[r][c]) for r, c in corners):
                continue
            crossed = []
            for (r, c), (s, d) in zip(corners, (*corners[1:], corners[0]), strict=True):
                first, second = values[r][c], values[s][d]
                if (first < level) != (second < level):
                    part = (level - first) / (second - first)
                    crossed.append((xs[c] + part * (xs[d] - xs[c]), ys[r] + part * (ys[s] - ys[r])))
            for start, end in zip(crossed[::2], crossed[1::2], strict=True):
                if _key(start) != _key(end):
                    yield start, end


def _joined(pieces: Sequence[tuple[Point, Point]]) -> Iterator[tuple[Point, ...]]:
    """Pieces that meet as one line."""
    at: dict[Point, list[int]] = {}
    for index, piece in enumerate(pieces):
        for end in piece:
            at.setdefault(_key(end), []).append(index)
    left = set(range(len(pieces)))
    while left:
        index = min(left)
        left.discard(index)
        line = list(pieces[index])
        for turned in (False, True):
            line = line[::-1] if turned else line
            while True:
                following = next((each for each in at[_key(line[-1])] if each in left), None)
                if following is None:
                    break
                left.discard(following)
                start, end = pieces[following]
                line.append(end if _key(start) == _key(line[-1]) else start)
        yield tuple(line)


def _key(point: Point) -> Point:
    return round(point[0], 9), round(point[1], 9)
