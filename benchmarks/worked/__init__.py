"""Problems worked out by hand in NumPy, with the mistakes that students make: no part of deepcalc is used."""

from __future__ import annotations

from benchmarks.worked import formulas, further, losses, matrices, networks, optimizers, penalties, trained
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
)
