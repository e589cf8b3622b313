"""How well marking does on simulated students; the table of the README.

    python benchmarks/simulation.py [--students 10] [--missed]

The students work in NumPy (:mod:`benchmarks.worked`), with formulas written out by hand, and make mistakes that were
written there too: nothing is computed by what is measured. Honest students carry exact values or three significant
figures, and write 3 to 6 digits. Students with a slip make one mistake, and everything else right from there on.
Random numbers have three digits, and are a few per cent off. Every student is made from a seed, so the counts are the
same on every machine; only times (of the processor) differ.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import random
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.worked import PROBLEMS
from benchmarks.worked.work import Answers, Mistake, Work, Worked
from deepcalc.checking.as_json import prose_text
from deepcalc.checking.document import AnswerMark, Verdict
from deepcalc.checking.marking import Marker
from deepcalc.kinds import find_kinds
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.library import find
from deepcalc.problem.loader import load, load_text

SEED = 4
DIGITS = (3, 4, 5, 6)
ASKED = 3
"""Significant figures that are asked for."""

_NOTHING = 1e-12
_SMALL = 1e-6
_LINE = re.compile(r"(\{[^}]*\}|[A-Za-z][\w.@:]*) [=≈] [^;]*?([-+0-9.e]+)(?=;|$)")


@dataclass(frozen=True)
class Aim:
    """What is counted, and the share that is aimed at: at least, or (``most``) at most."""

    students: str
    counted: str
    share: float
    most: bool = False

    def met_by(self, share: float) -> bool:
        return math.isnan(share) or (share <= self.share if self.most else share >= self.share)


EXACT = Aim("honest, exact values carried", "marked right", 0.999)
ROUNDED = Aim("honest, three figures carried", "marked right", 0.995)
PASSED = Aim("one slip, where it is made", "marked right", 0.003, most=True)
NAMED = Aim("one slip, where it is made", "named", 0.85)
MISNAMED = Aim("one slip, where it is made", "another one named", 0.01, most=True)
CONTRADICTED = Aim("one slip, what is named", "against another answer", 0.01, most=True)
FOLLOWED = Aim("one slip, later work that is consistent with it", "follow-through", 0.99)
SLIP_FOLLOWED = Aim("one slip, where it is made first", "follow-through", 0.005, most=True)
ACCEPTED = Aim("random numbers, a few per cent off", "marked right", 0.02, most=True)
EXPLAINED = Aim("random numbers, a few per cent off", "explained", 0.03, most=True)
SLOW = Aim("any student", "marked in more than half a second", 0.0, most=True)
AIMS = (
    EXACT, ROUNDED, PASSED, NAMED, MISNAMED, CONTRADICTED, FOLLOWED, SLIP_FOLLOWED, ACCEPTED, EXPLAINED, SLOW,
)  # fmt: skip


@dataclass
class Tally:
    """How many of how many, by kind, with the cases that were missed."""

    counted: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.totals.values())

    @property
    def share(self) -> float:
        return sum(self.counted.values()) / self.total if self.total else math.nan

    def share_of(self, kind: str) -> float:
        return self.counted.get(kind, 0) / self.totals[kind] if self.totals.get(kind) else math.nan

    def add(self, aim: Aim, kind: str, is_so: bool, case: str) -> None:
        self.counted[kind] = self.counted.get(kind, 0) + is_so
        self.totals[kind] = self.totals.get(kind, 0) + 1
        if is_so == aim.most:
            self.missed.append(case)


Tallies = Mapping[Aim, Tally]


class Simulation:
    """Students of one problem."""

    def __init__(self, worked: Worked, tallies: Tallies) -> None:
        self._worked = worked
        self._tallies = tallies
        self._random = random.Random(f"{SEED} {worked.label}")
        self._marker = marker_of(worked)
        self._truth = self._work().answers
        self._mistakes = self._work().mistakes
        self._mistaken = {key: self._work(key).answers for key in self._mistakes}

    def run(self, students: int) -> None:
        """So many honest students, random numbers for each answer, and students with each slip."""
        for _ in range(students):
            self._honest(EXACT, self._truth)
            self._honest(ROUNDED, self._work(figures=self._worked.digits).answers, self._worked.digits)
            self._guess()
        for mistake in self._mistakes.values():
            for digits in self._random.sample(DIGITS, max(1, min(students // 4, len(DIGITS)))):
                self._with_slip(mistake, digits)

    def _work(self, mistake: str | None = None, figures: int | None = None, own: Answers | None = None) -> Work:
        work = Work(mistake, figures, own)
        with np.errstate(all="ignore"):
            self._worked.by_hand(work)
        return work

    # ---- students

    def _honest(self, aim: Aim, answers: Answers, digits: int | None = None) -> None:
        written = as_written(answers, digits or max(self._random.choice(DIGITS), self._worked.digits))
        for mark in self._marks(written):
            self._count(aim, mark.verdict.is_right, mark)

    def _with_slip(self, mistake: Mistake, digits: int) -> None:
        answers = self._mistaken[mistake.key]
        written = as_written(answers, digits)
        own = {name: _read(text) for name, text in written.items()}
        following, again = self._work(own=own).answers, self._work(mistake.key, own=own).answers
        marks = {_asked_name(mark, answers): mark for mark in self._marks(written)}
        for asked, mark in marks.items():
            given = answers[asked]
            if not self._differs(asked, given):
                continue
            slip = f"{mistake.key}: "
            is_made_again = _is_nearer(given, again[asked], following[asked])
            is_consistent = _is_near(following[asked], given, digits) and not is_made_again
            if is_consistent and self._differs(asked, following[asked]):
                if not _is_refused(mark):
                    self._count(FOLLOWED, mark.verdict is Verdict.FOLLOW_THROUGH, mark, slip)
                continue
            self._count(PASSED, mark.verdict.is_right, mark, slip)
            before = (marks[name].verdict for name in itertools.takewhile(asked.__ne__, answers) if name in marks)
            if all(verdict.is_right for verdict in before):
                self._count(SLIP_FOLLOWED, mark.verdict is Verdict.FOLLOW_THROUGH, mark, slip)
            said = _said(mark)
            named = any(re.search(words, said) for words in self._words(mistake, asked, given))
            self._count(NAMED, named, mark, slip)
            self._count(MISNAMED, "consistent with" in said and not named, mark, slip)
            if "consistent with" in said:
                self._count(CONTRADICTED, _contradicts(said, mark, written), mark, slip)

    def _words(self, mistake: Mistake, name: str, given: Any) -> Iterator[str]:
        """What a mistake is called, and those that come to the very same answer, which nobody can tell from it."""
        yield mistake.words
        for other in self._mistakes.values():
            if other != mistake and np.allclose(self._mistaken[other.key][name], given, rtol=1e-6):
                yield other.words

    def _guess(self) -> None:
        """A random number in place of one answer that is no vector and no shape."""
        for name, truth in self._truth.items():
            if np.ndim(truth) or abs(truth) < _SMALL:
                continue
            off = self._random.uniform(0.015, 0.08) * self._random.choice((1, -1))
            given = truth * (1 + off)
            given = round(given) if isinstance(truth, int) else float(f"{given:.{ASKED - 1}e}")
            if self._differs(name, given):
                mark = next(self._marks({name: _text(given, ASKED)}))
                self._count(ACCEPTED, mark.verdict.is_right, mark)
                self._count(EXPLAINED, "consistent with" in _said(mark), mark)

    def _differs(self, name: str, given: Any) -> bool:
        """Whether an answer is wrong in the digits that are asked for, by more than rounding can do."""
        truth = self._truth[name]
        if isinstance(truth, int | tuple):
            return bool(given != truth)
        scale = np.where(np.asarray(truth) == 0, 1.0, np.abs(truth))
        units = np.maximum(10.0 ** (np.floor(np.log10(scale)) + 1 - ASKED), self._worked.unit)
        return bool(np.any(np.abs(np.asarray(given, dtype=float) - truth) > units))

    # ---- answers

    def _marks(self, written: Mapping[str, str]) -> Iterator[AnswerMark]:
        start = time.process_time()
        mark = self._marker.mark(written)
        took = time.process_time() - start
        case = f"{self._worked.label} {dict(written)}: {took:.2f} s"
        self._tallies[SLOW].add(SLOW, self._worked.kind, took > 0.5, case)
        for part in mark.parts:
            yield from (each for each in part.answers if each.given is not None)

    def _count(self, aim: Aim, is_so: bool, mark: AnswerMark, before: str = "") -> None:
        found = f"{mark.name} = {mark.given} ({mark.verdict}, not {mark.expected}) {_said(mark)}"
        case = f"{self._worked.label} {before}{found}"
        self._tallies[aim].add(aim, self._worked.kind, is_so, case)


def marker_of(worked: Worked) -> Marker:
    """What marks a problem's students."""
    kinds = find_kinds()
    if "\n" in worked.problem:
        return Marker(load_text(worked.problem.encode(), f"{worked.by_hand.__name__}.yaml", kinds))
    return Marker(load(find(worked.problem), kinds))


def as_written(answers: Answers, digits: int) -> dict[str, str]:
    """A student's answers as text, those that have a value."""
    return {name: _text(value, digits) for name, value in answers.items() if np.all(np.isfinite(value))}


def _asked_name(mark: AnswerMark, answers: Answers) -> str:
    """The name under which a student gave what is marked."""
    return mark.name if mark.name in answers else mark.name.replace("@1", "+")


def _text(value: Any, digits: int) -> str:
    """A number as it is written, a vector with commas, a matrix in brackets, a shape with ×."""
    if isinstance(value, tuple):
        return " x ".join(_text(each, digits) for each in value)
    if np.ndim(value) > 1:
        return f"[{', '.join(_bracketed(each, digits) for each in value)}]"
    if np.ndim(value):
        return ", ".join(_text(each, digits) for each in value)
    if isinstance(value, int) or abs(value) < _NOTHING:
        return str(value) if isinstance(value, int) else "0"
    size = math.floor(math.log10(abs(value)))
    places = digits - 1 - size
    return f"{value:.{places}f}" if 0 <= places <= 9 else f"{value:.{digits - 1}e}" if places > 0 else str(round(value))


def _bracketed(row: Any, digits: int) -> str:
    text = _text(row, digits)
    return text if text.startswith("[") else f"[{text}]"


def _read(text: str) -> Any:
    if " x " in text:
        return tuple(int(each) for each in text.split(" x "))
    if ", " in text:
        return np.array(json.loads(text if text.startswith("[") else f"[{text}]"))
    return float(text)


def _is_near(following: Any, given: Any, digits: int) -> bool:
    """Whether an answer is what its predecessors lead to, as far as those were rounded."""
    if isinstance(given, int | tuple):
        return bool(following == given)
    scale = np.max(np.abs(np.asarray(given, dtype=float))) + 1e-12
    return bool(np.all(np.abs(np.asarray(following) - given) <= 20 * scale * 10.0**-digits))


def _is_nearer(given: Any, one: Any, other: Any) -> bool:
    """Whether an answer is nearer to one value than to another: nearer to what the mistake makes of it once more."""
    if isinstance(given, int | tuple):
        return bool(given == one != other)
    return bool(np.max(np.abs(np.asarray(one) - given)) < np.max(np.abs(np.asarray(other) - given)))


def _contradicts(said: str, mark: AnswerMark, written: Mapping[str, str]) -> bool:
    """Whether a worked line in an explanation comes to another number than the student wrote for its quantity."""
    for name, result in _LINE.findall(said):
        text = written.get(name.strip("{}")) or written.get(name.strip("{}").replace("@1", "+"))
        if text is not None and name.strip("{}") != mark.name and "," not in text and " x " not in text:
            value = float(result)
            if abs(value - float(text)) > 0.02 * max(abs(value), abs(float(text))):
                return True
    return False


def _is_refused(mark: AnswerMark) -> bool:
    """Whether nothing may follow from the wrong number: it is impossible, or makes the step trivial."""
    return "no follow-through" in _said(mark)


def _said(mark: AnswerMark) -> str:
    return prose_text(mark.message, PlainPrinter())


def simulate(problems: Sequence[Worked], students: int) -> Tallies:
    """What is counted over the problems, with so many students of each."""
    tallies = {aim: Tally() for aim in AIMS}
    for problem in problems:
        Simulation(problem, tallies).run(students)
    return tallies


def table(tallies: Tallies) -> str:
    """The shares as Markdown, in all and by kind."""
    kinds = list(dict.fromkeys(worked.kind for worked in PROBLEMS))
    rows = [
        f"| students | counted | cases | aim | all | {' | '.join(kinds)} |",
        f"| --- | --- | ---: | ---: | ---: |{' ---: |' * len(kinds)}",
    ]
    for aim, tally in tallies.items():
        limit = f"{'≤' if aim.most else '≥'} {aim.share:.1%}"
        shares = " | ".join(_percent(tally.share_of(kind)) for kind in kinds)
        rows.append(
            f"| {aim.students} | {aim.counted} | {tally.total:,} | {limit} | {_percent(tally.share)} | {shares} |"
        )
    return "\n".join(rows)


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{share:.1%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=10, help="of each sort, for each problem (10)")
    parser.add_argument("--missed", action="store_true", help="also list the cases that were missed")
    arguments = parser.parse_args()
    tallies = simulate(PROBLEMS, arguments.students)
    print(table(tallies))
    if arguments.missed:
        for aim, tally in tallies.items():
            print(f"\n{aim.students}: {aim.counted}", *tally.missed, sep="\n  ")
    if not all(aim.met_by(tally.share) for aim, tally in tallies.items()):
        sys.exit(1)


if __name__ == "__main__":
    main()
