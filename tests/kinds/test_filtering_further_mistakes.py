"""Further mistakes in convolutions, each against NumPy written out by hand: edges, axes, channels, the way back."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from deepcalc.checking.marking import Marker
from tests.checking.marking import by_name, written

X = np.array([[1.5, 2, 0, -1, 3], [0, 1, -3, 1, 1.2], [2, -1, 1, 0.4, 1], [1, 1.1, 4, -1, 2], [0.3, 2, 1, -2, 1.0]])
K = np.array([[1, -2, 0.5], [0.5, 3, -1], [2, 0.1, -0.7]])
PADDED = f"X: {X.tolist()}\nkernel: {K.tolist()}\nbias: 0.5\nstride: 2\npadding: 1"


def slid(x: Any, k: Any, stride: Any = 1) -> Any:
    steps = (stride, stride) if np.ndim(stride) == 0 else stride
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(x, float), k.shape)
    return (windows[:: steps[0], :: steps[1]] * k).sum(axis=(-2, -1))


def ends(before: int, behind: int) -> Any:
    return np.pad(X, ((before, behind), (before, behind)))


SMALL = X[:4, :4]
KERNEL = np.array([[0.6, -0.9], [1.2, 0.4]])
G = np.array([[0.713, -0.3], [0.262, 0.597]])
BACK = (
    f"X: {SMALL.tolist()}\nkernel: {KERNEL.tolist()}\nbias: -0.3\nstride: 2\nactivation: relu\nupstream: {G.tolist()}"
)
Z = slid(SMALL, KERNEL, 2) - 0.3
DZ = G * (Z > 0)

CURVED = BACK.replace("relu", "tanh")
LOGISTIC = 1 / (1 + np.exp(-Z))

SEVERAL = np.array([X, X[::-1] * 0.7 + 0.2])
FILTERS = np.arange(1.0, 33).reshape(2, 2, 8)[:, :, ::2].reshape(2, 2, 2, 2) % 5 - 1.5
BIASES = np.array([1.0, -2.0])
DEEP = f"X: {SEVERAL.tolist()}\nkernel: {FILTERS.tolist()}\nbias: {BIASES.tolist()}"


def deep(pairs: Any) -> Any:
    """Each filter as the sum over pairs of a channel with one of its kernels."""
    summed = [sum(slid(SEVERAL[c], FILTERS[f, k]) for c, k in pairs(f)) + BIASES[f] for f in range(2)]
    return np.stack(summed)


SIGNAL = np.array([2.0, -1, 3, 0, 4, 1, -2])
TAPS = np.array([1.0, 2, -1])
DILATED = "X: [2, -1, 3, 0, 4, 1, -2]\nkernel: [1, 2, -1]\ndilation: 2"


def along(stride: int, step: int) -> Any:
    count = (len(SIGNAL) - step * 2 - 1) // stride + 1
    return np.array([sum(TAPS[k] * SIGNAL[stride * i + step * k] for k in range(3)) for i in range(count)])


SPREAD = "X: [[1, -2], [0.5, 3]]\nkernel: [[1, 0.5, -1], [2, 0, 1], [-0.5, 1.5, 0.3]]\nmode: transposed\nstride: 2"


def spread(added: bool) -> Any:
    x, k, made = np.array([[1, -2], [0.5, 3]]), np.array([[1, 0.5, -1], [2, 0, 1], [-0.5, 1.5, 0.3]]), np.zeros((5, 5))
    for i in range(2):
        for j in range(2):
            block = made[2 * i : 2 * i + 3, 2 * j : 2 * j + 3]
            block[:] = x[i, j] * k + (block if added else 0)
    return made


POOLED = f"X: {X.tolist()}\npool: {{function: max, kernel: 3, stride: 2}}\nupstream: {G.tolist()}"


def windows(x: Any, size: int, stride: int) -> Any:
    return np.lib.stride_tricks.sliding_window_view(x, (size, size))[::stride, ::stride]


def winners() -> Any:
    made = np.zeros_like(X)
    for i in range(2):
        for j in range(2):
            row, column = np.unravel_index(windows(X, 3, 2)[i, j].argmax(), (3, 3))
            made[2 * i + row, 2 * j + column] += 1
    return made


def around(mode: Any) -> Any:
    return slid(np.pad(X, 1, mode=mode), K, 2) + 0.5


HOLES = (
    "X: [1.2, -0.7, 0.4, 1.9, -1.1, 0.6, 0.8]\nkernel: [0.9, -0.5, 1.3]\ndilation: 2\nupstream: [0.713, -0.3, 0.262]"
)
HOLED, BACK_1 = np.array([1.2, -0.7, 0.4, 1.9, -1.1, 0.6, 0.8]), np.array([0.713, -0.3, 0.262])
MEANS = f"X: {X.tolist()}\npool: {{function: average, kernel: 3, stride: 2}}\nupstream: {G.tolist()}"


def last_shares() -> Any:
    """The gradient of each window's mean at its entries, later windows over earlier ones."""
    made = np.zeros_like(X)
    for i in range(2):
        for j in range(2):
            made[2 * i : 2 * i + 3, 2 * j : 2 * j + 3] = G[i, j] / 9
    return made


TWO = np.array([[[0.3, -0.8], [1.1, 0.4]], [[-0.5, 0.9], [0.2, 0.7]]])
UP = np.array([[[0.3, -0.2], [0.5, 0.1]], [[-0.4, 0.6], [0.7, -0.9]]])
TALL = X[:3, :3]
FILTERED = f"X: {TALL.tolist()}\nkernel: {TWO.tolist()}\nupstream: {UP.tolist()}"
SAMPLES = np.array([TALL, X[2:, 2:] * 0.6])[:, None]
BATCH = f"X: {SAMPLES.tolist()}\nkernel: {TWO[:, None].tolist()}\nupstream: {np.array([UP, UP[::-1] * 1.7]).tolist()}"


def by_kernel(x: Any, gradient: Any) -> Any:
    return np.stack([slid(x, each) for each in gradient])


def spread_over(gradient: Any, k: Any) -> Any:
    """Each gradient times the kernel, added where it lay."""
    made = np.zeros(np.add(gradient.shape, k.shape) - 1)
    for place, each in np.ndenumerate(gradient):
        made[tuple(slice(at, at + size) for at, size in zip(place, k.shape, strict=True))] += each * k
    return made


WIDE = "X: [[1, 0, 2, 1], [-1, 3, 1, 0.5]]\nkernel: [[0.9, -0.5]]\nupstream: [[0.7, -0.3, 0.2], [0.4, 0.6, -0.8]]"
WIDE_UP, WIDE_K = np.array([[0.7, -0.3, 0.2], [0.4, 0.6, -0.8]]), np.array([[0.9, -0.5]])
ALL_POOLED = f"{DEEP}\npool: global_average"

CASES = [
    (HOLES, "dL/dK", np.array([sum(BACK_1[i] * HOLED[i + m] for i in range(3)) for m in range(3)]),
     "dilation-ignored"),
    (MEANS, "dL/dX", last_shares(), "overwritten"),
    (FILTERED, "dL/dK", by_kernel(TALL, UP[::-1]), "of-another"),
    (BATCH, "dL/dK", (by_kernel(SAMPLES[0, 0], UP[::-1] * 1.7) + by_kernel(SAMPLES[1, 0], UP))[:, None], "of-another"),
    (WIDE, "dL/dX", spread_over(WIDE_UP, WIDE_K[:, ::-1])[::-1, ::-1], "kernel-on-the-way-back"),
    (DEEP, "Z", deep(lambda f: [(0, 0), (1, 1)]) + np.array([[[0]], [[2]]]), "bias-forgotten"),
    (ALL_POOLED, "P", np.full((2, 1, 1), deep(lambda f: [(0, 0), (1, 1)]).mean()), "over-all-channels"),
    (PADDED, "Z", around("edge"), "other-edges"),
    (PADDED, "Z", around("reflect"), "other-edges"),
    (PADDED, "Z", around("wrap"), "other-edges"),
    (f"{PADDED}\npadded_input: true", "Z", around("edge"), "other-edges"),
    (PADDED, "Z", slid(ends(0, 2), K, 2) + 0.5, "zeros-on-one-side"),
    (PADDED, "Z", slid(ends(2, 0), K, 2) + 0.5, "zeros-on-one-side"),
    (PADDED.replace("stride: 2", "stride: 1"), "Z", slid(ends(0, 1), K) + 0.5, "zeros-on-one-side"),
    (PADDED.replace("stride: 2", "stride: 1"), "Z", slid(ends(1, 0), K) + 0.5, "zeros-on-one-side"),
    (PADDED, "Z", slid(ends(1, 1), np.rot90(K), 2) + 0.5, "kernel-turned-by-90"),
    (PADDED, "Z", slid(ends(1, 1), np.rot90(K, -1), 2) + 0.5, "kernel-turned-by-90"),
    (PADDED, "Z", slid(ends(1, 1), K, (2, 1)) + 0.5, "stride-of-one-axis"),
    (PADDED, "Z", slid(ends(1, 1), K, (1, 2)) + 0.5, "stride-of-one-axis"),
    (PADDED, "Z", slid(ends(1, 1), K, 2) / K.sum() + 0.5, "divided-by-kernel"),
    (PADDED, "Z", slid(ends(1, 1), K, 2) / abs(K).sum() + 0.5, "divided-by-kernel"),
    (PADDED, "Z", (slid(ends(1, 1), K) + 0.5)[:3, :3], "stride-ignored"),
    (DILATED, "Z", along(1, 1)[:3], "dilation-ignored"),
    (DILATED, "Z", along(2, 1), "dilation-for-stride"),
    (DEEP, "Z", deep(lambda f: [(0, 0)]), "one-channel-alone"),
    (DEEP, "Z", np.stack([deep(lambda f: [(0, 0), (1, 1)])[0]] * 2), "first-filter"),
    (DEEP, "Z", np.stack([deep(lambda f: [(0, 0), (1, 1)])[0] + more for more in (0, -3)]), "first-filter"),
    (DEEP, "Z", deep(lambda f: [(1, 1)]), "one-channel-alone"),
    (DEEP, "Z", deep(lambda f: [(0, 0), (1, 0)]), "same-kernel"),
    (DEEP, "Z", deep(lambda f: [(f, f)]), "one-filter-each"),
    (DEEP, "Z", deep(lambda f: [(0, 0), (1, 1)]).sum(axis=0), "filters-added"),
    (DEEP.replace(str(FILTERS.tolist()), str(FILTERS[0].tolist())).replace("[1.0, -2.0]", "1"), "Z",
     np.stack([slid(SEVERAL[c], FILTERS[0, c]) + 1 for c in range(2)]), "channels-apart"),
    (SPREAD, "Z", spread(added=False), "overwritten"),
    (f"{SPREAD}\npadding: 1\nbias: 0.3", "Z", spread(added=True)[:3, :3] + 0.3, "cut-at-one-end"),
    (f"{SPREAD}\npadding: 1\nbias: 0.3", "Z", spread(added=True)[2:, 2:] + 0.3, "cut-at-one-end"),
    (POOLED, "P", windows(X, 2, 2).max(axis=(-2, -1)), "pool-window"),
    (POOLED, "P", abs(windows(X, 3, 2)).max(axis=(-2, -1)), "other-pooling"),
    (POOLED, "P", windows(X, 3, 1)[:2, :2].max(axis=(-2, -1)), "pool-stride"),
    (POOLED, "dL/dX", winners(), "pool-gradient"),
    (BACK, "A", np.maximum(Z + 0.3, 0) - 0.3, "bias-behind-activation"),
    (BACK.replace(str(G.tolist()), str((-G).tolist())), "dL/dZ", np.maximum(-G, 0), "own-sign"),
    (BACK, "dL/db", DZ[0, 0], "bias-gradient"),
    (BACK, "dL/db", DZ.sum() * -0.3, "gradient-times-own"),
    (BACK, "dL/dK", np.array([[(SMALL[i::2, j::2] * DZ).mean() for j in range(2)] for i in range(2)]),
     "gradient-averaged"),
    (BACK, "dL/dK", slid(SMALL, DZ)[:2, :2], "stride-ignored"),
    (BACK, "dL/dX", np.kron(DZ, KERNEL.T), "kernel-on-the-way-back"),
    (CURVED, "A", 1 - np.tanh(Z) ** 2, "slope-for-value"),
    (CURVED.replace("tanh", "sigmoid"), "A", LOGISTIC * (1 - LOGISTIC), "slope-for-value"),
    (CURVED, "dL/dZ", G * np.tanh(Z), "value-for-slope"),
]  # fmt: skip


@cache
def marker_of(fields: str, asked: str) -> Marker:
    return written(f"kind: filtering\n{fields}\nparts: [{{find: [{asked}]}}]")


@pytest.mark.parametrize(("fields", "asked", "wrong", "slip"), CASES)
def test_a_further_mistake_is_named(fields: str, asked: str, wrong: Any, slip: str) -> None:
    marks = by_name(marker_of(fields, asked).mark({asked: str(np.round(wrong, 8).tolist())}))
    assert marks[asked].slips == (slip,)


def test_each_filter_has_a_gradient_of_its_own_bias() -> None:
    g = np.arange(1.0, 33).reshape(2, 4, 4) % 7 - 2.5
    fields = f"{DEEP}\nupstream: {g.tolist()}"
    for wrong in (g.mean(axis=(1, 2)), np.full(2, g.sum())):
        marks = by_name(marker_of(fields, "dL/db").mark({"dL/db": str(wrong.tolist())}))
        assert marks["dL/db"].slips == ("bias-gradient",)


def test_the_channels_of_a_place_are_not_side_by_side() -> None:
    fields = f"X: {SEVERAL[:, :2, :2].tolist()}\nkernel: {FILTERS[:, :, :1, :1].tolist()}\nflatten: true"
    x, k = SEVERAL[:, :2, :2], FILTERS[:, :, 0, 0]
    wrong = np.einsum("fc,cij->ijf", k, x).flatten()
    assert by_name(marker_of(fields, "F").mark({"F": str(wrong.tolist())}))["F"].slips == ("flattened-by-places",)


def test_net_inputs_in_place_of_outputs_in_the_gradient_of_the_dense_weights() -> None:
    loss = "dense: [[0.4, -0.7, 0.9, 0.2]]\nloss: {function: half_sum, targets: [1]}"
    a = np.maximum(Z, 0).flatten()
    wrong = (a @ [0.4, -0.7, 0.9, 0.2] - 1) * Z.reshape(1, 4)
    fields = BACK.replace(f"upstream: {G.tolist()}", loss)
    marks = by_name(marker_of(fields, "dL/dW").mark({"dL/dW": str(wrong.tolist())}))
    assert marks["dL/dW"].slips == ("net-for-output",)


def test_the_slope_of_a_leaky_activation_on_the_other_side_and_the_usual_one() -> None:
    fields = "X: [2, -1, 3, -5]\nkernel: [1]\nactivation: leaky_relu\nslope: 0.1"
    for wrong, slip in (([0.2, -1, 0.3, -5], "other-side"), ([2, -0.01, 3, -0.05], "other-slope")):
        assert by_name(marker_of(fields, "A").mark({"A": str(wrong)}))["A"].slips == (slip,)


def test_channels_and_filters_of_several_samples() -> None:
    samples = np.array([SEVERAL, SEVERAL[::-1] + 0.4])
    fields = f"X: {samples.tolist()}\nkernel: {FILTERS.tolist()}\nbias: {BIASES.tolist()}"
    first = np.stack([[slid(x[0], FILTERS[f, 0]) + BIASES[f] for f in range(2)] for x in samples])
    turned = np.stack(
        [[sum(slid(x[c], FILTERS[f, 1 - c]) for c in range(2)) + BIASES[f] for f in range(2)] for x in samples]
    )
    for wrong, slip in ((first, "one-channel-alone"), (turned, "channels-exchanged")):
        assert by_name(marker_of(fields, "Z").mark({"Z": str(np.round(wrong, 8).tolist())}))["Z"].slips == (slip,)


def test_the_absolute_error_in_place_of_the_cross_entropy() -> None:
    fields = "X: [1.2]\nkernel: [0.7]\nactivation: sigmoid\nloss: {function: binary_cross_entropy, targets: [1]}"
    wrong = 1 - 1 / (1 + np.exp(-0.84))
    assert by_name(marker_of(fields, "L").mark({"L": f"{wrong:.6f}"}))["L"].slips == ("absolute-for-logs",)


CLASSES = "X: [1.2]\nkernel: [0.7]\ndense: {weights: [[0.4], [-0.9], [1.3]], activation: softmax}"
SHARES = np.exp(np.array([0.4, -0.9, 1.3]) * 0.84) / np.exp(np.array([0.4, -0.9, 1.3]) * 0.84).sum()


@pytest.mark.parametrize(
    ("asked", "wrong", "slip"),
    [
        ("Y", [0, 0, 1], "largest-alone"),
        ("L", -np.log(SHARES[1]), "other-class"),
        ("L", SHARES[0], "no-log"),
        ("L", -np.log(SHARES[0] * (1 - SHARES[1]) * (1 - SHARES[2])), "each-class"),
        ("L", 1 - SHARES[0], "no-log"),
        ("dL/dO", [-1 / SHARES[0], 0, 0], "derivative-left-out"),
        ("dL/dW", (SHARES - [1, 0, 0])[:, None], "input-left-out"),
    ],
)
def test_mistakes_with_probabilities(asked: str, wrong: Any, slip: str) -> None:
    fields = f"{CLASSES}\nloss: {{function: cross_entropy, targets: [1, 0, 0]}}"
    found = by_name(marker_of(fields, asked).mark({asked: str(np.round(wrong, 7).tolist())}))
    assert found[asked].slips == (slip,)


def test_a_leaky_activation_in_place_of_the_plain_one() -> None:
    wrong = np.where(Z > 0, Z, 0.01 * Z)
    assert by_name(marker_of(BACK, "A").mark({"A": str(wrong.tolist())}))["A"].slips == ("other-activation",)


def test_a_last_window_that_reaches_beyond_the_end() -> None:
    fields = f"X: {SMALL.tolist()}\npool: {{function: max, kernel: 3, stride: 2}}"
    wrong = np.array([[SMALL[:3, :3].max(), SMALL[:3, 2:].max()], [SMALL[2:, :3].max(), SMALL[2:, 2:].max()]])
    assert by_name(marker_of(fields, "P").mark({"P": str(wrong.tolist())}))["P"].slips == ("pool-ceil",)
