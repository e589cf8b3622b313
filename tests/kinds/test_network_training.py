"""Training of a network over several steps, by every update rule, against an autodiff library and NumPy."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve
from tests.kinds.test_update_rules import RULES, Rule, State, header
from tests.statements import printed

KINDS = find_kinds()
NAMES = ("w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c")
STEPS = 3


def network(values: Any, samples: Any, optimizer: str, chain: str = "errors") -> Problem:
    indented = "".join(f"\n  {line}" for line in optimizer.split("\n") if line)
    given = ", ".join(f"{name}: {value}" for name, value in zip(NAMES, values, strict=True))
    rows = "".join(f"\n  - {{inputs: {{x1: {x1}, x2: {x2}}}, targets: {{o: {t}}}}}" for x1, x2, t in samples)
    text = f"""
kind: network
samples:{rows}
layers:
  - {{net: [z1, z2], out: [h1, h2], activation: tanh, weights: {{x1: [w11, w12], x2: [w21, w22]}}, biases: [b1, b2]}}
  - {{net: [o], weights: {{h1: [v1], h2: [v2]}}, biases: [c]}}
values: {{{given}}}
loss: {{function: half_sum}}
chain: {chain}
optimizer:{indented}
"""
    return load_text(text.encode(), "problem.yaml", KINDS)


def loss(theta: Any, samples: Any) -> Any:
    w11, w12, w21, w22, b1, b2, v1, v2, c = theta
    losses = []
    for x1, x2, t in samples:
        h1, h2 = anp.tanh(x1 * w11 + x2 * w21 + b1), anp.tanh(x1 * w12 + x2 * w22 + b2)
        losses.append((t - (h1 * v1 + h2 * v2 + c)) ** 2 / 2)
    return sum(losses) / len(losses)


def drawn(draw: random.Random) -> tuple[list[float], list[tuple[float, ...]]]:
    values = [draw.randint(-15, 15) / 10 or 0.3 for _ in NAMES]
    samples = [tuple(draw.randint(-20, 20) / 10 or 0.7 for _ in range(3)) for _ in range(2)]
    return values, samples


AT_THE_PARAMETERS = [row for row in RULES if row[0] != "nesterov" or "look_ahead" in row[1]]
"""The rules that take the gradient at the parameters, as a network does."""


@pytest.mark.parametrize(
    ("method", "conventions", "rule"), AT_THE_PARAMETERS, ids=[rule.__name__ for _, _, rule in AT_THE_PARAMETERS]
)
def test_three_steps_agree_with_autograd_and_numpy(method: str, conventions: str, rule: Rule) -> None:
    draw = random.Random(rule.__name__)
    for _ in range(8):
        values, samples = drawn(draw)
        optimizer = f"{header(method, conventions)}\nsteps: {STEPS}"
        graph = network(values, samples, optimizer).plan.graph
        wanted = [f"{name}@{t}" for t in range(1, STEPS + 1) for name in (*NAMES, "L")]
        floats = Program(graph, wanted).run()
        theta, state = np.array(values), State()
        for t in range(1, STEPS + 1):
            theta = rule(state, theta, autograd.grad(loss)(theta, samples), t)
            for name, figure in zip(NAMES, theta, strict=True):
                assert floats[f"{name}@{t}"] == pytest.approx(figure, rel=1e-9, abs=1e-11)
            assert floats[f"L@{t}"] == pytest.approx(loss(theta, samples), rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("method", ["adam", "rmsprop", "momentum"])
def test_the_mistakes_of_a_training_can_be_worked_out(method: str) -> None:
    values, samples = drawn(random.Random(4))
    solved = network(values, samples, f"method: {method}\nlearning_rate: 0.1\nsteps: 2")
    assert solved.kind.slips is not None
    found = [slip for slip in solved.kind.slips(solved.model, solved.plan) if slip.key == "updated-weights"]
    assert found
    for stale in found:
        graph = solved.plan.graph
        wrong = {of: replace(graph[of], formula=formula, partials={}) for of, formula in stale.formulas.items()}
        assert evaluate(graph.with_formulas(wrong), list(wrong)).values != evaluate(graph, list(wrong)).values


def test_quantities_after_an_update_go_by_their_names_with_a_time() -> None:
    values, samples = drawn(random.Random(1))
    graph = network(values, samples, "learning_rate: 0.1\nsteps: 2").plan.graph
    found = evaluate(graph, ["h1:2@1", "dL@1/dw11@1", "L:1@2"]).values
    theta = np.array(values)
    theta = theta - 0.1 * autograd.grad(loss)(theta, samples)
    x1, x2, _ = samples[1]
    assert float(found["h1:2@1"]) == pytest.approx(np.tanh(x1 * theta[0] + x2 * theta[2] + theta[4]), rel=1e-12)
    slopes = autograd.grad(loss)(theta, samples)
    assert float(found["dL@1/dw11@1"]) == pytest.approx(slopes[0], rel=1e-9)
    assert float(found["L:1@2"]) == pytest.approx(loss(theta - 0.1 * slopes, samples[:1]), rel=1e-9)


@pytest.mark.parametrize("chain", ["errors", "paths"])
def test_the_sheet_of_two_steps_asks_for_the_last_values(chain: str) -> None:
    values, samples = drawn(random.Random(2))
    solution = solve(network(values, samples, "learning_rate: 0.1\nsteps: 2", chain))
    asked = [answer.name for answer in solution.parts[-1].answers]
    assert asked == [*(f"{name}@2" for name in NAMES), "L@2"]


BROKEN = [
    ("method: adam\nlearning_rate: 0.1\nmomentum: 0.5", "`momentum` belongs to sgd, momentum, nesterov and rmsprop"),
    ("learning_rate: 0.1\nsteps: 5000", "expected at most 20,000 gradients of parameters by samples"),
]


@pytest.mark.parametrize(("optimizer", "message"), BROKEN)
def test_faults_of_a_training_are_told(optimizer: str, message: str) -> None:
    values, samples = drawn(random.Random(3))
    with pytest.raises(InvalidProblem) as caught:
        network(values, samples, optimizer)
    assert message in str(caught.value)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize(
    "terms", ["", "{convention: target - output}", "{convention: target - output, weights: updated}"]
)
def test_outputs_and_loss_after_a_single_update_are_those_of_the_new_parameters(terms: str) -> None:
    draw = np.random.default_rng(5)
    for _ in range(10):
        x, t, weights, v = draw.normal(size=2), draw.normal(), draw.normal(size=(2, 2)), draw.normal(size=2)
        text = f"""
kind: network
inputs: {x.tolist()}
layers:
  - {{units: 2, activation: sigmoid, weights: {{rows: senders, matrix: {weights.tolist()}}}}}
  - {{net: [o], weights: {[[each] for each in v.tolist()]}}}
targets: {{o: {t}}}
loss: half_sum
optimizer: {{learning_rate: 0.3}}
error_terms: {terms or "{}"}
"""
        h = sigmoid(x @ weights)
        error = h @ v - t
        new_v = v - 0.3 * error * h
        hidden = error * (new_v if "updated" in terms else v) * h * (1 - h)
        output = sigmoid(x @ (weights - 0.3 * np.outer(x, hidden))) @ new_v
        values = evaluate(load_text(text.encode(), "problem.yaml", KINDS).plan.graph, ["o@1", "L@1"]).values
        assert [float(values[name]) for name in ("o@1", "L@1")] == pytest.approx([output, (t - output) ** 2 / 2])


def test_given_activations_are_not_those_after_an_update() -> None:
    text = """
kind: network
inputs: {x: 1}
layers: [{net: [z], out: [h], activation: sigmoid, weights: {x: [w]}}, {net: [o], weights: {h: [v]}}]
values: {w: 1, v: 1}
given: {h: 0.7}
targets: {o: 1}
loss: mse
optimizer: {learning_rate: 0.1}
"""
    graph = load_text(text.encode(), "problem.yaml", KINDS).plan.graph
    assert "v@1" in graph
    assert "L@1" not in graph


def test_the_question_of_a_rate_in_letters() -> None:
    fields = "inputs: {x: 1}\ntargets: 1\nloss: mse\nlayers: [{net: [z], weights: {x: [2]}}]"
    problem = load_text(f"kind: network\n{fields}\noptimizer: {{learning_rate: }}".encode(), "letters.yaml", KINDS)
    assert printed(problem).endswith("the parameters after one step of gradient descent with η.")
