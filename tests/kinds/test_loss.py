"""The loss kind against the worked figures, NumPy and autograd."""

from __future__ import annotations

from collections.abc import Callable
from math import isclose
from pathlib import Path
from typing import Any

import autograd
import autograd.numpy as anp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.kinds import find_kinds
from deepcalc.kinds.loss import KIND
from deepcalc.notation.printing import PlainPrinter
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load, load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.document import Solution, Step
from deepcalc.solution.solver import solve

KINDS = find_kinds()
PROBLEMS = Path(__file__).parents[2] / "problems" / "loss"


def problem(text: str) -> Problem:
    return load_text(f"kind: loss\n{text}".encode(), "problem.yaml", KINDS)


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidProblem) as caught:
        problem(text)
    return str(caught.value).splitlines()


def value(of: Problem, name: str) -> float:
    (long,) = add_asked(of.plan, name)
    return float(evaluate(of.plan.graph, [long]).values[long])


def step(solution: Solution, name: str) -> Step:
    return next(step for part in solution.parts for step in part.steps if step.name == name)


def lines(solution: Solution, name: str) -> list[str]:
    printer = PlainPrinter(solution.symbols)
    return [printer.print(line.expression) for line in step(solution, name).lines]


def note(solution: Solution, name: str) -> str:
    printer = PlainPrinter(solution.symbols)
    return "".join(part if isinstance(part, str) else printer.print(part) for part in step(solution, name).note)


# ---- the worked examples


def test_mse_of_three_samples_as_on_paper() -> None:
    solution = solve(load(PROBLEMS / "mse-three-samples.yaml", KINDS))
    assert lines(solution, "MSE") == [
        "1/3*sum((y_i - yhat_i)^2, i, 1, 3)",
        "((y1 - yhat1)^2 + (y2 - yhat2)^2 + (y3 - yhat3)^2)/3",
        "((3 - 2.5)^2 + (-0.5 - 0.0)^2 + (2 - 2)^2)/3",
        "(0.25 + 0.25 + 0)/3",
        "0.5/3",
        "0.167",
    ]


def test_cross_entropy_of_a_spam_filter_as_on_paper() -> None:
    solution = solve(load(PROBLEMS / "cross-entropy-spam.yaml", KINDS))
    assert lines(solution, "L1") == [
        "-(y1*log(P1) + (1 - y1)*log(1 - P1))",
        "-(1*log(0.8) + (1 - 1)*log(1 - 0.8))",
        "-(-0.2231 + 0)",
        "-(-0.2231)",
        "0.2231",
    ]
    assert note(solution, "L1") == "since y1 = 1, the second term is zero and drops out"
    assert lines(solution, "L2")[1:] == [
        "-(0*log(0.3) + (1 - 0)*log(1 - 0.3))",
        "-(0 - 0.3567)",
        "-(-0.3567)",
        "0.3567",
    ]
    assert note(solution, "L2") == "since y2 = 0, the first term is zero and drops out"


# ---- against autograd

Per = Callable[[Any, Any], Any]
SQUARED: dict[str, tuple[Per, str]] = {
    "mse": (lambda t, o: anp.mean((t - o) ** 2), "mean"),
    "half_sum": (lambda t, o: anp.sum((t - o) ** 2) / 2, "sum"),
    "sum": (lambda t, o: anp.sum((t - o) ** 2), "sum"),
}
numbers = st.integers(-3000, 3000).map(lambda n: n / 1000)
probabilities = st.integers(1, 999).map(lambda n: n / 1000)


def listed(rows: Any) -> str:
    if isinstance(rows, list):
        return f"[{', '.join(map(listed, rows))}]"
    return f"{rows:f}"


def reduced(per_sample: Per, targets: Any, outputs: Any, reduction: str) -> Any:
    losses = [per_sample(t, o) for t, o in zip(targets, outputs, strict=True)]
    return sum(losses) / len(losses) if reduction == "mean" else sum(losses)


def agrees(found: float, expected: Any) -> bool:
    return isclose(found, float(expected), rel_tol=1e-9, abs_tol=1e-12)


@given(
    data=st.lists(st.tuples(numbers, numbers), min_size=2, max_size=5),
    function=st.sampled_from(sorted(SQUARED)),
    reduction=st.sampled_from(["mean", "sum", ""]),
)
@settings(max_examples=200, deadline=None)
def test_squared_errors_of_single_outputs(data: list[tuple[float, float]], function: str, reduction: str) -> None:
    targets, outputs = (anp.array(side) for side in zip(*data, strict=True))
    per_sample, by_default = SQUARED[function]
    chosen = f"reduction: {reduction}" if reduction else ""
    solved = problem(
        f"function: {function}\n{chosen}\ntargets: {listed(list(targets))}\npredictions: {listed(list(outputs))}"
    )

    def loss(o: Any) -> Any:
        return reduced(per_sample, targets, o, reduction or by_default)

    gradient = autograd.grad(loss)(outputs)
    assert agrees(value(solved, "L"), loss(outputs))
    for k in range(len(data)):
        assert agrees(value(solved, f"L{k + 1}"), per_sample(targets[k], outputs[k]))
        assert agrees(value(solved, f"dL/dyhat{k + 1}"), gradient[k])


@given(
    rows=st.lists(st.tuples(*[numbers] * 6), min_size=1, max_size=3),
    function=st.sampled_from(sorted(SQUARED)),
    reduction=st.sampled_from(["mean", "sum"]),
)
@settings(max_examples=200, deadline=None)
def test_squared_errors_of_several_outputs(rows: list[tuple[float, ...]], function: str, reduction: str) -> None:
    targets, outputs = [list(row[:3]) for row in rows], [list(row[3:]) for row in rows]
    solved = problem(
        f"function: {function}\nreduction: {reduction}\ntargets: {listed(targets)}\npredictions: {listed(outputs)}"
    )

    def loss(o: Any) -> Any:
        return reduced(SQUARED[function][0], anp.array(targets), o, reduction)

    gradient = autograd.grad(loss)(anp.array(outputs))
    assert agrees(value(solved, "L"), loss(anp.array(outputs)))
    sample = ":1" if len(rows) > 1 else ""
    assert agrees(value(solved, f"dL/dyhat.2{sample}"), gradient[0][1])


@given(
    data=st.lists(st.tuples(st.sampled_from([0.0, 0.25, 1.0]), probabilities), min_size=1, max_size=4),
    reduction=st.sampled_from(["mean", "sum"]),
)
@settings(max_examples=200, deadline=None)
def test_binary_cross_entropy(data: list[tuple[float, float]], reduction: str) -> None:
    targets, outputs = (anp.array(side) for side in zip(*data, strict=True))
    solved = problem(
        f"function: cross_entropy\nreduction: {reduction}\n"
        f"targets: {listed(list(targets))}\npredictions: {listed(list(outputs))}"
    )

    def loss(o: Any) -> Any:
        return reduced(lambda t, p: -(t * anp.log(p) + (1 - t) * anp.log(1 - p)), targets, o, reduction)

    gradient = autograd.grad(loss)(outputs)
    names = [f"yhat{k + 1}" for k in range(len(data))] if len(data) > 1 else ["yhat"]
    assert agrees(value(solved, "L"), loss(outputs))
    for k, name in enumerate(names):
        assert agrees(value(solved, f"dL/d{name}"), gradient[k])


@given(
    rows=st.lists(
        st.tuples(st.permutations([0.0, 0.0, 1.0]) | st.just([0.5, 0.25, 0.25]), st.lists(probabilities, min_size=2)),
        min_size=1,
        max_size=3,
    )
)
@settings(max_examples=200, deadline=None)
def test_categorical_cross_entropy(rows: list[tuple[list[float], list[float]]]) -> None:
    targets = [row[0] for row in rows]
    outputs = [[round(p / 2, 6), round(q / 2, 6), round(1 - p / 2 - q / 2, 6)] for _, (p, q, *_) in rows]
    solved = problem(f"function: cross_entropy\ntargets: {listed(targets)}\npredictions: {listed(outputs)}")

    def loss(o: Any) -> Any:
        return reduced(lambda t, p: -anp.sum(t * anp.log(p)), anp.array(targets), o, "mean")

    gradient = autograd.grad(loss)(anp.array(outputs))
    assert agrees(value(solved, "L"), loss(anp.array(outputs)))
    floats = Program(solved.plan.graph, ["L"]).run()
    assert agrees(floats["L"], loss(anp.array(outputs)))
    sample = ":1" if len(rows) > 1 else ""
    for j in range(3):
        assert agrees(value(solved, f"dL/dyhat.{j + 1}{sample}"), gradient[0][j])


# ---- certainty and its limits


def test_zero_times_log_zero_counts_as_zero_and_is_said() -> None:
    solution = solve(problem("function: binary_cross_entropy\ntargets: 1\npredictions: 1"))
    assert lines(solution, "L")[-1] == "0"
    assert "0·log 0 counts as 0" in note(solution, "L")
    solution = solve(problem("function: categorical_cross_entropy\ntargets: [1, 0]\npredictions: [1, 0]"))
    assert lines(solution, "L")[-1] == "0"
    assert "0·log 0 counts as 0" in note(solution, "L")


def test_log_of_zero_that_matters_is_an_error_at_the_prediction() -> None:
    with pytest.raises(InvalidProblem, match=r"problem\.yaml:4:18: L2 has no value: the logarithm of 0"):
        solve(problem("function: binary_cross_entropy\ntargets: [1, 1]\npredictions: [1, 0]"))


def test_one_hot_targets_say_which_term_remains() -> None:
    solution = solve(load(PROBLEMS / "cross-entropy-three-classes.yaml", KINDS))
    assert note(solution, "L:1") == "only the term of the true class, {y.2:1} = 1, remains"
    assert "-(0*log(0.1) + 1*log(0.7) + 0*log(0.2))" in lines(solution, "L:1")


def test_names_are_made_or_taken() -> None:
    solved = problem("function: mse\ntargets: {t1: 1, t2: 2}\npredictions: {o1: 1, o2: 3}\nname: E")
    assert solved.plan.graph.names == ("t1", "t2", "o1", "o2", "E1", "E2", "E")
    assert problem("function: mse\ntargets: 1\npredictions: 2").plan.graph.names == ("y", "yhat", "L")
    several = problem("function: mse\ntargets: {t: [1, 2]}\npredictions: {o: [0, 0]}")
    assert several.plan.graph.names == ("t.1", "t.2", "o.1", "o.2", "L")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("function: msq\ntargets: 1\npredictions: 1", "problem.yaml:2:11: expected mse"),
        ("function: mse\ntargets: [1, 2]\npredictions: [1]", "problem.yaml:4:14: expected 2 samples as in the targets"),
        ("function: mse\ntargets: [[1, 2]]\npredictions: [[1]]", "problem.yaml:4:15: expected one for each of the 2"),
        ("function: mse\ntargets: [1, [2]]\npredictions: [1, 2]", "problem.yaml:3:14: give either a number for each"),
        ("function: mse\ntargets: [1, x]\npredictions: [1, 2]", "problem.yaml:3:14: expected a number, found 'x'"),
        (
            "function: binary_cross_entropy\ntargets: [1, 0]\npredictions: [0.8, 1.3]",
            "problem.yaml:4:20: expected a probability from 0 to 1, found 1.3",
        ),
        (
            "function: binary_cross_entropy\ntargets: [2]\npredictions: [0.8]",
            "problem.yaml:3:11: expected a probability from 0 to 1, found 2",
        ),
        (
            "function: categorical_cross_entropy\ntargets: [[1, 1]]\npredictions: [[0.5, 0.5]]",
            "problem.yaml:3:11: the targets of a sample sum to 1; these sum to 2",
        ),
        (
            "function: categorical_cross_entropy\ntargets: [[0, 1]]\npredictions: [[0.5, 0.7]]",
            "problem.yaml:4:15: the predictions of a sample sum to 1; these sum to 1.2",
        ),
        (
            "function: categorical_cross_entropy\ntargets: [1]\npredictions: [1]",
            "problem.yaml:3:10: expected a list of targets for each sample",
        ),
        ("function: mse\ntargets: {a: 1}\npredictions: {a: 1}", "problem.yaml:4:15: the name `a` is taken"),
        ("function: mse\ntargets: {L: 1}\npredictions: {o: 1}", "problem.yaml:3:11: the name `L` is taken"),
        ("function: mse\ntargets: 1\npredictions: 1\nreduction: max", "problem.yaml:5:12: expected mean, sum or"),
        ("function: mse\ntargets: 1\npredicted: 1", "did you mean `predictions`?"),
    ],
)
def test_faults_are_located(text: str, expected: str) -> None:
    assert any(expected in fault for fault in faults(text)), faults(text)


def test_the_template_solves() -> None:
    solved = load_text(KIND.template.encode(), "template.yaml", KINDS)
    solve(solved)
    assert value(solved, "L") == pytest.approx(0.625)
