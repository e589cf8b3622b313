"""The formulas that mistakes leave, and where they are looked for."""

from __future__ import annotations

from deepcalc.checking.invited.rows import ROWS
from deepcalc.checking.invited.slips import COMMONEST, MOST_SLIPS, InvitedSlips
from deepcalc.graph.gradients import differentiate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter


def graph(**formulas: str) -> Graph:
    made = Graph(Quantity(name, given=Literal("2")) for name in "abc")
    for name, formula in formulas.items():
        made.add(Quantity(name, parse(formula)))
    return made


def listed(made: Graph, name: str) -> set[tuple[str, str]]:
    plain = PlainPrinter()
    return {
        (each.slip.key, plain.print(formula))
        for each in InvitedSlips(made).of(name)
        for formula in each.slip.formulas.values()
    }


def test_signs_terms_factors_and_names() -> None:
    assert listed(graph(f="a*b + c"), "f") == {
        ("sign", "-(a*b + c)"),
        ("sign", "-a*b + c"),
        ("sign", "a*b - c"),
        ("term-left-out", "c"),
        ("term-left-out", "a*b"),
        ("factor-left-out", "b + c"),
        ("factor-left-out", "a + c"),
        ("factor-2", "2*(a*b + c)"),
        ("factor-2", "(a*b + c)/2"),
        ("factor-2", "2*a*b + c"),
        ("swapped", "c*b + a"),
        ("swapped", "a*c + b"),
        ("swapped", "b*a + c"),
        ("sum-for-product", "(a + b) + c"),
        ("divided", "a/b + c"),
        ("divided", "b/a + c"),
        ("brackets-added", "a*(b + c)"),
    }
    assert ("turned-over", "b/a + c") in listed(graph(f="a/b + c"), "f")


def test_a_path_is_left_out_of_a_derivative() -> None:
    made = graph(q="a*b", r="a*c", f="q*r")
    differentiate(made, "f", ["a"])
    assert {("path-left-out", "{df/dq}*b"), ("path-left-out", "{df/dr}*c")} <= listed(made, "df/da")


def test_a_mistake_at_one_of_several_places_is_less_likely_than_at_all_of_them() -> None:
    plain = PlainPrinter()
    ranks = {
        plain.print(each.slip.formulas["f"]): each.rank
        for each in InvitedSlips(graph(f="exp(a)*3 + exp(b)*5")).of("f")
        if each.slip.formulas.keys() == {"f"}
    }
    at_all = ranks["exp(-a)*3 + exp(-b)*5"]
    assert (ranks["exp(-a)*3 + exp(b)*5"], ranks["exp(a)*3 + exp(-b)*5"]) == (at_all + 1, at_all + 1)


def test_slips_in_the_answers_own_formula_come_first() -> None:
    chain = graph(f="a + b", g="f + b", h="g + b", i="h + b")
    found = list(InvitedSlips(chain).of("i"))
    names = [name for each in found for name in each.slip.formulas if len(each.slip.formulas) == 1]
    assert names[0] == "i"
    assert set(names) == {"i", "h", "g", "f"}
    assert names == sorted(names, reverse=True)
    left_out = [each for each in found if each.slip.key == "term-left-out" and len(each.slip.formulas) == 1]
    nearest = {each.rank for each in left_out if "i" in each.slip.formulas}
    farthest = {each.rank for each in left_out if "f" in each.slip.formulas}
    assert max(nearest) < min(farthest)


def test_what_only_repeats_a_value_is_no_step() -> None:
    copies = graph(f="a*b", g="f", h="g")
    ranks = {each.rank for each in InvitedSlips(copies).of("h") if each.slip.key == "factor-left-out"}
    assert ranks == {COMMONEST}


def test_a_mistake_may_be_made_wherever_it_can_be_made() -> None:
    made = graph(f="(a - b)^2", g="(b - c)^2", h="f + g")
    everywhere = [each.slip for each in InvitedSlips(made).of("h") if len(each.slip.formulas) > 1]
    assert {"square-forgotten", "absolute-for-square"} <= {slip.key for slip in everywhere}
    assert all(set(slip.formulas) == {"f", "g"} for slip in everywhere if slip.key == "square-forgotten")


def test_a_long_sum_does_not_have_more_slips_than_can_be_looked_at() -> None:
    wide = graph(f=" + ".join(f"{k}*a" for k in range(2, 400)))
    assert len(list(InvitedSlips(wide).of("f"))) <= MOST_SLIPS + len(ROWS)
