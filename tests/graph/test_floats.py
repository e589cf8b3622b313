"""The float domain computes what the exact one does, for arrays too, and raises nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.graph.gradients import differentiate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.parser import parse, parse_number
from tests.strategies import RandomGraph, many, random_graphs


def graph_of(given: dict[str, str], define: dict[str, str]) -> Graph:
    graph = Graph(Quantity(name, given=parse_number(text)) for name, text in given.items())
    for name, text in define.items():
        graph.add(Quantity(name, parse(text)))
    return graph


@many
@given(random_graphs())
def test_floats_agree_with_exact_values_and_arrays_with_both(random: RandomGraph) -> None:
    graph = random.build()
    differentiate(graph, random.last, random.given_names)
    exact = evaluate(graph, graph.names).values
    size = max(1.0, *(abs(float(value)) for value in exact.values()))
    if not random.is_smooth_at(exact) or size > 1e9:
        return
    expected = [float(exact[name]) for name in graph.names]
    program = Program(graph, graph.names)
    singly = program.run()
    assert [singly[name] for name in graph.names] == pytest.approx(expected, rel=1e-11, abs=1e-12 * size)
    inputs = {name: np.full(3, float(value)) for name, value in zip(random.given_names, random.given, strict=True)}
    arrays = program.run(inputs)
    for name, value in singly.items():
        assert np.allclose(arrays[name], value, rtol=1e-11, atol=1e-12 * size)


def test_arrays_broadcast() -> None:
    graph = graph_of(
        {"x": "1", "w": "2", "b": "3"}, {"z": "w*x + b", "h": "relu(z)", "c": "cases(1 if z > 0, 0 otherwise)"}
    )
    x, w = np.array([[-3.0], [0.0], [2.0]]), np.array([1.0, 2.0])
    found = Program(graph, ["z", "h", "c"]).run({"x": x, "w": w})
    assert found["z"].tolist() == (w * x + 3).tolist()
    assert found["h"].tolist() == np.maximum(w * x + 3, 0).tolist()
    assert found["c"].tolist() == (w * x + 3 > 0).tolist()


@pytest.mark.parametrize(
    "value", [2, 2.0, True, np.float64(2), np.int64(2), np.array(2), np.array([1, 2]), [1, 2]], ids=repr
)
def test_whatever_numpy_reads_as_numbers_is_an_input(value: Any) -> None:
    program = Program(graph_of({"x": "1"}, {"y": "x^-1 + x^400"}), ["y"])
    expected = np.asarray(value, float) ** -1 + np.asarray(value, float) ** 400
    assert np.allclose(program.run({"x": value})["y"], expected)


def test_a_program_runs_again_and_again_and_forgets_its_inputs() -> None:
    program = Program(graph_of({"x": "1"}, {"y": "2*x"}), ["y"])
    assert [program.run({"x": 5.0}), program.run(), program.run({"x": np.ones(1)})["y"].tolist(), program.run()] == [
        {"y": 10.0}, {"y": 2.0}, [2.0], {"y": 2.0}]  # fmt: skip


def test_inputs_are_givens_and_what_is_declared() -> None:
    graph = graph_of({"x": "0", "unused": "1"}, {"y": "1/x", "z": "y + 1"})
    assert Program(graph, ["z"]).inputs == {"x"}
    declared = Program(graph, ["z"], inputs=["y"])
    assert declared.inputs == {"y"}
    assert declared.run({"y": 4.0}) == {"z": 5.0}
    with pytest.raises(KeyError):
        declared.run({"q": 1.0})


IEEE = [
    ("1/x", 0.0, math.inf),
    ("-1/x", 0.0, -math.inf),
    ("x/x", 0.0, math.nan),
    ("log(x)", 0.0, -math.inf),
    ("log(x)", -1.0, math.nan),
    ("sqrt(x)", -1.0, math.nan),
    ("exp(x)", 1e4, math.inf),
    ("exp(exp(x))", 100.0, math.inf),
    ("x^999", -10.0, -math.inf),
    ("x^1000", -10.0, math.inf),
    ("x^0.5", -1.0, math.nan),
    ("x^(-1)", 0.0, math.inf),
    ("x*x", 1e300, math.inf),
    ("floor(x) + 0.5", 1e300, 1e300),
    ("floor(x)*floor(x)/2", 1e300, math.inf),
    ("ceil(x)", math.inf, math.inf),
    ("sin(x)", math.inf, math.nan),
    ("tanh(x)", math.inf, 1.0),
    ("sigmoid(x)", -math.inf, 0.0),
    ("sigmoid(x)", -800.0, 0.0),
    ("relu(x)", math.nan, math.nan),
    ("max(1, x)", math.nan, math.nan),
    ("softplus(x)", 1e5, 1e5),
    ("1e400*x", 1.0, math.inf),
    ("-1e400 + x", 1.0, -math.inf),
    ("1e-400*x", 1.0, 0.0),
]


@pytest.mark.parametrize(("text", "x", "expected"), IEEE)
def test_what_has_no_value_is_inf_or_nan_and_nothing_is_raised(text: str, x: float, expected: float) -> None:
    program = Program(graph_of({"x": "1"}, {"y": text}), ["y"])
    assert program.run({"x": x})["y"] == pytest.approx(expected, nan_ok=True)
    assert program.run({"x": np.array([x])})["y"] == pytest.approx(expected, nan_ok=True)


def test_huge_givens_are_infinite() -> None:
    assert Program(graph_of({"x": "-1e400"}, {"y": "x/2"}), ["y"]).run() == {"y": -math.inf}


def test_stable_forms_are_used() -> None:
    graph = graph_of({"z": "800"}, {"p": "sigmoid(z)"})
    graph.add(Quantity("L", parse("-log(1 - p)"), stable=parse("softplus(z)")))
    assert Program(graph, ["L"]).run()["L"] == 800.0
