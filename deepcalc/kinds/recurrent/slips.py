"""Typical mistakes in recurrent cells: gates exchanged, states of another step, steps forgotten on the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow, loss_name, slips_of
from deepcalc.kinds.recurrent.backward import CLIPPED_NAME, SHARES, square_of, taken_gradient
from deepcalc.kinds.recurrent.fields import RecurrentFields
from deepcalc.kinds.recurrent.naming import at_step, named
from deepcalc.kinds.recurrent.steps import StepFormulas
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name
from deepcalc.plan import Plan, Slip
from deepcalc.rules.clipping import clipped_by_norm, global_norm
from deepcalc.rules.recurrent import Line

Net = Callable[[Line, int], str]
"""The net input of a gate at a step, as a student writes it."""

_RESETS = {
    "before": "the reset gate applied before the product with the state",
    "after": "the reset gate applied after the product with the state",
    "never": "the reset gate forgotten",
}


def slips(fields: RecurrentFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a recurrent problem, each made in every step."""
    if fields.sizes is not None:
        return slips_of(plan.graph, _in_counts(fields))
    mistakes = _Mistakes(fields, plan.graph)
    forward = (*mistakes.in_states(), *mistakes.in_net_inputs(), *mistakes.in_lines(), *mistakes.in_outputs())
    return slips_of(plan.graph, (*forward, *mistakes.on_the_way_back()))


class _Mistakes:
    def __init__(self, fields: RecurrentFields, graph: Graph) -> None:
        self._fields = fields
        self._graph = graph
        self._formulas = StepFormulas(fields, graph)

    def _every_step(self, stem: str, formula: Callable[[int], str], first: int = 1) -> Mapping[str, str]:
        return {at_step(self._fields, stem, step): formula(step) for step in range(first, self._fields.count + 1)}

    def _gates(self, net: Net, lines: Iterable[Line] | None = None, first: int = 1) -> Mapping[str, str]:
        """Gates (all of them by default) with another net input in every step."""
        found: dict[str, str] = {}
        for line in self._fields.row.gates if lines is None else lines:
            text = self._fields.text_of(line)
            for step in range(first, self._fields.count + 1):
                found[at_step(self._fields, line.stem, step)] = self._formulas.put_in(text, step, net(line, step))
        return found

    def in_states(self) -> Iterator[SlipRow]:
        """Another state in place of that of the step before."""
        fields, net = self._fields, self._formulas.net

        def state(step: int) -> str:
            return at_step(fields, fields.row.fed_back, step)

        same = self._gates(lambda line, step: net(line, step, state=state(0)), first=2)
        yield "initial-state-again", "the state before the first step used in every step", same
        older = self._gates(lambda line, step: net(line, step, state=state(step - 2)), first=3)
        yield "state-two-back", "the state of two steps before", older
        if fields.peepholes:
            seen = self._gates(lambda line, step: net(line, step, peeks="c_before"))
            yield "peephole-before", "the output gate sees the cell state before in place of the new one", seen

    def in_net_inputs(self) -> Iterator[SlipRow]:
        fields, net = self._fields, self._formulas.net
        yield "bias-forgotten", "the bias forgotten", self._gates(lambda line, step: net(line, step, biases=False))
        if fields.joined is not None:
            return
        transposed = self._gates(lambda line, step: net(line, step, transposed=True))
        yield "transposed-weights", "the recurrent weights transposed", transposed
        exchanged = self._gates(lambda line, step: net(line, step, exchanged=True))
        yield "weights-exchanged", "the weights of input and state exchanged", exchanged
        resetting = [line for line in fields.row.gates if line.resets]
        for reset, message in _RESETS.items():
            if resetting and reset != fields.resets:
                yield f"reset-{reset}", message, self._gates(_with_reset(net, reset), resetting)

    def in_lines(self) -> Iterator[SlipRow]:
        """Mistakes in the lines that have no weights of their own."""
        fields = self._fields
        for slip in fields.row.slips:
            yield slip.key, slip.message, self._every_step(slip.stem, self._written(slip.text))
        for line in fields.row.lines:
            for convention, text in line.variants.items():
                other = line.text if fields.update_gate == convention else text
                message = "the update gate and 1 minus it exchanged"
                yield "update-gate", message, self._every_step(line.stem, self._written(other))

    def _written(self, text: str) -> Callable[[int], str]:
        return lambda step: self._formulas.put_in(text, step)

    def in_outputs(self) -> Iterator[SlipRow]:
        fields, output = self._fields, self._formulas.output
        if "W_y" not in fields.weights or fields.output == "softmax":
            return
        function = "" if fields.output == "identity" else fields.output
        if fields.row.fed_back == "h":
            earlier = self._every_step("y", lambda step: f"{function}({output(step, at_step(fields, 'h', step - 1))})")
            yield "output-of-step-before", "the output made of the hidden state of the step before", earlier
        if function:
            yield "activation-forgotten", "the activation of the output forgotten", self._every_step("y", output)

    def on_the_way_back(self) -> Iterator[SlipRow]:
        """Steps that are forgotten on the way back, or counted otherwise."""
        loss = loss_name(self._fields)
        if loss is None:
            return
        by_weights: list[tuple[str, list[str]]] = []
        for name in self._graph.names:
            shares = [each for each in self._graph.names if each.startswith(f"{name}:")]
            if len(shares) > 1 and name.startswith("d"):
                by_weights.append((name, [f"{{{each}}}" for each in shares]))
        last = {name: shares[0] for name, shares in by_weights}
        yield "last-step-only", "the last step's share alone, not what came before it", last
        first = {name: shares[-1] for name, shares in by_weights}
        yield "first-step-only", "the first step's share alone", first
        mean = {name: f"({' + '.join(shares)})/{len(shares)}" for name, shares in by_weights}
        yield "mean-over-steps", "the mean over the steps in place of the sum", mean
        whole = {f"truncated.{name.partition('/d')[2]}": f"{{{name}}}" for name, _ in by_weights}
        yield "not-truncated", "through all steps, not truncated", whole
        yield from self._in_clipping()
        yield (
            "state-of-this-step",
            "the state of this step in place of that of the step before",
            self._with_later_states(),
        )
        yield "next-step-forgotten", "what comes back through the next step forgotten", self._by_outputs_alone(loss)

    def _in_clipping(self) -> Iterator[SlipRow]:
        """Gradients left as they are, or each clipped by a norm of its own."""
        clip, graph, loss = self._fields.clip, self._graph, loss_name(self._fields)
        if clip is None or loss is None:
            return
        clipped = [name for name in graph.names if name.startswith(CLIPPED_NAME)]
        taken = {name: taken_gradient(graph, loss, name.removeprefix(CLIPPED_NAME)) for name in clipped}
        yield "not-clipped", "the gradient not clipped", {name: Name(whole) for name, whole in taken.items()}
        if clip.norm is not None:
            norms = {name: global_norm([square_of(graph, whole)]) for name, whole in taken.items()}
            own = {name: clipped_by_norm(Name(taken[name]), norm, clip.norm) for name, norm in norms.items()}
            yield "own-norm", "clipped by a norm of its own, not by that of all gradients together", own

    def _with_later_states(self) -> Mapping[str, Any]:
        """The shares of the steps with the state after a step where that before it belongs."""
        found = {}
        for quantity in self._graph:
            if quantity.group == SHARES:
                step = int(quantity.name.rpartition(":")[2])
                states = [
                    (at_step(self._fields, state, step - 1), at_step(self._fields, state, step))
                    for state in self._fields.row.states
                ]
                found[quantity.name] = quantity.formula.xreplace({Name(old): Name(new) for old, new in states})
        return found

    def _by_outputs_alone(self, loss: str) -> Mapping[str, str]:
        """The errors of the hidden states by their own outputs, where these are linear."""
        fields = self._fields
        if "W_y" not in fields.weights or fields.output != "identity":
            return {}
        weights = named(fields, "W_y")
        found = {}
        for step in range(1, fields.count):
            error, output = (gradient(loss, at_step(fields, stem, step)) for stem in ("h", "y"))
            if error in self._graph and output in self._graph:
                by_row = f"{{{output}}} @ {weights}.T" if fields.as_rows else f"{weights}.T @ {{{output}}}"
                is_matrix = len(self._graph.shape(weights)) == 2
                found[error] = by_row if is_matrix else f"{{{output}}}*{weights}"
        return found


def _with_reset(net: Callable[..., str], reset: str) -> Net:
    return lambda line, step: net(line, step, reset=reset)


def _in_counts(fields: RecurrentFields) -> Iterator[SlipRow]:
    yield "one-gate", "one gate counted only", {"params_cell": "params_gate"}
    fed_back = "n_y" if fields.row.fed_back == "y" else "n_h"
    yield "biases-forgotten", "the biases of the gates forgotten", {"params_gate": f"n_x*n_h + {fed_back}*n_h"}
    yield "recurrent-weights-forgotten", "the recurrent weights forgotten", {"params_gate": "n_x*n_h + n_h"}
