"""Activations that are given: the gradients follow from them, whatever the weights before them are."""

from __future__ import annotations

from math import isclose

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.notation.parser import parse_number
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.expectations import unmet_expectations
from deepcalc.solution.solver import solve

KINDS = find_kinds()
NETWORK = """kind: network
inputs: {{x1: 1.5, x2: -0.5}}
layers:
  - net: [z1, z2]
    out: [h1, h2]
    activation: {hidden}
    weights: {{x1: [w11, w12], x2: [w21, w22]}}
    biases: [b1, b2]
  - {{net: [s1, s2], out: [o1, o2], activation: {last}, weights: {{h1: [v11, v12], h2: [v21, v22]}}}}
values: {{w11: {w}, w12: {w}, w21: {w}, w22: {w}, b1: {w}, b2: {w}, v11: 0.4, v12: -0.2, v21: 0.7, v22: 0.1}}
given: {given}
targets: [1, 0]
loss: {loss}
{rest}"""


def load(
    given: str, hidden: str = "sigmoid", last: str = "sigmoid", loss: str = "half_sum", w: str = "", rest: str = ""
) -> Problem:
    return load_text(
        NETWORK.format(given=given, hidden=hidden, last=last, loss=loss, w=w, rest=rest).encode(), "n.yaml", KINDS
    )


def value(of: Problem, name: str) -> float:
    (long,) = add_asked(of.plan, name)
    return float(evaluate(of.plan.graph, [long]).values[long])


SLOPES = {
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a**2,
}
shares = st.integers(1, 99).map(lambda n: n / 100)
V = np.array([[0.4, -0.2], [0.7, 0.1]])
X = np.array([1.5, -0.5])


@settings(max_examples=60, deadline=None)
@given(st.lists(shares, min_size=4, max_size=4), st.sampled_from(sorted(SLOPES)), st.sampled_from(["", "0.3"]))
def test_gradients_from_given_outputs(figures: list[float], hidden: str, w: str) -> None:
    h, o = np.array(figures[:2]), np.array(figures[2:])
    text = f"{{h1: {h[0]}, h2: {h[1]}, o1: {o[0]}, o2: {o[1]}}}"
    solved = load(text, hidden=hidden, w=w)
    ds = (o - np.array([1, 0])) * o * (1 - o)
    dz = (V @ ds) * SLOPES[hidden](h)
    assert isclose(value(solved, "L"), 0.5 * float(np.sum((o - [1, 0]) ** 2)), rel_tol=1e-12)
    expected = {"dL/ds1": ds[0], "dL/dv21": ds[0] * h[1], "dL/dz2": dz[1], "dL/dw12": dz[1] * X[0], "dL/db1": dz[0]}
    for name, figure in expected.items():
        assert isclose(value(solved, name), float(figure), rel_tol=1e-9, abs_tol=1e-12), name


@settings(max_examples=30, deadline=None)
@given(shares)
def test_given_probabilities_keep_the_short_form_of_their_gradient(p: float) -> None:
    solved = load(f"{{h1: 0.5, h2: 0.25, o1: {p}, o2: {1 - p:.2f}}}", last="softmax", loss="cross_entropy")
    assert isclose(value(solved, "L"), -float(np.log(p)), rel_tol=1e-9)
    assert isclose(value(solved, "dL/ds1"), p - 1, rel_tol=1e-9)
    assert isclose(value(solved, "dL/dv22"), 0.25 * round(1 - p, 2), rel_tol=1e-9)


def test_given_net_inputs_take_the_place_of_the_weighted_sums() -> None:
    solved = load("{z1: 0.4, z2: -1.1}", hidden="relu", w="2")
    h = np.array([0.4, 0.0])
    o = 1 / (1 + np.exp(-(h @ V)))
    ds = (o - np.array([1, 0])) * o * (1 - o)
    dz = (V @ ds) * np.array([1, 0])
    assert [value(solved, name) for name in ("z1", "h1", "h2")] == [0.4, 0.4, 0]
    assert isclose(value(solved, "dL/dw11"), float(dz[0] * X[0]), rel_tol=1e-9)
    assert value(solved, "dL/dw12") == 0
    assert isclose(value(solved, "dL/dx1"), float(2 * dz.sum()), rel_tol=1e-9)


def test_what_is_given_is_not_asked_for() -> None:
    solution = solve(load("{h1: 0.5, h2: 0.25, o1: 0.5, o2: 0.25}"))
    assert [[answer.name for answer in part.answers][:2] for part in solution.parts] == [["L"], ["dL/dw11", "dL/dw12"]]


def test_slips_are_known_of_the_rest() -> None:
    solved = load("{h1: 0.5, h2: 0.25, o1: 0.5}")
    assert solved.kind.slips is not None
    keys = {slip.key for slip in solved.kind.slips(solved.model, solved.plan)}
    assert {"derivative-left-out", "target-minus-output", "wrong-weight"} <= keys


@pytest.mark.parametrize(
    ("given", "rest", "message"),
    [
        ("{h3: 1}", "", "`h3` is neither net input nor output of a unit"),
        ("{delta_z1: 1}", "", "an error term is the derivative by a net input: give `upstream: {z1: …}`"),
        ("{x1: 1}", "", "`x1` is neither net input nor output of a unit"),
        ("{h1: 1}", "optimizer: {learning_rate: 1, steps: 2}", "so there is one update"),
    ],
)
def test_faults_are_told(given: str, rest: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        load(given, w="1", rest=rest)
    assert message in str(caught.value)


@pytest.mark.parametrize("asked", ["parts: [{find: [o1, c3]}]", "parts: [{find: o1}]\nexpected: {c3: 0.25}"])
def test_a_value_that_is_asked_for_is_used(asked: str) -> None:
    text = NETWORK.replace("v22: 0.1", "v22: 0.1, c3: 0.25").replace("given: {given}\n", "")
    problem = load_text(
        text.format(hidden="relu", last="identity", w="0.5", loss="mse", rest=asked).encode(), "n", KINDS
    )
    assert problem.plan.graph["c3"].given == parse_number("0.25")
    assert unmet_expectations(problem) == []
    solve(problem)


def test_a_value_that_nothing_asks_for_is_told() -> None:
    text = NETWORK.replace("v22: 0.1", "v22: 0.1, c3: 0.25").replace("given: {given}\n", "")
    with pytest.raises(InvalidProblem, match="`c3` is used nowhere"):
        load_text(text.format(hidden="relu", last="identity", w="0.5", loss="mse", rest="").encode(), "n", KINDS)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "identity"])
def test_a_network_begins_with_given_net_inputs(activation: str) -> None:
    """Against NumPy: the derivatives by the net inputs that are given, and one update of the weights behind."""
    out = "" if activation == "identity" else f", out: [a1, a2], activation: {activation}"
    senders = ("z1", "z2") if activation == "identity" else ("a1", "a2")
    text = (
        f"kind: network\ngiven: {{z1: 0.7, z2: -0.4}}\nlayers:\n  - {{net: [z1, z2]{out}}}\n"
        f"  - {{net: [p, q], weights: {{{senders[0]}: [w11, w12], {senders[1]}: [w21, w22]}}}}\n"
        "values: {w11: 1, w12: -2, w21: 0.5, w22: 3}\ntargets: [1, 0.5]\nloss: half_sum\n"
        "optimizer: {learning_rate: 0.1}"
    )
    solved = load_text(text.encode(), "middle.yaml", KINDS)
    names = ["p", "q", "dL/dz1", "dL/dz2", "w11@1", "w22@1"]
    asked = [add_asked(solved.plan, name)[0] for name in names]
    found = evaluate(solved.plan.graph, asked).values
    z, w = np.array([0.7, -0.4]), np.array([[1, -2], [0.5, 3]])
    a = {"tanh": np.tanh(z), "sigmoid": 1 / (1 + np.exp(-z)), "identity": z}[activation]
    slope = {"tanh": 1 - a**2, "sigmoid": a * (1 - a), "identity": np.ones(2)}[activation]
    error = a @ w - np.array([1, 0.5])
    expected = [*(a @ w), *(w @ error * slope), 1 - 0.1 * error[0] * a[0], 3 - 0.1 * error[1] * a[1]]
    assert [float(found[name]) for name in asked] == pytest.approx(expected, rel=1e-12)
    assert "A part of a network" in str(solved.plan.statement)
