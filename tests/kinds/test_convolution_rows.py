"""Rows with inputs of their own, and sizes without channels: each as if it stood alone, against ``layer_counts``."""

from __future__ import annotations

import random

import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.plan.lookup import add_asked
from deepcalc.plan.picture_plans import ChainPlan
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve
from tests.kinds.layer_counts import AXES, Counted, RandomLayer, counted, random_layer, seen

KINDS = find_kinds()


def problem(*lines: str) -> Problem:
    return load_text("\n".join(["kind: convolution", *lines]).encode(), "test.yaml", KINDS)


def layers(*written: str) -> str:
    return "\n".join(["layers:", *(f"  - {layer}" for layer in written)])


def answer(given: Problem, name: str) -> tuple[float, ...]:
    (long,) = add_asked(given.plan, name)
    names = next((each.components for each in given.plan.composites if each.name == long), (long,))
    values = evaluate(given.plan.graph, names).values
    return tuple(float(values[each]) for each in names)


def with_input(layer: RandomLayer, before: Counted) -> str:
    """The layer as it is written with an input of its own."""
    pairs = zip(AXES[len(before.sizes)], before.sizes, strict=True) if before.sizes else ()
    shape = [f"{name}: {size}" for name, size in pairs] + [
        f"{'channels' if before.sizes else 'units'}: {before.channels}"
    ]
    own = f"input: {{{', '.join(shape)}}}"
    return layer.written.replace("{", f"{{{own}, " if layer.own else f"{{{own}", 1)


def random_rows(seed: int) -> list[tuple[RandomLayer, Counted, Counted]]:
    """Layers, each with what it gets and what is counted behind it; every one of them on an input drawn for it."""
    draw = random.Random(seed)
    rows: list[tuple[RandomLayer, Counted, Counted]] = []
    while len(rows) < 4:
        before = Counted(tuple(draw.randint(1, 12) for _ in range(draw.randint(1, 3))), draw.randint(1, 6))
        layer = random_layer(draw, before)
        after = counted(layer, before)
        if min(after.shape) >= 1 and layer.tag not in ("add", "concat"):
            rows.append((layer, before, after))
    return rows


@pytest.mark.parametrize("seed", range(50))
def test_every_row_is_a_question_of_its_own(seed: int) -> None:
    rows = random_rows(seed)
    given = problem(layers(*(with_input(layer, before) for layer, before, _ in rows)))
    for number, (layer, before, after) in enumerate(rows, start=1):
        assert answer(given, f"shape0_{number}") == before.shape
        assert answer(given, f"shape{number}") == after.shape
        assert answer(given, f"weights{number}") == (after.weights,)
        assert answer(given, f"biases{number}") == (after.biases,)
        assert answer(given, f"macs{number}") == (after.multiply_adds,)
        if layer.tag in ("conv", "max_pool", "depthwise_conv"):
            spans = [seen([layer], [before.sizes], axis, 0) for axis in range(len(before.sizes))]
            fields = [max(places) - min(places) + 1 for places in spans]
            found = answer(given, f"field{number}")
            assert list(found if len(found) == len(fields) else found * len(fields)) == fields
    assert answer(given, "params") == (sum(after.weights + after.biases for *_, after in rows),)
    solve(given)


@pytest.mark.parametrize("seed", range(100, 150))
def test_sizes_alone_are_those_of_any_channels(seed: int) -> None:
    draw = random.Random(seed)
    sizes = tuple(draw.randint(1, 12) for _ in range(draw.choice([1, 2, 2])))
    passed, chosen = [Counted(sizes, 2)], []
    for _ in range(3):
        layer = random_layer(draw, passed[-1])
        after = counted(layer, passed[-1])
        if layer.tag not in ("conv", "conv_transpose", "depthwise_conv", "max_pool", "avg_pool"):
            continue
        if min(after.shape) < 1:
            break
        layer.own = {name: value for name, value in layer.own.items() if name not in ("filters", "groups")}
        chosen.append(layer)
        passed.append(after)
    if not chosen:
        return
    given = problem(f"input: {'x'.join(map(str, sizes))}", layers(*(layer.written for layer in chosen)))
    for number, after in enumerate(passed[1:], start=1):
        assert answer(given, f"shape{number}") == after.sizes
    assert not any(name.startswith(("params", "macs", "bytes", "C")) for name in given.plan.graph.names)
    solve(given)


def test_a_single_side_is_asked_for_by_its_letter() -> None:
    # ⌊(32 − 5)/2⌋ + 1
    given = problem("input: 32", layers("conv: {kernel: 5, stride: 2}"))
    assert [each.name for part in solve(given).parts for each in part.answers] == ["N1"]
    assert answer(given, "N1") == answer(given, "shape") == (14,)


def test_chains_may_follow_an_input_of_their_own() -> None:
    given = problem(
        "input: 9x9x1",
        layers("max_pool: 3", "conv: {input: 16x16x2, filters: 4, kernel: 3}", "max_pool: 2", "flatten: {from: 1}"),
    )
    assert answer(given, "shape2") == (14, 14, 4)
    assert answer(given, "shape3") == (7, 7, 4)
    assert answer(given, "shape4") == (9,)
    (figure,) = given.plan.figures
    assert isinstance(figure, ChainPlan)
    stages = [(stage.shape, stage.begins) for stage in figure.stages]
    assert stages == [
        (("H0", "W0", "C0"), True),
        (("H1", "W1", "C1"), False),
        (("H0_2", "W0_2", "C0_2"), True),
        (("H2", "W2", "C2"), False),
        (("H3", "W3", "C3"), False),
        (("H1", "W1", "C1"), True),
        (("U4",), False),
    ]


def test_own_inputs_are_read_in_the_order_of_the_channels() -> None:
    given = problem("channels: first", layers("conv: {input: 3x32x16, filters: 4, kernel: 1}"))
    assert answer(given, "shape0_1") == (3, 32, 16)
    assert answer(given, "shape1") == (4, 32, 16)
    assert answer(given, "weights1") == (12,)


@pytest.mark.parametrize(
    ("shape", "layer", "pointed_at", "message"),
    [
        ("32x32", "conv: {filters: 3, kernel: 2}", "3,", "filters make channels"),
        ("100x8", "conv: {filters: 3, kernel: 2}", "3,", "say {length: 100, channels: 8} of a sequence"),
        ("32", "flatten", "flatten", "flattening needs channels"),
        ("32x32", "conv: {input: unknown, kernel: 3}", "unknown,", "what a single layer takes in is given"),
        ("32x32", "conv: {input: 8, from: 0, kernel: 3}", "from", "has an input of its own; leave `from` out"),
        ("32x32", "concat: {input: 32x32x1, with: 0}", "0}", "joins 32x32x1 with 32x32 of layer 0"),
    ],
)
def test_what_does_not_fit_is_told(shape: str, layer: str, pointed_at: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(f"input: {shape}", layers(layer))
    (fault,) = caught.value.faults
    assert fault.place.text[fault.place.column - 1 :].startswith(pointed_at)
    assert message in fault.message


def test_without_an_input_the_first_layer_has_its_own() -> None:
    with pytest.raises(InvalidProblem, match="missing `input`"):
        problem(layers("max_pool: 2", "max_pool: {input: 8x8x1, kernel: 2}"))


def test_what_is_seen_is_told_once_where_all_axes_see_alike() -> None:
    # 1 + 2 + 2·1 along both axes, whatever their sizes are
    given = problem("input: 9x12x1", layers("conv: {filters: 1, kernel: 3}", "conv: {filters: 1, kernel: 3}"))
    assert answer(given, "field2") == answer(given, "fieldH2") == answer(given, "fieldW2") == (5,)
    other = problem("input: 9x12x1", layers("conv: {filters: 1, kernel: 3x1}", "conv: {filters: 1, kernel: 3}"))
    assert answer(other, "field2") == (5, 3)


def test_branches_with_inputs_of_their_own_that_are_joined_are_one_model() -> None:
    image = ["conv: {input: 8x8x1, filters: 2, kernel: 3}", "flatten"]
    joined = problem(layers(*image, "dense: {input: {units: 4}, units: 5}", "concat: 2", "dense: 3"))
    assert joined.parts[1].find == ("params1", "params3", "params5", "params")
    assert answer(joined, "params") == (2 * (9 + 1) + 5 * (4 + 1) + 3 * (6 * 6 * 2 + 5 + 1),)
    apart = problem(layers(*image, "dense: {input: {units: 4}, units: 5}"))
    assert apart.parts[1].find == ("params1", "params3")
