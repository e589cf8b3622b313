"""How a side of a layer's output follows from a side of its input, under each way of padding.

The arithmetic is that of V. Dumoulin and F. Visin, *A guide to convolution arithmetic for deep learning*
(arXiv:1603.07285, 2016), sections 2 to 5; a pooling window is a kernel without weights. ``same`` is TensorFlow's,
``ceil_mode`` and ``output_padding`` are PyTorch's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from deepcalc.notation.edits import terms
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, ZERO, Call, Name, Negative, Node, Over, Plus, Times, names_in, total
from deepcalc.records import record


@record
class Side:
    """One side of a layer, in nodes: what of it the layer has, None for the rest.

    Input size n, kernel k, stride s, padding p before the first value and q behind the last one (None: as before),
    dilation d, output padding o, factor f of an upsampling, wanted output size a. ``up`` where a last window that
    is not full counts, and ``capped`` where one such would begin behind the input, and so does not count.
    """

    n: Node
    k: Any = None
    s: Any = None
    p: Any = None
    q: Any = None
    d: Any = None
    o: Any = None
    f: Any = None
    a: Any = None
    up: bool = False
    capped: bool = False

    @property
    def generic(self) -> Side:
        """The same side in the field's letters, as a law has it."""
        named: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        lettered = {name: Name(_LETTERS[name][0]) for name in _LETTERS if named[name] is not None}
        return Side(**(named | lettered))

    def without(self, *names: str) -> Side:
        """The same side without some of its numbers."""
        kept: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in names}
        return Side(**kept)


_LETTERS = {
    "n": ("N", "input"),
    "k": ("K", "kernel"),
    "d": ("d", "dilation"),
    "p": ("P", "padding"),
    "q": ("Q", "padding behind"),
    "s": ("S", "stride"),
    "o": ("O", "output padding"),
    "f": ("f", "factor"),
    "a": ("A", "output"),
}


MEANINGS: Mapping[str, str] = {meaning.replace(" ", "_"): letter for letter, meaning in _LETTERS.values()}
"""What the letters of the laws mean, and which they are where a course has no others."""


_APART = ("factor", "output")


def stand_together(meaning: str, other: str) -> bool:
    """Whether two numbers may stand in one law: a factor stands with the input's size alone, a wanted size alone."""
    if meaning == other:
        return True
    apart = [each for each in (meaning, other) if each in _APART]
    return not apart or {meaning, other} == {"input", "factor"}


def lettered(law: Node, letters: Mapping[str, str]) -> Node:
    """A law in a course's own letters, given by what they mean: ``{input: W, kernel: F}``."""
    return law.xreplace({Name(MEANINGS[meaning]): Name(letter) for meaning, letter in letters.items()})


def explained(law: Node, letters: Mapping[str, str]) -> str:
    """What the letters of a law are, in a course's own: ``N input, K kernel, S stride``."""
    used = names_in(law)
    told = ((letters.get(meaning, letter), letter, meaning) for meaning, letter in MEANINGS.items())
    return ", ".join(f"{own} {meaning.replace('_', ' ')}" for own, letter, meaning in told if letter in used)


@record
class Padding:
    """One way of padding a side.

    ``title`` is the word for it, ``prefix`` what an explanation of its law begins with. ``added`` are the terms that it
    adds to the input's size, at both ends together; ``before`` is what of them stands before the first value. ``slid``
    and ``transposed`` are the output sizes of a sliding and of a transposed kernel where they do not follow from that;
    ``padded`` the size with the padding, from the side and its output. ``ends`` are the ends that the amount which an
    author gives is for; 0 of a way that needs none.
    """

    title: str
    added: Callable[[Side], Sequence[Node]]
    before: Callable[[Side, Node], Node]
    slid: Callable[[Side], Node] | None = None
    transposed: Callable[[Side], Node] | None = None
    padded: Callable[[Side, Node], Node] | None = None
    only_stride_one: bool = False
    prefix: str = ""
    ends: int = 0

    @property
    def has_amount(self) -> bool:
        """Whether an author gives how much it adds."""
        return self.ends > 0

    @property
    def has_kernel(self) -> bool:
        """Whether the kernel must fit into the padded input."""
        return self.slid is None

    def padded_size(self, side: Side, output: Node) -> Node:
        """The input's size with the padding."""
        return self.padded(side, output) if self.padded else total(side.n, *self.added(side))


def reach_of(side: Side) -> Node:
    """How many values the kernel spans, d·(K − 1) + 1."""
    return side.k if side.d is None else Plus(Times(side.d, Plus(side.k, Negative(ONE))), ONE)


def _less_one_of(side: Side) -> Node:
    """d·(K − 1): how far the kernel's last value is from its first."""
    less_one = Plus(side.k, Negative(ONE))
    return less_one if side.d is None else Times(side.d, less_one)


def _given(side: Side) -> Sequence[Node]:
    if side.p is None:
        return ()
    return (Times(TWO, side.p),) if side.q is None else (side.p, side.q)


def _half(side: Side) -> Node:
    half = Call("floor", Over(side.k, TWO))
    return half if side.d is None else Times(side.d, half)


def _twice(node: Node) -> Node:
    return Times(TWO, *node.args) if isinstance(node, Times) else Times(TWO, node)


def _half_of_added(side: Side, padded: Node) -> Node:
    """The smaller half of what was added: an odd row goes to the end."""
    return Call("floor", Over(Plus(padded, Negative(side.n)), TWO))


GIVEN = Padding("", _given, lambda side, padded: ZERO if side.p is None else side.p, ends=1)
TOTAL = Padding(
    "total",
    lambda side: () if side.p is None else (side.p,),
    lambda side, padded: ZERO if side.p is None else Call("floor", Over(side.p, TWO)),
    prefix="the padding of both ends together: ",
    ends=2,
)
VALID = Padding("valid", lambda side: (), lambda side, padded: ZERO)
SAME = Padding(
    "same",
    lambda side: (),
    _half_of_added,
    slid=lambda side: side.n if side.s == ONE else Call("ceil", Over(side.n, side.s)),
    transposed=lambda side: Times(side.n, side.s),
    padded=lambda side, output: Call(
        "max", Plus(Times(Plus(output, Negative(ONE)), side.s), *terms(reach_of(side))), side.n
    ),
    prefix="same padding: ",
)
SAME_IN_PYTORCH = Padding(
    "same",
    lambda side: (_less_one_of(side),),
    _half_of_added,
    slid=lambda side: side.n,
    only_stride_one=True,
    prefix="same padding: ",
)
HALF = Padding("half", lambda side: (_twice(_half(side)),), lambda side, padded: _half(side), prefix="half padding: ")
FULL = Padding(
    "full",
    lambda side: (_twice(_less_one_of(side)),),
    lambda side, padded: _less_one_of(side),
    prefix="full padding: ",
)

NAMED_PADDINGS: Mapping[str, Padding] = {
    "same": SAME,
    "valid": VALID,
    "same_pytorch": SAME_IN_PYTORCH,
    "half": HALF,
    "full": FULL,
}
"""The paddings that are given by a word."""


def slid(side: Side, padding: Padding) -> Node:
    """⌊(N − K + 2·P)/S⌋ + 1: the first position of the kernel, and one more for each whole stride that is left.

    A stride that is written as 1 divides nothing. With ``up`` a last window may reach beyond the end, if it begins
    before it: ⌈(N − K + 2·P)/S⌉ + 1, but at most ⌈(N + P)/S⌉.
    """
    if padding.slid is not None:
        return padding.slid(side)
    kernel = (Negative(side.k),) if side.d is None else (Negative(_less_one_of(side)), Negative(ONE))
    left = Plus(side.n, *kernel, *padding.added(side))
    if side.s == ONE:
        return Plus(*left.args, ONE)
    positions = Plus(Call("ceil" if side.up else "floor", Over(left, side.s)), ONE)
    return Call("min", positions, begun(side, padding)) if side.capped else positions


def begun(side: Side, padding: Padding) -> Node:
    """⌈(N + P)/S⌉: the windows that begin before the end of the input."""
    before = padding.before(side, side.n)
    return Call("ceil", Over(side.n if before == ZERO else Plus(side.n, before), side.s))


def steps_apart(side: Side) -> Node:
    """(N − 1)·S: from the first value to the last, a stride apart."""
    return Times(Plus(side.n, Negative(ONE)), side.s)


def transposed(side: Side, padding: Padding) -> Node:
    """(N − 1)·S − 2·P + K + O: the kernel once for each input value, a stride apart, less what the padding cuts off."""
    if padding.transposed is not None:
        return padding.transposed(side)
    output_padding = () if side.o is None else (side.o,)
    return Plus(steps_apart(side), *map(Negative, padding.added(side)), *terms(reach_of(side)), *output_padding)


def kept(side: Side, padding: Padding) -> Node:
    """N: the layer changes no size."""
    return side.n


def upsampled(side: Side, padding: Padding) -> Node:
    """N·f: each value f times."""
    return Times(side.n, side.f)


def extended(side: Side, padding: Padding) -> Node:
    """N + 2·P."""
    return total(side.n, *padding.added(side))


def cropped(side: Side, padding: Padding) -> Node:
    """N − 2·P."""
    return Plus(side.n, *map(Negative, padding.added(side)))


def adapted(side: Side, padding: Padding) -> Any:
    """The size that is asked for, whatever the input's is."""
    return side.a


@record
class SizeMistake:
    """A typical mistake in the sizes of a sort of layer: what is taken in place of its own, ``seldom`` or often."""

    key: str
    message: str
    size: Callable[[Side, Padding], Node]
    seldom: bool = False


AS_CONVOLUTION = SizeMistake("as-convolution", "a transposed convolution worked out as a plain one", slid)
KERNEL_FORGOTTEN = SizeMistake(
    "kernel-forgotten",
    "the kernel not added",
    lambda side, padding: total(steps_apart(side), *map(Negative, padding.added(side))),
)
STEPS_ALONE = SizeMistake(
    "kernel-forgotten",
    "the stride times the steps alone, without padding and kernel",
    lambda side, padding: steps_apart(side),
)
STEPS_OF_ALL = SizeMistake(
    "steps-of-all",
    "a step for each value of the input, where there is one less",
    lambda side, padding: Plus(Times(side.n, side.s), *terms(transposed(side, padding))[1:]),
    seldom=True,
)
PADDING_ADDED = SizeMistake(
    "padding-added",
    "the padding added, which a transposed convolution takes off",
    lambda side, padding: total(
        steps_apart(side), *padding.added(side), *terms(transposed(side, padding))[1 + len(padding.added(side)) :]
    ),
)
TIMES_STRIDE = SizeMistake(
    "steps-of-all", "the input times the stride alone", lambda side, padding: Times(side.n, side.s), seldom=True
)
AS_WINDOW = SizeMistake(
    "as-window",
    "the wanted size of an adaptive pooling taken for that of its window",
    lambda side, padding: Call("floor", Over(side.n, side.a)),
)
FACTOR_SQUARED = SizeMistake(
    "factor-squared",
    "the factor squared, as for both sides together",
    lambda side, padding: Times(side.n, side.f, side.f),
    seldom=True,
)
DOWNSAMPLED = SizeMistake(
    "downsampled",
    "divided by the factor, by which an upsampling multiplies",
    lambda side, padding: Call("floor", Over(side.n, side.f)),
)
