"""Update rules as rows: each in every convention, against the rule written out in NumPy, 100 random cases at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest

from deepcalc.graph.floats import CompiledFormula, Writer
from deepcalc.notation.nodes import Literal, Node
from deepcalc.rules.updates import GENERAL, PARAMETER, UPDATES, Conventions, Rule, Update, before, now

CASES, STEPS = 100, 5
NUMBERS = {"eta": 0.05, "gamma": 0.8, "rho": 0.85, "beta1": 0.7, "beta2": 0.95, "epsilon": 0.01, "lambda": 0.1,
           "tau": 0.3, "psi": 0.2}  # fmt: skip
ETA, GAMMA, RHO, BETA1, BETA2, EPS, LAMBDA, TAU, PSI = NUMBERS.values()
BOUND, START = 1.5, 0.25
CURVATURE = np.linspace(0.5, 3, 2 * CASES).reshape(2, CASES)

Array = Any
"""An entry for each parameter and case."""


def root(squares: Array, c: Conventions) -> Array:
    """What a method divides by."""
    return np.sqrt(squares + EPS) if c.epsilon_inside_root else np.sqrt(squares) + EPS


class Kept(dict[str, Any]):
    """What a method keeps, 0 before the first step."""

    def average(self, head: str, rate: float, new: Array) -> Array:
        self[head] = rate * self.get(head, 0 * new) + (1 - rate) * new
        return self[head]


def sgd(kept: Kept, c: Conventions, t: int, g: Array) -> Array:
    """PyTorch's, but that dampening is in the first step too, as it is in the general law."""
    if "momentum" not in c.given:
        return ETA * g
    kept["v"] = GAMMA * kept.get("v", 0 * g) + (1 - TAU if "dampening" in c.given else 1.0) * g
    return ETA * (g + GAMMA * kept["v"] if c.nesterov else kept["v"])


def sign_sgd(kept: Kept, c: Conventions, t: int, g: Array) -> Array:
    return ETA * np.sign(g)


def momentum(kept: Kept, c: Conventions, t: int, g: Array) -> Array:
    share = 1 - GAMMA if c.velocity_is_average else 1 - TAU if "dampening" in c.given else 1.0
    kept["v"] = GAMMA * kept.get("v", 0 * g) + share * g
    return ETA * kept["v"]


def nesterov(kept: Kept, c: Conventions, t: int, g: Array) -> Array:
    kept["v"] = GAMMA * kept.get("v", 0 * g) + g
    return ETA * (kept["v"] if c.look_ahead else g + GAMMA * kept["v"])


def adagrad(kept: Kept, c: Conventions, t: int, g: Array) -> Array:
    kept["G"] = kept.get("G", np.full_like(g, START if c.initial_accumulator else 0)) + g**2
    return ETA * g / root(kept["G"], c)


def rmsprop(kept: Kept, c: Conventions, t: int, g: Array) -> Array:
    squares = kept.average("v", RHO, g**2)
    if c.centered:
        squares = squares - kept.average("m", RHO, g) ** 2
    scaled = g / root(squares, c)
    if "momentum" in c.given:
        kept["u"] = scaled = GAMMA * kept.get("u", 0 * g) + scaled
    return ETA * scaled


def adadelta(kept: Kept, c: Conventions, t: int, g: Array) -> Array:
    squares = kept.average("v", RHO, g**2)
    step = root(kept.get("u", 0 * g), c) / root(squares, c) * g
    kept.average("u", RHO, step**2)
    return ETA * step


def adam(kept: Kept, c: Conventions, t: int, g: Array, largest: bool = False) -> Array:
    first, second = kept.average("m", BETA1, g), kept.average("v", BETA2, g**2)
    if largest:
        kept["most"] = second = np.maximum(kept.get("most", 0 * g), second)
    if not c.bias_correction:
        return ETA * first / root(second, c)
    if c.bias_correction_in_rate:
        return ETA * np.sqrt(1 - BETA2**t) / (1 - BETA1**t) * first / root(second, c)
    return ETA * first / (1 - BETA1**t) / root(second / (1 - BETA2**t), c)


def amsgrad(kept: Kept, c: Conventions, t: int, g: Array) -> Array:
    return adam(kept, c, t, g, largest=True)


def adamax(kept: Kept, c: Conventions, t: int, g: Array) -> Array:
    first, size = kept.average("m", BETA1, g), np.abs(g) + (EPS if "epsilon" in c.given else 0)
    kept["u"] = np.maximum(BETA2 * kept.get("u", 0 * g), size)
    return ETA / (1 - BETA1**t) * first / kept["u"]


def nadam(kept: Kept, c: Conventions, t: int, g: Array) -> Array:
    first, second = kept.average("m", BETA1, g), kept.average("v", BETA2, g**2) / (1 - BETA2**t)
    if "momentum_decay" not in c.given:
        return ETA / root(second, c) * (BETA1 * first + (1 - BETA1) * g) / (1 - BETA1**t)
    here, following = (BETA1 * (1 - 0.5 * 0.96 ** (k * PSI)) for k in (t, t + 1))
    kept["P"] = kept.get("P", np.ones_like(g)) * here
    step = (1 - here) * g / (1 - kept["P"]) + following * first / (1 - kept["P"] * following)
    return ETA * step / root(second, c)


def lion(kept: Kept, c: Conventions, t: int, g: Array) -> Array:
    direction = np.sign(BETA1 * kept.get("m", 0 * g) + (1 - BETA1) * g)
    kept.average("m", BETA2, g)
    return ETA * direction


REFERENCES: Mapping[str, Callable[[Kept, Conventions, int, Array], Array]] = {
    each.__name__: each
    for each in (sgd, sign_sgd, momentum, nesterov, adagrad, rmsprop, adadelta, adam, adamax, nadam, amsgrad, lion)
} | {"adamw": adam, "newton": lambda kept, c, t, g: ETA * g / CURVATURE}


def forms(row: Update) -> Iterator[Conventions]:
    """The row in each combination of its conventions, of its options, and of what every method takes."""
    flags = [
        dict(zip(row.conventions, values, strict=True))
        for values in product((True, False), repeat=len(row.conventions))
    ]
    started = (Literal(str(START)), None) if row.further else (None,)
    for chosen, start in product(flags, started):
        for given in {frozenset(), *(frozenset({option}) for option in row.options), frozenset(row.options)}:
            if not (chosen.get("velocity_is_average") and (given or chosen["velocity_is_step"])):
                yield Conventions(**chosen, given=given, initial_accumulator=start)
    usual: dict[str, Any] = dict(row.conventions)
    decayed = frozenset({"weight_decay"})
    further: list[dict[str, Any]] = [
        {"given": decayed},
        {"given": decayed, "decoupled": True},
        {"given": decayed, "decoupled": True, "decay_times_rate": False},
        {"clip_value": Literal(str(BOUND))},
        {"clip_norm": Literal(str(BOUND))},
        {"clip_each": Literal(str(BOUND))},
        {"clip_value": Literal(str(BOUND)), "given": decayed},
        {"maximize": True},
        {"maximize": True, "clip_norm": Literal(str(BOUND)), "given": decayed},
        {"maximize": True, "given": frozenset(row.options)},
    ]
    yield from (Conventions(**usual, **more) for more in further)


def expected(row: Update, c: Conventions, w: Array, gradients: list[Array]) -> list[Array]:
    """The parameters after each step, by NumPy."""
    kept, course = Kept(), []
    for t, given in enumerate(gradients, start=1):
        g = given
        if c.clip_value is not None:
            g = np.clip(g, -BOUND, BOUND)
        elif c.clip_norm is not None:
            g = g * np.minimum(1, BOUND / np.linalg.norm(g, axis=0))
        elif c.clip_each is not None:
            g = g * np.minimum(1, BOUND / np.abs(g))
        g = -g if c.maximize else g
        decays = "weight_decay" in c.given
        if decays and not c.decoupled:
            g = g + LAMBDA * w
        apart = (ETA if c.decay_times_rate else 1) * LAMBDA * w if decays and c.decoupled else 0
        w = w - REFERENCES[row.name](kept, c, t, g) - apart
        course.append(w)
    return course


def found(row: Update, c: Conventions, w: Array, gradients: list[Array]) -> list[Array]:
    """The parameters after each step, by the row's formulas of any step."""
    rule = Rule(row, c)
    lines = [(line, compiled(line.law)) for line in rule.lines]
    new_value, course = compiled(rule.new_value(GENERAL)), []
    kept = {before(line.head).name: np.full_like(w, float(line.start.value)) for line, _ in lines}
    for t, g in enumerate(gradients, start=1):
        values = {**NUMBERS, **kept, "t": t, "g_t": g, "norm_t": np.linalg.norm(g, axis=0),
                  "H_t": CURVATURE, before(PARAMETER).name: w}  # fmt: skip
        for line, formula in lines:
            values[now(line.head).name] = kept[before(line.head).name] = formula.value(values)
        w = new_value.value(values)
        course.append(w)
    return course


def compiled(node: Node) -> CompiledFormula:
    return CompiledFormula(node, Writer(np))


@pytest.mark.parametrize("row", UPDATES.values(), ids=UPDATES)
def test_five_steps_agree_with_numpy_in_every_convention(row: Update) -> None:
    draw = np.random.default_rng(11)
    w, *gradients = (draw.integers(-400, 400, (2, CASES)) / 100 + 0.003 for _ in range(STEPS + 1))
    for c in forms(row):
        wanted = expected(row, c, w, gradients)
        np.testing.assert_allclose(found(row, c, w, gradients), wanted, rtol=1e-11, atol=1e-12, err_msg=str(c))


@pytest.mark.parametrize("form", ["inside", "outside", "step"])
def test_the_look_ahead_point_is_where_the_velocity_leads(form: str) -> None:
    c = Conventions(learning_rate_inside_velocity=form != "outside", velocity_is_step=form == "step")
    point = Rule(UPDATES["nesterov"], c).point
    assert point is not None
    velocity = np.linspace(-2, 2, CASES)
    stepped = {"inside": velocity, "outside": ETA * velocity, "step": -velocity}[form]
    values = {**NUMBERS, "theta_previous": 0.5, "v_previous": velocity}
    np.testing.assert_allclose(compiled(point.law).value(values), 0.5 - GAMMA * stepped, rtol=1e-12)


def test_a_name_means_one_method() -> None:
    names = [alias for row in UPDATES.values() for alias in row.aliases]
    assert len(names) == len(set(names))
    assert not set(names) & set(UPDATES)
