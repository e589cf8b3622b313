"""Answers that are arrays or stand in letters: read in any usual form, compared, explained."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from deepcalc.checking.array_changes import ArrayChanges
from deepcalc.checking.document import AnswerMark, Verdict
from deepcalc.checking.effort import Effort
from deepcalc.checking.expression_mistakes import ExpressionMistakes, Wanted
from deepcalc.checking.expression_reading import read_expression
from deepcalc.checking.marking import Marker
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.points import Point
from deepcalc.kinds import find_kinds
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.grids import Grid, grid_of
from deepcalc.notation.parser import parse
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.plan import Slip
from deepcalc.problem.loader import load_text
from tests.checking.marking import by_name, marker, written

AFFINE = """
kind: formula
given:
  X: [[1, 2], [-1, 0.5], [0, 3]]
  W: [[0.5, -1], [0.25, 0.75]]
  b: [0.1, -0.2]
  Y: [[1, 0], [0, 1], [2, 2]]
define: {Z: X @ W + b, A: relu(Z), L: mean((A - Y)^2)}
parts: [{points: 4, find: [Z, A, dL/dW, dL/db]}]
"""
LOGISTIC = """
kind: formula
given: {x: , w: , b: , y: }
define: {z: w*x + b, yhat: sigmoid(z), L: -(y*log(yhat) + (1 - y)*log(1 - yhat))}
parts: [{find: [dL/dw, dL/db], in: [x, y, yhat]}]
"""
LEAST_SQUARES = """
kind: formula
given: {X: R^(n x d), W: R^(d x k), Y: R^(n x k)}
define: {R: X @ W - Y, L: sum(R^2) / 2}
parts: [{find: dL/dW, in: [X, W, Y]}]
"""
Z = "[[1.1, 0.3], [-0.275, 1.175], [0.85, 2.05]]"


def marks(text: str, **answers: str) -> dict[str, AnswerMark]:
    marker = Marker(load_text(text.encode(), "exam.yaml", find_kinds()))
    mark = marker.mark({name.replace("_by_", "/"): answer for name, answer in answers.items()})
    return {answer.name: answer for part in mark.parts for answer in part.answers}


def said(mark: AnswerMark) -> str:
    printer = UnicodePrinter()
    return "".join(part if isinstance(part, str) else printer.print(part) for part in mark.message)


@pytest.mark.parametrize(
    "answer",
    [
        "[[1, 2], [3, 4]]",
        "[1 2; 3 4]",
        "1, 2; 3, 4",
        "1 2\n3 4",
        "array([[1., 2.],\n       [3., 4.]])",
        "tensor([[1., 2.], [3., 4.]], dtype=float32)",
        r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
        "A = [[1 2]\n [3 4]]",
    ],
)
def test_a_matrix_is_read_in_any_usual_form(answer: str) -> None:
    found = read_expression(answer)
    assert isinstance(found, Array)
    assert grid_of(found) == Grid((2, 2), [Fraction(value) for value in (1, 2, 3, 4)])


@pytest.mark.parametrize(
    ("answer", "plain"),
    [
        ("X^T @ R", "X.T @ R"),
        ("Xᵀ @ R", "X.T @ R"),
        (r"X^{\top} @ R", "X.T @ R"),
        ("dL/dW = X.T @ R", "X.T @ R"),
        ("a ⊙ (1 − a)", "a*(1 - a)"),
        ("sum(R, axis=0)", "sum(R, axis=0)"),
        ("dL/db = sum(R, axis=0)", "sum(R, axis=0)"),
        ("dL/dz*x", "{dL/dz}*x"),
    ],
)
def test_an_expression_is_read_as_people_write_it(answer: str, plain: str) -> None:
    assert read_expression(answer) == parse(plain)


def test_arrays_are_marked_entry_by_entry() -> None:
    found = marks(AFFINE, Z=Z, dL_by_dW="[0.0333 0.0417; -1.08 0.279]", A="[[1.1, 0.3], [0, 1.2], [0.85, 3]]")
    assert found["Z"].verdict is Verdict.CORRECT
    assert found["dL/dW"].verdict is Verdict.CORRECT
    assert found["A"].verdict is Verdict.WRONG
    assert found["A"].score == Fraction(4, 6)
    assert said(found["A"]) == "entries (2, 2) and (3, 2) of 6 wrong"


def test_a_wrong_shape_is_said_first() -> None:
    found = marks(AFFINE, Z="[[1.1, -0.275, 0.85], [0.3, 1.175, 2.05]]")["Z"]
    assert said(found).startswith("yours is 2 × 3; Z is 3 × 2")
    assert found.slips == ("transposed",)


def test_a_vector_may_be_written_as_a_column_or_a_row_but_not_a_shape() -> None:
    # 2/6*(A - Y)*(Z > 0), summed over the rows: (0.1 - 1.15)/3 and (0.3 + 0.175 + 0.05)/3
    for answer in ("[[-0.35], [0.175]]", "[[-0.35, 0.175]]", "[-0.35, 0.175]"):
        assert marks(AFFINE, dL_by_db=answer)["dL/db"].verdict is Verdict.CORRECT
    half = marks(AFFINE, dL_by_db="[[-0.35], [0.2]]")["dL/db"]
    assert (half.score, said(half)) == (Fraction(1, 2), "entry (2) of 2 wrong")
    assert said(marks(AFFINE, dL_by_db="[[-0.35], [0.175], [0]]")["dL/db"]).startswith("yours is 3 × 1")
    shape = marks(AFFINE.replace("Z, A,", "shape(X),"), **{"shape(X)": "[3; 2]"})["shape(X)"]
    assert said(shape) == "yours is 2 × 1; shape(X) is a vector of 2"


def test_what_follows_from_the_own_array_earns_its_points() -> None:
    found = marks(AFFINE, Z=Z.replace("2.05", "3.05"), A="[[1.1, 0.3], [0, 1.175], [0.85, 3.05]]")
    assert found["Z"].verdict is Verdict.WRONG
    assert found["A"].verdict is Verdict.FOLLOW_THROUGH


def test_slips_of_arrays_are_named() -> None:
    # by NumPy: (A - Y)*2/6*(Z > 0) with a factor; its row sums would not fit the shape
    found = marks(AFFINE, dL_by_dW="[[0.0667, 0.0833], [-2.167, 0.558]]", dL_by_db="[0.35, -0.175]")
    assert found["dL/dW"].slips == ("factor-2",)
    assert found["dL/db"].slips == ("sign",)


def test_a_mistake_behind_a_right_array_explains_nothing_that_is_made_of_it() -> None:
    without_bias = "[[1, 0.5], [0, 1.375], [0.75, 2.25]]"
    assert "left out" in said(marks(AFFINE, A=without_bias)["A"])
    with_z = marks(AFFINE, A=without_bias, Z=Z)
    assert with_z["Z"].verdict.is_right
    assert "consistent" not in said(with_z["A"])


def test_a_mistake_that_has_no_value_explains_nothing_and_hides_nothing() -> None:
    with_a_pole = """
kind: formula
given: {x: [1, 4], b: [1, -2]}
define: {r: x + b, s: 2 / r, t: s * x}
"""  # with the sign of b turned the first entry of r is 0
    assert "consistent" not in said(marks(with_a_pole, t="[1.5, 4]")["t"])
    assert "factor 2" in said(marks(with_a_pole, t="[2, 8]")["t"])


def test_a_changed_formula_may_use_what_the_answer_is_not_made_of() -> None:
    text = "kind: formula\ngiven: {x: [1, 4], b: [3,2]}\ndefine: {r: x + b, u: x * b + 1, t: r ^ 2}\nparts: [{find: t}]"
    assert "u taken in place of r" in said(marks(text, t="[16, 81]")["t"])
    graph = load_text(text.encode(), "exam.yaml", find_kinds()).plan.graph
    point, changes = Point(graph, evaluate(graph, ["t"]).values), ArrayChanges(graph)
    formulas, none = {"t": parse("u ^ 2")}, Grid((2,), [Fraction(0)] * 2)
    for entries, is_so in ((16, 81), True), ((16, 80), False):
        near = changes.near(Grid((2,), [Fraction(each) for each in entries]), none)
        assert changes.could_be("t", formulas, point, near, frozenset()) is is_so


def test_no_more_mistakes_are_tried_than_the_effort_takes() -> None:
    problem = load_text(AFFINE.encode(), "exam.yaml", find_kinds())
    graph, values = problem.plan.graph, evaluate(problem.plan.graph, ["A"]).values
    given = grid_of(read_expression("[[1, 0.5], [0, 1.375], [0.75, 2.25]]"))
    none = Grid(given.shape, [Fraction(0)] * 6)
    wanted = Wanted("A", [given], [none], [Point(graph, values)])
    mistakes = ExpressionMistakes(problem)
    assert mistakes.behind(wanted, Effort(10_000)) is not None
    assert mistakes.behind(wanted, Effort(20)) is None


def test_no_slip_explains_a_number_that_it_does_not_change() -> None:
    found = marks(AFFINE, dL_by_db="[-0.35, 0.17]")["dL/db"]
    assert found.slips == ()
    assert said(found) == "give more digits: at least 3 significant figures"


def test_fewer_digits_than_asked_are_no_mistake() -> None:
    """H = tanh(Z1) of the shipped problem, rounded to two places and to one: each entry of one is 0.05 off at most."""
    layers = marker("softmax-two-layers-matrices")
    two, one = "[[0.34, -0.24, -0.1], [0.46, 0.46, -0.5]]", "[[0.3, -0.2, -0.1], [0.5, 0.5, -0.5]]"
    found = by_name(layers.mark({"H": two}))["H"]
    assert said(found) == "give more digits: at least 3 significant figures"
    assert by_name(layers.mark({"H": one}))["H"].slips == ()  # Z1 itself, rounded so, is another one
    assert by_name(layers.mark({"H": "[[0.35, -0.25, -0.1], [0.5, 0.5, -0.55]]"}))["H"].slips != ()  # Z1 in full


def test_an_expression_is_an_answer_to_an_array() -> None:
    assert marks(AFFINE, dL_by_dW="X.T @ dL/dZ")["dL/dW"].verdict is Verdict.CORRECT
    assert marks(AFFINE, dL_by_dW="X.T @ A")["dL/dW"].verdict is Verdict.WRONG


@pytest.mark.parametrize(
    ("text", "name", "answer", "verdict", "slips", "message"),
    [
        (LOGISTIC, "dL/dw", "x*(yhat-y)", Verdict.CORRECT, (), ""),
        (LOGISTIC, "dL/dw", "-(y - yhat)*x", Verdict.CORRECT, (), ""),
        (LOGISTIC, "dL/dw", "(y-yhat)*x", Verdict.WRONG, ("sign",), "opposite sign"),
        (LOGISTIC, "dL/dw", "(yhat-y)*x*yhat*(1-yhat)", Verdict.WRONG, ("derivative-twice",), "σ′ multiplied in twice"),
        (LOGISTIC, "dL/dw", "2*(yhat-y)*x", Verdict.WRONG, ("factor-2",), "a factor 2 too many"),
        (LOGISTIC, "dL/dw", "(sigmoid(z)-y)*x", Verdict.WRONG, (), "z is not among the names"),
        (LOGISTIC, "dL/dw", "(yhat-y)*q", Verdict.UNREADABLE, (), "no quantity 'q'"),
        (LOGISTIC, "dL/dw", "(yhat-y", Verdict.UNREADABLE, (), "expected"),
        (LEAST_SQUARES, "dL/dW", "X.T @ (X @ W - Y)", Verdict.CORRECT, (), ""),
        (LEAST_SQUARES, "dL/dW", "X.T @ X @ W - X.T @ Y", Verdict.CORRECT, (), ""),
        (LEAST_SQUARES, "dL/dW", "X.T·(X·W - Y)", Verdict.CORRECT, (), ""),
        (LEAST_SQUARES, "dL/dW", "(X @ W - Y).T @ X", Verdict.WRONG, ("transposed",), "yours is k × d"),
        (LEAST_SQUARES, "dL/dW", "(X @ W - Y) @ X.T", Verdict.WRONG, (), "the shapes do not fit"),
        (LEAST_SQUARES, "dL/dW", "n*X.T @ (X @ W - Y)", Verdict.WRONG, (), "n is not among the names"),
    ],
)
def test_letters(text: str, name: str, answer: str, verdict: Verdict, slips: tuple[str, ...], message: str) -> None:
    found = marks(text, **{name.replace("/", "_by_"): answer})[name]
    assert found.verdict is verdict
    assert found.slips == slips
    assert message in said(found)


@pytest.mark.parametrize(
    ("answer", "right"), [("d x k", True), ("d × k", True), ("(d, k)", True), ("R^(d x k)", True), ("k x d", False)]
)
def test_a_shape_is_read_in_any_usual_form(answer: str, right: bool) -> None:
    text = LEAST_SQUARES.replace("find: dL/dW", "find: shape(dL/dW)")
    (mark,) = marks(text, **{"shape(dL_by_dW)": answer}).values()
    assert (mark.verdict is Verdict.CORRECT) is right


def test_the_right_answer_in_letters_is_shown() -> None:
    assert marks(LEAST_SQUARES)["dL/dW"].expected == "X.T @ (X @ W - Y)"


TWO_STEPS = """
kind: formula
given: {W: [[0.5, -1], [0.25, 0.75]], x: [2, 3], U: [[1, 2], [0, 1]]}
define: {h: W @ x, g: U @ h, o: g + h}
parts: [{points: 4, find: o}]
"""


def test_a_mistake_of_the_kinds_own_may_change_several_arrays_at_once() -> None:
    exam = load_text(TWO_STEPS.encode(), "exam.yaml", find_kinds())
    slip = Slip("exchanged", "the two matrices exchanged", {"h": parse("U @ x"), "g": parse("W @ h")})
    kind = replace(exam.kind, slips=lambda model, plan: [slip])
    marker = Marker(replace(exam, kind=kind))
    # U x = [8, 3]; W U x = [1, 4.25]
    ((mark,),) = (part.answers for part in marker.mark({"o": "[9, 7.25]"}).parts)
    assert (mark.verdict, mark.slips) == (Verdict.WRONG, ("exchanged",))
    ((mark,),) = (part.answers for part in marker.mark({"o": "[9, 7.35]"}).parts)
    assert mark.slips == ()


@pytest.mark.parametrize("answer", ["X[7, 1]", "X @ W / 0", "inv(X)", "sum(X, axis=4)", "Y[1, 1, 1]"])
def test_what_has_no_value_is_marked_and_never_an_error(answer: str) -> None:
    mark = marks(LEAST_SQUARES, dL_by_dW=answer)["dL/dW"]
    assert mark.verdict in (Verdict.UNREADABLE, Verdict.WRONG)
    assert said(mark)


SCALED_SUM = """
kind: formula
given: {x: 8, A: [[1, 4], [9, 16]]}
define: {y: sqrt(x + 1), B: sqrt(A), L: sum(B)*y}
parts: [{find: dL/dx}]
"""  # dL/dx = (1 + 2 + 3 + 4)/(2*3)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("5/3", Verdict.CORRECT),
        ("(1+2+3+4)/6", Verdict.CORRECT),
        ("sqrt(25)/3", Verdict.CORRECT),
        ("1.667", Verdict.CORRECT),
        ("3/2", Verdict.WRONG),
        ("1/0", Verdict.UNREADABLE),
    ],
)
def test_a_number_may_be_written_as_an_expression(answer: str, verdict: Verdict) -> None:
    assert marks(SCALED_SUM, **{"dL/dx": answer})["dL/dx"].verdict is verdict


def test_entries_may_be_written_as_expressions() -> None:
    text = "kind: formula\ngiven: {A: [[1, 2], [3, 4]]}\ndefine: {B: A/3}\nparts: [{find: B}]\n"
    assert marks(text, B="[[1/3, 2/3], [1, 4/3]]")["B"].verdict is Verdict.CORRECT
    assert marks(text, B="[[1/3, 1/2], [1, 4/3]]")["B"].score == Fraction(3, 4)


@pytest.mark.parametrize(("answer", "verdict"), [("10/6", Verdict.CORRECT), ("10/7", Verdict.WRONG)])
def test_a_mistake_may_sum_a_number_in_place_of_an_array(answer: str, verdict: Verdict) -> None:
    assert marks(SCALED_SUM, **{"dL/dx": answer})["dL/dx"].verdict is verdict


RIDGE = """
kind: formula
given: {X: R^(n x d), w: R^d, y: R^n, lambda: }
assume: [lambda > 0]
define: {J: norm(X @ w - y)^2/(2*n) + lambda/2*norm(w)^2}
parts: [{find: dJ/dw, in: [X, w, y, lambda, n]}]
"""
CLOSED_FORM = """
kind: formula
given: {X: R^(m x n), y: R^m, lambda: }
assume: [lambda > 0]
define: {theta: inv(X.T @ X + lambda*identity(n)) @ (X.T @ y)}
parts: [{find: theta, in: [X, y, lambda, n]}]
"""
HINGE = """
kind: formula
given: {x: R^d, w: R^d, b: , y: , lambda: }
assume: [lambda > 0]
define: {f: w.T @ x + b, L: "max(0, 1 - y*f) + lambda/2*norm(w)^2"}
parts: [{find: [dL/dw, dL/db], in: [x, y, f, w, lambda]}]
"""
EMBEDDINGS = """
kind: formula
given: {vc: R^d, uo: R^d}
define: {J: -log(sigmoid(uo.T @ vc))}
parts: [{find: dJ/duo, in: [vc, uo]}]
"""
NORMALISED = """
kind: formula
given: {g: R^m, xhat: R^m, gamma: , beta: }
define: {y: gamma*xhat + beta, L: sum(g*y)}
parts: [{find: [dL/dgamma, dL/dbeta, dL/dxhat], in: [g, gamma, xhat]}]
"""
TWO_LAYERS = """
kind: formula
given: {x: R^d, W1: R^(h x d), W2: R^(k x h), y: R^k}
define: {a: sigmoid(W1 @ x), e: W2 @ a - y, L: sum(e^2)/2}
parts: [{find: [dL/da, dL/dW1], in: [x, W2, a, e]}]
"""


@pytest.mark.parametrize(
    ("problem", "name", "answer"),
    [
        (RIDGE, "dJ_by_dw", "(1/n XᵀX + λI)w − 1/n Xᵀy"),
        (RIDGE, "dJ_by_dw", r"\frac{1}{n}X^\top(Xw-y)+\lambda w"),
        (RIDGE, "dJ_by_dw", r"\frac{1}{n} \sum_{i=1}^{n} (w^T x_i - y_i) x_i + \lambda w"),
        (CLOSED_FORM, "theta", "(XᵀX + λI)⁻¹Xᵀy"),
        (CLOSED_FORM, "theta", r"(X^\top X + \lambda I)^{-1} X^\top y"),
        (CLOSED_FORM, "theta", "np.linalg.solve(X.T @ X + lambda*np.eye(n), X.T @ y)"),
        (HINGE, "dL_by_dw", "λw − 1[y f < 1] y x"),
        (HINGE, "dL_by_dw", r"\lambda w - \mathbb{1}\{1 - y f > 0\} y x"),
        (HINGE, "dL_by_dw", "λw − y x if y f < 1, λw otherwise"),
        (HINGE, "dL_by_dw", "lambda*w - (y*f < 1)*y*x"),
        (HINGE, "dL_by_db", "-y if y*f < 1 else 0"),
        (EMBEDDINGS, "dJ_by_duo", "(σ(uo·vc) − 1) vc"),
        (EMBEDDINGS, "dJ_by_duo", r"(\sigma(u_o \cdot v_c) - 1) v_c"),
        (NORMALISED, "dL_by_dgamma", "sum(g x̂)"),
        (NORMALISED, "dL_by_dgamma", "Σᵢ gᵢ x̂ᵢ"),
        (NORMALISED, "dL_by_dgamma", "g·x̂"),
        (NORMALISED, "dL_by_dbeta", "Σ g"),
        (NORMALISED, "dL_by_dxhat", "γ ⊙ g"),
        (TWO_LAYERS, "dL_by_dW1", "(a ⊙ (1 − a) ⊙ W2ᵀ e) xᵀ"),
        (TWO_LAYERS, "dL_by_dW1", "(W2ᵀ e ⊙ a(1 − a)) xᵀ"),
    ],
)
def test_derivatives_in_letters_are_read_as_papers_write_them(problem: str, name: str, answer: str) -> None:
    assert marks(problem, **{name: answer})[name.replace("_by_", "/")].verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("problem", "name", "answer"),
    [
        (CLOSED_FORM, "theta", "(XᵀX)⁻¹Xᵀy"),
        (CLOSED_FORM, "theta", "(XᵀX + λ)⁻¹Xᵀy"),
        (NORMALISED, "dL_by_dgamma", "g*xhat"),
        (NORMALISED, "dL_by_dgamma", "Σ g Σ x̂"),
        (HINGE, "dL_by_dw", "λw − 1[y f < 0] y x"),
        (TWO_LAYERS, "dL_by_dW1", "x (W2ᵀ e ⊙ a(1 − a))ᵀ"),
    ],
)
def test_no_other_reading_makes_a_wrong_answer_right(problem: str, name: str, answer: str) -> None:
    assert not marks(problem, **{name: answer})[name.replace("_by_", "/")].verdict.is_right


def test_entries_that_are_exact_leave_no_room_for_what_follows_from_them() -> None:
    fields = "given: {P: [[0, 1], [0.2, 0.8]], a: [1, 0], b: [0.5, 2]}\ndefine: {v: 'max(a, b)', q: b + 0.9*(P @ v)}"
    marker = written(f"kind: formula\n{fields}\nparts: [{{find: [v, q]}}]")
    assert by_name(marker.mark({"v": "1, 2", "q": "2.3, 3.62"}))["q"].verdict.is_right
    assert not by_name(marker.mark({"v": "1, 2", "q": "2.5, 3.8"}))["q"].verdict.is_right
    rounded = written("kind: formula\ngiven: {x: [1, 2]}\ndefine: {v: x/3, q: 30*v}\nparts: [{find: [v, q]}]")
    assert by_name(rounded.mark({"v": "0.33, 0.67", "q": "9.9, 20.1"}))["q"].verdict.is_right


WITH_IDENTITY = """
kind: formula
given: {A: R^(n x n), B: R^(n x n), C: R^(m x n), x: R^n, a: }
define: {M: A @ B, K: A @ B + a*A, P: C @ A, y: A @ x + x}
parts: [{find: [M, K, P, y]}]
"""
SCALARS = """
kind: formula
given: {x: , y: }
define: {L: (x - y)^2}
parts: [{find: dL/dx}]
"""


@pytest.mark.parametrize(
    ("problem", "name", "answer", "verdict"),
    [
        (WITH_IDENTITY, "M", "I A B", Verdict.CORRECT),
        (WITH_IDENTITY, "M", "A @ I @ B", Verdict.CORRECT),
        (WITH_IDENTITY, "M", "A B I", Verdict.CORRECT),
        (WITH_IDENTITY, "M", "I B A", Verdict.WRONG),
        (WITH_IDENTITY, "K", "A (B + a I)", Verdict.CORRECT),
        (WITH_IDENTITY, "P", "I C I A", Verdict.CORRECT),
        (WITH_IDENTITY, "y", "(A + I) x", Verdict.CORRECT),
        (WITH_IDENTITY, "y", "A x + I", Verdict.WRONG),
        (SCALARS, "dL_by_dx", "2*(x-y)*I", Verdict.UNREADABLE),
        (SCALARS, "dL_by_dx", "2 (x-y) I", Verdict.UNREADABLE),
        (SCALARS, "dL_by_dx", "2 (x-y)", Verdict.CORRECT),
    ],
)
def test_the_identity_has_the_size_that_fits(problem: str, name: str, answer: str, verdict: Verdict) -> None:
    assert marks(problem, **{name: answer})[name.replace("_by_", "/")].verdict is verdict


NEURON = """
kind: formula
given: {x1: , w1: , y: }
define: {z: w1*x1, h: sigmoid(z), L: (h - y)^2/2}
parts: [{find: dL/dw1}]
"""


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("(h-y) σ'(z) x1", Verdict.CORRECT),
        ("(h-y)*sigmoid'(z)*x1", Verdict.CORRECT),
        ("(h-y) h (1-h) x1", Verdict.CORRECT),
        ("(h-y) σ'(h) x1", Verdict.WRONG),
    ],
)
def test_a_slope_is_a_factor_of_numbers_too(answer: str, verdict: Verdict) -> None:
    assert marks(NEURON, dL_by_dw1=answer)["dL/dw1"].verdict is verdict


def test_too_few_digits_are_not_right_because_what_came_before_is() -> None:
    fields = "kind: formula\ngiven: {x: [0.91, 1.54], w: [0.31, -0.42]}\ndefine: {z: 2*x, o: w*z}"
    marker = written(f"{fields}\nparts: [{{find: [z, o]}}]")  # 0.5642, −1.2936
    for few in ("0, 0", "1, -1", "0.6, -1.3"):
        assert not by_name(marker.mark({"z": "1.82, 3.08", "o": few}))["o"].verdict.is_right
    assert by_name(marker.mark({"z": "1.82, 3.08", "o": "0.564, -1.29"}))["o"].verdict.is_right
