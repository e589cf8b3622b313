"""A solution as a document: what a sheet says, in no format yet. Mathematics in it is nodes, never text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any, TypeVar

from deepcalc.graph.quantities import Prose
from deepcalc.notation.nodes import Name, Node, Value
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import Item
from deepcalc.records import record
from deepcalc.solution.detail import Detail
from deepcalc.solution.shown import is_exact

if TYPE_CHECKING:
    from deepcalc.solution.drawings import Figure


Note = TypeVar("Note")
"""A note on a step, as a format has it."""


class View(StrEnum):
    """What a line of a derivation shows of its quantity."""

    LAW = "law"
    FORMULA = "formula"
    NUMBERS = "numbers"
    TERMS = "terms"
    FOLD = "fold"
    RESULT = "result"


@record
class Line:
    """One view of a quantity: joined to what stands before it by ``=`` if it is exact, by ``≈`` if not.

    A ``joined`` line stands in the same row as the one before it where there is room.
    """

    view: View
    expression: Node
    exact: bool = True
    joined: bool = False


@record
class Step:
    """The derivation of one quantity. ``value`` is what the lines come to, before it is rounded; None in letters.

    ``note`` says what the quantity is, ``reason`` why its value is decided as it is (``since h₁ = 2 > 0``).
    One ``of_several`` steps has their results side by side, in a cell of a table: it is no step of the derivation.
    The author's last word: ``author_note`` stands in place of the note, ``text`` in place of all lines (both
    Markdown). A step that the author hides is in its part's ``hidden`` ones, not in a block.
    """

    name: str
    section: str
    lines: tuple[Line, ...]
    value: Any
    shown: Node
    note: Prose = ()
    reason: Prose = ()
    is_answer: bool = False
    of_several: bool = False
    author_note: str | None = None
    text: str | None = None

    @property
    def symbol(self) -> Name:
        return Name(self.name)

    def rows(self, detail: Detail) -> list[list[Line]]:
        """The lines that are to stand in one row each, where there is room: joined ones, and all of a brief step."""
        rows: list[list[Line]] = []
        for line in self.lines:
            if rows and (line.joined or detail is Detail.BRIEF):
                rows[-1].append(line)
            else:
                rows.append([line])
        return rows

    def noted(self, prose: Callable[[Prose], Note], markdown: Callable[[str], Note]) -> Note:
        """The note in a format: the author's own, else the generated one."""
        return prose(self.note) if self.author_note is None else markdown(self.author_note)

    def notes(
        self,
        rows: int,
        prose: Callable[[Prose], Note],
        markdown: Callable[[str], Note],
        both: Callable[[Note, Note], Note],
    ) -> list[Note]:
        """What stands beside so many rows: the note beside the first, the reason beside the last."""
        note, reason = self.noted(prose, markdown), prose(self.reason)
        if rows == 1:
            return [both(note, reason) if note and reason else note or reason]
        return [note, *[prose(())] * (rows - 2), reason]

    def view(self, view: View) -> Line | None:
        """The first line of that view, if the step has one."""
        return next((line for line in self.lines if line.view is view), None)

    def cell(self, figure: bool) -> list[Line]:
        """The lines in a cell of a table: the numbers put in and the result, this alone in one of figures.

        What is in letters has no numbers; where nothing is worked out of it, its formula stands there.
        """
        views = (View.RESULT,) if figure else (View.NUMBERS, View.RESULT)
        found = [line for line in map(self.view, views) if line is not None]
        return found or [line for line in (self.view(View.FORMULA),) if line is not None]


@record
class Section:
    """Steps under one heading: ``Forward pass``."""

    title: str
    steps: tuple[Step, ...]

    @property
    def all_steps(self) -> tuple[Step, ...]:
        return self.steps


MOST_OF_ARITHMETIC = 5
"""Columns of a table that shows arithmetic, with that of the labels; a wider one shows results, derived below it."""


@record
class Row:
    label: Prose
    cells: tuple[Step | None, ...]


@record
class Table:
    """A table of the derivation: each cell shows the arithmetic of a step and its result; of ``figures`` this alone."""

    title: str
    headings: tuple[Prose, ...]
    rows: tuple[Row, ...]
    figures: bool = False

    @property
    def all_steps(self) -> tuple[Step, ...]:
        return tuple(cell for row in self.rows for cell in row.cells if cell is not None and not cell.of_several)

    def of_columns(self, most: int) -> Sequence[Table]:
        """The table as several of at most so many columns beside that of the labels, all of about as many."""
        columns = len(self.headings) - 1
        size = ceil(columns / ceil(columns / most))
        return [self._with(slice(at, at + size)) for at in range(0, columns, size)]

    def _with(self, kept: slice) -> Table:
        rows = tuple(Row(row.label, row.cells[kept]) for row in self.rows)
        return Table(self.title, (self.headings[0], *self.headings[1:][kept]), rows, self.figures)


@record
class Given:
    """Given values of one sort, in order."""

    title: str
    values: tuple[tuple[Name, Any], ...]


@record
class Answer:
    """One answer of a part: a number, the numbers of a vector or shape, or what an item's key says.

    ``values`` are the numbers (none for an item, None for what is in letters), ``expression`` is how they are written,
    ``key`` an item's answer. ``shape`` is that of an answer in letters, its sizes as numbers or texts. ``asked`` is the
    name by which the author asks for it: ``w+`` for ``w@1``, or that of a group.
    """

    name: str
    values: tuple[Any, ...] = ()
    expression: Node | None = None
    composite: bool = False
    item: Item | None = None
    shape: tuple[int | str, ...] = ()
    asked: str = ""

    @property
    def exact(self) -> bool:
        """Whether what is shown is the value in full."""
        return self.expression is None or is_exact(self.expression)

    @property
    def written(self) -> Node:
        """How the numbers are written; of answers that are no item's."""
        assert self.expression is not None
        return self.expression


@record
class Part:
    """One part: what is asked, the blocks of its derivation, its answers; prose of the author's around them.

    ``terms`` are the names in which answers in letters are written, where the author says so.
    """

    id: str
    points: int | None
    find: tuple[str, ...]
    text: str
    blocks: tuple[Section | Table, ...]
    items: tuple[Item, ...]
    answers: tuple[Answer, ...]
    hidden: tuple[Step, ...] = ()
    terms: tuple[str, ...] = ()
    before: str = ""
    after: str = ""

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step of the part, in order, those in tables and hidden ones among them."""
        steps = {step.name: step for step in self.hidden}
        steps.update({step.name: step for block in self.blocks for step in block.all_steps})
        return tuple(steps.values())


@record
class Solution:
    """A solved problem."""

    problem: str
    title: str
    kind: str
    statement: Prose
    reference: str | None
    given: tuple[Given, ...]
    parts: tuple[Part, ...]
    symbols: Symbols
    detail: Detail
    points: int | None = None
    carry_rounded: bool = False
    in_floats: bool = False
    values: Mapping[str, Value] = field(default_factory=dict)
    draw: Callable[[], tuple[Figure, ...]] = field(default=tuple, repr=False, compare=False)

    @property
    def remark(self) -> str:
        """What holds of all figures of the sheet, where it is not what a reader expects."""
        if self.in_floats:
            return "The figures are worked out in floating point: the arrays are too large for exact ones."
        return "Rounded figures are carried on, as written down." if self.carry_rounded else ""

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The pictures, those of the statement first; they are made when they are asked for."""
        return self.draw()
