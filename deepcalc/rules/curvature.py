"""What the second derivatives of a quadratic say of gradient descent on it: rates that converge, how fast.

Near a minimum with the eigenvalues λ of the second derivatives a step of the learning rate η multiplies the error along
an eigenvector by 1 - ηλ. See Goodfellow, Bengio and Courville, *Deep Learning*, section 4.3, and Boyd and Vandenberghe,
*Convex Optimization*, section 9.3.
"""

from __future__ import annotations

CurvatureRow = tuple[str, str, str]
"""A quantity: its name, its formula as text, what it says."""

CURVATURE_NAMES = ("H", "lambda_max", "lambda_min", "eta_max", "eta_best", "kappa", "contraction", "converges")


def of_one(curvature: str) -> list[CurvatureRow]:
    """From the second derivative by the only parameter."""
    return [
        ("lambda_max", curvature, "the only second derivative"),
        ("eta_max", "2/lambda_max", "a smaller learning rate converges"),
        ("eta_best", "1/lambda_max", "arrives in one step"),
    ]


def of_two(first: str, mixed: str, second: str) -> list[CurvatureRow]:
    """From the second derivatives by two parameters: the eigenvalues of a symmetric matrix of two rows."""
    return [
        ("tr_H", f"{first} + {second}", "trace"),
        ("Delta", f"({first} - {second})^2 + 4*{mixed}^2", "discriminant of the characteristic polynomial"),
        ("lambda_max", "(tr_H + sqrt(Delta))/2", "largest eigenvalue"),
        ("lambda_min", "(tr_H - sqrt(Delta))/2", "smallest eigenvalue"),
        ("eta_max", "2/lambda_max", "a smaller learning rate converges"),
        ("eta_best", "2/(lambda_min + lambda_max)", "converges fastest"),
        ("kappa", "lambda_max/lambda_min", "condition number"),
    ]


def of_rate(count: int) -> list[CurvatureRow]:
    """What becomes of a descent with the learning rate that is taken; whether it converges is a matter of cases."""
    errors = ["abs(1 - eta*lambda_max)", "abs(1 - eta*lambda_min)"][:count]
    said = "what a step multiplies the distance to the minimum by" + (", at most" if count > 1 else "")
    contraction = errors[0] if count == 1 else f"max({', '.join(errors)})"
    return [("contraction", contraction, said), ("converges", "", "1 if it does, where η < 2/λ_max; 0 if not")]
