"""Boxes as they are given: four numbers in an order, or by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from deepcalc.errors import Fault, Location
from deepcalc.fields.aliases import FieldAlias
from deepcalc.fields.types import Fields, Number
from deepcalc.kinds._detections import Label, suffix
from deepcalc.records import record

LONGEST_NAME = 30

FormatName = Literal["corners", "size", "center"]


@record
class BoxFormat:
    """What the four numbers of a box are called, and how its corners are made of them where they are not given."""

    names: tuple[str, str, str, str]
    corners: Mapping[str, str]


BOX_FORMATS: Mapping[str, BoxFormat] = {
    "corners": BoxFormat(("x1", "y1", "x2", "y2"), {}),
    "size": BoxFormat(("x1", "y1", "w", "h"), {"x2": "x1{c} + w{c}", "y2": "y1{c} + h{c}"}),
    "center": BoxFormat(
        ("x", "y", "w", "h"),
        {"x1": "x{c} - w{c}/2", "y1": "y{c} - h{c}/2", "x2": "x{c} + w{c}/2", "y2": "y{c} + h{c}/2"},
    ),
}


class NamedBox(Fields):
    """A box whose numbers have names."""

    x1: Number | None = Field(None, description="its left edge")
    y1: Number | None = Field(None, description="its upper edge")
    x2: Number | None = Field(None, description="its right edge")
    y2: Number | None = Field(None, description="its lower edge")
    x: Number | None = Field(None, description="its centre across")
    y: Number | None = Field(None, description="its centre down")
    w: Number | None = Field(None, description="its width")
    h: Number | None = Field(None, description="its height")

    other_names: ClassVar[Mapping[str, FieldAlias]] = {
        "width": "w", "height": "h", "cx": "x", "cy": "y", "left": "x1", "top": "y1", "right": "x2", "bottom": "y2",
    }  # fmt: skip

    @property
    def format(self) -> str | None:
        """The format of which it has all names, and no others."""
        own = {name for name in type(self).model_fields if getattr(self, name) is not None}
        return next((name for name, row in BOX_FORMATS.items() if set(row.names) == own), None)


Box = Annotated[
    Annotated[list[Number], Field(min_length=4, max_length=4), Tag("a list")] | Annotated[NamedBox, Tag("a mapping")],
    Discriminator(lambda value: "a mapping" if isinstance(value, dict | NamedBox) else "a list"),
]
Boxes = Annotated[
    Annotated[list[Box], Field(min_length=2, max_length=2), Tag("a list")]
    | Annotated[dict[Label, Box], Field(min_length=2, max_length=2), Tag("a mapping")],
    Discriminator(lambda value: "a mapping" if isinstance(value, dict) else "a list"),
]


class ProposalFields(Fields):
    """A box that a detector proposes."""

    box: Box = Field(description="its four numbers, in the order of `box_format` or by name")
    score: Number = Field(description="how sure the detector is")
    of: Label | None = Field(None, description="its class; boxes of different classes do not suppress each other")


def named_boxes(boxes: Any) -> Iterator[tuple[Location, str, Box]]:
    """Each of the boxes with where it stands and what it is called: A and B, or by the author's names."""
    if isinstance(boxes, dict):
        yield from (((name,), name, box) for name, box in boxes.items())
    elif boxes is not None:
        yield from (((index,), name, box) for index, (name, box) in enumerate(zip("AB", boxes, strict=True)))


def boxes_faults(boxes: Any, said: str | None) -> Iterator[Fault]:
    """What is wrong with two boxes, beside a format that the author may have ``said``."""
    for at, name, box in named_boxes(boxes):
        yield from _faults(box, said, ("boxes", *at))
        if len(suffix(name)) > LONGEST_NAME:
            yield Fault(("boxes",), f"a box has a name of up to {LONGEST_NAME} characters, not {name[:20]}…")
    if isinstance(boxes, dict) and len(set(map(suffix, boxes))) < 2:
        yield Fault(("boxes",), f"two boxes make the same names: `{next(iter(boxes))}`; call one of them otherwise")


def proposals_faults(proposals: Sequence[ProposalFields], said: str | None) -> Iterator[Fault]:
    for index, each in enumerate(proposals):
        yield from _faults(each.box, said, ("proposals", index, "box"))


def _faults(box: Box, said: str | None, at: Location) -> Iterator[Fault]:
    """What is wrong with a box whose numbers have names."""
    if not isinstance(box, NamedBox):
        return
    if box.format is None:
        *most, last = ["{" + ", ".join(row.names) + "}" for row in BOX_FORMATS.values()]
        yield Fault(at, f"expected the numbers of a box as {', '.join(most)} or {last}")
    elif said not in (None, box.format):
        yield Fault(at, f"these are the numbers of `box_format: {box.format}`, not {said}")


def numbers_of(box: Box, written: str) -> tuple[BoxFormat, Sequence[Any]]:
    """The format of a box, and its numbers in that order."""
    if isinstance(box, NamedBox):
        row = BOX_FORMATS[box.format or written]
        return row, [getattr(box, name) for name in row.names]
    return BOX_FORMATS[written], box
