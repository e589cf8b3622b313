"""Activation functions: one row each. Those of a single net input are rows of ``notation.functions``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deepcalc.notation.nodes import ONE, Call, Literal, Name, Node, Over, SumOver, minus, negative, product, total


@dataclass(frozen=True)
class Activation:
    """An activation of one net input: the written function of it (and of the slope, where there is one).

    ``definition`` writes the function out where it is not written out by itself (``notation.functions``), for
    problems that are about the function.
    """

    name: str
    apply: Callable[[Any, Literal], Node]
    has_slope: bool = False
    definition: Callable[[Any], Any] | None = None


def _tanh_in_exponentials(z: Any) -> Any:
    grown, shrunk = Call("exp", z), Call("exp", negative(z))
    return Over(minus(grown, shrunk), total(grown, shrunk))


_ROWS = (
    Activation("identity", lambda z, slope: z),
    Activation("sigmoid", lambda z, slope: Call("sigmoid", z)),
    Activation("tanh", lambda z, slope: Call("tanh", z), definition=_tanh_in_exponentials),
    Activation("relu", lambda z, slope: Call("relu", z)),
    Activation("leaky_relu", lambda z, slope: Call("leaky_relu", z, slope), has_slope=True),
)

ACTIVATIONS: Mapping[str, Activation] = {row.name: row for row in _ROWS}

SOFTMAX = "softmax"
"""The one activation that works on a whole layer."""


@dataclass(frozen=True)
class SoftmaxOutput:
    """One output of a softmax: its formula, the form that cannot overflow, and its partial derivatives."""

    formula: Any
    stable: Any
    partials: Mapping[str, Any]


def softmax(outputs: Sequence[str], net_inputs: Sequence[str]) -> list[SoftmaxOutput]:
    """p_k = e^(z_k) / Σ_j e^(z_j), with ∂p_k/∂z_j = p_k (1 - p_k) for j = k and -p_k p_j otherwise.

    Goodfellow, Bengio and Courville, *Deep Learning*, equation 6.29.
    """
    inputs = [Name(name) for name in net_inputs]
    powers = [Call("exp", z) for z in inputs]
    largest = inputs[0] if len(inputs) == 1 else Call("max", *inputs)
    shifted = [Call("exp", minus(z, largest)) for z in inputs]
    rows = []
    for k, output in enumerate(outputs):
        p = Name(output)
        partials = {
            name: product(p, minus(ONE, p)) if j == k else negative(product(p, Name(outputs[j])))
            for j, name in enumerate(net_inputs)
        }
        rows.append(SoftmaxOutput(Over(powers[k], total(*powers)), Over(shifted[k], total(*shifted)), partials))
    return rows


def softmax_law(net_input: str, classes: int) -> Any:
    """The general law, e^(z_k) / Σ e^(z_j) with j from 1 to the number of classes."""
    one_of_them, each = Call("exp", Name(f"{net_input}_k")), Call("exp", Name(f"{net_input}_j"))
    return Over(one_of_them, SumOver(each, Name("j"), ONE, Literal(str(classes))))
