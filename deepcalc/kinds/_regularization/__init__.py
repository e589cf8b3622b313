"""The parts of the regularization kind: the plans of the regularizers, and the typical mistakes."""
