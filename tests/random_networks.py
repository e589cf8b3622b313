"""Random networks of every structure, as problem files and as functions for autograd, with NumPy's steps of training.

A batch is a matrix of samples; a layer is a dictionary, and everything a network may have is drawn for some.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "elu": lambda z: anp.where(z > 0, z, anp.expm1(anp.minimum(z, 0.0))),
    "gelu_tanh": lambda z: z / 2 * (1 + anp.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    "swish": lambda z: z / (1 + anp.exp(-z)),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "softsign": lambda z: z / (1 + anp.abs(z)),
    "z*sigmoid(c*z)": lambda z: z / (1 + anp.exp(-1.7 * z)),
    "z^2/(1 + z^2)": lambda z: z**2 / (1 + z**2),
    "exp(-z^2)": lambda z: anp.exp(-(z**2)),
    "sin(c*z) + z": lambda z: anp.sin(1.7 * z) + z,
}
"""Those of the table, and own ones by their formulas, with c = 1.7."""

C = 1.7


def softmax(z: Any) -> Any:
    powers = anp.exp(z)
    return powers / anp.sum(powers, axis=1, keepdims=True)


def of_logits(t: Any, z: Any) -> Any:
    return anp.sum(t * (anp.log(anp.sum(anp.exp(z), axis=1, keepdims=True)) - z), axis=1)


LOSSES: dict[str, tuple[str | None, Callable[[Any, Any], Any]]] = {
    "mse": (None, lambda t, o: anp.mean((t - o) ** 2, axis=1)),
    "half_sum": (None, lambda t, o: 0.5 * anp.sum((t - o) ** 2, axis=1)),
    "sum": (None, lambda t, o: anp.sum((t - o) ** 2, axis=1)),
    "mae": (None, lambda t, o: anp.mean(anp.abs(t - o), axis=1)),
    "log_cosh": (None, lambda t, o: anp.mean(anp.log(anp.cosh(o - t)), axis=1)),
    "huber": (
        None,
        lambda t, o: anp.mean(anp.where(anp.abs(t - o) <= 1, 0.5 * (t - o) ** 2, anp.abs(t - o) - 0.5), axis=1),
    ),
    "binary_cross_entropy": ("sigmoid", lambda t, o: -anp.sum(t * anp.log(o) + (1 - t) * anp.log(1 - o), axis=1)),
    "categorical_cross_entropy": ("softmax", lambda t, o: -anp.sum(t * anp.log(o), axis=1)),
    "binary_cross_entropy_with_logits": ("identity", lambda t, z: anp.sum(anp.log(1 + anp.exp(z)) - t * z, axis=1)),
    "cross_entropy_with_logits": ("identity", of_logits),
}
"""The activation that a loss needs, and its values for the rows of a batch."""

State = dict[str, Any]


def averaged(state: State, head: str, rate: float, new: Any) -> Any:
    state[head] = rate * state.get(head, np.zeros_like(new)) + (1 - rate) * new
    return state[head]


def momentum(state: State, w: Any, g: Any, t: int, eta: float) -> Any:
    state["v"] = 0.9 * state.get("v", 0 * g) + eta * g
    return w - state["v"]


def nesterov(state: State, w: Any, g: Any, t: int, eta: float) -> Any:
    return momentum(state, w, g, t, eta)


def ahead(state: State, w: Any) -> Any:
    """Where Nesterov's gradient is taken."""
    return w - 0.9 * state.get("v", 0 * w)


def adagrad(state: State, w: Any, g: Any, t: int, eta: float) -> Any:
    state["s"] = state.get("s", 0 * g) + g**2
    return w - eta / np.sqrt(state["s"] + 0.01) * g


def rmsprop(state: State, w: Any, g: Any, t: int, eta: float) -> Any:
    return w - eta / np.sqrt(averaged(state, "v", 0.9, g**2) + 0.01) * g


def adam(state: State, w: Any, g: Any, t: int, eta: float) -> Any:
    m, v = averaged(state, "m", 0.9, g), averaged(state, "v", 0.999, g**2)
    return w - eta * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 0.01)


OPTIMIZERS: dict[str, tuple[str, Callable[..., Any]]] = {
    "sgd": ("", lambda state, w, g, t, eta: w - eta * g),
    "momentum": (", momentum: 0.9", momentum),
    "nesterov": (", momentum: 0.9", nesterov),
    "adagrad": (", epsilon: 0.01, epsilon_inside_root: true", adagrad),
    "rmsprop": (", decay: 0.9, epsilon: 0.01, epsilon_inside_root: true", rmsprop),
    "adam": (", beta1: 0.9, beta2: 0.999, epsilon: 0.01", adam),
}
PENALTIES: dict[str, Callable[[Any], Any]] = {
    "{function: l1, strength: 0.01}": lambda w: 0.01 * anp.sum(anp.abs(w)),
    "{function: l2, strength: 0.03, half: true}": lambda w: 0.015 * anp.sum(w**2),
    "{function: l2, strength: 0.02}": lambda w: 0.02 * anp.sum(w**2),
    "{function: elastic_net, strength: 0.02, ratio: 0.3}": lambda w: (
        0.006 * anp.sum(anp.abs(w)) + 0.014 * anp.sum(w**2)
    ),
}


@dataclass
class Layer:
    """One layer as it is drawn; ``senders`` are numbers of layers, -1 the inputs; ``constant`` is an input of 1.5."""

    name: str
    units: int
    senders: list[int]
    combine: str = ""
    weights: list[list[str]] = field(default_factory=list)
    biases: list[str] = field(default_factory=list)
    activations: list[str] = field(default_factory=list)
    constant: bool = False
    norm: str = ""
    gamma: list[str] = field(default_factory=list)
    beta: list[str] = field(default_factory=list)
    mask: list[int] = field(default_factory=list)
    bound: float = 0.0


@dataclass
class Network:
    """A random network; ``names`` and ``values`` are of the parameters, ``penalized`` the places of weights."""

    seed: int
    layers: list[Layer] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    penalized: list[int] = field(default_factory=list)
    losses: list[tuple[int, str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        rng = self.rng
        self.inputs, self.samples = rng.randint(1, 3), rng.randint(1, 4)
        self.sizes = {-1: self.inputs}
        for number in range(rng.randint(0, 3)):
            self._add_hidden(number)
        self._add_heads()
        self.reduction = rng.choice(["mean", "sum"])
        self.x = np.array([[self._number() for _ in range(self.inputs)] for _ in range(self.samples)])
        self.t = {number: self._targets(loss, self.sizes[number]) for number, loss, _ in self.losses}
        real = not any(loss.startswith("binary") or loss in CLASSES for _, loss, _ in self.losses)
        self.noise = {
            number: np.array([[self._number() if real and rng.random() < 0.2 else 0.0 for _ in row] for row in targets])
            for number, targets in self.t.items()
        }
        self.penalty = rng.choice([None, *PENALTIES])
        joined = any(layer.norm == "batch" for layer in self.layers)
        self.batch = 1 if self.samples > 1 and not joined and rng.random() < 0.4 else self.samples
        self.averages = joined and self.samples == 4
        if self.averages:
            self.batch = 2
        left_out = {"rmsprop"} if "ratio" in (self.penalty or "") else set()  # both have ρ
        left_out |= {"nesterov"} if self.averages else set()  # it has no running averages
        methods = [name for name in OPTIMIZERS if name not in left_out]
        self.method, self.eta = rng.choice(methods), rng.choice([0.1, 0.03])
        self.steps = rng.randint(1, 3)
        self.weights = [rng.randint(1, 8) / 4 for _ in range(self.samples)] if rng.random() < 0.3 else []
        if self.weights and rng.random() < 0.5:
            self.reduction = "weighted_mean"

    # ---- drawing

    def _number(self) -> float:
        return self.rng.choice([-1, 1]) * self.rng.randint(50, 1500) / 1000

    def _parameter(self, name: str, penalized: bool = False) -> str:
        if penalized:
            self.penalized.append(len(self.names))
        self.names.append(name)
        self.values.append(self._number())
        return name

    def _add_hidden(self, number: int) -> None:
        rng, earlier = self.rng, list(range(-1, number))
        kind = rng.choice(["weights", "weights", "weights", "add", "multiply", "concat", "dot"])
        if kind == "weights":
            self._add_weighted(number, rng.randint(1, 3), self._senders(earlier), hidden=True)
            return
        senders = [rng.choice(earlier) for _ in range(2)]
        if kind == "dot":
            size, alike = 1, [each for each in earlier if self.sizes[each] == self.sizes[senders[0]]]
            senders = [senders[0], rng.choice(alike)]
        elif kind != "concat":
            size = max(self.sizes[each] for each in senders)
            senders = [each for each in senders if self.sizes[each] in (1, size)]
        else:
            size = sum(self.sizes[each] for each in senders)
        layer = Layer(f"layer{number + 1}", size, senders, combine=kind)
        layer.activations = self._functions(size)
        self.layers.append(layer)
        self.sizes[number] = size

    def _senders(self, earlier: list[int]) -> list[int]:
        if self.rng.random() < 0.5:
            return [earlier[-1]]
        return sorted(self.rng.sample(earlier, self.rng.randint(1, len(earlier))))

    def _functions(self, size: int) -> list[str]:
        if self.rng.random() < 0.25:
            return [self.rng.choice([*ACTIVATIONS]) for _ in range(size)]
        return [self.rng.choice([*ACTIVATIONS])] * size

    def _add_weighted(self, number: int, size: int, senders: list[int], hidden: bool) -> Layer:
        rng, name = self.rng, f"{number + 1}"
        layer = Layer(f"layer{name}", size, senders, constant=hidden and rng.random() < 0.15)
        entries = sum(self.sizes[each] for each in senders) + layer.constant
        layer.weights = [
            [self._parameter(f"w{name}_{i}_{j}", True) for j in range(1, size + 1)] for i in range(1, entries + 1)
        ]
        if rng.random() < 0.7:
            layer.biases = [self._parameter(f"b{name}_{j}") for j in range(1, size + 1)]
        if hidden:
            layer.activations = ["softmax"] * size if size > 1 and rng.random() < 0.15 else self._functions(size)
            norms = [""] * 4 + ["batch"] * max(0, 2 * self.samples - 4, self.samples > 1) + ["layer", "rms"]
            layer.norm = rng.choice(norms)
            if layer.norm and rng.random() < 0.7:
                layer.gamma = [self._parameter(f"gamma{name}_{j}") for j in range(1, size + 1)]
                layer.beta = [self._parameter(f"beta{name}_{j}") for j in range(1, size + 1)]
            if rng.random() < 0.15:
                layer.mask = [rng.randint(0, 1) for _ in range(size)]
        layer.bound = rng.choice([0.4, 0.8, 1.5]) if rng.random() < 0.2 else 0.0
        self.layers.append(layer)
        self.sizes[number] = size
        return layer

    def _add_heads(self) -> None:
        """One or two layers with a loss each, which together take up all that nothing else does."""
        rng, hidden = self.rng, len(self.layers)
        taken = {sender for layer in self.layers for sender in layer.senders}
        loose = [number for number in range(hidden) if number not in taken] or [hidden - 1]
        for number in range(hidden, hidden + rng.choice([1, 1, 2])):
            loss = rng.choice([*LOSSES])
            size = rng.randint(1 if loss not in CLASSES else 2, 3)
            senders = loose if number == hidden or rng.random() < 0.5 else [hidden - 1]
            layer = self._add_weighted(number, size, list(senders), hidden=False)
            needed = LOSSES[loss][0]
            layer.activations = [needed or rng.choice(["identity", "tanh", "sigmoid"])] * size
            self.losses.append((number, loss, rng.choice([1.0, 0.5, 0.3])))

    def _targets(self, loss: str, size: int) -> Any:
        rows = [[self._number() for _ in range(size)] for _ in range(self.samples)]
        if loss.startswith("binary"):
            return (np.array(rows) > 0).astype(float)
        return np.eye(size)[[self.rng.randrange(size) for _ in rows]] if loss in CLASSES else np.array(rows)

    # ---- the problem file

    def yaml(self) -> str:
        """The network as a problem file."""
        given = ", ".join(f"{name}: {value}" for name, value in zip(self.names, self.values, strict=True))
        uses_c = any("c*" in name for layer in self.layers for name in layer.activations)
        lines = ["kind: network", f"reduction: {self.reduction}", f"values: {{{given}{f', c: {C}' if uses_c else ''}}}"]
        lines += ["layers:", *(self._layer(number, layer) for number, layer in enumerate(self.layers)), "samples:"]
        order = sorted(self.t)
        for row in range(self.samples):
            targets = [value for number in order for value in self.t[number][row].tolist()]
            own = f", weight: {self.weights[row]}" if self.weights else ""
            noise = [value for number in order for value in self.noise[number][row].tolist()]
            own += f", target_noise: {noise}" if any(noise) else ""
            lines.append(f"  - {{inputs: {self.x[row].tolist()}, targets: {targets}{own}}}")
        if len(self.losses) == 1:
            lines.append(f"loss: {{function: {self.losses[0][1]}}}")
        else:
            lines.append("losses:")
            for number, loss, weight in self.losses:
                lines.append(f"  - {{of: {self.layers[number].name}, function: {loss}, weight: {weight}}}")
        lines += [] if self.penalty is None else [f"penalty: {self.penalty}"]
        batch = "all" if self.batch == self.samples else self.batch
        settings = OPTIMIZERS[self.method][0]
        how = f"method: {self.method}, learning_rate: {self.eta}, batch_size: {batch}, steps: {self.steps}{settings}"
        return "\n".join([*lines, f"optimizer: {{{how}}}", ""])

    def _layer(self, number: int, layer: Layer) -> str:
        senders = ["inputs" if each < 0 else self.layers[each].name for each in layer.senders]
        senders += [f"{{k{number + 1}: 1.5}}"] if layer.constant else []
        names = ([f"{letter}{number + 1}_{j}" for j in range(1, layer.units + 1)] for letter in "nh")
        net, out = (f"[{', '.join(each)}]" for each in names)
        same = len(set(layer.activations)) == 1
        functions = layer.activations[0] if same else f"[{', '.join(layer.activations)}]"
        lines = [f"  - name: {layer.name}", f"from: [{', '.join(senders)}]", f"net: {net}", f"activation: {functions}"]
        lines += [] if functions == "identity" else [f"out: {out}"]
        if layer.combine:
            lines.append(f"combine: {layer.combine}")
        else:
            rows = ", ".join(f"[{', '.join(row)}]" for row in layer.weights)
            lines.append(f"weights: {{rows: senders, matrix: [{rows}]}}")
        lines += [f"biases: [{', '.join(layer.biases)}]"] if layer.biases else []
        if layer.norm:
            scale = f", gamma: [{', '.join(layer.gamma)}], beta: [{', '.join(layer.beta)}]" if layer.gamma else ""
            if layer.norm == "batch" and self.averages:
                scale += f", momentum: 0.9, running_mean: {[0] * layer.units}, running_var: {[1] * layer.units}"
            lines.append(f"norm: {{function: {layer.norm}, epsilon: 0.01{scale}}}")
        lines += [f"max_norm: {layer.bound}"] if layer.bound else []
        lines += [f"dropout: {{rate: 0.2, mask: {layer.mask}}}"] if layer.mask else []
        return "\n    ".join(lines)

    # ---- the same by autograd

    def loss(self, theta: Any, rows: Any) -> Any:
        """The loss of some of the samples, with its penalty."""
        value = dict(zip(self.names, theta, strict=True))
        outputs = {-1: self.x[rows]}
        for number, layer in enumerate(self.layers):
            outputs[number] = self._forward(layer, [outputs[each] for each in layer.senders], value)
        parts: Any = 0.0
        for number, loss, weight in self.losses:
            own = 1.0 if len(self.losses) == 1 else weight
            parts = parts + own * LOSSES[loss][1]((self.t[number] + self.noise[number])[rows], outputs[number])
        weights = np.array(self.weights)[rows] if self.weights else np.ones(len(rows))
        by = {"mean": len(rows), "sum": 1, "weighted_mean": np.sum(weights)}[self.reduction]
        total = anp.sum(weights * parts) / by
        if self.penalty is None or not self.penalized:
            return total
        return total + PENALTIES[self.penalty](anp.array([theta[place] for place in self.penalized]))

    def _forward(self, layer: Layer, senders: list[Any], value: dict[str, Any]) -> Any:
        rows = senders[0].shape[0]
        if layer.combine == "add":
            net = sum(senders) + anp.zeros((rows, layer.units))
        elif layer.combine == "dot":
            net = anp.sum(senders[0] * senders[1], axis=1, keepdims=True)
        elif layer.combine == "multiply":
            net = anp.ones((rows, layer.units))
            for each in senders:
                net = net * each
        else:
            net = anp.concatenate([*senders, *([np.full((rows, 1), 1.5)] if layer.constant else [])], axis=1)
        if layer.weights:
            net = anp.dot(net, anp.array([[value[name] for name in row] for row in layer.weights]))
        if layer.biases:
            net = net + anp.array([value[name] for name in layer.biases])
        if layer.norm:
            axis = 0 if layer.norm == "batch" else 1
            centred = net if layer.norm == "rms" else net - anp.mean(net, axis=axis, keepdims=True)
            net = centred / anp.sqrt(anp.mean(centred**2, axis=axis, keepdims=True) + 0.01)
            if layer.gamma:
                scale, shift = (anp.array([value[name] for name in names]) for names in (layer.gamma, layer.beta))
                net = scale * net + shift
        if layer.activations[0] == "softmax":
            out = softmax(net)
            return out if not layer.mask else out * np.array(layer.mask) / 0.8
        out = anp.stack([ACTIVATIONS[name](net[:, j]) for j, name in enumerate(layer.activations)], axis=1)
        return out if not layer.mask else out * np.array(layer.mask) / 0.8

    def _bounded(self, theta: Any) -> Any:
        """The parameters with the weights into each unit of bounded layers scaled down."""
        found = theta.copy()
        for layer in self.layers:
            for column in zip(*layer.weights, strict=True) if layer.bound else ():
                places = [self.names.index(name) for name in column]
                found[places] *= min(1.0, layer.bound / np.linalg.norm(found[places]))
        return found

    def trained(self) -> tuple[list[float], list[Any]]:
        """The loss that each step goes by, and the parameters before and after each step."""
        theta, state = np.array(self.values), dict[str, Any]()
        slope, losses, course = grad(self.loss), [], [theta]
        starts = range(0, self.samples, self.batch)
        batches = [list(range(start, start + self.batch)) for start in starts]
        for step in range(self.steps):
            rows = batches[step % len(batches)]
            losses.append(float(self.loss(theta, rows)))
            at = ahead(state, theta) if self.method == "nesterov" else theta
            theta = OPTIMIZERS[self.method][1](state, theta, slope(at, rows), step + 1, self.eta)
            theta = self._bounded(theta)
            course.append(theta)
        return losses, course


CLASSES = ("categorical_cross_entropy", "cross_entropy_with_logits")
"""Losses of one-hot targets."""
