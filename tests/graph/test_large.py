"""Large arrays: worked out in floats as NumPy does, said on the sheet, and never larger than can be held."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.perceptron import arrays, as_problem, by_hand
from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.rendering.formats import ExportOptions, choose_format
from deepcalc.solution.detail import Detail
from deepcalc.solution.solver import solve


def problem(text: str) -> Problem:
    return load_text(text.encode(), "large.yaml", find_kinds())


def formulas(define: str) -> str:
    return f"kind: formula\ngiven: {{n: 1000, v: [1, 2]}}\ndefine:\n{define}"


def test_a_perceptron_of_100_000_weights_is_what_numpy_makes_of_it() -> None:
    found = load_text(as_problem(), "mlp.yaml", find_kinds())
    values = evaluate(found.plan.graph, found.plan.graph.names).values
    for name, wanted in by_hand(*arrays()).items():
        ours = getattr(values[name], "floats", values[name])
        np.testing.assert_allclose(np.array(ours, dtype=float), wanted, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(("entries", "in_floats"), [(4000, False), (4001, True)])
def test_beyond_4_000_entries_the_sheet_says_that_it_is_worked_out_in_floats(entries: int, in_floats: bool) -> None:
    solution = solve(problem(formulas(f"  x: ones({entries})\n  s: sum(x)\n")), detail=Detail.VALUES)
    assert solution.in_floats == in_floats
    for name in ("html", "latex", "markdown"):
        sheet = choose_format(name, None).export([solution], ExportOptions())
        assert isinstance(sheet, str)
        assert ("worked out in floating point" in sheet) == in_floats


def test_json_of_a_large_array_has_every_entry_as_numpy_writes_it() -> None:
    found = problem("kind: formula\ngiven: {n: 5000}\ndefine: {x: ones(n)/3}")
    data = json.loads(str(choose_format("json", None).export([solve(found, detail=Detail.VALUES)], ExportOptions())))
    (answer,) = (each for each in data["parts"][0]["answers"] if each["name"] == "x")
    assert answer["value"] == json.loads(answer["exact"]) == [1 / 3] * 5000


TOO_MUCH = {
    "an outer product": "  a: ones(2000)\n  s: sum(outer(a, a))",
    "a product of matrices": "  a: 'ones(2000, 1) @ ones(1, 2000)'",
    "a matrix of zeros": "  a: zeros(100000, 100000)",
    "a size that is computed": "  m: 1000*n\n  a: zeros(m, m)",
    "the identity": "  a: identity(1000000)",
    "joined again and again": "  a0: ones(1000)\n" + "\n".join(
        f"  a{step}: concat(a{step - 1}, a{step - 1})" for step in range(1, 60)
    ),
    "a padding": "  a: 'sum(conv2d(ones(999, 999), ones(2, 2), padding=99999))'",
    "one_hot": "  a: 'one_hot(v, classes=999999)'",
    "a large kernel": "  a: 'conv2d(ones(n, n), ones(300, 300))'",
    "a large pooling": "  a: 'max_pool2d(ones(n, n), kernel=700, stride=1)'",
    "a product again and again": "  a0: ones(n, n)\n" + "\n".join(
        f"  a{step}: 'a{step - 1} @ a{step - 1}/n'" for step in range(1, 20)
    ),
    "a Jacobian": "  a: ones(1200)\n  b: softmax(a)\n  c: '{db/da}'",
}  # fmt: skip


@pytest.mark.parametrize("what", TOO_MUCH)
def test_what_is_too_large_is_refused_where_it_stands(what: str) -> None:
    refused = r"large\.yaml:[0-9]+:[0-9]+: .*(at most 1,000,000 are taken|takes more than 10,000,000,000)"
    with pytest.raises(InvalidProblem, match=refused):
        problem(formulas(TOO_MUCH[what]))


@pytest.mark.parametrize("field", ["X: 100000 x 100000", "X: n x 100000\nweights: {W1: 100000 x 100000}"])
def test_a_network_of_too_many_weights_is_refused(field: str) -> None:
    with pytest.raises(InvalidProblem, match="an array has at most 1,000,000 entries"):
        problem(f"kind: network\nnotation: matrix\nlayers: [relu]\n{field}\n")


def test_sizes_that_are_known_stand_in_shapes() -> None:
    graph = problem("kind: formula\ngiven: {n: 2}\ndefine: {m: n + 1, a: 'ones(n, m)', b: 'a @ ones(m, 4)'}").plan.graph
    assert graph.shape("b") == (2, 4)
    with pytest.raises(InvalidProblem, match="a size is a whole number from 1 up, not 5/2"):
        problem("kind: formula\ngiven: {n: 2.5}\ndefine: {a: 'ones(n, 2)'}")
