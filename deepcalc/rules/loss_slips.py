"""Typical mistakes in losses, alone or at the end of a network: the wrong logarithm, sign, factor, reduction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, TypeGuard

from deepcalc.graph.graph import Graph
from deepcalc.notation.edits import changed, terms, unsigned, without_factor
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    Call,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Times,
    minus,
    nodes_in,
    number,
    product,
    total,
)
from deepcalc.plan import Slip

if TYPE_CHECKING:
    pass

Formulas = Mapping[str, Node]
Pairs = Sequence[tuple[Node, Node]]
"""Target and output of each component, as nodes."""


def log_slips(graph: Graph, names: Sequence[str]) -> Iterator[Slip]:
    """Of the log losses among the quantities: the logarithm to base 10, the minus forgotten, the other class."""
    formulas = {name: graph[name].definition for name in names}
    logs = {name: formula for name, formula in formulas.items() if _uses_log(formula)}
    if not logs:
        return
    for taken, meant, message in _OTHER_BASES:
        formulas = {name: changed(formula, partial(_to_base, taken, meant)) for name, formula in logs.items()}
        yield Slip("log-base-10" if taken == "log10" else "log-base", message, formulas)
    yield Slip(
        "loss-sign",
        "the minus sign of the loss forgotten",
        {name: total(*map(unsigned, terms(formula))) for name, formula in logs.items()},
    )
    plain = {
        name: changed(formula, lambda node: node.arguments[0] if is_log(node) else None)
        for name, formula in logs.items()
    }
    yield Slip(
        "no-log",
        "no logarithm taken: the probability itself",
        {name: total(*map(unsigned, terms(formula))) for name, formula in plain.items()},
    )
    yield Slip(
        "other-class",
        "the logarithm of 1 − p taken where that of p is meant",
        {name: changed(formula, _of_the_other_class) for name, formula in logs.items()},
    )


def _uses_log(formula: Node) -> bool:
    return any(is_log(part) for part in nodes_in(formula))


_OTHER_BASES = (
    ("log10", "log", "the logarithm to base 10 in place of the natural one"),
    ("log", "log2", "the natural logarithm in place of that to base 2"),
    ("log10", "log2", "the logarithm to base 10 in place of that to base 2"),
    ("log", "log10", "the natural logarithm in place of that to base 10"),
)
"""Taken, meant, and how that is said."""


def is_log(node: Node) -> TypeGuard[Call]:
    """Whether a node is a logarithm, to any base."""
    return isinstance(node, Call) and node.function in ("log", "log2", "log10")


def _to_base(taken: str, meant: str, node: Node) -> Node | None:
    return Call(taken, *node.arguments) if isinstance(node, Call) and node.function == meant else None


def _of_the_other_class(node: Node) -> Node | None:
    """log(p) → log(1 - p), and the other way round."""
    if not is_log(node):
        return None
    argument = node.arguments[0]
    if isinstance(argument, Name):
        return Call(node.function, minus(ONE, argument))
    is_complement = isinstance(argument, Plus) and argument.args[0] == ONE and isinstance(argument.args[1], Negative)
    return Call(node.function, argument.args[1].args[0]) if is_complement else None


def squared_factor_slips(pairs: Mapping[str, Pairs], factor: Callable[[int], Fraction]) -> Iterator[Slip]:
    """The factor before the sum of squared errors left out, or another one in its place.

    ``pairs`` are targets and outputs by the loss that is made of them, ``factor`` that of n of them.
    """
    n = min(map(len, pairs.values()))
    for other in dict.fromkeys((Fraction(1), Fraction(1, 2), Fraction(1, n))):
        if other != factor(n):
            formulas = {name: _squares(own, other) for name, own in pairs.items()}
            yield Slip("loss-factor", factor_message(factor(n), other, "loss"), formulas)


def _squares(pairs: Pairs, factor: Fraction) -> Node:
    return total(*(product(number(factor), Power(minus(target, output), TWO)) for target, output in pairs))


def factor_message(factor: Fraction, other: Fraction, of: str) -> str:
    """Which factor was taken for which."""
    if other == 1:
        return f"the factor {factor} of the {of} left out"
    if factor == 1:
        return f"a factor {other} in the {of} where there is none"
    return f"the factor {other} in place of {factor} in the {of}"


def reduction_slip(graph: Graph, names: Iterable[str], samples: int, is_mean: bool) -> Slip:
    """The sum over the samples where the mean is meant, or the mean where the sum is."""
    if is_mean:
        formulas = {name: _summed(graph[name].definition) for name in names}
        return Slip("sum-for-mean", "the sum over the samples in place of their mean", formulas)
    formulas = {name: Over(graph[name].formula, Literal(str(samples))) for name in names}
    return Slip("sum-for-mean", "the mean over the samples in place of their sum", formulas)


def _summed(mean: Node) -> Node:
    """A mean without its division."""
    if isinstance(mean, Over):
        return mean.args[0]
    return without_factor(mean, mean.args[0]) if isinstance(mean, Times) else mean
