"""The kinds of problem: one folder each, found by looking here and among installed plug-ins.

A folder whose name does not begin with an underscore defines ``KIND``. A package elsewhere adds one
through the entry-point group ``deepcalc.kinds``.
"""

from deepcalc.kinds.registry import Kind, Kinds, find_kinds

__all__ = ["Kind", "Kinds", "find_kinds"]
