"""The views of what has letters in it: law, formula, what is known put in, the form that a textbook writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any

from deepcalc.errors import DeepcalcError, MathError, listed
from deepcalc.graph.described import is_entry
from deepcalc.graph.gradients import opposite
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Letter, Prose, Quantity
from deepcalc.notation.array_nodes import Apply, Entrywise, Item, place_of
from deepcalc.notation.edits import changed
from deepcalc.notation.functions import written_out
from deepcalc.notation.names import entry_name, entry_parts
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Relation,
    Times,
    minus,
    names_in,
    negative,
    nodes_in,
    product,
)
from deepcalc.notation.operations.expressions import Shapes, arranged, written_entry
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.shapes import Shape, is_concrete, size_node
from deepcalc.notation.tidy import Tidied, tidy
from deepcalc.notation.tidying.laws import Law, assumed
from deepcalc.records import record
from deepcalc.solution.document import Line, View
from deepcalc.solution.shown import is_exact

MOST_NODES = 3000
"""How long an answer in letters may be."""


_PRINTER = UnicodePrinter()


class TooLong(DeepcalcError):
    """An answer in letters that no one could read."""


@record
class Letters:
    """Writes the quantities of one graph that have letters behind them.

    ``numbers`` are the written values of those that have none; ``assumed`` is what is known of the letters.
    """

    graph: Graph
    numbers: Mapping[str, Any]
    assumed: Sequence[Node] = ()
    _known: dict[tuple[str, frozenset[str] | None], Tidied] = field(default_factory=dict)
    _definitions: dict[frozenset[str] | None, Sequence[Relation]] = field(default_factory=dict)

    def lines(self, quantity: Quantity, terms: Iterable[str] | None) -> tuple[list[Line], Node, Prose]:
        """The lines of a quantity, its last form, and the laws that led there.

        The last form is in the ``terms`` alone, where these are given, else in the names of the way forward.
        """
        kept = None if terms is None else frozenset(terms)
        formula = self._formula(quantity)
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
        """A quantity in terms of the names given, as a textbook writes it.

        ``TooLong`` where no one could read it, ``MathError`` where it has no value whatever the letters are.
        """
        key = name, terms
        if key not in self._known:
            quantity = self.graph[name]
            formula = self._formula(quantity)
            put_in = self._put_in(formula, quantity, terms)
            tidied = tidy(put_in, self._shape, [*self.assumed, *self._of_means, *self._of_sums])
            if tidied.undefined:
                line = f"{name} = {PlainPrinter().print(put_in)}"
                raise MathError(name, line, tidied.undefined, quantity.origin)
            is_as_written = put_in == formula and quantity.adjoint is None and terms is None
            laws = (*self._laws_put_in(formula, quantity, terms), *tidied.laws)
            turned = changed(tidied.expression, self._as_in_definitions)
            found = replace(tidied, expression=turned, laws=laws)
            self._known[key] = Tidied(formula) if is_as_written else found
        return self._known[key]

    def _as_in_definitions(self, product_: Node) -> Node | None:
        """A product of two differences with both turned round, where one is then as a definition has it."""
        if not isinstance(product_, Times | Entrywise):
            return None
        other = [each for each in product_.args if _is_difference(each) and each not in self._differences]
        if len(other) != 2 or self._differences.isdisjoint(map(opposite, other)):
            return None
        return product_.func(*(opposite(each) if each in other else each for each in product_.args))

    @cached_property
    def _differences(self) -> frozenset[Node]:
        formulas = (each.formula for each in self.graph if each.formula is not None and each.adjoint is None)
        return frozenset(node for formula in formulas for node in nodes_in(formula) if _is_difference(node))

    def _laws_put_in(self, formula: Node, quantity: Quantity, terms: frozenset[str] | None) -> Iterator[Law]:
        """What is said of names that are written by others: by a definition turned round, by what is assumed."""
        solved = (self._solved(each, terms) for each in names_in(formula))
        relations = (*self._turned_in(formula, quantity, terms), *(each[0] for each in solved if each is not None))
        return map(assumed, dict.fromkeys(relations))

    def _solved(self, letter: str, terms: frozenset[str] | None) -> tuple[Relation, Node] | None:
        """What is assumed of a letter that is not in the terms, and what it then is in these: t₂ = 1 − t₁."""
        if terms is None or letter in terms:
            return None
        for relation in self.assumed:
            if not isinstance(relation, Relation):
                continue
            left, right = relation.operands[:2]
            others = [each for each in left.args if each != Name(letter)] if isinstance(left, Plus) else []
            is_sum = isinstance(left, Plus) and len(others) == len(left.args) - 1
            found = Plus(right, *map(Negative, others)) if is_sum else right if left == Name(letter) else None
            if relation.operators == ["="] and found is not None and terms.issuperset(names_in(found)):
                return relation, found
        return None

    def _turned_in(self, formula: Node, quantity: Quantity, terms: frozenset[str] | None) -> list[Relation]:
        """The definitions of the terms that give what stands in a formula: ``x - mu = s*xhat`` of ``(x - mu)/s``.

        None of them needs the quantity itself, as ``s`` is needed by its own.
        """
        parts = set(nodes_in(formula))
        found = (each for each in self._turned(terms) if not parts.isdisjoint(_either_sign(each.operands[0])))
        return [each for each in found if not self._needs(each.operands[1], quantity.name)]

    def _needs(self, quotient: Node, name: str) -> bool:
        return any(name in self.graph.behind(used) for used in names_in(quotient) if used in self.graph)

    def _turned(self, terms: frozenset[str] | None) -> Sequence[Relation]:
        """Numerators that are not in the terms themselves, by the quotients among the terms that they stand in."""
        if terms not in self._definitions:
            self._definitions[terms] = [
                Relation("=", above, product(below, Name(name)))
                for name in terms or ()
                if isinstance(formula := self.graph[name].formula, Over) and self.graph[name].adjoint is None
                for above, below in [formula.args]
                if not (terms or frozenset()).issuperset(names_in(above)) and isinstance(above, Plus)
            ]
        return self._definitions[terms]

    @cached_property
    def _of_means(self) -> list[Relation]:
        """What is known of means: the differences from one add up to 0."""
        found: list[Relation] = []
        for quantity in self.graph:
            averaged = None if quantity.formula is None else _averaged(quantity.formula, self.graph.shape)
            if averaged is None:
                continue
            for mean in (Name(quantity.name), quantity.definition):
                differences = minus(averaged, mean), minus(mean, averaged)
                found += [_sums_to_nothing(each) for each in differences]
                found += [
                    _sums_to_nothing(Name(each.name))
                    for each in self.graph
                    if self._is_scaled(each.formula, differences)
                ]
        return found

    @cached_property
    def _of_sums(self) -> list[Relation]:
        """What follows from what is assumed: the sums of vectors that are defined by others whose sums are known."""
        known: list[Relation] = []
        for quantity in self.graph if self.assumed else ():
            is_of_terms = isinstance(quantity.formula, Plus) and quantity.adjoint is None
            if is_of_terms and len(self.graph.shape(quantity.name)) == 1:
                summed = tidy(Apply("sum", {}, quantity.definition), self._shape, [*self.assumed, *known]).expression
                if isinstance(summed, Literal):
                    known.append(Relation("=", Apply("sum", {}, Name(quantity.name)), summed))
        return known

    def _is_scaled(self, formula: Node | None, differences: Sequence[Node]) -> bool:
        """Whether a formula is one of the differences over a number."""
        return isinstance(formula, Over) and formula.args[0] in differences and not self._shape(formula.args[1])

    def foreign(self, name: str, terms: Iterable[str]) -> list[str]:
        """The names in a quantity's form in the terms that are none of them and that nothing can stand for."""
        allowed = {*terms}
        written = names_in(changed(self.result(name, frozenset(allowed)).expression, _one_for_its_entries))
        return list(dict.fromkeys(array for used in written if (array := self._array_of(used)) not in allowed))

    def _formula(self, quantity: Quantity) -> Node:
        """What is written of a quantity: of an entry of an array that entry of the array's formula."""
        formula: Node = quantity.definition
        array = formula.args[0] if isinstance(formula, Item) else None
        if not isinstance(array, Name):
            return formula
        whole: Node | None = self.graph[array.name].formula
        if whole is None:
            return formula
        entry = self._with_entries(formula)
        if not isinstance(entry, Name):
            return Item(whole, *formula.args[1:]) if is_entry(quantity) else formula
        return written_entry(whole, entry_parts(entry.name)[1], self.graph.shape)

    def _with_entries(self, node: Node) -> Node:
        """The expression with the entries of arrays by their names, where nothing in these has a letter as its size."""
        array = node.args[0] if isinstance(node, Item) else None
        if isinstance(array, Name):
            place = place_of(node.args[1:])
            is_entry = place is not None and len(place) == len(self.graph.shape(array.name))
            if place is not None and is_entry and self._has_sizes(array.name):
                return Name(entry_name(array.name, place))
        if not any(isinstance(part, Item) for part in nodes_in(node)):
            return node
        return node.func(*(self._with_entries(part) if isinstance(part, Node) else part for part in node.args))

    def _has_sizes(self, array: str) -> bool:
        """Whether every size of an array, and of those that it is made of, is a number."""
        return all(is_concrete(self.graph.shape(used)) for used in (array, *self.graph.uses(array)))

    def _array_of(self, used: str) -> str:
        """The quantity that a name is, or an entry of."""
        is_whole = used in self.graph and not is_entry(self.graph[used])
        return used if is_whole else entry_parts(used)[0]

    def _put_in(self, formula: Node, quantity: Quantity, terms: frozenset[str] | None) -> Node:
        """The formula with what stands for each name: its number, its own form, or itself where it stays."""
        new: dict[Node, Node] = {}
        for relation in self._turned_in(formula, quantity, terms):
            numerator, quotient = relation.operands
            turned = dict(zip(_either_sign(numerator), (quotient, negative(quotient)), strict=True))
            formula = changed(formula, turned.get)
        formula = self._with_entries(formula)
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

    def _in_place_of(self, used: str, terms: frozenset[str] | None) -> Node | None:
        array = self._array_of(used)
        if terms is not None and array in terms:
            return None
        place = () if array == used else entry_parts(used)[1]
        quantity = self.graph[array]
        if self.graph.has_value(array):
            number = self.numbers.get(array)
            for at in place:
                number = None if number is None else number.args[at]
            return number if number is not None and is_exact(number) else None
        if isinstance(quantity.given, Letter) and (solved := self._solved(array, terms)) is not None:
            return solved[1]
        if isinstance(quantity.given, Letter) or (terms is None and quantity.adjoint is None):
            return None
        found = self.result(array, terms).expression
        return written_entry(found, place, self.graph.shape) if place else found

    @cached_property
    def _shape(self) -> Shapes:
        return Shapes(self.graph.shape)


def _is_difference(node: Node) -> bool:
    """Whether it is a difference of two expressions of which none is a number: not the 1 − h beside h."""
    if not isinstance(node, Plus) or len(node.args) != 2 or not isinstance(node.args[1], Negative):
        return False
    return not any(isinstance(each, Literal) for each in (node.args[0], node.args[1].args[0]))


def _sums_to_nothing(vector: Node) -> Relation:
    return Relation("=", Apply("sum", {}, vector), ZERO)


def _either_sign(difference: Node) -> tuple[Node, Node]:
    """A difference, and the same the other way round."""
    return difference, opposite(difference)


def _averaged(formula: Node, shape: Callable[[str], Shape]) -> Name | None:
    """The vector whose mean a formula is, ``mean(x)`` or ``sum(x)/n``; None of any other formula."""
    divisor = None
    if isinstance(formula, Over):
        formula, divisor = formula.args
    if not isinstance(formula, Apply) or formula.operation != ("mean" if divisor is None else "sum"):
        return None
    (vector,) = formula.operands
    if formula.settings or not isinstance(vector, Name) or len(shape(vector.name)) != 1:
        return None
    return vector if divisor in (None, size_node(shape(vector.name)[0])) else None


def _one_for_its_entries(node: Node) -> Node | None:
    """1 in place of an array of ones, of nothing, of an identity, whose sizes are not written."""
    is_plain = isinstance(node, Apply) and node.operation in ("ones", "zeros", "identity")
    return ONE if is_plain else None


def _may_be_undefined(formula: Node) -> bool:
    """Whether a quotient, a power or a function is of more than a name."""
    parts = {Over: 1, Power: 0, Call: 1}
    return any(not isinstance(part.args[parts[type(part)]], Name) for part in nodes_in(formula) if type(part) in parts)


def _each_once(lines: Sequence[Line]) -> list[Line]:
    """The lines without those that say again what stands before them; the last one is the result."""
    kept: list[Line] = []
    for line in lines:
        if not kept or not _reads_alike(kept[-1].expression, line.expression):
            kept.append(line)
        elif line.view is View.RESULT and kept[-1].view is View.NUMBERS:
            kept[-1] = line
    return kept


def _reads_alike(one: Node, other: Node) -> bool:
    """Whether two expressions are the same on paper, though their products may be nested otherwise."""
    return bool(one == other) or _PRINTER.print(one) == _PRINTER.print(other)


def not_in_terms(name: str, foreign: Sequence[str], terms: Sequence[str]) -> str:
    """What is said of a quantity that cannot be written in the names that its part allows."""
    also = listed(f"`{each}`" for each in foreign)
    return f"{name} cannot be written in {listed(f'`{each}`' for each in terms)} alone; it needs {also} too"
