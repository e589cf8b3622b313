"""Marking a whole course, on all cores: many submissions → a mark for each, in their order.

Answers that are the same in several submissions are marked once. Few submissions are marked in this process; for
many, each worker prepares a :class:`Marker` of its own and keeps it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from deepcalc.checking.document import Mark
from deepcalc.checking.marking import Marker
from deepcalc.errors import DeepcalcError
from deepcalc.problem.problem import Problem
from deepcalc.records import record

FEW = 300
"""So many different submissions are marked before a second process would be ready."""

_LARGEST_CHUNK = 64
_CHUNKS_PER_WORKER = 8

Answers = tuple[tuple[str, str], ...]
"""Answers by name; the same ones are equal."""


@record
class NotMarked:
    """Answers that marking failed on, and why."""

    reason: str


Outcome = Mark | NotMarked


def mark_all(
    read: Callable[[], Problem],
    answers: Sequence[Mapping[str, str]],
    decimal_comma: bool = False,
    advance: Callable[[int], None] = lambda count: None,
    cores: int | None = None,
) -> list[Outcome]:
    """The marks of many students' answers, in their order.

    ``read`` reads the problem, here or in another process, to which it is sent by pickle; ``advance`` is told how
    many more students are marked.
    """
    keys = [tuple(each.items()) for each in answers]
    students = dict.fromkeys(keys, 0)
    for key in keys:
        students[key] += 1
    outcomes: dict[Answers, Outcome] = {}
    for key, outcome in zip(students, _outcomes(read, list(students), decimal_comma, cores), strict=True):
        outcomes[key] = outcome
        advance(students[key])
    return [outcomes[key] for key in keys]


def _outcomes(
    read: Callable[[], Problem], different: list[Answers], decimal_comma: bool, cores: int | None
) -> Iterator[Outcome]:
    workers = cores or available_cores()
    if len(different) <= FEW or workers == 1:
        marker = Marker(read())
        yield from (_outcome(marker, answers, decimal_comma) for answers in different)
        return
    size = max(1, min(_LARGEST_CHUNK, len(different) // (workers * _CHUNKS_PER_WORKER)))
    chunks = [different[start : start + size] for start in range(0, len(different), size)]
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _prepare, (read, decimal_comma))
    try:
        for outcomes in pool.map(_mark_chunk, chunks):
            yield from outcomes
    except BrokenProcessPool:
        raise DeepcalcError("a process that marks has ended before its time; is there enough memory?") from None
    finally:
        pool.shutdown(cancel_futures=True)


def available_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _outcome(marker: Marker, answers: Answers, decimal_comma: bool) -> Outcome:
    """The mark, or why there is none: what goes wrong with one student's answers costs no other student."""
    try:
        return marker.mark(dict(answers), decimal_comma=decimal_comma)
    except DeepcalcError as error:
        return NotMarked(str(error))
    except Exception as error:
        return NotMarked(f"internal error, a bug in deepcalc: {type(error).__name__}: {error}")


# ---- in a worker

_worker: list[tuple[Marker, bool]] = []
"""What this process keeps from chunk to chunk: a pool has no other place for it."""


def _prepare(read: Callable[[], Problem], decimal_comma: bool) -> None:
    """Make this process's marker. An interrupt is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker.append((Marker(read()), decimal_comma))


def _mark_chunk(chunk: list[Answers]) -> list[Outcome]:
    ((marker, decimal_comma),) = _worker
    return [_outcome(marker, answers, decimal_comma) for answers in chunk]
