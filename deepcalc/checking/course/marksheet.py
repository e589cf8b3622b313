"""The marks of a course as a table, and what they come to: each part's success, the most frequent slips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from deepcalc.checking.as_json import points, prose_text
from deepcalc.checking.course.overrides import Override
from deepcalc.checking.course.tables import table_text
from deepcalc.checking.document import AnswerMark, Mark, PartMark, Verdict
from deepcalc.notation.printing import PlainPrinter
from deepcalc.records import record


@record
class StudentMark:
    """What one student's answers earn, and a marker's overrides by part, which win and are kept apart."""

    student: str
    mark: Mark
    overrides: Mapping[str, Override]

    @property
    def score(self) -> Fraction:
        return sum(map(self.score_of, self.mark.parts), Fraction(0))

    def score_of(self, part: PartMark) -> Fraction:
        """The points for a part: the marker's, else those that were found."""
        override = self.overrides.get(part.id)
        return part.score if override is None else override.score


@record
class PartSuccess:
    """How a part went: the mean of its points, and how many students have all of them."""

    id: str
    mean: Fraction
    out_of: Fraction
    full: int


@record
class CourseSummary:
    """How a course went. ``slips`` are counted by answer and key, the most frequent first."""

    students: int
    parts: tuple[PartSuccess, ...]
    slips: tuple[tuple[tuple[str, str], int], ...]


def marks_table(
    marks: Sequence[StudentMark], parts: Sequence[str], answers: Mapping[str, str], overridden: bool
) -> str:
    """The marks as CSV: a row for each student, with columns for the parts and for the answers.

    ``answers`` are long names, each with the name in the column's head.
    Where there are overrides, a part's ``score`` is still the one that was found; ``override`` and ``reason`` stand
    beside it, and the student's score in all has the override.
    """
    part_columns = ("score", "override", "reason") if overridden else ("score",)
    head = ["student", "score", "out_of"]
    head += [f"{part} {column}" for part in parts for column in part_columns]
    head += [f"{title} {column}" for title in answers.values() for column in ("verdict", "message")]
    return table_text(head, (list(_cells(each, answers, overridden)) for each in marks))


def _cells(marked: StudentMark, answers: Iterable[str], overridden: bool) -> Iterator[str]:
    mark = marked.mark
    yield from (marked.student, _points(marked.score), _points(mark.out_of))
    for part in mark.parts:
        yield _points(part.score)
        if overridden:
            override = marked.overrides.get(part.id)
            yield from ("", "") if override is None else (_points(override.score), override.reason)
    printer = PlainPrinter(mark.symbols)
    found = _by_name(mark)
    for name in answers:
        answer = found.get(name)
        yield (Verdict.MISSING if answer is None else answer.verdict).value
        yield "" if answer is None else prose_text(answer.message, printer)


def _by_name(mark: Mark) -> dict[str, AnswerMark]:
    return {answer.name: answer for part in mark.parts for answer in part.answers}


def _points(score: Fraction) -> str:
    return str(points(score))


def summary(marks: Sequence[StudentMark]) -> CourseSummary:
    """How the course went, by part in the problem's order."""
    parts: dict[str, list[tuple[Fraction, Fraction]]] = {}
    slips: Counter[tuple[str, str]] = Counter()
    for each in marks:
        for part in each.mark.parts:
            parts.setdefault(part.id, []).append((each.score_of(part), part.out_of))
            slips.update((answer.name, slip) for answer in part.answers for slip in answer.slips)
    return CourseSummary(len(marks), tuple(map(_success, parts, parts.values())), tuple(slips.most_common()))


def _success(part: str, scores: Sequence[tuple[Fraction, Fraction]]) -> PartSuccess:
    mean = sum((score for score, _out_of in scores), Fraction(0)) / len(scores)
    full = sum(score == out_of for score, out_of in scores)
    return PartSuccess(part, mean, scores[0][1], full)
