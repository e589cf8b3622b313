"""What a change of formulas leads to, worked out from what it reaches only."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from deepcalc.checking.consequences import Consequences
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse
from deepcalc.notation.rounding import NumberFormat, Rounding

GRAPH = Graph(
    [
        Quantity("x", given=Literal("3")),
        Quantity("a", parse("x/7")),
        Quantity("b", parse("a + 1")),
        Quantity("c", parse("2*a")),
        Quantity("d", parse("b*c")),
        Quantity("p", parse("exp(x)/(exp(x) + 1)"), stable=parse("sigmoid(x)")),
        Quantity("l", parse("log(p)"), stable=parse("-softplus(-x)")),
    ]
)


def test_a_changed_formula_reaches_what_is_made_of_it() -> None:
    values = Consequences(GRAPH).after("d", {"b": parse("a - 1")})
    assert values is not None
    assert values["d"] == (Fraction(3, 7) - 1) * Fraction(6, 7)
    assert values["c"] == Fraction(6, 7)


def test_overrides_stand_in_place_of_ours_and_block_what_is_behind_them() -> None:
    consequences = Consequences(GRAPH)
    values = consequences.after("d", {"c": parse("3*a")}, {"b": Fraction(2)})
    assert values is not None
    assert values["d"] == 2 * Fraction(9, 7)
    assert consequences.leads_to("d", {"a": None})
    assert not consequences.leads_to("d", {"a": None}, ["b", "c"])


def test_rounded_figures_are_carried_on_but_the_result_is_not_rounded() -> None:
    rounding = Rounding(NumberFormat(significant=2), carry_rounded=True)
    values = Consequences(GRAPH, rounding=rounding).after("d", {"b": parse("a - 1")})
    assert values is not None
    assert values["d"] == (Fraction("0.43") - 1) * Fraction("0.86")


def test_several_quantities_share_what_they_are_made_of_but_not_what_is_rounded() -> None:
    shared = Consequences(GRAPH)
    assert list(shared.several_after(["a", "l", "d"], {"a": parse("x/3"), "p": parse("x - 3")})) == [1, None, 2 * 2]
    assert shared.worked_out == 5, "a, p, b, c and d, each once"
    rounding = Rounding(NumberFormat(significant=2), carry_rounded=True)
    found = Consequences(GRAPH, rounding=rounding).several_after(["b", "d"], {"a": parse("x/9")})
    assert list(found) == [Fraction("1.33"), Fraction("1.3") * Fraction("0.66")], "0.33, 1.3 and 0.66 are written down"


def test_a_changed_quantity_is_not_passed_by_in_a_stable_form() -> None:
    values = Consequences(GRAPH).after("l", {"p": parse("exp(x)")})
    assert values is not None
    assert float(values["l"]) == pytest.approx(3)


def test_what_has_no_value_is_none() -> None:
    assert Consequences(GRAPH).after("l", {"p": parse("x - 3")}) is None


@pytest.mark.parametrize(("formula", "expected"), [("a - 1", (2 - 1) * 5.0), ("x + a", (3 + 2) * 5.0)])
def test_in_floats_it_comes_to_the_same(formula: str, expected: float) -> None:
    own = {"a": Fraction(2), "c": Fraction(5)}
    assert Consequences(GRAPH).in_floats("d", {"b": parse(formula)}, own) == expected
    assert Consequences(GRAPH).in_floats("l", {"p": parse("x - 3")}) is None


def test_floats_do_not_pass_by_either() -> None:
    assert Consequences(GRAPH).in_floats("l", {"p": parse("exp(2*x)")}) == pytest.approx(6)
    assert Consequences(GRAPH).in_floats("l", {}, {"x": Fraction(1)}) == pytest.approx(-math.log1p(math.exp(-1)))


def test_rounded_floats_are_carried_on_as_exact_values_are() -> None:
    rounding = Rounding(NumberFormat(significant=2), carry_rounded=True)
    value = Consequences(GRAPH, rounding=rounding).in_floats("d", {"b": parse("a - 1")})
    assert value == pytest.approx((0.43 - 1) * 0.86, rel=1e-12)


@pytest.mark.parametrize("own", [{}, {"a": Fraction(2), "c": Fraction(5)}])
def test_many_changes_at_once_come_to_what_each_comes_to_alone(
    own: dict[str, Fraction], monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = [{"b": parse("a - 1")}, {"c": parse("a*a")}, {"b": parse("x"), "c": parse("b - 1")}]
    a = float(own.get("a", Fraction(3, 7)))
    doubled = float(own.get("c", 2 * a))
    second = (a + 1) * (doubled if own else a * a)
    third = 3 * (doubled if own else 3 - 1)
    monkeypatch.setattr("deepcalc.checking.consequences.MANY", 0)
    monkeypatch.setattr("deepcalc.checking.consequences.MANY_WITH_NUMPY", 0)
    found = Consequences(GRAPH).each_in_floats("d", changes, own)
    assert found == pytest.approx([(a - 1) * doubled, second, third])


def test_many_changes_do_not_pass_by_in_a_stable_form_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deepcalc.checking.consequences.MANY", 0)
    monkeypatch.setattr("deepcalc.checking.consequences.MANY_WITH_NUMPY", 0)
    changes = [{"p": parse("exp(2*x)")}, {"p": parse("x - 3")}, {"a": parse("x")}]
    found = Consequences(GRAPH).each_in_floats("l", changes)
    assert found == [pytest.approx(6), None, pytest.approx(-math.log1p(math.exp(-3)))]


def test_what_a_change_does_not_reach_is_decided_as_it_is_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deepcalc.checking.consequences.MANY", 0)
    monkeypatch.setattr("deepcalc.checking.consequences.MANY_WITH_NUMPY", 0)
    graph = Graph(
        [
            Quantity("x", given=Literal("0.1")),
            Quantity("z", parse("x + 0.2 - 0.3")),  # 0, but 2.8e-17 in floats
            Quantity("o", parse("cases(1 if z > 0, 0 otherwise)")),
            Quantity("n", parse("o + 5")),
        ]
    )
    changes = [{"n": parse("o + 6")}, {"z": parse("x + 0.2")}, {"o": parse("z + 2")}]
    assert Consequences(graph).each_in_floats("n", changes) == [6, 6, pytest.approx(7)]
