"""The plan of `filtering`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from math import prod

from deepcalc.errors import Fault, FieldError
from deepcalc.graph.gradients import Style, differentiate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose
from deepcalc.kinds._arrays import NO_LOSS, UPSTREAM, WEIGHTS, ArrayWriter, add_loss, givens, loss_name
from deepcalc.kinds.filtering.fields import DenseFields, FilteringFields, PoolFields
from deepcalc.kinds.filtering.matrices import MATRIX_FORMS, MatrixStep
from deepcalc.kinds.filtering.pictures import kernel_picture, winners_picture
from deepcalc.kinds.filtering.wiring import PADDED, Wiring, pool_settings, pooled, wiring
from deepcalc.kinds.filtering.words import settings_said, sides, way_back_said
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, Node, Relation
from deepcalc.notation.shapes import ShapeError, concrete, shape_text, size_text
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.picture_plans import GridsPlan
from deepcalc.plan.statement import Statement, joined, prose, with_article
from deepcalc.rules.activations import ACTIVATIONS

STEPS = (PADDED, "K_flip", "Z", "A", "P", "F", "O", "Y")
"""What is worked out, in its order."""

WINNERS = "winners"
"""The name of the matrix that marks the largest entry of each window."""

NOT_ASKED = ("F",)
PARAMETERS = ("W", "c", "K", "b", "X")
SYMBOLS = Symbols({"K_flip": Forms("K̃", r"\tilde{K}"), WINNERS: Forms("winners", r"\mathrm{winners}")})
_MODES = {
    "cross-correlation": "cross-correlation",
    "convolution": "true convolution",
    "transposed": "transposed convolution",
}
_SPOKEN = {"max": "max pooling", "average": "average pooling"}


def build(fields: FilteringFields) -> Plan:
    return _Builder(fields).plan()


def wiring_of(fields: FilteringFields, graph: Graph) -> Wiring:
    """The convolution of the X and the K of a graph."""
    return wiring(fields, graph.shape("X"), graph.shape("K") if "K" in graph else ())


def output_of(graph: Graph) -> str:
    """The name of what comes out at the end."""
    return [name for name in ("X", *STEPS) if name in graph][-1]


def preceding(graph: Graph, step: str) -> str:
    """The name of what a step works on."""
    return [name for name in ("X", *STEPS[: STEPS.index(step)]) if name in graph][-1]


class _Builder:
    def __init__(self, fields: FilteringFields) -> None:
        self._fields = fields
        self._writer = ArrayWriter()
        self._graph = self._writer.graph
        self._figures: list[GridsPlan] = []

    def plan(self) -> Plan:
        fields, writer = self._fields, self._writer
        writer.given("X", fields.X, ("X",))
        if fields.kernel is not None:
            writer.given("K", fields.kernel, ("kernel",), WEIGHTS)
        self._wiring = wiring_of(fields, self._graph)
        if fields.kernel is not None:
            self._add_convolution()
        if fields.activation != "identity":
            for letter in fields.letters:
                writer.given(letter, getattr(fields, letter), (letter,))
            made = ACTIVATIONS[fields.activation].apply(Name(output_of(self._graph)), fields.number(fields.activation))
            writer.add("A", made, ("activation",), "activation")
        pool = self._wiring.pool
        if pool is not None:
            text = pooled(pool, self._wiring.axes, output_of(self._graph))
            pooled_from = output_of(self._graph)
            writer.add("P", text, ("pool",), described_pool(pool))
            if pool.function == "max":
                self._add_winners(pool, pooled_from)
        if fields.flatten or fields.dense is not None:
            self._add_flat(output_of(self._graph))
        if fields.dense is not None:
            self._add_dense(fields.dense)
        add_loss(writer, fields, output_of(self._graph), self._samples_meant)
        found = [name for name in STEPS if name in self._graph and name not in NOT_ASKED]
        if fields.loss is not None:
            found.append(fields.loss.name)
        asked = [tuple(found), *filter(None, (self._add_matrices(), self._gradients()))]
        parts = tuple(PartPlan(chr(ord("a") + place), names) for place, names in enumerate(asked))
        statement = self._statement([name for names in asked for name in names])
        figures = (*(kernel_picture(self._wiring) if "Z" in self._graph else ()), *self._figures)
        aliases = {str(self._fields.matrix_form): self._matrices[0].name} if self._matrices else {}
        missing = {} if loss_name(self._fields) is not None else NO_LOSS
        return Plan(
            self._graph, parts, statement, symbols=SYMBOLS, aliases=aliases, figures=figures, without_value=missing
        )

    def _add_convolution(self) -> None:
        fields, writer = self._fields, self._writer
        if self._wiring.has_padded_input:
            writer.add(PADDED, self._wiring.padded(), ("padding",), "X with its padding")
        if fields.is_turned:
            writer.add("K_flip", self._wiring.flipped(), ("mode",), "the kernel turned by 180°")
        if fields.bias is not None:
            writer.given("b", fields.bias, ("bias",), WEIGHTS)
            self._check_bias()
        if fields.is_transposed:
            self._wiring.check()
        writer.add("Z", self._wiring.net(), ("kernel",), ", ".join(settings_said(self._wiring)))

    @property
    def _samples_meant(self) -> int | None:
        """Over how many samples the loss is a mean; None where it is the sum, or there is one."""
        return self._wiring.samples if self._fields.batch_mean else None

    def _add_winners(self, pool: PoolFields, x: str) -> None:
        """The winning positions: 1 where the largest entry of a window stands, more where it is that of several."""
        ones = f"ones({', '.join(map(size_text, self._graph.shape('P')))})"
        text = f"max_pool{self._wiring.axes}d_input({x}, {ones}{pool_settings(pool, False)})"
        note = "how many windows each entry wins (of equal ones the first)"
        self._writer.add(WINNERS, text, ("pool",), note)
        self._figures.append(winners_picture(self._wiring, x, self._graph.shape(x), WINNERS))

    def _add_flat(self, x: str) -> None:
        """All entries of a sample in a vector, where they are not in one already."""
        shape = self._graph.shape(x)
        if self._wiring.samples is not None:
            sizes = (self._wiring.samples, prod(concrete(shape[1:])))
            self._writer.add("F", f"reshape({x}, shape={sizes})", ("flatten",), "a row for each sample")
        elif len(shape) > 1:
            self._writer.add("F", f"flatten({x})", ("flatten",), "row by row")

    @cached_property
    def _matrices(self) -> tuple[MatrixStep, ...]:
        """The steps of the form in matrices, which lead to the output again."""
        form = self._fields.matrix_form
        try:
            return () if form is None else tuple(MATRIX_FORMS[form].steps(self._wiring))
        except ShapeError as error:
            raise FieldError([Fault(("matrix_form",), str(error))]) from None

    def _add_matrices(self) -> tuple[str, ...]:
        for step in self._matrices:
            self._writer.add(step.name, step.formula, ("matrix_form",), step.note, "In matrices", "matrices")
        return tuple(step.name for step in self._matrices)

    def _check_bias(self) -> None:
        filters, shape = self._wiring.filters, self._graph.shape("b")
        if shape not in ((), (filters,)):
            wanted = "a number" if filters is None else f"a number, or one for each of {size_text(filters)} filters"
            raise FieldError([Fault(("bias",), f"expected {wanted}, not {shape_text(shape)}")])

    def _add_dense(self, dense: DenseFields) -> None:
        writer, flat = self._writer, output_of(self._graph)
        writer.given("W", dense.weights, ("dense", "weights"), WEIGHTS)
        taken, size = self._graph.shape("W"), self._graph.shape(flat)[-1]
        if len(taken) not in (1, 2) or taken[-1] != size:
            message = (
                f"expected a row of {size_text(size)} weights for each unit, as {flat} has entries, "
                f"not {shape_text(taken)}"
            )
            raise FieldError([Fault(("dense", "weights"), message)])
        text = f"W @ {flat}" if self._wiring.samples is None else f"{flat} @ {'W.T' if len(taken) > 1 else 'W'}"
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
            by_row = ", axis=1" if dense.activation == "softmax" and self._wiring.samples is not None else ""
            writer.add("Y", f"{dense.activation}(O{by_row})", ("dense", "activation"), "activation")

    def _gradients(self) -> tuple[str, ...]:
        """The gradients that are asked for where the author asks nothing: by all parameters, then by the input."""
        loss = loss_name(self._fields)
        if loss is None:
            return ()
        gradients = tuple(gradient(loss, name) for name in PARAMETERS if name in self._graph)
        style = Style(note=lambda name: way_back_said(self._wiring, loss, name))
        for name in PARAMETERS:
            if name in self._graph and gradient(loss, name) not in self._graph:
                differentiate(self._graph, loss, [name], style)
        return gradients

    # ---- in words

    def _statement(self, asked: Sequence[str]) -> Statement:
        told = prose("With ", givens(self._graph), ": ", joined(self._named(), "; ", "; "), ".")
        return Statement(told, prose("Compute ", joined(map(Name, asked)), "."))

    def _named(self) -> Iterator[Prose]:
        """What each name stands for."""
        yield from self._made_first()
        yield from self._layers()
        yield from self._derived()

    def _made_first(self) -> Iterator[Prose]:
        if "K_flip" in self._graph:
            yield prose(Name("K_flip"), " is ", Name("K"), " turned by 180°")
        if self._wiring.has_padded_input:
            yield prose(Name(PADDED), " is ", Name("X"), " with its padding")

    def _layers(self) -> Iterator[Prose]:
        fields = self._fields
        if "Z" in self._graph:
            plus = prose(" plus ", Name("b")) if fields.bias is not None else ()
            settings = f" ({', '.join(settings_said(self._wiring))})"
            yield prose(Name("Z"), f" is the {_MODES[fields.mode]} of ", Name("X"), " with ", Name("K"), settings, plus)
        if self._matrices:
            yield prose(Name(self._matrices[0].name), f" has {self._matrices[0].note}")
        if fields.activation != "identity":
            yield equation("A", self._graph["A"].definition)
        pool = self._wiring.pool
        if pool is not None:
            made_of = prose(" of ", Name("X")) if preceding(self._graph, "P") == "X" else ()
            yield prose(Name("P"), f" is made by {described_pool(pool)}", made_of)
        if "F" in self._graph:
            each = " row by row" if self._wiring.samples is None else ", a row for each sample"
            yield prose(Name("F"), " has the entries of ", Name(preceding(self._graph, "F")), each)
        for name in ("O", "Y"):
            if name in self._graph:
                yield equation(name, self._graph[name].definition)

    def _derived(self) -> Iterator[Prose]:
        """The loss, or what comes back in its place."""
        loss = self._fields.loss
        if loss is not None:
            mean = ", its mean over the samples" if self._samples_meant else ""
            yield prose(Name(loss.name), f" is {with_article(loss.row.title)}{mean}")
        elif self._fields.upstream is not None:
            yield prose(Name(UPSTREAM), " is the derivative of ", Name("L"), " by ", Name(output_of(self._graph)))


def equation(name: str, formula: Node) -> Prose:
    return (Relation("=", Name(name), formula),)


def _counted(pool: PoolFields) -> str:
    """Whether a mean counts the zeros of its padding."""
    if pool.function == "max":
        return ""
    return ", whose zeros count" if pool.count_padding else ", which does not count"


def described_pool(pool: PoolFields) -> str:
    """A pooling in words: ``max pooling, windows of 2, stride 2``."""
    words = [f"windows of {sides(pool.kernel)}", f"stride {sides(pool.stride or pool.kernel)}"]
    if pool.padding:
        words.append(f"padding {sides(pool.padding)}{_counted(pool)}")
    if pool.ceil:
        words.append("with a last window that reaches beyond the end")
    return f"{_SPOKEN[pool.function]} ({', '.join(words)})"
