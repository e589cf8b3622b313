"""A scene as SVG: self-contained, in the colour of the page that it stands in, with a title and a description."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from itertools import pairwise
from typing import Any

from deepcalc.rendering.figures.lettering import SMALL, Label
from deepcalc.rendering.figures.scene import (
    COLOURS,
    OPACITIES,
    Anchor,
    Dot,
    Ink,
    Path,
    Pill,
    Point,
    Scene,
    Specks,
    Text,
)

_FONTS = "'Latin Modern Roman', 'STIX Two Text', 'Times New Roman', 'Liberation Serif', serif"
_LOWERED, _RAISED = 0.2, -0.36  # of the text's size: where a subscript and a superscript stand

_STANDALONE = "<style>:root { color-scheme: light dark; color: CanvasText }</style>"
"""Alone in a file, a picture has no page to take its colour from."""


def to_svg(scene: Scene, title: str, description: str, standalone: bool = False) -> str:
    """The scene as an ``svg`` element; as a file of its own where it is ``standalone``."""
    width, height = _number(scene.width), _number(scene.height)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}pt" height="{height}pt" style="max-width: 100%; height: auto" '
        f'fill="none" stroke="none" stroke-linecap="round" stroke-linejoin="round" font-family="{_FONTS}">',
        f"<title>{_text(title)}</title>",
        f"<desc>{_text(description)}</desc>",
        *([_STANDALONE] if standalone else []),
        *(line for shape in scene.shapes for line in _WRITE[type(shape)](shape)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _path(path: Path) -> Iterator[str]:
    commands = _smooth(path.points) if path.smooth else _straight(path.points)
    if path.filled:
        yield f'<path d="{commands}Z" {_paint("fill", path.ink, path.opacity)}/>'
        return
    dash = f' stroke-dasharray="{" ".join(map(_number, path.dash))}"' if path.dash else ""
    yield f'<path d="{commands}" {_paint("stroke", path.ink)} stroke-width="{_number(path.width)}"{dash}/>'


def _straight(points: tuple[Point, ...]) -> str:
    return "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)


def _smooth(points: tuple[Point, ...]) -> str:
    commands = [f"M{_number(points[0][0])} {_number(points[0][1])}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = _number((x0 + x1) / 2)
        commands.append(f"C{middle} {_number(y0)} {middle} {_number(y1)} {_number(x1)} {_number(y1)}")
    return "".join(commands)


def _pill(pill: Pill) -> Iterator[str]:
    box = pill.box
    corner = f'x="{_number(box.left)}" y="{_number(box.top)}"'
    size = f'width="{_number(box.width)}" height="{_number(box.height)}" rx="{_number(pill.corner)}"'
    yield f'<rect {corner} {size} {_paint("stroke", pill.ink)} stroke-width="{_number(pill.line)}"/>'


def _dot(dot: Dot) -> Iterator[str]:
    yield f'<circle cx="{_number(dot.x)}" cy="{_number(dot.y)}" r="{_number(dot.radius)}" {_paint("fill", dot.ink)}/>'


def _specks(specks: Specks) -> Iterator[str]:
    """Lines without a length, whose round ends are the dots."""
    places = "".join(f"M{_number(x)} {_number(y)}h0" for x, y in specks.points)
    yield f'<path d="{places}" {_paint("stroke", specks.ink)} stroke-width="{_number(2 * specks.radius)}"/>'


def _lettering(text: Text) -> Iterator[str]:
    anchor = "" if text.anchor is Anchor.START else f' text-anchor="{text.anchor}"'
    place = f'x="{_number(text.x)}" y="{_number(text.baseline)}" font-size="{_number(text.size)}"'
    yield f'<text {place} {_paint("fill", text.ink)}{anchor} xml:space="preserve">{_runs(text.label, text.size)}</text>'


def _runs(label: Label, size: float) -> str:
    """The runs as spans; a shift holds for all that follows, so it is taken back by the next run."""
    spans, at = [], 0.0
    for run in label.runs:
        wanted = {0: 0.0, -1: _LOWERED, 1: _RAISED}[run.level] * size
        shift = f' dy="{_number(wanted - at)}"' if _number(wanted - at) != "0" else ""
        at = wanted
        small = f' font-size="{_number(SMALL * size)}"' if run.level else ""
        italic = ' font-style="italic"' if run.italic else ""
        attributes = shift + small + italic
        spans.append(f"<tspan{attributes}>{_text(run.text)}</tspan>" if attributes else _text(run.text))
    return "".join(spans)


_WRITE: Mapping[type, Callable[[Any], Iterator[str]]] = {
    Path: _path,
    Pill: _pill,
    Dot: _dot,
    Specks: _specks,
    Text: _lettering,
}


def _paint(attribute: str, ink: Ink, opacity: float | None = None) -> str:
    opacity = OPACITIES.get(ink) if opacity is None else opacity
    seen = "" if opacity is None else f' {attribute}-opacity="{_number(opacity)}"'
    return f'{attribute}="{COLOURS.get(ink, "currentColor")}"{seen}'


def _text(text: str) -> str:
    """The text escaped, without the control characters that XML has no place for."""
    return escape("".join(character for character in text if character.isprintable()))


def _number(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
