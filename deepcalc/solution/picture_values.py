"""The values that a picture may show: those that the sheet has, or what is given."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.errors import MathError
from deepcalc.graph.evaluation import evaluate
from deepcalc.notation.grids import Grid
from deepcalc.notation.names import entry_parts
from deepcalc.notation.nodes import Literal, Name, Value
from deepcalc.solution.derivation import Derivation
from deepcalc.solution.drawings import Mark
from deepcalc.solution.shown import written_number


class PictureValues:
    """The values that a picture may show: all that the sheet has, or what is given."""

    def __init__(self, derivation: Derivation, tells: bool) -> None:
        self.derivation = derivation
        self.graph = derivation.graph
        self.tells = tells
        self._further: dict[str, Literal] = {}

    def of(self, name: str | None) -> Literal | None:
        """The value of a number or of an entry as it is written, where it is known."""
        if name is None:
            return None
        owner, place = self._owner(name)
        if owner not in self.graph or len(self.graph.shape(owner)) != len(place) or not self.graph.has_value(owner):
            return None  # an array has no room in a picture, a letter no value
        given = self.graph[owner].given
        if given is None and not self.tells:
            return None
        if (given is not None and not place) or owner not in self.derivation.evaluation.values:
            return self._further.get(name) if given is None else self.graph[owner].given_number
        return written_number(self.derivation.written(name))

    def _owner(self, name: str) -> tuple[str, tuple[int, ...]]:
        """The quantity, and the place of an entry in it."""
        return (name, ()) if name in self.graph else entry_parts(name)

    def is_computed(self, name: str) -> bool:
        return self.graph[self._owner(name)[0]].given is None

    def mark(self, name: str) -> Mark:
        return Mark(Name(name), self.of(name))

    def differentiated(self) -> bool:
        """Whether the sheet has a derivative, so that errors are worth a place."""
        known = self.derivation.evaluation.values
        return self.tells and any(quantity.adjoint is not None for quantity in self.graph if quantity.name in known)

    def evaluate_further(self, names: Sequence[str]) -> None:
        """Also the values of quantities, or entries of them, that the sheet passes by, going on from those it has."""
        known = self.derivation.evaluation.values
        owners = {name: self._owner(name) for name in names}
        wanted = {name: owner for name, owner in owners.items() if owner[0] in self.graph and owner[0] not in known}
        try:
            found = evaluate(self.graph, list({owner for owner, _ in wanted.values()}), overrides=known).values
        except MathError:
            return
        rounding = self.derivation.rounding
        for name, (owner, place) in wanted.items():
            whole = found[owner]
            value = whole[place] if isinstance(whole, Grid) and place else whole
            self._further[name] = rounding.of(self.graph[owner].group).write(value)

    def number(self, name: str) -> Value:
        """The value of a quantity that the sheet has, a number or an array as it is; None where it has none."""
        known = self.derivation.evaluation.values
        return known.get(name) if self.tells else None
