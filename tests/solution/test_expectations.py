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


@pytest.mark.parametrize(
    ("value", "figure", "met"),
    [
        ("1/3", "0", False),
        ("-0.4", "0", False),
        ("0", "0", True),
        ("0.004", "0.00", True),
        ("0.006", "0.00", False),
        ("6.4", "6", True),
        ("6.6", "6", False),
        ("1/3", "1/3", True),
        ("1/3", "0.333", True),
        ("1/3", "0.3334", False),
        ("1240", "1.2e3", True),
        ("1260", "1.2e3", False),
    ],
)
def test_a_figure_is_met_by_what_rounds_to_it_at_its_last_place(value: str, figure: str, met: bool) -> None:
    text = f"kind: formula\ngiven: {{x: {value}}}\ndefine: {{f: x*1}}\nexpected: {{f: {figure}}}\n"
    faults = unmet_expectations(load_text(text.encode(), "figure.yaml", find_kinds()))
    assert [fault.location for fault in faults] == ([] if met else [("expected", "f")])
