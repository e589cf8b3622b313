"""Lints for problems whose numbers hide typical mistakes, with numbers nearby that would show them."""

from __future__ import annotations

from deepcalc.checking.distinctness import indistinct_slips
from deepcalc.checking.slip_lines import own_slips
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem


def convolution(size: int, kernel: int, stride: int = 2, padding: int = 1) -> Problem:
    conv = f"{{filters: 8, kernel: {kernel}, stride: {stride}, padding: {padding}, bias: false}}"
    text = f"kind: convolution\ninput: {size}x{size}x3\nlayers: [{{conv: {conv}}}]\nparts: [{{find: H1}}]\n"
    return load_text(text.encode(), "conv.yaml", find_kinds())


def test_a_stride_that_fits_hides_the_wrong_rounding() -> None:
    (lint,) = [each for each in indistinct_slips(convolution(32, 6)) if not each.alike]
    assert set(lint.mistakes) == {
        "a rounding to the wrong side (in H1)",
        "sizes left unrounded, though positions are whole (in H1)",
    }
    assert (lint.given, lint.instead) == ("H0", "33")  # (33 - 6 + 2)/2 = 14.5
    assert lint.message.startswith("with H0 = 33, mistakes could be told that now do not show")


def test_two_mistakes_with_the_same_answer_are_named_together() -> None:
    (lint,) = indistinct_slips(convolution(33, 6, padding=2))  # 15 without the + 1, ⌊29/2⌋ + 1 = 15 with one padding
    assert lint.alike
    assert lint.mistakes == (
        "the + 1 for the first position forgotten (in H1)",
        "the padding counted once, not at both ends (in H1)",
    )
    assert (lint.given, lint.instead) == ("P1", "4")  # 18; 17, ⌊31/2⌋ + 1 = 16


def test_numbers_that_tell_all_mistakes_apart_get_no_lint() -> None:
    assert indistinct_slips(convolution(33, 6, padding=4)) == ()


def test_mistakes_that_are_seldom_made_need_not_be_told_apart() -> None:
    hidden = convolution(9, 2, padding=3)  # kernel and stride are the same, and may be exchanged
    assert any(slip.message == "kernel and stride exchanged" for slip in own_slips(hidden))
    assert not any("exchanged" in mistake for lint in indistinct_slips(hidden) for mistake in lint.mistakes)


def test_mistakes_that_no_number_would_tell_apart_get_no_lint() -> None:
    text = b"kind: optimizer\nmethod: sgd\nlearning_rate: 0.3\nparameters: {w: 2.5}\ngradients: {w: 0.7}\n"
    assert indistinct_slips(load_text(text, "sgd.yaml", find_kinds())) == ()


def test_a_problem_without_numbers_has_nothing_to_tell() -> None:
    text = b"kind: formula\ngiven: {x: 2}\ndefine: {f: x^2}\n"
    assert indistinct_slips(load_text(text, "square.yaml", find_kinds())) == ()


def test_a_problem_with_very_many_mistakes_is_not_looked_through() -> None:
    layers = ", ".join(["{conv: {filters: 2, kernel: 3, padding: 1}}"] * 100)
    text = f"kind: convolution\ninput: 9x9x2\nlayers: [{layers}]\nparts: [{{find: network}}]\n"
    assert indistinct_slips(load_text(text.encode(), "deep.yaml", find_kinds())) == ()
