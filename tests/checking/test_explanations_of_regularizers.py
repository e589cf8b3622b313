"""Typical mistakes in regularizers: what NumPy comes to with each, and how it is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.checking.marking import by_name, said, written

W, G = np.array([0.62, -1.15, 0.34]), np.array([0.4, -0.22, 0.15])
WEIGHTS = "weights: {w1: 0.62, w2: -1.15, w3: 0.34}"
GIVEN = f"{WEIGHTS}\ngradients: {{w1: 0.4, w2: -0.22, w3: 0.15}}\nlearning_rate: 0.3\nloss: 1.37"
ABS, SQUARES = abs(W).sum(), (W**2).sum()
NORM = np.sqrt(SQUARES)
H, M = np.array([0.8, 1.5, -0.4, 2.2, 0.9]), np.array([1, 0, 1, 1, 0])
UNITS = "outputs: [0.8, 1.5, -0.4, 2.2, 0.9]\nmask: [1, 0, 1, 1, 0]"

MISTAKES: dict[str, list[tuple[str, Any, str]]] = {
    f"penalty: l1\nstrength: 0.4\n{GIVEN}": [
        ("sum_abs", NORM, "the root of the sum of the squares in place of the absolute values"),
        ("sum_abs", 1.15, "the largest term alone in place of their sum"),
        ("penalty", 0.4 * ABS / 3, "divided by the number of weights"),
        ("dtotal/dw1", 0.4 + 0.4 * ABS, "the penalty itself added, not its derivative"),
        ("dtotal/dw3", 0.15 + 1, "the factor λ left out"),
        ("w1@1", 0.62 - 0.3 * 0.4, "the penalty left out of the step"),
        ("w1@1", 0.62 - 0.3 * 0.4 - 0.4, "the penalty's derivative taken off without the learning rate"),
        ("w2@1", -1.15 + 0.3 * 0.4, "the gradient of the loss left out"),
        ("w3@1", -0.3 * (0.15 + 0.4), "the step alone"),
    ],
    f"penalty: l2\nstrength: 0.4\nhalf: true\n{GIVEN}": [
        ("sum_squares", W.sum() ** 2, "the square of the sum"),
        ("dtotal/dw1", 0.4 + 0.2 * 0.62, "the ½ of the penalty kept in the derivative"),
        ("dtotal/dw1", 0.4 + 0.4 * 0.62**2, "the square of the weight kept"),
        ("dtotal/dw1", 0.4 + 0.2 * 0.62**2, "the term of the penalty itself"),
        ("dtotal/dw3", 0.15 + 0.4, "the weight left out of the derivative"),
        ("w1@1", 0.62 - 0.4 - 0.4 * 0.62, "the learning rate forgotten"),
    ],
    "penalty: elastic_net\nstrength: 0.3\nratio: 0.7\n" + WEIGHTS: [
        ("penalty", 0.3 * (ABS + SQUARES), "ρ and 1 − ρ left out"),
        ("penalty", 0.3 * (0.7 * ABS + 0.3 * NORM), "the root taken of the sum of squares"),
    ],
    f"method: dropout\nrate: 0.4\n{UNITS}": [
        ("htilde", (1 - M) * H / 0.6, "kept and dropped units exchanged"),
        ("htilde", M * H * 0.6, "multiplied"),
    ],
    f"method: dropout\nrate: 0.3\n{UNITS}": [("htilde", M * H / 0.6, "the share that this mask keeps")],
    f"method: dropout\nkeep_prob: 0.7\nscaling: plain\n{UNITS}": [
        ("htilde", M * H / 0.7, "as inverted dropout does"),
        ("h_test", M * H, "the mask taken at test time"),
        ("h_test", H, "the factor of p_keep left out"),
        ("h_test", 0.6 * H, "the share that this mask keeps in place of the probability"),
        ("htilde", 0.7 * M * H, "multiplied by p_keep in training already"),
        ("htilde", 0.3 * M * H, "multiplied by 1 − p_keep in training already"),
    ],
    "method: max_norm\nbound: 1.1\n" + WEIGHTS: [
        ("norm", 1.15, "the largest absolute value in place of the norm"),
        ("norm", np.sqrt((W**2).mean()), "the root of the mean of the squares"),
        ("scale", 1, "not scaled"),
        ("scale", 1 / NORM, "which scales to a norm of 1"),
        ("scale", 1.1 / SQUARES, "the bound divided by the square of the norm"),
        ("scale", NORM - 1.1, "the norm less the bound"),
        ("w1@1", 0.62 / NORM, "the bound left out"),
        ("w2@1", -1.1, "each weight cut off at the bound on both sides"),
    ],
}

EPOCHS = [1.20, 1.21, 0.95, 0.94, 0.74, 0.76, 0.73, 0.75, 0.725, 0.72]
"""The best ones by more than 0.02: 1, 3, 5; with a patience of 3 it stops at 8."""


@pytest.mark.parametrize("fields", MISTAKES)
def test_a_typical_mistake_of_a_regularizer_is_named(fields: str) -> None:
    cases = MISTAKES[fields]
    asked = ", ".join(dict.fromkeys(name for name, *_ in cases))
    marker = written(f"kind: regularization\n{fields}\nparts: [{{find: [{asked}]}}]")
    for name, wrong, message in cases:
        given = ", ".join(map(str, np.round(wrong, 6).tolist())) if np.ndim(wrong) else f"{wrong:.7g}"
        mark = marker.mark({name: given})
        parts = [each for each in by_name(mark) if each == name or each.startswith(f"{name}.")]
        assert message in " ".join(said(mark, each) for each in parts)


@pytest.mark.parametrize(
    ("stop", "best", "message"),
    [
        (10, 10, "the least improvement δ left out of account"),
        (7, 5, "the patience taken as one epoch less"),
        (6, 5, "the wait not reset"),
        (10, 9, "each epoch compared with the one before"),
        (2, 1, "stopped at the first epoch without an improvement"),
        (8, 8, "the last epoch taken for the best one"),
        (8, 10, "the best of all epochs"),
        (8, 7, "the best up to the stop"),
        (8, 4, "the epochs counted from 0"),
    ],
)
def test_another_rule_of_early_stopping_is_named(stop: int, best: int, message: str) -> None:
    marker = written(
        f"kind: regularization\nmethod: early_stopping\npatience: 3\nmin_delta: 0.02\nlosses: {EPOCHS}\n"
        "parts: [{find: [best_epoch, best.8, stop_epoch]}]"
    )
    mark = marker.mark({"best_epoch": str(best), "best.8": str(EPOCHS[best - 1]), "stop_epoch": str(stop)})
    assert message in "; ".join(said(mark, name) for name in ("stop_epoch", "best_epoch", "best.8"))
