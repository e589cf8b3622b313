"""How far two boxes or two masks overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deepcalc.errors import Location
from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds._detections import suffix
from deepcalc.kinds.evaluation.boxes import BOX_FORMATS, Box, NamedBox, named_boxes, numbers_of
from deepcalc.kinds.evaluation.fields import EvaluationFields
from deepcalc.kinds.evaluation.writing import MetricWriter
from deepcalc.notation.nodes import ONE, Name, total
from deepcalc.notation.parser import parse
from deepcalc.rules.measures import BOX_AREA, BOX_AREA_IN_PIXELS, OF_BOXES, OF_MASKS
from deepcalc.rules.metrics import Metric, Mistake

OVERLAP = "Overlap"

BOTH = {"a": "_A", "b": "_B", "a_said": "A", "b_said": "B"}
"""What the names of two masks end in, and what they are called."""

_SIDE = Metric(
    "{c}", "the {c} of the overlap", "max(0, min({s}2{a}, {s}2{b}) - max({s}1{a}, {s}1{b}))",
    mistakes=(
        Mistake("not-clipped", "boxes apart counted as a negative overlap",
                "min({s}2{a}, {s}2{b}) - max({s}1{a}, {s}1{b})", where="max({s}1{a}, {s}1{b}) - min({s}2{a}, {s}2{b})"),
        Mistake("hull-for-overlap", "from the outermost edges, not the inner ones",
                "max({s}2{a}, {s}2{b}) - min({s}1{a}, {s}1{b})"),
        Mistake("pixel-added", "1 added to the sides of the overlap, as if pixels were counted",
                "max(0, min({s}2{a}, {s}2{b}) - max({s}1{a}, {s}1{b})) + 1"),
    ),
)  # fmt: skip
_SIDES = ({"c": "width", "s": "x"}, {"c": "height", "s": "y"})
_INTERSECTION = Metric(
    "intersection", "what both cover", "width*height",
    mistakes=(
        Mistake("sides-added", "the sides of the overlap added, not multiplied", "width + height"),
        Mistake("half-added", "a factor ½ that is not there, as of a triangle", "width*height/2"),
        Mistake("perimeter", "the perimeter of the overlap in place of its area", "2*(width + height)"),
    ),
)  # fmt: skip
_HULL = Metric(
    "hull", "the smallest box around both",
    "(max(x2{a}, x2{b}) - min(x1{a}, x1{b}))*(max(y2{a}, y2{b}) - min(y1{a}, y1{b}))",
)  # fmt: skip


def write_box(writer: MetricWriter, box: Box, written: str, name: str, origin: Location) -> str:
    """Add the corners of a box; what their names end in."""
    row, numbers = numbers_of(box, written)
    ending = suffix(name)
    for at, (letter, value) in enumerate(zip(row.names, numbers, strict=True)):
        place = letter if isinstance(box, NamedBox) else at
        writer.given(f"{letter}{ending}", value, (*origin, place), f"Box {name}")
    return ending


def write_corners(writer: MetricWriter, box: Box, written: str, ending: str, origin: Location) -> None:
    """Add the corners of a box of which other numbers are given."""
    row, _ = numbers_of(box, written)
    for corner, text in row.corners.items():
        writer.add(f"{corner}{ending}", text.format(c=ending), origin, "", "Corners")


def write_boxes(writer: MetricWriter, fields: EvaluationFields) -> None:
    boxes = [(("boxes", *at), name, box) for at, name, box in named_boxes(fields.boxes)]
    endings = [write_box(writer, box, fields.box_format, name, at) for at, name, box in boxes]
    for ending, (at, _, box) in zip(endings, boxes, strict=True):
        write_corners(writer, box, fields.box_format, ending, at)
    both = dict(zip(BOTH, (*endings, *(name for _, name, _ in boxes)), strict=True))
    writer.metric(_SIDE, ("boxes",), variants=[{**both, **side} for side in _SIDES], section=OVERLAP)
    for metric in (_INTERSECTION, _HULL):
        writer.metric(metric, ("boxes",), variants=[both], section=OVERLAP)
    writer.metric(BOX_AREA, ("boxes",), variants=[{"c": ending} for ending in endings], section=OVERLAP)
    writer.metrics(OF_BOXES, ("boxes",), variants=[both], section=OVERLAP)
    writer.mistakes.append(("hull-for-union", "the box around both in place of what either covers", {"union": "hull"}))
    if not any(isinstance(box, NamedBox) for _, _, box in boxes):
        writer.mistakes += _read_otherwise(writer, fields.box_format, endings)
    pixels: dict[str, Any] = {f"area{ending}": BOX_AREA_IN_PIXELS.format(c=ending) for ending in endings}
    pixels |= {name: total(writer.graph[name].definition, ONE) for name in ("width", "height")}
    writer.mistakes.append(("pixels-counted", "1 added to every side, as if pixels were counted", pixels))


_READ_AS = {
    "corners": ("two corners", ("{0}{c}", "{1}{c}", "{2}{c}", "{3}{c}")),
    "size": ("corner, width and height", ("{0}{c}", "{1}{c}", "{0}{c} + {2}{c}", "{1}{c} + {3}{c}")),
    "center": ("centre, width and height",
               ("{0}{c} - {2}{c}/2", "{1}{c} - {3}{c}/2", "{0}{c} + {2}{c}/2", "{1}{c} + {3}{c}/2")),
}  # fmt: skip
"""How the four numbers of a box make its corners x1, y1, x2 and y2, by format."""


def _read_otherwise(writer: MetricWriter, written: str, endings: Sequence[str]) -> Iterator[SlipRow]:
    """The numbers of both boxes read in another format than they are given in."""
    names = ("width", "height", "hull", *(f"area{ending}" for ending in endings))
    for other, (said, corners) in _READ_AS.items():
        if other != written:
            read = {
                Name(f"{corner}{ending}"): parse(text.format(*BOX_FORMATS[written].names, c=ending))
                for ending in endings
                for corner, text in zip(BOX_FORMATS["corners"].names, corners, strict=True)
            }
            message = f"the numbers of the boxes read as {said}"
            yield "other-format", message, {name: writer.graph[name].definition.xreplace(read) for name in names}


def write_masks(writer: MetricWriter, fields: EvaluationFields) -> None:
    for index, (ending, mask) in enumerate(zip((BOTH["a"], BOTH["b"]), fields.masks or (), strict=True)):
        writer.given(ending[1:], mask, ("masks", index), "Masks")
    writer.add("intersection", "sum(A * B)", ("masks", 1), "pixels in both masks", OVERLAP)
    for index, ending in enumerate((BOTH["a"], BOTH["b"])):
        writer.add(f"area{ending}", f"sum({ending[1:]})", ("masks", index), f"pixels in {ending[1:]}", OVERLAP)
    writer.metrics(OF_MASKS, ("masks",), variants=[BOTH], section=OVERLAP)
    agreeing = "sum(A * B) + sum((1 - A) * (1 - B))"
    message = "the background that both leave out counted as well"
    writer.mistakes.append(("background-counted", message, {"intersection": agreeing}))
    pixels = "sum(A) + sum(1 - A)"
    writer.mistakes.append(("all-pixels", "all pixels of the image", {"union": pixels}))
    writer.mistakes.append(("all-pixels", "divided by all pixels of the image", {"IoU": f"intersection/({pixels})"}))
    share = f"({agreeing})/(sum(A) + sum(1 - A))"
    writer.mistakes.append(("accuracy-for-iou", "the share of pixels in which both agree, not IoU", {"IoU": share}))
