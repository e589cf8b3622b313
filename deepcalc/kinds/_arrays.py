"""What kinds share whose quantities are arrays: formulas as text, letters with their sizes, the end of a loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Protocol

from pydantic import Field

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.fields.aliases import also_as
from deepcalc.fields.choices import Choice
from deepcalc.fields.given import Given
from deepcalc.fields.types import Fields, Identifier
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import GraphError, Letter, Prose, Quantity
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.nodes import Name, Node, Relation
from deepcalc.notation.parser import parse
from deepcalc.notation.shapes import Shape, ShapeError, shape_text, size_text
from deepcalc.notation.symbols import Forms, Symbols, subscript
from deepcalc.plan import PartPlan, Slip
from deepcalc.plan.statement import given_as, joined, prose
from deepcalc.rules.array_losses import ARRAY_LOSSES, ArrayLoss
from deepcalc.rules.losses import LOSS_ALIASES

FORWARD, LOSS, SIZES, WEIGHTS, PARAMETERS = "Forward pass", "Loss", "Sizes", "Weights", "Parameters"
UPSTREAM = "G"
_NO_PARTIALS: Mapping[str, Any] = {}
_NO_NOTES: Mapping[str, str] = {}


def shape_of_given(value: Any) -> Shape:
    """The shape of what an author gives; of a ragged list that of its first rows."""
    if isinstance(value, Letter):
        return value.shape
    shape: list[int] = []
    while isinstance(value, Array):
        shape.append(len(value.args))
        value = next(iter(value.args), None)
    return tuple(shape)


def as_array(value: Any) -> Any:
    """A list of numbers, or of such lists, as a written array; what is one, a letter or nothing as it is."""
    return Array(*map(as_array, value)) if isinstance(value, list) else value


class ArrayWriter:
    """Fills a graph with quantities whose formulas are plain text; what does not fit is a fault of a field."""

    def __init__(self) -> None:
        self.graph = Graph()

    def given(self, name: str, value: Any, origin: Location, section: str = "Given") -> None:
        """Add what is given; the letters among its sizes before it."""
        if isinstance(value, Letter):
            for size in value.shape:
                if isinstance(size, Name) and size.name not in self.graph:
                    self.graph.add(Quantity(size.name, given=Letter(), section=SIZES, origin=origin))
        self.add_quantity(Quantity(name, given=value, section=section, origin=origin))

    def add(
        self,
        name: str,
        formula: Node | str,
        origin: Location,
        note: str | Prose = "",
        section: str = FORWARD,
        group: str = "outputs",
        partials: Mapping[str, Any] = _NO_PARTIALS,
    ) -> None:
        """Add what is defined by a formula in earlier quantities, as text or as a node."""
        said: Prose = ((note,) if note else ()) if isinstance(note, str) else note
        self.add_quantity(
            Quantity(name, written(formula), partials=partials, section=section, group=group, note=said, origin=origin)
        )

    def _fused(self, quantity: Quantity) -> Quantity:
        from deepcalc.graph.fusion import with_fusion  # what has no arrays in it does without

        return with_fusion(self.graph, quantity)

    def add_quantity(self, quantity: Quantity) -> None:
        """Add a quantity as it is; a softmax before a cross-entropy gets its derivative in one step."""
        try:
            fuses = quantity.formula is not None and self.graph.has_arrays
            self.graph.add(self._fused(quantity) if fuses else quantity)
        except (GraphError, ShapeError) as error:
            raise FieldError([Fault(quantity.origin, str(error))]) from None


class ArrayLossName(Choice, names=ARRAY_LOSSES): ...


class ArrayLossFields(Fields):
    """The loss of an output."""

    function: Annotated[ArrayLossName, also_as(ArrayLossName, LOSS_ALIASES)] = Field(
        description="mse is the mean over all entries, sum and half_sum are Σ and ½Σ of the squared errors, "
        "cross_entropy −Σ t·log y, binary_cross_entropy that of each entry, summed"
    )
    targets: Given = Field(description="the targets, in the shape of the output")
    name: Identifier = Field("L", description="the loss's name")

    @property
    def row(self) -> ArrayLoss:
        return ARRAY_LOSSES[self.function]


LossField = Annotated[
    ArrayLossFields | None, Field(description="the loss of the output: {function: mse, targets: [[…]]}")
]
UpstreamField = Annotated[
    Given | None,
    Field(
        description="∂L/∂(output), given from above in the output's shape; gradients are then of L = Σ G ⊙ output",
    ),
]


class WithLoss(Protocol):
    """Fields that say what gradients are of: a loss, or the sum of the output weighted by a gradient from above."""

    @property
    def loss(self) -> ArrayLossFields | None: ...

    @property
    def upstream(self) -> Any: ...


def loss_faults(fields: WithLoss) -> Iterator[Fault]:
    if fields.loss is not None and fields.upstream is not None:
        yield Fault(("upstream",), "give either `loss` or `upstream`, which is the loss's own gradient")


NO_LOSS = {"L": "there is no loss; `loss` makes one, or `upstream`, its derivative by the output"}
"""The usual name of a loss, and why it has no value where none is given."""


def loss_name(fields: WithLoss) -> str | None:
    """The name of what is derived; None where nothing is."""
    if fields.loss is not None:
        return fields.loss.name
    return None if fields.upstream is None else "L"


def add_loss(writer: ArrayWriter, fields: WithLoss, output: str, samples: int | None = None) -> None:
    """Add the loss of an output, or what stands for it where its gradient is given.

    With ``samples`` it is the mean over the rows of the output, so many of them.
    """
    if fields.loss is not None:
        writer.given("T", fields.loss.targets, ("loss", "targets"), "Targets")
        add_loss_of(writer, fields.loss, fields.loss.name, output, "T", ("loss", "targets"), samples)
    elif fields.upstream is not None:
        writer.given(UPSTREAM, fields.upstream, ("upstream",), "Gradient from above")
        check_shape(writer, UPSTREAM, output, ("upstream",))
        text = f"sum({UPSTREAM} * {{{output}}})" if writer.graph.shape(output) else f"{UPSTREAM}*{{{output}}}"
        note = f"so that its derivative by {output} is {UPSTREAM}"
        writer.add("L", text, ("upstream",), note, LOSS, "losses")


def add_loss_of(
    writer: ArrayWriter,
    fields: ArrayLossFields,
    name: str,
    output: str,
    target: str,
    origin: Location,
    samples: int | None = None,
) -> None:
    """Add the loss of an output against a target, which is in the graph already; as the mean over samples, if any."""
    check_shape(writer, target, output, origin)
    row, shape = fields.row, writer.graph.shape(output)
    names = {"y": f"{{{output}}}", "t": f"{{{target}}}"}
    partials = {} if shape else {output: parse(row.slope.format(**names))}
    text = row.text(shape, samples).format(**names)
    writer.add(name, text, ("loss",), row.title, LOSS, "losses", partials)


def check_shape(writer: ArrayWriter, name: str, output: str, origin: Location) -> None:
    """``FieldError`` where what is given beside an output has not its shape."""
    found, wanted = writer.graph.shape(name), writer.graph.shape(output)
    if found != wanted:
        raise FieldError(
            [Fault(origin, f"expected the shape of {output}, {shape_text(wanted)}, not {shape_text(found)}")]
        )


def written(formula: Node | str) -> Node:
    """A formula as a node, whether it is text or one already."""
    return parse(formula) if isinstance(formula, str) else formula


def add_counts(writer: ArrayWriter, counts: Sequence[tuple[str, str]], notes: Mapping[str, str] = _NO_NOTES) -> None:
    """Add how many parameters there are: of each name by its formula, and ``params`` in all."""
    if not counts:
        return
    for name, formula in counts:
        note: str | Prose = notes.get(name) or ("entries of ", Name(name))
        writer.add(f"params_{name}", formula, (), note, PARAMETERS, "parameters")
    summed = " + ".join(f"params_{name}" for name, _ in counts)
    writer.add("params", summed, (), "parameters in all", PARAMETERS, "parameters")


def add_entry_counts(writer: ArrayWriter, section: str) -> None:
    """Add how many entries the given weights of a section have."""
    weights = [each.name for each in writer.graph if each.section == section and each.given is not None]
    sizes = {name: "*".join(map(size_text, writer.graph.shape(name))) or "1" for name in weights}
    add_counts(writer, list(sizes.items()))


def part_in_letters(graph: Graph, letter: str, find: tuple[str, ...]) -> PartPlan:
    """A part in terms of the letters that what is asked for is made of."""
    letters = (name for name in graph.ancestors(find) if isinstance(graph[name].given, Letter))
    return PartPlan(letter, find, terms=tuple(letters) or None)


SlipRow = tuple[str, str, Mapping[str, Any]]
"""A typical mistake: its key, how it is said, and the changed formulas, as text or as nodes."""


def slips_of(graph: Graph, rows: Iterable[SlipRow]) -> Iterator[Slip]:
    """Typical mistakes from rows of key, message and changed formulas; what is not in the graph is left out."""
    for key, message, formulas in rows:
        kept = {name: written(formula) for name, formula in formulas.items() if name in graph}
        if kept:
            yield Slip(key, message, kept)


def stands(graph: Graph, slip: Slip) -> bool:
    """Whether what follows can be worked out with the mistake made; another size may not fit what comes after it."""
    from deepcalc.graph.sizes import keeps_shape  # what has no arrays in it does without

    if all(keeps_shape(graph, name, formula) for name, formula in slip.formulas.items()):
        return True
    try:
        graph.with_formulas({name: Quantity(name, formula) for name, formula in slip.formulas.items()})
    except (GraphError, ShapeError):
        return False
    return True


def laws(graph: Graph, names: Iterable[str]) -> Prose:
    """What defines quantities, one line for each that is there and has a formula."""
    told = dict.fromkeys(name for name in names if name in graph and graph[name].formula is not None)
    return bulleted((Relation("=", Name(name), graph[name].definition),) for name in told)


def bulleted(lines: Iterable[Prose]) -> Prose:
    """Lines below each other; nothing where there are none."""
    said = [prose("- ", line) for line in lines]
    return joined(said, "\n", last="\n") if said else ()


def with_laws(title: str, laws: Prose, graph: Graph) -> Prose:
    """What a statement says is given, behind the laws if it tells any; without the mark at its end."""
    return prose(f"{title},\n\n", laws, "\n\nwith ", givens(graph)) if laws else prose(f"{title} with ", givens(graph))


def givens(graph: Graph) -> Prose:
    """What is given, as a statement says it, letters that are sizes left out: ``Q = [[1, 0], [0, 1]], X ∈ ℝⁿ``."""
    told = [each for each in graph if each.given is not None]
    sizes = {each.name for each in told if each.section == SIZES and isinstance(each.given, Letter)}
    return joined((given_as(each.name, each.given) for each in told if each.name not in sizes), last=", ")


def shape_forms(array: str, sides: Sequence[str]) -> Iterator[tuple[str, Forms]]:
    """How the shape of an array is written, and each of its sides: ``shape(W₁)``, ``shape(W₁)₂``."""
    whole = shape_form(array)
    yield f"shape_{array}", whole
    for place, name in enumerate(sides, start=1):
        yield name, Forms(f"{whole.unicode}{subscript(str(place))}", f"{whole.latex}_{{{place}}}")


def shape_form(name: str) -> Forms:
    """How the shape of an array is written: ``shape(W₁)``."""
    forms = Symbols().forms(name)
    return Forms(f"shape({forms.unicode})", rf"\operatorname{{shape}}({forms.latex})")
