"""Tables in the terminal: a width for each column, and columns below each other where they do not fit beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from rich import box
from rich.cells import cell_len
from rich.table import Table as RichTable
from rich.text import Text

from deepcalc.records import record
from deepcalc.rendering.folding import folded, shared, widened, width_of
from deepcalc.rendering.terminal_rows import SYMBOL_STYLE

TITLE_STYLE = "bold cyan"
_BLANK = " "  # in place of a title, where a table goes on
_EDGES = 4  # cells that a table takes at both its ends


@record
class Column:
    """A heading, and the cells below it."""

    heading: str
    cells: tuple[Text, ...]

    @property
    def longest_word(self) -> int:
        """The cells that the heading needs, broken between words and at hyphens."""
        return max(map(cell_len, self.heading.replace("-", "- ").split() or [""]))

    @property
    def widest(self) -> int:
        return max(map(width_of, self.cells))


@record
class TextTable:
    """A table in texts. A ``narrow`` one has no edges, and as few cells as can be between its columns."""

    title: str
    corner: str
    labels: tuple[str, ...]
    columns: tuple[Column, ...]
    narrow: bool

    def grids(self, width: int) -> Iterator[RichTable]:
        """The table; a narrow one with too little room for its numbers and headings in several of fewer columns."""
        groups = self._side_by_side(width) if self.narrow else (self.columns,)
        for title, columns in zip((self.title, *(_BLANK for _ in groups[1:])), groups, strict=True):
            widths = self._widths(columns, width)
            if len(groups) > 1:
                headings = [cell_len(column.heading) for column in columns]
                widths = widened(widths, headings, self._room(len(columns), width))
            yield self._grid(columns, widths, title)

    def _widths(self, columns: Sequence[Column], width: int) -> list[int]:
        """The room shared among columns, by what stands in them and by the words of their headings."""
        room = self._room(len(columns), width)
        widths = shared([column.widest for column in columns], room)
        return widened(widths, [column.longest_word for column in columns], room)

    def _room(self, columns: int, width: int) -> int:
        """The cells that are left for what stands in so many columns."""
        beside = 3 * columns + max(map(cell_len, [*self.labels, self.corner]))
        return max(width - beside + (columns - 1 if self.narrow else -_EDGES), columns)

    def _side_by_side(self, width: int) -> Sequence[Sequence[Column]]:
        """The columns in groups that fit, as few as can be and of as equal a number; all where none would."""
        for count in range(1, len(self.columns) + 1):
            size = ceil(len(self.columns) / count)
            groups = [self.columns[at : at + size] for at in range(0, len(self.columns), size)]
            if all(self._needed(group) <= self._room(len(group), width) for group in groups):
                return groups
        return (self.columns,)

    @staticmethod
    def _needed(columns: Sequence[Column]) -> int:
        return sum(max(column.widest, column.longest_word) for column in columns)

    def _grid(self, columns: Sequence[Column], widths: Sequence[int], title: str) -> RichTable:
        grid = RichTable(
            box=box.SIMPLE_HEAD,
            title=title,
            title_style=TITLE_STYLE,
            title_justify="left",
            padding=(0, 0, 0, 1) if self.narrow else (0, 1),
            show_edge=not self.narrow,
        )
        grid.add_column(self.corner, header_style="bold", overflow="fold")
        for column, width in zip(columns, widths, strict=True):
            heading = column.heading.replace("-", "-\n") if cell_len(column.heading) > width else column.heading
            grid.add_column(folded(Text(heading), width), header_style="bold", overflow="fold")
        for label, *cells in zip(self.labels, *(column.cells for column in columns), strict=True):
            fitted = (folded(cell, width) for cell, width in zip(cells, widths, strict=True))
            grid.add_row(Text(label, style=SYMBOL_STYLE), *fitted)
        return grid
