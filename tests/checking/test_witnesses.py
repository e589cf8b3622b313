"""What a student's other numbers say of a mistake. All values by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deepcalc.checking.cases import Case
from deepcalc.checking.consequences import Consequences
from deepcalc.checking.reports import Evidence
from deepcalc.checking.witnesses import MOST_HEARD, Witnesses
from deepcalc.notation.parser import parse
from deepcalc.plan import Slip
from tests.checking.marking import written

UNIT = written("""
kind: formula
given: {x: 2, w: 3, b: 1}
define: {z: w*x + b, h: 2*z, k: 5*z}
parts: [{find: [z, h, k]}]
""")
GRAPH = UNIT._plan.graph
NO_BIAS = Slip("bias", "the bias forgotten", {"z": parse("w*x")})


def case(name: str, **others: tuple[str, bool]) -> Case:
    evident = {each: Evidence(Fraction(text), Fraction(0), right) for each, (text, right) in others.items()}
    return Case(name, {}, evident)


def test_a_wrong_number_that_the_mistake_leads_to_supports_it() -> None:
    witnesses, way = Witnesses(GRAPH), Consequences(GRAPH)
    assert witnesses.support(NO_BIAS, case("h", k=("30", False)), way)  # 5·6
    assert not witnesses.support(NO_BIAS, case("h", k=("31", False)), way)
    assert not witnesses.support(NO_BIAS, case("h"), way)


@pytest.mark.parametrize("half_unit", [Fraction(1, 2), Fraction(0)])
def test_a_whole_number_supports_what_leads_to_it_in_full(half_unit: Fraction) -> None:
    """z would be 1.0001·6, k five times as much."""
    witnesses, way = Witnesses(GRAPH), Consequences(GRAPH)
    slip = Slip("rounded", "another weight", {"z": parse("1.0001*w*x")})
    evident = {"k": Evidence(Fraction(30), half_unit, False)}
    assert not witnesses.support(slip, Case("h", {}, evident), way)
    assert witnesses.support(NO_BIAS, Case("h", {}, evident), way)


def test_what_follows_from_the_number_alone_is_no_second_witness() -> None:
    chain = written("kind: formula\ngiven: {x: 2}\ndefine: {z: x + 1, h: 2*z}\nparts: [{find: [z, h]}]\n")._plan.graph
    evident = {"h": Evidence(Fraction(8), Fraction(0), False)}
    slip, way = Slip("two", "2 added", {"z": parse("x + 2")}), Consequences(chain)
    assert Witnesses(chain).support(slip, Case("z", {}, evident), way)
    assert not Witnesses(chain).support(slip, Case("z", {}, evident), way, again=False)


def test_a_mistake_made_in_several_formulas_fits_all_wrong_answers_or_is_not_the_one() -> None:
    witnesses, way = Witnesses(GRAPH), Consequences(GRAPH)
    halved = Slip("half", "halved", {"h": parse("z"), "k": parse("5*z/2")})
    assert witnesses.fits(halved, case("h", k=("17.5", False)), way)
    assert not witnesses.fits(halved, case("h", k=("30", False)), way)
    assert witnesses.fits(halved, case("h", k=("35", True)), way)
    assert witnesses.fits(halved, case("h", z=("6", False), k=("30", False)), way)  # k follows from a wrong z


def test_what_was_written_on_the_way_must_be_what_the_mistake_makes_of_it() -> None:
    witnesses, way = Witnesses(GRAPH), Consequences(GRAPH)
    assert witnesses.allow(NO_BIAS, case("h", z=("6", False)), way)
    assert not witnesses.allow(NO_BIAS, case("h", z=("7", True)), way)
    assert not witnesses.allow(NO_BIAS, case("h", k=("35", True)), way)  # right elsewhere
    assert witnesses.allow(NO_BIAS, case("h", k=("36", False)), way)  # wrong elsewhere, by another mistake


def test_what_only_repeats_a_number_is_no_second_witness() -> None:
    graph = written("kind: formula\ngiven: {x: 2}\ndefine: {H: x + 1, W: H}\nparts: [{find: [H, W]}]\n")._plan.graph
    slip, way = Slip("two", "2 added", {"H": parse("x + 2")}), Consequences(graph)
    assert Witnesses(graph).support(slip, case("H", W=("4", False)), way)
    assert not Witnesses(graph).support(slip, case("H", W=("4", False)), way, again=False)


def test_of_many_others_the_nearest_are_heard() -> None:
    chain = ", ".join(f"a{step}: a{step - 1} + 1" for step in range(1, 40))
    graph = written(f"kind: formula\ngiven: {{a0: 1}}\ndefine: {{{chain}}}\nparts: [{{find: a39}}]\n")._plan.graph
    slip = Slip("two", "2 added", {"a1": parse("a0 + 2")})
    near = {f"a{step}": (str(step + 2), False) for step in range(38 - MOST_HEARD + 1, 39)}
    far = {"a1": ("77", False)}
    assert Witnesses(graph).allow(slip, case("a39", **near, **far), Consequences(graph))
    assert not Witnesses(graph).allow(slip, case("a39", **far), Consequences(graph))
