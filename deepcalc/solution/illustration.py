"""Plans of pictures with values filled in.

A picture that belongs to the statement gives nothing away: it is filled from given values alone. What is too
large to be drawn is elided here, so that a renderer never sees more than it can draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ONE, Literal, Name
from deepcalc.plan.picture_plans import (
    BlocksPlan,
    ChainPlan,
    FigurePlan,
    GatesPlan,
    GridsPlan,
    LayerPlan,
    NetworkPlan,
    PlanePlan,
    PlotPlan,
    StagePlan,
    UnitPlan,
)
from deepcalc.records import record
from deepcalc.solution.derivation import Derivation
from deepcalc.solution.drawings import (
    Block,
    Blocks,
    Edge,
    Figure,
    Gate,
    Gates,
    Layer,
    Mark,
    Network,
    Plot,
    Rule,
    Series,
    Skip,
    Stage,
    Stages,
    Unit,
)
from deepcalc.solution.grids import grids
from deepcalc.solution.picture_values import PictureValues
from deepcalc.solution.planes import plane

MOST_UNITS, MOST_LAYERS = 6, 5
"""The units of a layer, and the layers with the inputs among them, that are drawn in full."""

MOST_STAGES = 8
MOST_GATES, DEEPEST = 40, 12
MOST_SAMPLES = 3
MOST_SERIES = 6


def figures(plans: Sequence[FigurePlan], derivation: Derivation) -> tuple[Figure, ...]:
    """The pictures of the statement, then those of the solution; what has nothing to show is left out."""
    found: list[Figure] = []
    for tells in (False, True):
        for plan in plans:
            found += _FILL[type(plan)](plan, PictureValues(derivation, tells))
    return tuple(found)


def elided(count: int, most: int, at_end: int = 1) -> list[int | None]:
    """The places that are drawn of ``count``: all, or the first and the last ones with None for dots between."""
    if count <= most:
        return list(range(count))
    return [*range(most - 1 - at_end), None, *range(count - at_end, count)]


def _network(plan: NetworkPlan, values: PictureValues) -> Iterator[Figure]:
    if not values.tells:
        caption = ("Biases stand below the units, weights at the connections.",)
        yield Figure(plan.title, caption, _NetworkFiller(plan, values, None).drawing(), tells=False)
        return
    numbers = plan.samples[:MOST_SAMPLES]
    backward = values.differentiated()
    for number in numbers:
        filler = _NetworkFiller(plan, values, number)
        if backward:
            filler.evaluate_errors()
        says = "Values stand above the units, weights at the connections"
        says += ", errors below the units, derivatives of the loss below the weights." if backward else "."
        title = f"{plan.title} with values"
        yield Figure(title if number is None else f"{title}, sample {number}", (says,), filler.drawing(), tells=True)


@record
class _NetworkFiller:
    plan: NetworkPlan
    values: PictureValues
    number: int | None

    def drawing(self) -> Network:
        plan = self.plan
        columns = self._columns()
        shown = elided(len(columns), MOST_LAYERS)
        layers: list[Layer | None] = []
        drawn: dict[int, int] = {}
        before: dict[str, int] = {}
        skips: list[Skip] = []
        for place in shown:
            if place is None:
                layers.append(None)
                before = {}
                continue
            column = columns[place]
            rows = elided(len(column.units), MOST_UNITS)
            connections = self._connections(column, rows)
            edges = {(before[sender], j): edge for sender, j, edge in connections if sender in before}
            units = tuple(None if row is None else self._unit(column.units[row]) for row in rows)
            for start, passing in drawn.items():
                names = {unit.output for unit in columns[start].units} - before.keys()
                found = tuple(edge for sender, _, edge in connections if sender in names)
                skips += [Skip(passing, len(layers), found)] if found else []
            drawn[place] = len(layers)
            layers.append(Layer(column.title, column.activation, units, edges))
            before = {column.units[row].output: i for i, row in enumerate(rows) if row is not None}
        loss = None if plan.loss is None else self._mark(self._at(plan.loss))
        if loss is not None:
            apart = (end + 1 for end in plan.ends if end + 1 != len(columns) - 1)
            skips += [Skip(drawn[place], len(layers), ()) for place in apart if place in drawn]
        return Network(tuple(layers), loss, tuple(skips))

    def _columns(self) -> list[LayerPlan]:
        """The inputs and the layers, each with the constant inputs of the layer behind it."""
        inputs = LayerPlan("input", "", tuple(UnitPlan(name) for name in self.plan.inputs), ())
        columns = (inputs, *self.plan.layers)
        behind = [*(column.constants for column in columns[1:]), ()]
        return [
            replace(column, units=(*column.units, *(UnitPlan(name) for name in constants)))
            for column, constants in zip(columns, behind, strict=True)
        ]

    def _connections(self, column: LayerPlan, rows: Sequence[int | None]) -> list[tuple[str, int, Edge]]:
        """What leads to the units that are drawn: the sender, the place of the unit, the edge."""
        places = {row: j for j, row in enumerate(rows) if row is not None}
        found = [
            (sender, j, self._edge(column.weights[i][row]))
            for i, sender in enumerate(column.senders if column.weights else ())
            for row, j in places.items()
            if row < len(column.weights[i])  # the others are constant inputs
        ]
        return found + [(sender, places[row], Edge(None)) for sender, row in column.joined if row in places]

    def evaluate_errors(self) -> None:
        names = [self._at(unit.error) for layer in self.plan.layers for unit in layer.units if unit.error is not None]
        self.values.evaluate_further(names)

    def _at(self, name: str) -> str:
        return name if self.number is None or name in self.values.graph else f"{name}:{self.number}"

    def _mark(self, name: str) -> Mark:
        return self.values.mark(name) if self.values.tells else Mark(Name(name))

    def _unit(self, unit: UnitPlan) -> Unit:
        error = None if unit.error is None else self._mark(self._at(unit.error))
        return Unit(
            self._mark(self._at(unit.output)),
            None if unit.net is None else self._mark(self._at(unit.net)),
            None if unit.bias is None else self._mark(unit.bias),
            error if error is not None and error.value is not None else None,
        )

    def _edge(self, weight: str) -> Edge:
        loss = None if self.plan.loss is None else self._at(self.plan.loss)
        return Edge(self._mark(weight), None if loss is None else self.values.of(gradient(loss, weight)))


def _chain(plan: ChainPlan, values: PictureValues) -> Iterator[Figure]:
    shown = [stage for chain in _each_chain(plan.stages) for stage in _elided(chain)]
    stages = tuple(
        None
        if stage is None
        else Stage(
            stage.title,
            stage.details,
            tuple(map(values.mark, stage.shape)),
            tuple(values.mark(name) for name in stage.shape if name != stage.channels),
            None if stage.channels is None else values.mark(stage.channels),
            stage.begins,
        )
        for stage in shown
    )
    says = f"Each volume is labelled {plan.label}."
    if not values.tells or any(mark.value is not None for stage in stages[1:] if stage for mark in stage.shape):
        title = f"{plan.title} with all shapes" if values.tells else plan.title
        yield Figure(title, (says,), Stages(stages), values.tells)


def _each_chain(stages: Sequence[StagePlan]) -> Iterator[Sequence[StagePlan]]:
    """The stages from each input to the next one."""
    starts = [place for place, stage in enumerate(stages) if stage.begins]
    return (stages[start:end] for start, end in pairwise([*starts, len(stages)]))


def _elided(stages: Sequence[StagePlan]) -> list[StagePlan | None]:
    """A chain, with None for the stages that are too many."""
    return [None if place is None else stages[place] for place in elided(len(stages), MOST_STAGES, 2)]


def _blocks(plan: BlocksPlan, values: PictureValues) -> Iterator[Figure]:
    """All shapes, once the sheet has one of them."""
    computed = [name for block in plan.blocks[1:] for name in block.shape if isinstance(name, str)]
    if values.tells and all(values.of(name) is None for name in computed):
        return
    if values.tells:
        values.evaluate_further(computed)
    blocks = tuple(
        Block(each.title, each.details, tuple(_side(side, values) for side in each.shape)) for each in plan.blocks
    )
    title = f"{plan.title} with all shapes" if values.tells else plan.title
    says = f"Beside each connection stands the shape that passes it: {plan.label}."
    yield Figure(title, (says,), Blocks(blocks, plan.edges), values.tells)


def _side(side: Any, values: PictureValues) -> Mark:
    """A side of a shape: of a quantity as far as it is known, of a size itself."""
    if isinstance(side, str):
        return values.mark(side)
    return Mark(Name("size"), side) if isinstance(side, Literal) else Mark(side)


def _plot(plan: PlotPlan, values: PictureValues) -> Iterator[Figure]:
    if values.tells:
        passed = _unknown if plan.whole else _gaps
        values.evaluate_further([name for each in plan.series for name in passed(each.points, values)])
    series = [Series(each.label, tuple(_known_run(each.points, values)), each.stepped) for each in plan.series]
    drawn = tuple(each for each in series if len(each.points) > 1)
    rules = tuple(Rule(rule.label, at) for rule in plan.rules if (at := values.of(rule.at)) is not None)
    computed = any(values.is_computed(name) for each in plan.series for _, name in each.points)
    if drawn and (not values.tells or computed):
        left_out = len(drawn) - MOST_SERIES
        caption: Prose = (f"The first {MOST_SERIES} of {len(drawn)} curves.",) if left_out > 0 else ()
        drawing = Plot(plan.x_label, plan.y_label, drawn[:MOST_SERIES], rules)
        yield Figure(plan.title, caption, drawing, values.tells)


def _unknown(points: Sequence[tuple[int, str]], values: PictureValues) -> Iterator[str]:
    """The points without a value."""
    return (name for _, name in points if values.of(name) is None)


def _gaps(points: Sequence[tuple[int, str]], values: PictureValues) -> Iterator[str]:
    """The points without a value before the last one that has one."""
    missing: list[str] = []
    for _, name in points:
        if values.of(name) is None:
            missing.append(name)
        else:
            yield from missing
            missing = []


def _known_run(points: Sequence[tuple[int, str]], values: PictureValues) -> Iterator[tuple[int, Literal]]:
    """The points from the first on, as far as their values are known without a gap."""
    for x, name in points:
        value = values.of(name)
        if value is None:
            return
        yield x, value


def _gates(plan: GatesPlan, values: PictureValues) -> Iterator[Figure]:
    graph = values.graph
    names = _nearest_gates(plan, graph)
    place = {name: index for index, name in enumerate(names)}
    derived = {name: values.of(gradient(plan.output, name)) for name in names} if values.tells else {}
    if any(value is not None for value in derived.values()):
        derived[plan.output] = ONE
    gates = tuple(
        Gate(
            values.mark(name) if values.tells else Mark(Name(name)),
            graph[name].formula,
            tuple(place.get(used, -1) for used in _drawn_behind(name, plan, graph)),
            derived.get(name),
        )
        for name in names
    )
    if not values.tells:
        yield Figure(plan.title, (), Gates(gates), tells=False)
    elif any(gate.mark.value is not None for gate in gates if gate.formula is not None):
        caption: Prose = ("Values stand above the gates",)
        caption += (", derivatives of ", Name(plan.output), " below.") if derived.get(plan.output) else (".",)
        yield Figure(f"{plan.title} with values", caption, Gates(gates), tells=True)


def _drawn_behind(name: str, plan: GatesPlan, graph: Graph) -> Iterator[str]:
    """What a gate uses, each once, through the formulas that the picture leaves out."""
    ahead, seen = [*graph.uses(name)][::-1], set[str]()
    while ahead:
        used = ahead.pop()
        if used in seen:
            continue
        seen.add(used)
        if used in plan.names or graph[used].formula is None:
            yield used
        else:
            ahead += [*graph.uses(used)][::-1]


def _nearest_gates(plan: GatesPlan, graph: Graph) -> list[str]:
    """The gates and the inputs that they use, without those that lie too deep behind the outputs, or are too many."""
    depth = {name: 0 for name in plan.names if graph[name].formula is not None}
    for name in reversed(plan.names):
        for used in _drawn_behind(name, plan, graph):
            depth[used] = max(depth.get(used, 0), depth[name] + 1)
    return [name for name in plan.names if depth.get(name, DEEPEST) < DEEPEST][-MOST_GATES:]


_FILL: Mapping[type, Callable[[Any, PictureValues], Iterator[Figure]]] = {
    NetworkPlan: _network,
    ChainPlan: _chain,
    BlocksPlan: _blocks,
    PlotPlan: _plot,
    GatesPlan: _gates,
    PlanePlan: plane,
    GridsPlan: grids,
}
