"""Losses of probabilities: cross-entropies, from probabilities and from logits, divergence, entropy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from deepcalc.notation.functions import log_sum_exp
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Cases,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Relation,
    SumOver,
    Times,
    minus,
    negative,
    product,
    total,
)
from deepcalc.rules.losses.domains import DISTRIBUTION, PROBABILITY
from deepcalc.rules.losses.row import SUM, At, Fusion, Loss, Mistake, Pairs, elementwise

LogTimes = Callable[[Node, Node, At], Node]


def _log_times(weight: Node, probability: Node, at: At) -> Node:
    """weight·log(probability), 0 where the weight is 0 whatever the probability is."""
    return Cases(ZERO, Relation("=", weight, ZERO), _times_log(weight, probability, at))


def _times_log(weight: Node, probability: Node, at: At) -> Node:
    logarithm = at.logarithm(probability)
    return product(weight, logarithm) if isinstance(weight, Literal) else Times(weight, logarithm)


def _binary(log_times: LogTimes) -> Callable[[Node, Node, At], Node]:
    def each(t: Node, o: Node, at: At) -> Node:
        return Negative(total(log_times(t, o, at), log_times(minus(ONE, t), minus(ONE, o), at)))

    return each


def _binary_slope(t: Node, o: Node, at: At) -> Node:
    base = _base(at)
    return total(negative(Over(t, product(o, *base))), Over(minus(ONE, t), product(minus(ONE, o), *base)))


def _base(at: At) -> tuple[Node, ...]:
    """The factor log b below the derivative of a logarithm to base b."""
    return () if at.log == "log" else (Call("log", Literal(at.log.removeprefix("log"))),)


def _binary_law(target: str, output: str, n: int, at: At) -> Node:
    t, o = Name(f"{target}_i"), Name(f"{output}_i")
    inner = total(_times_log(t, o, at), _times_log(minus(ONE, t), minus(ONE, o), at))
    return Negative(SumOver(inner, Name("i"), ONE, Literal(str(n))))


def _binary_from_net_inputs(pairs: Pairs) -> Node:
    terms = []
    for target, z in pairs:
        terms.append(product(target, Call("softplus", negative(z))))
        terms.append(product(minus(ONE, target), Call("softplus", z)))
    return total(*terms)


def _binary_of_logit(t: Node, z: Node, at: At) -> Node:
    """max(z, 0) - t·z + log(1 + e^-|z|), in which nothing overflows."""
    shrunk = Call("exp", Negative(Call("abs", z)))
    return total(Call("max", z, ZERO), Negative(product(t, z)), Call("log", total(ONE, shrunk)))


def _summed(log_times: LogTimes) -> Callable[[Pairs, At], Node]:
    def whole(pairs: Pairs, at: At) -> Node:
        return Negative(total(*(log_times(t, o, at) for t, o in pairs if t != ZERO)))

    return whole


def _share_slope(pairs: Pairs, index: int, at: At) -> Node:
    t, o = pairs[index]
    return ZERO if t == ZERO else negative(Over(t, product(o, *_base(at))))


def _categorical_law(target: str, output: str, n: int, at: At) -> Node:
    inner = _times_log(Name(f"{target}_i"), Name(f"{output}_i"), at)
    return Negative(SumOver(inner, Name("i"), ONE, Literal(str(n))))


def _difference(t: Node, o: Node) -> Node:
    return o if t == ZERO else minus(o, t)


def _weighted(pairs: Pairs) -> Node:
    return total(*(product(t, z) for t, z in pairs if t != ZERO))


def _categorical_from_net_inputs(pairs: Pairs) -> Node:
    targets = total(*(target for target, _ in pairs if target != ZERO))
    return minus(product(targets, log_sum_exp([z for _, z in pairs])), _weighted(pairs))


def _of_logits(pairs: Pairs, at: At) -> Any:
    """log Σ e^z - Σ t·z, which is the cross-entropy where the targets sum to 1."""
    powers = [Call("exp", z) for _, z in pairs]
    return minus(Call("log", total(*powers)), _weighted(pairs))


def _of_logits_slope(pairs: Pairs, index: int, at: At) -> Node:
    target, z = pairs[index]
    share = Over(Call("exp", z), total(*(Call("exp", other) for _, other in pairs)))
    return _difference(target, share)


def _of_logits_law(target: str, output: str, n: int, at: At) -> Node:
    t, z, last = Name(f"{target}_i"), Name(f"{output}_i"), Literal(str(n))
    powers = SumOver(Call("exp", z), Name("i"), ONE, last)
    return minus(Call("log", powers), SumOver(Times(t, z), Name("i"), ONE, last))


def _divergence(pairs: Pairs, at: At) -> Node:
    return total(*(_times_log(t, Over(t, o), at) for t, o in pairs if t != ZERO))


def _divergence_stable(pairs: Pairs, at: At) -> Node:
    return total(*(_log_times(t, Over(t, o), at) for t, o in pairs if t != ZERO))


def _divergence_law(target: str, output: str, n: int, at: At) -> Node:
    t, o = Name(f"{target}_i"), Name(f"{output}_i")
    return SumOver(_times_log(t, Over(t, o), at), Name("i"), ONE, Literal(str(n)))


def _divergence_from_net_inputs(pairs: Pairs) -> Node:
    entropy = total(*(_log_times(t, t, At()) for t, _ in pairs if t != ZERO))
    return total(_categorical_from_net_inputs(pairs), entropy)


def _other_way_round(pairs: Pairs, at: At) -> Node:
    return _divergence([(o, t) for t, o in pairs], at)


def _entropy(log_times: LogTimes) -> Callable[[Pairs, At], Node]:
    return lambda pairs, at: Negative(total(*(log_times(pair[-1], pair[-1], at) for pair in pairs)))


def _of_true_class(write: Callable[[Node, At], Node]) -> Callable[[Pairs, At], Node]:
    """Σ t·f(o): of the true class what is made of its probability."""
    return lambda pairs, at: total(*(product(t, write(o, at)) for t, o in pairs if t != ZERO))


def _of_label(write: Callable[[Node, At], Node]) -> Callable[[Node, Node, At], Node]:
    """t·f(o) + (1 − t)·f(1 − o): of a label what is made of the probability of its class."""
    return lambda t, o, at: total(Times(t, write(o, at)), Times(minus(ONE, t), write(minus(ONE, o), at)))


def _minus_log(o: Node, at: At) -> Node:
    return negative(at.logarithm(o))


def _of_softmax_again(pairs: Pairs, at: At) -> Node:
    powers = total(*(Call("exp", o) for _, o in pairs))
    return total(*(product(t, _minus_log(Over(Call("exp", o), powers), at)) for t, o in pairs if t != ZERO))


_OF_PROBABILITY: tuple[tuple[str, str, Callable[[Node, At], Node]], ...] = (
    ("complement", "1 − p, no logarithm taken", lambda o, at: minus(ONE, o)),
    ("weighted", "the logarithm weighted by the probability itself, as in an entropy",
     lambda o, at: Times(o, _minus_log(o, at))),
)  # fmt: skip

_OTHER_BASES = (("log-base-10", "10"), ("log-base", "2"))
_BASE_TAKEN = "the logarithm to base {} of the probability in place of the natural one"


def _to_base(base: str, loss: Callable[..., Node]) -> Callable[..., Node]:
    """A loss in natural logarithms of probabilities with those to another base."""
    return lambda *given: Over(loss(*given), Call("log", Literal(base)))


_NO_VALUE_COUNTS_AS_ZERO = " (0·log 0 counts as 0)"


def remark_of_label(pairs: Pairs, targets: Sequence[Literal], outputs: Sequence[Literal]) -> tuple[str | Node, ...]:
    """Which of the two terms drops out: the first for the target 0, the second for 1."""
    target = targets[0].value
    if len(pairs) > 1 or target not in (0, 1):
        return ()
    term = "second" if target else "first"
    counted = _NO_VALUE_COUNTS_AS_ZERO if outputs[0].value == target else ""
    relation = Relation("=", pairs[0][0], ONE if target else ZERO)
    return ("since ", relation, f", the {term} term is zero and drops out{counted}")


def remark_of_class(pairs: Pairs, targets: Sequence[Literal], outputs: Sequence[Literal]) -> tuple[str | Node, ...]:
    """That only the term of the true class remains, where the target is one-hot."""
    values = [target.value for target in targets]
    if sorted(values) != [0] * (len(values) - 1) + [1] or any(isinstance(target, Literal) for target, _ in pairs):
        return ()
    counted = any(output.value == 0 for output, value in zip(outputs, values, strict=True) if value == 0)
    relation = Relation("=", pairs[values.index(1)][0], ONE)
    return (
        "only the term of the true class, ",
        relation,
        f", remains{_NO_VALUE_COUNTS_AS_ZERO if counted else ''}",
    )


_FUSED_BY_SOFTMAX: Mapping[str, Fusion] = {
    "softmax": Fusion(_difference, _categorical_from_net_inputs, sums_to_one=True)
}

ROWS = (
    elementwise(
        "binary_cross_entropy", "binary cross-entropy", _binary(_times_log), over=SUM, slope=_binary_slope,
        general=_binary_law,
        stable=lambda pairs, at: total(*(_binary(_log_times)(t, o, at) for t, o in pairs)),
        fusions={"sigmoid": Fusion(lambda target, output: minus(output, target), _binary_from_net_inputs)},
        targets=PROBABILITY, outputs=PROBABILITY, outputs_of="sigmoid", of_logits="binary_cross_entropy_with_logits",
        has_base=True, smooths=True, is_joined=True,
        remark=remark_of_label,
        source="summed over a sample's outputs; PyTorch's BCELoss and Keras take their mean (outputs: mean)",
        aliases=("bce", "bce_loss", "log_loss", "logistic_loss", "binary_crossentropy"),
        mistakes=(
            *(Mistake(key, message, _of_label(write)) for key, message, write in _OF_PROBABILITY),
            Mistake("activated-twice", "the sigmoid taken of the probability once more",
                    lambda t, o, at: _binary(_times_log)(t, Call("sigmoid", o), at)),
        ),
    ),
    Loss(
        "categorical_cross_entropy", "categorical cross-entropy", whole=_summed(_times_log), gradient=_share_slope,
        general=_categorical_law, stable=_summed(_log_times), fusions=_FUSED_BY_SOFTMAX,
        targets=DISTRIBUTION, outputs=DISTRIBUTION, outputs_of="softmax", of_logits="cross_entropy_with_logits",
        has_base=True, smooths=True,
        remark=remark_of_class,
        source="Bishop, equation 5.24; of probabilities, natural logarithm, as Keras has it",
        aliases=("cce", "categorical_crossentropy", "sparse_categorical_crossentropy", "nll", "nll_loss",
                 "negative_log_likelihood"),
        mistakes=(
            *(Mistake(key, message, whole=_of_true_class(write)) for key, message, write in _OF_PROBABILITY),
            Mistake("activated-twice", "the softmax taken of the probabilities once more", whole=_of_softmax_again),
            Mistake("other-classes", "the logarithms of the classes that are not the true one",
                    whole=lambda pairs, at: total(*(product(minus(ONE, t), _minus_log(o, at)) for t, o in pairs))),
            Mistake("largest-for-true", "the largest probability in place of that of the true class",
                    whole=lambda pairs, at: _minus_log(Call("max", *(o for _, o in pairs)), at), is_rare=True),
            Mistake("each-class", "the binary cross-entropy of every class",
                    whole=lambda pairs, at: total(*(_binary(_times_log)(t, o, at) for t, o in pairs))),
        ),
    ),
    elementwise(
        "binary_cross_entropy_with_logits", "binary cross-entropy from the logit", _binary_of_logit, over=SUM,
        slope=lambda t, z, at: minus(Call("sigmoid", z), t),
        stable=lambda pairs, at: _binary_from_net_inputs(pairs),
        targets=PROBABILITY, smooths=True, outputs_of="identity", field_aliases={"logits": "predictions"},
        source="the form without overflow: PyTorch's BCEWithLogitsLoss, TensorFlow's of the same name",
        aliases=("bce_with_logits", "bce_with_logits_loss", "sigmoid_cross_entropy_with_logits",
                 "sigmoid_cross_entropy"),
        mistakes=(
            Mistake("loss-sign", "t·z added, not taken away",
                    lambda t, z, at: total(Call("max", z, ZERO), product(t, z), _binary_of_logit(t, z, at).args[2])),
            Mistake("logit-for-probability", "the logit taken for a probability", _binary(_times_log)),
            *(Mistake(key, _BASE_TAKEN.format(base), _to_base(base, _binary_of_logit)) for key, base in _OTHER_BASES),
        ),
    ),
    Loss(
        "cross_entropy_with_logits", "cross-entropy from the logits", whole=_of_logits, gradient=_of_logits_slope,
        general=_of_logits_law, stable=lambda pairs, at: _categorical_from_net_inputs(pairs),
        targets=DISTRIBUTION, smooths=True, outputs_of="identity", field_aliases={"logits": "predictions"},
        source="PyTorch's CrossEntropyLoss, TensorFlow's softmax_cross_entropy_with_logits",
        aliases=("softmax_cross_entropy_with_logits", "sparse_softmax_cross_entropy_with_logits",
                 "softmax_cross_entropy", "softmax_loss"),
        mistakes=(
            Mistake("loss-sign", "the logit of the true class added, not taken away",
                    whole=lambda pairs, at: total(_of_logits(pairs, at).args[0], _weighted(pairs))),
            Mistake("logarithm-forgotten", "the logarithm of the sum left out",
                    whole=lambda pairs, at: minus(_of_logits(pairs, at).args[0].arguments[0], _weighted(pairs))),
            *(Mistake(key, _BASE_TAKEN.format(base), whole=_to_base(base, _of_logits)) for key, base in _OTHER_BASES),
        ),
    ),
    Loss(
        "kl_divergence", "Kullback–Leibler divergence", whole=_divergence, gradient=_share_slope,
        general=_divergence_law, stable=_divergence_stable,
        fusions={"softmax": Fusion(_difference, _divergence_from_net_inputs, sums_to_one=True)},
        targets=DISTRIBUTION, outputs=DISTRIBUTION, outputs_of="softmax", has_base=True, smooths=True,
        source="Kullback and Leibler 1951; PyTorch's KLDivLoss takes log o in place of o",
        aliases=("kl", "kld", "kl_div", "kl_div_loss", "kullback_leibler", "kullback_leibler_divergence",
                 "relative_entropy"),
        field_aliases={"p": "targets", "q": "predictions"},
        mistakes=(
            Mistake("other-way-round", "D(q‖p) in place of D(p‖q)", whole=_other_way_round),
            Mistake("cross-entropy-for-divergence", "the cross-entropy in place of the divergence",
                    whole=_summed(_times_log)),
            Mistake("entropy-for-divergence", "the entropy of p in place of the divergence",
                    whole=lambda pairs, at: _summed(_times_log)([(t, t) for t, _ in pairs], at)),
            Mistake("other-weights", "the logarithms weighted by q in place of p",
                    whole=lambda pairs, at: total(*(_times_log(o, Over(t, o), at) for t, o in pairs if t != ZERO))),
            Mistake("both-ways", "D(p‖q) and D(q‖p) added",
                    whole=lambda pairs, at: total(_divergence(pairs, at), _other_way_round(pairs, at))),
            Mistake("entropy-taken-off", "the entropy of p added to the cross-entropy, not taken off",
                    whole=lambda pairs, at: total(
                        _summed(_times_log)(pairs, at), _summed(_times_log)([(t, t) for t, _ in pairs], at))),
            Mistake("difference-for-quotient", "the logarithm of the difference in place of that of the quotient",
                    whole=lambda pairs, at: total(*(
                        _times_log(t, Call("abs", minus(t, o)), at) for t, o in pairs if t != ZERO))),
        ),
    ),
    Loss(
        "entropy", "entropy", whole=_entropy(_times_log), stable=_entropy(_log_times),
        general=lambda target, output, n, at: _categorical_law(output, output, n, at),
        sides=("predictions",), outputs=DISTRIBUTION, has_base=True,
        source="Shannon 1948; base: 2 gives bits",
        aliases=("shannon_entropy",),
        mistakes=(
            Mistake("each-class", "the entropy of each class against the others, added",
                    whole=lambda pairs, at: total(
                        _entropy(_times_log)(pairs, at),
                        _entropy(_times_log)([(minus(ONE, pair[-1]),) for pair in pairs], at))),
        ),
    ),
)  # fmt: skip
