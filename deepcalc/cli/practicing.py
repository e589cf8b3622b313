"""Practice: a problem as a dialogue, one answer at a time, with hints that say a little more each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import typer

from deepcalc.cli.checking import DecimalComma, ProblemName
from deepcalc.cli.options import Parts
from deepcalc.cli.output import print_line, print_rendered

if TYPE_CHECKING:
    from deepcalc.checking.document import AnswerMark
    from deepcalc.checking.marking import Marker
    from deepcalc.checking.questions import Question
    from deepcalc.notation.printing.unicode import UnicodePrinter
    from deepcalc.problem.problem import Problem
    from deepcalc.solution.document import Line, Solution, Step

HINTS = 3
"""The law, the formula with its numbers, the whole step; each costs a third of the points."""


def practice(problem: ProblemName, part: Parts = None, decimal_comma: DecimalComma = False) -> None:
    """Practise a problem: it asks for one answer at a time, names the likely slip, and gives hints.

    After a wrong or an empty answer comes the next hint: the law, the formula with its numbers, the step. Each hint
    costs a third of the points. End with Ctrl-D.
    """
    from deepcalc.checking.marking import Marker
    from deepcalc.cli.solving import read_problem
    from deepcalc.rendering.terminal import render_statement
    from deepcalc.solution.solver import solve

    loaded = read_problem(problem)
    marker = Marker(loaded)
    asked = marker.asked_in(part or ())
    solution = solve(loaded)
    print_rendered(lambda width: render_statement(solution, width))
    dialogue = _Dialogue(loaded, solution, marker, decimal_comma)
    try:
        for question in asked:
            dialogue.ask(question)
    except typer.Abort:
        print_line("")
    dialogue.sum_up(asked)


class _Dialogue:
    """What was answered so far, and what it earned."""

    def __init__(self, problem: Problem, solution: Solution, marker: Marker, decimal_comma: bool) -> None:
        from deepcalc.notation.printing.unicode import UnicodePrinter

        self._problem = problem
        self._marker = marker
        self._decimal_comma = decimal_comma
        self._printer = UnicodePrinter(solution.symbols)
        self._steps = {step.name: step for part in solution.parts for step in part.steps}
        self._answers: dict[str, str] = {}
        self._earned: dict[str, Fraction] = {}
        self._hints: dict[str, int] = {}

    def ask(self, question: Question) -> None:
        """Ask until the answer earns something, or until the last hint has told it."""
        from deepcalc.cli.asking import ask

        for used, hint in enumerate(_hints(question, self._steps, self._printer, self._marker.expected(question))):
            mark = self._marked(question, ask(self._problem, question))
            if mark is not None and mark.score:
                self._earned[question.name] = mark.score * Fraction(HINTS - used, HINTS)
                self._hints[question.name] = used
                break
            for line in hint:
                print_line(f"  {line}")
        else:
            self._hints[question.name] = used + 1
            self._answers.pop(self._typed_name(question), None)
        print_line(f"  {self._score(self._marker.questions)} so far\n")

    def _marked(self, question: Question, typed: str) -> AnswerMark | None:
        """The mark of what was typed, which is told; None where nothing was."""
        from deepcalc.cli.marks import LABELS, message_of

        if not typed:
            return None
        self._answers[self._typed_name(question)] = typed
        marks = self._marker.mark(self._answers, decimal_comma=self._decimal_comma)
        mark = next(each for part in marks.parts for each in part.answers if each.name == question.name)
        message = message_of(mark, self._printer, hide_expected=True)
        print_line(f"  {LABELS[mark.verdict][0]}{': ' if message else ''}{message}")
        return mark

    def _typed_name(self, question: Question) -> str:
        """The name by which an author asks for an answer, its entries counted as the problem counts."""
        return self._problem.plan.symbols.written(question.name)

    def sum_up(self, asked: Sequence[Question]) -> None:
        """How it went, answer by answer."""
        from deepcalc.notation.nodes import Name

        print_line("Summary")
        for question in asked:
            symbol = self._printer.print(Name(question.name))
            print_line(f"  ({question.part}) {symbol}: {self._score([question])}{self._needed(question.name)}")
        print_line(f"  {self._score(asked)} in all")

    def _score(self, questions: Sequence[Question]) -> str:
        from deepcalc.cli.marks import of_points

        earned = (self._earned.get(question.name, Fraction(0)) for question in questions)
        out_of = (question.out_of for question in questions)
        return of_points(sum(earned, Fraction(0)), sum(out_of, Fraction(0)))

    def _needed(self, name: str) -> str:
        if name not in self._hints:
            return ", not answered"
        used = self._hints[name]
        return "" if not used else f", after {used} hint{'' if used == 1 else 's'}"


def _hints(
    question: Question, steps: Mapping[str, Step], printer: UnicodePrinter, expected: str
) -> Iterator[list[str]]:
    """What is told after each wrong answer, a list of lines each; the last one tells the answer."""
    from deepcalc.cli.marks import author_text

    known = [steps[name] for name in question.quantities if name in steps]
    for lines_of in (_law, _with_numbers, lambda step: step.lines) if known else ():
        yield [_written(step, lines_of(step), printer) for step in known]
    if not known:
        reasons = () if question.item is None else question.item.reasons()
        yield [f"the answer: {expected}", *map(author_text, reasons)]


def _law(step: Step) -> Sequence[Line]:
    return step.lines[:1]


def _with_numbers(step: Step) -> Sequence[Line]:
    from deepcalc.solution.document import View

    return [line for line in step.lines if line.view in (View.FORMULA, View.NUMBERS)] or step.lines[:1]


def _written(step: Step, lines: Sequence[Line], printer: UnicodePrinter) -> str:
    shown = "".join(f" {'=' if line.exact else '≈'} {printer.print(line.expression)}" for line in lines)
    return f"{printer.print(step.symbol)}{shown}"
