"""Typical mistakes in backpropagation through time: steps forgotten, states of another step, gradients not clipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow, loss_name
from deepcalc.kinds.recurrent.backward import CLIPPED_NAME, SHARES, square_of, taken_gradient
from deepcalc.kinds.recurrent.fields import RecurrentFields
from deepcalc.kinds.recurrent.naming import at_step, hidden_at, named, strands_of
from deepcalc.notation.names import gradient, gradient_parts
from deepcalc.notation.nodes import Name, Node
from deepcalc.rules.clipping import clipped_by_norm, clipped_by_value, global_norm


class BackwardMistakes:
    """The mistakes on the way back through the steps."""

    def __init__(self, fields: RecurrentFields, graph: Graph) -> None:
        self._fields = fields
        self._graph = graph
        self._strands = strands_of(fields)

    def all(self) -> Iterator[SlipRow]:
        """Steps that are forgotten, or counted otherwise."""
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
        of_weights = self._as_others(loss, "bias", "input")
        yield "bias-times-input", "the gradient of the bias multiplied by the inputs", of_weights
        by_states, by_inputs = (self._as_others(loss, *pair) for pair in permutations(("input", "recurrent")))
        yield "state-for-input", "the states before in place of the inputs in the gradient", by_states
        yield "input-for-state", "the inputs in place of the states before in the gradient", by_inputs
        whole = {f"truncated.{name.partition('/d')[2]}": f"{{{name}}}" for name, _ in by_weights}
        yield "not-truncated", "through all steps, not truncated", whole
        yield from self._in_clipping()
        yield (
            "state-of-this-step",
            "the state of this step in place of that of the step before",
            self._with_later_states(),
        )
        earlier = self._outputs_with_earlier_states()
        yield "state-of-step-before", "the state of the step before in place of that of this step", earlier
        yield "next-step-forgotten", "what comes back through the next step forgotten", self._by_outputs_alone(loss)

    def _in_clipping(self) -> Iterator[SlipRow]:
        """Gradients left as they are, or each clipped by a norm of its own."""
        clip, graph, loss = self._fields.clip, self._graph, loss_name(self._fields)
        if clip is None or loss is None:
            return
        clipped = [name for name in graph.names if name.startswith(CLIPPED_NAME)]
        taken = {name: taken_gradient(graph, loss, name.removeprefix(CLIPPED_NAME)) for name in clipped}
        yield "not-clipped", "the gradient not clipped", {name: Name(whole) for name, whole in taken.items()}
        if clip.value is not None:
            norm = global_norm([square_of(graph, whole) for whole in taken.values()])
            by_norm = {name: clipped_by_norm(Name(whole), norm, clip.value) for name, whole in taken.items()}
            yield "norm-for-value", "clipped by the norm of all gradients, not entry by entry", by_norm
        if clip.norm is not None:
            arrays = {name: whole for name, whole in taken.items() if graph.shape(whole)}
            by_value = {name: clipped_by_value(Name(whole), clip.norm) for name, whole in arrays.items()}
            yield "value-for-norm", "each entry clipped, not all gradients by their norm", by_value
            norms = {name: global_norm([square_of(graph, whole)]) for name, whole in taken.items()}
            own = {name: clipped_by_norm(Name(taken[name]), norm, clip.norm) for name, norm in norms.items()}
            yield "own-norm", "clipped by a norm of its own, not by that of all gradients together", own

    def _with_later_states(self) -> Mapping[str, Node]:
        """The shares of the steps with the state after a step where that before it belongs."""
        found = {}
        for quantity in self._graph:
            if quantity.group == SHARES:
                step = int(quantity.name.rpartition(":")[2])
                states = {
                    Name(strand.state(state, strand.before(step))): Name(strand.state(state, step))
                    for strand in self._strands
                    for state in self._fields.row.states
                }
                found[quantity.name] = quantity.definition.xreplace(states)
        return found

    def _as_others(self, loss: str, meant: str, taken: str) -> Mapping[str, Node]:
        """The gradients of biases, or of weights, as those of the others beside them, where these are numbers."""
        found: dict[str, Node] = {}
        for strand in self._strands:
            for line in self._fields.row.gates:
                if line.weights is None:
                    continue
                names = (getattr(line.weights, role) for role in (meant, taken))
                own, other = (gradient(loss, strand.named(name)) for name in names)
                if own in self._graph and other in self._graph and not self._graph.is_of_arrays(other):
                    pairs = zip(self._shares(own), self._shares(other), strict=False)
                    found |= {name: self._graph[each].definition for name, each in pairs}
        return found

    def _shares(self, name: str) -> list[str]:
        return [each for each in self._graph.names if each.startswith(f"{name}:")]

    def _outputs_with_earlier_states(self) -> Mapping[str, Node]:
        """The shares of the outputs' weights with the state before a step where that after it belongs."""
        found = {}
        for quantity in self._graph if "W_y" in self._fields.weights else ():
            parts = gradient_parts(quantity.name)
            if quantity.group == SHARES and parts is not None and parts[1].startswith("W_y:"):
                step = int(quantity.name.rpartition(":")[2])
                states = {Name(hidden_at(self._fields, step)): Name(hidden_at(self._fields, step - 1))}
                found[quantity.name] = quantity.definition.xreplace(states)
        return found

    def _by_outputs_alone(self, loss: str) -> Mapping[str, str]:
        """The errors of the hidden states by their own outputs, where these are linear."""
        fields = self._fields
        if "W_y" not in fields.weights or fields.output != "identity" or len(self._strands) > 1:
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
