"""A table of submissions: an id for each student, then a column for each answer, in any form of its name."""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.checking.course.tables import SubmissionRow, Table
from deepcalc.checking.questions import answerable
from deepcalc.errors import InvalidProblem, LocatedFault, UsageError
from deepcalc.graph.described import make
from deepcalc.plan import Plan
from deepcalc.records import record

ID_COLUMNS = ("student", "id")


@record
class Submission:
    """One student's answers, by the names that an author types, as they were written; empty ones are left out."""

    student: str
    answers: Mapping[str, str]
    row: SubmissionRow


@record
class Submissions:
    """What a table holds: the answers' long names in the order of the columns, the submissions, and faults of rows."""

    names: tuple[str, ...]
    submissions: tuple[Submission, ...]
    faults: tuple[LocatedFault, ...]


def submissions_in(table: Table, plan: Plan) -> Submissions:
    """The submissions of a table; ``InvalidProblem`` with every column that is no answer's."""
    id_column = _id_column(table.head, plan)
    names = _names(table.head, id_column, plan.with_own_graph())
    typed = {name: plan.symbols.written(name) for name in names.values()}
    found: dict[str, Submission] = {}
    faults = list(table.faults)
    for row in table.rows:
        student = row.cells[id_column]
        if not student:
            faults.append(row.fault("the row says no student"))
        elif student in found:
            faults.append(row.fault(f"the student `{student[:60]}` is in line {found[student].row.place.line} already"))
        else:
            answers = {typed[name]: row.cells[column] for column, name in names.items() if row.cells[column]}
            found[student] = Submission(student, answers, row)
    faults.sort(key=lambda fault: fault.place.line)
    return Submissions(tuple(names.values()), tuple(found.values()), tuple(faults))


def _id_column(head: SubmissionRow, plan: Plan) -> int:
    """The column named as one of ids, else the first, where that is no answer's."""
    called = [cell.casefold() for cell in head.cells]
    for name in ID_COLUMNS:
        if name in called:
            return called.index(name)
    if _is_answer(head.cells[0], plan):
        raise InvalidProblem([head.fault(f"no column says the student: `{head.cells[0]}` is an answer", head.cells[0])])
    return 0


def _is_answer(name: str, plan: Plan) -> bool:
    try:
        answerable(plan, name)
    except UsageError:
        return False
    return True


def _names(head: SubmissionRow, id_column: int, plan: Plan) -> dict[int, str]:
    """The long names of the answers by column."""
    names: dict[int, str] = {}
    faults = []
    for column, cell in enumerate(head.cells):
        if column == id_column:
            continue
        try:
            name = make(plan.graph, answerable(plan, cell)) if cell else ""
        except UsageError as error:
            faults.append(head.fault(f"column {column + 1}: {error}", cell))
            continue
        if not name:
            faults.append(head.fault(f"column {column + 1} has no name"))
        elif name in names.values():
            faults.append(head.fault(f"column {column + 1}: `{name}` has a column already", cell))
        else:
            names[column] = name
    if faults:
        raise InvalidProblem(faults)
    return names
