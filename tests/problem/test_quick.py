"""Problems from NAME=VALUE pairs."""

from __future__ import annotations

import pytest

from deepcalc.errors import UsageError
from deepcalc.kinds import find_kinds
from deepcalc.problem.quick import as_yaml
from deepcalc.problem.source import read_source

KINDS = find_kinds()


@pytest.mark.parametrize(
    ("kind", "pairs", "text"),
    [
        (
            "batching",
            {"samples": "10", "batch_size": "3"},
            "title: Batching\nkind: batching\nsamples: 10\nbatch_size: 3\n",
        ),
        ("loss", {"function": "mse", "targets": "[1, 2]"}, "title: Loss\nkind: loss\nfunction: mse\ntargets: [1, 2]\n"),
        ("loss", {"rounding.places": "2", "name": "J"}, "title: Loss\nkind: loss\nrounding:\n  places: 2\nname: J\n"),
        ("formula", {"f": "x*y", "x": "2"}, "title: Formula\nkind: formula\ngiven:\n  x: 2\ndefine:\n  f: x*y\n"),
    ],
)
def test_pairs_as_yaml(kind: str, pairs: dict[str, str], text: str) -> None:
    assert as_yaml(KINDS[kind], list(pairs.items())) == text


@pytest.mark.parametrize(
    "text", ["a: b", "a\nkind: formula", "{a: 1", "# no comment", "*a", "!!int 1", "'", '"', "", " x "]
)
def test_a_value_stays_one_value(text: str) -> None:
    data = read_source("exam.yaml", as_yaml(KINDS["loss"], [("title", text)]).encode()).data
    assert sorted(data) == ["kind", "title"]
    assert data["kind"] == "loss"


def test_names_that_are_in_each_others_way() -> None:
    with pytest.raises(UsageError, match="`name` is given twice"):
        as_yaml(KINDS["loss"], [("name", "L"), ("name", "J")])
    with pytest.raises(UsageError, match=r"`name\.x` lies inside `name`"):
        as_yaml(KINDS["loss"], [("name", "L"), ("name.x", "J")])
