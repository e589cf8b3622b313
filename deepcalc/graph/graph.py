"""The expression graph: named quantities in definition order, each written in terms of earlier ones."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace

from deepcalc.graph.quantities import GraphError, Letter, Quantity, given_shape
from deepcalc.graph.work import Work
from deepcalc.notation.array_nodes import names_and_arrays
from deepcalc.notation.nodes import Node, Plus, names_in, total
from deepcalc.notation.shapes import SCALAR, Shape, ShapeError, count, is_concrete


class Graph:
    """An ordered mapping of names to quantities that only grows; definition order is evaluation order."""

    def __init__(self, quantities: Iterable[Quantity] = ()) -> None:
        self._quantities: dict[str, Quantity] = {}
        self._order: dict[str, int] = {}
        self._uses: dict[str, tuple[str, ...]] = {}
        self._parents: dict[str, tuple[str, ...]] = {}
        self._adjoints: dict[tuple[str, str], Quantity] = {}
        self._terms: dict[str, dict[str, list[Node]]] = {}
        self._in_stable: dict[str, tuple[str, ...]] = {}
        self._sources: dict[str, tuple[str, ...]] = {}
        self._behind: dict[str, frozenset[str]] = {}
        self._shapes: dict[str, Shape] = {}
        self._by_arrays: set[str] = set()
        self._without_value: set[str] = set()
        self._work = Work()
        for quantity in quantities:
            self.add(quantity)

    def copy(self) -> Graph:
        """A graph with the same quantities, which grows by itself."""
        own = Graph()
        vars(own).update({name: copy(value) for name, value in vars(self).items()})
        return own

    def add(self, quantity: Quantity) -> None:
        """Append a quantity; ``GraphError`` when its name is taken or it uses an unknown one."""
        name = quantity.name
        if name in self._quantities:
            raise GraphError(f"{name} is defined twice", name)
        if (quantity.formula is None) == (quantity.given is None):
            raise GraphError(f"{name} must have either a formula or a given value", name)
        uses, has_arrays = (tuple(quantity.partials), False)
        if quantity.written is not None:
            uses, has_arrays = names_and_arrays(quantity.written)
        also = names_in(*quantity.fused.values(), *(() if quantity.stable is None else (quantity.stable,)))
        for used in (*uses, *also, *quantity.fused):
            if used not in self._quantities:
                raise GraphError(f"{name} uses {used}, which is not defined before it", name)
        if quantity.formula is None:
            self._take_given(quantity)
            if quantity.in_place_of is not None:
                quantity = replace(quantity, in_place_of=self._checked(quantity)[0])
        else:
            if has_arrays or (self._shapes and any(used in self._shapes for used in uses)):
                quantity = self._of_arrays(quantity)
            if self._without_value and any(used in self._without_value for used in uses):
                self._without_value.add(name)
        self._quantities[name] = quantity
        self._order[name] = len(self._order)
        self._uses[name] = uses
        self._parents[name] = self._passing_back(quantity.fused, uses)
        if quantity.adjoint is not None:
            self._adjoints[quantity.adjoint.of, quantity.adjoint.wrt] = quantity

    def _take_given(self, quantity: Quantity) -> None:
        name, given = quantity.name, quantity.given
        if isinstance(given, Letter):
            self._without_value.add(name)
        shape = given_shape(given)
        if shape:
            self._note_shape(name, shape)
            if is_concrete(shape):
                self._work.add(count(shape))

    def _checked(self, quantity: Quantity) -> tuple[Node, Shape]:
        """The formula with what depends on shapes decided, and its shape; what it takes to work it out is counted."""
        from deepcalc.graph.sizes import with_known_sizes
        from deepcalc.notation.operations.expressions import checked, work_of

        name = quantity.name
        try:
            formula, shape = checked(with_known_sizes(self, quantity.definition), self.shape)
            if name not in self._without_value:
                self._work.add(*work_of(formula, self.shape))
        except ShapeError as error:
            raise GraphError(f"{name}: {error.message}", name, error.node) from None
        return formula, shape

    def _of_arrays(self, quantity: Quantity) -> Quantity:
        """The quantity with what depends on shapes decided in its formula; its shape is noted."""
        name = quantity.name
        formula, shape = self._checked(quantity)
        self._by_arrays.add(name)
        if shape:
            self._note_shape(name, shape)
        return replace(quantity, formula=formula)

    def _note_shape(self, name: str, shape: Shape) -> None:
        self._shapes[name] = shape
        if name not in self._without_value:
            self._work.see(count(shape))

    def shape(self, name: str) -> Shape:
        """The shape of a quantity: ``()`` of a number."""
        return self._shapes.get(name, SCALAR)

    def is_of_arrays(self, name: str) -> bool:
        """Whether a quantity is worked out by the rules of arrays: it is one, or its formula has some in it."""
        return name in self._by_arrays or name in self._shapes

    @property
    def has_arrays(self) -> bool:
        return bool(self._by_arrays or self._shapes)

    @property
    def has_letters(self) -> bool:
        """Whether something is given without a value."""
        return bool(self._without_value)

    def has_value(self, name: str) -> bool:
        """Whether a quantity comes to a number or an array of numbers: no letter is behind it."""
        return name not in self._without_value

    @property
    def is_large(self) -> bool:
        """Whether the arrays are so large that they are worked out in the float domain alone."""
        return self._work.is_large

    def __getitem__(self, name: str) -> Quantity:
        return self._quantities[name]

    def __contains__(self, name: object) -> bool:
        return name in self._quantities

    def __iter__(self) -> Iterator[Quantity]:
        return iter(self._quantities.values())

    def __len__(self) -> int:
        return len(self._quantities)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._quantities)

    def uses(self, name: str) -> tuple[str, ...]:
        """The quantities in the formula of this one, in the order written."""
        return self._uses[name]

    def parents(self, name: str) -> tuple[str, ...]:
        """The quantities to which its derivative is passed back.

        These are the names of its formula; of those that are made of fused ones, the fused ones take the place.
        """
        return self._parents[name]

    def _passing_back(self, fused: Mapping[str, Node], uses: tuple[str, ...]) -> tuple[str, ...]:
        if not fused:
            return uses
        return (*fused, *(used for used in uses if used not in fused and not self._is_made_of(used, fused)))

    def _is_made_of(self, name: str, parts: Container[str]) -> bool:
        """Whether a quantity is made of one of the parts by its formula, also where a value is given in its place."""
        seen: set[str] = set()
        stack = [name]
        while stack:
            current = stack.pop()
            if current in parts:
                return True
            if current not in seen:
                seen.add(current)
                stack.extend(self._uses[current])
        return False

    def evaluated_form(self, name: str, replaced: Container[str] = ()) -> Node:
        """What is evaluated of a quantity: the stable form of its formula, or the formula as it is written.

        The stable form is not used where it would pass by a quantity whose own value has been ``replaced`` (by a
        student's, or by the figure that was written down).
        """
        quantity = self._quantities[name]
        formula = quantity.definition
        if quantity.stable is None:
            return formula
        passed_by = (used for used in self._uses[name] if used not in self._stable_uses(name))
        return formula if any(used in replaced for used in passed_by) else quantity.stable

    def _stable_uses(self, name: str) -> tuple[str, ...]:
        """The quantities in the stable form of this one, looked up once."""
        if name not in self._in_stable:
            stable = self._quantities[name].stable
            self._in_stable[name] = () if stable is None else names_in(stable)
        return self._in_stable[name]

    def terms_using(self, name: str, used: str) -> Node:
        """The terms of a quantity's formula in which another occurs; the formula itself where it is no sum.

        A sum is indexed once, so that the derivatives of a unit with n inputs cost n steps, not n².
        """
        formula = self._quantities[name].definition
        if not isinstance(formula, Plus):
            return formula
        index = self._terms.get(name)
        if index is None:
            index = self._terms[name] = {}
            for term in formula.args:
                for occurring in names_in(term):
                    index.setdefault(occurring, []).append(term)
        return total(*index.get(used, ()))

    def adjoint(self, of: str, wrt: str) -> Quantity | None:
        """The quantity that holds the derivative of one by the other, up to its sign, if there is one."""
        return self._adjoints.get((of, wrt))

    def ancestors(self, names: Iterable[str], stop: Container[str] = ()) -> list[str]:
        """The names and all that they are made of, in definition order; nothing behind a ``stop`` name."""
        wanted = self._made_of(names, stop)
        if len(wanted) * 8 < len(self._quantities):
            return sorted(wanted, key=self._order.__getitem__)
        return [name for name in self._quantities if name in wanted]

    def _made_of(self, names: Iterable[str], stop: Container[str] = ()) -> set[str]:
        wanted: set[str] = set()
        stack, found = list(names), {} if stop else self._behind
        while stack:
            name = stack.pop()
            if name in wanted:
                continue
            if name in found:
                wanted |= found[name]
            else:
                wanted.add(name)
                if name not in stop:
                    stack.extend(self._evaluated_from(name))
        return wanted

    def is_before(self, name: str, other: str) -> bool:
        """Whether a name is in the graph, and stands before another in definition order."""
        return name in self._order and self._order[name] < self._order[other]

    def position(self, name: str) -> int:
        """Where a quantity stands in definition order, from 0."""
        return self._order[name]

    def behind(self, name: str) -> frozenset[str]:
        """A quantity and all that it is made of, found once."""
        if name not in self._behind:
            self._behind[name] = frozenset(self._made_of([name]))
        return self._behind[name]

    def _evaluated_from(self, name: str) -> tuple[str, ...]:
        if name not in self._sources:
            quantity, uses = self._quantities[name], (*self._uses[name], *self._stable_uses(name))
            self._sources[name] = uses if quantity.given is None else ()
        return self._sources[name]

    def with_formulas(self, quantities: Mapping[str, Quantity]) -> Graph:
        """A graph with the same names in the same order, some of them written otherwise."""
        return Graph(quantities.get(quantity.name, quantity) for quantity in self)
