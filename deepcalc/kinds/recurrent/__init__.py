"""Recurrent cells step by step: states, outputs, loss, and backpropagation through time.

Step t has the hidden state ``h1``, …, (``h0`` before the first), the output ``y1``, scores ``s1`` before a softmax; an
LSTM the gates ``f1``, ``i1``, ``o1``, the candidate ``g1`` and the cell state ``c1``; a GRU ``z1``, ``r1`` and ``n1``.
The loss of a step is ``L1``, that of all ``L``. ``dL/dW_h:2`` is the share of step 2 in ``dL/dW_h``, ``truncated.W_h``
the truncated sum of shares. ``params`` counts the weights' entries. Of several layers the second has ``h1:2`` and
``W_x2``; of two directions the backward one has ``hb1`` and ``Wb_x``, and ``m1`` is what both make together.
"""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.recurrent.fields import RecurrentFields
from deepcalc.kinds.recurrent.graph import build
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="recurrent",
    summary="Elman, Jordan, LSTM and GRU cells, in layers and both ways: states, loss, backpropagation through time",
    fields=RecurrentFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.recurrent.slips", "slips"),
    subjects=("rnn", "lstm", "gru", "elman", "jordan", "bptt", "sequence"),
)
