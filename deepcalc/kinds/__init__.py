"""The kinds of problem: one file each, found by looking in this folder and among installed plug-ins.

A module here whose name does not begin with an underscore defines ``KIND``. A package elsewhere adds one
through the entry-point group ``deepcalc.kinds``.
"""

from deepcalc.kinds._registry import Kind, Kinds, find_kinds

__all__ = ["Kind", "Kinds", "find_kinds"]
