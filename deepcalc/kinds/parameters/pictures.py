"""The picture of a model: its layers as boxes, with what passes by them to be added again."""

from __future__ import annotations

from deepcalc.kinds.parameters.writing import SizeWriter
from deepcalc.plan.picture_plans import MOST_BLOCKS, BlockPlan, BlocksPlan


def figures(writer: SizeWriter) -> tuple[BlocksPlan, ...]:
    """The layers from the input on, each with the shape of what comes out of it.

    What comes in has no features where it is tokens that are looked up.
    """
    rows, (begun, *shapes) = writer.rows, writer.shapes_between
    if len(rows) >= MOST_BLOCKS:
        return ()
    start = BlockPlan("input" if writer.has_features else "tokens", (), begun)
    made = (BlockPlan(row.title, row.details, shape) for row, shape in zip(rows, shapes, strict=True))
    edges = tuple((source, number) for number, row in enumerate(rows, start=1) for source in row.sources)
    label = {0: "its features", 1: "tokens × features"}.get(max(len(row.places) for row in rows), "places × features")
    return (BlocksPlan("The layers", (start, *made), edges, label),)
