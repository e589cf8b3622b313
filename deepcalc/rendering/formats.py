"""The formats that solutions are exported in: one row each. A renderer is imported when its format is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deepcalc.errors import UsageError, did_you_mean
from deepcalc.records import record

if TYPE_CHECKING:
    from deepcalc.solution.document import Solution


@record
class ExportOptions:
    """What a document holds: a title over all problems, no answers (``blank``), or the body alone (``fragment``)."""

    title: str | None = None
    blank: bool = False
    fragment: bool = False

    @property
    def given(self) -> frozenset[str]:
        """The names of the options that are not as by default."""
        return frozenset(name for name, value in vars(self).items() if value not in (None, False))


Writer = Callable[[Sequence["Solution"], ExportOptions], str | bytes]


@record
class ExportFormat:
    """One format: its name, the endings of its files, what writes it, and the options that it knows."""

    name: str
    endings: tuple[str, ...]
    write: Writer
    options: frozenset[str]
    binary: bool = False

    def export(self, solutions: Sequence[Solution], options: ExportOptions = ExportOptions()) -> str | bytes:
        """The solutions as one document; ``UsageError`` for an option that the format has no use for."""
        if options.fragment and options.title is not None:
            raise UsageError("a fragment has no title; it stands in a document that has one")
        for option in sorted(options.given - self.options):
            knowing = ", ".join(each.name for each in FORMATS if option in each.options)
            raise UsageError(f"`{option}` means nothing for {self.name}; it is for {knowing}")
        return self.write(solutions, options)


def _latex(solutions: Sequence[Solution], options: ExportOptions) -> str:
    from deepcalc.rendering.latex import exam

    return exam(solutions, title=options.title, blank=options.blank, fragment=options.fragment)


def _pdf(solutions: Sequence[Solution], options: ExportOptions) -> bytes:
    from deepcalc.rendering.latex import exam
    from deepcalc.rendering.pdf import to_pdf

    return to_pdf(exam(solutions, title=options.title, blank=options.blank))


def _html(solutions: Sequence[Solution], options: ExportOptions) -> str:
    from deepcalc.rendering.html import fragment, page

    if options.fragment:
        return "".join(f"{fragment(solution, blank=options.blank)}\n" for solution in solutions)
    return page(solutions, title=options.title, blank=options.blank)


def _markdown(solutions: Sequence[Solution], options: ExportOptions) -> str:
    from deepcalc.rendering.markdown import document

    return document(solutions, title=options.title, blank=options.blank)


def _notebook(solutions: Sequence[Solution], options: ExportOptions) -> str:
    from deepcalc.rendering.notebook import notebook

    return notebook(solutions, title=options.title, blank=options.blank)


def _json(solutions: Sequence[Solution], options: ExportOptions) -> str:
    from deepcalc.rendering.as_json import to_json

    return "".join(f"{to_json(solution)}\n" for solution in solutions)


FORMATS = (
    ExportFormat("latex", (".tex",), _latex, frozenset({"title", "blank", "fragment"})),
    ExportFormat("pdf", (".pdf",), _pdf, frozenset({"title", "blank"}), binary=True),
    ExportFormat("html", (".html", ".htm"), _html, frozenset({"title", "blank", "fragment"})),
    ExportFormat("markdown", (".md", ".markdown"), _markdown, frozenset({"title", "blank"})),
    ExportFormat("notebook", (".ipynb",), _notebook, frozenset({"title", "blank"})),
    ExportFormat("json", (".json", ".jsonl"), _json, frozenset()),
)

NAMES = tuple(known.name for known in FORMATS)


def choose_format(name: str | None, path: Path | None) -> ExportFormat:
    """The format of that name, else the one that the file's ending says; ``UsageError`` where neither does."""
    if name is not None:
        return _named(name)
    if path is None:
        raise UsageError(f"say in which format, or to which file; the formats are {', '.join(NAMES)}")
    for known in FORMATS:
        if path.suffix.lower() in known.endings:
            return known
    endings = [ending for known in FORMATS for ending in known.endings]
    said = f"the ending `{path.suffix}` of {path}" if path.suffix else f"{path} has no ending, which"
    near = did_you_mean(path.suffix, endings) or f"; the endings are {' '.join(endings)}"
    raise UsageError(f"{said} says no format{near}")


def _named(name: str) -> ExportFormat:
    asked = name.lower().removeprefix(".")
    for known in FORMATS:
        if asked == known.name or f".{asked}" in known.endings:
            return known
    known_names = did_you_mean(name, NAMES) or f"; the formats are {', '.join(NAMES)}"
    raise UsageError(f"unknown format `{name}`{known_names}")
