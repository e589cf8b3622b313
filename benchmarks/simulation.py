"""How well marking does on simulated students, over every shipped problem; the table of the README.

    python benchmarks/simulation.py [--students 10]

Every student is made from a seed, so the counts are the same on every machine. Honest students carry exact values,
or round intermediate results, and write 3 to 6 digits. Students with one slip make one mistake of the kind's own
list, and everything else right from there on. Random numbers have three significant digits, and the size of the
true value.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from deepcalc.checking.comparing import required_unit
from deepcalc.checking.consequences import Consequences
from deepcalc.checking.document import AnswerMark, Verdict
from deepcalc.checking.marking import Marker
from deepcalc.checking.questions import Question
from deepcalc.checking.slip_lines import own_slips
from deepcalc.kinds import find_kinds
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import Value
from deepcalc.notation.rounding import NumberFormat, Rounding
from deepcalc.plan import Slip
from deepcalc.problem.library import entries
from deepcalc.problem.loader import load
from deepcalc.problem.problem import Problem

SEED = 4
DIGITS = (3, 4, 5, 6)


@dataclass(frozen=True)
class Aim:
    """What is counted, and the share that is aimed at: at least, or (``most``) at most."""

    students: str
    counted: str
    share: float
    most: bool = False

    def met_by(self, share: float) -> bool:
        return share <= self.share if self.most else share >= self.share


HONEST_EXACT = Aim("honest, exact values carried", "marked right", 0.995)
HONEST_ROUNDED = Aim("honest, intermediate results rounded to 3 or 4 figures", "marked right", 0.995)
SLIP_RIGHT = Aim("one slip, where the answer differs in the asked digits", "marked right", 0.005, most=True)
SLIP_NAMED = Aim("one slip, wherever it shows", "the slip among those named", 0.9)
SLIP_FOLLOWED = Aim("one slip, later work that is consistent with it", "follow-through", 0.98)
RANDOM = Aim("random wrong numbers of three digits", "diagnosed", 0.02, most=True)
AIMS = (HONEST_EXACT, HONEST_ROUNDED, SLIP_RIGHT, SLIP_NAMED, SLIP_FOLLOWED, RANDOM)


@dataclass
class Tally:
    """How many of how many, with the cases that were missed."""

    counted: int = 0
    total: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.counted / self.total if self.total else math.nan

    def add(self, aim: Aim, is_so: bool, case: str) -> None:
        self.counted += is_so
        self.total += 1
        if is_so == aim.most:
            self.missed.append(case)


Tallies = Mapping[Aim, Tally]


class Simulation:
    """Students of one problem."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._graph = problem.plan.graph
        self._random = random.Random(f"{SEED} {problem.id}")
        self._marker = Marker(problem)
        self._questions = [each for each in self._marker.questions if each.quantities]
        self._exact = Consequences(self._graph)
        self._rounded = [
            Consequences(self._graph, rounding=Rounding(NumberFormat(significant=figures), carry_rounded=True))
            for figures in (3, 4)
        ]

    def run(self, students: int, tallies: Tallies) -> None:
        """So many honest students, so many with each slip, and so many random numbers for each answer."""
        for _ in range(students):
            self._honest(self._exact, HONEST_EXACT, tallies)
            self._honest(self._random.choice(self._rounded), HONEST_ROUNDED, tallies)
            self._guess(tallies)
        for slip in own_slips(self._problem):
            for _ in range(max(1, students // 4)):
                self._with_slip(slip, tallies)

    # ---- students

    def _honest(self, way: Consequences, aim: Aim, tallies: Tallies) -> None:
        answers = self._written(way, {})
        for mark in self._marks(answers):
            tallies[aim].add(aim, mark.verdict.is_right, self._case(mark))

    def _with_slip(self, slip: Slip, tallies: Tallies) -> None:
        """One mistake: it is named where it shows first, and what comes after it follows."""
        asked = {each.name: each for each in self._questions}
        marks = self._marks(self._written(self._exact, slip.formulas))
        in_order = sorted(marks, key=lambda mark: self._place(asked[mark.name]))
        wrong = [mark for mark in in_order if self._differs(asked[mark.name], slip)]
        if not wrong:
            return
        said = "; ".join(f"{self._case(mark)} {mark.slips}" for mark in wrong)
        named = any(slip.message in _said(mark) for mark in wrong)
        tallies[SLIP_NAMED].add(SLIP_NAMED, named, f"{slip.key}: {said}")
        earlier: set[str] = set()
        for mark in in_order:
            quantities = asked[mark.name].quantities
            if mark in wrong:
                case = f"{slip.key}: {self._case(mark)}"
                tallies[SLIP_RIGHT].add(SLIP_RIGHT, mark.verdict.is_right, case)
                follows = not any(self._exact.leads_to(name, slip.formulas, earlier) for name in quantities)
                if follows and not _is_refused(mark):
                    is_so = mark.verdict is Verdict.FOLLOW_THROUGH
                    tallies[SLIP_FOLLOWED].add(SLIP_FOLLOWED, is_so, case)
            earlier.update(quantities)

    def _guess(self, tallies: Tallies) -> None:
        """A random number in place of one answer."""
        for question in self._questions:
            numbers = [self._random_number(name) for name in question.quantities]
            mark = self._mark_of(question, ", ".join(numbers))
            if mark.verdict is Verdict.WRONG:
                tallies[RANDOM].add(RANDOM, bool(mark.slips), f"{self._case(mark)} {mark.slips}")

    def _random_number(self, name: str) -> str:
        size = abs(float(self._value(name))) or 1.0
        number = size * 10 ** self._random.uniform(-0.5, 0.5) * self._random.choice((1, -1))
        return f"{number:.2e}"

    # ---- answers

    def _written(self, way: Consequences, formulas: Mapping[str, object]) -> dict[str, str]:
        """All answers, in values after a change of formulas, with 3 to 6 digits; no answer where there is no value."""
        number_format = NumberFormat(significant=self._random.choice(DIGITS))
        answers = {}
        for question in self._questions:
            found = [self._after(name, way, formulas) for name in question.quantities]
            values = [value for value in found if value is not None]
            if len(values) == len(found):
                separator = " x " if question.is_shape else ", "
                answers[question.name] = separator.join(number_format.write(value).text for value in values)
        return answers

    def _after(self, name: str, way: Consequences, formulas: Mapping[str, object]) -> Value | None:
        if not way.leads_to(name, formulas):
            return way.value(name)
        values = way.after(name, formulas)
        return None if values is None else values[name]

    def _marks(self, answers: Mapping[str, str]) -> Iterator[AnswerMark]:
        for part in self._marker.mark(answers).parts:
            yield from (mark for mark in part.answers if mark.name in answers)

    def _mark_of(self, question: Question, answer: str) -> AnswerMark:
        return next(self._marks({question.name: answer}))

    def _differs(self, question: Question, slip: Slip) -> bool:
        """Whether the mistake shows in the digits that are asked for."""
        for name in question.quantities:
            value, wrong = self._value(name), self._after(name, self._exact, slip.formulas)
            sheet = self._problem.rounding.of(self._graph[name].group)
            unit = required_unit(value, question.marking.precision, sheet)
            if wrong is not None and round(to_fraction(wrong) / unit) != round(value / unit):
                return True
        return False

    def _value(self, name: str) -> Fraction:
        value = self._exact.value(name)
        assert value is not None
        return to_fraction(value)

    def _place(self, question: Question) -> int:
        """Where an answer stands in the order of computing."""
        return max(self._graph.names.index(name) for name in question.quantities)

    def _case(self, mark: AnswerMark) -> str:
        return f"{self._problem.id} {mark.name} = {mark.given} ({mark.verdict}, expected {mark.expected})"


def _is_refused(mark: AnswerMark) -> bool:
    """Whether nothing may follow from the wrong number: it is impossible, or makes the step trivial."""
    return any("no follow-through" in said for said in mark.message if isinstance(said, str))


def simulate(problems: Sequence[Problem], students: int) -> Tallies:
    """What is counted over the problems, with so many students of each."""
    tallies = {aim: Tally() for aim in AIMS}
    for problem in problems:
        Simulation(problem).run(students, tallies)
    return tallies


def table(tallies: Tallies) -> str:
    """The counts as Markdown."""
    rows = ["| students | counted | cases | share | aim |", "| --- | --- | ---: | ---: | ---: |"]
    for aim, tally in tallies.items():
        limit = f"{'≤' if aim.most else '≥'} {aim.share:.1%}"
        rows.append(f"| {aim.students} | {aim.counted} | {tally.total:,} | {tally.share:.2%} | {limit} |")
    return "\n".join(rows)


def library() -> list[Problem]:
    """The shipped problems that ask for numbers, one for each quantity."""
    kinds = find_kinds()
    found = [load(entry.path, kinds) for entry in entries() if entry.kind != "choice"]
    return [each for each in found if not (each.plan.graph.has_arrays or each.plan.graph.has_letters)]


def _said(mark: AnswerMark) -> str:
    """The words of what a student is told."""
    return "".join(part for part in mark.message if isinstance(part, str))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=10, help="of each sort, for each problem (10)")
    parser.add_argument("--missed", action="store_true", help="also list the cases that were missed")
    arguments = parser.parse_args()
    tallies = simulate(library(), arguments.students)
    print(table(tallies))
    if arguments.missed:
        for aim, tally in tallies.items():
            print(f"\n{aim.students}: {aim.counted}", *tally.missed, sep="\n  ")
    if not all(aim.met_by(tally.share) for aim, tally in tallies.items()):
        sys.exit(1)


if __name__ == "__main__":
    main()
