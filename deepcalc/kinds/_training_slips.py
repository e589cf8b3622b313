"""Typical mistakes in the updates of a training: those of its rule, whatever is trained."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count, takewhile

from deepcalc.graph.graph import Graph
from deepcalc.kinds._stepping import Stepping
from deepcalc.kinds._training import TrainingFields
from deepcalc.kinds._update_slips import UpdateMistakes
from deepcalc.kinds._updates import timed
from deepcalc.notation.names import gradient_parts
from deepcalc.notation.nodes import Name, names_in
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import Slip
from deepcalc.rules.updates import Moment


def slips_in_training(
    optimizer: TrainingFields | None,
    trained: Sequence[str],
    graph: Graph,
    symbols: Symbols,
    updated: Callable[[str, int], str] = timed,
) -> Iterator[Slip]:
    """The mistakes in the updates, whose gradients are found in the graph; none of plain gradient descent.

    ``updated`` is what the rule gives of a parameter at a step, which may be constrained after it.
    """
    if optimizer is None or optimizer.has_plain_rule or not trained:
        return
    stepping = Stepping(optimizer, Name(optimizer.symbol), {name: graph.shape(name) for name in trained})
    steps = [*takewhile(lambda step: timed(trained[0], step) in graph, count(1))]

    def moment(name: str, step: int) -> Moment:
        own = (*(stepping.name(line, name, step) for line in stepping.lines), updated(name, step))
        used = (each for line in own for each in names_in(graph[line].definition))
        slope = next(each for each in used if gradient_parts(each) is not None)
        return stepping.moment(name, step, timed(name, step - 1), slope)

    yield from UpdateMistakes(stepping, graph, steps, moment, UnicodePrinter(symbols).print, updated).all()
