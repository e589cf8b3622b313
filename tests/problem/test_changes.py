"""What if: a field of a layer is set by the layer's name, with its number where there are several."""

from __future__ import annotations

import pytest

from deepcalc.errors import InvalidProblem, UsageError
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem

KINDS = find_kinds()
ONE = "kind: convolution\ninput: 9x9x3\nlayers:\n  - conv: {filters: 2, kernel: 3}\n  - max_pool: {kernel: 2}\n"
TWO = f"{ONE}  - conv: {{filters: 4, kernel: 3, padding: 1}}\n"


def changed(text: str, **changes: str) -> Problem:
    return load_text(text.encode(), "exam.yaml", KINDS, {name.replace("__", "."): new for name, new in changes.items()})


def height(problem: Problem, number: int) -> int:
    return int(evaluate(problem.plan.graph, [f"H{number}"]).values[f"H{number}"])


@pytest.mark.parametrize("name", ["conv__padding", "conv1__padding", "layers__0__conv__padding"])
def test_a_field_of_the_only_layer_of_a_sort(name: str) -> None:
    if name.startswith("layers"):  # a whole path is that of a field that stands in the file
        name = name.replace("padding", "kernel")
        assert height(changed(ONE, **{name: "5"}), 1) == 5  # windows of 5 at 0 … 4 of 9
    else:
        assert height(changed(ONE, **{name: "1"}), 1) == 9  # windows of 3 at -1 … 7


def test_of_several_layers_the_one_with_the_number() -> None:
    problem = changed(TWO, conv2__padding="0", conv1__kernel="4")
    assert [height(problem, number) for number in (1, 2, 3)] == [6, 3, 1]


def test_of_several_layers_none_is_meant() -> None:
    with pytest.raises(UsageError, match=r"several such fields, conv1\.stride, conv2\.stride; give the whole path"):
        changed(TWO, conv__stride="2")
    with pytest.raises(UsageError, match="there is no such field"):
        changed(TWO, conv3__stride="2")


def test_a_misspelt_field_of_a_layer_is_told_at_the_change() -> None:
    with pytest.raises(InvalidProblem) as caught:
        changed(ONE, conv__paddin="2")
    (fault,) = caught.value.faults
    assert str(fault.place).startswith("--set:1:")
    assert "did you mean `padding`?" in fault.message


def test_a_change_inside_what_was_set_otherwise_is_no_field_of_the_file() -> None:
    with pytest.raises(UsageError, match="there is no such field"):
        changed(ONE, layers="3", conv__padding="1")


def test_a_layer_has_a_name_of_its_own() -> None:
    named = ONE.replace("{filters: 2,", "{name: stem, filters: 2,")
    assert height(changed(named, stem__padding="1"), 1) == 9
    assert height(changed(named, conv__padding="1"), 1) == 9


NETWORK = """
kind: network
inputs: {x: 2}
layers: [{net: [z], weights: {x: [w]}}]
values: {w: 1}
targets: {z: 1}
loss: {function: half_sum}
optimizer: {learning_rate: 0.5, method: momentum}
"""


@pytest.mark.parametrize(
    "name", ["optimizer__learning_rate", "optimizer__lr", "optimizer__alpha", "lr", "learning_rate"]
)
def test_a_field_of_a_mapping_goes_by_its_other_names_too(name: str) -> None:
    found = changed(NETWORK, **{name: "0.25"}).plan.graph
    assert evaluate(found, ["w@1"]).values["w@1"] == 0.5  # 1 - 0.25*(2 - 1)*2


def test_a_field_of_a_mapping_may_be_one_that_the_file_leaves_out() -> None:
    graph = changed(NETWORK, optimizer__weight_decay="0.5", optimizer__mu="0").plan.graph
    assert evaluate(graph, ["w@1"]).values["w@1"] == -0.25  # 1 - 0.5*((2 - 1)*2 + 0.5*1)


def test_a_misspelt_field_of_a_mapping_is_told() -> None:
    with pytest.raises(UsageError, match=r"did you mean `optimizer\.weight_decay`"):
        changed(NETWORK, optimizer__wieght_decay="0.5")
