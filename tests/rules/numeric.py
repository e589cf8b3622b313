"""Written formulas as functions of numbers, and their slopes by central differences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deepcalc.graph.floats import CompiledFormula

_STEP = 1e-6


def value(formula: Any, at: Mapping[str, float]) -> float:
    return float(CompiledFormula(formula).value(at))


def slope(formula: Any, name: str, at: Mapping[str, float]) -> float:
    """The derivative by a name, which is no rule of derivatives."""
    above, below = ({**at, name: at[name] + step} for step in (_STEP, -_STEP))
    return (value(formula, above) - value(formula, below)) / (2 * _STEP)
