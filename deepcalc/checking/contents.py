"""What stands in an answer: its expressions, or its numbers by quantity."""

from __future__ import annotations

from collections.abc import Container, Iterator

from deepcalc.checking.expression_reading import (
    as_sizes,
    entrywise_reading,
    other_readings,
    read_expression,
    read_expressions,
)
from deepcalc.checking.questions import Question, Reading
from deepcalc.checking.reading import Expressions, ReadFormula, ReadNumber, Vector
from deepcalc.notation.names import shape_of_what


def expressions_of(
    asked: Question, answer: str, decimal_comma: bool, names: Container[str]
) -> ReadFormula | Expressions:
    """What an answer says that is an array, stands in letters, or has such components."""
    if asked.composite is not None:
        return Expressions(answer, read_expressions(answer, decimal_comma, asked.is_shape, names))
    if shape_of_what(asked.name):
        return ReadFormula(answer, read_expression(as_sizes(answer), decimal_comma, names))
    expression = read_expression(answer, decimal_comma, names)
    others = tuple(other_readings(answer, decimal_comma, names))
    return ReadFormula(answer, expression, others, entrywise_reading(answer, decimal_comma, names))


def numbers_in(asked: Question, reading: Reading | None) -> Iterator[tuple[str, ReadNumber]]:
    """The numbers of an answer by quantity; none where they are more or fewer than are asked for.

    Those that are right by what they do have no truth of their own to be compared with.
    """
    if asked.composite is not None and asked.composite.checks:
        return
    numbers = (
        (reading,) if isinstance(reading, ReadNumber) else reading.components if isinstance(reading, Vector) else ()
    )
    if len(numbers) == len(asked.quantities):
        yield from zip(asked.quantities, numbers, strict=True)
