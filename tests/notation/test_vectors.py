"""Vectors as rows or as columns: as where they stand, or as the author says it once."""

from __future__ import annotations

import pytest

from deepcalc.kinds import find_kinds
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.mathml import MathMLPrinter
from deepcalc.notation.printing.tokens import Matrix
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.symbols import Symbols
from deepcalc.problem.loader import load_text

ROW, COLUMN = (("5", "6"),), (("5",), ("6",))


def matrices(text: str, vectors: str) -> list[tuple[tuple[str, ...], ...]]:
    tokens = UnicodePrinter(Symbols(vectors=vectors)).tokens(parse(text))
    return [token.rows for token in tokens if isinstance(token, Matrix)]


@pytest.mark.parametrize(
    ("vectors", "alone", "after", "before"),
    [("", ROW, COLUMN, ROW), ("rows", ROW, ROW, ROW), ("columns", COLUMN, COLUMN, ROW)],
)
def test_a_vector_alone_after_a_matrix_and_before_one(
    vectors: str, alone: object, after: object, before: object
) -> None:
    assert matrices("[5, 6]", vectors) == [alone]
    assert matrices("W @ [5, 6]", vectors) == [after]
    assert matrices("[5, 6] @ W", vectors) == [before]


def test_every_dialect_writes_columns() -> None:
    symbols, vector = Symbols(vectors="columns"), parse("[5, 6]")
    assert LatexPrinter(symbols).print(vector) == r"\begin{bmatrix} 5 \\ 6 \end{bmatrix}"
    assert MathMLPrinter(symbols).print(vector).count("<mtr>") == 2
    assert PlainPrinter(symbols).print(vector) == "[5, 6]"


def test_a_problem_says_it_once() -> None:
    text = b"kind: formula\nvectors: columns\ngiven: {x: [5, 6]}\ndefine: {y: 2*x}\nsymbols: {y: {unicode: Y}}"
    assert load_text(text, "vectors.yaml", find_kinds()).plan.symbols.vectors == "columns"


def test_a_vector_with_a_further_axis_stands_as_a_column() -> None:
    added = parse("W + expand([5, 6], axis=1)")
    assert matrices("W + expand([5, 6], axis=1)", "") == [COLUMN]
    assert LatexPrinter().print(added) == r"W + \begin{bmatrix} 5 \\ 6 \end{bmatrix}"
    assert MathMLPrinter().print(added).count("<mtr>") == 2
    assert PlainPrinter().print(added) == "W + expand([5, 6], axis=1)"


def test_numbers_beside_vectors_are_joined_without_brackets_of_their_own() -> None:
    joined = parse("W @ concat(x, [h])")
    assert UnicodePrinter().print(joined) == "W·[x, h]"
    assert PlainPrinter().print(joined) == "W @ concat(x, [h])"
    assert UnicodePrinter().print(parse("concat([1, 2], [3])")) == "[[1, 2], [3]]"


def test_two_vectors_have_a_dot_between_them() -> None:
    printer = UnicodePrinter()
    assert [printer.print(parse(text)) for text in ("w @ x", "W @ x", "x @ W", "[1, 2] @ [3, 4]")] == [
        "w·x", "W x", "x W", "[1, 2]·[3, 4]",
    ]  # fmt: skip
    assert LatexPrinter().print(parse("w @ x + b")) == r"w \cdot x + b"
