"""The second half of a transformer block: two fully connected layers with what stands around them."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.errors import Location
from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import WEIGHTS, ArrayWriter, SlipRow
from deepcalc.kinds._normalizing import Moments, TokenNorm, add_layer_norm
from deepcalc.kinds.attention.fields import LAYERS, AttentionFields, FeedForwardFields, LayerNormFields
from deepcalc.kinds.attention.naming import tokens
from deepcalc.kinds.attention.steps import as_feature

SECTION = "Feed-forward network"
_AT: Location = ("feed_forward",)
_HIDDEN, _OUT, _SUM = "H", "F", "R2"


def add_feed_forward(writer: ArrayWriter, fields: AttentionFields, own: FeedForwardFields, x: str) -> str:
    """Add both layers behind what comes out of the attention; the name of what comes out of the block."""
    for name in LAYERS:
        value = getattr(own, name)
        if value is not None:
            writer.given(name, value, (*_AT, name), WEIGHTS)
    norm, read = fields.layer_norm, x
    if norm is not None and fields.is_normed_before:
        add_layer_norm(writer, second_norm(fields, writer.graph, own, x), _settings(norm, own), _AT)
        read = f"{x}_norm"
    writer.add(_HIDDEN, _activated(own, _layer(writer.graph, fields, "1", read)), _AT, "hidden layer", SECTION)
    writer.add(_OUT, _layer(writer.graph, fields, "2", _HIDDEN), _AT, "back to the features", SECTION)
    output = _OUT
    if fields.residual:
        writer.add(_SUM, f"{x} + {_OUT}", ("residual",), "residual connection", SECTION)
        output = _SUM
    if norm is not None and not fields.is_normed_before:
        add_layer_norm(writer, second_norm(fields, writer.graph, own, x), _settings(norm, own), _AT)
        output = "N2"
    return output


def second_norm(fields: AttentionFields, graph: Graph, own: FeedForwardFields, x: str) -> TokenNorm:
    """The layer normalisation of the second half, of what comes out of the attention or of the layers."""
    of, out = (x, f"{x}_norm") if fields.is_normed_before else (_SUM if fields.residual else _OUT, "N2")
    shape = graph.shape(of)
    axis = fields.arrangement.feature_axis if len(shape) == 2 else None
    return TokenNorm(Moments(of, axis, shape[axis or 0], "2"), out, own.gamma is not None, own.beta is not None)


def feed_forward_slips(fields: AttentionFields, graph: Graph, own: FeedForwardFields, x: str) -> Iterator[SlipRow]:
    """Typical mistakes in the second half of a block, behind ``x``."""
    read = f"{x}_norm" if fields.is_normed_before else x
    if own.activation != "identity":
        plain = {_HIDDEN: _layer(graph, fields, "1", read)}
        yield "activation-forgotten", "the activation of the hidden layer forgotten", plain
    without = {
        _HIDDEN: _activated(own, _layer(graph, fields, "1", read, biases=False)),
        _OUT: _layer(graph, fields, "2", _HIDDEN, biases=False),
    }
    yield "bias-forgotten", "the biases of the fully connected layers forgotten", without
    yield "residual-forgotten", "the second residual connection forgotten", {_SUM: _OUT}
    message = "the tokens added in place of what comes out of the attention"
    yield "residual-of-tokens", message, {_SUM: f"{tokens(fields)} + {_OUT}"}


def _settings(norm: LayerNormFields, own: FeedForwardFields) -> dict[str, object]:
    return {"epsilon": norm.epsilon, "gamma": own.gamma, "beta": own.beta}


def _activated(own: FeedForwardFields, net: str) -> str:
    return net if own.activation == "identity" else f"{own.activation}({net})"


def _layer(graph: Graph, fields: AttentionFields, number: str, x: str, *, biases: bool = True) -> str:
    bias = f"b_{number}"
    product = fields.arrangement.projected.format(X=x, W=f"W_{number}")
    return f"{product} + {as_feature(graph, fields, bias, x)}" if biases and bias in graph else product
