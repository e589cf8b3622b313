"""The typical mistakes in problems about convolutions."""
