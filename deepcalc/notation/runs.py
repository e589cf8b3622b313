"""Many names in short: of consecutive numbers the first and the last."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from deepcalc.records import record

MOST_NAMES = 12
"""So many names are listed one by one."""

_SHORTEST_RUN = 3
_NUMBERED = re.compile(r"(.*?)(\d+)(\D*)")


@record
class _Numbered:
    name: str
    stem: tuple[str, ...]
    number: int


def in_runs(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Each alone; of more than ``MOST_NAMES`` those alike but for a number together, as the first and the last."""
    if len(names) <= MOST_NAMES:
        return [(name,) for name in names]
    alike: dict[tuple[str, ...], list[_Numbered]] = {}
    for each in map(_numbered, names):
        alike.setdefault(each.stem, []).append(each)
    long = [run for several in alike.values() for run in _runs(several) if len(run) >= _SHORTEST_RUN]
    ends = {run[0].name: run[-1].name for run in long}
    passed = {each.name for run in long for each in run[1:]}
    return [(name, ends[name]) if name in ends else (name,) for name in names if name not in passed]


def symbols_in_runs(names: Sequence[str], symbol: Callable[[str], str], dots: str = "…") -> list[str]:
    """What is listed, by its symbols: ``H₁, …, H₉``."""
    return [f", {dots}, ".join(map(symbol, run)) for run in in_runs(names)]


def _numbered(name: str) -> _Numbered:
    match = _NUMBERED.fullmatch(name)
    return _Numbered(name, match.group(1, 3), int(match[2])) if match else _Numbered(name, (name,), 0)


def _runs(several: Sequence[_Numbered]) -> Iterator[list[_Numbered]]:
    run: list[_Numbered] = []
    for each in several:
        if run and each.number != run[-1].number + 1:
            yield run
            run = []
        run.append(each)
    yield run
