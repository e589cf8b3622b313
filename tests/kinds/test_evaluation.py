"""Evaluation against NumPy, written out by hand, on random samples: ties and empty classes among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.notation.printing import PlainPrinter
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.drawings import Plane
from deepcalc.solution.solver import solve
from tests.checking.marking import by_name, written
from tests.library import plain
from tests.statements import printed

KINDS = find_kinds()


def problem(fields: str) -> Problem:
    return load_text(f"kind: evaluation\n{fields}".encode(), "test.yaml", KINDS)


def value(given: Problem, name: str) -> float:
    return float(evaluate(given.plan.graph, [name]).values[name])


def lines_of(given: Problem, name: str) -> list[str]:
    steps = {step.name: step for part in solve(given).parts for step in part.steps}
    return [PlainPrinter().print(line.expression) for line in steps[name].lines]


def fails(fields: str, message: str) -> None:
    with pytest.raises(InvalidProblem, match=message):
        solve(problem(fields))


# ---- two classes


def ratio(top: float, bottom: float) -> float | None:
    return None if bottom == 0 else top / bottom


def of_two(actual: np.ndarray, predicted: np.ndarray) -> dict[str, float | None]:
    tp = int(np.sum((actual == 1) & (predicted == 1)))
    fp = int(np.sum((actual == 0) & (predicted == 1)))
    fn = int(np.sum((actual == 1) & (predicted == 0)))
    tn = int(np.sum((actual == 0) & (predicted == 0)))
    precision, recall, specificity = ratio(tp, tp + fp), ratio(tp, tp + fn), ratio(tn, tn + fp)
    root = np.sqrt(float((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))
    n = len(actual)
    chance = ((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp)) / n**2
    both = precision is not None and recall is not None
    return {
        "TP": tp,
        "FP": fp,
        "FN": fn,
        "TN": tn,
        "accuracy": float(np.mean(actual == predicted)),
        "error_rate": float(np.mean(actual != predicted)),
        "precision": precision,
        "recall": recall,
        "specificity": specificity,
        "FPR": ratio(fp, fp + tn),
        "FNR": ratio(fn, fn + tp),
        "NPV": ratio(tn, tn + fn),
        "F1": ratio(2 * precision * recall, precision + recall) if both else None,  # type: ignore[operator]
        "F_beta": ratio(5 * precision * recall, 4 * precision + recall) if both else None,  # type: ignore[operator]
        "IoU": ratio(tp, tp + fp + fn),
        "balanced_accuracy": None if recall is None or specificity is None else (recall + specificity) / 2,
        "MCC": ratio(tp * tn - fp * fn, root),
        "kappa": ratio(float(np.mean(actual == predicted)) - chance, 1 - chance),
    }


@pytest.mark.parametrize("seed", range(60))
def test_measures_of_two_classes_are_those_of_numpy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    actual, predicted = rng.integers(0, 2, (2, rng.integers(1, 9)))
    expected = of_two(actual, predicted)
    fields = f"labels: {actual.tolist()}\npredictions: {predicted.tolist()}\nclasses: [0, 1]\nbeta: 2"
    found = problem(fields)
    for name, number in expected.items():
        if number is None:
            single = f"{fields}\nparts: [{{find: {name}}}]"
            fails(single, "division by zero.*zero_division")
        else:
            assert value(found, name) == pytest.approx(number, abs=1e-12), name


def test_zero_over_zero_counts_as_the_author_says() -> None:
    fields = "labels: [1, 0, 0]\npredictions: [0, 0, 0]\n"
    assert value(problem(f"{fields}zero_division: 0"), "precision") == 0
    assert value(problem(f"{fields}zero_division: 1"), "precision") == 1
    assert value(problem(f"{fields}zero_division: 1"), "recall") == 0, "0/1 is no case of it"
    assert value(problem(f"{fields}zero_division: 0"), "F1") == 0
    assert lines_of(problem(f"{fields}zero_division: 0\nparts: [{{find: precision}}]"), "precision")[-1] == "0"


def test_the_matrix_of_two_classes_is_read_by_rows_of_either_sort() -> None:
    by_actual = problem("confusion: [[50, 10], [5, 35]]\nclasses: [no, yes]\npositive: yes")
    by_predicted = problem("confusion: [[50, 5], [10, 35]]\nclasses: [no, yes]\npositive: yes\nrows: predicted")
    for found in (by_actual, by_predicted):
        assert [value(found, name) for name in ("TP", "FP", "FN", "TN")] == [35, 10, 5, 50]


@pytest.mark.parametrize(
    ("labels", "predictions", "more"),
    [
        ("[1, -1, 1, -1]", "[1, 1, -1, -1]", ""),
        ("[1, 0, 1, 0]", "[1.0, 1.0, 0.0, 0.0]", ""),
        ("[yes, no, yes, no]", "[yes, yes, no, no]", "positive: yes"),
        ("[true, false, true, false]", "[true, true, false, false]", "positive: true"),
        ("[spam, 'not', spam, 'not']", "[spam, spam, 'not', 'not']", "positive: spam"),
    ],
)
def test_two_classes_are_named_in_any_way(labels: str, predictions: str, more: str) -> None:
    found = problem(f"labels: {labels}\npredictions: {predictions}\n{more}")
    assert [value(found, name) for name in ("TP", "FP", "FN", "TN")] == [1, 1, 1, 1]


LETTERS = "confusion: {TP: , FP: , FN: , TN: }\n"


@pytest.mark.parametrize(
    ("name", "answer", "slip"),
    [
        ("precision", "TP/(TP + FP)", None),
        ("recall", "1 - FN/(TP + FN)", None),
        ("F1", "2*TP/(2*TP + FP + FN)", None),
        ("F1", "2/((TP + FP)/TP + (TP + FN)/TP)", None),
        ("MCC", "(TP*TN - FP*FN)/sqrt((TP + FP)*(TP + FN)*(TN + FP)*(TN + FN))", None),
        ("recall", "TP/(TP + FP)", "precision-recall-exchanged"),
        ("F1", "(TP/(TP + FP) + TP/(TP + FN))/2", "arithmetic-mean"),
        ("accuracy", "TP/(TP + FP + FN + TN)", "negatives-forgotten"),
    ],
)
def test_formulas_in_letters_are_marked_in_any_form(name: str, answer: str, slip: str | None) -> None:
    marker = Marker(problem(f"{LETTERS}parts: [{{points: 2, find: {name}, in: [TP, FP, FN, TN]}}]"))
    mark: Any = marker.mark({name: answer}).parts[0].answers[0]
    assert mark.score == (2 if slip is None else 0)
    assert slip is None or slip in mark.slips


def test_f_beta_in_letters_is_its_shortest_form_with_the_value_of_the_other() -> None:
    found = problem(f"{LETTERS}beta: 2\nparts: [{{find: F_beta, in: [TP, FP, FN]}}]")
    (answer,) = solve(found).parts[0].answers
    assert plain(answer) == "5*TP/(5*TP + 4*FN + FP)"
    assert value(problem("confusion: {TP: 3, FP: 2, FN: 1, TN: 4}\nbeta: 2"), "F_beta") == pytest.approx(15 / 21)


# ---- several classes


def of_several(actual: np.ndarray, predicted: np.ndarray, count: int) -> dict[str, float | None]:
    matrix = np.zeros((count, count), int)
    np.add.at(matrix, (actual, predicted), 1)
    tp, support, guessed = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    found: dict[str, float | None] = {}
    for c in range(count):
        precision, recall = ratio(tp[c], guessed[c]), ratio(tp[c], support[c])
        found[f"precision_{c}"], found[f"recall_{c}"] = precision, recall
        both = precision is not None and recall is not None
        found[f"F1_{c}"] = ratio(2 * precision * recall, precision + recall) if both else None  # type: ignore[operator]
        found[f"specificity_{c}"] = ratio(len(actual) - support[c] - guessed[c] + tp[c], len(actual) - support[c])
    for measure in ("precision", "recall", "F1"):
        each = [found[f"{measure}_{c}"] for c in range(count)]
        known = None not in each
        found[f"macro_{measure}"] = float(np.mean(each)) if known else None  # type: ignore[arg-type]
        found[f"weighted_{measure}"] = float(np.average(each, weights=support)) if known else None  # type: ignore[arg-type]
        found[f"micro_{measure}"] = float(np.mean(actual == predicted))
    n = len(actual)
    root = np.sqrt(float(n**2 - guessed @ guessed) * float(n**2 - support @ support))
    found["MCC"] = ratio(n * tp.sum() - support @ guessed, root)
    found["accuracy"] = float(np.mean(actual == predicted))
    return found


@pytest.mark.parametrize("seed", range(50))
def test_measures_of_several_classes_are_those_of_numpy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(3, 5))
    actual, predicted = rng.integers(0, count, (2, rng.integers(3, 14)))
    names = list(map(str, range(count)))
    fields = f"labels: {actual.tolist()}\npredictions: {predicted.tolist()}\nclasses: {names}"
    found = problem(fields)
    for name, number in of_several(actual, predicted, count).items():
        if number is None:
            fails(f"{fields}\nparts: [{{find: {name}}}]", "has no value")
        else:
            assert value(found, name) == pytest.approx(number, abs=1e-12), name


def test_a_class_is_a_group_and_a_matrix_by_rows_of_predictions_is_turned() -> None:
    rows = problem("confusion: [[5, 1, 0], [2, 6, 1], [0, 3, 9]]\nclasses: [a, b, c]")
    turned = problem("confusion: [[5, 2, 0], [1, 6, 3], [0, 1, 9]]\nclasses: [a, b, c]\nrows: predicted")
    assert add_asked(rows.plan, "precision") == ("precision_a", "precision_b", "precision_c")
    for name in ("precision_b", "recall_b", "weighted_F1"):
        assert value(rows, name) == value(turned, name)
    assert value(rows, "precision_b") == pytest.approx(6 / 10)
    assert value(rows, "recall_b") == pytest.approx(6 / 9)


@pytest.mark.parametrize("seed", range(10))
def test_top_k_accuracies_count_the_true_class_among_the_highest_scores(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.permuted(np.tile([0.4, 0.3, 0.2, 0.1], (5, 1)), axis=1)
    labels = rng.integers(0, 4, 5)
    found = problem(f"labels: {(labels + 1).tolist()}\nscores: {scores.tolist()}\ntop: [1, 2, 3]")
    order = np.argsort(-scores, axis=1)
    for k in (1, 2, 3):
        hits = np.mean([label in row[:k] for label, row in zip(labels, order, strict=True)])
        assert value(found, f"top{k}") == pytest.approx(float(hits))


# ---- curves


@pytest.mark.parametrize("seed", range(40))
def test_the_curves_are_those_of_numpy_with_ties(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 9))
    labels = rng.permutation([0, 1, *rng.integers(0, 2, count)])
    scores = rng.integers(1, 6, count + 2) / 10
    found = problem(f"labels: {labels.tolist()}\nscores: {scores.tolist()}")
    positives, negatives = scores[labels == 1], scores[labels == 0]
    pairs = np.sign(positives[:, None] - negatives[None, :])
    assert value(found, "AUC") == pytest.approx(float(np.mean((pairs + 1) / 2))), "the share of pairs in order"
    assert value(found, "AUC_pairs") == pytest.approx(value(found, "AUC"))
    recall, average = 0.0, 0.0
    for k, threshold in enumerate(sorted(set(scores), reverse=True), start=1):
        above = scores >= threshold
        now = float(np.sum(above & (labels == 1)) / np.sum(labels))
        average += (now - recall) * float(np.mean(labels[above]))
        recall = now
        assert value(found, f"TPR{k}") == pytest.approx(now)
        assert value(found, f"FPR{k}") == pytest.approx(float(np.mean(above[labels == 0])))
    assert value(found, "AP") == pytest.approx(average)


def test_the_curves_need_both_classes_and_a_threshold_none_of_them() -> None:
    fields = "labels: [1, 1]\nscores: [0.2, 0.5]"
    fails(fields, "no sample is negative")
    assert value(problem(f"{fields}\nthreshold: 0.5"), "recall") == 0.5, "a score at the threshold is positive"


def average_precision(correct: list[bool], positives: int, interpolation: str) -> float:
    right = np.cumsum(correct)
    precision, recall = right / np.arange(1, len(correct) + 1), right / positives
    if interpolation == "11":
        levels = [precision[recall >= level / 10 - 1e-12] for level in range(11)]
        return float(np.mean([each.max() if each.size else 0 for each in levels]))
    if interpolation == "all":
        precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0], recall])) * precision))


@pytest.mark.parametrize("interpolation", ["none", "all", "11"])
@pytest.mark.parametrize("seed", range(8))
def test_the_mean_average_precision_is_that_of_numpy(seed: int, interpolation: str) -> None:
    rng = np.random.default_rng(seed)
    lines, expected, truths = [], [], {}
    for name in ("cat", "dog"):
        correct = rng.integers(0, 2, rng.integers(1, 6)).astype(bool).tolist()
        scores = rng.permutation(np.arange(1, 10))[: len(correct)] / 10
        order = np.argsort(-scores)
        truths[name] = int(sum(correct)) + int(rng.integers(1, 3))
        expected.append(average_precision([correct[at] for at in order], truths[name], interpolation))
        lines += [
            f"- {{of: {name}, score: {score}, correct: {str(hit).lower()}}}"
            for score, hit in zip(scores, correct, strict=True)
        ]
    listed = "\n".join(lines)
    counts = f"{{cat: {truths['cat']}, dog: {truths['dog']}}}"
    found = problem(f"truths: {counts}\ninterpolation: {interpolation!r}\ndetections:\n{listed}")
    assert value(found, "AP_cat") == pytest.approx(expected[0])
    assert value(found, "AP_dog") == pytest.approx(expected[1])
    assert value(found, "mAP") == pytest.approx(float(np.mean(expected)))


def test_detections_are_matched_by_their_overlap_each_object_once() -> None:
    listed = [(0.6, 0.55, "B"), (0.9, 0.8, "A"), (0.8, 0.7, "A"), (0.7, 0.3, "B")]
    lines = "".join(f"- {{score: {score}, iou: {iou}, object: {name}}}\n" for score, iou, name in listed)
    found = problem(f"truths: 3\ndetections:\n{lines}")
    assert value(found, "AP") == pytest.approx(average_precision([True, False, False, True], 3, "none"))
    stricter = problem(f"truths: 3\niou_threshold: 0.6\ndetections:\n{lines}")
    assert value(stricter, "AP") == pytest.approx(average_precision([True, False, False, False], 3, "none"))
    looser = problem(f"truths: 3\niou_threshold: 0.3\ndetections:\n{lines}")
    assert value(looser, "AP") == pytest.approx(average_precision([True, False, True, False], 3, "none"))


def test_a_curve_over_the_thresholds_of_the_exam_ends_where_everything_is_positive() -> None:
    labels, scores = np.array([1, 0, 1, 0, 1, 0, 1, 0]), np.array([0.95, 0.9, 0.85, 0.7, 0.6, 0.4, 0.2, 0.1])
    thresholds = [0.9, 0.8, 0.6, 0.4, 0.2]
    found = problem(f"labels: {labels.tolist()}\nscores: {scores.tolist()}\nthresholds: {thresholds}")
    true = [0.0, *(float(np.mean(scores[labels == 1] >= each)) for each in thresholds), 1.0]
    false = [0.0, *(float(np.mean(scores[labels == 0] >= each)) for each in thresholds), 1.0]
    assert [value(found, f"TPR{k}") for k in range(7)] == true
    assert [value(found, f"FPR{k}") for k in range(7)] == false
    assert value(found, "AUC") == pytest.approx(float(np.diff(false) @ np.add(true[1:], true[:-1]) / 2))


# ---- overlap


@pytest.mark.parametrize("seed", range(20))
def test_boxes_overlap_as_their_pixels_do(seed: int) -> None:
    rng = np.random.default_rng(seed)
    (ax, ay, bx, by), sizes = rng.integers(0, 6, 4), rng.integers(1, 6, 4)
    boxes = [[ax, ay, ax + sizes[0], ay + sizes[1]], [bx, by, bx + sizes[2], by + sizes[3]]]
    canvas = np.zeros((2, 12, 12), bool)
    for mask, (x1, y1, x2, y2) in zip(canvas, boxes, strict=True):
        mask[y1:y2, x1:x2] = True
    both, either = np.sum(canvas[0] & canvas[1]), np.sum(canvas[0] | canvas[1])
    corners = problem(f"boxes: {np.array(boxes).tolist()}")
    assert value(corners, "IoU") == pytest.approx(both / either)
    assert value(corners, "Dice") == pytest.approx(2 * both / canvas.sum())
    (x1, y1), (x2, y2) = np.min(np.array(boxes)[:, :2], axis=0), np.max(np.array(boxes)[:, 2:], axis=0)
    hull = (x2 - x1) * (y2 - y1)
    assert value(corners, "GIoU") == pytest.approx(both / either - (hull - either) / hull)
    size = [[x1, y1, x2 - x1, y2 - y1] for x1, y1, x2, y2 in np.array(boxes).tolist()]
    center = [[x + w / 2, y + h / 2, w, h] for x, y, w, h in size]
    assert value(problem(f"boxes: {size}\nbox_format: size"), "IoU") == value(corners, "IoU")
    assert value(problem(f"boxes: {center}\nbox_format: center"), "IoU") == value(corners, "IoU")
    masks = problem(f"masks: {canvas.astype(int).tolist()}")
    assert value(masks, "IoU") == pytest.approx(both / either)
    assert value(masks, "Dice") == pytest.approx(2 * both / canvas.sum())


def overlap(a: Sequence[float], b: Sequence[float]) -> float:
    both = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = [(x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in (a, b)]
    return both / (sum(areas) - both)


def remaining(boxes: Any, scores: Any, classes: Any, limit: float, goes_at: bool) -> list[int]:
    """The boxes that remain, by the loop of Girshick's `nms`."""
    left, kept = list(np.argsort(-scores, kind="stable")), []
    while left:
        best = left.pop(0)
        kept.append(best)
        far = [overlap(boxes[best], boxes[other]) for other in left]
        left = [
            other
            for other, by in zip(left, far, strict=True)
            if classes[other] != classes[best] or by < limit or (by == limit and not goes_at)
        ]
    return sorted(int(each) + 1 for each in kept)


@pytest.mark.parametrize("seed", range(40))
def test_what_suppression_leaves_is_what_the_plain_loop_leaves(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 8))
    corners, sizes = rng.integers(0, 5, (count, 2)), rng.integers(2, 6, (count, 2))
    boxes = np.hstack([corners, corners + sizes])
    scores, classes = rng.choice([0.3, 0.5, 0.6, 0.7, 0.9, 0.95], count), rng.choice(["cat", "dog"], count)
    if seed % 2:
        classes[:] = "cat"
    limit, way = (0.25, 0.5, 0.3)[seed % 3], ("above", "from")[seed % 2]
    lines = [
        f"- {{box: {box.tolist()}, score: {score}, of: {name}}}"
        for box, score, name in zip(boxes, scores, classes, strict=True)
    ]
    listed = "\n".join(lines)
    found = problem(f"proposals:\n{listed}\niou_threshold: {limit}\nsuppressed: {way}")
    (item,) = found.plan.items
    kept = remaining(boxes, scores, classes, limit, way == "from")
    assert item.key == tuple(map(str, kept))
    for quantity in (each.name for each in found.plan.graph if each.name.startswith("IoU")):
        i, j = map(int, quantity.split("_")[1:])
        assert value(found, quantity) == pytest.approx(overlap(boxes[i - 1], boxes[j - 1]))


def test_pairs_go_by_both_orders_and_what_does_not_overlap_is_said() -> None:
    boxes = [[0, 0, 4, 4], [1, 0, 5, 4], [6, 0, 9, 4]]
    lines = "".join(f"- {{box: {box}, score: {score}}}\n" for box, score in zip(boxes, (0.5, 0.9, 0.7), strict=True))
    marker = written(f"kind: evaluation\nproposals:\n{lines}parts: [{{find: [IoU_1_2, IoU_2_3, kept]}}]")
    marks = by_name(marker.mark({"IoU_1_2": "0.6", "IoU_2_3": "0", "kept": "2 and 3"}))
    assert all(mark.verdict.is_right for mark in marks.values())
    assert by_name(marker.mark({"IoU_1_2": "0.375"}))["IoU_2_1"].slips == ("union-counted-twice",)


@pytest.mark.parametrize(
    "box",
    ["{x1: 2, y1: 1, x2: 6, y2: 5}", "{x1: 2, y1: 1, w: 4, h: 4}", "{left: 2, top: 1, width: 4, height: 4}",
     "{cx: 4, cy: 3, w: 4, h: 4}"],
)  # fmt: skip
def test_boxes_and_their_numbers_may_have_names(box: str) -> None:
    found = problem(f"boxes: {{truth: {box}, found: [4, 2, 9, 6]}}")
    assert value(found, "IoU") == pytest.approx(overlap([2, 1, 6, 5], [4, 2, 9, 6]))
    assert value(found, "area_truth") == 16
    assert value(problem(f"boxes: [{box}, [4, 2, 9, 6]]"), "area_B") == 20


# ---- probabilities


@pytest.mark.parametrize("seed", range(20))
def test_log_loss_and_brier_score_are_those_of_numpy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels, scores = rng.integers(0, 2, 6), np.round(rng.uniform(0.02, 0.98, 6), 2)
    labels[:2] = 0, 1
    found = problem(f"labels: {labels.tolist()}\nscores: {scores.tolist()}")
    likelihoods = labels * np.log(scores) + (1 - labels) * np.log(1 - scores)
    assert value(found, "log_loss") == pytest.approx(-float(np.mean(likelihoods)))
    assert value(found, "brier") == pytest.approx(float(np.mean((scores - labels) ** 2)))
    counts = rng.integers(1, 9, (6, 3))
    rows, true = counts / counts.sum(axis=1, keepdims=True), rng.integers(0, 3, 6)
    typed = "[" + ", ".join(f"[{', '.join(f'{n}/{sum(row)}' for n in row)}]" for row in counts.tolist()) + "]"
    several = problem(f"labels: {true.tolist()}\nclasses: [0, 1, 2]\nscores: {typed}")
    assert value(several, "log_loss") == pytest.approx(-float(np.mean(np.log(rows[np.arange(6), true]))))
    assert value(several, "brier") == pytest.approx(float(np.mean(np.sum((rows - np.eye(3)[true]) ** 2, axis=1))))


def test_scores_that_are_no_probabilities_have_no_log_loss() -> None:
    assert "log_loss" not in problem("labels: [1, 0]\nscores: [2.5, -1]").plan.graph
    assert "brier" not in problem("labels: [0, 1]\nclasses: [0, 1, 2]\nscores: [[3, 1, 1], [0, 2, 1]]").plan.graph


@pytest.mark.parametrize(
    ("wrong", "slip"),
    [
        (-np.sum(np.log([0.9, 0.6, 0.7])), "sum-for-mean"),
        (-np.mean(np.log2([0.9, 0.6, 0.7])), "log-base-2"),
        (np.mean(np.log([0.9, 0.6, 0.7])), "sign"),
        (-np.log(np.mean([0.9, 0.6, 0.7])), "log-of-mean"),
    ],
)
def test_a_mistake_in_the_log_loss_is_named(wrong: float, slip: str) -> None:
    marker = written("kind: evaluation\nlabels: [1, 1, 0]\nscores: [0.9, 0.6, 0.3]\nparts: [{find: log_loss}]")
    assert by_name(marker.mark({"log_loss": f"{wrong:.6f}"}))["log_loss"].slips == (slip,)


@pytest.mark.parametrize(
    ("fields", "brier"),
    [
        ("labels: [1, 0]\nscores: [0, 0.5]", (1 + 0.25) / 2),
        ("labels: [0, 1, 0]\nscores: [1, 0.5, 0]", (1 + 0.25) / 3),
        ("labels: [1, 2]\nclasses: [1, 2]\nscores: [[0, 1], [0.5, 0.5]]", (1 + 1 + 0.25 + 0.25) / 2),
    ],
)
def test_an_infinite_log_loss_is_left_out_and_told_where_it_is_asked_for(fields: str, brier: float) -> None:
    found = problem(f"{fields}\nzero_division: 1\nparts: [{{id: a, find: all}}]")
    assert value(found, "brier") == pytest.approx(brier)
    assert "log_loss" not in found.plan.graph
    with pytest.raises(InvalidProblem, match="infinite, as the true class of sample 1 has the probability 0"):
        problem(f"{fields}\nparts: [{{find: log_loss}}]")


def test_boxes_without_a_class_and_equal_scores_are_told() -> None:
    boxes = (
        "[{box: [0, 0, 2, 2], score: 0.9, of: cat}, {box: [0, 0, 2, 2], score: 0.5}, {box: [0, 0, 2, 1.9], score: 0.5}]"
    )
    found = problem(f"proposals: {boxes}")
    (item,) = found.plan.items
    assert item.key == ("1", "2")
    said = [option.explanation for option in item.options]
    assert said[0].endswith("of those that are left of its class")
    assert said[1].endswith("of those that are left without a class")
    assert "of equal ones the first: 1, 2, 3" in item.explanation
    assert "Those without a class are compared with each other. Of equal scores the first" in printed(found)


# ---- numbers and texts


@pytest.mark.parametrize("seed", range(20))
def test_the_errors_of_a_regression_are_those_of_numpy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    targets, predictions = np.round(rng.normal(1, 2, (2, rng.integers(2, 7))), 1)
    found = problem(f"targets: {targets.tolist()}\npredictions: {predictions.tolist()}")
    errors = targets - predictions
    assert value(found, "MAE") == pytest.approx(float(np.mean(np.abs(errors))))
    assert value(found, "MSE") == pytest.approx(float(np.mean(errors**2)))
    assert value(found, "RMSE") == pytest.approx(float(np.sqrt(np.mean(errors**2))))
    assert value(found, "R2") == pytest.approx(float(1 - np.sum(errors**2) / np.sum((targets - targets.mean()) ** 2)))


def test_the_determination_of_constant_targets_has_no_value() -> None:
    fails("targets: [2, 2]\npredictions: [1, 2]", "R2 has no value: division by zero")


@pytest.mark.parametrize("seed", range(10))
def test_perplexity_is_the_inverse_geometric_mean(seed: int) -> None:
    probabilities = np.round(np.random.default_rng(seed).uniform(0.01, 1, 5), 3)
    found = problem(f"probabilities: {probabilities.tolist()}")
    assert value(found, "PPL") == pytest.approx(float(np.prod(probabilities) ** (-1 / 5)))
    assert value(found, "H") == pytest.approx(float(-np.mean(np.log(probabilities))))


def bleu(candidate: list[str], references: list[list[str]], longest: int) -> float:
    """Papineni et al. (2002), section 2.3."""
    logs = 0.0
    for n in range(1, longest + 1):
        grams = Counter(tuple(candidate[at : at + n]) for at in range(len(candidate) - n + 1))
        most: Counter[tuple[str, ...]] = Counter()
        for words in references:
            most |= Counter(tuple(words[at : at + n]) for at in range(len(words) - n + 1))
        matched = sum((grams & most).values())
        if matched == 0:
            return 0.0
        logs += np.log(matched / sum(grams.values())) / longest
    closest = min((abs(len(words) - len(candidate)), len(words)) for words in references)[1]
    return float(np.exp(logs) * min(1, np.exp(1 - closest / len(candidate))))


@pytest.mark.parametrize("seed", range(20))
def test_bleu_is_that_of_its_paper(seed: int) -> None:
    rng = np.random.default_rng(seed)
    vocabulary = ["the", "cat", "sat", "mat"]
    candidate, one, two = (list(rng.choice(vocabulary, rng.integers(3, 8))) for _ in range(3))
    fields = f"candidate: {' '.join(candidate)}\nreferences: [{' '.join(one)}, {' '.join(two)}]\nlongest_ngram: 2"
    assert value(problem(fields), "BLEU") == pytest.approx(bleu(candidate, [one, two], 2), abs=1e-12)


def test_the_paper_s_example_of_clipped_counts() -> None:
    found = problem("candidate: the the the the the the the\nreferences: the cat is on the mat\nlongest_ngram: 1")
    assert Fraction(evaluate(found.plan.graph, ["p1"]).values["p1"]) == Fraction(2, 7)


# ---- mistakes

TWO = "confusion: {TP: 40, FP: 10, FN: 25, TN: 125}\nbeta: 2\n"
SEVERAL = "confusion: [[50, 3, 2], [5, 30, 5], [0, 4, 11]]\nclasses: [cat, dog, bird]\n"
CURVE = "labels: [1, 0, 1, 1, 0, 0, 1]\nscores: [0.9, 0.8, 0.7, 0.7, 0.7, 0.4, 0.3]\n"
BOXES = "boxes: [[1, 1, 5, 4], [3, 2, 7, 6]]\n"
NUMBERS = "targets: [3, -0.5, 2, 7]\npredictions: [2.5, 0.25, 2, 8]\n"


def test_the_roc_curve_is_drawn_through_its_points() -> None:
    scored = problem("labels: [1, 0, 1, 0]\nscores: [0.9, 0.8, 0.8, 0.1]\nparts: [{find: AUC}]")
    (drawing,) = (figure.drawing for figure in solve(scored).figures)
    assert isinstance(drawing, Plane)
    (path,) = drawing.paths
    assert path.points == ((0, 0), (0, 0.5), (0.5, 1), (1, 1))
    assert solve(problem("labels: [1, 0]\npredictions: [1, 1]\npositive: 1")).figures == ()


def test_the_curve_of_precision_and_recall_is_drawn_of_each_class() -> None:
    scored = problem("labels: [1, 0, 1, 0]\nscores: [0.9, 0.8, 0.7, 0.1]\nparts: [{find: AP}]")
    (drawing,) = (figure.drawing for figure in solve(scored).figures)
    assert isinstance(drawing, Plane)
    assert np.allclose(drawing.paths[0].points, [(0.5, 1), (0.5, 1 / 2), (1, 2 / 3), (1, 1 / 2)])
    several = problem(
        "truths: {cat: 2, dog: 1}\ndetections:\n- {score: 0.9, correct: true, of: cat}\n"
        "- {score: 0.8, correct: false, of: cat}\n- {score: 0.7, correct: true, of: dog}\n"
        "- {score: 0.6, correct: false, of: dog}"
    )
    assert [figure.title for figure in solve(several).figures] == [
        "Precision and recall of cat", "Precision and recall of dog",
    ]  # fmt: skip


def test_bleu_of_a_corpus_counts_all_its_sentences_together() -> None:
    found = problem(
        "candidate: [cat is cat, reading group is my nightmare]\n"
        "references: [[the cat is on the mat, there is a cat on the mat],"
        " [reading group is my favourite class, i love rg]]"
    )
    assert [value(found, f"p{n}") for n in (1, 2, 3, 4)] == pytest.approx([6 / 8, 4 / 6, 2 / 4, 1 / 2])
    assert value(found, "BP") == pytest.approx(np.exp(1 - 12 / 8))
    assert value(found, "BLEU") == pytest.approx(np.exp(-0.5) * (6 / 8 * 4 / 6 * 2 / 4 * 1 / 2) ** 0.25)


WORDS = "candidate: the cat the cat on\nreferences: the cat sat on the mat\nlongest_ngram: 2\n"
TOKENS = "probabilities: [0.5, 0.25, 0.125, 0.1]\n"
DETECTED = """truths: 4
interpolation: all
detections: [{score: 0.9, correct: true}, {score: 0.8, correct: false}, {score: 0.7, correct: true}]
"""


@pytest.mark.parametrize(
    ("fields", "name", "wrong", "slip"),
    [
        (TWO, "precision", 40 / 65, "precision-recall-exchanged"),
        (TWO, "recall", 40 / 50, "precision-recall-exchanged"),
        (TWO, "F1", (40 / 50 + 40 / 65) / 2, "arithmetic-mean"),
        (TWO, "F1", 165 / 200, "accuracy-for-f1"),
        (TWO, "F_beta", 3 * 0.8 * (40 / 65) / (2 * 0.8 + 40 / 65), "beta-not-squared"),
        (TWO, "specificity", 125 / 150, "fp-fn-exchanged"),
        (TWO, "accuracy", 40 / 200, "negatives-forgotten"),
        (TWO, "MCC", (40 * 125 - 250) / (50 * 65 * 135 * 150), "root-forgotten"),
        (SEVERAL, "macro_F1", (55 * 100 / 110 + 40 * 60 / 77 + 15 * 22 / 33) / 110, "other-average"),
        (SEVERAL, "precision_bird", 11 / 15, "fp-fn-exchanged"),
        (SEVERAL, "accuracy", (50 / 55 + 30 / 40 + 11 / 15) / 3, "mean-of-recalls"),
        (CURVE, "AP", (1 + 1 / 2 + 3 / 5 + 3 / 6 + 4 / 7) / 5, "plain-mean"),
        (CURVE, "AUC_pairs", 5 / 12, "ties-left-out"),
        (BOXES, "IoU", 4 / 28, "union-counted-twice"),
        (BOXES, "Dice", 4 / 24, "iou-for-dice"),
        (NUMBERS, "MSE", (0.25 + 0.5625 + 1) / 3, "n-minus-1"),
        (NUMBERS, "MAE", (0.5 - 0.75 - 1) / 4, "absolute-forgotten"),
        (NUMBERS, "RMSE", (0.25 + 0.5625 + 1) / 4, "root-forgotten"),
        (WORDS, "BLEU", (4 / 5 * 1 / 4) ** 0.5, "penalty-forgotten"),
        (WORDS, "p1", 5 / 5, "not-clipped"),
        (TOKENS, "PPL", 4 / 0.975, "arithmetic-mean"),
        (DETECTED, "AP", (1 + 2 / 3 + 2 / 3) / 3, "plain-mean"),
    ],
)
def test_a_typical_mistake_is_named(fields: str, name: str, wrong: float, slip: str) -> None:
    marker = Marker(problem(f"{fields}parts: [{{points: 2, find: {name}}}]"))
    mark: Any = marker.mark({name: f"{wrong:.6g}"}).parts[0].answers[0]
    assert slip in mark.slips, mark


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("positive: 1", "nothing to measure: give one of confusion"),
        ("labels: [1, 0]\npredictions: [1]", "one for each of the 2 labels, found 1"),
        ("labels: [1, 0]", "either `predictions` or `scores`"),
        (
            "labels: [1, 0]\npredictions: [1, 0]\nboxes: [[0, 0, 1, 1], [0, 0, 1, 1]]",
            "`boxes` does not go with `labels`",
        ),
        ("labels: [a, a]\npredictions: [a, a]", "a single class occurs"),
        (f"labels: [{'a' * 40}, b]\npredictions: [b, b]", "up to 30 characters"),
        ("labels: [a, b]\nscores: [1, 2]", "which class do the scores stand for"),
        ("labels: [a, b]\npredictions: [a, c]\nclasses: [a, b]", "`c` is none of the classes"),
        ("labels: [a b, a-b, c]\npredictions: [c, c, c]", "make the same names"),
        (f"{LETTERS}zero_division: 0", "letters have no value"),
        ("confusion: [[1, 2], [3]]", "expected 2 numbers"),
        ("confusion: {TP: 1, FP: 2, FN: 3}", "missing `TN`"),
        ("boxes: {A: [0, 0, 1, 1]}", "2 entries"),
        ("boxes: {a b: [0, 0, 1, 1], a-b: [0, 0, 1, 1]}", "two boxes make the same names"),
        ("boxes: [{x1: 0, y1: 0, x2: 1, w: 1}, [0, 0, 1, 1]]", "expected the numbers of a box as {x1, y1, x2, y2}"),
        ("box_format: center\nboxes: [{x1: 0, y1: 0, w: 1, h: 1}, [0, 0, 1, 1]]", "the numbers of `box_format: size`"),
        ("proposals: [{box: [0, 0, 1, 1], score: 1}]", "at least 2 entries"),
        ("proposals: [{box: [0, 0, 1, 1], score: 1}, {box: {x1: 3}, score: 1}]", "the numbers of a box as"),
        ("masks: [[[1, 2]], [[0, 1]]]", "0 and 1 only"),
        ("masks: [[[1, 0]], [[0], [1]]]", "1 × 2"),
        ("truths: 1\ndetections: [{score: 1, correct: true}, {score: 2, correct: true}]", "only 1 objects"),
        ("truths: 1\ndetections: [{score: 1}]", "either `correct` or `iou`"),
        ("labels: [1, 0]\npredictions: [1, 0]\nthresholds: [0.5]", "`thresholds` goes with one score"),
        ("candidate: a b\nreferences: a b c", "2 words have no n-grams of 4"),
        ("candidate: [a b, a]\nreferences: [a]\nlongest_ngram: 1", "references of each of the 2 sentences, found 1"),
        ("candidate: a b\nreferences: [[a, b]]\nlongest_ngram: 1", "say a list of sentences in `candidate`, too"),
        ("candidate: a b\nreferences: [a, [b, {c: 1}]]", "expected text, found a mapping"),
        ("candidate: {a: 1}\nreferences: [a]", "expected text, found a mapping"),
        ("targets: [1]\npredictions: [one]", "expected a number"),
        ("labels: [1, 2]\nscores: [[0.1, 0.2], [0.3]]", "a list of 2 scores"),
    ],
)
def test_what_does_not_fit_is_told(fields: str, message: str) -> None:
    fails(fields, message)
