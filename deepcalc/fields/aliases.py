"""Names by which authors call rows of a table: as they stand there, in any usual way of writing, and by others.

Case, underscores, hyphens and spaces do not matter: ``MeanSquaredError`` is ``mean_squared_error``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from pydantic import BeforeValidator

from deepcalc.notation.names import plain_form


def also_as(names: type[Enum], aliases: Mapping[str, str]) -> BeforeValidator:
    """Takes the names in any usual way of writing them, and the other names for them."""
    known = {plain_form(str(member.value)): str(member.value) for member in names}
    known |= {plain_form(alias): name for alias, name in aliases.items() if name in known.values()}

    def settle(value: object) -> object:
        return known.get(plain_form(value), value) if isinstance(value, str) else value

    return BeforeValidator(settle)
