"""Optimizers in letters, against the new values that one writes down by hand."""

from __future__ import annotations

import pytest

from deepcalc.checking.marking import Marker
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.rendering.formats import ExportOptions, choose_format
from deepcalc.solution.expectations import unmet_expectations
from deepcalc.solution.solver import solve
from tests.library import plain

G = "{g.w@1}"


def problem(fields: str) -> Problem:
    text = f"kind: optimizer\nlearning_rate:\nparameters: {{w: }}\n{fields}\n"
    return load_text(text.encode(), "letters.yaml", find_kinds())


ONE = "gradients: {w: }"
TWO = "gradients: [{w: }, {w: }]"


@pytest.mark.parametrize(
    ("fields", "name", "by_hand"),
    [
        (f"method: sgd\n{ONE}", "w@1", f"w - eta*{G}"),
        (f"method: sgd\nweight_decay: 0.1\n{ONE}", "w@1", f"w - eta*({G} + 0.1*w)"),
        ("method: sgd\nobjective: (w - 5)^2", "w@1", "w - 2*eta*(w - 5)"),
        (f"method: momentum\nmomentum:\n{TWO}", "w@2", f"w - eta*{G} - eta*(gamma*{G} + {{g.w@2}})"),
        (f"method: momentum\ninitial: {{v: {{w: }}}}\n{ONE}", "w@1", f"w - 0.9*{{v.w@0}} - eta*{G}"),
        (f"method: adagrad\nepsilon:\n{ONE}", "w@1", f"w - eta*{G}/sqrt({G}^2 + epsilon)"),
        (f"method: rmsprop\ndecay:\nepsilon: 0\n{ONE}", "w@1", f"w - eta*{G}/sqrt((1 - rho)*{G}^2)"),
        (f"method: adam\nbeta1:\nbeta2:\n{ONE}", "m.w@1", f"(1 - beta1)*{G}"),
        (f"method: adam\nbeta1:\nbeta2:\nepsilon:\n{ONE}", "w@1", f"w - eta*{G}/(abs({G}) + epsilon)"),
    ],
)
def test_the_new_value_is_a_formula(fields: str, name: str, by_hand: str) -> None:
    found = problem(f"{fields}\nparts: [{{find: {name}}}]\nexpected: {{{name}: '{by_hand}'}}")
    assert not unmet_expectations(found)
    assert Marker(found).mark({name: by_hand}).score == 1
    wrong = problem(f"{fields}\nparts: [{{find: {name}}}]\nexpected: {{{name}: '({by_hand})*1.01'}}")
    assert unmet_expectations(wrong)


def test_a_step_with_numbers_and_a_letter_is_gathered() -> None:
    found = load_text(
        b"kind: optimizer\nmethod: sgd\nlearning_rate:\nparameters: {w: 2}\nobjective: (w - 5)^2\n",
        "t.yaml",
        find_kinds(),
    )
    (answer, _) = solve(found).parts[0].answers
    assert plain(answer) == "2 + 6*eta"
    (mark, _) = Marker(found).mark({"w+": "2 - 6*eta"}).parts[0].answers
    assert mark.slips == ("gradient-added",)


def test_vectors_of_letters_take_a_step() -> None:
    found = load_text(
        b"kind: optimizer\nmethod: sgd\nlearning_rate:\nparameters: {w: R^d}\nobjective: sum((X @ w - y)^2)/2\n"
        b"constants: {X: R^(n x d), y: R^n}\nparts: [{find: w+, in: [w, X, y, eta]}]\n",
        "t.yaml",
        find_kinds(),
    )
    assert Marker(found).mark({"w+": "w - eta*X.T @ (X @ w - y)"}).score == 1
    (mark,) = Marker(found).mark({"w+": "w - eta*(X @ w - y)"}).parts[0].answers
    assert not mark.verdict.is_right


@pytest.mark.parametrize("format_name", ["html", "latex", "markdown", "notebook", "json"])
def test_every_format_shows_them(format_name: str) -> None:
    sheet = choose_format(format_name, None).export([solve(problem(f"method: adam\n{TWO}"))], ExportOptions())
    assert sheet
