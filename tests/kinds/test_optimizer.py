"""The optimizer kind against update rules written out in plain floats, and against an autodiff library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isclose, sqrt
from pathlib import Path
from typing import Any

import autograd
import autograd.numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.kinds import find_kinds
from deepcalc.kinds.optimizer import KIND
from deepcalc.notation.grids import Grid
from deepcalc.notation.printing import PlainPrinter
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load, load_text
from deepcalc.problem.problem import Problem
from deepcalc.rules.updates import UPDATES
from deepcalc.solution.expectations import unmet_expectations
from deepcalc.solution.solver import solve
from tests.library import plain
from tests.statements import printed

KINDS = find_kinds()
PROBLEMS = Path(__file__).parents[2] / "problems" / "optimizer"
LETTERS = "abcdefgh"


def problem(text: str) -> Problem:
    return load_text(f"kind: optimizer\n{text}".encode(), "problem.yaml", KINDS)


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidProblem) as caught:
        problem(text)
    return str(caught.value).splitlines()


def value(of: Problem, name: str) -> float:
    (long,) = add_asked(of.plan, name)
    return float(evaluate(of.plan.graph, [long]).values[long])


# The update rules, one step of one parameter each: state, parameter, gradient, settings, step → figures by name.
# Sources: Ruder 2016, "An overview of gradient descent optimization algorithms"; the PyTorch documentation.

Figures = dict[str, float]


def sgd(s: Figures, w: float, g: float, k: Figures, t: int) -> Figures:
    return {"w": w - k["eta"] * g}


def momentum(s: Figures, w: float, g: float, k: Figures, t: int) -> Figures:
    v = k["gamma"] * s["v"] + k["eta"] * g
    return {"v": v, "w": w - v}


def momentum_of_pytorch(s: Figures, w: float, g: float, k: Figures, t: int) -> Figures:
    v = k["gamma"] * s["v"] + g
    return {"v": v, "w": w - k["eta"] * v}


def adagrad_inside(s: Figures, w: float, g: float, k: Figures, t: int) -> Figures:
    squares = s["G"] + g * g
    rate = k["eta"] / sqrt(squares + k["epsilon"])
    return {"G": squares, "rate": rate, "w": w - rate * g}


def adagrad_outside(s: Figures, w: float, g: float, k: Figures, t: int) -> Figures:
    squares = s["G"] + g * g
    rate = k["eta"] / (sqrt(squares) + k["epsilon"])
    return {"G": squares, "rate": rate, "w": w - rate * g}


def rmsprop_inside(s: Figures, w: float, g: float, k: Figures, t: int) -> Figures:
    v = k["rho"] * s["v"] + (1 - k["rho"]) * g * g
    rate = k["eta"] / sqrt(v + k["epsilon"])
    return {"v": v, "rate": rate, "w": w - rate * g}


def rmsprop_outside(s: Figures, w: float, g: float, k: Figures, t: int) -> Figures:
    v = k["rho"] * s["v"] + (1 - k["rho"]) * g * g
    rate = k["eta"] / (sqrt(v) + k["epsilon"])
    return {"v": v, "rate": rate, "w": w - rate * g}


def adam_plain(s: Figures, w: float, g: float, k: Figures, t: int) -> Figures:
    m = k["beta1"] * s["m"] + (1 - k["beta1"]) * g
    v = k["beta2"] * s["v"] + (1 - k["beta2"]) * g * g
    return {"m": m, "v": v, "w": w - k["eta"] / sqrt(v + k["epsilon"]) * m}


def adam_inside(s: Figures, w: float, g: float, k: Figures, t: int) -> Figures:
    m = k["beta1"] * s["m"] + (1 - k["beta1"]) * g
    v = k["beta2"] * s["v"] + (1 - k["beta2"]) * g * g
    mhat, vhat = m / (1 - k["beta1"] ** t), v / (1 - k["beta2"] ** t)
    return {"m": m, "v": v, "mhat": mhat, "vhat": vhat, "w": w - k["eta"] * mhat / sqrt(vhat + k["epsilon"])}


def adam_of_the_paper(s: Figures, w: float, g: float, k: Figures, t: int) -> Figures:
    m = k["beta1"] * s["m"] + (1 - k["beta1"]) * g
    v = k["beta2"] * s["v"] + (1 - k["beta2"]) * g * g
    mhat, vhat = m / (1 - k["beta1"] ** t), v / (1 - k["beta2"] ** t)
    return {"m": m, "v": v, "mhat": mhat, "vhat": vhat, "w": w - k["eta"] * mhat / (sqrt(vhat) + k["epsilon"])}


Rule = Callable[[Figures, float, float, Figures, int], Figures]

RULES: list[tuple[str, dict[str, bool], dict[str, str], tuple[str, ...], Rule]] = [
    ("sgd", {}, {}, (), sgd),
    ("momentum", {}, {"momentum": "gamma"}, ("v",), momentum),
    ("momentum", {"learning_rate_inside_velocity": False}, {"momentum": "gamma"}, ("v",), momentum_of_pytorch),
    ("adagrad", {}, {"epsilon": "epsilon"}, ("G",), adagrad_inside),
    ("adagrad", {"epsilon_inside_root": False}, {"epsilon": "epsilon"}, ("G",), adagrad_outside),
    ("rmsprop", {}, {"decay": "rho", "epsilon": "epsilon"}, ("v",), rmsprop_inside),
    ("rmsprop", {"epsilon_inside_root": False}, {"decay": "rho", "epsilon": "epsilon"}, ("v",), rmsprop_outside),
    (
        "adam",
        {"bias_correction": False, "epsilon_inside_root": True},
        {"beta1": "beta1", "beta2": "beta2", "epsilon": "epsilon"},
        ("m", "v"),
        adam_plain,
    ),
    (
        "adam",
        {"epsilon_inside_root": True},
        {"beta1": "beta1", "beta2": "beta2", "epsilon": "epsilon"},
        ("m", "v"),
        adam_inside,
    ),
    ("adam", {}, {"beta1": "beta1", "beta2": "beta2", "epsilon": "epsilon"}, ("m", "v"), adam_of_the_paper),
]
IDS = [f"{method}-{rule.__name__}" for method, _, _, _, rule in RULES]
STEPS = 5

decimals = st.decimals(-10, 10, allow_nan=False, allow_infinity=False, places=3)
rates = st.decimals("0.001", "0.999", places=3)
small = st.decimals("0.0001", "0.01", places=4)


@pytest.mark.parametrize(("method", "conventions", "coefficients", "states", "rule"), RULES, ids=IDS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_five_steps_agree_with_the_rule_written_out(
    method: str,
    conventions: dict[str, bool],
    coefficients: dict[str, str],
    states: tuple[str, ...],
    rule: Rule,
    data: st.DataObject,
) -> None:
    names = LETTERS[: data.draw(st.integers(1, 3), label="parameters")]
    done = data.draw(st.integers(0, 3), label="steps before")
    start = {name: data.draw(decimals) for name in names}
    gradients = [{name: data.draw(decimals) for name in names} for _ in range(STEPS)]
    chosen = {field: data.draw(small if field == "epsilon" else rates, label=field) for field in coefficients}
    eta = data.draw(rates, label="learning rate")
    initial = {state: {name: abs(data.draw(decimals)) for name in names} for state in states}
    if data.draw(st.booleans(), label="start at zero"):
        initial = {}
    lines = [f"method: {method}", f"learning_rate: {eta}", f"steps_before: {done}"]
    lines += [f"{field}: {number}" for field, number in chosen.items()]
    lines += [f"{field}: {str(flag).lower()}" for field, flag in conventions.items()]
    lines += [f"parameters: {_flow(start)}", "gradients:", *(f"  - {_flow(step)}" for step in gradients)]
    if initial:
        lines += ["initial:", *(f"  {state}: {_flow(values)}" for state, values in initial.items())]
    plan = problem("\n".join(lines)).plan

    expected: Figures = {}
    numbers = {"eta": float(eta), **{coefficients[field]: float(number) for field, number in chosen.items()}}
    for name in names:
        w = float(start[name])
        state = {head: float(initial.get(head, {}).get(name, 0)) for head in states}
        for t, gradient in enumerate(gradients, start=done + 1):
            state = rule(state, w, float(gradient[name]), numbers, t)
            w = state["w"]
            expected |= {f"{name}@{t}" if head == "w" else f"{head}.{name}@{t}": x for head, x in state.items()}

    computed = {quantity.name for quantity in plan.graph if quantity.given is None}
    assert computed == set(expected)
    exact = evaluate(plan.graph, expected).values
    floats = Program(plan.graph, expected).run()
    for name, figure in expected.items():
        # a sum that all but cancels has no more digits in floats than its operands
        assert isclose(float(exact[name]), figure, rel_tol=1e-9, abs_tol=1e-12), name
        assert isclose(floats[name], figure, rel_tol=1e-9, abs_tol=1e-12), name


def _flow(values: dict[str, Any]) -> str:
    return "{" + ", ".join(f"{name}: {number}" for name, number in values.items()) + "}"


OBJECTIVES: list[tuple[str, Callable[..., Any]]] = [
    ("(a - 2)^2 + 0.5*(b + 1)^2", lambda a, b: (a - 2) ** 2 + 0.5 * (b + 1) ** 2),
    ("(1 - a)^2 + 0.1*(b - a^2)^2", lambda a, b: (1 - a) ** 2 + 0.1 * (b - a**2) ** 2),
    ("log(1 + exp(-a*b)) + 0.1*a^2", lambda a, b: autograd.numpy.log(1 + autograd.numpy.exp(-a * b)) + 0.1 * a**2),
    ("sigmoid(a - b)*a", lambda a, b: a / (1 + autograd.numpy.exp(b - a))),
    ("a^2", lambda a, b: a**2 + 0 * b),
]


@pytest.mark.parametrize(("text", "function"), OBJECTIVES, ids=[text for text, _ in OBJECTIVES])
@pytest.mark.parametrize("method", [name for name, row in UPDATES.items() if not row.needs_curvature])
def test_gradients_of_an_objective_agree_with_autograd(text: str, function: Callable[..., Any], method: str) -> None:
    own = {"nesterov": "look_ahead: false\n", "adamax": "epsilon: 1e-8\n"}.get(method, "")
    start = "learning_rate: 0.05\nparameters: {a: 0.3, b: -0.7}"
    descent = problem(f"method: {method}\n{own}{start}\nobjective: {text}\nsteps: 4")
    for step in range(4):
        a, b = (value(descent, f"{name}@{step}") for name in "ab")
        assert value(descent, f"J@{step}") == pytest.approx(function(a, b), rel=1e-12)
        for index, name in enumerate("ab"):
            slope = autograd.grad(function, index)(a, b)
            assert value(descent, f"g.{name}@{step + 1}") == pytest.approx(slope, rel=1e-9, abs=1e-12)


def test_worked_example_of_adagrad_shows_its_printed_figures() -> None:
    solution = solve(load(PROBLEMS / "adagrad-one-step.yaml", KINDS))
    shown = {answer.name: plain(answer) for part in solution.parts for answer in part.answers}
    assert shown == {
        "G.w1@1": "0.04",
        "G.w2@1": "0.16",
        "G.b@1": "0.01",
        "rate.w1@1": "0.5000",
        "rate.w2@1": "0.2500",
        "rate.b@1": "1.0000",
        "w1@1": "0.4000",
        "w2@1": "-0.2000",
        "b@1": "0.0000, 5.0e-8",
    }
    assert solution.values["b@1"] == pytest.approx(5.0e-8, rel=1e-4)


FORMULAS = [
    ("sgd", "", {"w@1": "w - eta*{g.w@1}"}),
    ("momentum", "", {"v.w@1": "gamma*{v.w@0} + eta*{g.w@1}", "w@1": "w - {v.w@1}"}),
    (
        "momentum",
        "learning_rate_inside_velocity: false",
        {"v.w@1": "gamma*{v.w@0} + {g.w@1}", "w@1": "w - eta*{v.w@1}"},
    ),
    (
        "adagrad",
        "",
        {"G.w@1": "{G.w@0} + {g.w@1}^2", "rate.w@1": "eta/sqrt({G.w@1} + epsilon)", "w@1": "w - {rate.w@1}*{g.w@1}"},
    ),
    (
        "rmsprop",
        "epsilon_inside_root: false",
        {"v.w@1": "rho*{v.w@0} + (1 - rho)*{g.w@1}^2", "rate.w@1": "eta/(sqrt({v.w@1}) + epsilon)"},
    ),
    (
        "adam",
        "bias_correction: false\nepsilon_inside_root: true",
        {"m.w@1": "beta1*{m.w@0} + (1 - beta1)*{g.w@1}", "w@1": "w - eta/sqrt({v.w@1} + epsilon)*{m.w@1}"},
    ),
    (
        "adam",
        "epsilon_inside_root: true",
        {"mhat.w@1": "{m.w@1}/(1 - beta1^1)", "w@1": "w - eta/sqrt({vhat.w@1} + epsilon)*{mhat.w@1}"},
    ),
    ("adam", "", {"w@1": "w - eta/(sqrt({vhat.w@1}) + epsilon)*{mhat.w@1}"}),
]


@pytest.mark.parametrize(("method", "conventions", "formulas"), FORMULAS)
def test_formulas_are_written_as_the_field_writes_them(method: str, conventions: str, formulas: dict[str, str]) -> None:
    plan = problem(
        f"method: {method}\n{conventions}\nlearning_rate: 0.1\nparameters: {{w: 1}}\ngradients: {{w: 2}}"
    ).plan
    for name, formula in formulas.items():
        assert PlainPrinter().print(plan.graph[name].definition) == formula


def test_steps_taken_before_count_in_names_and_in_the_bias_correction() -> None:
    third = problem(
        "method: adam\nlearning_rate: 0.001\nsteps_before: 2\nparameters: {w: 0.25}\n"
        "initial: {m: {w: 0.04}, v: {w: 0.0006}}\ngradients: {w: -0.3}"
    )
    assert value(third, "mhat.w@3") == pytest.approx(0.006 / (1 - 0.9**3))
    assert value(third, "vhat.w@3") == pytest.approx(0.0006894 / (1 - 0.999**3))
    assert value(third, "w+") == value(third, "w@3")
    assert value(third, "w@2") == 0.25


def test_gradients_of_an_objective_go_by_both_names() -> None:
    descent = problem("method: sgd\nlearning_rate: 0.3\nparameters: {w: 5}\nobjective: (w - 2)^2\nsteps: 2")
    assert add_asked(descent.plan, "dJ/dw") == ("g.w@1",)
    assert add_asked(descent.plan, "dJ@1/dw@1") == ("g.w@2",)
    assert [part.find for part in descent.parts] == [("w@1", "J@1"), ("w@2", "J@2")]


def test_many_steps_are_asked_for_at_the_end_only() -> None:
    descent = problem("method: sgd\nlearning_rate: 0.1\nparameters: {w: 5}\nobjective: w^2\nsteps: 1000")
    assert [part.find for part in descent.parts] == [("w@1000", "J@1000")]
    assert value(descent, "w@1000") == pytest.approx(5 * 0.8**1000, rel=1e-9)


def test_table_layout_has_a_row_for_each_parameter_and_step() -> None:
    solution = solve(load(PROBLEMS / "rmsprop-two-steps.yaml", KINDS))
    (table,) = solution.parts[1].blocks
    assert table.title == "Step 2"
    rows = getattr(table, "rows", ())
    assert [[cell.name for cell in row.cells] for row in rows] == [
        ["v.w@2", "rate.w@2", "w@2"],
        ["v.b@2", "rate.b@2", "b@2"],
    ]


def test_statement_says_the_law_in_the_chosen_convention() -> None:
    base = "method: adagrad\nlearning_rate: 0.1\nparameters: {w: 1}\ngradients: {w: 2}\n"
    assert "rateₜ = η/√(Gₜ + ε)" in printed(problem(base))
    outside = printed(problem(f"{base}epsilon_inside_root: false"))
    assert "rateₜ = η/(√Gₜ + ε)" in outside


def numbers_in(expected: Any) -> list[Any]:
    """The figures of an expectation, of an array row by row."""
    return [each for part in expected for each in numbers_in(part)] if isinstance(expected, tuple) else [expected]


def entries_of(found: Any) -> Sequence[Any]:
    return found.entries if isinstance(found, Grid) else [found]


@pytest.mark.parametrize("path", sorted(PROBLEMS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_problems_have_their_expected_figures(path: Path) -> None:
    shipped = load(path, KINDS)
    assert shipped.expected
    assert solve(shipped).points
    if shipped.plan.graph.has_letters:
        assert not unmet_expectations(shipped)
        return
    composites = {each.name: each.components for each in shipped.plan.composites}
    for name, wanted in shipped.expected.items():
        (long,) = add_asked(shipped.plan, name)
        names = composites.get(long, (long,))
        found = evaluate(shipped.plan.graph, names).values
        figures = [figure for each in names for figure in entries_of(found[each])]
        for mine, figure in zip(figures, numbers_in(wanted), strict=True):
            mantissa, _, exponent = figure.text.partition("e")
            last_place = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
            assert abs(float(mine) - float(figure.value)) <= 0.5000001 * last_place, name


def test_template_solves_as_it_is() -> None:
    template = load_text(KIND.template.encode(), "template.yaml", KINDS)
    assert [len(part.steps) for part in solve(template).parts] == [10, 10]


VALID = "method: adam\nlearning_rate: 0.1\nparameters: {w: 1}\ngradients: {w: 2}\n"

OF_AN_OBJECTIVE = "method: sgd\nlearning_rate: 0.1\nparameters: {w: 2}\nobjective: w^2\nsteps: 2\n"
BROKEN = [
    (
        VALID.replace("adam", "adagard"),
        "nadam, amsgrad or lion, found 'adagard' (did you mean `adagrad`?)",
    ),
    (
        f"{VALID}momentum: 0.9",
        "6:1: `momentum` belongs to sgd, momentum, nesterov and rmsprop; "
        "adam takes learning_rate, beta1, beta2, epsilon, bias_correction, bias_correction_in_rate and "
        "epsilon_inside_root",
    ),
    (
        VALID.replace("adam", "sgd") + "epsilon: 1",
        "6:1: `epsilon` belongs to adagrad, rmsprop, adadelta, adam, adamw, adamax, nadam and amsgrad; "
        "sgd takes learning_rate",
    ),
    (f"{VALID}epsilon: -1e-8", "6:10: expected a number at least 0, found -1e-8"),
    (f"{VALID}beta1: 1", "6:8: expected a number at least 0 and below 1, found 1"),
    (f"{VALID}beta2: -0.1", "6:8: expected a number at least 0 and below 1, found -0.1"),
    (VALID.replace("0.1", "-0.1"), "3:16: expected a number at least 0, found -0.1"),
    (
        VALID.replace("gradients: {w: 2}", "gradients: {v: 2}"),
        "5:12: no gradient by w in step 1",
    ),
    (
        VALID.replace("gradients: {w: 2}", "gradients: {w: 2, u: 1}"),
        "5:19: `u` is not among the parameters; there are w",
    ),
    (
        VALID.replace("gradients: {w: 2}", "gradients: [{w: 2}, {}]"),
        "5:21: no gradient by w in step 2",
    ),
    (VALID.replace("gradients: {w: 2}", "gradients: []"), "5:12: expected at least 1 entry, found an empty list"),
    (VALID.replace("gradients: {w: 2}", "gradients: 2"), "5:12: expected a mapping, found the number 2"),
    (VALID.replace("gradients: {w: 2}", "gradients: {w: x}"), "5:16: expected a number, found 'x'"),
    (
        VALID.replace("gradients: {w: 2}", ""),
        "2:9: give either `gradients` or an `objective`, from which they are derived",
    ),
    (
        f"{VALID}objective: w^2",
        "6:1: give either `gradients` or an `objective`, from which they are derived",
    ),
    (f"{VALID}steps: 2", "6:1: `steps` goes with `objective`; gradients have one mapping for each step"),
    (f"{VALID}objective_name: L", "6:1: `objective_name` goes with `objective`, which is not given"),
    (f"{VALID}initial: {{G: {{w: 1}}}}", "6:11: no state `G`: adam keeps m and v"),
    (f"{VALID}initial: {{v: {{u: 1}}}}", "6:15: `u` is not among the parameters; there are w"),
    (f"{VALID}initial: {{v: {{w: -1}}}}", "6:18: expected a number at least 0, found -1: `v` is of squared gradients"),
    (VALID.replace("{w: ", "{eta: "), "4:14: `eta` stands for `learning_rate` in formulas; choose another"),
    (VALID.replace("{w: 1}", "{}"), "4:13: expected at least 1 entry, found an empty mapping"),
    (VALID.replace("gradients: {w: 2}", "objective: (weight - w)^2"), "5:12: `weight` is not among the parameters"),
    (
        VALID.replace("gradients: {w: 2}", "objective: w^"),
        "5:14: expected a number, a name or a bracket, found the end",
    ),
    (
        VALID.replace("gradients: {w: 2}", "objective: w^2\nobjective_name: eta"),
        "6:17: the objective's name `eta` is taken; choose another",
    ),
    (VALID.replace("gradients: {w: 2}", "objective: w^2\nsteps: 0"), "6:8: expected a whole number from 1 up, found 0"),
    (VALID.replace("gradients: {w: 2}", "objective: w^2\nsteps: 1001"), "6:8: expected at most 1000 steps, found 1001"),
    (f"{VALID}steps_before: 1000", "6:15: expected at most 1000 steps, found 1001"),
    (f"{VALID}parts: [{{find: w@2}}]", "`w@2` (did you mean `w@1`?); of that form there are w@1 and w@0"),
    (f"{VALID}parts: [{{find: E@1}}]", "; of that form there are w@1 and w@0"),
    (
        f"{VALID}parts: [{{find: q.w@1}}]",
        "; of that form there are m.w@0, v.w@0, g.w@1",
    ),
    (
        f"{OF_AN_OBJECTIVE}parts: [{{find: dL@1/dw}}]",
        "there are w@1, J@1, w@2, J@2, distance@1 and distance@2",
    ),
    (
        f"{OF_AN_OBJECTIVE}parts: [{{find: dJ@1/dw}}]",
        "taken through the updates; the gradient at that point is `g.w@2`",
    ),
    (f"{OF_AN_OBJECTIVE}parts: [{{find: dJ@2/dw@1}}]", "the gradient at that point is `dJ@2/dw@2`"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_faults_are_located_and_say_what_to_do(text: str, message: str) -> None:
    found = faults(text)
    assert any(message in line for line in found), found


def test_all_faults_come_at_once() -> None:
    text = "method: sgd\nlearning_rate: 0.1\nbeta1: 0.5\nparameters: {w: 1}\ninitial: {m: {w: 1}}\ngradients: {u: 1}"
    assert [line.split(": ", 1)[0] for line in faults(text)] == [
        "problem.yaml:4:1",
        "problem.yaml:6:11",
        "problem.yaml:7:12",
        "problem.yaml:7:13",
    ]


def test_a_division_by_zero_names_the_quantity_and_points_at_epsilon() -> None:
    stuck = problem("method: adagrad\nlearning_rate: 0.1\nepsilon: 0\nparameters: {w: 1}\ngradients: {w: 0}")
    with pytest.raises(InvalidProblem, match=r"4:10: rate\.w@1 has no value: division by zero"):
        solve(stuck)
