"""Work that follows from an earlier mistake, computed by hand from the wrong number."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.checking.marking import by_name, marker, said, verdicts, written

F = Fraction


def test_later_work_is_right_given_an_earlier_mistake() -> None:
    # h1 = 3 (wrong): h3 = 3, o1 = 3*0.5 - 1 = 0.5, o2 = -3 + 0.5 = -2.5, L = 0.125 + 4.5
    answers = {"h1": "3", "h3": "3", "o1": "0.5", "o2": "-2.5", "L": "4.625"}
    found = verdicts(marker("relu-2-2-2"), answers)
    assert found.pop("h1") == "wrong"
    assert set(found.values()) == {"follow_through"}


def test_the_message_names_the_number_that_was_used() -> None:
    mark = marker("relu-2-2-2").mark({"o1": "0.7", "o2": "-1.5", "L": "2.045"})  # (0.3)^2/2 + 2
    assert by_name(mark)["L"].verdict.value == "follow_through"
    assert said(mark, "L") == "right with your o1"
    assert by_name(mark)["L"].score == 1


def test_a_new_mistake_earns_nothing() -> None:
    assert verdicts(marker("relu-2-2-2"), {"o1": "0.7", "L": "3.141"})["L"] == "wrong"


def test_what_was_rounded_before_it_was_written_down_may_be_carried_on_in_full() -> None:
    # p2 = exp(0.6)/(exp(1.3) + exp(0.6) + exp(-0.1)) = 0.28502… from a wrong z2 = 0.6; -log of it = 1.25519…
    answers = {"p2": "0.285", "L": "1.2552"}
    assert verdicts(marker("softmax-classifier"), answers) == {"p2": "wrong", "L": "follow_through"}


def test_a_quantity_by_another_name_is_followed() -> None:
    # dL/dz1 = delta1: w11+ = 0.2 - 0.5*0.7*1, w21+ = 0.5 - 0.5*0.7*2
    answers = {"dL/dz1": "0.7", "w11+": "-0.15", "w21+": "-0.2"}
    found = verdicts(marker("softmax-classifier"), answers)
    assert (found["w11@1"], found["w21@1"]) == ("follow_through", "follow_through")


CHAIN = """
kind: network
inputs: {x: 0.5}
layers:
  - {net: [z1], out: [h], activation: sigmoid, weights: {x: [w]}}
  - {net: [z2], out: [yhat], activation: sigmoid, weights: {h: [v]}}
values: {w: 0.4, v: 0.8, t: 1}
targets: {yhat: t}
loss: {name: L, function: half_sum}
parts: [{find: [dL/dz2, dL/dz1]}]
"""  # h = σ(0.2) = 0.549834, ŷ = σ(0.439867) = 0.608227


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"dL/dyhat": "0.391773"}, {"dL/dz2": "0.093354"}),  # t − ŷ, times ŷ·(1 − ŷ) = 0.238287
        ({"dL/dyhat": "-0.783546"}, {"delta2": "-0.186709"}),  # 2·(ŷ − t)
        ({"dL/dh": "0.2"}, {"dL/dz1": "0.049503"}),  # times h·(1 − h) = 0.247517
    ],
)
def test_a_derivative_follows_by_the_chain_rule_from_one_that_the_sheet_does_not_write(
    before: dict[str, str], after: dict[str, str]
) -> None:
    found = verdicts(written(CHAIN), {**before, **after})
    assert list(found.values()).count("follow_through") == 1
    assert found[next(iter(before))] == "wrong"


def test_a_side_that_was_wrong_before_is_follow_through_in_the_shape() -> None:
    found = by_name(marker("conv-eight-filters").mark({"H1": "16", "shape1": "16x16x8"}))
    assert (found["H1"].score, found["shape1"].score) == (F(0), F(1))
    assert found["shape1"].verdict.value == "follow_through"


@pytest.mark.parametrize(
    ("name", "answers", "reason"),
    [
        ("softmax-classifier", {"p2": "1.3", "L": "-0.262"}, "cannot be 1.3: it is from 0 to 1"),
        ("sigmoid-3-2-1", {"O6": "1", "Err6": "0"}, "makes this step trivial"),
        ("sigmoid-3-2-1", {"O4": "0", "w46+": "-0.3"}, "makes this step trivial"),
    ],
)
def test_an_impossible_or_trivial_number_is_not_followed(name: str, answers: dict[str, str], reason: str) -> None:
    mark = marker(name).mark(answers)
    last = list(answers)[-1].replace("+", "@1")
    assert by_name(mark)[last].verdict.value == "wrong"
    assert reason in said(mark, last)


def test_a_dead_unit_is_not_followed_where_ours_is_alive() -> None:
    # with h1 = -1 the unit is dead: h3 = 0, o1 = -1
    assert verdicts(marker("relu-2-2-2"), {"h1": "-1", "h3": "0", "o1": "-1"})["h3"] == "wrong"
    assert verdicts(marker("relu-2-2-2"), {"h1": "-1", "o1": "-1"})["o1"] == "wrong"


PROBLEM = """
kind: formula
given: {{x: 2.5, y: 1.3}}
define: {{s: x*y, q: s + 4*x, r: q*s}}
marking: {marking}
parts:
  - {{id: a, points: 2, find: s}}
  - {{id: b, points: 2, find: q{part}}}
  - {{id: c, points: 2, find: r}}
"""  # s = 3.25, q = 13.25; with s = 4.25: q = 14.25, r = 60.5625


@pytest.mark.parametrize(
    ("marking", "part", "scores"),
    [
        ("{}", "", [0, 2, 2]),
        ("{follow_through: 0.5}", "", [0, 1, 1]),
        ("{follow_through: 0}", "", [0, 0, 0]),
        ("{exact_only: true}", "", [0, 0, 0]),
        ("{}", ", marking: {exact_only: true}", [0, 0, 2]),
        ("{exact_only: true}", ", marking: {exact_only: false}", [0, 2, 0]),
        ("{follow_through: 0}", ", marking: {follow_through: 1}", [0, 2, 0]),
    ],
)
def test_the_author_says_what_follow_through_earns(marking: str, part: str, scores: list[int]) -> None:
    mark = written(PROBLEM.format(marking=marking, part=part)).mark({"s": "4.25", "q": "14.25", "r": "60.5625"})
    assert [each.score for each in mark.parts] == scores


def test_answers_are_followed_in_whatever_order_they_are_given() -> None:
    marker = written(PROBLEM.format(marking="{}", part=""))
    assert marker.mark({"r": "60.5625", "q": "14.25", "s": "4.25"}).score == F(4)


STEEP = """
kind: formula
given: {x: 2.5, y: 1.3}
define: {s: x*y, q: 1000*(s - 3)}
parts: [{find: s}, {find: q}]
"""  # s = 3.25; with 3.01, which may be 3.005 to 3.015 unrounded, q = 10, give or take 5


@pytest.mark.parametrize(
    ("q", "verdict"),
    [
        ("10", "follow_through"),
        ("10.4", "follow_through"),
        ("9.6", "follow_through"),
        ("10.7", "wrong"),
        ("10.52", "wrong"),
    ],
)
def test_what_rounding_hides_is_no_more_than_a_twentieth_of_the_value(q: str, verdict: str) -> None:
    assert verdicts(written(STEEP), {"s": "3.01", "q": q}) == {"s": "wrong", "q": verdict}


STEEP_ARRAY = """
kind: formula
given: {x: [2.5, 2.4], y: 1.3}
define: {s: x*y, q: 1000*(s - 3)}
parts: [{find: s}, {find: q}]
"""  # s = (3.25, 3.12); with (3.01, 3.02) q = (10, 20), each give or take 5


@pytest.mark.parametrize(
    ("q", "verdict"), [("[10, 20]", "follow_through"), ("[10.9, 20]", "follow_through"), ("[12, 20]", "wrong")]
)
def test_in_arrays_it_is_no_more_than_a_twentieth_of_the_largest_entry(q: str, verdict: str) -> None:
    assert verdicts(written(STEEP_ARRAY), {"s": "[3.01, 3.02]", "q": q}) == {"s": "wrong", "q": verdict}


ROUNDED_ON_THE_WAY = """
kind: formula
given: {x: 2.5, y: 1.3}
define: {s: x*y, r: s/3, q: 1000*(r - 1)}
parts: [{find: s}, {find: q}]
"""  # with s = 3.01 r = 1.00333…, q = 3.333…; with r = 1.003 q = 3


@pytest.mark.parametrize(("q", "verdict"), [("3.333", "follow_through"), ("3", "wrong")])
def test_rounding_on_the_way_explains_no_more_than_a_twentieth(q: str, verdict: str) -> None:
    assert verdicts(written(ROUNDED_ON_THE_WAY), {"s": "3.01", "q": q})["q"] == verdict


def test_a_share_follows_from_an_own_one_of_which_it_is_1_minus() -> None:
    counts = written(
        "kind: evaluation\nconfusion: {TP: 37, FP: 8, FN: 21, TN: 96}\nparts: [{find: [accuracy, error_rate]}]\n"
    )
    assert verdicts(counts, {"accuracy": "0.7716", "error_rate": "0.2284"})["error_rate"] == "follow_through"
    assert verdicts(counts, {"accuracy": "0.7716", "error_rate": "0.2384"})["error_rate"] == "wrong"
    assert verdicts(counts, {"accuracy": "1", "error_rate": "0"})["error_rate"] == "wrong"
    assert verdicts(counts, {"accuracy": "1.2", "error_rate": "-0.2"})["error_rate"] == "wrong"


@pytest.mark.parametrize("last", ["m: (p + q + r)/3", "m: (p + q + r)/3, V: '[p, q]'"], ids=["numbers", "arrays"])
def test_figures_that_were_not_carried_on_excuse_nothing(last: str) -> None:
    """0.775, 22/31 and 28/39 make 0.7342; rounded to two places 0.78, 0.71 and 0.72 make 0.7367."""
    marker = written(
        f"kind: formula\ngiven: {{a: 31, b: 22, c: 28}}\ndefine: {{p: a/40, q: b/31, r: c/39, {last}}}\n"
        "parts: [{find: [p, q, r, m]}]\n"
    )
    carried = {"p": "0.78", "q": "0.71", "r": "0.72", "m": "0.7367"}
    assert verdicts(marker, carried)["m"] in ("rounded", "follow_through")
    assert verdicts(marker, {"m": "0.7367"}) == {"m": "rounded"}
    assert verdicts(marker, {"p": "0.775", "q": "0.70968", "r": "0.71795", "m": "0.7367"})["m"] == "wrong"


def test_a_derivative_that_the_sheet_does_without_is_followed_further_than_one_step() -> None:
    """By the chain rule with NumPy from dL/dyhat = 0.77: dL/dz3 = 0.192145, dL/du2 = v2·h2·(1 - h2) times that."""
    two_layers = written("""
kind: network
inputs: {x1: 0.5, x2: -1.2}
layers:
  - {net: [u1, u2], out: [h1, h2], activation: sigmoid, weights: {x1: [w11, w12], x2: [w21, w22]}, biases: [b1, b2]}
  - {net: [z3], out: [yhat], activation: sigmoid, weights: {h1: [v1], h2: [v2]}, biases: [c]}
values: {w11: 0.3, w12: -0.4, w21: 0.8, w22: 0.15, b1: 0.1, b2: -0.2, v1: 0.7, v2: -1.1, c: 0.25, t: 1}
targets: {yhat: t}
loss: {name: L, function: half_sum}
parts: [{find: [yhat, dL/dyhat, dL/du2, dL/dw11]}]
""")
    answers = {"dL/dyhat": "0.77", "dL/du2": "-0.04863", "dL/dw11": "0.01486"}
    found = verdicts(two_layers, answers)
    assert found == {"dL/dyhat": "wrong", "dL/du2": "follow_through", "dL/dw11": "follow_through"}
    assert said(two_layers.mark(answers), "dL/du2") == "right with your {dL/dyhat}"
    assert verdicts(two_layers, {"dL/dyhat": "0.77", "dL/du2": "-0.2114"})["dL/du2"] == "wrong"  # without h2·(1 - h2)


def test_an_own_number_may_stand_for_the_given_one_that_it_is() -> None:
    """20 filters are given; with 10 channels in place of them (25·10 + 1)·10 parameters, then (9·10 + 1)·7."""
    layers = "[{conv: {filters: 20, kernel: 5, stride: 2}}, {conv: {filters: 7, kernel: 3}}]"
    find = "[C1, params1, params2, params]"
    counted = written(f"kind: convolution\ninput: 33x57x10\nlayers: {layers}\nparts: [{{find: {find}}}]")
    answers = {"C1": "10", "params1": "2510", "params2": "637"}
    assert verdicts(counted, answers) == {"C1": "wrong", "params1": "follow_through", "params2": "follow_through"}
    assert said(counted.mark(answers), "params1") == "right with your C1"
    assert verdicts(counted, {"C1": "10", "params": "3147"})["params"] == "follow_through"
    assert verdicts(counted, {"C1": "10", "params1": "5020"})["params1"] == "correct"
    assert verdicts(counted, {"C1": "10", "params1": "2511"})["params1"] == "wrong"
