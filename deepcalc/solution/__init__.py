"""The solver, and the format-independent document that it makes of a problem."""
