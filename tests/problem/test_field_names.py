"""Fields by the names of libraries and papers: read as their own, told where they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deepcalc.errors import InvalidProblem
from deepcalc.fields.types import Fields
from deepcalc.kinds import find_kinds
from deepcalc.notation.names import plain_form
from deepcalc.notation.parser import parse_number
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.faults import models_in
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
    assert add_asked(found.plan, "exp_avg_sq.w@1") == ("v.w@1",)
    assert add_asked(problem(f"{BASE}method: momentum\nlr: 0.1").plan, "velocity.w+") == ("v.w@1",)


def test_a_change_goes_by_them_as_well() -> None:
    changed = load_text(f"{BASE}method: sgd\nlearning_rate: 0.1".encode(), "problem.yaml", KINDS, {"lr": "0.5"})
    rate = changed.plan.graph["eta"].given_number
    assert rate is not None
    assert rate.value == Fraction(1, 2)


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


IN_OTHER_WORDS = [
    (
        "kind: loss\nfunction: mse\ntargets: [1, 0]\npredictions: [0.5, 0.2]",
        "kind: loss\nloss: mse\ny_true: [1, 0]\ny_pred: [0.5, 0.2]",
    ),
    (
        "kind: perceptron\ninputs: [[1, 1]]\ntargets: [1]\nweights: [0, 1]\nunit: sign\nlearning_rate: 0.1",
        "kind: perceptron\ninputs: [[1, 1]]\ntargets: [1]\nweights: [0, 1]\nactivation: sign\nalpha: 0.1",
    ),
    ("kind: activation\nfunction: relu\nat: {z: 1}", "kind: activation\nactivation: relu\npoints: {z: 1}"),
    (
        "kind: regularization\npenalty: l2\nstrength: 0.1\nweights: {w1: 1, w2: 2}",
        "kind: regularization\nfunction: l2\nlambda: 0.1\nweights: [1, 2]",
    ),
    (
        "kind: regularization\nmethod: dropout\nrate: 0.5\noutputs: {h1: 1, h2: 2}\nmask: [1, 0]",
        "kind: regularization\nfunction: dropout\ndropout_rate: 0.5\noutputs: [1, 2]\nmask: [1, 0]",
    ),
    (
        "kind: convolution\ninput: 9x9x3\nlayers: [conv: {filters: 2, kernel: 3, padding: 1}, max_pool: {kernel: 2}, "
        "flatten, dense: {units: 4}]",
        "kind: convolution\ninput: 9x9x3\nlayers: [{type: Conv2D, out_channels: 2, kernel_size: 3, pad: 1}, "
        "maxpool: {pool_size: 2}, Flatten, fc: {out_features: 4}]",
    ),
]


@pytest.mark.parametrize(("own", "other"), IN_OTHER_WORDS)
def test_each_kind_takes_the_words_of_frameworks(own: str, other: str) -> None:
    ours, theirs = problem(own), problem(other)
    assert [(each.name, each.given, each.formula) for each in theirs.plan.graph] == [
        (each.name, each.given, each.formula) for each in ours.plan.graph
    ]


def models_of(model: type[Any]) -> Iterator[type[Fields]]:
    yield model
    for field in model.model_fields.values():
        for inner in models_in(field.annotation):
            yield from models_of(inner)


@pytest.mark.parametrize("kind", KINDS.names)
def test_another_name_is_that_of_a_field_and_of_no_second_one(kind: str) -> None:
    for model in models_of(KINDS[kind].fields):
        fields = {field.alias or name for name, field in model.model_fields.items()}
        for alias, target in model.other_names.items():
            assert alias not in fields
            assert fields.issuperset([target.partition(".")[0]] if isinstance(target, str) else target)


@pytest.mark.parametrize(
    ("word", "kind"), [("lstm", "recurrent"), ("CNN", "convolution"), ("batch-norm", "normalization")]
)
def test_a_subject_that_is_no_kind_is_told_its_kind(word: str, kind: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(f"kind: {word}")
    assert f"unknown kind `{word}`; that is a matter of `{kind}`" in str(caught.value)


def test_a_subject_belongs_to_one_kind() -> None:
    subjects = [plain_form(subject) for kind in KINDS for subject in KINDS[kind].subjects]
    assert len(subjects) == len(set(subjects))
    assert not set(subjects) & set(KINDS)
