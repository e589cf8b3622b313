"""Typical mistakes in counting batches and in the presentations of a perceptron, worked out by hand."""

from __future__ import annotations

import pytest

from tests.checking.marking import said, written

BATCHES = "kind: batching\nsamples: 2311\nbatch_size: 72\nepochs: 7\n"
SIGNED = (
    "kind: perceptron\ninputs: [[2, 1], [-1, 3], [1, -2]]\ntargets: [-1, 1, 1]\nweights: [0.5, 1]\nbias: -0.5\n"
    "rule: mistake\nlearning_rate: 0.6\nepochs: 1\n"
)
ZERO_ONE = (
    "kind: perceptron\ninputs: [[2, 1], [-1, 3]]\ntargets: [1, 0]\nweights: [0.5, 1]\nbias: -0.5\n"
    "rule: mistake\nlearning_rate: 0.6\nepochs: 1\n"
)
GIVEN = "kind: perceptron\ninputs: [[2, 1], [-1, 3]]\ntargets: [1, 0]\nweights: [2, -5]\nbias: 3\nrule: none\n"

CASES = [
    (BATCHES, "iterations", "331", "divided by the epochs, not by the batch size"),
    (BATCHES, "last_batch", "71", "all batches of the same size, rounded up"),  # 2311/33 = 70.03
    (BATCHES, "last_batch", "49", "what the samples of all epochs together leave over"),  # 16177 - 224*72
    (f"{BATCHES}drop_last: true", "dropped", "32", "the iterations in place of the samples left out"),
    (SIGNED, "w1@2", "-1.3", "changed although the output is right"),  # -0.7 + 0.6*1*(-1)
    (ZERO_ONE, "w1@1", "1.7", "changed although the output is right"),  # z = 1.5; 0.5 + 0.6*2
    (GIVEN, "slope", "2", "the weight itself, not divided by the other one"),
]


@pytest.mark.parametrize(("problem", "name", "wrong", "message"), CASES)
def test_a_mistake_in_counting_or_presenting_is_named(problem: str, name: str, wrong: str, message: str) -> None:
    marker = written(f"{problem.rstrip()}\nparts: [{{find: {name}}}]")
    assert message in said(marker.mark({name: wrong}), name)
