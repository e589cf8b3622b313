"""Problem → Solution: what each part needs, in order, with nothing shown twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from deepcalc.errors import MathError, UsageError, did_you_mean
from deepcalc.graph.described import is_entry
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Letter
from deepcalc.notation.grids import Grid, places
from deepcalc.notation.names import entry_name, shape_of_what
from deepcalc.notation.nodes import Joined, Name, Node, Plus
from deepcalc.notation.rounding import NumberFormat, Rounding
from deepcalc.notation.shapes import is_concrete, size_text
from deepcalc.plan import Composite, Item, PartPlan, Plan, TablePlan
from deepcalc.plan.lookup import EVERYTHING
from deepcalc.plan.plan import Layout
from deepcalc.problem.problem import LastWord, Problem
from deepcalc.solution.arrangement import ArrangedPart, Arrangement, arrangement_of, quantities_of
from deepcalc.solution.course import Course, figures_of
from deepcalc.solution.derivation import Derivation
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import (
    MOST_OF_ARITHMETIC,
    Answer,
    Given,
    Line,
    Part,
    Row,
    Section,
    Solution,
    Step,
    Table,
    View,
)
from deepcalc.solution.shown import shown_value

if TYPE_CHECKING:
    from deepcalc.solution.drawings import Figure


def solve(
    problem: Problem,
    parts: Sequence[str] = (),
    detail: Detail = Detail.STEPS,
    rounding: Rounding | None = None,
) -> Solution:
    """The solution of a problem: of all its parts, or of those asked for.

    ``rounding`` stands in place of the problem's own. ``InvalidProblem`` names a quantity that has no value.
    """
    known = [part.id for part in problem.parts]
    for asked in parts:
        if asked not in known:
            raise UsageError(f"no part `{asked}`{did_you_mean(asked, known) or '; the parts are ' + ', '.join(known)}")
    try:
        return _solution(problem, parts, detail, rounding or problem.rounding)
    except MathError as error:
        raise problem.without_value(error) from None


def _solution(problem: Problem, parts: Sequence[str], detail: Detail, policy: Rounding) -> Solution:
    work = arrangement_of(problem, parts)
    needed = [name for part in work.parts for name in part.needed if work.graph.has_value(name)]
    needed += _further_figures(problem.plan, work)
    shown = {name for name in needed if work.graph[name].given is None}
    evaluation = evaluate(work.graph, needed, rounding=policy, written=shown)
    derivation = Derivation(work.graph, evaluation, policy, detail, problem.assumed)
    _check_terms(problem, work, derivation)
    tabled = (
        [] if problem.plan.trajectory is None else [_is_long(problem.plan, part, work.graph) for part in work.parts]
    )
    solved = [
        _part(problem, part, derivation, begins=not any(tabled[:index]))
        for index, part in enumerate(work.parts)
        if not parts or part.plan.id in parts
    ]
    points = [part.points for part in problem.parts if part.points is not None]
    return Solution(
        problem=problem.id,
        title=problem.title,
        kind=problem.kind.name,
        statement=problem.statement,
        reference=problem.reference,
        given=_given(work.graph),
        parts=tuple(solved),
        symbols=problem.plan.symbols,
        detail=detail,
        points=sum(points) if points else None,
        carry_rounded=policy.carry_rounded,
        in_floats=work.graph.is_large,
        values=evaluation.values,
        draw=lambda: _figures(problem.plan, derivation),
    )


def _is_long(plan: Plan, part: ArrangedPart, graph: Graph) -> bool:
    """Whether what a part needs goes over so many steps that their figures stand in a table."""
    return plan.trajectory is not None and Course.of(plan.trajectory, graph, part.steps).is_long


def _further_figures(plan: Plan, work: Arrangement) -> list[str]:
    """The figures of the table of a long course that no part needs."""
    if plan.trajectory is None or not any(_is_long(plan, part, work.graph) for part in work.parts):
        return []
    needed = {name for part in work.parts for name in part.needed}
    return [name for name in figures_of(plan.trajectory, needed) if work.graph.has_value(name)]


def _check_terms(problem: Problem, work: Arrangement, derivation: Derivation) -> None:
    """``InvalidProblem`` where an answer in letters cannot be written in the names that its part allows."""
    if not work.graph.has_letters:
        return
    from deepcalc.solution.letter_lines import TooLong, not_in_terms

    for index, part in enumerate(work.parts):
        for name in quantities_of(problem.plan, part.asked):
            if work.graph.has_value(name) or work.graph[name].given is not None:
                continue
            try:
                derivation.letters.result(name, terms_of(part.plan, name))
                foreign = derivation.letters.foreign(name, terms) if (terms := terms_of(part.plan, name)) else []
            except TooLong as error:
                raise problem.invalid(("parts", index), str(error)) from None
            if foreign:
                raise problem.invalid(("parts", index, "in"), not_in_terms(name, foreign, part.plan.terms or ()))


def terms_of(part: PartPlan, name: str) -> frozenset[str] | None:
    """The names in which an answer in letters is written; None for those of the way forward, of a shape its sizes."""
    return None if part.terms is None or shape_of_what(name) else frozenset(part.terms)


def _figures(plan: Plan, derivation: Derivation) -> tuple[Figure, ...]:
    from deepcalc.solution.illustration import figures

    return figures(plan.figures, derivation)


def _part(problem: Problem, part: ArrangedPart, derivation: Derivation, begins: bool = True) -> Part:
    """A part with its derivation; the first one with a long course ``begins`` with the table of its figures."""
    plan = problem.plan
    answers = set(quantities_of(plan, part.asked))
    steps: dict[str, Step] = {}
    for name in () if derivation.detail is Detail.VALUES else part.steps:
        terms = part.plan.terms if name in answers and not shape_of_what(name) else None
        steps[name] = _reworded(problem, derivation.step(name, name in answers, terms))
        for entry in _entries(part.plan, name, derivation.graph, plan.symbols.written):
            step = derivation.entry_step(name, entry)
            steps[step.name] = _reworded(problem, step)
    hidden = {name: step for name, step in steps.items() if problem.steps.get(name, LastWord()).hide}
    shown = {name: step for name, step in steps.items() if name not in hidden}
    blocks = _laid_out(problem, part, derivation, shown, answers, begins)
    in_blocks = {step.name for block in blocks for step in block.all_steps}
    hidden.update({name: step for name, step in shown.items() if name not in in_blocks})
    items = {item.name: item for item in plan.items}
    return Part(
        id=part.plan.id,
        points=part.plan.points,
        find=tuple(part.asked),
        text=part.plan.text,
        blocks=blocks,
        items=tuple(items[name] for name in part.asked if name in items),
        answers=tuple(
            replace(_answer(plan, name, items, derivation, part.plan), asked=asked)
            for name, asked in part.asked.items()
        ),
        terms=part.plan.terms or (),
        hidden=tuple(hidden.values()),
        before=part.plan.before,
        after=part.plan.after,
    )


def _entries(part: PartPlan, name: str, graph: Graph, written: Callable[[str], str]) -> Iterator[tuple[int, ...]]:
    """The places of an array's entries that the part wants written out one by one; one that is asked for is already."""
    shape = graph.shape(name)
    if not part.entries or not is_concrete(shape) or is_entry(graph[name]):
        return
    for place in places(shape):
        if part.entries == (EVERYTHING,) or written(entry_name(name, place)) in part.entries:
            yield place


def _reworded(problem: Problem, step: Step) -> Step:
    """The step with the author's last word on it, under the author's title for its section."""
    word = problem.steps.get(step.name, LastWord())
    return replace(
        step,
        section=problem.wording.get(step.section, step.section),
        author_note=word.note,
        text=word.text,
    )


def _laid_out(
    problem: Problem,
    part: ArrangedPart,
    derivation: Derivation,
    steps: dict[str, Step],
    answers: Collection[str],
    begins: bool,
) -> tuple[Section | Table, ...]:
    """The steps in tables and sections; of a long course its figures in a table, and a few of its steps derived."""
    plan = problem.plan
    if (part.plan.layout or problem.layout) is Layout.TABLE:
        tables, others = _tabled({**steps, **_composites(plan, part, derivation)}, plan.tables)
        others = {name: step for name, step in others.items() if not step.of_several}
        wide = [table for table in tables if len(table.headings) > MOST_OF_ARITHMETIC]
        in_figures = {step.name for table in wide for step in table.all_steps}
        derived = {name: step for name, step in steps.items() if name in others or name in in_figures}
        begin = dict(takewhile(lambda step: step[0] in others, steps.items())) if tables else {}
        after = {name: step for name, step in derived.items() if name not in begin}
        return (*_sections(begin), *(replace(table, figures=table in wide) for table in tables), *_sections(after))
    if plan.trajectory is None:
        return _sections(steps)
    compared = [table for table in _tabled(steps, plan.trajectory.compared)[0] if len(table.headings) > 2]
    course = Course.of(plan.trajectory, derivation.graph, steps)
    if not course.is_long or derivation.detail is Detail.FULL:
        return (*(replace(table, figures=True) for table in compared), *_sections(steps))
    known = [name for name in figures_of(plan.trajectory) if name in derivation.evaluation.values]
    cells = {name: derivation.figure(name) for name in known if name not in steps}
    tables, _ = _tabled({**cells, **steps}, plan.trajectory.tables if begins else ())
    derived = {name: steps[name] for name in course.derived(answers)}
    return (*(replace(table, figures=True) for table in (*compared, *tables)), *_sections(derived))


def _composites(plan: Plan, part: ArrangedPart, derivation: Derivation) -> dict[str, Step]:
    """What a part asks for that is made of several numbers, as a table has it: ``512 × 1000`` in one cell."""
    asked = [composite for composite in plan.composites if composite.name in part.asked]
    found = {}
    for composite in asked:
        answer = _answer(plan, composite.name, {}, derivation, part.plan)
        lines = (Line(View.RESULT, answer.written, answer.exact),)
        section = derivation.graph[composite.components[0]].section
        found[composite.name] = Step(
            composite.name, section, lines, answer.values, answer.written, is_answer=True, of_several=True
        )
    return found


def _tabled(steps: dict[str, Step], tables: Sequence[TablePlan]) -> tuple[list[Table], dict[str, Step]]:
    """The tables with the steps that they hold, and the other steps."""
    tabled = []
    in_tables: set[str] = set()
    for plan in tables:
        rows = [
            Row(row.label, tuple(steps.get(name) if name else None for name in row.cells))
            for row in plan.rows
            if any(name in steps for name in row.cells)
        ]
        if rows:
            tabled.append(_without_empty_columns(Table(plan.title, plan.headings, tuple(rows))))
            in_tables.update(cell.name for row in rows for cell in row.cells if cell is not None)
    return tabled, {name: step for name, step in steps.items() if name not in in_tables}


def _sections(steps: dict[str, Step]) -> tuple[Section, ...]:
    """The steps in order, those of one section in a row under its heading."""
    sections: list[Section] = []
    for step in steps.values():
        if sections and sections[-1].title == step.section:
            sections[-1] = replace(sections[-1], steps=(*sections[-1].steps, step))
        else:
            sections.append(Section(step.section, (step,)))
    return tuple(sections)


def _without_empty_columns(table: Table) -> Table:
    """The table without the columns in which no row has a step."""
    kept = [column for column in range(len(table.headings) - 1) if any(row.cells[column] for row in table.rows)]
    rows = tuple(Row(row.label, tuple(row.cells[column] for column in kept)) for row in table.rows)
    return Table(table.title, (table.headings[0], *(table.headings[column + 1] for column in kept)), rows)


def _answer(plan: Plan, name: str, items: dict[str, Item], derivation: Derivation, part: PartPlan) -> Answer:
    if name in items:
        return Answer(name, item=items[name])
    composite = next((known for known in plan.composites if known.name == name), None)
    names = (name,) if composite is None else composite.components
    values = tuple(derivation.evaluation.computed.get(each) for each in names)
    shown = [_shown(derivation, each, part) for each in names]
    if isinstance(composite, Composite):
        sign = "," if any(isinstance(each, Plus) for each in shown) else composite.separator.strip()
        if composite.ranges and sign == "," and not any(isinstance(each, Plus) for each in shown):
            pairs = zip(shown[::2], shown[1::2], strict=True)
            return Answer(name, values, Joined("×", *(Joined("…", *pair) for pair in pairs)), composite=True)
        return Answer(name, values, Joined(sign, *shown), composite=True)
    shape = derivation.graph.shape(name) if values == (None,) else ()
    sizes = tuple(size if isinstance(size, int) else size_text(size) for size in shape)
    return Answer(name, values, shown[0], shape=sizes)


def _shown(derivation: Derivation, name: str, part: PartPlan) -> Node:
    if not derivation.graph.has_value(name):
        is_letter = derivation.graph[name].given is not None
        return Name(name) if is_letter else derivation.letters.result(name, terms_of(part, name)).expression
    if derivation.graph[name].given is not None:
        return derivation.written(name)
    number_format = derivation.rounding.of(derivation.graph[name].group)
    return shown_value(number_format, derivation.evaluation.computed[name])


def _given(graph: Graph) -> tuple[Given, ...]:
    """The given values, by section, in order."""
    sections: dict[str, list[tuple[Name, Node]]] = {}
    for quantity in graph:
        given = quantity.given
        if given is not None and not isinstance(given, Letter):
            shown = given.node(NumberFormat().write) if isinstance(given, Grid) else given
            sections.setdefault(quantity.section, []).append((Name(quantity.name), shown))
    return tuple(Given(title, tuple(values)) for title, values in sections.items())
