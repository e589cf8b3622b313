"""Layers of images in `parameters`, against counts without formulas (``layer_counts``) and by hand."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.plan.lookup import add_asked
from deepcalc.plan.picture_plans import BlocksPlan
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.document import Table
from deepcalc.solution.solver import solve
from tests.kinds.layer_counts import AXES, Counted, RandomLayer, counted, random_layer
from tests.library import plain

KINDS = find_kinds()
CONFIGURATIONS, AT_ONCE = 200, 50


def problem(text: str) -> Problem:
    return load_text(f"kind: parameters\n{text}".encode(), "test.yaml", KINDS)


def numbers(given: Problem, *asked: str) -> list[tuple[int, ...]]:
    """The values of answers, one for each of their components."""
    found = []
    for name in asked:
        (long,) = add_asked(given.plan, name)
        names = next((each.components for each in given.plan.composites if each.name == long), (long,))
        values = evaluate(given.plan.graph, names).values
        found.append(tuple(int(values[each]) for each in names))
    return found


def number(given: Problem, name: str) -> int:
    ((value,),) = numbers(given, name)
    return value


def written(layer: RandomLayer) -> str:
    """The layer with its biases as those of vectors have them."""
    if layer.tag in ("dense", "batch_norm") and "bias" in layer.own:
        own = {("biases" if name == "bias" else name): value for name, value in layer.own.items()}
        return RandomLayer(layer.tag, own).written
    return layer.written


def stands_here(layer: RandomLayer) -> bool:
    """Whether it is no normalisation over all values of an image, which is not one of each place's features."""
    return layer.tag != "layer_norm" or "over" not in layer.own


@pytest.mark.parametrize("start", range(0, CONFIGURATIONS, AT_ONCE))
def test_counts_are_those_of_arrays(start: int) -> None:
    for seed in range(start, start + AT_ONCE):
        draw = random.Random(5000 + seed)
        sizes = tuple(draw.randint(4, 12) for _ in range(draw.randint(1, 3)))
        passed = [Counted(sizes, draw.randint(1, 6))]
        layers: list[RandomLayer] = []
        for _ in range(draw.randint(1, 6)):
            layer = random_layer(draw, passed[-1])
            after = counted(layer, passed[-1])
            if stands_here(layer) and min(after.shape) >= 1:
                layers.append(layer)
                passed.append(after)
        if not layers:
            continue
        pairs = [*zip(AXES[len(sizes)], sizes, strict=True), ("channels", passed[0].channels)]
        given = "{" + ", ".join(f"{name}: {size}" for name, size in pairs) + "}"
        lines = [f"input: {given}", "bytes: 2", "batch: 3", "layers:", *(f"  - {written(each)}" for each in layers)]
        solved = problem("\n".join(lines))
        for place, after in enumerate(passed[1:], start=1):
            names = ("weights", "biases", "params", "macs", "flops", "memory", "neurons", "bytes")
            values = np.ones((3, *after.shape), np.float16)
            trained = after.weights + after.biases
            told = [after.weights, after.biases, trained, after.multiply_adds, 2 * after.multiply_adds, 2 * trained]
            assert [number(solved, f"{name}{place}") for name in names] == [*told, values[0].size, values.nbytes], seed
        whole = sum(after.weights + after.biases for after in passed)
        assert (number(solved, "params"), number(solved, "memory")) == (whole, 2 * whole)
        assert number(solved, "macs") == sum(after.multiply_adds for after in passed)


LENET = """
input: 32x32x1
layers: [{conv: {filters: 6, kernel: 5}}, {avg_pool: 2}, {conv: {filters: 16, kernel: 5}}, {avg_pool: 2}, flatten,
  {dense: 120}, {dense: 84}, {dense: 10}]
"""


def test_lenet_has_the_parameters_that_are_counted_by_hand() -> None:
    found = problem(LENET)
    assert numbers(found, "params1", "params3", "params6", "params") == [(156,), (2416,), (48120,), (61706,)]
    assert numbers(found, "shape4", "shape5") == [(5, 5, 16), (400,)]
    assert numbers(found, "shape(W3)", "shape(W6)") == [(16, 6, 5, 5), (120, 400)]
    rows = problem(f"vectors: rows{LENET}")
    assert numbers(rows, "shape(W3)", "shape(W6)") == [(5, 5, 6, 16), (400, 120)]


def test_a_convolution_over_the_vectors_of_tokens() -> None:
    found = problem(
        "sequence: 50\nlayers: [{embedding: {vocabulary: 1000, size: 64}}, {conv: {filters: 128, kernel: 5}}, relu, "
        "global_max_pool, {dropout: 0.5}, {dense: 2}]"
    )
    assert numbers(found, "shape2", "params2", "macs2") == [(46, 128), (5 * 64 * 128 + 128,), (46 * 5 * 64 * 128,)]
    assert number(found, "params6") == 128 * 2 + 2


def test_recurrent_layers_follow_a_convolution_over_time() -> None:
    found = problem(
        "input: {length: 100, channels: 13}\n"
        "layers: [{conv: {filters: 32, kernel: 5}}, {max_pool: 2}, {lstm: 64}, {dense: 10}]"
    )
    cell = 4 * (32 * 64 + 64 * 64)
    assert numbers(found, "weights3", "macs3", "neurons3") == [(cell,), (48 * cell,), (48 * 64,)]
    assert numbers(found, "macs4") == [(48 * 640,)], "at each of the 48 places that are left"


def test_an_image_is_cut_into_patches_for_a_transformer() -> None:
    found = problem("input: {length: 196, channels: 768}\nlayers: [{transformer: {heads: 12, hidden: 3072}}]")
    assert number(found, "params1") == 4 * (768 * 768 + 768)
    assert number(found, "macs1") == 196 * 4 * 768 * 768 + 196 * 196 * 2 * 768


def test_layers_may_join_what_has_branched() -> None:
    found = problem(
        "input: 8x8x4\nlayers: [{conv: {filters: 4, kernel: 3, padding: 1, name: a}}, relu, "
        "{conv: {filters: 4, kernel: 3, padding: 1}}, {add: {with: 0}}, {concat: {with: a}}]"
    )
    assert numbers(found, "shape4", "shape5") == [(8, 8, 4), (8, 8, 8)]
    (figure,) = found.plan.figures
    assert isinstance(figure, BlocksPlan)
    assert set(figure.edges) == {(n, n + 1) for n in range(5)} | {(0, 4), (1, 5)}


def test_biases_of_all_layers_are_left_out_at_once() -> None:
    conv = "{conv: {filters: 8, kernel: 3}}, flatten, {dense: 5}"
    assert number(problem(f"input: 4x4x2\nbiases: false\nlayers: [{conv}]"), "biases") == 0
    own = conv.replace("kernel: 3", "kernel: 3, biases: true")
    assert number(problem(f"input: 4x4x2\nbiases: false\nlayers: [{own}]"), "biases") == 8


def test_letters_go_through_to_the_end() -> None:
    found = problem(
        "input: H x W x C\nlayers: [{conv: {filters: F, kernel: k, padding: 1}}, global_avg_pool, {dense: K}]\n"
        "parts: [{find: [params1, params3, macs1, shape(W1), shape(W3)], in: [H, W, C, F, k, K]}]"
    )
    (part,) = solve(found).parts
    shown = {answer.name: plain(answer) for answer in part.answers}
    assert shown["params1"] == "k^2*C*F + F"
    assert shown["params3"] == "F*K + K"
    assert shown["macs1"] == "(H - k + 3)*(W - k + 3)*k^2*C*F"
    assert [shown["shape_W1"], shown["shape_W3"]] == ["F × C × k × k", "K × F"]


def test_a_wide_table_has_results_and_its_steps_are_derived_below() -> None:
    found = solve(problem(f"{LENET}layout: table\nparts: [{{find: [params1, params3]}}, {{find: counts}}]"))
    narrow, wide = (next(each for each in part.blocks if isinstance(each, Table)) for part in found.parts)
    assert wide.figures
    assert not narrow.figures
    below = {step.name for block in found.parts[1].blocks if not isinstance(block, Table) for step in block.all_steps}
    assert {step.name for step in wide.all_steps} <= below


@pytest.mark.parametrize(
    ("asked", "wrong", "slip"),
    [
        ("params1", 25 * 6, "bias-forgotten"),
        ("params3", (25 + 1) * 16, "channels-forgotten"),
        ("params3", (25 * 1 + 1) * 16, "channels-forgotten"),
        ("params2", (2 * 2 * 6 + 1) * 6, "pooling-parameters"),
        ("macs1", 150, "at-one-position"),
        ("macs1", 32 * 32 * 150, "positions-of-input"),
        ("params6", 400 * 120, "biases-forgotten"),
        ("weights3", 25 * 16, "channels-forgotten"),
        ("weights3", 25 * 6 * 16 + 16, "biases-among-weights"),
        ("biases3", 1, "one-bias"),
        ("biases3", 6 * 16, "bias-of-each-kernel"),
        ("memory1", 156 * 32, "bits-for-bytes"),
        ("bytes1", 28 * 28 * 6 * 32, "bits-for-bytes"),
        ("macs1", 28 * 28 * 156, "biases-among-macs"),
        ("flops", 416520, "factor-2"),
    ],
)
def test_typical_mistakes_are_named(asked: str, wrong: int, slip: str) -> None:
    given = problem(f"{LENET}parts: [{{find: {asked}}}]")
    mark: Any = Marker(given).mark({asked: str(wrong)}).parts[0].answers[0]
    assert slip in mark.slips, mark


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("input: 8x8\nlayers: [{conv: {filters: 2, kernel: 3}}]", "expected a whole number or a letter"),
        ("input: ?x8x3\nlayers: [{conv: {filters: 2, kernel: 3}}]", "expected all sizes, with the channels"),
        ("input: 64\nlayers: [{conv: {filters: 2, kernel: 3}}]", "needs an image or a sequence"),
        ("input: 8x8x3\nlayers: [{conv: {filters: 2, kernel: 9}}]", "is larger than its input"),
        ("input: 8x8x3\nlayers: [{dense: 3}]", "put `- flatten` before it"),
        ("input: 8x8x3\nlayers: [{lstm: 3}]", "needs a vector or a sequence"),
        ("input: 8x8x3\nsequence: 4\nlayers: [flatten]", "leave `sequence` out"),
        ("input: 8x8x3\nlayers: [{conv: {filters: 2, kernel: 1, input: 4x4x3}}]", "is the only one here"),
        ("input: 8x8x3\nlayers: [{conv: {filters: 2, kernel: 1}}, {add: {with: 0}}]", "shapes must be equal"),
        (
            "sequence: 4\nlayers: [{embedding: {vocabulary: 9, size: 2}}, {conv: {filters: 2, kernel: 5}}]",
            "nothing is left of the input of layer 2",
        ),
    ],
)
def test_what_does_not_fit_is_told(fields: str, message: str) -> None:
    with pytest.raises(InvalidProblem, match=message):
        problem(fields)


def test_a_single_layer_has_its_mistakes_too() -> None:
    layer = "layers: [{conv: {filters: 8, kernel: 5}}]"
    given = problem(f"input: (64, 32, 32, 3)\nbatch: 64\n{layer}\nparts: [{{find: all}}]")
    wrong = {"flops": str(28 * 28 * 75 * 8), "biases1": "24", "bytes1": str(64 * 28 * 28 * 8 * 32)}
    marks = {mark.name: mark for mark in Marker(given).mark(wrong).parts[0].answers}
    found = {name: marks[name].slips for name in wrong}
    assert found == {"flops": ("factor-2",), "biases1": ("bias-of-each-kernel",), "bytes1": ("bits-for-bytes",)}
