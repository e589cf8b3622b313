"""The operations on arrays: one row each, and what follows from the rows for any expression.

A row says the shape of the result, one entry of it as a scalar expression, its floats, what it passes back of a
gradient, and how it is printed. Here these are put together over whole expressions.
"""

from deepcalc.notation.operations.table import OPERATIONS, operands_of, row_of

__all__ = ["OPERATIONS", "operands_of", "row_of"]
