"""The size of a model: weights, biases, shapes, multiply-adds and memory of layers, from sizes alone.

Of layer l there are ``weights1``, ``biases1``, ``params1`` and their bytes ``memory1``, ``macs1`` and ``flops1``, the
values of its output ``neurons1`` and their bytes ``bytes1``, the shapes of its arrays ``shape_W1`` and ``shape_b1``
(``shape(W1)``), of one on images that of its output ``shape1``; without a number those of all layers. Groups:
``shapes`` of all arrays, ``counts``, all that is counted, and ``model``, both; with ``layout: table`` in one table.
"""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.parameters.fields import ParametersFields
from deepcalc.kinds.parameters.graph import Model, build
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="parameters",
    summary="weights, biases, shapes, multiply-adds, memory of MLPs, CNNs, RNN, LSTM, GRU, embeddings, transformers",
    fields=ParametersFields,
    read=Model,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.parameters.slips", "slips"),
    subjects=("parameter_count", "counting", "params", "flops", "size", "sizes", "memory"),
)
