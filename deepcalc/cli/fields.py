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
from rich.table import Table
from rich.text import Text

from deepcalc.kinds import Kind
from deepcalc.notation.nodes import Literal, Node
from deepcalc.problem.common import CommonFields


def fields_table(kind: Kind, width: int) -> RenderableType:
    """What a problem of the kind may hold: its own fields, and the words that they may use."""
    tables = kind.vocabulary() if kind.vocabulary else {}
    return Group(
        Text(f"{kind.name}: {kind.summary}", style="bold"),
        Text(),
        *_sections(kind.fields, width),
        *(part for title, words in tables.items() for part in _words(title, words, width)),
        Text("The fields that every kind has:  deepcalc kinds --common", style="dim"),
    )


def common_fields_table(width: int) -> RenderableType:
    """The fields that problems of every kind may hold."""
    return Group(Text("Fields of every kind", style="bold"), Text(), *_sections(CommonFields, width))


def _words(title: str, words: Mapping[str, str], width: int) -> Iterator[RenderableType]:
    yield Text(f"  {title}", style="cyan")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2), width=width)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for word, meaning in words.items():
        table.add_row(Text(word, style="bold"), Text(meaning))
    yield table
    yield Text()


def _sections(model: type[BaseModel], width: int, name: str = "") -> Iterator[RenderableType]:
    if name:
        yield Text(f"  in {name}", style="cyan")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2), width=width)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, max_width=max(width // 3, 12))
    table.add_column(overflow="fold", ratio=1)
    inner: list[tuple[str, type[BaseModel]]] = []
    for field_name, field in model.model_fields.items():
        table.add_row(
            Text(field.alias or field_name, style="bold"), Text(_kind_of(field), style="dim"), _meaning(field)
        )
        inner += [(field_name, each) for each in dict.fromkeys(_models_in(field.annotation))]
    yield table
    yield Text()
    for field_name, each in inner:
        tag = getattr(each, "tag", None)
        yield from _sections(each, width, f"{name}.{field_name}".lstrip(".") + (f" ({tag})" if tag else ""))


def _kind_of(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    default = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(default, Enum):
        return f"default {default.value}"
    if isinstance(default, Literal):
        return f"default {default.text}"
    if isinstance(default, bool):
        return f"default {str(default).lower()}"
    return f"default {default}" if isinstance(default, str | int) and default != "" else "optional"


def _meaning(field: FieldInfo) -> Text:
    choices = _choices_of(field.annotation)
    text = Text(field.description or "")
    if choices:
        text.append(f" ({' | '.join(choices)})", style="dim")
    return text


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
