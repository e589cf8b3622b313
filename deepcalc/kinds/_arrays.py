"""What kinds share whose quantities are arrays: formulas as text, letters with their sizes, the end of a loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, Protocol

from pydantic import Field

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.fields.aliases import also_as
from deepcalc.fields.given import Given
from deepcalc.fields.types import Fields, Identifier
from deepcalc.graph.fusion import with_fusion
from deepcalc.graph.graph import Graph, GraphError, Letter, Prose, Quantity
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.nodes import Name, Relation
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import LatexPrinter
from deepcalc.notation.shapes import Shape, ShapeError, shape_text, size_node
from deepcalc.plan import Slip
from deepcalc.plan.statement import joined
from deepcalc.rules.array_losses import ARRAY_LOSSES, ArrayLoss
from deepcalc.rules.losses import LOSS_ALIASES

FORWARD, LOSS, SIZES = "Forward pass", "Loss", "Sizes"
UPSTREAM = "G"


def shape_of_given(value: Any) -> Shape:
    """The shape of what an author gives; of a ragged list that of its first rows."""
    if isinstance(value, Letter):
        return value.shape
    shape: list[int] = []
    while isinstance(value, Array):
        shape.append(len(value.args))
        value = value.args[0]
    return tuple(shape)


class ArrayWriter:
    """Fills a graph with quantities whose formulas are plain text; what does not fit is a fault of a field."""

    def __init__(self) -> None:
        self.graph = Graph()

    def given(self, name: str, value: Any, origin: Location, section: str = "Given") -> None:
        """Add what is given; the letters among its sizes before it."""
        if isinstance(value, Letter):
            for size in value.shape:
                if isinstance(size, Name) and size.name not in self.graph:
                    self.graph.add(Quantity(size.name, given=Letter(), section=SIZES, origin=origin))
        self._add(Quantity(name, given=value, section=section, origin=origin))

    def add(
        self, name: str, formula: Any, origin: Location, note: str = "", section: str = FORWARD, group: str = "outputs"
    ) -> None:
        """Add what is defined by a formula in earlier quantities, as text or as a node."""
        said: Prose = (note,) if note else ()
        quantity = Quantity(name, written(formula), section=section, group=group, note=said, origin=origin)
        self._add(quantity)

    def _add(self, quantity: Quantity) -> None:
        try:
            fuses = quantity.formula is not None and self.graph.has_arrays
            self.graph.add(with_fusion(self.graph, quantity) if fuses else quantity)
        except (GraphError, ShapeError) as error:
            raise FieldError([Fault(quantity.origin, str(error))]) from None


ArrayLossName = StrEnum("ArrayLossName", [*ARRAY_LOSSES])  # type: ignore[misc]


class ArrayLossFields(Fields):
    """The loss of an output."""

    function: Annotated[ArrayLossName, also_as(ArrayLossName, LOSS_ALIASES)] = Field(
        description="mse is the mean over all entries, sum and half_sum are Σ and ½Σ of the squared errors, "
        "cross_entropy −Σ t·log y, binary_cross_entropy that of each entry, summed"
    )
    targets: Given = Field(description="the targets, in the shape of the output")
    name: Identifier = Field("L", description="the loss's name")

    @property
    def row(self) -> ArrayLoss:
        return ARRAY_LOSSES[self.function]


LossField = Annotated[
    ArrayLossFields | None, Field(description="the loss of the output: {function: mse, targets: [[…]]}")
]
UpstreamField = Annotated[
    Given | None,
    Field(
        description="∂L/∂(output), given from above in the output's shape; gradients are then of L = Σ G ⊙ output",
    ),
]


class WithLoss(Protocol):
    """Fields that say what gradients are of: a loss, or the sum of the output weighted by a gradient from above."""

    @property
    def loss(self) -> ArrayLossFields | None: ...

    @property
    def upstream(self) -> Any: ...


def loss_faults(fields: WithLoss) -> Iterator[Fault]:
    if fields.loss is not None and fields.upstream is not None:
        yield Fault(("upstream",), "give either `loss` or `upstream`, which is the loss's own gradient")


def loss_name(fields: WithLoss) -> str | None:
    """The name of what is derived; None where nothing is."""
    if fields.loss is not None:
        return fields.loss.name
    return None if fields.upstream is None else "L"


def add_loss(writer: ArrayWriter, fields: WithLoss, output: str) -> None:
    """Add the loss of an output, or what stands for it where its gradient is given."""
    shape = writer.graph.shape(output)
    if fields.loss is not None:
        row, origin = fields.loss.row, ("loss",)
        writer.given("T", fields.loss.targets, ("loss", "targets"), "Targets")
        _check_shape(writer, "T", output, ("loss", "targets"))
        text = row.text(shape).format(y=output, t="T")
        writer.add(fields.loss.name, text, origin, row.title, LOSS, "losses")
    elif fields.upstream is not None:
        writer.given(UPSTREAM, fields.upstream, ("upstream",), "Gradient from above")
        _check_shape(writer, UPSTREAM, output, ("upstream",))
        text = f"sum({UPSTREAM} * {output})" if shape else f"{UPSTREAM}*{output}"
        note = f"so that its derivative by {output} is {UPSTREAM}"
        writer.add("L", text, ("upstream",), note, LOSS, "losses")


def _check_shape(writer: ArrayWriter, name: str, output: str, origin: Location) -> None:
    found, wanted = writer.graph.shape(name), writer.graph.shape(output)
    if found != wanted:
        raise FieldError(
            [Fault(origin, f"expected the shape of {output}, {shape_text(wanted)}, not {shape_text(found)}")]
        )


def written(formula: Any) -> Any:
    """A formula as a node, whether it is text or one already."""
    return parse(formula) if isinstance(formula, str) else formula


SlipRow = tuple[str, str, Mapping[str, Any]]
"""A typical mistake: its key, how it is said, and the changed formulas, as text or as nodes."""


def slips_of(graph: Graph, rows: Iterable[SlipRow]) -> Iterator[Slip]:
    """Typical mistakes from rows of key, message and changed formulas; what is not in the graph is left out."""
    for key, message, formulas in rows:
        kept = {name: written(formula) for name, formula in formulas.items() if name in graph}
        if kept:
            yield Slip(key, message, kept)


def givens(graph: Graph) -> Prose:
    """What is given, as a statement says it: ``Q = [[1, 0], [0, 1]], n, X ∈ ℝⁿ``."""

    def said(quantity: Quantity) -> Prose:
        value = quantity.given
        if not isinstance(value, Letter):
            return (Relation("=", Name(quantity.name), value),)
        sizes = r" \times ".join(LatexPrinter().print(size_node(size)) for size in value.shape)
        return (Name(quantity.name), rf" $\in \mathbb{{R}}^{{{sizes}}}$") if sizes else (Name(quantity.name),)

    return joined((said(quantity) for quantity in graph if quantity.given is not None), last=", ")
