"""Sizes backwards: the solutions are all those, and only those, that trying every number finds."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from deepcalc.checking.diagnosis import Diagnoser
from deepcalc.checking.document import Verdict
from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve
from tests.kinds.layer_counts import RandomLayer, spread, window_starts
from tests.statements import printed

KINDS = find_kinds()
TRIED = 60
"""Every whole number up to here is tried."""


def problem(shape: str, *layers: str, wanted: str) -> Problem:
    lines = ["kind: convolution", f"input: {shape}", "layers:", *(f"  - {layer}" for layer in layers)]
    return load_text("\n".join([*lines, f"wanted: {wanted}"]).encode(), "test.yaml", KINDS)


def solutions(given: Problem, name: str) -> list[int]:
    """The solutions of a problem: each one between the first and the last of its answer."""
    composite = next((each for each in given.plan.composites if each.name == name), None)
    if composite is None:
        return []
    values = evaluate(given.plan.graph, composite.components).values
    listed = [int(values[each]) for each in composite.components]
    return listed if composite.separator == ", " else list(range(listed[0], listed[-1] + 1))


def size_behind(layers: list[RandomLayer], size: int) -> int:
    """The size behind the layers, window by window; 0 where one does not fit."""
    for layer in layers:
        if size < 1:
            return 0
        size = spread(size, layer, 0) if layer.tag == "conv_transpose" else len(window_starts(size, layer, 0))
    return size


def random_layers(draw: random.Random) -> list[RandomLayer]:
    layers = []
    for _ in range(draw.randint(1, 3)):
        own: dict[str, Any] = {"kernel": draw.randint(1, 5), "stride": draw.randint(1, 3)}
        tag = draw.choice(["conv", "conv", "conv", "max_pool", "conv_transpose"])
        own["padding"] = draw.choice([0, 1, "same"]) if own["kernel"] > 1 else 0
        if tag.startswith("conv"):
            own |= {"filters": 2, "dilation": draw.choice([1, 1, 2])}
        layers.append(RandomLayer(tag, own))
    return layers


@pytest.mark.parametrize("seed", range(120))
def test_the_solutions_are_those_that_trying_finds(seed: int) -> None:
    draw = random.Random(seed)
    layers = random_layers(draw)
    size = draw.randint(6, 24)
    place = draw.randrange(len(layers))
    layer = layers[place]
    field = draw.choice(["input", "kernel", "stride", "padding"])
    if field != "input" and (layer.tag == "conv_transpose" or layer.own["padding"] == "same"):
        field = "input"
    truth = size_behind(layers, size)
    wanted = max(truth + draw.choice([0, 0, 0, 1]), 2)
    found = []
    for tried in range(0 if field == "padding" else 1, TRIED):
        known = [RandomLayer(each.tag, dict(each.own)) for each in layers]
        if field == "input":
            behind = size_behind(known, tried)
        else:
            known[place].own[field] = tried
            behind = size_behind(known, size)
        if behind == wanted:
            found.append(tried)
    written = [RandomLayer(each.tag, dict(each.own)) for each in layers]
    if field != "input":
        written[place].own[field] = "unknown"
    shape = "{length: unknown, channels: 2}" if field == "input" else f"{{length: {size}, channels: 2}}"
    solved = problem(shape, *(each.written for each in written), wanted=str(wanted))
    name = "L0" if field == "input" else f"{ {'kernel': 'K', 'stride': 'S', 'padding': 'P'}[field] }{place + 1}"
    assert [each for each in solutions(solved, name) if each < TRIED] == found
    solve(solved)


def test_the_padding_that_keeps_the_size() -> None:
    solved = problem("32x32x3", "conv: {filters: 8, kernel: 5, padding: unknown}", wanted="32")
    assert solutions(solved, "P1") == [2]
    assert "padding to be found" in printed(solved)
    assert Marker(solved).mark({"P1": "2", "solutions": "1"}).parts[0].answers[0].verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("shape", "wanted", "more"), [("32x32x3", "28x28x8", ""), ("3x32x32", "8x28x28", "\nchannels: first")]
)
def test_the_wanted_size_may_have_its_channels(shape: str, wanted: str, more: str) -> None:
    solved = problem(shape, "conv: {filters: 8, kernel: unknown}", wanted=f"{wanted}{more}")
    assert solutions(solved, "K1") == [5]


def test_no_padding_keeps_the_size_under_an_even_kernel() -> None:
    solved = problem("32x32x3", "conv: {filters: 8, kernel: 4, padding: unknown}", wanted="32")
    assert solutions(solved, "P1") == []
    (count,) = solve(solved).parts[0].answers
    assert (count.name, count.values) == ("solutions", (0,))
    assert "none: the least would be greater than the greatest" in str(solve(solved).parts[0].steps[-1].note[0])


def test_every_kernel_that_gives_a_size() -> None:
    solved = problem("33x33x3", "conv: {filters: 8, kernel: unknown, stride: 2, padding: 1}", wanted="16")
    assert solutions(solved, "K1") == [4, 5]  # (33 + 2 − 4)/2 = 15.5 and (33 + 2 − 5)/2 = 15
    marks = Marker(solved).mark({"K1": "4, 5"}).parts[0].answers
    assert marks[0].verdict is Verdict.CORRECT


def test_the_axes_have_solutions_of_their_own() -> None:
    solved = problem("32x20x3", "conv: {filters: 8, kernel: 5, stride: unknown}", wanted="14x6")
    assert (solutions(solved, "SH1"), solutions(solved, "SW1")) == ([2], [3])  # 27/2 and 15/3, rounded down, + 1


def test_many_solutions_are_told_by_the_first_and_the_last() -> None:
    solved = problem("?x?x3", "conv: {filters: 8, kernel: 3, stride: 20}", wanted="5")
    assert solutions(solved, "H0") == list(range(83, 103))
    assert next(each for each in solved.plan.composites if each.name == "H0").separator == " … "


@pytest.mark.parametrize(
    ("quantity", "number", "key"),
    [
        ("Hmin0", "11", "size-for-steps"),  # 5·2 + 3 − 2, not 4·2 + 3 − 2 = 9
        ("Hmin0", "10", "padding-once"),  # 4·2 + 3 − 1
        ("solutions", "1", "one-solution-less"),  # 9 and 10
    ],
)
def test_mistakes_on_the_way_back_are_told(quantity: str, number: str, key: str) -> None:
    solved = problem("?x?x3", "conv: {filters: 8, kernel: 3, stride: 2, padding: 1}", wanted="5")
    reports = Diagnoser(solved).explain(quantity, Fraction(number), Fraction(0))
    assert key in [report.key for report in reports]


@pytest.mark.parametrize(("number", "key"), [("5", "not-halved"), ("2", "ceil-for-floor"), ("4", "size-for-steps")])
def test_mistakes_with_a_padding_are_told(number: str, key: str) -> None:
    # ⌈(111·2 + 7 − 224)/2⌉ = ⌈2.5⌉; ⌈(112·2 + 7 − 224)/2⌉ = ⌈3.5⌉
    solved = problem("224x224x3", "conv: {filters: 8, kernel: 7, stride: 2, padding: unknown}", wanted="112")
    reports = Diagnoser(solved).explain("Pmin1", Fraction(number), Fraction(0))
    assert key in [report.key for report in reports]


@pytest.mark.parametrize(
    ("shape", "layers", "wanted", "pointed_at", "message"),
    [
        ("9x9x1", ["conv: {filters: 1, kernel: 3}"], "7", "7", "nothing is to be found"),
        ("9x9x1", ["conv: {filters: 1, kernel: unknown, padding: unknown}"], "7", "unknown", "one unknown at a time"),
        ("9x9x1", ["conv: {filters: 1, kernel: [unknown, 3]}"], "7", "[unknown", "`unknown` alone, for all axes"),
        ("?x9x1", ["conv: {filters: 1, kernel: 3}"], "7", "?x9", "of an input to be found every size is unknown"),
        ("9x9x1", ["max_pool: {kernel: unknown}"], "7", "unknown", "give the stride"),
        ("9x9x1", ["conv: {filters: 1, kernel: unknown, padding: same}"], "7", "unknown", "every kernel leads to"),
        ("9x9x1", ["conv_transpose: {filters: 1, kernel: unknown}"], "7", "unknown", "cannot be found"),
        ("?x?x1", ["conv: {filters: 1, kernel: 3}", "flatten"], "7", "flatten", "no way leads back"),
        ("?x?x1", ["max_pool: {kernel: 3, ceil_mode: true}"], "7", "true", "windows that are not full do not count"),
        ("?x?x1", ["conv: {filters: 1, kernel: 3}", "add: 0"], "7", "0", "takes the output of the one before it"),
        ("9x9x1", ["conv: {filters: 1, kernel: 3, stride: unknown}"], "1", "1", "a single position is wanted"),
        ("9x9x1", ["conv: {filters: 1, kernel: 10, stride: unknown}"], "2", "10", "larger than its padded input"),
        ("?x?x1", ["conv: {filters: 1, kernel: 3}"], "n", "n", "expected the wanted size as a number"),
        ("?x?x1", ["conv: {filters: 1, kernel: 3}"], "unknown", "unknown", "expected the wanted size as a number"),
        ("?x?x1", ["conv: {filters: 1, kernel: 3}"], "7x7x7", "7x7x7", "or 2; or all of them and"),
    ],
)  # fmt: skip
def test_what_keeps_a_size_from_being_found(
    shape: str, layers: list[str], wanted: str, pointed_at: str, message: str
) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(shape, *layers, wanted=wanted)
    fault = next(each for each in caught.value.faults if message in each.message)
    assert pointed_at in fault.place.text[fault.place.column - 1 :]


def test_an_unknown_alone_asks_for_what_is_wanted() -> None:
    with pytest.raises(InvalidProblem, match="an unknown is found from `wanted`"):
        load_text(b"kind: convolution\ninput: '?x?x3'\nlayers: [{max_pool: 2}]", "test.yaml", KINDS)
