"""The parts of a problem as HTML: what is asked, the derivation, choices with the right ones marked, the answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepcalc.notation.runs import symbols_in_runs
from deepcalc.plan import Item
from deepcalc.plan.plan import ItemForm, Option
from deepcalc.records import record
from deepcalc.rendering.html_derivation import Mathematics
from deepcalc.rendering.html_math import sentence
from deepcalc.rendering.html_prose import blocks, inlines
from deepcalc.rendering.html_text import text
from deepcalc.solution.document import Answer, Part, Table

ROOM_FOR_A_POINT = 2.4  # em of paper on a blank sheet


@record
class PartWriter:
    """Writes parts under headings of one level; ``blank`` ones without anything that tells an answer."""

    mathematics: Mathematics
    heading: int
    blank: bool = False

    def part(self, part: Part) -> str:
        level = f"h{self.heading}"
        title = f"<{level}>Part ({text(part.id)}){points_mark(part.points)}</{level}>"
        return "\n".join(['<section class="part">', title, *self._body(part), "</section>"])

    def _body(self, part: Part) -> Iterator[str]:
        yield self._asked(part)
        yield from (self._item(item) for item in part.items)
        if self.blank:
            if any(item.form is ItemForm.TEXT for item in part.items) or not part.items:
                yield f'<div class="room" style="height:{ROOM_FOR_A_POINT * (part.points or 2):g}em"></div>'
            return
        yield blocks(part.before)
        if part.blocks:
            tables = "\n".join(
                self.mathematics.table(block) if isinstance(block, Table) else self.mathematics.section(block)
                for block in part.blocks
            )
            yield f"<details open>\n<summary>Derivation</summary>\n{tables}\n</details>"
        yield self._answers([answer for answer in part.answers if answer.item is None])
        yield blocks(part.after)

    def _asked(self, part: Part) -> str:
        if part.text:
            return f'<div class="asked">{blocks(part.text)}</div>'
        if part.items:
            return ""
        names = ", ".join(symbols_in_runs(part.find, self.mathematics.symbol))
        terms = f" in terms of {', '.join(map(self.mathematics.symbol, part.terms))}" if part.terms else ""
        return f'<p class="asked">{sentence(f"Find {names}{terms}.")}</p>'

    def _answers(self, answers: Sequence[Answer]) -> str:
        if not answers:
            return ""
        label = "Answer" if len(answers) == 1 else "Answers"
        return f'<div class="answers"><span class="label">{label}</span> {self.listed(answers)}</div>'

    def listed(self, answers: Sequence[Answer]) -> str:
        """The answers side by side, as many as there is room for."""
        return f'<ul class="equations">{"".join(f"<li>{self.answer(answer)}</li>" for answer in answers)}</ul>'

    def answer(self, answer: Answer) -> str:
        return self.mathematics.answer(answer) if answer.item is None else text(answer.item.key_text)

    # ---- choices and texts

    def _item(self, item: Item) -> str:
        return "\n".join(
            [
                '<div class="item">',
                blocks(item.question),
                _list(item, self._options(item)),
                _list(item, (_entry(match, "") for match in item.matches)),
                "" if self.blank else _explained(item),
                "</div>",
            ]
        )

    def _options(self, item: Item) -> Iterator[str]:
        for option in item.options:
            if self.blank:
                yield _entry(option, "" if item.form.has_partners else _mark("☐", ""))
            elif isinstance(item.key, str | tuple) and not item.form.has_partners:
                right = option.key in item.key if isinstance(item.key, tuple) else option.key == item.key
                mark = _mark("☑", "right: ") if right else _mark("☐", "")
                yield _entry(option, mark, right=right, explanation=option.explanation)
            else:
                yield _entry(option, "", explanation=option.explanation, partner=item.partner(option.key))


def points_mark(points: int | None) -> str:
    """``9 points``, set apart from the heading that it stands in."""
    if points is None:
        return ""
    return f' <span class="points">{points} point{"" if points == 1 else "s"}</span>'


def _list(item: Item, entries: Iterator[str]) -> str:
    inside = "\n".join(entries)
    return f'<ul class="choices {item.form}">\n{inside}\n</ul>' if inside else ""


def _mark(sign: str, spoken: str) -> str:
    hidden = f'<span class="spoken">{spoken}</span>' if spoken else ""
    return f'<span class="mark" aria-hidden="true">{sign}</span>{hidden}'


def _entry(option: Option, mark: str, right: bool = False, explanation: str = "", partner: str = "") -> str:
    chosen = ' class="right"' if right else ""
    pair = f' <span class="answer">→ {text(partner)}</span>' if partner else ""
    why = f'<span class="explanation">{inlines(explanation)}</span>' if explanation else ""
    key = f'<span class="key">{text(option.key)}</span>'
    return f'<li{chosen}>{mark}{key}<span class="option">{inlines(option.text)}{pair}{why}</span></li>'


def _explained(item: Item) -> str:
    model = f'<div class="answers"><span class="label">Answer</span> {blocks(item.model_answer)}</div>'
    why = f'<p class="explanation">{inlines(item.explanation)}</p>'
    return (model if item.model_answer else "") + (why if item.explanation else "")
