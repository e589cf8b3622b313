"""Losses with a margin: hinge losses of labels and classes, and those of pairs and triplets of vectors."""

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
from deepcalc.rules.losses.domains import LABEL, SAME_OR_NOT
from deepcalc.rules.losses.regression import HALF
from deepcalc.rules.losses.row import MEAN, SUM, At, Line, Loss, Mistake, Pairs, Setting, elementwise


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


_NOT_CUT = Mistake("not-cut-off", "not cut off at 0", _missing)
_NOT_CONVERTED = Mistake("labels-as-they-are", "the labels 1 and 0 not turned into 1 and −1", _labels_as_they_are)
_NO_MARGIN = Mistake("margin-forgotten", "the margin left out",
                     lambda t, o, at: _positive_part(negative(product(at.label(t), o))))  # fmt: skip


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
        Mistake("scores-swapped", "the scores taken for each other", whole=_of_wrong_classes(swapped, over)),
        Mistake("maximum-for-sum", "the largest of the wrong classes alone in place of their sum", whole=largest),
        Mistake("true-class-counted", "the true class counted among the wrong ones", whole=counted),
    )


def _squared_distance(first: int, second: int) -> Callable[[Pairs, At], Node]:
    def write(pairs: Pairs, at: At) -> Node:
        return total(*(Power(minus(pair[first], pair[second]), TWO) for pair in pairs))

    return write


def _distance(first: int, second: int) -> Callable[[Pairs, At], Node]:
    squared = _squared_distance(first, second)
    return lambda pairs, at: Call("sqrt", squared(pairs, at))


def _absolute_distance(first: int, second: int) -> Callable[[Pairs, At], Node]:
    return lambda pairs, at: total(*(Call("abs", minus(pair[first], pair[second])) for pair in pairs))


def _dot(pairs: Pairs, at: At) -> Node:
    return total(*(Times(t, o) for t, o in pairs))


def _norm(side: int) -> Callable[[Pairs, At], Node]:
    return lambda pairs, at: Call("sqrt", total(*(Power(pair[side], TWO) for pair in pairs)))


DOT, NORM_TARGET, NORM_OUTPUT = "dot", "norm_t", "norm_o"
DISTANCE, NEAR, FAR, RIVAL = "d", "d_p", "d_n", "s_max"


def _cosine(pairs: Pairs, at: At) -> Node:
    return minus(ONE, Over(Name(DOT), Times(Name(NORM_TARGET), Name(NORM_OUTPUT))))


def _negative_cosine(pairs: Pairs, at: At) -> Node:
    return negative(Over(Name(DOT), Times(Name(NORM_TARGET), Name(NORM_OUTPUT))))


_LINES_OF_COSINE = (
    Line(DOT, "dot product", _dot),
    Line(NORM_TARGET, "length of the target", _norm(0)),
    Line(NORM_OUTPUT, "length of the prediction", _norm(1)),
)


def _contrastive(pairs: Pairs, at: At) -> Node:
    target, d = pairs[0][0], Name(DISTANCE)
    same, other = (minus(ONE, target), target) if at.same_as_zero else (target, minus(ONE, target))
    half = (HALF,) if at.halves else ()
    apart = Power(_positive_part(minus(at.settings["margin"], d)), TWO)
    return total(product(*half, same, Power(d, TWO)), product(*half, other, apart))


def _largest_of_the_others(pairs: Pairs, at: At) -> Node:
    """The largest score of a class that is not the true one."""
    others = [pair[-1] for k, pair in enumerate(pairs) if k != at.true_class]
    return others[0] if len(others) == 1 else Call("max", *others)


def _over_the_largest(pairs: Pairs, at: At) -> Call:
    """max(0, max_{j≠c} s_j - s_c + Δ)."""
    assert at.true_class is not None
    return _positive_part(total(Name(RIVAL), negative(pairs[at.true_class][-1]), at.settings["margin"]))


def _contrastive_swapped(pairs: Pairs, at: At) -> Node:
    same = pairs[0][0]
    return _contrastive([(minus(ONE, same), *pair[1:]) for pair in pairs], at)


def _contrastive_of_squares(pairs: Pairs, at: At) -> Node:
    shortfall = minus(at.settings["margin"], Name(DISTANCE))
    of_squares = _positive_part(minus(at.settings["margin"], Power(Name(DISTANCE), TWO)))
    return _contrastive(pairs, at).xreplace({Power(_positive_part(shortfall), TWO): of_squares})


def _triplet(pairs: Pairs, at: At) -> Call:
    return _positive_part(total(Name(NEAR), negative(Name(FAR)), at.settings["margin"]))


def _triplet_of(near: Node, far: Node, margin: Callable[[Node], Node] | None) -> Callable[[Pairs, At], Node]:
    """near − far with a margin, cut off at 0."""
    return lambda pairs, at: _positive_part(
        total(near, negative(far), *([] if margin is None else [margin(at.settings["margin"])]))
    )


def _uncut(write: Callable[[Pairs, At], Node]) -> Callable[[Pairs, At], Node]:
    return lambda pairs, at: write(pairs, at).args[-1]


def _with_and_without_cut(key: str, message: str, write: Callable[[Pairs, At], Node]) -> tuple[Mistake, ...]:
    uncut = Mistake(key, f"{message}, and not cut off at 0", whole=_uncut(write))
    return Mistake(key, message, whole=write), uncut


_EUCLIDEAN = "Euclidean distance"
_MANHATTAN = "the absolute differences added, in place of the root of the sum of their squares"
_OF_TRIPLETS = (
    *_with_and_without_cut("distances-swapped", "the distances taken for each other",
                           _triplet_of(Name(FAR), Name(NEAR), lambda margin: margin)),
    *_with_and_without_cut("margin-forgotten", "the margin left out", _triplet_of(Name(NEAR), Name(FAR), None)),
    *_with_and_without_cut("margin-sign", "the margin taken away, not added",
                           _triplet_of(Name(NEAR), Name(FAR), negative)),
    Mistake("not-cut-off", "not cut off at 0", whole=_uncut(_triplet)),
)  # fmt: skip

ROWS = (
    elementwise(
        "hinge", "hinge loss", _hinge, slope=_hinge_slope, targets=LABEL, settings={"margin": Setting("Delta", "1")},
        field_aliases={"delta": "margin"},
        source="Cortes and Vapnik 1995; targets -1 and 1, or 0 and 1, which count as -1 and 1, as in Keras",
        aliases=("hinge_loss",), mistakes=(_NOT_CUT, _NOT_CONVERTED, _NO_MARGIN),
    ),
    elementwise(
        "squared_hinge", "squared hinge loss", lambda t, o, at: Power(_hinge(t, o, at), TWO),
        slope=_squared_hinge_slope, targets=LABEL, settings={"margin": Setting("Delta", "1")},
        field_aliases={"delta": "margin"},
        source="Keras's SquaredHinge; targets as those of hinge",
        aliases=("squared_hinge_loss",),
        mistakes=(
            Mistake("square-forgotten", "the square left out", _hinge),
            Mistake("not-cut-off", "not cut off at 0", lambda t, o, at: Power(_missing(t, o, at), TWO)),
            Mistake("labels-as-they-are", "the labels 1 and 0 not turned into 1 and −1",
                    lambda t, o, at: Power(_labels_as_they_are(t, o, at), TWO)),
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
    Loss(
        "cosine", "cosine distance", whole=_cosine, lines=_LINES_OF_COSINE,
        source="1 minus the cosine, PyTorch's CosineEmbeddingLoss for like pairs",
        aliases=("cosine_distance", "cosine_embedding_loss"),
        mistakes=(
            Mistake("similarity-for-distance", "the similarity, not 1 − the similarity",
                    whole=lambda pairs, at: minus(ONE, _cosine(pairs, at))),
            Mistake("not-normalised", "not divided by the lengths", whole=lambda pairs, at: minus(ONE, Name(DOT))),
        ),
    ),
    Loss(
        "cosine_similarity", "negative cosine similarity", whole=_negative_cosine, lines=_LINES_OF_COSINE,
        source="Keras's CosineSimilarity: −1 for vectors of one direction",
        aliases=("negative_cosine", "cosine_proximity"),
        mistakes=(
            Mistake("loss-sign", "the similarity itself, without the minus",
                    whole=lambda pairs, at: minus(ONE, _cosine(pairs, at))),
            Mistake("not-normalised", "not divided by the lengths", whole=lambda pairs, at: negative(Name(DOT))),
        ),
    ),
    Loss(
        "contrastive", "contrastive loss", whole=_contrastive, lines=(Line(DISTANCE, _EUCLIDEAN, _distance(1, 2)),),
        sides=("targets", "first", "second"), field_aliases={"x1": "first", "x2": "second"}, targets=SAME_OR_NOT,
        settings={"margin": Setting("m", "1")},
        source="Hadsell, Chopra and LeCun 2006, equation 4, with y = 1 for a pair of one class (there it is 0: "
        "same_class: 0); without the ½ of the paper where half is false",
        aliases=("contrastive_loss",),
        mistakes=(
            Mistake("pair-swapped", "the two kinds of pairs taken for each other", whole=_contrastive_swapped),
            Mistake("no-root", "no root taken of the sum of squares", whole=_squared_distance(1, 2), line=DISTANCE),
            Mistake("absolute-distance", _MANHATTAN, whole=_absolute_distance(1, 2), line=DISTANCE),
            Mistake("margin-of-square", "the square taken off the margin, not the difference squared",
                    whole=_contrastive_of_squares),
        ),
    ),
    Loss(
        "triplet", "triplet loss", whole=_triplet,
        lines=(
            Line(NEAR, f"{_EUCLIDEAN} of anchor and positive", _distance(0, 1)),
            Line(FAR, f"{_EUCLIDEAN} of anchor and negative", _distance(0, 2)),
        ),
        sides=("anchor", "positive", "negative"), settings={"margin": Setting("m", "1")},
        field_aliases={"alpha": "margin"},
        source="PyTorch's TripletMarginLoss: distances that are not squared",
        aliases=("triplet_loss", "triplet_margin", "triplet_margin_loss"),
        mistakes=(
            *_OF_TRIPLETS,
            Mistake("squared-distances", "the squared distances in place of the distances",
                    whole=lambda pairs, at: _positive_part(total(
                        Power(Name(NEAR), TWO), negative(Power(Name(FAR), TWO)), at.settings["margin"]))),
            Mistake("absolute-distance", _MANHATTAN, whole=_absolute_distance(0, 1), line=NEAR),
            Mistake("absolute-distance", f"{_MANHATTAN}, for the negative", whole=_absolute_distance(0, 2), line=FAR),
        ),
    ),
    Loss(
        "triplet_squared", "triplet loss of squared distances", whole=_triplet,
        lines=(
            Line(NEAR, "squared distance of anchor and positive", _squared_distance(0, 1)),
            Line(FAR, "squared distance of anchor and negative", _squared_distance(0, 2)),
        ),
        sides=("anchor", "positive", "negative"), settings={"margin": Setting("m", "1")},
        field_aliases={"alpha": "margin"},
        source="Schroff, Kalenichenko and Philbin 2015, FaceNet, equation 2",
        aliases=("facenet",),
        mistakes=(
            Mistake("root-taken", "the root taken of the sum of squares", whole=_distance(0, 1), line=NEAR),
            Mistake("root-taken", "the root taken of the negative's sum of squares", whole=_distance(0, 2), line=FAR),
            *_OF_TRIPLETS,
        ),
    ),
)  # fmt: skip
