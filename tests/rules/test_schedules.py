"""Schedules as rows: each rate at 100 random steps and settings against its formula in floats, its law besides."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from deepcalc.graph.floats import CompiledFormula
from deepcalc.notation.nodes import Name, number
from deepcalc.rules.schedules import PI, SCHEDULES, Schedule, Time

Settings = Mapping[str, Any]
Rate = Callable[[int, Settings], Any]


def held(t: int, s: Settings) -> Any:
    """How much of the schedule is behind before step t."""
    return min(t - 1, s["steps"]) / s["steps"]


def between(s: Settings, share: float) -> Any:
    return s["end"] + (s["eta"] - s["end"]) * share


REFERENCES: Mapping[str, Rate] = {
    "step": lambda t, s: s["eta"] * s["factor"] ** ((t - 1) // s["every"]),
    "multi_step": lambda t, s: s["eta"] * s["factor"] ** sum(t - 1 >= each for each in s["milestones"]),
    "exponential": lambda t, s: s["eta"] * s["factor"] ** ((t - 1) / s["every"]),
    "natural_exponential": lambda t, s: s["eta"] * math.exp(-s["decay"] * (t - 1)),
    "inverse_time": lambda t, s: s["eta"] / (1 + s["decay"] * (t - 1) / s["every"]),
    "inverse_root": lambda t, s: s["eta"] * min(t**-0.5, t * s["steps"] ** -1.5),
    "cosine": lambda t, s: between(s, (1 + math.cos(math.pi * held(t, s))) / 2),
    "polynomial": lambda t, s: between(s, (1 - held(t, s)) ** s["power"]),
    "linear_warmup": lambda t, s: s["eta"] * min(t, s["steps"]) / s["steps"],
    "list": lambda t, s: s["rates"][min(t, len(s["rates"])) - 1],
}


def drawn(draw: Random) -> dict[str, Any]:
    return {
        "eta": draw.randint(1, 90) / 100,
        "factor": draw.randint(10, 95) / 100,
        "decay": draw.choice([0, 0.5, 1, 0.01 * draw.randint(1, 200)]),
        "every": draw.randint(1, 6),
        "steps": draw.randint(1, 12),
        "end": draw.choice([0, 0.004, 0.02]),
        "power": draw.choice([1, 2, 0.5]),
        "milestones": [draw.randint(0, 15) for _ in range(draw.randint(1, 4))],
        "rates": [draw.randint(1, 50) / 100 for _ in range(draw.randint(1, 8))],
    }


def nodes(value: Any) -> Any:
    return [nodes(each) for each in value] if isinstance(value, list) else number(Fraction(str(value)))


@pytest.mark.parametrize("row", SCHEDULES.values(), ids=SCHEDULES)
def test_a_rate_and_its_law_agree_with_the_formula(row: Schedule) -> None:
    draw = Random(row.name)
    law = CompiledFormula(row.law)
    for _ in range(100):
        s, t = drawn(draw), draw.randint(1, 16)
        wanted = REFERENCES[row.name](t, s)
        settings = {name: s["milestones"] if name == "milestones" else nodes(value) for name, value in s.items()}
        of_step = row.formula(Name("eta"), Time(t), settings)
        given = {"eta": s["eta"], PI.name: math.pi}
        assert CompiledFormula(of_step).value(given) == pytest.approx(wanted, rel=1e-12)
        passed = float(sum(each < t for each in s["milestones"]))
        of_any = {**s, **given, "t": float(t), "n_t": passed, "rates_t": s["rates"][min(t, len(s["rates"])) - 1]}
        assert law.value(of_any) == pytest.approx(wanted, rel=1e-12)


def test_a_name_means_one_schedule() -> None:
    names = [alias for row in SCHEDULES.values() for alias in row.aliases]
    assert len(names) == len(set(names))
    assert not set(names) & set(SCHEDULES)
