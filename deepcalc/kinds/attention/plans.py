"""How many parameters an attention layer of some sizes has."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.kinds._arrays import SIZES, ArrayWriter, add_counts
from deepcalc.kinds.attention.fields import PARTS, AttentionFields, SizeFields
from deepcalc.notation.nodes import Literal
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.statement import Statement


def plan_of_sizes(fields: AttentionFields, sizes: SizeFields) -> Plan:
    """The plan of a problem that asks for the number of parameters alone."""
    writer = ArrayWriter()
    key = sizes.key or sizes.model // fields.heads
    for name, size, origin in (
        ("d_model", sizes.model, ("sizes", "model")),
        ("h", fields.heads, ("heads",)),
        ("d_k", key, ("sizes", "key")),
        ("d_v", sizes.value or key, ("sizes", "value")),
    ):
        writer.given(name, Literal(str(size)), origin, SIZES)
    add_counts(writer, list(_counts(sizes.biases)))
    heads = f"{fields.heads} heads" if fields.heads > 1 else "one head"
    biases = "with" if sizes.biases else "without"
    told = (
        f"An attention layer of {heads} works on tokens of {sizes.model} features; in each head queries and keys have "
        f"{key} features and values {sizes.value or key}. It projects to queries, keys, values and its output, "
        f"{biases} biases."
    )
    return Plan(writer.graph, (PartPlan("a", ("params",)),), Statement((told,), ("How many parameters has it?",)))


def _counts(biases: bool) -> Iterator[tuple[str, str]]:
    for part, width in zip(PARTS, ("h*d_k", "h*d_k", "h*d_v"), strict=True):
        yield f"W_{part}", f"d_model*{width}"
        if biases:
            yield f"b_{part}", width
    yield "W_O", "h*d_v*d_model"
    if biases:
        yield "b_O", "d_model"
