"""The picture of a block of a transformer: attention with what stands before and behind it."""

from __future__ import annotations

from deepcalc.kinds.attention.fields import AttentionFields
from deepcalc.kinds.attention.naming import tokens
from deepcalc.notation.nodes import Node
from deepcalc.notation.shapes import Shape, size_node
from deepcalc.plan.picture_plans import BlockPlan, BlocksPlan
from deepcalc.records import record


def block_picture(fields: AttentionFields, given: Shape, output: Shape) -> tuple[BlocksPlan, ...]:
    """Boxes from the tokens, of the shape ``given``, to what comes out; none of attention that stands alone."""
    if not fields.residual and fields.layer_norm is None and fields.feed_forward is None:
        return ()
    before, behind = tuple(map(size_node, given)), tuple(map(size_node, output))
    heads = (f"{fields.head_count} heads",) if fields.head_count > 1 else ()
    boxes = _Boxes([BlockPlan(f"input {tokens(fields)}", (), before)], [])
    boxes.add_half(fields, BlockPlan("attention", heads, behind), before)
    if fields.feed_forward is not None:
        boxes.add_half(fields, BlockPlan("feed-forward network", (), behind), behind)
    return (BlocksPlan("The block", tuple(boxes.blocks), tuple(boxes.edges), "by its sizes"),)


@record
class _Boxes:
    """Boxes one behind the other, and the edges between them."""

    blocks: list[BlockPlan]
    edges: list[tuple[int, int]]

    def add_half(self, fields: AttentionFields, main: BlockPlan, read: tuple[Node, ...]) -> None:
        """Add a part of the block with the normalisation and the residual connection around it."""
        where = None if fields.layer_norm is None else fields.layer_norm.where
        start = len(self.blocks) - 1
        if where == "before":
            self._add(BlockPlan("layer normalization", (), read))
        self._add(main)
        if fields.residual:
            self._add(BlockPlan("addition", (), main.shape))
            self.edges.append((start, len(self.blocks) - 1))
        if where == "after":
            self._add(BlockPlan("layer normalization", (), main.shape))

    def _add(self, block: BlockPlan) -> None:
        self.edges.append((len(self.blocks) - 1, len(self.blocks)))
        self.blocks.append(block)
