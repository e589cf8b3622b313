"""The fields of a kind, explained: a table made from the models that check them."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from deepcalc.fields.types import Fields
from deepcalc.kinds import Kind
from deepcalc.notation.nodes import Literal, Node
from deepcalc.problem.fields import CommonFields

Told = frozenset[tuple[str, str | None]]
"""Fields that were explained, by their names and descriptions."""


def fields_table(kind: Kind, width: int) -> RenderableType:
    """What a problem of the kind may hold: its own fields, and the words that they may use."""
    tables = kind.vocabulary() if kind.vocabulary else {}
    return Group(
        Text(f"{kind.name}: {kind.summary}", style="bold"),
        Text(),
        *_sections(kind.fields, width),
        *(part for title, words in tables.items() for part in _words(title, words, width)),
        Text("All names that a problem can be asked for:  deepcalc show PROBLEM --names", style="dim"),
        Text("The fields that every kind has:  deepcalc kinds --common", style="dim"),
    )


def common_fields_table(width: int) -> RenderableType:
    """The fields that problems of every kind may hold."""
    return Group(Text("Fields of every kind", style="bold"), Text(), *_sections(CommonFields, width))


def _words(title: str, words: Mapping[str, str], width: int) -> Iterator[RenderableType]:
    """A table of words and what they mean; long words stand above it."""
    yield Text(f"  {title}", style="cyan")
    if max(map(len, words), default=0) > width // 4:
        for word, meaning in words.items():
            yield Padding(Text(word, style="bold"), (0, 2, 0, 2))
            yield Padding(Text(meaning), (0, 2, 0, 6))
    else:
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 2), width=width)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold", ratio=1)
        for word, meaning in words.items():
            table.add_row(Text(word, style="bold"), Text(meaning))
        yield table
    yield Text()


def _sections(model: type[BaseModel], width: int, name: str = "", told: Told = frozenset()) -> Iterator[RenderableType]:
    """The fields of a model, then those of the models in it, without those that were told before."""
    fields = {field.alias or own: field for own, field in model.model_fields.items()}
    new = {each: field for each, field in fields.items() if (each, field.description) not in told}
    if not new:
        return
    if name:
        yield Text(f"  in {name}", style="cyan")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2), width=width)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for each, field in new.items():
        table.add_row(Text(each, style="bold"), _meaning(field).append(_other_names(model, each), style="dim"))
    yield table
    repeated = [each for each in fields if each not in new]
    if repeated:
        yield Padding(Text(f"and, as above: {', '.join(repeated)}", style="dim"), (0, 2, 0, 2))
    yield Text()
    told |= {(each, field.description) for each, field in new.items()}
    for own, field in model.model_fields.items():
        for inner in dict.fromkeys(_models_in(field.annotation)):
            tag = getattr(inner, "tag", None)
            yield from _sections(inner, width, f"{name}.{own}".lstrip(".") + (f" ({tag})" if tag else ""), told)
            told |= {(each.alias or key, each.description) for key, each in inner.model_fields.items()}


def _kind_of(field: FieldInfo) -> str:
    """Whether a field is needed, or its default; nothing of one that may be left out."""
    if field.is_required():
        return "needed"
    default = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(default, Enum):
        return f"default {default.value}"
    if isinstance(default, Literal):
        return f"default {default.text}"
    if isinstance(default, bool):
        return f"default {str(default).lower()}"
    return f"default {default}" if isinstance(default, str | int) and default != "" else ""


def _meaning(field: FieldInfo) -> Text:
    choices = list(dict.fromkeys(_choices_of(field.annotation)))
    text = Text(f"{_kind_of(field)}: ", style="dim") if _kind_of(field) else Text()
    text.append(Text(field.description or "", style="default"))
    if choices and ", ".join(choices) not in (field.description or ""):
        text.append(f" ({' | '.join(choices)})", style="dim")
    return text


def _other_names(model: type[BaseModel], field: str) -> str:
    names = model.other_names.items() if issubclass(model, Fields) else ()
    found = [alias for alias, target in names if target == field]
    inside = [f"{alias}: 1 for {target}" for alias, target in names if str(target).startswith(f"{field}.")]
    also = f"; also {', '.join(found)}" if found else ""
    return f"{also}; {', '.join(inside)}" if inside else also


def _choices_of(annotation: Any) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    if typing.get_origin(annotation) is typing.Literal:
        return [str(choice) for choice in typing.get_args(annotation)]
    return [choice for part in typing.get_args(annotation) for choice in _choices_of(part)]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return [annotation] if issubclass(annotation, BaseModel) and not issubclass(annotation, Node) else []
    return [model for part in typing.get_args(annotation) for model in _models_in(part)]
