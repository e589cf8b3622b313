"""Convolution and pooling: the output shape and the trainable parameters, layer by layer.

Layer l has height ``H``, width ``W`` and channels ``C`` of its output (``H1``, …; ``H0`` of the input), together
``shape1``, and ``params1``; its own numbers are kernel ``K1``, stride ``S1``, padding ``P1`` and filters ``F1``
(``KH1`` and ``KW1`` where height and width differ). ``shape`` is the last one's, ``params`` the sum over all layers.
"""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.convolution.fields import ConvolutionFields
from deepcalc.kinds.convolution.graph import build, shorthand
from deepcalc.kinds.convolution.slips import slips
from deepcalc.kinds.registry import Kind

KIND = Kind(
    name="convolution",
    summary="output shape and trainable parameters, layer by layer: convolution, max and average pooling",
    fields=ConvolutionFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=slips,
    shorthand=shorthand,
)
