"""The typical mistakes in problems about mini-batches."""
