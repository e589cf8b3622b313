"""Activation functions at given points: their values and derivatives, and the softmax of a vector."""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds._activations import ActivationName
from deepcalc.kinds._templates import with_choices
from deepcalc.kinds.activation.fields import ActivationFields
from deepcalc.kinds.activation.graph import build
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="activation",
    summary="activation functions at given points: value and derivative; softmax over a vector",
    fields=ActivationFields,
    build=build,
    template=with_choices(text_beside(__file__, "template.yaml"), activations=ActivationName),
    slips=later("deepcalc.kinds.activation.slips", "slips"),
    vocabulary=later("deepcalc.kinds.activation.vocabulary", "vocabulary"),
    subjects=("softmax", "relu", "sigmoid", "tanh", "gelu", "activation_function"),
)
