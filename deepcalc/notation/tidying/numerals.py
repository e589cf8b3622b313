"""How a number that tidying has worked out is written: as the author writes his."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from deepcalc.notation.nodes import Literal, Node, nodes_in, number
from deepcalc.records import record

_MOST_PLACES = 8


@record
class Numerals:
    """The numbers of an expression: their texts by value, and whether any is a decimal."""

    texts: Mapping[Fraction, str]
    decimal: bool

    @classmethod
    def of(cls, expression: Node) -> Numerals:
        found = [part for part in nodes_in(expression) if type(part) is Literal and part.exact]
        return cls(
            {abs(each.value): each.text.lstrip("-") for each in reversed(found)},
            any("." in each.text or each.scientific for each in found),
        )

    def write(self, value: Fraction) -> Node:
        """A number from 0 up: as it was typed, else as a decimal where the author has any, else a quotient."""
        text = self.texts.get(value)
        if text is not None:
            return Literal(text, value)
        if self.decimal and value.denominator != 1:
            places = next((n for n in range(1, _MOST_PLACES + 1) if (value * 10**n).denominator == 1), None)
            if places is not None:
                digits = str(int(value * 10**places)).rjust(places + 1, "0")
                return Literal(f"{digits[:-places]}.{digits[-places:]}", value)
        return number(value)
