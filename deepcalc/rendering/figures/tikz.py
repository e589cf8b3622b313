"""A scene as a ``tikzpicture``, no wider than the text of a page; it needs the package ``tikz`` alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from math import floor
from typing import Any

from deepcalc.rendering.figures.scene import (
    COLOURS,
    OPACITIES,
    Anchor,
    Dot,
    Ink,
    Path,
    Pill,
    Point,
    Rect,
    Scene,
    Specks,
    Text,
)

_ANCHORS = {Anchor.START: "left,base", Anchor.MIDDLE: "base", Anchor.END: "right,base"}

_DOCUMENT = """\
\\documentclass[border=2pt]{{standalone}}
\\usepackage[T1]{{fontenc}}
\\usepackage{{lmodern}}
\\usepackage{{amsmath,amssymb}}
\\usepackage{{tikz}}
\\begin{{document}}
{picture}\\end{{document}}
"""


def to_tikz(scene: Scene) -> str:
    """The scene as a ``tikzpicture``, made smaller where it would not fit between a page's margins."""
    smaller = f", scale={floor(scene.scale * 1000) / 1000:.3f}, transform shape" if scene.scale < 1 else ""
    lines = [
        rf"\begin{{tikzpicture}}[x=1pt, y=-1pt, line cap=round, line join=round{smaller}]",
        rf"\path[use as bounding box] (0,0) rectangle ({_number(scene.width)},{_number(scene.height)});",
        *(line for shape in scene.shapes for line in _WRITE[type(shape)](shape)),
        r"\end{tikzpicture}",
    ]
    return "\n".join(lines) + "\n"


def document(picture: str) -> str:
    """A complete LaTeX file with the picture on a page of its size."""
    return _DOCUMENT.format(picture=picture)


def _path(path: Path) -> Iterator[str]:
    if path.filled:
        opacity = "" if path.opacity is None else f",fill opacity={_number(path.opacity)}"
        yield rf"\fill[{_paint(path.ink)}{opacity}] {' -- '.join(map(_point, path.points))} -- cycle;"
        return
    dash = f", dash pattern={_dashes(path.dash)}" if path.dash else ""
    course = _smooth(path.points) if path.smooth else " -- ".join(map(_point, path.points))
    yield rf"\draw[{_paint(path.ink)}, line width={_number(path.width)}pt{dash}] {course};"


def _smooth(points: tuple[Point, ...]) -> str:
    course = _point(points[0])
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (x0 + x1) / 2
        course += f" .. controls {_point((middle, y0))} and {_point((middle, y1))} .. {_point((x1, y1))}"
    return course


def _dashes(dash: tuple[float, ...]) -> str:
    return " ".join(f"{'off' if index % 2 else 'on'} {_number(length)}pt" for index, length in enumerate(dash))


def _pill(pill: Pill) -> Iterator[str]:
    yield rf"\draw[{_paint(pill.ink)}, line width={_number(pill.line)}pt] {_rounded(pill.box, pill.corner)};"


_CONTROL = 1 - 0.5523
"""How far from a corner the control points of a quarter of a circle are, in radii."""


def _rounded(box: Rect, radius: float) -> str:
    """The outline with every corner a quarter of a circle: TikZ's own rounded corners do not shrink with a picture."""
    corners = (  # clockwise, each with the direction in which the outline leaves it
        (box.right, box.top, 0, 1),
        (box.right, box.bottom, -1, 0),
        (box.left, box.bottom, 0, -1),
        (box.left, box.top, 1, 0),
    )
    course = []
    for x, y, dx, dy in corners:
        start, first = ((x - dy * reach, y + dx * reach) for reach in (radius, _CONTROL * radius))
        second, end = ((x + dx * reach, y + dy * reach) for reach in (_CONTROL * radius, radius))
        course.append(f"{_point(start)} .. controls {_point(first)} and {_point(second)} .. {_point(end)}")
    return " -- ".join([*course, "cycle"])


def _dot(dot: Dot) -> Iterator[str]:
    yield rf"\fill[{_paint(dot.ink)}] {_point((dot.x, dot.y))} circle[radius={_number(dot.radius)}pt];"


def _specks(specks: Specks) -> Iterator[str]:
    """Lines of hardly any length, whose round ends are the dots."""
    places = " ".join(f"{_point(point)} -- +(0,0.01)" for point in specks.points)
    width = _number(2 * specks.radius)
    yield rf"\draw[{_paint(specks.ink)}, line width={width}pt, line cap=round] {places};"


def _text(text: Text) -> Iterator[str]:
    """Set by PGF itself: a node of TikZ, with a shape and a border around it, takes ten times as long."""
    font = rf"\fontsize{{{_number(text.size)}}}{{{_number(1.2 * text.size)}}}\selectfont"
    place = rf"\pgfpointxy{{{_number(text.x)}}}{{{_number(text.baseline)}}}"
    yield rf"\pgftext[{_ANCHORS[text.anchor]},at={place}]{{\color{{{_colour(text.ink)}}}{font} {text.label.latex}}}"


_WRITE: Mapping[type, Callable[[Any], Iterator[str]]] = {
    Path: _path,
    Pill: _pill,
    Dot: _dot,
    Specks: _specks,
    Text: _text,
}


def _paint(ink: Ink) -> str:
    return f"color={{{_colour(ink)}}}" if ink in COLOURS else f"color={_colour(ink)}"


def _colour(ink: Ink) -> str:
    if ink in COLOURS:
        red, green, blue = (int(COLOURS[ink][at : at + 2], 16) for at in (1, 3, 5))
        return f"rgb,255:red,{red};green,{green};blue,{blue}"
    return f"black!{round(100 * OPACITIES.get(ink, 1.0))}"


def _point(point: Point) -> str:
    return f"({_number(point[0])},{_number(point[1])})"


def _number(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
