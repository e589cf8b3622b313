"""Kernels of image processing that go by a name, one row each, as they are slid over an image (cross-correlation).

See Gonzalez and Woods, *Digital Image Processing*, 4th edition, sections 3.5 and 3.6. Entries are typed as a book
writes them; edges run from dark to bright in the direction of growing columns (``x``) or rows (``y``).
"""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.records import record


@record
class Filter:
    """A kernel: its name, what it does, and its rows as text."""

    name: str
    title: str
    rows: tuple[str, ...]

    @property
    def values(self) -> list[list[str]]:
        """The entries as an author would type them, row by row."""
        return [row.split() for row in self.rows]


_ROWS = (
    Filter("sobel_x", "the slope along a row, smoothed across it", ("-1 0 1", "-2 0 2", "-1 0 1")),
    Filter("sobel_y", "the slope along a column, smoothed across it", ("-1 -2 -1", "0 0 0", "1 2 1")),
    Filter("prewitt_x", "the slope along a row, averaged", ("-1 0 1", "-1 0 1", "-1 0 1")),
    Filter("prewitt_y", "the slope along a column, averaged", ("-1 -1 -1", "0 0 0", "1 1 1")),
    Filter("gaussian", "a blur that weighs the middle most", ("1/16 2/16 1/16", "2/16 4/16 2/16", "1/16 2/16 1/16")),
    Filter("box", "the mean of nine neighbours", ("1/9 1/9 1/9", "1/9 1/9 1/9", "1/9 1/9 1/9")),
    Filter("sharpen", "the image less its Laplacian", ("0 -1 0", "-1 5 -1", "0 -1 0")),
    Filter("laplace", "the sum of second differences", ("0 1 0", "1 -4 1", "0 1 0")),
)

FILTERS: Mapping[str, Filter] = {row.name: row for row in _ROWS}
FILTER_ALIASES: Mapping[str, str] = {
    "laplacian": "laplace",
    "blur": "box",
    "mean": "box",
    "gauss": "gaussian",
    "gaussian_blur": "gaussian",
    "sharpening": "sharpen",
}
