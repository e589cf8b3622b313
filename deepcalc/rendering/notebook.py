"""Solutions as a Jupyter notebook: nbformat 4.5, one Markdown cell for what is asked, one for each part, a summary."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from deepcalc.rendering.markdown import MarkdownSheet, heading
from deepcalc.rendering.markdown_text import JUPYTER
from deepcalc.solution.document import Solution

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook(solutions: Sequence[Solution], *, title: str | None = None, blank: bool = False) -> str:
    """The notebook as JSON, under a title if there is one; ``blank`` leaves out all that is an answer.

    The ids of its cells say what they hold, and stay the same from one export to the next.
    """
    cells = [] if title is None else [_markdown_cell("title", [heading(JUPYTER, title, 1)])]
    for number, solution in enumerate(solutions, start=1):
        cells += _cells(solution, f"problem-{number}", level=1 if title is None else 2, blank=blank)
    data = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _cells(solution: Solution, name: str, level: int, blank: bool) -> Iterator[dict[str, Any]]:
    sheet = MarkdownSheet(solution, JUPYTER, level)
    yield _markdown_cell(f"{name}-statement", sheet.head())
    yield from _figures(solution, name, tells=False)
    for number, part in enumerate(solution.parts, start=1):
        yield _markdown_cell(f"{name}-part-{number}", sheet.part(part, blank))
    if not blank:
        yield from _figures(solution, name, tells=True)
        yield _markdown_cell(f"{name}-summary", sheet.summary())


def _figures(solution: Solution, name: str, tells: bool) -> Iterator[dict[str, Any]]:
    """The pictures of the statement, or those that tell the solution, each as an image in a cell of its own."""
    for number, figure in enumerate(solution.figures, start=1):
        if figure.tells == tells:
            from deepcalc.rendering.figures import svg

            image = b64encode(svg(figure, solution.symbols, standalone=True).encode()).decode()
            alternative = figure.title.translate(dict.fromkeys(map(ord, "[]\\<>\n"), " "))
            yield _markdown_cell(f"{name}-figure-{number}", [f"![{alternative}](data:image/svg+xml;base64,{image})"])


def _markdown_cell(id_: str, blocks: Iterable[str]) -> dict[str, Any]:
    source = "\n\n".join(blocks).splitlines(keepends=True)
    return {"cell_type": "markdown", "id": id_, "metadata": {}, "source": source}
