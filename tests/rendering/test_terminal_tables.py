"""Tables in the terminal whose columns do not fit side by side."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from deepcalc.rendering.folding import folded
from deepcalc.rendering.terminal_tables import Column, TextTable

HEADINGS = ("weights", "parameters", "their bytes", "multiply-adds", "outputs", "FLOPs")


def drawn(width: int, figure: str = "123 456 789", narrow: bool = True) -> list[str]:
    columns = tuple(Column(heading, (Text("7"), Text(figure))) for heading in HEADINGS)
    console = Console(width=width, color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(*TextTable("Counts", "", ("layer 1", "all"), columns, narrow).grids(width))
    return capture.get().splitlines()


@pytest.mark.parametrize(("width", "tables"), [(120, 1), (80, 2), (50, 2), (40, 3), (30, 6)])
def test_neither_headings_nor_numbers_are_broken_within(width: int, tables: int) -> None:
    lines = drawn(width)
    assert max(map(cell_len, lines)) <= width
    assert "\n".join(lines).count("123 456 789") == len(HEADINGS)
    assert sum(line.strip().startswith("layer 1") for line in lines) == tables
    words = {word for heading in HEADINGS for word in heading.replace("-", "- ").split()}
    assert words <= {word for line in lines for word in line.replace("-", "- ").split()}


def test_columns_below_each_other_are_as_equal_in_number_as_can_be() -> None:
    rows = [line.split() for line in drawn(55, "1") if line.strip().startswith("all")]
    assert [len(row) for row in rows] == [1 + 3, 1 + 3]


def test_a_table_of_arithmetic_stays_whole() -> None:
    assert sum(line.strip().startswith("all") for line in drawn(60, narrow=False)) == 1


def test_a_result_stays_behind_its_sign_where_both_fit_with_less_indentation() -> None:
    assert folded(Text("a₁ = 2·3 + 4\n        = 67 371 008"), 12).plain == "a₁ = 2·3 + 4\n= 67 371 008"
