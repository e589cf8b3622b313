"""Typical mistakes in recurrent cells: gates exchanged, states of another step, steps forgotten on the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations, pairwise, product
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow, slips_of, stands, written
from deepcalc.kinds.recurrent.back_slips import BackwardMistakes
from deepcalc.kinds.recurrent.backward import SHARES
from deepcalc.kinds.recurrent.count_slips import in_counts
from deepcalc.kinds.recurrent.fields import RecurrentFields
from deepcalc.kinds.recurrent.naming import (
    Strand,
    at_step,
    hidden_at,
    merged_at,
    merged_steps,
    reference,
    strands_of,
)
from deepcalc.kinds.recurrent.steps import StepFormulas, merged, net_of_output
from deepcalc.notation.nodes import Name, Node
from deepcalc.notation.shapes import size_text
from deepcalc.plan import Plan, Slip
from deepcalc.rules.recurrent import STACKS, Line

Net = Callable[[StepFormulas, Strand, Line, int], str]
"""The net input of a gate at a step of a cell, as a student writes it."""

_GATE, _SQUASHED = "sigmoid(", "{act}("
"""An activation in the text of a line: that of a gate, and the cell's own."""

_RESETS = {
    "before": "the reset gate applied before the product with the state",
    "after": "the reset gate applied after the product with the state",
    "never": "the reset gate forgotten",
}


def slips(fields: RecurrentFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a recurrent problem, each made in every step, of those whose sizes fit."""
    if fields.sizes is not None:
        return slips_of(plan.graph, in_counts(fields, fields.sizes))
    mistakes = _Mistakes(fields, plan.graph)
    forward = (
        *mistakes.in_stacks(),
        *mistakes.in_states(),
        *mistakes.in_net_inputs(),
        *mistakes.in_lines(),
        *mistakes.in_activations(),
        *mistakes.between_gates(),
        *mistakes.in_outputs(),
    )
    found = slips_of(plan.graph, (*forward, *mistakes.between_cells(), *BackwardMistakes(fields, plan.graph).all()))
    return (slip for slip in found if stands(plan.graph, slip))


class _Mistakes:
    def __init__(self, fields: RecurrentFields, graph: Graph) -> None:
        self._fields = fields
        self._graph = graph
        self._cells = [(strand, StepFormulas(strand, graph)) for strand in strands_of(fields)]

    def _every_step(self, stem: str, text: str) -> Mapping[str, str]:
        """A line of all cells with another formula in every step."""
        return {
            strand.at(stem, step): formulas.put_in(text, step)
            for strand, formulas in self._cells
            for step in strand.steps
        }

    def _gates(self, net: Net, lines: Iterable[Line] | None = None, first: int = 1) -> Mapping[str, str]:
        """Gates (all of them by default) with another net input in every step, from the ``first`` one of a cell on."""
        found: dict[str, str] = {}
        for strand, formulas in self._cells:
            for line in self._fields.row.gates if lines is None else lines:
                text = self._fields.text_of(line)
                for step in strand.steps[first - 1 :]:
                    written = formulas.put_in(text, step, net(formulas, strand, line, step))
                    found[strand.at(line.stem, step)] = written
        return found

    def _with_texts(self, lines: Iterable[Line], change: Callable[[str], str]) -> Mapping[str, str]:
        """Lines with their text changed in every step."""
        return {
            strand.at(line.stem, step): formulas.formula(replace(line, text=change(self._fields.text_of(line))), step)
            for strand, formulas in self._cells
            for line in lines
            for step in strand.steps
        }

    def in_states(self) -> Iterator[SlipRow]:
        """Another state in place of that of the step before."""
        fed_back = self._fields.row.fed_back

        def from_start(formulas: StepFormulas, strand: Strand, line: Line, step: int) -> str:
            return formulas.net(line, step, state=strand.state(fed_back, strand.start))

        def two_back(formulas: StepFormulas, strand: Strand, line: Line, step: int) -> str:
            return formulas.net(line, step, state=strand.state(fed_back, strand.before(strand.before(step))))

        same = self._gates(from_start, first=2)
        yield "initial-state-again", "the state before the first step used in every step", same
        yield "state-two-back", "the state of two steps before", self._gates(two_back, first=3)
        if any(strand.own.initial for strand, _ in self._cells):
            yield "state-not-fed-back", "the state before left out", self._gates(_with(sees_state=False))
        yield "initial-state-zero", "the states before the first step taken for 0", self._states_of_zero()
        if fed_back == "h" and "c" in self._fields.row.states:
            yield "cell-for-state", "the cell state in place of the hidden state before", self._gates(_of_cell)
        if fed_back != "h" and self._hidden_fits(fed_back):
            own = self._gates(_of_hidden, first=2)
            yield "hidden-fed-back", "the hidden state fed back in place of the output", own
        if self._fields.peepholes:
            seen = self._gates(_with(peeks="c_before"))
            yield "peephole-before", "the output gate sees the cell state before in place of the new one", seen

    def _states_of_zero(self) -> Mapping[str, Node]:
        """What the states before the first step are used in, with zeros for those that are given."""
        names = [strand.state(state, strand.start) for strand, _ in self._cells for state in strand.own.initial]
        sizes = {name: ", ".join(map(size_text, self._graph.shape(name))) for name in names}
        zeros = {Name(name): written(f"zeros({size})" if size else "0") for name, size in sizes.items()}
        using = [each for each in self._graph if not set(names).isdisjoint(self._graph.uses(each.name))]
        return {each.name: each.definition.xreplace(zeros) for each in using if each.group != SHARES}

    def _hidden_fits(self, fed_back: str) -> bool:
        """Whether the hidden state could be fed back in place of what is."""
        return all(
            self._graph.shape(strand.at("h", 1)) == self._graph.shape(strand.state(fed_back, 1))
            for strand, _ in self._cells
        )

    def in_net_inputs(self) -> Iterator[SlipRow]:
        fields = self._fields
        yield "bias-forgotten", "the bias forgotten", self._gates(_with(biases=False))
        if fields.joined is not None:
            turned, parts = self._gates(_with(joined_in_order=False)), fields.joined.split()
            yield "joined-exchanged", f"[{', '.join(reversed(parts))}] in place of [{', '.join(parts)}]", turned
            return
        yield "transposed-weights", "the recurrent weights transposed", self._gates(_with(transposed=True))
        yield "weights-exchanged", "the weights of input and state exchanged", self._gates(_with(exchanged=True))
        if fields.cell == "elman":
            outside = {}
            for strand, formulas in self._cells:
                (line,) = fields.row.gates
                for step in strand.steps:
                    net = formulas.net(line, step, sees_state=False)
                    activated = formulas.put_in(fields.text_of(line), step, net)
                    outside[strand.at(line.stem, step)] = f"{activated} + {formulas.by_state(line, step)}"
            yield "state-outside", "the state before added to the activated rest", outside
        resetting = [line for line in fields.row.gates if line.resets]
        for reset, message in _RESETS.items():
            if resetting and reset != fields.resets:
                yield f"reset-{reset}", message, self._gates(_with(reset=reset), resetting)
        if resetting:
            by_update = self._gates(_with(resetting="z"), resetting)
            yield "gates-exchanged", "the update gate in place of the reset gate", by_update
            on_input = self._gates(_with(reset="never", resets_input=True), resetting)
            yield "reset-input", "the reset gate applied to the input, not to the state", on_input
            yield "reset-whole", "the reset gate applied to the whole net input", self._gates(_all_reset, resetting)
            turned = self._gates(_reset_by_complement, resetting)
            yield "reset-complement", "1 − r in place of the reset gate", turned

    def in_stacks(self) -> Iterator[SlipRow]:
        """The gates read from stacked weights in the order of another framework."""
        fields, graph = self._fields, self._graph
        if fields.stack is None:
            return
        own = fields.stack.orders[fields.cell]
        of_gate = {line.stem: line.weights.names for line in fields.row.gates if line.weights is not None}
        for stack in STACKS.values():
            order, taken = stack.orders[fields.cell], {}
            for (read, there), (strand, _) in product(zip(order, own, strict=True), self._cells):
                for name, other in zip(of_gate[read], of_gate[there], strict=True):
                    if strand.named(name) in graph:
                        taken[strand.named(name)] = graph[strand.named(other)].definition
            if order != own:
                message = f"the gates in the order {', '.join(order)}, which is that of {stack.name}"
                yield "gate-order", message, taken

    def in_lines(self) -> Iterator[SlipRow]:
        """Mistakes in the lines that have no weights of their own."""
        fields = self._fields
        for slip in fields.row.slips:
            yield slip.key, slip.message, self._every_step(slip.stem, slip.text)
        for line in fields.row.lines:
            for convention, text in line.variants.items():
                other = line.text if fields.update_gate == convention else text
                message = "the update gate and 1 minus it exchanged"
                yield "update-gate", message, self._every_step(line.stem, other)

    def in_activations(self) -> Iterator[SlipRow]:
        """Another activation in gates, candidates and states, or none."""
        fields, own = self._fields, self._fields.activation
        gates = [line for line in fields.row.lines if _GATE in fields.text_of(line)]
        others = [line for line in fields.row.lines if _SQUASHED in fields.text_of(line)]
        if own != "sigmoid":
            taken, left = f"{own} in place of the sigmoid in the", f"the sigmoid in place of {own} in the"
            for lines, where in ((gates, "gates"), *(([line], line.note) for line in gates)):
                yield "other-activation", f"{taken} {where}", self._with_texts(lines, _exchanging(_GATE, _SQUASHED))
            for line in others:
                changed = self._with_texts([line], _exchanging(_SQUASHED, _GATE))
                yield "other-activation", f"{left} {line.note}", changed
        if own != "identity":
            for line in others:
                plain = self._with_texts([line], _exchanging(_SQUASHED, "("))
                yield "activation-forgotten", f"the activation of the {line.note} forgotten", plain

    def between_gates(self) -> Iterator[SlipRow]:
        """The weights of two gates exchanged, and the bias of one forgotten."""
        gates = [line for line in self._fields.row.gates if not line.resets]

        def other(pair: tuple[Line, Line]) -> Net:
            return lambda formulas, _, line, step: formulas.net(pair[line == pair[0]], step)

        for pair in combinations(gates, 2):
            message = f"the weights of {' and '.join(line.note for line in pair)} exchanged"
            yield "gates-exchanged", message, self._gates(other(pair), pair)
        for line in self._fields.row.gates if len(gates) > 1 else ():
            yield "bias-forgotten", f"the bias of the {line.note} forgotten", self._gates(_with(biases=False), [line])

    def between_cells(self) -> Iterator[SlipRow]:
        """Layers that read the inputs again, directions exchanged or not turned back."""
        fields, graph = self._fields, self._graph

        def from_inputs(formulas: StepFormulas, strand: Strand, line: Line, step: int) -> str:
            return formulas.net(line, step, read=at_step(fields, "x", step))

        if fields.above and self._reads_inputs_as_well():
            yield "layer-below-forgotten", "the inputs in place of what the layer below gives", self._gates(from_inputs)
        exchanged, unturned = {}, {}
        for (forward, _), (strand, _) in pairwise(self._cells):
            for step, back in merged_steps(strand) if strand.is_backward else ():
                name, there = merged_at(fields, strand.layer, step), forward.at("h", step)
                exchanged[name] = merged(fields, graph, strand.at("h", back), there)
                unturned[name] = merged(fields, graph, there, strand.at("h", fields.count + 1 - back))
        if fields.merge == "concat":
            yield "directions-exchanged", "the backward direction before the forward one", exchanged
        message = "the backward states in the order in which they were found, not turned back"
        yield "not-turned-back", message, unturned

    def _reads_inputs_as_well(self) -> bool:
        """Whether all layers could read the inputs."""
        return len({self._graph.shape(strand.input_at(1)) for strand, _ in self._cells}) == 1

    def in_outputs(self) -> Iterator[SlipRow]:
        fields, graph = self._fields, self._graph
        if "W_y" not in fields.weights or fields.output == "softmax":
            return
        function = "" if fields.output == "identity" else fields.output
        if fields.row.fed_back == "h" and not fields.is_bidirectional(fields.top):
            earlier = {}
            for step in range(1, fields.count + 1):
                net = net_of_output(fields, graph, step, hidden_at(fields, step - 1))
                earlier[at_step(fields, "y", step)] = f"{function}({net})"
            yield "output-of-step-before", "the output made of the hidden state of the step before", earlier
        if "c" in fields.row.states and not fields.is_bidirectional(fields.top):
            top, _ = self._cells[-1]
            of_cell = {}
            for step in range(1, fields.count + 1):
                net = net_of_output(fields, graph, step, top.state("c", step))
                of_cell[at_step(fields, "y", step)] = f"{function}({net})"
            yield "output-of-cell", "the output made of the cell state, not of the hidden state", of_cell
        if function:
            plain = {
                at_step(fields, "y", step): net_of_output(fields, graph, step) for step in range(1, fields.count + 1)
            }
            yield "activation-forgotten", "the activation of the output forgotten", plain


def _of_hidden(formulas: StepFormulas, strand: Strand, line: Line, step: int) -> str:
    """The net input by the hidden state of the step before."""
    return formulas.net(line, step, state=strand.at("h", strand.before(step)))


def _of_cell(formulas: StepFormulas, strand: Strand, line: Line, step: int) -> str:
    """The net input by the cell state of the step before."""
    return formulas.net(line, step, state=strand.state("c", strand.before(step)))


def _all_reset(formulas: StepFormulas, strand: Strand, line: Line, step: int) -> str:
    """The net input without a reset gate inside, all of it times the reset gate."""
    return f"{reference(strand.at('r', step))} * ({formulas.net(line, step, reset='never')})"


def _reset_by_complement(formulas: StepFormulas, strand: Strand, line: Line, step: int) -> str:
    gate = reference(strand.at("r", step))
    return formulas.net(line, step).replace(f"{gate} *", f"(1 - {gate}) *")


def _exchanging(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


def _with(**changes: Any) -> Net:
    """The net input with other values of its keywords."""
    return lambda formulas, _, line, step: formulas.net(line, step, **changes)
