"""The pictures of a solution as plain data: what is drawn, in no format and with no coordinates yet."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from deepcalc.graph.quantities import Prose
from deepcalc.notation.nodes import Literal, Name, Node
from deepcalc.records import record


@record
class Mark:
    """A quantity in a picture: its symbol, and its value where that is shown."""

    symbol: Name
    value: Literal | None = None


@record
class Unit:
    output: Mark
    net: Mark | None = None
    bias: Mark | None = None
    error: Mark | None = None


@record
class Edge:
    """A connection: its weight, if it has one, and the derivative of the loss by it where the sheet has that."""

    weight: Mark | None
    derivative: Literal | None = None


@record
class Layer:
    """Units from top to bottom, None for dots; ``edges`` by the places of sender and receiver."""

    title: str
    activation: str
    units: tuple[Unit | None, ...]
    edges: Mapping[tuple[int, int], Edge]


@record
class Skip:
    """Connections that pass by layers: from where to where, by the places of the layers, and their weights."""

    start: int
    end: int
    edges: tuple[Edge, ...]


@record
class Network:
    """Layers from the inputs on, None for dots; the loss behind the last, which may be of other layers too."""

    layers: tuple[Layer | None, ...]
    loss: Mark | None = None
    skips: tuple[Skip, ...] = ()


@record
class Stage:
    """A volume: its shape as it is written, and apart from each other its sides and its channels.

    One that ``begins`` a chain is an input.
    """

    title: str
    details: tuple[str, ...]
    shape: tuple[Mark, ...]
    sides: tuple[Mark, ...]
    channels: Mark | None
    begins: bool = False


@record
class Stages:
    """Stages from the input on, None for dots; of several chains, each from a stage on that ``begins`` one."""

    stages: tuple[Stage | None, ...]


@record
class Block:
    """A box, and the shape that comes out of it."""

    title: str
    details: tuple[str, ...]
    shape: tuple[Mark, ...]


@record
class Blocks:
    """Boxes from the input on, and which of them are connected, by their places."""

    blocks: tuple[Block, ...]
    edges: tuple[tuple[int, int], ...]


@record
class Series:
    label: Prose
    points: tuple[tuple[int, Literal], ...]
    stepped: bool = False


@record
class Rule:
    label: str
    at: Literal


@record
class Plot:
    """Curves over whole numbers, and vertical lines."""

    x_label: Prose
    y_label: Prose
    series: tuple[Series, ...]
    rules: tuple[Rule, ...]


@record
class Gate:
    """An input (no formula) or a gate; ``uses`` are the places of its operands among the gates, -1 for dots."""

    mark: Mark
    formula: Node | None
    uses: tuple[int, ...]
    derivative: Literal | None = None


@record
class Gates:
    gates: tuple[Gate, ...]


@record
class Points:
    label: Prose
    points: tuple[tuple[Fraction, Fraction], ...]


@record
class Course:
    """A curve through points, or a straight line between two."""

    label: Prose
    points: tuple[tuple[float, float], ...]


@record
class Region:
    """Where something holds: of a lattice over the window the points at which it does."""

    label: Prose
    points: tuple[tuple[float, float], ...]


@record
class Plane:
    """Points, curves and regions in a window of the plane, from its left and lower to its right and upper side.

    Several regions belong to the points at their places; None is one that is nowhere in the window.
    ``contours`` are the contour lines of something over the plane, ``paths`` ways from point to point.
    """

    x_label: Prose
    y_label: Prose
    window: tuple[Fraction, Fraction, Fraction, Fraction]
    points: tuple[Points, ...]
    courses: tuple[Course, ...] = ()
    regions: tuple[Region | None, ...] = ()
    contours: tuple[tuple[tuple[float, float], ...], ...] = ()
    paths: tuple[Course, ...] = ()


@record
class Matrix:
    """Entries in cells, those of ``around`` rows and columns at each end zeros that were added.

    ``framed`` are places, (row, column), in groups that have one frame each. ``shades``, where there are any, tell how
    deep the colour of each cell is, from 0 to 1; ``row_names`` stand before the rows, ``column_names`` above the
    columns.
    """

    label: Prose
    cells: tuple[tuple[Literal, ...], ...]
    around: tuple[int, int]
    framed: tuple[frozenset[tuple[int, int]], ...]
    shades: tuple[tuple[float, ...], ...] = ()
    row_names: tuple[Name, ...] = ()
    column_names: tuple[Name, ...] = ()


@record
class Matrices:
    """Matrices in rows, with signs and names between them."""

    rows: tuple[tuple[Matrix | Prose, ...], ...]


Drawing = Network | Stages | Plot | Gates | Plane | Matrices | Blocks


@record
class Figure:
    """A picture with its title and caption; one that does not ``tell`` belongs to the statement."""

    title: str
    caption: Prose
    drawing: Drawing
    tells: bool
