"""What the names in a model's code stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from deepcalc.kinds._code_calls import CodeLayer
from deepcalc.records import record
from deepcalc.rules.frameworks import WAYS_FORWARD


@record
class Tensor:
    """What comes out of a layer, by its number; 0 is the input."""

    number: int


@record
class Data:
    """A tensor of numbers, with which a model is tried out: its shape, the axis of the samples among its sizes."""

    shape: tuple[int, ...]


@record
class Returned:
    """What a function returns, where a statement ends it."""

    value: Any


@record
class Unread:
    """What a name stands for that was not read: the error, which is told where the name is needed for a layer."""

    error: Exception


@record
class LayerChain:
    """Layers, or models, one after the other, to be called with a tensor."""

    layers: tuple[Any, ...]


@record
class Joining:
    """A layer that joins the tensors that it is called with."""

    tag: str


@record
class Definition:
    """A class, or a function; a method has its object, what is defined in a function the names known there."""

    node: ast.FunctionDef | ast.ClassDef
    owner: Model | None = None
    scope: Mapping[str, Any] | None = None


@dataclass
class Model:
    """An object of a class: its attributes, its methods among them."""

    name: str
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def forward(self) -> Definition | None:
        """The method that leads an input through the layers."""
        found = (self.attributes.get(name) for name in WAYS_FORWARD)
        return next((each for each in found if isinstance(each, Definition)), None)


class _UnknownSize(Enum):
    ONE = "a size that is not known"


UNKNOWN_SIZE = _UnknownSize.ONE
"""In place of a number that only a sample would tell, such as how many there are."""


def has_way_forward(node: ast.ClassDef) -> bool:
    """Whether a class leads an input through its layers."""
    return any(isinstance(each, ast.FunctionDef) and each.name in WAYS_FORWARD for each in node.body)


def layers_with_weights(model: Model) -> Iterator[tuple[str, CodeLayer]]:
    """The layers of a model, and of the models in it, that have something to train, by their names."""
    yield from _trained_in("", model, set())


def _trained_in(name: str, value: Any, seen: set[int]) -> Iterator[tuple[str, CodeLayer]]:
    """The layers with something to train in a model, a chain or a list, each object once."""
    if isinstance(value, CodeLayer):
        if value.layer.rule.trained is not None:
            yield name, value
        return
    if not isinstance(value, Model | LayerChain | list) or id(value) in seen:
        return
    seen.add(id(value))
    for own, each in value.attributes.items() if isinstance(value, Model) else ():
        yield from _trained_in(own, each, seen)
    for each in value.layers if isinstance(value, LayerChain) else value if isinstance(value, list) else ():
        yield from _trained_in(name, each, seen)
