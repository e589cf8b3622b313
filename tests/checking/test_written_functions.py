"""Bars and functions in the ways in which they are written by hand."""

from __future__ import annotations

import pytest

from deepcalc.checking.expression_reading import read_expression
from deepcalc.notation.parser import parse
from tests.checking.marking import verdicts, written

NAMES = {"w", "c", "p", "z", "y", "lambda", "yhat"}
WAYS = {
    "|w|": "abs(w)",
    "λ|w|": "lambda @ abs(w)",
    "|w - |c| |": "abs(w - abs(c))",
    "‖w‖²": "norm(w)^2",
    "||w||^2": "norm(w)^2",
    r"\|w\|_2^2": "norm(w)^2",
    r"\lVert w - c \rVert": "norm(w - c)",
    "‖w‖₁": "sum(abs(w))",
    r"\|w\|_{1}": "sum(abs(w))",
    "w/‖w‖": "w/norm(w)",
    "tanh²(c)": "tanh(c)^2",
    r"1 - \tanh^2(z c)": "1 - tanh(z @ c)^2",
    "log p": "log(p)",
    r"-y \log \hat{y}": "-(y @ log(yhat))",
    "np.dot(w, c - z)": "(w @ (c - z))",
    "np.sum(w*c, axis=0)": "sum(w*c, axis=0)",
    "w.T.dot(c - z)": "w.T @ (c - z)",
    "z e^{-c}": "z @ exp(-c)",
    "dot(dot(w, c), z)": "(w @ c) @ z",
    r"\lambda w": "lambda @ w",
    r"\sigma(z)": "sigmoid(z)",
    "z⌊c/p⌋ + 1": "z @ floor(c/p) + 1",
    r"\left\lceil \frac{c}{p} \right\rceil w": "ceil((c)/(p)) @ w",
    "w/√z·c": "w/sqrt(z)*c",
    "2√λ": "2*sqrt(lambda)",
    "√c²": "sqrt(c)^2",
    "max(eig(w))": "max(eigvals(w))",
}


@pytest.mark.parametrize("answer", WAYS)
def test_functions_are_read_as_they_are_written(answer: str) -> None:
    assert read_expression(answer, names=NAMES) == parse(WAYS[answer])


ATTENTION = """
kind: formula
given: {{Q: R^(n x d), K: R^(m x d), V: R^(m x k)}}
define: {{A: 'softmax(Q @ K.T / sqrt(d), axis={axis})', Y: A @ V}}
parts: [{{find: Y, in: [Q, K, V, d]}}]
"""


@pytest.mark.parametrize(
    ("axis", "answer", "verdict"),
    [
        (1, "softmax(QKᵀ/√d)V", "correct"),
        (1, r"\mathrm{softmax}(Q K^T / \sqrt{d}) V", "correct"),
        (1, "softmax(QKᵀ/√d, axis=0)V", "wrong"),
        (1, "softmax(QKᵀ)V", "wrong"),
        (0, "softmax(QKᵀ/√d)V", "correct"),
    ],
)
def test_a_softmax_of_a_matrix_runs_along_the_axis_of_the_problem(axis: int, answer: str, verdict: str) -> None:
    assert verdicts(written(ATTENTION.format(axis=axis)), {"Y": answer}) == {"Y": verdict}
