"""Frozen dataclasses that are quick to define.

The standard decorator writes six methods of every class as text and compiles them, half a millisecond each time: for
the hundred classes behind a solution that is a tenth of a command. Here the methods are closures over the fields; only
what makes a record is the standard one, once it has made many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields, make_dataclass
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

Class = TypeVar("Class")

OFTEN = 50
"""So many records of a class are made before it pays to have the standard library compile what makes them."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[Class]) -> type[Class]:
    """The class as ``dataclass(frozen=True)`` makes it; a method that it defines itself stays.

    Every field is one of its arguments, and nothing is called afterwards (``__post_init__``).
    """
    made = dataclass(init=False, repr=False, eq=False)(cls)
    found = fields(made)  # type: ignore[arg-type]
    for method in (_init(made, found), *_by_value(found), _repr(found), _setattr, _delattr):
        name = f"__{method.__name__.strip('_')}__"
        if name not in vars(cls):
            setattr(made, name, method)
    return made


def _init(cls: type[Any], found: tuple[Field[Any], ...]) -> Callable[..., None]:
    names = tuple(each.name for each in found)
    defaults = {each.name: each.default for each in found if each.default is not MISSING}
    factories = {each.name: each.default_factory for each in found if each.default_factory is not MISSING}
    free = [frozenset(names[index:]) for index in range(len(names) + 1)]
    own = "__init__" not in vars(cls)
    calls = 0

    def init(self: Any, /, *values: Any, **named: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == OFTEN and own:
            cls.__init__ = _standard_init(names, defaults, factories)
        state = self.__dict__
        state.update(defaults)
        state.update(zip(names, values, strict=False))
        state.update(named)
        for name, factory in factories.items():
            if name not in state:
                state[name] = factory()
        if len(state) != len(names) or len(values) > len(names) or (named and not named.keys() <= free[len(values)]):
            found = f"{len(values)} by place and {', '.join(named) or 'none'} by name"
            raise TypeError(f"{cls.__name__} is made from {', '.join(names)}; found {found}")

    return init


def _standard_init(
    names: tuple[str, ...], defaults: Mapping[str, Any], factories: Mapping[str, Callable[[], Any]]
) -> Callable[..., None]:
    """What makes a frozen dataclass of the same fields, as the standard library compiles it: in half the time."""
    given = {name: field(default=default) for name, default in defaults.items()}
    made = {name: field(default_factory=factory) for name, factory in factories.items()}
    own = {name: field() for name in names} | given | made
    standard = make_dataclass("Standard", [(name, Any, each) for name, each in own.items()], frozen=True)
    init: Callable[..., None] = vars(standard)["__init__"]
    return init


def _by_value(found: tuple[Field[Any], ...]) -> Iterator[Callable[..., Any]]:
    """Equality and hash, of the fields that are compared."""
    names = [each.name for each in found if each.compare]
    values: Callable[[Any], Any] = attrgetter(*names) if names else lambda _: ()

    def eq(self: Any, other: Any) -> Any:
        return values(self) == values(other) if type(other) is type(self) else NotImplemented

    def hash_(self: Any) -> int:
        return hash((type(self), values(self)))

    yield from (eq, hash_)


def _repr(found: tuple[Field[Any], ...]) -> Callable[[Any], str]:
    names = [each.name for each in found if each.repr]

    def repr_(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return repr_


def _setattr(self: Any, name: str, value: Any) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(self: Any, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")
