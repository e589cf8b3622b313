"""A recurrent problem in words: the law of a step in the conventions that were chosen, then what is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose
from deepcalc.kinds._arrays import LOSS, bulleted, with_laws
from deepcalc.kinds.recurrent.fields import RecurrentFields
from deepcalc.kinds.recurrent.naming import MERGED, Strand, at_step, hidden_at, merged_at, named
from deepcalc.notation.nodes import Name, Relation
from deepcalc.plan.statement import Statement, joined, prose

_MOST_LOSSES = 4
"""Of so many losses at most the sum is written out."""


def statement(fields: RecurrentFields, strands: Sequence[Strand], graph: Graph, asked: Sequence[str]) -> Statement:
    """The problem as an exam would put it."""
    title = f"{fields.row.title[0].upper()}{fields.row.title[1:]}"
    told = with_laws(title, bulleted(_laws(fields, strands, graph)), graph)
    further = [prose(" ", sentence) for sentence in _further(fields)]
    return Statement(prose(told, ".", *further), prose("Compute ", joined(map(Name, asked)), "."))


def _laws(fields: RecurrentFields, strands: Sequence[Strand], graph: Graph) -> Iterator[Prose]:
    """The lines of any step of the first cell, what both directions make, the outputs, the loss."""
    cell = strands[0]
    first = cell.steps[0]
    general = {cell.input_at(first): f"{named(fields, 'x')}_t"}
    general |= {cell.at(line.stem, first): cell.general(line.stem) for line in fields.row.lines}
    general |= {cell.state(state, cell.start): cell.general_before(state) for state in fields.row.states}
    for line in fields.row.lines:
        yield _law(graph, cell.at(line.stem, first), general)
    yield from _merged_laws(fields, strands, graph)
    yield from _output_laws(fields, strands, graph)


def _output_laws(fields: RecurrentFields, strands: Sequence[Strand], graph: Graph) -> Iterator[Prose]:
    last = fields.count
    each = {hidden_at(fields, last): _general_hidden(fields, strands)}
    outputs = () if "W_y" not in fields.weights else ("s", "y") if fields.output == "softmax" else ("y",)
    each |= {at_step(fields, stem, last): f"{named(fields, stem)}_t" for stem in outputs}
    for stem in outputs:
        yield _law(graph, at_step(fields, stem, last), {} if fields.output_at == "last" else each)
    yield from _loss_laws(fields, graph, {**each, f"t{last}": "t_t"})


def _merged_laws(fields: RecurrentFields, strands: Sequence[Strand], graph: Graph) -> Iterator[Prose]:
    last = fields.count
    for strand in strands:
        if strand.is_backward:
            name = merged_at(fields, strand.layer, last)
            forward = {name: _index_t(name, named(fields, MERGED), last)}
            for each in strands:
                forward[each.at("h", last)] = each.general("h")
            yield _law(graph, name, {} if strand.merges_ends else forward)


def _loss_laws(fields: RecurrentFields, graph: Graph, each: Mapping[str, str]) -> Iterator[Prose]:
    losses = [quantity.name for quantity in graph if quantity.section == LOSS]
    if len(losses) > 1:
        yield _law(graph, losses[-2], {**each, losses[-2]: f"{losses[-1]}_t"})
    if len(losses) <= _MOST_LOSSES:
        yield from (_law(graph, name, {}) for name in losses[-1:])
    elif fields.loss is not None:
        yield prose(Name(losses[-1]), f" is the {fields.loss.reduction} of all ", Name(f"{losses[-1]}_t"))


def _general_hidden(fields: RecurrentFields, strands: Sequence[Strand]) -> str:
    name = hidden_at(fields, fields.count)
    stem = MERGED if strands[-1].is_backward else "h"
    return _index_t(name, named(fields, stem), fields.count)


def _index_t(name: str, stem: str, step: int) -> str:
    """The name of a step's quantity with the index t in place of the step's number."""
    return f"{stem}_t{name.removeprefix(f'{stem}{step}')}"


def _law(graph: Graph, name: str, general: Mapping[str, str]) -> Prose:
    """What defines a quantity, with other names in place of those of a step."""
    replaced: dict[Any, Any] = {Name(old): Name(new) for old, new in general.items()}
    return (Relation("=", replaced.get(Name(name), Name(name)), graph[name].definition.xreplace(replaced)),)


def _further(fields: RecurrentFields) -> Iterator[Prose]:
    """What the laws do not say: stacks of weights, layers and directions, truncation and clipping."""
    stack = fields.stack
    if stack is not None and len(stack.orders[fields.cell]) > 1:
        order = joined(map(Name, (named(fields, stem) for stem in stack.orders[fields.cell])))
        where = "below each other" if stack.axis == 0 else "side by side"
        wholes = joined(Name(named(fields, name)) for name in stack.names if name in fields.weights)
        yield prose("The gates ", order, f" stand {where} in ", wholes, ".")
    for layer in range(2, len(fields.layers) + 1):
        yield (f"Layer {layer} reads what comes out of layer {layer - 1}, with weights of its own.",)
    if any(layer.backward is not None for layer in fields.layers):
        yield (f"The backward cell does the same from step {fields.count} to step 1, with weights of its own.",)
    if fields.truncate is not None:
        steps = f"{fields.truncate} steps" if fields.truncate > 1 else "one step"
        yield (f"Truncated gradients run back through {steps} from each loss.",)
    if fields.clip is not None:
        for how, bound in (("to the norm ", fields.clip.norm), ("at the value ", fields.clip.value)):
            if bound is not None:
                yield prose("All gradients are clipped ", how, bound, ".")
