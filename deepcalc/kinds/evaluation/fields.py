"""The fields of `evaluation`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from deepcalc.errors import Fault, did_you_mean, listed
from deepcalc.fields.given import Given
from deepcalc.fields.types import Count, Fields, Number, Positive, Probability
from deepcalc.kinds._detections import DetectionFields, Label, Prediction, class_of, judged, suffix
from deepcalc.kinds.evaluation.boxes import Boxes, FormatName, ProposalFields, boxes_faults, proposals_faults
from deepcalc.kinds.evaluation.sources import (
    SOURCES,
    Confusion,
    CountFields,
    References,
    Source,
    Texts,
    Translation,
    sort_of,
    translation_faults,
    translations,
)
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.parser import parse_number

HALF = parse_number("0.5")

LONGEST_CLASS = 30

_NEGATIVE = frozenset({"0", "-1"})


Scores = Annotated[
    Annotated[list[Number], Field(min_length=1), Tag("a list")]
    | Annotated[list[list[Number]], Field(min_length=1), Tag("lists")],
    Discriminator(sort_of),
]
Truths = Annotated[
    Annotated[Count, Tag("a list")] | Annotated[dict[Label, Count], Field(min_length=1), Tag("a mapping")],
    Discriminator(sort_of),
]


class EvaluationFields(Fields):
    """What a model has predicted, and what is true: one of confusion, labels, targets, boxes, masks, detections,
    proposals, candidate and probabilities, with the fields that go with it."""

    confusion: Confusion | None = Field(
        None,
        description="the counts of two classes, {TP: 40, FP: 10, FN: 20, TN: 130}, or a matrix of any number of them",
    )
    rows: Literal["actual", "predicted"] = Field("actual", description="what the rows of a confusion matrix are")
    classes: list[Label] | None = Field(
        None, min_length=2, description="the classes in order: of the matrix, or those that occur, sorted"
    )
    positive: Label | None = Field(
        None, description="the positive one of two classes (1 of 0 and 1); without one, each class is measured"
    )
    labels: list[Label] | None = Field(None, min_length=1, description="the true class of each sample")
    predictions: list[Prediction] | None = Field(
        None, min_length=1, description="the predicted class of each sample; with `targets` the predicted numbers"
    )
    scores: Scores | None = Field(
        None,
        description="in place of predictions: the score of the positive class of each sample, or a list for each "
        "sample with a score for each class; of probabilities there are `log_loss` and `brier`, the Brier score",
    )
    thresholds: list[Number] = Field([], description="the thresholds of the curves; by default every score that occurs")
    threshold: Number | None = Field(None, description="a score from this up is predicted as positive")
    top: list[Count] = Field([], description="with a score for each class: k of the top-k accuracies, [1, 3]")
    beta: Positive | None = Field(None, description="the β of an F-β measure")
    zero_division: Literal["0", "1"] | None = Field(
        None, description="what 0/0 counts as, 0 or 1 (of a class that is never predicted, say); an error by default"
    )
    targets: list[Number] | None = Field(None, min_length=1, description="of a regression: the true numbers")
    boxes: Boxes | None = Field(
        None,
        description="two boxes A and B, four numbers each, in the order of `box_format` or by name, {x1: 2, y1: 1, "
        "w: 3, h: 2}; or by names of their own, {truth: [2, 1, 6, 5], found: [4, 2, 9, 6]}",
    )
    box_format: FormatName = Field(
        "corners", description="[x1, y1, x2, y2], [x1, y1, width, height] or [x center, y center, width, height]"
    )
    masks: list[Given] | None = Field(
        None, min_length=2, max_length=2, description="two masks A and B: matrices of 0 and 1"
    )
    detections: list[DetectionFields] | None = Field(
        None,
        min_length=1,
        description="each {score: 0.9, correct: true}, with `of: cat` where there are several classes",
    )
    truths: Truths | None = Field(None, description="how many objects there are; of each class, {cat: 3, dog: 2}")
    iou_threshold: Probability = Field(
        HALF, description="from which IoU up a detection finds its object; above which a proposal is suppressed"
    )
    proposals: list[ProposalFields] | None = Field(
        None,
        min_length=2,
        max_length=20,
        description="boxes for non-maximum suppression: {box: [2, 1, 6, 5], score: 0.9}, with `of: cat` where there "
        "are several classes; `kept` are those that remain",
    )
    suppressed: Literal["above", "from"] = Field(
        "above", description="whether a proposal goes with an IoU above the threshold alone, or from it up"
    )
    interpolation: Literal["none", "all", "11"] = Field(
        "none",
        description="of the precision, in the average precision: none; all takes the highest one at any recall from "
        "there up (VOC 2010, COCO); 11 its mean at the recalls 0, 0.1, …, 1 (VOC 2007)",
    )
    candidate: Texts | None = Field(
        None, description="a translation, its words separated by spaces; or those of several sentences, a corpus"
    )
    references: References | None = Field(
        None, description="what it is compared with: a text, or a list; of a corpus a text or a list for each sentence"
    )
    longest_ngram: Annotated[Count, Field(le=9)] = Field(4, description="the longest n-grams that BLEU counts")
    probabilities: list[Probability] | None = Field(
        None, min_length=1, description="of a language model: the probability of each token given those before it"
    )

    @property
    def measured(self) -> Source | None:
        """The first of the sources that is given."""
        return next((row for name, row in SOURCES.items() if getattr(self, name) is not None), None)

    def faults(self) -> Iterator[Fault]:
        given = [name for name in EvaluationFields.model_fields if name in self.model_fields_set]
        sources = [name for name in given if name in SOURCES and getattr(self, name) is not None]
        if not sources:
            yield Fault((), f"nothing to measure: give one of {listed(SOURCES)}")
            return
        row = SOURCES[sources[0]]
        for name in given:
            if name != row.field and name not in row.others:
                yield Fault((name,), f"`{name}` does not go with `{row.field}`")
        for name in row.needs:
            if getattr(self, name) is None:
                yield Fault((name,), f"missing `{name}`, which goes with `{row.field}`")
        yield from getattr(self, f"_{row.field}_faults", lambda: ())()

    # ---- classes

    @property
    def predicted_classes(self) -> list[str]:
        return list(map(class_of, self.predictions or ()))

    @property
    def is_ranked(self) -> bool:
        """Whether each sample has a score for each class."""
        return bool(self.class_scores)

    @property
    def sample_scores(self) -> list[Number]:
        """The score of each sample, where it has one."""
        return [score for score in self.scores or () if not isinstance(score, list)]

    @property
    def class_scores(self) -> list[list[Number]]:
        """The scores of each sample, where it has one for each class."""
        return [scores for scores in self.scores or () if isinstance(scores, list)]

    @property
    def positive_class(self) -> str | None:
        """The positive one of two classes; None where each class is measured."""
        if self.positive is not None:
            return self.positive
        names = self.class_names
        if len(names) == 2 and any(name in _NEGATIVE for name in names):
            return next(name for name in names if name not in _NEGATIVE)
        return None

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes in order: as given, or those that occur, sorted; of a matrix without them 1, 2, …"""
        if self.classes is not None:
            return tuple(self.classes)
        if isinstance(self.confusion, list):
            return tuple(str(number) for number in range(1, len(self.confusion) + 1))
        if isinstance(self.confusion, CountFields):
            return ("0", "1")
        if self.is_ranked:
            return tuple(str(number) for number in range(1, len(self.class_scores[0]) + 1))
        found = {*(self.labels or ()), *self.predicted_classes}
        if self.scores is not None and self.positive is None and found <= {"0", "1"}:
            found |= {"0", "1"}
        return tuple(sorted(found, key=_by_number))

    def _confusion_faults(self) -> Iterator[Fault]:
        if isinstance(self.confusion, CountFields):
            if self.confusion.has_letters and self.zero_division is not None:
                yield Fault(("zero_division",), "letters have no value that could be 0/0; leave it out")
            for name in ("rows", "classes", "positive"):
                if name in self.model_fields_set:
                    yield Fault((name,), f"`{name}` goes with a confusion matrix; TP, FP, FN and TN say it all")
            return
        size = len(self.confusion or ())
        for index, row in enumerate(self.confusion or ()):
            if len(row) != size:
                yield Fault(
                    ("confusion", index), f"expected {size} numbers, as there are {size} rows, found {len(row)}"
                )
        if self.classes is not None and len(self.classes) != size:
            yield Fault(("classes",), f"expected the names of {size} classes, found {len(self.classes)}")
        yield from self._class_faults()

    def _labels_faults(self) -> Iterator[Fault]:
        count, known = len(self.labels or ()), self.class_names
        if (self.predictions is None) == (self.scores is None):
            yield Fault(("labels",), "give either `predictions` or `scores` with the labels")
            return
        name = "scores" if self.predictions is None else "predictions"
        found = len(self.scores or self.predictions or ())
        if found != count:
            yield Fault((name,), f"expected one for each of the {count} labels, found {found}")
        yield from self._class_faults()
        if self.is_ranked:
            yield from self._ranked_faults()
        else:
            if self.top:
                yield Fault(
                    ("top",), "a top-k accuracy needs a score for each class; give `scores` a list for each sample"
                )
            if self.scores is not None and self.positive_class is None:
                message = "which class do the scores stand for? Say `positive`, or label the samples 0 and 1"
                yield Fault(("scores",), message)
        for name in ("threshold", "thresholds"):
            if getattr(self, name) and (self.scores is None or self.is_ranked):
                yield Fault((name,), f"`{name}` goes with one score for each sample")
        for field, values in (("labels", self.labels), ("predictions", self.predicted_classes)):
            for index, label in enumerate(values or ()):
                if label not in known:
                    yield Fault((field, index), f"`{label}` is none of the classes{did_you_mean(label, known)}")

    def _ranked_faults(self) -> Iterator[Fault]:
        for index, row in enumerate(self.scores or ()):
            if not isinstance(row, list) or len(row) != len(self.class_names):
                yield Fault(("scores", index), f"expected a list of {len(self.class_names)} scores, one for each class")
        for index, k in enumerate(self.top):
            if k > len(self.class_names):
                yield Fault(("top", index), f"there are only {len(self.class_names)} classes")

    def _class_faults(self) -> Iterator[Fault]:
        names = self.class_names
        where = "classes" if self.classes is not None else "labels" if self.labels is not None else "confusion"
        for index, name in enumerate(names):
            same_names = self.positive_class is None and suffix(name) in map(suffix, names[:index])
            if name in names[:index] or same_names:
                yield Fault((where,), f"two classes make the same names: `{name}`; call one of them otherwise")
            if len(suffix(name)) > LONGEST_CLASS:
                yield Fault((where,), f"a class has a name of up to {LONGEST_CLASS} characters, not {name[:20]}…")
        if len(names) < 2:
            yield Fault((where,), "a single class occurs; name all `classes`")
        if self.positive is not None and len(names) == 2 and self.positive not in names:
            yield Fault(("positive",), f"`{self.positive}` is none of the classes {listed(names)}")
        if self.positive is not None and len(names) > 2:
            yield Fault(("positive",), f"of {len(names)} classes none is the positive one; leave it out")

    @property
    def has_classes(self) -> bool:
        """Whether proposals are of several classes."""
        return any(each.of is not None for each in self.proposals or ())

    @property
    def has_ties(self) -> bool:
        """Whether two proposals have the same score."""
        scores = [each.score.value for each in self.proposals or ()]
        return len(set(scores)) < len(scores)

    # ---- everything else

    def _boxes_faults(self) -> Iterator[Fault]:
        yield from boxes_faults(self.boxes, self._said_format)

    def _proposals_faults(self) -> Iterator[Fault]:
        yield from proposals_faults(self.proposals or (), self._said_format)

    @property
    def _said_format(self) -> str | None:
        """The format of the boxes, where the author says it."""
        return self.box_format if "box_format" in self.model_fields_set else None

    def _targets_faults(self) -> Iterator[Fault]:
        expected, found = len(self.targets or ()), len(self.predictions or ())
        if self.predictions is not None and expected != found:
            yield Fault(("predictions",), f"expected one for each of the {expected} targets, found {found}")

    def _masks_faults(self) -> Iterator[Fault]:
        for index, mask in enumerate(self.masks or ()):
            if not isinstance(mask, Array) or not all(isinstance(row, Array) for row in mask.args):
                yield Fault(("masks", index), "expected a matrix of 0 and 1")
                continue
            if any(entry.value not in (0, 1) for row in mask.args for entry in row.args if hasattr(entry, "value")):
                yield Fault(("masks", index), "a mask holds 0 and 1 only")

    def _detections_faults(self) -> Iterator[Fault]:
        several = isinstance(self.truths, dict)
        known = list(self.truths) if isinstance(self.truths, dict) else []
        for index, detection in enumerate(self.detections or ()):
            if several and detection.of is None:
                yield Fault(("detections", index), "missing `of`: which class is detected?")
            elif not several and detection.of is not None:
                yield Fault(("detections", index, "of"), "give `truths` for each class: {cat: 3, dog: 2}")
            elif several and detection.of not in known:
                yield Fault(("detections", index, "of"), f"`{detection.of}` is not among the `truths`")
            if (detection.correct is None) == (detection.iou is None):
                yield Fault(("detections", index), "give either `correct` or `iou` of a detection")
        for name in dict.fromkeys(detection.of for detection in self.detections or ()):
            own = sorted(
                (each for each in self.detections or () if each.of == name), key=lambda each: -each.score.value
            )
            correct = sum(is_right for is_right, _ in judged(own, self.iou_threshold))
            most = self.truths[name] if isinstance(self.truths, dict) and name in self.truths else self.truths
            if isinstance(most, int) and correct > most:
                yield Fault(("truths",), f"{correct} detections are correct, but there are only {most} objects")

    def _candidate_faults(self) -> Iterator[Fault]:
        return translation_faults(self.candidate, self.references, self.longest_ngram)

    @property
    def translations(self) -> Sequence[Translation]:
        """The sentences that are translated, each with what it is compared with."""
        return translations(self.candidate, self.references)

    @property
    def is_corpus(self) -> bool:
        return isinstance(self.candidate, list)


def _by_number(name: str) -> tuple[int, float, str]:
    """Numbers before words, each in order."""
    try:
        return (0, float(name), name)
    except ValueError:
        return (1, 0.0, name)
