"""The network kind against an implementation by someone else: NumPy matrices differentiated by autograd."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
import sympy
from autograd import grad
from hypothesis import given, settings

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.graph.paths import by_paths
from deepcalc.kinds import find_kinds
from deepcalc.notation.oracle import to_sympy
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from tests.networks import Case, cases

KINDS = find_kinds()


def load(text: str) -> Problem:
    return load_text(text.encode(), "network.yaml", KINDS)


@settings(max_examples=250, deadline=None)
@given(cases())
def test_every_derivative_and_update_agrees_with_autograd(case: Case) -> None:
    graph = load(case.yaml()).plan.graph
    exact = evaluate(graph, graph.names).values
    floats = Program(graph, graph.names).run()
    loss, by_weights, by_biases = case.reference()
    assert float(exact["L"]) == pytest.approx(loss, rel=1e-9, abs=1e-12)
    for layer, (weights, biases) in enumerate(zip(by_weights, by_biases, strict=True), start=1):
        expected = {
            case.weight(layer, i + 1, j + 1): (weights[i, j], case.weights[layer - 1][i, j])
            for i, j in np.ndindex(weights.shape)
        }
        if case.biases[layer - 1] is not None:
            expected |= {case.bias(layer, j + 1): (b, case.biases[layer - 1][j]) for j, b in enumerate(biases)}
        for name, (derivative, value) in expected.items():
            for values in (exact, floats):
                assert float(values[f"dL/d{name}"]) == pytest.approx(derivative, rel=1e-9, abs=1e-12), name
                updated = value - case.rate * derivative
                assert float(values[f"{name}@1"]) == pytest.approx(updated, rel=1e-9, abs=1e-12), name


@settings(max_examples=200, deadline=None)
@given(cases())
def test_both_ways_of_writing_a_gradient_come_to_the_same(case: Case) -> None:
    plan = load(case.yaml()).plan
    parameter = case.weight(1, 1, 1)
    for sample in range(1, len(case.inputs) + 1):
        name = f"dL:{sample}/d{parameter}"
        written = by_paths(plan.graph, f"L:{sample}", parameter)
        if written is not None:
            rewritten = plan.graph.with_formulas({name: written})
            ours, paths = (evaluate(graph, [name]).values[name] for graph in (plan.graph, rewritten))
            assert float(paths) == pytest.approx(float(ours), rel=1e-30, abs=1e-30)


@settings(max_examples=200, deadline=None)
@given(cases().filter(lambda case: len(case.sizes) <= 3 and case.sizes[0] <= 2 and len(case.inputs) == 1))
def test_gradients_are_the_derivatives_of_the_composed_expression(case: Case) -> None:
    graph = load(case.yaml()).plan.graph
    composed: dict[Any, Any] = {}
    for quantity in graph:
        if quantity.given is None and quantity.section in ("Forward pass, sample 1", "Loss"):
            formula = to_sympy(quantity.definition).subs(composed)
            composed[sympy.Symbol(quantity.name, real=True)] = formula
    loss = composed[sympy.Symbol("L:1", real=True)]
    values = {
        sympy.Symbol(quantity.name, real=True): sympy.Rational(str(quantity.given_number.value))
        for quantity in graph
        if quantity.given_number is not None
    }
    parameter = case.weight(1, 1, 1)
    by_sympy = sympy.diff(loss, sympy.Symbol(parameter, real=True)).subs(values).evalf(30)
    ours = evaluate(graph, [f"dL:1/d{parameter}"]).values[f"dL:1/d{parameter}"]
    assert float(ours) == pytest.approx(float(by_sympy), rel=1e-9, abs=1e-12)


SHARED = """
kind: network
inputs: {x: 2}
layers:
  - {net: [z1, z2], out: [h1, h2], activation: tanh, weights: {x: [w, w]}, biases: [b, b]}
  - {net: [o], weights: {h1: [v], h2: [w]}}
values: {w: 0.3, v: -0.7, b: 0.1}
targets: {o: 1}
loss: {function: half_sum}
optimizer: {learning_rate: 0.5}
train: [w, v]
"""


def test_a_shared_weight_gets_the_sum_of_its_gradients() -> None:
    def loss(parameters: Any) -> Any:
        w, v, b = parameters
        h = anp.tanh(2 * w + b)
        return 0.5 * (1 - (h * v + h * w)) ** 2

    expected = grad(loss)(np.array([0.3, -0.7, 0.1]))
    graph = load(SHARED).plan.graph
    values = evaluate(graph, graph.names).values
    for name, derivative in zip("wvb", expected, strict=True):
        assert float(values[f"dL/d{name}"]) == pytest.approx(derivative, rel=1e-12)
    assert "w@1" in graph
    assert "b@1" not in graph, "a frozen bias is not updated"


def test_updates_use_the_old_weights() -> None:
    graph = load(SHARED).plan.graph
    updates = [quantity.name for quantity in graph if quantity.group == "updates"]
    assert updates
    assert all("@" not in used for name in updates for used in graph.uses(name))


def test_derivatives_by_inputs_and_outputs_are_made_when_asked_for() -> None:
    problem = load(SHARED + "parts: [{find: [dL/dx, dL/dh1, do/dz1, dL/do]}]\n")
    values = evaluate(problem.plan.graph, [name for part in problem.parts for name in part.find]).values
    h = np.tanh(0.7)
    o = h * -0.7 + h * 0.3
    assert float(values["dL/do"]) == pytest.approx(o - 1)
    assert float(values["do/dz1"]) == pytest.approx(-0.7 * (1 - h**2))
    assert float(values["dL/dh1"]) == pytest.approx((o - 1) * -0.7)
    assert float(values["dL/dx"]) == pytest.approx((o - 1) * (-0.7 + 0.3) * (1 - h**2) * 0.3)


def test_the_derivative_by_a_probability_is_there_beside_the_fused_one() -> None:
    text = """
kind: network
inputs: {x: 1}
layers: [{net: [z], out: [p], activation: sigmoid, weights: {x: [w]}}]
values: {w: 0.4}
targets: {p: 1}
loss: {function: cross_entropy}
"""
    plan = load(text).plan
    (name,) = add_asked(plan, "dL/dp")
    values = evaluate(plan.graph, [name, "dL/dw"]).values
    p = 1 / (1 + np.exp(-0.4))
    assert float(values["dL/dp"]) == pytest.approx(-1 / p)
    assert float(values["dL/dw"]) == pytest.approx(p - 1)


def test_a_saturated_sigmoid_keeps_its_loss() -> None:
    text = """
kind: network
inputs: {x: 300}
layers: [{net: [z], out: [p], activation: sigmoid, weights: {x: [w]}}]
values: {w: 1}
targets: {p: 0}
loss: {function: cross_entropy}
"""
    graph = load(text).plan.graph
    assert float(evaluate(graph, ["L"]).values["L"]) == pytest.approx(300, rel=1e-15)
    assert Program(graph, ["L"]).run()["L"] == pytest.approx(300, rel=1e-15)


@pytest.mark.parametrize(
    ("weights", "bias"),
    [
        ("{rows: receivers, matrix: [[0.1, -0.2, 0.3]]}", "[0.5]"),
        ("[[0.1, -0.2, 0.3]]", "[0.5]"),
        ("[[0.1], [-0.2], [0.3]]", "0.5"),
        ("[0.1, -0.2, 0.3]", "0.5"),
    ],
)
def test_the_shape_of_a_matrix_says_what_a_row_belongs_to(weights: str, bias: str) -> None:
    unit = f"{{units: 1, activation: tanh, weights: {weights}, bias: {bias}}}"
    graph = load(f"kind: network\ninputs: [1, 2, -1]\ntargets: 1\nlayers: [{unit}]\nloss: mse").plan.graph
    output = np.tanh(np.array([1, 2, -1]) @ np.array([0.1, -0.2, 0.3]) + 0.5)
    assert float(evaluate(graph, ["a"]).values["a"]) == pytest.approx(output, rel=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("x: [w, w]", "x: [w]", 5, "expected 2 weights, one for each receiver, found 1"),
        ("x: [w, w]", "y: [w, w]", 5, "`y` is no unit of the layer before"),
        ("biases: [b, b]", "biases: [b]", 5, "expected 2 biases"),
        ("v: -0.7, ", "", 6, "`v` has no value"),
        ("targets: {o: 1}", "targets: {p: 1}", 8, "`p` is no output"),
        ("targets: {o: 1}", "", 9, "a loss needs `targets`"),
        ("out: [h1, h2], ", "", 5, "need names of their own"),
        ("net: [o]", "net: [z1]", 6, "the name `z1` is given twice"),
        ("[w, v]", "[w, u]", 11, "`u` is no weight or bias"),
        ("half_sum", "binary_cross_entropy", 9, "needs sigmoid outputs"),
        ("values: {w: 0.3", "values: {unused: 1, w: 0.3", 7, "`unused` is used nowhere"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(old: str, new: str, line: int, message: str) -> None:
    assert old in SHARED
    with pytest.raises(InvalidProblem) as caught:
        load(SHARED.replace(old, new, 1))
    assert any(message in fault.message and fault.place.line == line for fault in caught.value.faults), caught.value


def test_a_layer_of_one_unit_takes_single_entries_in_place_of_lists() -> None:
    alone = load(
        "kind: network\ninputs: {x: 2, y: -1}\nlayers: [{net: z, out: o, activation: sigmoid, biases: b, errors: e, "
        "weights: {x: 0.5, y: w}}]\nvalues: {w: 3, b: 0.25}\ntargets: {o: 1}\nloss: {function: mse}"
    )
    values = evaluate(alone.plan.graph, ["o", "e"]).values
    o = 1 / (1 + np.exp(-(2 * 0.5 - 1 * 3 + 0.25)))
    assert float(values["o"]) == pytest.approx(o)
    assert float(values["e"]) == pytest.approx(2 * (o - 1) * o * (1 - o))


@pytest.mark.parametrize("entry", ["{x: {y: 1}}", "{x: []}", "{x: [[1]]}", "{x: null}", "{x: true}", "{x: .nan}"])
def test_what_is_no_entry_of_a_layer_is_refused(entry: str) -> None:
    with pytest.raises(InvalidProblem, match=r"network.yaml:3:\d+: "):
        load(f"kind: network\ninputs: {{x: 2}}\nlayers: [{{net: z, weights: {entry}}}]")
