"""The views of one quantity: law, formula, numbers put in, each reduction, result.

All views are made from the one formula and the one set of values; none is text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from deepcalc.errors import ValueOutOfReach
from deepcalc.graph.evaluation import Evaluation, WithEntries, number_of, written_value
from deepcalc.graph.givens import value_of_given
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.notation.array_nodes import Item, place_of
from deepcalc.notation.functions import written_out
from deepcalc.notation.grids import AnyValue, Grid
from deepcalc.notation.names import entry_name, entry_parts
from deepcalc.notation.nodes import Call, Cases, Literal, Name, Node, Plus, Value, names_in
from deepcalc.notation.rounding import NumberFormat, Rounding
from deepcalc.notation.substitution import with_numbers
from deepcalc.records import record
from deepcalc.solution.decisions import decided, reason, reason_of_masks, without_idle_floors
from deepcalc.solution.detail import Detail
from deepcalc.solution.digits import determined, with_true_signs
from deepcalc.solution.document import Line, Step, View
from deepcalc.solution.folds import MOST_FOLDS, folds, in_terms, line_of
from deepcalc.solution.shown import is_exact, shown_value, written_number

if TYPE_CHECKING:
    from deepcalc.solution.letter_lines import Letters


@record
class Derivation:
    """How the quantities of one graph are written, given their values."""

    graph: Graph
    evaluation: Evaluation
    rounding: Rounding
    detail: Detail = Detail.STEPS
    assumed: Sequence[Node] = ()

    def step(self, name: str, is_answer: bool = False, terms: Sequence[str] | None = None) -> Step:
        """The derivation of a quantity that has a formula; one in letters ends in the ``terms``, where given."""
        if not self.graph.has_value(name):
            return self._step_in_letters(self.graph[name], is_answer, terms)
        quantity = self._written_out(self.graph[name])
        value = self.evaluation.computed[name]
        number_format = self.rounding.of(quantity.group)
        shown = shown_value(number_format, value)
        if self._is_of_arrays(quantity):
            from deepcalc.solution.array_lines import ArrayLines  # a problem of numbers does without

            settled = decided(quantity.definition, self._values, self._is_number)
            writer = ArrayLines(self.written, number_format, self.detail)
            lines = writer.of(quantity, settled, value, shown)
        else:
            lines = self._lines(quantity, value, number_format, shown)
        lines = with_true_signs(lines)
        return Step(
            name, quantity.section, tuple(lines), value, shown, quantity.note, self._reason(quantity), is_answer
        )

    def figure(self, name: str) -> Step:
        """A quantity that is not derived here, by its value alone."""
        value = self.evaluation.computed[name]
        shown = shown_value(self.rounding.of(self.graph[name].group), value)
        return Step(name, self.graph[name].section, (line_of(View.RESULT, shown),), value, shown)

    def _step_in_letters(self, quantity: Quantity, is_answer: bool, terms: Sequence[str] | None) -> Step:
        lines, result, laws = self.letters.lines(quantity, terms)
        if self.detail is Detail.BRIEF:
            lines = [line for line in lines if line.view in (View.FORMULA, View.RESULT)]
        return Step(quantity.name, quantity.section, tuple(lines), None, result, quantity.note, laws, is_answer)

    @cached_property
    def letters(self) -> Letters:
        """The writer of what has letters in it."""
        from deepcalc.solution.letter_lines import Letters

        numbers = {name: self.written(name) for name in self.evaluation.values}
        return Letters(self.graph, numbers, self.assumed)

    def entry_step(self, name: str, place: Sequence[int]) -> Step:
        """The derivation of one entry of an array that has a formula: a sum of products of entries, say."""
        quantity = self.graph[name]
        formula = self._entry_of(quantity, tuple(place))
        entry = Quantity(entry_name(name, place), formula, section=quantity.section, group=quantity.group)
        if not self.graph.has_value(name):
            return Step(entry.name, entry.section, (Line(View.FORMULA, formula),), None, formula)
        value = self.evaluation.computed[name]
        number_format = self.rounding.of(quantity.group)
        own = value[tuple(place)] if isinstance(value, Grid) else value
        shown = shown_value(number_format, own)
        lines = with_true_signs(self._lines(entry, own, number_format, shown))
        return Step(entry.name, entry.section, tuple(lines), own, shown)

    def _entry_of(self, quantity: Quantity, place: tuple[int, ...]) -> Node:
        from deepcalc.notation.operations.expressions import written_entry

        return written_entry(quantity.definition, place, self.graph.shape)

    def written(self, name: str) -> Node:
        """The value of a quantity as it is put into other formulas: as typed, or as it was written down."""
        if name not in self.graph:
            return self._written_entry(name)
        given = self.graph[name].given
        if isinstance(given, Node | Grid) and self.evaluation.values[name] == value_of_given(given):
            return given.node(self.rounding.format.write) if isinstance(given, Grid) else given
        return written_value(self.rounding.of(self.graph[name].group), self.evaluation.values[name])

    def _written_entry(self, name: str) -> Literal:
        array, place = entry_parts(name)
        entry = self.written(array)
        for at in place:
            entry = entry.args[at]
        return written_number(entry)

    def _written_out(self, quantity: Quantity) -> Quantity:
        """An entry of an array with a formula is derived as that entry, not read off the array."""
        formula = quantity.formula
        if not isinstance(formula, Item) or not isinstance(formula.args[0], Name):
            return quantity
        array, place = self.graph[formula.args[0].name], place_of(formula.args[1:])
        if array.formula is None or place is None or self.graph.shape(quantity.name):
            return quantity
        return replace(quantity, formula=self._entry_of(array, place), laws=())

    def _is_of_arrays(self, quantity: Quantity) -> bool:
        """Whether the numbers put in are arrays; an entry is written in entries."""
        return self.graph.is_of_arrays(quantity.name) and quantity.formula is self.graph[quantity.name].formula

    @cached_property
    def _values(self) -> Mapping[str, AnyValue]:
        return WithEntries(self.evaluation.values) if self.graph.has_arrays else self.evaluation.values

    def _reason(self, quantity: Quantity) -> Prose:
        formula, is_gradient = quantity.definition, quantity.adjoint is not None
        side = partial(self._side, self.rounding.of(quantity.group))
        if self._is_of_arrays(quantity):
            of_masks = reason_of_masks(formula)
            return of_masks or reason(formula, self._values, side, is_gradient, self._is_number)
        return reason(written_out(formula) if isinstance(formula, Call) else formula, self._values, side, is_gradient)

    def _is_number(self, node: Node) -> bool:
        from deepcalc.notation.operations.expressions import shape_of

        return shape_of(node, self.graph.shape) == ()

    def _side(self, number_format: NumberFormat, node: Node) -> Literal:
        """A side of a comparison as its number."""
        if isinstance(node, Name):
            return written_number(self.written(node.name))
        return number_format.write(number_of(node, self._values))

    def _lines(self, quantity: Quantity, value: Value, number_format: NumberFormat, shown: Node) -> list[Line]:
        formula = quantity.definition
        laws = [law for law in quantity.laws if law != formula]
        if isinstance(formula, Call) and written_out(formula) != formula:
            laws.append(formula)
            formula = written_out(formula)
        lines = [Line(View.LAW, law) for law in laws]
        settled = decided(formula, self._values)
        by_cases = isinstance(formula, Cases)
        shown_as = formula if by_cases else settled
        lines.append(Line(View.FORMULA, shown_as, is_exact(shown_as), joined=_is_short(laws)))
        if not (by_cases and isinstance(settled, Literal)):
            written = {used: self.written(used) for used in names_in(settled)}
            numbers = with_numbers(without_idle_floors(settled, self._values), written)
            numbers = determined(numbers, value, number_format)
            if self.detail is Detail.BRIEF:
                lines.append(line_of(View.NUMBERS, numbers, joined=True))
            else:
                lines.append(line_of(View.NUMBERS, numbers))
                lines.extend(
                    line_of(line.view, determined(line.expression, value, number_format), line.joined)
                    for line in self._reductions(numbers, number_format)
                )
        return _tidied([*lines, line_of(View.RESULT, shown)], value)

    def _reductions(self, numbers: Node, number_format: NumberFormat) -> list[Line]:
        try:
            if self.detail is Detail.FULL:
                found = folds(numbers, number_format.write)
                if len(found) <= MOST_FOLDS:
                    return [line_of(View.FOLD, fold) for fold in found]
            return in_terms(numbers, number_format.write)
        except ValueOutOfReach:
            return []  # a term has no value of its own (0·log 0); the whole has, by its stable form


def _is_short(laws: list[Node]) -> bool:
    """Whether the formula may stand in the row of its law: ``relu(h₁) = max(0, h₁)``."""
    if not laws:
        return False
    return isinstance(laws[-1], Call | Name) or any(isinstance(first, Name) for first in laws[-1].args[:1])


def _tidied(lines: list[Line], value: Value) -> list[Line]:
    """The lines without those that say again what stands before them, in rows as a person writes them."""
    kept: list[Line] = []
    for line in lines:
        if kept and kept[-1].expression == line.expression:
            view = line.view if line.view is View.RESULT else kept[-1].view
            kept[-1] = Line(view, line.expression, line.exact and kept[-1].exact, kept[-1].joined)
        else:
            kept.append(line)
    before = kept[-2] if len(kept) > 1 else None
    if before is not None and before.view in (View.NUMBERS, View.FOLD) and _says(before.expression, value):
        kept.pop(-2)  # 2.0 = 2 says nothing
    if len(kept) > 1 and kept[-2].view is not View.LAW:
        own_row = isinstance(kept[-2].expression, Plus) and kept[-2].view is not View.FORMULA
        kept[-1] = Line(kept[-1].view, kept[-1].expression, kept[-1].exact, joined=not own_row)
    return kept


def _says(node: Node, value: Value) -> bool:
    return type(node) is Literal and node.exact and bool(node.value == value)
