"""Perceptron learning against NumPy, sample by sample, and a textbook's table."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.kinds.perceptron import KIND
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.loader import load, load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.document import Section, Table
from deepcalc.solution.drawings import Plane
from deepcalc.solution.solver import solve
from tests.checking.marking import by_name, said, written

KINDS = find_kinds()
PROBLEMS = Path(__file__).parents[2] / "problems" / "perceptron"


def problem(text: str) -> Problem:
    return load_text(f"kind: perceptron\n{text}".encode(), "problem.yaml", KINDS)


def values(of: Problem, names: list[str]) -> list[Fraction]:
    found = evaluate(of.plan.graph, names).values
    return [Fraction(found[name]) for name in names]


def learned(
    rule: str, x: Any, t: Any, w: Any, eta: Fraction, signed: bool, at_zero: int, epochs: int
) -> tuple[list[Any], list[int]]:
    """The weights after each presentation, and the mistakes of each epoch; the last input is the bias's."""
    after, mistakes = [], []
    for _ in range(epochs):
        mistakes.append(0)
        for row, target in zip(x, t, strict=True):
            z = sum(a * b for a, b in zip(row, w, strict=True))
            o = at_zero if z == 0 else 1 if z > 0 else -1 if signed else 0
            mistakes[-1] += o != target
            if rule == "mistake":
                direction = (target if signed else 2 * target - 1) if o != target else 0
            else:
                direction = target - (z if rule == "adaline" else o)
            w = [weight + eta * direction * a for weight, a in zip(w, row, strict=True)]
            after.append(w)
        if rule != "adaline" and mistakes[-1] == 0:
            break
    return after, mistakes


halves = st.integers(-6, 6).map(lambda n: Fraction(n, 2))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(halves, halves, st.booleans()), min_size=2, max_size=4),
    st.lists(halves, min_size=3, max_size=3),
    st.sampled_from(["error", "mistake", "adaline"]),
    st.sampled_from([None, 1, -1]),
    st.booleans(),
    st.sampled_from([1, 0, -1]),
    st.booleans(),
)
def test_every_presentation_agrees_with_the_rule(
    samples: list[Any],
    start: list[Fraction],
    rule: str,
    constant: int | None,
    signed: bool,
    at_zero: int,
    as_samples: bool,
) -> None:
    eta, epochs = Fraction(1, 10), 3
    targets = [1 if positive else (-1 if signed else 0) for *_, positive in samples]
    targets[0] = -1 if signed else targets[0]
    at_zero = at_zero if signed else abs(at_zero)
    pairs = [f"{{p: {float(a)}, q: {float(b)}}}" for a, b, _ in samples]
    each = [f"{{inputs: {pair}, target: {target}}}" for pair, target in zip(pairs, targets, strict=True)]
    lines = [
        *([f"samples: [{', '.join(each)}]"] if as_samples else [
            f"inputs: [{', '.join(f'[{float(a)}, {float(b)}]' for a, b, _ in samples)}]", f"targets: {targets}"]),
        f"weights: [{float(start[0])}, {float(start[1])}]", f"rule: {rule}", "learning_rate: 0.1", f"epochs: {epochs}",
        f"at_zero: {at_zero}" if at_zero == 0 and signed else f"fires_at_zero: {str(at_zero == 1).lower()}",
    ]  # fmt: skip
    if constant is not None:
        lines += [f"bias: {float(start[2])}", f"bias_input: {constant}"]
    solved = problem("\n".join(lines))
    x = [[a, b] if constant is None else [a, b, Fraction(constant)] for a, b, _ in samples]
    after, mistakes = learned(rule, x, targets, start[: len(x[0])], eta, signed, at_zero, epochs)
    names = ["w1", "w2", *([] if constant is None else ["b" if constant == 1 else "w0"])]
    for time, expected in enumerate(after, start=1):
        assert values(solved, [f"{name}@{time}" for name in names]) == expected
    assert f"w1@{len(after) + 1}" not in solved.plan.graph
    if rule != "adaline":
        assert values(solved, [f"mistakes.{k}" for k in range(1, len(mistakes) + 1)]) == mistakes
        expected_stop = len(mistakes) if mistakes[-1] == 0 else epochs
        assert values(solved, ["stop_epoch"]) == [expected_stop]
    last, ends = len(after), after[-1]
    nets = [sum(a * b for a, b in zip(row, ends, strict=True)) for row in x]
    outputs = [at_zero if net == 0 else 1 if net > 0 else -1 if signed else 0 for net in nets]
    assert values(solved, [f"z:{i}@{last}" for i in range(1, len(x) + 1)]) == nets
    assert values(solved, [f"o:{i}@{last}" for i in range(1, len(x) + 1)]) == outputs
    missed = sum(output != target for output, target in zip(outputs, targets, strict=True))
    assert values(solved, ["misclassified", "accuracy"]) == [missed, 1 - Fraction(missed, len(x))]


def test_the_textbooks_and_table() -> None:
    """Negnevitsky, Artificial Intelligence, table 6.3: the weights after each of the twenty presentations."""
    solved = load(PROBLEMS / "learning-and.yaml", KINDS)
    table = "3 -1  3 -1  2 -1  3 0  3 0  3 0  2 0  2 0  2 0  2 0  1 0  2 1  2 1  2 1  1 1  1 1  1 1  1 1  1 1  1 1"
    wanted = [Fraction(int(tenths), 10) for tenths in table.split()]
    names = [f"{name}@{time}" for time in range(1, 21) for name in ("w1", "w2")]
    assert values(solved, names) == wanted
    assert "theta@1" not in solved.plan.graph


def test_what_cannot_be_separated_stops_at_the_last_epoch() -> None:
    samples = "inputs: [[0, 0], [0, 1], [1, 0], [1, 1]]\ntargets: [0, 1, 1, 0]"
    solved = problem(f"{samples}\nweights: [0, 0]\nbias: 0\nepochs: 6")
    assert values(solved, ["stop_epoch"]) == [6]
    step = next(step for part in solve(solved).parts for step in part.steps if step.name == "stop_epoch")
    assert "every one has a mistake" in str(step.note)


def test_the_table_has_a_row_for_each_presentation() -> None:
    (table,) = load_text(KIND.template.encode(), "t.yaml", KINDS).plan.tables
    assert [row.label for row in table.rows][:5] == [("1, 1",), ("1, 2",), ("1, 3",), ("1, 4",), ("2, 1",)]
    assert table.rows[1].cells == ("x1:2", "x2:2", "t:2", "z:2@1", "o:2@1", "e:2@1", "w1@2", "w2@2", "b@2")


def test_a_long_course_is_told_as_the_table_with_the_presentation_asked_for_derived() -> None:
    solution = solve(load(PROBLEMS / "learning-and.yaml", KINDS))
    last = solution.parts[-1]
    (table,) = [block for block in last.blocks if isinstance(block, Table)]
    assert len(table.rows) == 20
    titles = [block.title for block in last.blocks if isinstance(block, Section)]
    assert titles == ["Epoch 5, sample 4", "Mistakes", "Stop"]


BASE = "inputs: [[1, 2], [2, 1]]\ntargets: [0, 1]\nweights: [1, 1]\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("inputs: [[1, 2], [2]]\ntargets: [0, 1]\nweights: [1, 1]", "expected 2 inputs, one for each weight, found 1"),
        ("inputs: [[1], [2]]\ntargets: [0]\nweights: [1]", "expected 2, one for each sample, found 1"),
        ("inputs: [[1], [2]]\ntargets: [0, 2]\nweights: [1]", "expected 0 or 1, found 2"),
        ("inputs: [[1], [2]]\ntargets: [-1, 0]\nweights: [1]", "expected -1 or 1, found 0"),
        (f"{BASE}at_zero: -1", "a unit with the targets 0 and 1 never gives -1"),
        (f"{BASE}at_zero: 0\nfires_at_zero: true", "give either `fires_at_zero` or `at_zero`"),
        (f"{BASE}samples: [{{inputs: [1, 2], target: 1}}]", "`samples` have their inputs already"),
        ("weights: [1]", "missing `inputs` and `targets`, or `samples`"),
        (
            "samples: [{inputs: {a: 1}, target: 1}, {inputs: {b: 1}, target: 0}]\nweights: [1]",
            "expected the inputs by the names of the first one, a",
        ),
        (f"{BASE}bias_input: -1", "`bias_input` goes with `bias`"),
        (f"{BASE}bias: 1\nbias_input: 2", "expected 1 or -1, found 2"),
        (f"{BASE}bias: 1\nbias_name: w1", "the name `w1` is taken already"),
        ("inputs: [[1]]\ntargets: [1]\nweights: {z: 1}", "`z` stands for something else here"),
        (f"{BASE}rule: none\nlearning_rate: 0.5", "`learning_rate` goes with a rule by which the unit learns"),
        (f"{BASE}rule: none\nepochs: 2", "`epochs` goes with a rule by which the unit learns"),
        ("rule: none\nweights: [1]\ntargets: [1]", "expected 0, one for each sample, found 1"),
        ("rule: none\nweights: [1]\nsamples: [{inputs: [1], target: 1}, {inputs: [2]}]", "missing `target`"),
        ("weights: [1]\nsamples: [{inputs: [1]}]", "missing `target`"),
        ("rule: none\nweights: [1]", "nothing is asked of the unit; give `inputs`"),
        ("rule: none\nweights: [0, 0]\nbias: 1", "nothing is asked of the unit; give `inputs`"),
        (f"{BASE}unit: sign", "expected -1 or 1, found 0"),
        (f"{BASE}until: squared_errors < 1", "`until` goes with the rule adaline; error stops after the first epoch"),
        (f"{BASE}rule: adaline\nuntil: L < 1", "`L` has no value after an epoch; the sum of its squared errors is"),
        (f"{BASE}rule: adaline\nuntil: squared_errors", "expected"),
        (f"{BASE}rule: adaline\nepochs: 600", "expected at most 1,000 presentations of samples, found 1,200"),
    ],
)
def test_faults_are_told(text: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(text)
    assert message in str(caught.value)


def test_the_template_solves() -> None:
    assert solve(load_text(KIND.template.encode(), "t.yaml", KINDS)).parts


def stop_note(text: str) -> str:
    found = problem(text).plan.graph["stop_epoch"].note
    printer = PlainPrinter()
    return "".join(part if isinstance(part, str) else printer.print(part) for part in found)


XOR = "inputs: [[0, 0], [0, 1], [1, 0], [1, 1]]\ntargets: [0, 1, 1, 0]\nweights: [0, 0]\nepochs: 3\n"


def test_that_no_weights_separate_the_classes_is_proved_by_a_common_point() -> None:
    note = stop_note(f"{XOR}bias: 0")
    assert "the classes are not linearly separable: (1/2, 1/2) is 1/2·(0, 1) + 1/2·(1, 0) of" in note
    assert "of samples that should fire and" in note
    assert note.endswith("1/2·(0, 0) + 1/2·(1, 1) of samples that should not")


def test_that_more_epochs_would_end_it_is_told() -> None:
    samples = "inputs: [[0, 0], [0, 1], [1, 0], [1, 1]]\ntargets: [0, 0, 0, 1]\nweights: [0, 0]\nbias: 0\n"
    assert stop_note(f"{samples}epochs: 1").endswith("the classes can be separated, so more epochs would end it")
    assert "first epoch without" in stop_note(samples)


def test_without_a_trained_bias_nothing_is_said_of_it() -> None:
    assert stop_note(XOR) == "the last epoch; every one has a mistake"


def test_the_line_of_two_inputs_is_drawn_where_the_net_input_is_zero() -> None:
    """After the last epoch of the textbook's AND: 0.1 x₁ + 0.1 x₂ = 0.2, which fires at (1, 1) alone."""
    solution = solve(load(PROBLEMS / "learning-and.yaml", KINDS))
    statement, told = (figure.drawing for figure in solution.figures)
    assert isinstance(statement, Plane)
    assert isinstance(told, Plane)
    assert statement.courses == ()
    assert statement.regions == ()
    line = told.courses[-1]
    assert all(x + y == pytest.approx(2) for x, y in line.points)
    (region,) = told.regions
    assert region is not None
    assert all(x + y >= 2 for x, y in region.points)
    assert line.label == ("after epoch 5",)


def test_three_inputs_have_no_picture() -> None:
    assert problem("inputs: [[0, 0, 1]]\ntargets: [1]\nweights: [1, 1, 1]").plan.figures == ()


@pytest.mark.parametrize("signed", [False, True])
def test_a_threshold_is_a_bias_taken_away_that_is_not_trained(signed: bool) -> None:
    samples = f"inputs: [[0, 0], [0, 1], [1, 0], [1, 1]]\ntargets: {[-1, -1, -1, 1] if signed else [0, 0, 0, 1]}\n"
    common = f"{samples}weights: [0.3, -0.1]\nlearning_rate: 0.1\nepochs: 4\n"
    by_threshold = problem(f"{common}threshold: 0.2")
    by_bias = problem(f"{common}bias: 0.2\nbias_input: -1\ntrain_bias: false\nbias_name: theta")
    names = [f"{w}@{time}" for w in ("w1", "w2") for time in range(1, 9)] + ["z:4@7", "total_mistakes"]
    assert values(by_threshold, names) == values(by_bias, names)
    assert "theta@1" not in by_threshold.plan.graph


def test_further_inputs_are_told_by_the_weights_at_the_end() -> None:
    """The textbook's AND ends with 0.1 x₁ + 0.1 x₂ ≥ 0.2."""
    text = (
        (PROBLEMS / "learning-and.yaml").read_text().replace("rule: error", "rule: error\npredict: [[1, 1], [2, -1]]")
    )
    found = load_text(text.encode(), "t.yaml", KINDS)
    assert values(found, ["z_new:1", "o_new:1", "z_new:2", "o_new:2"]) == [0, 1, Fraction(-1, 10), 0]


@pytest.mark.parametrize("constant", ["bias: 0.2\nbias_input: -1", "bias: -0.2", "threshold: 0.2"])
def test_on_the_line_at_the_end_the_net_input_is_zero(constant: str) -> None:
    text = f"inputs: [[0, 0], [0, 1], [1, 0], [1, 1]]\ntargets: [0, 0, 0, 1]\nweights: [0.3, -0.1]\n{constant}\n"
    found = problem(f"{text}learning_rate: 0.1\nepochs: 3")
    name = {"bias: -0.2": "b@12", "threshold: 0.2": "theta"}.get(constant, "w0@12")
    w1, w2, own = values(found, ["w1@12", "w2@12", name])
    slope, offset, crossing = values(found, ["slope", "offset", "crossing"])
    constant_input = 1 if name == "b@12" else -1
    for x in (Fraction(0), Fraction(3), crossing):
        assert w1 * x + w2 * (slope * x + offset) + constant_input * own == 0
    assert slope * crossing + offset == 0


def test_a_line_that_is_parallel_to_an_axis_does_not_meet_it() -> None:
    graph = problem("inputs: [[1, 1]]\ntargets: [1]\nweights: [0, 2]\nbias: -1").plan.graph
    assert "crossing" not in graph
    found = evaluate(graph, ["slope", "offset"]).values
    assert (found["slope"], found["offset"]) == (0, Fraction(1, 2))


@pytest.mark.parametrize(
    ("name", "wrong", "slip"),
    [("o:1", "1", "value-at-zero"), ("p1@1", "1", "input-forgotten"), ("b@1", "2", "bias-times-input")],
)
def test_mistakes_are_named_by_the_inputs_own_names(name: str, wrong: str, slip: str) -> None:
    marker = written("kind: perceptron\nsamples: [{inputs: {u: 2, v: -1}, target: 1}, "
                     "{inputs: {u: 1, v: 1}, target: -1}]\n"
                     f"weights: {{p1: 0, p2: 0}}\nbias: 0\nat_zero: 0\nparts: [{{find: '{name}'}}]")  # fmt: skip
    assert by_name(marker.mark({name: wrong}))[name].slips == (slip,)


def test_all_mistakes_are_counted() -> None:
    assert values(problem(f"{XOR}bias: 0"), ["total_mistakes"]) == [10]


LEARNING = """
kind: perceptron
inputs: [[1, 2], [-1, 1], [2, -1]]
targets: [1, 0, 1]
weights: [0.3, -0.5]
bias: 0.2
learning_rate: 0.4
epochs: 1
parts: [{find: ["z:1", "o:1", w1@1, w2@1, b@1, "z:2@1", "o:2@1", w1@2, w2@2, b@2, "z:3@2", w1@3]}]
"""


@pytest.mark.parametrize(
    ("answers", "name", "message"),
    [
        ({"o:1": "-1"}, "o:1", "−1 in place of 0 where the unit does not fire"),
        ({"o:1": "1"}, "o:1", "the two outputs exchanged"),
        ({"o:1": "-0.5"}, "o:1", "the net input itself as output, no threshold taken"),
        ({"w1@1": "0.9"}, "w1@1", "the error of the net input in place of that of the output"),  # 0.3 + 0.4·1.5·1
        ({"w1@3": "1.9"}, "w1@3", "the target in place of the error, whatever the output"),  # 1.1 + 0.4·1·2
        ({"z:2@1": "-0.6"}, "z:2@1", "the weights of the beginning"),  # −0.3 − 0.5 + 0.2
        ({"w1@1": "0.7", "w1@2": "0.7", "o:2@1": "0"}, "o:2@1", "the two outputs exchanged"),
    ],
)
def test_a_mistake_in_a_presentation_is_named(answers: dict[str, str], name: str, message: str) -> None:
    assert message in said(written(LEARNING).mark(answers), name)


def test_target_minus_output_is_twice_the_target_of_a_mistake() -> None:
    fields = LEARNING.replace("targets: [1, 0, 1]", "targets: [1, -1, 1]\nrule: mistake")
    assert "target minus output in place of the target" in said(written(fields).mark({"w1@1": "1.1"}), "w1@1")
