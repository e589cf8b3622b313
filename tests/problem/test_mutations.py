"""Shipped problems, broken at random: whatever an author mistypes gives located errors or a solution."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deepcalc.errors import InvalidProblem, LocatedFault
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.solution.expectations import unmet_expectations
from deepcalc.solution.solver import solve
from tests.library import PATHS

KINDS = find_kinds()
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in PATHS.items()}
TOKENS = (
    "", "0", "-1", "1e9", "1e-400", ".nan", "true", "null", "[]", "{}", "[1, 2]", "{a: 1}", "x", "w1", "dL/dw1", "w1+",
    "'", '"', "{", "}", "[", "]", ":", ": ", "- ", "#", "&a", "*a", "!!int", "|", ">", "?", "\t", "\n", "\0", "é",
    "\u202e", "x*", "^", "(", ")", "1/0", "log(0)", "all", "errors", "paths", "table", "find", "values", "layers",
    "kind: loss\n",
)  # fmt: skip
OTHERS: tuple[Any, ...] = (
    [], {}, None, True, 0, 3, -1, 1.5, float("nan"), 1e30, "", "x", "a/0", [[]], [None], ["x"], [["x"]], [{}], [1, 2],
    [[1, 2], [3]], {"a": 1}, {"a": [1]}, {"x": {"y": []}}, [{"a": 1}], {"kind": "x"}, {"type": []}, {"name": {}},
    {1: 2}, ["x", {}],
)  # fmt: skip
many = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def survives(text: str) -> None:
    """The text solves, or says what is wrong with it."""
    faults: Sequence[LocatedFault] = ()
    try:
        problem = load_text(text.encode(), "mutant.yaml", KINDS)
        solve(problem)
        unmet_expectations(problem)
    except InvalidProblem as error:
        faults = error.faults
    for fault in faults:
        assert fault.place.line >= 1
        assert fault.place.column >= 1
        assert "Input should" not in fault.message


@st.composite
def mutants(draw: st.DrawFn, pieces: str) -> str:
    """A shipped problem with one to three of its lines, words or characters taken out, doubled, replaced or swapped."""
    text = TEXTS[draw(st.sampled_from(sorted(TEXTS)))]
    cut = {
        "lines": lambda: text.splitlines(keepends=True),
        "words": lambda: _words(text),
        "characters": lambda: list(text),
    }
    parts = cut[pieces]()
    for _ in range(draw(st.integers(1, 3))):
        at, other = (draw(st.integers(0, len(parts) - 1)) for _ in range(2))
        match draw(st.sampled_from(("take out", "double", "replace", "put in", "swap", "copy"))):
            case "take out":
                parts[at] = ""
            case "double":
                parts[at] *= 2
            case "replace":
                parts[at] = draw(st.sampled_from(TOKENS))
            case "put in":
                parts[at] += draw(st.sampled_from(TOKENS))
            case "swap":
                parts[at], parts[other] = parts[other], parts[at]
            case _:
                parts[at] = parts[other]
    return "".join(parts)


def _words(text: str) -> list[str]:
    """The text cut where words, numbers and marks begin and end."""
    return re.findall(r"\w+|\s+|[^\w\s]", text)


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value that stands in another."""
    if at:
        yield at
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(inner, (*at, key))


def _replaced(value: Any, at: tuple[Any, ...], other: Any) -> Any:
    if not at:
        return other
    changed = copy(value)
    changed[at[0]] = _replaced(value[at[0]], at[1:], other)
    return changed


@st.composite
def other_types(draw: st.DrawFn) -> str:
    """A shipped problem with one of its values replaced by one of any other type."""
    data = yaml.safe_load(TEXTS[draw(st.sampled_from(sorted(TEXTS)))])
    at = draw(st.sampled_from(list(_places(data))))
    return yaml.safe_dump(_replaced(data, at, draw(st.sampled_from(OTHERS))), allow_unicode=True, sort_keys=False)


@many
@given(other_types())
def test_values_of_other_types(text: str) -> None:
    survives(text)


@many
@given(mutants("words"))
def test_words_out_of_place(text: str) -> None:
    survives(text)


@many
@given(mutants("lines"))
def test_lines_out_of_place(text: str) -> None:
    survives(text)


@many
@given(mutants("characters"))
def test_characters_out_of_place(text: str) -> None:
    survives(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.sampled_from(sorted(KINDS)))
def test_text_of_any_kind(text: str, kind: str) -> None:
    survives(f"kind: {kind}\n{text}".encode("utf-8", "replace").decode())
