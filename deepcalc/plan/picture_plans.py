"""What a kind hands on to be drawn: pictures as plain data, by the names of the quantities that they show."""

from __future__ import annotations

from typing import Any

from deepcalc.graph.quantities import Prose
from deepcalc.notation.nodes import Literal, Node
from deepcalc.records import record


@record
class UnitPlan:
    """A unit by its output; ``net`` is its net input where that is another quantity."""

    output: str
    net: str | None = None
    bias: str | None = None
    error: str | None = None


@record
class LayerPlan:
    """A layer of units; ``weights[i][j]`` leads from the i-th of its ``senders`` to its unit j.

    The senders are outputs of units of any layers before, inputs, and ``constants``, which are drawn beside the layer
    before. Those of a layer without weights are ``joined``, each with the place of the unit that takes it up.
    """

    title: str
    activation: str
    units: tuple[UnitPlan, ...]
    weights: tuple[tuple[str, ...], ...]
    senders: tuple[str, ...] = ()
    joined: tuple[tuple[str, int], ...] = ()
    constants: tuple[str, ...] = ()


@record
class NetworkPlan:
    """A fully connected network, drawn once in names and once for each of the ``samples``.

    A sample is known by its number, which its quantities carry (``h1:2``); None is the only sample. ``ends`` are the
    places of the layers that the loss is of.
    """

    title: str
    inputs: tuple[str, ...]
    layers: tuple[LayerPlan, ...]
    loss: str | None = None
    samples: tuple[int | None, ...] = (None,)
    ends: tuple[int, ...] = ()


@record
class StagePlan:
    """What passes through a chain: the layer that makes it, what is known of the layer, and the sides of its shape.

    ``channels`` is the one of them that counts channels; of a flat vector its length; None of sizes alone. What
    ``begins`` a chain is an input, which no layer makes.
    """

    title: str
    details: tuple[str, ...]
    shape: tuple[str, ...]
    channels: str | None
    begins: bool = False


@record
class ChainPlan:
    """Shapes one after the other; the first stage is the input. ``label`` says what the sides of a shape are.

    Of several chains each begins with an input of its own.
    """

    title: str
    stages: tuple[StagePlan, ...]
    label: str


@record
class BlockPlan:
    """What stands in a box, ``title`` and ``details``, and the sides of the shape that comes out of it.

    A side is the name of a quantity, or the size itself, a number or a letter.
    """

    title: str
    details: tuple[str, ...]
    shape: tuple[Any, ...]


@record
class BlocksPlan:
    """Boxes one below the other, the first the input, and the places of the two boxes of each connection.

    ``label`` says what the sides of a shape are.
    """

    title: str
    blocks: tuple[BlockPlan, ...]
    edges: tuple[tuple[int, int], ...]
    label: str


@record
class SeriesPlan:
    """A curve: its label, and the quantity at each whole x. A ``stepped`` one keeps its value up to the next."""

    label: Prose
    points: tuple[tuple[int, str], ...]
    stepped: bool = False


@record
class RulePlan:
    """A vertical line at the x that a quantity has for its value."""

    label: str
    at: str


@record
class PlotPlan:
    """Curves over whole numbers: steps, epochs. A ``whole`` one has points as well that the sheet passes by."""

    title: str
    x_label: Prose
    y_label: Prose
    series: tuple[SeriesPlan, ...]
    rules: tuple[RulePlan, ...] = ()
    whole: bool = False


@record
class GatesPlan:
    """An expression graph: the quantities in order, each a gate or an input, and the one that is derived."""

    title: str
    names: tuple[str, ...]
    output: str


@record
class PointsPlan:
    """Points of one sort, as they are given: the samples of a class."""

    label: Prose
    points: tuple[tuple[Literal, Literal], ...]


@record
class CurvePlan:
    """The graph of a formula in the name of the horizontal axis and in quantities."""

    label: Prose
    formula: Node


@record
class LinePlan:
    """A straight line a·x + b·y + c = 0, each coefficient a formula in quantities."""

    label: Prose
    coefficients: tuple[Any, Any, Any]


@record
class RegionPlan:
    """Where a relation holds, in the names of the axes, of quantities, and of ``definitions`` in their order."""

    label: Prose
    definitions: tuple[tuple[str, Any], ...]
    inside: Any


@record
class PathPlan:
    """A way through the plane: the quantities that are the two coordinates of each point."""

    label: Prose
    points: tuple[tuple[str, str], ...]


@record
class PlanePlan:
    """A plane with points, and with curves, lines and a region that the solution has; ``axes`` are their names.

    Of the lines and curves those are drawn whose quantities the sheet has, the first and the last of many; of the
    regions the last one. ``shares`` divide the plane among them, in the order of the ``points``: all are drawn, each in
    the colour of the points at its place. ``height`` is a formula in the axes and in quantities that has contour lines,
    ``paths`` are ways over it, ``marks`` single points of it that the solution knows, such as the lowest one.
    """

    title: str
    axes: tuple[str, str]
    points: tuple[PointsPlan, ...]
    curves: tuple[CurvePlan, ...] = ()
    lines: tuple[LinePlan, ...] = ()
    regions: tuple[RegionPlan, ...] = ()
    shares: tuple[RegionPlan, ...] = ()
    height: Any = None
    paths: tuple[PathPlan, ...] = ()
    marks: tuple[PathPlan, ...] = ()


@record
class GridPlan:
    """A quantity as a matrix, a vector as a row: of more axes the part at ``lead``, counted from 0.

    So many zeros as ``around`` says stand at each end of its rows and columns. ``marked`` are places, (row, column),
    counted from the first zero on, which are framed together; each entry other than 0 of ``marked_by``, of the same
    shape, is framed alone. A ``shaded`` one is of shares from 0 to 1, the larger the deeper in colour (a heat map).
    ``row_letter`` and ``column_letter`` number its rows and columns, q₁, q₂, …
    """

    label: Prose
    name: str
    lead: tuple[int, ...] = ()
    around: tuple[int, int] = (0, 0)
    marked: tuple[tuple[int, int], ...] = ()
    marked_by: str | None = None
    shaded: bool = False
    row_letter: str = ""
    column_letter: str = ""


@record
class GridsPlan:
    """Matrices in rows, with signs and names between them, once their entries are known."""

    title: str
    caption: Prose
    rows: tuple[tuple[GridPlan | Prose, ...], ...]


MOST_BLOCKS = 16
"""The boxes that are drawn one below the other, the input among them; of a larger model there is no picture."""

FigurePlan = NetworkPlan | ChainPlan | PlotPlan | GatesPlan | PlanePlan | GridsPlan | BlocksPlan
