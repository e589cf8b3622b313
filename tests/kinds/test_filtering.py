"""Convolutions with values against loops in NumPy, and their gradients against an autodiff library."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product
from random import Random
from typing import Any

import autograd
import autograd.numpy as anp
import numpy
import pytest

from deepcalc.problem.problem import Problem
from tests.array_problems import Data, assert_same, close, drawn, exact, loaded

PROBLEMS, AT_ONCE = 200, 25
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
    fields: Data = {
        "X": drawn(random, *([channels] if channels else []), *sizes),
        "kernel": drawn(random, *([filters] if filters else []), *([channels] if channels else []), *kernel),
        "stride": [random.randint(1, 2) for _ in range(axes)] if random.random() < 0.5 else random.randint(1, 2),
        "dilation": dilation,
        "padding": padding,
        "mode": random.choice(["cross-correlation", "convolution"]),
        "activation": random.choice(["identity", "relu", "sigmoid", "tanh"]),
    }
    if channels or axes == 1:
        fields["axes"] = str(axes)
    if all(d * (k - 1) % 2 == 0 for k, d in zip(kernel, dilation, strict=True)) and random.random() < 0.5:
        fields["padding"] = random.choice([*PADDINGS])
    if random.random() < 0.7:
        fields["bias"] = drawn(random, filters) if filters and random.random() < 0.7 else drawn(random)
    convolved = numpy.shape(reference(fields, values_of(fields))["Z"])
    if random.random() < 0.6:
        window = [random.randint(1, min(2, size)) for size in convolved[-axes:]]
        pool: Data = {"function": random.choice(["max", "average"]), "kernel": window}
        if random.random() < 0.5:
            pool["stride"] = random.randint(1, 2)
        fields["pool"] = pool | {"ceil": random.random() < 0.4}
    flat = int(numpy.prod(numpy.shape(list(reference(fields, values_of(fields)).values())[-1])))
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
    axes = x.ndim - 1
    window, stride = spread(pool["kernel"], axes), spread(pool.get("stride", pool["kernel"]), axes)
    starts = []
    for n, k, s in zip(x.shape[1:], window, stride, strict=True):
        steps = math.ceil((n - k) / s) if pool.get("ceil") else (n - k) // s
        starts.append([at * s for at in range(steps + 1) if at * s < n])
    found = []
    for channel, *place in product(range(x.shape[0]), *starts):
        part = x[(channel, *(slice(at, at + k) for at, k in zip(place, window, strict=True)))]
        found.append(anp.max(part) if pool["function"] == "max" else anp.sum(part) / part.size)
    return anp.reshape(anp.array(found), (x.shape[0], *map(len, starts)))


ACTIVATIONS = {
    "identity": lambda z: z,
    "relu": lambda z: anp.maximum(z, 0),
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z)),
}


def reference(fields: Data, arrays: Mapping[str, Any]) -> Data:
    """Every quantity on the way, in its order."""
    x, kernel = arrays["X"], arrays["K"]
    axes = int(fields.get("axes", min(x.ndim, 2)))
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
    return anp.mean(squares) if fields["loss"]["function"] == "mse" else anp.sum(squares) / 2


@pytest.mark.parametrize("start", range(0, PROBLEMS, AT_ONCE))
def test_values_and_gradients_are_those_of_numpy_and_autograd(start: int) -> None:
    for seed in range(start, start + AT_ONCE):
        fields = configuration(seed)
        arrays = values_of(fields)
        expected = reference(fields, arrays) | {"L": loss(fields, arrays)}
        gradients = autograd.grad(lambda given, fields=fields: loss(fields, given))(arrays)
        expected |= {f"dL/d{name}": value for name, value in gradients.items()}
        found = problem(fields)
        assert_same(found, expected, (seed, fields))
        if seed % 5 == 0:
            for name, value in expected.items():
                assert close(exact(found, name), value), (seed, name)
