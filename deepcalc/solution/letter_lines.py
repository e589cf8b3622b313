"""The views of what has letters in it: law, formula, what is known put in, the form that a textbook writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deepcalc.errors import DeepcalcError, listed
from deepcalc.graph.graph import Graph, Letter, Prose, Quantity
from deepcalc.notation.functions import written_out
from deepcalc.notation.nodes import Call, Literal, Name, names_in, nodes_in
from deepcalc.notation.operations.expressions import arranged, shape_of
from deepcalc.notation.printing import UnicodePrinter
from deepcalc.notation.shapes import Shape
from deepcalc.notation.tidy import Tidied, tidy
from deepcalc.solution.document import Line, View

MOST_NODES = 3000
"""How long an answer in letters may be."""


_PRINTER = UnicodePrinter()


class TooLong(DeepcalcError):
    """An answer in letters that no one could read."""


@dataclass(frozen=True)
class Letters:
    """Writes the quantities of one graph that have letters behind them.

    ``numbers`` are the written values of those that have none; ``assumed`` is what is known of the letters.
    """

    graph: Graph
    numbers: Mapping[str, Any]
    assumed: Sequence[Any] = ()
    _known: dict[tuple[str, frozenset[str] | None], Tidied] = field(default_factory=dict)

    def lines(self, quantity: Quantity, terms: Iterable[str] | None) -> tuple[list[Line], Any, Prose]:
        """The lines of a quantity, its last form, and the laws that led there.

        The last form is in the ``terms`` alone, where these are given, else in the names of the way forward.
        """
        kept = None if terms is None else frozenset(terms)
        formula = quantity.formula
        laws = [law for law in quantity.laws if law != formula]
        if isinstance(formula, Call) and written_out(formula) != formula:
            laws.append(formula)
            formula = written_out(formula)
        lines = [Line(View.LAW, law) for law in laws]
        lines.append(Line(View.FORMULA, formula))
        put_in = self._put_in(formula, quantity, kept)
        found = self.result(quantity.name, kept)
        lines.append(Line(View.NUMBERS, put_in))
        if found.expression not in laws:
            lines.append(Line(View.RESULT, found.expression))
        used = tuple(part for law in found.laws for part in ("; ", *law))[1:]
        return _each_once(lines), found.expression, used

    def result(self, name: str, terms: frozenset[str] | None = None) -> Tidied:
        """A quantity in terms of the names given, as a textbook writes it; ``TooLong`` where it is none."""
        key = name, terms
        if key not in self._known:
            quantity = self.graph[name]
            formula = quantity.formula
            put_in = self._put_in(formula, quantity, terms)
            if put_in == formula and quantity.adjoint is None and terms is None:
                self._known[key] = Tidied(formula)
            else:
                self._known[key] = tidy(put_in, self._shape, self.assumed)
        return self._known[key]

    def foreign(self, name: str, terms: Iterable[str]) -> list[str]:
        """The names in a quantity's form in the terms that are none of them and that nothing can stand for."""
        allowed = {*terms}
        return [used for used in names_in(self.result(name, frozenset(allowed)).expression) if used not in allowed]

    def _put_in(self, formula: Any, quantity: Quantity, terms: frozenset[str] | None) -> Any:
        """The formula with what stands for each name: its number, its own form, or itself where it stays."""
        new: dict[Any, Any] = {}
        for used in names_in(formula):
            found = self._in_place_of(used, terms)
            if found is not None:
                new[Name(used)] = found
        written = formula.xreplace(new) if new else formula
        if sum(1 for _ in nodes_in(written)) > MOST_NODES:
            raise TooLong(
                f"{quantity.name} is too long to be written in these names; allow names of earlier quantities"
            )
        return arranged(written, self.graph.shape) if self.graph.has_arrays else written

    def _in_place_of(self, used: str, terms: frozenset[str] | None) -> Any:
        if terms is not None and used in terms:
            return None
        quantity = self.graph[used]
        if self.graph.has_value(used):
            number = self.numbers.get(used)
            return number if number is not None and _is_exact(number) else None
        if isinstance(quantity.given, Letter) or (terms is None and quantity.adjoint is None):
            return None
        return self.result(used, terms).expression

    def _shape(self, node: Any) -> Shape:
        return shape_of(node, self.graph.shape)


def _is_exact(node: Any) -> bool:
    return all(part.exact for part in nodes_in(node) if isinstance(part, Literal))


def _each_once(lines: Sequence[Line]) -> list[Line]:
    """The lines without those that say again what stands before them; the last one is the result."""
    kept: list[Line] = []
    for line in lines:
        if not kept or not _reads_alike(kept[-1].expression, line.expression):
            kept.append(line)
        elif line.view is View.RESULT and kept[-1].view is View.NUMBERS:
            kept[-1] = line
    return kept


def _reads_alike(one: Any, other: Any) -> bool:
    """Whether two expressions are the same on paper, though their products may be nested otherwise."""
    return bool(one == other) or _PRINTER.print(one) == _PRINTER.print(other)


def not_in_terms(name: str, foreign: Sequence[str], terms: Sequence[str]) -> str:
    """What is said of a quantity that cannot be written in the names that its part allows."""
    also = listed(f"`{each}`" for each in foreign)
    return f"{name} cannot be written in {listed(f'`{each}`' for each in terms)} alone; it needs {also} too"
