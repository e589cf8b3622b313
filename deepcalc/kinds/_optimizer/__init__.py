"""The parts of the optimizer kind: the quantities of every step, and the problem in words."""
