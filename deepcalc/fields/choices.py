"""Choices of a field that are the names of a table's rows."""

from __future__ import annotations

from enum import EnumType, StrEnum
from typing import Any


class _OfNames(EnumType):
    """Makes one member for each of the names that a class is given."""

    @classmethod
    def __prepare__(cls, name: str, bases: tuple[type, ...], **settings: Any) -> Any:  # type: ignore[override]
        names = settings.pop("names", ())
        members = super().__prepare__(name, bases, **settings)
        for each in names:
            members[each] = each
        return members

    def __new__(cls, name: str, bases: Any, members: Any, **settings: Any) -> Any:
        settings.pop("names", None)
        return super().__new__(cls, name, bases, members, **settings)


class Choice(StrEnum, metaclass=_OfNames):
    """One of a table's rows, by its name: ``class LossName(Choice, names=LOSSES): ...``."""
