"""The typical mistakes in problems about activation functions."""
