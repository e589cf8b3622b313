"""YAML → Problem, with every error at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    UsageError,
)
from deepcalc.graph.quantities import GraphError
from deepcalc.kinds import Kind, Kinds
from deepcalc.notation.symbols import Symbols, checked_override
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.lookup import long_names
from deepcalc.problem.asked import added_to, names_asked_for, unknown_groups, wrong_entries, wrong_expectations
from deepcalc.problem.changes import change
from deepcalc.problem.field_names import own_name, settle_field_names
from deepcalc.problem.fields import CommonFields, part_id
from deepcalc.problem.letters import assumptions_of, with_terms
from deepcalc.problem.problem import LastWord, Problem
from deepcalc.problem.source import LARGEST_FILE, Source, read_source
from deepcalc.problem.statement import told


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
    plan = _with_own_symbols(plan, fields)
    parts = _parts(plan, fields)
    last_words = fields.last_words
    faults = added_to(plan, names_asked_for(source, parts, fields.expected, last_words))
    faults += [*wrong_expectations(plan, fields.expected), *wrong_entries(plan, parts)]
    if not faults:
        parts, found = with_terms(plan, parts)
        faults += found
    assumed, found = assumptions_of(plan, [*fields.assume, *plan.assumed])
    faults += [*found, *unknown_groups(plan, fields.rounding.groups)]
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
        statement=told(plan, parts, not fields.parts) if fields.statement is None else (fields.statement,),
        rounding=fields.rounding.rounding(),
        layout=fields.layout,
        expected=fields.expected,
        reference=fields.source,
        source=source,
        steps={
            long: LastWord(step.note, step.hide, step.text)
            for name, step in last_words.items()
            for long in long_names(plan, name)
        },
        wording=fields.wording,
        assumed=assumed,
    )


def _with_own_symbols(plan: Plan, fields: Any) -> Plan:
    """The plan with the author's symbols in place of the kind's."""
    overrides = {name: checked_override(form.unicode, form.latex, name) for name, form in fields.symbols.items()}
    if not overrides:
        return plan
    own = plan.symbols
    of_samples = {key: forms for key, forms in own.of_samples.items() if key[0] not in overrides}
    symbols = Symbols({**own.overrides, **overrides}, own.plus, own.vectors, own.count_from, of_samples)
    return Plan(**{**vars(plan), "symbols": symbols})


def _parts(plan: Plan, fields: Any) -> tuple[PartPlan, ...]:
    """The author's parts, or the kind's where there are none."""
    marking = fields.marking.marking()
    if not fields.parts:
        return tuple(replace(part, marking=marking) for part in plan.parts)
    return tuple(
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
