"""The exact walk: values, overrides, rounding as one goes, and errors that name the quantity."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from deepcalc.errors import MathError
from deepcalc.graph.evaluation import branch_of, evaluate, holds, value_of
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.nodes import Cases, Literal
from deepcalc.notation.parser import parse
from deepcalc.notation.rounding import NumberFormat, Rounding
from tests.strategies import RandomGraph, many, random_graphs

F = Fraction


def graph_of(given: dict[str, str], define: dict[str, str]) -> Graph:
    graph = Graph(Quantity(name, given=Literal(text)) for name, text in given.items())
    for name, text in define.items():
        graph.add(Quantity(name, parse(text), origin=("define", name)))
    return graph


@many
@given(random_graphs())
def test_values_agree_with_numpy(random: RandomGraph) -> None:
    values = evaluate(random.build(), random.names).values
    size = max(1.0, *(abs(float(value)) for value in values.values()))
    if random.is_smooth_at(values) and size < 1e9:
        expected = [float(value) for value in random.numeric([float(value) for value in random.given])]
        assert [float(values[name]) for name in random.names] == pytest.approx(expected, rel=1e-9, abs=1e-12 * size)


def test_rationals_stay_exact() -> None:
    graph = graph_of({"w": "0.1", "x": "0.2"}, {"s": "w + x", "q": "s/3", "r": "q*3 - 0.3"})
    assert evaluate(graph, ["r", "q"]).values == {"w": F(1, 10), "x": F(1, 5), "s": F(3, 10), "q": F(1, 10), "r": 0}


def test_only_what_is_asked_for_is_computed() -> None:
    graph = graph_of({"x": "0"}, {"bad": "1/x", "good": "x + 1"})
    assert evaluate(graph, ["good"]).values == {"x": 0, "good": 1}


def test_an_override_stands_in_place_of_a_given_or_of_a_computed_value() -> None:
    graph = graph_of({"x": "0"}, {"y": "1/x", "z": "y + x"})
    assert evaluate(graph, ["z"], {"y": F(5)}).values["z"] == 5
    assert evaluate(graph, ["z"], {"x": F(2)}).values["z"] == F(5, 2)
    assert evaluate(graph, ["y"], {"y": F(7)}).values == {"y": 7}


@many
@given(random_graphs())
def test_to_override_a_quantity_with_its_own_value_changes_nothing(random: RandomGraph) -> None:
    graph = random.build()
    values = evaluate(graph, graph.names).values
    middle = random.names[len(random.names) // 2]
    assert evaluate(graph, [random.last], {middle: values[middle]}).values[random.last] == values[random.last]


@many
@given(random_graphs())
def test_to_go_on_from_what_is_known_changes_nothing(random: RandomGraph) -> None:
    graph, rounding = random.build(), Rounding(NumberFormat(significant=3), carry_rounded=True)
    for policy in (None, rounding):
        whole = evaluate(graph, random.names, rounding=policy)
        known = evaluate(graph, random.names[: len(random.names) // 2], rounding=policy).values
        assert evaluate(graph, random.names, rounding=policy, known=known).values == whole.values


def test_rounded_figures_are_carried_as_they_were_written() -> None:
    graph = graph_of({"x": "1"}, {"third": "x/3", "sum": "third + third + third", "same": "x*1"})
    policy = Rounding(NumberFormat(places=2), carry_rounded=True)
    carried = evaluate(graph, ["sum"], rounding=policy)
    assert carried.values["third"] == F(33, 100)
    assert carried.computed["third"] == F(1, 3)
    assert carried.computed["sum"] == F(99, 100)
    assert evaluate(graph, ["sum"], rounding=policy, written=["sum"]).computed["sum"] == 1
    assert evaluate(graph, ["sum"], rounding=Rounding(NumberFormat(places=2))).values["sum"] == 1


def test_each_group_is_carried_in_its_own_rounding() -> None:
    graph = Graph([Quantity("x", given=Literal("2"))])
    graph.add(Quantity("e", parse("x/3"), group="errors"))
    graph.add(Quantity("o", parse("x/3"), group="outputs"))
    policy = Rounding(NumberFormat(places=1), {"errors": NumberFormat(places=4)}, carry_rounded=True)
    values = evaluate(graph, ["e", "o"], rounding=policy).values
    assert (values["e"], values["o"]) == (F(6667, 10000), F(7, 10))


def test_a_stable_form_is_evaluated_in_place_of_the_formula() -> None:
    graph = Graph([Quantity("z", given=Literal("200")), Quantity("p", parse("sigmoid(z)"))])
    graph.add(Quantity("L", parse("-log(1 - p)"), stable=parse("softplus(z)")))
    assert float(evaluate(graph, ["L"]).values["L"]) == pytest.approx(200)


def test_a_stable_form_does_not_pass_by_an_overridden_value() -> None:
    graph = Graph([Quantity("z", given=Literal("0")), Quantity("p", parse("sigmoid(z)"))])
    graph.add(Quantity("L", parse("1 - p"), stable=parse("sigmoid(-z)")))
    assert evaluate(graph, ["L"], {"p": F(3, 4)}).values["L"] == F(1, 4)


FAILURES = [
    ("1/(x - 2)", "q = 1/(2 - 2)", "division by zero"),
    ("log(x - 2)", "q = log(2 - 2)", "the logarithm of 0"),
    ("log(x - 4)", "q = log(2 - 4)", "the logarithm of a negative number"),
    ("sqrt(y)", "q = sqrt(-0.5)", "the square root of a negative number"),
    ("y^0.5", "q = (-0.5)^0.5", "a fractional power of a negative number"),
    ("exp(exp(100*x))", "q = exp(exp(100*2))", "too large or too small"),
    ("9^9^9", "q = 9^9^9", "out of reach"),
    ("x^x^x^x^x^x", "q = 2^2^2^2^2^2", "out of reach"),
    ("1/third", "", ""),
    ("floor(exp(exp(x*9)))", "q = floor(exp(exp(2*9)))", "too large or too small"),
    ("1/(third - third)", "q = 1/(0.333333 - 0.333333)", "division by zero"),
    ("cases(1 if x > 3, 1/(x - 2) otherwise)", "q = cases(1 if 2 > 3, 1/(2 - 2) otherwise)", "division by zero"),
]


@pytest.mark.parametrize(("text", "line", "reason"), FAILURES, ids=[row[0] for row in FAILURES])
def test_mathematics_that_fails_names_the_quantity_and_shows_its_numbers(text: str, line: str, reason: str) -> None:
    graph = graph_of({"x": "2", "y": "-0.5"}, {"third": "x/6", "q": text})
    if not reason:
        assert evaluate(graph, ["q"]).values["q"] == 3
        return
    with pytest.raises(MathError, match=reason) as caught:
        evaluate(graph, ["q"])
    assert (caught.value.quantity, caught.value.line, caught.value.origin) == ("q", line, ("define", "q"))


def test_an_error_shows_numbers_of_any_size() -> None:
    graph = graph_of({"x": "20000"}, {"huge": "exp(x)", "q": "log(0*huge)"})
    with pytest.raises(MathError, match=r"q = log\(0\*7\.75600e8685\)"):
        evaluate(graph, ["q"])


def test_only_the_case_that_holds_is_evaluated() -> None:
    graph = graph_of({"x": "0"}, {"q": "cases(1 if x = 0, 1/x otherwise)"})
    assert evaluate(graph, ["q"]).values["q"] == 1


COMPARED = [("1 < x", True), ("x < 2", False), ("x <= 2", True), ("x > 2", False), ("x >= 2", True), ("x = 2", True),
            ("x != 2", False), ("1 < x <= 2", True), ("1 < x < 2", False), ("0 < x > 1", True),
            ("x = sqrt(4)", True), ("sqrt(2) < 1.5", True), ("1.4 < sqrt(2)", True)]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), COMPARED)
def test_a_chain_of_comparisons_holds_when_each_does(text: str, expected: bool) -> None:
    cases = parse(f"cases(1 if {text}, 0 otherwise)")
    assert isinstance(cases, Cases)
    values: dict[str, Any] = {"x": F(2)}
    assert holds(cases.branches[0][1], values) == expected
    assert branch_of(cases, values) == ((Literal("1"), cases.branches[0][1]) if expected else (Literal("0"), None))


def test_a_long_chain_of_quantities_needs_no_recursion() -> None:
    graph = Graph([Quantity("x0", given=Literal("1"))])
    for k in range(1, 3000):
        graph.add(Quantity(f"x{k}", parse(f"x{k - 1} + 1")))
    assert value_of(parse("x2999"), evaluate(graph, ["x2999"]).values) == 3000
