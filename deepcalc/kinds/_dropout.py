"""The number by which dropout goes: the probability with which a unit is dropped, or that with which it is kept."""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.fields.aliases import FieldAlias
from deepcalc.notation.nodes import ONE, Name, Node, minus
from deepcalc.records import record

RATE, KEEP_PROB = "rate", "keep_prob"

CHANCE_ALIASES: Mapping[str, FieldAlias] = {
    "dropout_rate": RATE,
    "drop_prob": RATE,
    "keep": KEEP_PROB,
    "keep_probability": KEEP_PROB,
}

ONE_CHANCE = "dropout needs `rate`, the probability that a unit is dropped, or `keep_prob`, that it is kept"


@record
class Chance:
    """A probability by its field and its name; ``kept`` is that of keeping a unit, ``dropped`` that of dropping it."""

    field: str
    name: str
    kept: Node
    dropped: Node
    kept_text: str
    dropped_text: str

    @property
    def swapped(self) -> str:
        """The mistake of taking one for the other."""
        return f"the drop probability {self.dropped_text} in place of {self.kept_text}"


def chance(is_of_keeping: bool, number: str = "") -> Chance:
    """That of dropout, in the form that is given; ``number`` tells those of several layers apart."""
    if is_of_keeping:
        name = f"p_keep{number}"
        return Chance(KEEP_PROB, name, Name(name), minus(ONE, Name(name)), "p_keep", "1 − p_keep")
    name = f"p{number}"
    return Chance(RATE, name, minus(ONE, Name(name)), Name(name), "1 − p", "p")
