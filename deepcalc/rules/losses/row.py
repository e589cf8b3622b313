"""What a loss function is: how it is written, in what, with which numbers of its own, and how it is mistaken.

Targets are t, outputs o (or p), n of each. A loss is of one sample; how samples are put together is the kind's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from fractions import Fraction
from typing import Any

from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Call, Literal, Name, Node, Over, SumOver, Times, minus, number, product, total
from deepcalc.records import record
from deepcalc.rules.losses.domains import ANY, Domain

Pairs = Sequence[tuple[Any, ...]]
"""What belongs to each component, as nodes: target and output; of a triplet anchor, positive and negative."""

MEAN, SUM, WEIGHTED_MEAN = "mean", "sum", "weighted_mean"


@record
class At:
    """What a loss is written with beside its targets and outputs.

    ``settings`` are the nodes of its own numbers by field, ``log`` the name of its logarithm; ``zero_one`` says that
    labels are 1 and 0, not 1 and -1; ``true_class`` is the component that is the true class, from 0; ``same_as_zero``
    says that a pair of one class has the target 0, ``halves`` that the loss of a pair has the factor ½; ``over`` is how
    the outputs' losses make that of the sample, where that is not the row's own way.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    log: str = "log"
    zero_one: bool = False
    true_class: int | None = None
    same_as_zero: bool = False
    halves: bool = True
    over: str | None = None

    def label(self, target: Node) -> Node:
        """The label 1 or -1 that is meant by a target."""
        return minus(Times(TWO, target), ONE) if self.zero_one else target

    def logarithm(self, node: Node) -> Node:
        return Call(self.log, node)


Each = Callable[..., Node]
"""What one output has: target, output, and what else it is written with."""

Whole = Callable[[Pairs, At], Node]


@record
class Fusion:
    """A loss right after an activation: the derivative by the net input, and the loss in a form that loses nothing.

    ``derivative`` gets target and output of a component; ``stable`` gets targets and net inputs. ``sums_to_one``
    says that the derivative holds only where the targets sum to 1.
    """

    derivative: Callable[[Node, Node], Node]
    stable: Callable[[Pairs], Node]
    sums_to_one: bool = False


@record
class Line:
    """A quantity on the way to the loss of a sample: the head of its name, what it is, how it is written."""

    head: str
    meaning: str
    write: Whole


@record
class Mistake:
    """A typical mistake: of every output (``each``), of the whole sample (``whole``), or of a line (by its head).

    One that ``is_rare`` need not show in a problem's numbers.
    """

    key: str
    message: str
    each: Each | None = None
    whole: Whole | None = None
    line: str | None = None
    is_rare: bool = False


@record
class Setting:
    """A number of a loss's own: its name in formulas, and the value where none is given (None: it must be)."""

    symbol: str
    default: str | None


Remark = Callable[[Pairs, Sequence[Literal], Sequence[Literal]], tuple[str | Node, ...]]


def _no_remark(pairs: Pairs, targets: Sequence[Literal], outputs: Sequence[Literal]) -> tuple[str | Node, ...]:
    return ()


@record
class Loss:
    """One loss function.

    ``parts`` writes the loss of each output (None where an output has none), ``over`` says how they make that of the
    sample; or ``whole`` writes that at once. ``slope`` is the derivative of an output's loss by it, ``gradient`` that
    of the whole by the output of an index, where they are not left to the rules of derivatives. ``general`` is the law
    from the names of target and output and the number of components. ``stable`` is evaluated in place of the formula
    where that has a term 0·log 0. ``factor`` is that before the sum of n squared errors; None for other losses.

    ``sides`` are the fields that hold what it is made of. ``settings`` are its own numbers by field, those of
    ``options`` act only where they are given. ``outputs_of`` is the activation whose outputs it takes, ``of_logits``
    the same loss of the net inputs of that activation. ``remark`` says what drops out of the
    instance, from its pairs, the values of its targets and of its outputs. ``root`` says that the root is taken of the
    mean over everything. ``source`` says where it is from, and whose conventions it has.
    ``at`` is what it is written with; ``field_aliases`` are names that its literature has for fields.
    """

    name: str
    title: str
    parts: Callable[[Pairs, At], Sequence[Node | None]] | None = None
    whole: Whole | None = None
    over: str = MEAN
    slope: Each | None = None
    gradient: Callable[[Pairs, int, At], Node] | None = None
    general: Callable[[str, str, int, At], Node] | None = None
    lines: tuple[Line, ...] = ()
    stable: Whole | None = None
    fusions: Mapping[str, Fusion] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    field_aliases: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    sides: tuple[str, ...] = ("targets", "predictions")
    targets: Domain = ANY
    outputs: Domain = ANY
    settings: Mapping[str, Setting] = field(default_factory=dict)
    options: Mapping[str, Setting] = field(default_factory=dict)
    has_base: bool = False
    smooths: bool = False
    outputs_of: str | None = None
    of_logits: str | None = None
    is_joined: bool = False
    is_summed: bool = False
    of_class: bool = False
    root: bool = False
    factor: Callable[[int], Fraction] | None = None
    remark: Remark = _no_remark
    mistakes: tuple[Mistake, ...] = ()
    at: At = At()

    def written_with(self, at: At) -> Loss:
        """The loss with numbers and conventions of an instance."""
        own = {name: Literal(row.default) for name, row in self.settings.items() if row.default is not None}
        return replace(self, at=replace(at, settings={**own, **at.settings}))

    @property
    def is_of_vectors(self) -> bool:
        """Whether numbers side by side are the components of one sample, not samples of one output each."""
        return self.parts is None or self.of_class

    @property
    def reduced_by(self) -> str:
        """How the outputs' losses make that of the sample: their mean or their sum."""
        return self.at.over or self.over

    def is_parted(self, n: int) -> bool:
        """Whether the losses of a sample's outputs are quantities of their own."""
        return self.parts is not None and n > 1 and (not self.is_joined or self.at.over is not None)

    def formula(self, pairs: Pairs) -> Node:
        """The loss of one sample in one expression."""
        if self.factor is not None and self.at.over is None:
            return _scaled_terms(number(self.factor(len(pairs))), self.of_each(pairs))
        if self.parts is None:
            assert self.whole is not None
            return self.whole(pairs, self.at)
        return self.reduced(self.of_each(pairs), len(pairs))

    def of_outputs(self, pairs: Pairs) -> Sequence[Node | None]:
        """The loss of each output; None where one has none."""
        assert self.parts is not None
        return self.parts(pairs, self.at)

    def of_each(self, pairs: Pairs) -> list[Node]:
        """The losses of the outputs that have one."""
        return [part for part in self.of_outputs(pairs) if part is not None]

    def reduced(self, parts: Sequence[Node], n: int) -> Node:
        """The mean or the sum of the outputs' losses, of n outputs."""
        summed = total(*parts)
        return summed if n == 1 or self.reduced_by == SUM else Over(summed, Literal(str(n)))

    def partials(self, pairs: Pairs) -> dict[str, Node]:
        """The derivatives of the formula by the outputs that are written by hand."""
        found = {}
        n = len(pairs)
        share = Fraction(1) if n == 1 or self.reduced_by == SUM else Fraction(1, n)
        if self.factor is not None and self.at.over is None:
            share = self.factor(n)
        for index, pair in enumerate(pairs):
            output = pair[-1]
            if self.slope is not None:
                found[output.name] = _scaled(share, self.slope(*pair, self.at))
            elif self.gradient is not None:
                found[output.name] = self.gradient(pairs, index, self.at)
        return found

    def slope_of(self, target: Node, output: Node, at: At) -> Node:
        """The derivative of an output's loss, of one that has it as a rule."""
        assert self.slope is not None
        return self.slope(target, output, at)

    def law(self, target: str, output: str, n: int) -> Node | None:
        """The general law of n components, from the names that targets and outputs have in common."""
        return None if self.general is None else self.general(target, output, n, self.at)

    def stable_form(self, pairs: Pairs) -> Node | None:
        """The form that is evaluated in place of the formula, where there is one."""
        return None if self.stable is None else self.stable(pairs, self.at)

    def fusion(self, activation: str) -> Fusion | None:
        """What is special right after an activation; of natural logarithms alone."""
        return self.fusions.get(activation) if self.at.log == "log" else None


def _scaled(factor: Fraction, node: Node) -> Node:
    """A derivative times a factor, its own number joined to it: 1/3 times 2·(o − t) is 2/3·(o − t)."""
    if factor == 1:
        return node
    if isinstance(node, Times) and node.args[0] == TWO:
        return product(number(2 * factor), *node.args[1:])
    return product(number(factor), node)


def _scaled_terms(scale: Node, terms: Sequence[Node]) -> Node:
    return total(*(term if scale == ONE else Times(scale, term) for term in terms))


def elementwise(
    name: str, title: str, each: Each, *, over: str = MEAN, mistakes: Sequence[Mistake] = (), **more: Any
) -> Loss:
    """A loss that every output has of its own, and the sample their mean or sum of."""

    def parts(pairs: Pairs, at: At) -> list[Node]:
        return [each(*pair, at) for pair in pairs]

    def law(target: str, output: str, n: int, at: At) -> Node:
        body = each(Name(f"{target}_i"), Name(f"{output}_i"), at)
        summed = SumOver(body, Name("i"), ONE, Literal(str(n)))
        return summed if (at.over or over) == SUM else Times(Over(ONE, Literal(str(n))), summed)

    return Loss(name, title, parts=parts, over=over, **{"general": law, "mistakes": tuple(mistakes), **more})
