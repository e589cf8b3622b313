"""Convolutions with numbers, forward and backward, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.worked.work import Work, Worked, sigmoid

SIGN = "sign|minus|turned"
LEFT_OUT = "left out|forgotten|not "
NEIGHBOUR = "in place of|itself|swapped|exchanged|taken"


def slid(x: Any, kernel: Any, stride: int = 1, padding: int = 0) -> Any:
    """The cross-correlation of an image or a signal."""
    x = np.pad(np.asarray(x, dtype=float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, np.shape(kernel))
    windows = windows[(slice(None, None, stride),) * np.ndim(kernel)]
    axes = tuple(range(-np.ndim(kernel), 0))
    return (windows * kernel).sum(axis=axes)


def pooled(x: Any, size: int, stride: int, function: Any = np.max) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(x, (size,) * np.ndim(x))
    windows = windows[(slice(None, None, stride),) * np.ndim(x)]
    return function(windows, axis=tuple(range(-np.ndim(x), 0)))


RECTIFIED = """
kind: filtering
X: [[2, 0, 1, 3], [1, 4, -1, 2], [0, 3, 2, 1], [5, 1, 0, -2]]
kernel: [[1, -2], [-1, 1]]
bias: 0.5
activation: relu
pool: {function: max, kernel: 2, stride: 1}
parts: [{find: [Z, A, P]}]
"""


def rectified(w: Work) -> None:
    x = np.array([[2, 0, 1, 3], [1, 4, -1, 2], [0, 3, 2, 1], [5, 1, 0, -2]])
    kernel = np.array([[1.0, -2.0], [-1.0, 1.0]])
    z = w.slip("turned", "180|true convolution|turned", slid(x, kernel) + 0.5, slid(x, kernel[::-1, ::-1]) + 0.5)
    z = w.slip("transposed", "transposed", z, slid(x, kernel.T) + 0.5)
    z = w.slip("mirrored", "mirrored|flipped|left and right", z, slid(x, kernel[:, ::-1]) + 0.5)
    z = w.slip("no bias", "bias", z, slid(x, kernel))
    z = w.slip("bias in each product", "bias", z, slid(x, kernel) + 2.0)
    z = w.slip("bias subtracted", SIGN + "|bias", z, slid(x, kernel) - 0.5)
    z = w.keep("Z", w.slip("absolute kernel", SIGN + "|signs", z, slid(x, abs(kernel)) + 0.5))
    a = w.slip("no activation", "activation", np.maximum(z, 0), z)
    a = w.slip("absolute", "absolute", a, abs(z))
    a = w.slip("sigmoid", "sigmoid", a, sigmoid(z))
    a = w.keep("A", w.slip("negative part", SIGN + "|side|min|negative", a, np.minimum(z, 0)))
    p = w.slip("mean", "mean", pooled(a, 2, 1), pooled(a, 2, 1, np.mean))
    p = w.slip("sum", "sum", p, pooled(a, 2, 1, np.sum))
    p = w.slip("smallest", "smallest|min", p, pooled(a, 2, 1, np.min))
    w.keep("P", w.slip("before the activation", "activation", p, pooled(z, 2, 1)))


STRIDED = """
kind: filtering
X: [1.5, -0.8, 2.1, 0.6, -1.2, 0.9]
kernel: [0.7, -0.4, 0.3]
bias: 0.2
mode: convolution
padding: 1
stride: 2
activation: tanh
dense: {weights: [0.8, -0.5, 1.1], bias: 0.3, activation: sigmoid}
loss: {function: half_sum, targets: 1}
parts: [{find: [Z, A, O, Y, L]}, {find: [dL/dO, dL/dW, dL/dc, dL/dA, dL/dZ, dL/db, dL/dK]}]
"""


def strided(w: Work) -> None:
    x, kernel = np.array([1.5, -0.8, 2.1, 0.6, -1.2, 0.9]), np.array([0.7, -0.4, 0.3])
    u = np.array([0.8, -0.5, 1.1])
    z = w.slip("not turned", "turned|180|cross-corr", slid(x, kernel[::-1], 2, 1) + 0.2, slid(x, kernel, 2, 1) + 0.2)
    z = w.slip("no bias", "bias", z, slid(x, kernel[::-1], 2, 1))
    z = w.keep("Z", w.slip("starts late", "padding|shift|first", z, slid(x, kernel[::-1], 1, 1)[1::2] + 0.2))
    a = w.slip("sigmoid", "sigmoid", np.tanh(z), sigmoid(z))
    a = w.slip("relu", "ReLU", a, np.maximum(z, 0))
    a = w.keep("A", w.slip("no activation", "activation", a, z))
    o = w.slip("no dense bias", "bias|" + LEFT_OUT, a @ u + 0.3, a @ u)
    o = w.keep("O", w.slip("minus", SIGN, o, a @ u - 0.3))
    y = w.slip("tanh", "tanh", sigmoid(o), np.tanh(o))
    y = w.keep("Y", w.slip("linear", "activation", y, o))
    loss = w.slip("no half", "half|½|1/2|factor|division", (y - 1) ** 2 / 2, (y - 1) ** 2)
    w.keep("L", w.slip("absolute", "absolute", loss, abs(y - 1) / 2))
    d = w.slip("no slope", "derivative|" + LEFT_OUT, (y - 1) * y * (1 - y), y - 1)
    d = w.slip("slope of tanh", "1 − h²", d, (y - 1) * (1 - y**2))
    d = w.keep("dL/dO", w.slip("turned", SIGN, d, -d))
    w.keep("dL/dW", w.slip("net for output", NEIGHBOUR, d * a, d * z))
    w.keep("dL/dc", d)
    da = w.keep("dL/dA", w.slip("outputs for weights", NEIGHBOUR, d * u, d * a))
    dz = w.slip("no slope of A", "derivative|" + LEFT_OUT, da * (1 - a**2), da)
    dz = w.slip("slope of the sigmoid", "h·\\(1 − h\\)", dz, da * a * (1 - a))
    dz = w.slip("not squared", "square", dz, da * (1 - a))
    dz = w.keep("dL/dZ", w.slip("at the net input", "net input", dz, da * (1 - z**2)))
    w.keep("dL/db", w.slip("mean", "mean", dz.sum(), dz.mean()))
    spread = np.zeros(5)
    spread[::2] = dz
    dk = slid(x, spread, 1, 1)[:3]
    w.keep("dL/dK", w.slip("turned back", "turned", dk[::-1], dk))


AVERAGED = """
kind: filtering
X: [[1.2, -0.3, 0.8, 0.5], [0.4, 1.7, -0.6, 1.1], [-0.9, 0.2, 1.3, -0.7], [0.6, -1.4, 0.1, 0.9]]
kernel: [[0.5, -0.3, 0.2], [0.1, 0.7, -0.4], [-0.6, 0.3, 0.8]]
padding: 1
pool: {function: average, kernel: 2}
upstream: [[0.4, -0.2], [0.1, 0.3]]
parts: [{find: [Z, P]}, {find: [dL/dZ, dL/dK, dL/dX]}]
"""


def averaged(w: Work) -> None:
    x = np.array([[1.2, -0.3, 0.8, 0.5], [0.4, 1.7, -0.6, 1.1], [-0.9, 0.2, 1.3, -0.7], [0.6, -1.4, 0.1, 0.9]])
    kernel, g = np.array([[0.5, -0.3, 0.2], [0.1, 0.7, -0.4], [-0.6, 0.3, 0.8]]), np.array([[0.4, -0.2], [0.1, 0.3]])
    z = w.slip("turned", "180|true convolution|turned", slid(x, kernel, 1, 1), slid(x, kernel[::-1, ::-1], 1, 1))
    z = w.slip("transposed", "transposed", z, slid(x, kernel.T, 1, 1))
    edges = np.lib.stride_tricks.sliding_window_view(np.pad(x, 1, mode="edge"), (3, 3))
    z = w.keep("Z", w.slip("edges repeated", "padding|edge|zero", z, (edges * kernel).sum(axis=(2, 3))))
    p = w.slip("largest", "largest|max", pooled(z, 2, 2, np.mean), pooled(z, 2, 2))
    w.keep("P", w.slip("summed", "sum", p, pooled(z, 2, 2, np.sum)))
    every = np.repeat(np.repeat(g, 2, 0), 2, 1)
    dz = w.slip("not divided", "not divided|division", every / 4, every)
    dz = w.keep("dL/dZ", w.slip("by the side", "divided|factor|division", dz, every / 2))
    dk = w.slip("turned K", "turned", slid(x, dz, 1, 1), slid(x, dz, 1, 1)[::-1, ::-1])
    w.keep("dL/dK", w.slip("transposed dK", "transposed", dk, dk.T))
    dx = slid(dz, kernel[::-1, ::-1], 1, 1)
    w.keep("dL/dX", w.slip("kernel as it is", "turned", dx, slid(dz, kernel, 1, 1)))


CHANNELS = """
kind: filtering
X:
  - [[1, 3, 0, 2], [2, -1, 4, 1], [0, 2, 1, -3]]
  - [[0, 1, -2, 1], [3, 1, 2, 0], [-1, 4, 1, 2]]
kernel: [[[2, -1], [0, 1]], [[1, 3], [-2, 1]]]
bias: -3
activation: relu
parts: [{find: [Z, A]}]
"""


def channels(w: Work) -> None:
    x = np.array([[[1, 3, 0, 2], [2, -1, 4, 1], [0, 2, 1, -3]], [[0, 1, -2, 1], [3, 1, 2, 0], [-1, 4, 1, 2]]])
    k = np.array([[[2.0, -1.0], [0.0, 1.0]], [[1.0, 3.0], [-2.0, 1.0]]])
    one, two = slid(x[0], k[0]), slid(x[1], k[1])
    z = w.slip("first channel alone", "channel", one + two - 3, one - 3)
    z = w.slip("mean of the channels", "mean|channel", z, (one + two) / 2 - 3)
    z = w.slip("one kernel for both", "kernel|channel", z, slid(x[0], k[0]) + slid(x[1], k[0]) - 3)
    z = w.slip("kernels exchanged", "kernel|channel|exchanged", z, slid(x[0], k[1]) + slid(x[1], k[0]) - 3)
    z = w.slip("bias of each channel", "bias", z, one + two - 6)
    z = w.slip("no bias", "bias", z, one + two)
    z = w.slip("turned", "turned|180", z, slid(x[0], k[0, ::-1, ::-1]) + slid(x[1], k[1, ::-1, ::-1]) - 3)
    z = w.keep("Z", z)
    w.keep("A", w.slip("no activation", "activation", np.maximum(z, 0), z))


LARGEST = """
kind: filtering
X: [[0.6, 1.4, -0.5, 0.9], [1.1, -0.2, 0.8, 1.7], [-1.3, 0.4, 0.7, 0.2], [0.5, 1.9, -0.4, 1.2]]
kernel: [[0.9, -0.6], [0.4, 0.8]]
stride: 1
activation: relu
pool: {function: max, kernel: 2, stride: 1}
upstream: [[0.7, -0.3], [0.2, 0.5]]
parts: [{find: [Z, A, P]}, {find: [dL/dA, dL/dZ, dL/dK]}]
"""


def largest(w: Work) -> None:
    x = np.array([[0.6, 1.4, -0.5, 0.9], [1.1, -0.2, 0.8, 1.7], [-1.3, 0.4, 0.7, 0.2], [0.5, 1.9, -0.4, 1.2]])
    kernel, g = np.array([[0.9, -0.6], [0.4, 0.8]]), np.array([[0.7, -0.3], [0.2, 0.5]])
    z = w.keep("Z", w.slip("turned", "180|turned", slid(x, kernel), slid(x, kernel[::-1, ::-1])))
    a = w.keep("A", w.slip("no activation", "activation", np.maximum(z, 0), z))
    w.keep("P", w.slip("mean", "mean", pooled(a, 2, 1), pooled(a, 2, 1, np.mean)))
    da = w.slip("shared", "shared", _to_largest(a, g), _spread(g) / 4)
    da = w.slip("to all", "every", da, _spread(g))
    da = w.slip("not added", "added|sum|overlap|several", da, np.clip(_to_largest(a, g), g.min(), g.max()))
    da = w.keep("dL/dA", w.slip("values routed", "value|in place", da, _to_largest(a, pooled(a, 2, 1))))
    dz = w.slip("no slope", "derivative|left out", da * (z > 0), da)
    dz = w.keep("dL/dZ", w.slip("value for slope", "value|in place|itself|" + LEFT_OUT, dz, da * a))
    w.keep("dL/dK", w.slip("turned dK", "turned", slid(x, dz), slid(x, dz)[::-1, ::-1]))


def _to_largest(a: Any, g: Any) -> Any:
    back = np.zeros_like(a)
    for i in range(2):
        for j in range(2):
            window = a[i : i + 2, j : j + 2]
            row, column = np.unravel_index(np.argmax(window), window.shape)
            back[i + row, j + column] += g[i, j]
    return back


def _spread(g: Any) -> Any:
    back = np.zeros((3, 3))
    for i in range(2):
        for j in range(2):
            back[i : i + 2, j : j + 2] += g[i, j]
    return back


PROBLEMS = (
    Worked("filtering", RECTIFIED, rectified, digits=5),
    Worked("filtering", STRIDED, strided, digits=5),
    Worked("filtering", AVERAGED, averaged, digits=5),
    Worked("filtering", CHANNELS, channels, digits=5),
    Worked("filtering", LARGEST, largest, digits=5),
)
