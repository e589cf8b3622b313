"""The problem in words, where the author has none: what the kind tells of it, and what the parts ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deepcalc.errors import DeepcalcError
from deepcalc.graph.quantities import Prose
from deepcalc.notation.nodes import Name
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.lookup import askable_groups, long_names
from deepcalc.plan.statement import joined, prose, trimmed

GROUPS = {"all": "every quantity", "updates": "the updated parameters", "errors": "the error terms",
          "network": "the shapes, parameters and operations of the network",
          "model": "the shapes of all arrays, parameters, operations and memory of the model"}  # fmt: skip
"""What a group is called in a question, where it is not simply ``the outputs``."""


def told(plan: Plan, parts: Sequence[PartPlan], own: bool) -> Prose:
    """The statement, Markdown with mathematics in it; ``own`` says that the parts are the kind's."""
    if isinstance(plan.statement, str):
        return (plan.statement,)
    if own:
        asks = plan.statement.asks
    elif len(parts) == 1:
        asks = _question(plan, parts[0])
    else:
        asks = joined((prose(f"({part.id}) ", _question(plan, part)) for part in parts), " ", " ")
    separate = not own and (len(parts) > 1 or bool(parts[0].text))
    return _sentences(trimmed(plan.statement.given), trimmed(asks), separate)


def _sentences(given: Prose, asks: Prose, separate: bool) -> Prose:
    """What is given and the question, in one sentence where the first goes on in the second."""
    if not given or not asks:
        return given or asks
    end, begin = given[-1], asks[0]
    if not (isinstance(end, str) and end.endswith((":", ","))):
        apart = separate or any("\n" in piece for piece in given if isinstance(piece, str))
        return prose(given, "\n\n" if apart else " ", asks)
    if separate:
        return prose(given[:-1], f"{end[:-1]}.\n\n", asks)
    goes_on = f"{begin[0].lower()}{begin[1:]}" if isinstance(begin, str) else begin
    return prose(given, " ", goes_on, asks[1:])


def _question(plan: Plan, part: PartPlan) -> Prose:
    if part.text:
        return (part.text.strip(),)
    items = {item.name for item in plan.items}
    wanted = [piece for find in part.find if find not in items for piece in _asked(plan, find)]
    return prose("Compute ", joined(wanted), ".") if wanted else ()


def _asked(plan: Plan, find: str) -> list[Any]:
    groups = askable_groups(plan)
    if find in groups and len(groups[find]) > 1:
        return [GROUPS.get(find, f"the {find.replace('_', ' ')}")]
    try:
        return [Name(name) for name in long_names(plan, find)]
    except DeepcalcError:
        return []  # the name has a fault of its own
