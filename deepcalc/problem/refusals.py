"""What is wrong with a file, as the error that tells it: every fault at its place, each mistake once."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ValidationError

from deepcalc.errors import Fault, InvalidProblem, LocatedFault
from deepcalc.problem.faults import FieldFault, faults_of
from deepcalc.problem.source import MOST_FAULTS, Source


def invalid_fields(source: Source, error: ValidationError, model: type[BaseModel]) -> InvalidProblem:
    """The error of a file whose fields are not those of its kind."""
    found = _without_echoes(source, faults_of(error, model, source.data, MOST_FAULTS + 1))
    return _invalid_at([_located(source, fault) for fault in found])


def invalid(source: Source, faults: Sequence[Fault]) -> InvalidProblem:
    """The error of a file whose fields do not go together."""
    return _invalid_at([_located(source, FieldFault(fault)) for fault in faults[: MOST_FAULTS + 1]])


def _invalid_at(faults: Sequence[LocatedFault]) -> InvalidProblem:
    """The error with every fault, in the order of the file; of very many the first ones."""
    found = sorted(faults, key=lambda fault: (fault.place.line, fault.place.column))
    if len(found) > MOST_FAULTS:
        found[MOST_FAULTS:] = [LocatedFault(found[MOST_FAULTS].place, "there are more errors; mend these first")]
    return InvalidProblem(found)


def _located(source: Source, found: FieldFault) -> LocatedFault:
    fault = found.fault
    offset = source.offset_of(fault.location, fault.within) if found.offset is None else found.offset
    if offset is not None:
        place = source.place_in(fault.location, offset)
        comma = "; a text with a comma needs quotes here" if _ends_at_comma(source, found) else ""
        return LocatedFault(place, f"{fault.message}{comma}")
    name = fault.location[-1] if fault.location else None
    of_key = found.of_key or (isinstance(name, str) and not fault.within and f"`{name}`" in fault.message)
    return LocatedFault(source.place(fault.location, of_key), fault.message)


def _ends_at_comma(source: Source, found: FieldFault) -> bool:
    """Whether a text ends too early because a comma ended it: ``{f: max(x, y)}``."""
    if found.offset is None or not found.fault.message.endswith("found the end"):
        return False
    place = source.place_in(found.fault.location, found.offset)
    return place.text[place.column - 1 :].lstrip().startswith(",")


def _without_echoes(source: Source, found: Sequence[FieldFault]) -> list[FieldFault]:
    """The faults without those of the pieces that a comma cut off another fault's text."""
    cut = [each for each in found if _ends_at_comma(source, each)]

    def is_echo(each: FieldFault) -> bool:
        line, column = source.keys.get(each.fault.location, (0, 0))
        return any(
            each.fault.location[:-1] == other.fault.location[:-1]
            and (line, column) > source.keys.get(other.fault.location, (0, 0))
            and line == source.values[other.fault.location][0]
            for other in cut
        )

    return [each for each in found if not is_echo(each)]
