"""Convolution and pooling against NumPy arrays: windows that are really cut out, weights that are really there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem, LocatedFault
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.document import Step, View
from deepcalc.solution.solver import solve
from tests.library import plain
from tests.statements import printed

KINDS = find_kinds()
PLAIN = PlainPrinter()

CONV_EIGHT = "conv: {filters: 8, kernel: 6, stride: 2, padding: 1}"


def problem(shape: str, *layers: str, more: str = "") -> Problem:
    lines = ["kind: convolution", f"input: {shape}", "layers:", *(f"  - {layer}" for layer in layers), more]
    return load_text("\n".join(lines).encode(), "test.yaml", KINDS)


def value(given_problem: Problem, name: str) -> int:
    return int(evaluate(given_problem.plan.graph, [name]).values[name])


def shape_of(given_problem: Problem, number: int) -> tuple[int, ...]:
    return tuple(value(given_problem, f"{side}{number}") for side in "HWC")


def step_of(given_problem: Problem, name: str) -> Step:
    steps = [step for part in solve(given_problem).parts for step in part.steps]
    return next(step for step in steps if step.name == name)


def lines_of(step: Step) -> list[str]:
    return [PLAIN.print(line.expression) for line in step.lines]


def faults_of(shape: str, *layers: str) -> tuple[LocatedFault, ...]:
    with pytest.raises(InvalidProblem) as caught:
        problem(shape, *layers)
    return caught.value.faults


# ---- the worked example


def test_the_worked_example_line_by_line() -> None:
    height = step_of(problem("32x32x32", CONV_EIGHT), "H1")
    assert lines_of(height) == [
        "floor((N - K + 2*P)/S) + 1",
        "floor((H0 - K1 + 2*P1)/S1) + 1",
        "(32 - 6 + 2*1)/2 + 1",
        "14 + 1",
        "15",
    ]
    assert all(line.exact for line in height.lines)


def test_the_worked_example_answers_its_full_shape() -> None:
    solution = solve(problem("32x32x32", CONV_EIGHT, more="parts: [{find: H1}, {find: shape}]"))
    (answer,) = solution.parts[1].answers
    assert plain(answer) == "15 × 15 × 8"
    width = solution.parts[1].steps[0]
    assert lines_of(width) == ["H1", "15"]
    assert "same arithmetic" in str(width.note[0])


def test_the_floor_is_shown_where_it_acts() -> None:
    height = step_of(problem("15x15x8", "max_pool: {kernel: 2}"), "H1")
    numbers = height.view(View.NUMBERS)
    assert numbers is not None
    assert PLAIN.print(numbers.expression) == "floor((15 - 2)/2) + 1"
    assert "rounded down: 1 row left over" in str(height.note[0])
    assert lines_of(height)[-2:] == ["6 + 1", "7"]


def test_a_convolution_that_is_not_square_has_sides_of_its_own() -> None:
    solved = problem("40x101x1", "conv: {filters: 12, kernel: 8x20, stride: 3x4, padding: [0, 1]}")
    assert shape_of(solved, 1) == (11, 21, 12)  # ⌊32/3⌋ + 1 and ⌊83/4⌋ + 1
    assert lines_of(step_of(solved, "W1"))[2] == "floor((101 - 20 + 2*1)/4) + 1"
    assert lines_of(step_of(solved, "params1"))[0] == "(KH1*KW1*C0 + 1)*F1"


def test_same_padding_divides_by_the_stride_and_rounds_up() -> None:
    solved = problem("7x7x3", "conv: {filters: 2, kernel: 3, stride: 2, padding: same}")
    lines = lines_of(step_of(solved, "H1"))
    assert lines[:3] == ["ceil(N/S)", "ceil(H0/S1)", "ceil(7/2)"]
    assert lines[-1] == "4"


def test_parameters_are_written_out_and_added_up() -> None:
    # 5·5·1·6 + 6 = 156 and 5·5·6·16 + 16 = 2416: the convolutions of LeNet-5, the second one fully connected
    lenet = problem("28x28x1", "conv: {filters: 6, kernel: 5, padding: 2}", "max_pool: {kernel: 2}",
                    "conv: {filters: 16, kernel: 5}", "avg_pool: {kernel: 2}")  # fmt: skip
    assert [shape_of(lenet, number) for number in (1, 2, 3, 4)] == [
        (28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16),
    ]  # fmt: skip
    assert lines_of(step_of(lenet, "params1"))[:3] == ["(K1*K1*C0 + 1)*F1", "(5*5*1 + 1)*6", "(25 + 1)*6"]
    assert lines_of(step_of(lenet, "params")) == ["params1 + params2 + params3 + params4", "156 + 0 + 2416 + 0", "2572"]


def test_the_parts_of_its_own_ask_for_shapes_and_parameters() -> None:
    convolution, pooling = problem("9x9x1", "conv: {filters: 2, kernel: 3}"), problem("9x9x1", "max_pool: {kernel: 3}")
    assert [part.find for part in convolution.parts] == [("shape1",), ("params1",)]
    assert [part.find for part in pooling.parts] == [("shape1",)]


def test_the_statement_says_every_field() -> None:
    statement = printed(problem("32x20x3", CONV_EIGHT, "avg_pool: {kernel: 2x3, padding: same}"))
    assert "32 × 20 × 3 (height × width × channels)" in statement
    assert "1. convolution: 8 filters, kernel 6 × 6, stride 2, padding 1" in statement
    assert "2. average pooling: kernel 2 × 3, stride 2 × 3, same padding" in statement


def test_a_table_has_a_row_for_each_layer() -> None:
    tables = problem("32x32x32", CONV_EIGHT, "max_pool: {kernel: 2}").plan.tables
    assert [[row.cells for row in table.rows] for table in tables] == [
        [("H1", "W1", "C1"), ("H2", "W2", "C2")],
        [("params1", "weights1", "biases1"), ("params2", "weights2", "biases2"), ("params", "weights", "biases")],
        [("neurons1", "bytes1"), ("neurons2", "bytes2"), ("neurons", "bytes")],
        [("macs1", "flops1"), ("macs2", "flops2"), ("macs", "flops")],
    ]


# ---- the ways of writing sizes


@pytest.mark.parametrize(
    "shape",
    [
        "32x20x3", "32 x 20 x 3", "32×20×3", "[32, 20, 3]", "{height: 32, width: 20, channels: 3}", "(32, 20, 3)",
        "(None, 32, 20, 3)", "(N, 32, 20, 3)", "32, 20, 3",
    ],
)  # fmt: skip
def test_an_input_may_be_written_in_each_way(shape: str) -> None:
    graph = problem(shape, "max_pool: {kernel: 2}").plan.graph
    assert [graph[name].given.text for name in ("H0", "W0", "C0")] == ["32", "20", "3"]  # type: ignore[union-attr]


LAYERS = "layers: [{max_pool: 2}]"
BY_CODE = "code: 'nn.Sequential(nn.Conv2d(3, 2, 5), nn.MaxPool2d(2))'"
OF_VOLUMES = "code: 'nn.Sequential(nn.Conv3d(3, 2, 3))'"


@pytest.mark.parametrize(
    ("shape", "said", "sizes"),
    [
        ("(64, 3, 32, 20)", f"batch: 64\nchannels: first\n{LAYERS}", ("3", "32", "20")),
        ("(64, 3, 32, 20)", BY_CODE, ("3", "32", "20")),
        ("(64, 5, 3, 32, 20)", f"channels: first\n{LAYERS}", ("5", "3", "32", "20")),
        ("(64, 5, 32, 20)", f"batch: 8\nchannels: first\n{LAYERS}", ("64", "5", "32", "20")),
        ("(3, 5, 32, 20)", OF_VOLUMES, ("3", "5", "32", "20")),
        ("(64, 3, 32, 20)", f"channels: first\n{LAYERS}", ("3", "32", "20")),
        ("64x3x32x20", f"channels: first\n{LAYERS}", ("64", "3", "32", "20")),
        ("(16, 3, 32, 20)", f"channels: first\n{OF_VOLUMES.replace('3, 2', '16, 2')}", ("16", "3", "32", "20")),
    ],
)
def test_a_number_in_front_of_a_printed_shape_is_a_batch_where_that_is_known(
    shape: str, said: str, sizes: tuple[str, ...]
) -> None:
    graph = load_text(f"kind: convolution\ninput: {shape}\n{said}".encode(), "test.yaml", KINDS).plan.graph
    given = [graph[name].given.text for name in ("C0", "D0", "H0", "W0") if name in graph]  # type: ignore[union-attr]
    assert given == list(sizes)


@pytest.mark.parametrize("kernel", ["3x5", "3 x 5", "[3, 5]", "{height: 3, width: 5}"])
def test_two_sides_may_be_written_in_each_way(kernel: str) -> None:
    assert shape_of(problem("9x9x1", f"conv: {{filters: 2, kernel: {kernel}}}"), 1) == (7, 5, 2)


def test_a_vector_may_be_written_as_a_tuple() -> None:
    graph = problem("(784,)", "dense: 10").plan.graph
    assert graph["U0"].given.text == "784"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("64x30x18x8", True),
        ("(64, 30, 18, 8)", True),
        ("torch.Size([64, 30, 18, 8])", True),
        ("30x18x8", True),
        ("32x30x18x8", False),
    ],
)
def test_a_shape_in_an_answer_may_begin_with_its_batch(written: str, right: bool) -> None:
    given = problem("32x20x3", "conv: {filters: 8, kernel: 3}", more="batch: 64\nparts: [{find: shape1}]")
    marked = Marker(given).mark({"shape1": written})
    assert (marked.score == marked.out_of) is right


# ---- the order of the sizes


@pytest.mark.parametrize("shape", ["3x32x20", "[3, 32, 20]", "{height: 32, width: 20, channels: 3}"])
def test_channels_may_stand_first(shape: str) -> None:
    solved = problem(shape, "conv: {filters: 8, kernel: 3}", more="channels: first\nparts: [{find: shape}]")
    assert shape_of(solved, 0) == (32, 20, 3)
    (answer,) = solve(solved).parts[0].answers
    assert plain(answer) == "8 × 30 × 18"
    assert "An input of 3 × 32 × 20 (channels × height × width)" in printed(solved)


@pytest.mark.parametrize(
    ("shape", "order", "told"),
    [
        ("3x32x32", "last", True), ("1x28x28", "last", True), ("64x56x56", "last", True),
        ("3x20x32", "last", True), ("32x32x3", "first", True), ("28x28x1", "first", True),
        ("32x32x3", "last", False), ("3x32x32", "first", False), ("8x8x8", "last", False),
        ("40x101x1", "last", False), ("5x7x9", "last", False), ("7x7x512", "last", False),
    ],
)  # fmt: skip
def test_the_order_is_told_where_the_other_one_would_make_sense(shape: str, order: str, told: bool) -> None:
    solved = problem(shape, "conv: {filters: 8, kernel: 1}", more=f"channels: {order}")
    assert solve(solved).given[0].title == (f"Input, channels {order}" if told else "Input")


def test_a_kernel_that_fits_in_the_other_order_is_told_so() -> None:
    (fault,) = faults_of("1x28x28", "conv: {filters: 8, kernel: 5}")
    assert "1x28x28 was read as height x width x channels: for channels x height x width say `channels: first`" in (
        fault.message
    )
    assert "was read as" not in faults_of("3x3x1", "conv: {filters: 8, kernel: 5}")[0].message


def test_the_shapes_of_all_layers_are_a_group() -> None:
    solved = problem("9x9x1", "conv: {filters: 2, kernel: 3}", "max_pool: {kernel: 2}", more="parts: [{find: shapes}]")
    assert [answer.values for answer in solve(solved).parts[0].answers] == [(7, 7, 2), (3, 3, 2)]
    assert printed(solved).endswith("Compute the shapes.")


def test_shorthand_makes_layers_of_prefixes() -> None:
    shorthand = KINDS["convolution"].shorthand
    assert shorthand is not None
    conv = [("conv.filters", "8"), ("conv.kernel", "6"), ("conv.stride", "2"), ("conv.padding", "1")]
    layer = {"filters": "8", "kernel": "6", "stride": "2", "padding": "1"}
    assert shorthand([("input", "32x32x32"), *conv]) == {"input": "32x32x32", "layers": [{"conv": layer}]}
    assert shorthand([*conv, ("max_pool.kernel", "2"), ("conv.filters", "4"), ("conv.kernel", "3")])["layers"] == [
        {"conv": layer}, {"max_pool": {"kernel": "2"}}, {"conv": {"filters": "4", "kernel": "3"}},
    ]  # fmt: skip
    assert shorthand([("conv.filters", "8"), ("conv.filters", "4")])["layers"] == [
        {"conv": {"filters": "8"}}, {"conv": {"filters": "4"}},
    ]  # fmt: skip
    numbered = [("conv1.filters", "8"), ("conv2.filters", "4"), ("conv1.kernel", "3"), ("conv2.padding", "0x1")]
    assert shorthand([("input.height", "9"), *numbered]) == {
        "input": {"height": "9"},
        "layers": [{"conv": {"filters": "8", "kernel": "3"}}, {"conv": {"filters": "4", "padding": "'0x1'"}}],
    }


# ---- against arrays


@dataclass(frozen=True)
class Sliding:
    """A layer in random numbers: kernel, stride, padding (a word or a pair) and filters (None for pooling)."""

    tag: str
    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: str | tuple[int, int]
    filters: int
    bias: bool

    @property
    def written(self) -> str:
        padding = self.padding if isinstance(self.padding, str) else list(self.padding)
        own = f", filters: {self.filters}, bias: {str(self.bias).lower()}" if self.tag == "conv" else ""
        return f"{self.tag}: {{kernel: {list(self.kernel)}, stride: {list(self.stride)}, padding: {padding}{own}}}"

    def apply(self, image: Any) -> tuple[Any, int]:
        """The output array, and the number of elements of the layer's weight arrays."""
        windows = sliding_window_view(np.pad(image, [*self._pads(image), (0, 0)]), self.kernel, axis=(0, 1))
        windows = windows[:: self.stride[0], :: self.stride[1]]  # output rows, output columns, channels, kernel
        if self.tag != "conv":
            return (windows.max(axis=(3, 4)) if self.tag == "max_pool" else windows.mean(axis=(3, 4))), 0
        weights = np.ones((self.filters, image.shape[2], *self.kernel))
        biases = np.ones(self.filters if self.bias else 0)
        return np.einsum("rscij,fcij->rsf", windows, weights), weights.size + biases.size

    def _pads(self, image: Any) -> list[tuple[int, int]]:
        if self.padding == "valid":
            return [(0, 0), (0, 0)]
        if not isinstance(self.padding, str):
            return [(size, size) for size in self.padding]
        pads = []  # TensorFlow's "same": as many zeros as its last window needs, the odd one at the end
        for size, kernel, stride in zip(image.shape[:2], self.kernel, self.stride, strict=True):
            last = stride * (len(range(0, size, stride)) - 1)
            missing = max(last + kernel - size, 0)
            pads.append((missing // 2, missing - missing // 2))
        return pads


def pairs(low: int, high: int) -> st.SearchStrategy[tuple[int, int]]:
    size = st.integers(low, high)
    return st.tuples(size, size) | size.map(lambda one: (one, one))


@st.composite
def slidings(draw: st.DrawFn, tag: str | None = None) -> Sliding:
    kernel = draw(pairs(1, 6))
    tag = tag or draw(st.sampled_from(["conv", "conv", "max_pool", "avg_pool"]))
    most = min(kernel) - 1 if tag != "conv" else 4
    padding = draw(st.sampled_from(["same", "valid"]) | pairs(0, most))
    return Sliding(tag, kernel, draw(pairs(1, 4)), padding, draw(st.integers(1, 4)), draw(st.booleans()))


@settings(max_examples=300, deadline=None)
@given(st.lists(slidings(), min_size=1, max_size=3), pairs(1, 24), st.integers(1, 3))
def test_shapes_and_parameters_are_those_of_the_arrays(
    layers: list[Sliding], sides: tuple[int, int], channels: int
) -> None:
    image = np.ones((*sides, channels))
    shapes, parameters = [], []
    for number, layer in enumerate(layers, start=1):
        try:
            image, trained = layer.apply(image)
        except ValueError:  # NumPy: the window is larger than the array
            faults = faults_of(f"{sides[0]}x{sides[1]}x{channels}", *(each.written for each in layers))
            assert len(faults) == 1
            assert f"of layer {number} (" in faults[0].message
            return
        shapes.append(image.shape)
        parameters.append(trained)
    solved = problem(f"{sides[0]}x{sides[1]}x{channels}", *(layer.written for layer in layers))
    assert [shape_of(solved, number) for number in range(1, len(layers) + 1)] == shapes
    assert [value(solved, f"params{number}") for number in range(1, len(layers) + 1)] == parameters
    if len(layers) > 1:
        assert value(solved, "params") == sum(parameters)
    solve(solved)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 60), st.integers(1, 9), st.integers(1, 5), st.integers(0, 5))
def test_the_size_counts_the_positions_of_the_kernel(size: int, kernel: int, stride: int, padding: int) -> None:
    positions = [at for at in range(0, size + 2 * padding, stride) if at + kernel <= size + 2 * padding]
    layer = f"conv: {{filters: 1, kernel: {kernel}, stride: {stride}, padding: {padding}}}"
    if not positions:
        assert "is larger than" in faults_of(f"{size}x{size}x1", layer)[0].message
        return
    height = step_of(problem(f"{size}x{size}x1", layer), "H1")
    assert height.value == len(positions)
    left_over = size + 2 * padding - (positions[-1] + kernel)
    assert (f"{left_over} row" in str(height.note[0])) == (left_over > 0)
    numbers = height.view(View.NUMBERS)
    assert numbers is not None
    assert ("floor" in PLAIN.print(numbers.expression)) == (left_over > 0)


# ---- what is wrong, and where


@pytest.mark.parametrize(
    ("shape", "layers", "pointed_at", "message"),
    [
        ("5x5x3", ["conv: {filters: 8, kernel: 7}"], "7}",
         "the kernel 7x7 of layer 1 (convolution) is larger than its input 5x5; "
         "take a kernel of at most 5x5, or a padding of at least 1"),
        ("8x8x3", ["conv: {filters: 8, kernel: 6, padding: 1}", "max_pool: {kernel: 7x2}"], "7x2}",
         "the kernel 7x2 of layer 2 (max pooling) is larger than its input 5x5"),
        ("3x3x1", ["conv: {filters: 1, kernel: 9, padding: 1}"], "9, ", "its input 3x3 padded to 5x5"),
        ("9x9x1", ["max_pool: {kernel: 2, padding: 2}"], "2}", "must be smaller than its kernel"),
        ("9x9x1", ["convv: {filters: 1, kernel: 2}"], "convv:", "unknown layer `convv` (did you mean `conv`?)"),
        ("9x9x1", ["lstm: {units: 3}"], "lstm:", "unknown layer `lstm`; the layers are conv, conv_transpose, "),
        ("9x9x1", ["dense: {units: 3}"], "{units", "needs a vector, and its input is 9x9x1: put `- flatten` before it"),
        ("9x9x1", ["conv: {filters: 1, kernel: 2, strid: 2}"], "strid:",
         "unknown field `strid` (did you mean `stride`?)"),
        ("9x9x1", ["conv: {kernel: 2}"], "{kernel", "missing `filters`"),
        ("9x9x1", ["max_pool: {stride: 2}"], "{stride", "missing `kernel`"),
        ("9x9x1", ["conv"], "conv", "expected a layer such as {conv: {filters: 8, kernel: 3}}, found 'conv'"),
        ("9x9x1", ["{conv: {filters: 1, kernel: 2}, max_pool: {kernel: 2}}"], "{conv:", "one layer each"),
        ("9x9x1", ["{conv: {filters: 1, kernel: 2}, Conv2D: {filters: 1, kernel: 2}}"], "{conv:", "one layer each"),
        ("9x9x1", ["conv: {filters: 1, kernel: 0}"], "0}", "expected a whole number from 1 up, found 0"),
        ("9x9x1", ["conv: {filters: 1, kernel: 2.5}"], "2.5}", "expected a whole number, found 2.5"),
        ("9x9x1", ["conv: {filters: 1, kernel: 3x}"], "3x}", "expected a number, or height x width such as 3x5"),
        ("9x9x1", ["conv: {filters: 1, kernel: 3, padding: smae}"], "smae}", "(did you mean `same`?)"),
        ("9x9x1", ["conv: {filters: 1, kernel: 3, padding: -1}"], "-1}",
         "expected a whole number from 0 up, found -1"),
        ("9x9x1", ["conv: {filters: .nan, kernel: 3}"], ".nan", "expected a finite number"),
        ("9x9x9x9x9", ["max_pool: {kernel: 2}"], "9x9", "expected height x width x channels such as 32x32x3"),
        ("9x0x1", ["max_pool: {kernel: 2}"], "9x0x1", "expected a whole number from 1 up, found 0"),
        ("{height: 9, channels: 9}", ["max_pool: {kernel: 2}"], "{height", "missing `width`"),
    ],
)  # fmt: skip
def test_a_fault_says_where_and_what(shape: str, layers: list[str], pointed_at: str, message: str) -> None:
    (fault,) = faults_of(shape, *layers)
    assert fault.place.text[fault.place.column - 1 :].startswith(pointed_at)
    assert message in fault.message


def test_faults_come_all_at_once() -> None:
    assert len(faults_of("0x3x3", "conv: {kernel: 0, stride: 0}", "poll: {kernel: 1}")) == 4


def test_the_law_is_written_in_the_letters_of_a_course() -> None:
    text = "kind: convolution\ninput: 9x9x1\nletters: {input: W, kernel: F}\nlayers: [{conv: {filters: 1, kernel: 3}}]"
    found = load_text(text.encode(), "test.yaml", find_kinds())
    quantity = found.plan.graph["H1"]
    assert [PlainPrinter().print(law) for law in quantity.laws] == ["floor((W - F)/S) + 1"]
    assert "W input, F kernel, S stride" in str(quantity.note[0])


@pytest.mark.parametrize(
    ("letters", "message"),
    [
        ("{input: S}", "S stands for input and for stride"),
        ("{inputs: W}", "expected input, kernel, dilation"),
        ("{input: 2W}", "test.yaml:3"),
    ],
)
def test_letters_that_do_not_fit_are_told(letters: str, message: str) -> None:
    text = f"kind: convolution\ninput: 9x9x1\nletters: {letters}\nlayers: [relu]"
    with pytest.raises(InvalidProblem) as caught:
        load_text(text.encode(), "test.yaml", find_kinds())
    assert message in str(caught.value)
