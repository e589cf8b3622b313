"""Transposed convolutions with values: every entry spread by loops in NumPy, and what passes back where it lands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

import numpy
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.plan.picture_plans import GridsPlan
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve
from tests.array_problems import Data, assert_same, drawn, exact, loaded
from tests.checking.marking import by_name, written
from tests.statements import printed

PROBLEMS, AT_ONCE = 200, 50


def problem(fields: str | Data) -> Problem:
    return loaded("filtering", fields)


def spread(value: Any, axes: int) -> list[int]:
    return list(value) if isinstance(value, list) else [value] * axes


def landings(fields: Data, x: Any, kernel: Any) -> Iterator[tuple[Any, tuple[slice, ...]]]:
    """Each place of the input, channel first, with the entries on which it lands of an output that is not yet cut."""
    axes = x.ndim - 1
    stride, dilation = spread(fields["stride"], axes), spread(fields["dilation"], axes)
    reach = [d * (k - 1) + 1 for k, d in zip(kernel.shape[-axes:], dilation, strict=True)]
    for channel, *place in product(*map(range, x.shape)):
        landing = (slice(p * s, p * s + r, d) for p, s, r, d in zip(place, stride, reach, dilation, strict=True))
        yield (channel, *place), (slice(None), *landing)


def whole(fields: Data, x: Any, kernel: Any) -> tuple[Any, tuple[slice, ...]]:
    """Zeros in the shape of an output that is not yet cut, and what is kept of them."""
    axes = x.ndim - 1
    stride, dilation = spread(fields["stride"], axes), spread(fields["dilation"], axes)
    padding, more = spread(fields["padding"], axes), spread(fields["output_padding"], axes)
    reach = [d * (k - 1) + 1 for k, d in zip(kernel.shape[-axes:], dilation, strict=True)]
    sizes = [(n - 1) * s + r + o for n, s, r, o in zip(x.shape[1:], stride, reach, more, strict=True)]
    cut = (slice(p, size - p) for p, size in zip(padding, sizes, strict=True))
    return numpy.zeros((kernel.shape[1], *sizes)), (slice(None), *cut)


def transposed(fields: Data, x: Any, kernel: Any) -> Any:
    """Channels × sizes and channels × filters × sizes: each entry times its kernels is added where it lands."""
    found, kept = whole(fields, x, kernel)
    for place, landing in landings(fields, x, kernel):
        found[landing] += x[place] * kernel[place[0]]
    return found[kept]


def passed_back(fields: Data, x: Any, kernel: Any, upstream: Any) -> tuple[Any, Any]:
    """The gradients by input and kernel: each entry has met its kernels where it lands, and each kernel the entry."""
    around, kept = whole(fields, x, kernel)
    around[kept] = upstream
    by_input, by_kernel = numpy.zeros(x.shape), numpy.zeros(kernel.shape)
    for place, landing in landings(fields, x, kernel):
        by_input[place] = numpy.sum(around[landing] * kernel[place[0]])
        by_kernel[place[0]] += around[landing] * x[place]
    return by_input, by_kernel


def configuration(seed: int) -> tuple[Data, int, int, int]:
    """A problem of one or two axes; how many axes, channels and filters it has, 0 for none."""
    random = Random(seed)
    axes = random.choice([1, 2, 2])
    channels, filters = random.choice([(0, 0), (0, 2), (2, 0), (2, 3), (1, 2)])
    samples = 2 if channels and filters and random.random() < 0.4 else 0
    stride = [random.randint(1, 3) for _ in range(axes)]
    sizes, kernel = [random.randint(2, 3) for _ in range(axes)], [random.randint(1, 3) for _ in range(axes)]
    fields: Data = {
        "X": drawn(random, *filter(None, (samples, channels)), *sizes),
        "kernel": drawn(random, *filter(None, (channels, filters)), *kernel),
        "mode": random.choice(["transposed", "conv_transpose", "deconvolution"]),
        "stride": stride,
        "dilation": [random.randint(1, 2) for _ in range(axes)],
        "padding": [random.randint(0, 1) if s + k > 2 else 0 for s, k in zip(stride, kernel, strict=True)],
        "output_padding": [random.randint(0, s - 1) for s in stride],
        "axes": str(axes),
    }
    if random.random() < 0.5:
        fields["bias"] = drawn(random, filters) if filters and random.random() < 0.7 else drawn(random)
    return fields, axes, channels, filters


def samples_of(x: Any, kernel: Any, axes: int, channels: int, filters: int) -> tuple[Any, Any]:
    """Input and kernel with all their axes: samples × channels × sizes, channels × filters × sizes."""
    images = numpy.reshape(x, (-1, channels or 1, *x.shape[-axes:]))
    return images, numpy.reshape(kernel, (channels or 1, filters or 1, *kernel.shape[-axes:]))


@pytest.mark.parametrize("start", range(0, PROBLEMS, AT_ONCE))
def test_values_and_gradients_are_those_of_spread_entries(start: int) -> None:
    for seed in range(start, start + AT_ONCE):
        fields, axes, channels, filters = configuration(seed)
        x, kernel = (numpy.array(fields[name], dtype=float) for name in ("X", "kernel"))
        images, kernels = samples_of(x, kernel, axes, channels, filters)
        net = numpy.stack([transposed(fields, image, kernels) for image in images])
        if min(net.shape) < 1:
            with pytest.raises(InvalidProblem, match="nothing is left of the output"):
                problem(fields)
            continue
        upstream = numpy.array(drawn(Random(seed), *net.shape), dtype=float)
        back = [passed_back(fields, image, kernels, above) for image, above in zip(images, upstream, strict=True)]
        bias = numpy.reshape(fields.get("bias", 0.0), (-1, *[1] * axes))
        has_samples = x.ndim > axes + 1
        shape = (*net.shape[: 1 if has_samples else 0], *net.shape[1 if filters else 2 :])
        fields["upstream"] = numpy.reshape(upstream, shape).tolist()
        expected = {
            "Z": numpy.reshape(net + bias, shape),
            "dL/dX": numpy.reshape([by_input for by_input, _ in back], x.shape),
            "dL/dK": numpy.reshape(sum(by_kernel for _, by_kernel in back), kernel.shape),
        }
        if not has_samples and seed % 4 == 0:
            fields["matrix_form"] = "toeplitz"
            units = numpy.reshape(numpy.eye(x.size), (x.size, *images.shape[1:]))
            columns = [numpy.ravel(transposed(fields, unit, kernels)) for unit in units]
            expected |= {"K_mat": numpy.transpose(columns), "Z_toeplitz": expected["Z"]}
        assert_same(problem(fields), expected, (seed, fields))


def test_the_published_example_by_hand() -> None:
    # Dive into Deep Learning, section 14.10: a kernel of 2 × 2 on 2 × 2 entries, with stride 1 and with stride 2
    fields = "X: [[0, 1], [2, 3]]\nkernel: [[0, 1], [2, 3]]\nmode: transposed"
    assert numpy.array_equal(exact(problem(fields), "Z"), [[0, 0, 1], [0, 4, 6], [4, 12, 9]])
    wide = problem(f"{fields}\nstride: 2")
    assert numpy.array_equal(exact(wide, "Z"), [[0, 0, 0, 1], [0, 0, 2, 3], [0, 2, 0, 3], [4, 6, 6, 9]])
    cut = problem(f"{fields}\npadding: 1")
    assert numpy.array_equal(exact(cut, "Z"), [[4]])


@pytest.mark.parametrize(
    ("slip", "wrong"),
    [
        ("kernel-turned", [[3, 2], [1, 0]]),
        ("bias-forgotten", [[0, 0, 1], [0, 4, 6], [4, 12, 9]]),
        ("stride-ignored", None),
    ],
)
def test_a_typical_mistake_is_named(slip: str, wrong: Any) -> None:
    fields = "kind: filtering\nX: [[0, 1], [2, 3]]\nkernel: [[0, 1], [2, 3]]\nmode: transposed\nbias: 2"
    if wrong is None:  # the output for stride 1 in place of 2
        fields, wrong = f"{fields}\nstride: 2", [[2, 2, 3], [2, 6, 8], [6, 14, 11]]
    elif slip == "kernel-turned":
        wrong = spread_by_hand(wrong)
    marks = by_name(written(f"{fields}\nparts: [{{find: [Z]}}]").mark({"Z": str(wrong)}))
    assert marks["Z"].slips == (slip,)


def spread_by_hand(kernel: list[list[int]]) -> list[list[int]]:
    """[[0, 1], [2, 3]] spread with stride 1, and a bias of 2."""
    settings: Data = {"stride": 1, "dilation": 1, "padding": 0, "output_padding": 0}
    found = transposed(settings, numpy.array([[[0, 1], [2, 3]]]), numpy.array(kernel)[None, None])
    return [[int(value) + 2 for value in row] for row in found[0]]


def test_the_picture_frames_where_an_entry_lands() -> None:
    (figure,) = problem("X: [[1, 2], [3, 4]]\nkernel: [[1, 0], [0, 1]]\nmode: transposed\nstride: 2").plan.figures
    assert isinstance(figure, GridsPlan)
    (row,) = figure.rows
    taken, _, _, _, made = row
    assert taken.marked == ((0, 0),)  # type: ignore[union-attr]
    assert set(made.marked) == {(0, 0), (0, 1), (1, 0), (1, 1)}  # type: ignore[union-attr]


def test_the_statement_tells_the_settings() -> None:
    fields = "X: [1, 2]\nkernel: [1, 1]\nmode: transposed\nstride: 2\noutput_padding: 1"
    solution = solve(problem(fields))
    assert "transposed convolution of X with K (stride 2, padding 0, output padding 1)" in printed(solution)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("padding: same", "the padding is a number: so much is cut off"),
        ("padding: 2", "nothing is left of the output"),
        ("output_padding: 1", "the output padding must be smaller than the stride"),
        ("matrix_form: im2col", "has no windows on its input; leave it out"),
        ("padded_input: true", "pads no input"),
        ("kernel: [[[1]], [[1]]]\nX: [[[1]], [[1]], [[1]]]", "X has 3 channels, and this kernel"),
        ("mode: convolution\noutput_padding: 1", "belongs to `mode: transposed`"),
    ],
)
def test_what_a_transposed_convolution_has_not_is_told(fields: str, message: str) -> None:
    own = [line.partition(":")[0] for line in fields.splitlines()]
    given = {"X": "[1, 2]", "kernel": "[1, 1]", "mode": "transposed"}
    lines = [f"{name}: {value}" for name, value in given.items() if name not in own]
    with pytest.raises(InvalidProblem) as caught:
        problem("\n".join([*lines, fields]))
    assert message in str(caught.value)
