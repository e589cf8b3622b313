"""Sums over an index as answers: against NumPy, and in their usual ways of being written."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy
import pytest

from deepcalc.checking.by_hand import products_by_shapes
from deepcalc.checking.expression_reading import read_expression
from deepcalc.checking.index_sums import first_terms, indices_of, sums_written_out
from deepcalc.errors import ParseError
from deepcalc.graph.evaluation import value_of
from deepcalc.notation.grids import Grid
from deepcalc.notation.operations.expressions import arranged, exact_value, shape_of
from deepcalc.notation.parser import parse
from tests.checking.marking import verdicts, written
from tests.quick import at_once

G, X_HAT = [2, -3, 5], [7, 11, 13]
ROWS = numpy.array([[1, 2], [3, 5], [8, 13]])
VALUES: dict[str, Any] = {
    "g": Grid((3,), [Fraction(each) for each in G]),
    "xhat": Grid((3,), [Fraction(each) for each in X_HAT]),
    "X": Grid((3, 2), [Fraction(int(each)) for each in ROWS.flatten()]),
    "n": Fraction(3),
}
DOT = int(numpy.dot(G, X_HAT))
WAYS = {
    "Σᵢ gᵢ x̂ᵢ": DOT,
    "∑_i g_i xhat_i": DOT,
    r"\sum_{i=1}^{n} g_i \hat{x}_i": DOT,
    r"\sum_i g_i \hat{x}_i": DOT,
    r"\sum\limits_{j=1}^n g_j \hat{x}_j": DOT,
    "sum_i g_i*xhat_i": DOT,
    "sum_(i=1)^n g_i xhat_i": DOT,
    "Σᵢ g^(i) x̂^(i) + 1": DOT + 1,
    "Σᵢ (gᵢ − x̂ᵢ)²": int(((numpy.array(G) - X_HAT) ** 2).sum()),
    "2 Σᵢ gᵢ Σⱼ x̂ⱼ": 2 * sum(G) * sum(X_HAT),
    "Σᵢ gᵢ Σᵢ x̂ᵢ": sum(G) * sum(X_HAT),
    r"\frac{1}{n} \sum_i g_i": Fraction(sum(G), 3),
}


def value(answer: str) -> object:
    expression = read_expression(answer, names=set(VALUES))
    written_out = sums_written_out(expression, lambda array, axis: VALUES[array].shape[axis])
    shape = {name: each.shape if isinstance(each, Grid) else () for name, each in VALUES.items()}.__getitem__
    return exact_value(arranged(products_by_shapes(written_out, shape), shape), VALUES, value_of)


@pytest.mark.parametrize("answer", WAYS)
def test_terms_are_entries_of_the_arrays(answer: str) -> None:
    assert value(answer) == WAYS[answer]


def test_terms_may_be_rows_of_a_matrix() -> None:
    found = value("Σᵢ gᵢ * xᵢ")
    assert isinstance(found, Grid)
    assert list(found.entries) == list(numpy.array(G) @ ROWS)


def test_the_first_terms_have_the_shape_of_the_sum() -> None:
    expression = read_expression("Σᵢ gᵢ * xᵢ", names=set(VALUES))
    assert indices_of(expression) == {"i"}
    assert first_terms(expression) == parse("g[1] * X[1]")
    assert shape_of(first_terms(expression), lambda name: VALUES[name].shape) == (2,)


@pytest.mark.parametrize(("answer", "said"), [("Σᵢ g", "needs entries with that index"), ("1 + Σᵢ", "what is summed")])
def test_a_sum_of_nothing_is_told(answer: str, said: str) -> None:
    with pytest.raises(ParseError, match=said):
        value(answer)


PRODUCTS = """
kind: formula
given: {u: R^n, v: R^n, A: R^(m x n)}
define: {s: sum(u*v), t: sum(A)}
parts: [{find: [s, t]}]
"""
ENTRIES = """
kind: formula
given: {u: [2, -3, 5], v: [7, 11, 13], k: 2, n: 3}
define: {s: sum(u*v)}
parts: [{find: s}]
"""
FROM_ZERO = f"{ENTRIES}count_from: 0\n"


@pytest.mark.parametrize(
    ("problem", "answer", "verdict"),
    [
        (PRODUCTS, "Σ_i u_i v_i", "correct"),
        (PRODUCTS, r"\sum_{i=1}^{n} u_i v_i", "correct"),
        (PRODUCTS, "Σᵢ₌₁ⁿ u_i v_i", "correct"),
        (PRODUCTS, "Σ_{i=2}^n u_i v_i", "unreadable"),
        (PRODUCTS, r"\sum_{i=1}^{n-1} u_i v_i", "unreadable"),
        (PRODUCTS, r"\sum_{i \neq j} u_i v_i", "unreadable"),
        (PRODUCTS, "Σ_{i<j} u_i v_i", "unreadable"),
        (PRODUCTS, "Σ_{i=1}^{5} u_i v_i", "unreadable"),
        (PRODUCTS, "Σ_{i=1}^m u_i v_i", "unreadable"),
        (PRODUCTS, "Σ_{i=0}^n u_i v_i", "unreadable"),
        (PRODUCTS, "Σᵢ₌₂ⁿ u_i v_i", "unreadable"),
        (PRODUCTS, "Σ^n u v", "unreadable"),
        (PRODUCTS, "sum(u_i*v_i, i, 2, n)", "unreadable"),
        (ENTRIES, "Σ_{i=1}^n u_i v_i", "correct"),
        (ENTRIES, "Σ_{i=1}^3 u_i v_i", "correct"),
        (ENTRIES, "Σ_{i=1}^N u_i v_i", "correct"),
        (ENTRIES, "Σ_{i=1}^k u_i v_i", "unreadable"),
        (ENTRIES, "Σ_{i=1}^2 u_i v_i", "unreadable"),
        (ENTRIES, "Σ_{i=0}^2 u_i v_i", "unreadable"),
        (FROM_ZERO, "Σ_{i=0}^2 u_i v_i", "correct"),
        (FROM_ZERO, "Σ_{i=0}^{n-1} u_i v_i", "correct"),
        (FROM_ZERO, "Σ_{i=0}^3 u_i v_i", "unreadable"),
        (FROM_ZERO, "Σ_{i=1}^2 u_i v_i", "unreadable"),
    ],
)
def test_a_sum_is_over_all_entries_or_is_told(problem: str, answer: str, verdict: str) -> None:
    assert verdicts(written(problem), {"s": answer})["s"] == verdict


def test_sums_within_sums_are_not_written_out_beyond_bounds() -> None:
    answer = "".join(f"Σ_{index} g_{index} " for index in "abcdfhijklmopqrstuvwz")

    def refused() -> None:
        with pytest.raises(ParseError, match="more than 500 terms"):
            value(answer)

    at_once(refused)


LINEAR = """
kind: formula
given: {w: R^d, X: R^(n x d), y: R^n, n: , t: R^k, p: R^k, z: R^k}
assume: [p > 0]
define: {L: norm(X@w - y)^2/n, M: -sum(t*log(p)), q: sum((X@w)^2 - y), l: log(sum(exp(z)))}
parts: [{find: [L, M, q, l]}]
"""


@pytest.mark.parametrize(
    ("name", "answer", "verdict"),
    [
        ("L", "1/n Σ_i (w^T x^(i) - y^(i))^2", "correct"),
        ("L", r"\frac{1}{n}\sum_{i=1}^n (w^T x^{(i)} - y^{(i)})^2", "correct"),
        ("L", "1/n Σ_i (w^T x^(i) + y^(i))^2", "wrong"),
        ("M", r"-\sum_i t_{i}\log(p_{i})", "correct"),
        ("M", "-Σ_i t_i log p_i", "correct"),
        ("M", "-Σ_i t_i log t_i", "wrong"),
        ("q", "Σ_i [(w^T x_i)^2 − y_i]", "correct"),
        ("q", "Σ_i [(w^T x_i)^2 + y_i]", "wrong"),
        ("l", r"\log \sum_j e^{z_j}", "correct"),
        ("l", "log Σ exp z", "correct"),
    ],
)
def test_terms_are_read_as_textbooks_set_them(name: str, answer: str, verdict: str) -> None:
    assert verdicts(written(LINEAR), {name: answer})[name] == verdict


@pytest.mark.parametrize(
    ("answer", "verdict"), [("w_{1}x_{1} + w_{2}x_{2} + b", "correct"), ("w_{1}x_{2} + w_{2}x_{1} + b", "wrong")]
)
def test_what_stands_beside_a_subscript_is_a_factor(answer: str, verdict: str) -> None:
    neuron = "kind: formula\ngiven: {w1: , x1: , w2: , x2: , b: }\ndefine: {z: w1*x1 + w2*x2 + b}\nparts: [{find: z}]\n"
    assert verdicts(written(neuron), {"z": answer})["z"] == verdict
