"""Networks of units: forward pass, loss, gradients, training; layers in a row, or with skips, branches and gates.

The fields are here; ``deepcalc.kinds.network`` writes the graph, ``deepcalc.kinds.network.matrix`` that of whole
batches in matrix notation.
"""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds._activations import ActivationName
from deepcalc.kinds._losses import OutputLossName
from deepcalc.kinds._templates import with_choices
from deepcalc.kinds.network.fields import NetworkFields
from deepcalc.kinds.network.notations import build, read, slips
from deepcalc.kinds.registry import Kind
from deepcalc.rules.updates import UPDATES

KIND = Kind(
    name="network",
    summary="networks of units, also branched: forward pass, loss, penalty, backpropagation, steps and epochs",
    fields=NetworkFields,
    read=read,
    build=build,
    template=with_choices(
        text_beside(__file__, "template.yaml"),
        activations=ActivationName,
        losses=OutputLossName,
        methods=[row.name for row in UPDATES.values() if not row.needs_curvature],
    ),
    slips=slips,
    subjects=("mlp", "neural_network", "feedforward", "backpropagation", "dense", "nn", "dnn"),
)
