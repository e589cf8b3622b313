"""How the quantities of perceptron learning are called."""

from __future__ import annotations


def at(name: str, sample: int | None, time: int) -> str:
    """The name of a quantity of a sample after so many presentations."""
    return name + ("" if sample is None else f":{sample}") + (f"@{time}" if time else "")
