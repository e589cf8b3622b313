"""Names of classes, and detections of objects of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from deepcalc.fields.types import Fields, Flag, Number, Probability, described, wrong
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse_number
from deepcalc.notation.typed import NumberText


def _as_written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str) or not value.strip():
        raise wrong(f"expected the name of a class, found {described(value)}")
    return value


def class_of(written: str) -> str:
    """The class that is meant: ``1.0`` is the class 1."""
    if isinstance(written, NumberText) and (number := parse_number(written).value).denominator == 1:
        return str(number.numerator)
    return written


_LABEL_SCHEMA = WithJsonSchema({"type": ["string", "number", "boolean"]})

Label = Annotated[str, PlainValidator(lambda value: class_of(_as_written(value))), _LABEL_SCHEMA]
"""The name of a class, or what a sample is: text, a number, true or false."""

Prediction = Annotated[str, PlainValidator(_as_written), _LABEL_SCHEMA]
"""What is predicted, a class or a number, as it is written."""


def suffix(name: str) -> str:
    """What the names of a class's measures end in: ``_cat``."""
    name = f"minus{name[1:]}" if name.startswith("-") else name
    return "_" + (re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_") or "0")


class DetectionFields(Fields):
    """One detection."""

    score: Number = Field(description="how sure it is")
    correct: Flag | None = Field(
        None, description="whether it finds an object that no detection with a higher score has found"
    )
    iou: Probability | None = Field(None, description="in place of that, its largest IoU with an object")
    object: Label | None = Field(
        None, description="which object that is: a second detection of it is wrong; by default one of its own"
    )
    of: Label | None = Field(None, description="the class that is detected, where there are several")


def judged(ranked: Sequence[DetectionFields], threshold: Literal) -> list[tuple[bool, str]]:
    """Whether each detection, in the order of their scores, is correct, and why.

    The greedy matching of Everingham et al. (2010), section 4.2: one with too small an overlap is wrong, and so is a
    second one of the same object.
    """
    taken: set[str] = set()
    found: list[tuple[bool, str]] = []
    for each in ranked:
        if each.iou is None:
            found.append((bool(each.correct), "correct" if each.correct else "wrong"))
        elif each.iou.value < threshold.value:
            found.append((False, f"IoU {each.iou.text} below {threshold.text}, wrong"))
        elif each.object is not None and each.object in taken:
            found.append((False, f"{each.object} is found already, wrong"))
        else:
            taken |= set() if each.object is None else {each.object}
            found.append((True, f"IoU {each.iou.text}, correct"))
    return found
