"""A mistake made in every pass of a training: what is changed in the first pass is changed in the others alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deepcalc.graph.graph import Graph
from deepcalc.kinds.network.steps import Stage, gradient_stage
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.nodes import Name, Node, names_in
from deepcalc.plan import Slip

MOST_PASSES = 6
"""Passes of a training in which the same mistake is looked for."""


def in_every_pass(wiring: Wiring, graph: Graph, slips: Iterable[Slip]) -> Iterator[Slip]:
    """The mistakes of the first pass, then each of them as it is when it is made in every pass."""
    found = list(slips)
    yield from found
    renamings = list(_renamings(wiring, graph))
    for slip in found if renamings else ():
        formulas = dict(slip.formulas)
        of_a_pass = {old: formula for old, formula in slip.formulas.items() if not _has_time(formula)}
        for names, mapping in renamings:
            formulas |= {names[old]: formula.xreplace(mapping) for old, formula in of_a_pass.items() if old in names}
        if len(formulas) > len(slip.formulas):
            yield Slip(slip.key, slip.message, formulas)


def _has_time(formula: Node) -> bool:
    """Whether a formula has more in it than the pass: states of an optimizer, parameters after an update."""
    return any("@" in name for name in names_in(formula))


def _renamings(wiring: Wiring, graph: Graph) -> Iterator[tuple[dict[str, str], dict[Name, Name]]]:
    """What the quantities of the first pass are called in each later one, as names and as nodes."""
    optimizer = wiring.fields.optimizer
    if optimizer is None:
        return
    first = [name for name in graph.names if "@" not in name]
    for step in range(1, MOST_PASSES + 1):
        for stage in dict.fromkeys((gradient_stage(optimizer.rule, step), Stage(step))):
            names = {old: new for old, new in stage.renamed(first).items() if new in graph and new != old}
            if set(names) - set(wiring.parameters):
                yield names, {Name(old): Name(new) for old, new in names.items()}
