"""The parts of the network kind: how the units are wired, and the graph that this makes."""
