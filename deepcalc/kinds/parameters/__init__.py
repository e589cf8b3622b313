"""The size of a model: weights, biases, shapes, multiply-adds and memory of layers, from sizes alone."""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.parameters.fields import ParametersFields
from deepcalc.kinds.parameters.graph import build
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="parameters",
    summary="weights, biases, shapes, multiply-adds and memory of MLPs, RNN, LSTM, GRU, embeddings, transformers",
    fields=ParametersFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.parameters.slips", "slips"),
    subjects=("parameter_count", "counting", "params", "flops", "size", "sizes", "memory"),
)
