"""Curves over thresholds: ROC, precision and recall, and the average precision of detections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds._detections import DetectionFields, judged, suffix
from deepcalc.kinds.evaluation.counts import write_labels
from deepcalc.kinds.evaluation.fields import EvaluationFields
from deepcalc.kinds.evaluation.probabilities import write_probabilities
from deepcalc.kinds.evaluation.writing import METRICS, MetricWriter, samples_in_words
from deepcalc.notation.nodes import Call, Name
from deepcalc.plan import Composite, TablePlan, TableRow
from deepcalc.plan.picture_plans import PathPlan, PlanePlan
from deepcalc.records import record
from deepcalc.rules.measures import AREAS, AUC_BY_PAIRS, AVERAGE_PRECISION
from deepcalc.rules.metrics import Metric, Mistake

ROC, PRECISION_RECALL = "ROC curve", "Precision and recall"

_IN_CURVES = {
    ("recall-for-precision", "recall in place of precision: divided by all positives"): ("precision", "TP{cut}/{all}"),
    ("complement", "the share of the wrong ones, 1 − precision"): ("precision", "FP{cut}/(TP{cut} + FP{cut})"),
    ("share-of-all", "divided by all that are ranked, not by those down to here"): ("precision", "TP{cut}/{count}"),
    ("precision-for-recall", "precision in place of recall"): ("recall", "TP{cut}/(TP{cut} + FP{cut})"),
    ("detections-for-positives", "divided by all that are ranked, not by the positives"): ("recall", "TP{cut}/{count}"),
}  # fmt: skip
"""Typical mistakes at each cut: what is taken of which measure."""


@record
class Cut:
    """What lies above a cut through a ranking: how many are right, how many wrong, and what is said of it."""

    right: int
    wrong: int
    note: str


def write_scores(writer: MetricWriter, fields: EvaluationFields) -> None:
    """Labels with a score each: the measures at a threshold, and the curves over all thresholds."""
    positive = [label == fields.positive_class for label in fields.labels or ()]
    is_at_threshold = fields.threshold is not None
    if is_at_threshold:
        writer.given("threshold", fields.threshold, ("threshold",), "Given")
        write_labels(writer, fields)
    write_probabilities(writer, fields)
    if all(positive) or not any(positive):
        if not is_at_threshold:
            what = "negative" if all(positive) else "positive"
            raise FieldError([Fault(("labels",), f"no sample is {what}; the curves need samples of both classes")])
        return
    asked = len(writer.parts)
    _write_curves(writer, fields, positive)
    if is_at_threshold:
        del writer.parts[asked:]


def _write_curves(writer: MetricWriter, fields: EvaluationFields, positive: Sequence[bool]) -> None:
    origin: Location = ("scores",)
    scores = [score.value for score in fields.sample_scores]
    texts = {each.value: each.text for each in fields.thresholds or fields.sample_scores}
    labels = [texts[threshold] for threshold in sorted(texts, reverse=True)]
    writer.size("P", sum(positive), ("labels",), "Positives and negatives")
    writer.size("N", len(positive) - sum(positive), ("labels",), "Positives and negatives")
    cuts = []
    for threshold in sorted(texts, reverse=True):
        above = [number for number, score in enumerate(scores, start=1) if score >= threshold]
        right = sum(positive[number - 1] for number in above)
        cuts.append(Cut(right, len(above) - right, f"score at least {texts[threshold]}: {samples_in_words(above)}"))
    if threshold > min(scores):
        labels.append("lower")
        cuts.append(Cut(sum(positive), len(positive) - sum(positive), "everything is predicted as positive"))
    _write_cuts(writer, "", cuts, origin)
    places = [str(number) for number in range(1, len(cuts) + 1)]
    writer.count("FPR0", 0, origin, "nothing is predicted as positive", ROC)
    writer.count("TPR0", 0, origin, "", ROC)
    for k in places:
        writer.add(f"FPR{k}", f"FP{k}/N", origin, "", ROC, "metrics")
        writer.add(f"TPR{k}", f"TP{k}/P", origin, "", ROC, "metrics")
    writer.composites += [Composite(f"ROC{k}", (f"FPR{k}", f"TPR{k}")) for k in ("0", *places)]
    _draw_curve(writer, ROC, ("FPR", "TPR"), ("0", *places))
    writer.groups["ROC"] = tuple(f"ROC{k}" for k in ("0", *places))
    swapped = {f"FPR{k}": f"FP{k}/(FP{k} + TP{k})" for k in places}
    message = "divided by all predicted as positive, not by all negatives"
    writer.mistakes.append(("other-denominator", message, swapped))
    headings = (("threshold",), ("TP",), ("FP",), ("FPR",), ("TPR",))
    rows = [
        TableRow((label,), (f"TP{k}", f"FP{k}", f"FPR{k}", f"TPR{k}")) for label, k in zip(labels, places, strict=True)
    ]
    writer.tables.append(TablePlan(ROC, headings, tuple(rows)))
    writer.parts.append(("ROC",))
    writer.metrics(AREAS, origin, over=places, before="0")
    _write_pairs(writer, fields, positive)
    _write_precision_and_recall(writer, "", places, "P", origin)
    writer.metrics([AVERAGE_PRECISION], origin, over=places, before="0",
                   variants=[{"height": "precision", "count": str(len(places)), "last": places[-1]}])  # fmt: skip
    writer.mistakes += _other_areas("", places, "0")


def _other_areas(ending: str, places: Sequence[str], zero: str) -> Iterator[SlipRow]:
    """The average precision by other heights over the same steps of the recall."""
    before, points = (zero, *places), [f"precision{ending}{k}" for k in places]
    growth = [f"(recall{ending}{k} - recall{ending}{h})" for h, k in pairwise(before)]
    highest = [f"max({', '.join(points[at:])}, 0)" for at in range(len(points))]
    by_name = {
        ("trapezoids", "trapezoids in place of rectangles"): [f"({a} + {b})/2" for a, b in pairwise(("1", *points))],
        ("trapezoids", "trapezoids in place of rectangles, from the first precision on"): [
            f"({a} + {b})/2" for a, b in pairwise((points[0], *points))
        ],
        ("interpolated", "the highest precision from each recall on, though nothing is to be interpolated"): highest,
    }
    for (key, message), heights in by_name.items():
        area = " + ".join(f"{step}*{height}" for step, height in zip(growth, heights, strict=True))
        yield key, message, {f"AP{ending}": area}


def _draw_curve(
    writer: MetricWriter, title: str, axes: tuple[str, str], places: Sequence[str], ending: str = ""
) -> None:
    """A curve through the points of all cuts."""
    across, up = (f"{axis}{ending}" for axis in axes)
    path = PathPlan(("the thresholds from the highest on",), tuple((f"{across}{k}", f"{up}{k}") for k in places))
    writer.figures.append(PlanePlan(title, axes, (), paths=(path,)))


def _write_pairs(writer: MetricWriter, fields: EvaluationFields, positive: Sequence[bool]) -> None:
    """The area under the ROC curve from the pairs of a positive and a negative."""
    scored = list(zip((score.value for score in fields.sample_scores), positive, strict=True))
    pairs = [(high, low) for high, is_high in scored if is_high for low, is_low in scored if not is_low]
    ordered, tied = (sum(high > low for high, low in pairs), sum(high == low for high, low in pairs))
    writer.count("ordered", ordered, ("scores",), "pairs in which the positive has the higher score")
    writer.count("tied", tied, ("scores",), "pairs with equal scores")
    writer.metric(AUC_BY_PAIRS, ("scores",))


def _write_cuts(writer: MetricWriter, ending: str, cuts: Sequence[Cut], origin: Location) -> None:
    for number, cut in enumerate(cuts, start=1):
        k = f"_{number}" if ending else f"{number}"
        writer.count(f"TP{ending}{k}", cut.right, origin, cut.note)
        writer.count(f"FP{ending}{k}", cut.wrong, origin)


def _write_precision_and_recall(
    writer: MetricWriter, ending: str, places: Sequence[str], positives: str, origin: Location
) -> None:
    """Precision and recall at each cut, the curve's points; the recall begins at 0."""
    zero = f"recall{ending}{'_0' if ending else '0'}"
    writer.count(zero, 0, origin, "nothing is found yet", PRECISION_RECALL)
    for k in places:
        cut = f"{ending}{k}"
        writer.add(f"precision{cut}", f"TP{cut}/(TP{cut} + FP{cut})", origin, "", PRECISION_RECALL, "metrics")
        writer.add(f"recall{cut}", f"TP{cut}/{positives}", origin, "", PRECISION_RECALL, "metrics")
        writer.composites.append(Composite(f"PR{cut}", (f"recall{cut}", f"precision{cut}")))
    cuts = [f"{ending}{k}" for k in places]
    for (key, message), (stem, law) in _IN_CURVES.items():
        laws = {f"{stem}{cut}": law.format(cut=cut, all=positives, count=len(cuts)) for cut in cuts}
        writer.mistakes.append((key, message, laws))
    writer.groups[f"PR{ending}"] = tuple(f"PR{ending}{k}" for k in places)
    of_class = f" of {ending[1:]}" if ending else ""
    _draw_curve(writer, f"{PRECISION_RECALL}{of_class}", ("recall", "precision"), places, ending)


# ---- detections


def write_detections(writer: MetricWriter, fields: EvaluationFields) -> None:
    """The average precision of each class of detections, and their mean."""
    truths = fields.truths if isinstance(fields.truths, dict) else {None: fields.truths or 1}
    found = []
    for name, count in truths.items():
        ending = "" if name is None else suffix(name)
        own = [(at, each) for at, each in enumerate(fields.detections or (), start=1) if each.of == name]
        writer.size(f"P{ending}", count, ("truths",), "Objects")
        found.append(_write_class(writer, fields, ending, own))
    writer.parts.append(tuple(f"AP{ending}" for ending in found))
    if len(truths) > 1:
        mistakes = (Mistake("sum-for-mean", "not divided by the number of classes", "{sum}"),)
        row = Metric("mAP", "mean average precision over the classes", f"({{sum}})/{len(truths)}", "AP{i}",
                     mistakes=mistakes)  # fmt: skip
        writer.parts.append(writer.metric(row, ("detections",), over=found))


def _write_class(
    writer: MetricWriter, fields: EvaluationFields, ending: str, own: Sequence[tuple[int, DetectionFields]]
) -> str:
    """The average precision of one class; what its names end in."""
    origin: Location = ("detections",)
    if not own:
        writer.count(f"AP{ending}", 0, origin, "nothing of it is detected", METRICS)
        return ending
    ranked = sorted(own, key=lambda pair: -pair[1].score.value)
    verdicts = judged([each for _, each in ranked], fields.iou_threshold)
    cuts = []
    for count, ((number, detection), (_, why)) in enumerate(zip(ranked, verdicts, strict=True), start=1):
        right = sum(is_right for is_right, _ in verdicts[:count])
        cuts.append(Cut(right, count - right, f"detection {number}, score {detection.score.text}: {why}"))
    _write_cuts(writer, ending, cuts, origin)
    places = [f"_{k}" if ending else str(k) for k in range(1, len(cuts) + 1)]
    _write_precision_and_recall(writer, ending, places, f"P{ending}", origin)
    positives = fields.truths[str(ranked[0][1].of)] if isinstance(fields.truths, dict) else fields.truths or 1
    recalls = [Fraction(cut.right, positives) for cut in cuts]
    if cuts[-1].right < positives:
        of_found = {f"recall{ending}{k}": f"TP{ending}{k}/TP{ending}{places[-1]}" for k in places}
        message = "divided by the positives that are found in the end, not by all"
        writer.mistakes.append(("divided-by-found", message, of_found))
    if fields.interpolation == "11":
        _write_eleven_points(writer, ending, places, recalls)
        return ending
    height = "precision"
    if fields.interpolation == "all":
        height = "highest"
        for at, k in reversed(list(enumerate(places))):
            here = Name(f"precision{ending}{k}")
            is_last = at == len(places) - 1
            highest = here if is_last else Call("max", here, Name(f"highest{ending}{places[at + 1]}"))
            note = "from the last one back: the highest precision from there on" if is_last else ""
            writer.add(f"highest{ending}{k}", highest, origin, note, PRECISION_RECALL, "metrics")
        changed = {f"highest{ending}{k}": f"precision{ending}{k}" for k in places}
        writer.mistakes.append(("not-interpolated", "the precisions not interpolated", changed))
    zero = f"{'_' if ending else ''}0"
    names = {"c": ending, "height": height, "count": str(len(places)), "last": places[-1]}
    writer.metric(AVERAGE_PRECISION, origin, over=places, before=zero, variants=[names])
    if fields.interpolation != "all":
        writer.mistakes += _other_areas(ending, places, zero)
    elif not ending:
        mean = " + ".join(f"precision{ending}{k}" for k in places)
        message = "the plain mean of the precisions, neither interpolated nor weighted by the recall"
        writer.mistakes.append(("plain-mean", message, {f"AP{ending}": f"({mean})/{len(places)}"}))
    levels = [_highest_at(ending, places, recalls, level) for level in range(11)]
    eleven = f"({' + '.join(levels)})/11"
    writer.mistakes.append(("eleven-points", "the mean at 11 recalls from 0 to 1", {f"AP{ending}": eleven}))
    return ending


def _highest_at(ending: str, places: Sequence[str], recalls: Sequence[Fraction], level: int) -> str:
    """The highest precision at a recall of at least so many tenths, as text; 0 where it is not reached."""
    reached = [k for k, recall in zip(places, recalls, strict=True) if recall >= Fraction(level, 10)]
    return f"max({', '.join(f'precision{ending}{k}' for k in reached)}, 0)" if reached else "0"


def _write_eleven_points(writer: MetricWriter, ending: str, places: Sequence[str], recalls: Sequence[Fraction]) -> None:
    """The mean of the highest precisions at a recall of at least 0, 0.1, …, 1; 0 where that recall is not reached."""
    origin: Location = ("interpolation",)
    levels = []
    for level in range(11):
        reached = [k for k, recall in zip(places, recalls, strict=True) if recall >= Fraction(level, 10)]
        name = f"highest{ending}_{level}"
        levels.append(name)
        note = f"the highest precision at a recall of {level / 10:g} or more"
        if not reached:
            writer.count(name, 0, origin, f"a recall of {level / 10:g} is not reached", PRECISION_RECALL)
            continue
        precisions = [Name(f"precision{ending}{k}") for k in reached]
        highest = Call("max", *precisions) if len(reached) > 1 else precisions[0]
        writer.add(name, highest, origin, note, PRECISION_RECALL, "metrics")
    mistakes = (Mistake("ten-points", "divided by 10: there are 11 recalls from 0 to 1", "({sum})/10"),)
    row = Metric("AP{c}", "average precision at 11 recalls", "({sum})/11", "{i}", standard=True, mistakes=mistakes)
    writer.metric(row, origin, over=levels, variants=[{"c": ending}])
