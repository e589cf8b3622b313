"""What the second derivatives of a quadratic say of gradient descent on it: rates that converge, how fast.

Near a minimum with the eigenvalues λ of the second derivatives a step of the learning rate η multiplies the error along
an eigenvector by 1 - ηλ. See Goodfellow, Bengio and Courville, *Deep Learning*, section 4.3, and Boyd and Vandenberghe,
*Convex Optimization*, section 9.3.
"""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.notation.symbols import Forms

CurvatureRow = tuple[str, str, str]
"""A quantity: its name, its formula as text, what it says."""

CURVATURE_NAMES = (
    "H", "tr_H", "Delta", "eig_H", "lambda_max", "lambda_min", "eta_max", "eta_best", "kappa", "rho_best",
    "contraction", "converges",
)  # fmt: skip

CURVATURE_FORMS: Mapping[str, Forms] = {
    "tr_H": Forms("tr H", r"\operatorname{tr} H", compound=True),
    "Delta": Forms("Δ", r"\Delta"),
    "eig_H": Forms("eig H", r"\operatorname{eig} H", compound=True),
}
"""How the names are printed."""

_OF_SEVERAL: tuple[CurvatureRow, ...] = (
    ("eta_max", "2/lambda_max", "a smaller learning rate converges"),
    ("eta_best", "2/(lambda_min + lambda_max)", "converges fastest"),
    ("kappa", "lambda_max/lambda_min", "condition number"),
    ("rho_best", "(kappa - 1)/(kappa + 1)", "what the error is multiplied by in a step at the best rate"),
)


def of_one(curvature: str) -> tuple[CurvatureRow, ...]:
    """From the second derivative by the only parameter."""
    return (
        ("lambda_max", curvature, "the only second derivative"),
        ("eta_max", "2/lambda_max", "a smaller learning rate converges"),
        ("eta_best", "1/lambda_max", "arrives in one step"),
    )


def of_matrix(size: int) -> tuple[CurvatureRow, ...]:
    """From the symmetric matrix H of the second derivatives by so many parameters; of two, eigenvalues by hand."""
    if size == 1:
        return of_one("H[1, 1]")
    if size > 2:
        largest, smallest = "max(eig_H)", "min(eig_H)"
        found: tuple[CurvatureRow, ...] = (("eig_H", "eigvals(H)", "eigenvalues"),)
    else:
        largest, smallest = "(tr_H + sqrt(Delta))/2", "(tr_H - sqrt(Delta))/2"
        found = (
            ("tr_H", "trace(H)", "trace"),
            ("Delta", "(H[1, 1] - H[2, 2])^2 + 4*H[1, 2]^2", "discriminant of the characteristic polynomial"),
        )
    ends = (("lambda_max", largest, "largest eigenvalue"), ("lambda_min", smallest, "smallest eigenvalue"))
    return (*found, *ends, *_OF_SEVERAL)


def of_rate(count: int) -> tuple[CurvatureRow, ...]:
    """What becomes of a descent with the learning rate that is taken; whether it converges is a matter of cases."""
    errors = ["abs(1 - eta*lambda_max)", "abs(1 - eta*lambda_min)"][:count]
    said = "what a step multiplies the distance to the minimum by" + (", at most" if count > 1 else "")
    contraction = errors[0] if count == 1 else f"max({', '.join(errors)})"
    return (("contraction", contraction, said), ("converges", "", "1 if it does, where η < 2/λ_max; 0 if not"))
