"""Linear and logistic regression: the design matrix, the fit in closed form or by steps, predictions, the boundary.

The features are ``x``, with powers and products ``P``, scaled ``Z``; ``X`` is the design matrix, ``theta`` its
parameters (``theta0`` is the bias, ``theta@2`` what they are after two steps), ``yhat`` the predictions, ``J`` the
objective. Of the normal equations ``A`` is the matrix, ``B`` its inverse, ``c`` the
right side. ``R2``, ``mse``, ``SS_res`` and ``SS_tot``
say how good a linear fit is; ``H`` has the second derivatives, ``eta_max`` and ``eta_best`` are the largest learning
rate that converges and the best one. Of a logistic regression the boundary is ``x_boundary``, or a line with ``slope``
and ``offset``.
"""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.registry import Kind, later
from deepcalc.kinds.regression.fields import RegressionFields
from deepcalc.kinds.regression.graph import build

KIND = Kind(
    name="regression",
    summary="linear and logistic regression: normal equations, ridge, descent, scaling, predictions, the boundary, R²",
    fields=RegressionFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.regression.slips", "slips"),
    subjects=("linear_regression", "logistic_regression", "ridge", "least_squares", "normal_equations"),
)
