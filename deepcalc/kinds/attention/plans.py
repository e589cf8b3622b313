"""What an attention layer of some sizes has to train and to compute, alone or in a transformer block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deepcalc.graph.quantities import Letter, Prose
from deepcalc.kinds._arrays import SIZES, ArrayWriter, add_counts, part_in_letters
from deepcalc.kinds._letters import Size, how_many, names_of_sizes
from deepcalc.kinds.attention.fields import AttentionFields, SizeFields
from deepcalc.notation.nodes import Literal, Name
from deepcalc.plan import Plan
from deepcalc.plan.statement import Statement
from deepcalc.records import record

OPERATIONS, CACHE = "Multiply-adds", "Cache of keys and values"

_NAMES = {
    "model": "d_model", "heads": "h", "key": "d_k", "value": "d_v", "hidden": "d_ff", "sequence": "n", "context": "m",
    "kv_heads": "h_kv", "layers": "N",
}  # fmt: skip


@record
class Product:
    """A product of tokens with weights: the weights, their biases, the features before and behind, whose tokens."""

    weights: str
    biases: str
    before: str
    behind: str
    tokens: str = "sequence"


_PROJECTIONS = (
    Product("W_Q", "b_Q", "{model}", "{heads}*{key}"),
    Product("W_K", "b_K", "{model}", "{kv_heads}*{key}", "context"),
    Product("W_V", "b_V", "{model}", "{kv_heads}*{value}", "context"),
    Product("W_O", "b_O", "{heads}*{value}", "{model}"),
)
_FEED_FORWARD = (Product("W_1", "b_1", "{model}", "{hidden}"), Product("W_2", "b_2", "{hidden}", "{model}"))


def products(sizes: SizeFields) -> tuple[Product, ...]:
    """The products with weights, in order."""
    return _PROJECTIONS if sizes.hidden is None else (*_PROJECTIONS, *_FEED_FORWARD)


def given_sizes(fields: AttentionFields, sizes: SizeFields) -> dict[str, Size]:
    """The sizes by field that are given, or follow from those as numbers."""
    found = {"heads": fields.heads, **{field: getattr(sizes, field) for field in _NAMES if field != "heads"}}
    model, heads = found["model"], found["heads"]
    if found["key"] is None and isinstance(model, int) and isinstance(heads, int):
        found["key"] = model // heads
    if found["value"] is None and isinstance(found["key"], int):
        found["value"] = found["key"]
    return {field: found[field] for field in _NAMES if found[field] is not None}


def size_names(fields: AttentionFields, sizes: SizeFields) -> dict[str, str]:
    """What the sizes are called, those that follow from others among them."""
    names = names_of_sizes(given_sizes(fields, sizes), _NAMES)
    key = names.setdefault("key", _NAMES["key"])
    names.setdefault("value", key)
    names.setdefault("kv_heads", names["heads"])
    if "sequence" in names:
        names.setdefault("context", names["sequence"])
    return names


def plan_of_sizes(fields: AttentionFields, sizes: SizeFields) -> Plan:
    """The plan of a problem that asks for numbers of parameters and multiply-adds alone."""
    writer, names, given = ArrayWriter(), size_names(fields, sizes), given_sizes(fields, sizes)
    for field, size in given.items():
        if names[field] not in writer.graph:
            origin = ("heads",) if field == "heads" else ("sizes", field)
            writer.given(names[field], Letter() if isinstance(size, str) else Literal(str(size)), origin, SIZES)
    if "key" not in given:
        law = "{model}/{heads}".format(**names)
        writer.add(names["key"], law, ("sizes", "model"), "features of a query, a key and a value in each head", SIZES)
    add_counts(writer, list(counts(sizes, names)), {"norm": "a scale and a shift of each feature"})
    parts = [part_in_letters(writer.graph, "a", ("params",))]
    if sizes.sequence is not None:
        _add_operations(writer, sizes, names)
        _add_cache(writer, sizes, names)
        parts.append(part_in_letters(writer.graph, "b", ("macs", "flops")))
    asked = "How many parameters has it?" + (" How many multiply-adds and FLOPs does it take?" if parts[1:] else "")
    return Plan(writer.graph, tuple(parts), Statement((_told(fields, sizes, given),), (asked,)))


def counts(sizes: SizeFields, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is trained, by name, and how many entries each has."""
    for product in products(sizes):
        yield product.weights, f"{product.before}*{product.behind}".format(**names)
        if sizes.biases:
            yield product.biases, product.behind.format(**names)
    if sizes.layer_norm:
        yield "norm", f"{'2*' if sizes.hidden is not None else ''}2*{names['model']}"


def _add_operations(writer: ArrayWriter, sizes: SizeFields, names: Mapping[str, str]) -> None:
    """Add the multiply-adds of each product, and of all; what is normalised or exponentiated is not counted."""
    pairs = f"{names['sequence']}*{names['context']}*{names['heads']}"
    laws: dict[str, tuple[str, str | Prose]] = {
        each.weights: (macs_of(each, names), ("the product with ", Name(each.weights))) for each in products(sizes)
    }
    laws["S"] = (f"{pairs}*{names['key']}", "each query with each key")
    laws["A"] = (f"{pairs}*{names['value']}", "the weights of each query with the values")
    for name, (law, note) in laws.items():
        writer.add(f"macs_{name}", law, ("sizes", "sequence"), note, OPERATIONS, "macs")
    writer.add("macs", " + ".join(f"macs_{name}" for name in laws), (), "multiply-adds in all", OPERATIONS, "macs")
    writer.add("flops", "2*macs", (), "a multiplication and an addition each", OPERATIONS, "macs")


def cached(
    sizes: SizeFields, names: Mapping[str, str], heads: str = "{kv_heads}", kept: str = "({key} + {value})"
) -> str:
    """How many numbers are kept of the keys and values of all tokens, in all layers."""
    layers = "" if sizes.layers is None else "{layers}*"
    return f"{layers}{{context}}*{heads}*{kept}".format(**names)


def _add_cache(writer: ArrayWriter, sizes: SizeFields, names: Mapping[str, str]) -> None:
    at = ("sizes", "sequence")
    writer.add("cache", cached(sizes, names), at, "a key and a value of each token and head", CACHE, "cache")
    note = f"{sizes.bytes} bytes for each number"
    writer.add("cache_bytes", f"cache*{sizes.bytes}", ("sizes", "bytes"), note, CACHE, "cache")


def macs_of(product: Product, names: Mapping[str, str]) -> str:
    """The multiply-adds of a product with weights."""
    return f"{names[product.tokens]}*{product.before}*{product.behind}".format(**names)


def _told(fields: AttentionFields, sizes: SizeFields, given: Mapping[str, Size]) -> str:
    heads = "one head" if fields.heads == 1 else f"{fields.heads} heads"
    of_keys = given.get("key", f"{sizes.model}/{fields.heads}")
    lines = [
        f"An attention layer of {heads} works on tokens of {sizes.model} features; in each head queries and keys have "
        f"{of_keys} features and values {given.get('value', of_keys)}.",
        f"It projects to queries, keys, values and its output, {'with' if sizes.biases else 'without'} biases.",
    ]
    if sizes.kv_heads is not None:
        lines.append(f"Keys and values have {how_many(sizes.kv_heads, 'head')}, shared by those of the queries.")
    if sizes.hidden is not None:
        lines.append(f"A feed-forward network with {sizes.hidden} hidden features follows.")
    if sizes.layer_norm:
        each = "Each of both is" if sizes.hidden is not None else "It is"
        lines.append(f"{each} normalised, with a scale and a shift for each feature.")
    if sizes.sequence is not None:
        context = (
            "" if sizes.context is None else f"; keys and values are made of {how_many(sizes.context, 'other token')}"
        )
        lines.append(f"A sequence has {how_many(sizes.sequence, 'token')}{context}.")
    if sizes.layers is not None:
        lines.append(f"A model has {how_many(sizes.layers, 'such layer')}, whose keys and values are cached.")
    return " ".join(lines)
