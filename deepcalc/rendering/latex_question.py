r"""One solution as a ``\question`` of the exam class, with its parts, room to write, and the worked solution."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepcalc.errors import listed
from deepcalc.notation.nodes import Name
from deepcalc.notation.runs import symbols_in_runs
from deepcalc.plan import Item
from deepcalc.plan.plan import ItemForm, Option
from deepcalc.rendering.latex_math import Derivations, prose_latex
from deepcalc.rendering.latex_tables import given_table, side_by_side, solution_table
from deepcalc.rendering.latex_text import blocks_latex, escape, heading, itemize, paragraph, text_blocks, text_line
from deepcalc.rendering.latex_width import LINE, text_width
from deepcalc.rendering.prose import statement_blocks
from deepcalc.solution.document import Answer, Part, Solution, Table
from deepcalc.solution.drawings import Figure

_CENTIMETRES_PER_POINT = 2.2
_CENTIMETRES_WITHOUT_POINTS = 5.0
_MOST_LINES_FRAMED = 250  # of a solution; TeX's largest dimension is 5.7 m
_MOST_CENTIMETRES = 20.0  # what a page has room for
_FEW_STEPS = 4  # among which boxes are seen at a glance
_ROOM_FOR_HEAD = r"\Needspace{6\baselineskip}"
"""Before a question or part: it does not begin at the foot of a page."""


class Question:
    """A solution in pieces of LaTeX. ``blank`` leaves out all that gives an answer away."""

    def __init__(self, solution: Solution, *, blank: bool, titled: bool) -> None:
        self._solution = solution
        self._blank = blank
        self._titled = titled
        self._derivations = Derivations(solution.symbols, solution.detail)
        self._printer = self._derivations.printer
        self._inline = self._derivations.inline

    @property
    def points(self) -> int | None:
        """The points of its parts together; None where no part has any."""
        found = [part.points for part in self._solution.parts if part.points is not None]
        return sum(found) if found else None

    def latex(self) -> str:
        """The question from its number to the end of its last solution."""
        parts = self._solution.parts
        alone = len(parts) == 1 and parts[0].id == "a"
        pieces = [_ROOM_FOR_HEAD, self._head(counted=alone), *self._statement()]
        if alone:
            pieces += [*self._asked(parts[0]), *self._work(parts[0])]
        else:
            pieces += [_ROOM_FOR_HEAD, r"\begin{parts}", *self._parts(parts), r"\end{parts}"]
        return "\n\n".join(pieces)

    # ---- what is asked

    def _head(self, counted: bool) -> str:
        """The command that begins the question. Where its parts have points, it is those that are counted."""
        points = "" if self.points is None else f"[{self.points}]"
        begin = rf"\question{points}"
        if points and not counted:
            begin = rf"\noaddpoints\question{points}\addpoints"
        if not self._titled:
            return begin
        facts = [rf"\textbf{{{heading(self._solution.title)}}}"]
        if self._solution.reference:
            facts.append(rf"\textit{{\small({heading(self._solution.reference)})}}")
        return paragraph(" ".join([begin, *facts])) + r"\par"

    def _statement(self) -> Iterator[str]:
        yield from blocks_latex(statement_blocks(self._solution.statement, self._solution.symbols))
        if self._solution.given:
            yield from given_table(self._solution.given, self._printer)
        yield from (self._stated(figure) for figure in self._solution.figures if not figure.tells)

    def _stated(self, figure: Figure) -> str:
        """A picture of the statement; with the answers printed, the one that tells the solution stands in its place."""
        told = _told(figure, self._solution.figures)
        if told is None or self._blank:
            return self._figure(figure)
        return f"\\ifprintanswers\n{self._figure(told)}\n\\else\n{self._figure(figure)}\n\\fi"

    def _telling(self) -> Iterator[Figure]:
        """The pictures that tell the solution, without those that stand in the statement."""
        figures = self._solution.figures
        stated = [_told(figure, figures) for figure in figures if not figure.tells]
        return (figure for figure in figures if figure.tells and figure not in stated)

    def _figure(self, figure: Figure) -> str:
        from deepcalc.rendering.figures import tikz

        return "\n".join(
            [
                r"\begin{center}",
                r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
                f"{tikz(figure, self._solution.symbols)}}}",
                rf"\par\smallskip{{\footnotesize {prose_latex(figure.caption, self._inline)}\par}}",
                r"\end{center}",
            ]
        )

    def _parts(self, parts: Sequence[Part]) -> Iterator[str]:
        lettered = all(part.id == chr(ord("a") + index) for index, part in enumerate(parts))
        for index, part in enumerate(parts):
            points = "" if part.points is None else f"[{part.points}]"
            label = "" if lettered else rf"\renewcommand{{\partlabel}}{{({escape(part.id)})}}"
            first, *others = self._asked(part) or [""]
            if index:
                yield _ROOM_FOR_HEAD
            yield f"{label}\\part{points} {first}".rstrip()
            yield from others
            yield from self._work(part)

    def _asked(self, part: Part) -> list[str]:
        """The question in words; made of what is to be found where the author says nothing."""
        if part.text.strip():
            return text_blocks(part.text)
        if part.items:
            return []
        terms = f" in terms of {self._listed(part.terms)}" if part.terms else ""
        asked = paragraph(f"Find {self._listed(part.find)}{terms}.")
        return [f"{{\\raggedright {asked}\\par}}" if text_width(asked) > LINE else asked]

    def _listed(self, names: Sequence[str]) -> str:
        return listed(symbols_in_runs(names, lambda name: f"${self._inline.print(Name(name))}$", r"$\ldots$"))

    # ---- what is to be done, and how

    def _work(self, part: Part) -> Iterator[str]:
        """Room to write, or the solution; choices are ticked where they stand."""
        first = not part.text.strip()  # the first question then stands in the line of the part's letter
        for item in part.items:
            yield from self._item(item, part, first)
            first = False
        if len(part.items) < len(part.answers) or part.blocks:
            yield self._worked(part)
        elif not self._blank and (around := [*text_blocks(part.before), *text_blocks(part.after)]):
            yield _solution(around)

    def _worked(self, part: Part) -> str:
        room = _room(part)
        if self._blank:
            return rf"\nopagebreak\vspace*{{{room}}}"
        return _solution([*text_blocks(part.before), *self._blocks(part), *text_blocks(part.after)], room)

    def _blocks(self, part: Part) -> Iterator[str]:
        for block in side_by_side(part.blocks, self._printer):
            if isinstance(block, Table):
                yield from solution_table(block, self._printer)
            else:
                yield from self._derivations.section(block)
        yield from self._answers(part)
        if part is self._solution.parts[-1]:
            yield from map(self._figure, self._telling())
        if self._solution.remark and part is self._solution.parts[-1]:
            yield rf"{{\footnotesize {self._solution.remark}\par}}"

    # ---- choices and texts

    def _item(self, item: Item, part: Part, first: bool) -> Iterator[str]:
        question = text_blocks(item.question)
        yield from question if first or not question else [rf"\medskip {question[0]}", *question[1:]]
        if item.form.has_partners:
            yield from self._matching(item)
        elif item.options:
            yield self._choices(item)
        answer = [*text_blocks(item.model_answer), *text_blocks(item.explanation)]
        lines = "" if item.options else _room(part, among=len(part.items))
        if self._blank:
            yield from [rf"\fillwithlines{{{lines}}}"] if lines else []
        elif lines:
            yield _solution(answer or ["see above"], lines, "solutionorlines")
        elif answer:
            yield _solution(answer)

    def _choices(self, item: Item) -> str:
        right = item.key if isinstance(item.key, tuple) else (item.key,)
        lines = [r"\begin{checkboxes}"]
        for option in item.options:
            command = r"\CorrectChoice" if option.key in right and not self._blank else r"\choice"
            lines.append(f"  {command} {text_line(option.text)}")
            if option.explanation and not self._blank:
                lines.append(_explained(option.explanation))
        return "\n".join([*lines, r"\end{checkboxes}"])

    def _matching(self, item: Item) -> Iterator[str]:
        """A line to fill in before each option, then what there is to choose from."""
        lines = [r"\begin{itemize}"]
        for option in item.options:
            partner = "" if self._blank else escape(item.partner(option.key))
            if item.form is ItemForm.BLANKS:
                lines.append(rf"  \item[{{\textbf{{{escape(option.key)}}}}}] \fillin[{partner}][10em]")
                continue
            lines.append(rf"  \item[{{\fillin[{partner}][2.5em]}}] {_keyed(option)}")
            if option.explanation and not self._blank:
                lines.append(_explained(option.explanation))
        yield "\n".join([*lines, r"\end{itemize}"])
        matches = [_keyed(match) for match in item.matches]
        if sum(text_width(match.text) + 4 for match in item.matches) <= LINE:
            yield r"\qquad ".join(matches)
        elif matches:
            yield itemize(rf"[] {match}" for match in matches)

    # ---- answers

    def _answers(self, part: Part) -> Iterator[str]:
        """What the part comes to in one place, unless it stands in a box of the few steps above."""
        numbers = [answer for answer in part.answers if answer.item is None]
        steps = [step.name for block in part.blocks if not isinstance(block, Table) for step in block.steps]
        many = len(numbers) > 1 and len(steps) > _FEW_STEPS
        if many or any(answer.name not in steps for answer in numbers):
            title = "Answers" if len(numbers) > 1 else "Answer"
            shown = ",\\quad\n".join(self._answer(answer) for answer in numbers)
            yield f"{{\\raggedright\\textbf{{{title}:}}\\enspace\n{shown}\\par}}"

    def _answer(self, answer: Answer) -> str:
        sign = "=" if answer.exact else r"\approx"
        return f"${self._inline.print(Name(answer.name))} {sign} {self._printer.print(answer.written)}$"


def _told(figure: Figure, figures: Sequence[Figure]) -> Figure | None:
    """The one picture that shows the same with the solution; None where there is none, or one for each sample."""
    telling = [each for each in figures if each.tells and each.title.startswith(figure.title)]
    return telling[0] if len(telling) == 1 else None


def _room(part: Part, among: int = 1) -> str:
    """The height to write in, in proportion to the points."""
    points = part.points
    height = _CENTIMETRES_WITHOUT_POINTS if points is None else _CENTIMETRES_PER_POINT * max(points, 1)
    return f"{min(height, _MOST_CENTIMETRES) / among:.1f}cm"


def _solution(blocks: Sequence[str], room: str = "", environment: str = "solution") -> str:
    """The blocks in a solution with that room to write; a very long one in several frames."""
    pieces: list[list[str]] = [[]]
    for block in blocks:
        if sum(piece.count("\n") for piece in pieces[-1]) > _MOST_LINES_FRAMED:
            pieces.append([])
        pieces[-1].append(block)
    argument = f"[{room}]" if room else ""
    first = "\n".join([rf"\begin{{{environment}}}{argument}", _joined(pieces[0]), rf"\end{{{environment}}}"])
    return "\n\n".join([first, *(_solution(piece) for piece in pieces[1:])])


def _joined(blocks: Sequence[str]) -> str:
    """The blocks as paragraphs; a display belongs to the paragraph before it."""
    return "".join(
        block if index == 0 else f"\n{block}" if block.startswith(r"\begin{align*}") else f"\n\n{block}"
        for index, block in enumerate(blocks)
    )


def _keyed(option: Option) -> str:
    return rf"\textbf{{{escape(option.key)}}}\enspace {text_line(option.text)}"


def _explained(explanation: str) -> str:
    return f"  \\ifprintanswers\\par{{\\normalfont\\small\\itshape {text_line(explanation)}\\par}}\\fi"
