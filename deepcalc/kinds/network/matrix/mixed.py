"""A layer whose units have different activations, in blocks: ``A1 = concat(relu(Z1[:, 1:2]), tanh(Z1[:, 3:3]))``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from deepcalc.errors import Fault
from deepcalc.graph.graph import Graph
from deepcalc.graph.pull_backs import of_shape, pulled_back
from deepcalc.graph.quantities import Letter, Quantity
from deepcalc.kinds.network.connections import no_unit
from deepcalc.kinds.network.matrix.arrangement import MatrixLayer, units_of
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.kinds.network.structure import Function
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import ONE, Name, Node, names_in
from deepcalc.notation.operations.expressions import shape_of
from deepcalc.notation.operations.row import Surroundings
from deepcalc.notation.shapes import Shape, size_text

_NET, _OUT = "net", "out"


def mixed_outputs(wiring: MatrixWiring, layer: MatrixLayer, functions: Sequence[Function] = ()) -> Node:
    """The activation of each block of units, the blocks side by side; ``functions`` in place of those of the layer."""
    blocks = _blocks(functions or layer.functions)
    return _side_by_side(wiring, [function.apply(_part(wiring, layer.before, units)) for function, units in blocks])


def mixed_slope(wiring: MatrixWiring, layer: MatrixLayer) -> Node:
    """The derivative of the outputs by what they are of, entry by entry: that of each block, side by side."""
    slopes = []
    for function, units in _blocks(layer.functions):
        slope = _slope(function, wiring.of_samples(len(units)))
        parts = {Name(_NET): _part(wiring, layer.before, units), Name(_OUT): _part(wiring, layer.out, units)}
        slopes.append(slope.xreplace(parts))
    return _side_by_side(wiring, slopes)


def unit_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """Units that there are not, and activations for more or fewer units than there are."""
    for index, (layer, units) in enumerate(zip(wiring.layers, wiring.units, strict=True)):
        given, at = wiring.fields.layers[index].activation, ("layers", index, "activation")
        if isinstance(given, list) and units is not None and units != len(given):
            yield Fault(at, f"expected {size_text(units)} activations, one for each unit, found {len(given)}")
        for sender in layer.senders:
            size = wiring.size_of(sender.array, wiring.units)
            largest = max(sender.units, default=0)
            if largest and size is not None and not (isinstance(size, int) and largest <= size):
                yield Fault(("layers", index, "from"), no_unit(largest, sender.array, size_text(size)))


def _blocks(functions: Sequence[Function]) -> Iterator[tuple[Function, list[int]]]:
    """Units beside each other of one activation, counted from 1."""
    for _, group in groupby(enumerate(functions, start=1), lambda unit: unit[1]):
        units = list(group)
        yield units[0][1], [number for number, _ in units]


def _part(wiring: MatrixWiring, array: str, units: Sequence[int]) -> Node:
    return units_of(array, units, wiring.arrangement)


def _side_by_side(wiring: MatrixWiring, blocks: Sequence[Node]) -> Node:
    return Apply("concat", {"axis": wiring.class_axis or 0}, *blocks)


def _slope(function: Function, shape: Shape) -> Node:
    """The derivative of an activation of a block of that shape, in its net inputs and outputs."""
    formula, graph = function.apply(Name(_NET)), Graph()
    graph.add(Quantity(_NET, given=Letter(shape)))
    for name in sorted(names_in(formula)):
        if name != _NET:
            graph.add(Quantity(name, given=Letter()))
    graph.add(Quantity(_OUT, formula))
    written = function.row.slope is not None
    slope = function.derived(_NET, _OUT) if written else pulled_back(graph, _OUT, _NET, ONE)
    return of_shape(slope, shape, Surroundings(lambda node: shape_of(node, graph.shape), Name(_OUT)))
