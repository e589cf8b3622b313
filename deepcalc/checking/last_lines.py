"""The last line of a derivation in letters, and the mistakes that are made in writing it.

A term of it left out, of the other sign, with its coefficient missing or turned over; a factor of a term left out; a
power one too high or too low; an indicator the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from deepcalc.checking.invited.forms import is_integer
from deepcalc.checking.reports import SlipReport
from deepcalc.checking.written_forms import WrittenForms
from deepcalc.errors import DeepcalcError
from deepcalc.graph.evaluation import written_value
from deepcalc.graph.points import Point, same_value
from deepcalc.notation.array_nodes import Apply, Entrywise, Prime
from deepcalc.notation.edits import unsigned
from deepcalc.notation.functions import TWO
from deepcalc.notation.grids import AnyValue, Grid
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Cases,
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
    number,
    product,
    total,
)
from deepcalc.notation.printing import Printer
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.problem.problem import Problem
from deepcalc.records import record
from deepcalc.solution.letter_lines import Letters

if TYPE_CHECKING:
    from deepcalc.checking.array_changes import ArrayChanges, Near

MOST_MISTAKES = 300

SAID_IN_GENERAL = frozenset(
    {"path-left-out", "factor-dropped", "term-dropped", "term-left-out", "factor-left-out", "factor-2"}
)
"""Mistakes of which the last line in letters may say more."""


@record
class LineMistake:
    """A mistake in the last line: its key, what is said of it after "consistent with", and the line with it."""

    key: str
    message: str
    line: Node


@record
class _Mistaken:
    """A mistake in the last line of a quantity, and the formulas that it changes: that of the quantity."""

    mistake: LineMistake
    name: str
    formulas: Mapping[str, Node]

    def leads_to(self, value: AnyValue, near: Near, point: Point, changes: ArrayChanges) -> bool:
        """Whether the changed line has the value at a point."""
        could_be = changes.could_be(self.name, self.formulas, point, near, frozenset())
        return could_be and same_value(point.value(self.formulas[self.name]), value)


_Asked: TypeAlias = tuple[str, tuple[str, ...] | None]


def _asked(name: str, terms: Sequence[str] | None) -> _Asked:
    return name, None if terms is None else tuple(terms)


def no_slack(value: AnyValue) -> AnyValue:
    """No deviation of a value, or of each entry of an array."""
    return Grid(value.shape, [Fraction(0)] * len(value.entries)) if isinstance(value, Grid) else Fraction(0)


def last_line(problem: Problem, name: str, sheet: Mapping[str, Any], terms: Sequence[str] | None) -> Node:
    """A quantity in the ``terms`` alone, as a textbook writes it, with what the ``sheet`` has a value of put in."""
    graph = problem.plan.graph
    written: dict[str, Any] = {}
    for each in graph.ancestors([name]):
        given = graph[each].given
        if given is not None and graph.has_value(each):
            written[each] = given
        elif each in sheet:
            written[each] = written_value(problem.rounding.of(graph[each].group), sheet[each])
    letters = Letters(graph, written, problem.assumed)
    return letters.result(name, None if terms is None else frozenset(terms)).expression


class LastLines:
    """The last lines of one problem in letters, each worked out once, and what is mistaken in writing them."""

    def __init__(self, problem: Problem, sheet: Mapping[str, Any], forms: WrittenForms) -> None:
        self._problem = problem
        self._sheet = sheet
        self._forms = forms
        self._lines: dict[_Asked, Node] = {}
        self._mistakes: dict[_Asked, tuple[list[_Mistaken], Iterator[_Mistaken]]] = {}

    def line(self, name: str, terms: Sequence[str] | None) -> Node:
        """The last line of a quantity in the terms alone; ``DeepcalcError`` where there is none."""
        key = _asked(name, terms)
        if key not in self._lines:
            self._lines[key] = last_line(self._problem, name, self._sheet, terms)
        return self._lines[key]

    def has(self, names: Sequence[str], name: str, terms: Sequence[str] | None) -> bool:
        """Whether names are sizes that the sheet's own answer has, ``ones(n) - y/mu``, whatever names it is to have."""
        try:
            return {*names} <= {*names_in(self.line(name, terms))}
        except DeepcalcError:
            return False

    def mistake(
        self, name: str, at: Sequence[tuple[Point, AnyValue]], terms: Sequence[str] | None, changes: ArrayChanges
    ) -> SlipReport | None:
        """The mistake in the last line that leads to the values, or the other derivative that has them.

        The ``changes`` see quickly which lines are worth a closer look.
        """
        graph = self._problem.plan.graph
        if graph.has_value(name):
            return None
        for other in graph.names:
            is_another = graph[other].adjoint is not None and graph.shape(other) == graph.shape(name)
            if is_another and all(same_value(point.values[other], value) for point, value in at):
                printer = UnicodePrinter(self._problem.plan.symbols)
                message = f"{printer.print(Name(other))} in place of {printer.print(Name(name))}"
                return SlipReport("other-derivative", message, name, ())
        aims = [(value, changes.near(value, no_slack(value)), point) for point, value in at]
        for each in self._mistakes_of(name, terms):
            with suppress(DeepcalcError):
                if all(each.leads_to(*aim, changes) for aim in aims):
                    return SlipReport(each.mistake.key, each.mistake.message, name, ())
        return None

    def _mistakes_of(self, name: str, terms: Sequence[str] | None) -> Iterator[_Mistaken]:
        """The mistakes in the last line of a quantity, each made once, when it is first looked at."""
        key = _asked(name, terms)
        if key not in self._mistakes:
            self._mistakes[key] = ([], self._made(name, terms))
        made, further = self._mistakes[key]
        yield from made
        for each in further:
            made.append(each)
            yield each

    def _made(self, name: str, terms: Sequence[str] | None) -> Iterator[_Mistaken]:
        with suppress(DeepcalcError):
            for mistake in mistakes_in(self.line(name, terms), UnicodePrinter(self._problem.plan.symbols)):
                with suppress(DeepcalcError):
                    yield _Mistaken(mistake, name, {name: self._forms.settled(mistake.line)[0]})


def mistakes_in(line: Node, printer: Printer) -> Iterator[LineMistake]:
    """The mistakes that may be made in a line, those in its outermost terms first, each changed line once."""
    seen = {line}
    for mistake in islice(_mistakes_in(line, printer), MOST_MISTAKES):
        if mistake.line not in seen:
            seen.add(mistake.line)
            yield mistake


def _mistakes_in(line: Node, printer: Printer) -> Iterator[LineMistake]:
    sums = dict.fromkeys(node for node in nodes_in(line) if isinstance(node, Plus))
    for outermost in [part for part in _parts_of_product(line) if isinstance(part, Plus)]:
        yield from _in_terms(line, outermost, printer)
        sums.pop(outermost)
    for node in dict.fromkeys(nodes_in(line)):
        if isinstance(node, Times | Entrywise | Over):
            for key, message, changed in _of_factors(node, printer):
                yield LineMistake(key, message, line.xreplace({node: changed}))
    for part in sums:
        yield from _in_terms(line, part, printer)
    for node in dict.fromkeys(nodes_in(line)):
        for key, message, changed in _at(node, printer):
            yield LineMistake(key, message, line.xreplace({node: changed}))


def _parts_of_product(node: Node) -> Iterator[Node]:
    """The factors above the line of a product, or the node itself."""
    if isinstance(node, Over):
        yield from _parts_of_product(node.args[0])
    elif isinstance(node, Times | Entrywise):
        yield from dict.fromkeys(node.args)
    else:
        yield node


def _in_terms(line: Node, part: Node, printer: Printer) -> Iterator[LineMistake]:
    """The mistakes in the terms of a sum that is a part of the line."""
    for place, term in enumerate(part.args):
        for mistake in _of_term(term, printer):
            others = [*part.args[:place], *_nonzero(mistake.line), *part.args[place + 1 :]]
            yield LineMistake(mistake.key, mistake.message, line.xreplace({part: total(*others)}))


def _nonzero(term: Node) -> list[Node]:
    return [] if term == ZERO else [term]


def _of_term(term: Node, printer: Printer) -> Iterator[LineMistake]:
    """The mistakes in one term of a sum."""
    plain = unsigned(term)
    said = printer.print(plain)
    yield LineMistake("term-left-out", f"the term {said} left out", ZERO)
    yield LineMistake("sign", f"the sign of the term {said} turned", negative(term))
    for key, message, changed in _of_factors(plain, printer):
        signed = Negative(changed) if isinstance(term, Negative) else changed
        yield LineMistake(key, f"{message} in the term {said}", signed)
    for factor, key in ((TWO, "a factor 2 too many"), (Over(ONE, TWO), "a factor 1/2 too many")):
        yield LineMistake("factor-2", f"{key} in the term {said}", product(factor, term))


def _of_factors(node: Node, printer: Printer) -> Iterator[tuple[str, str, Node]]:
    """A product without one of its factors, or with another coefficient."""
    above, below = node.args if isinstance(node, Over) else (node, None)
    joined = type(above) if isinstance(above, Times | Entrywise) else Times
    factors = list(above.args) if isinstance(above, Times | Entrywise) else [above]

    def whole(kept: Sequence[Node]) -> Node:
        numerator = ONE if not kept else kept[0] if len(kept) == 1 else joined(*kept)
        return numerator if below is None else Over(numerator, below)

    for place, factor in enumerate(factors):
        others = [*factors[:place], *factors[place + 1 :]]
        value = _number(factor)
        if others or below is not None:
            key = "factor-2" if value == 2 else "factor-left-out"
            yield key, f"the factor {printer.print(factor)} left out", whole(others)
        if value not in (None, 0, 1):
            turned = number(1 / Fraction(value))
            said = f"{printer.print(turned)} in place of {printer.print(factor)}"
            yield "coefficient", said, whole([*factors[:place], turned, *factors[place + 1 :]])
        if isinstance(factor, Name):
            for other in (Call("sign", factor), Power(factor, TWO)):
                said = f"{printer.print(other)} in place of {printer.print(factor)}"
                yield "other-derivative", said, whole([*factors[:place], other, *factors[place + 1 :]])
    if below is not None:
        yield "divisor-left-out", f"the division by {printer.print(below)} left out", above


def _number(node: Node) -> Fraction | None:
    if isinstance(node, Over) and all(isinstance(part, Literal) for part in node.args):
        above, below = (Fraction(part.value) for part in node.args if isinstance(part, Literal))
        return above / below
    return Fraction(node.value) if isinstance(node, Literal) and node.exact else None


def _at(node: Node, printer: Printer) -> Iterator[tuple[str, str, Node]]:
    if isinstance(node, Power) and is_integer(exponent := node.args[1], 2):
        base = node.args[0]
        power = int(Fraction(exponent.value))
        for other in (number(power + 1), number(power - 1)):
            said = f"the exponent {printer.print(other)} in place of {printer.print(exponent)}"
            yield "exponent", said, base if other == ONE else Power(base, other)
    if isinstance(node, Cases) and node.args[::2] == (ONE, ZERO):
        condition = node.args[1]
        yield "indicator-turned", "the indicator the other way round", Cases(ZERO, condition, ONE)
        if isinstance(condition, Relation) and condition.operators == [">"]:
            above, below = condition.operands
            kept = above if below == ZERO else minus(above, below)
            yield "value-for-slope", "the maximum itself in place of its derivative", Call("max", ZERO, kept)
    if isinstance(node, Prime) and node.function == "relu":
        yield "indicator-turned", "the indicator the other way round", minus(ONE, node)
    if isinstance(node, Entrywise) and len(node.args) == 2:
        yield from _off_diagonal(*node.args)


def _off_diagonal(shares: Node, differences: Node) -> Iterator[tuple[str, str, Node]]:
    """p ⊙ (1 − p) ⊙ u in place of p ⊙ (u − Σ u p)."""
    if not isinstance(differences, Plus) or len(differences.args) != 2:
        return
    adjoint, taken = differences.args
    weighted = taken.args[0] if isinstance(taken, Negative) else None
    if isinstance(weighted, Apply) and weighted.operation in ("sum", "expand") and shares in nodes_in(weighted):
        said = "the derivative of the softmax off its diagonal left out"
        yield "off-diagonal", said, Entrywise(shares, minus(ONE, shares), adjoint)
