"""How far a random network is from what autograd and NumPy make of it."""

from __future__ import annotations

import numpy as np

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from tests.random_networks import Network

KINDS = find_kinds()


def disagreement(seed: int) -> float:
    """The largest relative error of a gradient or a parameter after a step, of both domains (of 1 for small ones)."""
    network = Network(seed)
    graph = load_text(network.yaml().encode(), "network.yaml", KINDS).plan.graph
    _, course = network.trained()
    names = [f"{name}@{step}" for step in range(1, len(course)) for name in network.names]
    expected = [value for theta in course[1:] for value in theta]
    if network.batch == network.samples:
        objective = "L" if network.penalty is None else "J"
        names.append(objective)
        expected.append(float(network.loss(course[0], list(range(network.samples)))))
    exact = evaluate(graph, names).values
    floats = Program(graph, names).run()
    worst = 0.0
    for name, value in zip(names, expected, strict=True):
        assert np.isfinite(value), (seed, name)
        for found in (float(exact[name]), float(floats[name])):
            worst = max(worst, abs(found - value) / max(1.0, abs(value)))
    return worst
