"""Recurrent cells step by step: states, outputs, loss, and backpropagation through time."""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.recurrent.fields import RecurrentFields
from deepcalc.kinds.recurrent.graph import build
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="recurrent",
    summary="Elman, Jordan, LSTM and GRU cells step by step: states, outputs, loss, backpropagation through time",
    fields=RecurrentFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.recurrent.slips", "slips"),
)
