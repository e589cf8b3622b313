"""Other names of losses and activations: short forms, and what Keras and PyTorch call them.

Case, underscores, hyphens and spaces do not matter: ``MeanSquaredError`` is ``mean_squared_error``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from pydantic import BeforeValidator

LOSS_ALIASES: Mapping[str, str] = {
    "mean_squared_error": "mse", "mse_loss": "mse", "l2_loss": "mse",
    "sse": "sum", "sum_of_squares": "sum", "sum_of_squared_errors": "sum", "sum_squared_error": "sum",
    "half_sse": "half_sum", "half_sum_of_squares": "half_sum",
    "bce": "binary_cross_entropy", "bce_loss": "binary_cross_entropy", "log_loss": "binary_cross_entropy",
    "cce": "categorical_cross_entropy",
    "ce": "cross_entropy", "cross_entropy_loss": "cross_entropy",
}  # fmt: skip

ACTIVATION_ALIASES: Mapping[str, str] = {
    "linear": "identity", "none": "identity",
    "logistic": "sigmoid", "sigma": "sigmoid",
    "rectifier": "relu", "rectified_linear": "relu",
    "hyperbolic_tangent": "tanh",
}  # fmt: skip


def also_as(names: type[Enum], aliases: Mapping[str, str]) -> BeforeValidator:
    """Takes the names in any usual way of writing them, and the other names for them."""
    known = {_plain(str(member.value)): str(member.value) for member in names}
    known |= {_plain(alias): name for alias, name in aliases.items() if name in known.values()}

    def settle(value: object) -> object:
        return known.get(_plain(value), value) if isinstance(value, str) else value

    return BeforeValidator(settle)


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
