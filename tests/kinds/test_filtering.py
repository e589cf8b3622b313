"""Convolutions with values against loops in NumPy, and their gradients against an autodiff library."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product
from random import Random
from typing import Any

import autograd
import autograd.numpy as anp
import numpy
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.problem.problem import Problem
from tests.array_problems import Data, assert_same, close, drawn, exact, loaded

PROBLEMS, AT_ONCE = 200, 25
POOLINGS = 200
PADDINGS = {"valid": 0, "same": 1, "full": 2}
"""The zeros on each side, by the half of D(K − 1)."""


def problem(fields: str | Data) -> Problem:
    return loaded("filtering", fields)


def spread(value: Any, axes: int) -> list[int]:
    return list(value) if isinstance(value, list) else [value] * axes


def configuration(seed: int) -> Data:
    """A problem of one or two axes, with any channels and filters, and any of what may follow."""
    random = Random(seed)
    axes = random.choice([1, 2, 2])
    channels, filters = random.choice([(0, 0), (0, 0), (0, 2), (2, 0), (2, 2), (1, 2)])
    kernel = [random.randint(1, 3) for _ in range(axes)]
    dilation = [random.randint(1, 2) for _ in range(axes)]
    padding = [random.randint(0, 1) for _ in range(axes)]
    sizes = [d * (k - 1) + random.randint(2, 4) for k, d in zip(kernel, dilation, strict=True)]
    samples = random.choice([1, 1, 2]) if channels and filters else 1
    fields: Data = {
        "X": drawn(random, *([samples] if samples > 1 else []), *([channels] if channels else []), *sizes),
        "kernel": drawn(random, *([filters] if filters else []), *([channels] if channels else []), *kernel),
        "stride": [random.randint(1, 2) for _ in range(axes)] if random.random() < 0.5 else random.randint(1, 2),
        "dilation": dilation,
        "padding": padding,
        "mode": random.choice(["cross-correlation", "convolution"]),
        "activation": random.choice(["identity", "relu", "sigmoid", "tanh", "leaky_relu", "elu"]),
    }
    if channels or axes == 1:
        fields["axes"] = str(axes)
    if all(d * (k - 1) % 2 == 0 for k, d in zip(kernel, dilation, strict=True)) and random.random() < 0.5:
        fields["padding"] = random.choice([*PADDINGS])
    if random.random() < 0.7:
        fields["bias"] = drawn(random, filters) if filters and random.random() < 0.7 else drawn(random)
    convolved = numpy.shape(reference(fields, values_of(fields))["Z"])
    if random.random() < 0.6:
        fields["pool"] = any_pool(random, convolved[-axes:], 2)
    fields["padded_input"] = random.random() < 0.3
    if samples == 1:
        fields["matrix_form"] = random.choice([None, "im2col", "im2row", "toeplitz"])
    flat = int(numpy.prod(numpy.shape(list(reference(fields, values_of(fields)).values())[-1]))) // samples
    if random.random() < 0.5:
        units = random.randint(2, 3)
        fields["dense"] = {"weights": drawn(random, units, flat), "activation": random.choice(["identity", "softmax"])}
        if random.random() < 0.7:
            fields["dense"]["bias"] = drawn(random, units)
    target = drawn(random, *numpy.shape(list(reference(fields, values_of(fields)).values())[-1]))
    if random.random() < 0.5:
        fields["upstream"] = target
    else:
        fields["loss"] = {"function": random.choice(["mse", "half_sum"]), "targets": target}
    return fields


def any_pool(random: Random, sizes: Sequence[int], most: int) -> Data:
    """A pooling of such sizes in windows of at most so many entries along an axis."""
    window = [random.randint(1, min(most, size)) for size in sizes]
    pool: Data = {"function": random.choice(["max", "average"]), "kernel": window}
    if random.random() < 0.5:
        pool["stride"] = random.randint(1, most)
    if random.random() < 0.4:
        pool |= {"padding": [random.randint(0, size // 2) for size in window]}
        pool |= {"count_padding": random.random() < 0.5}
    return pool | {"ceil": random.random() < 0.4}


def values_of(fields: Data) -> dict[str, Any]:
    dense = fields.get("dense", {})
    found = {"X": fields["X"], "K": fields["kernel"], "b": fields.get("bias")}
    found |= {"W": dense.get("weights"), "c": dense.get("bias")}
    return {name: numpy.array(value, dtype=float) for name, value in found.items() if value is not None}


def slid(fields: Data, x: Any, kernel: Any) -> Any:
    """The convolution, window by window; x is channels × sizes, the kernel filters × channels × sizes."""
    axes = x.ndim - 1
    size = kernel.shape[-axes:]
    stride, dilation = spread(fields["stride"], axes), spread(fields["dilation"], axes)
    wanted = fields["padding"]
    around = (
        [PADDINGS[wanted] * d * (k - 1) // 2 for k, d in zip(size, dilation, strict=True)]
        if isinstance(wanted, str)
        else spread(wanted, axes)
    )
    padded = anp.pad(x, [(0, 0), *((each, each) for each in around)], mode="constant")
    reach = [d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True)]
    outputs = [(n - r) // s + 1 for n, r, s in zip(padded.shape[1:], reach, stride, strict=True)]
    if fields["mode"] == "convolution":
        kernel = kernel[(slice(None), slice(None), *[slice(None, None, -1)] * axes)]
    found = []
    for filter_, *place in product(range(kernel.shape[0]), *map(range, outputs)):
        window = [slice(p * s, p * s + r, d) for p, s, r, d in zip(place, stride, reach, dilation, strict=True)]
        found.append(anp.sum(padded[(slice(None), *window)] * kernel[filter_]))
    return anp.reshape(anp.array(found), (kernel.shape[0], *outputs))


def pooled(pool: Data, x: Any) -> Any:
    """The largest entry or the mean of each window; x is channels × sizes."""
    found, starts = [], window_starts(pool, x.shape[1:])
    for channel, *place in product(range(x.shape[0]), *starts):
        part = x[(channel, *inside(pool, place))]
        found.append(anp.max(part) if pool["function"] == "max" else anp.sum(part) / divisor(pool, x.shape[1:], place))
    return anp.reshape(anp.array(found), (x.shape[0], *map(len, starts)))


def window_starts(pool: Data, sizes: Sequence[int]) -> list[list[int]]:
    """Where windows begin along each axis, in the input, before which the padding stands."""
    axes = len(sizes)
    padding = spread(pool.get("padding", 0), axes)
    window, stride = spread(pool["kernel"], axes), spread(pool.get("stride", pool["kernel"]), axes)
    starts = []
    for n, k, s, p in zip(sizes, window, stride, padding, strict=True):
        steps = math.ceil((n + 2 * p - k) / s) if pool.get("ceil") else (n + 2 * p - k) // s
        starts.append([at * s - p for at in range(steps + 1) if at * s - p < n])
    return starts


def inside(pool: Data, place: Sequence[int]) -> tuple[slice, ...]:
    """What a window covers of the input."""
    window = spread(pool["kernel"], len(place))
    return tuple(slice(max(at, 0), at + k) for at, k in zip(place, window, strict=True))


def divisor(pool: Data, sizes: Sequence[int], place: Sequence[int]) -> int:
    """How many entries the mean of a window is of: the padding counts where that is said, but nothing behind it."""
    padding = spread(pool.get("padding", 0), len(sizes))
    window, counts = spread(pool["kernel"], len(sizes)), pool.get("count_padding", True)
    lengths = [
        min(at + k, n + p) - at if counts else min(at + k, n) - max(at, 0)
        for at, k, n, p in zip(place, window, sizes, padding, strict=True)
    ]
    return math.prod(lengths)


def winners(pool: Data, x: Any) -> Any:
    """How many windows each entry wins; x is channels × sizes."""
    found: Any = numpy.zeros(x.shape)
    for channel, *place in product(range(x.shape[0]), *window_starts(pool, x.shape[1:])):
        part = found[(channel, *inside(pool, place))]
        part[numpy.unravel_index(numpy.argmax(x[(channel, *inside(pool, place))]), part.shape)] += 1
    return found


ACTIVATIONS = {
    "identity": lambda z: z,
    "relu": lambda z: anp.maximum(z, 0),
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "elu": lambda z: anp.where(z > 0, z, anp.exp(anp.minimum(z, 0)) - 1),
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z)),
}


def reference(fields: Data, arrays: Mapping[str, Any]) -> Data:
    """Every quantity on the way, in its order."""
    x, kernel = arrays["X"], arrays["K"]
    axes = int(fields.get("axes", min(x.ndim, 2)))
    if x.ndim > axes + 1:
        samples = [reference(fields, {**arrays, "X": sample}) for sample in x]
        return {name: anp.stack([sample[name] for sample in samples]) for name in samples[0]}
    has_channels, several = x.ndim > axes, kernel.ndim > axes + (x.ndim > axes)
    images = x if has_channels else x[None]
    kernels = anp.reshape(kernel, (kernel.shape[0] if several else 1, images.shape[0], *kernel.shape[-axes:]))
    net = slid(fields, images, kernels)
    if "b" in arrays:
        net = net + anp.reshape(arrays["b"], (-1, *[1] * axes))
    found: Data = {"Z": net if several else net[0]}
    value = net
    if fields["activation"] != "identity":
        value = ACTIVATIONS[fields["activation"]](net)
        found["A"] = value if several else value[0]
    if "pool" in fields:
        value = pooled(fields["pool"], value)
        found["P"] = value if several else value[0]
    if "dense" in fields:
        found["O"] = anp.dot(arrays["W"], anp.reshape(value, (-1,))) + arrays.get("c", 0.0)
        if fields["dense"]["activation"] != "identity":
            found["Y"] = ACTIVATIONS[fields["dense"]["activation"]](found["O"])
    return found


def loss(fields: Data, arrays: Mapping[str, Any]) -> Any:
    output = list(reference(fields, arrays).values())[-1]
    if "upstream" in fields:
        return anp.sum(numpy.array(fields["upstream"]) * output)
    squares = (output - numpy.array(fields["loss"]["targets"])) ** 2
    samples = len(output) if numpy.ndim(fields["X"]) > int(fields.get("axes", 2)) + 1 else 1
    return anp.mean(squares) if fields["loss"]["function"] == "mse" else anp.sum(squares) / 2 / samples


def further(fields: Data, arrays: Mapping[str, Any], expected: Data) -> Data:
    """What is the same in another form, and what is marked, of one sample without channels before its sizes."""
    found: Data = {}
    if fields.get("matrix_form"):
        found["Z_toeplitz" if fields["matrix_form"] == "toeplitz" else "Z_im2col"] = expected["Z"]
    axes = int(fields.get("axes", min(arrays["X"].ndim, 2)))
    pooled_from: Any = expected.get("A", expected["Z"])
    if "pool" in fields and fields["pool"]["function"] == "max":
        flat = numpy.reshape(pooled_from, (-1, *pooled_from.shape[-axes:]))
        found["winners"] = numpy.reshape(winners(fields["pool"], flat), pooled_from.shape)
    return found


@pytest.mark.parametrize("start", range(0, PROBLEMS, AT_ONCE))
def test_values_and_gradients_are_those_of_numpy_and_autograd(start: int) -> None:
    for seed in range(start, start + AT_ONCE):
        fields = configuration(seed)
        arrays = values_of(fields)
        expected = reference(fields, arrays) | {"L": loss(fields, arrays)}
        gradients = autograd.grad(lambda given, fields=fields: loss(fields, given))(arrays)
        expected |= {f"dL/d{name}": value for name, value in gradients.items()} | further(fields, arrays, expected)
        found = problem(fields)
        assert_same(found, expected, (seed, fields))
        if seed % 5 == 0:
            for name, value in expected.items():
                assert close(exact(found, name), value), (seed, name)


def test_poolings_and_their_gradients_are_those_of_numpy_and_autograd() -> None:
    for seed in range(POOLINGS):
        random = Random(seed)
        axes, channels = random.choice([1, 2, 2]), random.choice([0, 0, 2])
        sizes = [random.randint(2, 5) for _ in range(axes)]
        shape = (*([channels] if channels else []), *sizes)
        x = numpy.reshape(random.sample(range(-200, 201), math.prod(shape)), shape) / 100  # no two alike
        pool = any_pool(random, sizes, 3)
        images = numpy.reshape(x, (-1, *sizes))
        values = numpy.reshape(pooled(pool, images), (*x.shape[: x.ndim - axes], *pooled(pool, images).shape[1:]))
        upstream = numpy.array(drawn(random, *values.shape))
        weighed = autograd.grad(lambda each, p=pool, g=upstream: anp.sum(anp.ravel(g) * anp.ravel(pooled(p, each))))
        expected = {"P": values, "dL/dX": numpy.reshape(weighed(images), x.shape)}
        if pool["function"] == "max":
            expected["winners"] = numpy.reshape(winners(pool, images), x.shape)
        fields = {"X": x.tolist(), "axes": str(axes), "pool": pool, "upstream": upstream.tolist()}
        assert_same(problem(fields), expected, (seed, fields))


def test_the_padded_input_is_a_step_of_its_own() -> None:
    found = problem("X: [[1, 2], [3, 4]]\nkernel: laplace\npadding: 1\npadded_input: true\nupstream: [[1, 0], [0, 2]]")
    assert numpy.array_equal(exact(found, "X_pad"), numpy.pad([[1, 2], [3, 4]], 1))
    assert numpy.array_equal(exact(found, "Z"), [[1, -3], [-7, -11]])
    assert numpy.array_equal(exact(found, "dL/dX"), [[-4, 3], [3, -8]])


SIGNAL, IMAGE = "X: [1, 3, 2, 5, 4]\nkernel: [1, 2]\n", "X: [[1, 3, 2], [5, 4, 9]]\nkernel: [[1, 2]]\n"


@pytest.mark.parametrize(
    ("short", "written_out"),
    [
        (f"{SIGNAL}pool: 2", f"{SIGNAL}pool: {{function: max, kernel: 2}}"),
        (f"{IMAGE}pool: [2, 1]", f"{IMAGE}pool: {{function: max, kernel: [2, 1]}}"),
        (f"{IMAGE}pool: 2x1", f"{IMAGE}pool: {{function: max, kernel: [2, 1]}}"),
        (f"{SIGNAL}pool: {{average: 2, stride: 1}}", f"{SIGNAL}pool: {{function: average, kernel: 2, stride: 1}}"),
        (f"{SIGNAL}max_pool: 3", f"{SIGNAL}pool: {{function: max, kernel: 3}}"),
        (
            f"{SIGNAL}avg_pool: {{pool_size: 2, strides: 1, pad: 1, count_include_pad: false, ceil_mode: true}}",
            f"{SIGNAL}pool: {{function: average, kernel: 2, stride: 1, padding: 1, count_padding: false, ceil: true}}",
        ),
        (f"{IMAGE}stride: 1x2\npadding: 1x0", f"{IMAGE}stride: [1, 2]\npadding: [1, 0]"),
        (f"{SIGNAL}strides: 2\npads: 1\ndilation_rate: 2", f"{SIGNAL}stride: 2\npadding: 1\ndilation: 2"),
        ("signal: [1, 2, 3]\nfilter: [1, 2]\nb: 1", "X: [1, 2, 3]\nkernel: [1, 2]\nbias: 1"),
        (f"{SIGNAL}pool: global_avg", f"{SIGNAL}pool: {{function: average, kernel: 4}}"),
        (f"{IMAGE}pool: GlobalMaxPooling", f"{IMAGE}pool: {{function: max, kernel: [2, 2]}}"),
        ("X: [[1, 3], [2, 7], [4, 5]]\npool: gap", "X: [[1, 3], [2, 7], [4, 5]]\npool: {average: [3, 2]}"),
        (f"{SIGNAL}dense: [[1, 2, 3, 4]]", f"{SIGNAL}dense: {{weights: [[1, 2, 3, 4]]}}"),
    ],
)
def test_what_is_spelled_as_in_other_kinds_means_the_same(short: str, written_out: str) -> None:
    found, meant = problem(short).plan.graph, problem(written_out).plan.graph
    assert [(each.name, each.given, each.formula) for each in found] == [
        (each.name, each.given, each.formula) for each in meant
    ]


def test_an_activation_has_its_number() -> None:
    fields = "X: [1, -2, 3]\nkernel: [2]\nactivation: leaky_relu\nupstream: [1, 1, 1]\n"
    found = problem(f"{fields}slope: 0.25")
    assert numpy.array_equal(exact(found, "A"), [2, -1, 6])
    assert numpy.array_equal(exact(found, "dL/dX"), [2, 0.5, 2])
    letters = problem(f"{fields}slope:\nparts: [{{find: A, entries: all}}]").plan.graph
    assert "slope" in letters
    with pytest.raises(InvalidProblem, match="an alpha goes with elu"):
        problem(f"{fields}alpha: 2")


def test_the_loss_of_samples_is_their_mean_or_their_sum() -> None:
    fields = (
        "X: [[[1, 2]], [[3, 5]]]\nkernel: [[[1]]]\naxes: 1\nloss: {function: half_sum, targets: [[[0, 0]], [[0, 0]]]}"
    )
    assert exact(problem(fields), "L") == (1 + 4 + 9 + 25) / 2 / 2
    assert exact(problem(f"{fields}\nbatch_mean: false"), "L") == (1 + 4 + 9 + 25) / 2


def test_the_matrices_are_asked_for_by_the_name_of_their_form() -> None:
    found = problem("X: [1, 2, 3]\nkernel: [4, 5]\npadding: 1\nmatrix_form: toeplitz")
    assert numpy.array_equal(exact(found, "toeplitz"), [[5, 0, 0], [4, 5, 0], [0, 4, 5], [0, 0, 4]])
    found = problem("X: [1, 2, 3]\nkernel: [4, 5]\npadding: 1\nmatrix_form: im2col\nmode: convolution")
    assert numpy.array_equal(exact(found, "im2col"), [[0, 1, 2, 3], [1, 2, 3, 0]])
    assert numpy.array_equal(exact(found, "K_row"), [5, 4])


def test_matrices_that_are_too_large_are_refused() -> None:
    image = [[0] * 12 for _ in range(12)]
    with pytest.raises(InvalidProblem, match="would be 100 × 144; up to 4,000 entries are written"):
        problem({"X": image, "kernel": "box", "matrix_form": "toeplitz"})
