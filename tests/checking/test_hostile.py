"""Answers that are none: each is unreadable with a message, at once, and nothing of it is run."""

from __future__ import annotations

import re
from itertools import islice

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deepcalc.checking.document import Mark, Verdict
from deepcalc.problem.library import entries
from tests.checking.marking import by_name, marker, said, verdicts, written
from tests.quick import AT_ONCE, at_once

_NUMBERS = re.compile(r"[-0-9.,\[\] ]+")

HOSTILE = {
    "a tower of powers": "9**9**9",
    "a factorial": "factorial(10**7)",
    "code": "__import__('os').system('true')",
    "a lambda": "(lambda: 0)()",
    "an attribute": "().__class__",
    "a million digits": "1" * 1_000_000,
    "a million brackets": "(" * 1_000_000,
    "not a number": "NaN",
    "infinity": "-inf",
    "a great exponent": "1e999999999",
    "a tower of exponentials": "e^(e^(e^(e^9)))",
    "deeply nested LaTeX": r"\frac{" * 90 + "1" + "}{2}" * 90,
    "deeply nested roots": r"\sqrt{" * 100 + "2" + "}" * 100,
    "an open LaTeX group": r"\frac{1}{2",
    "a LaTeX input": r"\input{/etc/passwd}",
    "right-to-left marks": "\u202e56.0\u202c",
    "a zero-width space": "0\u200b.65",
    "a null": "0.65\x00",
    "an escape sequence": "\x1b[31m0.65",
    "digits of another script": "٠٫٦٥",
    "a lone surrogate": "\ud800",
    "nothing but spaces and a sign": "  - ",
    "a sum over an index": "sum(i, i, 1, 10^12)",
    "brackets that do not match": "(0.65]",
    "many signs": "-" * 900 + "1",
}


REFUSED = 100
"""Yardsticks in which an answer is refused."""


def verdict_of(name: str, quantity: str, answer: str) -> tuple[Verdict, str]:
    """The verdict and what is said, at once; what is unreadable is refused more quickly still."""

    def allowed(mark: Mark) -> int:
        return REFUSED if by_name(mark)[quantity].verdict is Verdict.UNREADABLE else AT_ONCE

    mark = at_once(lambda: marker(name).mark({quantity: answer}), allowed)
    return by_name(mark)[quantity].verdict, said(mark, quantity)


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize(
    ("name", "quantity"),
    [
        ("relu-2-2-2", "L"),
        ("softmax-three-logits", "p"),
        ("softmax-three-logits", "dp.1/dz1"),
        ("conv-eight-filters", "shape1"),
        ("avoid-overfitting", "overfitting"),
        ("learning-rate-curves", "curves"),
        ("statements-about-attention", "attention"),
        ("steps-of-training", "steps"),
        ("xor-threshold-units", "weights"),
    ],
)
def test_a_hostile_answer_is_unreadable_at_once(name: str, quantity: str, answer: str) -> None:
    verdict, message = verdict_of(name, quantity, answer)
    assert verdict is Verdict.UNREADABLE
    assert message


def test_one_unreadable_answer_costs_no_other() -> None:
    mark = marker("relu-2-2-2").mark({"o1": "0", "o2": "__import__('os')", "L": "2.5", "w21+": "0.65"})
    assert [each.verdict.value for part in mark.parts for each in part.answers] == [
        "correct", "unreadable", "correct", "correct",
    ]  # fmt: skip


def malformed() -> st.SearchStrategy[str]:
    """Texts, pieces of mathematics in any order, and good numbers with something in them that does not belong there."""
    pieces = st.sampled_from(
        [*"0123456789.,+-*/^(){}[]=_%$ \\", "\\frac", "\\sqrt", "e", "10^", "sqrt(", "h1", "−", "·"]
    )
    jumbled = st.lists(pieces, max_size=40).map("".join)
    spoilt = st.builds(
        lambda number, at, wrong: f"{number}"[:at] + wrong + f"{number}"[at:],
        st.floats(-100, 100), st.integers(0, 8), st.characters(categories=["L", "S", "P", "C", "Z", "M"]),
    )  # fmt: skip
    return (st.text(max_size=60) | jumbled | spoilt).filter(str.strip)


@settings(max_examples=2_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(malformed())
@example("2@1E-61")
def test_any_text_gets_a_verdict_and_never_a_traceback(answer: str) -> None:
    verdict, message = verdict_of("relu-2-2-2", "dL/dw21", answer)
    assert message or verdict is not Verdict.UNREADABLE


@settings(max_examples=400, deadline=None, database=None)
@given(
    malformed() | st.text("abcde12w=:,;>→TF() \n", max_size=40),
    st.sampled_from([
        ("statements-about-attention", "attention"), ("steps-of-training", "steps"), ("xor-threshold-units", "weights"),
        ("blanks-on-overfitting", "errors"),
    ]),
)  # fmt: skip
def test_so_do_statements_orders_blanks_and_designs(answer: str, asked: tuple[str, str]) -> None:
    if answer.strip():
        verdict_of(*asked, answer)


@settings(max_examples=300, deadline=None, database=None)
@given(malformed(), st.sampled_from(["p", "dp.1/dz1"]))
def test_so_do_components_of_vectors(answer: str, quantity: str) -> None:
    verdict_of("softmax-three-logits", quantity, answer)


@pytest.mark.parametrize("answer", ["1e400", "-1e1000", "10^1000", "1e-1000", "exp(20000)", "0.1^900", "10^900/3"])
@pytest.mark.parametrize(
    ("name", "quantity"), [("relu-2-2-2", "h1"), ("sigmoid-3-2-1", "I4"), ("softmax-three-logits", "p.1")]
)
def test_numbers_of_any_size_are_wrong_and_nothing_worse(name: str, quantity: str, answer: str) -> None:
    mark = marker(name).mark({quantity: answer, **{each.name: "0.123" for each in marker(name).questions}})
    assert not mark.is_right


@pytest.mark.parametrize(
    "name", ["prelu-selu-mish", "deltas-from-given-outputs", *(entry.name for entry in islice(entries(), 0, None, 6))]
)
def test_any_wrong_number_gets_a_verdict(name: str) -> None:
    """Whatever constants and calls stand in the formulas in which its mistake is looked for."""
    found = marker(name)
    shown = {each.name: found.expected(each) for each in found.questions if each.item is None}
    numbers = [(each, text) for each, text in shown.items() if _NUMBERS.fullmatch(text)]
    for each, text in numbers[-1:]:
        wrong = re.sub(r"[0-9]", lambda digit: str(9 - int(digit[0])), text)
        assert verdicts(found, {each: wrong}) == {each: "wrong"}


@pytest.mark.parametrize(
    "answer",
    [
        "ones(60,60)@ones(60,60)",
        "sum(ones(300,300)@ones(300,300)) + sum(u)",
        "identity(e)",
        "eye(10^0.5)",
        "ones(u, 2)",
        "ones(norm(u), 1)",
        "zeros(u[1], 1)",
        "zeros(diag(u), 1)",
        "1e400*sum(u)",
        "1e400",
    ],
)
def test_work_in_an_answer_is_bounded(answer: str) -> None:
    vectors = "kind: formula\ngiven: {u: R^n, v: R^n}\ndefine: {s: sum(u*v)}\nparts: [{find: s}]\n"

    def refused() -> None:
        assert verdicts(written(vectors), {"s": answer})["s"] in ("wrong", "unreadable")

    at_once(refused)
