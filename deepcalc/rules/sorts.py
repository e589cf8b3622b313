"""What sort of thing a word of the field names: said where one sort stands in the place of another."""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.notation.names import called, plain_form
from deepcalc.rules.activations import ACTIVATION_ALIASES, ACTIVATIONS, SOFTMAX
from deepcalc.rules.losses import LOSS_ALIASES, LOSSES
from deepcalc.rules.penalties import PENALTIES, PENALTY_ALIASES
from deepcalc.rules.updates import METHOD_ALIASES, UPDATES

_SORTS: Mapping[str, Mapping[str, str]] = {
    sort: {plain_form(name): name for names in tables for name in names}
    for sort, tables in {
        "an activation function": (ACTIVATIONS, ACTIVATION_ALIASES, (SOFTMAX,)),
        "a loss": (LOSSES, LOSS_ALIASES),
        "a penalty": (PENALTIES, PENALTY_ALIASES),
        "an update rule": (UPDATES, METHOD_ALIASES),
    }.items()
}


def sort_of(word: str) -> str | None:
    """``an activation function`` of softmax, in any usual way of writing it; nothing of a word that no table knows."""
    return next((sort for sort, words in _SORTS.items() if called(words, word)), None)
