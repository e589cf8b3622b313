"""deepcalc solves deep-learning exam problems and shows its work."""

__version__ = "0.1.0"
