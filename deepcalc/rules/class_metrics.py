"""Measures of predicted classes, made of the counts TP, FP, FN and TN: one row each.

See Powers, *Evaluation: from precision, recall and F-measure to ROC, informedness, markedness and correlation* (2011),
and for the correlation of several classes Gorodkin, *Comparing two K-category assignments by a K-category correlation
coefficient* (2004).
"""

from __future__ import annotations

from deepcalc.records import record
from deepcalc.rules.metrics import Metric, Mistake

# ---- two classes, or one class against all others

_RECALL_FOR_PRECISION = "recall in place of precision: divided by TP + FN"
_RIGHT = "(TP{c} + TN{c})/(TP{c} + FP{c} + FN{c} + TN{c})"
_PRECISION_FOR_RECALL = "precision in place of recall: divided by TP + FP"

OF_CLASS = (
    Metric(
        "precision{c}", "of those predicted positive, the share that is", "TP{c}/(TP{c} + FP{c})",
        standard=True,
        mistakes=(
            Mistake("precision-recall-exchanged", _RECALL_FOR_PRECISION, "TP{c}/(TP{c} + FN{c})"),
            Mistake("share-of-all", "divided by all samples", "TP{c}/(TP{c} + FP{c} + FN{c} + TN{c})"),
            Mistake("ratio-for-share", "TP divided by FP, not by both together", "TP{c}/FP{c}"),
            Mistake("other-class", "that of the negatives, TN/(TN + FN), in place of precision",
                    "TN{c}/(TN{c} + FN{c})"),
            Mistake("complement", "1 − precision, the share that is not", "FP{c}/(TP{c} + FP{c})"),
            Mistake("share-of-right", "TN in place of FP: divided by all right predictions", "TP{c}/(TP{c} + TN{c})"),
            Mistake("accuracy-for-precision", "accuracy in place of precision: the share of all right ones", _RIGHT),
        ),
    ),
    Metric(
        "recall{c}", "of the positives, the share that is found",
        "TP{c}/(TP{c} + FN{c})",
        standard=True,
        mistakes=(
            Mistake("precision-recall-exchanged", _PRECISION_FOR_RECALL, "TP{c}/(TP{c} + FP{c})"),
            Mistake("other-class", "specificity in place of recall: TN/(TN + FP)", "TN{c}/(TN{c} + FP{c})"),
            Mistake("share-of-all", "divided by all samples", "TP{c}/(TP{c} + FP{c} + FN{c} + TN{c})"),
            Mistake("ratio-for-share", "TP divided by FN, not by both together", "TP{c}/FN{c}"),
            Mistake("share-of-right", "TN in place of FN: divided by all right predictions", "TP{c}/(TP{c} + TN{c})"),
            Mistake("complement", "1 − recall, the share of positives that is missed", "FN{c}/(TP{c} + FN{c})"),
            Mistake("accuracy-for-recall", "accuracy in place of recall: the share of all right ones", _RIGHT),
        ),
    ),
    Metric(
        "specificity{c}", "of the negatives, the share that is found",
        "TN{c}/(TN{c} + FP{c})",
        mistakes=(
            Mistake("fp-fn-exchanged", "FN in place of FP", "TN{c}/(TN{c} + FN{c})"),
            Mistake("other-class", "recall in place of specificity", "TP{c}/(TP{c} + FN{c})"),
            Mistake("complement", "1 − specificity, the false positive rate", "FP{c}/(TN{c} + FP{c})"),
            Mistake("share-of-all", "divided by all samples", "TN{c}/(TP{c} + FP{c} + FN{c} + TN{c})"),
            Mistake("share-of-right", "TP in place of FP: divided by all right predictions", "TN{c}/(TN{c} + TP{c})"),
            Mistake("other-class", "1 − recall in place of specificity", "FN{c}/(TP{c} + FN{c})"),
        ),
    ),
    Metric(
        "FPR{c}", "false positive rate, 1 − specificity", "FP{c}/(FP{c} + TN{c})",
        mistakes=(
            Mistake("fp-fn-exchanged", "FN in place of FP", "FN{c}/(FN{c} + TN{c})"),
            Mistake("other-denominator", "divided by all predicted as positive, not by all negatives",
                    "FP{c}/(FP{c} + TP{c})"),
            Mistake("complement", "specificity, 1 − FPR", "TN{c}/(FP{c} + TN{c})"),
            Mistake("share-of-all", "divided by all samples", "FP{c}/(TP{c} + FP{c} + FN{c} + TN{c})"),
            Mistake("other-class", "1 − recall, the false negative rate, in its place", "FN{c}/(FN{c} + TP{c})"),
        ),
    ),
    Metric(
        "FNR{c}", "false negative rate, 1 − recall", "FN{c}/(FN{c} + TP{c})",
        mistakes=(
            Mistake("fp-fn-exchanged", "FP in place of FN", "FP{c}/(FP{c} + TP{c})"),
            Mistake("other-denominator", "divided by all predicted as negative, not by all positives",
                    "FN{c}/(FN{c} + TN{c})"),
            Mistake("complement", "recall, 1 − FNR", "TP{c}/(FN{c} + TP{c})"),
            Mistake("share-of-all", "divided by all samples", "FN{c}/(TP{c} + FP{c} + FN{c} + TN{c})"),
            Mistake("other-class", "the false positive rate in its place", "FP{c}/(FP{c} + TN{c})"),
        ),
    ),
    Metric(
        "NPV{c}", "of those predicted negative, the share that is", "TN{c}/(TN{c} + FN{c})",
        mistakes=(
            Mistake("fp-fn-exchanged", "FP in place of FN, which is specificity", "TN{c}/(TN{c} + FP{c})"),
            Mistake("other-class", "precision in its place", "TP{c}/(TP{c} + FP{c})"),
            Mistake("complement", "1 − NPV, the share that is positive", "FN{c}/(TN{c} + FN{c})"),
            Mistake("share-of-all", "divided by all samples", "TN{c}/(TP{c} + FP{c} + FN{c} + TN{c})"),
        ),
    ),
    Metric(
        "F1{c}", "the harmonic mean of precision and recall",
        "2*precision{c}*recall{c}/(precision{c} + recall{c})",
        standard=True,
        in_letters="2*TP{c}/(2*TP{c} + FP{c} + FN{c})",
        mistakes=(
            Mistake("arithmetic-mean", "the arithmetic mean in place of the harmonic one",
                    "(precision{c} + recall{c})/2"),
            Mistake("geometric-mean", "the geometric mean in place of the harmonic one",
                    "sqrt(precision{c}*recall{c})"),
            Mistake("factor-2", "the factor 2 forgotten", "precision{c}*recall{c}/(precision{c} + recall{c})"),
            Mistake("sum-forgotten", "not divided by the sum of precision and recall", "2*precision{c}*recall{c}"),
            Mistake("product-alone", "the product of precision and recall alone, not divided by their sum",
                    "precision{c}*recall{c}"),
            Mistake("specificity-for-precision", "specificity in place of precision",
                    "2*specificity{c}*recall{c}/(specificity{c} + recall{c})"),
            Mistake("accuracy-for-f1", "accuracy in place of F1",
                    "(TP{c} + TN{c})/(TP{c} + FP{c} + FN{c} + TN{c})"),
            Mistake("sum-above", "the sum above the line and the product below",
                    "2*(precision{c} + recall{c})/(precision{c}*recall{c})"),
            Mistake("iou-for-f1", "TP/(TP + FP + FN), which is IoU", "TP{c}/(TP{c} + FP{c} + FN{c})"),
        ),
    ),
    Metric(
        "IoU{c}", "intersection over union (Jaccard index)",
        "TP{c}/(TP{c} + FP{c} + FN{c})",
        mistakes=(
            Mistake("dice-for-iou", "the Dice coefficient in place of IoU", "2*TP{c}/(2*TP{c} + FP{c} + FN{c})"),
            Mistake("accuracy-for-iou", "accuracy in place of IoU",
                    "(TP{c} + TN{c})/(TP{c} + FP{c} + FN{c} + TN{c})"),
            Mistake("share-of-all", "divided by all samples", "TP{c}/(TP{c} + FP{c} + FN{c} + TN{c})"),
        ),
    ),
)  # fmt: skip
"""What is asked of two classes, and of each of several classes against all others."""

F_BETA = Metric(
    "F_beta{c}", "recall counts β times as much as precision",
    "(1 + beta^2)*precision{c}*recall{c}/(beta^2*precision{c} + recall{c})",
    standard=True,
    in_letters="(1 + beta^2)*TP{c}/((1 + beta^2)*TP{c} + beta^2*FN{c} + FP{c})",
    mistakes=(
        Mistake("beta-not-squared", "β not squared",
                "(1 + beta)*precision{c}*recall{c}/(beta*precision{c} + recall{c})"),
        Mistake("beta-at-recall", "β² at the recall in the denominator, where it belongs to the precision",
                "(1 + beta^2)*precision{c}*recall{c}/(precision{c} + beta^2*recall{c})"),
        Mistake("f1-for-f-beta", "F1 in place of F-β", "2*precision{c}*recall{c}/(precision{c} + recall{c})"),
        Mistake("beta-below-forgotten", "β² left out below the line",
                "(1 + beta^2)*precision{c}*recall{c}/(precision{c} + recall{c})"),
        Mistake("beta-above-forgotten", "the factor 1 + β² above the line left out",
                "precision{c}*recall{c}/(beta^2*precision{c} + recall{c})"),
    ),
)  # fmt: skip
"""Asked for where the author gives β. Van Rijsbergen, *Information Retrieval* (1979), chapter 7."""

OF_TWO = (
    Metric(
        "accuracy", "the share of right predictions", "(TP + TN)/(TP + FP + FN + TN)",
        standard=True,
        mistakes=(
            Mistake("negatives-forgotten", "the true negatives forgotten among the right ones",
                    "TP/(TP + FP + FN + TN)"),
            Mistake("complement", "the error rate, 1 − accuracy", "(FP + FN)/(TP + FP + FN + TN)"),
            Mistake("precision-for-accuracy", "precision in place of accuracy", "TP/(TP + FP)"),
            Mistake("iou-for-accuracy", "the true negatives left out", "TP/(TP + FP + FN)"),
            Mistake("ratio-for-share", "the right divided by the wrong ones, not by all", "(TP + TN)/(FP + FN)"),
            Mistake("balanced-for-accuracy", "balanced accuracy, the mean of both recalls, in place of accuracy",
                    "(TP/(TP + FN) + TN/(TN + FP))/2"),
        ),
    ),
    Metric(
        "error_rate", "the share of wrong predictions", "(FP + FN)/(TP + FP + FN + TN)",
        mistakes=(Mistake("complement", "accuracy, 1 − error rate", "(TP + TN)/(TP + FP + FN + TN)"),),
    ),
    Metric(
        "balanced_accuracy", "the mean of both classes' recalls", "(recall + specificity)/2",
        mistakes=(
            Mistake("accuracy-for-balanced", "accuracy in place of balanced accuracy",
                    "(TP + TN)/(TP + FP + FN + TN)"),
            Mistake("precision-for-specificity", "precision in place of specificity", "(recall + precision)/2"),
            Mistake("precision-for-recall", "precision in place of recall", "(precision + specificity)/2"),
            Mistake("geometric-mean", "the geometric mean of both recalls", "sqrt(recall*specificity)"),
            Mistake("harmonic-mean", "the harmonic mean of both recalls",
                    "2*recall*specificity/(recall + specificity)"),
            Mistake("informedness", "recall + specificity − 1, Youden's index", "recall + specificity - 1"),
        ),
    ),
    Metric(
        "MCC", "Matthews correlation coefficient",
        "(TP*TN - FP*FN)/sqrt((TP + FP)*(TP + FN)*(TN + FP)*(TN + FN))",
        mistakes=(
            Mistake("root-forgotten", "the root forgotten",
                    "(TP*TN - FP*FN)/((TP + FP)*(TP + FN)*(TN + FP)*(TN + FN))"),
            Mistake("sign", "the wrong pairs added, not taken away",
                    "(TP*TN + FP*FN)/sqrt((TP + FP)*(TP + FN)*(TN + FP)*(TN + FN))"),
            Mistake("wrong-pairs", "TP·FP − TN·FN above the line",
                    "(TP*FP - TN*FN)/sqrt((TP + FP)*(TP + FN)*(TN + FP)*(TN + FN))"),
            Mistake("share-of-all", "divided by the square of the number of samples",
                    "(TP*TN - FP*FN)/(TP + FP + FN + TN)^2"),
            Mistake("other-denominator", "divided by the right times the wrong predictions",
                    "(TP*TN - FP*FN)/((TP + TN)*(FP + FN))"),
            Mistake("other-denominator", "divided by the sum of the products above the line",
                    "(TP*TN - FP*FN)/(TP*TN + FP*FN)"),
        ),
    ),
    Metric(
        "p_e", "the agreement by chance", "((TP + FP)*(TP + FN) + (TN + FN)*(TN + FP))/(TP + FP + FN + TN)^2",
        mistakes=(
            Mistake("marginals-mixed", "each class's samples times the predictions of the other one",
                    "((TP + FP)*(TN + FP) + (TN + FN)*(TP + FN))/(TP + FP + FN + TN)^2"),
            Mistake("one-class", "the chance of the positives alone", "(TP + FP)*(TP + FN)/(TP + FP + FN + TN)^2"),
        ),
    ),
    Metric(
        "kappa", "Cohen's κ: agreement beyond chance", "(accuracy - p_e)/(1 - p_e)",
        mistakes=(
            Mistake("not-normalised", "not divided by 1 − p_e", "accuracy - p_e"),
            Mistake("accuracy-for-kappa", "accuracy in place of κ", "accuracy"),
            Mistake("chance-of-coin", "½ in place of the agreement by chance", "(accuracy - 1/2)/(1 - 1/2)"),
            Mistake("other-denominator", "divided by 1 − accuracy, not by 1 − p_e", "(accuracy - p_e)/(1 - accuracy)"),
            Mistake("chance-alone", "the agreement by chance in its place", "p_e"),
        ),
    ),
)  # fmt: skip
"""What is asked of two classes together."""

OF_ALL_CLASSES = (
    Metric(
        "accuracy", "the share of right predictions", "({sum})/n", "TP{i}",
        standard=True,
        mistakes=(
            Mistake("mean-of-recalls", "the mean of the recalls in place of accuracy", "({sum})/K", "recall{i}"),
            Mistake("mean-of-precisions", "the mean of the precisions in place of accuracy", "({sum})/K",
                    "precision{i}"),
            Mistake("complement", "the share of wrong predictions, 1 − accuracy", "(n - ({sum}))/n", "TP{i}"),
            Mistake("mean-of-class-accuracies", "the mean of the accuracies of each class against the others",
                    "({sum})/(K*n)", "(TP{i} + TN{i})"),
            Mistake("ratio-for-share", "the right divided by the wrong ones, not by all", "({sum})/(n - ({sum}))",
                    "TP{i}"),
            Mistake("classes-for-samples", "divided by the number of classes, not of samples", "({sum})/K", "TP{i}"),
        ),
    ),
    Metric(
        "balanced_accuracy", "the mean of the recalls of all classes", "({sum})/K", "recall{i}",
        mistakes=(
            Mistake("accuracy-for-balanced", "accuracy in place of balanced accuracy", "({sum})/n", "TP{i}"),
            Mistake("precision-for-recall", "the mean of the precisions", "({sum})/K", "precision{i}"),
        ),
    ),
    Metric("mIoU", "mean IoU over the classes", "({sum})/K", "IoU{i}"),
    Metric("right", "right predictions", "{sum}", "TP{i}"),
    Metric("chance", "for each class, its samples times its predictions", "{sum}", "(TP{i} + FN{i})*(TP{i} + FP{i})"),
    Metric("p_e", "the agreement by chance", "chance/n^2"),
    Metric(
        "kappa", "Cohen's κ: agreement beyond chance", "(accuracy - p_e)/(1 - p_e)",
        mistakes=(
            Mistake("not-normalised", "not divided by 1 − p_e", "accuracy - p_e"),
            Mistake("accuracy-for-kappa", "accuracy in place of κ", "accuracy"),
            Mistake("chance-of-coin", "1/K in place of the agreement by chance", "(accuracy - 1/K)/(1 - 1/K)"),
            Mistake("other-denominator", "divided by 1 − accuracy, not by 1 − p_e", "(accuracy - p_e)/(1 - accuracy)"),
            Mistake("chance-alone", "the agreement by chance in its place", "p_e"),
        ),
    ),
    Metric("squares_predicted", "the squares of how often each class is predicted", "{sum}", "(TP{i} + FP{i})^2"),
    Metric("squares_actual", "the squares of how often each class occurs", "{sum}", "(TP{i} + FN{i})^2"),
    Metric(
        "MCC", "Matthews correlation coefficient of several classes",
        "(n*right - chance)/sqrt((n^2 - squares_predicted)*(n^2 - squares_actual))",
        mistakes=(
            Mistake("root-forgotten", "the root forgotten",
                    "(n*right - chance)/((n^2 - squares_predicted)*(n^2 - squares_actual))"),
        ),
    ),
)  # fmt: skip
"""What is asked of several classes together; ``n`` are the samples, ``K`` the classes."""


@record
class Average:
    """How the measures ``{m}`` of all classes make one; ``{whole}`` is the measure made of the totals of the counts."""

    name: str
    title: str
    formula: str
    each: str = ""


TOTALS = ("TP", "FP", "FN")
"""The counts of which micro averages are made, each summed over the classes."""

MICRO = {
    "precision": "TP/(TP + FP)",
    "recall": "TP/(TP + FN)",
    "F1": "2*TP/(2*TP + FP + FN)",
}
"""The measures that are averaged, each written in the totals of the counts."""

AVERAGES = (
    Average("macro", "the plain mean over the classes", "({sum})/K", "{m}{i}"),
    Average("weighted", "the mean over the classes, each as often as it occurs", "({sum})/n", "(TP{i} + FN{i})*{m}{i}"),
    Average("micro", "made of the counts of all classes together", "{whole}"),
)
_IN_PLACE = "the {other} average in place of the {own} one"


def averaged(measure: str) -> tuple[Metric, ...]:
    """A measure's averages, of which each is a typical mistake for the others."""

    def formula(row: Average) -> str:
        return row.formula.replace("{whole}", MICRO[measure])

    rows = []
    for row in AVERAGES:
        others = [
            Mistake(
                "other-average", _IN_PLACE.format(other=other.name, own=row.name), formula(other),
                other.each.replace("{m}", measure),
            )
            for other in AVERAGES if other is not row
        ]  # fmt: skip
        if measure == "F1" and row.name == "macro":
            message = "F1 of the averaged precision and recall in place of the averaged F1"
            whole = "2*macro_precision*macro_recall/(macro_precision + macro_recall)"
            others.append(Mistake("f1-of-averages", message, whole))
        each = row.each.replace("{m}", measure)
        title = f"{row.name} average: {row.title}"
        rows.append(Metric(f"{row.name}_{measure}", title, formula(row), each, standard=True, mistakes=tuple(others)))
    return tuple(rows)
