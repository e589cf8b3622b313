"""Fields by the names of libraries and papers: read as their own, told where they stand."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from deepcalc.errors import InvalidProblem
from deepcalc.graph.graph import value_of_given
from deepcalc.kinds import find_kinds
from deepcalc.notation.parser import parse_number
from deepcalc.plan.lookup import resolve
from deepcalc.problem.json_schema import json_schema
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem

KINDS = find_kinds()
BASE = "kind: optimizer\nparameters: {w: 1}\ngradients: {w: 0.5}\n"


def problem(text: str) -> Problem:
    return load_text(text.encode(), "problem.yaml", KINDS)


ALIASES = [
    ("method: sgd\nlr: 0.1", "method: sgd\nlearning_rate: 0.1"),
    ("method: adam\nalpha: 0.1\nbetas: [0.8, 0.99]\neps: 1e-7",
     "method: adam\nlearning_rate: 0.1\nbeta1: 0.8\nbeta2: 0.99\nepsilon: 1e-7"),
    ("method: adam\nlr: 0.1\nbeta_1: 0.8\nbeta_2: 0.99", "method: adam\nlearning_rate: 0.1\nbeta1: 0.8\nbeta2: 0.99"),
    ("method: RMSprop\nlr: 0.1\nalpha: 0.8", "method: rmsprop\nlearning_rate: 0.1\ndecay: 0.8"),
    ("method: rmsprop\nlr: 0.1\nrho: 0.8", "method: rmsprop\nlearning_rate: 0.1\ndecay: 0.8"),
    ("method: momentum\nlr: 0.1\nbeta: 0.8", "method: momentum\nlearning_rate: 0.1\nmomentum: 0.8"),
    ("method: nag\neta: 0.1\nmu: 0.8", "method: nesterov\nlearning_rate: 0.1\nmomentum: 0.8"),
    ("method: adamw\nlr: 0.1\nlambda: 0.2", "method: adamw\nlearning_rate: 0.1\nweight_decay: 0.2"),
    ("method: adagrad\nlr: 0.1\ninitial: {cache: {w: 0.1}}",
     "method: adagrad\nlearning_rate: 0.1\ninitial: {G: {w: 0.1}}"),
]  # fmt: skip


@pytest.mark.parametrize(("other", "own"), ALIASES)
def test_names_of_libraries_are_those_of_the_fields(other: str, own: str) -> None:
    theirs, ours = problem(BASE + other), problem(BASE + own)
    assert [(each.name, each.given, each.formula) for each in theirs.plan.graph] == [
        (each.name, each.given, each.formula) for each in ours.plan.graph
    ]


def test_a_network_and_runs_take_them_too() -> None:
    network = problem(
        "kind: network\ninputs: {x: 1}\nlayers: [{net: [z], weights: {x: [w]}}]\nvalues: {w: 2}\ntargets: {z: 1}\n"
        "loss: mse\noptimizer: {method: rmsprop, lr: 0.1, alpha: 0.8}"
    )
    assert {"eta", "rho"} <= set(network.plan.graph.names)
    runs = problem(f"{BASE}method: sgd\nruns: [{{lr: 0.1}}, {{lr: 0.2}}]")
    assert {"run1.eta", "run2.eta"} <= set(runs.plan.graph.names)


def test_what_is_kept_is_asked_for_by_its_names() -> None:
    found = problem(f"{BASE}method: adam\nlr: 0.1")
    assert resolve(found.plan, "exp_avg_sq.w@1") == ("v.w@1",)
    assert resolve(problem(f"{BASE}method: momentum\nlr: 0.1").plan, "velocity.w+") == ("v.w@1",)


def test_a_change_goes_by_them_as_well() -> None:
    changed = load_text(f"{BASE}method: sgd\nlearning_rate: 0.1".encode(), "problem.yaml", KINDS, {"lr": "0.5"})
    assert float(value_of_given(changed.plan.graph["eta"].given)) == 0.5


BROKEN = [
    ("method: sgd\nlr: x", "5:5: expected a number, found 'x'"),
    ("method: sgd\nlr: 0.1\nlearning_rate: 0.2", "5:1: `lr` is another name of `learning_rate`, which is given too"),
    ("method: adam\nlr: 0.1\nbetas: [0.9, 1]", "6:14: expected a number at least 0 and below 1, found 1"),
    ("method: adam\nlr: 0.1\nbetas: [0.9]", "6:1: unknown field `betas`"),
    ("method: sgd\nlr: 0.1\nrho: 0.9", "6:1: `decay` belongs to rmsprop and adadelta"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_errors_stand_where_the_other_name_does(text: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(BASE + text)
    assert message in str(caught.value)


def test_the_schema_knows_them() -> None:
    validator = Draft202012Validator(json_schema([KINDS["optimizer"]]))
    data = {"kind": "optimizer", "method": "adam", "parameters": {"w": 1}, "gradients": {"w": 0.5}}
    assert validator.is_valid(json.loads(json.dumps({**data, "lr": 0.1, "betas": [0.8, 0.9]})))
    assert not validator.is_valid({**data, "rate": 0.1})
    network = Draft202012Validator(json_schema([KINDS["network"]]))
    layers = {"kind": "network", "inputs": [1], "layers": [{"units": 1}], "loss": "mse", "targets": 1}
    assert network.is_valid({**layers, "optimizer": {"lr": 0.1}})
    assert not network.is_valid({**layers, "optimizer": {"method": "sgd"}})


def test_adamw_is_never_told_to_be_adam() -> None:
    assert problem(f"{BASE}method: AdamW\nlr: 0.1").plan.graph["lambda"].given == parse_number("0.01")
    with pytest.raises(InvalidProblem) as caught:
        problem(f"{BASE}method: adamww\nlr: 0.1")
    assert "did you mean `adamw`?" in str(caught.value)
