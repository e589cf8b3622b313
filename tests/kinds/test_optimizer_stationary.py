"""The stationary points of polynomial objectives against NumPy, and where a descent ends."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from numpy.polynomial import Polynomial

from deepcalc.notation.nodes import Name
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.problem.problem import Problem
from tests.array_problems import Data, exact, loaded
from tests.checking.marking import by_name, written


def problem(objective: str, start: float, **further: Any) -> Problem:
    fields: Data = {"method": "sgd", "learning_rate": 0.01, "parameters": {"x": start}, "objective": objective}
    return loaded("optimizer", {**fields, **further})


def values(of: Problem, head: str) -> list[float]:
    return [exact(of, name) for name in of.plan.graph.names if name.startswith(f"{head}.")]


def integral(slope: Polynomial) -> str:
    """The objective with this derivative, with exact coefficients."""
    return " + ".join(f"({value})*x^{power}/{power}" for power, value in enumerate(slope.coef.tolist(), start=1))


def reached(slope: Polynomial, start: float) -> float:
    """Where very small steps down come to."""
    x = start
    for _ in range(40_000):
        x -= 2e-3 * slope(x) / max(1.0, abs(slope(x)))
    return float(x)


@pytest.mark.parametrize("seed", range(12))
def test_points_curvatures_and_heights_agree_with_numpy(seed: int) -> None:
    """Derivatives with two or three rational roots, or with one beside a square without or with a root of its own."""
    random = Random(seed)
    roots = random.sample(range(-4, 5), 2)
    slope = Polynomial.fromroots(roots[:1]) * random.choice([1, 2, 3])
    slope *= Polynomial.fromroots(roots[1:]) if seed % 3 else Polynomial([random.choice([-2, -3, 5]), 1, 1])
    slope = slope if seed % 2 else slope * Polynomial([-0.5, 1]) if seed % 3 else slope
    objective = slope.integ()
    start = random.randint(-9, 9) / 2 + 0.25
    found = problem(integral(slope), start)
    points = sorted({round(root.real, 12) for root in map(complex, slope.roots()) if abs(root.imag) < 1e-9})
    np.testing.assert_allclose(values(found, "stationary"), points, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(values(found, "curvature"), [slope.deriv()(x) for x in points], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(values(found, "height"), [objective(x) for x in points], rtol=1e-8, atol=1e-8)
    is_bounded = len(objective.coef) % 2 == 1 and objective.coef[-1] > 0
    assert ("min.x" in found.plan.graph) == is_bounded
    if is_bounded:
        lowest = min(points, key=objective)
        assert exact(found, "min.x") == pytest.approx(lowest)
        assert exact(found, "distance@1") == pytest.approx(abs(start - 0.01 * slope(start) - lowest))
    end = reached(slope, start)
    if abs(end) < 9:
        assert exact(found, "approached") == pytest.approx(end, abs=1e-2)
    else:
        assert "approached" not in found.plan.graph


def test_the_derivative_is_told_as_a_product_with_its_constants() -> None:
    note = problem("a*x^4/4 - 2*x^3 + 3*x^2", 1, constants={"a": 3}).plan.graph["stationary.1"].note
    assert note[0] == "where "
    assert not isinstance(note[1], str)
    assert PlainPrinter().print(note[1]) == "{dJ/dx} = 3*x*(x^2 - 2*x + 2)"


@pytest.mark.parametrize(
    ("objective", "further"),
    [
        ("x^2 - 2*x", {}),
        ("x^5/5 - x^2/2 + x", {}),
        ("exp(x) - x^3", {}),
        ("x^4 - a*x^3", {"constants": {"a": None}}),
        ("x^3/w", {"parameters": {"x": 1, "w": 2}}),
        ("x^4 - x^3", {"minimum": {"x": 0.75}}),
        ("x^12 - x^3", {}),
        ("1/x + x^3", {}),
    ],
)
def test_other_objectives_have_no_points_found_by_hand(objective: str, further: Data) -> None:
    assert "stationary.1" not in problem(objective, 0.5, **further).plan.graph


def test_a_point_where_the_second_derivative_is_zero_is_told() -> None:
    found = problem("x^4/4 - 2*x^3/3", 1).plan.graph
    assert found["curvature.1"].note == ("0: the second derivative does not tell",)
    assert found["curvature.2"].note == ("more than 0: a minimum",)


def test_runs_share_the_points_and_come_to_their_own() -> None:
    runs = [{"parameters": {"x": -0.5}, "name": "left"}, {"parameters": {"x": 0.5}, "name": "right"}]
    found = problem("3*x^4 - 8*x^3 - 18*x^2 + 5", 1, runs=runs, parts=[{"find": "stationary"}])
    assert values(found, "stationary") == [-1, 0, 3]
    assert [exact(found, f"{run}.approached") for run in ("left", "right")] == [-1, 3]


@pytest.mark.parametrize(
    ("name", "wrong", "slip"), [("min.x", "-1", "nearest-for-lowest"), ("approached", "3", "lowest-for-nearest")]
)
def test_one_minimum_taken_for_the_other_is_named(name: str, wrong: str, slip: str) -> None:
    marker = written(
        "kind: optimizer\nmethod: sgd\nlearning_rate: 0.01\nparameters: {x: -0.5}\n"
        f"objective: 3*x^4 - 8*x^3 - 18*x^2 + 5\nparts: [{{find: {name}}}]"
    )
    assert by_name(marker.mark({name: wrong}))[name].slips == (slip,)


@pytest.mark.parametrize("name", ["height", "curvature", "stationary", "approached"])
def test_a_name_that_the_author_has_is_left_to_the_author(name: str) -> None:
    of_parameter = problem(f"{name}^4 - 2*{name}^2", 0.5, parameters={name: 0.5})
    of_constant = problem(f"x^4 - {name}*x^2", 0.5, constants={name: 2})
    of_objective = problem("x^4 - 2*x^2", 0.5, objective_name=name)
    for each in (of_parameter, of_constant, of_objective):
        assert UnicodePrinter(each.plan.symbols).print(Name(name)) == name
        assert name not in [composite.name for composite in each.plan.composites]
        np.testing.assert_allclose(values(each, "stationary"), [-1, 0, 1])
    assert exact(of_constant, name) == 2
    assert exact(of_objective, f"{name}@1") == pytest.approx(0.515**4 - 2 * 0.515**2)


@pytest.mark.parametrize(
    "objective",
    ["(x^2 - 1)^2", "x^4 - 20002*x^2", "(x^2 - 2*x - 7)^2 + 3", "(x^2 - 1/9)^2", "(x^2 - x - 1)^2"],
)
def test_none_of_several_points_that_share_the_lowest_height_is_called_the_lowest(objective: str) -> None:
    given = problem(objective, 0.25)
    found, heights = given.plan.graph, sorted(values(given, "height"))
    assert heights[0] == pytest.approx(heights[1], abs=1e-9)
    assert not {"min.x", "distance@0", "distance@1"} & set(found.names)
    assert "approached" in found


@pytest.mark.parametrize(
    ("given", "right"),
    [("(1, 0, -1)", 3), ("0, 1, -1", 3), ("(1, 0, -2)", 2), ("2, 0, 1", 2), ("(1, -1)", 0)],
)
def test_points_are_right_in_any_order(given: str, right: int) -> None:
    marker = written(
        "kind: optimizer\nmethod: sgd\nlearning_rate: 0.01\nparameters: {x: 0.5}\nobjective: (x^2 - 1)^2\n"
        "parts: [{find: stationary}]"
    )
    assert by_name(marker.mark({"stationary": given}))["stationary"].score == Fraction(right, 3)


@pytest.mark.parametrize("given", ["sqrt(3), 0, -sqrt(3)", "0, -1.7321, 1.7321", "1.732, -1.732, 0"])
def test_roots_are_right_in_any_order(given: str) -> None:
    marker = written(
        "kind: optimizer\nmethod: sgd\nlearning_rate: 0.01\nparameters: {x: 0.5}\nobjective: (x^2 - 3)^2\n"
        "parts: [{find: stationary}]"
    )
    assert by_name(marker.mark({"stationary": given}))["stationary"].score == 1
