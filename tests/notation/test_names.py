"""The one set of names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepcalc.notation.names import (
    NameParts,
    gradient,
    gradient_parts,
    is_identifier,
    is_name,
    long_form,
    name_parts,
)
from tests.strategies import many

PARTS = [
    ("h1", NameParts("h1")),
    ("w21@3", NameParts("w21", time=3)),
    ("m.w1@2", NameParts("m", ("w1",), time=2)),
    ("Y.1.2", NameParts("Y", ("1", "2"))),
    ("h1:2", NameParts("h1", sample=2)),
    ("p.2:3@4", NameParts("p", ("2",), 3, 4)),
]


@pytest.mark.parametrize(("name", "parts"), PARTS)
def test_a_name_is_taken_apart_and_put_together(name: str, parts: NameParts) -> None:
    assert name_parts(name) == parts
    assert str(parts) == name


@many
@given(st.from_regex(r"[a-zA-Z][a-zA-Z0-9_]{0,6}(\.[a-z0-9]{1,3}){0,2}(:[1-9][0-9]?)?(@[1-9][0-9]?)?", fullmatch=True))
def test_every_name_is_the_text_of_its_parts(name: str) -> None:
    assert str(name_parts(name)) == name
    assert is_name(name)
    assert gradient_parts(gradient("L", name)) == ("L", name)


@pytest.mark.parametrize(
    "text", ["", "1a", "_a", "a b", "a.", ".a", "a@", "a@x", "a:", "a@1:2", "a-b", "a@٣", "ä", "a\n"]
)
def test_what_is_no_name(text: str) -> None:
    assert name_parts(text) is None
    assert not is_name(text)


@pytest.mark.parametrize("text", ["dL", "L/w", "dL/w", "L/dw", "d/dw", "dL/d", "dL/dw/dx", "d1/dw"])
def test_what_is_no_gradient(text: str) -> None:
    assert gradient_parts(text) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ddL/dw/dv", ("dL/dw", "v")),
        ("dg/ddL/dw", ("g", "dL/dw")),
        ("ddL/dw/ddL/dv", ("dL/dw", "dL/dv")),
        ("dddL/dw/dw/dw@1", ("ddL/dw/dw", "w@1")),
    ],
)
def test_a_gradient_may_be_one_of_a_gradient(text: str, parts: tuple[str, str]) -> None:
    assert gradient_parts(text) == parts
    assert gradient(*parts) == text
    assert is_name(text)


def test_gradients_are_nested_up_to_the_eighth_order() -> None:
    assert is_name(f"{'d' * 8}L{'/dw' * 8}")
    assert not is_name(f"{'d' * 9}L{'/dw' * 9}")
    assert not is_name("/d".join(["d" * 200] * 200))


def test_a_number_of_any_length_after_at_does_no_harm() -> None:
    assert name_parts("w@" + "9" * 10_000) is None


@pytest.mark.parametrize(("short", "long"), [("w21+", "w21@1"), ("w21@0", "w21"), ("w21@2", "w21@2"), ("h1", "h1")])
def test_the_long_form(short: str, long: str) -> None:
    assert long_form(short) == long


def test_an_identifier_has_at_most_64_characters() -> None:
    assert is_identifier("a" * 64)
    assert not is_identifier("a" * 65)
    assert not is_identifier("w21@1")
