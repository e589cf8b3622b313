"""Design: an answer is right when NumPy, running the same network on it, says that it does what is wanted."""

from __future__ import annotations

import numpy as np
import pytest

from deepcalc.checking.document import AnswerMark, Verdict
from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem, UsageError
from deepcalc.kinds import find_kinds
from deepcalc.notation.nodes import number
from deepcalc.notation.printing import PlainPrinter
from deepcalc.plan.picture_plans import PlanePlan
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.drawings import Plane
from deepcalc.solution.solver import solve
from tests.library import problem as shipped
from tests.statements import printed

KINDS = find_kinds()


def problem(fields: str) -> Problem:
    return load_text(f"kind: design\n{fields}".encode(), "test.yaml", KINDS)


def marked(given: Problem, answer: str) -> AnswerMark:
    return Marker(given).mark({"weights": answer}).parts[0].answers[0]


def said(mark: AnswerMark) -> str:
    return "".join(piece if isinstance(piece, str) else PlainPrinter().print(piece) for piece in mark.message)


AND = """inputs: [x1, x2]
define: {y: step(w1*x1 + w2*x2 + b)}
points: [[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 1]]
solution: {w1: 1, w2: 1, b: -1.5}
"""


@pytest.mark.parametrize("seed", range(60))
def test_a_threshold_unit_is_right_when_numpy_computes_and_with_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    w1, w2 = map(int, rng.integers(-1, 3, 2))
    b = float(rng.integers(-6, 1)) / 2
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    outputs = (corners @ [w1, w2] + b >= 0).astype(int)
    wrong = np.flatnonzero(outputs != np.array([0, 0, 0, 1]))
    mark = marked(problem(AND), f"b={b}, w1={w1}, w2={w2}")
    if wrong.size == 0:
        assert mark.verdict is Verdict.CORRECT
        assert mark.score == mark.out_of
    else:
        x1, x2 = corners[wrong[0]]
        assert mark.verdict is Verdict.WRONG
        assert said(mark).startswith(f"at x1 = {x1}, x2 = {x2}: "), "the first point where it fails"
        assert said(mark).endswith(f"= {outputs[wrong[0]]}, not {1 - outputs[wrong[0]]}")


@pytest.mark.parametrize("seed", range(30))
def test_a_relu_network_is_right_when_numpy_computes_the_maximum_with_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scale = rng.choice([0.5, 2, 4], 3)
    w1, w2, u1, u2, v1, v2, v3 = scale[0], -scale[0], scale[1], -scale[2], 1 / scale[0], 1 / scale[1], -1 / scale[2]
    if seed % 2:
        v3 = 0.0
    points = np.array([[1, 2], [3, -1], [-2, -5], [-4, -1.5], [0.5, 0.5]])
    x1, x2 = points.T
    hidden = np.maximum(0, [w1 * x1 + w2 * x2, u1 * x2, u2 * x2])
    holds = np.allclose(np.array([v1, v2, v3]) @ hidden, points.max(axis=1))
    mark = marked(shipped("maximum-by-relu"), f"({w1}, {w2}, {u1}, {u2}, {v1}, {v2}, {v3})")
    assert (mark.verdict is Verdict.CORRECT) == holds


def test_the_other_construction_of_xor_is_right_too() -> None:
    xor = shipped("xor-threshold-units")
    other = "w11=1, w21=-1, b1=-1, w12=-1, w22=1, b2=-1, v1=1, v2=1, c=-1"
    assert marked(xor, other).verdict is Verdict.CORRECT
    both_or = "w11=1, w21=1, b1=-1, w12=1, w22=1, b2=-1, v1=1, v2=1, c=-1"
    assert said(marked(xor, both_or)) == "at x1 = 1, x2 = 1: {y:4} = 1, not 0"


def test_an_output_may_be_asked_on_a_side_of_zero_and_numbers_within_bounds() -> None:
    side = problem(
        "inputs: [x]\ndefine: {y: w*x + b}\npoints: [[0, -1], [2, 1]]\naccept: side\nrequire: [w <= 2]\n"
        "solution: {w: 1, b: -1}"
    )
    assert marked(side, "w=2, b=-0.5").verdict is Verdict.CORRECT
    assert said(marked(side, "w=1, b=0")) == "at x = 0: {y:1} = 0, which should be below 0"
    assert said(marked(side, "w=3, b=-1")) == "as chosen: w = 3, against w <= 2"


def test_a_network_without_a_value_at_a_point_is_wrong_there() -> None:
    divided = problem("inputs: [x]\ndefine: {y: x/w}\npoints: [[2, 1]]\nsolution: {w: 2}")
    assert "division by zero" in said(marked(divided, "w=0"))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("w1=1, w2=1", "no number is given for b"),
        ("w1=1, w2=1, c=0", "there is no 'c' to be chosen"),
        ("w1=1, w1=2, b=0", "w1 is given twice"),
        ("w1=1, w2, b=0", "expected a pair such as w1=1"),
        ("w1=x, w2=1, b=0", "a number is expected"),
    ],
)
def test_what_cannot_be_read_is_told(answer: str, message: str) -> None:
    mark = marked(problem(AND), answer)
    assert mark.verdict is Verdict.UNREADABLE
    assert message in said(mark)


def test_too_few_numbers_are_wrong() -> None:
    assert said(marked(problem(AND), "(1, 2)")) == "3 numbers are asked for, not 2"
    (mark,) = Marker(problem(AND)).mark({"w1": "1"}).parts[0].answers
    assert mark.verdict is Verdict.UNREADABLE
    assert said(mark) == "no number is given for w2 and b"


def test_numbers_may_be_given_one_by_one() -> None:
    (mark,) = Marker(problem(AND)).mark({"b": "-3", "w1": "2", "w2": "2"}).parts[0].answers
    assert (mark.name, mark.verdict) == ("weights", Verdict.CORRECT)
    with pytest.raises(UsageError, match='`w1` is one of several that `weights` answers: "weights=w1=…'):
        Marker(problem(AND)).mark({"weights": "(2, 2, -3)", "w1": "2"})


OF_POINTS = """inputs: [x1, x2]
define: {z: w1*x1 + w2*x2 + b, y: step(z)}
points: [[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 1]]
solution: {w1: 1, w2: 1, b: -1.5}
parts: [{find: weights}, {find: ["z:2", "z:4"]}]
"""


@pytest.mark.parametrize("seed", range(20))
def test_what_is_made_of_numbers_is_marked_by_the_students_own(seed: int) -> None:
    rng = np.random.default_rng(seed)
    w1, w2, b = map(float, (*rng.integers(1, 4, 2), -rng.integers(1, 6)))
    z2, z4 = np.array([[0, 1], [1, 1]]) @ [w1, w2] + b
    given = {"weights": f"w1={w1}, w2={w2}, b={b}", "z:2": f"{z2}", "z:4": f"{z4 + 1}"}
    weights, second, fourth = (mark for part in Marker(problem(OF_POINTS)).mark(given).parts for mark in part.answers)
    does_and = max(b, w1 + b, w2 + b) < 0 <= w1 + w2 + b
    assert weights.verdict is (Verdict.CORRECT if does_and else Verdict.WRONG)
    if does_and:
        assert (second.verdict, second.expected) == (Verdict.CORRECT, PlainPrinter().print(number(z2)))
        assert (fourth.verdict, fourth.expected) == (Verdict.WRONG, PlainPrinter().print(number(z4)))
    else:
        is_printed = z2 == -0.5
        assert second.verdict is (Verdict.CORRECT if is_printed else Verdict.FOLLOW_THROUGH)
        assert said(second) == ("" if is_printed else "right with your weights")
        assert second.expected == "-0.5"
        assert fourth.verdict is (Verdict.CORRECT if z4 + 1 == 0.5 else Verdict.WRONG)


def test_without_the_numbers_it_is_said_what_is_compared_with() -> None:
    _, wrong, right = (
        mark for part in Marker(problem(OF_POINTS)).mark({"z:2": "7", "z:4": "0.5"}).parts for mark in part.answers
    )
    assert said(wrong) == "compared with the construction on the sheet, as you chose no weights"
    assert right.verdict is Verdict.CORRECT
    without = {"weights": "(1, 2)", "z:2": "-0.5", "z:4": "1/0"}
    marks = [mark for part in Marker(problem(OF_POINTS)).mark(without).parts for mark in part.answers]
    assert [mark.verdict for mark in marks] == [Verdict.WRONG, Verdict.CORRECT, Verdict.UNREADABLE]
    divided = problem(
        "inputs: [x]\ndefine: {z: x/w, y: 2*z}\npoints: [[2, 2]]\nsolution: {w: 2}\nparts: [{find: [weights, z:1]}]"
    )
    chosen, made = Marker(divided).mark({"weights": "w=0", "z:1": "1"}).parts[0].answers
    assert (chosen.verdict, made.verdict) == (Verdict.WRONG, Verdict.CORRECT)


def test_the_sheet_shows_a_construction_and_what_it_does_and_the_statement_does_not() -> None:
    given = problem(AND)
    (part,) = solve(given).parts
    values = {step.name: step.value for step in part.steps}
    assert values == {"w1": 1, "w2": 1, "b": -1.5, "y:1": 0, "y:2": 0, "y:3": 0, "y:4": 1}
    assert [block.title for block in part.blocks] == ["A construction", "What it does"]
    assert "1.5" not in printed(given)
    assert solve(given).given == ()


HALF_PLANE = """inputs: [x1, x2]
define: {y: step(w1*x1 + w2*x2 + b)}
target: step(x1 + 2*x2 - 1)
grid: {x1: [-2, 2, 0.5], x2: [-1.1, 1.4, 0.5]}
solution: {w1: 1, w2: 2, b: -1}
"""


@pytest.mark.parametrize("seed", range(20))
def test_a_region_is_tried_on_a_grid(seed: int) -> None:
    rng = np.random.default_rng(seed)
    w1, w2, b = (
        float(each) for each in (rng.integers(8, 12) / 10, rng.integers(18, 22) / 10, -rng.integers(8, 12) / 10)
    )
    places = np.array([(x1, x2) for x1 in np.arange(-2, 2.1, 0.5) for x2 in np.arange(-1.1, 1.5, 0.5)])
    wanted = (np.round(places @ [1, 2] - 1, 9) >= 0).astype(int)
    outputs = (np.round(places @ [w1, w2] + b, 9) >= 0).astype(int)
    wrong = np.flatnonzero(outputs != wanted)
    mark = marked(problem(HALF_PLANE), f"{w1}, {w2}, {b}")
    assert (mark.verdict is Verdict.CORRECT) == (wrong.size == 0)
    if wrong.size:
        x1, x2 = places[wrong[0]]
        assert said(mark).startswith(f"at x1 = {x1:g}, x2 = {x2:.1f}: y = "), "the first point where it fails"


def test_the_points_of_a_grid_are_not_derived_on_the_sheet() -> None:
    given = problem(f"{HALF_PLANE}points: [[1, 1]]")
    (part,) = solve(given).parts
    assert {step.name for step in part.steps} == {"w1", "w2", "b", "y:1"}
    assert "in steps of" in printed(given)
    assert [step.name for step in solve(problem(HALF_PLANE)).parts[0].steps] == ["w1", "w2", "b"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (HALF_PLANE.replace("target: step(x1 + 2*x2 - 1)\n", ""), "`grid` goes with `target`"),
        (HALF_PLANE.replace("x2: [-1.1", "x3: [-1.1"), "missing x2: a grid has all inputs"),
        (HALF_PLANE.replace("0.5], x2", "0], x2"), "a step above 0"),
        (HALF_PLANE.replace("0.5], x2", "0.01], x2"), "a grid has at most 400 points, this one 2406"),
        (HALF_PLANE.replace("b: -1}", "b: -1.5}"), "does not do what is wanted at x1 = -1.5"),
        (HALF_PLANE.replace("grid: {x1: [-2, 2, 0.5], x2: [-1.1, 1.4, 0.5]}\n", ""), "nothing to try"),
        (AND.replace("b: -1.5", "b: -0.5"), "does not do what is wanted at x1 = 0, x2 = 1: y = 1, not 0"),
        (AND.replace(", b: -1.5", ""), "no number for b"),
        (AND.replace("b: -1.5", "b: -1.5, c: 1"), "`c` is in none of the formulas"),
        (AND.replace("[0, 0, 0]", "[0, 0]"), "expected 3 numbers, the inputs and what is wanted; found 2"),
        (AND + "target: x1", "expected 2 numbers, the inputs alone; found 3"),
        (AND + "name: w1", "`w1` is in the formulas"),
        (AND.replace("[x1, x2]", "[x1, x2, x1]"), "the input `x1` is named twice"),
        (AND + "output: z", "`z` is not defined"),
        (AND + "require: [c > 0]", "`c` is not to be chosen"),
        ("inputs: [x]\ndefine: {y: w*z, z: x}\npoints: [[1, 1]]\nsolution: {w: 1}", "`z` is used before it is defined"),
        ("inputs: [x]\ndefine: {y: w*x}\ntarget: 1/x\npoints: [[0]]\nsolution: {w: 1}", "division by zero"),
    ],
)
def test_what_does_not_fit_is_told(fields: str, message: str) -> None:
    with pytest.raises(InvalidProblem, match=message):
        problem(fields)


def test_the_region_of_a_construction_is_drawn() -> None:
    """The triangle with the corners (0, 0), (4, 0) and (0, 4)."""
    (drawing,) = (figure.drawing for figure in solve(shipped("triangle-region")).figures if figure.tells)
    assert isinstance(drawing, Plane)
    (region,) = drawing.regions
    assert region is not None
    inside = set(region.points)
    assert inside
    assert all(x >= 0 and y >= 0 and x + y <= 4 for x, y in inside)
    assert [len(each.points) for each in drawing.points] == [4, 3]


def test_the_points_of_a_grid_are_drawn_with_the_others() -> None:
    """Of −1.2, −0.7, …, 4.8 on both axes those in the triangle with the corners (0, 0), (4, 0) and (0, 4)."""
    (picture,) = shipped("triangle-on-a-grid").plan.figures
    steps = np.arange(-1.2, 5, 0.5)
    x1, x2 = np.meshgrid(steps, steps)
    inside = int(((x1 > 0) & (x2 > 0) & (x1 + x2 < 4)).sum())
    assert isinstance(picture, PlanePlan)
    assert [len(each.points) for each in picture.points] == [x1.size - inside + 1, inside + 1]


def test_a_function_that_is_no_yes_or_no_has_no_region() -> None:
    assert shipped("maximum-by-relu").plan.figures == ()
