"""Tables in LaTeX (booktabs): the given values, and the textbook tables with the arithmetic in each cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.records import record
from deepcalc.rendering.latex_math import broken_math, prose_latex, relation
from deepcalc.rendering.latex_text import heading, note_line
from deepcalc.rendering.latex_width import LINE, NOTE_SCALE, QUESTION_LINE, RELATION, math_width, text_width
from deepcalc.solution.document import Given, Line, Row, Section, Step, Table, View

_MOST_COLUMNS = 6  # of given values side by side
_COLUMN_GAP = 1.3
_MOST_LINES = 26  # a longer table goes on in a further one, so that it can be broken over pages
_TALL_LINE = 1.8  # of a line with a fraction
_TALL = (r"\frac", r"\begin{aligned}", r"\begin{bmatrix}")  # what is higher than a line of text
_NARROWEST = 6.0
_TEXT_WIDTH = 12.0  # of an author's sentence in a cell
_MOST_FIGURES = 20  # lines of a table of figures, so that its parts fill a page
_ROUNDING = 0.01
_BROKEN_AT = r"\allowbreak"


@record
class _Size:
    """A size of letters: its command, how large it is beside \\normalsize, and the gap between two columns in em."""

    command: str
    scale: float
    gap: float = _COLUMN_GAP


_SMALL = _Size(r"\small", 0.92)
_SIZES = (_Size("", 1.0), _SMALL)
_SIZES_OF_FIGURES = (
    *_SIZES,
    _Size(r"\footnotesize", 0.83),
    _Size(r"\scriptsize\setlength{\tabcolsep}{3pt}", 0.73, 0.6),
)


def given_table(given: Sequence[Given], printer: LatexPrinter) -> list[str]:
    """The given values, those of one sort in rows beside its title."""
    labels = [heading(each.title) for each in given]
    items = [[f"{printer.print(name)} = {printer.print(value)}" for name, value in each.values] for each in given]
    room = QUESTION_LINE - max(map(text_width, labels)) - _COLUMN_GAP
    columns = _columns(items, room + _COLUMN_GAP)
    rows = []
    for label, values in zip(labels, items, strict=True):
        for start in range(0, len(values), columns):
            cells = [_given_cell(value, room) for value in values[start : start + columns]]
            rows.append([label if start == 0 else "", *cells])
    return [_tabular("l" * (columns + 1), None, part) for part in _parts(rows)]


def _given_cell(value: str, room: float) -> str:
    """A given value; a long one in several lines."""
    if math_width(value) <= room or _BROKEN_AT not in value:
        return f"${value}$"
    return rf"\parbox[t]{{{room:.1f}em}}{{\raggedright\hangindent 1.5em ${value}$}}"


def _columns(items: Sequence[Sequence[str]], room: float) -> int:
    """How many items fit side by side, each column as wide as the widest in it."""
    for columns in range(min(_MOST_COLUMNS, max(map(len, items))), 1, -1):
        widths = [
            max((math_width(item) for row in items for item in row[column::columns]), default=0.0) + _COLUMN_GAP
            for column in range(columns)
        ]
        if sum(widths) <= room:
            return columns
    return 1


def side_by_side(blocks: Sequence[Section | Table], printer: LatexPrinter) -> list[Section | Table]:
    """The blocks, with tables of figures of the same rows joined where they fit beside each other."""
    joined: list[Section | Table] = []
    for block in blocks:
        before = joined[-1] if joined else None
        if isinstance(before, Table) and isinstance(block, Table) and before.figures and block.figures:
            both = _beside(before, block)
            if both is not None and _fits(both, printer):
                joined[-1] = both
                continue
        joined.append(block)
    return joined


def _beside(left: Table, right: Table) -> Table | None:
    if left.title != right.title or [row.label for row in left.rows] != [row.label for row in right.rows]:
        return None
    pairs = zip(left.rows, right.rows, strict=True)
    rows = tuple(Row(row.label, (*row.cells, *other.cells)) for row, other in pairs)
    return Table(left.title, (*left.headings, *right.headings[1:]), rows, figures=True)


def _fits(table: Table, printer: LatexPrinter) -> bool:
    """Whether a table of figures fits the line in the smallest letters."""
    titles = [text_width(prose_latex(title, printer)) for title in table.headings]
    columns = zip(*(row.cells for row in table.rows), strict=True)
    cells = [[_Cell(step, printer, True) for step in column if step is not None] for column in columns]
    widths = [
        max([title, *(cell.width(False) for cell in each)]) for title, each in zip(titles[1:], cells, strict=True)
    ]
    smallest = _SIZES_OF_FIGURES[-1]
    return titles[0] + sum(widths) * smallest.scale + smallest.gap * len(widths) <= LINE


def solution_table(table: Table, printer: LatexPrinter) -> Iterator[str]:
    """A table of the derivation: its title, then the table in parts that fit a page, then an author's notes."""
    if table.title:
        yield rf"\textit{{{heading(table.title)}}}"
    *parts, last = _of_fewer_columns(table, printer)
    for part in parts:
        yield from _tabulars(part, printer)
    *tables, end = _tabulars(last, printer)
    yield from tables
    yield end.removesuffix(r"\medskip") + r"\nopagebreak\medskip"  # what it comes to stands on the same page
    notes = [step for row in table.rows for step in row.cells if step is not None and step.author_note]
    for step in notes:
        yield rf"{{\footnotesize ${printer.print(step.symbol)}$: {note_line(step.author_note or '')}\par}}"


def _of_fewer_columns(table: Table, printer: LatexPrinter) -> Sequence[Table]:
    """A table of figures that is too wide for the line as several, as few as can be; another, or one, as it is."""
    columns = len(table.headings) - 1
    for most in range(columns, 0, -1) if table.figures else ():
        parts = table.of_columns(most)
        if all(_fits(part, printer) for part in parts):
            return parts
    return [table]


def _tabulars(table: Table, printer: LatexPrinter) -> Iterator[str]:
    """The table, in parts that fit a page."""
    headings = [prose_latex(title, printer) for title in table.headings]
    labels = [prose_latex(row.label, printer) for row in table.rows]
    cells = [
        [None if step is None else _Cell(step, printer, table.figures) for step in row.cells] for row in table.rows
    ]
    room = LINE - max(map(text_width, [headings[0], *labels]))
    layout = _fitting(cells, headings[1:], room, _SIZES_OF_FIGURES if table.figures else _SIZES)
    rows = [
        [label, *("" if cell is None else cell.laid_out(width) for cell, width in zip(row, layout.widths, strict=True))]
        for label, row in zip(labels, cells, strict=True)
    ]
    for part in _parts(rows, _MOST_FIGURES if table.figures else _MOST_LINES):
        yield _tabular("l" * len(headings), headings, part, layout.size)


@record
class _Cell:
    """The arithmetic of a step and its result; the row and the column say what it is."""

    step: Step
    printer: LatexPrinter
    figure: bool

    def width(self, stacked: bool) -> float:
        """The width on one line, or with the result ``stacked`` below the arithmetic."""
        if self.step.text is not None:
            one_line = NOTE_SCALE * text_width(self.step.text)
            return min(one_line, _TEXT_WIDTH) if stacked else one_line
        widths = [self._sign_width(line) + math_width(self.printer.print(line.expression)) for line in self._lines]
        return max(widths) if stacked else sum(widths)

    def _sign_width(self, line: Line) -> float:
        """The cell begins with arithmetic, or with a result that is exact; else with a relation."""
        first = line is self._lines[0] and (line.exact or line.view in (View.NUMBERS, View.FORMULA))
        return 0.0 if first or self.figure else RELATION

    @cached_property
    def _lines(self) -> list[Line]:
        return self.step.cell(self.figure)

    def laid_out(self, room: float) -> str:
        """The cell in lines of at most so many em."""
        if self.step.text is not None:
            return rf"\parbox[t]{{{room:.1f}em}}{{\footnotesize\raggedright {note_line(self.step.text)}}}"
        rows: list[str] = []
        used = 0.0
        for line in self._lines:
            sign_width = self._sign_width(line)
            first, *others = broken_math(line.expression, self.printer, room - sign_width)
            shown = f"{relation(line)} {first}" if sign_width else first
            if rows and not others and used + sign_width + math_width(first) <= room:
                rows[-1] += f" {shown}"
            else:
                rows += [shown, *others]
            used = math_width(rows[-1])
        if len(rows) == 1:
            return rf"$\displaystyle {rows[0]}$"
        aligned = [f"&{{-}}{row[1:]}" if row.startswith("-") else f"&{row}" for row in rows]
        return r"$\begin{aligned}[t] " + r" \\ ".join(aligned) + r" \end{aligned}$"


@record
class _Layout:
    """The size of the letters and the width of each column, in em of that size."""

    size: str
    widths: Sequence[float]


def _fitting(
    cells: Sequence[Sequence[_Cell | None]], headings: Sequence[str], room: float, sizes: Sequence[_Size]
) -> _Layout:
    """The roomiest layout that fits: on one line, results below, both in smaller letters; else lines are broken."""
    for stacked in (False, True):
        widths = [
            max([text_width(title), *(cell.width(stacked) for cell in column if cell is not None)]) + _ROUNDING
            for title, column in zip(headings, zip(*cells, strict=True), strict=True)
        ]
        for size in sizes:
            if sum(widths) * size.scale + size.gap * len(widths) <= room:
                return _Layout(size.command, widths)
    return _Layout(_SMALL.command, _shared(widths, (room - _SMALL.gap * len(widths)) / _SMALL.scale))


def _shared(natural: Sequence[float], room: float) -> list[float]:
    """The room shared among columns: what narrow ones leave goes to the wide ones."""
    widths = list(natural)
    left, columns = room, len(natural)
    for index in sorted(range(len(natural)), key=lambda column: natural[column]):
        widths[index] = max(min(natural[index], left / columns), _NARROWEST)
        left -= widths[index]
        columns -= 1
    return widths


def _parts(rows: Iterable[list[str]], most: float = _MOST_LINES) -> Iterator[Sequence[list[str]]]:
    part: list[list[str]] = []
    lines = 0.0
    for row in rows:
        height = max(map(_lines_of, row))
        if part and lines + height > most:
            yield part
            part, lines = [], 0.0
        part.append(row)
        lines += height
    if part:
        yield part


def _lines_of(cell: str) -> float:
    """How many lines high a cell is."""
    return sum(_TALL_LINE if r"\frac" in line else 1.0 for line in cell.split(r" \\ "))


def _tabular(columns: str, headings: Sequence[str] | None, rows: Iterable[list[str]], size: str = "") -> str:
    """The table in a paragraph of its own, as far from the margin as a derivation."""
    body = [" & ".join(row) for row in rows]
    end = r" \\"
    if any(tall in row for row in body for tall in _TALL):
        end += r"\addlinespace"
    lines = [rf"\medskip{{{size}\noindent\hspace*{{1em}}%", rf"\begin{{tabular}}{{@{{}}{columns}@{{}}}}", r"\toprule"]
    if headings is not None:
        lines += [" & ".join(headings) + end, r"\midrule"]
    return "\n".join([*lines, *(row + end for row in body), r"\bottomrule", r"\end{tabular}\par}\medskip"])
