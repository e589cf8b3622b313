"""The picture of a block of a transformer: attention with what stands before and behind it."""

from __future__ import annotations

from deepcalc.kinds.attention.fields import AttentionFields
from deepcalc.kinds.attention.naming import tokens
from deepcalc.notation.shapes import Shape, size_node
from deepcalc.plan.figures import BlockPlan, BlocksPlan


def block_picture(fields: AttentionFields, given: Shape, output: Shape) -> tuple[BlocksPlan, ...]:
    """Boxes from the tokens, of the shape ``given``, to what comes out; none of attention that stands alone."""
    if not fields.residual and fields.layer_norm is None:
        return ()
    norm = None if fields.layer_norm is None else fields.layer_norm.where
    before, behind = tuple(map(size_node, given)), tuple(map(size_node, output))
    heads = (f"{fields.heads} heads",) if fields.heads > 1 else ()
    blocks = [BlockPlan(f"input {tokens(fields)}", (), before)]
    blocks += [BlockPlan("layer normalization", (), before)] if norm == "before" else []
    blocks.append(BlockPlan("attention", heads, behind))
    edges = [(place, place + 1) for place in range(len(blocks) - 1)]
    for title, is_there in (("addition", fields.residual), ("layer normalization", norm == "after")):
        if is_there:
            edges.append((len(blocks) - 1, len(blocks)))
            edges += [(0, len(blocks))] if title == "addition" else []
            blocks.append(BlockPlan(title, (), behind))
    return (BlocksPlan("The block", tuple(blocks), tuple(edges), "by its sizes"),)
