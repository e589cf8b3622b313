"""Concept questions: their forms, the keys of their answers, and what may be wrong with them."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from deepcalc.checking.as_json import prose_text
from deepcalc.checking.document import AnswerMark, Verdict
from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem, LocatedFault
from deepcalc.kinds import find_kinds
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import Item
from deepcalc.plan.plan import ItemForm
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve
from tests.statements import printed

KINDS = find_kinds()
OPTIONS = "options: {a: one, b: two, c: three}"


def problem(*questions: str, more: str = "") -> Problem:
    lines = ["kind: choice", "questions:", *(f"  - {{{question}}}" for question in questions), more]
    return load_text("\n".join(lines).encode(), "test.yaml", KINDS)


def item(question: str) -> Item:
    (only,) = problem(question).plan.items
    return only


def faults_of(*questions: str) -> tuple[LocatedFault, ...]:
    with pytest.raises(InvalidProblem) as caught:
        problem(*questions)
    return caught.value.faults


# ---- forms and keys


@pytest.mark.parametrize(
    ("fields", "form", "key"),
    [
        (f"{OPTIONS}, answer: b", ItemForm.SINGLE, "b"),
        (f"{OPTIONS}, answer: [b], form: single", ItemForm.SINGLE, "b"),
        (f"{OPTIONS}, answer: [c, a]", ItemForm.MULTIPLE, ("a", "c")),
        (f"{OPTIONS}, answer: b, form: multiple", ItemForm.MULTIPLE, ("b",)),
        (f"{OPTIONS}, matches: {{x: uno, y: due}}, answer: {{c: x, a: x, b: y}}", ItemForm.MATCHING,
         {"a": "x", "b": "y", "c": "x"}),
        ("model_answer: because", ItemForm.TEXT, None),
    ],
)  # fmt: skip
def test_the_form_follows_from_the_fields(fields: str, form: ItemForm, key: object) -> None:
    made = item(f"question: Why?, {fields}")
    assert made.form is form
    assert made.key == key


def test_the_options_of_a_list_have_letters_and_its_matches_have_numbers() -> None:
    made = item("question: Q, options: [one, two], matches: [uno, due, tre], answer: {a: 1, b: due}")
    assert [option.key for option in made.options] == ["a", "b"]
    assert [match.key for match in made.matches] == ["1", "2", "3"]
    assert made.key == {"a": "1", "b": "2"}


def test_numbers_are_kept_as_they_are_typed() -> None:
    made = item("question: Q, options: {A: slow, B: wild}, matches: [0.40, 2e-5], answer: {A: 2e-5, B: 0.40}")
    assert [match.text for match in made.matches] == ["0.40", "2e-5"]
    assert made.key == {"A": "2", "B": "1"}


def test_an_option_may_explain_itself() -> None:
    made = item("question: Q, options: [{text: one, explanation: is odd}, two], answer: b, explanation: two is even")
    assert [(option.text, option.explanation) for option in made.options] == [("one", "is odd"), ("two", "")]
    assert made.explanation == "two is even"


def test_questions_are_named_by_place_by_id_or_by_key() -> None:
    listed = problem("question: Q, model_answer: A", "id: momentum, question: Q, model_answer: A")
    assert [made.name for made in listed.plan.items] == ["q1", "momentum"]
    named = load_text(b"kind: choice\nquestions: {why: {question: Q, model_answer: A}}", "test.yaml", KINDS)
    assert [made.name for made in named.plan.items] == ["why"]


def test_each_question_is_a_part_of_its_own() -> None:
    two = problem("question: Q, model_answer: A", f"question: Q, {OPTIONS}, answer: c")
    assert [part.find for part in two.parts] == [("q1",), ("q2",)]
    solution = solve(two)
    assert [[made.name for made in part.items] for part in solution.parts] == [["q1"], ["q2"]]
    assert solution.parts[1].answers[0].item is two.plan.items[1]
    assert printed(two) == "Answer in a few sentences; choose the one right option."


def test_a_part_may_ask_several_questions() -> None:
    asked = problem(*["question: Q, model_answer: A"] * 2, more="parts: [{points: 2, find: [q1, q2]}]")
    assert [answer.name for answer in solve(asked).parts[0].answers] == ["q1", "q2"]


# ---- what is wrong, and where


@pytest.mark.parametrize(
    ("question", "pointed_at", "message"),
    [
        ("question: Q", "{question", "missing `model_answer`"),
        (f"question: Q, {OPTIONS}", "{question", "missing `answer`: a single choice has `options` and `answer`"),
        (f"question: Q, {OPTIONS}, answer: e", "e}", "`e` is no option; there are a, b, c"),
        (f"question: Q, {OPTIONS}, answer: [a, ab]", "ab]", "`ab` is no option (did you mean `b`?)"),
        (f"question: Q, {OPTIONS}, answer: [a, a]", "a]}", "the option `a` is given twice"),
        (f"question: Q, {OPTIONS}, answer: []", "[]", "no option is right"),
        (f"question: Q, {OPTIONS}, answer: [a, b], form: single", "[a, b]",
         "a single choice has one right option, not 2"),
        (f"question: Q, {OPTIONS}, answer: true", "true", "expected an option's key, a list of keys, or a mapping"),
        (f"question: Q, {OPTIONS}, answer: {{a: b}}, form: multiple", "{a: b}", "found a mapping"),
        (f"question: Q, {OPTIONS}, answer: {{a: 1, b: 2, c: 1}}", "{question", "missing `matches`"),
        (f"question: Q, {OPTIONS}, matches: [x, y], answer: {{a: 1, b: 2}}", "{a: 1", "the option `c` has no partner"),
        (f"question: Q, {OPTIONS}, matches: [x, y], answer: {{a: 1, b: 2, c: 3}}", "3}}",
         "`3` is none of the matches; there are 1, 2"),
        (f"question: Q, {OPTIONS}, matches: [x, y], answer: {{a: 1, b: 2, c: 1, d: 1}}", "d: 1}}",
         "`d` is no option; there are a, b, c"),
        (f"question: Q, {OPTIONS}, matches: [x, y], answer: b", "b}",
         "a partner for each option, such as {a: 1, b: 2, c: 1}"),
        ("question: Q, options: {a: one, A: two}, answer: a", "two", "the keys of the options a and A are the same"),
        ("question: Q, options: [one, two, one], answer: a", "one]", "the texts of the options a and c are the same"),
        ("question: Q, options: {a: 1, a: 2}, answer: a", "a: 2", "the key `a` is given twice"),
        ("question: Q, options: {a: one, 'b, c': two}, answer: a", "two", "expected a short key such as a, B or 3"),
        ("question: Q, options: [one], answer: a", "options: [one]", "give two or more `options`"),
        ("question: Q, options: [one, {txt: two, text: x}], answer: a", "txt", "(did you mean `text`?)"),
        ("question: Q, options: [one, true], answer: a", "true", "expected a text, or {text: …, explanation: …}"),
        ("question: Q, answer: because", "answer: because", "has no `answer`; it has `model_answer`"),
        (f"question: Q, {OPTIONS}, answer: a, model_answer: A", "model_answer: A}",
         "a single choice has no `model_answer`"),
        (f"question: Q, {OPTIONS}, anwser: a", "anwser", "unknown field `anwser` (did you mean `answer`?)"),
        ("question: ' ', model_answer: A", "' '", "the question is empty"),
        ("question: Q, model_answer: A, form: txt", "txt", "(did you mean `text`?)"),
        ("question: Q, model_answer: A, id: 1", "1", "expected a name"),
    ],
)  # fmt: skip
def test_a_fault_says_where_and_what(question: str, pointed_at: str, message: str) -> None:
    fault = next(fault for fault in faults_of(question) if message in fault.message)
    assert fault.place.text[fault.place.column - 1 :].startswith(pointed_at)


def test_names_are_given_once() -> None:
    (fault,) = faults_of("id: q2, question: Q, model_answer: A", "question: Q, model_answer: A")
    assert fault.place.line == 4
    assert "two questions are named `q2`" in fault.message
    text = b"kind: choice\nquestions: {why: {id: q, question: Q, model_answer: A}}"
    with pytest.raises(InvalidProblem, match="the question has a name already, `why`"):
        load_text(text, "test.yaml", KINDS)


def test_faults_come_all_at_once() -> None:
    faults = faults_of(f"question: Q, {OPTIONS}, answer: [d, e]", "question: Q, options: [x, x], answer: c")
    assert [fault.place.line for fault in faults] == [3, 3, 4, 4]


# ---- statements, orders, blanks, and numbers in texts


@pytest.mark.parametrize(
    ("fields", "form", "key"),
    [
        (f"{OPTIONS}, answer: {{a: true, b: false, c: true}}", ItemForm.TRUE_FALSE,
         {"a": "true", "b": "false", "c": "true"}),
        (f"{OPTIONS}, form: ordering, answer: [c, a, b]", ItemForm.ORDERING, ("c", "a", "b")),
        ("answer: [one, [two, zwei]]", ItemForm.BLANKS, {"1": "one", "2": "two"}),
    ],
)  # fmt: skip
def test_further_forms_follow_from_the_fields(fields: str, form: ItemForm, key: object) -> None:
    made = item(f"question: First ___ then _____., {fields}")
    assert made.form is form
    assert made.key == key


def test_free_text_may_have_blanks_in_its_question() -> None:
    assert item("question: Complete ___., model_answer: it").form is ItemForm.TEXT


def mark(question: str, answer: str) -> AnswerMark:
    return Marker(problem(question, more="parts: [{points: 2, find: q1}]")).mark({"q1": answer}).parts[0].answers[0]


TRUTHS = f"question: Q, {OPTIONS}, answer: {{a: true, b: false, c: true}}"
PAIRS = f"question: Q, {OPTIONS}, matches: [x, y, z], answer: {{a: 3, b: 1, c: 2}}"
ORDER = f"question: Q, {OPTIONS}, form: ordering, answer: [c, a, b]"
BLANKS = "question: A ___ and a ___ of ___, answer: [gradient, [learning rate, step size], 0.5]"


@pytest.mark.parametrize(
    ("question", "answer", "share"),
    [
        (TRUTHS, "a=true, b=false, c=true", 1),
        (TRUTHS, "T, F, T", 1),
        (TRUTHS, "t f t", 1),
        (TRUTHS, "c: T; a: true; b: no", 1),
        (TRUTHS, "T, T, T", 0),
        (TRUTHS, "a=true, b=false", 0),
        (PAIRS, "a=3, b=1, c=2", 1),
        (PAIRS, "a=3, b=2, c=1", 0),
        (ORDER, "c, a, b", 1),
        (ORDER, "CAB", 1),
        (ORDER, "c > a > b", 1),
        (ORDER, "c → a → b", 1),
        (ORDER, "c, b, a", 0),
        (BLANKS, "gradient, learning rate, 0.5", 1),
        (BLANKS, "3=1/2; 2=Step-Size; 1=Gradient", 1),
        (BLANKS, "slope, learning-rate, .5", Fraction(2, 3)),
        (BLANKS, "slope, rate, 2", 0),
    ],
)
def test_answers_to_further_forms_are_marked(question: str, answer: str, share: Fraction) -> None:
    found = mark(question, answer)
    assert found.score == 2 * Fraction(share)
    assert (found.verdict is Verdict.CORRECT) == (share == 1)


@pytest.mark.parametrize(
    ("question", "answer", "message"),
    [
        (TRUTHS, "T, maybe, T", "expected true or false for b, found 'maybe'"),
        (TRUTHS, "T, F, T, F", "3 are asked for, not 4"),
        (TRUTHS, "a=T, a=F", "a is answered twice"),
        (ORDER, "c, a", "b is missing; all are to be ordered"),
        (ORDER, "c, a, a", "a stands twice"),
        (ORDER, "c, x, b", "no option 'x'"),
    ],
)
def test_what_cannot_be_read_of_them_is_told(question: str, answer: str, message: str) -> None:
    found = mark(question, answer)
    assert found.verdict is Verdict.UNREADABLE
    assert message in "".join(map(str, found.message))


def test_a_wrong_blank_and_a_misplaced_option_are_named() -> None:
    assert "".join(map(str, mark(BLANKS, "gradient, rate, 0.5").message)) == "not right: blank 2"
    assert "".join(map(str, mark(ORDER, "c, b, a").message)) == "b does not belong in place 2"
    assert "".join(map(str, mark(PAIRS, "a=3, b=2, c=1").message)) == "not right: b, c"


def test_of_statements_it_is_only_told_how_many_are_not_right() -> None:
    assert "".join(map(str, mark(TRUTHS, "a=true, b=true, c=true").message)) == "not right: 1 of 3"


REASONS = "options: {a: {text: one, explanation: too few}, b: {text: two, explanation: $x_2$ is right.}, c: three}"


@pytest.mark.parametrize(
    ("question", "answer", "hidden", "reasons"),
    [
        (f"{REASONS}, answer: b", "a", "chosen: one", "; a: too few. b: $x_2$ is right."),
        (f"{REASONS}, answer: b, explanation: always", "c", "chosen: three", "; b: $x_2$ is right. always."),
        (f"{REASONS}, answer: a", "a, b", "one option is asked for, not 2", ""),
        (f"{REASONS}, answer: [a, c]", "b, c", "", "wrong: b; missing: a; a: too few. b: $x_2$ is right."),
        (f"{REASONS}, answer: {{a: true, b: true, c: false}}", "tff", "not right: 1 of 3", "; b: $x_2$ is right."),
        ("question: '___', answer: loss, explanation: why", "x", "not right: blank 1", "; why."),
    ],
)
def test_a_wrong_choice_is_told_the_authors_reasons_unless_the_answer_stays_hidden(
    question: str, answer: str, hidden: str, reasons: str
) -> None:
    asked = question if question.startswith("question:") else f"question: Which?, {question}"
    message = mark(asked, answer).message
    printer = PlainPrinter(Symbols())
    assert prose_text(message, printer, hide_expected=True) == hidden
    assert prose_text(message, printer) == f"{hidden}{reasons}"


def test_numbers_stand_in_every_text_and_change_with_what_is_given() -> None:
    text = (
        "kind: choice\ngiven: {n: 32, k: 5, eta: 0.00001}\ndefine: {side: n - k + 1, third: 1/3}\nquestions:\n"
        "  - question: '{n} and $\\eta = {eta}$, not $\\frac{n}{k}$ or $x_{n}$'\n"
        "    options: {a: '{side} x {side}', b: '{third}'}\n    answer: a\n    explanation: so {side}\n"
    )
    (made,) = load_text(text.encode(), "test.yaml", KINDS).plan.items
    assert made.question == r"32 and $\eta = 0.00001$, not $\frac{n}{k}$ or $x_{n}$"
    assert [option.text for option in made.options] == ["28 x 28", "0.3333"]
    assert made.explanation == "so 28"
    (other,) = load_text(text.encode(), "test.yaml", KINDS, {"given.n": "10"}).plan.items
    assert other.options[0].text == "6 x 6"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (f"question: Q, {OPTIONS}, answer: {{a: true, b: false}}", "is the option `c` true or false"),
        (f"question: Q, {OPTIONS}, form: true_false, answer: {{a: true, b: x, c: true}}", "expected true or false"),
        (f"question: Q, {OPTIONS}, form: ordering, answer: [c, a]", "b is missing"),
        (f"question: Q, {OPTIONS}, form: ordering, answer: [c, a, x]", "`x` is no option"),
        (f"question: Q, {OPTIONS}, form: ordering, answer: a", "expected the keys in order"),
        ("question: A ___, answer: [one, two]", "has 1 blank (three underscores or more), but there are 2 answers"),
        ("question: A ___, answer: {a: b}", "a word for each blank"),
        (f"question: Q, {OPTIONS}, answer: [[a, b]]", "found a list"),
    ],
)
def test_what_is_wrong_with_them_is_told(fields: str, message: str) -> None:
    assert any(message in fault.message for fault in faults_of(fields))


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ("given: {n: 3}", "`{m}` is neither given nor defined"),
        ("given: {q1: 3}", "the name `q1` is taken"),
        ("define: {m: k + 1}", "`k` is neither given nor defined before"),
        ("given: {m: 0}\ndefine: {k: 1/m}", "division by zero"),
    ],
)
def test_what_is_wrong_with_the_numbers_is_told(numbers: str, message: str) -> None:
    with pytest.raises(InvalidProblem, match=re.escape(message)):
        problem("question: '{m}?', options: [yes, no], answer: a", more=numbers)
