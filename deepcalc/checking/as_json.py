"""Marks as JSON: the stable contract of ``check --format json``. Mathematics in it is plain text."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from deepcalc.checking.document import AnswerMark, Mark, Quoted, Worked
from deepcalc.graph.quantities import Prose
from deepcalc.notation.printing import PlainPrinter, Printer

_DECIMALS = 6


def to_json(mark: Mark, hide_expected: bool = False) -> str:
    """The marks as one line of JSON."""
    return json.dumps(as_data(mark, hide_expected), ensure_ascii=False)


def as_data(mark: Mark, hide_expected: bool = False) -> dict[str, Any]:
    """The marks as plain data, in the contract's shape; with ``hide_expected`` no right answer is among them."""
    printer = PlainPrinter(mark.symbols)
    return {
        "problem": mark.problem,
        "score": points(mark.score),
        "out_of": points(mark.out_of),
        "parts": [
            {
                "id": part.id,
                "score": points(part.score),
                "out_of": points(part.out_of),
                "answers": [_answer(answer, printer, hide_expected) for answer in part.answers],
            }
            for part in mark.parts
        ],
    }


def points(score: Fraction) -> int | float:
    """Points as a JSON number, whole ones as such."""
    return score.numerator if score.denominator == 1 else round(float(score), _DECIMALS)


def prose_text(
    prose: Prose, printer: Printer, hide_expected: bool = False, quoted: Callable[[str], str] = str.strip
) -> str:
    """A message as text, its mathematics in the printer's dialect; with ``hide_expected`` without worked lines.

    ``quoted`` makes text of what an author wrote in Markdown, which stays as it is by default.
    """

    def text(part: Any) -> str:
        if isinstance(part, Worked):
            return "" if hide_expected else prose_text(part.prose, printer, quoted=quoted)
        if isinstance(part, Quoted):
            return quoted(part.markdown)
        return part if isinstance(part, str) else printer.print(part)

    return "".join(map(text, prose))


def _answer(answer: AnswerMark, printer: Printer, hide_expected: bool) -> dict[str, Any]:
    return {
        "name": printer.symbols.written(answer.name),
        "given": answer.given,
        "verdict": answer.verdict.value,
        "score": points(answer.score),
        "out_of": points(answer.out_of),
        "expected": None if hide_expected else answer.expected,
        "message": prose_text(answer.message, printer, hide_expected),
        "slip": " or ".join(answer.slips) or None,
    }
