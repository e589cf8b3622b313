"""The mathematics of a solution as HTML: symbols, equations, and derivations aligned at the equals sign by a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from deepcalc.graph.quantities import Prose
from deepcalc.notation.nodes import Literal, Name, Node
from deepcalc.notation.printing import Break
from deepcalc.notation.printing.mathml import MathMLPrinter
from deepcalc.notation.printing.mathml_elements import width
from deepcalc.records import record
from deepcalc.rendering.html_math import formula, sentence
from deepcalc.rendering.html_prose import blocks, inlines
from deepcalc.rendering.html_text import text
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import Answer, Line, Section, Solution, Step, Table, View

_WIDEST_SYMBOL = 3
"""Characters of a symbol beside which there is room for its lines on a narrow screen."""

_MOST_FIGURES = 10
"""Columns of a table of figures that has room on a narrow screen, with that of the labels."""


def in_parts(table: Table) -> Sequence[Table]:
    """The tables as which one is set: of figures as many as there is room for the columns."""
    if not table.figures or len(table.headings) <= _MOST_FIGURES:
        return (table,)
    first, *others = table.of_columns(_MOST_FIGURES - 1)
    return (first, *(replace(each, title=f"{table.title}, continued") for each in others))


@record
class Mathematics:
    """How one solution's mathematics is written: in its symbols, in its detail."""

    printer: MathMLPrinter
    detail: Detail

    @classmethod
    def of(cls, solution: Solution) -> Mathematics:
        return cls(MathMLPrinter(solution.symbols), solution.detail)

    # ---- in a sentence

    def symbol(self, name: str) -> str:
        return self._formula(Name(name))

    def prose(self, prose: Prose) -> str:
        """Text with mathematics in it."""
        return sentence("".join(text(part) if isinstance(part, str) else self._formula(part) for part in prose))

    def given(self, name: Name, value: Literal) -> str:
        return formula([*self.printer.tokens(name), self.printer.infix("="), *self.printer.tokens(value)])

    def answer(self, answer: Answer) -> str:
        """The answer as an equation: ``o₁ = 0``, ``p = (0.2, 0.8)``."""
        sign = self.printer.infix("=" if answer.exact else "≈")
        name, value = self.printer.tokens(Name(answer.name)), self.printer.tokens(answer.written)
        return formula([*name, Break(0), sign, *value])

    def _formula(self, node: Node, display: bool = False) -> str:
        return formula(self.printer.tokens(node), display)

    # ---- derivations

    def section(self, section: Section) -> str:
        """The steps under one heading, each a group of rows: symbol, relation sign, expression, note."""
        caption = f"<caption>{text(section.title)}</caption>" if section.title else ""
        steps = "\n".join(map(self._step, section.steps))
        wide = any(width(self._formula(step.symbol)) > _WIDEST_SYMBOL for step in section.steps)
        kind = "derivation wide" if wide else "derivation"
        return f'<table class="{kind}">{caption}\n{steps}\n</table>'

    def _step(self, step: Step) -> str:
        if step.text is not None:
            return f'<tbody><tr><td class="prose" colspan="4">{blocks(step.text)}</td></tr></tbody>'
        rows = step.rows(self.detail)
        notes = step.notes(len(rows), self.prose, inlines, "{}; {}".format)
        heads = [f'<th scope="row">{self._formula(step.symbol, display=True)}</th>', *["<td></td>"] * (len(rows) - 1)]
        lines = (
            f'<tr>{head}<td class="relation">{_sign(row[0])}</td><td class="line">{self._line(step, row)}</td>'
            f'<td class="note">{note}</td></tr>'
            for head, row, note in zip(heads, rows, notes, strict=True)
        )
        return f"<tbody>{''.join(lines)}</tbody>"

    def _line(self, step: Step, row: Sequence[Line]) -> str:
        """The expressions of a row; the first one's relation sign has a column of its own."""
        return self._expression(step, row[0]) + self._continued(step, row[1:])

    def _expression(self, step: Step, line: Line) -> str:
        if line.view is not View.RESULT:
            return self._formula(line.expression, display=True)
        return f'<span class="{_class(step)}">{self._formula(line.expression, display=True)}</span>'

    def _continued(self, step: Step, lines: Iterable[Line]) -> str:
        """Further expressions in the same row, each behind its relation sign."""
        return "".join(f'<wbr><span class="group">{_sign(line)}{self._expression(step, line)}</span>' for line in lines)

    # ---- textbook tables

    def table(self, table: Table) -> str:
        """A table in whose cells stand the arithmetic of a step and its result; one of many figures in several."""
        return "\n".join(map(self._table, in_parts(table)))

    def _table(self, table: Table) -> str:
        head = "".join(f'<th scope="col">{self.prose(heading)}</th>' for heading in table.headings)
        cell = self._figure if table.figures else self._cell
        rows = "\n".join(
            f'<tr><th scope="row">{self.prose(row.label)}</th>{"".join(map(cell, row.cells))}</tr>'
            for row in table.rows
        )
        caption = f"<caption>{text(table.title)}</caption>" if table.title else ""
        kind = "figures" if table.figures else "textbook"
        return f'<table class="{kind}">{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody>\n</table>'

    def _figure(self, step: Step | None) -> str:
        """The result of a step alone."""
        lines = [] if step is None else step.cell(figure=True)
        if step is None or not lines:
            return "<td></td>"
        return f'<td><span class="{_class(step)}">{self._formula(lines[0].expression)}</span></td>'

    def _cell(self, step: Step | None) -> str:
        if step is None:
            return "<td></td>"
        if step.text is not None:
            return f"<td>{inlines(step.text)}</td>"
        lines = step.cell(figure=False)
        note = f'<span class="note">{inlines(step.author_note)}</span>' if step.author_note else ""
        return f"<td>{self.symbol(step.name)}{self._continued(step, lines)}{note}</td>"


def _class(step: Step) -> str:
    """What a result is; of several steps it repeats what stands in the derivation."""
    return "together" if step.of_several else "answer" if step.is_answer else "result"


def _relation(line: Line) -> str:
    return "=" if line.exact else "≈"


def _sign(line: Line) -> str:
    return f'<math><mo form="infix">{_relation(line)}</mo></math>'
