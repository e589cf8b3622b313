"""Where a mistake can be made: a quantity of the graph, with what there is to know of how it was made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias, TypeGuard

from deepcalc.checking.invited.forms import form_of, is_call, sigmoid_argument, sigmoid_slope_argument
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.edits import terms, unsigned
from deepcalc.notation.names import gradient_parts
from deepcalc.notation.nodes import ONE, Call, Name, Negative, Node, Plus, Relation, minus, names_in, nodes_in, product
from deepcalc.records import record

AtNode: TypeAlias = "Callable[[Place, Any], Any]"
"""What stands in place of a node of a place's formula; None where it stays."""

Written: TypeAlias = tuple[Any, ...]
"""A formula, and the names that the message of its row speaks of."""

_NUMBER = re.compile(r"[0-9]+")
MOST_COUNTERPARTS = 3

NEAR = 1
"""Indices that are so far apart are mistaken for each other."""


class Surroundings:
    """What the quantities of one graph are used for, worked out once for all places in it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def consumers(self, name: str) -> tuple[str, ...]:
        """The quantities of the way forward that a name stands in."""
        return tuple(self._consumers.get(name, ()))

    def of_head(self, head: str, time: str) -> Sequence[str]:
        """What a head names at a time, of every parameter: ``g.w@1`` and ``g.u@1`` of g and 1."""
        return self._of_heads.get((head, time), ())[: MOST_COUNTERPARTS + 1]

    @cached_property
    def _of_heads(self) -> Mapping[tuple[str, str], Sequence[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for name in self.graph.names:
            head, point, rest = name.partition(".")
            if point:
                found.setdefault((head, rest.partition("@")[2]), []).append(name)
        return found

    def counterparts(self, name: str) -> Sequence[str]:
        """Names that stand where a name stands in another term of a sum, the nearest ones."""
        return self._counterparts.get(name, ())[:MOST_COUNTERPARTS]

    @cached_property
    def functions(self) -> frozenset[str]:
        """The functions of one argument that the way forward takes."""
        forward = (each.formula for each in self.graph if each.formula is not None and not _is_derivative(each))
        nodes = (node for formula in forward for node in nodes_in(formula))
        found = {node.function for node in nodes if isinstance(node, Call) and len(node.arguments) == 1}
        return frozenset(found)

    @cached_property
    def _consumers(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self.graph:
            if not _is_derivative(each):
                for used in dict.fromkeys(self.graph.uses(each.name)):
                    found.setdefault(used, []).append(each.name)
        return found

    @cached_property
    def _counterparts(self) -> Mapping[str, list[str]]:
        found: dict[str, dict[str, int]] = {}
        for each in (each for each in self.graph if each.formula is not None and not _is_derivative(each)):
            alike: dict[Any, list[tuple[str, ...]]] = {}
            for term in terms(unsigned(each.definition)):
                alike.setdefault(form_of(unsigned(term)), []).append(names_in(term))
            for standing in (standing for names in alike.values() for standing in zip(*names, strict=False)):
                for here, name in enumerate(standing):
                    for there in range(
                        max(0, here - MOST_COUNTERPARTS), min(len(standing), here + MOST_COUNTERPARTS + 1)
                    ):
                        if standing[there] != name:
                            found.setdefault(name, {}).setdefault(standing[there], abs(there - here))
        return {name: sorted(others, key=others.__getitem__) for name, others in found.items()}


@record
class Place:
    """A quantity in whose formula a mistake can be made; ``is_answer`` tells whether it is what is asked for."""

    graph: Graph
    quantity: Quantity
    is_answer: bool
    surroundings: Surroundings | None = None
    as_written: bool = False

    @cached_property
    def formula(self) -> Node:
        """σ(z) and p·(1 − p) also where the sigmoid is written out, unless it is to stay ``as_written``."""
        formula = self.quantity.definition
        if self.as_written or not any(map(_is_sum_with_exponential, nodes_in(formula))):
            return formula
        if not self.is_derivative:
            written = {node: sigmoid_argument(node) for node in nodes_in(formula)}
            return formula.xreplace({node: Call("sigmoid", z) for node, z in written.items() if z is not None})
        slopes = {node: sigmoid_slope_argument(node) for node in nodes_in(formula)}
        return formula.xreplace({node: self._slope(z, node) for node, z in slopes.items() if z is not None})

    def _slope(self, argument: Node, node: Node) -> Node:
        """p·(1 − p) of the p that is the sigmoid of the argument; the node itself where there is none."""
        for consumer in self.consumers(self.wrt) if self.wrt is not None else ():
            if sigmoid_argument(self.graph[consumer].formula) == argument:
                return product(Name(consumer), minus(ONE, Name(consumer)))
        return node

    @cached_property
    def is_derivative(self) -> bool:
        return _is_derivative(self.quantity)

    @cached_property
    def wrt(self) -> str | None:
        """The name that a derivative is by, where that is a quantity."""
        parts = gradient_parts(self.quantity.name)
        wrt = self.quantity.adjoint.wrt if self.quantity.adjoint is not None else parts[1] if parts else None
        return wrt if wrt in self.graph else None

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every different part of the formula, the outermost first, without the conditions of cases."""
        found: dict[Any, None] = {}
        stack = [self.formula]
        while stack:
            node = stack.pop()
            if not isinstance(node, Relation):
                found[node] = None
                stack.extend(reversed(node.args))
        return tuple(found)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return names_in(self.formula)

    @cached_property
    def forward_names(self) -> tuple[str, ...]:
        """The names in the formula that are no derivatives."""
        return tuple(used for used in self.names if not _is_derivative(self.graph[used]))

    def is_link(self, node: Node) -> bool:
        """Whether a factor is a derivative itself, by which the chain rule goes on."""
        return isinstance(node, Name) and _is_derivative(self.graph[node.name])

    def consumers(self, name: str) -> tuple[str, ...]:
        """The quantities of the way forward that a name stands in, as far as it has come: no later updates."""
        return tuple(each for each in self.around.consumers(name) if self.comes_after(each))

    @cached_property
    def around(self) -> Surroundings:
        return self.surroundings or Surroundings(self.graph)

    def activation_of(self, name: str) -> tuple[str, Any] | None:
        """The function and the net input of an activated value."""
        formula = self.graph[name].formula
        if _is_of_one(formula):
            return formula.function, formula.arguments[0]
        argument = None if formula is None else sigmoid_argument(formula)
        return None if argument is None else ("sigmoid", argument)

    def comes_after(self, *names: str) -> bool:
        """Whether the graph has all of the names before this one."""
        return all(self.graph.is_before(name, self.quantity.name) for name in names)

    def neighbours(self, name: str) -> Iterator[str]:
        """Names that differ from a name in one index by one, or in the order of two: ``w12`` and ``w22`` of ``w21``."""
        is_given = self.graph[name].given is not None
        for other in _beside(name):
            if self.comes_after(other) and (self.graph[other].given is not None) == is_given:
                yield other

    def of_another(self, name: str) -> Iterator[str]:
        """The same of another parameter: ``g.u@1`` for ``g.w@1``, which is not made of it."""
        head, point, _ = name.partition(".")
        if point:
            time = name.partition("@")[2]
            for other in self.around.of_head(head, time):
                if other != name and self.comes_after(other):
                    yield other

    def counterparts(self, name: str) -> Iterator[str]:
        """Names that stand where a name stands in another term of a sum: ``b`` for ``a`` where a² + b² is."""
        yield from (other for other in self.around.counterparts(name) if self.comes_after(other))

    @cached_property
    def residuals(self) -> tuple[tuple[str, str, str], ...]:
        """Output, target and loss of which this is a derivative: the output is ``wrt``, or made of it directly.

        Of several outputs those that stand in the formula count, if any do.
        """
        wrt = self.wrt
        if wrt is None:
            return ()
        found = [
            (output, target, loss)
            for output in (wrt, *self.consumers(wrt))
            for loss in self.consumers(output)
            for target in self.graph.uses(loss)
            if target != output and self.graph[target].given is not None
            if _are_compared(self.graph[loss].definition, output, target)
        ]
        standing = [each for each in found if each[0] in self.names]
        return tuple(standing or found)


def _is_derivative(quantity: Quantity) -> bool:
    """Whether it holds a derivative: as the graph notes it, or by its name (that of one step in time)."""
    return quantity.adjoint is not None or gradient_parts(quantity.name) is not None


def _is_sum_with_exponential(node: Node) -> bool:
    return isinstance(node, Plus) and any(is_call(term, "exp") for term in node.args)


def _is_of_one(formula: Node | None) -> TypeGuard[Call]:
    return isinstance(formula, Call) and len(formula.arguments) == 1


def _are_compared(formula: Node, output: str, target: str) -> bool:
    """Whether a formula has the difference of two names, or one times the logarithm of the other."""
    pair = {Name(output), Name(target)}
    for node in nodes_in(formula):
        is_difference = isinstance(node, Plus) and len(node.args) == 2 and isinstance(node.args[1], Negative)
        if is_difference and {node.args[0], node.args[1].args[0]} == pair:
            return True
        if isinstance(node, Call) and node.function in ("log", "ln") and output in names_in(node):
            return target in names_in(formula)
    return False


def _beside(name: str) -> Iterator[str]:
    """The names that an index more or less makes, a digit at a time where two indices stand together."""
    found: dict[str, None] = {}
    for match in _NUMBER.finditer(name):
        text, start, end = match[0], match.start(), match.end()
        if len(text) == 2:
            found[name[:start] + text[::-1] + name[end:]] = None
            spans = [(start, start + 1), (start + 1, end)]
        else:
            spans = [(start, end)]
        for first, last in spans:
            index = int(name[first:last])
            for other in (index - NEAR, index + NEAR):
                if other >= 0:
                    found[f"{name[:first]}{other}{name[last:]}"] = None
    found.pop(name, None)
    yield from found
