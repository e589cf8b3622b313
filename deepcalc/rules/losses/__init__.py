"""Loss functions: one row each, with the written form, its derivative, its numbers, its names and its mistakes."""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.notation.names import called, plain_form
from deepcalc.rules.losses import distances, entropies, focal, margins, regression
from deepcalc.rules.losses.row import At, Loss

LOSSES: Mapping[str, Loss] = {
    row.name: row.written_with(At())
    for row in (*regression.ROWS, *entropies.ROWS, *focal.ROWS, *margins.ROWS, *distances.ROWS)
}

CROSS_ENTROPY, FOCAL = "cross_entropy", "focal"

SHORT_FOR: Mapping[str, tuple[str, str]] = {
    CROSS_ENTROPY: ("binary_cross_entropy", "categorical_cross_entropy"),
    FOCAL: ("binary_focal", "categorical_focal"),
}
"""Names that are short for the binary loss (after a sigmoid) and for the categorical one (after a softmax)."""

_ALIASES_OF_SHORT: Mapping[str, str] = {
    "ce": CROSS_ENTROPY, "cross_entropy_loss": CROSS_ENTROPY, "crossentropy": CROSS_ENTROPY, "focal_loss": FOCAL,
}  # fmt: skip

LOSS_ALIASES: Mapping[str, str] = {
    **{alias: row.name for row in LOSSES.values() for alias in row.aliases},
    **_ALIASES_OF_SHORT,
}
"""What Keras, PyTorch and textbooks call them."""


_ROWS = {plain_form(name): row for row in LOSSES.values() for name in (row.name, *row.aliases)}


def loss_called(name: object) -> Loss | None:
    """The loss of that name, however it is written; None for what is no name of one, or short for several."""
    return called(_ROWS, name) if isinstance(name, str) else None


def loss_meant(name: str, is_categorical: bool, of_logits: bool = False) -> Loss:
    """The loss of that name; of a short one the binary or the categorical; that of logits where there is one."""
    row = LOSSES[SHORT_FOR[name][is_categorical] if name in SHORT_FOR else name]
    return LOSSES[row.of_logits] if of_logits and row.of_logits is not None else row


__all__ = ["CROSS_ENTROPY", "FOCAL", "LOSSES", "LOSS_ALIASES", "SHORT_FOR", "Loss", "loss_called", "loss_meant"]
