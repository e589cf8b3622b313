"""Matrices as a scene: entries in cells, the marked ones framed, signs between the matrices."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.graph.graph import Prose
from deepcalc.rendering.figures.lettering import Label, Lettering
from deepcalc.rendering.figures.scene import Ink, Path, Scene, Shape, Text, scene_of
from deepcalc.solution.figures import Matrices, Matrix

SIZE, LABEL_SIZE, SIGN_SIZE = 8.0, 9.0, 10.0
SIGNS = {"⋆": r"\star", "→": r"\to"}
CELL = 14.0
PADDING = 6.0
GAP = 9.0
BELOW_LABEL, BETWEEN_ROWS = 14.0, 16.0


def grids_scene(drawing: Matrices, lettering: Lettering) -> Scene:
    """The rows one below the other, each centred upon its own middle."""
    shapes: list[Shape] = []
    y = 0.0
    for row in drawing.rows:
        pieces = [_Drawn(piece, lettering) if isinstance(piece, Matrix) else _sign(piece, lettering) for piece in row]
        half = max(piece.height for piece in pieces if isinstance(piece, _Drawn)) / 2
        x, y = 0.0, y + BELOW_LABEL + half
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
        widest = max(label.width for row in self._cells for label in row)
        self._across = max(widest * SIZE + PADDING, CELL)
        self._rows, self._columns = len(self._cells), len(self._cells[0])

    @property
    def height(self) -> float:
        return self._rows * CELL

    @property
    def _drawn_width(self) -> float:
        return self._columns * self._across

    @property
    def width(self) -> float:
        return max(self._drawn_width, self._title.width * LABEL_SIZE)

    @property
    def _left(self) -> float:
        return (self.width - self._drawn_width) / 2

    def shapes(self) -> Iterator[Shape]:
        yield Text(self.width / 2, -self.height / 2 - 8, self._title, LABEL_SIZE)
        yield from self._lines()
        for row, labels in enumerate(self._cells):
            for column, label in enumerate(labels):
                x, y = self._corner(row, column)
                ink = Ink.MUTED if self._is_added(row, column) else Ink.PLAIN
                yield Text(x + self._across / 2, y + CELL / 2, label, SIZE, ink)
        yield from self._frames()

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
