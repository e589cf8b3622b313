"""An optimizer problem in words: Markdown with the method's law in the conventions that were chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from deepcalc.notation.nodes import Literal, Name
from deepcalc.notation.printing import LatexPrinter
from deepcalc.notation.symbols import Forms, Symbols, forms_of_identifier
from deepcalc.rules.updates import GENERAL, PARAMETER, SETTING_NAMES, before, now

if TYPE_CHECKING:
    from deepcalc.kinds.optimizer import OptimizerFields


def general_symbols(fields: OptimizerFields) -> dict[str, Forms]:
    """How the general law writes what was before the step: mₜ₋₁."""
    found = {}
    for head in (PARAMETER, *fields.states):
        forms = forms_of_identifier(head)
        found[before(head).name] = Forms(f"{forms.unicode}ₜ₋₁", f"{forms.latex}_{{t-1}}")
    return found


def statement(fields: OptimizerFields, symbols: Symbols) -> str:
    """The problem as an exam would put it."""
    words = _Words(LatexPrinter(symbols))
    settings = {SETTING_NAMES[field]: value for field, value in fields.settings().items()}
    begin = f"{words.values(fields.parameters)} {'is' if len(fields.parameters) == 1 else 'are'} updated"
    paragraphs = [
        f"{begin} by {fields.update.title} with {words.values(settings)}:",
        words.law(fields),
        " ".join([*_start(fields, words), *_gradients(fields, words)]),
        f"Compute the new value{'s' if len(fields.parameters) > 1 else ''}{_when(fields)}.",
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


class _Words:
    def __init__(self, printer: LatexPrinter) -> None:
        self._printer = printer

    def equation(self, left: Any, right: Any) -> str:
        return f"${self._printer.print(left)} = {self._printer.print(right)}$"

    def values(self, values: Mapping[str, Literal], pattern: str = "{}") -> str:
        return listed(self.equation(Name(pattern.format(name)), value) for name, value in values.items())

    def law(self, fields: OptimizerFields) -> str:
        rules = [(now(line.head), line.law) for line in fields.lines]
        rules.append((now(PARAMETER), fields.update.new_value(fields.conventions)(GENERAL)))
        return "\n".join(f"- {self.equation(left, right)}" for left, right in rules)


def _start(fields: OptimizerFields, words: _Words) -> list[str]:
    """What the optimizer has kept before the first step."""
    if not fields.states:
        return []
    done = fields.steps_before
    known = [words.values(values, f"{state}.{{}}@{done}") for state, values in fields.initial.items() if values]
    taken = f"{done} step{'s have' if done > 1 else ' has'} been taken before. " if done else ""
    if not known:
        return [f"{taken}Before the first step everything that is kept is 0."]
    return [f"{taken}So far, {listed(known)}."]


def _gradients(fields: OptimizerFields, words: _Words) -> list[str]:
    if fields.objective is not None:
        return [f"The gradient is that of {words.equation(Name(fields.objective_name), fields.objective)}."]
    steps = fields.gradient_steps()
    numbers = range(fields.steps_before + 1, fields.steps_before + 1 + len(steps))
    described = [words.values(values, f"g.{{}}@{step}") for step, (values, _) in zip(numbers, steps, strict=True)]
    return [f"The gradients are {'; '.join(described)}."]


def _when(fields: OptimizerFields) -> str:
    return " after one step" if fields.step_count == 1 else f" after each of {fields.step_count} steps"


def listed(names: Iterable[str]) -> str:
    """``a, b and c``."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
