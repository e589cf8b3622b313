"""Tables as spreadsheets write them: CSV in UTF-8, with commas, semicolons or tabs between the cells.

A row that cannot be read is a fault with its line, and costs no other row, not even one with a quotation mark that
is never closed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from deepcalc.errors import InvalidProblem, LocatedFault, Place, UsageError
from deepcalc.records import record

DELIMITERS = ",;\t"
LARGEST_TABLE = 256 * 1024 * 1024
MOST_LINES = 50
"""Lines that one row may have, in quoted cells."""

_FORMULA = re.compile(r"[=+\-@\t\r]")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


@record
class SubmissionRow:
    """The cells of a row, without the space around them, and where it stands."""

    place: Place
    cells: tuple[str, ...]

    def fault(self, message: str, cell: str = "") -> LocatedFault:
        """A fault of this row, or of one cell of it."""
        column = self.place.text.find(cell) + 1
        return LocatedFault(Place(self.place.file, self.place.line, max(column, 1), self.place.text), message)


@record
class Table:
    """The head of a table, the rows that could be read, each as long as the head, and why others could not."""

    head: SubmissionRow
    rows: tuple[SubmissionRow, ...]
    faults: tuple[LocatedFault, ...]


def read_table(path: Path) -> Table:
    """The table in a file.

    ``UsageError`` where the file cannot be read, ``InvalidProblem`` where it has no head.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_TABLE + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    if len(raw) > LARGEST_TABLE:
        raise UsageError(f"cannot read {path}: it is larger than {LARGEST_TABLE // 1024**2} MB")
    return table_of(raw, str(path))


def table_of(raw: bytes, name: str) -> Table:
    """The table in a text; ``name`` stands for the file in messages. Empty rows are passed over."""
    lines = list(io.StringIO(raw.decode("utf-8-sig", errors="surrogateescape"), newline=""))
    start = next((index for index, line in enumerate(lines) if line.strip()), None)
    if start is None:
        raise InvalidProblem(
            [LocatedFault(Place(name, 1, 1, ""), "the table is empty; its first row names the columns")]
        )
    delimiter = max(DELIMITERS, key=lines[start].count)
    head, after = _row(lines, start, delimiter, name)
    if isinstance(head, LocatedFault):
        raise InvalidProblem([head])
    rows, faults = [], []
    while after < len(lines):
        row, end = _row(lines, after, delimiter, name, len(head.cells))
        if isinstance(row, LocatedFault):
            faults.append(row)
            end = after + 1
        elif any(row.cells):
            rows.append(row)
        after = end
    return Table(head, tuple(rows), tuple(faults))


def _row(
    lines: Sequence[str], start: int, delimiter: str, name: str, width: int | None = None
) -> tuple[SubmissionRow | LocatedFault, int]:
    """The row that begins in a line, or what is wrong with it, and the line after it."""
    place = Place(name, start + 1, 1, _shown(lines[start]))
    reader = csv.reader(islice(lines, start, start + MOST_LINES), delimiter=delimiter, strict=True)
    try:
        cells = tuple(cell.strip() for cell in next(reader))
    except csv.Error as error:
        reason = "a cell is too long" if "limit" in str(error) else "a quotation mark is never closed, or out of place"
        return LocatedFault(place, f"the row cannot be read: {reason}"), start + 1
    row, end = SubmissionRow(place, cells), start + reader.line_num
    if any("\udc80" <= character <= "\udcff" for cell in cells for character in cell):
        return row.fault("the row is not in UTF-8; save the table as “CSV UTF-8”"), end
    if width is not None and any(cells) and len(cells) != width:
        return row.fault(f"the row has {len(cells)} cells, and the table {width} columns"), end
    return row, end


def _shown(line: str) -> str:
    return line.rstrip("\r\n").encode(errors="surrogateescape").decode(errors="replace")


def table_text(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table as CSV with commas; no cell of it is a formula to a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(escaped, head))
    writer.writerows(map(escaped, row) for row in rows)
    return text.getvalue()


def escaped(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would take it for a formula.

    Source: OWASP, "CSV Injection". A plain number, ``-1.5``, is none.
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _PLAIN_NUMBER.fullmatch(cell) else cell
