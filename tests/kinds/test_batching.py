"""Batching against Python's own slices: what `range` and slicing make of the samples."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve
from tests.checking.marking import said, written
from tests.statements import printed

KINDS = find_kinds()
PLAIN = PlainPrinter()


def problem(fields: str) -> Problem:
    return load_text(f"kind: batching\n{fields}".encode(), "test.yaml", KINDS)


def value(given_problem: Problem, name: str) -> int:
    return int(evaluate(given_problem.plan.graph, [name]).values[name])


def lines_of(given_problem: Problem, name: str) -> list[str]:
    steps = {step.name: step for part in solve(given_problem).parts for step in part.steps}
    return [PLAIN.print(line.expression) for line in steps[name].lines]


def test_a_textbook_case_line_by_line() -> None:
    batches = problem("samples: 1000\nbatch_size: 64\nepochs: 10")
    assert lines_of(batches, "iterations")[0] == "ceil(samples/batch_size)"
    assert "ceil(1000/64)" in lines_of(batches, "iterations")
    assert lines_of(batches, "iterations")[-1] == "16"
    assert lines_of(batches, "last_batch")[1:] == ["1000 - (16 - 1)*64", "1000 - 960", "40"]
    assert lines_of(batches, "updates") == ["epochs*iterations", "10*16", "160"]


def test_batches_that_come_out_even_need_no_rounding() -> None:
    assert lines_of(problem("samples: 1000\nbatch_size: 100"), "iterations")[1:] == ["1000/100", "10"]


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 500), st.integers(1, 60), st.integers(1, 20))
def test_batches_are_the_slices_of_the_samples(samples: int, batch_size: int, epochs: int) -> None:
    batches = [range(samples)[start : start + batch_size] for start in range(0, samples, batch_size)]
    used = problem(f"samples: {samples}\nbatch_size: {batch_size}\nepochs: {epochs}")
    assert value(used, "iterations") == len(batches)
    assert value(used, "last_batch") == len(batches[-1])
    assert value(used, "updates") == sum(1 for _ in range(epochs) for _ in batches)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 500), st.integers(1, 60), st.integers(1, 20))
def test_an_incomplete_batch_may_be_left_out(samples: int, batch_size: int, epochs: int) -> None:
    fields = f"samples: {samples}\nbatch_size: {batch_size}\nepochs: {epochs}\ndrop_last: true"
    batches = [range(samples)[start : start + batch_size] for start in range(0, samples, batch_size)]
    full = [batch for batch in batches if len(batch) == batch_size]
    if not full:
        with pytest.raises(InvalidProblem, match="never fill a batch"):
            problem(fields)
        return
    dropped = problem(fields)
    assert value(dropped, "iterations") == len(full)
    assert value(dropped, "last_batch") == len(full[-1])
    assert value(dropped, "dropped") == samples - sum(map(len, full))
    assert value(dropped, "updates") == sum(1 for _ in range(epochs) for _ in full)


@pytest.mark.parametrize(("method", "size", "iterations"), [("batch", 600, 1), ("stochastic", 1, 600)])
def test_a_method_settles_the_batch_size(method: str, size: int, iterations: int) -> None:
    settled = problem(f"samples: 600\nepochs: 3\nmethod: {method}")
    assert value(settled, "batch_size") == size
    assert value(settled, "iterations") == iterations
    assert value(settled, "updates") == 3 * iterations


COUNTS = "kind: batching\nsamples: 5230\nbatch_size: 64\nepochs: 12\n"


@pytest.mark.parametrize(
    ("fields", "name", "answer", "message"),
    [
        ("", "iterations", "81.72", "not rounded to whole batches"),
        ("", "iterations", "984", "the iterations of all epochs, not of one"),
        ("", "last_batch", "18", "what is missing to a full batch"),
        ("", "last_batch", "-18", "the last batch itself counted as a full one before it"),
        ("", "last_batch", "0.71875", "the share of a batch, not the number of samples"),
        ("", "updates", "972", "the last batch left out of each epoch"),
        ("", "updates", "62976", "the samples gone through, not the updates"),
        ("drop_last: true\n", "dropped", "18", "what is missing to a full batch"),
        ("drop_last: true\n", "dropped", "0", "no sample left out"),
        ("drop_last: true\n", "dropped", "552", "those of all epochs, not of one"),
        ("drop_last: true\n", "updates", "984", "the incomplete batch counted in each epoch"),
    ],
)
def test_a_mistake_in_a_count_is_named(fields: str, name: str, answer: str, message: str) -> None:
    find = "dropped" if name == "dropped" else "iterations, last_batch, updates"
    message_said = said(written(f"{COUNTS}{fields}parts: [{{find: [{find}]}}]\n").mark({name: answer}), name)
    assert message in message_said


def test_the_statement_says_every_field() -> None:
    statement = printed(problem("samples: 100\nbatch_size: 8\nepochs: 2\ndrop_last: true"))
    assert "100 samples for 2 epochs with mini-batches of 8. An incomplete last batch is left out." in statement


@pytest.mark.parametrize(
    ("fields", "place", "message"),
    [
        ("samples: 10", "1:1", "missing `batch_size`; or say `method: batch` or `method: stochastic`"),
        ("batch_size: 10", "1:1", "missing `samples`"),
        ("samples: 10\nmethod: stochastic\nbatch_size: 2", "4:1", "with `method: stochastic` the batch size is 1"),
        ("samples: 10\nmethod: batch\nbatch_size: 2", "4:1", "with `method: batch` the batch size is 10"),
        ("samples: 10\nbatch_size: 2\nmethod: minibatch", "4:9", "(did you mean `mini-batch`?)"),
        ("samples: 0\nbatch_size: 2", "2:10", "expected a whole number from 1 up, found 0"),
        ("samples: 10\nbatch_size: 2.5", "3:13", "expected a whole number, found 2.5"),
        ("samples: 10\nbatch_size: 2\nepoch: 3", "4:1", "unknown field `epoch` (did you mean `epochs`?)"),
        ("samples: 10\nbatch_size: 16\ndrop_last: true", "3:13", "10 samples never fill a batch of 16"),
        ("samples: 10\nbatch_size: 2\ndrop_last: no", "4:12", "expected true or false"),
    ],
)
def test_a_fault_says_where_and_what(fields: str, place: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(fields)
    (fault,) = caught.value.faults
    assert str(fault.place) == f"test.yaml:{place}"
    assert message in fault.message
