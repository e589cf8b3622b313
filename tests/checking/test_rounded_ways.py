"""The right values with rounded intermediate results carried on."""

from __future__ import annotations

from fractions import Fraction

from deepcalc.checking.rounded_ways import RoundedWays
from deepcalc.checking.ways import way
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse
from deepcalc.notation.rounding import NumberFormat, Rounding
from tests.checking.marking import verdicts, written

F = Fraction
GRAPH = Graph(
    [
        Quantity("x", given=Literal("0.1234")),
        Quantity("small", parse("x^3")),  # 0.001879080904
        Quantity("sum", parse("x + small")),  # 0.125279080904
        Quantity("large", parse("100*sum")),
        Quantity("tie", parse("x*1.25")),  # 0.15425
        Quantity("after", parse("tie*8")),
    ]
)
FOUR, PLACES = NumberFormat(significant=4), NumberFormat(significant=None, places=4)


def ways(sheet: Rounding | None = None) -> RoundedWays:
    return RoundedWays(GRAPH, sheet or Rounding(), way(GRAPH, GRAPH.names).values)


def test_each_result_is_rounded_before_the_next_starts_from_it() -> None:
    found = ways().way("large", FOUR)
    assert found.values["small"] == F("0.001879")
    assert found.computed["sum"] == F("0.125279")  # 0.1234 + 0.001879
    assert found.values["sum"] == F("0.1253")
    assert found.computed["large"] == F("12.53")


def test_what_was_worked_out_for_one_quantity_is_kept_for_the_next() -> None:
    one_by_one = ways()
    one_by_one.way("sum", FOUR)
    assert one_by_one.way("large", FOUR).computed == ways().way("large", FOUR).computed
    assert "tie" not in one_by_one.way("large", FOUR).computed


def test_places_at_which_a_result_loses_its_figures_are_left_out() -> None:
    assert PLACES in ways().formats("sum")  # 0.0019 keeps two
    assert NumberFormat(significant=None, places=3) not in ways().formats("sum")
    sheet = Rounding(NumberFormat(significant=None, places=3))
    assert NumberFormat(significant=None, places=3) in ways(sheet).formats("sum")
    assert NumberFormat(significant=None, places=3) in ways().formats("tie")  # which is made of a given number alone


def test_rounding_to_even_is_another_way_only_where_something_lies_in_the_middle() -> None:
    assert not [each for each in ways().of("sum") if each.carried is not None and each.carried.half_even]
    of_tie = {each.carried: each.computed["after"] for each in ways().of("after")}
    assert of_tie[FOUR] == F("0.1543") * 8
    assert of_tie[NumberFormat(significant=4, half_even=True)] == F("0.1542") * 8


BOUNDED = """
kind: network
layers:
  - {net: [z1, z2], out: [h1, h2], activation: relu, weights: {x1: [w11, w12], x2: [w21, w22]}, max_norm: 1.5}
  - {net: [o], weights: {h1: [v1], h2: [v2]}}
values: {w11: 1.2, w12: -0.9, w21: -1, w22: 1.1, v1: -1, v2: 0.5}
inputs: {x1: 2, x2: 1}
targets: {o: 1}
loss: half_sum
optimizer: {learning_rate: 0.5, method: adam}
"""


def test_a_mistake_may_take_what_has_no_value_when_it_is_rounded() -> None:
    """ε of Adam is 0 to a few places, and h₂ is 0, so that w₁₂ has no new value then: it stands in another's norm."""
    assert verdicts(written(BOUNDED), {"w11@1": "1.7"}) == {"w11@1": "wrong"}
