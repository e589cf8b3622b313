"""Sheets and marks as JSON, LaTeX and HTML: golden files of every kind and of every form that a problem can have.

``UPDATE_GOLDEN=1`` writes the files anew; read the difference before you commit it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from deepcalc.checking.as_json import to_json
from deepcalc.kinds import find_kinds
from deepcalc.rendering.formats import ExportOptions, choose_format
from tests.checking.marking import marker
from tests.goldens import assert_golden
from tests.library import problem, solved_problem

GOLDEN = Path(__file__).parent / "golden"

SHEETS = (
    "softmax-three-logits",  # activation
    "additive-attention",  # attention, of arrays
    "stochastic-gradient-descent",  # batching
    "blanks-on-overfitting",  # choice, of texts
    "conv-eight-filters",  # convolution, with a picture
    "xor-threshold-units",  # design, with tables
    "measures-in-letters",  # evaluation, in letters
    "edges-by-sobel",  # filtering, of arrays
    "two-filters-on-two-channels",  # filtering, of three axes and more
    "letters-ridge",  # formula, of arrays in letters, with a picture
    "contrastive-pair",  # loss
    "logistic-three-features",  # network, with a picture
    "matrix-mini-batches",  # network, in matrix notation
    "matrix-letters",  # network, in matrix notation and in letters
    "group-normalisation",  # normalization, of arrays
    "momentum-three-steps",  # optimizer, with a table and a picture
    "lstm-text-classifier",  # parameters, with a table
    "mlp-in-letters",  # parameters, in letters
    "adaline-two-samples",  # perceptron
    "lstm-parameters",  # recurrent
    "vanishing-jacobians",  # recurrent, of arrays
    "signed-logistic-step",  # regression, with a plane
    "early-stopping",  # regularization, with a curve
)

FORMATS = {"json": ExportOptions(), "latex": ExportOptions(fragment=True), "html": ExportOptions(fragment=True)}
DOCUMENTS = {"latex": ExportOptions(title="Homework 3"), "html": ExportOptions(title="Homework 3")}

MARKS: Mapping[str, Mapping[str, str]] = {
    "relu-2-2-2": {"o1": "0", "o2": "-3", "L": "6.625", "w21+": "0.35"},  # a share, follow-through, a slip
    "letters-ridge": {"dJ/dw": "X.T @ (X @ w - y) + lambda*w"},  # a slip in letters
    "blanks-on-overfitting": {"errors": "1=validation, 2=underfitting, 3=squares"},
    "edges-by-sobel": {"Z": "[[-6, -14, -8], [-11, 18, -7], [-10, -18, -8], [-6, -13, -7]]"},  # one entry wrong
}


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_what_it_was_when_it_was_last_looked_at(name: str, file_format: str) -> None:
    row = choose_format(file_format, None)
    text = str(row.export([solved_problem(name)], FORMATS[file_format]))
    assert_golden(GOLDEN / f"{name}{row.endings[0]}", in_lines(without_style(text)))


def test_there_is_a_sheet_of_every_kind() -> None:
    assert {problem(name).kind.name for name in SHEETS} == set(find_kinds())


@pytest.mark.parametrize("file_format", DOCUMENTS)
def test_a_document_is_what_it_was_when_it_was_last_looked_at(file_format: str) -> None:
    row = choose_format(file_format, None)
    text = str(row.export([solved_problem("learning-rate-curves")], DOCUMENTS[file_format]))
    assert_golden(GOLDEN / f"document{row.endings[0]}", text)


@pytest.mark.parametrize("name", MARKS)
def test_marks_are_what_they_were_when_they_were_last_looked_at(name: str) -> None:
    assert_golden(GOLDEN / f"{name}.marks.json", in_lines(to_json(marker(name).mark(MARKS[name]))) + "\n")


def in_lines(text: str) -> str:
    """JSON with every object of a list on a line of its own, so that a difference can be read."""
    return text.replace("}, {", "},\n{")


def without_style(html: str) -> str:
    """A fragment without the style sheet, which the golden document holds once for all."""
    return re.sub(r"<style>.*?</style>", "<style></style>", html, flags=re.DOTALL)
