"""The random weights with which the layers of a network would begin, by the sizes of their matrices."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.errors import Location
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._arrays import slips_of
from deepcalc.kinds._initial import Drawn, drawn_quantities
from deepcalc.kinds._initial import initial_forms as forms_of_layers
from deepcalc.kinds.network.matrix.wiring import MatrixWiring, side_by_side
from deepcalc.notation.shapes import size_text
from deepcalc.notation.symbols import Forms
from deepcalc.plan import Slip

AT: Location = ("initialization",)


def drawn_layers(wiring: MatrixWiring) -> Iterator[Drawn]:
    """The layers that have weights, each with all that comes into a unit, of skips too."""
    fields = wiring.fields.initialization
    for index, (layer, units) in enumerate(zip(wiring.layers, wiring.units, strict=True), start=1):
        before = side_by_side([size for size in wiring.sizes(layer) if size is not None])
        if fields is not None and layer.weights is not None and units is not None and before is not None:
            yield Drawn(fields, index, size_text(before), size_text(units))


def initial_weights(wiring: MatrixWiring) -> Iterator[Quantity]:
    """Fans, variance and range of each layer."""
    yield from drawn_quantities(wiring.fields.initialization, drawn_layers(wiring), AT)


def ranges(wiring: MatrixWiring) -> tuple[str, ...]:
    """The names of the ranges, or of the standard deviations."""
    return tuple(f"{drawn.fields.width}{drawn.number}" for drawn in drawn_layers(wiring))


def initial_forms(wiring: MatrixWiring) -> dict[str, Forms]:
    """How variances and fans are printed."""
    return {} if wiring.fields.initialization is None else forms_of_layers(len(wiring.layers))


def initial_mistakes(wiring: MatrixWiring, graph: Graph) -> Iterator[Slip]:
    """Other laws that are taken for those of the scheme and of the distribution."""
    for drawn in drawn_layers(wiring):
        yield from slips_of(graph, drawn.mistakes())
