"""The regularization kind against the worked figures and the rules written out in NumPy and plain Python."""

from __future__ import annotations

from math import isclose
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.kinds.regularization import KIND
from deepcalc.kinds.regularization.fields import REGULARIZERS
from deepcalc.notation.nodes import Name
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.plan.lookup import add_asked
from deepcalc.plan.statement import Statement
from deepcalc.problem.loader import load, load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.document import Solution, Step
from deepcalc.solution.solver import solve
from tests.checking.marking import by_name, written
from tests.statements import printed

KINDS = find_kinds()
PROBLEMS = Path(__file__).parents[2] / "problems" / "regularization"


def problem(text: str) -> Problem:
    return load_text(f"kind: regularization\n{text}".encode(), "problem.yaml", KINDS)


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidProblem) as caught:
        problem(text)
    return str(caught.value).splitlines()


def values(of: Problem, name: str) -> list[float]:
    """The values of a name: of a vector, those of its components."""
    (long,) = add_asked(of.plan, name)
    composite = next((known for known in of.plan.composites if known.name == long), None)
    names = composite.components if composite else (long,)
    found = evaluate(of.plan.graph, names).values
    return [float(found[name]) for name in names]


def value(of: Problem, name: str) -> float:
    return values(of, name)[0]


def step(solution: Solution, name: str) -> Step:
    return next(step for part in solution.parts for step in part.steps if step.name == name)


def lines(solution: Solution, name: str) -> list[str]:
    printer = PlainPrinter(solution.symbols)
    return [printer.print(line.expression) for line in step(solution, name).lines]


def reason(solution: Solution, name: str) -> str:
    printer = UnicodePrinter(solution.symbols)
    return "".join(part if isinstance(part, str) else printer.print(part) for part in step(solution, name).reason)


def named(letter: str, figures: list[float]) -> str:
    return "{" + ", ".join(f"{letter}{k}: {figure:f}" for k, figure in enumerate(figures, start=1)) + "}"


def agrees(found: float, expected: float) -> bool:
    return isclose(found, float(expected), rel_tol=1e-9, abs_tol=1e-12)


figures = st.integers(-4000, 4000).map(lambda n: n / 1000)

# ---- penalties


def test_l1_penalty_as_on_paper() -> None:
    solution = solve(load(PROBLEMS / "l1-penalty.yaml", KINDS))
    assert lines(solution, "sum_abs") == [
        "sum(abs(w_i), i, 1, 2)",
        "abs(w1) + abs(w2)",
        "abs(0.5) + abs(-0.3)",
        "0.5 + 0.3",
        "0.8",
    ]
    assert lines(solution, "penalty")[-2:] == ["0.1*0.8", "0.08"]
    assert lines(solution, "total") == ["loss + penalty", "0.4 + 0.08", "0.48"]


def test_l2_penalty_as_on_paper() -> None:
    solution = solve(load(PROBLEMS / "l2-penalty.yaml", KINDS))
    assert lines(solution, "sum_squares")[2:] == ["0.5^2 + (-0.3)^2", "0.25 + 0.09", "0.34"]
    assert lines(solution, "penalty")[-2:] == ["0.1*0.34", "0.034"]
    assert lines(solution, "total")[-1] == "0.434"


@given(
    weights=st.lists(figures.filter(bool), min_size=1, max_size=5),
    strength=st.integers(0, 500).map(lambda n: n / 1000),
    loss=figures,
    half=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_penalties_and_their_gradients(weights: list[float], strength: float, loss: float, half: bool) -> None:
    w = np.array(weights)
    factor = strength / 2 if half else strength
    rest = f"strength: {strength:f}\nloss: {loss:f}\nweights: {named('w', weights)}\nhalf: {str(half).lower()}"
    for penalty, summed, gradient in (("l1", np.abs(w).sum(), np.sign(w)), ("l2", (w**2).sum(), 2 * w)):
        solved = problem(f"penalty: {penalty}\n{rest}")
        assert agrees(value(solved, "penalty"), factor * summed)
        assert agrees(value(solved, "total"), loss + factor * summed)
        for k in range(len(weights)):
            assert agrees(value(solved, f"dtotal/dw{k + 1}"), factor * gradient[k])


@given(
    weights=st.lists(figures.filter(bool), min_size=1, max_size=4),
    data=st.data(),
    half=st.booleans(),
    samples=st.sampled_from([None, 8]),
)
@settings(max_examples=100, deadline=None)
def test_a_step_with_a_penalty_in_each_scaling(
    weights: list[float], data: Any, half: bool, samples: int | None
) -> None:
    w = np.array(weights)
    g = np.array(data.draw(st.lists(figures, min_size=len(w), max_size=len(w))))
    m = samples or 1
    absolute, squares = np.abs(w).sum(), (w**2).sum()
    of_half = 0.5 if half else 1.0
    expected = {
        "lasso": (of_half * absolute, of_half * np.sign(w)),
        "ridge": (of_half * squares, of_half * 2 * w),
        "elastic_net": (0.3 * absolute + 0.7 * of_half * squares, 0.3 * np.sign(w) + 0.7 * of_half * 2 * w),
    }
    for penalty, (omega, slope) in expected.items():
        solved = problem(
            f"penalty: {penalty}\nstrength: 0.4\nhalf: {str(half).lower()}\nloss: 2\nlearning_rate: 0.1\n"
            f"weights: {named('w', weights)}\ngradients: {named('w', list(g))}\n"
            + ("ratio: 0.3\n" if penalty == "elastic_net" else "")
            + (f"samples: {samples}\n" if samples else "")
        )
        assert agrees(value(solved, "total"), 2 + 0.4 / m * omega)
        for k in range(len(w)):
            gradient = g[k] + 0.4 / m * slope[k]
            assert agrees(value(solved, f"dtotal/dw{k + 1}"), gradient)
            assert agrees(value(solved, f"w{k + 1}+"), w[k] - 0.1 * gradient)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("penalty: elastic_net\nstrength: 1\nweights: {w: 1}", "elastic_net needs `strength` and `ratio`, or"),
        ("penalty: l1\nstrength: 1\nratio: 0.5\nweights: {w: 1}", "`ratio` is no field of l1"),
        ("penalty: l1\nstrength: 1\nweights: {w: 1}\nlearning_rate: 0.1", "a step needs the derivatives of the loss"),
        ("penalty: l1\nstrength: 1\nweights: {w: 1}\ngradients: {v: 1}", "expected one for each of the weights w"),
    ],
)
def test_faults_of_a_step_are_told(text: str, expected: str) -> None:
    assert any(expected in fault for fault in faults(text)), faults(text)


def test_without_a_loss_there_is_no_total() -> None:
    solved = problem("penalty: l2\nstrength: 0.1\nweights: {w: 2}")
    assert [part.find for part in solved.plan.parts] == [("sum_squares", "penalty")]


# ---- dropout


@given(
    units=st.lists(st.tuples(figures, st.booleans()), min_size=1, max_size=6),
    rate=st.integers(0, 99).map(lambda n: n / 100),
    is_of_keeping=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_dropout(units: list[tuple[float, bool]], rate: float, is_of_keeping: bool) -> None:
    h, mask = np.array([unit[0] for unit in units]), np.array([unit[1] for unit in units], dtype=float)
    by = f"keep_prob: {1 - rate:f}" if is_of_keeping else f"rate: {rate:f}"
    rest = f"{by}\noutputs: {named('h', list(h))}\nmask: [{', '.join(f'{m:.0f}' for m in mask)}]"
    plain = problem(f"method: dropout\nscaling: plain\n{rest}")
    inverted = problem(f"method: dropout\n{rest}")
    np.testing.assert_allclose(values(plain, "htilde"), mask * h, rtol=1e-9)
    np.testing.assert_allclose(values(plain, "h_test"), (1 - rate) * h, rtol=1e-9)
    np.testing.assert_allclose(values(inverted, "htilde"), mask * h / (1 - rate), rtol=1e-9)
    assert [composite.name for composite in inverted.plan.composites] == ["htilde"]


def test_inverted_dropout_shows_the_mask_and_the_scaling() -> None:
    solution = solve(problem("method: dropout\nrate: 0.5\noutputs: {a1: 0.8, a2: 3}\nmask: [1, 0]"))
    assert lines(solution, "atilde.1") == [
        "{m.1}*a1/(1 - p)",
        "1*0.8/(1 - 0.5)",
        "0.8/(1 - 0.5)",
        "0.8/0.5",
        "1.6",
    ]
    assert step(solution, "atilde.2").note == ("dropped",)


def test_the_probability_of_keeping_a_unit_is_what_is_divided_by() -> None:
    text = "kind: regularization\nmethod: dropout\nkeep_prob: 0.8\noutputs: {a1: 0.5, a2: 3}\nmask: [1, 0]"
    solution, marker = solve(problem(text.partition("\n")[2])), written(f"{text}\nparts: [{{find: atilde.1}}]")
    assert lines(solution, "atilde.1") == ["{m.1}*a1/p_keep", "1*0.5/0.8", "0.625"]
    for answer, slips in (("0.625", ()), ("2.5", ("rate-for-kept",)), ("0.4", ("scale-turned",))):
        assert by_name(marker.mark({"atilde.1": answer}))["atilde.1"].slips == slips
    assert "With inverted dropout" in printed(solution)


# ---- max-norm


@given(weights=st.lists(figures, min_size=1, max_size=5), bound=st.integers(1, 5000).map(lambda n: n / 1000))
@settings(max_examples=200, deadline=None)
def test_max_norm(weights: list[float], bound: float) -> None:
    solved = problem(f"method: max_norm\nbound: {bound:f}\nweights: {named('w', weights)}")
    norm = np.linalg.norm(weights)
    rescaled = np.array(weights) * min(1.0, bound / norm if norm else 1.0)
    assert agrees(value(solved, "norm"), float(norm))
    for k in range(len(weights)):
        assert agrees(value(solved, f"w{k + 1}+"), rescaled[k])


def test_a_norm_within_the_bound_changes_nothing() -> None:
    solution = solve(problem("method: max_norm\nbound: 5\nweights: {w1: 3, w2: -4}"))
    assert lines(solution, "scale") == ["cases(c/norm if norm > c, 1 otherwise)", "1"]
    assert reason(solution, "scale") == "since ‖w‖ = 5 = c = 5"
    assert lines(solution, "w2@1")[-1] == "-4"


# ---- early stopping


def keras_like(losses: list[float], patience: int, min_delta: float) -> tuple[int, int, list[float], list[int]]:
    """Stop epoch, best epoch, best losses and wait counters, as in the loop of Keras's EarlyStopping callback."""
    best, best_epoch, wait = float("inf"), 0, 0
    bests, waits = [], []
    for epoch, loss in enumerate(losses, start=1):
        wait += 1
        if round(loss + min_delta, 9) < best:
            best, best_epoch, wait = loss, epoch, 0
        bests.append(best)
        waits.append(wait)
        if wait >= patience:
            return epoch, best_epoch, bests, waits
    return len(losses), best_epoch, bests, waits


@given(
    losses=st.lists(st.integers(10, 99).map(lambda n: n / 100), min_size=1, max_size=12),
    patience=st.integers(1, 5),
    min_delta=st.sampled_from([0.0, 0.01, 0.05]),
)
@settings(max_examples=200, deadline=None)
def test_early_stopping(losses: list[float], patience: int, min_delta: float) -> None:
    listed = ", ".join(map(str, losses))
    solved = problem(f"method: early_stopping\nlosses: [{listed}]\npatience: {patience}\nmin_delta: {min_delta}")
    stop, best_epoch, bests, waits = keras_like(losses, patience, min_delta)
    assert value(solved, "stop_epoch") == stop
    assert value(solved, "best_epoch") == best_epoch
    assert value(solved, "best_loss") == bests[-1]
    assert values(solved, "wait") == waits
    assert values(solved, "best") == bests


@given(
    figures=st.lists(st.integers(10, 99).map(lambda n: n / 100), min_size=1, max_size=12),
    patience=st.integers(1, 5),
    min_delta=st.sampled_from([0.0, 0.01, 0.05]),
)
@settings(max_examples=100, deadline=None)
def test_early_stopping_by_an_accuracy_restores_the_parameters_of_the_best_epoch(
    figures: list[float], patience: int, min_delta: float
) -> None:
    weights = [round(0.1 * t + 0.05, 2) for t in range(len(figures))]
    solved = problem(
        f"method: early_stopping\nmonitor: accuracy\nlosses: {figures}\npatience: {patience}\nmin_delta: {min_delta}\n"
        f"parameters: {{w: {weights}}}"
    )
    stop, best_epoch, bests, waits = keras_like([-each for each in figures], patience, min_delta)
    assert value(solved, "stop_epoch") == stop
    assert value(solved, "best_epoch") == best_epoch
    assert value(solved, "best_accuracy") == -bests[-1]
    assert values(solved, "wait") == waits
    assert value(solved, "restored.w") == weights[best_epoch - 1]


def test_parameters_that_are_not_restored_are_named() -> None:
    marker = written(
        "kind: regularization\nmethod: early_stopping\nlosses: [3, 2, 2.5, 2.75]\npatience: 2\n"
        "parameters: {w: [0.1, 0.2, 0.3, 0.4]}\nparts: [{find: restored.w}]"
    )
    assert by_name(marker.mark({"restored.w": "0.2"}))["restored.w"].verdict.value == "correct"
    assert by_name(marker.mark({"restored.w": "0.4"}))["restored.w"].slips == ("not-restored",)


def test_training_that_is_never_stopped_ends_with_its_last_epoch() -> None:
    solution = solve(problem("method: early_stopping\nlosses: [0.9, 0.8, 0.7]\npatience: 2"))
    assert lines(solution, "stop_epoch") == ["3"]
    assert lines(solution, "best_epoch") == ["stop_epoch - {wait.3}", "3 - 0", "3"]


def test_epochs_after_the_stop_are_never_run() -> None:
    solved = load(PROBLEMS / "early-stopping.yaml", KINDS)
    assert "wait.6" in solved.plan.graph
    assert "wait.7" not in solved.plan.graph
    assert len(solved.plan.tables[0].rows) == 6
    assert reason(solve(solved), "stop_epoch") == "since wait₆ = 2 ≥ P = 2"


# ---- exactly the fields of the regularizer that is chosen


@pytest.mark.parametrize("name", REGULARIZERS)
def test_every_missing_field_is_named(name: str) -> None:
    row = REGULARIZERS[name]
    found = faults(f"{row.selected_by}: {name}")
    assert all(fault.startswith(f"problem.yaml:2:{len(row.selected_by) + 3}: {name} needs `") for fault in found)
    assert len(found) == len(row.required) + (row.penalty is not None) + bool(row.one_of)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("strength: 1", "give either `penalty` (l1, l2, elastic_net) or `method` (dropout, max_norm, early_stopping)"),
        ("penalty: elastic_net\nweights: {w: 1}", "elastic_net needs `strength` and `ratio`, or `l1` and `l2`"),
        ("penalty: elastic_net\nl1: 1\nratio: 0.5\nweights: {w: 1}", "elastic_net needs `strength` and `ratio`, or"),
        ("penalty: l1\nl1: 1\nweights: {w: 1}", "l1 needs `strength`"),
        ("penalty: l1\nmethod: dropout", "problem.yaml:3:1: give either `penalty`"),
        ("penalty: l3\nstrength: 1\nweights: {w: 1}", "problem.yaml:2:10: expected l1, l2 or elastic_net, found 'l3'"),
        (
            "penalty: l1\nstrength: 1\nweights: {w: 1}\npatience: 2",
            "problem.yaml:5:1: `patience` is no field of l1; its fields are strength, weights, loss, half",
        ),
        ("penalty: l1\nstrength: -1\nweights: {w: 1}", "problem.yaml:3:11: expected a number at least 0, found -1"),
        ("penalty: l1\nstrength: 1\nweights: {loss: 1}", "problem.yaml:4:11: `loss` stands for something else in l1"),
        ("penalty: l1\nstrength: 1\nweights: {}", "problem.yaml:4:10: expected at least 1 entry"),
        ("method: max_norm\nbound: 0\nweights: {w: 1}", "problem.yaml:3:8: expected a number above 0, found 0"),
        (
            "method: dropout\nrate: 1\noutputs: {h: 1}\nmask: [1]",
            "problem.yaml:3:7: expected a number at least 0 and below 1, found 1",
        ),
        (
            "method: dropout\nrate: 0.5\noutputs: {h1: 1, h2: 2}\nmask: [1]",
            "problem.yaml:5:7: expected 2 entries, one for each of the outputs, found 1",
        ),
        (
            "method: dropout\nrate: 0.5\noutputs: {h1: 1, h2: 2}\nmask: [1, 0.5]",
            "problem.yaml:5:11: expected 1 (kept) or 0 (dropped), found 0.5",
        ),
        (
            "method: early_stopping\npatience: 1\nlosses: [1, 2]\nparameters: {w: [1]}",
            "problem.yaml:5:17: expected 2 values, one after each epoch, found 1",
        ),
        ("method: early_stopping\npatience: 0\nlosses: [1]", "problem.yaml:3:11: expected a whole number from 1 up"),
        ("method: early_stopping\npatience: 1\nlosses: [a]", "problem.yaml:4:10: expected a number, found 'a'"),
    ],
)
def test_faults_are_located(text: str, expected: str) -> None:
    assert any(expected in fault for fault in faults(text)), faults(text)


def test_the_template_solves() -> None:
    solved = load_text(KIND.template.encode(), "template.yaml", KINDS)
    solve(solved)
    assert value(solved, "total") == pytest.approx(0.434)


def test_a_course_is_told_as_its_losses_then_the_patience_then_the_parameters() -> None:
    found = problem(
        "method: early_stopping\nlosses: [0.5, 0.75]\npatience: 1\nmin_delta: 0.25\nparameters: {w: [1, 2]}"
    )
    printer = UnicodePrinter(found.plan.symbols)
    assert isinstance(found.plan.statement, Statement)
    pieces = found.plan.statement.given
    assert "".join(each if isinstance(each, str) else printer.print(each) for each in pieces) == (
        "Training stops early on the validation losses v₁ = 0.5, v₂ = 0.75, with the patience P = 1 and the least "
        "improvement δ = 0.25; after the epochs the parameters are w⁽¹⁾ = 1, w⁽²⁾ = 2."
    )


@pytest.mark.parametrize(("monitor", "losses"), [("loss", [0.9, 0.7, 0.8, 0.75]), ("accuracy", [0.7, 0.9, 0.8, 0.85])])
def test_the_best_value_has_a_name_that_tells_no_epoch(monitor: str, losses: list[float]) -> None:
    found = problem(
        f"method: early_stopping\nmonitor: {monitor}\nlosses: {losses}\npatience: 2\n"
        f"parts: [{{find: [best_{monitor}, stop_epoch]}}]"
    )
    solved = solve(found)
    assert [answer.name for answer in solved.parts[0].answers] == [f"best_{monitor}", "stop_epoch"]
    asked = UnicodePrinter(found.plan.symbols).print(Name(f"best_{monitor}"))
    assert "4" not in asked
    best = {"loss": min, "accuracy": max}[monitor](losses)
    assert Marker(found).mark({f"best_{monitor}": f"{best}", "stop_epoch": "4"}).is_right
