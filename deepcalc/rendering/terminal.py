"""Solutions for the terminal: Rich renderables, laid out for a given width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as RichTable
from rich.text import Text

from deepcalc.graph.quantities import Prose
from deepcalc.notation.nodes import Name
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.runs import symbols_in_runs
from deepcalc.plan import Item
from deepcalc.rendering.equations import Equation, side_by_side
from deepcalc.rendering.prose import statement_blocks
from deepcalc.rendering.terminal_prose import spaced, text_blocks, text_line
from deepcalc.rendering.terminal_rows import NOTE_STYLE, SYMBOL_STYLE, StyledRow, laid_out
from deepcalc.rendering.terminal_tables import TITLE_STYLE as SECTION_STYLE
from deepcalc.rendering.terminal_tables import Column, TextTable
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import (
    MOST_OF_ARITHMETIC,
    Answer,
    Given,
    Line,
    Part,
    Section,
    Solution,
    Step,
    Table,
    View,
)

INDENT = 2
_UNEVEN = 5  # cells that a table's column may be narrower than its share

RESULT_STYLE = "green"
ANSWER_STYLE = "bold green"


def render(solution: Solution, width: int) -> RenderableType:
    """The whole sheet: title, statement, given values, each part under a rule, a summary of answers and points.

    Of answers alone it has the title and the summary.
    """
    sheet = _Sheet(solution, width)
    if solution.detail is Detail.VALUES:
        return Group(*sheet.title(), *sheet.results())
    return Group(*sheet.head(), *sheet.parts(), *sheet.summary())


def render_statement(solution: Solution, width: int) -> RenderableType:
    """The problem alone: title, statement, given values and what each part asks for; no answers."""
    sheet = _Sheet(solution, width)
    return Group(*sheet.head(), *sheet.questions())


class _Sheet:
    def __init__(self, solution: Solution, width: int) -> None:
        self._solution = solution
        self._width = width
        self._printer = UnicodePrinter(solution.symbols)

    # ---- what is asked

    def title(self) -> Iterator[RenderableType]:
        solution = self._solution
        yield Text(solution.title, style="bold")
        facts = [solution.kind, *([_points(solution.points)] if solution.points is not None else [])]
        if solution.reference:
            facts.append(solution.reference)
        yield Text(" · ".join(facts), style="dim")
        yield Text()

    def head(self) -> Iterator[RenderableType]:
        yield from self.title()
        solution = self._solution
        yield from spaced(statement_blocks(solution.statement, solution.symbols), 0)
        if solution.given:
            yield from self._given(solution.given)
            yield Text()

    def questions(self) -> Iterator[RenderableType]:
        for part in self._solution.parts:
            yield from self._rule(part)
            for item in part.items:
                yield from self._question(item, with_key=False)
        yield Text()

    def _given(self, given: Sequence[Given]) -> Iterator[RenderableType]:
        label_width = max(cell_len(each.title) for each in given)
        room = max(self._width - label_width - 3 - INDENT, 12)
        for each in given:
            label = each.title
            for line in self._given_lines(each, room):
                yield Text.assemble(" " * INDENT, (label.ljust(label_width), SECTION_STYLE), "   ", line)
                label = ""

    def _given_lines(self, given: Given, room: int) -> list[str]:
        """Numbers in columns, matrices side by side below them."""
        equations = [
            Equation(f"{self._printer.print(name)} = ", self._printer.tokens(value)) for name, value in given.values
        ]
        return side_by_side(sorted(equations, key=lambda equation: equation.has_matrices), room, drawn=True)

    def _rule(self, part: Part) -> Iterator[RenderableType]:
        yield Text()
        asked = text_line(part.text).plain if part.text else ("" if part.items else f"find {self._symbols(part.find)}")
        if part.terms and not part.text:
            asked += f" in terms of {self._symbols(part.terms)}"
        facts = [f"Part ({part.id})", *([_points(part.points)] if part.points is not None else [])]
        head = " · ".join([*facts, *([asked] if asked else [])])
        if cell_len(head) + 8 <= self._width:
            yield Rule(Text(head, style="bold"), align="left", style="dim", characters="─")
        else:
            yield Rule(Text(" · ".join(facts), style="bold"), align="left", style="dim", characters="─")
            yield Padding(Text(asked), (0, 0, 0, INDENT))

    def _symbols(self, names: Sequence[str]) -> str:
        return ", ".join(symbols_in_runs(names, self._symbol))

    def _symbol(self, name: str) -> str:
        return self._printer.print(Name(name))

    # ---- derivations

    def parts(self) -> Iterator[RenderableType]:
        for part in self._solution.parts:
            yield from self._rule(part)
            yield from text_blocks(part.before, INDENT)
            for item in part.items:
                yield from self._question(item, with_key=True)
            for block in part.blocks:
                if isinstance(block, Table):
                    yield from self._table(block)
                else:
                    yield from self._section(block)
            yield from self._answers(part)
            yield from text_blocks(part.after, INDENT)

    def _section(self, section: Section) -> Iterator[RenderableType]:
        if section.title:
            yield Text.assemble(" " * INDENT, (section.title, SECTION_STYLE))
        for is_value, group in groupby(section.steps, key=_is_value):
            steps = list(group)
            if is_value and len(steps) > 1:
                yield from self._values(steps)
                continue
            for step in steps:
                yield from self._step(step) if step.text is None else text_blocks(step.text, INDENT)

    def _values(self, steps: Sequence[Step]) -> Iterator[Text]:
        """Values that are not derived, side by side."""
        style = ANSWER_STYLE if all(step.is_answer for step in steps) else RESULT_STYLE
        shown = [
            Equation(
                f"{self._printer.print(step.symbol)} {_relation(step.lines[0])} ",
                self._printer.tokens(step.lines[0].expression),
            )
            for step in steps
        ]
        for line in side_by_side(shown, max(self._width - INDENT, 12), drawn=True):
            yield Text.assemble(" " * INDENT, (line, style))

    def _step(self, step: Step) -> Iterator[Text]:
        symbol = self._printer.print(step.symbol)
        margin = INDENT + cell_len(symbol)
        rows = self._rows(step)
        for index, row in enumerate(rows):
            head = [(" " * INDENT, ""), (symbol if index == 0 else " " * cell_len(symbol), SYMBOL_STYLE)]
            yield from laid_out(row, head, margin, self._width)

    def _rows(self, step: Step) -> list[StyledRow]:
        """The lines of a step, joined ones in one row; the note beside the first, the reason beside the last."""
        grouped = step.rows(self._solution.detail)
        notes = step.notes(len(grouped), self._prose, lambda own: text_line(own).plain, "{}; {}".format)
        rows = []
        for lines, note in zip(grouped, notes, strict=True):
            pieces = [
                (_relation(line), self._printer.tokens(line.expression), self._style(step, line)) for line in lines
            ]
            rows.append(StyledRow(pieces, note))
        return rows

    def _style(self, step: Step, line: Line) -> str:
        if line.view is not View.RESULT:
            return ""
        return ANSWER_STYLE if step.is_answer else RESULT_STYLE

    def _prose(self, prose: Prose) -> str:
        return "".join(part if isinstance(part, str) else self._printer.print(part) for part in prose)

    # ---- tables

    def _table(self, table: Table) -> Iterator[RenderableType]:
        corner, *headings = map(self._prose, table.headings)
        labels = tuple(self._prose(row.label) for row in table.rows)
        share = (self._width - INDENT - 3 * len(headings) - max(map(cell_len, [*labels, corner]))) // len(headings)
        show = self._figure if table.figures else self._cell
        made = [[Text() if step is None else show(step, share) for step in row.cells] for row in table.rows]
        columns = tuple(Column(heading, tuple(cells)) for heading, *cells in zip(headings, *made, strict=True))
        narrow = table.figures and len(table.headings) > MOST_OF_ARITHMETIC
        for grid in TextTable(table.title, corner, labels, columns, narrow).grids(self._width - INDENT):
            yield Padding(grid, (0, 0, 0, INDENT))

    def _cell(self, step: Step, room: int) -> Text:
        """The arithmetic of a step and its result, this on a line of its own where both do not fit in the room."""
        symbol = self._printer.print(step.symbol)
        text = Text.assemble((symbol, SYMBOL_STYLE))
        for place, line in enumerate(step.cell(figure=False)):
            said = self._printer.print(line.expression)
            is_arithmetic = line.view is not View.RESULT
            fits = place == 0 or cell_len(text.plain) + cell_len(said) + 3 <= room - _UNEVEN
            text.append(f" {_relation(line)} " if fits else f"\n{' ' * cell_len(symbol)} {_relation(line)} ")
            text.append(said, style="" if is_arithmetic else self._style(step, line))
        return text

    def _figure(self, step: Step, room: int) -> Text:
        """The result of a step alone."""
        lines = step.cell(figure=True)
        return Text(self._printer.print(lines[0].expression), self._style(step, lines[0])) if lines else Text()

    # ---- choices and texts

    def _question(self, item: Item, with_key: bool) -> Iterator[RenderableType]:
        yield from text_blocks(item.question, INDENT)
        right = _right_keys(item)
        grid = RichTable.grid(padding=(0, 1, 0, 0))
        for option in item.options:
            chosen = with_key and option.key in right
            mark = "" if item.form.has_partners else ("[x] " if chosen else "[ ] ")
            text = text_line(option.text, ANSWER_STYLE if chosen else "")
            if with_key and item.form.has_partners:
                text.append(f"  →  {item.partner(option.key)}", style=ANSWER_STYLE)
            grid.add_row(Text(f"{mark}{option.key})", style=SYMBOL_STYLE), text)
            if with_key and option.explanation:
                grid.add_row("", Padding(text_line(option.explanation, NOTE_STYLE), (0, 0, 0, INDENT)))
        for match in item.matches:
            grid.add_row(Text(f"{match.key})", style=SYMBOL_STYLE), text_line(match.text))
        if item.options or item.matches:
            yield Padding(grid, (0, 0, 0, 2 * INDENT))
        if with_key and item.model_answer:
            yield from text_blocks(item.model_answer, 2 * INDENT)
        if with_key and item.explanation:
            yield Padding(text_line(item.explanation, NOTE_STYLE), (0, 0, 0, 2 * INDENT))

    # ---- answers

    def _answers(self, part: Part) -> Iterator[RenderableType]:
        numbers = [answer for answer in part.answers if answer.item is None]
        shown_above = {step.name for step in part.steps}
        if any(answer.composite or answer.name not in shown_above for answer in numbers) or len(numbers) > 1:
            for index, line in enumerate(self._listed(numbers, max(self._width - 2 * INDENT, 12))):
                yield Text.assemble(" " * INDENT, ("→ " if index == 0 else "  "), (line, ANSWER_STYLE))

    def _listed(self, answers: Sequence[Answer], room: int) -> list[str]:
        """The answers side by side; matrices are drawn where no step shows them, and where they are too wide."""
        return side_by_side(list(map(self._answer, answers)), room, drawn=self._solution.detail is Detail.VALUES)

    def _answer(self, answer: Answer) -> Equation:
        if answer.item is not None:
            return Equation(f"{answer.name} = ", [answer.item.key_text])
        head = f"{self._symbol(answer.name)} {'=' if answer.exact else '≈'} "
        return Equation(head, self._printer.tokens(answer.written))

    def summary(self) -> Iterator[RenderableType]:
        yield Text()
        yield Rule(Text("Summary", style="bold"), align="left", style="dim", characters="─")
        yield from self.results()

    def results(self) -> Iterator[RenderableType]:
        """A table of all answers and points."""
        grid = RichTable(box=None, show_header=False, padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        with_points = any(part.points is not None for part in self._solution.parts)
        points = self._solution.points if len(self._solution.parts) > 1 else None
        in_all = "" if points is None else f"{_points(points)} in all"
        if with_points:
            grid.add_column(justify="right", no_wrap=True)
        for part in self._solution.parts:
            words = max(len(in_all), 0 if part.points is None else len(_points(part.points)))
            room = max(self._width - INDENT - len(part.id) - words - 8, 20)
            answers = "\n".join(self._listed(part.answers, room))
            cells: list[RenderableType] = [f"({part.id})", Text(answers, style=ANSWER_STYLE)]
            if with_points:
                cells.append("" if part.points is None else _points(part.points))
            grid.add_row(*cells)
        if in_all:
            grid.add_row("", "", Text(in_all, style="bold"))
        yield Padding(grid, (0, 0, 0, INDENT))
        if self._solution.remark:
            yield Padding(Text(self._solution.remark, style=NOTE_STYLE), (0, 0, 0, INDENT))


def _relation(line: Line) -> str:
    return "=" if line.exact else "≈"


def _is_value(step: Step) -> bool:
    """Whether nothing stands there but its value."""
    said = step.note or step.reason or step.author_note is not None or step.text is not None
    return not said and [line.view for line in step.lines] == [View.RESULT]


def _points(points: int) -> str:
    return f"{points} point{'' if points == 1 else 's'}"


def _right_keys(item: Item) -> Sequence[str]:
    if isinstance(item.key, str):
        return (item.key,)
    return item.key if isinstance(item.key, tuple) and not item.form.has_partners else ()
