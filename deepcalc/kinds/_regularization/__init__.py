"""The typical mistakes in problems about regularizers."""
