"""Figures from elsewhere: ``0.67``, ``1/3``, lists of them, and ``{value: 0.67, tolerance: 0.01}``."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from deepcalc.errors import ParseError
from deepcalc.fields.constants import parse_constant
from deepcalc.fields.types import as_number, described, wrong
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse_number
from deepcalc.notation.typed import NumberText
from deepcalc.records import record

WITH_TOLERANCE = {"value", "tolerance"}


@record
class Near:
    """A figure that the source has rounded on its way: right within the tolerance, and at its own last place."""

    figure: Literal
    tolerance: Fraction

    @property
    def text(self) -> str:
        return f"{self.figure.text} ± {float(self.tolerance):g}"


def expectation(value: Any) -> Any:
    """What a figure from elsewhere is: a number, text, a list of them, or a mapping of texts."""
    if isinstance(value, NumberText):
        try:
            return parse_number(value)
        except ParseError as error:
            raise wrong(error.message) from None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return tuple(expectation(item) for item in value)
    if isinstance(value, dict):
        if value.keys() <= WITH_TOLERANCE and "value" in value:
            return _within(expectation(value["value"]), value.get("tolerance", NumberText("0")))
        return {key: expectation(item) for key, item in value.items()}
    if isinstance(value, str):
        return parse_constant(value, named={}) or value
    raise wrong(f"expected a number, text, a list or a mapping, found {described(value)}")


def _within(value: Any, tolerance: Any) -> Any:
    """The figures, each with the tolerance; a list of tolerances has one for each."""
    if isinstance(value, tuple):
        each = tolerance if isinstance(tolerance, list) else [tolerance] * len(value)
        if len(each) != len(value):
            raise wrong(f"expected one tolerance, or {len(value)} of them, found {len(each)}")
        return tuple(_within(part, within) for part, within in zip(value, each, strict=True))
    slack = as_number(tolerance, "a number as `tolerance`")
    if slack.value < 0:
        raise wrong(f"expected a tolerance from 0 up, found {slack.text}")
    if not isinstance(value, Literal):
        raise wrong("a tolerance goes with a number, or with a list of numbers")
    return Near(value, to_fraction(slack.value))
