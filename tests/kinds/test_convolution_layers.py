"""Every sort of layer, in one, two and three dimensions, against counts without formulas (``layer_counts``)."""

from __future__ import annotations

import random

import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.plan.lookup import add_asked
from deepcalc.plan.picture_plans import BlocksPlan
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve
from tests.kinds.layer_counts import AXES, Counted, RandomLayer, counted, random_layer, seen
from tests.statements import printed

KINDS = find_kinds()


def problem(shape: str, *layers: str, more: str = "") -> Problem:
    lines = ["kind: convolution", f"input: {shape}", "layers:", *(f"  - {layer}" for layer in layers), more]
    return load_text("\n".join(lines).encode(), "test.yaml", KINDS)


def answer(given: Problem, name: str) -> tuple[float, ...]:
    """The values of an answer, one for each of its components."""
    (long,) = add_asked(given.plan, name)
    names = next((each.components for each in given.plan.composites if each.name == long), (long,))
    values = evaluate(given.plan.graph, names).values
    return tuple(float(to_fraction(values[each])) for each in names)


def number(given: Problem, name: str) -> int:
    (value,) = answer(given, name)
    return int(value)


def input_text(sizes: tuple[int, ...], channels: int) -> str:
    pairs = [*zip(AXES[len(sizes)], sizes, strict=True), ("channels", channels)]
    return "{" + ", ".join(f"{name}: {size}" for name, size in pairs) + "}"


@pytest.mark.parametrize("seed", range(280))  # in some 200 of them every window fits
def test_shapes_parameters_and_operations_are_those_that_are_counted(seed: int) -> None:
    draw = random.Random(seed)
    sizes = tuple(draw.randint(1, 12) for _ in range(draw.randint(1, 3)))
    passed = [Counted(sizes, draw.randint(1, 6))]
    layers: list[RandomLayer] = []
    for _ in range(draw.randint(1, 5)):
        layer = random_layer(draw, passed[-1])
        layers.append(layer)
        after = counted(layer, passed[-1])
        if min(after.shape) < 1:
            with pytest.raises(InvalidProblem, match=f"layer {len(layers)} ") as caught:
                problem(input_text(sizes, passed[0].channels), *(each.written for each in layers))
            assert len(caught.value.faults) == 1
            return
        passed.append(after)
    solved = problem(
        input_text(sizes, passed[0].channels), *(each.written for each in layers), more="parts: [{find: network}]"
    )
    for place, after in enumerate(passed[1:], start=1):
        assert answer(solved, f"shape{place}") == after.shape
        assert number(solved, f"flat{place}") == np.ones(after.shape).size
        assert number(solved, f"params{place}") == after.weights + after.biases
        assert (number(solved, f"weights{place}"), number(solved, f"biases{place}")) == (after.weights, after.biases)
        assert number(solved, f"macs{place}") == after.multiply_adds
        assert number(solved, f"bytes{place}") == np.ones(after.shape, dtype=np.float32).nbytes
    assert number(solved, "params") == sum(after.weights + after.biases for after in passed)
    assert number(solved, "flops") == 2 * sum(after.multiply_adds for after in passed)
    assert ("fixed" in solved.plan.graph or "fixed" in solved.plan.aliases) == any(after.fixed for after in passed)
    if any(after.fixed for after in passed):
        assert number(solved, "fixed") == sum(after.fixed for after in passed)
    if seed % 4 == 0:
        solve(solved)


@pytest.mark.parametrize("seed", range(60))
def test_the_receptive_field_is_what_a_value_sees(seed: int) -> None:
    draw = random.Random(1000 + seed)
    sizes = tuple(draw.randint(8, 14) for _ in range(draw.randint(1, 2)))
    passed = [Counted(sizes, 2)]
    layers: list[RandomLayer] = []
    while len(layers) < 4:
        layer = random_layer(draw, passed[-1])
        if layer.tag not in ("conv", "max_pool", "depthwise_conv", "activation"):
            continue
        after = counted(layer, passed[-1])
        if min(after.shape) < 1:
            break
        layers.append(layer)
        passed.append(after)
    if not layers:
        return
    solved = problem(input_text(sizes, 2), *(each.written for each in layers))
    before = [each.sizes for each in passed[:-1]]
    first = [seen(layers, before, axis, 0) for axis in range(len(sizes))]
    second = [seen(layers, before, axis, 1) for axis in range(len(sizes))]
    last = len(layers)
    expected: dict[str, list[float]] = {
        f"field{last}": [max(places) - min(places) + 1 for places in first],
        f"jump{last}": [min(after) - min(places) for places, after in zip(first, second, strict=True)],
        f"start{last}": [(max(places) + min(places)) / 2 + 0.5 for places in first],
    }
    for name, values in expected.items():
        found = answer(solved, name)
        assert list(found if len(found) == len(values) else found * len(values)) == values


# ---- one by one, as they are written


def test_a_bare_name_and_a_main_field_alone_say_all() -> None:
    solved = problem("8x8x3", "max_pool: 2", "relu", "dropout: 0.5", "flatten", "dense: 10")
    assert answer(solved, "shape1") == (4, 4, 3)
    assert answer(solved, "shape4") == (48,)
    assert (number(solved, "flat0"), number(solved, "flat1"), number(solved, "flat")) == (192, 48, 10)
    assert number(solved, "params") == 48 * 10 + 10
    assert "3. dropout: rate 0.5" in printed(solved)
    assert "2. activation: relu" in printed(solved)


def test_padding_by_side() -> None:
    solved = problem("9x7x1", "conv: {filters: 1, kernel: 3, padding: {top: 1, left: 2, right: 1}}")
    assert answer(solved, "shape1") == (8, 8, 1)  # 1 + 9 rows and 2 + 7 + 1 columns, less 2 each
    assert answer(solved, "padded1") == (10, 10)
    assert answer(solved, "PL1") == (2,)
    assert "padding 1 top, 0 bottom, 2 left, 1 right" in printed(solved)


def test_layers_may_branch_and_join() -> None:
    solved = problem(
        "8x8x4",
        "conv: {name: main, filters: 4, kernel: 3, padding: same}",
        "conv: {from: 0, name: short, filters: 4, kernel: 1}",
        "add: main",
        "concat: {from: 0, with: [3, short]}",
    )
    assert answer(solved, "shape3") == (8, 8, 4)
    assert answer(solved, "shape4") == (8, 8, 12)
    assert number(solved, "params") == (3 * 3 * 4 * 4 + 4) + (4 * 4 + 4)
    assert answer(solved, "field3") == (3,)  # the larger of 1 and 3
    assert "2. convolution short: 4 filters, kernel 1 × 1, stride 1, valid padding, from the input" in printed(solved)
    (figure,) = solved.plan.figures
    assert isinstance(figure, BlocksPlan)
    assert sorted(figure.edges) == [(0, 1), (0, 2), (0, 4), (1, 3), (2, 3), (2, 4), (3, 4)]


def test_many_layers_that_branch_are_drawn_in_chains() -> None:
    solved = problem("8x8x4", *["conv: {filters: 4, kernel: 1}"] * 15, "conv: {from: 3, filters: 4, kernel: 1}")
    assert [figure.title for figure in solved.plan.figures] == [
        "From the input to layer 15",
        "From layer 3 to layer 16",
    ]


def test_normalization_counts_what_is_not_trained_apart() -> None:
    solved = problem("4x4x6", "batch_norm", "layer_norm", "layer_norm: {over: all, bias: false}", "group_norm")
    assert [number(solved, f"params{place}") for place in (1, 2, 3, 4)] == [12, 12, 96, 12]
    assert number(solved, "fixed") == 12
    assert (number(solved, "weights"), number(solved, "biases")) == (6 + 6 + 96 + 6, 18)


def test_adaptive_pooling_and_cropping() -> None:
    solved = problem("9x9x5", "crop: {padding: {top: 1, bottom: 2, right: 1}}", "adaptive_avg_pool: 1", "flatten")
    assert [answer(solved, f"shape{place}") for place in (1, 2, 3)] == [(6, 8, 5), (1, 1, 5), (5,)]


def test_memory_of_a_batch_in_half_precision() -> None:
    solved = problem("4x4x3", "relu", more="bytes_per_value: 2\nbatch: 8")
    assert number(solved, "bytes1") == np.ones((8, 4, 4, 3), dtype=np.float16).nbytes
    assert number(solved, "bytes_in_all") == 2 * number(solved, "bytes1")


def test_the_memory_of_vgg16_as_a_lecture_counts_it() -> None:
    # CS231n (Stanford): 138M parameters; by the sizes of its table, 3·224² + 64·224²·2 + 64·112² + … + 1000 values
    blocks = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
    conv = "conv: {filters: COUNT, kernel: 3, padding: 1}"
    layers = [
        layer for filters, count in blocks for layer in (*[conv.replace("COUNT", str(filters))] * count, "max_pool: 2")
    ]
    solved = problem("224x224x3", *layers, "flatten", "dense: 4096", "dense: 4096", "dense: 1000")
    values, size = 3 * 224**2, 224
    for filters, count in blocks:
        values += count * filters * size**2 + filters * (size // 2) ** 2
        size //= 2
    values += 512 * 7**2 + 2 * 4096 + 1000
    assert number(solved, "params") == 138_357_544
    assert number(solved, "bytes_in_all") == 4 * values


def test_one_dimension_and_channels_first() -> None:
    solved = problem("{length: 100, channels: 8}", "conv: {filters: 16, kernel: 5, stride: 2}", more="channels: first")
    assert answer(solved, "shape1") == (16, 48)
    assert number(solved, "params1") == 5 * 8 * 16 + 16


def test_a_volume_has_a_depth() -> None:
    solved = problem("16x112x112x3", "conv: {filters: 64, kernel: 3, padding: 1}", "max_pool: {kernel: 1x2x2}")
    assert answer(solved, "shape2") == (16, 56, 56, 64)
    assert number(solved, "params1") == 3**3 * 3 * 64 + 64  # the first layer of C3D (Tran et al., 2015)


def test_the_same_of_pytorch_is_for_stride_one() -> None:
    solved = problem("9x9x1", "conv: {filters: 1, kernel: 4, padding: same_pytorch, dilation: 2}")
    assert answer(solved, "shape1") == (9, 9, 1)
    assert answer(solved, "padded1") == (15, 15)  # six zeros: the kernel spans seven


def test_a_last_window_that_begins_behind_the_input_does_not_count() -> None:
    # PyTorch: MaxPool1d(1, stride=3, ceil_mode=True) of 5 values begins windows at 0 and 3, not at 6
    assert answer(problem("{length: 5, channels: 1}", "max_pool: {kernel: 1, stride: 3, ceil_mode: true}"), "L1") == (
        2,
    )
    assert answer(problem("{length: 6, channels: 1}", "max_pool: {kernel: 3, stride: 2, ceil_mode: true}"), "L1") == (
        3,
    )


@pytest.mark.parametrize(
    ("shape", "layers", "pointed_at", "message"),
    [
        ("9x9x4", ["conv: {filters: 6, kernel: 3, groups: 3}"], "3}", "3 groups, which do not divide the 4 channels"),
        ("9x9x4", ["conv: {filters: 6, kernel: 3, groups: 4}"], "4}", "4 groups, which do not divide the 6 filters"),
        ("9x9x4", ["conv: {filters: 6, kernel: 5, dilation: 3}"], "5,", "kernel 5x5, which spans 13x13, of layer 1"),
        ("9x9x4", ["conv: {filters: 6, kernel: 3, stride: 2, padding: same_pytorch}"], "same_", "needs stride 1"),
        ("9x9x4", ["conv_transpose: {filters: 6, kernel: 3, stride: 2, output_padding: 2}"], "2}",
         "the output padding must be smaller than the stride"),
        ("9x9x4", ["conv_transpose: {filters: 6, kernel: 1, padding: 5}"], "5}", "nothing is left of 9x9x4"),
        ("9x9x4", ["zero_pad: half"], "half", "has no kernel that a word could go by: give how much in numbers"),
        ("9x9x4", ["crop: 5"], "5", "nothing is left of 9x9x4"),
        ("9x9x4", ["conv: {filters: 6, kernel: 3x3x3}"], "3x3x3", "one size for all axes, or 2: height x width"),
        ("9x9x4", ["conv: {filters: 6, kernel: {depth: 3}}"], "{depth", "expected one size for all axes, or 2"),
        ("9x9x4", ["conv: {filters: 6, kernel: {hight: 3}}"], "{hight", "axis `hight` (did you mean `height`?)"),
        ("9x9x4", ["conv: {filters: 6, kernel: 3, padding: {top: 1, bottm: 1}}"], "{top", "(did you mean `bottom`?)"),
        ("9x9x4", ["flatten", "max_pool: 2"], "2", "needs an image or a sequence, and its input is a vector"),
        ("9x9x4", ["dense: 3"], "3", "needs a vector, and its input is 9x9x4: put `- flatten` before it"),
        ("9x9x4", ["max_pool: 2", "add: 0"], "0", "joins 4x4x4 with 9x9x4 of layer 0: their shapes must be equal"),
        ("9x9x4", ["max_pool: 2", "concat: 0"], "0", "their sizes must be equal"),
        ("9x9x4", ["max_pool: 2", "multiply: 0"], "0", "or the other have one value for each channel"),
        ("9x9x4", ["conv: {filters: 3, kernel: 1}", "global_avg_pool", "multiply: {from: 0, with: 2}"], "2",
         "joins 9x9x4 with 3 of layer 2"),
        ("9x9x4", ["relu", "add: 2"], "2", "no layer `2` before layer 2 (addition); layers before it are 0"),
        ("9x9x4", ["activation: {name: first, function: relu}", "add: fist"], "fist", "(did you mean `first`?)"),
        ("9x9x4", ["activation: {name: a, function: relu}", "activation: {name: a, function: relu}"], "a,",
         "`a` is already layer 1"),
        ("{height: 3, wide: 3}", ["relu"], "{height", "unknown size `wide` (did you mean `width`?)"),
        ("{length: 3, height: 3, channels: 1}", ["relu"], "{length", "are not the sizes of one shape"),
        ("9x9x4", ["upsample"], "upsample", "expected a layer such as"),
        ("9x9x4", ["relu", "add: {wiht: 1}"], "wiht", "unknown field `wiht` (did you mean `with`?)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_at_its_place(shape: str, layers: list[str], pointed_at: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(shape, *layers)
    (fault,) = caught.value.faults
    assert fault.place.text[fault.place.column - 1 :].startswith(pointed_at)
    assert message in fault.message


def test_a_gate_has_one_value_for_each_channel() -> None:
    layers = ["conv: {filters: 6, kernel: 3}", "global_avg_pool", "dense: 6", "sigmoid", "multiply: {from: 1, with: 4}"]
    found = problem("9x9x4", *layers, "multiply: 1")
    assert answer(found, "shape5") == answer(found, "shape6") == (7, 7, 6)
    assert number(found, "params") == (9 * 4 + 1) * 6 + 7 * 6


def test_a_response_is_normalized_without_parameters() -> None:
    found = problem("9x9x4", "local_response_norm", "lrn")
    assert answer(found, "shape2") == (9, 9, 4)
    assert number(found, "params") == 0


LAYERS = ["conv: {filters: 8, kernel: 3x5}", "conv: {filters: 4, kernel: 3, groups: 2, bias: false}",
          "conv_transpose: {filters: 6, kernel: 2, stride: 2}", "max_pool: 2", "flatten", "dense: 10"]  # fmt: skip


@pytest.mark.parametrize(
    ("order", "shape", "expected"),
    [
        # weights in PyTorch: Conv2d (out, in/groups, kernel), ConvTranspose2d (in, out, kernel), Linear (out, in)
        ("first", "3x32x32", [(8, 3, 3, 5), (4, 4, 3, 3), (4, 6, 2, 2), (10, 6 * 28 * 26)]),
        # the kernels of Keras: Conv2D (kernel, in/groups, out), Conv2DTranspose (kernel, out, in), Dense (in, out)
        ("last", "32x32x3", [(3, 5, 3, 8), (3, 3, 4, 4), (2, 2, 6, 4), (6 * 28 * 26, 10)]),
    ],
)
def test_arrays_have_the_shapes_of_the_libraries(order: str, shape: str, expected: list[tuple[int, ...]]) -> None:
    found = problem(shape, *LAYERS, more=f"channels: {order}")
    assert [answer(found, f"shape_W{place}") for place in (1, 2, 3, 6)] == expected
    assert [answer(found, f"shape(b{place})") for place in (1, 3, 6)] == [(8,), (6,), (10,)]
    for place, sizes in zip((1, 2, 3, 6), expected, strict=True):
        assert number(found, f"weights{place}") == np.zeros(sizes).size
    names = [each.name for each in found.plan.composites]
    assert not {"shape_b2", "shape_W4", "shape_b4", "shape_W5"} & set(names)


def test_groups_of_a_transposed_convolution_have_no_shape_of_their_weights() -> None:
    found = problem("8x8x4", "conv_transpose: {filters: 6, kernel: 2, groups: 2}")
    assert "shape_W1" not in [each.name for each in found.plan.composites]
