"""Generated statements say what is given and what is asked, and nothing else."""

from __future__ import annotations

import pytest

from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from tests.statements import printed

FORMULA = "kind: formula\ngiven: {x: -2, y: 5, z: -4}\ndefine: {q: x + y, f: q*z}\n"
NETWORK = """
kind: network
samples: [{inputs: [1, 2], targets: [1]}, {inputs: [0, 1], targets: [0]}]
layers:
  - {units: 2, activation: tanh, weights: {rows: senders, matrix: [[0.1, 1], [0.2, -1]]}}
  - {units: 1, weights: {rows: senders, matrix: [[0.1], [0.2]]}, biases: [0.5]}
loss: {function: half_sum}
optimizer: {learning_rate: 0.1}
"""
UNIT = """
kind: network
inputs: [1, 2, 3]
layers: [{units: 1, activation: sigmoid, weights: {rows: senders, matrix: [[0.1], [0.2], [0.3]]}, biases: [0.1]}]
targets: [1]
loss: {function: mse}
"""


def problem(text: str) -> Problem:
    return load_text(text.encode(), "statement.yaml", find_kinds())


def told(text: str) -> str:
    return printed(problem(text))


ASKED = [
    ("", "Given x = −2, y = 5, z = −4, and q = x + y; f = q·z: compute f and its partial derivatives by x, y, z."),
    ("parts: [{find: f}]", "Given x = −2, y = 5, z = −4, and q = x + y; f = q·z: compute f."),
    (
        "parts: [{find: [df/dx, df/dq]}]",
        "Given x = −2, y = 5, z = −4, and q = x + y; f = q·z: compute ∂f/∂x and ∂f/∂q.",
    ),
    (
        "parts: [{find: q}, {find: [f, df/dz]}]",
        "Given x = −2, y = 5, z = −4, and q = x + y; f = q·z.\n(a) Compute q. (b) Compute f and ∂f/∂z.",
    ),
    (
        "parts: [{find: q}, {find: f, text: How large is $f$?}]",
        "Given x = −2, y = 5, z = −4, and q = x + y; f = q·z.\n(a) Compute q. (b) How large is f?",
    ),
]


@pytest.mark.parametrize(("parts", "statement"), ASKED)
def test_a_formula_asks_what_its_parts_ask(parts: str, statement: str) -> None:
    assert told(FORMULA + parts) == statement


def test_nothing_given_is_not_listed() -> None:
    assert told("kind: formula\ngiven: {}\ndefine: {y: 1 + 2}") == "Given y = 1 + 2: compute y."


def test_a_network_says_how_the_losses_of_its_samples_make_the_loss() -> None:
    assert "half the sum of squared errors; the loss L is their mean." in told(NETWORK)
    assert "half the sum of squared errors; the loss L is their sum." in told(f"{NETWORK}reduction: sum")


def test_half_a_sum_has_no_other_article() -> None:
    convolved = "kind: filtering\nX: [1, 2]\nkernel: [1, 1]\nloss: {function: half_sum, targets: [3]}"
    assert "L is half the sum of squared errors." in told(convolved)
    assert "L is the mean squared error." in told(convolved.replace("half_sum", "mse"))
    alone = "kind: loss\nfunction: half_sum\npredictions: [[1, 2]]\ntargets: [[0, 1]]"
    assert told(alone).endswith("compute half the sum of squared errors.")


def test_a_network_asks_a_question() -> None:
    assert told(NETWORK).endswith(
        "Compute the outputs, the loss L and the parameters after one step of gradient descent with η = 0.1."
    )
    assert told(f"{NETWORK}train: biases").endswith("the biases after one step of gradient descent with η = 0.1.")
    assert told(UNIT) == (
        "A fully connected network has the inputs x₁, x₂ and x₃, and the output a with sigmoid activation, "
        "with the values below. The loss L is the mean squared error. "
        "Compute the output, the loss L and its partial derivative by every parameter."
    )
    assert told(f"{NETWORK}parts: [{{find: [updates]}}, {{find: L}}]").endswith(
        "\n(a) Compute the updated parameters. (b) Compute L."
    )


@pytest.mark.parametrize(
    ("fields", "question"),
    [
        ("kind: activation\nfunction: tanh\nat: 0.5\nparts: [{find: da/dz}]", "Compute ∂a/∂z."),
        ("kind: loss\nfunction: mse\ntargets: [1, 2]\npredictions: [0, 1]\nparts: [{find: L}]", "compute L."),
        ("kind: batching\nsamples: 100\nbatch_size: 8\nepochs: 2\nparts: [{find: updates}]", "Compute updates."),
        (
            "kind: optimizer\nmethod: sgd\nlearning_rate: 0.1\nparameters: {w: 1, b: 2}\ngradients: {w: 1, b: 3}\n"
            "parts: [{find: b+}]",
            "Compute b⁺.",
        ),
        (
            "kind: regularization\npenalty: l2\nstrength: 0.1\nloss: 1\nweights: {w1: 1}\nparts: [{find: penalty}]",
            "compute penalty.",
        ),
    ],
)
def test_every_kind_asks_what_the_parts_ask(fields: str, question: str) -> None:
    assert told(fields).endswith(question)


def names_of(text: str) -> set[str]:
    return set(problem(text).plan.graph.names)


def test_names_that_are_made_are_those_that_a_person_writes() -> None:
    assert {"w1", "w2", "w3", "b", "z", "a", "delta", "dL/dw3"} <= names_of(UNIT)
    layer = UNIT.replace("units: 1", "units: 2").replace("[[0.1], [0.2], [0.3]]", "[[1, 2], [3, 4], [5, 6]]")
    layer = layer.replace("biases: [0.1]", "biases: [1, 2]").replace("targets: [1]", "targets: [1, 0]")
    assert {"w11", "w32", "b2", "z1", "a2", "delta1"} <= names_of(layer)
    assert {"W1_1_2", "W2_2_1", "z1_2:1", "b2_1", "delta1_1:1"} <= names_of(NETWORK)


def test_names_of_several_layers_have_the_layer_on_top() -> None:
    symbols = problem(NETWORK).plan.symbols
    forms = {name: symbols.forms(name) for name in ("W2_1_1", "z1_2:1", "delta1_2:2", "W1_2_1@1")}
    assert {name: form.unicode for name, form in forms.items()} == {
        "W2_1_1": "W⁽²⁾₁₁",
        "z1_2:1": "z⁽¹⁾₂⁽¹⁾",
        "delta1_2:2": "δ⁽¹⁾₂⁽²⁾",
        "W1_2_1@1": "W⁽¹⁾₂₁⁺",
    }
    assert forms["W2_1_1"].latex == "W^{(2)}_{11}"


def test_a_name_that_the_author_uses_is_not_made() -> None:
    taken = UNIT.replace("inputs: [1, 2, 3]", "inputs: {b: 1, w2: 2, c: 3}")
    assert {"b", "w2", "b1_1", "W1_2_1", "z", "a"} <= names_of(taken)


def test_an_authors_symbols_reach_the_statement() -> None:
    text = "kind: formula\ngiven: {gamma: 2}\ndefine: {y: gamma^2}\nsymbols: {gamma: {unicode: β, latex: '\\beta'}}"
    assert told(text) == "Given β = 2, and y = β²: compute y and its partial derivatives by β."
    assert "γ" not in told(text)


def test_the_statement_and_the_steps_print_a_name_alike() -> None:
    text = (
        "kind: optimizer\nmethod: adagrad\nlearning_rate: 0.1\nparameters: {a: 1, b1: 2}\ngradients: {a: 1, b1: 3}\n"
        "initial: {G: {a: 1, b1: 2}}"
    )
    assert "G₀[a] = 1 and G₀[b₁] = 2" in told(text)
