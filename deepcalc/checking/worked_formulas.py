"""Formulas as answers to questions of numbers: read as they are written by hand, and worked out."""

from __future__ import annotations

from fractions import Fraction

from deepcalc.checking.by_hand import products_by_shapes
from deepcalc.checking.document import Verdict
from deepcalc.checking.expression_reading import read_expression
from deepcalc.checking.findings import Finding, no_points, right
from deepcalc.checking.questions import Question, Reading, answerable
from deepcalc.checking.reading import ReadFormula, ReadNumber
from deepcalc.checking.symbolic import Formulas
from deepcalc.checking.written_forms import slopes_written_out
from deepcalc.checking.written_names import WrittenNames
from deepcalc.errors import DeepcalcError, MathError, ParseError, UsageError, ValueOutOfReach
from deepcalc.graph.described import make
from deepcalc.graph.evaluation import evaluate, value_of
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.array_nodes import has_array_nodes
from deepcalc.notation.names import gradient_parts
from deepcalc.notation.nodes import Literal, Name, Node, names_in, nodes_in
from deepcalc.notation.rounding import NumberFormat
from deepcalc.plan import Plan

_IN_ANY_FORMULA = {Fraction(0), Fraction(1)}
_SAME = Fraction(1, 10**12)
_SHORT = NumberFormat(significant=4)


class FormulaAnswers:
    """Formulas among the answers to one problem of numbers; ``names`` are what may stand for its quantities."""

    def __init__(self, plan: Plan, names: WrittenNames) -> None:
        self._plan = plan
        self._graph = plan.graph
        self._names = names
        self._formulas = Formulas(plan.graph, plan.aliases, self._meant)

    def _meant(self, word: str) -> str:
        """The name that is meant by one in a formula; a derivative that is not in the graph yet is added to it."""
        if gradient_parts(word) is None or word in self._graph:
            return self._names.meant(word)
        try:
            return make(self._graph, answerable(self._plan, word))
        except UsageError:
            return word

    def read(self, asked: Question, answer: str, decimal_comma: bool, is_count: bool) -> Reading:
        """What an answer says; a formula in which numbers of the problem are put in is what it comes to.

        ``ParseError`` where it uses what is none of the problem's quantities, or the quantity itself.
        """
        takes_formula = len(asked.quantities) == 1 and self._formulas.takes(asked.quantities[0])
        try:
            reading = asked.read(answer, decimal_comma, takes_formula, is_count)
        except ParseError as error:
            if asked.quantities != (asked.name,):
                raise
            reading = self._by_hand(answer, decimal_comma, takes_formula, error)
        return self._worked_out(asked.name, reading) if isinstance(reading, ReadFormula) else reading

    def _by_hand(
        self, answer: str, decimal_comma: bool, takes_formula: bool, error: ParseError
    ) -> ReadNumber | ReadFormula:
        """An answer that is no number in plain notation: products without a sign, ``(h−y) σ'(z) x₁``, ``5(4 + 1)``.

        The ``error`` of reading it as a number is raised where it is no formula in the problem's names either.
        """
        try:
            expression = read_expression(answer.replace("∂", "d"), decimal_comma, self._names)
            expression = slopes_written_out(products_by_shapes(expression, lambda _: ()))
        except DeepcalcError:
            raise error from None
        used = names_in(expression)
        if has_array_nodes(expression) or not all(name in self._names or gradient_parts(name) for name in used):
            raise error
        if used and not takes_formula:
            raise ParseError("a number is asked for, not a formula: put the numbers in")
        if used:
            return ReadFormula(answer, expression)
        try:
            return ReadNumber(answer, value_of(expression, {}))
        except ValueOutOfReach:
            raise error from None

    def _worked_out(self, name: str, formula: ReadFormula) -> ReadFormula | ReadNumber:
        """What a formula comes to in which numbers of the problem are put in; others as they are."""
        if self._formulas.same(name, formula.expression) or not self._has_numbers_put_in(name, formula.expression):
            return formula
        value = self._value(self._formulas.in_long_names(formula.expression))
        return formula if value is None else ReadNumber(formula.text, value)

    def finding(self, name: str, formula: ReadFormula) -> Finding:
        """The finding of a formula in letters; of another one than the quantity it says what it comes to."""
        if self._formulas.same(name, formula.expression):
            return right()
        value, truth = self._value(self._formulas.in_long_names(formula.expression)), self._value(Name(name))
        said = "the formula has another value"
        if value is not None and truth is not None:
            is_same = abs(value - truth) <= _SAME * abs(truth)
            own = ", though it comes to the same number here" if is_same else f": it comes to {_shown(value)}"
            said = f"this is another formula{own}"
        return no_points(Verdict.WRONG, said)

    def _value(self, expression: Node) -> Fraction | None:
        try:
            return to_fraction(value_of(expression, evaluate(self._graph, names_in(expression)).values))
        except (MathError, ValueOutOfReach):
            return None

    def _has_numbers_put_in(self, name: str, expression: Node) -> bool:
        """Whether numbers stand in an expression that are given for what it is made of, or are no whole ones.

        One over a given number is put in too: ``/2`` for ·0.5.
        """
        given = (self._graph[each].given_number for each in self._graph.behind(name))
        known = {number.value for number in given if number is not None} - _IN_ANY_FORMULA
        known |= {1 / number for number in known}
        numbers = (node.value for node in nodes_in(expression) if isinstance(node, Literal))
        return any(number in known or number.denominator > 1 for number in numbers)


def _shown(value: Fraction) -> str:
    return _SHORT.write(value).text.replace("-", "−")
