"""YAML → Problem, with every error at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError, create_model

from deepcalc.errors import (
    DeepcalcError,
    Fault,
    FieldError,
    InvalidProblem,
    Location,
    ParseError,
    UsageError,
    did_you_mean,
)
from deepcalc.graph.graph import GraphError
from deepcalc.kinds import Kind, Kinds
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse
from deepcalc.notation.symbols import Symbols, checked_override
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.lookup import EVERYTHING, groups_of, is_entry, resolve
from deepcalc.problem.changes import change
from deepcalc.problem.common import CommonFields, part_id
from deepcalc.problem.expected import Near
from deepcalc.problem.field_names import own_name, settle_field_names
from deepcalc.problem.letters import assumptions_of, unresolved, with_terms
from deepcalc.problem.problem import LastWord, Problem
from deepcalc.problem.source import LARGEST_FILE, MOST_FAULTS, Source, read_source
from deepcalc.problem.statement import in_words


def load(path: Path, kinds: Kinds, changes: Mapping[str, str] | None = None) -> Problem:
    """The problem in a file; ``changes`` are fields to set otherwise (what if), by name, dotted path or layer.

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
    kind = _kind_of(source, kinds)
    checked = fields_model(kind)
    renamed = settle_field_names(source, checked)
    if renamed:
        raise _invalid(source, renamed)
    for field, value in (changes or {}).items():
        change(source, own_name(checked, field, source.data), value, checked)
    _check_lengths(source, kind)
    try:
        fields = checked.model_validate(source.data)
    except ValidationError as error:
        from deepcalc.problem.refusals import invalid_fields

        raise invalid_fields(source, error, checked) from None
    faults = [*fields.common_faults(), *fields.faults()]
    try:
        model = kind.read(fields)
    except FieldError as error:
        faults += error.faults
    if faults:
        raise _invalid(source, faults)
    try:
        plan = kind.build(model)
    except FieldError as error:
        raise _invalid(source, list(error.faults)) from None
    except GraphError as error:
        raise _invalid(source, [Fault(source.last_of(error.name), f"{error}; choose another name")]) from None
    return _problem(source, kind, fields, model, plan)


@cache
def fields_model(kind: Kind) -> type[Any]:
    """All fields of a kind of problem, the common ones among them, as one pydantic model."""
    return create_model(f"{kind.name.capitalize()}Problem", __base__=(kind.fields, CommonFields))


def _problem(source: Source, kind: Kind, fields: Any, model: Any, plan: Plan) -> Problem:
    overrides = {name: checked_override(form.unicode, form.latex, name) for name, form in fields.symbols.items()}
    if overrides:
        symbols = Symbols(
            {**plan.symbols.overrides, **overrides}, plan.symbols.plus, plan.symbols.vectors, plan.symbols.count_from
        )
        plan = Plan(**{**vars(plan), "symbols": symbols})
    marking = fields.marking.marking()
    parts = (
        tuple(
            PartPlan(
                part_id(part.id, index),
                tuple(part.find),
                part.points,
                part.text,
                part.chain,
                part.layout,
                part.before,
                part.after,
                part.marking.marking(marking),
                tuple(part.entries),
                None if part.terms is None else tuple(part.terms),
            )
            for index, part in enumerate(fields.parts)
        )
        if fields.parts
        else tuple(replace(part, marking=marking) for part in plan.parts)
    )
    last_words = fields.steps if isinstance(fields.steps, dict) else {}  # an optimizer's `steps` is their number
    faults: list[Fault] = []
    for name, location in _names_asked_for(source, parts, fields.expected, last_words):
        faults += unresolved(plan, name, location)
        if len(faults) > MOST_FAULTS:
            break
    faults += _wrong_expectations(plan, fields.expected)
    faults += _wrong_entries(plan, parts)
    if not faults:
        parts, found = with_terms(plan, parts)
        faults += found
    assumed, found = assumptions_of(plan, [*fields.assume, *plan.assumed])
    faults += found
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
        model=model,
        plan=plan,
        parts=parts,
        statement=fields.statement if fields.statement is not None else in_words(plan, parts, not fields.parts),
        rounding=fields.rounding.rounding(),
        layout=fields.layout,
        expected=fields.expected,
        reference=fields.source,
        source=source,
        steps={
            long: LastWord(step.note, step.hide, step.text)
            for name, step in last_words.items()
            for long in resolve(plan, name)
        },
        wording=fields.wording,
        assumed=assumed,
    )


def _names_asked_for(
    source: Source, parts: Sequence[PartPlan], expected: Iterable[str], steps: Iterable[str]
) -> Iterator[tuple[str, Location]]:
    for index, part in enumerate(parts):
        for at, name in enumerate(part.find):
            location: Location = ("parts", index, "find")
            yield name, (*location, at) if (*location, at) in source.values else location
    for name in expected:
        yield name, ("expected", name)
    for name in steps:
        yield name, ("steps", name)


def _wrong_expectations(plan: Plan, expected: Mapping[str, Any]) -> Iterator[Fault]:
    """Expected figures that are none; only the key of a question may be text."""
    items = {item.name for item in plan.items}
    for name, value in expected.items():
        if name in items or all(isinstance(figure, Literal | Near) for figure in _figures(value)):
            continue
        if not isinstance(value, str) or _has_value(plan, name):
            yield Fault(("expected", name), "expected a number, or a list of numbers for several")
            continue
        try:
            parse(value)
        except ParseError as error:
            yield Fault(("expected", name), error.message)


def _wrong_entries(plan: Plan, parts: Sequence[PartPlan]) -> Iterator[Fault]:
    """What is to be written out entry by entry, and is no entry of an array."""
    for index, part in enumerate(parts):
        for at, name in enumerate(part.entries):
            location: Location = ("parts", index, "entries", at)
            if name == EVERYTHING:
                continue
            unknown = unresolved(plan, name, location)
            yield from unknown
            if not unknown and not all(map(is_entry, map(plan.graph.__getitem__, resolve(plan, name)))):
                yield Fault(location, f"`{name}` is no entry of an array, such as Z.1.2; `all` writes all of them out")


def _has_value(plan: Plan, name: str) -> bool:
    """Whether a name asks for numbers alone; what is unknown is told elsewhere."""
    try:
        return all(each not in plan.graph or plan.graph.has_value(each) for each in resolve(plan, name))
    except DeepcalcError:
        return False


def _figures(value: Any) -> Iterator[Any]:
    """The figures of an expectation, those in lists of lists among them."""
    if isinstance(value, tuple):
        for part in value:
            yield from _figures(part)
    else:
        yield value


def _kind_of(source: Source, kinds: Kinds) -> Kind:
    name = source.data.get("kind")
    if not isinstance(name, str):
        what = "expected the name of a kind" if "kind" in source.data else "missing `kind`"
        raise _invalid(source, [Fault(("kind",), f"{what}; the kinds are {', '.join(kinds.names)}")])
    try:
        return kinds[name]
    except DeepcalcError as error:
        raise _invalid(source, [Fault(("kind",), str(error))]) from None


def _check_lengths(source: Source, kind: Kind) -> None:
    """No list or mapping is so long that writing its derivation would take minutes."""
    most = kind.fields.most_entries

    def too_long(data: Any, location: Location) -> Iterator[Fault]:
        if not isinstance(data, dict | list):
            return
        if len(data) > most:
            yield Fault(location, f"expected at most {most:,} entries, found {len(data):,}")
            return
        for key, item in data.items() if isinstance(data, dict) else enumerate(data):
            yield from too_long(item, (*location, key))

    faults = list(too_long(source.data, ()))
    if faults:
        raise _invalid(source, faults)


def _invalid(source: Source, faults: Sequence[Fault]) -> InvalidProblem:
    """The error that tells every fault; what words it is imported when there is one."""
    from deepcalc.problem.refusals import invalid

    return invalid(source, faults)
