"""One row for each node that is printed: the method of a printer that shows it, and how tightly it holds together."""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.notation.array_nodes import Apply, Array, Entrywise, Item, MatrixProduct, Prime, Slice, Transpose
from deepcalc.notation.levels import Level
from deepcalc.notation.scalars.table import SCALARS
from deepcalc.records import record


@record
class Printed:
    """A node: ``shown`` is the end of its method's name, ``on_paper`` its level where that differs from plain text."""

    shown: str
    level: Level = Level.ATOM
    on_paper: Level | None = None


PRINTED: Mapping[type, Printed] = {
    **{node: Printed(row.shown, row.level, row.on_paper) for node, row in SCALARS.items()},
    Array: Printed("array"),
    MatrixProduct: Printed("matrix_product", Level.PRODUCT),
    Entrywise: Printed("entrywise", Level.PRODUCT),
    Transpose: Printed("transpose", on_paper=Level.POWER),
    Prime: Printed("prime"),
    Item: Printed("item"),
    Slice: Printed("slice", Level.LISTING),
    Apply: Printed("apply"),
}

SHOW = {node: f"show_{row.shown}" for node, row in PRINTED.items()}
"""The method of a printer that shows a node."""

LEVELS = {node: row.level for node, row in PRINTED.items()}

LEVELS_ON_PAPER = {node: row.level if row.on_paper is None else row.on_paper for node, row in PRINTED.items()}
