"""The names that are made where the author gives numbers of units and matrices: those that a person would write.

One unit has w₁, w₂, b, z, a; one layer z₁, z₂, w₁₂; several layers z⁽²⁾₁ and W⁽²⁾₁₂ (``z2_1``, ``W2_1_2``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deepcalc.notation.symbols import Forms, forms_of_identifier, subscript, superscript

if TYPE_CHECKING:
    from deepcalc.kinds.network.fields import NetworkFields

RUNNING = "ij"
"""The indices over which the general laws of losses and of softmax sum."""


@dataclass
class MadeNames:
    """Makes names; ``senders`` are the inputs, ``units`` of the one layer, or 0 of several.

    A letter that the author uses for something else gets the long names, which nobody types by chance. ``forms`` are
    the printed forms of the long names that were made.
    """

    senders: int
    units: int
    taken: frozenset[str]
    forms: dict[str, Forms] = field(default_factory=dict)
    _short: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def unit(self, letter: str, layer: int, number: int) -> str:
        """The name of a quantity of a unit: its net input ``z``, its output ``a``, its bias ``b``."""
        if letter not in self._short:
            self._short[letter] = self._if_free([letter] if self.units == 1 else self._numbered(letter))
        short = self._short[letter]
        return short[number - 1] if short else self.long(letter, layer, number)

    def weight(self, layer: int, sender: int, receiver: int) -> str:
        """The name of the weight from a sender to a receiver."""
        if "w" not in self._short:
            self._short["w"] = self._if_free(list(self._weights()))
        short = self._short["w"]
        return short[(sender - 1) * self.units + receiver - 1] if short else self.long("W", layer, sender, receiver)

    def _if_free(self, names: list[str]) -> list[str]:
        return names if self.taken.isdisjoint(names) else []

    def _numbered(self, letter: str) -> list[str]:
        return [f"{letter}{j}" for j in range(1, self.units + 1)]

    def marked(self, name: str, mark: str, layer: int, number: int) -> str:
        """The name of what is made of a unit's quantity: ``htilde1`` of ``h1``."""
        if name in self.forms:
            return self.long(f"{name[0]}{mark}", layer, number)
        stem = name.rstrip("0123456789")
        return f"{stem}{mark}{name[len(stem) :]}" if stem.isalpha() else f"{name}_{mark}"

    def long(self, letter: str, layer: int, *numbers: int) -> str:
        """A name with the number of its layer, printed as a superscript; so is that of any unit, in a general law."""
        if len(numbers) == 1:
            for index in RUNNING:
                self._write(letter, layer, index, index)
        below = "".join(map(str, numbers)) if max(numbers) < 10 else ",".join(map(str, numbers))
        return self._write(letter, layer, "_".join(map(str, numbers)), below)

    def _write(self, letter: str, layer: int, index: str, below: str) -> str:
        name = f"{letter}{layer}_{index}"
        stem, above = forms_of_identifier(letter), f"({layer})"
        self.forms[name] = Forms(
            f"{stem.unicode}{superscript(above)}{subscript(below)}",
            f"{stem.latex}^{{{above}}}_{{{below}}}",
            compound=True,
        )
        return name

    def _weights(self) -> Iterator[str]:
        if not self.units or (self.units > 1 and max(self.senders, self.units) > 9):
            return
        for i in range(1, self.senders + 1):
            for j in range(1, self.units + 1):
                yield f"w{i}" if self.units == 1 else f"w{i}{j}"


def made_names(fields: NetworkFields) -> MadeNames:
    """The names for a network that has these fields."""
    given = fields.inputs if fields.samples is None else fields.samples[0].inputs
    only = fields.layers[0] if len(fields.layers) == 1 else None
    units = 0 if only is None else only.units or len(only.net or ())
    return MadeNames(len(given or ()), units, frozenset(_names_in(fields)))


def _several(named: Any) -> Iterable[Any]:
    if isinstance(named, dict):
        return named.values()
    return named if isinstance(named, list) else ()


def _names_in(fields: NetworkFields) -> Iterator[str]:
    """The names that the author gives."""
    yield from fields.values
    owners: list[Any] = [fields, *(fields.samples or ())]
    for sample in owners:
        for named in (sample.inputs, sample.targets):
            yield from named if isinstance(named, dict) else ()
            yield from (str(each) for each in _several(named))
    for part in (fields.loss, fields.classify, *(fields.losses or ())):
        yield from [] if part is None or part.name is None else [part.name]
    yield from [] if fields.optimizer is None else [fields.optimizer.symbol]
    for layer in fields.layers:
        yield from (name for sender in layer.senders or () if isinstance(sender, dict) for name in sender)
        yield from (*(layer.net or ()), *(layer.out or ()), *(layer.errors or ()))
