"""Measures of classifiers, of regressions, of boxes and of language models, by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.worked.work import Work, Worked

SIGN = "sign|minus|turned"
LEFT_OUT = "left out|forgotten|not "
NEIGHBOUR = "in place of|itself|swapped|exchanged|taken"

BINARY = """
kind: evaluation
confusion: {TP: 37, FP: 8, FN: 21, TN: 96}
beta: 2
parts: [{find: [accuracy, error_rate, precision, recall, specificity, FPR, F1, F_beta, balanced_accuracy, MCC]}]
"""


def binary(w: Work) -> None:
    tp, fp, fn, tn = 37.0, 8.0, 21.0, 96.0
    n = tp + fp + fn + tn
    a = w.slip("positives alone", LEFT_OUT, (tp + tn) / n, tp / n)
    a = w.slip("right over wrong", "turned|wrong|in place|" + LEFT_OUT, a, (tp + tn) / (fp + fn))
    a = w.keep("accuracy", w.slip("error rate", "wrong|error|1 −|in place|swapped", a, (fp + fn) / n))
    w.keep("error_rate", w.slip("false alarms alone", LEFT_OUT, 1 - a, fp / n))
    p = w.slip("as recall", "recall|" + NEIGHBOUR, tp / (tp + fp), tp / (tp + fn))
    p = w.slip("odds", LEFT_OUT, p, tp / fp)
    p = w.slip("negatives", "negative|" + NEIGHBOUR, p, tn / (tn + fn))
    p = w.keep("precision", w.slip("over all", LEFT_OUT + "|all|bracket|" + NEIGHBOUR, p, tp / n))
    r = w.slip("as precision", "precision|" + NEIGHBOUR, tp / (tp + fn), tp / (tp + fp))
    r = w.slip("against the negatives", NEIGHBOUR, r, tp / (tp + tn))
    r = w.keep("recall", w.slip("miss rate", "1 −|miss|" + NEIGHBOUR, r, fn / (tp + fn)))
    s = w.slip("as recall of it", NEIGHBOUR, tn / (tn + fp), tn / (tn + fn))
    s = w.keep("specificity", w.slip("false alarm rate", NEIGHBOUR + "|1 −", s, fp / (tn + fp)))
    w.keep("FPR", w.slip("of the alarms", NEIGHBOUR + "|not by", fp / (fp + tn), fp / (fp + tp)))
    f = w.slip("arithmetic mean", "mean", 2 * p * r / (p + r), (p + r) / 2)
    f = w.slip("geometric mean", "mean|root", f, np.sqrt(p * r))
    f = w.slip("sum above", "sum|in place", f, 2 * (p + r) / (p * r))
    w.keep("F1", w.slip("no 2", "factor|2|" + LEFT_OUT, f, p * r / (p + r)))
    f2 = w.slip("β not squared", "square|β", 5 * p * r / (4 * p + r), 3 * p * r / (2 * p + r))
    f2 = w.slip("no 1 + β²", "1 \\+|factor|" + LEFT_OUT, f2, p * r / (4 * p + r))
    w.keep("F_beta", w.slip("β at recall", "β|" + NEIGHBOUR, f2, 5 * p * r / (p + 4 * r)))
    b = w.slip("not halved", "division|halv|" + LEFT_OUT, (r + s) / 2, r + s)
    w.keep("balanced_accuracy", w.slip("with precision", "precision|" + NEIGHBOUR, b, (p + s) / 2))
    below = np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    m = w.slip("no root", "root", (tp * tn - fp * fn) / below, (tp * tn - fp * fn) / below**2)
    w.keep("MCC", w.slip("plus", SIGN + "|added", m, (tp * tn + fp * fn) / below))


CLASSES = """
kind: evaluation
confusion: [[31, 4, 2], [6, 22, 9], [3, 5, 28]]
classes: [a, b, c]
parts:
  - find: [accuracy, precision_a, precision_b, precision_c, recall_a, recall_b, recall_c, F1_a, F1_b, F1_c]
  - find: [macro_precision, macro_recall, macro_F1, micro_F1, weighted_F1]
"""


def classes(w: Work) -> None:
    c = np.array([[31.0, 4.0, 2.0], [6.0, 22.0, 9.0], [3.0, 5.0, 28.0]])
    right, columns, rows, n = np.diag(c), c.sum(axis=0), c.sum(axis=1), c.sum()
    w.keep("accuracy", w.slip("mean of recalls", "mean|recall|macro", right.sum() / n, (right / rows).mean()))
    p = w.slip("rows and columns", "rows|columns|exchanged|recall|" + NEIGHBOUR, right / columns, right / rows)
    p = w.slip("over all", "all|bracket|" + NEIGHBOUR + "|" + LEFT_OUT, p, right / n)
    r = w.slip("recall by columns", "rows|columns|exchanged|precision|" + NEIGHBOUR, right / rows, right / columns)
    p = w.slip("against the others", LEFT_OUT, p, right / (columns - right))
    p = np.array([w.keep(f"precision_{name}", p[k]) for k, name in enumerate("abc")])
    r = np.array([w.keep(f"recall_{name}", r[k]) for k, name in enumerate("abc")])
    f = w.slip("mean of both", "mean", 2 * p * r / (p + r), (p + r) / 2)
    f = w.slip("no 2", "factor|2|" + LEFT_OUT, f, p * r / (p + r))
    f = np.array([w.keep(f"F1_{name}", f[k]) for k, name in enumerate("abc")])
    mean = w.slip("summed", "sum|division|" + LEFT_OUT, p.mean(), p.sum())
    mean = w.slip("weighted", "weight|sizes|samples", mean, (rows * p).sum() / n)
    mean = w.slip("micro", "micro|together|all classes", mean, right.sum() / n)
    mean = w.keep("macro_precision", mean)
    recall = w.keep("macro_recall", w.slip("weighted recall", "weight|sizes|samples", r.mean(), (rows * r).sum() / n))
    both = 2 * mean * recall / (mean + recall)
    w.keep("macro_F1", w.slip("of the means", "mean|averaged", f.mean(), both))
    w.keep("micro_F1", w.slip("macro for micro", "mean|macro", right.sum() / n, f.mean()))
    weighted = w.slip("not weighted", "weight|mean", (rows * f).sum() / n, f.mean())
    w.keep(
        "weighted_F1", w.slip("by the predictions", "predict|columns|" + NEIGHBOUR, weighted, (columns * f).sum() / n)
    )


REGRESSION = """
kind: evaluation
targets: [3.2, 1.7, 4.4, 2.9, 5.7]
predictions: [2.8, 2.1, 4.9, 2.2, 5.1]
parts: [{find: [MAE, MSE, RMSE, R2]}]
"""


def regression(w: Work) -> None:
    y, q = np.array([3.2, 1.7, 4.4, 2.9, 5.7]), np.array([2.8, 2.1, 4.9, 2.2, 5.1])
    e = y - q
    a = w.slip("summed", "sum|division|" + LEFT_OUT, abs(e).mean(), abs(e).sum())
    a = w.slip("signs kept", "sign|absolute", a, e.mean())
    w.keep("MAE", w.slip("squared", "square", a, (e**2).mean()))
    s = w.slip("halved", "½|1/2|half|factor", (e**2).mean(), (e**2).mean() / 2)
    s = w.slip("absolute", "absolute", s, abs(e).mean())
    s = w.slip("square of the sum", "square of the sum|sum", s, e.sum() ** 2 / 5)
    s = w.slip("not divided", "division|sum|" + LEFT_OUT, s, (e**2).sum())
    s = w.keep("MSE", w.slip("n − 1", "one less|n − 1", s, (e**2).sum() / 4))
    w.keep("RMSE", w.slip("halved for root", "halved", np.sqrt(s), s / 2))
    spread = ((y - y.mean()) ** 2).sum()
    r = 1 - (e**2).sum() / spread
    r = w.slip("share alone", "1|" + LEFT_OUT, r, (e**2).sum() / spread)
    r = w.slip("turned over", "turned|upside down", r, 1 - spread / (e**2).sum())
    r = w.slip("about the predictions", "predict|" + NEIGHBOUR, r, 1 - (e**2).sum() / ((q - y.mean()) ** 2).sum())
    r = w.slip("not centred", "mean|" + LEFT_OUT, r, 1 - (e**2).sum() / (y**2).sum())
    w.keep("R2", w.slip("mean over sum", "mean|division|divided", r, 1 - (e**2).mean() / spread))


BOXES = """
kind: evaluation
boxes: [[1, 2, 7, 8], [4, 3, 9, 11]]
parts: [{find: [intersection, union, IoU]}]
"""


def boxes(w: Work) -> None:
    one, two = 36.0, 40.0
    i = w.slip("sum of the sides", "sum|" + NEIGHBOUR, 3.0 * 5.0, 3.0 + 5.0)
    i = w.slip("pixels counted", "1|pixel|ends", i, 4.0 * 6.0)
    i = w.keep("intersection", w.slip("union's corners", "max and min|outer|hull|min|" + NEIGHBOUR, i, 8.0 * 9.0))
    u = w.slip("overlap counted twice", "overlap|intersection|twice|" + LEFT_OUT, one + two - i, one + two)
    u = w.keep("union", w.slip("hull", "hull|enclos|around", u, 8.0 * 9.0))
    v = w.slip("turned over", "turned", i / u, u / i)
    v = w.slip("over the smaller", "smaller|one box|alone|" + NEIGHBOUR + "|" + LEFT_OUT, v, i / one)
    w.keep("IoU", w.slip("Dice", "Dice|2", v, 2 * i / (one + two)))


LANGUAGE = """
kind: evaluation
probabilities: [0.3, 0.12, 0.45, 0.08]
parts: [{find: [H, PPL]}]
"""


def language(w: Work) -> None:
    p = np.array([0.3, 0.12, 0.45, 0.08])
    h = w.slip("base 2", "base 2", -np.log(p).mean(), -np.log2(p).mean())
    h = w.slip("base 10", "base 10", h, -np.log10(p).mean())
    h = w.slip("summed", "sum|division|" + LEFT_OUT, h, -np.log(p).sum())
    h = w.slip("no minus", SIGN, h, np.log(p).mean())
    h = w.slip("weighted", "p|weight|entropy", h, -(p * np.log(p)).sum())
    h = w.keep("H", w.slip("log of the mean", "mean", h, -np.log(p.mean())))
    x = w.slip("base 2 for e", "base|2", np.exp(h), 2**h)
    w.keep("PPL", w.slip("turned over", SIGN + "|turned|exponent", x, np.exp(-h)))


PROBLEMS = (
    Worked("evaluation", BINARY, binary),
    Worked("evaluation", CLASSES, classes),
    Worked("evaluation", REGRESSION, regression),
    Worked("evaluation", BOXES, boxes),
    Worked("evaluation", LANGUAGE, language),
)
