"""Names of answers as people type what the sheet prints."""

from __future__ import annotations

import pytest

from deepcalc.checking.questions import answerable
from deepcalc.checking.typed_names import meant_by
from deepcalc.errors import UsageError
from deepcalc.kinds import find_kinds
from deepcalc.plan import Plan
from deepcalc.problem.loader import load_text

NETWORK = """
kind: network
inputs: {x1: 0.62, x2: -1.17}
layers:
  - {net: [z1, z2], out: [h1, h2], activation: sigmoid, weights: {x1: [w11, w12], x2: [w21, w22]}, biases: [b1, b2]}
  - {net: [z3], out: [yhat], activation: sigmoid, weights: {h1: [v1], h2: [v2]}, biases: [c]}
values: {w11: 0.74, w12: -0.38, w21: 0.29, w22: 0.91, b1: 0.17, b2: -0.26, v1: 1.34, v2: -0.87, c: 0.43, t: 1}
targets: {yhat: t}
loss: {name: L, function: mse}
optimizer: {method: sgd, learning_rate: 0.7}
"""
MOMENTUM = """
kind: optimizer
method: momentum
learning_rate: 0.1
parameters: {w1: 0.5, b: 0.2}
gradients: [{w1: 0.3, b: 0.1}, {w1: 0.2, b: -0.4}]
"""
ONE_WEIGHT = """
kind: optimizer
method: adam
learning_rate: 0.1
parameters: {theta: 0.5}
gradients: [{theta: 0.3}, {theta: 0.2}]
"""
ONE_STEP = """
kind: optimizer
method: sgd
learning_rate: 0.1
parameters: {w: 0.5, w2: 1}
gradients: {w: 0.3, w2: 2}
"""
ENTRIES = """
kind: formula
given: {W: [[1, 2], [3, 4]], x: [0.5, -1]}
define: {z: W @ x, L: sum(z^2)}
count_from: 0
parts: [{find: [z.0, z.1, L]}]
"""
LOOKALIKES = """
kind: formula
given: {a1_2: 3, a12: 4}
define: {c1_2: 2*a1_2, c12: 3*a12}
"""


def plan_of(text: str) -> Plan:
    return load_text(text.encode(), "problem.yaml", find_kinds()).plan


@pytest.mark.parametrize(
    ("text", "typed", "meant"),
    [
        (NETWORK, "dL/dz_2", "dL/dz2"),
        (NETWORK, "dL/dw_21", "dL/dw21"),
        (NETWORK, "∂L/∂z_2", "dL/dz2"),
        (NETWORK, "dL/dw_{21}", "dL/dw21"),
        (NETWORK, "h_1", "h1"),
        (NETWORK, "ŷ", "yhat"),
        (NETWORK, "delta_3", "delta3"),
        (NETWORK, "δ_3", "delta3"),
        (NETWORK, "v_1+", "v1@1"),
        (NETWORK, "dyhat/dh_1", "dyhat/dh1"),
        (MOMENTUM, "v_1[w_1]", "v.w1@1"),
        (MOMENTUM, "v1[w1]", "v.w1@1"),
        (MOMENTUM, "v_2[b]", "v.b@2"),
        (MOMENTUM, "w_1^(2)", "w1@2"),
        (MOMENTUM, "w1⁽²⁾", "w1@2"),
        (ONE_WEIGHT, "θ_1", "theta@1"),
        (ONE_WEIGHT, r"\theta_{2}", "theta@2"),
        (ONE_WEIGHT, "θ₂", "theta@2"),
        (ONE_WEIGHT, "v_2", "v.theta@2"),
        (ONE_WEIGHT, "m̂_2", "mhat.theta@2"),
        (ONE_STEP, "w_1", "w@1"),
        (ONE_STEP, "w_new", "w@1"),
        (ONE_STEP, "w2'", "w2@1"),
        (ENTRIES, "z₀", "z.1"),
        (ENTRIES, "z_1", "z.2"),
    ],
)
def test_what_the_sheet_prints_is_understood_as_it_is_typed(text: str, typed: str, meant: str) -> None:
    assert answerable(plan_of(text), typed).name == meant


@pytest.mark.parametrize(
    ("text", "typed"),
    [(NETWORK, "h_9"), (NETWORK, "dL/dq_1"), (MOMENTUM, "v_3[w_1]"), (MOMENTUM, "v_1"), (ONE_WEIGHT, "theta_new")],
)
def test_what_nothing_is_called_is_told(text: str, typed: str) -> None:
    with pytest.raises(UsageError, match="no answer has the name"):
        answerable(plan_of(text), typed)


def test_a_spelling_of_two_names_is_that_of_neither() -> None:
    plan = plan_of(LOOKALIKES)
    assert [answerable(plan, name).name for name in ("c1_2", "c12")] == ["c1_2", "c12"]
    assert meant_by(plan, "c_1_2") is None


def test_what_is_given_is_told_with_its_name_after_the_step() -> None:
    with pytest.raises(UsageError, match=r"`w2` is given in the problem.*; after the first step it is `w2@1`"):
        answerable(plan_of(ONE_STEP), "w_2")
