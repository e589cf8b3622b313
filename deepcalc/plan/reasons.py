"""Statements that a sheet calls true or false without saying why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deepcalc.plan.plan import Item, ItemForm


def without_reasons(items: Iterable[Item]) -> Iterator[str]:
    """Advice for an author: which statements have no reason, neither of their own nor one of the whole question."""
    for item in items:
        unexplained = [option.key for option in item.options if not option.explanation]
        if item.form is ItemForm.TRUE_FALSE and not item.explanation and unexplained:
            which = f"statement {unexplained[0]}" if len(unexplained) == 1 else f"statements {', '.join(unexplained)}"
            yield f"the sheet gives no reason for the {which} of {item.name}; an option may have an `explanation`"
