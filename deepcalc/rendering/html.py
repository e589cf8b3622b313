"""Solutions as HTML: one file that needs no network and no script, with every formula in MathML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepcalc.rendering.html_derivation import Mathematics
from deepcalc.rendering.html_parts import PartWriter, points_mark
from deepcalc.rendering.html_prose import markup
from deepcalc.rendering.html_style import FRAGMENT_STYLE, PAGE_STYLE, STYLE
from deepcalc.rendering.html_text import text
from deepcalc.rendering.prose import statement_blocks
from deepcalc.solution.document import Given, Solution

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a browser may do for a page: nothing but show it, even if something in a problem file asked for more."""


def page(solutions: Sequence[Solution], *, title: str | None = None, blank: bool = False) -> str:
    """A whole page: one problem with its solution, or several under a title; ``blank`` leaves the answers out."""
    heading = title or ("Problems" if blank else "Problems and solutions")
    alone = len(solutions) == 1 and title is None
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{text(solutions[0].title if alone else heading)}</title>",
            f"<style>\n{PAGE_STYLE}{STYLE}</style>",
            "</head>",
            "<body>",
            '<main class="deepcalc">',
            *(_article(solutions[0], 1, blank) if alone else _articles(solutions, heading, blank)),
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def fragment(solution: Solution, *, blank: bool = False) -> str:
    """One problem with its solution, to stand inside another document; its style touches nothing else there."""
    article = "\n".join(_article(solution, 2, blank))
    return f'<div class="deepcalc fragment" lang="en">\n<style>\n{FRAGMENT_STYLE}{STYLE}</style>\n{article}\n</div>'


def _articles(solutions: Sequence[Solution], title: str, blank: bool) -> Iterator[str]:
    points = [solution.points for solution in solutions if solution.points is not None]
    yield f"<h1>{text(title)}{points_mark(sum(points) if points else None)}</h1>"
    yield _contents(solutions)
    for number, solution in enumerate(solutions, start=1):
        yield from _article(solution, 2, blank, f"problem-{number}")


def _contents(solutions: Sequence[Solution]) -> str:
    """Links to the problems, with their points."""
    entries = "\n".join(
        f'<li><a href="#problem-{number}">{text(solution.title)}</a>{points_mark(solution.points)}</li>'
        for number, solution in enumerate(solutions, start=1)
    )
    return f'<nav aria-label="Problems"><ol>\n{entries}\n</ol></nav>'


def _article(solution: Solution, heading: int, blank: bool, anchor: str = "") -> Iterator[str]:
    mathematics = Mathematics.of(solution)
    writer = PartWriter(mathematics, heading + 1, blank)
    yield f'<article id="{anchor}">' if anchor else "<article>"
    yield f"<header><h{heading}>{text(solution.title)}{points_mark(solution.points)}</h{heading}>"
    if solution.reference:
        yield f'<p class="reference">{text(solution.reference)}</p>'
    yield "</header>"
    if statement := statement_blocks(solution.statement, solution.symbols):
        yield f'<div class="statement">\n{markup(statement)}\n</div>'
    yield from _figures(solution, mathematics, tells=False)
    if solution.given:
        yield _given(solution.given, mathematics)
    yield from map(writer.part, solution.parts)
    if not blank:
        yield from _figures(solution, mathematics, tells=True)
        yield _summary(solution, writer)
    yield "</article>"


def _figures(solution: Solution, mathematics: Mathematics, tells: bool) -> Iterator[str]:
    """The pictures of the statement, or those that tell the solution."""
    for figure in solution.figures:
        if figure.tells == tells:
            from deepcalc.rendering.figures import svg

            caption = mathematics.prose(figure.caption)
            drawing = svg(figure, solution.symbols)
            yield f"<figure>\n{drawing}<figcaption>{caption}</figcaption>\n</figure>"


def _given(given: Sequence[Given], mathematics: Mathematics) -> str:
    rows = "\n".join(f'<tr><th scope="row">{text(each.title)}</th>{_values(each, mathematics)}</tr>' for each in given)
    return f'<table class="given"><caption>Given values</caption>\n<tbody>{rows}</tbody>\n</table>'


def _values(given: Given, mathematics: Mathematics) -> str:
    values = "".join(f"<li>{mathematics.given(name, value)}</li>" for name, value in given.values)
    return f'<td><ul class="equations">{values}</ul></td>'


def _summary(solution: Solution, writer: PartWriter) -> str:
    """The answers and points of all parts, and the points in all."""
    with_points = any(part.points is not None for part in solution.parts)
    headings = ["Part", "Answer", *(["Points"] if with_points else [])]
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    rows = "\n".join(
        f'<tr><th scope="row">({text(part.id)})</th><td>{writer.listed(part.answers)}</td>'
        + (f"<td>{'' if part.points is None else part.points}</td>" if with_points else "")
        + "</tr>"
        for part in solution.parts
    )
    in_all = f'<tfoot><tr><th scope="row" colspan="2">In all</th><td>{solution.points}</td></tr></tfoot>'
    foot = in_all if with_points and len(solution.parts) > 1 and solution.points is not None else ""
    return "\n".join(
        [
            '<table class="summary"><caption>Summary of answers</caption>',
            f"<thead><tr>{head}</tr></thead>",
            f"<tbody>{rows}</tbody>",
            foot,
            "</table>",
            f'<p class="reference">{text(solution.remark)}</p>' if solution.remark else "",
        ]
    )
