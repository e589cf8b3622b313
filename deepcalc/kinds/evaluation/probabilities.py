"""What scores are worth that are probabilities: the log loss and the Brier score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds.evaluation.fields import EvaluationFields
from deepcalc.kinds.evaluation.writing import MetricWriter
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, ZERO, Call, Literal, Negative, Node, Over, Power, minus, total
from deepcalc.rules.measures import LOG_LOSS, OF_CLASS_PROBABILITIES, OF_PROBABILITIES
from deepcalc.rules.metrics import Metric

SECTION = "Probabilities"


def write_probabilities(writer: MetricWriter, fields: EvaluationFields) -> None:
    """The measures of a probability of the positive class for each sample; none of scores that are no probabilities."""
    scores, labels, origin = fields.sample_scores, fields.labels or [], ("scores",)
    if not _are_probabilities(scores):
        return
    for number, (score, label) in enumerate(zip(scores, labels, strict=True), start=1):
        is_positive = label == fields.positive_class
        note = f"sample {number} is {'positive' if is_positive else 'negative'}"
        writer.add(f"q{number}", score if is_positive else minus(ONE, score), origin, note, SECTION, "metrics")
        writer.add(f"e{number}", minus(score, ONE if is_positive else ZERO), origin, note, SECTION, "errors")
    _write_measures(writer, OF_PROBABILITIES, len(labels))
    if LOG_LOSS.name not in writer.without_value:
        count, positive = len(labels), [label == fields.positive_class for label in labels]
        logs = [f"log(q{number})" for number, is_positive in enumerate(positive, start=1) if is_positive]
        alone = f"-({' + '.join(logs)})/{count}"
        message = "the positives alone, what the negatives add left out"
        writer.mistakes.append(("negatives-left-out", message, {LOG_LOSS.name: alone}))
        own = f"-({' + '.join(logs)})/{len(logs)}"
        message = "the mean over the positives alone"
        writer.mistakes.append(("negatives-left-out", message, {LOG_LOSS.name: own}))
        mixed = " + ".join(f"log({'' if is_one else '1 - '}q{at})" for at, is_one in enumerate(positive, start=1))
        message = "the logarithm of the score itself for the negatives, too, in place of 1 − score"
        writer.mistakes.append(("scores-alone", message, {LOG_LOSS.name: f"-({mixed})/{count}"}))


def write_class_probabilities(writer: MetricWriter, fields: EvaluationFields) -> None:
    """The measures of a probability of each class for each sample, where those of a sample add up to about 1."""
    labels, names, origin = fields.labels or [], fields.class_names, ("scores",)
    if not all(_are_probabilities(row) and _add_up(row) for row in fields.class_scores):
        return
    for number, (row, label) in enumerate(zip(fields.class_scores, labels, strict=True), start=1):
        true = names.index(label)
        note = f"sample {number} is {label}"
        writer.add(f"q{number}", row[true], origin, note, SECTION, "metrics")
        squares = [Power(minus(each, ONE if at == true else ZERO), TWO) for at, each in enumerate(row)]
        writer.add(f"d{number}", total(*squares), origin, note, SECTION, "errors")
    _write_measures(writer, OF_CLASS_PROBABILITIES, len(labels))
    if LOG_LOSS.name not in writer.without_value:
        writer.mistakes += _of_all_classes(fields.class_scores, [names.index(label) for label in labels])


def _of_all_classes(scores: Sequence[Sequence[Literal]], true: Sequence[int]) -> Iterator[SlipRow]:
    """The log loss by other probabilities than those of the true classes."""
    name, count = LOG_LOSS.name, Literal(str(len(scores)))

    def mean(rows: Sequence[Sequence[Node]]) -> Node:
        return Negative(Over(total(*(Call("log", each) for row in rows for each in row)), count))

    if all(0 < score.value < 1 for row in scores for score in row):
        others = [
            [score if at == place else minus(ONE, score) for at, score in enumerate(row)]
            for row, place in zip(scores, true, strict=True)
        ]
        yield "each-class", "the binary cross-entropy of every class", {name: mean(others)}
        yield "targets-left-out", "the logarithms of all classes, whatever the true one", {name: mean(scores)}
        every = Literal(str(sum(map(len, scores))))
        of_all = Negative(Over(total(*(Call("log", each) for row in scores for each in row)), every))
        yield "targets-left-out", "the mean over all classes, whatever the true one", {name: of_all}
    largest = [[max(row, key=lambda score: score.value)] for row in scores]
    yield "largest-for-true", "the largest probability in place of that of the true class", {name: mean(largest)}
    classes = Literal(str(len(scores[0])))
    own = [[row[place]] for row, place in zip(scores, true, strict=True)]
    yield "mean-over-classes", "divided by the number of classes as well", {name: Over(mean(own), classes)}


def _write_measures(writer: MetricWriter, rows: Sequence[Metric], count: int) -> None:
    places = [str(number) for number in range(1, count + 1)]
    likelihoods = evaluate(writer.graph, [f"q{place}" for place in places]).values
    impossible = [place for place in places if likelihoods[f"q{place}"] == 0]
    if impossible:
        reason = f"it is infinite, as the true class of sample {impossible[0]} has the probability 0"
        writer.without_value[LOG_LOSS.name] = reason
    for row in rows:
        if row.name in writer.without_value:
            continue
        writer.metric(row, ("scores",), over=places, variants=[{"n": str(count)}])


def _are_probabilities(scores: Sequence[Literal]) -> bool:
    return all(0 <= score.value <= 1 for score in scores)


def _add_up(scores: Sequence[Literal]) -> bool:
    return bool(abs(sum(score.value for score in scores) - 1) < len(scores) / 100)
