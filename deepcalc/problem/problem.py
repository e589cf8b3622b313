"""A problem: what an author wrote, checked, with the plan that its kind made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from deepcalc.errors import InvalidProblem, LocatedFault, Location, MathError
from deepcalc.graph.quantities import Prose
from deepcalc.kinds import Kind
from deepcalc.notation.rounding import Rounding
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.plan import Layout
from deepcalc.problem.source import Source
from deepcalc.records import record


@record
class LastWord:
    """What an author says of one step in place of what is generated (Markdown)."""

    note: str | None = None
    hide: bool = False
    text: str | None = None


@record
class Problem:
    """One problem, ready to be solved.

    ``id`` is the file's name without its ending; ``model`` what the kind made of the fields; ``statement`` the
    problem in words (Markdown with ``$math$`` and nodes); ``expected`` the author's figures from elsewhere, by the
    names as they were written. ``steps`` has the author's last word on single steps, by long names, ``wording`` other
    titles for sections. ``assumed`` are relations that are known of letters.
    """

    id: str
    title: str
    kind: Kind
    model: Any
    plan: Plan
    parts: tuple[PartPlan, ...]
    statement: Prose
    rounding: Rounding
    layout: Layout
    expected: Mapping[str, Any]
    reference: str | None
    source: Source
    steps: Mapping[str, LastWord] = field(default_factory=dict)
    wording: Mapping[str, str] = field(default_factory=dict)
    assumed: tuple[Any, ...] = ()

    def invalid(self, location: Location, message: str) -> InvalidProblem:
        """The error that something at a location of the file is wrong."""
        return InvalidProblem([LocatedFault(self.source.place(location), message)])

    def without_value(self, error: MathError) -> InvalidProblem:
        """The error that a quantity cannot be evaluated, at the place that it comes from."""
        return self.invalid(error.origin, str(error))
