"""Numbers that a student chooses: what is made of them is marked by the student's own, not by those on the sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from deepcalc.checking.document import AnswerMark, Mark, Verdict
from deepcalc.checking.questions import Question, Reading
from deepcalc.checking.reading import Vector
from deepcalc.errors import DeepcalcError
from deepcalc.notation.nodes import Literal, Name
from deepcalc.notation.rounding import NumberFormat
from deepcalc.plan import Composite
from deepcalc.problem.problem import Problem

_WRITTEN = NumberFormat(significant=12)

_NONE_GIVEN = "compared with the construction on the sheet, as you chose no "


class OwnConstructions:
    """Follows the numbers that students choose in one problem."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._graph = problem.plan.graph
        self._wholes = [each for each in problem.plan.composites if each.checks]

    def joined(self, answers: Mapping[str, str]) -> Mapping[str, str]:
        """The answers in which numbers that are given one by one stand together: ``w1=2, b=-1`` for ``weights``."""
        found = dict(answers)
        for whole in self._wholes:
            single = [name for name in whole.components if found.get(name, "").strip()]
            if single and not found.get(whole.name, "").strip():
                found[whole.name] = ", ".join(f"{name}={found.pop(name)}" for name in single)
        return found

    def followed(
        self,
        marks: Sequence[AnswerMark],
        asked: Mapping[str, Question],
        readings: Mapping[str, Reading],
        marked_in: Callable[[Problem], Mark],
    ) -> Sequence[AnswerMark]:
        """The marks where what is made of the numbers follows from the student's own.

        ``marked_in`` marks the same answers to the problem with these in place of the construction. With numbers that
        do what is wanted it is right then, with others it earns the share of what follows from a mistake.
        """
        for whole in self._wholes:
            given = readings.get(whole.name)
            behind = {mark.name for mark in marks if mark.given is not None and self._is_made_of(mark.name, whole)}
            if not behind:
                continue
            own = self._marks_in(whole, given, marked_in) if isinstance(given, Vector) else {}
            chosen = next((mark.verdict for mark in marks if mark.name == whole.name), Verdict.MISSING)
            marks = [
                _by_own(mark, own.get(mark.name), chosen, whole, asked[mark.name]) if mark.name in behind else mark
                for mark in marks
            ]
        return marks

    def _is_made_of(self, name: str, whole: Composite) -> bool:
        return name in self._graph and not self._graph.behind(name).isdisjoint(whole.components)

    def _marks_in(
        self, whole: Composite, given: Vector, marked_in: Callable[[Problem], Mark]
    ) -> Mapping[str, AnswerMark]:
        """The marks of all answers in the problem with the student's numbers; none where it has no value with them."""
        if len(given.components) != len(whole.components):
            return {}
        values = (number.value for number in given.components)
        chosen = {
            name: replace(self._graph[name], formula=Literal(_WRITTEN.write(value).text, value))
            for name, value in zip(whole.components, values, strict=True)
        }
        plain = (replace(each, checks=()) if each.checks else each for each in self._problem.plan.composites)
        plan = replace(self._problem.plan, graph=self._graph.with_formulas(chosen), composites=tuple(plain))
        try:
            mark = marked_in(replace(self._problem, plan=plan))
        except DeepcalcError:
            return {}
        return {each.name: each for part in mark.parts for each in part.answers}


def _by_own(mark: AnswerMark, own: AnswerMark | None, chosen: Verdict, whole: Composite, asked: Question) -> AnswerMark:
    """The mark of an answer that is made of numbers which a student chose, ``own`` the one by these."""
    if own is None:
        is_open = chosen is Verdict.MISSING and not mark.verdict.is_right
        return replace(mark, message=(_NONE_GIVEN, Name(whole.name))) if is_open else mark
    if chosen.is_right:
        return own
    share = 0 if asked.marking.exact_only else asked.marking.follow_through
    if mark.verdict.is_right or not own.verdict.is_right or not share:
        return mark
    said = ("right with your ", Name(whole.name))
    return replace(mark, verdict=Verdict.FOLLOW_THROUGH, score=mark.out_of * share, message=said, slips=())
