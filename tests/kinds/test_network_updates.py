"""A network trains by the same rules as an optimizer goes: each in its conventions against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from deepcalc.graph.floats import Program
from tests.array_problems import assert_same, loaded
from tests.kinds.test_update_rules import GAMMA, RULES, Rule, State, header, sgd_clipped_one_by_one

CASES, STEPS = 100, 3


IN_NUMBERS = {sgd_clipped_one_by_one}
"""Rules of each number's own norm."""

TRAINED = [
    pytest.param(*row, notation, id=f"{row[2].__name__}-{notation}")
    for row in RULES
    for notation in ("one by one", "matrix")
    if notation != "matrix" or row[2] not in IN_NUMBERS
]


@pytest.mark.parametrize(("method", "conventions", "rule", "notation"), TRAINED)
def test_a_linear_unit_trains_by_the_rule(method: str, conventions: str, rule: Rule, notation: str) -> None:
    draw = np.random.default_rng(8)
    w, x = draw.integers(-200, 200, (2, CASES)) / 100, draw.integers(1, 400, (2, CASES)) / 100 + 0.003
    y = draw.integers(-200, 200, CASES) / 100 + 4.001
    settings = header(method, conventions).rstrip().replace("\n", ", ")
    optimizer = f"loss: half_sum\noptimizer: {{{settings}, steps: {STEPS}}}"
    if notation == "matrix":
        text = (
            f"notation: matrix\nX: [[{x[0][0]}, {x[1][0]}]]\nY: [[{y[0]}]]\n"
            f"weights: {{W: [[{w[0][0]}], [{w[1][0]}]]}}\nlayers: [identity]\n{optimizer}"
        )
        given = {"X": x.T[:, None, :], "Y": y[:, None, None], "W": w.T[:, :, None]}
        asked = [f"W@{t}" for t in range(1, STEPS + 1)]
    else:
        text = (
            f"inputs: {{x1: {x[0][0]}, x2: {x[1][0]}}}\nlayers: [{{net: [z], weights: {{x1: [w1], x2: [w2]}}}}]\n"
            f"values: {{w1: {w[0][0]}, w2: {w[1][0]}, y: {y[0]}}}\ntargets: {{z: y}}\n{optimizer}"
        )
        given = {"x1": x[0], "x2": x[1], "w1": w[0], "w2": w[1], "y": y}
        asked = [f"{name}@{t}" for t in range(1, STEPS + 1) for name in ("w1", "w2")]
    found = Program(loaded("network", text).plan.graph, asked).run(given)
    looks_ahead, state = method == "nesterov" and "look_ahead: false" not in conventions, State()
    for t in range(1, STEPS + 1):
        point = w - GAMMA * state.get("v", 0) if looks_ahead else w
        w = rule(state, w, (np.sum(point * x, axis=0) - y) * x, t)
        mine = found[f"W@{t}"][:, :, 0].T if notation == "matrix" else [found[f"w1@{t}"], found[f"w2@{t}"]]
        np.testing.assert_allclose(mine, w, rtol=1e-9, atol=1e-10)


def test_each_gradient_is_clipped_by_its_own_norm() -> None:
    text = (
        "notation: matrix\nX: [[3, 4]]\nY: [[0]]\nweights: {W: [[1], [0]], b: [0]}\nlayers: [identity]\n"
        "loss: half_sum\noptimizer: {learning_rate: 1, clip: {norm_of_each: 2}}"
    )
    assert_same(loaded("network", text), {"size.W@1": 15, "W@1": [[-0.2], [-1.6]], "b@1": [-2]}, text)
