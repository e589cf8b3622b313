"""What is said of a wrong last line in letters: the term, the factor, the power that it is about."""

from __future__ import annotations

import pytest

from deepcalc.checking.last_lines import mistakes_in
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from tests.checking.test_expression_marking import marks, said

RIDGE = """
kind: formula
given: {X: R^(n x d), w: R^d, y: R^n, lambda: }
assume: [lambda > 0]
define: {J: norm(X @ w - y)^2/n + lambda*norm(w)^2}
parts: [{find: dJ/dw, in: [X, w, y, lambda, n]}]
"""
GAUSSIANS = """
kind: formula
given: {mu1: , mu2: , s1: , s2: }
assume: [s1 > 0, s2 > 0]
define: {D: log(s2/s1) + (s1^2 + (mu1 - mu2)^2)/(2*s2^2) - 1/2}
parts: [{find: [dD/ds1, dD/ds2], in: [mu1, mu2, s1, s2]}]
"""
HINGE = """
kind: formula
given: {x: R^d, w: R^d, y: , lambda: }
assume: [lambda > 0]
define: {f: w.T @ x, L: "max(0, 1 - y*f) + lambda/2*norm(w)^2"}
parts: [{find: dL/dw, in: [x, y, f, w, lambda]}]
"""
GATES = """
kind: formula
given: {zo: R^m, c: R^m, delta: R^m}
define: {o: sigmoid(zo), h: o*tanh(c), L: sum(delta*h)}
parts: [{find: [dL/do, dL/dc], in: [delta, o, c]}]
"""
ONE_QUERY = """
kind: formula
given: {q: R^d, K: R^(n x d), g: R^n}
define: {s: K @ q/sqrt(d), a: softmax(s), L: a.T @ g}
parts: [{find: dL/dq, in: [K, a, g, d]}]
"""
CENTRED = """
kind: formula
given: {x: R^m, g: R^m}
define: {y: x - mean(x), L: sum(g*y)}
parts: [{find: dL/dx, in: [g, m]}]
"""
SCORES = """
kind: formula
given: {s: R^n, V: R^(n x m), g: R^m}
define: {a: softmax(s), o: V.T @ a, L: g.T @ o}
parts: [{find: dL/ds, in: [g, V, a]}]
"""
SWISH = """
kind: formula
given: {z: , beta: }
define: {f: z*sigmoid(beta*z)}
parts: [{find: df/dz, in: [z, beta]}]
"""
SAID = [
    (SWISH, "df_by_dz", "σ(βz) + zσ(βz)(1−σ(βz))", "consistent with the factor β left out in the term "
     "z·σ(β·z)·(1 − σ(β·z))·β"),
    (RIDGE, "dJ_by_dw", "2/n Xᵀ(Xw − y)", "consistent with the term 2·λ·w left out"),
    (RIDGE, "dJ_by_dw", "2/n Xᵀ(Xw − y) + λw", "consistent with the factor 2 left out in the term 2·λ·w"),
    (RIDGE, "dJ_by_dw", "2/n Xᵀ(Xw − y) + λ/2 w", "consistent with 1/2 in place of 2 in the term 2·λ·w"),
    (RIDGE, "dJ_by_dw", "2/n Xᵀ(Xw − y) + 4λw", "consistent with a factor 2 too many in the term 2·λ·w"),
    (RIDGE, "dJ_by_dw", "2/n Xᵀ(Xw − y) + 2w", "consistent with the factor λ left out in the term 2·λ·w"),
    (RIDGE, "dJ_by_dw", "2/n Xᵀ(Xw − y) + 2λ sign(w)", "consistent with sign(w) in place of w in the term 2·λ·w"),
    (GAUSSIANS, "dD_by_ds1", "s1/s2^2", "consistent with the term 1/s₁ left out"),
    (GAUSSIANS, "dD_by_ds2", "1/s2 - (s1^2 + (mu1 - mu2)^2)/s2^2", "consistent with the exponent 2 in place of 3"),
    (HINGE, "dL_by_dw", "λw − 1[y f > 1] y x", "consistent with the indicator the other way round"),
    (HINGE, "dL_by_dw", "λw − max(0, 1 − y f) y x", "consistent with the maximum itself in place of its derivative"),
    (GATES, "dL_by_do", "delta*tanh(c)*o*(1 - o)",
     "consistent with the derivative by the net input of o in place of that by o itself"),
    (GATES, "dL_by_dc", "delta*(1 - tanh(c)^2)", "consistent with the factor o left out"),
    (ONE_QUERY, "dL_by_dq", "Kᵀ·(a ⊙ (g − Σ g ⊙ a))", "consistent with the factor 1/√d left out"),
    (CENTRED, "dL_by_dx", "2(g − sum(g)/m ones(m))", "consistent with a factor 2 too many"),
    (CENTRED, "dL_by_dx", "g + sum(g)/m ones(m)", "consistent with the sign of a term turned"),
    (SCORES, "dL_by_ds", "V g", "consistent with ∂L/∂a in place of ∂L/∂s"),
    (SCORES, "dL_by_ds", "a*(1 - a)*(V @ g)",
     "consistent with the derivative of the softmax off its diagonal left out"),
]  # fmt: skip


@pytest.mark.parametrize(("problem", "name", "answer", "message"), SAID)
def test_a_mistake_in_the_last_line_is_named(problem: str, name: str, answer: str, message: str) -> None:
    mark = marks(problem, **{name: answer})[name.replace("_by_", "/")]
    assert not mark.verdict.is_right
    assert said(mark) == message


def test_of_the_readings_of_an_answer_one_that_has_its_shape_is_explained() -> None:
    product = "Kᵀ·(a ⊙ (g − Σ g ⊙ a))"
    assert marks(ONE_QUERY, dL_by_dq=f"{product}/√d")["dL/dq"].verdict.is_right
    assert said(marks(ONE_QUERY, dL_by_dq="K·(a ⊙ g)")["dL/dq"]).startswith("the shapes do not fit")


def test_every_mistake_changes_the_line_and_is_made_once() -> None:
    line = parse("X.T @ (X @ w - y)*2/n + lambda*w - cases(1 if a > b, 0 otherwise)*x^3")
    plain = PlainPrinter()
    made = [plain.print(mistake.line) for mistake in mistakes_in(line, plain)]
    assert len(set(made)) == len(made) > 20
    assert plain.print(line) not in made
