"""deepcalc solves deep-learning exam problems and shows its work.

A problem is a file, or a shipped one by its name; a solution shows itself in a notebook, and exports as LaTeX, PDF,
HTML, Markdown, a notebook or JSON:

>>> import deepcalc
>>> solution = deepcalc.solve("relu-2-2-2", parts=["a", "b"])
>>> solution.answers
{'o1': 0, 'o2': -1.5, 'L': 2.5}
>>> what_if = deepcalc.load("relu-2-2-2", changes={"optimizer.learning_rate": "0.5"})
>>> deepcalc.solve(what_if, parts=["c"]).answers
{'w21@1': 1.25}
>>> print(deepcalc.export(solution, format="markdown")[:40])
# Backpropagation through a ReLU network

Every error that deepcalc raises on purpose is a :class:`DeepcalcError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deepcalc.errors import DeepcalcError

if TYPE_CHECKING:
    from deepcalc.api import Solution, export, load, solve

__version__ = "0.1.0"
__all__ = ["DeepcalcError", "Solution", "__version__", "export", "load", "solve"]


def __getattr__(name: str) -> Any:
    """The face, imported when it is first used: the command line does without it."""
    if name not in __all__:
        raise AttributeError(f"module 'deepcalc' has no attribute {name!r}")
    from deepcalc import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return __all__
