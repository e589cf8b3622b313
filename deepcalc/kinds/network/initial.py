"""The random weights with which the layers of a network would begin: fans, variance and range of each layer."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import slips_of
from deepcalc.kinds._initial import GAIN, Drawn, drawn_quantities
from deepcalc.kinds._initial import initial_forms as forms_of_layers
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.symbols import Forms
from deepcalc.plan import Slip

AT = ("initialization",)


def drawn_layers(wiring: Wiring) -> Iterator[Drawn]:
    """The layers that have weights, each with all that comes into a unit: of skips and constant inputs, too."""
    fields = wiring.fields.initialization
    for index, layer in enumerate(wiring.layers, start=1):
        if fields is not None and layer.weights:
            yield Drawn(fields, index, str(len(layer.senders)), str(len(layer.net)))


def initial_names(wiring: Wiring) -> Iterator[str]:
    """The names of the quantities."""
    if wiring.fields.initialization is not None and wiring.fields.initialization.gain is not None:
        yield GAIN
    for drawn in drawn_layers(wiring):
        yield from (name for name, *_ in drawn.rows())


def ranges(wiring: Wiring) -> tuple[str, ...]:
    """The names of the ranges, or of the standard deviations."""
    return tuple(f"{drawn.fields.width}{drawn.number}" for drawn in drawn_layers(wiring))


def add_initial_weights(graph: Graph, wiring: Wiring) -> None:
    """Add fans, variance and range of each layer."""
    for quantity in drawn_quantities(wiring.fields.initialization, drawn_layers(wiring), AT):
        graph.add(quantity)


def initial_forms(wiring: Wiring) -> dict[str, Forms]:
    """How variances and fans are printed."""
    return {} if wiring.fields.initialization is None else forms_of_layers(len(wiring.layers))


def initial_mistakes(wiring: Wiring, graph: Graph) -> Iterator[Slip]:
    """Other laws that are taken for those of the scheme and of the distribution."""
    for drawn in drawn_layers(wiring):
        yield from slips_of(graph, drawn.mistakes())
