"""The views of an array: law, formula, arrays put in, what its outermost operation is applied to, result."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from deepcalc.errors import ValueOutOfReach
from deepcalc.graph.evaluation import value_of, written_value
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.array_nodes import Apply, Item, is_numeric
from deepcalc.notation.edits import changed
from deepcalc.notation.grids import Grid
from deepcalc.notation.nodes import Cases, Leaf, Literal, Name, Negative, Node, Relation, Value, names_in, nodes_in
from deepcalc.notation.operations import operands_of
from deepcalc.notation.operations.expressions import exact_value
from deepcalc.notation.printing.arrays import as_column
from deepcalc.notation.rounding import NumberFormat
from deepcalc.notation.substitution import with_numbers
from deepcalc.records import record
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import Line, View
from deepcalc.solution.shown import is_exact

MOST_FOLDED_ENTRIES = 400
"""Entries of an array whose way from the numbers to the result is written."""

MOST_FOLDS = 12


@record
class ArrayLines:
    """Writes the lines of quantities with arrays in them; ``written`` gives the numbers of a name."""

    written: Callable[[str], Node]
    number_format: NumberFormat
    detail: Detail

    def of(self, quantity: Quantity, settled: Node, value: Value | Grid, shown: Node) -> list[Line]:
        """The lines; ``settled`` is the formula with the cases that hold, where numbers decide them."""
        formula = quantity.formula
        lines = [Line(View.LAW, law) for law in quantity.laws if law != formula]
        lines.append(Line(View.FORMULA, formula if isinstance(formula, Cases) else settled))
        if _is_read_off(settled):
            return [*lines, Line(View.RESULT, shown, is_exact(shown))]
        numbers = with_numbers(settled, {used: self.written(used) for used in names_in(settled)})
        numbers = changed(numbers, lambda node: as_column(node) if isinstance(node, Apply) else None)
        lines.append(Line(View.NUMBERS, numbers, is_exact(numbers), joined=self.detail is Detail.BRIEF))
        if self.detail is not Detail.BRIEF and self._is_short(numbers, value):
            folds = self._folds(numbers)
            kept = folds if self.detail is Detail.FULL else folds[-1:]
            lines += [Line(View.FOLD, fold, is_exact(fold)) for fold in kept]
        lines.append(Line(View.RESULT, shown, is_exact(shown)))
        kept_lines = [lines[0]]
        for line in lines[1:]:
            if line.expression == kept_lines[-1].expression:
                exact = line.exact and kept_lines[-1].exact
                kept_lines[-1] = Line(line.view, line.expression, exact, kept_lines[-1].joined)
            else:
                kept_lines.append(line)
        return kept_lines

    def _is_short(self, numbers: Node, value: Value | Grid) -> bool:
        entries = sum(1 for part in nodes_in(numbers) if isinstance(part, Literal))
        own = prod(value.shape) if isinstance(value, Grid) else 1
        return max(entries, own) <= MOST_FOLDED_ENTRIES and (not isinstance(value, Grid) or value.is_exact)

    def _folds(self, node: Node) -> list[Node]:
        """The expression with its innermost operations done, again and again, until one operation is left."""
        found: list[Node] = []
        try:
            while len(found) < MOST_FOLDS and not _is_last(node):
                node = self._folded(node)
                found.append(node)
        except ValueOutOfReach:
            return []
        return found

    def _folded(self, node: Node) -> Node:
        operands = operands_of(node)
        if all(map(_is_value, operands)):
            return self._value(node)
        new = {
            operand: self._inside(operand) if isinstance(operand, Negative) else self._folded(operand)
            for operand in operands
            if not _is_value(operand)
        }
        parts = [new.get(part, part) if isinstance(part, Node) else part for part in node.args]
        return node.func(*parts)

    def _inside(self, node: Node) -> Node:
        """A term taken away, folded inside; one of a plain value stays as it is."""
        inner = node.args[0]
        return node if _is_value(inner) else Negative(self._folded(inner))

    def _value(self, node: Node) -> Node:
        return written_value(self.number_format, exact_value(node, {}, value_of))


def _is_read_off(node: Node) -> bool:
    """Whether it is a part of an array that has a name; the numbers of the whole array would say nothing more."""
    return isinstance(node, Item) and isinstance(node.args[0], Name)


def _is_value(node: Node) -> bool:
    """Whether nothing is left to fold; a comparison of values is decided by the cases around it."""
    if isinstance(node, Relation):
        return all(map(_is_value, operands_of(node)))
    return isinstance(node, Leaf) or is_numeric(node) or not operands_of(node)


def _is_last(node: Node) -> bool:
    """Whether one operation is left: what follows is the result."""
    if _is_value(node):
        return True
    return all(
        _is_value(operand) or (isinstance(operand, Negative) and _is_value(operand.args[0]))
        for operand in operands_of(node)
    )
