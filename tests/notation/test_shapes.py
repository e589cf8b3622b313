"""What does not fit is told with both shapes, their sizes counted as people count."""

from __future__ import annotations

import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.kinds import find_kinds
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import Name
from deepcalc.notation.operations.expressions import shape_of
from deepcalc.notation.shapes import ShapeError, concrete
from deepcalc.problem.loader import load_text
from deepcalc.solution.solver import solve

AB = "X: [[1, 2], [3, 4]], Y: [[1, 2, 3]], v: [1, 2, 3], u: [1, 2], C: [[1], [2], [3]], L: R^(n x d), M: R^(k x d)"


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("X @ Y", "a product of 2 × 2 with 1 × 3 does not exist: 2 columns meet 1 row"),
        ("X @ v", "a product of 2 × 2 with a vector of 3 does not exist: 2 columns meet 3 rows"),
        ("L @ M", "n × d with k × d does not exist: d columns meet k rows; the second one transposed (.T) would fit"),
        ("X @ X.T @ Y.T", "2 columns meet 3 rows"),
        ("X + v", "2 × 2 and a vector of 3 do not fit entry by entry"),
        ("v*C", "a vector of 3 and 3 × 1 do not fit entry by entry; a vector is added to each row, which has 1 entry"),
        ("Y + C", "1 × 3 and 3 × 1 do not fit entry by entry; one of them is to be transposed (.T)"),
        ("C - Y", "do not fit entry by entry; one of them is to be transposed (.T)"),
        ("[u, v]", "every row has as many entries as the first one: entry 2 is a vector of 3, the first a vector of 2"),
        ("[[u[1], 1], [2]]", "entry 2 is a vector of 1, the first a vector of 2"),
        ("v[4]", "there is no entry 4: entries count from 1 to 3"),
        ("X[1, 0]", "there is no column 0: columns count from 1 to 2"),
        ("v[1, 1]", "2 indexes for a vector of 3"),
        ("v[3:2]", "a slice from 3 to 2 is empty"),
        ("inv(Y)", "inv takes a square matrix, this is 1 × 3"),
        ("conv2d(X, [[1, 1, 1], [1, 1, 1]])", "the kernel 2 × 3 is larger than its input 2 × 2"),
        ("max_pool1d(u, kernel=3)", "the kernel 3 is larger than its input 2"),
        ("max_pool1d_input(u, v, kernel=2)", "what is passed back is a vector of 3, what was pooled a vector of 1"),
        ("avg_pool1d_input(X, Y, kernel=1)", "2 × 2 and 1 × 3 do not fit entry by entry"),
        ("sum(X, axis=2)", "there is no axis 2: 2 × 2 has the axes 0 to 1"),
        ("is_min(L, axis=2)", "there is no axis 2: n × d has the axes 0 to 1"),
        ("is_max(v[1], axis=0)", "there is no axis 0: a number has no axes"),
        ("flatten(L)", "flatten needs sizes that are numbers, not n × d"),
        ("reshape(u, shape=(1, 1, 1, 1, 1, 1, 1, 1, 2))", "has 9 axes; at most 8 are taken"),
        ("concat(X, Y)", "2 × 2 and 1 × 3 cannot be joined along axis 0"),
        ("conv1d(u, v)", "the kernel 3 is larger than its input 2 with padding 0"),
        ("identity(X)", "a size is a number, not 2 × 2"),
        ("zeros(diag(u), 2)", "a size is a number, not 2 × 2"),
        ("zeros(2, u)", "a size is a number, not a vector of 2"),
        ("identity(0)", "a size is a whole number from 1 up, not 0"),
        ("expand(u, axis=2)", "there is no axis 2 beside those of a vector of 2; a further axis stands at 0 to 1"),
        ("one_hot(v, classes=0)", "one_hot takes one class or more"),
        ("outer(X, v)", "outer takes two vectors, not 2 × 2 and a vector of 3"),
        ("reshape(v, shape=(2, 2))", "a vector of 3 has 3 entries, 2 × 2 has 4 entries"),
    ],
)
def test_what_does_not_fit_is_told(formula: str, message: str) -> None:
    text = f"kind: formula\ngiven: {{{AB}}}\ndefine:\n  Z: '{formula}'\n"
    with pytest.raises(InvalidProblem) as told:
        load_text(text.encode(), "shapes.yaml", find_kinds())
    (fault,) = told.value.faults
    assert str(fault.place).startswith("shapes.yaml:4:")
    assert message in fault.message


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("[]", "an array has no empty list"),
        ("[[], []]", "an array has no empty list (place 1)"),
        ("[[1, 2], [3]]", "found a list of 1 (place 2) after a list of 2"),
        ("[[1, 2], 3]", "found a number (place 2) after a list of 2"),
        ("[[1, x], [2, 3]]", "expected a number (place 1, 2), found 'x'"),
        ("[[[[[1]]]]]", "an array has at most 4 axes"),
        ("R^(2 x )", "expected sizes such as R^3, R^n or R^(n x d)"),
        ("R^(-1)", "expected sizes such as R^3, R^n or R^(n x d)"),
    ],
)
def test_what_is_given_wrongly_is_told(given: str, message: str) -> None:
    text = f"kind: formula\ngiven:\n  X: {given}\ndefine: {{Z: sum(X)}}\n"
    with pytest.raises(InvalidProblem) as told:
        load_text(text.encode(), "shapes.yaml", find_kinds())
    assert any(
        str(fault.place).startswith("shapes.yaml:3:") and message in fault.message for fault in told.value.faults
    )


@pytest.mark.parametrize("matrix", ["[[1, 2], [2, 4]]", "[[0, 0], [0, 0]]", "[[1, 2, 3], [4, 5, 6], [7, 8, 9]]"])
def test_a_singular_matrix_is_told(matrix: str) -> None:
    found = load_text(
        f"kind: formula\ngiven: {{A: {matrix}}}\ndefine: {{Z: inv(A)}}\n".encode(), "s.yaml", find_kinds()
    )
    with pytest.raises(InvalidProblem, match="Z has no value: the matrix is singular"):
        solve(found)


@pytest.mark.parametrize(("formula", "entry"), [("X @ u", "Z.1"), ("2*X", "Z.1.1")])
def test_the_derivative_of_an_array_by_a_matrix_says_how_to_ask_for_it(formula: str, entry: str) -> None:
    text = f"kind: formula\ngiven: {{{AB}}}\ndefine: {{Z: {formula}}}\nparts: [{{find: dZ/dX}}]\n"
    with pytest.raises(InvalidProblem) as told:
        load_text(text.encode(), "jacobian.yaml", find_kinds())
    assert f"ask for the derivative of an entry ({entry})" in str(told.value)
    load_text(text.replace("dZ/dX", f"d{entry}/dX").encode(), "jacobian.yaml", find_kinds())


def test_a_new_axis_is_to_be_told() -> None:
    with pytest.raises(ShapeError, match="an axis is to be told"):
        shape_of(Apply("expand", {}, Name("v")), lambda name: (3,))
    assert shape_of(Apply("expand", {"axis": 0}, Name("v")), lambda name: (3,)) == (1, 3)


def test_sizes_that_must_be_numbers_are_told_where_they_are_letters() -> None:
    assert concrete((2, 3)) == (2, 3)
    with pytest.raises(ShapeError, match="the sizes must be numbers here; it is n × 3"):
        concrete((Name("n"), 3))
