"""The first pass of a training, or of its first batch, as typical mistakes are written for it: in plain names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from deepcalc.graph.gradients import opposite
from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow, written
from deepcalc.kinds.network.matrix.batches import SUFFIX, count_of
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, Node, names_in
from deepcalc.notation.shapes import Size
from deepcalc.records import record


@record
class View:
    """A pass with the initial parameters; ``suffix`` is what the names of its arrays end in."""

    wiring: MatrixWiring
    graph: Graph
    suffix: str = ""

    def at(self, name: str) -> str:
        """What an array is called in the pass."""
        own = f"{name}{self.suffix}"
        return own if own in self.graph else name

    @property
    def samples(self) -> Size | None:
        """How many samples the pass has; None for a single one that is a vector."""
        return count_of(self.wiring, self.wiring.batches[0] if self.suffix else None)

    @property
    def loss(self) -> str:
        """The loss that is derived, or what stands for it."""
        return self.at(str(self.wiring.loss_name))

    def gradient(self, name: str) -> str:
        """The name of the derivative of the loss by an array."""
        return gradient(self.loss, self.at(name))

    def adjoint(self, name: str) -> str | None:
        """The derivative by an array, whatever it is called; None where there is none."""
        found = self.graph.adjoint(self.loss, self.at(name))
        return None if found is None else found.name

    def signed(self, name: str, derivative: Node) -> Node:
        """A derivative by an array with the sign that error terms have here."""
        found = self.graph.adjoint(self.loss, self.at(name))
        sign = 1 if found is None or found.adjoint is None else found.adjoint.sign
        return opposite(derivative) if sign < 0 else derivative

    def has(self, name: str) -> bool:
        """Whether the pass has an array that is worked out."""
        return self.at(name) in self.graph and self.graph[self.at(name)].formula is not None

    def formula(self, name: str) -> Any:
        """The formula of an array in the names of the pass."""
        return self.graph[self.at(name)].formula

    def rows(self, rows: Iterable[SlipRow]) -> Iterator[SlipRow]:
        """Mistakes that are written in plain names, in those of the pass; what it has not is left out."""
        for key, message, formulas in rows:
            yield (
                key,
                message,
                {self.at(name): self._written(each) for name, each in formulas.items() if self._own(name)},
            )

    def _own(self, name: str) -> bool:
        return not self.suffix or self.at(name) != name or name.endswith(self.suffix) or "/" in name

    def _written(self, formula: Node) -> Node:
        node = written(formula)
        return node.xreplace({Name(name): Name(self.at(name)) for name in names_in(node)})


def views(wiring: MatrixWiring, graph: Graph) -> list[View]:
    """The passes with the initial parameters: of all samples, of the first batch."""
    found = [View(wiring, graph, suffix) for suffix in ("", SUFFIX)]
    return [view for view in found if any(f"{layer.net}{view.suffix}" in graph for layer in wiring.layers)]


def merged(rows: Iterable[SlipRow]) -> Iterator[SlipRow]:
    """Rows of one mistake as one row."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for key, message, formulas in rows:
        found.setdefault((key, message), {}).update(formulas)
    for (key, message), each in found.items():
        yield key, message, each
