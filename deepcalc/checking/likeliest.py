"""Of several mistakes that explain one number, those that are told: the likeliest ones, each said once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from deepcalc.checking.invited.forms import is_call
from deepcalc.checking.reports import SlipReport
from deepcalc.errors import DeepcalcError
from deepcalc.graph.evaluation import value_of
from deepcalc.notation.edits import unsigned
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Leaf,
    Literal,
    Negative,
    Node,
    Over,
    Plus,
    Relation,
    Times,
    names_in,
    product,
    total,
)

MOST_TOLD = 2
"""Of the mistakes that explain a number, how many are told."""

ABOUT_AS_LIKELY = 2
"""One of up to so many times as many variants as the likeliest is told beside it."""


def likeliest(reports: Sequence[SlipReport], name: str) -> tuple[SlipReport, ...]:
    """Those of the reports on a quantity that are told, the likelier first.

    One that explains another wrong number, too, is told alone; of others those in the quantity's own formula come
    first. Of those said in the same words, or worked out alike because there is a 0 or a 1, one stands for all.
    """
    confirmed = [report for report in reports if report.supported]
    nearest_first = sorted(confirmed or reports, key=lambda report: report.quantity != name)
    return tuple(_told(nearest_first))


def _told(reports: Iterable[SlipReport]) -> Iterator[SlipReport]:
    told: list[SlipReport] = []
    for report in reports:
        if len(told) < MOST_TOLD and all(_is_worth_telling_beside(first, report) for first in told):
            told.append(report)
            yield report


def _is_worth_telling_beside(first: SlipReport, report: SlipReport) -> bool:
    is_as_likely = report.rank <= ABOUT_AS_LIKELY * max(first.rank, 1)
    is_one = report.message.startswith(first.message)
    return is_as_likely and not is_one and not _are_worked_out_alike(first, report)


def _are_worked_out_alike(first: SlipReport, report: SlipReport) -> bool:
    """Whether two lines of one quantity differ in nothing but idle parts."""
    if report.quantity != first.quantity or not (report.line and first.line):
        return False
    one, other = _worked_out(first), _worked_out(report)
    return report.line == first.line or (one != other and without_idle_parts(one) == without_idle_parts(other))


def _worked_out(report: SlipReport) -> Any:
    """What is written before the result, with the numbers put in; the result where no numbers are."""
    (line,) = report.line
    assert isinstance(line, Relation)
    *_, before, result = line.operands
    return result if names_in(before) else before


def without_idle_parts(node: Any) -> Any:
    """An expression without factors of 1, terms of 0, and all that is multiplied by 0."""
    if isinstance(node, Leaf) or not node.args:
        return node
    parts = [without_idle_parts(part) if isinstance(part, Node) else part for part in node.args]
    if isinstance(node, Times):
        return (
            ZERO if any(_is(part, 0) for part in parts) else _joined(product, (p for p in parts if not _is(p, 1)), ONE)
        )
    if isinstance(node, Plus):
        return _joined(total, (part for part in parts if not _is(unsigned(part), 0)), ZERO)
    if isinstance(node, Over) and (_is(parts[0], 0) or _is(parts[1], 1)):
        return parts[0]
    if isinstance(node, Negative) and _is(parts[0], 0):
        return ZERO
    whole = node.func(*parts)
    return _as_one_or_zero(whole) if is_call(node, "log", "ln", "log2", "log10") else whole


def _joined(join: Any, parts: Iterable[Node], none: Node) -> Node:
    kept = list(parts)
    return join(*kept) if kept else none


def _is(node: Any, value: int) -> bool:
    return isinstance(node, Literal) and node.value == value


def _as_one_or_zero(call: Call) -> Node:
    """A logarithm of a number where it is 1 or 0: log₂ 2."""
    try:
        value = value_of(call, {})
    except (DeepcalcError, KeyError):
        return call
    return next((each for each in (ONE, ZERO) if value == each.value), call)
