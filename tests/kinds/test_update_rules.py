"""Every update rule in every convention against the rule written out in NumPy, at 100 random cases of five steps."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.kinds import find_kinds
from deepcalc.kinds._updates import UpdateFields
from deepcalc.notation.nodes import Literal, Name, number
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.rules.schedules import SCHEDULES as SCHEDULE_ROWS
from deepcalc.rules.schedules import Time
from deepcalc.rules.updates import UPDATES
from tests.checking.marking import by_name, said, written

KINDS = find_kinds()
CASES, STEPS = 100, 5
ETA, GAMMA, RHO, BETA1, BETA2, EPS, LAMBDA, TAU, PSI = 0.05, 0.8, 0.85, 0.7, 0.95, 0.01, 0.1, 0.3, 0.2

Vector = np.ndarray[Any, Any]
State = dict[str, Any]
Rule = Callable[[State, Vector, Vector, int], Any]


def problem(text: str) -> Problem:
    return load_text(f"kind: optimizer\n{text}".encode(), "problem.yaml", KINDS)


def averaged(s: State, head: str, rate: float, new: Vector) -> Any:
    s[head] = rate * s.get(head, np.zeros_like(new)) + (1 - rate) * new
    return s[head]


def sign_sgd(s: State, w: Vector, g: Vector, t: int) -> Any:
    return w - ETA * np.sign(g)


def momentum_minus(s: State, w: Vector, g: Vector, t: int) -> Any:
    s["v"] = GAMMA * s.get("v", 0 * g) - ETA * g
    new: Vector = w + s["v"]
    return new


def momentum_of_ng(s: State, w: Vector, g: Vector, t: int) -> Any:
    return w - ETA * averaged(s, "v", GAMMA, g)


def momentum_dampened(s: State, w: Vector, g: Vector, t: int) -> Any:
    s["v"] = GAMMA * s.get("v", 0 * g) + (1 - TAU) * ETA * g
    return w - s["v"]


def momentum_dampened_outside(s: State, w: Vector, g: Vector, t: int) -> Any:
    s["v"] = GAMMA * s.get("v", 0 * g) + (1 - TAU) * g
    return w - ETA * s["v"]


def nesterov_given(s: State, w: Vector, g: Vector, t: int) -> Any:
    s["v"] = GAMMA * s.get("v", 0 * g) + ETA * g
    return w - s["v"]


def nesterov_inside(s: State, w: Vector, g: Vector, t: int) -> Any:
    s["v"] = GAMMA * s.get("v", 0 * g) + ETA * g
    return w - GAMMA * s["v"] - ETA * g


def nesterov_of_pytorch(s: State, w: Vector, g: Vector, t: int) -> Any:
    s["v"] = GAMMA * s.get("v", 0 * g) + g
    return w - ETA * (g + GAMMA * s["v"])


def nesterov_of_keras(s: State, w: Vector, g: Vector, t: int) -> Any:
    s["v"] = GAMMA * s.get("v", 0 * g) - ETA * g
    return w + GAMMA * s["v"] - ETA * g


def rmsprop_centered(s: State, w: Vector, g: Vector, t: int) -> Any:
    v, m = averaged(s, "v", RHO, g * g), averaged(s, "m", RHO, g)
    return w - ETA / np.sqrt(v - m * m + EPS) * g


def rmsprop_with_momentum(s: State, w: Vector, g: Vector, t: int) -> Any:
    v = averaged(s, "v", RHO, g * g)
    s["u"] = GAMMA * s.get("u", 0 * g) + ETA * g / np.sqrt(v + EPS)
    return w - s["u"]


def rmsprop_of_pytorch(s: State, w: Vector, g: Vector, t: int) -> Any:
    v, m = averaged(s, "v", RHO, g * g), averaged(s, "m", RHO, g)
    s["u"] = GAMMA * s.get("u", 0 * g) + g / (np.sqrt(v - m * m) + EPS)
    return w - ETA * s["u"]


def adadelta(s: State, w: Vector, g: Vector, t: int) -> Any:
    v = averaged(s, "v", RHO, g * g)
    step = np.sqrt(s.get("u", 0 * g) + EPS) / np.sqrt(v + EPS) * g
    averaged(s, "u", RHO, step * step)
    return w - ETA * step


def adam(s: State, w: Vector, g: Vector, t: int) -> Any:
    m, v = averaged(s, "m", BETA1, g), averaged(s, "v", BETA2, g * g)
    s["mhat"], s["vhat"] = m / (1 - BETA1**t), v / (1 - BETA2**t)
    return w - ETA * s["mhat"] / (np.sqrt(s["vhat"]) + EPS)


def adamw(s: State, w: Vector, g: Vector, t: int) -> Any:
    return adam(s, w, g, t) - ETA * LAMBDA * w


def adamw_of_the_paper(s: State, w: Vector, g: Vector, t: int) -> Any:
    return adam(s, w, g, t) - LAMBDA * w


def adam_of_keras(s: State, w: Vector, g: Vector, t: int) -> Any:
    m, v = averaged(s, "m", BETA1, g), averaged(s, "v", BETA2, g * g)
    return w - ETA * np.sqrt(1 - BETA2**t) / (1 - BETA1**t) * m / (np.sqrt(v) + EPS)


def adam_with_l2(s: State, w: Vector, g: Vector, t: int) -> Any:
    return adam(s, w, g + LAMBDA * w, t)


def adamax(s: State, w: Vector, g: Vector, t: int) -> Any:
    m = averaged(s, "m", BETA1, g)
    s["u"] = np.maximum(BETA2 * s.get("u", 0 * g), np.abs(g))
    return w - ETA / (1 - BETA1**t) * m / s["u"]


def adamax_of_pytorch(s: State, w: Vector, g: Vector, t: int) -> Any:
    m = averaged(s, "m", BETA1, g)
    s["u"] = np.maximum(BETA2 * s.get("u", 0 * g), np.abs(g) + EPS)
    return w - ETA / (1 - BETA1**t) * m / s["u"]


def nadam(s: State, w: Vector, g: Vector, t: int) -> Any:
    m, v = averaged(s, "m", BETA1, g), averaged(s, "v", BETA2, g * g)
    mhat, vhat = m / (1 - BETA1**t), v / (1 - BETA2**t)
    return w - ETA / (np.sqrt(vhat) + EPS) * (BETA1 * mhat + (1 - BETA1) * g / (1 - BETA1**t))


def nadam_of_pytorch(s: State, w: Vector, g: Vector, t: int) -> Any:
    mu, following = (BETA1 * (1 - 0.5 * 0.96 ** (k * PSI)) for k in (t, t + 1))
    s["P"] = s.get("P", 1.0) * mu
    m, v = averaged(s, "m", BETA1, g), averaged(s, "v", BETA2, g * g)
    step = (1 - mu) * g / (1 - s["P"]) + following * m / (1 - s["P"] * following)
    return w - ETA * step / (np.sqrt(v / (1 - BETA2**t)) + EPS)


def adagrad_of_keras(s: State, w: Vector, g: Vector, t: int) -> Any:
    s["G"] = s.get("G", np.full_like(g, 0.1)) + g * g
    return w - ETA * g / np.sqrt(s["G"] + EPS)


def sgd_clipped_one_by_one(s: State, w: Vector, g: Vector, t: int) -> Any:
    return w - ETA * np.sign(g) * np.minimum(np.abs(g), 1.5)


def amsgrad(s: State, w: Vector, g: Vector, t: int) -> Any:
    m, v = averaged(s, "m", BETA1, g), averaged(s, "v", BETA2, g * g)
    s["vmax"] = np.maximum(s.get("vmax", 0 * g), v)
    return w - ETA * m / (np.sqrt(s["vmax"]) + EPS)


def amsgrad_of_pytorch(s: State, w: Vector, g: Vector, t: int) -> Any:
    m, v = averaged(s, "m", BETA1, g), averaged(s, "v", BETA2, g * g)
    s["vmax"] = np.maximum(s.get("vmax", 0 * g), v)
    return w - ETA / (1 - BETA1**t) * m / (np.sqrt(s["vmax"]) / np.sqrt(1 - BETA2**t) + EPS)


def lion(s: State, w: Vector, g: Vector, t: int) -> Any:
    direction = np.sign(BETA1 * s.get("m", 0 * g) + (1 - BETA1) * g)
    averaged(s, "m", BETA2, g)
    return w - ETA * direction - ETA * LAMBDA * w


def sgd_with_l2(s: State, w: Vector, g: Vector, t: int) -> Any:
    return w - ETA * (g + LAMBDA * w)


def sgd_decoupled(s: State, w: Vector, g: Vector, t: int) -> Any:
    return w - ETA * g - ETA * LAMBDA * w


def sgd_clipped_by_value(s: State, w: Vector, g: Vector, t: int) -> Any:
    return w - ETA * np.clip(g, -1.5, 1.5)


def sgd_clipped_by_norm(s: State, w: Vector, g: Vector, t: int) -> Any:
    return w - ETA * g * np.minimum(1, 2.5 / np.linalg.norm(g, axis=0))


def clipped_then_decayed(s: State, w: Vector, g: Vector, t: int) -> Any:
    s["v"] = GAMMA * s.get("v", 0 * g) + ETA * (np.clip(g, -1, 1) + LAMBDA * w)
    return w - s["v"]


def sgd_of_pytorch(s: State, w: Vector, g: Vector, t: int) -> Any:
    """torch.optim.SGD with maximize and dampening: the buffer begins with the first gradient as it is."""
    g = -g + LAMBDA * w
    s["v"] = g if t == 1 else GAMMA * s["v"] + (1 - TAU) * g
    return w - ETA * s["v"]


def sgd_of_pytorch_with_nesterov(s: State, w: Vector, g: Vector, t: int) -> Any:
    g = g + LAMBDA * w
    s["v"] = g if t == 1 else GAMMA * s["v"] + g
    return w - ETA * (g + GAMMA * s["v"])


def sgd_of_keras(s: State, w: Vector, g: Vector, t: int) -> Any:
    s["v"] = GAMMA * s.get("v", 0 * g) - ETA * g
    new: Vector = w + s["v"]
    return new


def adam_going_up(s: State, w: Vector, g: Vector, t: int) -> Any:
    return adam(s, w, -g, t)


PYTORCH = "learning_rate_inside_velocity: false"
RULES: list[tuple[str, str, Rule]] = [
    ("sign_sgd", "", sign_sgd),
    (
        "torch.optim.SGD",
        f"momentum: {GAMMA}\ndampening: {TAU}\nnesterov: false\nweight_decay: {LAMBDA}\nmaximize: true",
        sgd_of_pytorch,
    ),
    (
        "SGD",
        f"momentum: {GAMMA}\ndampening: 0\nnesterov: true\nweight_decay: {LAMBDA}\nmaximize: false",
        sgd_of_pytorch_with_nesterov,
    ),
    ("keras.optimizers.SGD", f"momentum: {GAMMA}\nvelocity_is_step: true", sgd_of_keras),
    ("adam", "maximize: true", adam_going_up),
    ("momentum", "velocity_is_step: true", momentum_minus),
    ("momentum", "velocity_is_average: true", momentum_of_ng),
    ("momentum", f"dampening: {TAU}", momentum_dampened),
    ("momentum", f"dampening: {TAU}\n{PYTORCH}", momentum_dampened_outside),
    ("nesterov", "", nesterov_given),
    ("nesterov", "look_ahead: false", nesterov_inside),
    ("nesterov", f"look_ahead: false\n{PYTORCH}", nesterov_of_pytorch),
    ("nesterov", "look_ahead: false\nvelocity_is_step: true", nesterov_of_keras),
    ("rmsprop", "centered: true", rmsprop_centered),
    ("rmsprop", f"momentum: {GAMMA}", rmsprop_with_momentum),
    (
        "rmsprop",
        f"momentum: {GAMMA}\ncentered: true\nepsilon_inside_root: false\n{PYTORCH}",
        rmsprop_of_pytorch,
    ),
    ("adadelta", "", adadelta),
    ("adam", "", adam),
    ("adam", f"weight_decay: {LAMBDA}", adam_with_l2),
    ("adam", "bias_correction_in_rate: true", adam_of_keras),
    ("adamw", f"weight_decay: {LAMBDA}", adamw),
    ("adamw", f"weight_decay: {LAMBDA}\ndecay_times_rate: false", adamw_of_the_paper),
    ("adamax", "", adamax),
    ("adamax", f"epsilon: {EPS}", adamax_of_pytorch),
    ("nadam", "", nadam),
    ("nadam", f"momentum_decay: {PSI}", nadam_of_pytorch),
    ("adagrad", f"initial_accumulator: 0.1\nepsilon: {EPS}", adagrad_of_keras),
    ("amsgrad", "", amsgrad),
    ("amsgrad", "bias_correction: true", amsgrad_of_pytorch),
    ("lion", f"weight_decay: {LAMBDA}", lion),
    ("sgd", f"weight_decay: {LAMBDA}", sgd_with_l2),
    ("sgd", f"weight_decay: {LAMBDA}\ndecoupled: true", sgd_decoupled),
    ("sgd", "clip: {value: 1.5}", sgd_clipped_by_value),
    ("sgd", "clip: {norm: 2.5}", sgd_clipped_by_norm),
    ("sgd", "clip: {norm_of_each: 1.5}", sgd_clipped_one_by_one),
    ("momentum", f"clip: {{value: 1}}\nweight_decay: {LAMBDA}", clipped_then_decayed),
]
NUMBERS = {"momentum": GAMMA, "decay": RHO, "beta1": BETA1, "beta2": BETA2, "epsilon": EPS}
TAKES = {
    "momentum": ("momentum",),
    "nesterov": ("momentum",),
    "rmsprop": ("decay", "epsilon"),
    "adadelta": ("decay", "epsilon"),
    "adamax": ("beta1", "beta2"),
    "lion": ("beta1", "beta2"),
    **dict.fromkeys(("adam", "adamw", "nadam", "amsgrad"), ("beta1", "beta2", "epsilon")),
}


def header(method: str, conventions: str) -> str:
    numbers = [f"{name}: {NUMBERS[name]}" for name in TAKES.get(method, ())]
    return "\n".join([f"method: {method}", f"learning_rate: {ETA}", *numbers, conventions])


@pytest.mark.parametrize(("method", "conventions", "rule"), RULES, ids=[rule.__name__ for _, _, rule in RULES])
def test_five_steps_agree_with_numpy(method: str, conventions: str, rule: Rule) -> None:
    draw = random.Random(rule.__name__)
    w, *gradients = np.array([[[draw.randint(-400, 400) / 100 or 0.5 for _ in range(CASES)] for _ in "ab"]
                              for _ in range(STEPS + 1)])  # fmt: skip
    written = "".join(f"\n  - {{a: {g[0][0]}, b: {g[1][0]}}}" for g in gradients)
    text = f"{header(method, conventions)}\nparameters: {{a: {w[0][0]}, b: {w[1][0]}}}\ngradients:{written}"
    graph = problem(text).plan.graph
    given = {f"g.{name}@{t}": g[k] for t, g in enumerate(gradients, start=1) for k, name in enumerate("ab")}
    wanted = [f"{name}@{step}" for step in range(1, STEPS + 1) for name in "ab"]
    floats = Program(graph, wanted).run({**given, "a": w[0], "b": w[1]})
    exact = evaluate(graph, wanted).values
    state: State = {}
    for t, g in enumerate(gradients, start=1):
        w = rule(state, w, g, t)
        for name, figures in zip("ab", w, strict=True):
            np.testing.assert_allclose(floats[f"{name}@{t}"], figures, rtol=1e-9, atol=1e-12)
            assert float(exact[f"{name}@{t}"]) == pytest.approx(figures[0], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("form", ["", PYTORCH, "velocity_is_step: true"])
def test_nesterov_takes_the_gradient_of_an_objective_at_the_look_ahead_point(form: str) -> None:
    text = header("nesterov", form)
    graph = problem(f"{text}\nparameters: {{w: 5}}\nobjective: (w - 2)^2 + lambda*w^2\n"
                    "constants: {lambda: 0.5}\nsteps: 4").plan.graph  # fmt: skip
    values = Program(graph, [f"w@{t}" for t in range(1, 5)]).run()
    w, step = 5.0, 0.0
    for t in range(1, 5):
        ahead = w + GAMMA * step
        step = GAMMA * step - ETA * (2 * (ahead - 2) + ahead)
        w += step
        assert values[f"w@{t}"] == pytest.approx(w, rel=1e-12)


SCHEDULES: list[tuple[str, Callable[[int], float]]] = [
    ("{kind: step, every: 2, factor: 0.5}", lambda t: 0.4 * 0.5 ** ((t - 1) // 2)),
    ("{kind: exponential, factor: 0.9}", lambda t: 0.4 * 0.9 ** (t - 1)),
    ("{kind: natural_exponential, decay: 0.3}", lambda t: 0.4 * np.exp(-0.3 * (t - 1))),
    ("{kind: inverse_time, decay: 0.3}", lambda t: 0.4 / (1 + 0.3 * (t - 1))),
    ("{kind: cosine, steps: 6, end: 0.05}", lambda t: 0.05 + 0.35 / 2 * (1 + np.cos(np.pi * min(t - 1, 6) / 6))),
    ("{kind: cosine, steps: 4}", lambda t: 0.2 * (1 + np.cos(np.pi * min(t - 1, 4) / 4))),
    ("{kind: polynomial, steps: 5, power: 2}", lambda t: 0.4 * (1 - min(t - 1, 5) / 5) ** 2),
    ("{kind: polynomial, steps: 5, end: 0.1}", lambda t: 0.1 + 0.3 * (1 - min(t - 1, 5) / 5)),
    ("{kind: linear_warmup, steps: 4}", lambda t: 0.4 * min(t, 4) / 4),
    ("{kind: MultiStepLR, milestones: [2, 5], gamma: 0.1}", lambda t: 0.4 * 0.1 ** ((t > 2) + (t > 5))),
    ("{kind: ExponentialDecay, decay_rate: 0.5, decay_steps: 4}", lambda t: 0.4 * 0.5 ** ((t - 1) / 4)),
    ("{type: InverseTimeDecay, decay_rate: 0.5, decay_steps: 4}", lambda t: 0.4 / (1 + 0.5 * (t - 1) / 4)),
    ("{name: StepLR, step_size: 2, gamma: 0.5}", lambda t: 0.4 * 0.5 ** ((t - 1) // 2)),
    ("{kind: noam, warmup_steps: 3}", lambda t: 0.4 * min(t**-0.5, t * 3**-1.5)),
    (
        "{kind: CosineAnnealingLR, T_max: 6, eta_min: 0.05}",
        lambda t: 0.05 + 0.35 / 2 * (1 + np.cos(np.pi * min(t - 1, 6) / 6)),
    ),
    ("[0.4, 0.2, 0.1]", lambda t: [0.4, 0.2, 0.1][min(t, 3) - 1]),
    ("{kind: step, every: 1, factor: 0.5, steps_per_epoch: 3}", lambda t: 0.4 * 0.5 ** ((t - 1) // 3)),
    ("{kind: cosine, steps: 2, steps_per_epoch: 3}", lambda t: 0.2 * (1 + np.cos(np.pi * min((t - 1) // 3, 2) / 2))),
    ("{kind: list, rates: [0.4, 0.2, 0.1]}", lambda t: [0.4, 0.2, 0.1][min(t, 3) - 1]),
    ("{kind: inverse_root, steps: 3}", lambda t: 0.4 * min(t**-0.5, t * 3**-1.5)),
    ("{kind: inverse_root}", lambda t: 0.4 / t**0.5),
    ("{kind: inverse_time, decay: 0.5, count_from: 1}", lambda t: 0.4 / (1 + 0.5 * t)),
    (
        "{kind: step, every: 2, factor: 0.5, count_from: 1, steps_per_epoch: 2}",
        lambda t: 0.4 * 0.5 ** ((t + 1) // 2 // 2),
    ),
    (
        "{kind: cosine, steps: 4, warmup: 3}",
        lambda t: 0.4 * t / 3 if t <= 3 else 0.2 * (1 + np.cos(np.pi * min(t - 4, 4) / 4)),
    ),
    (
        "{kind: exponential, factor: 0.5, warmup: 2, warmup_from_zero: true}",
        lambda t: 0.4 * (t - 1) / 2 if t <= 2 else 0.4 * 0.5 ** (t - 3),
    ),
    (
        "{kind: inverse_time, decay: 1, warmup: 2, steps_per_epoch: 2}",
        lambda t: 0.2 if t <= 2 else 0.4 if t <= 4 else 0.4 / (1 + (t - 5) // 2),
    ),
]


@pytest.mark.parametrize(("schedule", "rate"), SCHEDULES, ids=[text for text, _ in SCHEDULES])
def test_learning_rates_of_a_schedule(schedule: str, rate: Callable[[int], float]) -> None:
    graph = problem(
        f"method: sgd\nlearning_rate: 0.4\nschedule: {schedule}\nparameters: {{w: 5}}\nobjective: w^2\nsteps: 8"
    ).plan.graph
    values = evaluate(graph, [name for t in range(1, 9) for name in (f"eta@{t}", f"w@{t}")]).values
    w = 5.0
    for t in range(1, 9):
        w -= rate(t) * 2 * w
        assert float(values[f"eta@{t}"]) == pytest.approx(rate(t), rel=1e-9, abs=1e-15)
        assert float(values[f"w@{t}"]) == pytest.approx(w, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("step", "wrong", "slip"),
    [
        (1, 0.3, "warm-up-forgotten"),
        (4, 0.15 * (1 + np.cos(np.pi * 3 / 5)), "warm-up-forgotten"),
        (5, 0.15 * (1 + np.cos(np.pi * 2 / 5)), "schedule-too-early"),
    ],
)
def test_a_mistake_in_a_warm_up_is_named(step: int, wrong: float, slip: str) -> None:
    marker = written("kind: optimizer\nmethod: sgd\nlearning_rate: 0.3\nschedule: {kind: cosine, steps: 5, warmup: 3}\n"
                     f"parameters: {{w: 1}}\nobjective: w^2\nsteps: 5\nparts: [{{find: eta@{step}}}]")  # fmt: skip
    assert by_name(marker.mark({f"eta@{step}": f"{wrong:.6f}"}))[f"eta@{step}"].slips == (slip,)


def test_counting_from_zero_is_named_where_one_is_counted_from() -> None:
    marker = written("kind: optimizer\nmethod: sgd\nlr: 0.3\nschedule: {kind: inverse_time, decay: 0.7, count_from: 1}"
                     "\nparameters: {w: 1}\nobjective: w^2\nsteps: 3\nparts: [{find: eta@1}]")  # fmt: skip
    assert by_name(marker.mark({"eta@1": "0.17647"}))["eta@1"].verdict.value == "correct"
    assert "schedule-from-zero" in by_name(marker.mark({"eta@1": "0.3"}))["eta@1"].slips


@pytest.mark.parametrize(
    ("convention", "right", "other", "slip"),
    [("true", "1.875", "1.65", "decay-unrated"), ("false", "1.65", "1.875", "decay-rated")],
)
def test_the_scale_of_a_decoupled_decay_is_named(convention: str, right: str, other: str, slip: str) -> None:
    # 2 - 0.1*1 - 0.1*0.125*2 and 2 - 0.1*1 - 0.125*2
    marker = written(
        "kind: optimizer\nmethod: sgd\nlr: 0.1\nweight_decay: 0.125\ndecoupled: true\n"
        f"decay_times_rate: {convention}\nparameters: {{w: 2}}\ngradients: {{w: 1}}\nparts: [{{find: w@1}}]"
    )
    assert by_name(marker.mark({"w@1": right}))["w@1"].verdict.value == "correct"
    assert by_name(marker.mark({"w@1": other}))["w@1"].slips == (slip,)


@pytest.mark.parametrize("end", ["0", "0.0", "0.00"])
@pytest.mark.parametrize("power", ["1", "1.0"])
def test_an_end_of_zero_and_a_power_of_one_are_not_written(end: str, power: str) -> None:
    settings = {"steps": number(4), "end": Literal(end), "power": Literal(power)}
    assert PlainPrinter().print(SCHEDULE_ROWS["polynomial"].formula(Name("eta"), Time(2), settings)) == "eta*(1 - 1/4)"


@pytest.mark.parametrize(
    ("typed", "method"),
    [
        ("NAG", "nesterov"),
        ("SGD", "sgd"),
        ("AdamW", "adamw"),
        ("sign-SGD", "sign_sgd"),
        ("adam_w", "adamw"),
        ("SGD with momentum", "momentum"),
        ("Nesterov momentum", "nesterov"),
        ("RMS prop", "rmsprop"),
        ("tf.keras.optimizers.AdamW", "adamw"),
        ("torch.optim.NAdam", "nadam"),
    ],
)
def test_methods_go_by_the_names_of_libraries_and_papers(typed: str, method: str) -> None:
    named, own = (
        problem(f"method: {name}\nlearning_rate: 0.1\nparameters: {{w: 1}}\ngradients: {{w: 2}}")
        for name in (typed, method)
    )
    assert list(named.plan.graph) == list(own.plan.graph)


@pytest.mark.parametrize(
    ("typed", "own"),
    [
        ("clipnorm: 1.5", "clip: {norm_of_each: 1.5}"),
        ("clipvalue: 1.5", "clip: {value: 1.5}"),
        ("global_clipnorm: 1.5", "clip: {norm: 1.5}"),
        ("max_grad_norm: 1.5", "clip: {norm: 1.5}"),
        ("clipnorm:", ""),
        ("momentum: 0\ndampening: 0\nweight_decay: 0\nnesterov: false\nmaximize: false", ""),
    ],
)
def test_settings_go_by_the_names_of_libraries(typed: str, own: str) -> None:
    ours, theirs = (
        problem(f"method: SGD\nlr: 0.1\nparameters: {{w: 1}}\ngradients: {{w: 2}}\n{text}").plan.graph
        for text in (own, typed)
    )
    assert [(each.name, each.formula) for each in theirs] == [(each.name, each.formula) for each in ours]


@pytest.mark.parametrize("name", ["RAdam", "adafactor", "rprop", "L-BFGS"])
def test_a_method_that_there_is_not_is_taken_for_no_other(name: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(f"method: {name}\nlearning_rate: 0.1\nparameters: {{w: 1}}\ngradients: {{w: 2}}")
    assert f"`{name}` is a method of its own, which there is not" in str(caught.value)
    assert "did you mean" not in str(caught.value)


@pytest.mark.parametrize("name", ["adamw", "AdamW", "adam_w", "Adam-W"])
def test_adamw_is_never_taken_for_adam(name: str) -> None:
    found = problem(f"method: {name}\nlearning_rate: 0.1\nparameters: {{w: 1}}\ngradients: {{w: 2}}")
    assert "lambda" in found.plan.graph


def test_mistakes_are_told_in_the_symbols_of_the_problem() -> None:
    marker = written(
        "kind: optimizer\nmethod: momentum\nlr: 0.5\nbeta: 0.9\nvelocity_is_average: true\nparameters: {w: 1}\n"
        "gradients: {w: 2}\nsymbols: {gamma: {unicode: β, latex: '\\beta'}}\nparts: [{find: v.w@1}]"
    )
    assert "the factor 1 − β left out in v" in said(marker.mark({"v.w@1": "2"}), "v.w@1")


BASE = "learning_rate: 0.1\nparameters: {w: 1}\ngradients: {w: 2}\n"
BROKEN = [
    ("method: sgd\nclip: {}", "give one of `value`, `norm` and `norm_of_each`"),
    ("method: sgd\nclip: {value: 1, norm: 1}", "give one of `value`, `norm` and `norm_of_each`"),
    ("method: momentum\nvelocity_is_average: true\ndampening: 0.3", "leave nothing to `dampening`; leave it out"),
    ("method: amsgrad\nbias_correction_in_rate: true", "there is no bias correction; give `bias_correction: true`"),
    ("method: adam\nweight_decay: 0.1\ndecay_times_rate: false", "goes with a decoupled `weight_decay`"),
    ("method: sgd\nschedule: {kind: multi_step, milestones: [], factor: 0.1}", "expected"),
    ("method: sgd\ndecoupled: true", "`decoupled` goes with `weight_decay`, which is not given"),
    (
        "method: sgd\nschedule: {kind: step, decay: 1}",
        "missing `every` and `factor`; step takes every and factor",
    ),
    (
        "method: sgd\nschedule: {kind: exponential, factor: 0.5, power: 2}",
        "`power` has no effect here; exponential takes factor and every",
    ),
    (
        "method: sgd\nschedule: {kind: inverse_root, steps: 3, warmup: 2}",
        "inverse_root has a warm-up of its own, over `steps`",
    ),
    (
        "method: sgd\nschedule: {kind: exponential, factor: 0.5, warmup_from_zero: true}",
        "`warmup_from_zero` goes with `warmup`, which is not given",
    ),
    (
        "method: sgd\nschedule: {kind: linear_warmup, steps: 3, warmup_from_zero: true}",
        "linear_warmup has a warm-up of its own, over `steps`, which does not begin at 0",
    ),
    (
        "method: sgd\nschedule: {kind: linear_warmup, steps: 3, count_from: 1}",
        "linear_warmup begins with the rate of its first step; leave out `count_from`",
    ),
    (
        "method: sgd\nschedule: {kind: list, rates: [0.5, 0.3, 0.1], count_from: 1}",
        "list begins with the rate of its first step; leave out `count_from`",
    ),
    (
        f"method: momentum\nvelocity_is_step: true\n{PYTORCH}",
        "has the learning rate inside; leave out `learning_rate_inside_velocity`",
    ),
    ("method: sgd\nconstants: {c: 1}", "`constants` go with `objective`, which is not given"),
    ("method: adam\ndampening: 0.1", "`dampening` belongs to sgd and momentum; adam takes"),
    ("method: SGD\nnesterov: true", "`nesterov` goes with `momentum`, which is not given"),
    ("method: SGD\ndampening: 0.1", "`dampening` goes with `momentum`, which is not given"),
    ("method: SGD\nmomentum: 0\nvelocity_is_step: true", "`velocity_is_step` goes with `momentum`"),
    ("method: SGD\nmomentum: 0.9\ndampening: 0.1\nnesterov: true", "goes without `dampening`, as in PyTorch"),
    ("method: adam\nnesterov: true", "`nesterov` belongs to sgd; adam takes"),
    ("method: adam\nclipnorm: 1\nclipvalue: 1", "`clipvalue` is another name of `clip`, which is given too"),
    ("method: adam\nclipnorm: []", "expected a number, found an empty list"),
    ("method: adam\nmaximize: 3", "expected true or false"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_settings_that_contradict_each_other_are_told(text: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(f"{BASE}{text}")
    assert message in str(caught.value)


@pytest.mark.parametrize("name", ["momentum", "decay", "beta1", "beta2", "epsilon"])
def test_the_text_of_a_field_names_every_method_that_takes_it(name: str) -> None:
    description = UpdateFields.model_fields[name].description or ""
    said = description[description.index("(") :]
    for row in UPDATES.values():
        assert (re.search(rf"\b{row.name}\b", said) is not None) == (name in row.settings), row.name


def test_a_methods_own_value_of_a_field_is_told() -> None:
    assert "lion: 0.99" in (UpdateFields.model_fields["beta2"].description or "")
    assert "adamax only where it is given" in (UpdateFields.model_fields["epsilon"].description or "")
