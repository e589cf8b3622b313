"""The activation functions, told from their table."""

from __future__ import annotations

from deepcalc.kinds.registry import Vocabulary
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.nodes import Call, Name, Relation
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.rules.activations import ACTIVATIONS, Activation


def vocabulary() -> Vocabulary:
    """Each activation of z, its derivative in z and its value a, and its other names."""
    return {"Activations of z, with values a": {name: _said(row) for name, row in ACTIVATIONS.items()}}


def _said(row: Activation) -> str:
    z, number = Name("z"), Name(row.parameter or "z")
    applied = row.apply(z, number)
    written = row.definition(z) if row.definition else applied
    if isinstance(written, Call) and (definition := FUNCTIONS[written.function].definition):
        written = definition(*written.arguments)
    derivative = row.derived("z", "a", number)
    equation, slope = (" ".join(UnicodePrinter().print(node).split()) for node in (
        Relation("=", Name("a"), written), derivative))  # fmt: skip
    also = f" (also {', '.join(row.aliases)})" if row.aliases else ""
    return f"{equation}{also}; derivative {slope}"
