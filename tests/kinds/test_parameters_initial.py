"""Initial weights of an MLP: the laws in NumPy, and the variances of random networks that were drawn by them."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from tests.library import problem


def load(text: str) -> Problem:
    return load_text(f"kind: parameters\n{text}".encode(), "problem.yaml", find_kinds())


def values(text: str) -> dict[str, float]:
    graph = load(text).plan.graph
    return {name: float(value) for name, value in evaluate(graph, graph.names).values.items()}


def variance(scheme: str, fan: str, before: int, after: int) -> float:
    chosen = before if fan == "in" else after
    return {"xavier": 2 / (before + after), "he": 2 / chosen, "lecun": 1 / chosen}[scheme]


def test_ranges_are_those_of_the_papers() -> None:
    draw = random.Random(1)
    for _ in range(100):
        sizes = [draw.randint(1, 900) for _ in range(draw.randint(2, 5))]
        scheme, how = draw.choice(["xavier", "he", "lecun"]), draw.choice(["uniform", "normal"])
        fan, gain = "in" if scheme == "xavier" else draw.choice(["in", "out"]), draw.randint(1, 30) / 10
        chosen = "" if scheme == "xavier" else f", fan: {fan}"
        found = values(f"mlp: {sizes}\ninitialization: {{scheme: {scheme}, distribution: {how}, gain: {gain}{chosen}}}")
        for number, (before, after) in enumerate(pairwise(sizes), start=1):
            expected = gain**2 * variance(scheme, fan, before, after)
            assert (found[f"fan_in{number}"], found[f"fan_out{number}"]) == (before, after)
            assert found[f"varw{number}"] == pytest.approx(expected, rel=1e-12)
            width = {"uniform": "limit", "normal": "std"}[how]
            bound = np.sqrt(3 * expected) if how == "uniform" else np.sqrt(expected)
            assert found[f"{width}{number}"] == pytest.approx(bound, rel=1e-12)


@pytest.mark.parametrize("scheme", ["xavier", "he", "lecun"])
def test_dense_layers_given_in_full_are_an_mlp(scheme: str) -> None:
    how = f"initialization: {{scheme: {scheme}, input_variance: 2}}"
    whole, full = values(f"mlp: 7-5-3\n{how}"), values(f"input: 7\nlayers: [{{dense: 5}}, {{dense: 3}}]\n{how}")
    names = [name for name in whole if name.startswith(("fan", "var", "limit"))]
    assert len(names) == 10
    assert {name: full[name] for name in names} == {name: whole[name] for name in names}


@pytest.mark.parametrize("scheme", ["xavier", "he", "lecun"])
@pytest.mark.parametrize("how", ["uniform", "normal"])
def test_layers_of_a_network_count_what_comes_in_and_goes_out(scheme: str, how: str) -> None:
    text = (
        "kind: network\ninputs: {x1: 1, x2: 2}\nlayers:\n"
        "  - {name: a, net: [z1, z2, z3], out: [h1, h2, h3], activation: tanh, "
        "weights: {rows: senders, matrix: [[1, 2, 3], [4, 5, 6]]}}\n"
        "  - {name: s, from: [a, inputs], combine: concat, net: [k1, k2, k3, k4, k5]}\n"
        "  - {from: [s, {x0: 1}], net: [o], weights: {rows: senders, matrix: [[1], [1], [1], [1], [1], [1]]}}\n"
        f"initialization: {{scheme: {scheme}, distribution: {how}, gain: 1.5}}"
    )
    graph = load_text(text.encode(), "problem.yaml", find_kinds()).plan.graph
    width = {"uniform": "limit", "normal": "std"}[how]
    found = {name: float(value) for name, value in evaluate(graph, graph.names).values.items()}
    for number, before, after in ((1, 2, 3), (3, 6, 1)):
        expected = 1.5**2 * variance(scheme, "in", before, after)
        assert (found[f"fan_in{number}"], found[f"fan_out{number}"]) == (before, after)
        bound = np.sqrt((3 if how == "uniform" else 1) * expected)
        assert found[f"{width}{number}"] == pytest.approx(bound, rel=1e-12)
    assert "fan_in2" not in found


@pytest.mark.parametrize("activation", ["linear", "relu"])
@pytest.mark.parametrize("scheme", ["xavier", "he", "lecun"])
def test_variances_are_those_of_networks_drawn_at_random(scheme: str, activation: str) -> None:
    sizes, rng = [300, 200, 100], np.random.default_rng(7)
    found = values(
        f"mlp: {sizes}\ninitialization: {{scheme: {scheme}, distribution: normal, activation: {activation}, "
        "input_variance: 1.5, gradient_variance: 0.5}"
    )
    net: dict[int, list[Any]] = {1: [], 2: []}
    slopes: dict[int, list[Any]] = {1: [], 2: []}
    for _ in range(60):
        x, delta = rng.normal(0, np.sqrt(1.5), (20, 300)), rng.normal(0, np.sqrt(0.5), (20, 100))
        first, second = (rng.normal(0, np.sqrt(variance(scheme, "in", a, b)), (a, b)) for a, b in pairwise(sizes))
        z1 = x @ first
        h, passes = (np.maximum(z1, 0), z1 > 0) if activation == "relu" else (z1, np.ones_like(z1))
        net[1].append(z1)
        net[2].append(h @ second)
        slopes[2].append(delta @ second.T)
        slopes[1].append((delta @ second.T * passes) @ first.T)
    for layer in (1, 2):
        assert found[f"varz{layer}"] == pytest.approx(np.mean(np.square(net[layer])), rel=0.05)
        assert found[f"vard{layer}"] == pytest.approx(np.mean(np.square(slopes[layer])), rel=0.05)


def test_pytorch_and_keras_names_are_known() -> None:
    for name in ("glorot", "Glorot", "kaiming"):
        assert values(f"mlp: 3-2\ninitialization: {name}")["varw1"] > 0


@pytest.mark.parametrize(
    ("message", "name", "value"),
    [
        ("the 2 of the variance forgotten", "limit1", np.sqrt(3 / 400)),
        ("fan in alone in place of the mean of both", "limit2", np.sqrt(3 / 100)),
        ("the standard deviation in place of the limit", "limit1", np.sqrt(2 / 400)),
    ],
)
def test_a_typical_mistake_is_told(message: str, name: str, value: float) -> None:
    solved = problem("xavier-ranges")
    graph = solved.plan.graph
    assert solved.kind.slips is not None
    found = []
    for slip in solved.kind.slips(solved.model, solved.plan):
        if slip.message == message:
            wrong = {key: replace(graph[key], formula=formula) for key, formula in slip.formulas.items()}
            found.append(float(evaluate(graph.with_formulas(wrong), [name]).values[name]))
    assert any(each == pytest.approx(value, rel=1e-12) for each in found), found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mlp: 3-2\ninitialization: xaver", "(did you mean `xavier`?)"),
        ("mlp: 3-2\ninitialization: {scheme: xavier, fan: out}", "xavier is of both, fan in and fan out"),
        ("input: 3\nlayers: [layer_norm]\ninitialization: he", "initial weights are those of an `mlp`"),
        ("mlp: 3-2\ninitialization: {scheme: he, gain: 0}", "expected a number above 0"),
    ],
)
def test_a_wrong_field_is_told(text: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        load(text)
    assert any(message in fault.message for fault in caught.value.faults), caught.value
