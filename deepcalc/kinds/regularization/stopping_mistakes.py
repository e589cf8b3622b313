"""Typical mistakes in early stopping: what each epoch comes to, and where training stops, by another rule.

A rule is the formulas of all epochs, those after the stop included; another one changes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from deepcalc.graph.evaluation import evaluate, holds
from deepcalc.graph.graph import Graph
from deepcalc.kinds._stopping import BEST, BEST_EPOCH, LIMIT, RESTORED, STOP, WAIT
from deepcalc.kinds.regularization.fields import RegularizationFields
from deepcalc.kinds.regularization.stopping import epochs_of, stopping_of
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.edits import changed
from deepcalc.notation.nodes import ZERO, Name, Node, Relation, nodes_in, number
from deepcalc.plan import Slip
from deepcalc.records import record


@record
class Course:
    """What a rule makes of the epochs: the best one after each of them (from 1), the waits, the last one run."""

    best: Sequence[int]
    waits: Sequence[int]
    stop: int

    @property
    def best_at_stop(self) -> int:
        return self.best[self.stop - 1]


def course_of(epochs: Graph, patience: int) -> Course:
    """What the formulas of all epochs come to; without a stop the last one is the last that is run."""
    count = _count(epochs)
    values = evaluate(epochs, [f"{head}.{epoch}" for epoch in range(1, count + 1) for head in (BEST, WAIT)]).values
    best: list[int] = []
    for epoch in range(1, count + 1):
        conditions = [node for node in nodes_in(epochs[f"{BEST}.{epoch}"].definition) if isinstance(node, Relation)]
        best.append(epoch if all(holds(condition, values) for condition in conditions) else best[-1])
    waits = [int(to_fraction(values[f"{WAIT}.{epoch}"])) for epoch in range(1, count + 1)]
    stop = next((epoch for epoch, wait in enumerate(waits, start=1) if wait >= patience), count)
    return Course(best, waits, stop)


def stopping_mistakes(fields: RegularizationFields, graph: Graph) -> Iterator[Slip]:
    """Another patience, another improvement, another best epoch."""
    losses = [to_fraction(loss.value) for loss in fields.losses or ()]
    stopping, last = stopping_of(fields), _count(graph)
    right = course_of(epochs_of(fields, stopping, len(losses)), stopping.epochs)
    not_restored = {f"{RESTORED}.{name}": Name(f"{name}@{last}") for name in fields.parameters or ()}
    yield Slip("not-restored", "the parameters of the last epoch, not of the best one", not_restored)
    by_rule = _by(right, fields, last)
    for key, message, epochs, patience in _other_rules(fields):
        formulas = _by(course_of(epochs, patience), fields, last)
        if formulas != by_rule:
            yield Slip(key, message, formulas)
    extreme = max if stopping.rises else min
    at_stop = {
        ("best-is-last", "the last epoch taken for the best one"): right.stop,
        ("best-of-all", "the best of all epochs, also of those after the stop"): losses.index(extreme(losses)) + 1,
        ("least-improvement", "the best up to the stop, whatever the least improvement"):
            losses.index(extreme(losses[: right.stop])) + 1,
    }  # fmt: skip
    for (key, message), epoch in at_stop.items():
        if epoch != right.best_at_stop:
            yield Slip(key, message, {**by_rule, f"{BEST}.{last}": _loss(epoch), BEST_EPOCH: number(epoch)})
    yield Slip("counted-from-0", "the epochs counted from 0", {**by_rule, BEST_EPOCH: number(right.best_at_stop - 1)})


def _other_rules(fields: RegularizationFields) -> Iterator[tuple[str, str, Graph, int]]:
    """What the epochs are made by otherwise, and the patience."""
    stopping, count = stopping_of(fields), len(fields.losses or ())
    right, patience = epochs_of(fields, stopping, count), stopping.epochs
    if stopping.delta is not None:
        any_gain = epochs_of(fields, replace(stopping, delta=None), count)
        yield "least-improvement", "the least improvement δ left out of account", any_gain, patience
    in_all = "the epochs without an improvement counted in all, not those in a row: the wait not reset"
    yield "wait-in-all", in_all, _changed(right, _not_reset), patience
    by_previous = "each epoch compared with the one before, not with the best one"
    yield "epoch-before", by_previous, _changed(right, _with_the_one_before), patience
    equal = "an epoch that is just as good counted as an improvement"
    yield "equal-improves", equal, _changed(right, _or_equal), patience
    turned = "the lowest" if stopping.rises else "the highest"
    falling = epochs_of(fields, replace(stopping, rises=not stopping.rises), count)
    yield "other-direction", f"{turned} taken for the best", falling, patience
    if patience > 1:
        yield "patience", "the patience taken as one epoch less", right, patience - 1
    yield "patience", "the patience taken as one epoch more", right, patience + 1
    if patience > 2:  # else the patience taken as one epoch less
        yield "patience", "stopped at the first epoch without an improvement", right, 1
    yield "never-stopped", "all epochs run, whatever the patience", right, count


def _changed(epochs: Graph, change: Callable[[str, int, Node], Node]) -> Graph:
    """The epochs after the first with other formulas, made from head, epoch and formula of each quantity."""
    names = ((head, epoch) for epoch in range(2, _count(epochs) + 1) for head in (LIMIT, BEST, WAIT))
    made = {f"{head}.{epoch}": (head, epoch) for head, epoch in names if f"{head}.{epoch}" in epochs}
    return epochs.with_formulas(
        {name: replace(epochs[name], formula=change(*place, epochs[name].definition)) for name, place in made.items()}
    )


def _not_reset(head: str, epoch: int, formula: Node) -> Node:
    return formula.xreplace({ZERO: Name(f"{WAIT}.{epoch - 1}")}) if head == WAIT else formula


def _with_the_one_before(head: str, epoch: int, formula: Node) -> Node:
    instead = {Name(f"{BEST}.{epoch - 1}"): _loss(epoch - 1)}
    if head == LIMIT:
        return formula.xreplace(instead)
    return changed(formula, lambda node: node.xreplace(instead) if isinstance(node, Relation) else None)


def _or_equal(head: str, epoch: int, formula: Node) -> Node:
    return changed(
        formula,
        lambda node: Relation(f"{node.operators[0]}=", *node.operands) if isinstance(node, Relation) else None,
    )


def _by(course: Course, fields: RegularizationFields, last: int) -> Mapping[str, Node]:
    """All that a course comes to, up to the ``last`` epoch of the problem."""
    formulas: dict[str, Node] = {}
    for epoch in range(1, last + 1):
        formulas[f"{BEST}.{epoch}"] = _loss(course.best[epoch - 1])
        formulas[f"{WAIT}.{epoch}"] = number(course.waits[epoch - 1])
    best = course.best_at_stop
    for name in fields.parameters or ():
        formulas[f"{RESTORED}.{name}"] = Name(f"{name}@{best}")
    return {**formulas, f"{BEST}.{last}": _loss(best), STOP: number(course.stop), BEST_EPOCH: number(best)}


def _count(graph: Graph) -> int:
    """How many epochs a graph has."""
    return sum(quantity.name.startswith(f"{WAIT}.") for quantity in graph)


def _loss(epoch: int) -> Node:
    return Name(f"v.{epoch}")
