"""Numbers that are typed as expressions: ``1/3``, ``sqrt(2)``, ``2*pi``, ``50%``."""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.errors import ParseError, ValueOutOfReach
from deepcalc.graph.evaluation import value_of
from deepcalc.notation.arithmetic import context
from deepcalc.notation.nodes import Constant, Literal, Value, names_in
from deepcalc.notation.parser import parse, parse_number
from deepcalc.notation.rounding import exact_text

NAMED: Mapping[str, Value] = {"pi": +context.pi, "e": +context.e}
"""The names that are numbers, where no other name may stand."""


def parse_constant(text: str, named: Mapping[str, Value] = NAMED) -> Literal | None:
    """The number that an expression without names comes to, kept as it is typed; None for what is none."""
    try:
        return parse_number(text)
    except ParseError:
        pass
    stripped = text.strip()
    try:
        if stripped.endswith("%"):
            share = parse_number(stripped[:-1].rstrip())
            value: Value = share.value / 100
            return Constant(exact_text(value), value, Literal(f"{share.text}%", value))
        written = parse(stripped)
        if not set(names_in(written)) <= named.keys():
            return None
        value = value_of(written, named)
    except (ParseError, ValueOutOfReach, KeyError):
        return None
    return Constant(exact_text(value), value, written)
