"""Convolution and pooling layers: how a side of the output follows from a side of the input, and what is trained.

The arithmetic is that of V. Dumoulin and F. Visin, *A guide to convolution arithmetic for deep learning*
(arXiv:1603.07285, 2016), relationship 6 and section 3; a pooling window is a kernel without weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Call, Name, Negative, Over, Plus, Times


@dataclass(frozen=True)
class Side:
    """One side of a layer: input size n, kernel k, stride s, padding p at each end; as numbers or as nodes."""

    n: Any
    k: Any
    s: Any
    p: Any


@dataclass(frozen=True)
class SizeRule:
    """The output size under one way of padding.

    ``size`` writes it for one side, in nodes. ``has_padding`` and ``has_kernel`` say what of the side it uses;
    where it uses the kernel, there is no output if that is larger than the padded input. ``note`` explains the law.
    """

    size: Callable[[Side], Any]
    note: str
    has_padding: bool = False
    has_kernel: bool = True

    @property
    def law(self) -> Any:
        """The rule in the field's letters: N, K, S and P."""
        return self.size(Side(Name("N"), Name("K"), Name("S"), Name("P")))


def _steps(reach: Any, stride: Any) -> Any:
    """The first position of the kernel and one more for each whole stride that is left."""
    return Plus(Call("floor", Over(reach, stride)), ONE)


PADDED = SizeRule(
    lambda side: _steps(Plus(side.n, Negative(side.k), Times(TWO, side.p)), side.s),
    "N input, K kernel, P padding, S stride",
    has_padding=True,
)
VALID = SizeRule(
    lambda side: _steps(Plus(side.n, Negative(side.k)), side.s),
    "N input, K kernel, S stride",
)
SAME = SizeRule(
    lambda side: Call("ceil", Over(side.n, side.s)),
    "same padding: N input, S stride",
    has_kernel=False,
)

NAMED_PADDINGS: Mapping[str, SizeRule] = {"same": SAME, "valid": VALID}
"""The paddings that are given by a word, as TensorFlow and Keras have them."""


def convolution_parameters(kernel: Sequence[Any], channels: Any, filters: Any, bias: bool) -> Any:
    """(K·K·C + 1)·F: each of the F filters has a weight for every place of the kernel and channel, and one bias."""
    if not bias:
        return Times(*kernel, channels, filters)
    return Times(Plus(Times(*kernel, channels), ONE), filters)
