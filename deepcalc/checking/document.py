"""What marking gives: a verdict and points for each answer, in no format yet. Mathematics in messages is nodes."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from deepcalc.graph.quantities import Prose
from deepcalc.notation.symbols import Symbols
from deepcalc.records import record


class Verdict(StrEnum):
    """What an answer is.

    ``rounded``: right with rounded figures carried on; ``follow_through``: right given an earlier mistake.
    """

    CORRECT = "correct"
    ROUNDED = "rounded"
    FOLLOW_THROUGH = "follow_through"
    WRONG = "wrong"
    UNREADABLE = "unreadable"
    MISSING = "missing"

    @property
    def is_right(self) -> bool:
        return self in (Verdict.CORRECT, Verdict.ROUNDED)


@record
class Worked:
    """The part of a message that shows a line as it was probably computed: the way to the right answer shows in it."""

    prose: Prose


@record
class Quoted:
    """The part of a message that is an author's text: Markdown with $math$."""

    markdown: str


@record
class AnswerMark:
    """The mark of one answer.

    ``given`` is the answer as it was written (None where there is none), ``expected`` the right one as the sheet
    shows it, in plain text. ``slips`` are the keys of the typical mistakes that explain a wrong number. An
    intermediate result that nobody asked for is out of 0 points.
    """

    name: str
    given: str | None
    verdict: Verdict
    score: Fraction
    out_of: Fraction
    expected: str
    message: Prose = ()
    slips: tuple[str, ...] = ()
    asked: bool = True


@record
class PartMark:
    """The marks of one part: of what it asks for, then of the intermediate results on the way."""

    id: str
    answers: tuple[AnswerMark, ...]

    @property
    def score(self) -> Fraction:
        return sum((answer.score for answer in self.answers), Fraction(0))

    @property
    def out_of(self) -> Fraction:
        return sum((answer.out_of for answer in self.answers), Fraction(0))


@record
class Mark:
    """The marks of a student's answers to a problem."""

    problem: str
    parts: tuple[PartMark, ...]
    symbols: Symbols

    @property
    def score(self) -> Fraction:
        return sum((part.score for part in self.parts), Fraction(0))

    @property
    def out_of(self) -> Fraction:
        return sum((part.out_of for part in self.parts), Fraction(0))

    @property
    def is_right(self) -> bool:
        """Whether everything that is asked for is right."""
        return all(answer.verdict.is_right for part in self.parts for answer in part.answers if answer.asked)
