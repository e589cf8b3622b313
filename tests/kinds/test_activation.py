"""The activation kind against NumPy, autograd and figures worked out by hand."""

from __future__ import annotations

import math
from math import isclose
from pathlib import Path
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from autograd.extend import defvjp, primitive
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.kinds import find_kinds
from deepcalc.kinds.activation import KIND
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load, load_text
from deepcalc.problem.problem import Problem
from deepcalc.rules.activations import ACTIVATIONS
from deepcalc.solution.document import Solution, Step
from deepcalc.solution.solver import solve

KINDS = find_kinds()
PROBLEMS = Path(__file__).parents[2] / "problems" / "activation"


def problem(text: str) -> Problem:
    return load_text(f"kind: activation\n{text}".encode(), "problem.yaml", KINDS)


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidProblem) as caught:
        problem(text)
    return str(caught.value).splitlines()


def values(of: Problem, names: list[str]) -> list[float]:
    asked = [long for name in names for long in add_asked(of.plan, name)]
    found = evaluate(of.plan.graph, asked).values
    return [float(found[name]) for name in asked]


def value(of: Problem, name: str) -> float:
    return values(of, [name])[0]


def step(solution: Solution, name: str) -> Step:
    return next(step for part in solution.parts for step in part.steps if step.name == name)


def lines(solution: Solution, name: str) -> list[str]:
    printer = PlainPrinter(solution.symbols)
    return [printer.print(line.expression) for line in step(solution, name).lines]


def reason(solution: Solution, name: str) -> str:
    printer = UnicodePrinter(solution.symbols)
    return "".join(part if isinstance(part, str) else printer.print(part) for part in step(solution, name).reason)


erf = primitive(math.erf)
defvjp(erf, lambda answer, z: lambda g: g * 2 / anp.sqrt(anp.pi) * anp.exp(-(z**2)))

SLOPE = 0.1
REFERENCES: dict[str, Any] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.maximum(z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, SLOPE * z),
    "prelu": lambda z: anp.where(z > 0, z, 0.25 * z),
    "relu6": lambda z: anp.minimum(anp.maximum(z, 0.0), 6.0),
    "elu": lambda z: anp.where(z > 0, z, 0.7 * (anp.exp(anp.minimum(z, 0)) - 1)),
    "selu": lambda z: 1.0507009873554805 * anp.where(z > 0, z, 1.6732632423543772 * (anp.exp(anp.minimum(z, 0)) - 1)),
    "gelu": lambda z: z * (1 + erf(z / anp.sqrt(2))) / 2,
    "gelu_tanh": lambda z: z * (1 + anp.tanh(anp.sqrt(2 / anp.pi) * (z + 0.044715 * z**3))) / 2,
    "swish": lambda z: z / (1 + anp.exp(-1.5 * z)),
    "mish": lambda z: z * anp.tanh(anp.log(1 + anp.exp(z))),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "softsign": lambda z: z / (1 + anp.abs(z)),
    "hard_sigmoid": lambda z: anp.minimum(anp.maximum(z / 6 + 0.5, 0.0), 1.0),
    "hard_tanh": lambda z: anp.minimum(anp.maximum(z, -1.0), 1.0),
    "hard_swish": lambda z: z * anp.minimum(anp.maximum(z + 3, 0.0), 6.0) / 6,
    "step": lambda z: anp.where(z >= 0, 1.0, 0.0) + 0 * z,
    "sign": lambda z: anp.sign(z) + 0 * z,
}
NUMBERS = {"leaky_relu": f"slope: {SLOPE}", "elu": "alpha: 0.7", "swish": "beta: 1.5"}
KINKS = (-3, -1, 0, 1, 3, 6)
points = st.floats(-20, 20).map(lambda x: round(x, 6)).filter(lambda x: x not in KINKS)


@pytest.mark.parametrize("function", REFERENCES)
@given(z=points)
@settings(max_examples=40, deadline=None)
def test_value_and_derivative_agree_with_autograd(function: str, z: float) -> None:
    solved = problem(f"function: {function}\nat: {{z1: {z:f}}}\n{NUMBERS.get(function, '')}")
    reference = REFERENCES[function]
    lost = 1e-14  # what doubles lose far out, in the reference too
    assert isclose(value(solved, "a1"), float(reference(z)), rel_tol=1e-9, abs_tol=lost)
    assert isclose(value(solved, "da1/dz1"), float(autograd.grad(reference)(z)), rel_tol=1e-9, abs_tol=lost)
    floats = Program(solved.plan.graph, ["a1", "da1/dz1"]).run()
    assert isclose(floats["a1"], float(reference(z)), rel_tol=1e-9, abs_tol=lost)
    assert isclose(floats["da1/dz1"], float(autograd.grad(reference)(z)), rel_tol=1e-9, abs_tol=lost)


@given(logits=st.lists(st.floats(-8, 8).map(lambda x: round(x, 5)), min_size=2, max_size=5))
@settings(max_examples=60, deadline=None)
def test_softmax_and_its_jacobian_agree_with_numpy(logits: list[float]) -> None:
    solved = problem(f"function: softmax\nat: [{', '.join(f'{z:f}' for z in logits)}]")
    powers = np.exp(np.array(logits))
    p = powers / powers.sum()
    jacobian = np.diag(p) - np.outer(p, p)
    numbers = range(1, len(logits) + 1)
    np.testing.assert_allclose(values(solved, [f"p.{k}" for k in numbers]), p, rtol=1e-9)
    entries = values(solved, [f"dp.{k}/dz{j}" for k in numbers for j in numbers])
    np.testing.assert_allclose(np.reshape(entries, jacobian.shape), jacobian, rtol=1e-9)


def test_softmax_of_large_logits_does_not_overflow() -> None:
    solved = problem("function: softmax\nat: [1000, 1001]")
    assert isclose(value(solved, "p.2"), 1 / (1 + np.exp(-1.0)), rel_tol=1e-12)
    assert isclose(Program(solved.plan.graph, ["p.2"]).run()["p.2"], 1 / (1 + np.exp(-1.0)), rel_tol=1e-12)


def test_sigmoid_shows_its_definition_and_its_derivative_in_its_own_output() -> None:
    solution = solve(problem("function: sigmoid\nat: 0.5"))
    assert lines(solution, "a") == [
        "sigmoid(z)",
        "1/(1 + exp(-z))",
        "1/(1 + exp(-0.5))",
        "1/(1 + 0.6065)",
        "1/1.607",
        "0.6225",
    ]
    assert lines(solution, "da/dz")[:3] == ["sigmoid(z)*(1 - sigmoid(z))", "a*(1 - a)", "0.6225*(1 - 0.6225)"]
    assert lines(solution, "da/dz")[-1] == "0.2350"


def test_tanh_shows_its_exponentials() -> None:
    solution = solve(problem("function: tanh\nat: {z1: 0.5}"))
    assert lines(solution, "a1")[:2] == ["tanh(z1)", "(exp(z1) - exp(-z1))/(exp(z1) + exp(-z1))"]
    assert lines(solution, "da1/dz1")[:2] == ["1 - tanh(z1)^2", "1 - a1^2"]


@pytest.mark.parametrize(
    ("z", "derivative", "why"),
    [
        ("0.5", "1", "since z = 0.5 > 0"),
        ("-1", "0", "since z = −1 ≤ 0"),
        ("0", "0", "since z = 0 (the derivative there is a convention)"),
    ],
)
def test_the_derivative_of_relu_says_which_case_holds(z: str, derivative: str, why: str) -> None:
    solution = solve(problem(f"function: relu\nat: {z}"))
    assert lines(solution, "da/dz") == ["cases(1 if z > 0, 0 otherwise)", derivative]
    assert reason(solution, "da/dz") == why


def test_leaky_relu_takes_its_slope() -> None:
    solved = problem("function: leaky_relu\nat: [-2, 3]\nslope: 0.2")
    figures = [value(solved, name) for name in ("a1", "a2", "da1/dz1", "da2/dz2")]
    assert figures == pytest.approx([-0.4, 3, 0.2, 1], rel=1e-12)


def test_names_follow_the_points() -> None:
    assert problem("function: tanh\nat: {z4: 0.1, z7: 0.2}").plan.parts[0].find == ("a4", "a7")
    assert problem("function: tanh\nat: {u: 0.1, v: 0.2}").plan.parts[0].find == ("a1", "a2")
    assert problem("function: [relu, leaky_relu]\nat: [1]").plan.parts[0].find == ("relu1", "leaky1")
    assert problem("function: {o: sigmoid}\nat: {z: 1}").plan.parts[1].find == ("do/dz",)
    assert problem("function: softmax\nat: [1, 2]").plan.composites[0].components == ("p.1", "p.2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("function: sigmod\nat: 1", ["problem.yaml:2:11: expected identity, sigmoid", "did you mean `sigmoid`?"]),
        ("function: relu\nat: [1, two]", ["problem.yaml:3:9: expected a number, found 'two'"]),
        ("function: relu\nat: {z1: .nan}", ["problem.yaml:3:10: expected a finite number"]),
        ("function: relu\nat: []", ["problem.yaml:3:5: expected at least 1 entry, found an empty list"]),
        ("function: relu", ["missing `at`"]),
        (
            "function: relu\nat: 1\nslope: 0.1",
            ["problem.yaml:4:8: a slope goes with leaky_relu and prelu"],
        ),
        ("function: [relu, relu]\nat: 1", ["problem.yaml:2:18: `relu` is given twice"]),
        ("function: relu\nat: {a: 1}", ["problem.yaml:3:6: `a` is also the name of a value of relu"]),
        ("function: softmax\nat: {p: 1, z: 2}", ["problem.yaml:3:6: `p` is also the name of a value of softmax"]),
        ("function: relu\nat: 1\nparts: [{find: b}]", ["problem.yaml:4:16: no quantity, group or item `b`"]),
    ],
)
def test_faults_are_located(text: str, expected: list[str]) -> None:
    found = faults(text)
    assert all(part in found[0] for part in expected), found


def test_the_template_and_the_shipped_problems_meet_their_figures() -> None:
    solve(load_text(KIND.template.encode(), "template.yaml", KINDS))
    assert value(load(PROBLEMS / "softmax-three-logits.yaml", KINDS), "p.1") == pytest.approx(0.65900114)
    assert value(load(PROBLEMS / "common-activations.yaml", KINDS), "dt2/dz2") == pytest.approx(0.41997434)


def test_every_activation_is_tested_and_listed_in_the_template() -> None:
    assert set(REFERENCES) == set(ACTIVATIONS)
    assert all(name in KIND.template for name in ACTIVATIONS)
