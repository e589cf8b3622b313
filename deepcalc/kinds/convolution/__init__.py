"""Convolutional networks: shapes, parameters, operations, memory and receptive fields, layer by layer.

Layer l has height ``H``, width ``W`` and channels ``C`` of its output (``H1``, …; ``H0`` of the input), together
``shape1``; a sequence has a length ``L``, a volume a depth ``D`` as well, a vector its length ``U`` alone. Its own
numbers are kernel ``K1``, stride ``S1``, padding ``P1``, dilation ``d1``, filters ``F1``, groups ``G1``, units ``N1``
(``KH1`` and ``KW1`` where height and width differ, ``PT1``, ``PB1``, ``PL1``, ``PR1`` where the sides do).

Asked for by name: ``params1`` (``weights1`` and ``biases1`` apart, ``fixed1`` what is not trained), ``shape_W1`` and
``shape_b1`` (the arrays as Keras has them, or PyTorch where the channels stand first), ``neurons1`` or
``flat1``, ``padded1`` (the size of the padded input), ``macs1`` and ``flops1``, ``bytes1``, the receptive field
``field1`` with its ``jump1`` and ``start1``, and the pixels of the input that one value sees, ``pixels1`` (from
``first1`` to ``last1``). Without a number they are sums over all layers (``bytes_in_all`` counts the input too);
``shape`` is the last one's. Groups: ``shapes``, ``padded_sizes``, ``receptive_fields``, ``totals``, ``network``.
"""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.convolution.fields import ConvolutionFields
from deepcalc.kinds.convolution.graph import build, shorthand
from deepcalc.kinds.convolution.made import read
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="convolution",
    summary="shapes, parameters, operations and receptive fields of a convolutional network, layer by layer",
    fields=ConvolutionFields,
    read=read,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.convolution.slips", "slips"),
    shorthand=shorthand,
    draft=later("deepcalc.kinds.convolution.from_model", "draft"),
    subjects=("cnn", "conv", "conv2d", "convnet", "pooling", "receptive_field", "shapes", "output_size"),
)
