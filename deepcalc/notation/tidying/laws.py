"""The laws by which an expression in letters is brought to its shortest form, as they are named in the margin."""

from __future__ import annotations

from typing import Any, TypeAlias

from deepcalc.notation.nodes import Node

Law: TypeAlias = tuple[Any, ...]
"""Prose: text, and expressions as nodes."""

NUMBERS: Law = ("numbers gathered",)
LIKE_TERMS: Law = ("like terms gathered",)
POWERS: Law = ("equal factors gathered into a power",)
CANCELLED: Law = ("cancelled",)
COMMON_FACTOR: Law = ("common factor taken out",)
MULTIPLIED_OUT: Law = ("multiplied out",)
COMMON_DENOMINATOR: Law = ("brought to one denominator",)
SIGN: Law = ("−(a − b) = b − a",)
TRANSPOSED_PRODUCT: Law = ("(A B)ᵀ = Bᵀ Aᵀ",)
TRANSPOSED_TWICE: Law = ("(Aᵀ)ᵀ = A",)
SCALAR_IN_FRONT: Law = ("numbers stand before the array",)
LOGARITHM: Law = ("log and exp undo each other",)
SIGMOID: Law = ("eᶻ/(1 + eᶻ) = σ(z)",)
OTHER_SIGMOID: Law = ("1 − σ(−z) = σ(z)",)
SOFTMAX: Law = ("eᶻ/Σ eᶻ = softmax(z)",)
IDENTITY: Law = ("I A = A",)
VALUE: Law = ("worked out",)


def assumed(relation: Node) -> Law:
    """What is assumed of the letters, used."""
    return ("since ", relation)
