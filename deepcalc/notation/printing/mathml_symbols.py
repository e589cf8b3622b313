r"""A symbol's LaTeX form as MathML: ``w_{21}^{+}``, ``\hat{y}``, ``\frac{\partial L}{\partial w_{21}}``."""

from __future__ import annotations

from functools import lru_cache

from deepcalc.notation.mathtext.reading import read_math
from deepcalc.notation.mathtext.tree import MathTree, Row, Symbol
from deepcalc.notation.printing import mathml_elements as mathml
from deepcalc.notation.printing.mathml_trees import element

_STAR = Symbol("*", "*")


@lru_cache(maxsize=4096)
def symbol(latex: str) -> str:
    """The MathML of a symbol, as one element, without space around its signs."""
    return _small(read_math(latex))


def _small(tree: MathTree) -> str:
    if isinstance(tree, Row):
        return mathml.row(*map(_small, tree.parts))
    return mathml.small("∗") if tree == _STAR else element(tree, _small)
