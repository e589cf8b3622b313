"""Formulas as they are written by hand, against the same ones as they are typed."""

from __future__ import annotations

import pytest

from deepcalc.checking.expression_reading import read_expression, read_expressions
from deepcalc.errors import ParseError
from deepcalc.notation.printing import PlainPrinter
from tests.checking.marking import by_name, verdicts, written
from tests.quick import at_once

NAMES = {
    "X",
    "w",
    "y",
    "p",
    "n",
    "x",
    "A",
    "W2",
    "z1",
    "s",
    "lambda",
    "beta",
    "sigma",
    "mu",
    "yhat",
    "dL/dZ",
    "theta",
    "theta1",
}
READ = {
    "2 X^T (X w - y)": "2 @ X.T @ (X @ w - y)",
    "1/n Xᵀ(p − y)": "1/n @ X.T @ (p - y)",
    "2Xᵀ(Xw − y)": "2 @ X.T @ (X @ w - y)",
    "λw + 2βw": "lambda @ w + 2 @ beta @ w",
    "s(1-s)": "s*(1 - s)",
    "σ(x) y": "sigma @ x @ y",
    "θᵀx": "theta.T @ x",
    "θ1 x + λθ₁": "theta1 @ x + lambda @ theta1",
    "1/σ": "1/sigma",
    "(x-μ)²/σ³": "(x - mu)^2/sigma^3",
    "ŷ − y": "yhat - y",
    "W₂ᵀ z₁": "W2.T @ z1",
    "½(A + Aᵀ)x": "(1/2) @ (A + A.T) @ x",
    "2½x": "(2 + 1/2) @ x",
    "XᵀXw − Xᵀy": "X.T @ X @ w - X.T @ y",
    "X^TXw": "X.T @ X @ w",
    "XᵀAXᵀ": "X.T @ A @ X.T",
    "A − ppᵀ": "A - p @ p.T",
    "X^T dL/dZ": "X.T @ {dL/dZ}",
    "exp(x)/sum(exp(x)) y": "exp(x)/sum(exp(x)) @ y",
    "A[1, 2] x": "A[1, 2] @ x",
}


@pytest.mark.parametrize("answer", READ)
def test_what_stands_beside_each_other_is_multiplied(answer: str) -> None:
    plain = PlainPrinter()
    assert plain.print(read_expression(answer, names=NAMES)) == plain.print(read_expression(READ[answer]))


def test_sigma_of_a_value_is_the_sigmoid_where_sigma_is_no_quantity() -> None:
    plain = PlainPrinter()
    assert plain.print(read_expression("σ(x) y", names=NAMES - {"sigma"})) == "sigmoid(x) @ y"


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("Xᵀ foo", 3),
        ("  A = Xᵀ(y − X y", 16),
        (r"X \odot θ ? 2", 10),
        ("θᵀ(λ − 2 foo)", 9),
        ("½x ? λ", 3),
        ("[[x, y], [y, ? x]]", 13),
    ],
)
def test_an_error_names_the_place_in_what_was_written(answer: str, place: int) -> None:
    with pytest.raises(ParseError) as raised:
        read_expression(answer, names=NAMES)
    assert raised.value.position == place


def test_a_component_that_cannot_be_read_is_named_at_its_place() -> None:
    with pytest.raises(ParseError) as raised:
        read_expressions("(λ + 1, Xᵀ ? 2)", names=NAMES)
    assert raised.value.position == 11


@pytest.mark.parametrize("answer", ["1" * 4_000, "1." * 2_000, "1 " * 2_000])
def test_a_long_answer_takes_no_longer_than_its_length(answer: str) -> None:
    def refused() -> None:
        with pytest.raises(ParseError):
            read_expression(answer)

    at_once(refused)


@pytest.mark.parametrize("answer", ["hello world", "1/2x", "x 2", "foo(x)", "x y z"])
def test_what_is_no_product_of_known_names_is_not_read(answer: str) -> None:
    with pytest.raises(ParseError):
        read_expression(answer, names=NAMES)


RIDGE = """
kind: formula
given: {X: R^(n x d), w: R^d, y: R^n, lambda: }
define: {J: norm(X @ w - y)^2 + lambda*norm(w)^2}
parts: [{find: dJ/dw, in: [X, w, y, lambda]}]
"""


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("2 X^T (X w - y) + 2 λ w", "correct"),
        ("2Xᵀ(Xw − y) + 2λw", "correct"),
        ("2 Xᵀ (y − X w) + 2λw", "wrong"),
        ("2 X (X w - y) + 2 λ w", "wrong"),
    ],
)
def test_an_answer_by_hand_is_marked(answer: str, verdict: str) -> None:
    assert by_name(written(RIDGE).mark({"dJ/dw": answer}))["dJ/dw"].verdict == verdict


HINGE = """
kind: formula
given: {x: R^d, w: R^d, y: }
define: {L: "max(0, 1 - y*(w.T @ x))"}
parts: [{find: dL/dw}]
"""


@pytest.mark.parametrize(
    ("answer", "verdict"), [("-step(1 - y*w.T@x)*y*x", "correct"), ("-y*x", "wrong"), ("0*x", "wrong")]
)
def test_an_answer_on_one_side_of_a_kink_alone_is_wrong(answer: str, verdict: str) -> None:
    assert by_name(written(HINGE).mark({"dL/dw": answer}))["dL/dw"].verdict == verdict


VECTORS = """
kind: formula
given: {u: R^n, v: R^n}
define: {q: u*v, s: sum(u*v), r: u*sigmoid(v)}
parts: [{find: [q, s, r]}]
"""
SQUARES = """
kind: formula
given: {A: R^(n x n), B: R^(n x n)}
define: {D: A*B, M: A @ B}
parts: [{find: [D, M]}]
"""


@pytest.mark.parametrize(
    ("problem", "name", "answer", "verdict"),
    [
        (VECTORS, "q", "u v", "correct"),
        (VECTORS, "q", "u ⊙ v", "correct"),
        (VECTORS, "q", "u v^T", "wrong"),
        (VECTORS, "q", "u^T v", "wrong"),
        (VECTORS, "q", "diag(u v^T)", "correct"),
        (VECTORS, "s", "u^T v", "correct"),
        (VECTORS, "s", "u v", "correct"),
        (VECTORS, "r", "u σ(v)", "correct"),
        (SQUARES, "M", "A B", "correct"),
        (SQUARES, "D", "A ⊙ B", "correct"),
        (SQUARES, "D", "A*B", "correct"),
        (SQUARES, "D", "A B", "wrong"),
        (SQUARES, "D", "A @ B", "wrong"),
        (SQUARES, "D", "2 A B/2", "wrong"),
    ],
)
def test_arrays_beside_each_other_are_multiplied_by_entries_only_where_matrices_do_not_fit(
    problem: str, name: str, answer: str, verdict: str
) -> None:
    assert verdicts(written(problem), {name: answer})[name] == verdict
