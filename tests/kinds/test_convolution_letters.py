"""Sizes as letters: the shape as a formula, checked by putting numbers in."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deepcalc.checking.document import Verdict
from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import value_of
from deepcalc.kinds import find_kinds
from deepcalc.notation.nodes import Joined
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve
from tests.statements import printed

KINDS = find_kinds()
PLAIN = PlainPrinter()


def problem(shape: str, *layers: str, more: str = "") -> Problem:
    lines = ["kind: convolution", f"input: {shape}", "layers:", *(f"  - {layer}" for layer in layers), more]
    return load_text("\n".join(lines).encode(), "test.yaml", KINDS)


def answers(found: Problem) -> dict[str, list[str]]:
    """The numbers of each answer in plain text."""
    told: dict[str, list[str]] = {}
    for answer in solve(found).parts[0].answers:
        assert answer.expression is not None
        parts = answer.expression.parts if isinstance(answer.expression, Joined) else (answer.expression,)
        told[answer.name] = list(map(PLAIN.print, parts))
    return told


CONV = "conv: {filters: F, kernel: 3, padding: 1}"


def test_the_shape_of_an_image_of_any_size() -> None:
    found = problem("H x W x C", CONV, "max_pool: 2", more="parts: [{find: [shapes, params1], in: [H, W, C, F]}]")
    told = answers(found)
    assert told["shape1"] == ["H", "W", "F"]
    assert told["params1"] == ["(9*C + 1)*F"]
    assert told["shape2"][2] == "F"
    for size in (7, 8, 32):  # windows of 2 with stride 2
        height = value_of(parse(told["shape2"][0]), {"H": Fraction(size)})
        assert height == len(range(0, size - 1, 2))
    assert "An input of H × W × C" in printed(found)
    assert "F filters" in printed(found)


@pytest.mark.parametrize("shape", ["n x n x 3", "nxnx3", "[n, n, 3]", "{height: n, width: n, channels: 3}"])
def test_one_letter_for_both_sides(shape: str) -> None:
    found = problem(shape, "conv: {filters: 8, kernel: k, stride: s, padding: p}",
                    more="parts: [{find: [H1, params1], in: [n, k, s, p]}]")  # fmt: skip
    (height,), (params,) = answers(found).values()
    for n, k, s, p in ((32, 6, 2, 1), (15, 3, 4, 0), (9, 9, 1, 2)):
        numbers = {name: Fraction(value) for name, value in {"n": n, "k": k, "s": s, "p": p}.items()}
        positions = [at for at in range(0, n + 2 * p, s) if at + k <= n + 2 * p]
        assert value_of(parse(height), numbers) == len(positions)
        assert value_of(parse(params), numbers) == 8 * (k * k * 3 + 1)


def test_letters_go_through_a_whole_network() -> None:
    found = problem("H x W x C", CONV, "batch_norm", "add: 1", "flatten", "dense: n",
                    more="parts: [{find: [shape4, params5, fixed2, macs5], in: [H, W, C, F, n]}]")  # fmt: skip
    told = answers(found)
    assert told["fixed2"] == ["2*F"]
    numbers = {name: Fraction(value) for name, value in {"H": 5, "W": 4, "F": 6, "n": 3}.items()}
    values = {name: value_of(parse(parts[0]), numbers) for name, parts in told.items()}
    assert (values["shape4"], values["params5"], values["macs5"]) == (120, 121 * 3, 360)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("H-2 x W-2 x 8", Verdict.CORRECT),
        ("(H - 2, W - 2, 8)", Verdict.CORRECT),
        ("(H-3+1) × (W-3+1) × 8", Verdict.CORRECT),
        ("H-2 x W-2 x C", Verdict.WRONG),
        ("W-2 x H-2 x 8", Verdict.WRONG),
        ("30x30x8", Verdict.WRONG),
        ("H-2 x W-2", Verdict.WRONG),
        ("H- x W x 8", Verdict.UNREADABLE),
    ],
)
def test_a_shape_in_letters_is_marked(answer: str, verdict: Verdict) -> None:
    found = problem("H x W x C", "conv: {filters: 8, kernel: 3}", more="parts: [{find: shape1}]")
    assert Marker(found).mark({"shape1": answer}).parts[0].answers[0].verdict is verdict


def test_several_numbers_are_no_expression() -> None:
    found = problem("H x W x C", CONV, more="parts: [{find: params1}]")
    (mark,) = Marker(found).mark({"params1": "28 28 8"}).parts[0].answers
    assert mark.verdict is Verdict.WRONG
    assert mark.message == ("one expression is expected, not several or an array",)


def test_a_mistake_in_letters_is_named() -> None:
    found = problem("H x W x C", CONV, more="parts: [{find: params1}]")
    (mark,) = Marker(found).mark({"params1": "10*F"}).parts[0].answers
    assert "channels-forgotten" in mark.slips


def test_what_can_be_checked_of_letters_is_checked() -> None:
    with pytest.raises(InvalidProblem, match="their shapes must be equal"):
        problem("H x W x 3", "conv: {filters: 8, kernel: 1}", "add: 0")
    with pytest.raises(InvalidProblem, match="is larger than its input"):
        problem("3 x W x C", "conv: {filters: 8, kernel: 5}")
    with pytest.raises(InvalidProblem, match="give numbers in place of letters"):
        load_text(b"kind: convolution\ninput: H x W x 3\nlayers: [{conv: {filters: 1, kernel: unknown}}]\nwanted: 3",
                  "test.yaml", KINDS)  # fmt: skip
    with pytest.raises(InvalidProblem, match="`H1` stands for something else here; take another letter"):
        problem("H1 x W1 x C1", "conv: {filters: 8, kernel: 1}")


def test_letters_may_have_a_word_as_their_index() -> None:
    layer = "conv_transpose: {filters: c_out, kernel: h_k x w_k, stride: s}"
    found = problem("c_in x h x w", layer, more="channels: first")
    formulas = [PLAIN.print(found.plan.graph[name].definition) for name in ("H1", "W1", "params1")]
    assert formulas == ["(h - 1)*s + h_k", "(w - 1)*s + w_k", "(h_k*w_k*c_in + 1)*c_out"]
