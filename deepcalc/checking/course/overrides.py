"""A marker's last word: points for a part of a student's work in place of those that were found, with a reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from fractions import Fraction

from deepcalc.checking.course.tables import Table
from deepcalc.errors import InvalidProblem, LocatedFault, UsageError, did_you_mean
from deepcalc.records import record

COLUMNS = ("student", "part", "score", "reason")

_POINTS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")


@record
class Override:
    """Points for a part, and why."""

    score: Fraction
    reason: str


OverridesByStudent = Mapping[str, Mapping[str, Override]]
"""By student, then by part."""


@record
class Overrides:
    """The overrides of a table, and faults of its rows."""

    by_student: OverridesByStudent
    faults: tuple[LocatedFault, ...]


def overrides_in(
    table: Table, students: Collection[str], parts: Mapping[str, Fraction], decimal_comma: bool = False
) -> Overrides:
    """The overrides in a table; ``parts`` have their points. ``InvalidProblem`` where a column is missing."""
    called = [cell.casefold() for cell in table.head.cells]
    missing = [name for name in COLUMNS if name not in called]
    if missing:
        raise InvalidProblem([table.head.fault(f"no column `{name}`; there are to be {_COLUMNS}") for name in missing])
    found: dict[str, dict[str, Override]] = {}
    faults = list(table.faults)
    for row in table.rows:
        student, part, score, reason = (row.cells[called.index(name)] for name in COLUMNS)
        try:
            _check_names(student, part, students, parts)
            if part in found.get(student, {}):
                raise UsageError(f"part {part} of `{student[:60]}` has an override already")
            points = _points(score.replace(",", ".") if decimal_comma else score, parts[part])
        except UsageError as error:
            faults.append(row.fault(str(error)))
        else:
            found.setdefault(student, {})[part] = Override(points, reason)
    return Overrides(found, tuple(sorted(faults, key=lambda fault: fault.place.line)))


_COLUMNS = ", ".join(COLUMNS)


def _check_names(student: str, part: str, students: Collection[str], parts: Mapping[str, Fraction]) -> None:
    if student not in students:
        raise UsageError(f"no student `{student[:60]}`{did_you_mean(student, list(students))}")
    if part not in parts:
        near = did_you_mean(part, list(parts)) or f"; the parts are {', '.join(parts)}"
        raise UsageError(f"no part `{part[:60]}`{near}")


def _points(text: str, out_of: Fraction) -> Fraction:
    if not _POINTS.fullmatch(text):
        raise UsageError(f"`{text[:60]}` is no number of points")
    points = Fraction(text)
    if points > out_of:
        raise UsageError(f"{text} points are more than the part has, {out_of}")
    return points
