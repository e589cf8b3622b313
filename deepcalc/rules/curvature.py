"""What the second derivatives of a quadratic say of gradient descent on it: rates that converge, how fast.

Near a minimum with the eigenvalues λ of the second derivatives a step of the learning rate η multiplies the error along
an eigenvector by 1 - ηλ. See Goodfellow, Bengio and Courville, *Deep Learning*, section 4.3, and Boyd and Vandenberghe,
*Convex Optimization*, section 9.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deepcalc.notation.nodes import ONE, ZERO, Cases, Name, Node, Relation
from deepcalc.notation.shapes import Size
from deepcalc.notation.symbols import Forms

CurvatureRow = tuple[str, str | Node, str]
"""A quantity: its name, its formula, as text or as a node, what it says."""

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


def of_matrix(size: Size, by_hand: bool = True) -> tuple[CurvatureRow, ...]:
    """From the symmetric matrix H of the second derivatives by so many parameters.

    The eigenvalues of two rows are worked out ``by_hand``, from trace and discriminant.
    """
    if size == 1:
        return of_one("H[1, 1]")
    if size != 2 or not by_hand:
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


def of_rate(count: int, rate: str = "eta") -> tuple[CurvatureRow, ...]:
    """What becomes of a descent of so many parameters with the learning rate that is taken, by the name of that."""
    errors = [f"abs(1 - {rate}*{eigenvalue})" for eigenvalue in ("lambda_max", "lambda_min")][:count]
    said = "what a step multiplies the distance to the minimum by" + (", at most" if count > 1 else "")
    contraction = errors[0] if count == 1 else f"max({', '.join(errors)})"
    converges = Cases(ONE, Relation("<", Name("contraction"), ONE), ZERO)
    return (("contraction", contraction, said), ("converges", converges, "1 if it does, where η < 2/λ_max; 0 if not"))


def curvature_mistakes(rate: str = "eta") -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Laws that are taken for those above, each with how that is said; ``rate`` is the learning rate's name."""
    yield "smallest-eigenvalue", "the smallest eigenvalue in place of the largest", {"eta_max": "2 / lambda_min"}
    yield "rate-halved", "1 in place of 2 above the largest eigenvalue", {"eta_max": "1 / lambda_max"}
    yield "rate-halved", "1 in place of 2 above the sum of the eigenvalues", {
        "eta_best": "1 / (lambda_min + lambda_max)"}  # fmt: skip
    yield "largest-for-best", "the largest rate that converges for the best one", {"eta_best": "2 / lambda_max"}
    yield "as-of-one", "1 above the largest eigenvalue, as of a single parameter", {"eta_best": "1 / lambda_max"}
    yield "upside-down", "the quotient upside down", {"kappa": "lambda_min / lambda_max"}
    yield "root-forgotten", "the root of the discriminant forgotten", {
        "lambda_max": "(tr_H + Delta)/2", "lambda_min": "(tr_H - Delta)/2"}  # fmt: skip
    yield "signs-exchanged", "plus and minus exchanged", {"rho_best": "(kappa + 1)/(kappa - 1)"}
    for size, eigenvalue in (("largest", "lambda_max"), ("smallest", "lambda_min")):
        yield "one-eigenvalue", f"the {size} eigenvalue alone", {"contraction": f"abs(1 - {rate}*{eigenvalue})"}
    yield "size-forgotten", "the values themselves compared, not their sizes", {
        "contraction": f"max(1 - {rate}*lambda_max, 1 - {rate}*lambda_min)"}  # fmt: skip
