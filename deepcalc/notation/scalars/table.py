"""The table of all nodes of numbers."""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from deepcalc.notation.levels import Level
from deepcalc.notation.nodes import Joined, Listing, SumOver
from deepcalc.notation.scalars.calls import CALL
from deepcalc.notation.scalars.cases import CASES, RELATION
from deepcalc.notation.scalars.leaves import CONSTANT, LITERAL, NAME
from deepcalc.notation.scalars.powers import POWER
from deepcalc.notation.scalars.products import OVER, TIMES
from deepcalc.notation.scalars.row import Scalar
from deepcalc.notation.scalars.sums import NEGATIVE, PLUS

SUM_OVER = Scalar(
    SumOver, "sum_over",
    oracle=lambda node, to_sympy: sympy.Sum(to_sympy(node.args[0]), tuple(map(to_sympy, node.args[1:]))),
    on_paper=Level.PRODUCT,
    by_entries=False,
)  # fmt: skip

LISTING = Scalar(
    Listing, "listing",
    oracle=lambda node, to_sympy: sympy.Tuple(*map(to_sympy, node.args)),
    level=Level.LISTING,
    by_entries=False,
)  # fmt: skip

JOINED = Scalar(
    Joined, "joined",
    oracle=lambda node, to_sympy: sympy.Tuple(*map(to_sympy, node.parts)),
    level=Level.LISTING,
    by_entries=False,
)  # fmt: skip

SCALARS: Mapping[type, Scalar] = {
    row.node: row
    for row in (
        NAME, LITERAL, CONSTANT, PLUS, TIMES, NEGATIVE, OVER, POWER, CALL, RELATION, CASES, SUM_OVER, LISTING,
        JOINED,
    )
}  # fmt: skip
