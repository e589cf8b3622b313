"""Which plan belongs to which regularizer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from deepcalc.kinds.regularization.fields import RegularizationFields
from deepcalc.kinds.regularization.plans import dropout_plan, max_norm_plan, penalty_plan
from deepcalc.kinds.regularization.stopping import early_stopping_plan
from deepcalc.plan import Plan
from deepcalc.rules.penalties import PENALTIES

PLANS: Mapping[str, Callable[[RegularizationFields], Plan]] = {
    **{name: partial(penalty_plan, penalty=row) for name, row in PENALTIES.items()},
    "dropout": dropout_plan,
    "max_norm": max_norm_plan,
    "early_stopping": early_stopping_plan,
}


def build(fields: RegularizationFields) -> Plan:
    """The plan of a regularization problem."""
    return PLANS[fields.chosen](fields)
