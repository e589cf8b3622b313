"""Every loss function against NumPy written out and autograd, on random samples; its conventions and its errors."""

from __future__ import annotations

from collections.abc import Callable
from math import isclose
from typing import Any

import autograd
import autograd.numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.kinds import find_kinds
from deepcalc.kinds.loss import KIND
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.rules.losses import LOSS_ALIASES, LOSSES, SHORT_FOR
from deepcalc.solution.solver import solve

KINDS = find_kinds()
many = settings(max_examples=25, deadline=None)
"""100 cases of each row are in tests/rules; here it is how a problem says them."""


def problem(text: str) -> Problem:
    return load_text(f"kind: loss\n{text}".encode(), "problem.yaml", KINDS)


def value(of: Problem, name: str) -> float:
    (long,) = add_asked(of.plan, name)
    return float(evaluate(of.plan.graph, [long]).values[long])


def agrees(found: float, expected: Any) -> bool:
    return isclose(found, float(expected), rel_tol=1e-9, abs_tol=1e-11)


def listed(rows: Any) -> str:
    if isinstance(rows, list | tuple):
        return f"[{', '.join(map(listed, rows))}]"
    return f"{rows:.6f}"


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    return np.exp(z) / np.sum(np.exp(z))


# ---- by output: the mean over the outputs of what each has


def _huber(t: Any, o: Any, delta: float) -> Any:
    e = np.abs(t - o)
    return np.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta))


def _smooth(t: Any, o: Any, beta: float) -> Any:
    e = np.abs(t - o)
    return np.where(e < beta, 0.5 * e**2 / beta, e - 0.5 * beta)


def _pinball(t: Any, o: Any, tau: float) -> Any:
    return np.where(t >= o, tau * (t - o), (1 - tau) * (o - t))


reals = st.integers(-3000, 3000).map(lambda n: n / 1000 + 0.0004)
others = st.integers(-3000, 3000).map(lambda n: n / 1000 + 0.0007)
nonzero = st.integers(100, 3000).map(lambda n: n / 1000) | st.integers(-3000, -100).map(lambda n: n / 1000)
positive = st.integers(1, 3000).map(lambda n: n / 1000)
shares = st.integers(20, 980).map(lambda n: n / 1000)
labels = st.sampled_from([1.0, -1.0])
bits = st.sampled_from([1.0, 0.0])

Each = Callable[[Any, Any], Any]
BY_OUTPUT: dict[str, tuple[str, Each, Any, Any, str]] = {
    "mse": ("mse", lambda t, o: (t - o) ** 2, reals, others, "mean"),
    "sum": ("sum", lambda t, o: (t - o) ** 2, reals, others, "sum"),
    "half_mse": ("half_mse", lambda t, o: (t - o) ** 2 / 2, reals, others, "mean"),
    "poisson_of_logarithm": ("PoissonNLLLoss", lambda t, o: np.exp(o) - t * o, positive, reals, "mean"),
    "half_sum": ("half_sum", lambda t, o: (t - o) ** 2 / 2, reals, others, "sum"),
    "mae": ("MAE", lambda t, o: np.abs(t - o), reals, others, "mean"),
    "mape": ("mape", lambda t, o: 100 * np.abs((t - o) / t), nonzero, others, "mean"),
    "huber": ("huber", lambda t, o: _huber(t, o, 1.0), reals, others, "mean"),
    "huber of 0.7": ("huber\ndelta: 0.7", lambda t, o: _huber(t, o, 0.7), reals, others, "mean"),
    "smooth_l1": ("SmoothL1Loss", lambda t, o: _smooth(t, o, 1.0), reals, others, "mean"),
    "smooth_l1 of 0.5": ("smooth_l1\nbeta: 0.5", lambda t, o: _smooth(t, o, 0.5), reals, others, "mean"),
    "log_cosh": ("log_cosh", lambda t, o: np.log((np.exp(o - t) + np.exp(t - o)) / 2), reals, others, "mean"),
    "quantile": ("pinball\ntau: 0.9", lambda t, o: _pinball(t, o, 0.9), reals, others, "mean"),
    "poisson": ("poisson", lambda t, o: o - t * np.log(o), positive, positive, "mean"),
    "binary_cross_entropy": (
        "bce", lambda t, o: -(t * np.log(o) + (1 - t) * np.log(1 - o)), bits | shares, shares, "sum",
    ),
    "binary_cross_entropy to base 2": (
        "bce\nbase: 2", lambda t, o: -(t * np.log2(o) + (1 - t) * np.log2(1 - o)), bits | shares, shares, "sum",
    ),
    "binary_cross_entropy_with_logits": (
        "BCEWithLogitsLoss", lambda t, z: -(t * np.log(sigmoid(z)) + (1 - t) * np.log(1 - sigmoid(z))),
        bits | shares, reals, "sum",
    ),
    "binary_focal": (
        "binary_focal", lambda t, o: -(t * (1 - o) ** 2 * np.log(o) + (1 - t) * o**2 * np.log(1 - o)),
        bits, shares, "sum",
    ),
    "binary_focal of 3 and 0.25": (
        "binary_focal\ngamma: 3\nalpha: 0.25",
        lambda t, o: -(0.25 * t * (1 - o) ** 3 * np.log(o) + 0.75 * (1 - t) * o**3 * np.log(1 - o)),
        bits, shares, "sum",
    ),
    "hinge": ("hinge", lambda t, o: np.maximum(0, 1 - t * o), labels, reals, "mean"),
    "hinge of 0.6": ("hinge\nmargin: 0.6", lambda t, o: np.maximum(0, 0.6 - t * o), labels, reals, "mean"),
    "squared_hinge": ("squared_hinge", lambda t, o: np.maximum(0, 1 - t * o) ** 2, labels, reals, "mean"),
}  # fmt: skip
"""What is asked, what one output has, its targets and outputs, and how the outputs' losses are reduced."""


@pytest.mark.parametrize("name", BY_OUTPUT)
def test_a_loss_of_single_outputs_and_its_derivatives(name: str) -> None:
    function, each, targets, outputs, _ = BY_OUTPUT[name]

    @many
    @given(st.lists(st.tuples(targets, outputs), min_size=1, max_size=4), st.sampled_from(["mean", "sum"]))
    def check(data: list[tuple[float, float]], reduction: str) -> None:
        t, o = (np.array(side) for side in zip(*data, strict=True))
        solved = problem(
            f"function: {function}\nreduction: {reduction}\ntargets: {listed(list(t))}\npredictions: {listed(list(o))}"
        )

        def loss(o: Any) -> Any:
            return np.mean(each(t, o)) if reduction == "mean" else np.sum(each(t, o))

        gradient = autograd.grad(loss)(o)
        assert agrees(value(solved, "L"), loss(o))
        assert agrees(Program(solved.plan.graph, ["L"]).run()["L"], loss(o))
        made = "z" if "logits" in name else "yhat"
        for k in range(len(data)):
            number = "" if len(data) == 1 else k + 1
            assert agrees(value(solved, f"L{number}"), each(t[k], o[k]) if number else loss(o))
            assert agrees(value(solved, f"dL/d{made}{number}"), gradient[k])

    check()


@pytest.mark.parametrize("name", BY_OUTPUT)
def test_a_loss_of_several_outputs_in_either_reduction(name: str) -> None:
    function, each, targets, outputs, by_default = BY_OUTPUT[name]

    @settings(max_examples=30, deadline=None)
    @given(
        st.lists(st.lists(st.tuples(targets, outputs), min_size=3, max_size=3), min_size=1, max_size=2),
        st.sampled_from(["mean", "sum", ""]),
    )
    def check(samples: list[list[tuple[float, float]]], over: str) -> None:
        t, o = (np.array([[pair[side] for pair in sample] for sample in samples]) for side in (0, 1))
        chosen = f"outputs: {over}\n" if over else ""
        solved = problem(
            f"function: {function}\n{chosen}reduction: mean\n"
            f"targets: {listed(t.tolist())}\npredictions: {listed(o.tolist())}"
        )

        def loss(o: Any) -> Any:
            each_sample = np.mean(each(t, o), axis=1)
            return np.mean(each_sample) * (3 if (over or by_default) == "sum" else 1)

        gradient = autograd.grad(loss)(o)
        assert agrees(value(solved, "L"), loss(o))
        made, sample = ("z" if "logits" in name else "yhat"), ":1" if len(samples) > 1 else ""
        for k in range(3):
            assert agrees(value(solved, f"dL/d{made}.{k + 1}{sample}"), gradient[0][k])
            if over:
                assert agrees(value(solved, f"L.{k + 1}{sample}"), each(t[0], o[0])[k])

    check()


# ---- of a whole sample


def _weston(scores: Any, c: int, margin: float) -> Any:
    return sum(np.maximum(0, scores[j] - scores[c] + margin) for j in range(len(scores)) if j != c)


def _crammer(scores: Any, c: int, margin: float) -> Any:
    wrong = [scores[j] for j in range(len(scores)) if j != c]
    return np.maximum(0, np.max(np.array(wrong)) - scores[c] + margin)


def distribution(data: Any, size: int) -> list[float]:
    parts = data.draw(st.lists(st.integers(1, 40), min_size=size, max_size=size))
    cut = [round(part / sum(parts), 4) for part in parts[:-1]]
    return [*cut, round(1 - sum(cut), 4)]


@many
@given(st.data(), st.integers(2, 4), st.sampled_from(["e", "2", "10"]))
def test_losses_of_distributions(data: Any, size: int, base: str) -> None:
    p, q = distribution(data, size), distribution(data, size)
    t = np.array(p)
    scale = {"e": 1.0, "2": np.log(2), "10": np.log(10)}[base]
    wanted: dict[str, Callable[[Any], Any]] = {
        "cce": lambda o: -np.sum(t * np.log(o)) / scale,
        "kl_divergence": lambda o: np.sum(t * np.log(t / o)) / scale,
        "focal": lambda o: -np.sum(t * (1 - o) ** 2 * np.log(o)) / scale,
    }
    for function, loss in wanted.items():
        solved = problem(f"function: {function}\nbase: {base}\ntargets: [{listed(p)}]\npredictions: [{listed(q)}]")
        gradient = autograd.grad(loss)(np.array(q))
        assert agrees(value(solved, "L"), loss(np.array(q)))
        for k in range(size):
            assert agrees(value(solved, f"dL/dyhat.{k + 1}"), gradient[k])
    solved = problem(f"function: entropy\nbase: {base}\nperplexity: true\npredictions: {listed(q)}")

    def entropy(o: Any) -> Any:
        return -np.sum(o * np.log(o)) / scale

    assert agrees(value(solved, "L"), entropy(np.array(q)))
    assert agrees(value(solved, "PP"), np.exp(entropy(np.array(q)) * scale))
    assert agrees(value(solved, "dL/dyhat.1"), autograd.grad(entropy)(np.array(q))[0])


@many
@given(
    st.lists(st.lists(reals, min_size=3, max_size=3), min_size=1, max_size=3),
    st.data(),
    st.sampled_from([0.0, 0.1, 0.25]),
    st.booleans(),
    st.sampled_from(["mean", "weighted_mean", "sum"]),
)
def test_cross_entropy_of_logits_by_class_with_weights_and_smoothing(
    logits: list[list[float]], data: Any, smoothing: float, weighted: bool, reduction: str
) -> None:
    z = np.array(logits)
    classes = [data.draw(st.integers(0, 2)) for _ in logits]
    weights = np.array([0.5, 1.0, 3.0]) if weighted else np.ones(3)
    of_samples = np.array([data.draw(st.sampled_from([1.0, 2.0, 0.25])) for _ in logits])
    fields = [
        "function: cross_entropy", f"targets: {classes if len(classes) > 1 else classes[0]}", f"reduction: {reduction}",
        f"sample_weights: {listed(of_samples.tolist())}",
        f"predictions: {listed(logits if len(logits) > 1 else logits[0])}",
    ]  # fmt: skip
    fields += [f"label_smoothing: {smoothing}"] if smoothing else []
    fields += ["class_weights: [0.5, 1, 3]"] if weighted else []

    def loss(z: Any) -> Any:
        each = []
        for row, c in zip(z, classes, strict=True):
            t = (1 - smoothing) * np.eye(3)[c] + smoothing / 3
            each.append(-weights[c] * np.sum(t * np.log(softmax(row))))
        if len(classes) == 1:
            return each[0]
        summed = sum(w * part for w, part in zip(of_samples, each, strict=True))
        divisor = {"mean": len(classes), "sum": 1, "weighted_mean": np.sum(of_samples * weights[np.array(classes)])}
        return summed / divisor[reduction]

    gradient = autograd.grad(loss)(z)
    sample = ":1" if len(classes) > 1 else ""
    for how in ("from_logits: true", ""):
        text = "\n".join([*fields, how])
        if not how:
            text = text.replace("function: cross_entropy", "function: cross_entropy_with_logits")
        solved = problem(text)
        assert agrees(value(solved, "L"), loss(z))
        for k in range(3):
            assert agrees(value(solved, f"dL/dz.{k + 1}{sample}"), gradient[0][k])


@many
@given(st.lists(st.tuples(reals, bits), min_size=1, max_size=3), st.sampled_from([0.0, 0.2]))
def test_binary_cross_entropy_of_logits_with_smoothing(data: list[tuple[float, float]], smoothing: float) -> None:
    z, t = (np.array(side) for side in zip(*data, strict=True))
    smooth = t * (1 - smoothing) + smoothing / 2
    extra = f"label_smoothing: {smoothing}\n" if smoothing else ""

    def loss(z: Any) -> Any:
        return np.mean(-(smooth * np.log(sigmoid(z)) + (1 - smooth) * np.log(1 - sigmoid(z))))

    gradient = autograd.grad(loss)(z)
    for function in ("bce\nfrom_logits: true", "bce_with_logits"):
        solved = problem(
            f"function: {function}\n{extra}targets: {listed(t.tolist())}\npredictions: {listed(z.tolist())}"
        )
        assert agrees(value(solved, "L"), loss(z))
        for k in range(len(data)):
            assert agrees(value(solved, f"dL/dz{k + 1 if len(data) > 1 else ''}"), gradient[k])


@many
@given(st.lists(reals, min_size=2, max_size=4), st.data(), st.sampled_from([None, 0.4, 2.0]))
def test_multi_class_hinge_by_class_and_one_hot(scores: list[float], data: Any, margin: float | None) -> None:
    c = data.draw(st.integers(0, len(scores) - 1))
    scores = [score + 0.0002 * k for k, score in enumerate(scores)]  # no two are a margin apart
    s, delta = np.array(scores), 1.0 if margin is None else margin
    gradient = autograd.grad(lambda s: _weston(s, c, delta))(s)
    extra = "" if margin is None else f"margin: {margin}\n"
    one_hot = [int(k == c) for k in range(len(scores))]
    for targets, first in ((c, 0), (c + 1, 1), (one_hot, 0)):
        solved = problem(
            f"function: multiclass_svm\n{extra}first_class: {first}\ntargets: {targets}\npredictions: {listed(scores)}"
        )
        assert agrees(value(solved, "L"), _weston(s, c, delta))
        for k in range(len(scores)):
            assert agrees(value(solved, f"dL/dyhat.{k + 1}"), gradient[k])
    solved = problem(f"function: MultiMarginLoss\n{extra}targets: {c}\npredictions: {listed(scores)}")
    assert agrees(value(solved, "L"), _weston(s, c, delta) / len(scores))
    for k in range(len(scores)):
        assert agrees(value(solved, f"dL/dyhat.{k + 1}"), gradient[k] / len(scores))
    solved = problem(f"function: CategoricalHinge\n{extra}targets: {c}\npredictions: {listed(scores)}")
    gradient = autograd.grad(lambda s: _crammer(s, c, delta))(s)
    assert agrees(value(solved, "L"), _crammer(s, c, delta))
    for k in range(len(scores)):
        assert agrees(value(solved, f"dL/dyhat.{k + 1}"), gradient[k])


vectors = st.lists(nonzero, min_size=3, max_size=3)


@many
@given(vectors, vectors, vectors, st.sampled_from([1, 0]), st.sampled_from([0.2, 1.0, 3.0]))
def test_losses_of_vectors(one: list[float], two: list[float], three: list[float], same: int, margin: float) -> None:
    a, b, c = map(np.array, (one, two, three))
    if min(np.linalg.norm(a - b), np.linalg.norm(a - c)) < 1e-3:
        return

    def cosine(o: Any) -> Any:
        return 1 - np.dot(a, o) / np.sqrt(np.sum(a**2)) / np.sqrt(np.sum(o**2))

    def contrastive(x: Any) -> Any:
        d = np.sqrt(np.sum((x - b) ** 2))
        return 0.5 * (same * d**2 + (1 - same) * np.maximum(0, margin - d) ** 2)

    def triplet(x: Any) -> Any:
        return np.maximum(0, np.sqrt(np.sum((x - b) ** 2)) - np.sqrt(np.sum((x - c) ** 2)) + margin)

    def squared(x: Any) -> Any:
        return np.maximum(0, np.sum((x - b) ** 2) - np.sum((x - c) ** 2) + margin)

    three_sides = f"anchor: {listed(one)}\npositive: {listed(two)}\nnegative: {listed(three)}\nmargin: {margin}"
    cases: list[tuple[str, str, Callable[[Any], Any], Any, str]] = [
        (
            "cosine_similarity", f"targets: {listed(one)}\npredictions: {listed(two)}",
            lambda o: cosine(o) - 1, b, "yhat",
        ),
        (
            "contrastive",
            f"targets: {1 - same}\nx1: {listed(one)}\nx2: {listed(two)}\nmargin: {margin}\nsame_class: 0\nhalf: false",
            lambda x: 2 * contrastive(x), a, "x",
        ),
        ("cosine", f"targets: {listed(one)}\npredictions: {listed(two)}", cosine, b, "yhat"),
        (
            "contrastive", f"targets: {same}\nfirst: {listed(one)}\nsecond: {listed(two)}\nmargin: {margin}",
            contrastive, a, "x",
        ),
        ("triplet", three_sides, triplet, a, "a"),
        ("triplet_squared", three_sides, squared, a, "a"),
    ]  # fmt: skip
    for function, fields, loss, at, made in cases:
        solved = problem(f"function: {function}\n{fields}")
        assert agrees(value(solved, "L"), loss(at))
        gradient = autograd.grad(loss)(at)
        for k in range(3):
            assert agrees(value(solved, f"dL/d{made}.{k + 1}"), gradient[k])


@many
@given(st.lists(st.tuples(reals, reals), min_size=1, max_size=4))
def test_the_root_is_taken_of_the_mean_over_everything(data: list[tuple[float, float]]) -> None:
    t, o = (np.array(side) for side in zip(*data, strict=True))
    if np.allclose(t, o):
        return

    def loss(o: Any) -> Any:
        return np.sqrt(np.mean((t - o) ** 2))

    gradient = autograd.grad(loss)(o)
    for one_sample in (False, True):
        sides = [side.tolist() for side in (t, o)]
        sides = [[side] for side in sides] if one_sample else sides
        solved = problem(f"function: rmse\ntargets: {listed(sides[0])}\npredictions: {listed(sides[1])}")
        assert agrees(value(solved, "L"), loss(o))
        name = "yhat.1" if one_sample else "yhat1" if len(data) > 1 else "yhat"
        assert agrees(value(solved, f"dL/d{name}"), gradient[0])


def test_labels_of_0_and_1_are_those_of_minus_1_and_1() -> None:
    signed = problem("function: hinge\ntargets: [1, -1, -1]\npredictions: [0.3, -0.5, 2]")
    zero_one = problem("function: hinge\ntargets: [1, 0, 0]\npredictions: [0.3, -0.5, 2]")
    for name in ("L", "L1", "L2", "L3", "dL/dyhat2", "dL/dyhat3"):
        assert value(signed, name) == value(zero_one, name)


@pytest.mark.parametrize(
    ("named", "own"),
    [
        ("function: kl\np: [0.25, 0.75]\nq: [0.5, 0.5]",
         "function: kl_divergence\ntargets: [0.25, 0.75]\npredictions: [0.5, 0.5]"),
        ("loss: BCEWithLogitsLoss\nlabels: [1]\nlogits: [0.3]",
         "function: bce_with_logits\ntargets: [1]\npredictions: [0.3]"),
        ("function: ce\nfrom_logits: true\nlabels: 1\nlogits: [1, 2]",
         "function: ce\nfrom_logits: true\ntargets: 1\npredictions: [1, 2]"),
        ("function: Huber\nepsilon: 0.5\ny_true: [1]\ny_pred: [3]",
         "function: huber\ndelta: 0.5\ntargets: [1]\npredictions: [3]"),
        ("function: pinball\nq: 0.75\ntargets: [1]\npredictions: [3]",
         "function: quantile\ntau: 0.75\ntargets: [1]\npredictions: [3]"),
    ],
)  # fmt: skip
def test_fields_go_by_the_names_of_their_literature(named: str, own: str) -> None:
    assert value(problem(named), "L") == value(problem(own), "L")


def test_logits_that_are_not_said_to_be_such_are_no_probabilities() -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem("function: bce\ntargets: [1]\nlogits: [0.3]")
    assert "unknown field `logits` (did you mean `from_logits`?)" in str(caught.value)


def test_what_is_made_of_named_logits_and_targets_has_names_of_its_own() -> None:
    conventions = "function: bce\nfrom_logits: true\nlabel_smoothing: 0.1"
    solved = problem(f"{conventions}\ntargets: {{ya: 1, yb: 0}}\npredictions: {{za: 0.3, zb: -1}}")
    made = [quantity.name for quantity in solved.plan.graph if quantity.group in ("outputs", "targets")]
    assert made == ["ytilde_ya", "p_za", "ytilde_yb", "p_zb"]
    assert agrees(value(solved, "p_za"), sigmoid(0.3))


def test_every_loss_is_tested_here_and_by_its_other_names() -> None:
    tested = {name.split(" ")[0] for name in BY_OUTPUT} | {
        "rmse", "categorical_cross_entropy", "cross_entropy_with_logits", "kl_divergence", "entropy",
        "categorical_focal", "multiclass_hinge", "multi_margin", "categorical_hinge", "cosine", "cosine_similarity",
        "contrastive", "triplet", "triplet_squared",
    }  # fmt: skip
    assert tested == set(LOSSES)
    assert set(LOSS_ALIASES.values()) <= {*LOSSES, *SHORT_FOR}
    assert not set(LOSS_ALIASES) & set(LOSSES)
    assert all(name in KIND.template for name in LOSSES)


FAULTS = [
    ("function: quantile\ntargets: [1]\npredictions: [2]", ":2:11: quantile needs `tau`"),
    ("function: mse\nsame_class: 0\ntargets: [1]\npredictions: [2]", ":3:1: `same_class` belongs to contrastive"),
    ("function: mse\ndelta: 1\ntargets: [1]\npredictions: [2]", ":3:1: `delta` belongs to huber, not to mse"),
    ("function: mse\nbase: 2\ntargets: [1]\npredictions: [2]", ":3:7: mse has no logarithm of probabilities"),
    ("function: mse\nanchor: [2]\ntargets: [1]\npredictions: [2]", ":3:1: mse is made of targets, predictions"),
    ("function: mse\npredictions: [2]", ":2:11: mse needs `targets`"),
    ("function: triplet\nanchor: [1]\npositive: [2, 3]\nnegative: [1]", ":4:11: expected one for each of the 1 anchor"),
    ("function: hinge\ntargets: [2]\npredictions: [2]", ":3:11: expected a label, 1 or −1 (or 1 or 0), found 2"),
    ("function: mape\ntargets: [0]\npredictions: [2]", ":3:11: expected a number other than 0"),
    ("function: poisson\ntargets: [1]\npredictions: [0]", ":4:15: expected a number above 0, found 0"),
    (
        "function: cce\ntargets: 3\npredictions: [0.5, 0.5]",
        ":3:10: expected the number of a class, from 0 to 1, found 3",
    ),
    ("function: multiclass_hinge\ntargets: [1, 1]\npredictions: [2, 3]", "expected the number of the true class"),
    ("function: mse\nfrom_logits: true\ntargets: [1]\npredictions: [2]", ":3:1: mse is of no probabilities"),
    ("function: bce_with_logits\nfrom_logits: true\ntargets: [1]\npredictions: [2]", "takes logits by itself"),
    (
        "function: mse\nperplexity: true\ntargets: [1]\npredictions: [2]",
        ":3:13: a perplexity is that of a cross-entropy",
    ),
    ("function: bce\nclass_weights: [1, 2, 3]\ntargets: [1]\npredictions: [0.2]", ":3:16: expected 2 weights"),
    ("function: bce\nclass_weights: [1, 2]\ntargets: [0.5]\npredictions: [0.2]", ":4:10: class weights need targets"),
    ("function: mse\nclass_weights: [1, 2]\ntargets: [1]\npredictions: [0.2]", ":3:16: mse is of no classes"),
    ("function: mse\nsample_weights: [1, 2]\ntargets: [1]\npredictions: [0.2]", ":3:17: expected 1 weights"),
    ("function: mse\nreduction: weighted_mean\ntargets: [1]\npredictions: [2]", ":3:12: a weighted mean needs"),
    ("function: rmse\nreduction: sum\ntargets: [1]\npredictions: [2]", ":3:12: rmse is the root of a mean"),
    ("function: cosine\noutputs: sum\ntargets: [1, 2]\npredictions: [2, 1]", ":3:10: cosine is of a whole sample"),
    ("function: mse\nlabel_smoothing: 0.1\ntargets: [1]\npredictions: [2]", ":3:1: `label_smoothing` goes with"),
    (
        "function: contrastive\ntargets: [1, 0]\nfirst: [1]\nsecond: [2]",
        "expected 2 samples as in the targets, found 1",
    ),
    ("function: bce\nfrom_logits: true\ntargets: {p: 1}\npredictions: {z: 2}", "the name `p` is taken"),
    ("function: huber\ndelta: 1\ntargets: {delta: 1}\npredictions: [2]", "the name `delta` is taken"),
]


@pytest.mark.parametrize(("text", "expected"), FAULTS)
def test_faults_are_located(text: str, expected: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(text)
    assert expected in str(caught.value)


@pytest.mark.parametrize("name", LOSSES)
def test_letters_may_stand_for_the_numbers(name: str) -> None:
    row = LOSSES[name]
    if row.of_class:
        return
    sides = {side: "{u: }" if side == "targets" else f"{{{side[0]}v: }}" for side in row.sides}
    if row.is_of_vectors:
        sides = {side: f"{{{side[0]}q: , {side[0]}r: }}" for side in row.sides}
        if "first" in row.sides:
            sides["targets"] = "{u: }"
            sides |= {side: f"{{{side[0]}q: [ , ]}}" for side in ("first", "second")}
    fields = "\n".join(f"{side}: {given}" for side, given in sides.items())
    extra = "tau: 0.9\n" if name == "quantile" else ""
    text = f"function: {name}\n{extra}{fields}".replace("[ , ]", "[null, null]")
    solve(problem(text))
