"""How a descent is run: once or several times, with given learning rates or with such as are searched for."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from deepcalc.fields.given import Given
from deepcalc.fields.types import Fields, Fraction01, Identifier, NotNegative
from deepcalc.graph.quantities import Letter
from deepcalc.kinds._schedules import ScheduleFields
from deepcalc.kinds._updates import MethodField, UpdateFields, update_called
from deepcalc.notation.nodes import ONE, Literal
from deepcalc.notation.parser import parse_number
from deepcalc.notation.printing import PlainPrinter
from deepcalc.rules.updates import UPDATES


class BacktrackingFields(Fields):
    """Ever smaller learning rates, from `learning_rate` down, until one lets the objective fall far enough."""

    factor: Fraction01 = Field(parse_number("0.5"), description="what a rate is multiplied by that is too large")
    slope: Fraction01 = Field(
        parse_number("1e-4"),
        description="c: the objective falls at least by c·η·gᵀp (p = g; newton: its step), Armijo's condition",
    )


def label_of(field: str, value: Any) -> str:
    """``learning rate 0.1``, ``from w = 1``; a method by its title; ``step decay (every 2, factor 0.5)``."""
    if field == "method":
        return UPDATES[value].title
    if field == "parameters":
        return "from " + ", ".join(
            name if isinstance(each, Letter) else f"{name} = {PlainPrinter().print(each)}"
            for name, each in value.items()
        )
    if isinstance(value, ScheduleFields):
        own = ", ".join(label_of(name, each) for name, each in value.own.items())
        return f"{value.row.title} ({own})" if own else value.row.title
    if isinstance(value, list):
        return (
            f"{field} {', '.join(map(str, value))}" if field == "milestones" else ", ".join(each.text for each in value)
        )
    words = field.replace("_", " ")
    if isinstance(value, bool):
        return words if value else f"{words}: no"
    plain = str(value) if isinstance(value, int | str) else ""
    return f"{words} {value.text if isinstance(value, Literal) else plain}".rstrip()


class RunFields(UpdateFields):
    """What one of several runs sets otherwise than the problem does."""

    method: MethodField | None = Field(None, description="the run's own update rule")  # type: ignore[assignment]
    learning_rate: NotNegative | None = Field(None, description="the run's own learning rate η")
    parameters: dict[Identifier, Given] | None = Field(None, description="where the run begins")
    initial: dict[str, dict[Identifier, Given]] | None = Field(  # type: ignore[assignment]
        None, description="what the run keeps before its first step"
    )
    name: Identifier | None = Field(None, description="the run's name, run1, run2 … by default: slow.w@1")

    @property
    def own(self) -> dict[str, Any]:
        """What it sets, by field."""
        names = (name for name in type(self).model_fields if name in self.model_fields_set and name != "name")
        return {name: getattr(self, name) for name in names}


def completed(data: Any) -> Any:
    """The method and the learning rate of the problem are those of its first run, where it has none; else 1.

    A rate of 1 is that of Newton's method; that of an exact search is found, and listed rates begin with the first.
    """
    if not isinstance(data, dict):
        return data
    runs = data.get("runs")
    if isinstance(data.get("methods"), list):
        runs = [{"method": method} for method in data["methods"]]
    first = runs[0] if isinstance(runs, list) and runs and isinstance(runs[0], dict) else {}
    found = {**{name: first[name] for name in ("method", "learning_rate") if name in first}, **data}
    update = update_called(data.get("method"))
    if data.get("line_search") == "exact" or (update is not None and update.needs_curvature):
        found.setdefault("learning_rate", ONE)
    if isinstance(data.get("schedule"), list) and data["schedule"]:
        found.setdefault("learning_rate", data["schedule"][0])
    return found
