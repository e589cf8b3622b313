"""What pydantic finds wrong → faults in our words, with the location of the field in the data."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from deepcalc.errors import Fault, Location, did_you_mean, listed
from deepcalc.fields.types import described
from deepcalc.records import record

_CHOICE = re.compile(r"'((?:[^'\\]|\\.)*)'")


@record
class FieldFault:
    """A fault in a field; ``of_key``: in the key at its location, not in the value; ``offset``: where in its text."""

    fault: Fault
    of_key: bool = False
    offset: int | None = None


def faults_of(error: ValidationError, model: type[BaseModel], data: Any, most: int) -> list[FieldFault]:
    """Each fault that pydantic found (of more than ``most`` the first ones), in our words, once."""
    found: list[FieldFault] = []
    details = _settled([_Detail.of(each, model, data) for each in error.errors(include_url=False)[:most]])
    misspelt = {(each.location[:-1], each.meant) for each in details if each.kind == "extra_forbidden"}
    for each in details:
        if each.kind == "missing":
            if (each.location, each.last) not in misspelt:
                found.append(FieldFault(Fault(each.location, f"missing `{each.last}`{_needs(each.owners, each.last)}")))
        elif each.kind == "extra_forbidden":
            names = list(dict.fromkeys(each.field_names))
            known = _elsewhere(model, each.last, each.owners) or did_you_mean(each.last, names)
            known = known or f"; the fields here are {', '.join(names)}"
            found.append(FieldFault(Fault(each.location, f"unknown field `{each.last[:60]}`{known}"), of_key=True))
        elif each.last == "[key]":
            key = replace(each, value=each.location[-1])
            found.append(FieldFault(Fault(each.location, key.described()), of_key=True))
        else:
            found.append(FieldFault(Fault(each.location, each.described()), offset=each.context.get("position")))
    return list(dict.fromkeys(found))


@record
class _Detail:
    """One error of pydantic's, with its path followed through the data and the models.

    ``member`` is the location of the union that the error is of a member of, and that member's label, as
    ``list[…]``; only unions without tags have such labels. ``meaning`` is what the field at its place is told to be.
    """

    kind: str
    message: str
    context: dict[str, Any]
    last: str
    location: Location
    value: Any
    owners: tuple[type[BaseModel], ...]
    member: tuple[Location, str, Any] | None
    meaning: str

    @staticmethod
    def of(detail: Any, model: type[BaseModel], data: Any) -> _Detail:
        path = detail["loc"]
        absent = detail["type"] in ("missing", "extra_forbidden")
        walk = _Walk(model, data)
        for item in path[:-1] if absent else path:
            walk.follow(item)
        last = str(path[-1]) if path else ""
        location = (*walk.location, last) if detail["type"] == "extra_forbidden" else tuple(walk.location)
        context, owners = detail.get("ctx", {}), tuple(walk.owners)
        meaning = walk.meaning
        return _Detail(detail["type"], detail["msg"], context, last, location, walk.value, owners, walk.member, meaning)

    @property
    def field_names(self) -> Iterator[str]:
        return (field.alias or name for owner in self.owners for name, field in owner.model_fields.items())

    @property
    def meant(self) -> str | None:
        """The field that a misspelt one may be meant to be."""
        near = re.search(r"`(\w+)`", did_you_mean(self.last, list(self.field_names)))
        return near.group(1) if near else None

    @property
    def expected(self) -> str | None:
        """What should stand here, where it is a shape or one of several words."""
        if self.choices:
            return _either(self.choices)
        return {
            "list_type": "a list",
            "tuple_type": "a list",
            "dict_type": "a mapping",
            "model_type": "a mapping of fields",
            "model_attributes_type": "a mapping of fields",
            "too_short": f"at least {_entries(self.context.get('min_length', 1))}",
            "string_too_short": "some text",
            "too_long": f"at most {_entries(self.context.get('max_length', 1))}",
        }.get(self.kind)

    @property
    def choices(self) -> list[str]:
        """The words that may stand here."""
        listed = {"literal_error": "expected", "enum": "expected", "union_tag_invalid": "expected_tags"}.get(self.kind)
        return _CHOICE.findall(str(self.context[listed])) if listed else []

    def described(self) -> str:
        if self.kind in ("deepcalc", "union"):
            return self.message
        if self.expected is None:  # a type that no kind of ours uses: pydantic's words, in our form
            wanted = self.message.removeprefix("Input should be ")
            return f"expected {wanted}, found {described(self.value)}"
        return f"expected {self.expected}, found {described(self.value)}{_known(self.value, self.choices)}{self._told}"

    @property
    def _told(self) -> str:
        """What may stand where the shape is another."""
        if self.kind in ("model_type", "model_attributes_type") and self.owners:
            return f"; the fields here are {', '.join(dict.fromkeys(self.field_names))}"
        return f" ({self.meaning})" if self.kind in ("dict_type", "list_type", "tuple_type") and self.meaning else ""


class _Walk:
    """Follows the path of an error of pydantic's, in which the tags and labels of union members stand as well."""

    def __init__(self, model: type[BaseModel], data: Any) -> None:
        self.owners: list[type[BaseModel]] = [model]
        self.value = data
        self.location: list[str | int] = []
        self.member: tuple[Location, str, Any] | None = None
        self.meaning = ""
        self._at_union = False

    def follow(self, item: str | int) -> None:
        meaning = ""
        tagged = [owner for owner in self.owners if getattr(owner, "tag", None) == item] if self._at_union else []
        if tagged:
            self.owners = tagged
            self._at_union = False
            if any(item in owner.model_fields for owner in tagged):
                return  # the tag, not the field of the same name
        elif isinstance(item, str):
            fields = [owner.model_fields[item] for owner in self.owners if item in owner.model_fields]
            if fields:
                meaning = fields[0].description or ""
                self.owners = [inner for field in fields for inner in models_in(field.annotation)]
                self._at_union = True
        entries = dict(enumerate(self.value)) if isinstance(self.value, list) else self.value
        if isinstance(entries, dict) and item in entries:
            self.value, self.meaning = entries[item], meaning
            self.location.append(item)
        elif isinstance(item, str) and "[" in item and item != "[key]":
            self.member = (tuple(self.location), item, self.value)


def _settled(details: Sequence[_Detail]) -> list[_Detail]:
    """Of the errors of a union's members those of the member that is meant; where none is, one for all of them."""
    members: dict[Location, dict[str, list[_Detail]]] = {}
    for each in details:
        if each.member is not None:
            members.setdefault(each.member[0], {}).setdefault(each.member[1], []).append(each)
    settled = []
    for each in details:
        if each.member is None:
            settled.append(each)
            continue
        location, label, value = each.member
        of_this_shape = [known for known in members[location] if known.startswith(f"{type(value).__name__}[")]
        if of_this_shape:
            if label == of_this_shape[0]:
                settled.append(each)
        elif label == next(iter(members[location])):
            settled.append(_of_any_member(each, list(members[location].values())))
    return settled


def _of_any_member(first: _Detail, errors: Sequence[Sequence[_Detail]]) -> _Detail:
    """One error in place of those of several members: it expects what any of them does."""
    expected = [name for member in errors for name in member[0].choices or [member[0].expected or member[0].message]]
    wanted = _either(list(dict.fromkeys(expected)))
    message = f"expected {wanted}, found {described(first.value)}{_known(first.value, first.choices)}"
    return _Detail("union", message, {}, first.last, first.location, first.value, first.owners, None, "")


def _known(value: object, choices: Sequence[str]) -> str:
    """What the word that stands in the place of one of the choices may be: one of them misspelt, or another sort."""
    if not (isinstance(value, str) and choices):
        return ""
    from deepcalc.rules.sorts import sort_of

    sort = sort_of(value)
    return f", which is {sort}" if sort else did_you_mean(value, choices)


def _either(choices: Sequence[str]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}" if len(choices) > 1 else choices[0]


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


_MOST_PLACES = 3


def _elsewhere(model: type[BaseModel], name: str, here: Sequence[type[BaseModel]]) -> str:
    """``; it is a field of `optimizer` `` of a field that stands in the wrong mapping, or nothing."""
    places: dict[str, None] = {}
    waiting: list[tuple[str, type[BaseModel]]] = [("", model)]
    seen: set[type[BaseModel]] = set()
    for path, owner in waiting:
        if owner in seen:
            continue
        seen.add(owner)
        if name in owner.model_fields and owner not in here:
            places[f"`{path}`" if path else "the problem itself"] = None
        for field, info in owner.model_fields.items():
            inner = f"{path}.{info.alias or field}".lstrip(".")
            waiting += ((inner, each) for each in models_in(info.annotation))
    return f"; it is a field of {listed(list(places)[:_MOST_PLACES])}" if places else ""


def _needs(owners: Iterable[type[BaseModel]], missing: str) -> str:
    for owner in owners:
        field = next((known for name, known in owner.model_fields.items() if missing in (name, known.alias)), None)
        if field is None:
            continue
        needed = {name: known for name, known in owner.model_fields.items() if known.is_required() and name != "kind"}
        required = [known.alias or name for name, known in needed.items()]
        meaning = f" ({field.description})" if field.description else ""
        if len(required) < 2:
            return meaning
        return f"{meaning}; needed here are {', '.join(required[:-1])} and {required[-1]}"
    return ""


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that a field's type is made of."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return [annotation] if issubclass(annotation, BaseModel) else []
    return [model for argument in typing.get_args(annotation) for model in models_in(argument)]


def named_models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Those of them that stand in a mapping by names."""
    if typing.get_origin(annotation) is dict:
        yield from models_in(annotation)
    else:
        for argument in typing.get_args(annotation):
            yield from named_models_in(argument)
