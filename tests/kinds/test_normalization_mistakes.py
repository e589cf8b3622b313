"""Normalisations: typical mistakes against NumPy written out by hand, letters, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.solution.solver import solve
from tests.checking.marking import by_name, said, written
from tests.kinds.test_normalization import problem

X = numpy.array([[1, 4, 2], [3, 0, -1], [5, -1, 1], [7, 2, 0.5]])
GAMMA, BETA, G = (
    numpy.array([1.5, 0.5, 2]),
    numpy.array([0.2, 1, -1]),
    numpy.array([[1, 0, 2], [0, 1, -1], [0.5, -1, 1], [2, 0, 1]]),
)
RUN, VAR_RUN = numpy.array([1, 0.5, 0]), numpy.array([2, 1, 3.0])
BATCH = (
    f"method: batch\nX: {X.tolist()}\ngamma: {GAMMA.tolist()}\nbeta: {BETA.tolist()}\nepsilon: 0.3\n"
    f"upstream: {G.tolist()}\n"
    f"running: {{mean: {RUN.tolist()}, variance: {VAR_RUN.tolist()}, momentum: 0.8}}\ntest: [[1, 2, 3]]\n"
)


def hat(mean: Any, root_: Any) -> Any:
    return (X - mean) / root_


MEAN, VAR = X.mean(0), X.var(0)
STD = numpy.sqrt(VAR + 0.3)
XHAT = hat(MEAN, STD)


@pytest.mark.parametrize(
    ("asked", "slip", "wrong"),
    [
        ("Xhat", "epsilon-forgotten", hat(MEAN, numpy.sqrt(VAR))),
        ("Xhat", "epsilon-elsewhere", hat(MEAN, numpy.sqrt(VAR) + 0.3)),
        ("Xhat", "root-forgotten", hat(MEAN, VAR + 0.3)),
        ("var", "unbiased-variance", X.var(0, ddof=1)),
        ("Xhat", "unbiased-variance", hat(MEAN, numpy.sqrt(X.var(0, ddof=1) + 0.3))),
        ("Xhat", "mean-not-subtracted", X / STD),
        ("var", "variance-about-zero", (X**2).mean(0)),
        ("Xhat", "wrong-axis", (X - X.mean(1, keepdims=True)) / numpy.sqrt(X.var(1, keepdims=True) + 0.3)),
        ("Xhat", "statistics-of-all", (X - X.mean()) / numpy.sqrt(X.var() + 0.3)),
        ("var", "mean-not-squared", (X**2).mean(0) - MEAN),
        ("var", "absolute-deviations", abs(X - MEAN).mean(0)),
        ("var", "standard-for-variance", numpy.sqrt(VAR)),
        ("Xhat", "mean-alone-divided", X - MEAN / STD),
        ("Xhat", "mean-added", (X + MEAN) / STD),
        ("Xhat", "not-divided", X - MEAN),
        ("Y", "shift-scaled", GAMMA * (XHAT + BETA)),
        ("Y", "not-normalised", GAMMA * X + BETA),
        ("Y", "shift-forgotten", GAMMA * XHAT),
        ("Y", "scale-and-shift", BETA * XHAT + GAMMA),
        ("mu_run+", "momentum-exchanged", 0.2 * RUN + 0.8 * MEAN),
        ("var_run+", "unbiased-variance", 0.8 * VAR_RUN + 0.2 * X.var(0, ddof=1)),
        ("Y_test", "averages-before", GAMMA * ((numpy.array([[1, 2, 3]]) - RUN) / numpy.sqrt(VAR_RUN + 0.3)) + BETA),
        ("Y_test", "batch-statistics", GAMMA * ((numpy.array([[1, 2, 3]]) - MEAN) / STD) + BETA),
        ("dL/dX", "statistics-constant", G * GAMMA / STD),
        ("dL/dX", "variance-constant", (G * GAMMA - (G * GAMMA).mean(0)) / STD),
        ("dL/dX", "mean-constant", (G * GAMMA - XHAT * (G * GAMMA * XHAT).mean(0)) / STD),
        ("dL/dbeta", "scale-and-shift", (G * XHAT).sum(0)),
    ],
)  # fmt: skip
def test_a_typical_mistake_is_named(asked: str, slip: str, wrong: Any) -> None:
    find = "[dL/dgamma, dL/dbeta]" if asked == "dL/dbeta" else f"[{asked}]"
    marker = written(f"kind: normalization\n{BATCH}parts: [{{find: {find}}}]")
    marks = by_name(marker.mark({asked: str(numpy.round(wrong, 6).tolist())}))
    assert marks[asked.replace("+", "@1")].slips == (slip,)


IMAGES = numpy.random.default_rng(1).integers(-20, 21, (2, 4, 2, 1)) / 10
AXES = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3)}


@pytest.mark.parametrize("method", ["batch", "layer", "instance", "group"])
def test_the_statistics_of_another_normalisation_of_images_are_named(method: str) -> None:
    groups = "groups: 2\n" if method == "group" else ""
    fields = f"method: {method}\nX: {IMAGES.tolist()}\nepsilon: 0.1\n{groups}"
    marker = written(f"kind: normalization\n{fields}parts: [{{find: Xhat}}]")
    for other, axes in AXES.items():
        mean, variance = IMAGES.mean(axes, keepdims=True), IMAGES.var(axes, keepdims=True)
        answer = str(numpy.round((IMAGES - mean) / numpy.sqrt(variance + 0.1), 6).tolist())
        mark = by_name(marker.mark({"Xhat": answer}))["Xhat"]
        assert mark.verdict.is_right if other == method else mark.slips == ("other-normalisation",)


def test_the_gradients_of_scale_and_shift_are_exchanged_either_way() -> None:
    marker = written(f"kind: normalization\n{BATCH}parts: [{{find: [dL/dgamma, dL/dbeta]}}]")
    answer = str(numpy.round(G.sum(0), 6).tolist())
    assert by_name(marker.mark({"dL/dgamma": answer}))["dL/dgamma"].slips == ("scale-and-shift",)


def test_the_root_mean_square_is_not_taken_about_the_mean() -> None:
    marker = written("kind: normalization\nmethod: rms\nX: [3, -4, 1, 2]\nepsilon: 0.1\nparts: [{find: Xhat}]")
    x = numpy.array([3, -4, 1, 2.0])
    answer = str(numpy.round((x - x.mean()) / numpy.sqrt(x.var() + 0.1), 6).tolist())
    assert by_name(marker.mark({"Xhat": answer}))["Xhat"].slips == ("mean-subtracted",)


@pytest.mark.parametrize(
    ("asked", "slip", "write"),
    [
        ("rms", "mean-subtracted", lambda x, rms: numpy.sqrt(x.var(1) + 0.1)),
        ("rms", "absolute-values", lambda x, rms: abs(x).mean(1) + 0.1),
        ("rms", "statistics-of-all", lambda x, rms: numpy.full(2, numpy.sqrt((x**2).mean() + 0.1))),
        ("Xhat", "mean-subtracted", lambda x, rms: (x - x.mean(1, keepdims=True)) / rms),
        ("Xhat", "root-left-out", lambda x, rms: x / rms**2),
    ],
)
def test_another_root_of_each_row_is_named(asked: str, slip: str, write: Callable[..., Any]) -> None:
    x = numpy.array([[3, -4, 1], [0.5, 2, -1]])
    rms = numpy.sqrt((x**2).mean(1, keepdims=True) + 0.1)
    fields = f"method: rms\nX: {x.tolist()}\nepsilon: 0.1\nparts: [{{find: [rms, Xhat]}}]"
    answers = {"rms": rms[:, 0], asked: write(x, rms)}
    marker = written(f"kind: normalization\n{fields}")
    marks = by_name(marker.mark({name: str(numpy.round(each, 6).tolist()) for name, each in answers.items()}))
    assert marks[asked].slips == (slip,)


def test_the_statistics_of_the_test_batch_itself_are_no_running_ones() -> None:
    seen = numpy.array([[1, 2, 3], [4, 0, -1]])
    marker = written(
        f"kind: normalization\n{BATCH.replace('[[1, 2, 3]]', str(seen.tolist()))}parts: [{{find: Xhat_test}}]"
    )
    answer = str(numpy.round((seen - seen.mean(0)) / numpy.sqrt(seen.var(0) + 0.3), 6).tolist())
    mark = marker.mark({"Xhat_test": answer})
    assert "its own statistics" in said(mark, "Xhat_test")


@pytest.mark.parametrize("name", ["mse", "sum", "half_sum"])
def test_another_reduction_of_squares_is_named(name: str) -> None:
    squares = (GAMMA * XHAT + BETA - G) ** 2
    reduced = {"mse": squares.mean(), "sum": squares.sum(), "half_sum": squares.sum() / 2}
    fields = f"{BATCH.replace('upstream:', '#')}loss: {{function: {name}, targets: {G.tolist()}}}"
    marker = written(f"kind: normalization\n{fields}\nparts: [{{find: L}}]")
    for other, value in reduced.items():
        mark = by_name(marker.mark({"L": f"{value:.7g}"}))["L"]
        assert mark.verdict.is_right if other == name else mark.slips == ("other-squares",)


def test_the_running_variance_over_another_count_is_one_of_its_own() -> None:
    fields = BATCH.replace("momentum: 0.8", "momentum: 0.8, unbiased: true")
    marker = written(f"kind: normalization\n{fields}parts: [{{find: var_run+}}]")
    answer = str(numpy.round(0.8 * VAR_RUN + 0.2 * VAR, 6).tolist())
    assert by_name(marker.mark({"var_run+": answer}))["var_run@1"].slips == ("running-variance",)


def test_at_test_time_the_statistics_of_the_batch_are_a_mistake() -> None:
    marker = written(f"kind: normalization\n{BATCH.replace('test: [[1, 2, 3]]', 'mode: test')}parts: [{{find: Xhat}}]")
    assert by_name(marker.mark({"Xhat": str(numpy.round(XHAT, 6).tolist())}))["Xhat"].slips == ("batch-statistics",)


def test_letters_are_derived_in_letters() -> None:
    fields = "method: layer\nX: R^n\nepsilon: 0\nupstream: R^n\nparts: [{find: Xhat, in: [X, mu, std]}]"
    marker = written(f"kind: normalization\n{fields}")
    assert by_name(marker.mark({"Xhat": "(X - mu)/std"}))["Xhat"].verdict.is_right
    assert not by_name(marker.mark({"Xhat": "X/std"}))["Xhat"].verdict.is_right


def test_methods_go_by_the_names_of_frameworks() -> None:
    assert problem("method: LayerNorm\nX: [1, 2]").model.method == "layer"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("method: batch\nX: 3", "expected a vector, a matrix or images"),
        ("method: group\nX: [1, 2]", "missing `groups`"),
        ("method: layer\nX: [1, 2]\ngroups: 2", "`groups` belongs to `method: group`"),
        ("method: group\nX: [1, 2, 3]\ngroups: 2", "3 channels cannot be cut into 2 equal groups"),
        ("method: rms\nX: [1, 2]\nunbiased: true", "rms has no variance"),
        ("method: layer\nX: [1, 2]\nsamples: columns", "`samples` is about a matrix"),
        ("method: layer\nX: [1, 2]\nmode: test", "layer is the same in training and in test"),
        ("method: batch\nX: [1, 2]\nmode: test", "missing `running`"),
        ("method: batch\nX: [[1, 2], [3, 4]]\nrunning: {mean: [1, 2, 3]}", "expected the shape of mu, a vector of 2"),
        ("method: layer\nX: [[1, 2], [3, 4]]\ngamma: [1, 2, 3]", "Y: "),
        ("method: layer\nX: [[1, 2], [3, 4]]\nupstream: [1, 2]", "expected the shape of Y, 2 × 2"),
        ("method: group\nX: R^(n x c)\ngroups: 2", "sizes must be numbers here"),
        ("method: batch\nX: [2]\nunbiased: true", "has no value"),
        ("method: batch\nX: [1, 2]\nbackward: short", "`backward` goes with a loss"),
        ("method: batch\nX: [1, 2]\nunbiased: true\nupstream: [1, 0]\nbackward: short", "the variance over n"),
        ("method: rms\nX: [1, 2]\nepsilon_inside_root: false\nupstream: [1, 0]\nbackward: short", "inside the root"),
        ("method: batch\nX: [1]\nmode: test\nrunning: {mean: 0}\nupstream: [1]\nbackward: short", "are constants"),
    ],
)
def test_what_does_not_fit_is_told(fields: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as error:
        solve(problem(fields))
    assert message in str(error.value)
