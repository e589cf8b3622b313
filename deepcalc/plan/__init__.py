"""What a kind of problem hands on, as plain data."""

from deepcalc.plan.plan import (
    Check,
    Composite,
    Item,
    Marking,
    Option,
    PartPlan,
    Plan,
    Slip,
    TablePlan,
    TableRow,
    Trajectory,
)

__all__ = [
    "Check",
    "Composite",
    "Item",
    "Marking",
    "Option",
    "PartPlan",
    "Plan",
    "Slip",
    "TablePlan",
    "TableRow",
    "Trajectory",
]
