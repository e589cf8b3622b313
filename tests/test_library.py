"""The whole library: every problem loads, solves, renders in every format, and passes its own expected answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from deepcalc.kinds import find_kinds
from deepcalc.notation.names import plain_form
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.problem.library import Entry, entries, library_folder
from deepcalc.problem.source import read_source
from deepcalc.rendering.as_json import to_json
from deepcalc.rendering.terminal import render_statement
from deepcalc.rules.activations import ACTIVATION_ALIASES, ACTIVATIONS
from deepcalc.rules.losses import LOSS_ALIASES, LOSSES, SHORT_FOR
from deepcalc.rules.penalties import PENALTIES, PENALTY_ALIASES
from deepcalc.rules.schedules import SCHEDULE_ALIASES, SCHEDULES
from deepcalc.rules.updates import METHOD_ALIASES, UPDATES
from deepcalc.solution.detail import Detail
from deepcalc.solution.expectations import unmet_expectations
from tests.library import PATHS, on_terminal, problem, solved_problem
from tests.statements import printed

WORKED_EXAMPLES = {
    "network": ["logistic-three-features", "relu-2-2-2", "sigmoid-3-2-1"],
    "loss": ["cross-entropy-spam", "mse-three-samples"],
    "regularization": ["l1-penalty", "l2-penalty"],
    "optimizer": ["adagrad-one-step"],
    "convolution": ["conv-eight-filters"],
}


@pytest.mark.parametrize("name", PATHS)
def test_a_problem_passes_its_own_expected_answers(name: str) -> None:
    found = problem(name)
    assert unmet_expectations(found) == []
    assert found.title
    assert printed(found)
    assert found.expected or found.kind.name == "choice", "a shipped problem has figures from elsewhere"


@pytest.mark.parametrize("entry", list(entries()), ids=lambda entry: entry.name)
def test_a_problem_has_topics_and_a_level(entry: Entry) -> None:
    assert entry.topics, "`topic` says what it is about, for `deepcalc list --topic`"
    assert entry.level in (1, 2, 3)


@pytest.mark.parametrize("name", PATHS)
def test_a_problem_renders_in_the_terminal_within_the_width(name: str) -> None:
    for detail in Detail:
        for width in (60, 80, 120):
            for line in on_terminal(name, width, detail).splitlines():
                assert cell_len(line) <= width, f"{detail}, {width} wide: {line}"


@pytest.mark.parametrize("name", PATHS)
def test_the_statement_alone_gives_no_answer_away(name: str) -> None:
    console = Console(width=100, color_system=None, force_terminal=False)
    solution = solved_problem(name)
    with console.capture() as capture:
        console.print(render_statement(solution, 100))
    text = capture.get()
    assert solution.title in text
    assert "Summary" not in text
    assert "→" not in text.split(printed(solution)[-20:])[-1]
    assert "[x] " not in text


@pytest.mark.parametrize("name", PATHS)
def test_a_problem_renders_as_json_with_the_numbers_of_the_sheet(name: str) -> None:
    data = json.loads(to_json(solved_problem(name)))
    sheet = on_terminal(name, 120).replace("−", "-").replace("\u202f", "")
    digits = set(re.findall(r"\d+(?:\.\d+)?", sheet))
    for part in data["parts"]:
        assert part["answers"]
        for answer in part["answers"]:
            if answer["exact"] is None or answer["value"] is None:
                continue
            mantissas = re.sub(r"e-?\d+", "", str(answer["shown"]))
            assert set(re.findall(r"\d+(?:\.\d+)?", mantissas)) <= digits


@pytest.mark.parametrize("name", PATHS)
def test_every_expression_prints_in_every_dialect(name: str) -> None:
    solution = solved_problem(name, Detail.FULL)
    for part in solution.parts:
        for step in part.steps:
            for line in step.lines:
                for printer in (PlainPrinter, UnicodePrinter, LatexPrinter):
                    text = printer(solution.symbols).print(line.expression)
                    assert text
                    assert "-0 " not in f"{text} ".replace("−", "-").replace("(-0)", "-0 "), text
                latex = LatexPrinter(solution.symbols).print(line.expression)
                assert latex.count("{") - latex.count(r"\{") == latex.count("}") - latex.count(r"\}")
                assert latex.count(r"\left") - latex.count(r"\leftarrow") == latex.count(r"\right")


def test_the_library_is_as_large_as_it_should_be() -> None:
    kinds = {entry.kind for entry in entries()}
    assert kinds == set(find_kinds().builtin), "there is a problem of every kind"
    assert len(PATHS) >= 20
    assert len({path.stem for path in PATHS.values()}) == len(PATHS), "names are unique over all kinds"
    for entry in entries():
        assert entry.path.parent.name == entry.kind
        assert entry.points is not None


@pytest.mark.parametrize("kind", WORKED_EXAMPLES)
def test_the_worked_examples_are_there_under_their_names(kind: str) -> None:
    for name in WORKED_EXAMPLES[kind]:
        assert PATHS[name] == library_folder() / kind / f"{name}.yaml"


TABLES: dict[str, tuple[Mapping[str, object], Mapping[str, str], set[str]]] = {
    "updates": (UPDATES, METHOD_ALIASES, {"method", "methods", "optimizer"}),
    "schedules": (SCHEDULES, SCHEDULE_ALIASES, {"schedule"}),
    "losses": (LOSSES, {**LOSS_ALIASES, **dict(zip(SHORT_FOR, SHORT_FOR, strict=True))}, {"function", "loss"}),
    "penalties": (PENALTIES, PENALTY_ALIASES, {"penalty"}),
    "activations": (ACTIVATIONS, ACTIVATION_ALIASES, {"activation", "function", "layers"}),
}
"""The tables of rules, the other names of their rows, and the fields in which a problem names one."""


@pytest.mark.parametrize("rows", TABLES)
def test_every_row_of_a_table_has_a_problem(rows: str) -> None:
    table, aliases, fields = TABLES[rows]
    known = {plain_form(name): name for name in table} | {plain_form(name): row for name, row in aliases.items()}
    written = (read_source(str(path), path.read_bytes()).data for path in PATHS.values())
    words = {plain_form(word) for data in written for word in _named(data, fields)}
    found = {known[word] for word in words & set(known)}
    found |= {row for short in found if short in SHORT_FOR for row in SHORT_FOR[short]}
    assert set(table) - found == set()


def _named(node: Any, fields: set[str]) -> Iterator[str]:
    """The texts that stand in these fields, in a list in them or in a mapping; what is a list counts as `list` too."""
    if isinstance(node, dict):
        for name, each in node.items():
            if name in fields:
                within = list(each.values()) if isinstance(each, dict) else each if isinstance(each, list) else [each]
                yield from (word for word in within if isinstance(word, str))
                yield from ["list"] if isinstance(each, list) else []
            yield from _named(each, fields)
    elif isinstance(node, list):
        for each in node:
            yield from _named(each, fields)


def test_the_names_of_files_are_their_problems() -> None:
    for path in PATHS.values():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", Path(path).stem)
