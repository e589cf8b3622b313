"""Linear, logistic and softmax regression: the design matrix, the fit, predictions, the boundary.

The features are ``x``, with powers and products ``P``, scaled ``Z``; ``X`` is the design matrix, ``theta`` its
parameters (``theta0`` is the bias, ``theta@2`` what they are after two steps), ``yhat`` the predictions, ``J`` the
objective. Of the normal equations ``A`` is the matrix, ``B`` its inverse, ``c`` the right side. ``R2``, ``mse``,
``SS_res`` and ``SS_tot`` say how good a linear fit is; ``H`` has the second derivatives, ``eta_max`` and ``eta_best``
are the largest learning rate that converges and the best one; ``contraction`` is what a step at the rate that is taken
multiplies the distance to the minimum by, at most. Of classes ``class@2`` are those of the samples after two steps,
with ``misclassified@2`` and ``accuracy@2``. Of a logistic regression the boundary is ``x_boundary``, or a line with
``slope`` and ``offset``; of a softmax regression, whose targets are the one-hot rows ``Y``, ``slope01`` and
``offset01`` are of the line between classes 0 and 1.
"""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.registry import Kind, later
from deepcalc.kinds.regression.fields import RegressionFields
from deepcalc.kinds.regression.graph import build

KIND = Kind(
    name="regression",
    summary="linear, logistic and softmax regression: normal equations, ridge, descent, scaling, the boundary, R²",
    fields=RegressionFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.regression.slips", "slips"),
    vocabulary=later("deepcalc.kinds.regression.vocabulary", "vocabulary"),
    subjects=("linear_regression", "logistic_regression", "ridge", "least_squares", "normal_equations"),
)
