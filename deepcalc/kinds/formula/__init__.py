"""Anything else: the graph itself, written down by the author, forward and backward."""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.formula.fields import FormulaFields
from deepcalc.kinds.formula.graph import build, shorthand
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="formula",
    summary="any givens and definitions: forward values and every partial derivative, gate by gate",
    fields=FormulaFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    shorthand=shorthand,
    vocabulary=later("deepcalc.kinds.formula.vocabulary", "vocabulary"),
    subjects=("expression", "equation", "function", "graph", "computational_graph", "backprop", "autodiff", "matrix"),
)
