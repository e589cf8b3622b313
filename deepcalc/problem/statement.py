"""The problem in words, where the author has none: what the kind tells of it, and what the parts ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deepcalc.errors import DeepcalcError
from deepcalc.graph.graph import Prose
from deepcalc.notation.nodes import Name
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.symbols import in_both_forms
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.lookup import askable_groups, long_names
from deepcalc.plan.statement import joined, prose

GROUPS = {"all": "every quantity", "updates": "the updated parameters", "errors": "the error terms",
          "network": "the shapes, parameters and operations of the network",
          "model": "the shapes of all arrays, parameters, operations and memory of the model"}  # fmt: skip
"""What a group is called in a question, where it is not simply ``the outputs``."""


def statement_text(plan: Plan, parts: Sequence[PartPlan], own: bool) -> str:
    """The statement as Markdown with ``$math$``; ``own`` says that the parts are the kind's."""
    if isinstance(plan.statement, str):
        return plan.statement
    given = _markdown(plan, plan.statement.given)
    if own:
        asks = _markdown(plan, plan.statement.asks)
    elif len(parts) == 1:
        asks = _question(plan, parts[0])
    else:
        asks = " ".join(f"({part.id}) {_question(plan, part)}" for part in parts)
    separate = (not own and len(parts) > 1) or (not own and bool(parts[0].text))
    return _sentences(given.rstrip(), asks.strip(), separate)


def _sentences(given: str, asks: str, separate: bool) -> str:
    """What is given and the question, in one sentence where the first goes on in the second."""
    if not given or not asks:
        return given or asks
    if given[-1] not in ":,":
        return f"{given}\n\n{asks}" if separate or "\n" in given else f"{given} {asks}"
    if separate:
        return f"{given[:-1]}.\n\n{asks}"
    return f"{given} {asks[0].lower()}{asks[1:]}"


def _question(plan: Plan, part: PartPlan) -> str:
    if part.text:
        return part.text.strip()
    items = {item.name for item in plan.items}
    wanted = [piece for find in part.find if find not in items for piece in _asked(plan, find)]
    return _markdown(plan, prose("Compute ", joined(wanted), ".")) if wanted else ""


def _asked(plan: Plan, find: str) -> list[Any]:
    groups = askable_groups(plan)
    if find in groups and len(groups[find]) > 1:
        return [GROUPS.get(find, f"the {find.replace('_', ' ')}")]
    try:
        return [Name(name) for name in long_names(plan, find)]
    except DeepcalcError:
        return []  # the name has a fault of its own


def _markdown(plan: Plan, told: Prose) -> str:
    latex, unicode = LatexPrinter(plan.symbols), UnicodePrinter(plan.symbols)
    return "".join(
        part if isinstance(part, str) else f"${in_both_forms(unicode.print(part), latex.print(part))}$" for part in told
    )
