"""A problem worked out by hand, step by step, by a student who may make a mistake on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Mistake:
    """A mistake that can be made: its ``key``, and ``words`` of which one is said by whoever names it (a pattern)."""

    key: str
    words: str


class Work:
    """One student's way through a problem.

    ``mistake`` is the key of the mistake that is made; ``figures`` are the significant ones that results are rounded
    to on the way; with ``own`` numbers each later step starts from those in place of what it has come to.
    """

    def __init__(self, mistake: str | None = None, figures: int | None = None, own: Answers | None = None) -> None:
        self._mistake = mistake
        self._figures = figures
        self._own = own or {}
        self.answers: dict[str, Any] = {}
        self.mistakes: dict[str, Mistake] = {}

    def keep(self, name: str, value: Any) -> Any:
        """Write an answer down; what the next steps start from."""
        self.answers[name] = value
        return self._own[name] if name in self._own else self.step(value)

    def step(self, value: Any) -> Any:
        """A result on the way that is not asked for."""
        if self._figures is None or isinstance(value, int | tuple):
            return value
        places = self._figures - 1
        return np.vectorize(lambda x: float(f"{x:.{places}e}"))(value)[()]

    def slip(self, key: str, words: str, right: Any, wrong: Any) -> Any:
        """A place where a mistake can be made: the value that is right, or the wrong one."""
        self.mistakes[key] = Mistake(key, words)
        return wrong if key == self._mistake else right


@dataclass(frozen=True)
class Worked:
    """A shipped problem by its name, or one of this benchmark's own by its text, and how it is worked out.

    ``unit`` is the last place that is asked for, where the problem says one; ``digits`` are the fewest that tell a new
    value from the old one.
    """

    kind: str
    problem: str
    by_hand: Callable[[Work], None]
    unit: float = 0.0
    digits: int = 3

    @property
    def label(self) -> str:
        return self.problem if "\n" not in self.problem else f"own {self.kind} ({self.by_hand.__name__})"


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def softmax(z: Any) -> Any:
    powers = np.exp(np.asarray(z))
    return powers / powers.sum()
