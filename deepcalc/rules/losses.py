"""Loss functions: one row each, with the written form, its derivative, and its forms after an activation.

Targets are t, outputs o (or p), n of each. A loss is of one sample; how samples are put together is the kind's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deepcalc.notation.functions import TWO, log_sum_exp
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Cases,
    Literal,
    Name,
    Negative,
    Over,
    Power,
    Relation,
    SumOver,
    Times,
    minus,
    negative,
    number,
    product,
    total,
)

Pairs = Sequence[tuple[Any, Any]]
"""Target and output of each component, as nodes."""


@dataclass(frozen=True)
class Fusion:
    """A loss right after an activation: the derivative by the net input, and the loss in a form that loses nothing.

    ``derivative`` gets target and output of a component; ``stable`` gets targets and net inputs. ``sums_to_one``
    says that the derivative holds only where the targets sum to 1.
    """

    derivative: Callable[[Any, Any], Any]
    stable: Callable[[Pairs], Any]
    sums_to_one: bool = False


def _no_remark(pairs: Pairs, targets: Sequence[Literal], outputs: Sequence[Literal]) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True)
class Loss:
    """One loss function.

    ``formula`` gets the (target, output) pairs; ``derivative`` target, output and how many components there are;
    ``law`` the names of target and output and the number of components. ``stable`` is evaluated in place of the
    formula where that has a term 0·log 0. ``factor`` is that before the sum of n squared errors; None for other losses.
    ``remark`` says what drops out of the instance, from its pairs, the values of its targets and of its outputs.
    """

    name: str
    title: str
    formula: Callable[[Pairs], Any]
    derivative: Callable[[Any, Any, int], Any]
    law: Callable[[str, str, int], Any]
    stable: Callable[[Pairs], Any] | None = None
    fusions: Mapping[str, Fusion] = field(default_factory=dict)
    is_log_loss: bool = False
    factor: Callable[[int], Fraction] | None = None
    remark: Callable[[Pairs, Sequence[Literal], Sequence[Literal]], tuple[Any, ...]] = _no_remark


def _squares(factor: Callable[[int], Fraction]) -> Callable[[Pairs], Any]:
    def formula(pairs: Pairs) -> Any:
        scale = number(factor(len(pairs)))
        return total(*(_scaled(scale, Power(minus(target, output), TWO)) for target, output in pairs))

    return formula


def _scaled(scale: Any, node: Any) -> Any:
    return node if scale == ONE else Times(scale, node)


def _square_derivative(factor: Callable[[int], Fraction]) -> Callable[[Any, Any, int], Any]:
    def derivative(target: Any, output: Any, n: int) -> Any:
        return _scaled(number(2 * factor(n)), minus(output, target))

    return derivative


def _square_law(factor: Callable[[int], Any]) -> Callable[[str, str, int], Any]:
    def law(target: str, output: str, n: int) -> Any:
        squares = Power(minus(Name(f"{target}_i"), Name(f"{output}_i")), TWO)
        summed = SumOver(squares, Name("i"), ONE, Literal(str(n)))
        scale = factor(n)
        return summed if scale is None else Times(scale, summed)

    return law


def _squared_error(name: str, title: str, factor: Callable[[int], Fraction], scale: Callable[[int], Any]) -> Loss:
    return Loss(name, title, _squares(factor), _square_derivative(factor), _square_law(scale), factor=factor)


def _log_times(weight: Any, probability: Any) -> Any:
    """weight·log(probability), 0 where the weight is 0 whatever the probability is."""
    return Cases(ZERO, Relation("=", weight, ZERO), product(weight, Call("log", probability)))


def _binary_term(target: Any, output: Any, log_times: Callable[[Any, Any], Any]) -> Any:
    return Negative(total(log_times(target, output), log_times(minus(ONE, target), minus(ONE, output))))


def _times_log(weight: Any, probability: Any) -> Any:
    return Times(weight, Call("log", probability))


def _binary_formula(log_times: Callable[[Any, Any], Any]) -> Callable[[Pairs], Any]:
    def formula(pairs: Pairs) -> Any:
        return total(*(_binary_term(target, output, log_times) for target, output in pairs))

    return formula


def _binary_derivative(target: Any, output: Any, n: int) -> Any:
    return total(negative(Over(target, output)), Over(minus(ONE, target), minus(ONE, output)))


def _binary_law(target: str, output: str, n: int) -> Any:
    t, o = Name(f"{target}_i"), Name(f"{output}_i")
    inner = total(_times_log(t, o), _times_log(minus(ONE, t), minus(ONE, o)))
    return Negative(SumOver(inner, Name("i"), ONE, Literal(str(n))))


def _binary_from_net_inputs(pairs: Pairs) -> Any:
    terms = []
    for target, z in pairs:
        terms.append(product(target, Call("softplus", negative(z))))
        terms.append(product(minus(ONE, target), Call("softplus", z)))
    return total(*terms)


def _categorical_formula(log_times: Callable[[Any, Any], Any]) -> Callable[[Pairs], Any]:
    def formula(pairs: Pairs) -> Any:
        return Negative(total(*(log_times(target, output) for target, output in pairs)))

    return formula


def _categorical_law(target: str, output: str, n: int) -> Any:
    inner = _times_log(Name(f"{target}_i"), Name(f"{output}_i"))
    return Negative(SumOver(inner, Name("i"), ONE, Literal(str(n))))


def _categorical_from_net_inputs(pairs: Pairs) -> Any:
    targets = total(*(target for target, _ in pairs))
    weighted = total(*(product(target, z) for target, z in pairs))
    return minus(product(targets, log_sum_exp([z for _, z in pairs])), weighted)


_NO_VALUE_COUNTS_AS_ZERO = " (0·log 0 counts as 0)"


def _binary_remark(pairs: Pairs, targets: Sequence[Literal], outputs: Sequence[Literal]) -> tuple[Any, ...]:
    """Which of the two terms drops out: the first for the target 0, the second for 1."""
    target = targets[0].value
    if len(pairs) > 1 or target not in (0, 1):
        return ()
    term = "second" if target else "first"
    counted = _NO_VALUE_COUNTS_AS_ZERO if outputs[0].value == target else ""
    relation = Relation("=", pairs[0][0], ONE if target else ZERO)
    return ("since ", relation, f", the {term} term is zero and drops out{counted}")


def _categorical_remark(pairs: Pairs, targets: Sequence[Literal], outputs: Sequence[Literal]) -> tuple[Any, ...]:
    """That only the term of the true class remains, where the target is one-hot."""
    values = [target.value for target in targets]
    if sorted(values) != [0] * (len(values) - 1) + [1]:
        return ()
    counted = any(output.value == 0 for output, value in zip(outputs, values, strict=True) if value == 0)
    relation = Relation("=", pairs[values.index(1)][0], ONE)
    return (
        "only the term of the true class, ",
        relation,
        f", remains{_NO_VALUE_COUNTS_AS_ZERO if counted else ''}",
    )


_ROWS = (
    _squared_error(
        "mse", "mean squared error", lambda n: Fraction(1, n), lambda n: Over(ONE, Literal(str(n)))
    ),
    _squared_error("half_sum", "half the sum of squared errors", lambda n: Fraction(1, 2), lambda n: Over(ONE, TWO)),
    _squared_error("sum", "sum of squared errors", lambda n: Fraction(1), lambda n: None),
    Loss(
        "binary_cross_entropy",
        "binary cross-entropy",
        _binary_formula(_times_log),
        _binary_derivative,
        _binary_law,
        _binary_formula(_log_times),
        {"sigmoid": Fusion(lambda target, output: minus(output, target), _binary_from_net_inputs)},
        is_log_loss=True,
        remark=_binary_remark,
    ),
    Loss(
        "categorical_cross_entropy",
        "categorical cross-entropy",
        _categorical_formula(_times_log),
        lambda target, output, n: negative(Over(target, output)),
        _categorical_law,
        _categorical_formula(_log_times),
        {
            "softmax": Fusion(
                lambda target, output: minus(output, target), _categorical_from_net_inputs, sums_to_one=True
            )
        },
        is_log_loss=True,
        remark=_categorical_remark,
    ),
)  # fmt: skip

LOSSES: Mapping[str, Loss] = {row.name: row for row in _ROWS}

CROSS_ENTROPY = "cross_entropy"
"""Short for the binary one after sigmoid outputs and for the categorical one after a softmax."""
