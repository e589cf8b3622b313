"""What was found of an answer: a verdict, its share of the points, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deepcalc.checking.choices import Keys, Matching, Order
from deepcalc.checking.document import Quoted, Verdict, Worked
from deepcalc.checking.questions import Question
from deepcalc.checking.reading import Vector
from deepcalc.checking.reports import SlipReport
from deepcalc.errors import listed
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose
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

    ``same_as`` is the quantity in which the same mistake was found first; of the ``reports`` those that are ``told``.
    """

    verdict: Verdict
    share: Fraction
    message: Prose = ()
    reports: tuple[SlipReport, ...] = ()
    same_as: str = ""
    told: tuple[SlipReport, ...] = ()


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
    told = [(Name(name), each) for name, each in zip(asked.quantities, findings, strict=True) if each.verdict is worst]
    groups: list[tuple[list[Any], Prose]] = []
    likewise: list[Any] = []
    for name, each in told if worst is not Verdict.CORRECT else ():
        said = each.message or (f"{each.verdict.value}",)
        group = next((names for names, same in groups if same == said), None)
        if group is not None:
            group += [", ", name]
        elif groups and each.same_as in asked.quantities:
            likewise += [", " if likewise else "; likewise ", name]
        else:
            groups.append(([name], said))
    message = [part for names, said in groups for part in ("; ", *names, ": ", *said)][1:]
    message += likewise
    return Finding(worst, share, tuple(message), tuple(report for each in findings for report in each.reports))


def of_item(item: Item, reading: Keys | Matching | Order) -> Finding:
    """The finding of a choice, an order or a matching, which is right as a whole or not at all; each blank counts.

    What the author says of the options that were taken wrongly, and of the answer, is said of a wrong one.
    """
    if isinstance(reading, Order):
        return right() if reading.keys == item.key else _wrong(item, _first_misplaced(item, reading))
    return _of_keys(item, reading) if isinstance(reading, Keys) else _of_pairs(item, reading)


def _of_keys(item: Item, reading: Keys) -> Finding:
    wanted = _right_keys(item)
    if reading.keys == wanted:
        return right()
    if item.form is ItemForm.SINGLE:
        if len(reading.keys) > 1:
            return no_points(Verdict.WRONG, f"one option is asked for, not {len(reading.keys)}")
        (chosen,) = (option for option in item.options if option.key in reading.keys)
        return _wrong(item, ("chosen: ", Quoted(chosen.text)), reading.keys | wanted)
    told = {"wrong": reading.keys - wanted, "missing": wanted - reading.keys}
    in_words = "; ".join(f"{said}: {', '.join(sorted(keys))}" for said, keys in told.items() if keys)
    return _wrong(item, (Worked((in_words,)),), reading.keys ^ wanted)


def _of_pairs(item: Item, reading: Matching) -> Finding:
    """The finding of what is said of each option. Of true and false only how many are wrong: which would answer it."""
    wanted = item.key if isinstance(item.key, Mapping) else {}
    wrong = [name for name in wanted if reading.pairs.get(name) != wanted[name]]
    if not wrong:
        return right()
    if item.form is ItemForm.BLANKS:
        return _wrong(item, (f"not right: blank {', '.join(wrong)}",), share=1 - Fraction(len(wrong), len(wanted)))
    left = [name for name in wanted if name not in reading.pairs]
    if left:
        return no_points(Verdict.WRONG, f"no partner is given for {', '.join(left)}")
    counted = item.form is ItemForm.TRUE_FALSE
    return _wrong(item, (f"not right: {f'{len(wrong)} of {len(wanted)}' if counted else ', '.join(wrong)}",), wrong)


def _wrong(item: Item, said: tuple[Any, ...], keys: Collection[str] = (), share: Fraction = Fraction(0)) -> Finding:
    """The finding of a wrong answer, with the author's reasons for the options of these keys, and for the answer."""
    sentences = " ".join(map(_as_sentence, item.reasons(keys)))
    reasons: tuple[Any, ...] = ("; ", Quoted(sentences))
    message = (*said, Worked(reasons)) if sentences else said
    return Finding(Verdict.WRONG, share, message)


def _as_sentence(text: str) -> str:
    """The text on one line, with a full stop."""
    line = " ".join(text.split())
    return line if line.endswith((".", "!", "?")) else f"{line}."


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
