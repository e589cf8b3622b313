"""The loss functions, told from their table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from deepcalc.kinds.registry import Vocabulary
from deepcalc.notation.nodes import Literal, Name, Relation
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.rules.losses import LOSSES, Loss

_MANY = Literal("17")
"""A number of components that stands for n."""


def vocabulary() -> Vocabulary:
    """Each loss of a sample in targets t and outputs o, and its other names."""
    title = "Losses of a sample, of targets t and outputs o (of n components, or of two)"
    return {title: {name: _said(row) for name, row in LOSSES.items()}}


def _said(row: Loss) -> str:
    """Its title and other names, its formula, its own numbers by default, its source."""
    numbers = {field: Name(setting.symbol) for field, setting in {**row.settings, **row.options}.items()}
    own = replace(row, at=replace(row.at, settings=numbers, true_class=0))
    written = [" ".join(UnicodePrinter().print(node).split()) for node in _written(own)]
    if row.parts is not None and row.factor is None:
        written[-1] += f", {f'the root of the {row.over}' if row.root else row.over} over the outputs"
    also = f" (also {', '.join(row.aliases)})" if row.aliases else ""
    return "\n".join([f"{row.title}{also}", *written, *_numbers(row), row.source])


def _numbers(row: Loss) -> Iterator[str]:
    """The default of each of its numbers, or that it has none; those that act only where they are given."""
    for field, setting in row.settings.items():
        symbol = UnicodePrinter().print(Name(setting.symbol))
        default = "which must be given" if setting.default is None else f"{setting.default} by default"
        yield f"{symbol} is {field}, {default}"
    for field, setting in row.options.items():
        yield f"{UnicodePrinter().print(Name(setting.symbol))} is {field}, left out where it is not given"
    if row.has_base:
        yield "natural logarithm; base: 2 or 10"


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
