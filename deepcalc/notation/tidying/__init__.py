"""What brings an expression to the form that a textbook writes; the way in is :mod:`deepcalc.notation.tidy`."""
