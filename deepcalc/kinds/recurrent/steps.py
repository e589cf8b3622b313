"""The lines of one step of a recurrent cell, as formulas in text."""

from __future__ import annotations

from deepcalc.graph.graph import Graph
from deepcalc.kinds.recurrent.fields import RecurrentFields
from deepcalc.kinds.recurrent.naming import at_step, named, step_names
from deepcalc.notation.shapes import Shape
from deepcalc.records import record
from deepcalc.rules.recurrent import Line


@record
class _Term:
    """A formula with its shape, of which only the number of axes counts."""

    text: str
    shape: Shape


class StepFormulas:
    """Writes the formulas of any step, once inputs, weights and the states before it are in the graph."""

    def __init__(self, fields: RecurrentFields, graph: Graph) -> None:
        self._fields = fields
        self._graph = graph

    def formula(self, line: Line, step: int) -> str:
        """A line at a step."""
        net = self.net(line, step) if line.weights is not None else ""
        return self.put_in(self._fields.text_of(line), step, net)

    def put_in(self, text: str, step: int, net: str = "") -> str:
        """A formula of a line with the names of a step, and a net input, put in."""
        activation = "" if self._fields.activation == "identity" else self._fields.activation
        return text.format(net=net, act=activation, **step_names(self._fields, step))

    def net(
        self,
        line: Line,
        step: int,
        *,
        state: str | None = None,
        biases: bool = True,
        reset: str | None = None,
        transposed: bool = False,
        exchanged: bool = False,
        peeks: str | None = None,
    ) -> str:
        """The net input of a gate; other values of the keywords are what a student may have written."""
        fields, weights = self._fields, line.weights
        assert weights is not None
        before = state or at_step(fields, fields.row.fed_back, step - 1)
        resets = (reset or fields.resets) if line.resets else "never"
        gate = at_step(fields, "r", step)
        through = f"({gate} * {before})" if resets == "before" else before
        fed_back = _Term(through, self._graph.shape(before))
        x = _Term(at_step(fields, "x", step), self._graph.shape(at_step(fields, "x", step)))
        added = self._bias(weights.bias) if biases else ""
        further = self._bias(weights.recurrent_bias) if biases else ""
        if fields.joined is not None:
            order = (fed_back, x) if fields.joined.startswith("h") else (x, fed_back)
            product = self._product(self._weight(weights.input), _joined(order))
            return f"{product}{self._peephole(line, step, peeks)}{added}"
        by_input = self._product(self._weight(weights.recurrent if exchanged else weights.input), x)
        recurrent = self._weight(weights.input if exchanged else weights.recurrent)
        if transposed and len(recurrent.shape) == 2:
            recurrent = _Term(f"{recurrent.text}.T", recurrent.shape[::-1])
        by_state = self._product(recurrent, fed_back)
        if resets == "after":
            inside = f"({by_state}{further})" if further else f"({by_state})"
            return f"{by_input}{added} + {gate} * {inside}"
        return f"{by_input} + {by_state}{self._peephole(line, step, peeks)}{added}{further}"

    def output(self, step: int, hidden: str | None = None) -> str:
        """The net input of an output."""
        fields = self._fields
        h = hidden or at_step(fields, "h", step)
        weights = self._weight("W_y")
        return f"{self._product(weights, _Term(h, self._graph.shape(h)))}{self._bias('b_y')}"

    def _weight(self, name: str) -> _Term:
        own = named(self._fields, name)
        return _Term(own, self._graph.shape(own))

    def _bias(self, name: str) -> str:
        own = named(self._fields, name)
        return f" + {own}" if own in self._graph else ""

    def _peephole(self, line: Line, step: int, peeks: str | None) -> str:
        if not line.peephole or not self._fields.peepholes:
            return ""
        seen = step_names(self._fields, step)[peeks or line.peeks]
        return f" + {named(self._fields, line.peephole)} * {seen}"

    def _product(self, weights: _Term, x: _Term) -> str:
        """Weights times a vector or a number, as the course writes vectors."""
        if not weights.shape or not x.shape:
            return f"{weights.text}*{x.text}"
        if self._fields.as_rows:
            return f"{x.text} @ {weights.text}"
        return f"{weights.text} @ {x.text}"


def _joined(parts: tuple[_Term, _Term]) -> _Term:
    """State and input below each other."""
    if not any(part.shape for part in parts):
        return _Term(f"[{parts[0].text}, {parts[1].text}]", (2,))
    texts = [part.text if part.shape else f"[{part.text}]" for part in parts]
    return _Term(f"concat({', '.join(texts)})", (2,))
