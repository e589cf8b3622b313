"""The pictures of a solution as plain data: what is drawn, in no format and with no coordinates yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deepcalc.graph.graph import Prose
from deepcalc.notation.nodes import Literal, Name


@dataclass(frozen=True)
class Mark:
    """A quantity in a picture: its symbol, and its value where that is shown."""

    symbol: Name
    value: Literal | None = None


@dataclass(frozen=True)
class Unit:
    output: Mark
    net: Mark | None = None
    bias: Mark | None = None
    error: Mark | None = None


@dataclass(frozen=True)
class Edge:
    """A connection: its weight, and the derivative of the loss by it where the sheet has that."""

    weight: Mark
    derivative: Literal | None = None


@dataclass(frozen=True)
class Layer:
    """Units from top to bottom, None for dots; ``edges`` by the places of sender and receiver."""

    title: str
    activation: str
    units: tuple[Unit | None, ...]
    edges: Mapping[tuple[int, int], Edge]


@dataclass(frozen=True)
class Network:
    """Layers from the inputs on, None for dots; the loss behind the last."""

    layers: tuple[Layer | None, ...]
    loss: Mark | None = None


@dataclass(frozen=True)
class Stage:
    """A volume: its shape as it is written, and apart from each other its sides and its channels."""

    title: str
    details: tuple[str, ...]
    shape: tuple[Mark, ...]
    sides: tuple[Mark, ...]
    channels: Mark


@dataclass(frozen=True)
class Chain:
    """Stages from the input on, None for dots."""

    stages: tuple[Stage | None, ...]


@dataclass(frozen=True)
class Series:
    label: Prose
    points: tuple[tuple[int, Literal], ...]
    stepped: bool = False


@dataclass(frozen=True)
class Rule:
    label: str
    at: Literal


@dataclass(frozen=True)
class Plot:
    """Curves over whole numbers, and vertical lines."""

    x_label: Prose
    y_label: Prose
    series: tuple[Series, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Gate:
    """An input (no formula) or a gate; ``uses`` are the places of its operands among the gates, -1 for dots."""

    mark: Mark
    formula: Any
    uses: tuple[int, ...]
    derivative: Literal | None = None


@dataclass(frozen=True)
class Gates:
    gates: tuple[Gate, ...]


Drawing = Network | Chain | Plot | Gates


@dataclass(frozen=True)
class Figure:
    """A picture with its title and caption; one that does not ``tell`` belongs to the statement."""

    title: str
    caption: Prose
    drawing: Drawing
    tells: bool
