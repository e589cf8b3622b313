"""Entries of arrays asked for by their names, against NumPy; how they count, and where there is none."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from deepcalc.checking.document import Mark
from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem, UsageError
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.plan.lookup import add_asked, groups_of, long_names, resolve
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.rendering.as_json import to_json
from deepcalc.solution.detail import Detail
from deepcalc.solution.expectations import unmet_expectations
from deepcalc.solution.solver import solve
from tests.rendering.test_terminal import plain

X, W = np.array([[1.0, 2], [3, 4], [-1, 5]]), np.array([[1, 0.5], [-1, 2]])
Z = X @ W
GRADIENT = X.T @ (2 * Z)

PRODUCT = """
given: {X: [[1, 2], [3, 4], [-1, 5]], W: [[1, 0.5], [-1, 2]]}
define: {Z: X @ W, L: sum(Z^2)}
"""


def problem(fields: str, kind: str = "formula") -> Problem:
    return load_text(f"kind: {kind}\n{fields}".encode(), "entries.yaml", find_kinds())


def marked(found: Problem, answers: dict[str, str]) -> Mark:
    return Marker(found).mark(answers)


def value(found: Problem, name: str) -> float:
    (long,) = add_asked(found.plan, name)
    return float(evaluate(found.plan.graph, [long]).values[long])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Z.1.1", Z[0, 0]),
        ("Z.3.2", Z[2, 1]),
        ("X.2.1", X[1, 0]),
        ("dL/dW.1.2", GRADIENT[0, 1]),
        ("dL/dZ.3.1", 2 * Z[2, 0]),
        ("dZ.2.1/dW.1.1", X[1, 0]),
        ("ddL/dW.1.1/dW.2.1", 2 * (X.T @ X)[0, 1]),
    ],
)
def test_an_entry_has_a_name(name: str, expected: float) -> None:
    assert value(problem(PRODUCT), name) == pytest.approx(expected, rel=1e-12)


def test_entries_count_as_the_problem_does() -> None:
    found = problem(f"count_from: 0{PRODUCT}parts: [{{find: [Z.0.1, dL/dW.1.0]}}]")
    assert value(found, "Z.0.1") == pytest.approx(Z[0, 1])
    assert value(found, "Z.1.0") == pytest.approx(Z[1, 0])
    answers = json.loads(to_json(solve(found, detail=Detail.VALUES)))["parts"][0]["answers"]
    assert [(answer["name"], answer["value"]) for answer in answers] == [
        ("Z.0.1", pytest.approx(Z[0, 1])),
        ("dL/dW.1.0", pytest.approx(GRADIENT[1, 0])),
    ]
    sheet = plain(solve(found), 80)
    assert "Z₀₁ = X₀₀·W₀₁ + X₀₁·W₁₁\n" in sheet
    assert marked(found, {"Z.0.1": "4.5"}).score == 1


def test_spans_that_leave_out_their_end_are_written_as_they_were_typed() -> None:
    found = problem("count_from: 0\ngiven: {v: [1, 2, 4, 8]}\ndefine: {s: 'sum(v[1:3])', t: 'v[0]'}")
    assert value(found, "s") == 6
    assert value(found, "t") == 1
    assert "s = Σ v[1:3]" in plain(solve(found), 80)
    with pytest.raises(InvalidProblem, match="there is no entry 5: entries count from 1 to 4; here they count from 0"):
        problem("count_from: 0\ngiven: {v: [1, 2, 4, 8]}\ndefine: {t: 'v[4]'}")


def test_an_entry_is_written_in_entries_without_its_array() -> None:
    part = solve(problem(f"{PRODUCT}parts: [{{find: Z.2.1}}, {{find: dL/dW.1.1}}]")).parts[0]
    assert [step.name for step in part.steps] == ["Z.2.1"]
    sheet = plain(solve(problem(f"{PRODUCT}parts: [{{find: Z.2.1}}, {{find: dL/dW.1.1}}]")), 80)
    assert "  Z₂₁ = X₂₁·W₁₁ + X₂₂·W₂₁\n      = 3·1 + 4·(−1)\n      = 3 − 4\n      = −1\n" in sheet
    assert "  ∂L/∂W₁₁ = X₁₁·∂L/∂Z₁₁ + X₂₁·∂L/∂Z₂₁ + X₃₁·∂L/∂Z₃₁\n" in sheet
    assert "∂L/∂W =" not in sheet


def test_entries_are_expected_and_marked() -> None:
    found = problem(f"{PRODUCT}parts: [{{find: [Z.1.2, Z.2.1]}}]\nexpected: {{Z.3.2: 9.5, dL/dW.1.2: 47, Z.1.1: -2}}")
    assert [fault.location for fault in unmet_expectations(found)] == [("expected", "Z.1.1")]
    mark = marked(found, {"Z.1.2": "4.5", "Z.2.1": "4.5", "Z.3.1": "-6"})
    assert [answer.verdict.is_right for part in mark.parts for answer in part.answers] == [True, False, True]
    with pytest.raises(UsageError, match=r"`X.1.1` is given in the problem"):
        marked(found, {"X.1.1": "1"})


def test_row_and_column_exchanged_are_named() -> None:
    found = problem(
        "given: {X: [[1, 2], [3, 4]], W: [[1, 0.5372], [-1, 2.131]]}\ndefine: {Z: X @ W}\nparts: [{find: Z.2.1}]"
    )
    (answer,) = marked(found, {"Z.2.1": "4.7992"}).parts[0].answers  # 1 * 0.5372 + 2 * 2.131, which is Z.1.2
    assert answer.slips == ("indices-exchanged",)


def test_entries_of_parameters_after_an_update() -> None:
    found = problem(
        "notation: matrix\nX: [[1, 2], [3, 4], [-1, 5]]\nY: [[1, 0], [2, 1], [0, 0]]\n"
        "weights: {W1: [[1, 0.5], [-1, 2]]}\n"
        "layers: [identity]\nloss: sum\noptimizer: {learning_rate: 0.01}\nparts: [{find: W1.1.2+}]",
        "network",
    )
    stepped = W - 0.01 * 2 * X.T @ (Z - np.array([[1, 0], [2, 1], [0, 0]])) / 3  # the mean over three samples
    assert value(found, "W1.1.2@1") == pytest.approx(stepped[0, 1])
    (answer,) = json.loads(to_json(solve(found, detail=Detail.VALUES)))["parts"][0]["answers"]
    assert (answer["name"], answer["asked"]) == ("W1.1.2@1", "W1.1.2+")


def test_entries_of_letters_are_written_in_letters() -> None:
    found = problem(
        "given: {X: R^(2 x 2), W: R^(2 x 2), V: R^(2 x n), U: R^(n x 2)}\n"
        "define: {Z: X @ W, A: sigmoid(Z), P: V @ U, L: sum(Z^2)}\n"
        "parts: [{find: [A.1.2, dL/dW.1.2], in: [X, W]}, {find: dL/dW.2.2, in: [X, Z]}, {find: P.1.2}]"
    )
    shown = [answer["exact"] for part in json.loads(to_json(solve(found)))["parts"] for answer in part["answers"]]
    assert shown[0] == "sigmoid({X.1.1}*{W.1.2} + {X.1.2}*{W.2.2})"
    assert shown[2] == "2*({X.1.2}*{Z.1.2} + {X.2.2}*{Z.2.2})"
    assert shown[3] == "(V @ U)[1, 2]"
    answers = {"A.1.2": shown[0], "dL/dW.1.2": shown[1], "dL/dW.2.2": shown[2], "P.1.2": "sum(V[1, :] * U[:, 2])"}
    assert marked(found, answers).score == 4
    (other,) = marked(found, {"dL/dW.2.2": "2*(X[1, 2]*Z[1, 2] - X[2, 2]*Z[2, 2])"}).parts[1].answers
    assert not other.verdict.is_right


def test_resolving_adds_nothing() -> None:
    found = problem(f"{PRODUCT}parts: [{{find: Z}}]")
    names = found.plan.graph.names
    asked = ("dL/dW", "dL/dW.1.2", "shape(dL/dW)", "ddL/dW.1.1/dW.2.1", "Z.3.2", "dZ.2.1/dW")
    assert [long_names(found.plan, name) for name in asked] == [(name,) for name in asked]
    assert found.plan.graph.names == names
    assert [add_asked(found.plan, name) for name in asked] == [(name,) for name in asked]
    assert {*asked, "dL/dZ", "Z.2.1"} <= {*found.plan.graph.names}
    assert [long_names(found.plan, name) for name in asked] == [(name,) for name in asked]


def test_marking_leaves_the_problem_as_it_is() -> None:
    found = problem(f"{PRODUCT}parts: [{{find: L}}]")
    names = found.plan.graph.names
    mark = marked(found, {"L": "238.75", "dL/dW.1.2": "47", "shape(dL/dW)": "2 x 2", "Z.3.2": "9.5"})
    assert [answer.verdict.is_right for part in mark.parts for answer in part.answers] == [True] * 4
    assert found.plan.graph.names == names


def test_entries_belong_to_no_group() -> None:
    found = problem(f"{PRODUCT}parts: [{{find: Z.1.1}}]")
    assert "Z.1.1" in found.plan.graph
    assert not any("Z.1.1" in members for members in groups_of(found.plan).values())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Z.4.1", "`Z.4.1`: there is no row 4: rows count from 1 to 3"),
        ("Z.1", "`Z.1`: an entry of Z, which is 3 × 2, has 2 numbers"),
        ("Z.0.1", "`Z.0.1`: entries count from 1"),
        ("dL/dW.1.3", "`dL/dW.1.3`: there is no column 3: columns count from 1 to 2"),
        ("Q.1.1", "no quantity, group or item `Q.1.1`"),
        ("L.1", "no quantity, group or item `L.1`"),
        ("loss@1", "no quantity, group or item `loss@1`; there are X, W, "),
        ("dloss@1/dW", "no quantity `loss@1`; there are X, W, "),
        ("shape(L)", "L is a number; only an array has a shape"),
        ("shape(dL/dW.1.1)", "dL/dW.1.1 is a number; only an array has a shape"),
        ("dX/dW", "`dX/dW`: X is given, so it has no derivative by W"),
    ],
)
def test_an_entry_that_there_is_not_is_told(name: str, message: str) -> None:
    with pytest.raises(UsageError) as told:
        resolve(problem(PRODUCT).plan, name)
    assert str(told.value).startswith(message)


TRAINED = """samples:
  - {{inputs: {{x: 1}}, targets: [3]}}
  - {{inputs: {{x: 2}}, targets: [5]}}
  - {{inputs: {{x: 3}}, targets: [7]}}
layers: [{{net: [p], weights: {{x: [w]}}, biases: [b]}}]
values: {{w: 1, b: 0}}
loss: mse
optimizer: {{learning_rate: 0.1, {}}}
"""


@pytest.mark.parametrize(
    ("optimizer", "asked", "meant"),
    [
        ("batch_size: 2, epochs: 2", "dL/dw@1", "`dL:3@1/dw@1`, at w `dL/dw`"),
        ("batch_size: 2, epochs: 2", "dL/dw@3", "`dL:3@3/dw@3`, at w `dL/dw`"),
        ("batch_size: 2, epochs: 2", "dL:1/dw@2", "`dL:1@2/dw@2` or `dL_b@2/dw@2`, at w `dL:1/dw`"),
        ("batch_size: 1", "dL/dw@1", "`dL:2@1/dw@1`, at w `dL/dw`"),
        ("batch_size: 1", "dL:2/dw@1", "`dL:2@1/dw@1`, at w `dL:2/dw`"),
        ("batch_size: 1", "dL/dw@3", "`dL@3/dw@3`, at w `dL/dw`"),
        ("steps: 2", "dL/dw@1", "`dL@1/dw@1`, at w `dL/dw`"),
        ("batch_size: 1", "dL:3@1/dw@1", "no quantity `L:3@1`; the gradient by w@1 is `dL:2@1/dw@1`"),
        ("steps: 2", "dL@1/dw", "would be taken through the updates; the gradient at that point is `dL@1/dw@1`"),
    ],
)
def test_the_gradient_at_another_time_is_told(optimizer: str, asked: str, meant: str) -> None:
    plan = problem(TRAINED.format(optimizer), "network").plan
    with pytest.raises(UsageError) as caught:
        resolve(plan, asked)
    assert meant in str(caught.value)
    told = [name for name in re.findall("`([^`]*)`", meant) if name.startswith("d") and name != "dL:3@1/dw@1"]
    assert all(long_names(plan, name) == (name,) for name in told)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("m1", "`m.w@1` or `m.u@1`"),
        ("v_2", "`v.w@2` or `v.u@2`"),
        ("m_hat1", "`mhat.w@1` or `mhat.u@1`"),
        ("m@2", "`m.w@2` or `m.u@2`"),
        ("w2", "`w@2`"),
    ],
)
def test_a_state_without_its_parameter_is_told(name: str, meant: str) -> None:
    steps = "gradients: [{w: 1, u: 2}, {w: 2, u: 1}]"
    plan = problem(f"method: adam\nlearning_rate: 0.1\nparameters: {{w: 1, u: 2}}\n{steps}", "optimizer").plan
    with pytest.raises(UsageError, match=rf"\(did you mean {meant}\?\)"):
        resolve(plan, name)


@pytest.mark.parametrize(
    ("kind", "fields", "of"),
    [
        ("filtering", "X: [[1, 2], [3, 4]]\nkernel: [[1]]", "dL/dK"),
        ("normalization", "method: batch\nX: [[1, 2], [3, 4]]", "dL/dX"),
        ("recurrent", "inputs: [1]\nweights: {W_x: 1, W_h: 1}", "dL/dW_x"),
        ("attention", "Q: [[1, 0]]\nK: [[1, 1]]\nV: [[1, 2]]", "dL/dK"),
        ("network", "inputs: {x: 1}\nlayers: [{net: z, weights: {x: w}}]\nvalues: {w: 1}", "dL/dw"),
        ("network", "notation: matrix\nX: [[1]]\nweights: {W: [[1]]}\nlayers: [relu]", "dL/dW"),
    ],
)
def test_what_makes_a_loss_is_told_where_there_is_none(kind: str, fields: str, of: str) -> None:
    with pytest.raises(UsageError, match="`L` has no value here: there is no loss; `loss` makes one, or `upstream`"):
        resolve(problem(fields, kind).plan, of)


@pytest.mark.parametrize(
    ("name", "meant"), [("L2", "`L:2` or `L@2`"), ("p_3", "`p:3`"), ("L_31", "`L:3@1`"), ("w1", "`w@1`")]
)
def test_a_number_beside_a_name_is_told_as_that_of_a_sample_or_a_step(name: str, meant: str) -> None:
    plan = problem(TRAINED.format("batch_size: 2, epochs: 1"), "network").plan
    with pytest.raises(UsageError, match=re.escape(f"(did you mean {meant}?)")):
        resolve(plan, name)
