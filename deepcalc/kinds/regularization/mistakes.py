"""Typical mistakes in early stopping: what each epoch comes to, and where training stops, by another rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from deepcalc.graph.graph import Graph
from deepcalc.kinds._stopping import BEST, BEST_EPOCH, RESTORED, STOP, WAIT
from deepcalc.kinds.regularization.fields import Monitor
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import Name, Node, number
from deepcalc.plan import Slip
from deepcalc.records import record

if TYPE_CHECKING:
    from deepcalc.kinds.regularization.fields import RegularizationFields


@record
class Rule:
    """What counts as an improvement, and how long there may be none.

    ``delta`` is the least improvement, ``allows_equal`` counts one of just that size; ``by_previous`` compares with the
    epoch before in place of the best one, ``in_all`` counts every epoch without an improvement, not those in a row.
    """

    patience: int
    delta: Fraction
    rises: bool
    allows_equal: bool = False
    by_previous: bool = False
    in_all: bool = False

    def improves(self, loss: Fraction, bar: Fraction) -> bool:
        gain = (loss - bar if self.rises else bar - loss) - self.delta
        return gain >= 0 if self.allows_equal else gain > 0


@record
class Course:
    """What a rule makes of the epochs: the best one after each of them (from 1), the waits, the last one run."""

    best: Sequence[int]
    waits: Sequence[int]
    stop: int


def course_of(losses: Sequence[Fraction], rule: Rule) -> Course:
    """Every epoch by a rule, those after the stop included; without a stop the last one."""
    best, waits = [1], [0]
    for epoch, loss in enumerate(losses[1:], start=2):
        bar = losses[epoch - 2] if rule.by_previous else losses[best[-1] - 1]
        improved = rule.improves(loss, bar)
        best.append(epoch if improved else best[-1])
        waits.append(waits[-1] + 1 if not improved else waits[-1] if rule.in_all else 0)
    stop = next((epoch for epoch, wait in enumerate(waits, start=1) if wait >= rule.patience), len(losses))
    return Course(best, waits, stop)


def stopping_mistakes(fields: RegularizationFields, graph: Graph) -> Iterator[Slip]:
    """Another patience, another improvement, another best epoch."""
    losses = [to_fraction(loss.value) for loss in fields.losses or ()]
    delta = Fraction(0) if fields.min_delta is None else to_fraction(fields.min_delta.value)
    rule = Rule(fields.patience or 1, delta, fields.monitor is Monitor.ACCURACY)
    right = course_of(losses, rule)
    not_restored = {f"{RESTORED}.{name}": Name(f"{name}@{_last(graph)}") for name in fields.parameters or ()}
    yield Slip("not-restored", "the parameters of the last epoch, not of the best one", not_restored)
    by_rule = _by(right, fields, graph)
    for key, message, other in _other_rules(rule, len(losses)):
        formulas = _by(course_of(losses, other), fields, graph)
        if formulas != by_rule:
            yield Slip(key, message, formulas)
    at_stop = {
        ("best-is-last", "the last epoch taken for the best one"): right.stop,
        ("best-of-all", "the best of all epochs, also of those after the stop"): _best_of(losses, rule),
        ("least-improvement", "the best up to the stop, whatever the least improvement"):
            _best_of(losses[: right.stop], rule),
    }  # fmt: skip
    best = right.best[right.stop - 1]
    for (key, message), epoch in at_stop.items():
        if epoch != best:
            yield Slip(key, message, {**by_rule, f"{BEST}.{_last(graph)}": _loss(epoch), BEST_EPOCH: number(epoch)})
    yield Slip("counted-from-0", "the epochs counted from 0", {**by_rule, BEST_EPOCH: number(best - 1)})


def _other_rules(rule: Rule, epochs: int) -> Iterator[tuple[str, str, Rule]]:
    if rule.delta > 0:
        yield "least-improvement", "the least improvement δ left out of account", replace(rule, delta=Fraction(0))
    in_all = "the epochs without an improvement counted in all, not those in a row: the wait not reset"
    yield "wait-in-all", in_all, replace(rule, in_all=True)
    by_previous = "each epoch compared with the one before, not with the best one"
    yield "epoch-before", by_previous, replace(rule, by_previous=True)
    yield "equal-improves", "an epoch that is just as good counted as an improvement", replace(rule, allows_equal=True)
    turned = "the lowest" if rule.rises else "the highest"
    yield "other-direction", f"{turned} taken for the best", replace(rule, rises=not rule.rises)
    if rule.patience > 1:
        yield "patience", "the patience taken as one epoch less", replace(rule, patience=rule.patience - 1)
    yield "patience", "the patience taken as one epoch more", replace(rule, patience=rule.patience + 1)
    if rule.patience > 2:  # else the patience taken as one epoch less
        yield "patience", "stopped at the first epoch without an improvement", replace(rule, patience=1)
    yield "never-stopped", "all epochs run, whatever the patience", replace(rule, patience=epochs)


def _best_of(losses: Sequence[Fraction], rule: Rule) -> int:
    found = max(losses) if rule.rises else min(losses)
    return losses.index(found) + 1


def _by(course: Course, fields: RegularizationFields, graph: Graph) -> Mapping[str, Node]:
    """All that a course comes to, as far as the graph goes."""
    last, best = _last(graph), course.best[course.stop - 1]
    formulas: dict[str, Node] = {}
    for epoch in range(1, last + 1):
        formulas[f"{BEST}.{epoch}"] = _loss(course.best[epoch - 1])
        formulas[f"{WAIT}.{epoch}"] = number(course.waits[epoch - 1])
    for name in fields.parameters or ():
        formulas[f"{RESTORED}.{name}"] = Name(f"{name}@{best}")
    return {**formulas, f"{BEST}.{last}": _loss(best), STOP: number(course.stop), BEST_EPOCH: number(best)}


def _last(graph: Graph) -> int:
    """The last epoch that is run."""
    return sum(quantity.name.startswith(f"{WAIT}.") for quantity in graph)


def _loss(epoch: int) -> Node:
    return Name(f"v.{epoch}")
