"""The plan of `filtering`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deepcalc.errors import Fault, FieldError
from deepcalc.graph.gradients import add_gradient
from deepcalc.graph.graph import Graph, Prose
from deepcalc.kinds._arrays import UPSTREAM, WEIGHTS, ArrayWriter, add_loss, givens, loss_name
from deepcalc.kinds.filtering.fields import DenseFields, FilteringFields, PoolFields
from deepcalc.kinds.filtering.wiring import Wiring, pooled, wiring
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Call, Name, Relation
from deepcalc.notation.shapes import shape_text, size_text
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.statement import Statement, joined, prose

STEPS = ("K_flip", "Z", "A", "P", "F", "O", "Y")
"""What is worked out, in its order."""

NOT_ASKED = ("F",)
PARAMETERS = ("W", "c", "K", "b", "X")
SYMBOLS = Symbols({"K_flip": Forms("K̃", r"\tilde{K}")})
_SPOKEN = {"max": "max pooling", "average": "average pooling"}


def build(fields: FilteringFields) -> Plan:
    return _Builder(fields).plan()


def output_of(graph: Graph) -> str:
    """The name of what comes out at the end."""
    return [name for name in STEPS if name in graph][-1]


def preceding(graph: Graph, step: str) -> str:
    """The name of what a step works on."""
    return [name for name in STEPS[: STEPS.index(step)] if name in graph][-1]


class _Builder:
    def __init__(self, fields: FilteringFields) -> None:
        self._fields = fields
        self._writer = ArrayWriter()
        self._graph = self._writer.graph

    def plan(self) -> Plan:
        fields, writer = self._fields, self._writer
        writer.given("X", fields.X, ("X",))
        writer.given("K", fields.kernel, ("kernel",), WEIGHTS)
        self._wiring = wiring(fields, self._graph.shape("X"), self._graph.shape("K"))
        self._add_convolution()
        if fields.activation != "identity":
            writer.add("A", f"{fields.activation}(Z)", ("activation",), "activation")
        if fields.pool is not None:
            text = pooled(fields.pool, self._wiring.axes, output_of(self._graph))
            writer.add("P", text, ("pool",), described_pool(fields.pool))
        if (fields.flatten or fields.dense is not None) and len(self._graph.shape(output_of(self._graph))) > 1:
            writer.add("F", f"flatten({output_of(self._graph)})", ("flatten",), "row by row")
        if fields.dense is not None:
            self._add_dense(fields.dense)
        add_loss(writer, fields, output_of(self._graph))
        found = [name for name in STEPS if name in self._graph and name not in NOT_ASKED]
        if fields.loss is not None:
            found.append(fields.loss.name)
        parts = [PartPlan("a", tuple(found))]
        gradients = self._gradients()
        if gradients:
            parts.append(PartPlan("b", gradients))
        return Plan(self._graph, tuple(parts), self._statement([*found, *gradients]), symbols=SYMBOLS)

    def _add_convolution(self) -> None:
        fields, writer = self._fields, self._writer
        if fields.is_turned:
            writer.add("K_flip", self._wiring.flipped(), ("mode",), "the kernel turned by 180°")
        if fields.bias is not None:
            writer.given("b", fields.bias, ("bias",), WEIGHTS)
            self._check_bias()
        writer.add("Z", self._wiring.net(), ("kernel",), ", ".join(settings_said(self._wiring)))

    def _check_bias(self) -> None:
        filters, shape = self._wiring.filters, self._graph.shape("b")
        if shape not in ((), (filters,)):
            wanted = "a number" if filters is None else f"a number, or one for each of {size_text(filters)} filters"
            raise FieldError([Fault(("bias",), f"expected {wanted}, not {shape_text(shape)}")])

    def _add_dense(self, dense: DenseFields) -> None:
        writer, flat = self._writer, output_of(self._graph)
        writer.given("W", dense.weights, ("dense", "weights"), WEIGHTS)
        taken, size = self._graph.shape("W"), self._graph.shape(flat)[0]
        if len(taken) not in (1, 2) or taken[-1] != size:
            message = (
                f"expected a row of {size_text(size)} weights for each unit, as {flat} has entries, "
                f"not {shape_text(taken)}"
            )
            raise FieldError([Fault(("dense", "weights"), message)])
        text = f"W @ {flat}"
        if dense.bias is not None:
            writer.given("c", dense.bias, ("dense", "bias"), WEIGHTS)
            if self._graph.shape("c") not in ((), taken[:-1]):
                message = f"expected {shape_text(taken[:-1])}, not {shape_text(self._graph.shape('c'))}"
                raise FieldError([Fault(("dense", "bias"), message)])
            text += " + c"
        writer.add("O", text, ("dense",), "dense layer")
        if dense.activation != "identity":
            if dense.activation == "softmax" and len(taken) == 1:
                raise FieldError([Fault(("dense", "activation"), "a softmax needs several units; this is one")])
            writer.add("Y", f"{dense.activation}(O)", ("dense", "activation"), "activation")

    def _gradients(self) -> tuple[str, ...]:
        """The gradients that are asked for where the author asks nothing: by all parameters, then by the input."""
        loss = loss_name(self._fields)
        if loss is None:
            return ()
        gradients = tuple(gradient(loss, name) for name in PARAMETERS if name in self._graph)
        for name in gradients:
            add_gradient(self._graph, name)
        return gradients

    # ---- in words

    def _statement(self, asked: Sequence[str]) -> Statement:
        told = prose("With ", givens(self._graph), ": ", joined(self._layers(), "; ", "; "), ".")
        return Statement(told, prose("Compute ", joined(map(Name, asked)), "."))

    def _layers(self) -> Iterator[Prose]:
        """What each name stands for."""
        fields = self._fields
        if fields.is_turned:
            yield prose(Name("K_flip"), " is ", Name("K"), " turned by 180°")
        plus = prose(" plus ", Name("b")) if fields.bias is not None else ()
        turned = "true convolution" if fields.is_turned else "cross-correlation"
        settings = f" ({', '.join(settings_said(self._wiring))})"
        yield prose(Name("Z"), f" is the {turned} of ", Name("X"), " with ", Name("K"), settings, plus)
        if fields.activation != "identity":
            yield equation("A", Call(fields.activation, Name("Z")))
        if fields.pool is not None:
            yield prose(Name("P"), f" is made by {described_pool(fields.pool)}")
        if "F" in self._graph:
            yield prose(Name("F"), " has the entries of ", Name(preceding(self._graph, "F")), " row by row")
        for name in ("O", "Y"):
            if name in self._graph:
                yield equation(name, self._graph[name].formula)
        if fields.loss is not None:
            yield prose(Name(fields.loss.name), " is the ", fields.loss.row.title)
        elif fields.upstream is not None:
            yield prose(Name(UPSTREAM), " is the derivative of ", Name("L"), " by ", Name(output_of(self._graph)))


def equation(name: str, formula: Any) -> Prose:
    return (Relation("=", Name(name), formula),)


def settings_said(wired: Wiring) -> Iterator[str]:
    """The settings of a convolution in words: ``stride 1``, ``padding 1 × 0``."""
    yield f"stride {_sides(wired.stride)}"
    yield f"padding {_sides(wired.padding)}"
    if set(wired.dilation) != {1}:
        yield f"dilation {_sides(wired.dilation)}"


def described_pool(pool: PoolFields) -> str:
    """A pooling in words: ``max pooling, windows of 2, stride 2``."""
    words = [f"windows of {_sides(pool.kernel)}", f"stride {_sides(pool.stride or pool.kernel)}"]
    if pool.padding:
        words.append(f"padding {_sides(pool.padding)}")
    if pool.ceil:
        words.append("with a last window that reaches beyond the end")
    return f"{_SPOKEN[pool.function]} ({', '.join(words)})"


def _sides(value: Any) -> str:
    sizes = value if isinstance(value, tuple) else (value,)
    return str(sizes[0]) if len(set(sizes)) == 1 else " × ".join(map(str, sizes))
