"""Solutions as JSON: the stable contract of ``solve --format json``. Mathematics in it is plain text."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

from deepcalc.graph.quantities import Prose
from deepcalc.notation.arithmetic import nearest
from deepcalc.notation.grids import FloatGrid, Grid
from deepcalc.notation.nodes import Value
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.rounding import exact_text
from deepcalc.solution.document import Answer, Solution, Step, View


def to_json(solution: Solution) -> str:
    """The solution as one line of JSON."""
    return json.dumps(as_data(solution), ensure_ascii=False)


def as_data(solution: Solution) -> dict[str, Any]:
    """The solution as plain data, in the contract's shape."""
    writer = _Writer(solution)
    return {
        "problem": solution.problem,
        "title": solution.title,
        "kind": solution.kind,
        "points": solution.points,
        "parts": [
            {
                "id": part.id,
                "points": part.points,
                "answers": [writer.answer(answer) for answer in part.answers],
                "steps": [writer.step(step) for step in part.steps],
            }
            for part in solution.parts
        ],
    }


def data_of(value: Value | Grid) -> Any:
    """The value as JSON: a number, or nested lists of numbers."""
    if isinstance(value, FloatGrid):
        return value.floats.tolist()
    return value.nested(json_number) if isinstance(value, Grid) else json_number(value)


def exact_of(value: Value | Grid) -> str:
    """The value in plain text with all digits, which the parser reads back."""
    if isinstance(value, FloatGrid):
        return json.dumps(value.floats.tolist())
    if isinstance(value, Grid):
        return json.dumps(value.nested(exact_text)).replace('"', "")
    return exact_text(value)


def json_number(value: Value) -> int | float | None:
    """The value as a JSON number, whole ones as such; None (null) for one too large or too small for a double."""
    exact = exact_text(value)
    if exact.lstrip("-").isdigit():
        return int(exact)
    number = nearest(value)
    return number if isfinite(number) and bool(number) == bool(value) else None


class _Writer:
    def __init__(self, solution: Solution) -> None:
        self._symbols = solution.symbols
        self._plain = PlainPrinter(solution.symbols)
        self._unicode = UnicodePrinter(solution.symbols)

    def answer(self, answer: Answer) -> dict[str, Any]:
        return {"name": self._symbols.written(answer.name), "asked": answer.asked, **self._value(answer)}

    def _value(self, answer: Answer) -> dict[str, Any]:
        if answer.item is not None:
            key = answer.item.key
            value = list(key) if isinstance(key, tuple) else dict(key) if isinstance(key, dict) else key
            return {"value": value, "exact": None, "shown": answer.item.model_answer or None}
        written = self._plain.print(answer.written)
        if any(value is None for value in answer.values):
            return {"value": None, "exact": written, "shown": written, "shape": answer.shape}
        numbers = [data_of(value) for value in answer.values]
        return {
            "value": numbers if answer.composite else numbers[0],
            "exact": ", ".join(exact_of(value) for value in answer.values),
            "shown": written,
        }

    def step(self, step: Step) -> dict[str, Any]:
        shown = self._plain.print(step.shown)
        return {
            "name": self._symbols.written(step.name),
            "section": step.section,
            "formula": self._view(step, View.FORMULA),
            "substituted": self._view(step, View.NUMBERS),
            "terms": self._view(step, View.TERMS),
            "value": None if step.value is None else data_of(step.value),
            "exact": shown if step.value is None else exact_of(step.value),
            "shown": shown,
            "note": "; ".join(filter(None, (self._prose(step.note), self._prose(step.reason)))),
        }

    def _view(self, step: Step, view: View) -> str | None:
        line = step.view(view)
        return None if line is None else self._plain.print(line.expression)

    def _prose(self, prose: Prose) -> str:
        return "".join(part if isinstance(part, str) else self._unicode.print(part) for part in prose)
