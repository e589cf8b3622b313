"""Convolutions with values: typical mistakes against NumPy written out by hand, names of kernels, what does not fit."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.solution.solver import solve
from tests.array_problems import exact
from tests.checking.marking import by_name, written
from tests.kinds.test_filtering import problem
from tests.statements import printed

X = numpy.array([[1, 2, 0, -1, 3], [0, 1, -3, 1, 1], [2, -1, 1, 0, 1], [1, 1, 4, -1, 2], [0, 2, 1, -2, 1.0]])
K, BIAS = numpy.array([[1, -2], [0.5, 3]]), 0.5
G = numpy.array([[1, -2], [3, 0.5]])
FIELDS = f"X: {X.tolist()}\nkernel: {K.tolist()}\nbias: {BIAS}\nactivation: relu\nupstream: {G.tolist()}\n"


def slid(x: Any, k: Any) -> Any:
    rows, columns = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    return numpy.array(
        [[(x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum() for j in range(columns)] for i in range(rows)]
    )


def windows(a: Any) -> Any:
    """The four windows of 2 × 2, each flattened: 2 × 2 × 4."""
    return a.reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(2, 2, 4)


def spread(values: Any) -> Any:
    """The windows put back: from 2 × 2 × 4 to 4 × 4."""
    return values.reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(4, 4)


Z = slid(X, K) + BIAS
A = numpy.maximum(Z, 0)
OF_MAX = spread(numpy.eye(4)[windows(A).argmax(-1)] * G[..., None])
OF_MEAN = spread(numpy.repeat(G[..., None] / 4, 4, axis=-1))


def by_net(passed: Any) -> Any:
    return passed * (Z > 0)


@pytest.mark.parametrize(
    ("function", "mode", "asked", "slip", "wrong"),
    [
        ("max", "cross-correlation", "Z", "kernel-turned", slid(X, K[::-1, ::-1]) + BIAS),
        ("max", "convolution", "Z", "kernel-not-turned", slid(X, K) + BIAS),
        ("max", "convolution", "K_flip", "kernel-transposed", K.T),
        ("max", "cross-correlation", "Z", "bias-forgotten", slid(X, K)),
        ("max", "cross-correlation", "A", "activation-forgotten", Z),
        ("max", "cross-correlation", "P", "other-pooling", windows(A).mean(-1)),
        ("average", "cross-correlation", "P", "other-pooling", windows(A).max(-1)),
        ("average", "cross-correlation", "P", "mean-not-divided", windows(A).sum(-1)),
        ("max", "cross-correlation", "dL/dA", "pool-gradient", 4 * OF_MEAN),
        ("max", "cross-correlation", "dL/dA", "pool-gradient", OF_MEAN),
        ("average", "cross-correlation", "dL/dA", "pool-gradient", 4 * OF_MEAN),
        ("average", "cross-correlation", "dL/dA", "pool-gradient", OF_MAX),
        ("average", "cross-correlation", "dL/dZ", "activation-derivative", OF_MEAN),
        ("average", "cross-correlation", "dL/dK", "gradient-turned", slid(X, by_net(OF_MEAN))[::-1, ::-1]),
        ("average", "cross-correlation", "dL/db", "bias-gradient", by_net(OF_MEAN).mean()),
        ("average", "cross-correlation", "dL/dX", "kernel-on-the-way-back",
         slid(numpy.pad(by_net(OF_MEAN), 1), K)),
    ],
)  # fmt: skip
def test_a_typical_mistake_is_named(function: str, mode: str, asked: str, slip: str, wrong: Any) -> None:
    fields = f"{FIELDS}mode: {mode}\npool: {{function: {function}, kernel: 2}}\nparts: [{{find: [{asked}]}}]"
    marker = written(f"kind: filtering\n{fields}")
    marks = by_name(marker.mark({asked: str(numpy.round(wrong, 8).tolist())}))
    assert marks[asked].slips == (slip,)


def test_a_gradient_that_is_not_turned_back() -> None:
    fields = f"{FIELDS}mode: convolution\npool: {{function: average, kernel: 2}}\nparts: [{{find: [dL/dK]}}]"
    net = slid(X, K[::-1, ::-1]) + BIAS
    wrong = slid(X, OF_MEAN * (net > 0))
    marks = by_name(written(f"kind: filtering\n{fields}").mark({"dL/dK": str(numpy.round(wrong, 8).tolist())}))
    assert marks["dL/dK"].slips == ("gradient-turned",)


def test_a_dense_layer_may_lack_its_bias_and_activation() -> None:
    dense = "dense: {weights: [[1, 2], [0, -1]], bias: [0.5, 1], activation: softmax}"
    fields = f"kind: filtering\nX: [1, 0, 2]\nkernel: [1, -1]\n{dense}\nparts: [{{find: [O]}}, {{find: [Y]}}]"
    net = numpy.array([[1, 2], [0, -1]]) @ numpy.array([1, -2])
    marks = by_name(written(fields).mark({"O": str(net.tolist()), "Y": str((net + numpy.array([0.5, 1])).tolist())}))
    assert marks["O"].slips == ("bias-forgotten",)
    assert marks["Y"].slips == ("activation-forgotten",)


def test_the_losses_of_samples_that_are_not_averaged() -> None:
    samples = numpy.array([[[1.0, 2, 0]], [[3, -1, 5]]])
    fields = f"kind: filtering\nX: {samples.tolist()}\nkernel: [[[1, -1]]]\naxes: 1\n"
    fields += "loss: {function: sum, targets: [[[1, 1]], [[0, 2]]]}\nparts: [{find: [L]}]"
    net = samples[:, 0, :-1] - samples[:, 0, 1:]
    wrong = ((net - numpy.array([[1, 1], [0, 2]])) ** 2).sum()
    marks = by_name(written(fields).mark({"L": str(wrong)}))
    assert marks["L"].slips == ("not-averaged",)


def test_the_kernel_on_the_way_back_to_a_padded_input() -> None:
    fields = f"kind: filtering\n{FIELDS}padding: 1\npadded_input: true\nparts: [{{find: [dL/dX_pad]}}]"
    g = numpy.sin(numpy.arange(36)).round(1).reshape(6, 6)
    fields = fields.replace(f"upstream: {G.tolist()}", f"upstream: {g.tolist()}")
    net = slid(numpy.pad(X, 1), K) + BIAS
    turned = slid(numpy.pad(g * (net > 0), 1), K)
    marks = by_name(written(fields).mark({"dL/dX_pad": str(turned.tolist())}))
    assert marks["dL/dX_pad"].slips == ("kernel-on-the-way-back",)


IMAGE = numpy.arange(25.0).reshape(5, 5) % 7
ROWS, COLUMNS = numpy.mgrid[-1:2, -1:2]
BINOMIAL = numpy.outer([1, 2, 1], [1, 2, 1])
DELTA = (ROWS == 0) & (COLUMNS == 0)
CROSS = (abs(ROWS) + abs(COLUMNS) == 1) - 4.0 * DELTA


@pytest.mark.parametrize(
    ("name", "kernel"),
    [
        ("sobel_x", COLUMNS * (2 - abs(ROWS))),
        ("SobelY", ROWS * (2 - abs(COLUMNS))),
        ("prewitt_x", COLUMNS),
        ("prewitt_y", ROWS),
        ("gaussian", BINOMIAL / 16),
        ("box", numpy.ones((3, 3)) / 9),
        ("sharpen", DELTA - CROSS),
        ("laplacian", CROSS),
    ],
)
def test_kernels_go_by_names(name: str, kernel: Any) -> None:
    found = problem(f"X: {IMAGE.tolist()}\nkernel: {name}")
    assert numpy.allclose(exact(found, "K"), kernel)
    assert numpy.allclose(exact(found, "Z"), slid(IMAGE, kernel))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("X: 3\nkernel: [1]", "expected a signal or an image"),
        ("X: [[[[1]]]]\nkernel: [1]\naxes: 1", "expected 1 axes, one more for channels, or two for samples"),
        ("X: [[[[1]]]]\nkernel: [[1]]", "X has samples, so the kernel is filters x channels x sizes, not 1 × 1"),
        ("X: [[[[1]]]]\nkernel: [[[[1]]]]\nmatrix_form: im2col", "the matrices are written for one sample"),
        ("X: [1, 2]", "missing `kernel`; without one there is to be a `pool`"),
        ("X: [1, 2]\npool: {kernel: 2}\nbias: 1", "there is no kernel that it could belong to"),
        ("X: [1, 2]\nkernel: [1]\nwindow: [3]", "expected the place of an entry of Z, which is a vector of 2"),
        ("X: [1, 2]\nkernel: [1]\nmatrix_form: im2cols", "(did you mean `im2col`?)"),
        ("X: [1]\nkernel: [1, 2]\nmatrix_form: toeplitz", "is larger than its input"),
        ("X: [[[1, 2]], [[3, 4]]]\nkernel: [[1]]", "has 2 channels, so the kernel has one for each"),
        ("X: [[[1, 2]], [[3, 4]]]\nkernel: [[[[1]]]]", "has 2 channels, the kernel 1 × 1 × 1 × 1 takes 1"),
        ("X: [1, 2, 3]\nkernel: [1, 1]\npadding: same", "`same` needs an odd kernel"),
        ("X: [1, 2, 3]\nkernel: [1, 1]\npadding: some", "valid, same and full, found 'some'"),
        ("X: [1, 2, 3]\nkernel: [1, 1]\nstride: [1, 2]", "one for each of 1 axis, found 2"),
        ("X: [[1, 2]]\nkernel: [[1]]\npool: {kernel: [1, 1, 1]}", "one for each of 2 axes, found 3"),
        ("X: [[1, 2]]\nkernel: [[1]]\npool: {kernel: 2}", "is larger than its input"),
        ("X: [1, 2, 3]\nkernel: [1, 1]\nbias: [1, 2]", "expected a number, not a vector of 2"),
        ("X: [1, 2]\nkernel: [[1], [2]]\nbias: [1, 2, 3]", "one for each of 2 filters, not a vector of 3"),
        ("X: [1, 2]\nkernel: [1]\ndense: {weights: [[1]]}", "a row of 2 weights for each unit, as Z has entries"),
        ("X: [1, 2]\nkernel: [1]\ndense: {weights: [[1, 2]], bias: [1, 2]}", "expected a vector of 1"),
        ("X: [1, 2]\nkernel: [1]\ndense: {weights: [1, 2], activation: softmax}", "a softmax needs several units"),
        ("X: R^n\nkernel: [1]", "sizes must be numbers here"),
        ("X: [1, 2]\nkernel: [1]\nupstream: [1]", "expected the shape of Z"),
    ],
)
def test_what_does_not_fit_is_told(fields: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as error:
        solve(problem(fields))
    assert message in str(error.value)


def test_the_statement_tells_what_every_name_stands_for() -> None:
    found = problem(
        "X: [[1, 2, 0], [0, 1, 2], [1, 1, 1]]\nkernel: [[1, 0], [2, 1]]\nmode: convolution\nbias: 1\n"
        "activation: relu\npool: {function: average, kernel: 2, stride: 1}\ndense: {weights: [[2]]}\n"
        "loss: {function: mse, targets: [1]}"
    )
    told = printed(found)
    assert "turned by 180°" in told
    assert "is the true convolution of" in told
    assert "(stride 1, padding 0) plus" in told
    assert "is made by average pooling (windows of 2, stride 1)" in told
    assert "is the mean squared error" in told


@pytest.mark.parametrize(
    ("slip", "wrong"),
    [
        ("stride-ignored", slid(numpy.pad(X, 1), K) + BIAS),
        ("padding-forgotten", (slid(X, K) + BIAS)[::2, ::2]),
    ],
)
def test_a_mistake_with_the_size_is_named(slip: str, wrong: Any) -> None:
    fields = f"X: {X.tolist()}\nkernel: {K.tolist()}\nbias: {BIAS}\nstride: 2\npadding: 1\nparts: [{{find: [Z]}}]"
    marks = by_name(written(f"kind: filtering\n{fields}").mark({"Z": str(wrong.tolist())}))
    assert marks["Z"].slips == (slip,)
    nothing = str((wrong + 1).tolist())
    assert not by_name(written(f"kind: filtering\n{fields}").mark({"Z": nothing}))["Z"].slips


def test_a_dilation_that_is_ignored_is_named() -> None:
    fields = f"X: {X.tolist()}\nkernel: {K.tolist()}\ndilation: 2\nparts: [{{find: [Z]}}]"
    marks = by_name(written(f"kind: filtering\n{fields}").mark({"Z": str(slid(X, K).tolist())}))
    assert marks["Z"].slips == ("dilation-ignored",)


def test_a_pool_that_moves_by_one_is_named() -> None:
    fields = f"X: {X.tolist()}\nkernel: {K.tolist()}\npool: {{kernel: 2}}\nparts: [{{find: [P]}}]"
    net = slid(X, K)
    wrong = [[float(net[i : i + 2, j : j + 2].max()) for j in range(3)] for i in range(3)]
    marks = by_name(written(f"kind: filtering\n{fields}").mark({"P": str(wrong)}))
    assert marks["P"].slips == ("pool-stride",)


@pytest.mark.parametrize(
    ("counts", "slip", "wrong"),
    [
        (True, "padding-counted", [[3, 3], [3.5, 3.5]]),  # (1 + 2 + 4 + 5)/4, …
        (False, "padding-counted", [[12 / 9, 12 / 9], [14 / 9, 14 / 9]]),
        (True, "pool-padding", [[27 / 9]]),
    ],
)
def test_zeros_around_an_average_pooling_count_or_not(counts: bool, slip: str, wrong: Any) -> None:
    pool = f"{{function: average, kernel: 3, stride: 2, padding: 1, count_padding: {str(counts).lower()}}}"
    found = written(f"kind: filtering\nX: [[1, 2, 3], [4, 5, 2], [3, 2, 5]]\npool: {pool}\nparts: [{{find: [P]}}]")
    assert by_name(found.mark({"P": str(wrong)}))["P"].slips == (slip,)


def test_a_signal_may_have_channels() -> None:
    found = problem("X: [[1, 2, 0, 1], [0, 1, 3, -1]]\nkernel: [[1, -1], [2, 0]]\naxes: 1")
    by_hand = [1 * 1 - 2 + 2 * 0, 2 * 1 - 0 + 2 * 1, 0 * 1 - 1 + 2 * 3]
    assert exact(found, "Z").tolist() == by_hand


@pytest.mark.parametrize(
    ("fields", "field", "meant"),
    [
        ("activation: ReLU", "activation", "relu"),
        ("mode: correlation", "mode", "cross-correlation"),
        ("mode: Convolution", "mode", "convolution"),
    ],
)
def test_what_frameworks_call_it_is_read(fields: str, field: str, meant: str) -> None:
    assert getattr(problem(f"X: [1, 2]\nkernel: [1]\n{fields}").model, field) == meant


@pytest.mark.parametrize(("name", "meant"), [("avg", "average"), ("AvgPool", "average"), ("max_pool", "max")])
def test_poolings_go_by_their_usual_names(name: str, meant: str) -> None:
    assert problem(f"X: [1, 2]\nkernel: [1]\npool: {{function: {name}, kernel: 2}}").model.pool.function == meant


def notes(fields: str, name: str) -> str:
    found = problem(f"X: [[1, 2, 3, 4], [0, 1, 2, 0], [1, 1, 0, 2], [2, 0, 1, 1]]\nkernel: [[1, 2], [0, 1]]\n{fields}")
    return "".join(str(getattr(piece, "name", piece)) for piece in found.plan.graph[name].note)


@pytest.mark.parametrize(
    ("fields", "by_kernel", "by_input"),
    [
        ("upstream: [[1, 0, 2], [0, 1, 0], [1, 0, 1]]", "", "dL/dZ padded by 1, K turned by 180°"),
        ("mode: convolution\nupstream: [[1, 0, 2], [0, 1, 0], [1, 0, 1]]", "", "dL/dZ padded by 1"),
        ("stride: 2\nupstream: [[1, 0], [2, 1]]", "entries of dL/dZ 2 apart",
         "entries of dL/dZ 2 apart, dL/dZ padded by 1, K turned by 180°"),
        ("dilation: [2, 1]\nupstream: [[1, 0, 1], [2, 1, 1]]", "steps of 2 × 1",
         "entries of K 2 × 1 apart, dL/dZ padded by 2 × 1, K turned by 180°"),
        ("padding: 1\nstride: 3\nupstream: [[1, 0], [2, 1]]", "X padded by 1, entries of dL/dZ 3 apart",
         "entries of dL/dZ 3 apart, K turned by 180°"),
        ("padding: 2\nstride: 3\nupstream: [[1, 0, 1], [2, 1, 0], [0, 1, 2]]",
         "X padded by 2, entries of dL/dZ 3 apart",
         "entries of dL/dZ 3 apart, 1 cut off at each side, K turned by 180°"),
        ("mode: transposed\nstride: 2\npadding: 3\nupstream: [[1, 0], [2, 1]]",
         "dL/dZ padded by 3, entries of X 2 apart", "stride 2, padding 3"),
    ],
)  # fmt: skip
def test_the_way_back_tells_how_it_slides(fields: str, by_kernel: str, by_input: str) -> None:
    assert (notes(fields, "dL/dK"), notes(fields, "dL/dX")) == (by_kernel, by_input)


def test_the_way_back_to_a_padded_input_cuts_nothing_off() -> None:
    fields = "padding: 1\npadded_input: true\nstride: 3\nupstream: [[1, 0], [2, 1]]"
    assert notes(fields, "dL/dX_pad") == "entries of dL/dZ 3 apart, dL/dZ padded by 1, K turned by 180°"
    assert notes(fields, "dL/dK") == "entries of dL/dZ 3 apart"
