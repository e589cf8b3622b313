"""Activation functions: one row each. Those that have a name in formulas are rows of ``notation.functions``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from deepcalc.errors import Location
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.functions import PI, TWO
from deepcalc.notation.names import stem_of
from deepcalc.notation.nodes import (
    MINUS_ONE,
    ONE,
    ZERO,
    Call,
    Cases,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Power,
    Relation,
    SumOver,
    Times,
    minus,
    negative,
    product,
    total,
)
from deepcalc.notation.shorthands import FUNCTION_ALIASES, SELU_ALPHA, SELU_SCALE, SHORTHANDS, SIX, THREE
from deepcalc.records import record

SLOPE, ALPHA, BETA = "slope", "alpha", "beta"


@record
class Activation:
    """An activation of one net input: the written function of it (and of its own number, where it has one).

    ``parameter`` is the field of that number. ``slope`` is the derivative as an exam writes it, from net input, output
    and number, where the rules of derivatives would write it otherwise. ``definition`` writes the function out where it
    is not written out by itself (``notation.functions``), for problems that are about the function. The number of one
    that ``is_trained`` is a parameter; one that ``is_own`` is of a problem's own.
    """

    name: str
    title: str
    apply: Callable[[Node, Any], Node]
    parameter: str | None = None
    slope: Callable[[Node, Node, Any], Node] | None = None
    definition: Callable[[Node], Node] | None = None
    own_aliases: tuple[str, ...] = ()
    is_trained: bool = False
    is_own: bool = False

    @property
    def default(self) -> str:
        """The value of its own number where none is given: that of the function in formulas."""
        shorthand = SHORTHANDS.get(self.name)
        return (shorthand and shorthand.default) or "0"

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names, those of the function in formulas among them."""
        shorthand = SHORTHANDS.get(self.name)
        return (*FUNCTION_ALIASES.get(self.name, ()), *(shorthand.aliases if shorthand else ()), *self.own_aliases)

    def derived(self, net: str, output: str, number: Node | None) -> Node:
        """The derivative by the net input, in the names of net input and output."""
        if self.slope is not None:
            return self.slope(Name(net), Name(output), number)
        return derivative(self.apply(Name(net), number), net, Name(output))


def by_formula(name: str, title: str, formula: Node, variable: str = "z") -> Activation:
    """An activation of a problem's own, by its formula in a variable; the rules of derivatives derive it."""
    return Activation(name, title, lambda z, number: formula.xreplace({Name(variable): z}), is_own=True)


def _of(name: str) -> Callable[[Node, object], Node]:
    """The shorthand of that name, of a net input and its number where it takes one."""
    shorthand = SHORTHANDS[name]
    return lambda z, number: shorthand.write(z) if shorthand.default is None else shorthand.write(z, number)


def _above(z: Node, bound: Node = ZERO) -> Node:
    return Relation(">", z, bound)


def _tanh_in_exponentials(z: Node) -> Node:
    grown, shrunk = Call("exp", z), Call("exp", negative(z))
    return Over(minus(grown, shrunk), total(grown, shrunk))


def _gelu_slope(z: Node, a: Node, number: Node) -> Node:
    """Φ(z) + z·φ(z)."""
    share = Over(total(ONE, Call("erf", Over(z, Call("sqrt", TWO)))), TWO)
    density = Over(Call("exp", Negative(Over(Power(z, TWO), TWO))), Call("sqrt", Times(TWO, PI)))
    return total(share, Times(z, density))


def _swish_slope(z: Node, a: Node, beta: Node) -> Node:
    """β·a + σ(β·z)·(1 - β·a)."""
    scaled = product(beta, a)
    return total(scaled, Times(Call("sigmoid", product(beta, z)), minus(ONE, scaled)))


def _between(low: Node, z: Node, high: Node) -> Node:
    return Relation("< <", low, z, high)


def _hard_swish_slope(z: Node, a: Node, number: Node) -> Node:
    inside = Over(total(Times(TWO, z), THREE), SIX)
    return Cases(ZERO, Relation("<=", z, negative(THREE)), inside, Relation("<", z, THREE), ONE)


_ROWS = (
    Activation("identity", "no", lambda z, number: z, own_aliases=("linear", "none")),
    Activation("sigmoid", "sigmoid", lambda z, number: Call("sigmoid", z)),
    Activation("tanh", "tanh", lambda z, number: Call("tanh", z), definition=_tanh_in_exponentials),
    Activation("relu", "ReLU", lambda z, number: Call("relu", z)),
    Activation("leaky_relu", "leaky ReLU", _of("leaky_relu"), SLOPE),
    # He et al. 2015, "Delving Deep into Rectifiers": the slope is trained; 0.25 is where PyTorch begins.
    Activation("prelu", "PReLU", _of("prelu"), SLOPE, own_aliases=("parametric_relu",), is_trained=True),
    Activation("relu6", "ReLU6", _of("relu6"), slope=lambda z, a, number: Cases(ONE, _between(ZERO, z, SIX), ZERO)),
    # Clevert, Unterthiner and Hochreiter 2016, equation 15.
    Activation("elu", "ELU", _of("elu"), ALPHA, slope=lambda z, a, alpha: Cases(ONE, _above(z), total(a, alpha))),
    Activation(
        "selu", "SELU", _of("selu"),
        slope=lambda z, a, number: Cases(SELU_SCALE, _above(z), total(a, Times(SELU_SCALE, SELU_ALPHA))),
    ),
    # Hendrycks and Gimpel 2016, "Gaussian Error Linear Units", exactly and by tanh.
    Activation("gelu", "GELU", _of("gelu"), slope=_gelu_slope),
    Activation("gelu_tanh", "GELU (by tanh)", _of("gelu_tanh")),
    # Ramachandran, Zoph and Le 2017, "Searching for Activation Functions"; SiLU for beta = 1.
    Activation("swish", "swish", _of("swish"), BETA, slope=_swish_slope),
    # Misra 2019.
    Activation("mish", "mish", _of("mish")),
    Activation("softplus", "softplus", lambda z, number: Call("softplus", z)),
    Activation(
        "softsign", "softsign", _of("softsign"),
        slope=lambda z, a, number: Over(ONE, Power(total(ONE, Call("abs", z)), TWO)),
    ),
    # As PyTorch and Keras 3 have it; older courses take 0.2·z + 0.5.
    Activation(
        "hard_sigmoid", "hard sigmoid", _of("hard_sigmoid"),
        slope=lambda z, a, number: Cases(Over(ONE, SIX), _between(negative(THREE), z, THREE), ZERO),
    ),
    Activation(
        "hard_tanh", "hard tanh", _of("hard_tanh"),
        slope=lambda z, a, number: Cases(ONE, _between(MINUS_ONE, z, ONE), ZERO),
    ),
    Activation("hard_swish", "hard swish", _of("hard_swish"), slope=_hard_swish_slope),
    Activation("step", "step", lambda z, number: Cases(ONE, Relation(">=", z, ZERO), ZERO)),
    Activation("sign", "sign", lambda z, number: Call("sign", z)),
)  # fmt: skip

ACTIVATIONS: Mapping[str, Activation] = {row.name: row for row in _ROWS}

ACTIVATION_ALIASES: Mapping[str, str] = {alias: row.name for row in _ROWS for alias in row.aliases}
"""Other names of the activations."""

IDENTITY, SOFTMAX = "identity", "softmax"
"""The one activation that works on a whole layer."""


@record
class SoftmaxOutput:
    """One output of a softmax: its law, its formula, the form that cannot overflow, and its partial derivatives."""

    law: Node
    formula: Node
    stable: Node
    partials: Mapping[str, Node]

    def quantity(self, name: str, section: str, origin: Location, note: Prose = ()) -> Quantity:
        """The output under its name."""
        return Quantity(
            name,
            self.formula,
            laws=(self.law,),
            stable=self.stable,
            partials=self.partials,
            section=section,
            group="outputs",
            note=note,
            origin=origin,
        )


def softmax(outputs: Sequence[str], net_inputs: Sequence[str]) -> list[SoftmaxOutput]:
    """p_k = e^(z_k) / Σ_j e^(z_j), with ∂p_k/∂z_j = p_k (1 - p_k) for j = k and -p_k p_j otherwise.

    Goodfellow, Bengio and Courville, *Deep Learning*, equation 6.29.
    """
    inputs = [Name(name) for name in net_inputs]
    powers = [Call("exp", z) for z in inputs]
    largest = inputs[0] if len(inputs) == 1 else Call("max", *inputs)
    shifted = [Call("exp", minus(z, largest)) for z in inputs]
    each = Call("exp", Name(f"{stem_of(net_inputs, 'z')}_j"))
    summed = SumOver(each, Name("j"), ONE, Literal(str(len(inputs))))
    rows = []
    for k, output in enumerate(outputs):
        p = Name(output)
        partials = {
            name: product(p, minus(ONE, p)) if j == k else negative(product(p, Name(outputs[j])))
            for j, name in enumerate(net_inputs)
        }
        law, formula = Over(powers[k], summed), Over(powers[k], total(*powers))
        rows.append(SoftmaxOutput(law, formula, Over(shifted[k], total(*shifted)), partials))
    return rows
