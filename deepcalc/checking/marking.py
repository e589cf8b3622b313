"""Marking: a student's answers → a verdict and points for each, as a fair and attentive examiner gives them.

A :class:`Marker` is prepared once for a problem: what is right, in every way of computing it, and what the typical
mistakes come to. Marking one more student then costs little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from fractions import Fraction
from functools import cached_property

from deepcalc.checking.chain_links import repeated
from deepcalc.checking.choices import Keys, Matching, Order
from deepcalc.checking.contents import expressions_of, numbers_in
from deepcalc.checking.document import AnswerMark, Mark, PartMark, Verdict
from deepcalc.checking.expected_answers import ExpectedAnswers
from deepcalc.checking.expression_marking import ExpressionMarker
from deepcalc.checking.findings import Finding, asked_for, no_points, of_components, of_design, of_item
from deepcalc.checking.number_marking import NumberMarker, OwnWork
from deepcalc.checking.own_arrays import OwnArrays
from deepcalc.checking.own_constructions import OwnConstructions
from deepcalc.checking.plain_text import LONGEST_ANSWER
from deepcalc.checking.questions import Question, Reading, answerable, question, questions
from deepcalc.checking.reading import Expressions, ReadFormula, ReadNumber, Vector
from deepcalc.checking.whole_vectors import components
from deepcalc.checking.worked_formulas import FormulaAnswers
from deepcalc.checking.written_names import WrittenNames
from deepcalc.errors import ParseError, UsageError, did_you_mean
from deepcalc.graph.described import make
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.names import shape_of_what
from deepcalc.notation.nodes import Name, Node
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.plan import Marking
from deepcalc.problem.problem import Problem
from deepcalc.records import record


@record
class _Answers:
    """One student's answers by long name: as written, as read, and why those that could not be read could not."""

    given: Mapping[str, str]
    readings: Mapping[str, Reading]
    unreadable: dict[str, ParseError]
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)


def _of_several(asked: Question, answered: Iterable[tuple[str, str]], answers: _Answers) -> Finding | None:
    """The finding of several quantities together, each by the answer that gives it; None if one is not given."""
    found = [answers.findings.get(each) for each in answered]
    given = [each for each in found if each is not None]
    return of_components(asked, given) if given and len(given) == len(found) else None


class Marker:
    """Marks answers to one problem, which stays as it is: what only answers name is in a graph of the marker's own."""

    def __init__(self, asked: Problem) -> None:
        problem = replace(asked, plan=asked.plan.with_own_graph())
        self._problem = problem
        self._plan = problem.plan
        self._graph = problem.plan.graph
        self.questions = questions(problem.plan, problem.parts)
        self._intermediates: dict[str, Question] = {}
        self._expected = ExpectedAnswers(problem)
        self._asked = {each.name: each for each in self.questions}
        self._names: dict[str, str] = {}
        markings = {name: each.marking for each in self.questions for name in each.quantities}
        last = problem.parts[-1].marking
        for name in self._graph.ancestors(markings):
            if self._graph[name].given is None:
                markings.setdefault(name, last)
        self._terms = {part.id: part.terms for part in problem.parts}
        self._prepare(markings)
        self._constructions = OwnConstructions(problem)

    @property
    def _is_of_expressions(self) -> bool:
        """Whether answers are arrays, or stand in letters: they are marked as a whole, not number by number."""
        return self._graph.has_arrays or self._graph.has_letters

    def _prepare(self, markings: Mapping[str, Marking]) -> None:
        if self._is_of_expressions:
            self._expressions = ExpressionMarker(self._problem, markings, self._written_names)
        else:
            self._numbers = NumberMarker(self._problem, markings)
        self._markings = dict(markings)

    def _prepare_for(self, further: Iterable[Question]) -> None:
        """Prepare for quantities that nothing asked for is made of, all at once."""
        unknown = {quantity: each.marking for each in further for quantity in each.quantities}
        if not unknown.keys() <= self._markings.keys():
            self._prepare({**unknown, **self._markings})

    @cached_property
    def _formulas(self) -> FormulaAnswers:
        return FormulaAnswers(self._plan, self._written_names)

    def mark(self, answers: Mapping[str, str], parts: Sequence[str] = (), decimal_comma: bool = False) -> Mark:
        """The marks of answers by name, in any form of the names; of all parts or of those asked for.

        ``UsageError`` for a name that no answer can have, and for a part that there is not.
        """
        self._check_parts(parts)
        given = self._by_long_name(self._constructions.joined(answers))
        further = {name: self._intermediate(name) for name in given if name not in self._asked}
        self._prepare_for(further.values())
        everything = {**self._asked, **further}
        read = self._read(given, everything, decimal_comma)
        mark_all = self._mark_expressions if self._is_of_expressions else self._mark_numbers
        mark_all(everything, read)
        of_graph = {name: answer for name, answer in given.items() if name in self._graph}
        marks = self._constructions.followed(
            [self._answer_mark(each, read) for each in everything.values()],
            everything,
            read.readings,
            lambda own: Marker(own).mark(of_graph, decimal_comma=decimal_comma),
        )
        in_part = {each.name: each.part for each in everything.values()}
        return Mark(
            self._problem.id,
            tuple(
                PartMark(part.id, tuple(mark for mark in marks if in_part[mark.name] == part.id))
                for part in self._problem.parts
                if not parts or part.id in parts
            ),
            self._plan.symbols,
        )

    def asked_in(self, parts: Sequence[str] = ()) -> tuple[Question, ...]:
        """What the parts ask for, or all of them."""
        self._check_parts(parts)
        return tuple(each for each in self.questions if not parts or each.part in parts)

    def _check_parts(self, parts: Iterable[str]) -> None:
        known = [part.id for part in self._problem.parts]
        for part in parts:
            if part not in known:
                near = did_you_mean(part, known) or f"; the parts are {', '.join(known)}"
                raise UsageError(f"no part `{part}`{near}")

    def _by_long_name(self, answers: Mapping[str, str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, answer in answers.items():
            if not answer.strip():
                continue
            if name not in self._names:
                self._names[name] = make(self._graph, answerable(self._plan, name))
            long = self._asked_name(self._names[name], answers)
            if long in found:
                raise UsageError(f"`{long}` is answered twice")
            found[long] = answer
        return found

    def _asked_name(self, name: str, answers: Iterable[str]) -> str:
        """The name of the question that asks for a quantity under another name: ``delta2`` for ``dL/dz3``."""
        graph = self._graph
        if name in self._asked or name not in graph:
            return name
        same = [other for other in self._asked if other in graph and repeated(graph, other) == repeated(graph, name)]
        return next((other for other in same if other not in answers), name)

    def _intermediate(self, name: str) -> Question:
        """The question for what nobody asks for: of the first part that needs it, else of the last one."""
        if name not in self._intermediates:
            last = self._problem.parts[-1]
            found = question(self._plan, name, last, Fraction(0), asked=False)
            parts = {part.id: part for part in self._problem.parts}
            for each in self.questions:
                if any(not self._graph.behind(used).isdisjoint(found.quantities) for used in each.quantities):
                    found = replace(found, part=each.part, marking=parts[each.part].marking)
                    break
            self._intermediates[name] = found
        return self._intermediates[name]

    @cached_property
    def _written_names(self) -> WrittenNames:
        return WrittenNames(self._plan)

    def _read(self, given: Mapping[str, str], everything: Mapping[str, Question], decimal_comma: bool) -> _Answers:
        readings: dict[str, Reading] = {}
        unreadable: dict[str, ParseError] = {}
        for name, answer in given.items():
            asked = everything[name]
            if self._is_of_expressions and asked.item is None:
                try:
                    readings[name] = expressions_of(asked, answer, decimal_comma, self._written_names)
                except ParseError as error:
                    unreadable[name] = error
                continue
            is_count = not self._is_of_expressions and all(map(self._numbers.is_count, asked.quantities))
            try:
                reading = self._formulas.read(asked, answer, decimal_comma, is_count)
                readings[name] = self._turned(asked, reading)
            except ParseError as error:
                unreadable[name] = error
        return _Answers(given, readings, unreadable)

    def _turned(self, asked: Question, reading: Reading) -> Reading:
        """A shape that tells its depth, with the depth where it is asked for; the numbers of a set in its order."""
        is_set = asked.composite is not None and asked.composite.unordered
        if self._is_of_expressions or not isinstance(reading, Vector) or not (reading.is_told or is_set):
            return reading
        exact = self._numbers.truths.exact.values
        right = [exact.get(name) for name in asked.quantities]
        return reading.arranged_by(right) if is_set else reading.turned_to(right)

    def _mark_numbers(self, everything: Mapping[str, Question], answers: _Answers) -> None:
        """Mark every number of the answers, one after another: what comes later may follow from what comes before."""
        numbers: dict[str, list[tuple[str, ReadNumber]]] = {}
        for asked in everything.values():
            for quantity, number in numbers_in(asked, answers.readings.get(asked.name)):
                numbers.setdefault(quantity, []).append((asked.name, number))
        work = OwnWork({quantity: given[0][1] for quantity, given in numbers.items()})
        for quantity in self._in_order(numbers):
            for answer, number in numbers[quantity]:
                answers.findings[answer, quantity] = self._numbers.mark(quantity, number, work)

    def _mark_expressions(self, everything: Mapping[str, Question], answers: _Answers) -> None:
        """Mark every array and expression, what comes later after what it is made of."""
        own = OwnArrays()
        read: dict[str, list[tuple[Question, Node]]] = {}
        for name, reading in answers.readings.items():
            try:
                for quantity, expression in self._expressions_in(everything[name], reading):
                    read.setdefault(quantity, []).append((everything[name], expression))
            except ParseError as error:
                answers.unreadable[name] = error
        for quantity in self._in_order(read):
            for asked, expression in read[quantity]:
                terms = None if shape_of_what(quantity) else self._terms[asked.part]
                reading = answers.readings[asked.name]
                readings = (expression, *self._other_readings(quantity, reading))
                finding = self._expressions.mark(quantity, readings, asked.marking, terms, own)
                answers.findings[asked.name, quantity] = finding

    def _other_readings(self, name: str, reading: Reading) -> tuple[Node, ...]:
        """What else an answer may say; products entry by entry where products of matrices do not fit."""
        if not isinstance(reading, ReadFormula):
            return ()
        entrywise = reading.by_entries
        if entrywise is None or self._expressions.fits(name, reading.expression):
            return reading.others
        return (*reading.others, entrywise)

    def _expressions_in(self, asked: Question, reading: Reading) -> Iterator[tuple[str, Node]]:
        """The expressions of an answer by quantity; none where they are more or fewer than are asked for."""
        if isinstance(reading, ReadFormula):
            yield asked.name, reading.expression
        elif isinstance(reading, Expressions):
            count = len(asked.quantities)
            found: Sequence[Node] | None = reading.expressions
            if len(reading.expressions) == 1 < count:
                found = components(reading.expressions[0], count, self._written_names, self._graph.shape)
            if found is not None and len(found) == count:
                yield from zip(asked.quantities, found, strict=True)

    def _in_order(self, numbers: Iterable[str]) -> Iterator[str]:
        """The quantities as they were asked for, each after those of them that it is made of."""
        left = dict.fromkeys(numbers)
        for quantity in tuple(left):
            for behind in self._before(quantity, tuple(left)):
                if behind in left:
                    del left[behind]
                    yield behind

    def _before(self, quantity: str, among: Sequence[str]) -> Iterator[str]:
        """What a quantity follows from, ``among`` others, in the order of the work, itself last."""
        behind = self._graph.behind(quantity)
        if not self._is_of_expressions:
            yield from self._numbers.links[quantity]
        yield from sorted((each for each in among if each in behind), key=self._graph.position)

    def _answer_mark(self, asked: Question, answers: _Answers) -> AnswerMark:
        finding, given = self._finding(asked, answers), answers.given.get(asked.name)
        return AnswerMark(
            name=asked.name,
            given=None if given is None else given[:LONGEST_ANSWER],
            verdict=finding.verdict,
            score=asked.out_of * finding.share,
            out_of=asked.out_of,
            expected=self.expected(asked),
            message=finding.message,
            slips=tuple(dict.fromkeys(report.key for report in finding.reports)),
            asked=asked.asked,
        )

    def _finding(self, asked: Question, answers: _Answers) -> Finding:
        if asked.name in answers.unreadable:
            error = answers.unreadable[asked.name]
            place = f" (at character {error.position + 1})" if error.position else ""
            return no_points(Verdict.UNREADABLE, f"{error.message}{place}")
        if asked.name not in answers.readings:
            separately = ((name, name) for name in asked.quantities)
            return _of_several(asked, separately, answers) or no_points(Verdict.MISSING)
        reading = answers.readings[asked.name]
        if isinstance(reading, ReadNumber) or (asked.name, asked.name) in answers.findings:
            return answers.findings[asked.name, asked.name]
        return self._finding_of(asked, reading, answers)

    def _finding_of(
        self, asked: Question, reading: Vector | Expressions | ReadFormula | Keys | Matching | Order, answers: _Answers
    ) -> Finding:
        """The finding of an answer that is no single number or expression."""
        match reading:
            case Vector() as vector if asked.composite is not None and asked.composite.checks:
                return of_design(self._graph, asked.composite.checks, asked.quantities, vector)
            case Vector(components=components):
                return self._of_vector(asked, components, answers)
            case Expressions(expressions=expressions):
                counted = f"{len(asked.quantities)} are asked for, not {len(expressions)}"
                together = ((asked.name, name) for name in asked.quantities)
                return _of_several(asked, together, answers) or no_points(Verdict.WRONG, counted)
            case ReadFormula() as formula:
                return self._formulas.finding(asked.name, formula)
            case Keys() | Matching() | Order():
                assert asked.item is not None
                return of_item(asked.item, reading)

    def _of_vector(self, asked: Question, components: Sequence[ReadNumber], answers: _Answers) -> Finding:
        if len(components) != len(asked.quantities):
            return no_points(Verdict.WRONG, f"{asked_for(len(asked.quantities))}, not {len(components)}")
        found = of_components(asked, [answers.findings[asked.name, name] for name in asked.quantities])
        follows = found.verdict is Verdict.FOLLOW_THROUGH
        return found if follows else self._in_another_order(asked, components) or found

    def _in_another_order(self, asked: Question, components: Sequence[ReadNumber]) -> Finding | None:
        """The finding of a shape with the right sizes in the wrong places: height and width, or channels first."""
        if not asked.is_shape or self._is_of_expressions:
            return None
        truth = [self._numbers.truths.exact.values.get(name) for name in asked.quantities]
        given = [to_fraction(number.value) for number in components]
        if given == truth or None in truth or sorted(given) != sorted(filter(None, truth)):
            return None
        written = UnicodePrinter(self._plan.symbols)
        whole, first, *_ = (written.print(Name(name)) for name in (asked.name, *asked.quantities))
        if first.startswith(whole):
            return no_points(Verdict.WRONG, "the right sizes in another order")
        order = [part for name in asked.quantities for part in (" × ", Name(name))][1:]
        return no_points(Verdict.WRONG, "the right sizes in another order: asked for is ", *order)

    def expected(self, asked: Question) -> str:
        """The right answer as the sheet shows it, in plain text."""
        if self._is_of_expressions:
            return self._expected.text(asked, self._expressions.sheet, self._expressions.last_lines)
        return self._expected.text(asked, self._numbers.truths.sheet.computed)
