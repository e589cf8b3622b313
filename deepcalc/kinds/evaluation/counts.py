"""What classes have been predicted: the confusion matrix and all that is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deepcalc.errors import Location
from deepcalc.graph.quantities import Letter
from deepcalc.kinds._detections import suffix
from deepcalc.kinds.evaluation.fields import HALF, EvaluationFields
from deepcalc.kinds.evaluation.probabilities import write_class_probabilities
from deepcalc.kinds.evaluation.sources import COUNTS, CountFields
from deepcalc.kinds.evaluation.writing import AVERAGED, COUNTED, METRICS, MetricWriter, samples_in_words
from deepcalc.notation.array_nodes import array
from deepcalc.notation.nodes import Literal, Node, total
from deepcalc.notation.parser import parse
from deepcalc.notation.symbols import Forms
from deepcalc.plan import Composite
from deepcalc.rules.class_metrics import F_BETA, MICRO, OF_ALL_CLASSES, OF_CLASS, OF_TWO, TOTALS, averaged
from deepcalc.rules.metrics import Metric, Mistake

MATRIX = "Confusion matrix"

Pairs = Sequence[tuple[str, str]]
"""The true and the predicted class of each sample."""

_MEANT = {"TP": "positive, and predicted so", "FP": "negative, but predicted positive",
          "FN": "positive, but predicted negative", "TN": "negative, and predicted so"}  # fmt: skip


def predicted_pairs(fields: EvaluationFields, strictly: bool = False) -> Pairs:
    """The true and the predicted class of each sample; ``strictly`` takes scores above the threshold only."""
    labels = fields.labels or []
    if fields.predictions is not None:
        return list(zip(labels, fields.predicted_classes, strict=True))
    names = fields.class_names
    if fields.is_ranked:
        return [(label, names[ranking(row)[0]]) for label, row in zip(labels, fields.class_scores, strict=True)]
    threshold = fields.threshold or HALF
    negative = next(name for name in names if name != fields.positive_class)
    predicted = [
        score.value > threshold.value or (score.value == threshold.value and not strictly)
        for score in fields.sample_scores
    ]
    return [
        (label, str(fields.positive_class) if is_positive else negative)
        for label, is_positive in zip(labels, predicted, strict=True)
    ]


def ranking(scores: Sequence[Literal]) -> list[int]:
    """The classes from the highest score down; of equal ones the first."""
    return sorted(range(len(scores)), key=lambda index: -scores[index].value)


def counted(pairs: Pairs, positive: str) -> dict[str, list[int]]:
    """The samples behind TP, FP, FN and TN, counted from 1."""
    found: dict[str, list[int]] = {name: [] for name in COUNTS}
    for number, (actual, predicted) in enumerate(pairs, start=1):
        is_right = actual == predicted
        name = ("TP" if is_right else "FP") if predicted == positive else ("TN" if is_right else "FN")
        found[name].append(number)
    return found


def write_confusion(writer: MetricWriter, fields: EvaluationFields) -> None:
    """The measures of a confusion matrix that is given."""
    confusion = fields.confusion
    if isinstance(confusion, CountFields):
        for name in COUNTS:
            count = getattr(confusion, name)
            given = count if isinstance(count, Letter) else Literal(str(count))
            writer.given(name, given, ("confusion", name), MATRIX)
        _write_measures_of_two(writer, fields, ("confusion",))
        return
    assert confusion is not None
    of_actual = confusion if fields.rows == "actual" else [list(column) for column in zip(*confusion, strict=True)]
    if fields.positive_class is not None:
        at = fields.class_names.index(fields.positive_class)
        other = 1 - at
        cells = {"TP": (at, at), "FP": (other, at), "FN": (at, other), "TN": (other, other)}
        for name, (actual, predicted) in cells.items():
            writer.given(name, Literal(str(of_actual[actual][predicted])), ("confusion",), MATRIX)
        _write_measures_of_two(writer, fields, ("confusion",))
        return
    entries = [Literal(str(count)) for row in confusion for count in row]
    writer.given("C", array(entries, (len(confusion), len(confusion))), ("confusion",), MATRIX)
    _write_measures_of_classes(writer, fields, ("confusion",))


def write_labels(writer: MetricWriter, fields: EvaluationFields) -> None:
    """The counts of labels and predictions, and all measures of them."""
    pairs = predicted_pairs(fields)
    origin: Location = ("labels",)
    if fields.positive_class is not None:
        _write_counts_of_two(writer, fields, counted(pairs, fields.positive_class))
        _write_measures_of_two(writer, fields, origin)
        return
    names = fields.class_names
    cells = [[pairs.count((actual, predicted)) for predicted in names] for actual in names]
    matrix = array([Literal(str(count)) for row in cells for count in row], (len(names), len(names)))
    note = f"rows: the true class, columns: the predicted one, both in the order {', '.join(names)}"
    writer.add("C", matrix, origin, note, MATRIX, "counts")
    writer.parts.append(("C",))
    turned = [list(column) for column in zip(*cells, strict=True)]
    message = "rows and columns of the confusion matrix exchanged"
    transposed = array([Literal(str(count)) for row in turned for count in row], (len(names), len(names)))
    writer.mistakes.append(("matrix-transposed", message, {"C": transposed}))
    _write_measures_of_classes(writer, fields, origin)
    if fields.is_ranked:
        write_class_probabilities(writer, fields)
    if fields.top:
        _write_top(writer, fields)


def _write_counts_of_two(writer: MetricWriter, fields: EvaluationFields, samples: Mapping[str, list[int]]) -> None:
    for name in COUNTS:
        note = f"{_MEANT[name]}: {samples_in_words(samples[name])}"
        writer.count(name, len(samples[name]), ("labels",), note, MATRIX)
    writer.composites.append(Composite("confusion", COUNTS))
    writer.parts.append(("confusion",))

    def instead(key: str, message: str, counts: Mapping[str, int]) -> None:
        changed = {name: Literal(str(count)) for name, count in counts.items()}
        writer.mistakes.append((key, message, changed))

    sizes = {name: len(found) for name, found in samples.items()}
    swapped = {"FP": sizes["FN"], "FN": sizes["FP"]}
    instead("fp-fn-exchanged", "false positives and false negatives exchanged", swapped)
    other = {**swapped, "TP": sizes["TN"], "TN": sizes["TP"]}
    instead("other-class", "the other class taken as the positive one", other)
    if fields.scores is not None:
        strict = counted(predicted_pairs(fields, strictly=True), str(fields.positive_class))
        message = "a score that equals the threshold taken as negative"
        instead("threshold-strict", message, {name: len(found) for name, found in strict.items()})


def _write_measures_of_two(writer: MetricWriter, fields: EvaluationFields, origin: Location) -> None:
    rows = list(OF_CLASS)
    if fields.beta is not None:
        _add_beta(writer, fields.beta, ("",))
        rows.append(F_BETA)
    accuracy, *others = OF_TWO
    writer.metrics([accuracy, *rows, *others], origin)


def _add_beta(writer: MetricWriter, beta: Literal, endings: Sequence[str]) -> None:
    writer.given("beta", beta, ("beta",), "Given")
    for ending in endings:
        label = "" if not ending else rf",\mathrm{{{ending[1:].replace('_', ' ')}}}"
        writer.symbols[f"F_beta{ending}"] = Forms(f"F_β{ending}", rf"F_{{\beta{label}}}")


def _write_measures_of_classes(writer: MetricWriter, fields: EvaluationFields, origin: Location) -> None:
    names = fields.class_names
    endings = [suffix(name) for name in names]
    _write_counts_of_classes(writer, fields, origin)
    rows = list(OF_CLASS)
    if fields.beta is not None:
        _add_beta(writer, fields.beta, endings)
        rows.append(F_BETA)
    writer.metrics(rows, origin, variants=[{"c": ending} for ending in endings])
    for row in rows:
        writer.groups[row.name.format(c="")] = tuple(row.name.format(c=ending) for ending in endings)
    writer.metrics(OF_ALL_CLASSES, origin, over=endings)
    for name in TOTALS:
        writer.metric(Metric(name, f"{name} of all classes", "{sum}", name + "{i}"), origin, over=endings,
                      section=AVERAGED)  # fmt: skip
    writer.metrics([row for measure in MICRO for row in averaged(measure)], origin, over=endings, section=AVERAGED)


def _write_counts_of_classes(writer: MetricWriter, fields: EvaluationFields, origin: Location) -> None:
    """TP, FP, FN and TN of each class against all others, read from the matrix C."""
    names = fields.class_names
    places = range(1, len(names) + 1)
    by_rows = fields.confusion is None or fields.rows == "actual"

    def cell(actual: int, predicted: int) -> str:
        return f"C[{actual}, {predicted}]" if by_rows else f"C[{predicted}, {actual}]"

    writer.add("n", "sum(C)", origin, "samples in all", COUNTED, "counts")
    writer.size("K", len(names), origin, "Classes")
    exchanged: dict[str, Node] = {}
    for place, name in enumerate(names, start=1):
        ending = suffix(name)
        wrongly = total(*(parse(cell(other, place)) for other in places if other != place))
        missed = total(*(parse(cell(place, other)) for other in places if other != place))
        rows = (
            ("TP", cell(place, place), f"{name}, and predicted so"),
            ("FP", wrongly, f"predicted as {name}, but something else"),
            ("FN", missed, f"{name}, but predicted as something else"),
            ("TN", f"n - TP{ending} - FP{ending} - FN{ending}", "all other samples"),
        )
        for count, text, note in rows:
            writer.add(f"{count}{ending}", text, origin, note, COUNTED, "counts")
        exchanged |= {f"FP{ending}": missed, f"FN{ending}": wrongly}
    message = "rows and columns of the confusion matrix exchanged: FP and FN"
    writer.mistakes.append(("fp-fn-exchanged", message, exchanged))


def _write_top(writer: MetricWriter, fields: EvaluationFields) -> None:
    """The top-k accuracies: a sample is right where its class is among the k with the highest scores."""
    names, labels = fields.class_names, fields.labels or []
    ranks = [
        [names[index] for index in ranking(row)].index(label) + 1
        for label, row in zip(labels, fields.class_scores, strict=True)
    ]
    asked: list[str] = []
    for k in fields.top:
        hits = [number for number, rank in enumerate(ranks, start=1) if rank <= k]
        note = f"true class among the {k} highest scores: {samples_in_words(hits)}"
        writer.count(f"hits{k}", len(hits), ("top",), note, METRICS)
        other = sum(rank <= 1 for rank in ranks)
        exact = sum(rank == k for rank in ranks)
        mistakes = (
            Mistake("top-1-for-top-k", "the class with the highest score alone", f"{other}/n"),
            Mistake("rank-k-alone", f"only the class in place {k}", f"{exact}/n"),
        )
        row = Metric(f"top{k}", f"top-{k} accuracy", f"hits{k}/n", standard=True, mistakes=mistakes)
        asked += writer.metric(row, ("top",))
    writer.parts[:] = [tuple(asked)]
