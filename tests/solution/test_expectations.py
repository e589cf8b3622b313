"""Figures from elsewhere: which are met, and how it is told that one is not."""

from __future__ import annotations

import pytest

from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.solution.expectations import unmet_expectations

RIDGE = """\
kind: formula
given: {{X: R^(n x d), w: R^d, y: R^n, lambda: }}
define: {{r: X @ w - y, J: sum(r^2) + lambda*sum(w^2)}}
parts: [{{find: dJ/dw}}]
expected: {{dJ/dw: "{formula}"}}
"""


def unmet(formula: str) -> str:
    found = load_text(RIDGE.format(formula=formula).encode(), "ridge.yaml", find_kinds())
    return "; ".join(fault.message for fault in unmet_expectations(found))


@pytest.mark.parametrize(
    "formula",
    ["2*X.T @ (X @ w - y) + 2*lambda*w", "2*(X.T @ X + lambda*identity(d)) @ w - 2*X.T @ y", "2*X.T@r+2*lambda*w"],
)
def test_a_formula_is_compared_by_what_it_means(formula: str) -> None:
    assert unmet(formula) == ""


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("2*X.T @ (y - X @ w) + 2*lambda*w", "has another value at random points"),
        ("2*X.T @ (XX @ w - y)", "no quantity, group or item `XX` (did you mean `X`?)"),
        ("w + X", "the formula is n × d, it is a vector of d"),
        ("w[7]", "the formula is a number, it is a vector of d"),
        ("X[1, 1, 1]", "3 indexes for n × d"),
        ("sum(w, axis=5)", "there is no axis 5"),
        ("inv(X)", "inv takes a square matrix, this is n × d"),
        ("log(0-1)*w", "the logarithm of a negative number"),
        ("w/0", "division by zero"),
    ],
)
def test_what_is_wrong_with_a_formula_is_told_with_its_name(formula: str, said: str) -> None:
    message = unmet(formula)
    assert message.startswith("`dJ/dw`: ")
    assert said in message
