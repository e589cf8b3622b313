"""The lines of one step of a recurrent cell, as formulas in text."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.graph.graph import Graph
from deepcalc.kinds.recurrent.fields import RecurrentFields
from deepcalc.kinds.recurrent.naming import Strand, hidden_at, named, reference
from deepcalc.notation.shapes import Shape
from deepcalc.records import record
from deepcalc.rules.recurrent import MERGES, Line


@record
class _Term:
    """A formula with its shape, of which only the number of axes counts."""

    text: str
    shape: Shape


class StepFormulas:
    """Writes the formulas of any step of a cell, once inputs, weights and the states before it are in the graph."""

    def __init__(self, strand: Strand, graph: Graph) -> None:
        self._strand = strand
        self._fields = strand.fields
        self._graph = graph

    def formula(self, line: Line, step: int) -> str:
        """A line at a step."""
        net = self.net(line, step) if line.weights is not None else ""
        return self.put_in(self._fields.text_of(line), step, net)

    def put_in(self, text: str, step: int, net: str = "") -> str:
        """A formula of a line with the names of a step, and a net input, put in."""
        activation = "" if self._fields.activation == "identity" else self._fields.activation
        return text.format(net=net, act=activation, **self._strand.names_at(step))

    def net(
        self,
        line: Line,
        step: int,
        *,
        state: str | None = None,
        read: str | None = None,
        biases: bool = True,
        reset: str | None = None,
        transposed: bool = False,
        exchanged: bool = False,
        peeks: str | None = None,
        resetting: str = "r",
        resets_input: bool = False,
        joined_in_order: bool = True,
        sees_state: bool = True,
    ) -> str:
        """The net input of a gate; other values of the keywords are what a student may have written."""
        fields, strand, weights = self._fields, self._strand, line.weights
        assert weights is not None
        fed_back = self._term(state or strand.state(fields.row.fed_back, strand.before(step)))
        resets = (reset or fields.resets) if line.resets else "never"
        gate = reference(strand.at(resetting, step))
        if resets == "before":
            fed_back = _Term(f"({gate} * {fed_back.text})", fed_back.shape)
        x = self._term(read or strand.input_at(step))
        if resets_input:
            x = _Term(f"({gate} * {x.text})", x.shape)
        added = self._bias(weights.bias) if biases else ""
        further = self._bias(weights.recurrent_bias) if biases else ""
        if fields.joined is not None:
            order = (fed_back, x) if fields.joined.startswith("h") == joined_in_order else (x, fed_back)
            product = self._product(weights.input, _joined(order))
            return f"{product}{self._peephole(line, step, peeks)}{added}"
        by_input = self._product(weights.recurrent if exchanged else weights.input, x)
        if not sees_state:
            return f"{by_input}{added}{further}"
        by_state = self._product(weights.input if exchanged else weights.recurrent, fed_back, transposed)
        if resets == "after":
            inside = f"({by_state}{further})" if further else f"({by_state})"
            return f"{by_input}{added} + {gate} * {inside}"
        return f"{by_input} + {by_state}{self._peephole(line, step, peeks)}{added}{further}"

    def by_state(self, line: Line, step: int) -> str:
        """What the state of the step before adds to the net input of a gate."""
        assert line.weights is not None
        fed_back = self._strand.state(self._fields.row.fed_back, self._strand.before(step))
        return self._product(line.weights.recurrent, self._term(fed_back))

    def _term(self, name: str) -> _Term:
        return _Term(reference(name), self._graph.shape(name))

    def _product(self, weights: str, x: _Term, transposed: bool = False) -> str:
        of = self._term(self._strand.named(weights))
        if transposed and len(of.shape) == 2:
            of = _Term(f"{of.text}.T", of.shape[::-1])
        return _product(self._fields, of, x)

    def _bias(self, name: str) -> str:
        own = self._strand.named(name)
        is_there = name in self._strand.own.weights if self._fields.stack is None else own in self._graph
        return f" + {reference(own)}" if is_there else ""

    def _peephole(self, line: Line, step: int, peeks: str | None) -> str:
        if not line.peephole or not self._fields.peepholes:
            return ""
        seen = self._strand.names_at(step)[peeks or line.peeks]
        return f" + {reference(self._strand.named(line.peephole))} * {seen}"


def net_of_output(fields: RecurrentFields, graph: Graph, step: int, hidden: str | None = None) -> str:
    """The net input of an output."""
    h, weights, bias = hidden or hidden_at(fields, step), named(fields, "W_y"), named(fields, "b_y")
    product = _product(fields, _Term(reference(weights), graph.shape(weights)), _Term(reference(h), graph.shape(h)))
    return f"{product} + {reference(bias)}" if "b_y" in fields.weights else product


def merged(fields: RecurrentFields, graph: Graph, forward: str, backward: str) -> str:
    """What both directions make together of their states, given by their names."""
    text = MERGES[fields.merge].text
    if text:
        return text.format(forward=reference(forward), backward=reference(backward))
    return _joined(tuple(_Term(reference(name), graph.shape(name)) for name in (forward, backward))).text


def _product(fields: RecurrentFields, weights: _Term, x: _Term) -> str:
    """Weights times a vector or a number, as the course writes vectors."""
    if not weights.shape or not x.shape:
        return f"{weights.text}*{x.text}"
    return f"{x.text} @ {weights.text}" if fields.as_rows else f"{weights.text} @ {x.text}"


def _joined(parts: Sequence[_Term]) -> _Term:
    """States and inputs below each other."""
    if not any(part.shape for part in parts):
        return _Term(f"[{', '.join(part.text for part in parts)}]", (len(parts),))
    texts = [part.text if part.shape else f"[{part.text}]" for part in parts]
    return _Term(f"concat({', '.join(texts)})", (2,))
