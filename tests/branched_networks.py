"""Random networks that branch and join, with normalisations, in both notations and by NumPy and autograd."""

from __future__ import annotations

from random import Random
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad

Data = dict[str, Any]

ACTIVATIONS: dict[str, Any] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "elu": lambda z: anp.where(z > 0, z, anp.exp(anp.where(z > 0, 0.0, z)) - 1),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
}
BY_UNIT = [name for name in ACTIVATIONS if name != "softmax"]
EPSILON = 0.1
Sender = str | dict[str, list[int]]


def normalised(norm: Data, z: Any, statistics: Any = None) -> Any:
    """The net inputs by the statistics of the batch, of each sample, or those that are given."""
    axis = 0 if norm["function"] == "batch" else 1
    if norm["function"] == "rms":
        return z / anp.sqrt(anp.mean(z**2, axis=1, keepdims=True) + EPSILON)
    mean = anp.mean(z, axis=axis, keepdims=True) if statistics is None else statistics[0]
    count = z.shape[axis] - int(norm.get("unbiased", False))
    variance = anp.sum((z - mean) ** 2, axis=axis, keepdims=True) / count if statistics is None else statistics[1]
    return (z - mean) / anp.sqrt(variance + EPSILON)


class Branched:
    """A random network: its layers, each with senders, a combination or weights, a normalisation, an activation.

    A sender is a layer, or some of its units by their numbers; the units of a layer may have activations of their own.
    """

    def __init__(self, seed: int) -> None:
        self.random = random = Random(seed)
        self.samples, self.features = random.randint(2, 4), random.randint(1, 3)
        self.theta: dict[str, Any] = {}
        self.layers: list[Data] = []
        self.sizes = {"inputs": self.features}
        for number in range(1, random.randint(2, 4) + 1):
            self._add_layer(number, self._senders(), random.choice([None, "add", "multiply", "concat", "dot"]))
        self._add_layer(len(self.layers) + 1, self._loose(), None, last=True)
        self.x, self.y = self._drawn(self.samples, self.features), self._drawn(self.samples, self.layers[-1]["units"])
        self.reduction = random.choice(["mean", "sum"])

    def _drawn(self, *shape: int) -> Any:
        count = int(np.prod(shape))
        return np.array([self.random.randint(-150, 150) / 100 for _ in range(count)]).reshape(shape)

    def _senders(self) -> list[Sender]:
        names = self.random.sample(list(self.sizes), min(len(self.sizes), self.random.choice([1, 1, 2])))
        return [self._some_units(name) if self.random.random() < 0.3 else name for name in names]

    def _some_units(self, name: str) -> Sender:
        units = self.sizes[name]
        return {name: sorted(self.random.sample(range(1, units + 1), self.random.randint(1, units)))}

    def _loose(self) -> list[Sender]:
        taken = {name for layer in self.layers for name, _ in map(_units_of, layer["from"])}
        return [layer["name"] for layer in self.layers if layer["name"] not in taken]

    def _size(self, sender: Sender) -> int:
        name, units = _units_of(sender)
        return len(units) or self.sizes[name]

    def _add_layer(self, number: int, senders: list[Sender], combine: str | None, last: bool = False) -> None:
        random, sizes = self.random, [self._size(sender) for sender in senders]
        wide = {size for size in sizes if size != 1}
        fits = {
            "add": len(wide) < 2,
            "multiply": len(wide) < 2,
            "concat": True,
            "dot": len(sizes) == 2 == 1 + len({*sizes}),
        }
        combine = combine if combine is not None and fits[combine] else None
        units = random.randint(1, 3) if combine is None else {"dot": 1, "concat": sum(sizes)}.get(combine, max(sizes))
        names = {"W": self._drawn(sum(sizes), units), "b": self._drawn(units)}
        kept = ["W"] * (combine is None) + ["b"] * (random.random() < 0.7)
        norm = random.choice([None, "batch", "layer", "rms"]) if not last else None
        layer: Data = {"name": f"layer{number}", "from": senders, "units": units, "combine": combine}
        if norm is not None:
            layer["norm"] = {
                "function": norm,
                "epsilon": EPSILON,
                "unbiased": norm == "batch" and random.random() < 0.5,
            }
            names |= {"gamma": self._drawn(units), "beta": self._drawn(units)}
            kept += [name for name in ("gamma", "beta") if random.random() < 0.7]
        layer["activation"] = "identity" if last else random.choice(list(ACTIVATIONS))
        if not last and random.random() < 0.3:
            layer["activation"] = [random.choice(BY_UNIT) for _ in range(units)]
        self.theta |= {f"{name}{number}": names[name] for name in kept}
        self.layers.append(layer)
        self.sizes[layer["name"]] = units

    # ---- by NumPy

    def outputs(self, theta: Any, x: Any) -> dict[str, Any]:
        """What each layer passes on."""
        found = {"inputs": x}
        for number, layer in enumerate(self.layers, start=1):
            senders = [_taken(found, sender) for sender in layer["from"]]
            z = self._net_input(theta, number, layer, senders)
            if "norm" in layer:
                z = normalised(layer["norm"], z)
                z = z * theta.get(f"gamma{number}", 1) + theta.get(f"beta{number}", 0)
            found[layer["name"]] = activated(layer["activation"], z)
        return found

    def _net_input(self, theta: Any, number: int, layer: Data, senders: list[Any]) -> Any:
        if layer["combine"] in ("add", "multiply"):
            z = senders[0]
            for other in senders[1:]:
                z = z + other if layer["combine"] == "add" else z * other
        elif layer["combine"] == "dot":
            z = anp.sum(senders[0] * senders[1], axis=1, keepdims=True)
        else:
            joined = anp.concatenate(senders, axis=1)
            z = joined if layer["combine"] == "concat" else anp.dot(joined, theta[f"W{number}"])
        return z + theta.get(f"b{number}", 0)

    def loss(self, theta: Any) -> Any:
        errors = self.outputs(theta, self.x)[self.layers[-1]["name"]] - self.y
        return 0.5 * anp.sum(errors**2) / (self.samples if self.reduction == "mean" else 1)

    def trained(self, look_ahead: bool, steps: int, rate: float, momentum: float) -> dict[str, Any]:
        """The parameters after so many steps of Nesterov's method, or of gradient descent with momentum."""
        theta, v = dict(self.theta), {name: 0 * value for name, value in self.theta.items()}
        for _ in range(steps):
            at = {name: value - momentum * v[name] * look_ahead for name, value in theta.items()}
            slopes = grad(self.loss)(at)
            v = {name: momentum * v[name] + rate * slopes[name] for name in theta}
            theta = {name: theta[name] - v[name] for name in theta}
        return theta

    # ---- as problems

    def _common(self, optimizer: Data) -> Data:
        return {"loss": "half_sum", "reduction": self.reduction, "optimizer": optimizer}

    def _of_layer(self, layer: Data) -> Data:
        norm = {"norm": dict(layer["norm"])} if "norm" in layer else {}
        combine = {"combine": layer["combine"]} if layer["combine"] else {}
        return {"name": layer["name"], "from": layer["from"], "activation": layer["activation"], **combine, **norm}

    def in_scalars(self, optimizer: Data) -> Data:
        layers, values = [], {}
        for number, layer in enumerate(self.layers, start=1):
            own, units = self._of_layer(layer), range(1, layer["units"] + 1)
            own["net"] = [f"z{number}_{j}" for j in units]
            own["out"] = [f"a{number}_{j}" for j in units]
            for head, field in (("b", "biases"), ("gamma", "gamma"), ("beta", "beta")):
                if f"{head}{number}" in self.theta:
                    names = [entry_name(head, number, j) for j in units]
                    (own if head == "b" else own["norm"])[field] = names
            if f"W{number}" in self.theta:
                senders = range(1, len(self.theta[f"W{number}"]) + 1)
                rows = [[entry_name("W", number, i, j) for j in units] for i in senders]
                own["weights"] = {"rows": "senders", "matrix": rows}
            layers.append(own)
        for name, value in self.theta.items():
            for place in np.ndindex(value.shape):
                values[entry_name(name.rstrip("0123456789"), int(name[-1]), *(at + 1 for at in place))] = float(
                    value[place]
                )
        samples = [{"inputs": x.tolist(), "targets": y.tolist()} for x, y in zip(self.x, self.y, strict=True)]
        return {"samples": samples, "layers": layers, "values": values, **self._common(optimizer)}

    def in_matrices(self, samples_as: str, optimizer: Data) -> Data:
        turned = np.transpose if samples_as == "columns" else np.asarray
        return {
            "notation": "matrix",
            "samples_as": samples_as,
            "X": turned(self.x).tolist(),
            "Y": turned(self.y).tolist(),
            "weights": {name: turned(value).tolist() for name, value in self.theta.items()},
            "layers": [self._of_layer(layer) for layer in self.layers],
            **self._common(optimizer),
        }


def _units_of(sender: Sender) -> tuple[str, list[int]]:
    """The layer, and the numbers of the units that are taken of it; none for all."""
    return (sender, []) if isinstance(sender, str) else next(iter(sender.items()))


def _taken(outputs: dict[str, Any], sender: Sender) -> Any:
    name, units = _units_of(sender)
    return outputs[name][:, [unit - 1 for unit in units]] if units else outputs[name]


def activated(activation: str | list[str], z: Any) -> Any:
    """The outputs: of one activation for all units, or of one of each."""
    if isinstance(activation, str):
        return ACTIVATIONS[activation](z)
    columns = [ACTIVATIONS[name](z[:, k : k + 1]) for k, name in enumerate(activation)]
    return anp.concatenate(columns, axis=1)


def entry_name(head: str, number: int, *place: int) -> str:
    """The name of an entry of a parameter in scalars: W1_2_1."""
    return "_".join([f"{head}{number}", *map(str, place)])
