"""Losses with a margin of scores: hinge losses of labels and classes."""

from __future__ import annotations

from collections.abc import Callable

from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Cases,
    Name,
    Node,
    Over,
    Power,
    Relation,
    Times,
    minus,
    negative,
    number,
    product,
    total,
)
from deepcalc.rules.losses.domains import LABEL
from deepcalc.rules.losses.row import MEAN, SUM, At, Each, Line, Loss, Mistake, Pairs, Setting, elementwise


def _missing(t: Node, o: Node, at: At) -> Node:
    """Δ - t·o: how much is missing to the margin."""
    return minus(at.settings["margin"], Times(at.label(t), o))


def _positive_part(node: Node) -> Call:
    return Call("max", ZERO, node)


def _hinge(t: Node, o: Node, at: At) -> Node:
    return _positive_part(_missing(t, o, at))


def _hinge_slope(t: Node, o: Node, at: At) -> Node:
    label = at.label(t)
    turned = minus(ONE, Times(TWO, t)) if at.zero_one else negative(label)
    return Cases(turned, Relation(">", _missing(t, o, at), ZERO), ZERO)


def _squared_hinge_slope(t: Node, o: Node, at: At) -> Node:
    return product(negative(TWO), at.label(t), _hinge(t, o, at))


def _labels_as_they_are(t: Node, o: Node, at: At) -> Node:
    return _positive_part(minus(at.settings["margin"], Times(t, o)))


def _without_margin(t: Node, o: Node, at: At) -> Node:
    return _positive_part(negative(product(at.label(t), o)))


def _negative_as_zero(t: Node, o: Node, at: At) -> Node:
    """The labels 1 and −1 put in as 1 and 0."""
    return _positive_part(minus(at.settings["margin"], Times(Over(total(at.label(t), ONE), TWO), o)))


def _of_difference(t: Node, o: Node, at: At) -> Node:
    return Call("abs", minus(at.label(t), o))


_OF_LABELS: tuple[tuple[str, str, Each], ...] = (
    ("not-cut-off", "not cut off at 0", _missing),
    ("labels-as-they-are", "the labels 1 and 0 not turned into 1 and −1", _labels_as_they_are),
    ("margin-forgotten", "the margin left out", _without_margin),
    ("negative-as-zero", "the label −1 taken as 0", _negative_as_zero),
    ("loss-sign", "the sign turned: the product of label and score added to the margin",
     lambda t, o, at: _positive_part(total(at.settings["margin"], Times(at.label(t), o)))),
)  # fmt: skip


_DIFFERENCE = Mistake(
    "difference", "the difference of label and score in place of what is missing to the margin", _of_difference
)


def _squared(each: Each) -> Each:
    return lambda t, o, at: Power(each(t, o, at), TWO)


def _over_the_true_one(pairs: Pairs, at: At) -> list[Node | None]:
    """max(0, s_j - s_c + Δ) of every class but the true one c."""
    assert at.true_class is not None
    true = pairs[at.true_class][-1]
    return [
        None if k == at.true_class else _positive_part(total(score, negative(true), at.settings["margin"]))
        for k, (_, score) in enumerate(pairs)
    ]


def _short_of(score: Node, true: Node, at: At) -> Node:
    """s_j - s_c + Δ: how much the true score is short of another with the margin."""
    return total(score, negative(true), at.settings["margin"])


def _of_wrong_classes(each: Callable[[Node, Node, At], Node], over: str) -> Callable[[Pairs, At], Node]:
    """What each class but the true one has, from its score and that of the true one, put together as the loss is."""

    def write(pairs: Pairs, at: At) -> Node:
        assert at.true_class is not None
        true = pairs[at.true_class][-1]
        summed = total(*(each(score, true, at) for k, (_, score) in enumerate(pairs) if k != at.true_class))
        return Over(summed, number(len(pairs))) if (at.over or over) == MEAN else summed

    return write


def _mistakes_of_classes(over: str) -> tuple[Mistake, ...]:
    """The mistakes in the scores of the wrong classes, whose losses are put together like that."""

    def counted(pairs: Pairs, at: At) -> Node:
        each = [*filter(None, _over_the_true_one(pairs, at)), at.settings["margin"]]
        return Over(total(*each), number(len(pairs))) if (at.over or over) == MEAN else total(*each)

    def without_margin(score: Node, true: Node, at: At) -> Node:
        return _positive_part(minus(score, true))

    def swapped(score: Node, true: Node, at: At) -> Node:
        return _positive_part(_short_of(true, score, at))

    def largest(pairs: Pairs, at: At) -> Node:
        return _positive_part(_short_of(_largest_of_the_others(pairs, at), pairs[at.true_class or 0][-1], at))

    return (
        Mistake("not-cut-off", "not cut off at 0", whole=_of_wrong_classes(_short_of, over)),
        Mistake("margin-forgotten", "the margin left out", whole=_of_wrong_classes(without_margin, over)),
        Mistake(
            "scores-swapped",
            "the scores exchanged, that of the true class and each other one",
            whole=_of_wrong_classes(swapped, over),
        ),
        Mistake("maximum-for-sum", "the largest of the wrong classes alone in place of their sum", whole=largest),
        Mistake(
            "squared",
            "the square of what is missing to the margin",
            whole=_of_wrong_classes(lambda s, c, at: Power(_positive_part(_short_of(s, c, at)), TWO), over),
        ),
        Mistake("true-class-counted", "the true class counted among the wrong ones", whole=counted),
    )


RIVAL = "s_max"


def _largest_of_the_others(pairs: Pairs, at: At) -> Node:
    """The largest score of a class that is not the true one."""
    others = [pair[-1] for k, pair in enumerate(pairs) if k != at.true_class]
    return others[0] if len(others) == 1 else Call("max", *others)


def _over_the_largest(pairs: Pairs, at: At) -> Call:
    """max(0, max_{j≠c} s_j - s_c + Δ)."""
    assert at.true_class is not None
    return _positive_part(total(Name(RIVAL), negative(pairs[at.true_class][-1]), at.settings["margin"]))


ROWS = (
    elementwise(
        "hinge", "hinge loss", _hinge, slope=_hinge_slope, targets=LABEL, settings={"margin": Setting("Delta", "1")},
        field_aliases={"delta": "margin"},
        source="Cortes and Vapnik 1995; targets -1 and 1, or 0 and 1, which count as -1 and 1, as in Keras",
        aliases=("hinge_loss",), mistakes=(*(Mistake(*row) for row in _OF_LABELS), _DIFFERENCE),
    ),
    elementwise(
        "squared_hinge", "squared hinge loss", lambda t, o, at: Power(_hinge(t, o, at), TWO),
        slope=_squared_hinge_slope, targets=LABEL, settings={"margin": Setting("Delta", "1")},
        field_aliases={"delta": "margin"},
        source="Keras's SquaredHinge; targets as those of hinge",
        aliases=("squared_hinge_loss",),
        mistakes=(
            Mistake("square-forgotten", "the square left out", _hinge),
            *(Mistake(key, message, _squared(each)) for key, message, each in _OF_LABELS),
        ),
    ),
    Loss(
        "multiclass_hinge", "multi-class hinge loss", parts=_over_the_true_one, over=SUM, of_class=True,
        settings={"margin": Setting("Delta", "1")},
        field_aliases={"delta": "margin"},
        source="Weston and Watkins 1999; the sum over the wrong classes as in CS231n, over "
        "their number as in PyTorch's MultiMarginLoss it is multi_margin",
        aliases=("multi_class_hinge", "multiclass_svm", "svm_loss", "weston_watkins"),
        mistakes=_mistakes_of_classes(SUM),
    ),
    Loss(
        "multi_margin", "multi-margin loss", parts=_over_the_true_one, of_class=True,
        settings={"margin": Setting("Delta", "1")},
        field_aliases={"delta": "margin"},
        source="PyTorch's MultiMarginLoss: the multi-class hinge over the number of classes",
        aliases=("multi_margin_loss",),
        mistakes=_mistakes_of_classes(MEAN),
    ),
    Loss(
        "categorical_hinge", "categorical hinge loss", whole=_over_the_largest, of_class=True,
        lines=(Line(RIVAL, "largest score of another class", _largest_of_the_others),),
        settings={"margin": Setting("Delta", "1")},
        field_aliases={"delta": "margin"},
        source="Crammer and Singer 2001; Keras's CategoricalHinge: the largest wrong score alone counts",
        aliases=("crammer_singer", "crammer_singer_loss"),
        mistakes=(
            Mistake("not-cut-off", "not cut off at 0",
                    whole=lambda pairs, at: _over_the_largest(pairs, at).arguments[1]),
            Mistake("margin-forgotten", "the margin left out",
                    whole=lambda pairs, at: _positive_part(minus(Name(RIVAL), pairs[at.true_class or 0][-1]))),
            Mistake("sum-for-maximum", "the sum over all wrong classes in place of the largest",
                    whole=lambda pairs, at: total(*filter(None, _over_the_true_one(pairs, at)))),
        ),
    ),
)  # fmt: skip
