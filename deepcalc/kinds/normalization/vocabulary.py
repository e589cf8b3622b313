"""The names that can be asked for, told beside the fields."""

from __future__ import annotations

from deepcalc.kinds.registry import ASKED_FOR, Vocabulary

NAMES = {
    "mu, var, std": "mean, variance, √(σ² + ε)",
    "ms, rms": "of rms: mean square and its root",
    "Xhat, Y": "the normalised values; these scaled and shifted",
    "mu_run@1, var_run@1": "the running averages after the batch, also mu_run+, var_run+; mu_run, var_run before it",
    "Xhat_test, Y_test": "the further inputs at test time",
    "L, dL/dX, dL/dgamma, dL/dbeta": "the loss, or what `upstream` is the derivative of, and its gradients",
    "dL/dXhat, dL/dvar, dL/dmu": "the steps on the way back",
}


def vocabulary() -> Vocabulary:
    return {ASKED_FOR: NAMES}
