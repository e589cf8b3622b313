"""Further mistakes in attention: the largest weight alone, heads and tokens taken for others, other positions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds.attention.fields import PARTS, AttentionFields, PositionFields
from deepcalc.kinds.attention.made import is_masked
from deepcalc.kinds.attention.naming import attended, head_names, in_each_head, named, tokens
from deepcalc.kinds.attention.steps import WAVES, encodings
from deepcalc.notation.array_nodes import Entrywise, Item, array
from deepcalc.notation.nodes import Call, Literal, Name, Node, Over, Power, number
from deepcalc.notation.shapes import concrete, size_text
from deepcalc.rules.attention import SCALED

USUAL_BASE = 10_000


def in_scores(fields: AttentionFields, graph: Graph) -> Iterator[SlipRow]:
    """Cosines in place of products."""
    layout = fields.arrangement
    axis = layout.feature_axis
    if fields.row.needs or len(graph.shape(head_names(fields)[0]["Q"])) != 2:
        return
    if is_masked(fields):
        masked = {
            head["S"]: Entrywise(graph[head["S"]].definition, graph[head["M"]].given) for head in head_names(fields)
        }
        yield "mask-in-scores", "masked scores written as 0", masked
    first, second = ("Q", "K") if axis else ("K", "Q")
    lengths = (f"sqrt(sum({{{part}}}^2, axis={axis}))" for part in (first, second))
    cosines = f"{layout.product} / outer({', '.join(lengths)})"
    yield (
        "cosines",
        "divided by the lengths of query and key",
        in_each_head(fields, lambda head: {head["S"]: cosines.format(**head)}),
    )


def in_weights(fields: AttentionFields, graph: Graph) -> Iterator[SlipRow]:
    """The softmax twice, of scores divided once more, of a mask that is added; the largest score alone."""
    is_single = len(graph.shape(head_names(fields)[0]["S"])) == 1
    axis = 0 if is_single else fields.arrangement.softmax_axis
    masked = is_masked(fields)

    def weights(text: str) -> Mapping[str, str]:
        return in_each_head(fields, lambda head: {head["A"]: text.format(**head)})

    def softmax(scores: str) -> str:
        return f"masked_softmax({scores}, {{M}}, axis={axis})" if masked else f"softmax({scores}, axis={axis})"

    yield "largest-alone", "1 for the largest score, 0 for all others", weights(f"is_max({{S}}, axis={axis})")
    yield "softmax-twice", "the softmax taken twice", weights(softmax(softmax("{S}")))
    features = size_text(graph.shape(head_names(fields)[0]["K"])[fields.arrangement.feature_axis])
    said = "once more in the softmax" if fields.score == SCALED else "in the softmax, though this score is not scaled"
    yield "scaled-as-well", f"divided by the root of d_k {said}", weights(softmax(f"{{S}} / sqrt({features})"))
    if masked:
        yield "not-normalised", "the exponentials not divided by their sum", weights("exp({S}) * {M}")
        yield "sigmoid-for-softmax", "the sigmoid in place of the softmax, then masked", weights("sigmoid({S}) * {M}")
        yield "equal-weights", "the mask itself in place of the weights", weights("{M}")
        alike = f"softmax(0 * {{S}}, axis={axis})"
        yield "equal-weights", "all values weighted alike, the masked ones as well", weights(alike)
        if fields.mask is not None and not is_single:
            yield "mask-transposed", "the mask transposed", weights(f"masked_softmax({{S}}, {{M}}.T, axis={axis})")
        added = f"softmax({{S}} + {{M}}, axis={axis})"
        yield "mask-added", "the mask added to the scores as it is", weights(added)
        without = f"softmax({{S}} + {{M}} - 1, axis={axis})"
        yield "mask-added", "masked scores made smaller by 1, not −∞", weights(without)
        if fields.mask is not None:
            other = f"masked_softmax({{S}}, 1 - {{M}}, axis={axis})"
            yield "mask-turned", "the masked keys looked at in place of the others", weights(other)


def in_outputs(fields: AttentionFields, graph: Graph) -> Iterator[SlipRow]:
    """The value of the largest weight; heads in another order, added up or cut otherwise; the wrong tokens."""
    axis = 0 if len(graph.shape(head_names(fields)[0]["A"])) == 1 else fields.arrangement.softmax_axis
    weighted = fields.arrangement.weighted

    def outputs(text: str) -> Mapping[str, str]:
        return in_each_head(fields, lambda head: {head["O"]: text.format(**head)})

    shares = (
        f"masked_softmax(0 * {{S}}, {{M}}, axis={axis})" if is_masked(fields) else f"softmax(0 * {{S}}, axis={axis})"
    )
    yield "equal-weights", "all values weighted alike", outputs(weighted.format(A=shares, V="{V}"))
    if is_masked(fields):
        all_of_them = weighted.format(A=f"softmax(0 * {{S}}, axis={axis})", V="{V}")
        yield "equal-weights", "all values weighted alike, the masked ones as well", outputs(all_of_them)
    largest = weighted.format(A=f"is_max({{A}}, axis={axis})", V="{V}")
    yield "largest-alone", "the value of the largest weight alone", outputs(largest)
    averaged = (
        f"({weighted}) / {size_text(graph.shape(head_names(fields)[0]['V'])[1 - fields.arrangement.feature_axis])}"
    )
    yield "divided-as-well", "the weighted values divided by their number as well", outputs(averaged)
    yield from _of_heads(fields, graph)
    yield from _of_tokens(fields, graph)


def _of_heads(fields: AttentionFields, graph: Graph) -> Iterator[SlipRow]:
    heads, axis, whole = head_names(fields), fields.arrangement.feature_axis, named(fields, "O")
    if len(heads) == 1:
        return
    turned = ", ".join(head["O"] for head in reversed(heads))
    yield "heads-exchanged", "the heads side by side in another order", {whole: f"concat({turned}, axis={axis})"}
    summed = " + ".join(head["O"] for head in heads)
    yield "heads-added", "the heads added up, not put side by side", {whole: summed}
    yield "heads-averaged", "the mean of the heads, not all side by side", {whole: f"1/{len(heads)} * ({summed})"}
    yield from _in_turn(fields, graph)
    if not fields.head_weights:
        for one, other in permutations(heads, 2):
            own = {one[part]: graph[other[part]].definition for part in PARTS}
            for part in PARTS:
                said = f"the part of another head in place of {one[part]}"
                yield "part-of-another-head", said, {one[part]: own[one[part]]}
            yield "part-of-another-head", "the parts of another head", own
        dealt = {}
        for part in PARTS:
            size = graph.shape(named(fields, part))[axis]
            for first, head in enumerate(heads, start=1):
                places = range(first, size + 1, len(heads)) if isinstance(size, int) else ()
                taken = (fields.arrangement.part.format(X=named(fields, part), first=at, last=at) for at in places)
                dealt[head[part]] = f"concat({', '.join(taken)}, axis={axis})" if len(places) > 1 else ""
        if all(dealt.values()):
            yield "heads-dealt", "the features dealt out to the heads in turn, not cut into parts", dealt


def _in_turn(fields: AttentionFields, graph: Graph) -> Iterator[SlipRow]:
    """The features of the heads dealt out, the first of each, then the second, …"""
    heads, axis = head_names(fields), fields.arrangement.feature_axis
    size = graph.shape(heads[0]["O"])[axis]
    if isinstance(size, int) and size > 1:
        features = (
            fields.arrangement.part.format(X=head["O"], first=at, last=at)
            for at in range(1, size + 1)
            for head in heads
        )
        text = f"concat({', '.join(features)}, axis={axis})"
        yield "heads-exchanged", "the features of the heads in turn", {named(fields, "O"): text}


def _of_tokens(fields: AttentionFields, graph: Graph) -> Iterator[SlipRow]:
    """Tokens and context taken for each other, and tokens without their positions added at the end."""
    x, z = Name(tokens(fields)), Name(named(fields, "Z"))
    if fields.context is not None:
        made = {part: graph[named(fields, part)].definition for part in PARTS}
        changed = {part: formula.xreplace({x: z, z: x}) for part, formula in made.items()}
        own = {named(fields, part): changed[part] for part in ("K", "V")}
        yield "context-forgotten", "keys and values of the tokens themselves, not of the context", own
        for part, said in (("K", "keys"), ("V", "values")):
            alone = {named(fields, part): changed[part]}
            yield "context-forgotten", f"the {said} of the tokens themselves, not of the context", alone
        exchanged = {named(fields, part): changed[part] for part in PARTS}
        yield "context-exchanged", "tokens and context exchanged", exchanged
    if fields.residual and fields.positions is not None:
        plain = f"{named(fields, 'X')} + {attended(fields)}"
        yield "residual-of-tokens", "the tokens added without their positions", {"R": plain}


def in_positions(fields: AttentionFields, graph: Graph, own: PositionFields) -> Iterator[SlipRow]:
    """Another base, other frequencies, one wave alone."""
    pairs = concrete(graph.shape("omega"))[0]
    extent = (concrete(graph.shape("pos"))[0], 2 * pairs)
    encoded, size = named(fields, "P"), 2 * pairs

    def frequencies(law: str) -> Mapping[str, str]:
        return {"omega": f"[{', '.join(law.format(i=i, j=i + 1, d=size) for i in range(pairs))}]"}

    if own.base.value != USUAL_BASE:
        yield (
            "other-base",
            f"the base {USUAL_BASE}, which is another one here",
            frequencies(f"1/{USUAL_BASE}^(2*{{i}}/{{d}})"),
        )
    yield "frequency-turned", "multiplied by the power of the base, not divided", frequencies("base^(2*{i}/{d})")
    yield "frequency-from-1", "the pairs of features counted from 1", frequencies("1/base^(2*{j}/{d})")
    for wave, said in zip(WAVES, ("the sine", "the cosine"), strict=True):
        alone = {encoded: encodings(fields, own.order, extent, (wave, wave))}
        yield "one-wave", f"{said} alone, not sine and cosine in turn", alone
    if own.order == "alternating":
        yield (
            "exponent-of-column",
            "the column's own number in place of 2i in the exponent",
            {encoded: _by_column(fields, extent)},
        )


def _by_column(fields: AttentionFields, extent: tuple[int, int]) -> Node:
    """Of column j the exponent j/d, with a sine in the even ones and a cosine in the odd ones."""
    count, size = extent

    def entry(at: int, column: int) -> Node:
        position = Item(Name("pos"), Literal(str(at + 1)))
        return Call(WAVES[column % 2], Over(position, Power(Name("base"), Over(number(column), number(size)))))

    if fields.tokens == "columns":
        return array([entry(at, column) for column in range(size) for at in range(count)], (size, count))
    return array([entry(at, column) for at in range(count) for column in range(size)], (count, size))
