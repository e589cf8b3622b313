"""How names are written: the general law with the index t, the quantities of a sample with its number as an index."""

from __future__ import annotations

from collections.abc import Iterable

from deepcalc.notation.symbols import SUBSCRIPTS, Forms, forms_of_identifier, superscript
from deepcalc.rules.updates import PARAMETER, before, now

MINIMUM = "min"
"""What stands before the name of a parameter where the objective is least."""

NEXT = "_next"
"""How a quantity ends that is of the next step."""


def general_symbols(states: Iterable[str]) -> dict[str, Forms]:
    """How the general law writes what was before the step, mₜ₋₁, and what is of the next one, μₜ₊₁."""
    found = {}
    for head in (PARAMETER, *states):
        forms = forms_of_identifier(head)
        found[before(head).name] = Forms(f"{forms.unicode}ₜ₋₁", f"{forms.latex}_{{t-1}}")
        if head.endswith(NEXT):
            forms = forms_of_identifier(head.removesuffix(NEXT))
            found[now(head).name] = Forms(f"{forms.unicode}ₜ₊₁", f"{forms.latex}_{{t+1}}")
    return found


def sample_symbols(names: Iterable[str], count: int, steps: Iterable[int]) -> dict[str, Forms]:
    """``y:2`` as y₂ and ``J:2@1`` as J₂⁽¹⁾, where the names have no index of their own; what is given has no time."""
    found = {}
    times = list(steps)
    for name in names:
        forms = forms_of_identifier(name)
        if "_" in forms.latex:
            continue
        for number in map(str, range(1, count + 1)):
            unicode = forms.unicode + "".join(SUBSCRIPTS[digit] for digit in number)
            latex = f"{forms.latex}_{{{number}}}"
            found[f"{name}:{number}"] = Forms(unicode, latex)
            for step in times:
                mark = "+" if times == [1] else f"({step})"
                raised = superscript(mark) or mark
                found[f"{name}:{number}@{step}"] = Forms(f"{unicode}{raised}", f"{latex}^{{{mark}}}", compound=True)
    return found
