"""The steps of an attention that have a form of their own: positional encodings, scores, projections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SIZES, ArrayWriter
from deepcalc.kinds._normalizing import Moments, TokenNorm
from deepcalc.kinds.attention.fields import AttentionFields, LayerNormFields, PositionFields
from deepcalc.kinds.attention.naming import attended, named, tokens
from deepcalc.notation.array_nodes import Item, array
from deepcalc.notation.nodes import ONE, Call, Literal, Name, Node, Over, Power, number
from deepcalc.notation.shapes import is_concrete, shape_text, size_text
from deepcalc.rules.attention import SCALED

POSITIONS = "Positions"
WAVES = ("sin", "cos")
MOST_ENCODINGS = 16_384
"""Entries of encodings that are written: 32 positions of 512 features."""


def add_positions(writer: ArrayWriter, fields: AttentionFields, positions: PositionFields) -> None:
    """Add the encodings P, and X + P where there is an X.

    Position p and pair i of d features have sin(p/base^(2i/d)) and cos(p/base^(2i/d)). See Vaswani et al. (2017),
    section 3.5; all sines before all cosines as in its first implementation, tensor2tensor.
    """
    count, size = _extent(writer, fields, positions)
    at: Location = ("positions",)
    first = positions.start
    writer.given("base", positions.base, (*at, "base"), POSITIONS)
    numbers = [Literal(str(position)) for position in range(first, first + count)]
    writer.given("pos", array(numbers, (count,)), (*at, "start"), POSITIONS)
    frequencies = [Over(ONE, Power(Name("base"), Over(number(2 * i), number(size)))) for i in range(size // 2)]
    writer.add("omega", array(frequencies, (size // 2,)), at, "frequencies, 1/base^(2i/d)", POSITIONS)
    writer.add("theta", "outer(pos, omega)", at, "angles: position times frequency", POSITIONS)
    written = encodings(fields, positions.order, (count, size))
    writer.add(named(fields, "P"), written, at, "encodings", POSITIONS)
    if fields.X is not None:
        text = f"{named(fields, 'X')} + {named(fields, 'P')}"
        writer.add(tokens(fields), text, at, "tokens with their positions", POSITIONS)


def encodings(fields: AttentionFields, order: str, extent: tuple[int, int], functions: Sequence[str] = WAVES) -> Node:
    """The encodings of so many positions and features in the angles θ, in an order of their sines and cosines."""
    count, size = extent
    pairs = range(1, size // 2 + 1)
    columns = (
        [(function, pair) for function in functions for pair in pairs]
        if order == "halves"
        else [(function, pair) for pair in pairs for function in functions]
    )

    def entry(position: int, column: int) -> Node:
        function, pair = columns[column]
        return Call(function, Item(Name("theta"), Literal(str(position + 1)), Literal(str(pair))))

    if fields.tokens == "columns":
        return array([entry(at, column) for column in range(size) for at in range(count)], (size, count))
    return array([entry(at, column) for at in range(count) for column in range(size)], (count, size))


def token_norm(fields: AttentionFields, graph: Graph, norm: LayerNormFields) -> TokenNorm:
    """What is normalised, before the attention or after it."""
    x, out = tokens(fields), f"{tokens(fields)}_norm"
    if norm.where == "after":
        x, out = "R" if fields.residual else attended(fields), "N"
    shape = graph.shape(x)
    axis = fields.arrangement.feature_axis if len(shape) == 2 else None
    moments = Moments(x, axis, shape[axis or 0])
    return TokenNorm(moments, out, norm.gamma is not None, norm.beta is not None)


def _extent(writer: ArrayWriter, fields: AttentionFields, positions: PositionFields) -> tuple[int, int]:
    """How many positions there are, and how many features."""
    if fields.X is None:
        count, size = positions.count or 1, positions.size or 2
    else:
        shape = writer.graph.shape(named(fields, "X"))
        if len(shape) != 2 or not is_concrete(shape):
            message = f"positions need a matrix of tokens with sizes that are numbers, not {shape_text(shape)}"
            raise FieldError([Fault(("positions",), message)])
        count, size = shape if fields.tokens == "rows" else shape[::-1]
    if size % 2:
        raise FieldError([Fault(("positions",), f"the encodings come in pairs; {size} features cannot be halved")])
    if count * size > MOST_ENCODINGS:
        message = f"expected at most {MOST_ENCODINGS:,} entries of encodings, found {count * size:,}"
        raise FieldError([Fault(("positions",), message)])
    return count, size


def as_feature(graph: Graph, fields: AttentionFields, bias: str, beside: str) -> str:
    """A bias so that it is added to each token."""
    is_matrix = len(graph.shape(beside)) == 2
    return f"expand({bias}, axis=1)" if fields.tokens == "columns" and is_matrix else bias


def add_projection(
    writer: ArrayWriter, fields: AttentionFields, name: str, x: str, part: str, weights: str, note: str
) -> None:
    """Add x times its weights, with their bias where they have one; x itself where there are none."""
    if weights not in writer.graph:
        writer.add(name, x, ("X",), note)
        return
    bias = f"b_{part}"
    text = fields.arrangement.projected.format(X=x, W=weights)
    added = f" + {as_feature(writer.graph, fields, bias, x)}" if bias in writer.graph else ""
    writer.add(name, text + added, ("weights", f"W_{part}"), note)


def add_divisor(writer: ArrayWriter, fields: AttentionFields, keys: str) -> None:
    """Add what the scores are divided by, once for all heads."""
    graph = writer.graph
    if fields.score != SCALED or "scale" in graph or "d_k" in graph:
        return
    if fields.scale is not None:
        writer.given("scale", fields.scale, ("scale",), SIZES)
        return
    size = graph.shape(keys)[fields.arrangement.feature_axis]
    if isinstance(size, int):
        writer.given("d_k", Literal(str(size)), ("score",), SIZES)
    else:
        writer.add("d_k", size_text(size), ("score",), "features of a key", SIZES)


def add_scores(writer: ArrayWriter, fields: AttentionFields, head: Mapping[str, str], section: str) -> None:
    """Add the scores of every query with every key: at once, or one query after the other."""
    row, origin = fields.row, ("K",) if fields.X is None else ("X",)
    text = row.formula(fields.tokens)
    queries = writer.graph.shape(head["Q"])
    if not row.steps:
        writer.add(head["S"], text.format(**head), origin, "scores", section)
        return
    count = queries[1 - fields.arrangement.feature_axis] if len(queries) == 2 else 1
    if not isinstance(count, int):
        message = f"{fields.score} scores are written query by query, which needs their number"
        raise FieldError([Fault(("score",), message)])
    each = list(query_names(fields, head, None if len(queries) == 1 else count))
    for names in each:
        for step in row.steps:
            writer.add(names[step.stem], step.formula(fields.tokens).format(**names), origin, step.note, section)
        writer.add(names["S"], text.format(**names), origin, "scores of the query", section)
    if len(queries) == 2:
        stacked = fields.arrangement.stacked.format(all=", ".join(names["S"] for names in each))
        writer.add(head["S"], stacked, origin, "scores", section)


def query_names(fields: AttentionFields, head: Mapping[str, str], count: int | None) -> Iterator[Mapping[str, str]]:
    """For each of so many queries the names in the formulas of its scores; None where Q is a single one."""
    mark = head["S"].removeprefix(named(fields, "S"))
    stems = ["S", *(step.stem for step in fields.row.steps)]
    if count is None:
        yield {**head, "q": head["Q"], **{stem: f"{named(fields, stem)}{mark}" for stem in stems}}
        return
    for i in range(1, count + 1):
        query = fields.arrangement.query.format(Q=head["Q"], i=i)
        yield {**head, "q": query, **{stem: f"{named(fields, stem)}{mark}_{i}" for stem in stems}}
