"""The loss functions, told from their table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deepcalc.kinds.registry import Vocabulary
from deepcalc.notation.nodes import Literal, Name, Relation
from deepcalc.notation.printing import UnicodePrinter
from deepcalc.rules.losses import LOSSES, Loss

_MANY = Literal("17")
"""A number of components that stands for n."""


def vocabulary() -> Vocabulary:
    """Each loss of a sample in targets t and outputs o, and its other names."""
    title = "Losses of a sample, of targets t and outputs o (of n components, or of two)"
    return {title: {name: _said(row) for name, row in LOSSES.items()}}


def _said(row: Loss) -> str:
    numbers = {field: Name(setting.symbol) for field, setting in {**row.settings, **row.options}.items()}
    own = replace(row, at=replace(row.at, settings=numbers, true_class=0))
    written = "; ".join(" ".join(UnicodePrinter().print(node).split()) for node in _written(own))
    how = f", {row.over} over the outputs" if row.parts is not None and row.factor is None else ""
    how = ", the root of the mean over the outputs" if row.root else how
    also = f" (also {', '.join(row.aliases)})" if row.aliases else ""
    return f"{row.title}{also}: {written}{how}"


def _written(row: Loss) -> list[Any]:
    """The formula of one output, of n components, or of two and what is on the way to it."""
    t, o = Name("t"), Name("o")
    if row.parts is not None and row.factor is None and not row.of_class:
        return [row.formula([(t, o)])]
    if row.general is not None:
        return [row.general("t", "o", 17, row.at).xreplace({_MANY: Name("n")})]
    letters = ["t", "o"] if len(row.sides) < 3 else ["y", "x", "v"] if "first" in row.sides else ["a", "p", "n"]
    pairs = [tuple(Name(f"{letter}{k}") for letter in letters) for k in (1, 2)]
    lines = [Relation("=", Name(line.head), line.write(pairs, row.at)) for line in row.lines]
    return [*lines, row.formula(pairs)]
