"""Gradients by what an operation repeats to the shape of another operand, against autograd."""

from __future__ import annotations

import re
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.notation.grids import Grid
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.loader import load_text
from deepcalc.solution.solver import solve
from tests.library import plain

GIVEN = {
    "y": [1.0, 2.5, 4.0],
    "m": 2.0,
    "k": 3.0,
    "X": [[1.0, 2.0, 0.5], [0.25, 1.0, 3.0]],
    "b": [0.5, 1.0, 2.0],
    "c": [1.0, 2.0, 3.0],
    "s": [[1.0], [2.0]],
}

FORMULAS = [
    ("sum(y - m)", "m"),
    ("mean(y - m)", "m"),
    ("mean(k + X*m)", "k"),
    ("mean(k + X*m)", "m"),
    ("sum(X - b - m)", "m"),
    ("sum(X - b - m)", "b"),
    ("sum(c*sum(X + b, axis=0))", "b"),
    ("sum(c*mean(X + b, axis=0))", "b"),
    ("sum(c*mean(X + m, axis=0))", "m"),
    ("sum(sum((X + b)^2, axis=1))", "b"),
    ("sum(mean(X*b, axis=1))", "b"),
    ("max(y - m)", "m"),
    ("norm(y - m)", "m"),
    ("sum(relu(y - m))", "m"),
    ("sum(sign(y - m)*y*m)", "m"),
    ("mean(y)*m + sum(m - y)", "m"),
    ("sum(X + s)", "s"),
    ("sum(sum(X*s, axis=0)*c)", "s"),
    ("sum(sum(X*s, axis=0)*c)", "X"),
    ("sum(c*mean(X*s*m, axis=0))", "m"),
    ("sum(c*sum(X/s, axis=0))", "s"),
    ("log(sum(exp(X))) + m*sum(X^2)", "X"),
    ("sum(X[:, 2:3]^3)", "X"),
    ("sum(exp(X[:, 1:2])) + sum(X[:, 3:3]^3)", "X"),
    ("sum(X[:, 1:2]^3) + m*sum(exp(X[:, 2:3])) + sum(X[1:1, :]^2)", "X"),
    ("sum(exp((X*c)[:, 1:2]))", "X"),
    ("sum(exp((X*c)[2:2, :]))", "c"),
    ("sum(y[1:2]^2) + sum(y[2:3]^3)", "y"),
]

FUNCTIONS = {
    **{name: getattr(anp, name) for name in ("sum", "mean", "max", "exp", "log", "sign")},
    "relu": lambda z: anp.maximum(z, 0),
    "norm": lambda z: anp.sqrt(anp.sum(z**2)),
}


@pytest.mark.parametrize(("formula", "by"), FORMULAS)
def test_what_was_repeated_is_summed_back(formula: str, by: str) -> None:
    used = set(re.findall(r"\b[a-zA-Z]\b", formula))
    given = ", ".join(f"{name}: {value}" for name, value in GIVEN.items() if name in used)
    text = f"kind: formula\ngiven: {{{given}}}\ndefine: {{L: '{formula}'}}\nparts: [{{find: dL/d{by}}}]\n"
    graph = load_text(text.encode(), "repeated.yaml", find_kinds()).plan.graph
    value: Any = evaluate(graph, [f"dL/d{by}"]).values[f"dL/d{by}"]
    ours = np.array([float(entry) for entry in (value.entries if isinstance(value, Grid) else [value])])

    def loss(x: Any) -> Any:
        arrays = {name: x if name == by else np.array(value) for name, value in GIVEN.items()}
        from_zero = re.sub(r"(\d):(?=\d)", lambda span: f"{int(span[1]) - 1}:", formula)
        return eval(from_zero.replace("^", "**"), {**FUNCTIONS, **arrays})

    theirs = grad(loss)(np.array(GIVEN[by]))
    assert np.allclose(ours, np.ravel(theirs), rtol=1e-9)


@pytest.mark.parametrize(
    ("given", "formula", "asked", "written"),
    [
        ("y: R^N, m: ", "sum(y - m)", "dL/dm", "-N"),
        ("X: R^(n x d), m: ", "sum(X - m)", "dL/dm", "-n*d"),
        ("Z: R^(2 x 3)", "log(sum(exp(Z)))", "dL/dZ", "exp(Z)/sum(exp(Z))"),
        ("z: R^n", "log(sum(exp(z)))", "dL/dz", "softmax(z)"),
        (
            "Z: R^(2 x 3)",
            "sum(relu(Z[:, 1:2])) + sum(exp(Z[:, 3:3]))",
            "dL/dZ",
            "concat(relu'(Z[:, 1:2]), exp(Z[:, 3:3]), axis=1)",
        ),
        ("Z: R^(n x 3)", "sum(Z[:, 2:2]^2)", "dL/dZ", "concat(zeros(n, 1), 2*Z[:, 2:2], zeros(n, 1), axis=1)"),
    ],
)
def test_in_letters_it_is_their_number(given: str, formula: str, asked: str, written: str) -> None:
    text = f"kind: formula\ngiven: {{{given}}}\ndefine: {{L: '{formula}'}}\nparts: [{{find: {asked}}}]\n"
    solution = solve(load_text(text.encode(), "letters.yaml", find_kinds()))
    assert plain(solution.parts[0].answers[0]) == written


def test_a_vector_by_a_number_through_a_matrix() -> None:
    found = load_text(
        b"kind: formula\ngiven: {c: 2, X: [[1, 2], [3, 4]], v: [1, -3]}\ndefine: {A: c^2 * X, q: A @ v}\n"
        b"parts: [{find: dq/dc}]\n",
        "through.yaml",
        find_kinds(),
    )
    value = evaluate(found.plan.graph, ["dq/dc"]).values["dq/dc"]
    assert isinstance(value, Grid)
    assert np.array_equal(value.nested(float), 2 * 2 * np.array([[1, 2], [3, 4]]) @ [1, -3])


def test_several_axes_are_summed_one_after_the_other() -> None:
    text = (
        "kind: formula\ngiven: {G: R^(2 x 3 x 4), v: R^2}\n"
        "define: {L: 'sum(G*expand(expand(v, axis=1), axis=2))'}\nparts: [{find: dL/dv}]\n"
    )
    solution = solve(load_text(text.encode(), "letters.yaml", find_kinds()))
    assert plain(solution.parts[0].answers[0]) == "sum(sum(G, axis=2), axis=1)"


def test_the_chain_rule_of_vectors_is_a_product_of_jacobians_without_brackets() -> None:
    text = (
        "kind: formula\ngiven: {W: R^(k x k), h: R^k}\n"
        "define: {a: tanh(W @ h), c: tanh(W @ a)}\nparts: [{find: dc/dh}]\n"
    )
    solution = solve(load_text(text.encode(), "jacobians.yaml", find_kinds()))
    (step,) = (step for step in solution.parts[0].steps if step.name == "dc/dh")
    law, formula = (PlainPrinter().print(line.expression) for line in step.lines[:2])
    assert (law, formula) == ("{dc/da} @ {da/dh}", "{dc/da} @ diag(1 - a^2) @ W")
