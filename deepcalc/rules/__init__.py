"""The field's tables of rules that kinds share: activations, losses, update rules. One row each."""
