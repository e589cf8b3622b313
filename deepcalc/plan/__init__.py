"""What a kind of problem hands on, as plain data."""

from deepcalc.plan.plan import Composite, Item, Marking, Option, PartPlan, Plan, Slip, TablePlan, TableRow

__all__ = ["Composite", "Item", "Marking", "Option", "PartPlan", "Plan", "Slip", "TablePlan", "TableRow"]
