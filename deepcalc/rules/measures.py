"""Measures of rankings, overlaps, predicted numbers and texts: one row each.

See Everingham et al., *The PASCAL VOC challenge* (2010), section 4.2, for average precision; Papineni et al., *BLEU: a
method for automatic evaluation of machine translation* (2002), section 2.3.
"""

from __future__ import annotations

from deepcalc.rules.metrics import Metric, Mistake

# ---- curves over thresholds, and rankings

AREAS = (
    Metric(
        "AUC", "the area under the ROC curve, by trapezoids", "{sum}", "(FPR{i} - FPR{h})*(TPR{i} + TPR{h})/2",
        standard=True,
        mistakes=(
            Mistake("lower-rectangles",
                    "rectangles as high as the curve is where each begins, so that ties do not count", "{sum}",
                    "(FPR{i} - FPR{h})*TPR{h}"),
            Mistake("upper-rectangles",
                    "rectangles as high as the curve is where each ends, so that ties count in full", "{sum}",
                    "(FPR{i} - FPR{h})*TPR{i}"),
            Mistake("axes-exchanged", "the axes exchanged, so that it is the area beside the curve", "{sum}",
                    "(TPR{i} - TPR{h})*(FPR{i} + FPR{h})/2"),
            Mistake("pairs-counted", "the pairs in the right order counted, not divided by all pairs", "P*N*({sum})"),
            Mistake("pairs-of-all", "divided by the pairs of all samples, not by those of a positive and a negative",
                    "2*P*N*({sum})/((P + N)*(P + N - 1))"),
        ),
    ),
)  # fmt: skip

AUC_BY_PAIRS = Metric(
    "AUC_pairs", "the share of pairs in which the positive has the higher score, a tie counting half",
    "(ordered + tied/2)/(P*N)",
    mistakes=(
        Mistake("ties-left-out", "ties not counted", "ordered/(P*N)", where="tied"),
        Mistake("ties-whole", "ties counted as whole pairs", "(ordered + tied)/(P*N)", where="tied"),
    ),
)  # fmt: skip
"""The same area, as Mann and Whitney count it: Hanley and McNeil (1982)."""

AVERAGE_PRECISION = Metric(
    "AP{c}", "each precision counts as much as the recall grows there", "{sum}",
    "(recall{c}{i} - recall{c}{h})*{height}{c}{i}",
    standard=True,
    mistakes=(
        Mistake("plain-mean", "the plain mean of the precisions", "({sum})/{count}", "{height}{c}{i}"),
        Mistake("growth-forgotten", "the precisions added as they are", "{sum}", "{height}{c}{i}"),
        Mistake("sum-for-mean", "not divided by the number of positives", "P{c}*({sum})"),
        Mistake("divided-by-all", "divided by how many are ranked, not by how many positives there are",
                "P{c}*({sum})/{count}", where="(P{c} - {count})^2"),
        Mistake("divided-by-found", "divided by the positives that are found, not by all", "P{c}*({sum})/TP{c}{last}",
                where="P{c} - TP{c}{last}"),
    ),
)  # fmt: skip


# ---- probabilities

LOG_LOSS = Metric(
    "log_loss", "the mean negative logarithm of the probability of the true class", "-({sum})/{n}", "log(q{i})",
    mistakes=(
        Mistake("sum-for-mean", "not divided by the number of samples", "-({sum})", "log(q{i})"),
        Mistake("sign", "the minus sign forgotten", "({sum})/{n}", "log(q{i})"),
        Mistake("log-base-2", "the logarithm to base 2 in place of the natural one", "-({sum})/{n}", "log2(q{i})"),
        Mistake("log-base-10", "the logarithm to base 10 in place of the natural one", "-({sum})/{n}", "log10(q{i})"),
        Mistake("log-of-mean", "the logarithm of the mean probability", "-log(({sum})/{n})", "q{i}"),
        Mistake("no-log", "the mean probability itself, no logarithm taken", "({sum})/{n}", "q{i}"),
    ),
)  # fmt: skip

OF_PROBABILITIES = (
    LOG_LOSS,
    Metric(
        "brier", "the mean squared error of the probabilities", "({sum})/{n}", "e{i}^2",
        mistakes=(
            Mistake("root-taken", "its root", "sqrt(({sum})/{n})", "e{i}^2"),
            Mistake("sum-for-mean", "not divided by the number of samples", "{sum}", "e{i}^2"),
            Mistake("absolute-errors", "the absolute errors, not their squares", "({sum})/{n}", "abs(e{i})"),
            Mistake("factor-half", "a factor ½ that is not there", "({sum})/(2*{n})", "e{i}^2"),
            Mistake("other-class", "the probability of the other class put in", "({sum})/{n}", "(1 - abs(e{i}))^2"),
            Mistake("square-of-mean", "the square of the mean error", "(({sum})/{n})^2", "e{i}"),
        ),
    ),
)  # fmt: skip
"""Brier, *Verification of forecasts expressed in terms of probability* (1950), of the positive class alone."""

OF_CLASS_PROBABILITIES = (
    LOG_LOSS,
    Metric(
        "brier", "the squared errors of all probabilities of a sample, added; their mean over the samples",
        "({sum})/{n}", "d{i}",
        mistakes=(
            Mistake("root-taken", "its root", "sqrt(({sum})/{n})", "d{i}"),
            Mistake("sum-for-mean", "not divided by the number of samples", "{sum}", "d{i}"),
            Mistake("true-class-alone", "the error of the true class alone", "({sum})/{n}", "(1 - q{i})^2"),
            Mistake("mean-over-classes", "the mean over the classes, too", "({sum})/{n}", "d{i}/K"),
        ),
    ),
)  # fmt: skip


# ---- overlap

IOU = Metric(
    "IoU", "intersection over union", "intersection/union",
    standard=True,
    mistakes=(
        Mistake("union-counted-twice", "the intersection not taken off the union", "intersection/(area{a} + area{b})"),
        Mistake("dice-for-iou", "the Dice coefficient in place of IoU", "2*intersection/(area{a} + area{b})"),
        Mistake("over-one-area", "the intersection divided by the area of {a_said} alone", "intersection/area{a}"),
        Mistake("over-one-area", "the intersection divided by the area of {b_said} alone", "intersection/area{b}"),
    ),
)  # fmt: skip

UNION = Metric(
    "union", "what either covers: the intersection, in both areas, is taken off once",
    "area{a} + area{b} - intersection",
    mistakes=(
        Mistake("union-counted-twice", "the intersection not taken off the union", "area{a} + area{b}"),
        Mistake("intersection-twice", "the intersection taken off twice", "area{a} + area{b} - 2*intersection"),
    ),
)  # fmt: skip

DICE = Metric(
    "Dice", "Dice coefficient", "2*intersection/(area{a} + area{b})",
    standard=True,
    mistakes=(
        Mistake("iou-for-dice", "IoU in place of the Dice coefficient", "intersection/union"),
        Mistake("factor-2", "the factor 2 forgotten", "intersection/(area{a} + area{b})"),
        Mistake("union-for-sum", "divided by the union, not by the sum of both areas", "2*intersection/union"),
    ),
)  # fmt: skip

GIOU = Metric(
    "GIoU", "generalized IoU: less what the smallest box around both holds of neither",
    "IoU - (hull - union)/hull",
    mistakes=(
        Mistake("iou-for-giou", "IoU in place of GIoU", "IoU"),
        Mistake("other-ratio", "the share that the union has of the box around both, not what it leaves free",
                "IoU - union/hull"),
    ),
)  # fmt: skip
"""Rezatofighi et al., *Generalized intersection over union* (2019), algorithm 1."""

BOX_AREA = Metric("area{c}", "", "(x2{c} - x1{c})*(y2{c} - y1{c})")
BOX_AREA_IN_PIXELS = "(x2{c} - x1{c} + 1)*(y2{c} - y1{c} + 1)"

OF_SIDES = (
    Metric("across{c}", "how wide the overlap is", "min(x2{a}, x2{b}) - max(x1{a}, x1{b})"),
    Metric("down{c}", "how high the overlap is", "min(y2{a}, y2{b}) - max(y1{a}, y1{b})"),
)
"""The sides of the overlap of two boxes, where there is one."""

OF_PROPOSALS = (
    *OF_SIDES,
    Metric("both{c}", "what both cover", "across{c}*down{c}"),
    Metric(
        "IoU{c}", "intersection over union", "both{c}/(area{a} + area{b} - both{c})",
        mistakes=(
            Mistake("union-counted-twice", "the intersection not taken off the union", "both{c}/(area{a} + area{b})"),
            Mistake("over-one-area", "the intersection divided by the area of the first box alone", "both{c}/area{a}"),
            Mistake("over-one-area", "the intersection divided by the area of the second box alone", "both{c}/area{b}"),
        ),
    ),
)  # fmt: skip
"""Of two boxes that a detector proposes."""

OF_BOXES = (UNION, IOU, DICE, GIOU)
OF_MASKS = (UNION, IOU, DICE)


# ---- numbers that are predicted

OF_NUMBERS = (
    Metric(
        "MAE", "mean absolute error", "({sum})/n", "abs(e{i})",
        standard=True,
        mistakes=(
            Mistake("absolute-forgotten", "the errors added with their signs", "({sum})/n", "e{i}"),
            Mistake("sum-for-mean", "not divided by n", "{sum}", "abs(e{i})"),
            Mistake("n-minus-1", "n − 1 in place of n", "({sum})/(n - 1)", "abs(e{i})"),
            Mistake("root-mean-square", "the root of the mean squared error in place of the mean absolute error",
                    "sqrt(({sum})/n)", "e{i}^2"),
            Mistake("relative", "the errors divided by the targets", "({sum})/n", "abs(e{i}/y{i})"),
        ),
    ),
    Metric(
        "MSE", "mean squared error", "({sum})/n", "e{i}^2",
        standard=True,
        mistakes=(
            Mistake("sum-for-mean", "not divided by n", "{sum}", "e{i}^2"),
            Mistake("n-minus-1", "n − 1 in place of n", "({sum})/(n - 1)", "e{i}^2"),
            Mistake("factor-half", "a factor ½ that is not there", "({sum})/(2*n)", "e{i}^2"),
            Mistake("squares-forgotten", "the absolute errors, not their squares", "({sum})/n", "abs(e{i})"),
            Mistake("squared-at-the-end", "the square of the mean absolute error", "(({sum})/n)^2", "abs(e{i})"),
            Mistake("squared-at-the-end", "the square of the mean error, errors of both signs cancelling",
                    "(({sum})/n)^2", "e{i}"),
            Mistake("difference-of-squares", "the difference of the squares, not the square of the difference",
                    "({sum})/n", "(y{i}^2 - yhat{i}^2)"),
        ),
    ),
    Metric(
        "RMSE", "root mean squared error", "sqrt(MSE)",
        standard=True,
        mistakes=(
            Mistake("root-forgotten", "the root forgotten", "MSE"),
            Mistake("root-of-sum", "the root of the sum, not of the mean", "sqrt({sum})", "e{i}^2"),
            Mistake("n-minus-1", "n − 1 in place of n", "sqrt(({sum})/(n - 1))", "e{i}^2"),
            Mistake("divided-at-the-end", "the root taken first, and then divided by n", "sqrt({sum})/n", "e{i}^2"),
            Mistake("squares-forgotten", "the mean absolute error in place of RMSE", "({sum})/n", "abs(e{i})"),
            Mistake("square-for-root", "the square in place of the root", "MSE^2"),
            Mistake("root-of-absolute", "the root of the mean absolute error", "sqrt(({sum})/n)", "abs(e{i})"),
        ),
    ),
    Metric("ybar", "mean of the targets", "({sum})/n", "y{i}"),
    Metric("SS_res", "what the predictions leave", "{sum}", "e{i}^2"),
    Metric(
        "SS_tot", "what the mean alone leaves", "{sum}", "(y{i} - ybar)^2",
        mistakes=(
            Mistake("mean-left-out", "the mean not taken off", "{sum}", "y{i}^2"),
            Mistake("predictions-for-targets", "the predictions in place of the targets", "{sum}",
                    "(yhat{i} - ybar)^2"),
            Mistake("variance", "divided by n − 1: the variance, not the sum", "({sum})/(n - 1)", "(y{i} - ybar)^2"),
            Mistake("squares-forgotten", "the absolute differences, not their squares", "{sum}", "abs(y{i} - ybar)"),
        ),
    ),
    Metric(
        "R2", "coefficient of determination", "1 - SS_res/SS_tot",
        standard=True,
        mistakes=(
            Mistake("complement", "the ratio itself, the share that is left, not 1 − it", "SS_res/SS_tot"),
            Mistake("ratio-upside-down", "the ratio upside down", "1 - SS_tot/SS_res"),
            Mistake("mean-over-sum", "the mean squared error over the sum of squares", "1 - MSE/SS_tot"),
            Mistake("mean-left-out", "the squares of the targets themselves, the mean not taken off",
                    "1 - SS_res/({sum})", "y{i}^2"),
            Mistake("explained-share", "what the predictions explain, over what the mean alone leaves",
                    "({sum})/SS_tot", "(yhat{i} - ybar)^2"),
            Mistake("explained-share", "what the predictions explain in place of what they leave",
                    "1 - ({sum})/SS_tot", "(yhat{i} - ybar)^2"),
            Mistake("n-minus-1", "n − 1 in place of n below the line", "1 - MSE*(n - 1)/SS_tot"),
            Mistake("adjusted", "the adjusted coefficient, with n − 2 and n − 1 degrees of freedom",
                    "1 - SS_res*(n - 1)/(SS_tot*(n - 2))"),
            Mistake("root-taken", "its root", "sqrt(1 - SS_res/SS_tot)"),
            Mistake("root-taken", "the root of the ratio", "1 - sqrt(SS_res/SS_tot)"),
        ),
    ),
    Metric(
        "MAPE", "mean absolute percentage error, as a share", "({sum})/n", "abs(e{i}/y{i})",
        mistakes=(
            Mistake("by-prediction", "divided by the predictions", "({sum})/n", "abs(e{i}/yhat{i})"),
            Mistake("not-relative", "not divided by the targets: the mean absolute error", "({sum})/n", "abs(e{i})"),
            Mistake("sign-kept", "the signs of the errors kept", "({sum})/n", "e{i}/y{i}"),
            Mistake("in-percent", "in percent, not as a share", "100*({sum})/n", "abs(e{i}/y{i})"),
        ),
    ),
)  # fmt: skip


# ---- texts

OF_TRANSLATIONS = (
    Metric(
        "BP", "brevity penalty: 1 unless the candidate is shorter than the reference", "min(1, exp(1 - r/c))",
        standard=True,
        mistakes=(
            Mistake("lengths-exchanged", "the lengths exchanged", "min(1, exp(1 - c/r))"),
            Mistake("ratio-of-lengths", "the ratio of the lengths in place of its exponential", "min(1, c/r)"),
            Mistake("ratio-of-lengths", "the ratio of the lengths, and upside down", "r/c"),
            Mistake("penalty-above-1", "a factor above 1 for a longer candidate", "exp(1 - r/c)", where="c - r"),
        ),
    ),
    Metric(
        "BLEU", "the geometric mean of the precisions, times the brevity penalty", "BP*({product})^(1/N)", "p{i}",
        law="BP*exp(sum(log({p_n}), n, 1, N)/N)",
        standard=True,
        mistakes=(
            Mistake("penalty-forgotten", "the brevity penalty forgotten", "({product})^(1/N)", "p{i}"),
            Mistake("arithmetic-mean", "the arithmetic mean in place of the geometric one", "BP*({sum})/N", "p{i}"),
            Mistake("root-forgotten", "the root of the product forgotten", "BP*{product}", "p{i}"),
            Mistake("divided-for-root", "the product divided by N in place of its root", "BP*{product}/N", "p{i}"),
            Mistake("logarithm", "the mean of the logarithms, without the exponential", "({sum})/N", "log(p{i})"),
            Mistake("logarithm-forgotten", "the exponential of the mean precision, no logarithms taken",
                    "BP*exp(({sum})/N)", "p{i}"),
        ),
    ),
)  # fmt: skip

OF_TOKENS = (
    Metric(
        "H", "the mean negative logarithm: cross-entropy for each token, in nats", "-({sum})/N", "log(p{i})",
        standard=True,
        mistakes=(
            Mistake("sum-for-mean", "not divided by the number of tokens", "-({sum})", "log(p{i})"),
            Mistake("log-base-2", "the logarithm to base 2: bits, not nats", "-({sum})/N", "log2(p{i})"),
            Mistake("sign", "the minus sign forgotten", "({sum})/N", "log(p{i})"),
            Mistake("log-base-10", "the logarithm to base 10 in place of the natural one", "-({sum})/N", "log10(p{i})"),
            Mistake("weighted", "each logarithm weighted by its own probability, as in an entropy", "-({sum})",
                    "p{i}*log(p{i})"),
            Mistake("log-of-mean", "the logarithm of the mean probability", "-log(({sum})/N)", "p{i}"),
            Mistake("one-less", "divided by one less than the number of tokens", "-({sum})/(N - 1)", "log(p{i})"),
            Mistake("product-for-mean", "the product of the probabilities in place of a logarithm", "{product}",
                    "p{i}"),
            Mistake("no-log", "the mean probability itself, no logarithm taken", "({sum})/N", "p{i}"),
        ),
    ),
    Metric(
        "PPL", "perplexity: the inverse of the probabilities' geometric mean", "exp(H)",
        standard=True,
        mistakes=(
            Mistake("other-base", "2 to the power of a cross-entropy in nats", "2^H"),
            Mistake("other-base", "10 to the power of a cross-entropy in nats", "10^H"),
            Mistake("square-root", "the square root of the product in place of the N-th", "(1/({product}))^(1/2)",
                    "p{i}"),
            Mistake("logarithm", "the logarithm in place of the exponential", "log(H)"),
            Mistake("entropy-itself", "the cross-entropy itself, no exponential taken", "H"),
            Mistake("sign", "the minus sign forgotten", "exp(-H)"),
            Mistake("arithmetic-mean", "one over the arithmetic mean of the probabilities", "N/({sum})", "p{i}"),
            Mistake("mean-of-inverses", "the mean of the inverse probabilities", "({sum})/N", "1/p{i}"),
            Mistake("root-forgotten", "the root of the product of the probabilities forgotten", "1/({product})",
                    "p{i}"),
        ),
    ),
)  # fmt: skip
