"""An optimizer problem in words: Markdown with the method's law in the conventions that were chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deepcalc.errors import listed
from deepcalc.kinds.optimizer.steps import MOST_PARTS
from deepcalc.notation.nodes import ZERO, Name
from deepcalc.notation.printing import LatexPrinter
from deepcalc.notation.symbols import Forms, Symbols, forms_of_identifier
from deepcalc.rules.updates import GENERAL, PARAMETER, SETTING_NAMES, before, now

if TYPE_CHECKING:
    from deepcalc.kinds.optimizer.fields import OptimizerFields


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
    parameters, settings = fields.parameters, fields.settings()
    subject, verb = ("The parameter", "is") if len(parameters) == 1 else ("The parameters", "are")
    given = words.equations((Name(name), value) for name, value in parameters.items())
    chosen = words.equations((Name(SETTING_NAMES[field]), value) for field, value in settings.items())
    paragraphs = [
        f"{subject} {given} {verb} updated by {fields.update.title} ({chosen}):",
        _law(fields, words),
        _start(fields, words),
        _gradients(fields, words),
        f"Compute {listed(words.math(Name(name)) for name in parameters)} after {_steps(fields)}.",
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


@dataclass(frozen=True)
class _Words:
    printer: LatexPrinter

    def math(self, *sides: Any) -> str:
        return f"${' = '.join(self.printer.print(side) for side in sides)}$"

    def equations(self, pairs: Iterable[tuple[Any, Any]]) -> str:
        return listed(self.math(*pair) for pair in pairs)


def _law(fields: OptimizerFields, words: _Words) -> str:
    rules = [(now(line.head), line.law) for line in fields.lines]
    rules.append((now(PARAMETER), fields.update.new_value(fields.conventions)(GENERAL)))
    return _bullets(words.math(*rule) for rule in rules)


def _start(fields: OptimizerFields, words: _Words) -> str:
    """What the optimizer has kept before the first step."""
    if not fields.states:
        return ""
    done = fields.steps_before
    when = f"After {done} step{'s' if done > 1 else ''} so far" if done else "Before the first step"
    if not any(fields.initial.values()):
        return f"{when}, {words.equations((Name(f'{state}_{done}'), ZERO) for state in fields.states)}."
    values = (
        (Name(f"{state}.{name}@{done}"), fields.initial_value(state, name))
        for state in fields.states
        for name in fields.parameters
    )
    return f"{when}, {words.equations(values)}."


def _gradients(fields: OptimizerFields, words: _Words) -> str:
    if fields.objective is not None:
        return f"The objective is {words.math(Name(fields.objective_name), fields.objective)}."
    steps = [
        words.equations((Name(f"g.{name}@{step}"), gradients[name]) for name in fields.parameters)
        for step, (gradients, _) in enumerate(fields.gradient_steps(), start=fields.steps_before + 1)
    ]
    if len(steps) > 1:
        return f"The gradients of the steps:\n\n{_bullets(steps)}"
    return f"The gradient{' is' if len(fields.parameters) == 1 else 's are'} {steps[0]}."


def _steps(fields: OptimizerFields) -> str:
    steps = fields.step_count
    return "one step" if steps == 1 else f"each of {steps} steps" if steps <= MOST_PARTS else f"{steps} steps"


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)
