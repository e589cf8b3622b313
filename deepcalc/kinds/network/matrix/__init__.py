"""Networks in matrix notation: the samples and the weights of a layer are matrices, ``Z1 = X W1 + b1``."""
