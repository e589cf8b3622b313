"""The penalties, told from their table."""

from __future__ import annotations

from deepcalc.kinds.registry import Vocabulary
from deepcalc.notation.nodes import Literal, Name
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.rules.penalties import PENALTIES, Penalty, Scale

_MANY = Literal("17")
"""A number of weights that stands for n."""


def vocabulary() -> Vocabulary:
    """Each penalty with its derivative by a weight, plainly and with the half, and its other names."""
    return {"Penalties on n weights": {name: _said(row) for name, row in PENALTIES.items()}}


def _said(row: Penalty) -> str:
    plain, halved = (_written(row, Scale(half)) for half in (False, True))
    also = f" (also {', '.join(row.aliases)})" if row.aliases else ""
    apart = [f"with {' and '.join(row.numbers[1])} {_written(row, Scale(apart=True))}"] if len(row.numbers) > 1 else []
    return "\n".join([f"{row.title}{also}", plain, f"with half {halved}", *apart, row.source])


def _written(row: Penalty, scale: Scale) -> str:
    laws = [each.law(17).xreplace({_MANY: Name("n")}) for each in row.sums]
    nodes = (row.formula(laws, scale), row.slope(Name("w_i"), scale))
    formula, slope = (" ".join(UnicodePrinter().print(node).split()) for node in nodes)
    return f"{formula}, derivative {slope}"
