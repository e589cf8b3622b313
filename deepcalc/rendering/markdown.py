"""Solutions as Markdown that GitHub renders: headings, pipe tables, ``$…$`` and ``aligned`` blocks, task lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deepcalc.graph.quantities import Prose
from deepcalc.notation.nodes import Name
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.runs import symbols_in_runs
from deepcalc.plan import Item
from deepcalc.plan.plan import Option
from deepcalc.rendering.aligned import ROOM, AlignedRow, aligned, cell, rows_of
from deepcalc.rendering.markdown_text import GITHUB, JUPYTER, Markdown, at_the_start
from deepcalc.rendering.notes import markdown_note, wrapped
from deepcalc.rendering.prose import statement_blocks
from deepcalc.solution.document import Answer, Given, Part, Section, Solution, Step, Table


def document(
    solutions: Sequence[Solution], *, title: str | None = None, blank: bool = False, dialect: Markdown = GITHUB
) -> str:
    """The solutions one below the other, under a title if there is one; ``blank`` leaves out all that is an answer."""
    found = [] if title is None else [heading(dialect, title, 1)]
    for number, solution in enumerate(solutions):
        sheet = MarkdownSheet(solution, dialect, level=1 if title is None else 2)
        found += ["---"] if number else []
        found += sheet.head()
        for part in solution.parts:
            found += sheet.part(part, blank)
        found += [] if blank else sheet.summary()
    return "\n\n".join(found) + "\n"


def derivations(solution: Solution) -> str:
    """The derivations alone, one ``aligned`` for each part, as a notebook shows LaTeX."""
    printer = LatexPrinter(solution.symbols)
    found = []
    for part in solution.parts:
        hidden = {step.name for step in part.hidden}
        rows = [row for step in part.steps if step.name not in hidden for row in _rows(step, printer, solution)]
        found += [f"({part.id})\n{JUPYTER.display(aligned(rows))}"] if rows else []
    return "\n\n".join(found)


def _rows(step: Step, printer: LatexPrinter, solution: Solution) -> list[AlignedRow]:
    if step.text is None:
        return rows_of(step, printer, solution.detail)
    return [AlignedRow("", line) for line in wrapped(markdown_note(step.text), ROOM)]


def heading(markdown: Markdown, text: str, level: int) -> str:
    return f"{'#' * level} {markdown.words(text).strip()}"


class MarkdownSheet:
    """One solution in pieces, each a sequence of Markdown blocks; ``level`` is that of its title's heading."""

    def __init__(self, solution: Solution, markdown: Markdown, level: int = 1) -> None:
        self._solution = solution
        self._markdown = markdown
        self._level = level
        self._printer = LatexPrinter(solution.symbols)

    # ---- what is asked

    def head(self) -> Iterator[str]:
        """Title, facts, statement and given values."""
        solution = self._solution
        yield heading(self._markdown, solution.title, self._level)
        facts = [solution.kind, *_points(solution.points), *([solution.reference] if solution.reference else [])]
        yield at_the_start(" · ".join(map(self._markdown.words, facts)))
        yield from self._markdown.written(statement_blocks(solution.statement, solution.symbols))
        if solution.given:
            yield pipe_table(["Given values", ""], map(self._given, solution.given))

    def part(self, part: Part, blank: bool = False) -> Iterator[str]:
        """A part: what it asks, and unless ``blank`` its derivation and answers."""
        label = " · ".join([f"Part ({part.id})", *_points(part.points)])
        yield heading(self._markdown, label, self._level + 1)
        if part.text:
            yield from self._markdown.blocks(part.text)
        elif not part.items:
            terms = f" in terms of {', '.join(map(self._symbol, part.terms))}" if part.terms else ""
            yield f"Find {', '.join(symbols_in_runs(part.find, self._symbol))}{terms}."
        if not blank:
            yield from self._markdown.blocks(part.before)
        for item in part.items:
            yield from self._item(item, with_key=not blank)
        if not blank:
            for block in part.blocks:
                yield from self._table(block) if isinstance(block, Table) else self._section(block)
            if numbers := [self._answer(answer) for answer in part.answers if answer.item is None]:
                yield f"**Answer:** {', '.join(numbers)}"
            yield from self._markdown.blocks(part.after)

    def _symbol(self, name: str) -> str:
        return self._markdown.math(self._printer.print(Name(name)))

    def _given(self, given: Given) -> list[str]:
        show = self._printer.print
        values = [self._markdown.math(f"{show(name)} = {show(value)}") for name, value in given.values]
        return [self._markdown.words(given.title), ", ".join(values)]

    # ---- derivations

    def _section(self, section: Section) -> Iterator[str]:
        if section.title:
            yield f"**{self._markdown.words(section.title).strip()}**"
        rows: list[AlignedRow] = []
        for step in section.steps:
            if step.text is None:
                rows += rows_of(step, self._printer, self._solution.detail)
                continue
            if rows:
                yield self._markdown.display(aligned(rows))
            rows = []
            yield from self._markdown.blocks(step.text)
        if rows:
            yield self._markdown.display(aligned(rows))

    def _table(self, table: Table) -> Iterator[str]:
        """A table of the derivation: in each cell the arithmetic of a step and its result."""
        if table.title:
            yield f"**{self._markdown.words(table.title).strip()}**"
        headings = [self._prose(heading) for heading in table.headings]
        cell = self._figure if table.figures else self._cell
        yield pipe_table(headings, [[self._prose(row.label), *map(cell, row.cells)] for row in table.rows])

    def _figure(self, step: Step | None) -> str:
        """The result of a step alone."""
        lines = [] if step is None else step.cell(figure=True)
        return self._markdown.math(self._printer.print(lines[0].expression)) if lines else ""

    def _cell(self, step: Step | None) -> str:
        if step is None:
            return ""
        if step.text is not None:
            return self._markdown.line(step.text)
        return self._markdown.math(cell(step, step.cell(figure=False), self._printer))

    def _prose(self, prose: Prose) -> str:
        pieces = (
            self._markdown.words(part) if isinstance(part, str) else self._markdown.math(self._printer.print(part))
            for part in prose
        )
        return self._markdown.joined(list(pieces))

    # ---- choices and texts

    def _item(self, item: Item, with_key: bool) -> Iterator[str]:
        yield from self._markdown.blocks(item.question)
        if item.options:
            yield "\n".join(line for option in item.options for line in self._option(item, option, with_key))
        if item.matches:
            yield "\n".join(f"- {self._keyed(each)}" for each in item.matches)
        if with_key:
            yield from self._markdown.blocks(item.model_answer)
            yield from self._markdown.blocks(item.explanation)

    def _option(self, item: Item, option: Option, with_key: bool) -> Iterator[str]:
        """An option: with a box to tick, or with what it is matched with; below it why it is right or wrong."""
        said = self._keyed(option)
        if item.form.has_partners:
            matched = f" → **{self._markdown.words(item.partner(option.key))}**"
            yield f"- {said}{matched if with_key else ''}"
        else:
            yield f"- [{'x' if with_key and option.key in right_keys(item) else ' '}] {said}"
        if with_key and option.explanation:
            yield f"  - {at_the_start(self._markdown.line(option.explanation))}"

    def _keyed(self, option: Option) -> str:
        return f"**{self._markdown.words(option.key)}** {self._markdown.line(option.text)}"

    # ---- answers

    def _answers(self, part: Part) -> str:
        if len(part.answers) == 1 and part.items:
            return self._markdown.words(part.items[0].key_text)
        return ", ".join(map(self._answer, part.answers))

    def _answer(self, answer: Answer) -> str:
        if answer.item is not None:
            return self._markdown.words(f"{answer.name}: {answer.item.key_text}")
        relation = "=" if answer.exact else r"\approx"
        shown = self._printer.print(answer.written)
        return self._markdown.math(f"{self._printer.print(Name(answer.name))} {relation} {shown}")

    def summary(self) -> Iterator[str]:
        """A table of all answers and points."""
        solution = self._solution
        yield heading(self._markdown, "Summary", self._level + 1)
        with_points = any(part.points is not None for part in solution.parts)
        rows = [
            [
                f"({self._markdown.words(part.id)})",
                self._answers(part),
                "" if part.points is None else str(part.points),
            ]
            for part in solution.parts
        ]
        if len(rows) > 1 and solution.points is not None:
            rows.append(["", "", f"**{solution.points}**"])
        columns = ["Part", "Answers", "Points"]
        yield pipe_table(columns, rows) if with_points else pipe_table(columns[:2], [row[:2] for row in rows])
        if solution.remark:
            yield solution.remark


def pipe_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table from cells in which no ``|`` stands bare."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def right_keys(item: Item) -> Sequence[str]:
    """The keys of the options that are right."""
    return (item.key,) if isinstance(item.key, str) else item.key if isinstance(item.key, tuple) else ()


def _points(points: int | None) -> list[str]:
    return [] if points is None else [f"{points} point{'' if points == 1 else 's'}"]
