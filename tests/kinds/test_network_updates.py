"""A network trains by the same rules as an optimizer goes: those with quantities of the step, against NumPy."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from tests.array_problems import assert_same, drawn, loaded
from tests.kinds.test_update_rules import RULES, Rule, State, adagrad_of_keras, header, nadam_of_pytorch

SHARED = [row for row in RULES if row[2] in (nadam_of_pytorch, adagrad_of_keras)]


@pytest.mark.parametrize(("method", "conventions", "rule"), SHARED, ids=[rule.__name__ for _, _, rule in SHARED])
@pytest.mark.parametrize("notation", ["one by one", "matrix"])
def test_a_linear_unit_trains_by_the_rule(method: str, conventions: str, rule: Rule, notation: str) -> None:
    draw = Random(rule.__name__)
    settings = header(method, conventions).replace("\n", ", ")
    for case in range(50):
        (first, second), x, y = drawn(draw, 2), [each + 2.003 for each in drawn(draw, 2)], drawn(draw) + 3.001
        if notation == "matrix":
            text = (
                f"notation: matrix\nX: [{x}]\nY: [[{y}]]\nweights: {{W: [[{first}], [{second}]]}}\nlayers: [identity]\n"
                f"loss: half_sum\noptimizer: {{{settings}, steps: 3}}"
            )
        else:
            text = (
                f"inputs: {{x1: {x[0]}, x2: {x[1]}}}\nlayers: [{{net: [z], weights: {{x1: [w1], x2: [w2]}}}}]\n"
                f"values: {{w1: {first}, w2: {second}}}\ntargets: {{z: {y}}}\nloss: half_sum\n"
                f"optimizer: {{{settings}, steps: 3}}"
            )
        found = loaded("network", text)
        w, state = np.array([first, second]), State()
        for t in (1, 2, 3):
            w = rule(state, w, (float(w @ x) - y) * np.array(x), t)
            ends = {f"W@{t}": w.reshape(2, 1)} if notation == "matrix" else {f"w1@{t}": w[0], f"w2@{t}": w[1]}
            assert_same(found, ends, case)


def test_each_gradient_is_clipped_by_its_own_norm() -> None:
    text = (
        "notation: matrix\nX: [[3, 4]]\nY: [[0]]\nweights: {W: [[1], [0]], b: [0]}\nlayers: [identity]\n"
        "loss: half_sum\noptimizer: {learning_rate: 1, clip: {norm_of_each: 2}}"
    )
    assert_same(loaded("network", text), {"size.W@1": 15, "W@1": [[-0.2], [-1.6]], "b@1": [-2]}, text)
