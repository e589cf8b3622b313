"""Losses of distances and angles: cosine distances, and those of pairs and triplets of vectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deepcalc.notation.edits import changed
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, ZERO, Call, Name, Node, Over, Power, Times, minus, negative, product, total
from deepcalc.rules.losses.domains import SAME_OR_NOT
from deepcalc.rules.losses.regression import HALF
from deepcalc.rules.losses.row import At, Line, Loss, Mistake, Pairs, Setting


def _positive_part(node: Node) -> Call:
    return Call("max", ZERO, node)


def _squared_distance(first: int, second: int) -> Callable[[Pairs, At], Node]:
    def write(pairs: Pairs, at: At) -> Node:
        return total(*(Power(minus(pair[first], pair[second]), TWO) for pair in pairs))

    return write


def _distance(first: int, second: int) -> Callable[[Pairs, At], Node]:
    squared = _squared_distance(first, second)
    return lambda pairs, at: Call("sqrt", squared(pairs, at))


def _absolute_distance(first: int, second: int) -> Callable[[Pairs, At], Node]:
    return lambda pairs, at: total(*(Call("abs", minus(pair[first], pair[second])) for pair in pairs))


def _added_distance(first: int, second: int) -> Callable[[Pairs, At], Node]:
    return lambda pairs, at: Call("sqrt", total(*(Power(total(pair[first], pair[second]), TWO) for pair in pairs)))


def _dot(pairs: Pairs, at: At) -> Node:
    return total(*(Times(t, o) for t, o in pairs))


def _norm(side: int) -> Callable[[Pairs, At], Node]:
    return lambda pairs, at: Call("sqrt", total(*(Power(pair[side], TWO) for pair in pairs)))


DOT, NORM_TARGET, NORM_OUTPUT = "dot", "norm_t", "norm_o"
DISTANCE, NEAR, FAR = "d", "d_p", "d_n"


def _cosine(pairs: Pairs, at: At) -> Node:
    return minus(ONE, Over(Name(DOT), Times(Name(NORM_TARGET), Name(NORM_OUTPUT))))


def _negative_cosine(pairs: Pairs, at: At) -> Node:
    return negative(Over(Name(DOT), Times(Name(NORM_TARGET), Name(NORM_OUTPUT))))


def _of_lengths(loss: Callable[[Node], Node]) -> tuple[Mistake, ...]:
    """A dot product divided by something else than the product of the lengths."""
    dot, lengths = Name(DOT), (Name(NORM_TARGET), Name(NORM_OUTPUT))
    divisors: Mapping[tuple[str, str], Node] = {
        ("one-length", "divided by the length of the target alone"): lengths[0],
        ("one-length", "divided by the length of the prediction alone"): lengths[1],
        ("lengths-added", "divided by the sum of the lengths, not by their product"): total(*lengths),
        ("no-root", "divided by the squares of the lengths, no root taken"):
            Times(*(Power(each, TWO) for each in lengths)),
        ("root-taken", "divided by the root of the product of the lengths"): Call("sqrt", Times(*lengths)),
    }  # fmt: skip
    return tuple(Mistake(*said, whole=_always(loss(Over(dot, divisor)))) for said, divisor in divisors.items())


def _always(node: Node) -> Callable[[Pairs, At], Node]:
    return lambda pairs, at: node


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


def _contrastive_swapped(pairs: Pairs, at: At) -> Node:
    same = pairs[0][0]
    return _contrastive([(minus(ONE, same), *pair[1:]) for pair in pairs], at)


def _contrastive_of_squares(pairs: Pairs, at: At) -> Node:
    shortfall = minus(at.settings["margin"], Name(DISTANCE))
    of_squares = _positive_part(minus(at.settings["margin"], Power(Name(DISTANCE), TWO)))
    return _contrastive(pairs, at).xreplace({Power(_positive_part(shortfall), TWO): of_squares})


def _halved(node: Node, at: At) -> Node:
    return Times(HALF, node) if at.halves else node


def _contrastive_unsquared(pairs: Pairs, at: At) -> Node:
    return changed(_contrastive(pairs, at), lambda node: node.args[0] if isinstance(node, Power) else None)


def _contrastive_uncut(pairs: Pairs, at: At) -> Node:
    shortfall = minus(at.settings["margin"], Name(DISTANCE))
    return _contrastive(pairs, at).xreplace({_positive_part(shortfall): shortfall})


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
_ADDED = "the vectors added, not subtracted"
_MANHATTAN = "the absolute differences added, in place of the root of the sum of their squares"
_OF_TRIPLETS = (
    *_with_and_without_cut("distances-swapped", "the distances exchanged",
                           _triplet_of(Name(FAR), Name(NEAR), lambda margin: margin)),
    *_with_and_without_cut("margin-forgotten", "the margin left out", _triplet_of(Name(NEAR), Name(FAR), None)),
    *_with_and_without_cut("margin-sign", "the margin taken away, not added",
                           _triplet_of(Name(NEAR), Name(FAR), negative)),
    Mistake("not-cut-off", "not cut off at 0", whole=_uncut(_triplet)),
)  # fmt: skip

ROWS = (
    Loss(
        "cosine", "cosine distance", whole=_cosine, lines=_LINES_OF_COSINE,
        source="1 minus the cosine, PyTorch's CosineEmbeddingLoss for like pairs",
        aliases=("cosine_distance", "cosine_embedding_loss"),
        mistakes=(
            Mistake("similarity-for-distance", "the similarity, not 1 − the similarity",
                    whole=lambda pairs, at: minus(ONE, _cosine(pairs, at))),
            Mistake("not-normalised", "not divided by the lengths", whole=lambda pairs, at: minus(ONE, Name(DOT))),
            *_of_lengths(lambda cosine: minus(ONE, cosine)),
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
            *_of_lengths(negative),
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
            Mistake("pair-swapped", "the two kinds of pairs exchanged, those of one class and of two",
                    whole=_contrastive_swapped),
            Mistake("no-root", "no root taken of the sum of squares", whole=_squared_distance(1, 2), line=DISTANCE),
            Mistake("absolute-distance", _MANHATTAN, whole=_absolute_distance(1, 2), line=DISTANCE),
            Mistake("vectors-added", _ADDED, whole=_added_distance(1, 2), line=DISTANCE),
            Mistake("margin-forgotten", "the margin left out: the distance alone, for either kind of pair",
                    whole=lambda pairs, at: _halved(Power(Name(DISTANCE), TWO), at)),
            Mistake("square-forgotten", "the squares left out", whole=_contrastive_unsquared),
            Mistake("not-cut-off", "not cut off at 0", whole=_contrastive_uncut),
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
            Mistake("vectors-added", _ADDED, whole=_added_distance(0, 1), line=NEAR),
            Mistake("vectors-added", f"{_ADDED}, for the negative", whole=_added_distance(0, 2), line=FAR),
            Mistake("no-root", "no root taken of the sum of squares", whole=_squared_distance(0, 1), line=NEAR),
            Mistake("no-root", "no root taken of the negative's sum of squares", whole=_squared_distance(0, 2),
                    line=FAR),
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
