"""Typical mistakes in activations, their derivatives and the softmax: what NumPy comes to with each, how it is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.checking.marking import said, written

N, P = -1.3, 0.7
"""The points: one below 0 and one above."""

E = np.exp
SCORES = np.array([1.2, -0.4, 2.1])
POWERS = E(SCORES)
SHARES = POWERS / POWERS.sum()


def sigmoid(z: Any) -> Any:
    return 1 / (1 + E(-z))


def softplus(z: float) -> Any:
    return np.log1p(E(z))


def density(z: float) -> Any:
    return E(-(z**2) / 2) / np.sqrt(2 * np.pi)


A = sigmoid(P)
T = np.tanh(P)
PHI = 0.75803635  # Φ(0.7), from a table
MISTAKES: dict[str, list[tuple[str, Any, str]]] = {
    "sigmoid": [
        ("a2", 1 / (1 - E(-P)), "the sign below the line turned"),
        ("a2", 1 + E(-P), "the division left out"),
        ("a2", 1 / (1 + 2**-P), "2 in place of e"),
        ("a2", P, "the net input itself, the sigmoid left out"),
        ("a1", 0, "ReLU in place of the sigmoid"),
        ("da2/dz2", A * (1 + A), "the sign turned: 1 + a"),
        ("da2/dz2", A**2 * (1 - A), "a squared where it is not"),
        ("da2/dz2", 1 - T**2, "the derivative of tanh in place of the sigmoid"),
        ("da2/dz2", sigmoid(A) * (1 - sigmoid(A)), "the derivative taken at the value"),
    ],
    "tanh": [
        ("a2", np.tanh(2 * P), "tanh of 2z"),
        ("a2", np.sinh(P), "sinh z alone"),
        ("a2", np.tan(P), "the tangent in place of the hyperbolic one"),
        ("da2/dz2", (1 - T) ** 2, "the square of 1 − a"),
        ("da2/dz2", np.sqrt(1 - T**2), "the root of 1 − a²"),
        ("da2/dz2", sigmoid(P) * (1 - sigmoid(P)), "the derivative of the sigmoid in place of tanh"),
    ],
    "relu": [
        ("a1", -0.013, "as of leaky ReLU"),
        ("a2", 1, "the derivative, in place of the value"),
        ("da1/dz1", -1, "−1 in place of 0"),
        ("da1/dz1", 0.01, "as of leaky ReLU"),
    ],
    "leaky_relu\nslope: 0.01": [
        ("a1", -0.13, "the slope 0.1 below 0"),
        ("a1", 0.01, "the slope itself below 0"),
        ("a1", -1.29, "the slope added to z"),
        ("a1", 0.01 * (E(N) - 1), "as of ELU"),
        ("da1/dz1", 0.2, "the slope 0.2 below 0"),
        ("da1/dz1", -1, "−1 below 0"),
    ],
    "elu\nalpha: 1.5": [
        ("a1", 1.5 * N, "a straight line without the exponential"),
        ("a1", E(1.5 * N) - 1, "α in the exponent"),
        ("da1/dz1", 1.5 * (E(N) - 1) + 1, "a + 1 below 0"),
        ("da1/dz1", 1.5 * E(N) - 1, "the − 1 of the value kept"),
        ("da2/dz2", 1.5 * E(P), "α·e^z on both sides"),
    ],
    "selu": [
        ("a1", 1.0507009873554805 * (E(N) - 1), "α left out"),
        ("a2", 1.6732632423543772 * P, "α and the scale λ exchanged"),
        ("da1/dz1", 1.6732632423543772 * E(N), "the scale λ left out"),
    ],
    "gelu": [
        ("a2", P * sigmoid(1.702 * P), "which is an approximation"),
        ("a2", P * density(P), "the density φ(z) in place of Φ(z)"),
        ("a2", P * (1 - PHI), "1 − Φ(z)"),
        ("da2/dz2", P * density(P), "the first term of the product rule left out"),
        ("da2/dz2", PHI + density(P), "the factor z of the second term left out"),
        ("da2/dz2", A + P * A * (1 - A), "the derivative of swish in place of GELU"),
    ],
    "swish\nbeta: 1.5": [
        ("a2", 1.5 * P * A, "β before the function, not before z"),
        ("a2", P + sigmoid(1.5 * P), "z added to the sigmoid"),
        ("da1/dz1", sigmoid(1.5 * N) + N * sigmoid(1.5 * N) * sigmoid(-1.5 * N), "the inner derivative β left out"),
        ("da1/dz1", sigmoid(N) + N * sigmoid(N) * sigmoid(-N), "β taken as 1"),
    ],
    "mish": [("a2", P * np.tanh(P), "no softplus taken"), ("a2", P * A, "swish in place of mish")],
    "softplus": [
        ("a1", -np.log1p(E(-N)), "the logarithm of the sigmoid"),
        ("da2/dz2", sigmoid(softplus(P)), "the sigmoid of the value, not of z"),
    ],
    "softsign": [
        ("a1", N / np.sqrt(1 + N**2), "the root of 1 + z²"),
        ("da1/dz1", 1 / (1 + N) ** 2, "1 + z in place of 1 + |z|"),
    ],
    "hard_sigmoid": [
        ("a1", 0.2 * N + 0.5, "as older courses have it"),
        ("a1", (3 - N) / 6, "the sign of z turned"),
        ("da1/dz1", 0.2, "as older courses have it"),
    ],
    "hard_swish": [("a2", P * A, "swish in place of hard swish"), ("da2/dz2", 2 * P + 3, "not divided by 6")],
}  # fmt: skip

OF_SOFTMAX: list[tuple[str, Any, str]] = [
    ("p.1", POWERS[0] / POWERS[2], "divided by the largest of the exponentials"),
    ("p.1", 1.2 / 2.1, "divided by the largest score"),
    ("p.1", E(1.2 - 2.1) / POWERS.sum(), "taken off above the line alone"),
    ("p.1", POWERS[0] / E(SCORES - 2.1).sum(), "taken off below the line alone"),
    ("p.1", 2**1.2 / (2**SCORES).sum(), "powers of 2"),
    ("p.2", E(0.4) / E(-SCORES).sum(), "the signs of the exponents turned"),
    ("p.2", np.log(SHARES[1]), "its logarithm"),
    ("p.1", SHARES[0] * 3, "divided by the mean of the exponentials"),
    ("p.3", 1, "1 for the largest score"),
    ("p.1", 1.44 / (SCORES**2).sum(), "the squares of the scores"),
    ("p.1", 1.2 / np.linalg.norm(SCORES), "the scores divided by their Euclidean norm"),
    ("p.1", 1.6 / 2.5, "(z − min)/(max − min)"),
    ("p.1", 1 - SHARES[0], "1 − p in place of p"),
    ("p.1", POWERS[0] / (1 + POWERS.sum()), "1 added to the sum"),
    ("dp.1/dz2", SHARES[1] * (1 - SHARES[1]), "p_j·(1 − p_j) off the diagonal"),
]


@pytest.mark.parametrize("function", MISTAKES)
def test_a_typical_mistake_in_an_activation_is_named(function: str) -> None:
    marker = written(
        f"kind: activation\nfunction: {function}\nat: [{N}, {P}]\nparts: [{{find: [a1, a2, da1/dz1, da2/dz2]}}]"
    )
    for name, wrong, message in MISTAKES[function]:
        assert message in said(marker.mark({name: f"{wrong:.7g}"}), name)


def test_a_typical_mistake_in_a_softmax_is_named() -> None:
    asked = ", ".join(dict.fromkeys(name for name, *_ in OF_SOFTMAX))
    marker = written(f"kind: activation\nfunction: softmax\nat: [1.2, -0.4, 2.1]\nparts: [{{find: [{asked}]}}]")
    for name, wrong, message in OF_SOFTMAX:
        assert message in said(marker.mark({name: f"{wrong:.7g}"}), name)
