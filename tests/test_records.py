"""Records do what frozen dataclasses do: each is compared with the standard decorator's class of the same fields."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import pytest

from deepcalc.records import OFTEN, record


class Fields:
    """The fields of both classes, and what they define themselves."""

    name: str
    size: int = 2
    parts: list[int] = field(default_factory=list)
    note: str = field(default="", repr=False, compare=False)

    @cached_property
    def doubled(self) -> int:
        return 2 * self.size


def made_by(decorator: Callable[[type[Any]], type[Any]]) -> type[Any]:
    body = {name: value for name, value in vars(Fields).items() if name not in ("__dict__", "__weakref__")}
    return decorator(type("Thing", (), {**body, "__qualname__": "Thing"}))


MINE = made_by(record)
MADE_OFTEN = made_by(record)
for _ in range(OFTEN + 1):
    MADE_OFTEN("a")
STANDARD = made_by(dataclass(frozen=True))

ARGUMENTS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    (("a",), {}),
    (("a", 3), {"note": "n"}),
    ((), {"name": "a", "parts": [1]}),
    (("a", 3, [1], "n"), {}),
]


def test_what_is_made_often_is_made_as_the_standard_library_does() -> None:
    assert MADE_OFTEN.__init__.__code__.co_varnames[1:5] == tuple(field.name for field in fields(STANDARD))


@pytest.mark.parametrize("cls", [MINE, MADE_OFTEN], ids=["seldom", "often"])
@pytest.mark.parametrize(("values", "named"), ARGUMENTS)
def test_a_record_holds_what_a_dataclass_holds(values: tuple[Any, ...], named: dict[str, Any], cls: type[Any]) -> None:
    mine, standard = cls(*values, **named), STANDARD(*values, **named)
    assert asdict(mine) == asdict(standard)
    assert repr(mine) == repr(standard)
    assert asdict(replace(mine, size=7)) == asdict(replace(standard, size=7))
    assert copy.deepcopy(mine) == mine
    assert mine.doubled == standard.doubled


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((), {"size": 1}), (("a",), {"name": "b"}), (("a",), {"colour": 1}), (("a", 1, [], "", 5), {})],
)
def test_wrong_arguments_are_refused(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    for cls in (MINE, MADE_OFTEN, STANDARD):
        with pytest.raises(TypeError):
            cls(*values, **named)


@pytest.mark.parametrize("cls", [MINE, MADE_OFTEN, STANDARD])
def test_what_is_compared(cls: type[Any]) -> None:
    assert cls("a", note="x") == cls("a", note="y")
    assert cls("a") != cls("b")
    assert cls("a", parts=[1]) != cls("a")
    assert cls("a") != ("a", 2, [])
    assert MINE("a") != STANDARD("a")


@pytest.mark.parametrize("decorator", [record, dataclass(frozen=True)])
def test_hashes_are_those_of_the_values(decorator: Callable[[type[Any]], type[Any]]) -> None:
    point = decorator(type("Point", (), {"__annotations__": {"x": int, "y": int}}))
    assert len({point(1, 2), point(1, 2), point(2, 1)}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(point(1, []))


@pytest.mark.parametrize("cls", [MINE, MADE_OFTEN, STANDARD])
def test_nothing_is_assigned_or_deleted(cls: type[Any]) -> None:
    thing = cls("a")
    with pytest.raises(FrozenInstanceError):
        thing.name = "b"
    with pytest.raises(FrozenInstanceError):
        thing.colour = "b"
    with pytest.raises(FrozenInstanceError):
        del thing.name
    assert thing.name == "a"


@pytest.mark.parametrize("cls", [MINE, MADE_OFTEN, STANDARD])
def test_a_default_of_its_own_each_time(cls: type[Any]) -> None:
    assert cls("a").parts is not cls("a").parts


@record
class Named:
    """One with a method of its own, which stays."""

    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def __hash__(self) -> int:
        return 7


def test_methods_of_its_own_stay() -> None:
    assert (repr(Named("a")), hash(Named("a"))) == ("<a>", 7)
    assert Named("a") == Named("a")


def test_records_are_pickled_and_matched() -> None:
    assert pickle.loads(pickle.dumps(Named("a"))) == Named("a")
    match Named("a"):
        case Named(name):
            assert name == "a"
    assert [each.name for each in fields(Named)] == ["name"]
