"""Quantities, the graph they make, its gradients (more quantities of the same graph), and evaluation."""
