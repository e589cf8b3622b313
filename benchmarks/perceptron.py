"""A multi-layer perceptron 784-128-10 on a batch of 32: its loss, all gradients, one update; as a problem, and by hand.

    python -m benchmarks.perceptron            # by hand, in NumPy alone

The pixels and the weights are made of short vectors, so that the file is small and the arrays are not.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import numpy as np

BATCH, PIXELS, UNITS, CLASSES = 32, 784, 128, 10
LENGTHS = {"p": BATCH, "q": PIXELS, "u": PIXELS, "v": UNITS, "g": UNITS, "h": CLASSES, "k": UNITS, "l": CLASSES}
STEP = 0.1

PROBLEM = """
define:
  X: sin(outer(p, 50*q))
  W1: 0.05*cos(outer(10*u, 10*v))
  b1: 0.1*k
  W2: 0.1*cos(outer(10*g, 10*h))
  b2: 0.1*l
  A1: relu(X @ W1 + b1)
  Z2: A1 @ W2 + b2
  P: 'softmax(Z2, axis=1)'
  L: -sum(Y*log(P))/32
  newW1: W1 - 0.1*{dL/dW1}
  newb1: b1 - 0.1*{dL/db1}
  newW2: W2 - 0.1*{dL/dW2}
  newb2: b2 - 0.1*{dL/db2}
parts: [{find: [L, newW1, newb1, newW2, newb2]}]
"""


def numbers() -> dict[str, list[float]]:
    """The vectors of which everything is made, the same ones each time."""
    made = random.Random(1)
    return {name: [round(made.uniform(-1, 1), 3) for _ in range(length)] for name, length in LENGTHS.items()}


def targets() -> list[list[int]]:
    return [[int(label == row % CLASSES) for label in range(CLASSES)] for row in range(BATCH)]


def as_problem() -> bytes:
    given = "\n".join(f"  {name}: {values}" for name, values in numbers().items())
    return f"kind: formula\ngiven:\n{given}\n  Y: {targets()}{PROBLEM}".encode()


def by_hand(given: Mapping[str, Any], y: Any) -> dict[str, Any]:
    """The same in NumPy, as one writes it."""
    x = np.sin(np.outer(given["p"], 50 * given["q"]))
    w1, b1 = 0.05 * np.cos(np.outer(10 * given["u"], 10 * given["v"])), 0.1 * given["k"]
    w2, b2 = 0.1 * np.cos(np.outer(10 * given["g"], 10 * given["h"])), 0.1 * given["l"]
    z1 = x @ w1 + b1
    a1 = np.maximum(z1, 0)
    z2 = a1 @ w2 + b2
    exponentials = np.exp(z2 - z2.max(axis=1, keepdims=True))
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    d2 = (p - y) / BATCH
    d1 = (d2 @ w2.T) * (z1 > 0)
    return {
        "L": -np.sum(y * np.log(p)) / BATCH,
        "newW1": w1 - STEP * x.T @ d1,
        "newb1": b1 - STEP * d1.sum(axis=0),
        "newW2": w2 - STEP * a1.T @ d2,
        "newb2": b2 - STEP * d2.sum(axis=0),
    }


def arrays() -> tuple[dict[str, Any], Any]:
    return {name: np.array(values) for name, values in numbers().items()}, np.array(targets())


if __name__ == "__main__":
    print(by_hand(*arrays()))
