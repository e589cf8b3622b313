"""The update rules of the methods and the schedules of the learning rate, told from their tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from deepcalc.kinds._updates import UpdateFields
from deepcalc.kinds.optimizer.naming import general_symbols
from deepcalc.kinds.registry import ASKED_FOR, Vocabulary
from deepcalc.notation.nodes import Name, Node, Relation
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.symbols import Symbols
from deepcalc.rules.schedules import SCHEDULES, Schedule
from deepcalc.rules.updates import (
    COMMON_OPTIONS,
    GENERAL,
    PARAMETER,
    SETTING_NAMES,
    UPDATES,
    Conventions,
    Rule,
    Update,
    now,
)

NAMES = {
    "w@2": "the parameter after two steps; w+ is short for that after the first step: w@1, or w@10 with "
    "`steps_before: 9`",
    "m.w@2": "what the method keeps for w, after two steps",
    "g.w@2": "the gradient that step 2 goes by",
    "J@2": "the objective after two steps",
    "dJ@2/dw@2": "its gradient there, by which a third step would go",
    "J:2@1": "of several objectives or samples the second, after step 1",
    "adam.w@2": "of several runs or methods that of the one named",
    "min.w, distance@2": "where a quadratic is least (or the `minimum` that is given), and how far w is from there",
    "H, lambda_max, lambda_min, kappa": "second derivatives of a quadratic, their eigenvalues, the condition number",
    "eta_max, eta_best": "learning rates below which gradient descent converges on it, and with which it is fastest",
    "contraction, converges": "what a step multiplies the distance by, at most; 1 where gradient descent converges",
    "stationary, curvature, height": "where the derivative of a polynomial in one number is 0 (stationary.1 is the "
    "smallest point; together in any order), with the second derivative and the objective there",
    "approached": "of these the one that small steps down from the start come to; min.x is the lowest minimum, "
    "where it is the only one",
    "stop_step": "the first step after which `until` holds",
}


CLIPPINGS = {"clip: {value}": "clip_value", "clip: {norm}": "clip_norm", "clip: {norm_of_each}": "clip_each"}
"""How a bound of the gradients is given, and the convention that it is."""


def vocabulary() -> Vocabulary:
    """Each method's update, what every method takes, each schedule, and what can be asked for."""
    return {
        "Update rules, with what else each method may be told": {name: _said(row) for name, row in UPDATES.items()},
        "With any method": dict(_common()),
        "Learning-rate schedules": {name: _schedule(row) for name, row in SCHEDULES.items()},
        ASKED_FOR: NAMES,
    }


def _said(update: Update) -> str:
    """A method's title, its lines, its own numbers, what its conventions change, its source, its other names."""
    own = _default(update)
    law, also = _lines(Rule(update, own)), f" (also {', '.join(update.aliases)})" if update.aliases else ""
    numbers = [f"{_print(Name(SETTING_NAMES[name]))} = {_number(update, name)}" for name in update.coefficients]
    said = [f"{update.title}{also}", *law]
    if Rule(update, own).point is not None:
        said[1] += ", where gₜ is taken"
    if numbers:
        said.append(f"by default {', '.join(numbers)}")
    for told, lines in _others(update, own):
        said += [told, *(f"  {line}" for line in lines)]
    return "\n".join([*said, update.source])


def _default(update: Update) -> Conventions:
    given = frozenset(name for name in COMMON_OPTIONS if name in update.defaults)
    return Conventions(**update.conventions, decoupled=update.decouples, given=given)


def _others(update: Update, own: Conventions) -> Iterator[tuple[str, list[str]]]:
    """The lines that each option changes, and each convention the other way round; beside an option where need be."""
    changes: dict[str, tuple[str, dict[str, Any]]] = {
        name: (name, {"given": own.given | {name}}) for name in update.options
    }
    for name, value in update.conventions.items():
        changes[name] = (f"{name}: {str(not value).lower()}", {name: not value})
    for name, (told, change) in changes.items():
        if lines := _changed(update, own, change):
            yield f"with {told}", lines
            continue
        for option in update.options:
            beside = replace(own, given=own.given | {option})
            both = {**change, "given": change.get("given", frozenset()) | beside.given}
            if option != name and (lines := _changed(update, beside, both)):
                yield f"with {option} and {told}", lines


def _changed(update: Update, own: Conventions, change: Mapping[str, Any]) -> list[str]:
    """The lines that a change of the conventions brings."""
    law = _lines(Rule(update, own))
    return [line for line in _lines(Rule(update, replace(own, **change))) if line not in law]


def _common() -> Iterator[tuple[str, str]]:
    """What becomes of the gradient, and of the new value, whatever the method: told of gradient descent."""
    update = UPDATES["sgd"]
    for told, decoupled in (("weight_decay", False), ("decoupled: true", True)):
        given = Conventions(decoupled=decoupled, given=frozenset(COMMON_OPTIONS))
        yield told, "\n".join(_lines(Rule(update, given)))
    unrated = Conventions(decoupled=True, decay_times_rate=False, given=frozenset(COMMON_OPTIONS))
    yield "decay_times_rate: false", _lines(Rule(update, unrated))[-1]
    yield "maximize: true", "\n".join(_lines(Rule(update, Conventions(maximize=True))))
    for told, field in CLIPPINGS.items():
        bound: Any = Name(told.partition("{")[2].rstrip("}"))
        yield told, "\n".join(_lines(Rule(update, replace(Conventions(), **{field: bound})))[:-1])


def _number(update: Update, name: str) -> str:
    return update.defaults.get(name) or UpdateFields.model_fields[name].default.text


def _lines(rule: Rule) -> list[str]:
    """What a step computes, in its order."""
    printer = UnicodePrinter(Symbols(general_symbols(line.head for line in rule.lines)))
    points = [] if rule.point is None else [rule.point]
    equations = [Relation("=", now(line.head), line.law) for line in (*points, *rule.lines)]
    return [_print(each, printer) for each in (*equations, Relation("=", now(PARAMETER), rule.new_value(GENERAL)))]


def _schedule(row: Schedule) -> str:
    also = f" (also {', '.join(row.aliases)})" if row.aliases else ""
    return "\n".join((f"{row.title}{also}", _print(Relation("=", now("eta"), row.law)), row.source))


def _print(node: Node, printer: UnicodePrinter | None = None) -> str:
    return " ".join((printer or UnicodePrinter()).print(node).split())
