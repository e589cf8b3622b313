"""YAML → Problem, with every error at once, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError, create_model

from deepcalc.errors import (
    DeepcalcError,
    Fault,
    FieldError,
    InvalidProblem,
    LocatedFault,
    Location,
    Place,
    UsageError,
    did_you_mean,
)
from deepcalc.graph.graph import GraphError
from deepcalc.kinds import Kind, Kinds
from deepcalc.notation.symbols import Symbols, checked_override
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.lookup import groups_of, resolve
from deepcalc.problem.common import CommonFields, part_id
from deepcalc.problem.faults import faults_of
from deepcalc.problem.problem import Problem
from deepcalc.problem.source import LARGEST_FILE, Source, read_source


def load(path: Path, kinds: Kinds, changes: Mapping[str, str] | None = None) -> Problem:
    """The problem in a file; ``changes`` are fields to set otherwise (what if), by name or dotted path.

    ``UsageError`` when the file cannot be read, ``InvalidProblem`` with every fault when it is no problem.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    return load_text(raw, str(path), kinds, changes)


def load_text(raw: bytes, name: str, kinds: Kinds, changes: Mapping[str, str] | None = None) -> Problem:
    """The problem in a YAML text; ``name`` stands for the file in messages."""
    source = read_source(name, raw)
    for field, value in (changes or {}).items():
        _change(source, field, value)
    kind = _kind_of(source, kinds)
    model = fields_model(kind)
    try:
        fields = model.model_validate(source.data)
    except ValidationError as error:
        faults = faults_of(error, model, source.data)
        raise InvalidProblem([_place(source, *fault) for fault in faults]) from None
    found = [*fields.common_faults(), *fields.faults()]
    if found:
        raise _invalid(source, found)
    try:
        plan = kind.build(fields)
    except FieldError as error:
        raise _invalid(source, list(error.faults)) from None
    except GraphError as error:
        raise _invalid(source, [Fault((), str(error))]) from None
    return _problem(source, kind, fields, plan)


@cache
def fields_model(kind: Kind) -> type[Any]:
    """All fields of a kind of problem, the common ones among them, as one pydantic model."""
    return create_model(f"{kind.name.capitalize()}Problem", __base__=(kind.fields, CommonFields))


def _problem(source: Source, kind: Kind, fields: Any, plan: Plan) -> Problem:
    overrides = {name: checked_override(form.unicode, form.latex, name) for name, form in fields.symbols.items()}
    if overrides:
        symbols = Symbols({**plan.symbols.overrides, **overrides}, plan.symbols.plus)
        plan = Plan(**{**vars(plan), "symbols": symbols})
    parts = (
        tuple(
            PartPlan(part_id(part.id, index), tuple(part.find), part.points, part.text, part.chain, part.layout)
            for index, part in enumerate(fields.parts)
        )
        if fields.parts
        else plan.parts
    )
    faults = []
    for index, part in enumerate(parts):
        for at, name in enumerate(part.find):
            location: Location = ("parts", index, "find")
            faults += _unresolved(plan, name, (*location, at) if (*location, at) in source.values else location)
    for name in fields.expected:
        faults += _unresolved(plan, name, ("expected", name))
    groups = groups_of(plan)
    for group in fields.rounding.groups:
        if group not in groups:
            known = did_you_mean(group, list(groups)) or f"; the groups here are {', '.join(groups)}"
            faults.append(Fault(("rounding", "groups", group), f"no group `{group}`{known}"))
    if faults:
        raise _invalid(source, faults)
    slug = Path(source.file).stem
    return Problem(
        id=slug,
        title=fields.title or slug.replace("-", " ").capitalize(),
        kind=kind,
        plan=plan,
        parts=parts,
        statement=fields.statement if fields.statement is not None else plan.statement,
        rounding=fields.rounding.rounding(),
        layout=fields.layout,
        expected=fields.expected,
        reference=fields.source,
        source=source,
    )


def _unresolved(plan: Plan, name: str, location: Location) -> list[Fault]:
    try:
        resolve(plan, name)
    except DeepcalcError as error:
        return [Fault(location, str(error))]
    return []


def _kind_of(source: Source, kinds: Kinds) -> Kind:
    name = source.data.get("kind")
    if not isinstance(name, str):
        message = f"missing `kind`; the kinds are {', '.join(kinds.names)}"
        raise InvalidProblem([LocatedFault(source.place(("kind",)), message)])
    try:
        return kinds[name]
    except DeepcalcError as error:
        raise InvalidProblem([LocatedFault(source.place(("kind",)), str(error))]) from None


def _change(source: Source, field: str, value: str) -> None:
    """Set a field of the data: by its dotted path, or by a name that occurs once."""
    new = read_source(f"--set {field}", f"value: {value}".encode()).data["value"]
    paths = [location for location in source.keys if ".".join(map(str, location)) == field]
    paths = paths or [location for location in source.keys if location[-1] == field]
    if not paths:
        names = [str(location[-1]) for location in source.keys]
        raise UsageError(f"--set {field}: there is no such field in {source.file}{did_you_mean(field, names)}")
    if len(paths) > 1:
        choices = ", ".join(".".join(map(str, path)) for path in paths)
        raise UsageError(f"--set {field}: there are several such fields, {choices}; give the whole path")
    owner: Any = source.data
    for item in paths[0][:-1]:
        owner = owner[item]
    owner[paths[0][-1]] = new


def _invalid(source: Source, faults: list[Fault]) -> InvalidProblem:
    return InvalidProblem([LocatedFault(source.place(fault.location), fault.message) for fault in faults])


def _place(source: Source, fault: Fault, of_key: bool, offset: int) -> LocatedFault:
    place = source.place(fault.location, of_key)
    if offset and place.text[place.column - 1 :][:1] not in ("|", ">", "*"):
        quoted = place.text[place.column - 1 :][:1] in ("'", '"')
        place = Place(place.file, place.line, place.column + offset + quoted, place.text)
    return LocatedFault(place, fault.message)
