"""The nodes of numbers: one row each, with all that deepcalc knows of it.

A row says how the node is printed, its exact value, its instructions in the float domain, its derivative, its range,
and what it is in SymPy. The operations on arrays have their rows in :mod:`deepcalc.notation.operations`.
"""
