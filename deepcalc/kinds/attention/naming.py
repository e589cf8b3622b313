"""The names of an attention's quantities: of each head its own, as the course calls them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deepcalc.kinds.attention.fields import PARTS, STEMS, AttentionFields
from deepcalc.rules.attention import SCALED

Head = Mapping[str, str]
"""The names that stand in a head's formulas, by what they mean."""

PER_HEAD = ("Q", "K", "V", "S", "A", "O")


def named(fields: AttentionFields, stem: str) -> str:
    """What the course calls a quantity."""
    return fields.names.get(stem, stem)


def tokens(fields: AttentionFields) -> str:
    """The tokens with their positions, which a residual connection adds."""
    return f"{named(fields, 'X')}_pos" if fields.positions is not None else named(fields, "X")


def attended(fields: AttentionFields) -> str:
    """What comes out of the attention, before anything is added to it."""
    return named(fields, "Y" if "W_O" in fields.weights else "O")


def out_of_attention(fields: AttentionFields) -> str:
    """What comes out of the attention with all that stands around it."""
    if fields.layer_norm is not None and not fields.is_normed_before:
        return "N"
    return "R" if fields.residual else attended(fields)


def source(fields: AttentionFields, part: str) -> str:
    """The tokens of which queries, keys or values are made."""
    if part != "Q" and fields.context is not None:
        return named(fields, "Z")
    return f"{tokens(fields)}_norm" if fields.is_normed_before else tokens(fields)


def head_names(fields: AttentionFields) -> list[Mapping[str, str]]:
    """For each head the names that stand in its formulas, by what they mean."""
    whole = {stem: named(fields, stem) for stem in STEMS}
    count = fields.head_count
    found: list[Mapping[str, str]] = []
    for head in range(1, count + 1):
        mark = str(head) if count > 1 else ""
        own = {stem: f"{whole[stem]}{mark}" for stem in PER_HEAD}
        weights = {f"W_{part}": f"W_{part}{mark if fields.head_weights else ''}" for part in PARTS}
        found.append({**whole, **own, **weights, "d": divisor(fields)})
    return found


def in_each_head(fields: AttentionFields, formulas: Callable[[Head], Mapping[str, str]]) -> Mapping[str, str]:
    """The changed formulas of every head together."""
    return {name: text for head in head_names(fields) for name, text in formulas(head).items()}


def divisor(fields: AttentionFields) -> str:
    """What scaled scores are divided by."""
    if fields.score != SCALED:
        return ""
    return "sqrt(d_k)" if fields.scale is None else "scale"
