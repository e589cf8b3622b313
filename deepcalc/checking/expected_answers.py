"""The right answers as the sheet shows them, in plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deepcalc.checking.findings import key_text
from deepcalc.checking.last_lines import LastLines
from deepcalc.checking.questions import Question
from deepcalc.errors import MathError
from deepcalc.graph.evaluation import written_value
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.problem import Problem


class ExpectedAnswers:
    """The right answers to the questions of one problem, each text made once."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._graph = problem.plan.graph
        self._terms = {part.id: part.terms for part in problem.parts}
        self._texts: dict[str, str] = {}

    def text(self, asked: Question, sheet: Mapping[str, Any], lines: LastLines | None = None) -> str:
        """What is asked for, in the ``sheet``'s values or as its last line in letters; one of several that are right.

        ``lines`` are the last lines of a problem that has arrays or letters.
        """
        if asked.name not in self._texts:
            self._texts[asked.name] = self._text(asked, sheet, lines)
        return self._texts[asked.name]

    def _text(self, asked: Question, sheet: Mapping[str, Any], lines: LastLines | None) -> str:
        if asked.item is not None:
            return key_text(asked.item)
        shown = {name: self._shown(name, sheet, self._terms[asked.part], lines) for name in asked.quantities}
        if asked.composite is not None and asked.composite.checks:
            return f"for example {', '.join(f'{name}={text}' for name, text in shown.items())}"
        texts = list(shown.values())
        return ", ".join(texts) if asked.composite is None else asked.composite.written(texts)

    def _shown(self, name: str, sheet: Mapping[str, Any], terms: Sequence[str] | None, lines: LastLines | None) -> str:
        graph = self._graph
        if not graph.has_value(name):
            assert lines is not None, "a quantity without a value stands in letters"
            return self._in_letters(name, terms, lines)
        if not (graph.has_arrays or graph.has_letters) and (graph[name].given is not None or name not in sheet):
            given = graph[name].given_number
            return "no value" if given is None else given.text
        rounding = self._problem.rounding.of(graph[name].group)
        return PlainPrinter().print(written_value(rounding, sheet[name]))

    def _in_letters(self, name: str, terms: Sequence[str] | None, lines: LastLines) -> str:
        try:
            line = lines.line(name, terms)
        except MathError as error:
            raise self._problem.without_value(error) from None
        return PlainPrinter().print(line)
