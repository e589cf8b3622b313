"""How long the marking of whole submissions takes, over every shipped problem.

    python benchmarks/verdicts.py [PROBLEM ...] [--said FILE] [--check]

The first submission to a problem finds nothing prepared: the problem is read from its file anew, and the making of the
marker counts. The second is the same once more. Times are those of the processor, in ms.
"""

from __future__ import annotations

import argparse
import gc
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TypeAlias

import deepcalc.checking
from deepcalc.checking.as_json import to_json
from deepcalc.checking.marking import Marker
from deepcalc.checking.questions import Question, question
from deepcalc.kinds import find_kinds
from deepcalc.problem.library import entries, find
from deepcalc.problem.loader import load
from deepcalc.problem.problem import Problem

LONGEST_MS = 500
MOST_BETWEEN = 100
SLOWEST = 10

RIGHT, ALL_OFF, ONE_OFF, TURNED = "all right", "all 3 % off", "one 3 % off, the others right", "all signs turned"
BETWEEN = f"up to {MOST_BETWEEN} intermediate results 3 % off"
SORTS = (RIGHT, ALL_OFF, ONE_OFF, TURNED, BETWEEN)

_NUMBER = re.compile(r"(?<![\w.])-?[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?")
_WHOLE = re.compile(r"-?[0-9]+")

Answers: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Timed:
    """One submission: how long its first and its second marking took, and what was said, as JSON."""

    problem: str
    sort: str
    first: float
    again: float
    said: str


def submissions(problem: Problem) -> Iterator[tuple[str, Answers]]:
    """What is handed in to one problem, each submission with its sort."""
    graph, marker = problem.plan.graph, Marker(problem)

    def written(asked: Question, mistaken: Callable[[str], str]) -> str:
        """The right answer with a mistake in each of its numbers, or in a factor where it stands in letters."""
        text = marker.expected(asked).removeprefix("for example ")
        if asked.item is not None:
            return text
        if all(map(graph.has_value, asked.quantities)):
            return _NUMBER.sub(lambda number: mistaken(number.group()), text)
        return text if asked.composite is not None else f"{mistaken('1.0')}*({text})"

    def answers(questions: Sequence[Question], mistaken: Callable[[str], str]) -> Answers:
        return {problem.plan.symbols.written(each.name): written(each, mistaken) for each in questions}

    right, off = answers(marker.questions, str), answers(marker.questions, _larger)
    yield RIGHT, right
    yield ALL_OFF, off
    yield from ((ONE_OFF, {**right, name: text}) for name, text in off.items() if text != right[name])
    yield TURNED, answers(marker.questions, _turned)
    alone = [each for each in marker.questions if each.composite is None or not each.composite.checks]
    behind = graph.ancestors([name for each in alone for name in each.quantities])
    between = [name for name in behind if graph[name].given is None]
    chosen = between[:: -(-len(between) // MOST_BETWEEN) or 1]
    last = problem.parts[-1]
    yield BETWEEN, answers([question(problem.plan, name, last, Fraction(0), asked=False) for name in chosen], _larger)


def _larger(number: str) -> str:
    """A number that is 3 % larger, a whole one by 1 at least."""
    if not _WHOLE.fullmatch(number):
        return f"{1.03 * float(number):.4g}"
    return str(max(round(1.03 * int(number)), int(number) + 1))


def _turned(number: str) -> str:
    return number.removeprefix("-") if number.startswith("-") or not float(number) else f"-{number}"


def timed(names: Sequence[str], sorts: Sequence[str] = SORTS) -> Iterator[Timed]:
    """The submissions to the problems of these names, of these sorts, marked twice."""
    kinds = find_kinds()
    for name in names:
        path = find(name)
        for sort, answers in (each for each in submissions(load(path, kinds)) if each[0] in sorts):
            problem = load(path, kinds)
            problem.plan  # noqa: B018 - what solving would have made as well
            gc.collect()
            start = time.process_time()
            marker = Marker(problem)
            mark = marker.mark(answers)
            between = time.process_time()
            marker.mark(answers)
            end = time.process_time()
            yield Timed(name, sort, (between - start) * 1000, (end - between) * 1000, to_json(mark))


def import_all() -> None:
    """Import what marking imports when it is first needed, and keep it out of the collection of garbage."""
    import numpy  # noqa: F401

    for module in walk_packages(deepcalc.checking.__path__, f"{deepcalc.checking.__name__}."):
        import_module(module.name)
    gc.freeze()


def table(found: Sequence[Timed]) -> str:
    """Median, 99th percentile and maximum of each sort, of the first marking and of the second, as Markdown."""
    rows = [
        "| submission | cases | first: median | 99 % | longest | again: median | 99 % | longest |",
        f"| --- |{' ---: |' * 7}",
    ]
    for sort in SORTS:
        of_sort = [each for each in found if each.sort == sort]
        figures = [*_figures([each.first for each in of_sort]), *_figures([each.again for each in of_sort])]
        rows.append(f"| {sort} | {len(of_sort):,} | {' | '.join(f'{each:.1f}' for each in figures)} |")
    return "\n".join(rows)


def _figures(times: Sequence[float]) -> tuple[float, float, float]:
    ordered = sorted(times)
    return statistics.median(ordered), ordered[int(0.99 * (len(ordered) - 1))], ordered[-1]


def slowest(found: Sequence[Timed]) -> str:
    """The problems whose longest first marking is the longest, as Markdown."""
    longest = {each.problem: each for each in sorted(found, key=lambda each: each.first)}
    ordered = sorted(longest.values(), key=lambda each: -each.first)[:SLOWEST]
    rows = [f"| `{each.problem}` | {each.sort} | {each.first:.0f} | {each.again:.0f} |" for each in ordered]
    return "\n".join(["| problem | submission | first | again |", "| --- | --- | ---: | ---: |", *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problems", nargs="*", metavar="PROBLEM", help="the shipped ones by name (all)")
    parser.add_argument("--said", type=Path, help="write what was said of each submission to a file, one a line")
    parser.add_argument("--check", action="store_true", help=f"exit 1 where one takes more than {LONGEST_MS} ms")
    arguments = parser.parse_args()
    names = arguments.problems or [entry.name for entry in entries()]
    import_all()
    found = list(timed(names))
    print(table(found), slowest(found), sep="\n\n")
    if arguments.said:
        arguments.said.write_text("".join(f"{each.said}\n" for each in found), encoding="utf-8")
    if arguments.check and max(each.first for each in found) > LONGEST_MS:
        sys.exit(1)


if __name__ == "__main__":
    main()
