"""Typical mistakes around the course of a training: what is judged, what is kept, what holds at test time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from deepcalc.graph.graph import Graph
from deepcalc.kinds._stopping import BEST, LIMIT, RESTORED, WAIT, stopping_slips
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.evaluating import kept_averages, prefixes
from deepcalc.kinds.network.fields import EarlyStoppingFields
from deepcalc.kinds.network.test_time import TEST, VALIDATION
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.names import name_parts
from deepcalc.notation.nodes import Name, names_in
from deepcalc.plan import Slip


def course_mistakes(wiring: Wiring, graph: Graph) -> Iterator[Slip]:
    """The mistakes in stopping early and in passes at test time."""
    optimizer = wiring.fields.optimizer
    if optimizer is not None and optimizer.early_stopping is not None:
        own = judged(optimizer.early_stopping, str(wiring.loss_name))
        yield from stopping_mistakes(graph, wiring.trained, len(wiring.batches), own)
    if prefixes(wiring):
        yield from average_mistakes(graph, dict(kept_averages(wiring)), lambda statistic: statistic)


def judged(stopping: EarlyStoppingFields, loss: str) -> str:
    """What an early stopping judges, whatever samples it is of."""
    return loss if stopping.monitor is None else stopping.monitor.removeprefix(f"{VALIDATION}.")


def stopping_mistakes(graph: Graph, trained: Sequence[str], updates: int, judged: str) -> Iterator[Slip]:
    """The last epoch taken for the best, the other loss judged; an epoch has so many updates."""
    yield from stopping_slips(graph)
    last = max(int(name.partition(".")[2]) for name in graph.names if name.startswith(f"{WAIT}."))
    kept = {f"{RESTORED}.{name}": Name(timed(name, last * updates)) for name in trained}
    yield Slip("last-kept", "the last parameters kept in place of the best ones", kept)
    swapped = {}
    for name in graph.names:
        if name.partition(".")[0] in (BEST, WAIT, LIMIT) and graph[name].formula is not None:
            formula = graph[name].definition
            swaps = {Name(used): Name(used.removeprefix(f"{VALIDATION}.")) for used in names_in(formula)}
            known = {old: new for old, new in swaps.items() if old != new and new.name in graph}
            if known:
                swapped[name] = formula.xreplace(known)
    if swapped:
        yield Slip(
            "judged-by-training", f"{judged} of the training samples judged, not of the validation samples", swapped
        )


def average_mistakes(graph: Graph, averages: Mapping[str, str], of_batch: Callable[[str], str]) -> Iterator[Slip]:
    """The running averages as they are in the beginning, or the statistics of the last batch in their place.

    ``averages`` are the running averages by their statistics, ``of_batch`` tells what those of a batch are called.
    """
    if not averages:
        return
    first, by_batch = {}, {}
    for quantity in graph:
        own = name_parts(quantity.name)
        if own is None or own.head not in (VALIDATION, TEST) or not own.time or quantity.formula is None:
            continue
        initial, last = {}, {}
        for statistic, average in averages.items():
            initial[Name(timed(average, own.time))] = Name(average)
            if timed(of_batch(statistic), own.time - 1) in graph:
                last[Name(timed(average, own.time))] = Name(timed(of_batch(statistic), own.time - 1))
        if any(node.name in names_in(quantity.formula) for node in initial):
            first[quantity.name] = quantity.formula.xreplace(initial)
            by_batch[quantity.name] = quantity.formula.xreplace(last)
    yield Slip("averages-of-the-beginning", "the running averages of the beginning at test time", first)
    yield Slip("statistics-of-the-batch", "the statistics of the last batch at test time", by_batch)
