"""The plan of `evaluation`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from deepcalc.errors import listed
from deepcalc.graph.quantities import Letter, Prose
from deepcalc.kinds._arrays import givens
from deepcalc.kinds._detections import DetectionFields
from deepcalc.kinds.evaluation.boxes import named_boxes, numbers_of
from deepcalc.kinds.evaluation.counts import write_confusion, write_labels
from deepcalc.kinds.evaluation.curves import write_detections, write_scores
from deepcalc.kinds.evaluation.fields import EvaluationFields
from deepcalc.kinds.evaluation.overlap import write_boxes, write_masks
from deepcalc.kinds.evaluation.sequences import write_numbers, write_tokens, write_translation
from deepcalc.kinds.evaluation.suppression import write_proposals
from deepcalc.kinds.evaluation.writing import MetricWriter
from deepcalc.notation.nodes import Name
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.statement import Statement, joined, prose
from deepcalc.rules.class_metrics import AVERAGES, MICRO


def _write_labels(writer: MetricWriter, fields: EvaluationFields) -> None:
    one_score_each = fields.scores is not None and not fields.is_ranked
    (write_scores if one_score_each else write_labels)(writer, fields)


WRITERS: Mapping[str, Callable[[MetricWriter, EvaluationFields], None]] = {
    "confusion": write_confusion,
    "labels": _write_labels,
    "targets": write_numbers,
    "boxes": write_boxes,
    "masks": write_masks,
    "detections": write_detections,
    "proposals": write_proposals,
    "candidate": write_translation,
    "probabilities": write_tokens,
}
"""What writes the measures of each source into the graph."""


def _averaged(average: str, measure: str) -> Forms:
    """``macro F₁``."""
    of = Symbols().forms(measure)
    return Forms(f"{average} {of.unicode}", rf"\text{{{average}}}\,{of.latex}", compound=True)


SYMBOLS = {
    "confusion": Forms("(TP, FP, FN, TN)", r"(\mathrm{TP}, \mathrm{FP}, \mathrm{FN}, \mathrm{TN})", compound=True),
    "log_loss": Forms("log loss", r"\text{log loss}", compound=True),
    "brier": Forms("Brier score", r"\text{Brier score}", compound=True),
    "R2": Forms("R²", "R^2", compound=True),
    "balanced_accuracy": Forms("balanced accuracy", r"\text{balanced accuracy}", compound=True),
    "error_rate": Forms("error rate", r"\text{error rate}", compound=True),
    **{f"{average.name}_{measure}": _averaged(average.name, measure) for average in AVERAGES for measure in MICRO},
}

NO_VALUE = "say `zero_division: 0` (or 1) for what 0/0 is to count as, or ask for other measures"


class Measured:
    """The measures of a problem, written once."""

    def __init__(self, fields: EvaluationFields) -> None:
        self.fields = fields

    @cached_property
    def writer(self) -> MetricWriter:
        """The graph, with what is asked by default and the typical mistakes."""
        fields = self.fields
        assert fields.measured is not None
        may_be_zero = "zero_division" in fields.measured.others
        writer = MetricWriter(fields.zero_division, NO_VALUE if may_be_zero else "")
        WRITERS[fields.measured.field](writer, fields)
        return writer


def build(measured: Measured) -> Plan:
    fields, writer = measured.fields, measured.writer
    letters = "abcdefghij"
    unknown = tuple(quantity.name for quantity in writer.graph if isinstance(quantity.given, Letter))
    parts = tuple(
        PartPlan(letter, names, terms=unknown or None) for letter, names in zip(letters, writer.parts, strict=False)
    )
    asked = dict.fromkeys(name for names in writer.parts for name in names)
    return Plan(
        writer.graph,
        parts,
        Statement(prose(_told(fields), *_given(writer, fields)), prose("Compute ", joined(map(Name, asked)), ".")),
        symbols=Symbols({**SYMBOLS, **writer.symbols}),
        composites=tuple(writer.composites),
        items=tuple(writer.items),
        aliases=writer.aliases,
        tables=tuple(writer.tables),
        figures=tuple(writer.figures),
        groups=writer.groups,
        without_value=writer.without_value,
    )


def _given(writer: MetricWriter, fields: EvaluationFields) -> Sequence[str | Prose]:
    """What is given in numbers; samples and words are told instead."""
    told = any(getattr(fields, name) is not None for name in ("labels", "detections", "proposals", "candidate"))
    return ("\n\n",) if told else (givens(writer.graph), ".\n\n")


def _listed(what: str, values: Sequence[object]) -> str:
    return f"- {what}: {', '.join(map(str, values))}"


def _told(fields: EvaluationFields) -> str:
    """What has been predicted and what is true, in words; what the sheet lists as given is left to it."""
    if fields.labels is not None:
        return _told_of_labels(fields)
    if fields.detections is not None:
        return _told_of_detections(fields)
    if fields.candidate is not None:
        lines = [
            line
            for each in fields.translations
            for line in (f"- candidate: {each.candidate}", *(f"- reference: {text}" for text in each.references))
        ]
        what = f"A translation of {len(fields.translations)} sentences" if fields.is_corpus else "A translation"
        return "\n".join([f"{what} is compared with what people wrote:", "", *lines])
    if fields.confusion is not None:
        named = "" if fields.classes is None else f" for the classes {', '.join(fields.classes)} in this order"
        rows = f" (rows: {fields.rows} classes)" if isinstance(fields.confusion, list) else ""
        return f"A classifier has this confusion matrix{named}{rows}: "
    if fields.proposals is not None:
        return _told_of_proposals(fields)
    if fields.boxes is not None:
        names = listed(name for _, name, _ in named_boxes(fields.boxes))
        return f"Two boxes {names}, with x to the right and y downwards: "
    return {
        "targets": "A regression has these targets and predictions: ",
        "masks": "Two masks of the same image: ",
        "probabilities": "A language model gives the tokens of a text these probabilities: ",
    }[fields.measured.field if fields.measured else "targets"]


def _told_of_labels(fields: EvaluationFields) -> str:
    lines = [_listed("true class", fields.labels or ())]
    if fields.predictions is not None:
        lines.append(_listed("predicted", fields.predictions))
    elif fields.is_ranked:
        names = ", ".join(fields.class_names)
        lines += [
            _listed(f"scores of sample {number} for {names}", [score.text for score in row])
            for number, row in enumerate(fields.class_scores, start=1)
        ]
    else:
        lines.append(_listed("score", [score.text for score in fields.sample_scores]))
    positive = fields.positive_class
    which = "" if positive is None else f" The positive class is {positive}."
    at = "" if fields.threshold is None else f" A score of at least {fields.threshold.text} is predicted as positive."
    return "\n".join([f"A classifier is tried on {len(fields.labels or ())} samples.{which}{at}", "", *lines])


def _told_of_detections(fields: EvaluationFields) -> str:
    truths = fields.truths
    each = truths if isinstance(truths, dict) else {"": truths}
    said = [f"{count} objects{f' of the class {name}' if name else ''}" for name, count in each.items()]
    found = fields.detections or ()
    by_overlap = any(each.iou is not None for each in found)
    at = f"One is found at an IoU of at least {fields.iou_threshold.text}. " if by_overlap else ""
    named = ("" if each.of is None else f"{each.of}, " for each in found)
    verdicts = (_verdict(each) for each in found)
    lines = [
        f"- {name}score {each.score.text}: {verdict}"
        for name, each, verdict in zip(named, found, verdicts, strict=True)
    ]
    return "\n".join([f"There are {listed(said)}. {at}A detector finds:", "", *lines])


def _told_of_proposals(fields: EvaluationFields) -> str:
    at = "at or above" if fields.suppressed == "from" else "above"
    lines = []
    for number, each in enumerate(fields.proposals or (), start=1):
        row, numbers = numbers_of(each.box, fields.box_format)
        box = ", ".join(f"{name} = {value.text}" for name, value in zip(row.names, numbers, strict=True))
        of = "" if each.of is None else f", {each.of}"
        lines.append(f"- box {number}{of}: {box}; score {each.score.text}")
    where = "In each class, non-maximum" if fields.has_classes else "Non-maximum"
    has_others = fields.has_classes and any(each.of is None for each in fields.proposals or ())
    others = " Those without a class are compared with each other." if has_others else ""
    ties = " Of equal scores the first one goes before the others." if fields.has_ties else ""
    begins = (
        f"A detector proposes these boxes, with x to the right and y downwards. {where} suppression takes out those "
        f"with an IoU {at} {fields.iou_threshold.text} with a box that is kept.{others}{ties}"
    )
    return "\n".join([begins, "", *lines])


def _verdict(detection: DetectionFields) -> str:
    if detection.iou is None:
        return "correct" if detection.correct else "wrong"
    of = "" if detection.object is None else f" with {detection.object}"
    return f"IoU {detection.iou.text}{of}"
