"""Asking for one answer at the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from deepcalc.notation.nodes import Name
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.plan.plan import ItemForm

if TYPE_CHECKING:
    from deepcalc.checking.questions import Question
    from deepcalc.problem.problem import Problem

_HOW = {
    ItemForm.SINGLE: "one key",
    ItemForm.MULTIPLE: "keys, as a, b",
    ItemForm.MATCHING: "pairs, as A=1, B=2",
    ItemForm.TRUE_FALSE: "true or false for each, as a=true, b=false",
    ItemForm.ORDERING: "keys in order, as c, a, b",
    ItemForm.BLANKS: "a word for each blank, in order",
    ItemForm.TEXT: "in a few words",
}


def ask(problem: Problem, question: Question, aside: bool = False) -> str:
    """What is typed for a question; nothing where the answer is left out.

    A prompt that stands ``aside`` is no part of the result, so it goes to standard error.
    """
    symbol = UnicodePrinter(problem.plan.symbols).print(Name(question.name))
    prompt = f"({question.part}) {symbol}{_how(question)}"
    return str(typer.prompt(prompt, default="", show_default=False, err=aside)).strip()


def _how(question: Question) -> str:
    if question.item is not None:
        return f" ({_HOW[question.item.form]})"
    if question.composite is None:
        return ""
    return f" ({question.composite.written(['…' for _ in question.quantities])})"
