r"""Derivations in LaTeX: ``align*`` with one equals sign a line, long lines broken at operators, notes at the right.

A note is a ``\tag*``: TeX sets it at the right margin, and below the line where there is no room.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from math import ceil, floor

from deepcalc.graph.quantities import Prose
from deepcalc.notation.mathtext.latex import row_end
from deepcalc.notation.names import gradient_parts
from deepcalc.notation.nodes import Call, Cases, Joined, Name, Node, Over
from deepcalc.notation.printing import Break, Level, Printer, Token
from deepcalc.notation.printing.arrays import Rows
from deepcalc.notation.printing.latex import LatexPrinter, is_tall
from deepcalc.notation.symbols import Symbols
from deepcalc.records import record
from deepcalc.rendering.latex_text import escape, heading, note_line, paragraph, text_blocks
from deepcalc.rendering.latex_width import LINE, NOTE_SCALE, RELATION, math_width, text_width
from deepcalc.rendering.layout import broken
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import Line, Section, Step, View

_WIDEST_SYMBOL = 0.4 * LINE  # a wider left-hand side stands on a row of its own
_SHORT = 0.45 * LINE  # of a step that may share its row with others
_BOX = 1.0  # \boxed around a result
_MOST_ROWS = 60  # of one align*, where its steps allow that
_WIDEST_NOTE = 0.4 * LINE  # for which room is kept beside the lines
_GAP = 1.5  # between a line and its note
_MOST_CASES = 10  # of a longer list of cases the middle is left out
_FIRST_CASES, _LAST_CASES = 5, 3

_FENCE = re.compile(r"\\(left|right)(?![A-Za-z])")


def relation(line: Line) -> str:
    return "=" if line.exact else r"\approx"


def prose_latex(text: Prose, printer: LatexPrinter) -> str:
    """Text with mathematics in it."""
    return "".join(escape(part) if isinstance(part, str) else f"${printer.print(part)}$" for part in text)


# ---- lines


def broken_math(expression: Node, printer: LatexPrinter, room: float) -> list[str]:
    """The expression in lines of at most ``room`` em where that can be, each but the first to follow an operator's gap.

    Where a fraction or root is too wide for a line, all are written with ``/`` and powers, which can be broken.
    """
    tokens = _tokens(expression, printer)
    whole = "".join(token for token in tokens if isinstance(token, str))
    if math_width(whole) <= room:
        return [whole]
    lines = broken(tokens, floor(100 * room), _hundredths)
    if any(math_width(line) > room for line in lines):
        lines = broken(_FlatPrinter(printer.symbols).tokens(expression), floor(100 * room), _hundredths)
    first, *others = _with_open_fences(lines)
    return [first, *(f"{{}}{line}" for line in others)]


def _hundredths(latex: str) -> int:
    return ceil(100 * math_width(latex))


def _tokens(expression: Node, printer: LatexPrinter) -> list[Token]:
    if isinstance(expression, Cases) and len(expression.branches) > _MOST_CASES:
        shown = printer.print(expression)
        opening, rows, closing = shown[: len(_CASES[0])], shown[len(_CASES[0]) : -len(_CASES[1])], _CASES[1]
        parts = rows.split(r" \\ ")
        kept = [*parts[:_FIRST_CASES], r"\quad\vdots", *parts[-_LAST_CASES:]]
        return [opening + r" \\ ".join(kept) + closing]
    return printer.tokens(expression)


_CASES = (r"\begin{cases} ", r" \end{cases}")


class SheetPrinter(LatexPrinter):
    """LaTeX as it is set on paper: brackets grow only around what is tall, long vectors may take several lines."""

    after_an_entry = r",\allowbreak "

    def row_end(self, rows: Rows) -> str:
        return row_end(any(r"\frac" in cell for row in rows for cell in row))

    def bracketed(self, tokens: list[Token]) -> list[Token]:
        return super().bracketed(tokens) if is_tall(tokens) else self.fenced("(", tokens, ")")

    def show_listing(self, node: Node) -> list[Token]:
        return [token if token != self.separator else r",\;" for token in self.listed(node.args)]

    def show_joined(self, node: Joined) -> list[Token]:
        """The parts of an answer, which may stand in several lines of a paragraph."""
        between = "," if node.sign == "," else f"{self.joining(node.sign)} "
        joined = f"{between}\\allowbreak\\,".join(map(self.print, node.parts))
        return [f"({joined})" if node.sign == "," else joined]


class InlinePrinter(SheetPrinter):
    """LaTeX in a line of text: derivatives with a slash."""

    def show_name(self, node: Name) -> list[Token]:
        if gradient_parts(node.name) is None or not self.symbols.forms(node.name).quotient:
            return super().show_name(node)
        above, *below = self.symbols.differentials(node.name)
        return [rf"{above.latex} / {' '.join(each.latex for each in below)}"]


class _FlatPrinter(SheetPrinter):
    """LaTeX in which every operator is a place to break the line."""

    show_over = Printer.show_over

    def show_cases(self, node: Cases) -> list[Token]:
        tokens: list[Token] = []
        for value, condition in node.branches:
            tokens += [*self.tokens(value), r" \text{ if } ", *self.tokens(condition), ",", Break(0), r"\; "]
        return [*tokens, *self.tokens(node.otherwise), r" \text{ otherwise}"]

    def level(self, node: Node) -> Level:
        return Level.PRODUCT if isinstance(node, Over) else super().level(node)

    def show_call(self, node: Call) -> list[Token]:
        inner = self.listed(node.arguments)
        match node.function:
            case "sqrt":
                return [*self.bracketed(inner), "^{1/2}"]
            case "exp":
                return [r"\exp", *self.bracketed(inner)]
            case "abs":
                return self.fenced(r"\left|", inner, r"\right|")
        return super().show_call(node)


def _with_open_fences(lines: Sequence[str]) -> list[str]:
    r"""The lines with ``\bigl`` and ``\bigr`` in place of a ``\left`` and ``\right`` that stand in two lines."""
    opened: list[tuple[int, int]] = []  # line and position of each \left
    replaced: dict[tuple[int, int], str] = {}
    for number, line in enumerate(lines):
        for fence in _FENCE.finditer(line):
            here = (number, fence.start())
            if fence[1] == "left":
                opened.append(here)
            elif opened and (start := opened.pop())[0] != number:
                inside = [lines[start[0]][start[1] :], *lines[start[0] + 1 : number], line[: fence.start()]]
                size = "Big" if any(r"\frac" in part or r"\sum" in part for part in inside) else "big"
                replaced[start], replaced[here] = rf"\{size}l", rf"\{size}r"

    def resized(number: int, fence: re.Match[str]) -> str:
        return replaced.get((number, fence.start()), fence[0])

    return [_FENCE.sub(partial(resized, number), line) for number, line in enumerate(lines)]


# ---- rows of align*


@record
class _Row:
    """One row: what stands left of the ``&``, what stands right of it, and the note beside it."""

    left: str
    right: str
    note: str = ""
    is_whole: bool = False
    """Whether it is all of a step, and short."""

    @property
    def width(self) -> float:
        """Of what stands right of the ``&``."""
        return math_width(self.right)

    def beside(self, other: _Row) -> _Row | None:
        """Both in one row, where each is a short step of its own and none has a note."""
        if not (self.is_whole and other.is_whole):
            return None
        return replace(self, right=rf"{self.right} \qquad {other.left} {other.right}")

    def __str__(self) -> str:
        tag = rf" \tag*{{\footnotesize {self.note}}}" if self.note else ""
        return f"{self.left} &{self.right}{tag}".lstrip()


@record
class Derivations:
    """How the steps of one solution are written."""

    symbols: Symbols
    detail: Detail = Detail.STEPS

    @cached_property
    def printer(self) -> LatexPrinter:
        return SheetPrinter(self.symbols)

    @cached_property
    def inline(self) -> LatexPrinter:
        return InlinePrinter(self.symbols)

    def section(self, section: Section) -> Iterator[str]:
        """The section in blocks: its title with its first steps, an author's sentences, further steps."""
        title = rf"\textit{{{heading(section.title)}}}" if section.title else ""
        for steps in _runs(section.steps):
            if steps[0].text is None:
                first, *others = self.align(steps)
                yield f"{title}\n{first}".lstrip()
                yield from others
            else:
                yield from [title] if title else []
                yield from text_blocks(steps[0].text)
            title = ""

    def align(self, steps: Sequence[Step]) -> Iterator[str]:
        """The steps in one ``align*``, so that their equals signs stand below one another; very many in several."""
        symbols = [self.printer.print(step.symbol) for step in steps]
        margin = max((width for symbol in symbols if (width := math_width(symbol)) <= _WIDEST_SYMBOL), default=0.0)
        rows: list[str] = []
        for group in self._side_by_side(steps, symbols, LINE - margin):
            if len(rows) >= _MOST_ROWS:
                yield _align(rows)
                rows = []
            if rows:
                rows[-1] += "[4pt]"
            rows += [rf"  {row} \\" for row in group]
        while rows:
            yield _align(rows[: 2 * _MOST_ROWS])
            rows = rows[2 * _MOST_ROWS :]

    def _side_by_side(self, steps: Sequence[Step], symbols: Sequence[str], room: float) -> Iterator[list[_Row]]:
        """The rows of each step; short steps without a note share one as far as there is room, but in full detail."""
        shared: list[_Row] = []
        for step, symbol in zip(steps, symbols, strict=True):
            rows = list(self._rows(step, symbol, room))
            beside = shared[-1].beside(rows[0]) if shared and len(rows) == 1 else None
            if beside is not None and beside.width <= room and self.detail is not Detail.FULL:
                shared = [beside]
                continue
            yield from [shared] if shared else []
            shared = rows
        yield from [shared] if shared else []

    def _rows(self, step: Step, symbol: str, room: float) -> Iterator[_Row]:
        lines = list(self._lines(step, room))
        if math_width(symbol) > _WIDEST_SYMBOL:
            yield _Row("", symbol)
            symbol = ""
        is_whole = bool(symbol) and len(lines) == 1 and not lines[0].note and math_width(lines[0].right) <= _SHORT
        for index, row in enumerate(lines):
            yield _Row(symbol if index == 0 else "", row.right, row.note, is_whole)

    def _lines(self, step: Step, room: float) -> Iterator[_Row]:
        """The rows of a step: the note beside the first that has room for it, the reason beside the last.

        Where there is room its lines stand in one row; in full detail each has one of its own.
        """
        grouped = step.rows(self.detail) if self.detail is Detail.FULL else [step.lines]
        note = step.noted(lambda prose: prose_latex(prose, self.inline), note_line)
        reason = prose_latex(step.reason, self.inline)
        kept = max(_beside(note), _beside(reason))
        rows = [row for group in grouped for row in self._laid_out(group, step.is_answer, room - kept)]
        if len(rows) == 1 or not (note and reason):
            at = 0 if note else len(rows) - 1
            yield from (_Row("", row) for row in rows[:at])
            yield from _with_note(rows[at:], "; ".join(filter(None, (note, reason))), room)
        else:
            yield from _with_note(rows[:-1], note, room)
            yield from _with_note(rows[-1:], reason, room)

    def _laid_out(self, lines: Sequence[Line], is_answer: bool, room: float) -> list[str]:
        """The lines in one row as far as there is room."""
        rows: list[str] = []
        used = 0.0
        for line in lines:
            boxed = is_answer and line.view is View.RESULT
            pieces = broken_math(line.expression, self.printer, room - RELATION - (_BOX if boxed else 0.0))
            if boxed and len(pieces) == 1:
                pieces = [rf"\boxed{{{pieces[0]}}}"]
            width = RELATION + math_width(pieces[0]) + (_BOX if boxed else 0.0)
            if rows and len(pieces) == 1 and used + width <= room:
                rows[-1] += f" {relation(line)} {pieces[0]}"
                used += width
            else:
                rows += [f"{relation(line)} {pieces[0]}", *(rf"\quad {piece}" for piece in pieces[1:])]
                used = width if len(pieces) == 1 else room
        return rows


def _align(rows: Sequence[str]) -> str:
    last = re.sub(r" \\\\(\[4pt\])?$", "", rows[-1])
    return "\n".join([r"\begin{align*}", *rows[:-1], last, r"\end{align*}"])


def _runs(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """The steps in runs that stand in one ``align*``; a step with a text of the author's is alone."""
    run: list[Step] = []
    for step in steps:
        if step.text is None:
            run.append(step)
            continue
        if run:
            yield run
        yield [step]
        run = []
    if run:
        yield run


def _beside(note: str) -> float:
    """The room that is kept for a note beside the lines; none for a long one, which stands below them."""
    width = NOTE_SCALE * text_width(note) + _GAP if note else 0.0
    return width if width <= _WIDEST_NOTE else 0.0


def _with_note(rows: Sequence[str], note: str, room: float) -> Iterator[_Row]:
    width = NOTE_SCALE * text_width(note)
    beside = next((i for i, row in enumerate(rows) if math_width(row) + _GAP + width <= room), None) if note else None
    for index, row in enumerate(rows):
        yield _Row("", row, note if index == beside else "")
    if note and beside is None:
        size = f"{room - 2:.0f}em"
        yield _Row("", "\\quad \\parbox[t]{" + size + "}{\\footnotesize\\raggedright\n" + paragraph(note) + "}")
