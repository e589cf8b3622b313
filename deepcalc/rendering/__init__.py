"""Solutions as text: each format is one module, and none knows a kind of problem."""
