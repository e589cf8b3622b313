"""The size behind a sliding kernel in a course's own form: ``floor((n + 2*p - f)/s) + 1``, ``(n - k + p + s)/s``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from deepcalc.errors import ValueOutOfReach
from deepcalc.graph.evaluation import value_of
from deepcalc.notation.arithmetic import compared
from deepcalc.notation.edits import changed
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Plus,
    Times,
    names_in,
    nodes_in,
    total,
)
from deepcalc.notation.rounding import NumberFormat
from deepcalc.records import record
from deepcalc.rules.layers import times
from deepcalc.rules.sizes import MEANINGS, VALID, Padding, Side, slid

_FIELDS: Mapping[str, str] = {"input": "n", "kernel": "k", "stride": "s", "padding": "p", "dilation": "d"}
"""What a formula may be made of, and the field of a side that it is."""

_TRIED = tuple(product((7, 10), (1, 3, 4), (1, 2, 3), (0, 1), (1, 2)))
"""Inputs, kernels, strides, paddings and dilations at which a formula is compared with the law."""


@record
class SizeFormula:
    """The formula as it was written, and its letters by what they mean."""

    written: Node
    letters: Mapping[str, str]

    def of(self, side: Side, padding: Padding) -> Any:
        """The formula for a side, without what the layer does not have; None where it does not speak of the layer.

        It does not where a layer is padded otherwise before than behind, or by a word, where a last window that is
        not full counts, or where a kernel is dilated and the formula has no letter for that.
        """
        used = names_in(self.written)
        is_padded_so = padding is VALID or (padding.has_amount and side.q is None)
        knows_dilation = side.d is None or self.letters.get("dilation") in used
        if not is_padded_so or not knows_dilation or side.up:
            return None
        absent = {"p": ZERO, "d": ONE}
        values: dict[Node, Node] = {}
        for meaning, letter in self.letters.items():
            value = getattr(side, _FIELDS[meaning])
            values[Name(letter)] = absent[_FIELDS[meaning]] if value is None else value
        return _without_idle(self.written.xreplace(values))

    def unlike(self, padding: Padding) -> str | None:
        """Numbers for which it gives another size than the law, of those that are to divide without a remainder."""
        for n, k, s, p, d in _TRIED:
            size, kernel, stride, amount = (Literal(str(each)) for each in (n, k, s, p))
            dilation = None if d == 1 else Literal(str(d))
            side = Side(size, kernel, stride, amount if padding.has_amount else None, d=dilation)
            own, law = self.of(side, padding), slid(side, padding)
            if own is None or not _divides(side, padding):
                continue
            numbers = (("input", n), ("kernel", k), ("stride", s), ("padding", p), ("dilation", d))
            said = ", ".join(f"{meaning} {each}" for meaning, each in numbers if meaning in self.letters)
            try:
                found, right = value_of(own, {}), value_of(law, {})
            except ValueOutOfReach as error:
                return f"{said} it has no value ({error})"
            if compared(found, right) != 0:
                shown = found if isinstance(found, Fraction) else NumberFormat().write(found).text
                return f"{said} it gives {shown}, and there are {right} positions"
        return None


def _divides(side: Side, padding: Padding) -> bool:
    """Whether the kernel fits, and the last window ends with the padded input."""
    quotients = [part for part in nodes_in(slid(side, padding)) if isinstance(part, Over)]
    values = [Fraction(value_of(part, {})) for part in quotients]
    return all(value >= 0 and value.denominator == 1 for value in values) and value_of(slid(side, padding), {}) >= 1


def letters_in(written: Node, own: Mapping[str, str]) -> tuple[dict[str, str], Sequence[str]]:
    """What the letters of a formula mean, and those of which it is not known.

    They are the course's ``own`` by what they mean, or else those of the laws here, large or small.
    """
    meant = {meaning: own[meaning] for meaning in _FIELDS if meaning in own}
    unknown = []
    for name in sorted(set(names_in(written)) - set(meant.values())):
        free = (meaning for meaning in _FIELDS if meaning not in meant)
        found = next((meaning for meaning in free if MEANINGS[meaning].lower() == name.lower()), None)
        if found is None:
            unknown.append(name)
        else:
            meant[found] = name
    return meant, unknown


def _without_idle(node: Node) -> Node:
    """Nothing added, nothing multiplied or divided by one, nothing rounded that is whole."""
    while (simpler := changed(node, _simpler)) != node:
        node = simpler
    return node


def _simpler(part: Node) -> Node | None:
    match part:
        case Times() if ZERO in part.args:
            return ZERO
        case Times() if ONE in part.args:
            kept = [factor for factor in part.args if factor != ONE]
            return times(*kept) if kept else ONE
        case Negative() if part.args[0] == ZERO:
            return ZERO
        case Plus() if ONE in part.args and Negative(ONE) in part.args:
            kept = list(part.args)
            kept.remove(ONE)
            kept.remove(Negative(ONE))
            return total(*kept)
        case Plus() if ZERO in part.args or any(isinstance(term, Plus) for term in part.args):
            return total(*_terms(part))
        case Over() if part.args[1] == ONE:
            return part.args[0]
        case Call() if part.function in ("floor", "ceil") and _is_whole(part.arguments[0]):
            return part.arguments[0]
    return None


def _terms(sum_: Node) -> Iterator[Node]:
    for term in sum_.args:
        if isinstance(term, Plus):
            yield from _terms(term)
        elif term != ZERO:
            yield term


def _is_whole(node: Node) -> bool:
    """Whether nothing in it divides; what it is made of are sizes."""
    return not any(isinstance(part, Over) for part in nodes_in(node))
