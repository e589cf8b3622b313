"""Numbers in the places of names."""

from __future__ import annotations

from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.substitution import with_numbers

NUMBERS = {"h": parse("[0.5, 1]"), "x": parse("[2, -1, 3]"), "z": parse("0.1"), "W": parse("[[1, 2], [3, 4]]")}


def put_in(text: str) -> str:
    return PlainPrinter().print(with_numbers(parse(text), NUMBERS))


def test_vectors_that_are_joined_are_one_vector() -> None:
    assert put_in("concat(h, x)") == "[0.5, 1, 2, -1, 3]"
    assert put_in("tanh(concat(x, concat(h, h)))") == "tanh([2, -1, 3, 0.5, 1, 0.5, 1])"


def test_matrices_that_are_joined_stay_apart() -> None:
    assert put_in("concat(W, W, axis=1)") == "concat([[1, 2], [3, 4]], [[1, 2], [3, 4]], axis=1)"


def test_a_negative_letter_alone_is_a_negative_number() -> None:
    assert put_in("-z") == "-0.1"
    assert put_in("1 - z") == "1 - 0.1"


def test_an_entry_of_an_array_in_numbers_is_a_number() -> None:
    assert put_in("W[2, 1]*z") == "3*0.1"


def test_a_part_of_an_array_is_its_numbers_where_it_does_not_stand_alone() -> None:
    assert put_in("tanh(W[:, 2:2])") == "tanh([[2], [4]])"
    assert put_in("z*W[2, :] + x[1:2]") == "0.1*[3, 4] + [2, -1]"
    assert put_in("W[:, 2:2]") == "[[1, 2], [3, 4]][:, 2:2]"
