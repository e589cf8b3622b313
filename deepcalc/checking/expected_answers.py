"""The right answers as the sheet shows them, in plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deepcalc.checking.findings import key_text
from deepcalc.checking.last_lines import last_line
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

    def text(self, asked: Question, sheet: Mapping[str, Any]) -> str:
        """What is asked for, in the ``sheet``'s values; one of the possible answers where several are right."""
        if asked.name not in self._texts:
            self._texts[asked.name] = self._text(asked, sheet)
        return self._texts[asked.name]

    def _text(self, asked: Question, sheet: Mapping[str, Any]) -> str:
        if asked.item is not None:
            return key_text(asked.item)
        shown = {name: self._shown(name, sheet, self._terms[asked.part]) for name in asked.quantities}
        if asked.composite is not None and asked.composite.checks:
            return f"for example {', '.join(f'{name}={text}' for name, text in shown.items())}"
        texts = list(shown.values())
        return ", ".join(texts) if asked.composite is None else asked.composite.written(texts)

    def _shown(self, name: str, sheet: Mapping[str, Any], terms: Sequence[str] | None) -> str:
        graph = self._graph
        if not graph.has_value(name):
            return self._in_letters(name, sheet, terms)
        if not (graph.has_arrays or graph.has_letters) and (graph[name].given is not None or name not in sheet):
            given = graph[name].given_number
            return "no value" if given is None else given.text
        rounding = self._problem.rounding.of(graph[name].group)
        return PlainPrinter().print(written_value(rounding, sheet[name]))

    def _in_letters(self, name: str, sheet: Mapping[str, Any], terms: Sequence[str] | None) -> str:
        try:
            line = last_line(self._problem, name, sheet, terms)
        except MathError as error:
            raise self._problem.without_value(error) from None
        return PlainPrinter().print(line)
