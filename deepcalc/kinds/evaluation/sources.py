"""What measures are made from, one row each; translations, of one sentence or of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from deepcalc.errors import Fault
from deepcalc.fields.given import or_letter
from deepcalc.fields.types import Fields, Text, Whole, whole
from deepcalc.graph.quantities import Letter
from deepcalc.records import record

COUNTS = ("TP", "FP", "FN", "TN")


def sort_of(value: Any) -> str:
    """Which of several ways of giving something a value is: the tags of the unions below."""
    if isinstance(value, dict):
        return "a mapping"
    return "lists" if isinstance(value, list) and any(isinstance(item, list) for item in value) else "a list"


WholeOrLetter = Annotated[Any, PlainValidator(or_letter(whole(0))), WithJsonSchema({"type": ["integer", "null"]})]


class CountFields(Fields):
    """The confusion matrix of two classes."""

    TP: WholeOrLetter = Field(description="true positives; nothing for a letter")
    FP: WholeOrLetter = Field(description="false positives")
    FN: WholeOrLetter = Field(description="false negatives")
    TN: WholeOrLetter = Field(description="true negatives")

    @property
    def has_letters(self) -> bool:
        return any(isinstance(getattr(self, name), Letter) for name in COUNTS)


Matrix = Annotated[list[list[Whole]], Field(min_length=2)]
Confusion = Annotated[
    Annotated[CountFields, Tag("a mapping")] | Annotated[Matrix, Tag("lists")] | Annotated[Matrix, Tag("a list")],
    Discriminator(sort_of),
]


def _form(value: Any) -> str:
    return "list" if isinstance(value, list) else "text"


Texts = Annotated[
    Annotated[Text, Tag("text")] | Annotated[list[Text], Field(min_length=1), Tag("list")],
    Discriminator(_form),
]
"""A text, or a list of them."""

References = Annotated[
    Annotated[Text, Tag("text")] | Annotated[list[Texts], Field(min_length=1), Tag("list")],
    Discriminator(_form),
]
"""A text, or a list of texts or of lists of them."""


@record
class Source:
    """What measures are made from: the field that says so, those that go with it, and those of them that it needs."""

    field: str
    others: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


SOURCES: Mapping[str, Source] = {
    row.field: row
    for row in (
        Source("confusion", ("rows", "classes", "positive", "beta", "zero_division")),
        Source(
            "labels",
            ("predictions", "scores", "threshold", "thresholds", "top", "classes", "positive", "beta", "zero_division"),
        ),
        Source("targets", ("predictions",), ("predictions",)),
        Source("boxes", ("box_format",)),
        Source("masks"),
        Source("detections", ("truths", "interpolation", "iou_threshold"), ("truths",)),
        Source("proposals", ("box_format", "iou_threshold", "suppressed")),
        Source("candidate", ("references", "longest_ngram"), ("references",)),
        Source("probabilities"),
    )
}


@record
class Translation:
    """A sentence that is translated, and the references that it is compared with."""

    candidate: str
    references: tuple[str, ...]


def translations(candidate: str | list[str] | None, references: Any) -> Sequence[Translation]:
    """Each sentence with its references; there is one where the candidate is a text."""
    if candidate is None or references is None:
        return ()
    if isinstance(candidate, str):
        return (Translation(candidate, _texts(references)),)
    own = references if isinstance(references, list) else [references]
    return tuple(Translation(text, _texts(each)) for text, each in zip(candidate, own, strict=False))


def _texts(references: Any) -> tuple[str, ...]:
    return (references,) if isinstance(references, str) else tuple(references)


def translation_faults(candidate: str | list[str] | None, references: Any, longest: int) -> Iterator[Fault]:
    """Sentences without references, references of no words, too few words for the longest n-grams."""
    if candidate is None or references is None:
        return
    is_list = isinstance(references, list)
    if isinstance(candidate, list):
        found = len(references) if is_list else 1
        if found != len(candidate):
            message = f"expected the references of each of the {len(candidate)} sentences, found {found}"
            yield Fault(("references",), message)
            return
    elif is_list and any(isinstance(each, list) for each in references):
        yield Fault(("references",), "one sentence has a list of texts; say a list of sentences in `candidate`, too")
        return
    told = translations(candidate, references)
    most = max(len(each.candidate.split()) for each in told)
    if most < longest:
        yield Fault(("candidate",), f"{most} words have no n-grams of {longest}; say a smaller `longest_ngram`")
    if any(not text.split() for each in told for text in each.references):
        yield Fault(("references",), "a reference is empty")
