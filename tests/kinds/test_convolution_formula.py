"""Sizes by a course's own formula, and by the padding of both ends together: against windows that are counted."""

from __future__ import annotations

import random

import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem

KINDS = find_kinds()
PLAIN = PlainPrinter()


def problem(*lines: str) -> Problem:
    return load_text("\n".join(["kind: convolution", *lines]).encode(), "test.yaml", KINDS)


def positions(size: int, kernel: int, stride: int, before: int, behind: int, dilation: int = 1) -> int:
    """The windows that fit, counted one by one."""
    return len(range(-before, size + behind - dilation * (kernel - 1), stride))


FORMS = {
    "floor((n + 2*p - f)/s) + 1": ("{kernel: f}", 2),
    "floor((W - F + 2*P)/S + 1)": ("{input: W, kernel: F}", 2),
    "floor((n - k + p + s)/s)": ("{}", 1),
    "floor((i + 2*p - k - (k - 1)*(d - 1))/s) + 1": ("{input: i}", 2),
    "floor((I + P - d*(K - 1) - 1)/S) + 1": ("{input: I}", 1),
}
"""The letters that are not ours, and how often the padding stands in it."""


@pytest.mark.parametrize("form", FORMS)
def test_sizes_are_the_windows_that_fit(form: str) -> None:
    letters, times = FORMS[form]
    draw = random.Random(form)
    rows: list[str] = []
    expected: list[int] = []
    while len(rows) < 40:
        size, kernel, stride, padding = draw.randint(1, 30), draw.randint(1, 7), draw.randint(1, 4), draw.randint(0, 3)
        dilation = draw.choice([1, 2, 3])
        before, behind = (padding, padding) if times == 2 else (padding // 2, padding - padding // 2)
        count = positions(size, kernel, stride, before, behind, dilation)
        if count > 0:
            amount = padding if times == 2 else f"{{total: {padding}}}"
            own = f"input: {size}, kernel: {kernel}, stride: {stride}, padding: {amount}, dilation: {dilation}"
            rows.append(f"  - conv: {{{own}}}")
            expected.append(count)
    given = problem(f"size_formula: {form}", f"letters: {letters}", "layers:", *rows)
    names = [f"N{number}" for number in range(1, len(rows) + 1)]
    values = evaluate(given.plan.graph, names).values
    assert [int(values[name]) for name in names] == expected


@pytest.mark.parametrize(
    ("form", "layer", "law", "formula"),
    [
        ("floor((n + 2*p - f)/s) + 1", "kernel: 3, padding: 1, stride: 2", "floor((n + 2*p - f)/s) + 1",
         "floor((N0 + 2*P1 - K1)/S1) + 1"),
        ("floor((n + 2*p - f)/s) + 1", "kernel: 3, stride: 2", "floor((n - f)/s) + 1", "floor((N0 - K1)/S1) + 1"),
        ("floor((n + 2*p - f)/s) + 1", "kernel: 3, dilation: 2", "floor((n - d*(f - 1) - 1)/s) + 1",
         "floor((N0 - d1*(K1 - 1) - 1)/S1) + 1"),  # a formula without a dilation does not speak of one
        ("floor((n + 2*p - f - (f - 1)*(d - 1))/s) + 1", "kernel: 3", "floor((n - f)/s) + 1",
         "floor((N0 - K1)/S1) + 1"),
        ("floor((n + 2*p - f)/s) + 1", "kernel: 3, padding: {left: 1}", "floor((n - f + p + Q)/s) + 1",
         "floor((N0 - K1 + PL1 + PR1)/S1) + 1"),
    ],
)  # fmt: skip
def test_what_a_layer_does_not_have_is_not_written(form: str, layer: str, law: str, formula: str) -> None:
    given = problem("input: 9", "letters: {kernel: f}", f"size_formula: {form}", f"layers: [{{conv: {{{layer}}}}}]")
    quantity = given.plan.graph["N1"]
    assert list(map(PLAIN.print, quantity.laws)) == [law]
    assert PLAIN.print(quantity.definition) == formula


def test_in_letters_a_step_of_one_divides_nothing() -> None:
    layers = "layers: [{conv: {kernel: k}}, {conv: {kernel: k, padding: {total: p}}}]"
    given = problem("input: n", "size_formula: floor((n - k + p + s)/s)", layers)
    assert [PLAIN.print(given.plan.graph[name].definition) for name in ("N1", "N2")] == ["n - k + 1", "N1 - k + p + 1"]


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("(n + 2*p - f)/s + 1", "of layer 1 it gives (32 + 2 - 5)/2 + 1, which is not 15: write floor(…)"),
        ("floor((n + p - f)/s) + 1", "there are 9 positions; a padding of both ends together is given as {total: 2}"),
        ("floor((n + 2*p - f)/s)", "this is not the size behind a kernel"),
        ("floor((n + 2*q - f)/s) + 1", "it is not known what `q` is; say it in `letters`"),
        ("floor((n + 2*p - f)/s + 1", "test.yaml:4"),
        ("sum(n)", "test.yaml:4:15: a size is made of numbers; leave out vectors and matrices"),
        ("exp(n - f)/s", "for input 7, kernel 1, stride 1 it gives 403.4, and there are 7 positions"),
        ("(n - f)^0.5", "for input 7, kernel 1 it gives 2.449, and there are 7 positions"),
        ("log(n - f)/s", "for input 7, kernel 1, stride 1 it gives 1.792, and there are 7 positions"),
        (
            "(n - f)/(s - 1)",
            "test.yaml:4:15: this is not the size behind a kernel: for input 7, kernel 1, stride 1 it "
            "has no value (division by zero)",
        ),
        ("floor((n + 2*p - f)/s) + 1 + 0/(n - 32)", "test.yaml:4:15: of layer 1 it has no value (division by zero)"),
    ],
)
def test_a_formula_that_is_not_the_size_is_told(form: str, message: str) -> None:
    layers = "layers: [{conv: {kernel: 5, stride: 2, padding: 1}}]"
    with pytest.raises(InvalidProblem) as caught:
        problem("input: 32", "letters: {kernel: f}", f"size_formula: {form}", layers)
    assert message in str(caught.value)


def test_a_factor_stands_in_other_laws_than_a_kernel() -> None:
    given = problem("input: 9", "letters: {kernel: f, padding: A}", "layers: [{conv: {kernel: 3}}, {upsample: 2}]")
    assert [PLAIN.print(law) for law in given.plan.graph["N2"].laws] == ["N*f"]
    with pytest.raises(InvalidProblem, match="f stands for input and for factor"):
        problem("input: 9", "letters: {input: f}", "layers: [{upsample: 2}]")


def test_the_pixels_of_an_odd_total_padding_begin_with_the_smaller_half() -> None:
    # 5 zeros: 2 before, so that the first window is over the pixels -1 … 4
    given = problem("input: 8", "layers: [{conv: {kernel: 6, padding: {total: 5}}}]")
    values = evaluate(given.plan.graph, ["first1", "last1", "N1"]).values
    assert [values[name] for name in ("first1", "last1", "N1")] == [-1, 4, 8]


def test_the_total_padding_that_leads_to_a_size() -> None:
    given = problem("input: 32", "layers: [{conv: {kernel: 5, stride: 2, padding: {total: unknown}}}]", "wanted: 16")
    tried = [total for total in range(40) if positions(32, 5, 2, total // 2, total - total // 2) == 16]
    (composite,) = given.plan.composites
    values = evaluate(given.plan.graph, composite.components).values
    assert [values[name] for name in composite.components] == tried
