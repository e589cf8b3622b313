"""Random networks, and what they come to by NumPy matrices and autograd: an implementation by someone else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad
from hypothesis import strategies as st

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "elu": lambda z: anp.where(z > 0, z, anp.expm1(z)),
    "swish": lambda z: z / (1 + anp.exp(-z)),
    "mish": lambda z: z * anp.tanh(anp.log(1 + anp.exp(z))),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "softsign": lambda z: z / (1 + anp.abs(z)),
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z)),
}
LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "mse": lambda t, o: anp.mean((t - o) ** 2),
    "half_sum": lambda t, o: 0.5 * anp.sum((t - o) ** 2),
    "sum": lambda t, o: anp.sum((t - o) ** 2),
    "binary_cross_entropy": lambda t, o: -anp.sum(t * anp.log(o) + (1 - t) * anp.log(1 - o)),
    "categorical_cross_entropy": lambda t, o: -anp.sum(t * anp.log(o)),
}
OUTPUTS_OF = {"binary_cross_entropy": ["sigmoid"], "categorical_cross_entropy": ["softmax"]}


@dataclass(frozen=True)
class Case:
    """A random network: sizes from the inputs on, activations, loss, samples, all numbers."""

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    weights: tuple[Any, ...]
    biases: tuple[Any, ...]
    inputs: Any
    targets: Any
    reduction: str
    rate: float
    order: str
    rows: str

    def yaml(self) -> str:
        lines = ["kind: network", f"net_input: {self.order}", f"reduction: {self.reduction}", "layers:"]
        for index, (weights, bias, activation) in enumerate(
            zip(self.weights, self.biases, self.activations, strict=True)
        ):
            matrix = weights if self.rows == "senders" else weights.T
            lines.append(f"  - units: {self.sizes[index + 1]}\n    activation: {activation}")
            lines.append(f"    weights: {{rows: {self.rows}, matrix: {matrix.tolist()}}}")
            if bias is not None:
                lines.append(f"    biases: {bias.tolist()}")
        lines.append("samples:")
        for x, t in zip(self.inputs, self.targets, strict=True):
            lines.append(f"  - {{inputs: {x.tolist()}, targets: {t.tolist()}}}")
        lines.append(f"loss: {{function: {self.loss}}}")
        lines.append(f"optimizer: {{learning_rate: {self.rate}}}")
        return "\n".join(lines)

    def weight(self, layer: int, sender: int, receiver: int) -> str:
        """The name that is made for a weight, counted from 1: w2 of one unit, w21 of one layer, W1_2_1 of several."""
        if len(self.weights) > 1:
            return f"W{layer}_{sender}_{receiver}"
        return f"w{sender}" if self.sizes[-1] == 1 else f"w{sender}{receiver}"

    def bias(self, layer: int, unit: int) -> str:
        """The name that is made for a bias."""
        return f"b{layer}_{unit}" if len(self.weights) > 1 else "b" if self.sizes[-1] == 1 else f"b{unit}"

    def reference(self) -> tuple[float, list[Any], list[Any]]:
        """Loss and gradients, by autograd."""

        def total(weights: Any, biases: Any) -> Any:
            losses = []
            for x, t in zip(self.inputs, self.targets, strict=True):
                out = x
                for w, b, activation in zip(weights, biases, self.activations, strict=True):
                    z = anp.dot(out, w) + (0 if b is None else b)
                    out = ACTIVATIONS[activation](z)
                losses.append(LOSSES[self.loss](t, out))
            return sum(losses) / (len(losses) if self.reduction == "mean" else 1)

        weights = [np.array(w) for w in self.weights]
        biases = [
            np.zeros(size) if b is None else np.array(b) for b, size in zip(self.biases, self.sizes[1:], strict=True)
        ]
        by_weights, by_biases = grad(total, 0)(weights, biases), grad(total, 1)(weights, biases)
        return float(total(weights, biases)), by_weights, by_biases


numbers = st.integers(-2000, 2000).map(lambda n: n / 1000)


def arrays(*shape: int) -> st.SearchStrategy[Any]:
    size = int(np.prod(shape))
    return st.lists(numbers, min_size=size, max_size=size).map(lambda values: np.array(values).reshape(shape))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    depth = draw(st.integers(1, 4))
    sizes = tuple(draw(st.integers(1, 3)) for _ in range(depth + 1))
    loss = draw(st.sampled_from(sorted(LOSSES)))
    hidden = [draw(st.sampled_from([name for name in ACTIVATIONS if name != "softmax"])) for _ in range(depth - 1)]
    activations = (*hidden, draw(st.sampled_from(OUTPUTS_OF.get(loss, sorted(ACTIVATIONS)))))
    samples = draw(st.integers(1, 3))
    targets = draw(arrays(samples, sizes[-1]))
    if loss == "binary_cross_entropy":
        targets = np.abs(targets) / 2
    if loss == "categorical_cross_entropy":
        targets = np.eye(sizes[-1])[[draw(st.integers(0, sizes[-1] - 1)) for _ in range(samples)]]
        if draw(st.booleans()):
            targets = targets * 0.75  # targets that do not sum to 1: the form p - t must not be used
    return Case(
        sizes,
        activations,
        loss,
        tuple(draw(arrays(a, b)) for a, b in pairwise(sizes)),
        tuple(draw(st.none() | arrays(size)) for size in sizes[1:]),
        draw(arrays(samples, sizes[0])),
        targets,
        draw(st.sampled_from(["mean", "sum"])),
        draw(st.integers(1, 1000)) / 1000,
        draw(st.sampled_from(["x*w + b", "w*x + b", "b + x*w", "b + w*x"])),
        draw(st.sampled_from(["senders", "receivers"])),
    )
