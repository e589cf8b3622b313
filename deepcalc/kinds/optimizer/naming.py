"""How the general law of an update rule is written: θ, g and each state with the index t."""

from __future__ import annotations

from collections.abc import Iterable

from deepcalc.notation.symbols import Forms, forms_of_identifier
from deepcalc.rules.updates import PARAMETER, before


def general_symbols(states: Iterable[str]) -> dict[str, Forms]:
    """How the general law writes what was before the step: mₜ₋₁."""
    found = {}
    for head in (PARAMETER, *states):
        forms = forms_of_identifier(head)
        found[before(head).name] = Forms(f"{forms.unicode}ₜ₋₁", f"{forms.latex}_{{t-1}}")
    return found
