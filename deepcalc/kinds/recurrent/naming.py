"""The names of a recurrent network's quantities: of each step its own, as the course calls them."""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.kinds.recurrent.fields import RecurrentFields


def named(fields: RecurrentFields, stem: str) -> str:
    """What the course calls a quantity or a weight."""
    return fields.names.get(stem, stem)


def at_step(fields: RecurrentFields, stem: str, step: int) -> str:
    """The name of a quantity at a step; the states before the first one are those of step 0."""
    return f"{named(fields, stem)}{step}"


def step_names(fields: RecurrentFields, step: int) -> Mapping[str, str]:
    """The names that stand in the formulas of a step, by what they mean."""
    stems = [line.stem for line in fields.row.lines]
    now = {stem: at_step(fields, stem, step) for stem in ("x", "y", "s", *stems)}
    before = {f"{state}_before": at_step(fields, state, step - 1) for state in fields.row.states}
    return {**now, **before}


def end_of(fields: RecurrentFields, step: int) -> str:
    """What comes out of a step: its output, or the hidden state where there are no outputs."""
    return at_step(fields, "y" if "W_y" in fields.weights else "h", step)
