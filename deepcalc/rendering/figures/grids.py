"""Matrices as a scene: entries in cells, the marked ones framed, signs between the matrices."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.graph.quantities import Prose
from deepcalc.rendering.figures.lettering import Label, Lettering
from deepcalc.rendering.figures.scene import Anchor, Ink, Path, Scene, Shape, Text, scene_of
from deepcalc.solution.drawings import Matrices, Matrix

SIZE, LABEL_SIZE, SIGN_SIZE = 8.0, 9.0, 10.0
SIGNS = {"⋆": r"\star", "→": r"\to"}
CELL = 14.0
PADDING = 6.0
GAP = 9.0
BELOW_LABEL, BETWEEN_ROWS = 14.0, 16.0
DEEPEST = 0.7
"""The opacity of a share of 1: the numbers stand out against it."""


def grids_scene(drawing: Matrices, lettering: Lettering) -> Scene:
    """The rows one below the other, each centred upon its own middle."""
    shapes: list[Shape] = []
    y = 0.0
    for row in drawing.rows:
        pieces = [_Drawn(piece, lettering) if isinstance(piece, Matrix) else _sign(piece, lettering) for piece in row]
        drawn = [piece for piece in pieces if isinstance(piece, _Drawn)]
        half = max(piece.height for piece in drawn) / 2
        x, y = 0.0, y + BELOW_LABEL + max(piece.above for piece in drawn) + half
        for piece in pieces:
            if isinstance(piece, _Drawn):
                shapes += [shape.moved(x, y) for shape in piece.shapes()]
                x += piece.width + GAP
            else:
                shapes.append(Text(x + piece.width * SIGN_SIZE / 2, y, piece, SIGN_SIZE))
                x += piece.width * SIGN_SIZE + GAP
        y += half + BETWEEN_ROWS
    return scene_of(shapes)


def _sign(prose: Prose, lettering: Lettering) -> Label:
    """What stands between matrices; a sign that LaTeX has no letter for by its command."""
    label = lettering.words("")
    for part in prose:
        sign = SIGNS.get(part) if isinstance(part, str) else None
        label += lettering.prose((part,)) if sign is None else lettering.sign(str(part), sign)
    return label


class _Drawn:
    """A matrix with its label above it, from x = 0 on and around y = 0."""

    def __init__(self, matrix: Matrix, lettering: Lettering) -> None:
        self._matrix = matrix
        self._title = lettering.prose(matrix.label)
        self._cells: list[list[Label]] = [[lettering.math(cell) for cell in row] for row in matrix.cells]
        self._row_names = [lettering.math(name) for name in matrix.row_names]
        self._column_names = [lettering.math(name) for name in matrix.column_names]
        widest = max(label.width for labels in (*self._cells, self._column_names) for label in labels)
        self._across = max(widest * SIZE + PADDING, CELL)
        self._rows, self._columns = len(self._cells), len(self._cells[0])

    @property
    def height(self) -> float:
        return self._rows * CELL

    @property
    def above(self) -> float:
        """What the names of the columns take above the cells."""
        return CELL if self._column_names else 0.0

    @property
    def _beside(self) -> float:
        """What the names of the rows take before the cells."""
        return max((label.width for label in self._row_names), default=0.0) * SIZE + PADDING * bool(self._row_names)

    @property
    def _drawn_width(self) -> float:
        return self._beside + self._columns * self._across

    @property
    def width(self) -> float:
        return max(self._drawn_width, self._title.width * LABEL_SIZE)

    @property
    def _left(self) -> float:
        return (self.width - self._drawn_width) / 2 + self._beside

    def shapes(self) -> Iterator[Shape]:
        middle = self._left + self._columns * self._across / 2
        yield Text(middle, -self.height / 2 - self.above - 8, self._title, LABEL_SIZE)
        yield from self._names()
        yield from self._shades()
        yield from self._lines()
        for row, labels in enumerate(self._cells):
            for column, label in enumerate(labels):
                x, y = self._corner(row, column)
                ink = Ink.MUTED if self._is_added(row, column) else Ink.PLAIN
                yield Text(x + self._across / 2, y + CELL / 2, label, SIZE, ink)
        yield from self._frames()

    def _names(self) -> Iterator[Text]:
        for row, label in enumerate(self._row_names):
            x, y = self._corner(row, 0)
            yield Text(x - PADDING, y + CELL / 2, label, SIZE, Ink.MUTED, Anchor.END)
        for column, label in enumerate(self._column_names):
            x, y = self._corner(0, column)
            yield Text(x + self._across / 2, y - CELL / 2, label, SIZE, Ink.MUTED)

    def _shades(self) -> Iterator[Path]:
        for row, shades in enumerate(self._matrix.shades):
            for column, shade in enumerate(shades):
                if shade > 0:
                    corners = ((row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column))
                    points = tuple(self._corner(*corner) for corner in corners)
                    yield Path(points, Ink.BLUE, filled=True, opacity=DEEPEST * min(shade, 1.0))

    def _is_added(self, row: int, column: int) -> bool:
        above, beside = self._matrix.around
        return not (above <= row < self._rows - above and beside <= column < self._columns - beside)

    def _corner(self, row: int, column: int) -> tuple[float, float]:
        """The upper left corner of a cell."""
        return self._left + column * self._across, row * CELL - self.height / 2

    def _lines(self) -> Iterator[Path]:
        for row in range(self._rows + 1):
            yield Path((self._corner(row, 0), self._corner(row, self._columns)), Ink.FAINT, 0.5)
        for column in range(self._columns + 1):
            yield Path((self._corner(0, column), self._corner(self._rows, column)), Ink.FAINT, 0.5)

    def _frames(self) -> Iterator[Path]:
        """Around each group the lines between its cells and others."""
        for group in self._matrix.framed:
            for row, column in sorted(group):
                sides = {
                    (row - 1, column): ((row, column), (row, column + 1)),
                    (row + 1, column): ((row + 1, column), (row + 1, column + 1)),
                    (row, column - 1): ((row, column), (row + 1, column)),
                    (row, column + 1): ((row, column + 1), (row + 1, column + 1)),
                }
                for neighbour, (start, end) in sides.items():
                    if neighbour not in group:
                        yield Path((self._corner(*start), self._corner(*end)), Ink.BLUE, 1.6)
