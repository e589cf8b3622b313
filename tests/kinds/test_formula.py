"""Formulas against SymPy's derivatives and figures worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.printing import PlainPrinter
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve
from tests.statements import printed

KINDS = find_kinds()
PLAIN = PlainPrinter()


def problem(fields: str) -> Problem:
    return load_text(f"kind: formula\n{fields}".encode(), "test.yaml", KINDS)


def value(found: Problem, name: str) -> Fraction:
    (long,) = add_asked(found.plan, name)
    return to_fraction(evaluate(found.plan.graph, [long]).values[long])


SQUARED_ERROR = """
given: {x: 2, w: 3, y: 5, eta: 0.1}
define:
  z: w*x
  L: (z - y)^2
  wn: 'w - eta*{dL/dw}'
  g: '{dL/dw}'
  newton: 'w - {dL/dw}/{ddL/dw/dw}'
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("wn", "2.6"),  # dL/dw = 2 (6 - 5) 2 = 4
        ("g", "4"),
        ("ddL/dw/dw", "8"),  # 2 x^2
        ("ddL/dw/dx", "14"),  # 4 w x - 2 y
        ("ddL/dx/dw", "14"),
        ("newton", "2.5"),  # the vertex, w x = y
        ("dg/dw", "8"),
        ("dwn/dw", "0.2"),  # 1 - 0.1 * 8
        ("dwn/deta", "-4"),
        ("dnewton/dw", "0"),
    ],
)
def test_gradients_of_earlier_quantities_are_quantities(name: str, expected: str) -> None:
    assert value(problem(SQUARED_ERROR), name) == Fraction(expected)


def test_a_definition_that_uses_a_gradient_comes_after_its_derivation() -> None:
    (part,) = solve(problem(f"{SQUARED_ERROR}parts: [{{find: wn}}]")).parts
    assert [step.name for step in part.steps] == ["z", "dL/dz", "dL/dw", "wn"]
    assert [PLAIN.print(line.expression) for line in part.steps[-1].lines] == [
        "w - eta*{dL/dw}",
        "3 - 0.1*4",
        "3 - 0.4",
        "2.6",
    ]


def test_what_uses_gradients_is_asked_for_where_no_parts_are_given() -> None:
    found = problem(SQUARED_ERROR)
    assert [part.find for part in found.parts] == [("z", "L", "wn", "g", "newton")]
    assert printed(found).endswith("compute wn, g and newton.")


def test_every_result_that_nothing_else_uses_is_asked_for() -> None:
    found = problem("given: {a: 1, b: 2}\ndefine: {p: a*b, y: p + 2, n: p^2}")
    assert printed(found).endswith("compute y, n and the partial derivatives of n by a, b.")
    constants = problem("given: {}\ndefine: {y: 1 + 2, n: 5}")
    assert printed(constants) == "Given y = 1 + 2; n = 5: compute y and n."


def test_gates_of_a_formula_with_a_gradient() -> None:
    found = problem("given: {w: 2}\ngates: true\ndefine: {L: w^3, wn: 'w - 0.5*(1 + {dL/dw})'}")
    assert value(found, "wn") == Fraction("-4.5")  # 2 - 0.5 (1 + 12)
    assert found.plan.figures[0].names == ("w", "L")  # type: ignore[union-attr]


ENTRIES = """
given: {X: [[1, -2], [-0.5, 3]], W: [[1, 0], [2, 1]], x: [4, 5]}
"""


def test_entries_go_by_their_names() -> None:
    found = problem(f"{ENTRIES}define: {{Z: X @ W, y: '{{Z.1.2}}*{{x.2}}', L: 'y + {{Z.2.1}}', g: '{{dL/dW.1.1}}'}}")
    assert value(found, "L") == Fraction("-4.5")  # Z = [[-3, -2], [5.5, 3]]
    assert value(found, "dL/dx.2") == -2
    assert value(found, "g") == Fraction("-0.5")  # of Z21 alone, x21
    from_zero = problem(f"{ENTRIES}count_from: 0\ndefine: {{Z: X @ W, y: '{{Z.0.1}}*{{x.1}}'}}")
    assert value(from_zero, "y") == -10


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("{x.0}", "q: there is no entry 0: entries count from 1 to 2"),
        ("{X.3.1}", "q: there is no row 3: rows count from 1 to 2"),
        ("{x.1.2}", "q: 2 indexes for a vector of 2"),
        ("{V.1}", "`V` is neither given nor defined"),
    ],
)
def test_an_entry_that_there_is_not_is_told(formula: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(f"{ENTRIES}define: {{q: '{formula}'}}")
    assert message in str(caught.value)


FUNCTIONS = [
    ("tanh(w*x)*exp(x)", "tanh(w*x)*exp(x)"),
    ("x^2*w/(1 + x*w)", "x**2*w/(1 + x*w)"),
    ("log(1 + exp(w*x)) + x^w", "log(1 + exp(w*x)) + x**w"),
    ("sigmoid(w*x + x^2)", "1/(1 + exp(-w*x - x**2))"),
]


@pytest.mark.parametrize(("written", "said"), FUNCTIONS)
@pytest.mark.parametrize("by", ["xx", "xw", "wx", "ww", "xxw"])
def test_higher_derivatives_are_those_of_sympy(written: str, said: str, by: str) -> None:
    point = {"x": "0.7", "w": "1.3"}
    given = ", ".join(f"{name}: {number}" for name, number in point.items())
    name = f"{'d' * len(by)}f{''.join(f'/d{each}' for each in by)}"
    ours = value(problem(f"given: {{{given}}}\ndefine: {{f: '{written}', g: '{{{name}}}'}}"), "g")
    theirs = sympy.diff(sympy.sympify(said), *by).subs({name: sympy.Rational(number) for name, number in point.items()})
    assert abs(float(ours) - float(theirs.evalf(30))) < 1e-12


def test_gradient_descent_through_two_steps() -> None:
    found = problem(
        "given: {w0: 1, y: 3}\n"
        "define:\n"
        "  L0: (w0^2 - y)^2\n"
        "  w1: 'w0 - 0.1*{dL0/dw0}'\n"
        "  L1: (w1^2 - y)^2\n"
        "  w2: 'w1 - 0.1*{dL1/dw1}'\n"
    )
    assert value(found, "w1") == Fraction("1.8")  # 1 - 0.1 * 2 (1 - 3) 2
    assert value(found, "w2") == Fraction("1.6272")  # 1.8 - 0.1 * 2 (3.24 - 3) 3.6
    through = (1 - Fraction("0.1") * (12 * Fraction("3.24") - 12)) * (1 - Fraction("0.1") * (12 - 12))
    assert value(found, "dw2/dw0") == through  # each step has the slope 1 - 0.1 (12 w^2 - 4 y)


def test_the_hessian_of_least_squares() -> None:
    found = problem(
        "given: {X: [[1, 2], [3, 4]], w: [1, -1], y: [1, 0]}\n"
        "define: {r: X @ w - y, L: sum(r^2), n: 'sum({dL/dw}^2)'}\n"
        "parts: [{find: [ddL/dw/dw, dn/dw]}]"
    )
    x, w, y = np.array([[1, 2], [3, 4]]), np.array([1, -1]), np.array([1, 0])
    hessian, slope = 2 * x.T @ x, 2 * x.T @ (x @ w - y)
    values = evaluate(found.plan.graph, ["ddL/dw/dw", "dn/dw"]).values
    assert [int(entry) for entry in values["ddL/dw/dw"].entries] == hessian.flatten().tolist()  # type: ignore[union-attr]
    assert [int(entry) for entry in values["dn/dw"].entries] == (2 * hessian @ slope).tolist()  # type: ignore[union-attr]


def test_cases_of_an_array_are_decided_on_a_line_of_their_own() -> None:
    found = problem("given: {X: [1, -2]}\ndefine: {Z: 'leaky_relu(X, 0.1)', L: sum(Z*Z)}\nparts: [{find: [dL/dX]}]")
    (part,) = solve(found).parts
    lines = {step.name: [PLAIN.print(line.expression) for line in step.lines] for step in part.steps}
    assert lines["dL/dX"][-2:] == ["[2, -0.4] * [1, 0.1]", "[2, -0.04]"]


def test_what_has_no_gradient_here_is_worked_out_and_the_gradient_refused_where_it_is_asked() -> None:
    fields = "kind: formula\ngiven: {S: [[6, 2], [2, 3]]}\ndefine: {l: eigvals(S), share: 'l[2]/sum(l)'}\n"
    found = load_text(fields.encode(), "test.yaml", KINDS)
    assert [part.find for part in found.parts] == [("l", "share")]
    assert float(evaluate(found.plan.graph, ["share"]).values["share"]) == pytest.approx(7 / 9)
    with pytest.raises(InvalidProblem, match="a gradient through eigvals is not written"):
        load_text(f"{fields}parts: [{{find: dshare/dS}}]".encode(), "test.yaml", KINDS)
