"""The names that can be asked for, told beside the fields."""

from __future__ import annotations

from deepcalc.kinds.registry import ASKED_FOR, Vocabulary

NAMES = {
    "theta, theta0": "the parameters, and the first one alone; `name: w` makes them w, w0",
    "theta@1, theta0@1": "those after a step, also theta+",
    "X, yhat, J": "the features with their ones, the predictions, the objective; J@1 that after a step",
    "dJ/dtheta": "the gradient",
    "A, B, c": "normal_equations: XᵀX with any penalty, its inverse, Xᵀy",
    "xbar, ybar, S_xy, S_xx": "sums: the means, and the sums of products and squares",
    "H": "the second derivatives; v the step by Newton",
    "SS_res, SS_tot, R2, mse": "how well the line fits",
    "z, class, accuracy, misclassified": "logistic and softmax: scores, predicted classes, and how many of them are "
    "right or wrong",
    "slope, offset": "the decision boundary of two features; x_boundary that of one",
    "yhat_new": "what is predicted at the point of `predict`, yhat_new:2 at the second; class_new its class",
    "eta_max, eta_best": "linear: the learning rate below which descent converges, and with which it is fastest",
    "lambda_max, lambda_min, kappa": "linear: eigenvalues of the second derivatives, and the condition number",
}


def vocabulary() -> Vocabulary:
    return {ASKED_FOR: NAMES}
