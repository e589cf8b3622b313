"""What was found of an answer: a verdict, its share of the points, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deepcalc.checking.choices import Keys, Matching, Order
from deepcalc.checking.document import Verdict
from deepcalc.checking.questions import Question
from deepcalc.checking.reading import Vector
from deepcalc.checking.reports import SlipReport
from deepcalc.errors import listed
from deepcalc.graph.graph import Graph, Prose
from deepcalc.notation.nodes import Name
from deepcalc.plan import Check, Item
from deepcalc.plan.checks import first_failure
from deepcalc.plan.plan import ItemForm
from deepcalc.records import record

_WORST_FIRST = (Verdict.UNREADABLE, Verdict.WRONG, Verdict.FOLLOW_THROUGH, Verdict.ROUNDED, Verdict.CORRECT)

MOST_LISTED = 4
"""Entries that a message names."""


@record
class Finding:
    """What was found of one number, or of an answer as a whole; ``share`` is the share of the points.

    ``same_as`` is the quantity in which the same mistake was found first.
    """

    verdict: Verdict
    share: Fraction
    message: Prose = ()
    reports: tuple[SlipReport, ...] = ()
    same_as: str = ""


def right() -> Finding:
    return Finding(Verdict.CORRECT, Fraction(1))


def no_points(verdict: Verdict, *message: Any) -> Finding:
    return Finding(verdict, Fraction(0), message)


def asked_for(count: int) -> str:
    """How many numbers an answer is made of."""
    return f"{count} number{'s are' if count > 1 else ' is'} asked for"


def of_components(asked: Question, findings: Sequence[Finding]) -> Finding:
    """The finding of a vector: each component earns its share, but a shape is right or wrong as a whole."""
    worst = min((each.verdict for each in findings), key=_WORST_FIRST.index)
    shares = [each.share for each in findings]
    share = min(shares) if asked.is_shape else sum(shares, Fraction(0)) / len(shares)
    message: list[Any] = []
    likewise: list[Any] = []
    for name, each in zip(asked.quantities, findings, strict=True):
        if each.verdict is worst and worst is not Verdict.CORRECT:
            if message and each.same_as in asked.quantities:
                likewise += [", " if likewise else "; likewise ", Name(name)]
            else:
                said = each.message or (f"{each.verdict.value}",)
                message += ["; " if message else "", Name(name), ": ", *said]
    message += likewise
    return Finding(worst, share, tuple(message), tuple(report for each in findings for report in each.reports))


def of_item(item: Item, reading: Keys | Matching | Order) -> Finding:
    """The finding of a choice, an order or a matching, which is right as a whole or not at all; each blank counts."""
    if isinstance(reading, Order):
        return right() if reading.keys == item.key else no_points(Verdict.WRONG, *_first_misplaced(item, reading))
    if isinstance(reading, Keys):
        if reading.keys == _right_keys(item):
            return right()
        several = item.form is ItemForm.SINGLE and len(reading.keys) > 1
        return no_points(Verdict.WRONG, *([f"one option is asked for, not {len(reading.keys)}"] if several else ()))
    return _of_pairs(item, reading)


def _of_pairs(item: Item, reading: Matching) -> Finding:
    """The finding of what is said of each option. Of true and false only how many are wrong: which would answer it."""
    wanted = item.key if isinstance(item.key, Mapping) else {}
    wrong = [name for name in wanted if reading.pairs.get(name) != wanted[name]]
    if not wrong:
        return right()
    if item.form is ItemForm.BLANKS:
        share = 1 - Fraction(len(wrong), len(wanted))
        return Finding(Verdict.WRONG, share, (f"not right: blank {', '.join(wrong)}",))
    left = [name for name in wanted if name not in reading.pairs]
    if left:
        return no_points(Verdict.WRONG, f"no partner is given for {', '.join(left)}")
    if item.form is ItemForm.TRUE_FALSE:
        return no_points(Verdict.WRONG, f"not right: {len(wrong)} of {len(wanted)}")
    return no_points(Verdict.WRONG, f"not right: {', '.join(wrong)}")


def of_design(graph: Graph, checks: Sequence[Check], names: Sequence[str], vector: Vector) -> Finding:
    """The finding of numbers that are right by what they do: all points, or none."""
    if len(vector.components) != len(names):
        return no_points(Verdict.WRONG, f"{asked_for(len(names))}, not {len(vector.components)}")
    values = {name: number.value for name, number in zip(names, vector.components, strict=True)}
    failure = first_failure(graph, checks, values)
    return right() if failure is None else no_points(Verdict.WRONG, *failure)


def _first_misplaced(item: Item, reading: Order) -> Prose:
    key = item.key if isinstance(item.key, tuple) else ()
    place = next(index for index, (given, wanted) in enumerate(zip(reading.keys, key, strict=True)) if given != wanted)
    return (f"{reading.keys[place]} does not belong in place {place + 1}",)


def _right_keys(item: Item) -> frozenset[str]:
    return frozenset([item.key] if isinstance(item.key, str) else item.key or ())


def key_text(item: Item) -> str:
    """The right answer to a question without mathematics."""
    key = item.key
    if isinstance(key, str):
        return key
    if isinstance(key, Mapping):
        return ", ".join(f"{left}={right}" for left, right in key.items())
    return item.model_answer.strip() if key is None else ", ".join(key)


def not_allowed(foreign: Sequence[str], terms: Sequence[str]) -> Prose:
    """Names that the answer may not be written in, and those that it is to be written in."""
    names = [part for name in foreign for part in (", ", Name(name))][1:]
    allowed = [part for name in terms for part in (", ", Name(name))][1:]
    verb = "is" if len(foreign) == 1 else "are"
    return (*names, f" {verb} not among the names that the answer is to be written in: ", *allowed)


def wrong_entries(shape: tuple[int, ...], wrong: Sequence[tuple[int, ...]], count: int, first: int) -> Prose:
    """The places of the wrong entries, the first one of an axis as ``first``."""
    if not shape or len(wrong) == count:
        return ()
    at = [", ".join(str(index + first) for index in place) for place in wrong[:MOST_LISTED]]
    more = f" and {len(wrong) - MOST_LISTED} more" if len(wrong) > MOST_LISTED else ""
    return (f"{'entry' if len(wrong) == 1 else 'entries'} {listed(f'({each})' for each in at)}{more} of {count} wrong",)
