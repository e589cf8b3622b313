"""What a kind of problem hands on, as plain data."""

from deepcalc.plan.plan import Composite, Item, Option, PartPlan, Plan, Slip, TablePlan, TableRow

__all__ = ["Composite", "Item", "Option", "PartPlan", "Plan", "Slip", "TablePlan", "TableRow"]
