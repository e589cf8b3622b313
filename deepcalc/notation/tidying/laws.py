"""The laws by which an expression in letters is brought to its shortest form, as they are named in the margin."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeAlias

from deepcalc.notation.nodes import Node
from deepcalc.notation.parser import parse_relation
from deepcalc.notation.printing.unicode import UnicodePrinter

Law: TypeAlias = tuple[Any, ...]
"""Prose: text, and expressions as nodes."""


def _law(written: str) -> Law:
    """A law as the relation that it is, so that every dialect prints it in its own way."""
    return (parse_relation(written),)


NUMBERS: Law = ("numbers gathered",)
LIKE_TERMS: Law = ("like terms gathered",)
POWERS: Law = ("equal factors gathered into a power",)
CANCELLED: Law = ("cancelled",)
COMMON_FACTOR: Law = ("common factor taken out",)
MULTIPLIED_OUT: Law = ("multiplied out",)
COMMON_DENOMINATOR: Law = ("brought to one denominator",)
SCALAR_IN_FRONT: Law = ("numbers stand before the array",)
LOGARITHM: Law = ("log and exp undo each other",)
VALUE: Law = ("worked out",)
SIGN = _law("-(a - b) = b - a")
TRANSPOSED_PRODUCT = _law("(A @ B).T = B.T @ A.T")
TRANSPOSED_OUTER = _law("outer(a, b).T = outer(b, a)")
TRANSPOSED_TWICE = _law("A.T.T = A")
IDENTITY = _law("I @ A = A")
SIGMOID = _law("exp(z)/(1 + exp(z)) = sigmoid(z)")
OTHER_SIGMOID = _law("1 - sigmoid(-z) = sigmoid(z)")
SOFTMAX = _law("exp(z)/sum(exp(z)) = softmax(z)")


def assumed(relation: Node) -> Law:
    """What is assumed of the letters, used."""
    return ("since ", relation)


def in_order(used: Iterable[Law]) -> list[Law]:
    """The laws in an order that is the same on every machine: that of their texts."""
    return sorted(used, key=_text)


@lru_cache(maxsize=256)
def _text(law: Law) -> str:
    printer = UnicodePrinter()
    return "".join(part if isinstance(part, str) else printer.print(part) for part in law)
