"""The names of a network while its fields are read: whose is which, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deepcalc.errors import Fault, Location, did_you_mean


@dataclass
class Namespace:
    """Names of units with where they are given; ``values`` are those of names, ``used`` the names that occur."""

    values: Mapping[str, Any]
    units: dict[str, Location] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, location: Location, message: str) -> None:
        self.faults.append(Fault(location, message))

    def add(self, name: str, location: Location) -> None:
        """A unit, or something else that has no value of its own."""
        if name in self.units:
            self.fault(location, f"the name `{name}` is given twice")
        elif name in self.values:
            self.fault(location, f"`{name}` is the name of a unit, so it cannot have a value of its own in `values`")
            self.used.add(name)
        self.units.setdefault(name, location)

    def value(self, name: str, location: Location) -> Any | None:
        """The value of a name that occurs; None where it has none, which is noted."""
        if name not in self.values:
            known = did_you_mean(name, list(self.values))
            self.fault(location, f"`{name}` has no value: give it under `values`{known}")
            return None
        self.used.add(name)
        return self.values[name]

    def unused(self, faults: Sequence[Fault]) -> Iterator[Fault]:
        """Values whose names stand nowhere, not even in another fault."""
        for name in self.values:
            if name not in self.used and not any(f"`{name}`" in fault.message for fault in faults):
                message = f"`{name}` is used nowhere{did_you_mean(name, sorted(self.used))}"
                yield Fault(("values", name), message)
