"""The fields of `attention`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from deepcalc.errors import Fault, did_you_mean, listed
from deepcalc.fields.aliases import FieldAlias
from deepcalc.fields.choices import Choice
from deepcalc.fields.given import Given
from deepcalc.fields.types import Count, Fields, Flag, Identifier, NotNegative, Positive, Whole, by_standard_names
from deepcalc.kinds._arrays import LossField, UpstreamField, loss_faults, shape_of_given
from deepcalc.kinds._letters import Size, SizeOrLetter
from deepcalc.notation.names import plain_form
from deepcalc.notation.parser import parse_number
from deepcalc.notation.shapes import concrete, shape_text
from deepcalc.rules.attention import LAYOUTS, SCALED, SCORES, Score, TokenLayout


class ScoreName(Choice, names=SCORES): ...


STEMS = ("Q", "K", "V", "S", "A", "O", "Y", "X", "Z", "M", "P")
"""Queries, keys, values, scores, weights, output, projected output, tokens, context, mask and positions."""

LAYERS = ("W_1", "b_1", "W_2", "b_2")
"""The weights of a feed-forward network."""

PARTS = ("Q", "K", "V")
PROJECTIONS = ("W_Q", "W_K", "W_V", "W_O")
BIASES = {"b_Q": "W_Q", "b_K": "W_K", "b_V": "W_V", "b_O": "W_O"}
"""Each bias with the projection that it belongs to."""

_OF_TOKENS = ("W_Q", "W_K", "W_V", "b_Q", "b_K", "b_V")
_NEEDS_TOKENS = ("context", "positions", "residual", "layer_norm", "feed_forward")


_BY_PLAIN_NAME = {plain_form(name): name for name in (*PROJECTIONS, *BIASES)}


def _in_capitals(weights: Any) -> Any:
    """Projections as they are called here: ``W_q`` and ``WQ`` are ``W_Q``."""
    if not isinstance(weights, dict):
        return weights
    return by_standard_names(weights, {name: _BY_PLAIN_NAME.get(plain_form(name), name) for name in map(str, weights)})


def _switched(value: Any) -> Any:
    """``true`` for what is there with its defaults, ``false`` for what is not."""
    return {} if value is True else None if value is False else value


class PositionFields(Fields):
    """Sinusoidal positional encodings (Vaswani et al. 2017, section 3.5)."""

    order: Literal["alternating", "halves"] = Field(
        "alternating",
        description="sine and cosine of each frequency side by side (the paper's), or all sines before all cosines",
    )
    base: Positive = Field(parse_number("10000"), description="the angle of position p is p/base^(2i/d)")
    start: Whole = Field(0, description="the first position: 0 or 1, say")
    count: Count | None = Field(None, description="how many positions, where there is no X: the encodings alone")
    size: Count | None = Field(None, description="how many features, where there is no X")


class LayerNormFields(Fields):
    """Layer normalisation of each token over its features."""

    where: Literal["after", "before"] = Field(
        "after",
        description="of what comes out, after the residual connection (post-norm, the paper's), or of X before the "
        "attention (pre-norm)",
    )
    gamma: Given | None = Field(None, description="the scale γ of each feature; none by default")
    beta: Given | None = Field(None, description="the shift β of each feature; none by default")
    epsilon: NotNegative = Field(parse_number("1e-5"), description="ε, beside the variance under the root")


class FeedForwardFields(Fields):
    """The two fully connected layers behind the attention, of each token on its own (Vaswani et al. 2017, 3.3)."""

    W_1: Given = Field(description="the weights of the hidden layer: features x hidden features")
    b_1: Given | None = Field(None, description="its biases; none by default")
    W_2: Given = Field(description="the weights back to the features of a token")
    b_2: Given | None = Field(None, description="their biases; none by default")
    activation: Literal["relu", "gelu", "gelu_tanh", "swish", "tanh", "sigmoid", "identity"] = Field(
        "relu", description="the activation of the hidden layer"
    )
    gamma: Given | None = Field(None, description="the scale γ₂ of its own layer normalisation; none by default")
    beta: Given | None = Field(None, description="the shift β₂ of its own layer normalisation; none by default")


class SizeFields(Fields):
    """Sizes alone, numbers or letters, for counting parameters and operations."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {
        "d_model": "model",
        "embed_dim": "model",
        "d_k": "key",
        "d_v": "value",
        "d_ff": "hidden",
        "tokens": "sequence",
    }

    model: SizeOrLetter = Field(description="features of a token, d_model; a number, or a letter")
    key: SizeOrLetter | None = Field(
        None, description="features of a query and of a key in each head; d_model/heads by default"
    )
    value: SizeOrLetter | None = Field(None, description="features of a value in each head; those of a key by default")
    biases: Flag = Field(False, description="whether the projections, and a feed-forward network, have biases")
    hidden: SizeOrLetter | None = Field(
        None, description="hidden features of the feed-forward network of a transformer block; none by default"
    )
    layer_norm: Flag = Field(
        False, description="a layer normalisation of the attention, and of the feed-forward network"
    )
    sequence: SizeOrLetter | None = Field(
        None, description="tokens of a sequence; `macs`, `flops`, `cache` and `cache_bytes` are then to be found, too"
    )
    context: SizeOrLetter | None = Field(
        None, description="tokens of which keys and values are made (cross-attention); those of the sequence by default"
    )

    kv_heads: SizeOrLetter | None = Field(
        None,
        description="heads of keys and values, each shared by several heads of queries (grouped-query attention; 1 is "
        "multi-query attention); as many as those of queries by default",
    )
    layers: SizeOrLetter | None = Field(None, description="how many such layers a model has, whose keys it caches")
    bytes: Count = Field(4, description="bytes of a cached number: 4 for float32, 2 for float16")

    def faults_with(self, heads: Size) -> Iterator[Fault]:
        """What does not fit the number of heads."""
        if isinstance(self.kv_heads, int) and isinstance(heads, int) and heads % self.kv_heads:
            message = f"{heads} heads cannot share {self.kv_heads} heads of keys and values equally"
            yield Fault(("sizes", "kv_heads"), message)
        for name in ("layers", "bytes"):
            if name in self.model_fields_set and self.sequence is None:
                yield Fault(("sizes", name), f"`{name}` goes with `sequence`, whose keys and values are cached")
        is_cut = isinstance(self.model, str) or isinstance(heads, str) or self.model % heads == 0
        if self.key is None and not is_cut:
            message = f"{self.model} features cannot be cut into {heads} equal parts; give `key`"
            yield Fault(("sizes", "model"), message)
        if self.context is not None and self.sequence is None:
            yield Fault(("sizes", "context"), "`context` goes with `sequence`, the number of the other tokens")


class AttentionFields(Fields):
    """Queries, keys and values, given or projected from tokens; masks, heads, and what stands around them."""

    Q: Given | None = Field(None, description="the queries; a vector is a single one")
    K: Given | None = Field(None, description="the keys")
    V: Given | None = Field(None, description="the values; the keys by default")
    X: Given | None = Field(None, description="the tokens, in place of Q, K and V: self-attention")
    context: Given | None = Field(
        None, description="other tokens Z, of which keys and values are made: cross-attention"
    )
    weights: Annotated[dict[Identifier, Given], BeforeValidator(_in_capitals)] = Field(
        {},
        description="the matrices that project X, W_Q, W_K, W_V (without one X itself; a list of matrices has one "
        "for each head), W_O that projects the output of all heads to Y; their biases b_Q, b_K, b_V, b_O; those "
        "of the score, W_a (general) or W_1, W_2, v (additive)",
    )
    tokens: Literal["rows", "columns"] = Field(
        "rows",
        description="tokens are rows: Q = X W_Q, S = Q Kᵀ, softmax of each row, O = A V; or columns: Q = W_Q X, "
        "S = Kᵀ Q, softmax of each column, O = V A",
    )
    score: ScoreName = Field(
        ScoreName(SCALED), description="; ".join(f"{name} is {row.law}" for name, row in SCORES.items())
    )
    scale: Positive | None = Field(None, description="what scaled scores are divided by, in place of √d_k")
    causal: Flag = Field(False, description="token i looks at the tokens 1 to i alone")
    padding: list[Whole] | None = Field(
        None, min_length=1, description="for each key 1 where it is a token, 0 where it is padding and masked"
    )
    mask: Given | None = Field(
        None, description="a mask in the shape of the scores: 1 where a query looks at a key, 0 where that is masked"
    )
    heads: SizeOrLetter = Field(
        1, description="so many heads; the features of Q, K and V are cut into as many parts; of `sizes` also a letter"
    )
    positions: Annotated[PositionFields | None, BeforeValidator(_switched)] = Field(
        None, description="adds sinusoidal encodings to X: true, or {order: halves, base: 100, start: 1}"
    )
    residual: Flag = Field(False, description="adds X to what comes out")
    layer_norm: Annotated[LayerNormFields | None, BeforeValidator(_switched)] = Field(
        None, description="layer normalisation: true, or {where: before, gamma: […], beta: […], epsilon: 1e-5}"
    )
    feed_forward: FeedForwardFields | None = Field(
        None,
        description="the second half of a transformer block, {W_1: …, b_1: …, W_2: …, b_2: …}: F of what comes out of "
        "the attention, with `residual` added to that (R2), with `layer_norm` normalised by a second one",
    )
    loss: LossField = None
    upstream: UpstreamField = None
    names: dict[Identifier, Identifier] = Field(
        {}, description=f"the course's own names in place of {', '.join(STEMS)}: {{S: E, A: alpha}}"
    )
    sizes: SizeFields | None = Field(
        None,
        description="in place of numbers: {model: 512, biases: true}, or {model: d, sequence: n}; `params` is to be "
        "found",
    )

    @property
    def row(self) -> Score:
        return SCORES[self.score]

    @property
    def arrangement(self) -> TokenLayout:
        return LAYOUTS[self.tokens]

    @property
    def is_normed_before(self) -> bool:
        """Whether the layer normalisation stands before the attention, not after it (pre-norm)."""
        return self.layer_norm is not None and self.layer_norm.where == "before"

    @property
    def head_weights(self) -> bool:
        """Whether each head has projections of its own."""
        return len(shape_of_given(self.weights.get("W_Q"))) == 3

    @property
    def head_count(self) -> int:
        """How many heads there are, where there are numbers."""
        return concrete(shape_of_given(self.weights["W_Q"]))[0] if self.head_weights else int(self.heads)

    @property
    def positions_alone(self) -> bool:
        """Whether nothing but the encodings is asked for."""
        return self.positions is not None and self.positions.count is not None and self.X is None and self.Q is None

    def faults(self) -> Iterator[Fault]:
        yield from loss_faults(self)
        for name in self.names:
            if name not in STEMS:
                yield Fault(("names", name), f"`{name}` has no other name{did_you_mean(name, STEMS)}")
        if self.sizes is not None:
            yield from self._size_faults(self.sizes)
        elif isinstance(self.heads, str):
            yield Fault(("heads",), "expected a number; a letter for the heads goes with `sizes`")
        elif self.positions_alone:
            if self.positions is not None and self.positions.size is None:
                yield Fault(("positions",), "missing `size`: how many features an encoding has")
        else:
            yield from self._source_faults()
            yield from self._weight_faults()

    def _size_faults(self, sizes: SizeFields) -> Iterator[Fault]:
        for name in ("Q", "K", "V", "X"):
            if getattr(self, name) is not None:
                yield Fault((name,), "with `sizes` there are no numbers; give one or the other")
        yield from sizes.faults_with(self.heads)

    def _source_faults(self) -> Iterator[Fault]:
        if self.X is not None:
            shape = shape_of_given(self.X)
            if len(shape) != 2:
                yield Fault(("X",), f"the tokens are a matrix, not {shape_text(shape)}")
            for name in PARTS:
                if getattr(self, name) is not None:
                    yield Fault((name,), f"{name} is made of X; give X, or Q, K and V")
            return
        for name in ("Q", "K"):
            if getattr(self, name) is None:
                yield Fault((name,), f"missing `{name}`; give Q, K and V, or X and its projections")
        for name in _NEEDS_TOKENS:
            if getattr(self, name):
                yield Fault((name,), f"`{name}` goes with X; Q, K and V are given as they are")

    def _weight_faults(self) -> Iterator[Fault]:
        yield from self._name_faults()
        yield from self._score_faults()
        if self.head_weights:
            yield from self._head_faults()

    def _name_faults(self) -> Iterator[Fault]:
        """Weights that there are not, or that have no effect."""
        of_scores = {name for row in SCORES.values() for name in row.needs}
        known = [*PROJECTIONS, *BIASES, *sorted(of_scores)]
        for name in self.weights:
            at = ("weights", name)
            if name not in known:
                yield Fault(
                    at, f"there are no weights `{name}`{did_you_mean(name, known) or '; there are ' + listed(known)}"
                )
            elif name in of_scores and name not in self.row.needs:
                yield Fault(at, f"`{name}` has no effect with `score: {self.score}`")
            elif name in BIASES and BIASES[name] not in self.weights:
                yield Fault(at, f"`{name}` goes with `{BIASES[name]}`")
            elif self.X is None and name in _OF_TOKENS:
                yield Fault(at, f"`{name}` projects X; Q, K and V are given as they are")

    def _score_faults(self) -> Iterator[Fault]:
        """What does not go with the scores, and weights that they need."""
        shared = [name for name in LAYERS if name in self.row.needs]
        if self.feed_forward is not None and shared:
            yield Fault(
                ("feed_forward",), f"{self.score} scores have {listed(shared)} of their own; take another score"
            )
        for name in ("gamma", "beta"):
            if self.feed_forward is not None and self.layer_norm is None and getattr(self.feed_forward, name):
                yield Fault(("feed_forward", name), f"`{name}` goes with `layer_norm`")
        missing = [name for name in self.row.needs if name not in self.weights]
        if missing:
            yield Fault(("score",), f"missing {listed(missing)} in `weights`: {self.score} scores have them")
        if self.scale is not None and self.score != SCALED:
            yield Fault(("scale",), f"`scale` has no effect with `score: {self.score}`")

    def _head_faults(self) -> Iterator[Fault]:
        count = self.head_count
        if self.heads not in (1, count):
            yield Fault(("heads",), f"W_Q has {count} matrices, one for each head")
        for part in PARTS:
            shape = shape_of_given(self.weights.get(f"W_{part}"))
            if len(shape) != 3 or shape[0] != count:
                yield Fault(("weights",), f"W_Q has a matrix for each of {count} heads; W_{part} must have so too")
            if f"b_{part}" in self.weights:
                yield Fault(("weights", f"b_{part}"), "heads with matrices of their own have no biases here")
