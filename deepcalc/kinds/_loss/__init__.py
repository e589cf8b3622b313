"""The typical mistakes in problems about losses."""
