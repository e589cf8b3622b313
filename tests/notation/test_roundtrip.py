"""Plain text and the parser are each other's inverse, and the printer's brackets are all needed."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from deepcalc.errors import ParseError
from deepcalc.notation.nodes import nodes_in
from deepcalc.notation.parser import parse, parse_listing
from deepcalc.notation.printing import PlainPrinter, text_of
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from tests.strategies import listings, many, written

plain = PlainPrinter()


@many
@given(written())
def test_what_is_printed_reads_back_as_the_same_expression(node: Any) -> None:
    assert parse(plain.print(node)) == node


@many
@given(listings())
def test_a_listing_reads_back_too(node: Any) -> None:
    assert parse_listing(plain.print(node)) == node


@many
@given(written())
def test_spaces_do_not_matter(node: Any) -> None:
    assert parse(plain.print(node).replace(" + ", "+").replace(" - ", "\n-\t")) == node


@many
@given(written())
def test_no_bracket_is_added_for_nothing(node: Any) -> None:
    """Without any one pair of brackets the text says something else; only those around a lone minus may be kept."""
    text = plain.print(node)
    for opening, closing in _bracket_pairs(text):
        inside = text[opening + 1 : closing]
        if inside.startswith("-") or _is_kept_for_the_reader(inside, text[:opening], text[closing + 1 :]):
            continue
        bare = f"{text[:opening]} {inside} {text[closing + 1 :]}"
        try:
            read = parse(bare)
        except ParseError:
            continue
        assert read != node, f"{text} says the same as {bare}"


def _is_kept_for_the_reader(inside: str, before: str, after: str) -> bool:
    """A scientific number as a base, and what begins with 0 after a minus (no -0 shows), keep their brackets."""
    scientific_base = after.startswith("^") and "e" in inside.lower()
    return scientific_base or (before.endswith("-") and inside.lstrip("(").startswith("0"))


@many
@given(written())
def test_every_dialect_prints_every_expression_in_balance(node: Any) -> None:
    for printer in (plain, UnicodePrinter(), LatexPrinter()):
        text = printer.print(node)
        assert text == text_of(printer.tokens(node))
        for opening, closing in ("()", "{}", "⌊⌋", "⌈⌉"):
            assert text.count(opening) == text.count(closing)
        assert text.count(r"\left") == text.count(r"\right")


@many
@given(written())
def test_an_expression_is_rebuilt_from_its_parts(node: Any) -> None:
    for part in nodes_in(node):
        if part.args:
            assert part.func(*part.args) == part


def _bracket_pairs(text: str) -> list[tuple[int, int]]:
    """The brackets that group; those of a call belong to its function."""
    stack, pairs = [], []
    for position, character in enumerate(text):
        if character == "(":
            stack.append(position)
        elif character == ")":
            opening = stack.pop()
            if not (opening and (text[opening - 1].isalnum() or text[opening - 1] == "_")):
                pairs.append((opening, position))
    return pairs
