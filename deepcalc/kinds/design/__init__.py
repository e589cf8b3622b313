"""Networks to be designed: any numbers with which they do what is wanted."""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.design.fields import DesignFields
from deepcalc.kinds.design.graph import build
from deepcalc.kinds.registry import Kind

KIND = Kind(
    name="design",
    summary="weights to be chosen so that a network computes XOR, a maximum, a region …; any that do so are right",
    fields=DesignFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    subjects=("xor", "boolean", "logic"),
)
