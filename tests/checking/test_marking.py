"""Marks of whole submissions: the figures of paper solutions are right, however they are written."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deepcalc.errors import UsageError
from tests.checking.marking import by_name, marker, said, verdicts, written

F = Fraction

# what paper solutions print, at their own precision
PAPER: dict[str, dict[str, str]] = {
    "relu-2-2-2": {
        "h1": "2.0", "h2": "-0.5", "h3": "2", "h4": "0", "o1": "0", "o2": "-1.5", "L": "2.5", "dL/dw21": "-1.5",
        "w21+": "0.65",
    },
    "sigmoid-3-2-1": {
        "I4": "-0.7", "I5": "0.1", "I6": "-0.105", "O4": "0.332", "O5": "0.525", "O6": "0.474", "Err6": "0.1311",
        "Err5": "-0.0065", "Err4": "-0.0087", "w46+": "-0.261", "w56+": "-0.138", "w14+": "0.192", "w15+": "-0.306",
        "w24+": "0.4", "w25+": "0.1", "w34+": "-0.508", "w35+": "0.194", "theta6+": "0.218", "theta5+": "0.194",
        "theta4+": "-0.408",
    },
    "adagrad-one-step": {
        "G.w1+": "0.04", "G.w2+": "0.16", "G.b+": "0.01", "rate.w1+": "0.5", "rate.w2+": "0.25", "rate.b+": "1.0",
        "w1+": "0.4", "w2+": "-0.2", "b+": "0.0",
    },
    "logistic-three-features": {"z": "0.19", "p": "0.5474", "class": "1"},
    "mse-three-samples": {"MSE": "0.167"},
    "l1-penalty": {"sum_abs": "0.8"},
    "conv-eight-filters": {"H1": "15", "shape1": "15x15x8"},
    "learning-rate-curves": {"curves": "A=8e-3, B=2e-5, C=0.4, D=3e-4"},
    "avoid-overfitting": {"overfitting": "b, d"},
}  # fmt: skip


@pytest.mark.parametrize("name", PAPER)
def test_what_a_paper_solution_prints_is_correct(name: str) -> None:
    assert set(verdicts(marker(name), PAPER[name]).values()) == {"correct"}


def test_points_are_those_of_the_parts_shared_among_their_answers() -> None:
    mark = marker("relu-2-2-2").mark({"o1": "0", "o2": "2", "w21+": ".65"})
    scores = [(part.id, part.score, part.out_of) for part in mark.parts]
    assert scores == [("a", F(3, 2), F(3)), ("b", F(0), F(1)), ("c", F(5), F(5))]
    assert (mark.score, mark.out_of) == (F(13, 2), F(9))
    assert not mark.is_right
    assert by_name(mark)["L"].verdict.value == "missing"


def test_everything_right_is_right() -> None:
    mark = marker("relu-2-2-2").mark(PAPER["relu-2-2-2"])
    assert mark.is_right
    assert mark.score == mark.out_of == 9


@pytest.mark.parametrize(
    ("name", "quantity", "answer", "verdict"),
    [
        ("logistic-three-features", "p", "0.547", "correct"),
        ("logistic-three-features", "p", "0.55", "wrong"),
        ("logistic-three-features", "p", "1/(1 + e^-0.19)", "correct"),
        ("logistic-three-features", "p", "54.74%", "correct"),
        ("logistic-three-features", "p", "0.5473", "correct"),
        ("logistic-three-features", "p", "0.5464", "wrong"),
        ("mse-three-samples", "MSE", "1/6", "correct"),
        ("mse-three-samples", "MSE", r"\frac{1}{6}", "correct"),
        ("mse-three-samples", "MSE", "0.17", "wrong"),
        ("relu-2-2-2", "o2", "−3/2", "correct"),
        ("relu-2-2-2", "dL/dw21", "(o1 - t1)*w31*i2 + (o2 - t2)*w32*i2", "correct"),
        ("relu-2-2-2", "dL/dw21", "(o1 - t1)*w31*i2", "wrong"),
        ("relu-2-2-2", "L", "(o1 - t1)^2", "unreadable"),
        ("conv-eight-filters", "shape1", "(15, 15, 8)", "correct"),
        ("conv-eight-filters", "shape1", "15x15", "wrong"),
        ("conv-eight-filters", "shape1", "15x15x3", "wrong"),
        ("stride-that-does-not-fit", "params", "1.93e3", "wrong"),
        ("stride-that-does-not-fit", "params", "1932", "correct"),
        ("adam-third-step", "w@3", "0.25", "wrong"),
        ("adam-third-step", "w@3", "0.24995", "correct"),
        ("avoid-overfitting", "overfitting", "b", "wrong"),
        ("first-order-momentum", "momentum", "a", "wrong"),
        ("first-order-momentum", "momentum", "z", "unreadable"),
        ("learning-rate-curves", "curves", "A=iii, B=ii, C=iv, D=i", "wrong"),
        ("why-activation-functions", "activation", "without them it is linear", "unreadable"),
    ],
)
def test_one_answer(name: str, quantity: str, answer: str, verdict: str) -> None:
    assert verdicts(marker(name), {quantity: answer}) == {quantity: verdict}


def test_too_few_digits_are_said_to_be_too_few() -> None:
    mark = marker("logistic-three-features").mark({"p": "0.55"})
    assert said(mark, "p").startswith("give more digits: at least 3 significant figures")


def test_rounded_figures_carried_on_are_right_and_said_to_be_so() -> None:
    # exact: 0.58965 → L = 1.3282; with three figures carried, 0.265 → -log(0.265) = 1.3280
    mark = marker("softmax-classifier").mark({"L": "1.3280"})
    assert by_name(mark)["L"].verdict.value == "rounded"
    assert "3 significant figures" in said(mark, "L")
    assert by_name(mark)["L"].score == 2


def test_own_rounded_figures_are_right_whatever_way_they_were_rounded() -> None:
    # -log(0.26495) = 1.328214, where the truth is 1.328229
    found = verdicts(marker("softmax-classifier"), {"p2": "0.26495", "L": "1.32821"})
    assert found == {"p2": "correct", "L": "correct"}  # three figures are asked for, and 1.33 is right


def test_no_update_at_all_is_never_right() -> None:
    found = by_name(marker("relu-2-2-2").mark({"w21+": "0.5"}))
    assert found["w21@1"].verdict.value == "wrong"


def test_an_optimizer_s_epsilon_may_be_left_out() -> None:
    assert verdicts(marker("adagrad-one-step"), {"b+": "0", "w1+": "2/5"}) == {"b@1": "correct", "w1@1": "correct"}


def test_a_mistake_that_explains_a_number_in_full_wins_over_a_tolerance() -> None:
    # L1 with the squares of the weights: 0.4 + 0.1*0.34 = 0.434; the truth is 0.48
    text = """
kind: regularization
penalty: l1
strength: 0.1
loss: 0.4
weights: {w1: 0.5, w2: -0.3}
marking: {tolerance: {absolute: 0.1}}
parts: [{find: total}]
"""
    assert verdicts(written(text), {"total": "0.434"}) == {"total": "wrong"}
    assert verdicts(written(text), {"total": "0.471"}) == {"total": "correct"}


def test_the_likely_slip_is_named_with_its_line() -> None:
    mark = marker("relu-2-2-2").mark({"o1": "0", "o2": "-1.5", "L": "2.5", "dL/dw21": "-1.5", "w21+": "0.35"})
    assert said(mark, "w21@1") == (
        "consistent with the gradient added instead of subtracted: "
        "{w21@1} = w21 + eta*{dL/dw21} = 0.5 + 0.1*(-1.5) = 0.35"
    )
    assert by_name(mark)["w21@1"].slips == ("gradient-added",)


def test_where_no_slip_explains_a_number_the_first_that_leaves_the_path_is_named() -> None:
    mark = marker("relu-2-2-2").mark({"h1": "7.77", "o1": "1.23"})
    assert "your h1, which it is made of, is wrong already" in said(mark, "o1")


def test_a_vector_earns_the_share_of_its_right_components() -> None:
    mark = marker("softmax-three-logits").mark({"p": "[0.659, 0.242, 0.2]"})
    assert by_name(mark)["p"].verdict.value == "wrong"
    assert mark.parts[0].score == 2


def test_components_given_one_by_one_are_the_vector() -> None:
    mark = marker("softmax-three-logits").mark({"p.1": "0.659", "p.2": "0.242", "p.3": "0.0986"})
    assert by_name(mark)["p"].verdict.value == "correct"


def test_only_the_parts_that_are_asked_for_are_marked() -> None:
    mark = marker("relu-2-2-2").mark({"o1": "0", "w21+": "0.65"}, parts=["c"])
    assert [part.id for part in mark.parts] == ["c"]
    assert mark.is_right


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"o3": "1"}, "no answer has the name `o3`"),
        ({"w21": "0.5"}, "is given in the problem"),
        ({"updates": "1"}, "is several answers"),
        ({"w21+": "1", "w21@1": "2"}, "answered twice"),
    ],
)
def test_names_that_no_answer_can_have_are_wrong_usage(answers: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        marker("relu-2-2-2").mark(answers)


def test_a_given_shape_is_not_to_be_found() -> None:
    with pytest.raises(UsageError, match="is given in the problem"):
        marker("conv-eight-filters").mark({"shape0": "32x32x32"})


def test_an_intermediate_result_stands_in_the_first_part_that_needs_it_and_earns_nothing() -> None:
    mark = marker("relu-2-2-2").mark({"h1": "2", "dL/dw21": "-1.5", "dL/dw11": "3"})
    found = {answer.name: part.id for part in mark.parts for answer in part.answers if not answer.asked}
    assert found == {"h1": "a", "dL/dw21": "c", "dL/dw11": "c"}
    assert (mark.score, mark.out_of) == (F(0), F(9))
    assert {by_name(mark)[name].verdict.value for name in found} == {"correct"}


def test_an_unknown_part_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="no part `z`"):
        marker("relu-2-2-2").mark({}, parts=["z"])


MARKED = """
kind: formula
given: {x: 2, y: 3.7}
define: {s: x*y + 1/7, q: s^2/3}
marking: {significant: 5, tolerance: {relative: 0.001}}
parts:
  - {id: a, find: s}
  - {id: b, find: q, marking: {places: 1, tolerance: {relative: 0}}}
"""  # s = 7.542857…, q = 18.96490…


@pytest.mark.parametrize(
    ("quantity", "answer", "verdict"),
    [
        ("s", "7.5429", "correct"),
        ("s", "7.543", "correct"),  # within the tolerance, though it has too few digits
        ("s", "7.549", "correct"),
        ("s", "7.551", "wrong"),
        ("q", "19.0", "correct"),
        ("q", "19", "correct"),  # 19.0 without its zero
        ("q", "18.98", "correct"),
        ("q", "19.06", "wrong"),
    ],
)
def test_an_author_says_how_precise_an_answer_must_be(quantity: str, answer: str, verdict: str) -> None:
    assert verdicts(written(MARKED), {quantity: answer}) == {quantity: verdict}


PRECISE = """
kind: formula
given: {x: 0.5, k: 0.2376, u: 1.234, g: 0.1398, h: -0.19996}
define: {a: 0 - x*k, b: u*1, c: g*1, d: h*1}
parts: [{find: [a, b, c, d]}]
"""


@pytest.mark.parametrize(
    ("quantity", "answers", "verdict"),
    [
        ("a", ["-0.119", "-0.1188", "-0.1189", "-0.1187", "-0.11849"], "correct"),
        ("a", ["-0.1182", "-0.12", "-0.118", "-0.12000"], "wrong"),
        ("b", ["1.23", "1.230", "1.229", "1.2388"], "correct"),
        ("b", ["1.22", "1.24", "1.2401", "1.2"], "wrong"),
        ("c", ["0.14", "0.140", "0.1402"], "correct"),
        ("c", ["0.1", "0.141", "0.1409"], "wrong"),
        ("d", ["-0.2", "-0.20", "-0.2000", "-0.2001"], "correct"),
        ("d", ["0", "0.2", "-0.21"], "wrong"),
    ],
)
def test_digits_after_the_asked_ones_do_not_matter(quantity: str, answers: list[str], verdict: str) -> None:
    for answer in answers:
        assert verdicts(written(PRECISE), {quantity: answer}) == {quantity: verdict}, answer


@pytest.mark.parametrize(
    ("quantity", "answer", "more"), [("a", "-0.12", True), ("a", "-0.1", False), ("b", "1.2", True), ("b", "1", False)]
)
def test_more_digits_are_asked_for_only_where_they_can_help(quantity: str, answer: str, more: bool) -> None:
    assert ("give more digits" in said(written(PRECISE).mark({quantity: answer}), quantity)) is more


def test_a_mistake_that_gives_what_was_written_is_no_rounding() -> None:
    # with a half that is not asked for; it would be right at the two figures that are asked
    text = """
kind: regularization
penalty: l2
strength: 0.01
loss: 1
weights: {w: 0.5, v: 0.2}
parts: [{find: total, marking: {significant: 2}}]
"""
    truth, halved = 1 + 0.01 * (0.25 + 0.04), 1 + 0.01 * (0.25 + 0.04) / 2
    assert (f"{truth:.4f}", f"{halved:.5f}") == ("1.0029", "1.00145")
    found = by_name(written(text).mark({"total": "1.00145"}))["total"]
    assert (found.verdict.value, found.slips) == ("wrong", ("half", "mean-for-sum"))  # of two weights
    assert verdicts(written(text), {"total": "1.0031"}) == {"total": "correct"}


def test_a_given_that_no_rational_says_is_no_whole_number() -> None:
    # the rate after a half of the cosine's period is half the first one
    text = """
kind: formula
given: {r: 0.1, t: 2, half_turn: pi}
define: {rate: r*(1 + cos(half_turn*t/4))/2}
parts: [{find: rate}]
"""
    assert verdicts(written(text), {"rate": "0.05"}) == {"rate": "correct"}


def test_an_epsilon_that_matters_may_not_be_left_out() -> None:
    # AdaDelta's first step is made of ε alone: sqrt(1e-6/(0.1*4 + 1e-6))*2 = 0.0031623; without it there is none
    text = """
kind: optimizer
method: adadelta
learning_rate: 1
decay: 0.9
epsilon: 1e-6
parameters: {w: 1}
gradients: {w: 2}
parts: [{find: w@1}]
"""
    assert verdicts(written(text), {"w@1": "0.99684"}) == {"w@1": "correct"}
    assert verdicts(written(text), {"w@1": "1.00"}) == {"w@1": "wrong"}


def test_what_is_given_without_a_formula_is_no_place_for_a_mistake() -> None:
    assert verdicts(marker("deltas-from-given-outputs"), {"dL/dv1": "0.9622"}) == {"dL/dv1": "wrong"}
