"""How far two boxes or two masks overlap."""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.kinds.evaluation.fields import EvaluationFields
from deepcalc.kinds.evaluation.writing import MetricWriter
from deepcalc.records import record
from deepcalc.rules.measures import OF_BOXES, OF_MASKS
from deepcalc.rules.metrics import Metric, Mistake

OVERLAP = "Overlap"


@record
class BoxFormat:
    """What the four numbers of a box are called, and how its corners are made of them where they are not given."""

    names: tuple[str, str, str, str]
    corners: Mapping[str, str]


BOX_FORMATS = {
    "corners": BoxFormat(("x1", "y1", "x2", "y2"), {}),
    "size": BoxFormat(("x1", "y1", "w", "h"), {"x2": "x1{c} + w{c}", "y2": "y1{c} + h{c}"}),
    "center": BoxFormat(
        ("x", "y", "w", "h"),
        {"x1": "x{c} - w{c}/2", "y1": "y{c} - h{c}/2", "x2": "x{c} + w{c}/2", "y2": "y{c} + h{c}/2"},
    ),
}
BOTH = ("_A", "_B")

_SIDE = Metric(
    "{c}", "the {c} of the overlap", "max(0, min({s}2_A, {s}2_B) - max({s}1_A, {s}1_B))",
    mistakes=(
        Mistake("not-clipped", "boxes apart counted as a negative overlap",
                "min({s}2_A, {s}2_B) - max({s}1_A, {s}1_B)", where="max({s}1_A, {s}1_B) - min({s}2_A, {s}2_B)"),
        Mistake("hull-for-overlap", "from the outermost edges, not the inner ones",
                "max({s}2_A, {s}2_B) - min({s}1_A, {s}1_B)"),
        Mistake("pixel-added", "1 added to the sides of the overlap",
                "max(0, min({s}2_A, {s}2_B) - max({s}1_A, {s}1_B)) + 1"),
    ),
)  # fmt: skip
_SIDES = ({"c": "width", "s": "x"}, {"c": "height", "s": "y"})
_INTERSECTION = Metric("intersection", "what both cover", "width*height")
_AREA = Metric("area{c}", "", "(x2{c} - x1{c})*(y2{c} - y1{c})")
_HULL = Metric(
    "hull", "the smallest box around both",
    "(max(x2_A, x2_B) - min(x1_A, x1_B))*(max(y2_A, y2_B) - min(y1_A, y1_B))",
)  # fmt: skip


def write_boxes(writer: MetricWriter, fields: EvaluationFields) -> None:
    row = BOX_FORMATS[fields.box_format]
    for index, (ending, box) in enumerate(zip(BOTH, fields.boxes or (), strict=True)):
        for at, (name, value) in enumerate(zip(row.names, box, strict=True)):
            writer.given(f"{name}{ending}", value, ("boxes", index, at), f"Box {ending[1:]}")
    for index, ending in enumerate(BOTH):
        for name, text in row.corners.items():
            writer.add(f"{name}{ending}", text.format(c=ending), ("boxes", index), "", "Corners")
    writer.metric(_SIDE, ("boxes",), variants=_SIDES, section=OVERLAP)
    for metric in (_INTERSECTION, _HULL):
        writer.metric(metric, ("boxes",), section=OVERLAP)
    writer.metric(_AREA, ("boxes",), variants=[{"c": ending} for ending in BOTH], section=OVERLAP)
    writer.metrics(OF_BOXES, ("boxes",), section=OVERLAP)


def write_masks(writer: MetricWriter, fields: EvaluationFields) -> None:
    for index, (ending, mask) in enumerate(zip(BOTH, fields.masks or (), strict=True)):
        writer.given(ending[1:], mask, ("masks", index), "Masks")
    writer.add("intersection", "sum(A * B)", ("masks", 1), "pixels in both masks", OVERLAP)
    for index, ending in enumerate(BOTH):
        writer.add(f"area{ending}", f"sum({ending[1:]})", ("masks", index), f"pixels in {ending[1:]}", OVERLAP)
    writer.metrics(OF_MASKS, ("masks",), section=OVERLAP)
