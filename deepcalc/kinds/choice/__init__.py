"""Concept questions: choices, statements, matching, ordering, blanks, and free text with a model answer."""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.choice.fields import ChoiceFields
from deepcalc.kinds.choice.graph import build
from deepcalc.kinds.registry import Kind

KIND = Kind(
    name="choice",
    summary="concept questions: single and multiple choice, true or false, matching, ordering, blanks, free text",
    fields=ChoiceFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    subjects=(
        "multiple_choice",
        "single_choice",
        "true_false",
        "matching",
        "ordering",
        "cloze",
        "text",
        "quiz",
        "concept",
    ),
)
