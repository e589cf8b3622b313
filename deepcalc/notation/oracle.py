"""Written expressions as ordinary SymPy: for the oracles of the tests, and for comparing symbolic answers.

SymPy merges and re-sorts what it is given, so nothing that is shown to a person comes from here.
"""

from __future__ import annotations

from typing import Any

from deepcalc.notation.nodes import Node
from deepcalc.notation.scalars.table import SCALARS


def to_sympy(node: Node) -> Any:
    """The ordinary SymPy expression of a written one; a name is a real symbol, a ``Listing`` a ``Tuple``.

    ``ValueOutOfReach`` where SymPy would work out a number of more than 100,000 bits.
    """
    return SCALARS[type(node)].oracle(node, to_sympy)
