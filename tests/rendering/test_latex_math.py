"""Derivations and tables in LaTeX, built by hand and of shipped problems."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from deepcalc.notation.nodes import ZERO, Cases, Literal, Name, Relation
from deepcalc.notation.parser import parse
from deepcalc.notation.symbols import Symbols
from deepcalc.rendering.latex_math import Derivations, InlinePrinter, SheetPrinter, broken_math
from deepcalc.rendering.latex_tables import given_table, solution_table
from deepcalc.rendering.latex_width import LINE, math_width
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import Given, Line, Section, Step, Table, View
from tests.library import solved_problem

PRINTER = SheetPrinter()


def node(text: str) -> Any:
    return parse(text)


def step(name: str, *lines: Line, **more: object) -> Step:
    return replace(Step(name, "", lines, Fraction(0), ()), **more)  # type: ignore[arg-type]


def written(*steps: Step, detail: Detail = Detail.STEPS) -> str:
    return "\n".join(Derivations(Symbols(), detail).section(Section("", steps)))


SUM = step(
    "s",
    Line(View.FORMULA, node("a + b")),
    Line(View.NUMBERS, node("1 + 2.5")),
    Line(View.RESULT, Literal("3.5"), exact=False, joined=True),
)


def test_in_full_each_line_has_one_relation_and_what_is_joined_shares_a_row() -> None:
    assert written(SUM, detail=Detail.FULL) == "\n".join(
        [r"\begin{align*}", r"  s &= a + b \\", r"  &= 1 + 2.5 \approx 3.5", r"\end{align*}"]
    )


def test_the_lines_of_a_step_share_a_row_as_far_as_there_is_room() -> None:
    assert written(SUM).splitlines()[1:-1] == [r"  s &= a + b = 1 + 2.5 \approx 3.5"]
    long = [Line(View.FOLD, node(" + ".join(f"{number}" for number in range(count)))) for count in (12, 10, 8)]
    rows = written(step("s", *long, note=("of a sum",))).splitlines()[1:-1]
    assert [row.count("&=") for row in rows] == [1, 1]
    assert all(math_width(row.split(r"\tag*")[0].strip(" \\")) <= LINE for row in rows)


def test_brief_ones_are_a_single_row() -> None:
    assert r"s &= a + b = 1 + 2.5 \approx 3.5" in written(SUM, detail=Detail.BRIEF)


def test_what_is_asked_for_is_boxed() -> None:
    assert r"\boxed{3.5}" in written(replace(SUM, is_answer=True))


def test_the_note_stands_beside_the_first_row_and_the_reason_beside_the_last() -> None:
    noted = replace(SUM, note=("of ", Name("h1")), reason=("since 100% sure",))
    assert written(noted).splitlines()[1].endswith(r"3.5 \tag*{\footnotesize of $h_{1}$; since 100\% sure}")
    rows = written(noted, detail=Detail.FULL).splitlines()
    assert rows[1].endswith(r"a + b \tag*{\footnotesize of $h_{1}$} \\")
    assert rows[2].endswith(r"3.5 \tag*{\footnotesize since 100\% sure}")


def test_the_authors_note_and_text_stand_in_place_of_ours() -> None:
    noted = written(replace(SUM, note=("ours",), author_note="my $x_1$ & note"))
    assert r"my $x_{1}$ \& note" in noted
    assert "ours" not in noted
    told = written(SUM, replace(SUM, text="As **before**."), SUM)
    assert told.count(r"\begin{align*}") == 2
    assert r"As \textbf{before}." in told


def test_a_long_note_stands_below_in_a_box_that_wraps() -> None:
    rows = written(replace(SUM, note=("word " * 40,)))
    assert r"\parbox[t]" in rows
    assert r"\tag*" not in rows


def test_steps_stand_under_one_another_with_some_air() -> None:
    assert r"of both} \\[4pt]" in written(replace(SUM, note=("of both",)), SUM)
    assert r"3.5 \\[4pt]" in written(SUM, SUM, detail=Detail.FULL)


def test_short_steps_stand_side_by_side_as_far_as_there_is_room() -> None:
    names = ["a", "b", "c", "d", "e", "f", "g"]
    short = [step(name, Line(View.RESULT, Literal(f"1{name_number}"))) for name_number, name in enumerate(names)]
    (row,) = written(*short).splitlines()[1:-1]
    assert row == r"  a &= 10 \qquad b = 11 \qquad c = 12 \qquad d = 13 \qquad e = 14 \qquad f = 15 \qquad g = 16"
    rows = written(*short, *short, *short).splitlines()[1:-1]
    assert len(rows) == 3
    assert sum(row.count(r"\qquad") + 1 for row in rows) == 3 * len(names)
    assert all(math_width(row.replace("&", "").removesuffix(r" \\[4pt]")) <= LINE for row in rows)


def test_a_step_with_a_note_or_of_some_length_has_a_row_of_its_own() -> None:
    noted = step("b", Line(View.RESULT, Literal("2")), note=("a note",))
    long = step("c", Line(View.FORMULA, node("x + y + z + u + v + w + x + y + z + u")))
    short = step("a", Line(View.RESULT, Literal("1")))
    assert len(written(short, noted, short, long, short).splitlines()[1:-1]) == 5


def test_very_many_steps_are_several_displays_that_pages_can_part() -> None:
    assert written(*[SUM] * 200, detail=Detail.FULL).count(r"\begin{align*}") >= 5


# ---- breaking


def test_a_long_sum_is_broken_before_its_signs() -> None:
    lines = broken_math(node(" + ".join(f"w{i}*x{i}" for i in range(40))), PRINTER, 20.0)
    assert len(lines) > 3
    assert all(line.startswith("{}+ ") for line in lines[1:])
    assert all(math_width(line) <= 20.0 for line in lines)


def test_brackets_that_span_lines_are_of_a_fixed_size() -> None:
    terms = " + ".join(f"a{i}/2" for i in range(30))
    lines = broken_math(node(f"3*({terms})*(1/2 + b)"), PRINTER, 12.0)
    assert r"\Bigl(" in lines[0] + lines[1]
    for line in lines:
        assert line.count(r"\left") == line.count(r"\right")


@pytest.mark.parametrize("wide", ["({})/2", "sqrt({})", "exp({})", "abs({})"])
def test_what_cannot_be_broken_in_its_form_is_written_in_another(wide: str) -> None:
    expression = node(wide.format(" + ".join(f"a{i}" for i in range(60))))
    assert all(math_width(line) <= LINE for line in broken_math(expression, PRINTER, LINE))


def test_brackets_grow_only_around_what_is_tall() -> None:
    assert PRINTER.print(node("2*(a + b)")) == r"2 \cdot (a + b)"
    assert r"\left(" in PRINTER.print(node("2*(a/b + c)"))


def test_derivatives_in_text_have_a_slash() -> None:
    assert InlinePrinter().print(Name("dL/dw21")) == r"\partial L / \partial w_{21}"
    assert PRINTER.print(Name("dL/dw21")).startswith(r"\frac")


def test_a_fraction_is_kept_where_it_fits() -> None:
    fraction = node("(a + b)/2")
    assert broken_math(fraction, PRINTER, LINE) == [r"\frac{a + b}{2}"]
    assert broken_math(fraction, PRINTER, 2.0) == ["(a", "{}+ b)/2"]


def test_of_very_many_cases_the_middle_is_left_out() -> None:
    cases = Cases(
        *(part for i in range(40) for part in (Literal(str(i)), Relation("<", Name("x"), Literal(str(i))))), ZERO
    )
    (line,) = broken_math(cases, PRINTER, LINE)
    assert line.count(r"\text{if }") == 7
    assert r"\vdots" in line


# ---- tables


def test_given_values_stand_in_a_table_by_sort() -> None:
    values = tuple((Name(f"w{i}"), Literal("0.5")) for i in range(1, 4))
    table = "\n".join(given_table([Given("Weights", values), Given("Rate & more", values[:1])], PRINTER))
    assert r"Weights & $w_{1} = 0.5$ & $w_{2} = 0.5$ & $w_{3} = 0.5$ \\" in table
    assert r"Rate \& more & $w_{1} = 0.5$" in table
    assert r"\toprule" in table
    assert r"\bottomrule" in table


def test_many_given_values_are_several_tables_that_pages_can_part() -> None:
    values = tuple((Name(f"w{i}"), Literal("0.5")) for i in range(1, 500))
    tables = given_table([Given("Weights", values)], PRINTER)
    assert len(tables) > 2
    assert sum(table.count("0.5") for table in tables) == 499


def test_a_textbook_table_has_the_arithmetic_in_each_cell() -> None:
    solution = solved_problem("sigmoid-3-2-1")
    (block,) = solution.parts[0].blocks
    assert isinstance(block, Table)
    title, table = solution_table(block, SheetPrinter(solution.symbols))
    assert "Net inputs and outputs" in title
    assert r"Unit & Net input & Output" in table
    assert r"$\displaystyle 0.2 \cdot 1 + 0.4 \cdot 0 + (-0.5) \cdot 1 + (-0.4) = -0.7$" in table
    assert r"$\displaystyle \frac{1}{1 + e^{-0.1}} \approx 0.525$" in table


def test_a_table_too_wide_for_the_page_breaks_its_cells() -> None:
    solution = solved_problem("rmsprop-two-steps")
    (block,) = solution.parts[0].blocks
    assert isinstance(block, Table)
    _, table = solution_table(block, SheetPrinter(solution.symbols))
    assert r"\begin{aligned}[t]" in table
    assert r"\approx -0.16838" in table
