"""Update rules of the optimizers: one row each, written once for the general law and for every step of it.

A rule is a list of lines, each of them one quantity of one parameter, and the parameter's new value.
"""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.rules.updates import moments, squares, velocities
from deepcalc.rules.updates.moment import (
    BETA1,
    BETA2,
    EPSILON,
    ETA,
    GAMMA,
    GENERAL,
    GRADIENTS,
    LAMBDA,
    PARAMETER,
    RATES,
    RHO,
    SETTING_NAMES,
    STATES,
    TAU,
    Conventions,
    FormulaAt,
    Line,
    Moment,
    before,
    now,
)
from deepcalc.rules.updates.rule import COMMON_OPTIONS, FIELD_ALIASES, Mistake, Rule, Update

ROWS = (*velocities.ROWS, *squares.ROWS, *moments.ROWS)

UPDATES: Mapping[str, Update] = {row.name: row for row in ROWS}

OTHER_METHODS = frozenset(
    {"rprop", "radam", "adafactor", "adabelief", "adabound", "lamb", "lars", "asgd", "lbfgs", "sparse_adam", "yogi",
     "ftrl", "muon", "sophia", "conjugate_gradient"}
)  # fmt: skip
"""Methods that are none of these, however near their names are to one."""

METHOD_ALIASES: Mapping[str, str] = {alias: row.name for row in ROWS for alias in row.aliases}
"""Other names of the methods."""

__all__ = [
    "BETA1",
    "BETA2",
    "COMMON_OPTIONS",
    "EPSILON",
    "ETA",
    "FIELD_ALIASES",
    "GAMMA",
    "GENERAL",
    "GRADIENTS",
    "LAMBDA",
    "METHOD_ALIASES",
    "OTHER_METHODS",
    "PARAMETER",
    "RATES",
    "RHO",
    "SETTING_NAMES",
    "STATES",
    "TAU",
    "UPDATES",
    "Conventions",
    "FormulaAt",
    "Line",
    "Mistake",
    "Moment",
    "Rule",
    "Update",
    "before",
    "now",
]
