"""Names by which authors call rows of a table: as they stand there, in any usual way of writing, and by others.

Case, underscores, hyphens and spaces do not matter: ``MeanSquaredError`` is ``mean_squared_error``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from pydantic import BeforeValidator


def also_as(names: type[Enum], aliases: Mapping[str, str]) -> BeforeValidator:
    """Takes the names in any usual way of writing them, and the other names for them."""
    known = {_plain(str(member.value)): str(member.value) for member in names}
    known |= {_plain(alias): name for alias, name in aliases.items() if name in known.values()}

    def settle(value: object) -> object:
        return known.get(_plain(value), value) if isinstance(value, str) else value

    return BeforeValidator(settle)


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
