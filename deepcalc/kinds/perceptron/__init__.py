"""Perceptron learning: one unit that fires or not, trained sample by sample until it makes no mistake.

Sample 2 has the net input ``z:2@5``, the output ``o:2@5`` and the error ``e:2@5`` after five presentations; ``w1@6`` is
a weight after six, ``Delta.w1@6`` what the sixth has added. ``mistakes`` are those of each epoch (Adaline:
``squared_errors``), ``misclassified`` and ``accuracy`` are of the weights at the end.

Of two inputs the line at the end, where the net input is 0, has a ``slope``, an ``offset`` (the second input where the
first is 0) and a ``crossing`` (the first where the second is 0).
"""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.perceptron.fields import PerceptronFields
from deepcalc.kinds.perceptron.graph import build
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="perceptron",
    summary="perceptron learning and Adaline, sample by sample, epoch by epoch, until there is no mistake",
    fields=PerceptronFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.perceptron.slips", "slips"),
    vocabulary=later("deepcalc.kinds.perceptron.vocabulary", "vocabulary"),
    subjects=("adaline", "perceptron_learning"),
)
