"""Typical mistakes in attention: the scale, the softmax's axis, the mask, the roles of queries, keys and values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow, loss_name, slips_of, stands
from deepcalc.kinds._normalizing import layer_norm_slips
from deepcalc.kinds.attention.feed_forward import feed_forward_slips, second_norm
from deepcalc.kinds.attention.fields import PARTS, AttentionFields, SizeFields
from deepcalc.kinds.attention.made import is_masked
from deepcalc.kinds.attention.mistakes import in_outputs, in_positions, in_scores, in_weights
from deepcalc.kinds.attention.naming import (
    Head,
    attended,
    head_names,
    in_each_head,
    named,
    out_of_attention,
    source,
    tokens,
)
from deepcalc.kinds.attention.plans import cached, counts, macs_of, products, size_names
from deepcalc.kinds.attention.steps import encodings, query_names, token_norm
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Call, Over
from deepcalc.notation.shapes import concrete, size_node, size_text
from deepcalc.plan import Plan, Slip
from deepcalc.rules.attention import SCALED, UNSCALED


def slips(fields: AttentionFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of an attention problem, each made in all heads."""
    if fields.sizes is not None:
        return slips_of(plan.graph, _in_counts(fields, fields.sizes))
    rows = [*_in_positions(fields, plan.graph)]
    if not fields.positions_alone:
        rows += [*_in_scores(fields, plan.graph), *_in_weights(fields, plan.graph), *_in_outputs(fields, plan.graph)]
        rows += [*_on_the_way_back(fields, plan.graph)]
        rows += [*in_scores(fields, plan.graph)]
        rows += [*in_weights(fields, plan.graph), *in_outputs(fields, plan.graph)]
    if fields.positions is not None:
        rows += in_positions(fields, plan.graph, fields.positions)
    return (slip for slip in slips_of(plan.graph, rows) if stands(plan.graph, slip))


def _in_scores(fields: AttentionFields, graph: Graph) -> Iterator[SlipRow]:
    layout = fields.arrangement

    def scores(text: str) -> Mapping[str, str]:
        return in_each_head(fields, lambda head: {head["S"]: text.format(**head)})

    if fields.score == SCALED:
        yield "scale-left-out", "the scale left out of the scores", scores(layout.product)
        if fields.scale is None:
            yield "scale-without-root", "d_k in place of its root", scores(f"{layout.product} / d_k")
            yield (
                "scale-turned",
                "multiplied by the root of d_k in place of divided",
                scores(f"{layout.product} * sqrt(d_k)"),
            )
            whole = f"{layout.product} / sqrt({fields.head_count}*d_k)"
            yield "scale-of-all-heads", "the features of all heads under the root in place of d_k", scores(whole)
            yield from _other_scales(fields, graph, scores)
    if fields.score == UNSCALED:
        queries = graph.shape(head_names(fields)[0]["Q"])
        features = queries[-1 if len(queries) == 1 else layout.feature_axis]
        divided = f"{layout.product} / sqrt({size_text(features)})"
        yield "scaled-as-well", "divided by the root of d_k, though this score is not scaled", scores(divided)
    elif fields.score != SCALED:
        yield from _scaled_as_well(fields, graph)
    if not fields.row.needs:
        divided = " / {d}" if fields.score == SCALED else ""
        yield "roles-exchanged", "queries and keys exchanged", scores(layout.swapped + divided)
    for slip in fields.row.slips:
        changed: dict[str, str] = {}
        for head in head_names(fields):
            for names in _queries(fields, graph, head):
                changed |= {names[stem]: text.format(**names) for stem, text in slip.formulas(fields.tokens).items()}
        yield slip.key, slip.message, changed


def _scaled_as_well(fields: AttentionFields, graph: Graph) -> Iterator[SlipRow]:
    """Any other score divided by the root of the features of a key, or of a query."""
    axis = fields.arrangement.feature_axis
    for part, said in (("K", "d_k"), ("Q", "the features of a query")):
        scaled = {}
        for head in head_names(fields):
            shape = graph.shape(head[part])
            root = Call("sqrt", size_node(shape[-1 if len(shape) == 1 else axis]))
            scaled[head["S"]] = Over(graph[head["S"]].definition, root)
        yield "scaled-as-well", f"divided by the root of {said}, though this score is not scaled", scaled


def _other_scales(
    fields: AttentionFields, graph: Graph, scores: Callable[[str], Mapping[str, str]]
) -> Iterator[SlipRow]:
    """Another size under the root: that of a value, of a token, the count of the keys."""
    keys, values = graph.shape(head_names(fields)[0]["K"]), graph.shape(head_names(fields)[0]["V"])
    axis = fields.arrangement.feature_axis
    sizes = {"the features of a value": values[-1 if len(values) == 1 else axis]}
    if fields.X is not None:
        sizes["the features of a token"] = graph.shape(named(fields, "X"))[axis]
    if len(keys) > 1:
        sizes["the count of the keys"] = keys[1 - axis]
    for said, size in sizes.items():
        divided = f"{fields.arrangement.product} / sqrt({size_text(size)})"
        yield "scale-of-another-size", f"{said} under the root in place of d_k", scores(divided)


def _queries(fields: AttentionFields, graph: Graph, head: Head) -> Iterator[Head]:
    """The names of each query's scores, where they are written query by query; else those of the head."""
    shape = graph.shape(head["Q"])
    if not fields.row.steps:
        yield head
    elif len(shape) == 1:
        yield from query_names(fields, head, None)
    else:
        yield from query_names(fields, head, concrete(shape)[1 - fields.arrangement.feature_axis])


def _in_weights(fields: AttentionFields, graph: Graph) -> Iterator[SlipRow]:
    is_single = len(graph.shape(head_names(fields)[0]["S"])) == 1
    axis = 0 if is_single else fields.arrangement.softmax_axis

    def weights(text: str) -> Mapping[str, str]:
        return in_each_head(fields, lambda head: {head["A"]: text.format(**head)})

    masked = is_masked(fields)
    if not is_single:
        other = f"masked_softmax({{S}}, {{M}}, axis={1 - axis})" if masked else f"softmax({{S}}, axis={1 - axis})"
        yield "wrong-axis", "the softmax over the queries in place of the keys", weights(other)
    if masked:
        plain = f"softmax({{S}}, axis={axis})"
        yield "mask-forgotten", "the mask forgotten", weights(plain)
        yield (
            "mask-after-softmax",
            "masked after the softmax, so that the weights no longer sum to 1",
            weights(f"{plain} * {{M}}"),
        )
        as_zero = f"softmax({{S}} * {{M}}, axis={axis})"
        yield "mask-as-zero", "masked scores taken for 0 in place of −∞", weights(as_zero)
        if fields.padding is not None and not fields.causal:
            other = f"masked_softmax({{S}}, 1 - {{M}}, axis={axis})"
            yield "mask-turned", "the masked keys looked at in place of the others", weights(other)
        if fields.causal and not is_single:
            turned = f"masked_softmax({{S}}, {{M}}.T, axis={axis})"
            yield "mask-transposed", "the mask transposed: each token looks at itself and those behind", weights(turned)
        yield "softmax-left-out", "the masked scores used without the softmax", weights("{S} * {M}")
        shares = f"{{S}} * {{M}} / expand(sum({{S}} * {{M}}, axis={axis}), axis={axis})"
        yield "no-exponential", "no exponential taken in the softmax", weights(shares)
    yield "softmax-left-out", "the scores used without the softmax", weights("{S}")
    equal = f"masked_softmax(0 * {{S}}, {{M}}, axis={axis})" if masked else f"softmax(0 * {{S}}, axis={axis})"
    yield "equal-weights", "all values weighted alike", weights(equal)
    yield "sigmoid-for-softmax", "the sigmoid in place of the softmax", weights("sigmoid({S})")
    if not is_single:
        yield "softmax-of-all", "the softmax over all scores together", weights("exp({S}) / sum(exp({S}))")


def _in_outputs(fields: AttentionFields, graph: Graph) -> Iterator[SlipRow]:
    weighted = fields.arrangement.weighted

    def outputs(text: str) -> Mapping[str, str]:
        return in_each_head(fields, lambda head: {head["O"]: text.format(**head)})

    transposed = outputs(weighted.format(A="{A}.T", V="{V}"))
    yield "weights-transposed", "the weights of each key's column in place of each query's row", transposed
    keys = outputs(weighted.format(A="{A}", V="{K}"))
    yield "keys-for-values", "the keys weighted in place of the values", keys
    yield "projection-forgotten", "the output projection forgotten", {named(fields, "Y"): named(fields, "O")}
    yield "residual-forgotten", "the residual connection forgotten", {"R": attended(fields)}
    if fields.X is not None:
        for part in PARTS:
            message = f"{named(fields, part)} taken without its projection"
            yield "projection-forgotten", message, {named(fields, part): source(fields, part)}
    if fields.layer_norm is not None:
        norms = [token_norm(fields, graph, fields.layer_norm)]
        if fields.feed_forward is not None:
            norms.append(second_norm(fields, graph, fields.feed_forward, out_of_attention(fields)))
        yield from layer_norm_slips(norms)
    if fields.feed_forward is not None:
        yield from feed_forward_slips(fields, graph, fields.feed_forward, out_of_attention(fields))


def _in_positions(fields: AttentionFields, graph: Graph) -> Iterator[SlipRow]:
    if fields.positions is None:
        return
    own, extent = fields.positions, (concrete(graph.shape("pos"))[0], 2 * concrete(graph.shape("omega"))[0])
    size = extent[1]
    encoded = named(fields, "P")
    without = ", ".join(f"1/base^({i}/{size})" for i in range(size // 2))
    yield "exponent-without-2", "i/d in place of 2i/d in the exponent", {"omega": f"[{without}]"}
    shift = "- 1" if own.start else "+ 1"
    yield "first-position", "positions counted from another first one", {"theta": f"outer(pos {shift}, omega)"}
    exchanged = encodings(fields, own.order, extent, ("cos", "sin"))
    yield "sine-and-cosine", "sine and cosine exchanged", {encoded: exchanged}
    other = "alternating" if own.order == "halves" else "halves"
    yield "encoding-order", f"the encodings in the other order ({other})", {encoded: encodings(fields, other, extent)}
    yield "positions-forgotten", "the positions forgotten", {tokens(fields): named(fields, "X")}


def _on_the_way_back(fields: AttentionFields, graph: Graph) -> Iterator[SlipRow]:
    loss = loss_name(fields)
    if loss is None:
        return
    is_single, axis = len(graph.shape(head_names(fields)[0]["S"])) == 1, fields.arrangement.softmax_axis

    def scores(text: str) -> Mapping[str, str]:
        return in_each_head(fields, lambda head: {gradient(loss, head["S"]): text.format(L=loss, **head)})

    upstream = "{{d{L}/d{A}}}"
    diagonal = scores(f"{upstream} * {{A}} * (1 - {{A}})")
    yield "softmax-diagonal", "only the diagonal A(1 − A) of the softmax's derivative", diagonal
    yield "softmax-derivative", "the derivative of the softmax left out", scores(upstream)
    by_values = "outer(1 + 0 * {A}, {{{O}}})" if is_single else "{{{O}}}"
    mean = f"mean({upstream})" if is_single else f"expand(mean({upstream}, axis={axis}), axis={axis})"
    unweighted = scores(f"{{A}} * ({upstream} - {mean})")
    yield "softmax-derivative", "the plain mean taken off in the softmax's derivative, not the weighted one", unweighted
    whole = in_each_head(
        fields, lambda head: {gradient(loss, head["V"]): by_values.format(O=gradient(loss, head["O"]), A=head["A"])}
    )
    yield "weights-left-out", "the weights left out of the gradient by the values", whole
    if fields.score == SCALED:
        message = "the scale left out on the way back"
        yield "scale-left-out", message, in_each_head(fields, lambda head: _unscaled(fields, loss, head))


def _unscaled(fields: AttentionFields, loss: str, head: Head) -> Mapping[str, str]:
    """What queries and keys get of the scores' gradient without the scale."""
    by_scores = f"{{{gradient(loss, head['S'])}}}"
    by_row = {"Q": f"{by_scores} @ {head['K']}", "K": f"{by_scores}.T @ {head['Q']}"}
    by_column = {"Q": f"{head['K']} @ {by_scores}", "K": f"{head['Q']} @ {by_scores}.T"}
    texts = by_row if fields.tokens == "rows" else by_column
    return {gradient(loss, head[part]): text for part, text in texts.items()}


def _in_counts(fields: AttentionFields, sizes: SizeFields) -> Iterator[SlipRow]:
    names, made = size_names(fields, sizes), products(sizes)
    parts = [each.weights for each in made] + [each.biases for each in made if sizes.biases]
    parts += ["norm"] if sizes.layer_norm else []

    def without(*left_out: str) -> Mapping[str, str]:
        return {"params": " + ".join(f"params_{part}" for part in parts if part not in left_out)}

    weights, biases = ("W_Q", "W_K", "W_V"), [each.biases for each in made]
    yield "projection-forgotten", "the output projection forgotten", without("W_O", "b_O")
    if sizes.biases:
        yield "projection-forgotten", "the output projection forgotten, biases too", without("W_O", *biases)
        yield "biases-forgotten", "the biases forgotten", without(*biases)
    one = without("W_K", "W_V", "b_K", "b_V")
    yield "one-projection", "one matrix for queries, keys and values together", one
    if sizes.hidden is not None:
        yield "one-layer", "one layer of the feed-forward network alone", without("W_2", "b_2")
        yield "feed-forward-forgotten", "the feed-forward network forgotten", without("W_1", "W_2", "b_1", "b_2")
    if sizes.layer_norm:
        yield "norm-forgotten", "the scale and the shift of the normalisation forgotten", without("norm")
    if fields.heads != 1:
        single = {part: f"{names['model']}*{names['value' if part == 'W_V' else 'key']}" for part in weights}
        if sizes.kv_heads is not None:
            yield "heads-of-queries", "as many heads of keys and values as of queries", _of_query_heads(sizes, names)
        yield "one-head", "the projections of one head alone", {f"params_{part}": law for part, law in single.items()}
        full = f"{names['model']}*{names['model']}*{names['heads']}"
        whole = {f"params_{part}": full for part in weights}
        yield "whole-for-head", "all features for each head, not its share of them", whole
        square = {f"params_{part}": f"{names['value' if part == 'W_V' else 'key']}^2" for part in weights}
        yield "one-head", "the features of one head squared", square
    if sizes.layers is not None:
        of_all = " + ".join(f"params_{part}" for part in parts)
        yield "all-layers", "the parameters of all layers, not of one", {"params": f"{names['layers']}*({of_all})"}
    if sizes.sequence is not None:
        of_tokens = {f"params_{each.weights}": f"{names['sequence']}*{names['model']}" for each in made}
        yield "tokens-for-features", "the tokens of a sequence counted, which share the weights", of_tokens
        yield from _in_operations(sizes, names)


def _of_query_heads(sizes: SizeFields, names: Mapping[str, str]) -> Mapping[str, str]:
    """The counts of the projections to keys and values, made with the heads of the queries."""
    of_queries = {**names, "kv_heads": names["heads"]}
    counted = {f"params_{name}": law for name, law in counts(sizes, of_queries)}
    operations = {f"macs_{each.weights}": macs_of(each, of_queries) for each in products(sizes)}
    return counted | (operations if sizes.sequence is not None else {})


def _in_operations(sizes: SizeFields, names: Mapping[str, str]) -> Iterator[SlipRow]:
    weighted = " + ".join(f"macs_{each.weights}" for each in products(sizes))
    yield "factor-2", "multiply-adds counted as single operations", {"flops": "macs"}
    yield (
        "scores-forgotten",
        "the products of queries with keys and of weights with values forgotten",
        {"macs": weighted},
    )
    once = {f"macs_{each.weights}": f"params_{each.weights}" for each in products(sizes)}
    yield "one-token", "the products with weights of one token alone", once
    yield "one-token", "the parameters taken for the multiply-adds", {"macs": "params"}
    pairs = {f"macs_{each.weights}": f"{names['sequence']}*{macs_of(each, names)}" for each in products(sizes)}
    yield "for-each-pair", "the products with weights counted for each pair of tokens", pairs
    squared = cached(sizes, names).replace("{context}".format(**names), "{context}^2".format(**names), 1)
    yield "for-each-pair", "the keys and values counted for each pair of tokens", {"cache": squared}
    if sizes.layers is not None:
        of_one = cached(sizes, names).removeprefix(f"{names['layers']}*")
        yield "one-layer", "the keys and values of one layer alone", {"cache": of_one}
    yield "weights-alone", "the products with weights forgotten", {"macs": "macs_S + macs_A"}
    if sizes.kv_heads is not None:
        of_queries = cached(sizes, names, heads="{heads}")
        yield "heads-of-queries", "the heads of the queries in place of those of keys and values", {"cache": of_queries}
    yield "keys-alone", "the keys alone, without the values", {"cache": cached(sizes, names, kept="{key}")}
    yield "bytes-forgotten", "the numbers counted, not their bytes", {"cache_bytes": "cache"}
    yield "bits-for-bytes", "bits in place of bytes", {"cache_bytes": f"cache*{8 * sizes.bytes}"}
    features = {"S": names["key"], "A": names["value"]}
    once = {f"macs_{name}": f"{names['sequence']}*{names['heads']}*{size}" for name, size in features.items()}
    yield "one-key", "each query with one key, not with all of them", once
    pairs_of = f"{names['sequence']}*{names['context']}"
    single = {f"macs_{name}": f"{pairs_of}*{size}" for name, size in features.items()}
    yield "one-head", "the scores of one head alone", single
    full = f"{pairs_of}*{names['heads']}*{names['model']}"
    yield "whole-for-head", "all features in the scores of each head", {"macs_S": full, "macs_A": full}
