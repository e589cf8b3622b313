"""Problems worked out by hand in NumPy, with the mistakes that students make: no part of deepcalc is used."""

from __future__ import annotations

from benchmarks.worked import (
    attentions,
    cells,
    counts,
    filters,
    formulas,
    fresh,
    further,
    lines,
    losses,
    matrices,
    measures,
    networks,
    optimizers,
    penalties,
    trained,
    updates,
)
from benchmarks.worked.work import Worked

PROBLEMS: tuple[Worked, ...] = (
    *formulas.PROBLEMS,
    *networks.PROBLEMS,
    *losses.PROBLEMS,
    *optimizers.PROBLEMS,
    *further.PROBLEMS,
    *trained.PROBLEMS,
    *matrices.PROBLEMS,
    *penalties.PROBLEMS,
    *attentions.PROBLEMS,
    *cells.PROBLEMS,
    *counts.PROBLEMS,
    *filters.PROBLEMS,
    *measures.PROBLEMS,
    *fresh.PROBLEMS,
    *lines.PROBLEMS,
    *updates.PROBLEMS,
)
