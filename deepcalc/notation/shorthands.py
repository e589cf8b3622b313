"""Functions that a formula may name and that are written out at once: one row each, ``swish(x)`` is ``x*sigmoid(x)``.

The names by which functions and shorthands are called otherwise stand here too: ``ReLU``, ``SiLU``, ``logistic``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from deepcalc.notation.functions import FUNCTIONS, PI, TWO
from deepcalc.notation.names import plain_form
from deepcalc.notation.nodes import (
    MINUS_ONE,
    ONE,
    ZERO,
    Call,
    Cases,
    Literal,
    Node,
    Over,
    Power,
    Relation,
    Times,
    minus,
    product,
    total,
)
from deepcalc.records import record

SIX, THREE = Literal("6"), Literal("3")

# Klambauer et al. 2017, "Self-Normalizing Neural Networks", equation 2; both numbers are fixed.
SELU_SCALE = Literal("1.0507", Fraction("1.0507009873554805"))
SELU_ALPHA = Literal("1.6733", Fraction("1.6732632423543772"))


@record
class Shorthand:
    """A function of one argument, and of a number (``default`` where it is left out; None: it takes none)."""

    name: str
    write: Callable[..., Node]
    default: str | None = None
    aliases: tuple[str, ...] = ()

    def written(self, arguments: Sequence[Node]) -> Node:
        """The formula that the call stands for; ``ValueError`` for too many arguments."""
        most = 1 if self.default is None else 2
        if not 1 <= len(arguments) <= most:
            raise ValueError(f"{self.name} takes 1 argument{'' if most == 1 else ' or 2'}, not {len(arguments)}")
        further = [] if self.default is None else [Literal(self.default)]
        return self.write(*arguments, *further[len(arguments) - 1 :])


def _above(z: Node) -> Node:
    return Relation(">", z, ZERO)


def exponential_below(z: Node, alpha: Node) -> Node:
    return product(alpha, minus(Call("exp", z), ONE))


def clipped(low: Node, z: Node, high: Node) -> Node:
    return Call("max", low, Call("min", high, z))


def _gelu_by_tanh(z: Node) -> Node:
    inner = total(z, Times(Literal("0.044715"), Power(z, THREE)))
    return Over(Times(z, total(ONE, Call("tanh", Times(Call("sqrt", Over(TWO, PI)), inner)))), TWO)


_ROWS = (
    Shorthand("relu6", lambda z: Call("min", SIX, Call("max", ZERO, z))),
    # Maas, Hannun and Ng 2013, "Rectifier Nonlinearities Improve Neural Network Acoustic Models", section 2.
    Shorthand("leaky_relu", lambda z, slope: Call("leaky_relu", z, slope), "0.01"),
    # He, Zhang, Ren and Sun 2015, equation 1; 0.25 is where their slope begins.
    Shorthand("prelu", lambda z, slope: Call("leaky_relu", z, slope), "0.25"),
    # Clevert, Unterthiner and Hochreiter 2016, equation 15.
    Shorthand("elu", lambda z, alpha: Cases(z, _above(z), exponential_below(z, alpha)), "1"),
    Shorthand("selu", lambda z: Times(SELU_SCALE, Cases(z, _above(z), exponential_below(z, SELU_ALPHA)))),
    # Hendrycks and Gimpel 2016, "Gaussian Error Linear Units", exactly and by tanh.
    Shorthand("gelu", lambda z: Over(Times(z, total(ONE, Call("erf", Over(z, Call("sqrt", TWO))))), TWO)),
    Shorthand("gelu_tanh", _gelu_by_tanh, aliases=("gelu_approximate",)),
    # Ramachandran, Zoph and Le 2017, "Searching for Activation Functions"; SiLU for beta = 1.
    Shorthand("swish", lambda z, beta: Times(z, Call("sigmoid", product(beta, z))), "1", aliases=("silu",)),
    # Misra 2019.
    Shorthand("mish", lambda z: Times(z, Call("tanh", Call("softplus", z)))),
    Shorthand("softsign", lambda z: Over(z, total(ONE, Call("abs", z)))),
    # As PyTorch and Keras 3 have it; older courses take 0.2·z + 0.5.
    Shorthand("hard_sigmoid", lambda z: clipped(ZERO, total(Over(z, SIX), Over(ONE, TWO)), ONE)),
    Shorthand("hard_tanh", lambda z: clipped(MINUS_ONE, z, ONE)),
    Shorthand(
        "hard_swish", lambda z: Over(Times(z, clipped(ZERO, total(z, THREE), SIX)), SIX), aliases=("hard_silu",)
    ),
)  # fmt: skip

SHORTHANDS: Mapping[str, Shorthand] = {row.name: row for row in _ROWS}

FUNCTION_ALIASES: Mapping[str, tuple[str, ...]] = {
    "sigmoid": ("logistic", "sigma"),
    "tanh": ("hyperbolic_tangent",),
    "relu": ("rectifier", "rectified_linear"),
    "step": ("heaviside", "threshold", "binary_step"),
    "sign": ("signum", "sgn"),
}
"""Other names of functions."""

_KNOWN = {plain_form(name): name for name in (*FUNCTIONS, *SHORTHANDS)}
_KNOWN |= {plain_form(alias): name for name, aliases in FUNCTION_ALIASES.items() for alias in aliases}
_KNOWN |= {plain_form(alias): row.name for row in _ROWS for alias in row.aliases}


def function_named(name: str) -> str:
    """The name of the function or shorthand that is called so in some usual way; the name itself where none is."""
    return name if name in FUNCTIONS or name in SHORTHANDS else _KNOWN.get(plain_form(name), name)
