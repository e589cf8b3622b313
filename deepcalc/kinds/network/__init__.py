"""Fully connected networks: forward pass, loss, gradients, one step of gradient descent.

The fields are here; ``deepcalc.kinds.network`` writes the graph.
"""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds._activations import ActivationName
from deepcalc.kinds._losses import OutputLossName
from deepcalc.kinds._templates import with_choices
from deepcalc.kinds.network.checks import read
from deepcalc.kinds.network.fields import NetworkFields
from deepcalc.kinds.network.graph import build
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="network",
    summary="fully connected networks: forward pass, loss, penalty, backpropagation, steps and epochs of training",
    fields=NetworkFields,
    read=read,
    build=build,
    template=with_choices(text_beside(__file__, "template.yaml"), activations=ActivationName, losses=OutputLossName),
    slips=later("deepcalc.kinds.network.slips", "slips"),
)
