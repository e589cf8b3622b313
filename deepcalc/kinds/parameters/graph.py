"""The plan of `parameters`: its graph, its parts, its table, its statement."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import groupby

from deepcalc.errors import FieldError, listed
from deepcalc.graph.quantities import Letter
from deepcalc.kinds._arrays import shape_forms
from deepcalc.kinds._initial import initial_forms
from deepcalc.kinds._size_graph import taken
from deepcalc.kinds._sizes import ChannelOrder, InputShape
from deepcalc.kinds.parameters.fields import ParametersFields
from deepcalc.kinds.parameters.images import add_image, add_images
from deepcalc.kinds.parameters.initial import add_initialization
from deepcalc.kinds.parameters.pictures import figures
from deepcalc.kinds.parameters.writing import ALL, COUNTS, ImageLayer, Layer, LayerRow, SizeWriter, layers_of
from deepcalc.notation.edits import terms
from deepcalc.notation.nodes import Name, Plus, total
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.plan import PartPlan, Plan, TablePlan, TableRow
from deepcalc.plan.plan import Layout
from deepcalc.plan.statement import Statement
from deepcalc.rules.initialization import SCHEMES
from deepcalc.rules.model_sizes import OPTIMIZER_STATES

OF_COUNTS = ("flops", "memory")
"""What follows from the counts: operations, and bytes of the parameters."""

TOTALS = {
    "weights": "the weights of all layers",
    "biases": "the biases of all layers",
    "params": "what is trained in all layers",
    "macs": "multiply-adds of all layers",
    "neurons": "the values of all layers' outputs",
    "bytes": "the outputs of all layers",
}


class Model:
    """A model whose sizes are counted, written once."""

    def __init__(self, fields: ParametersFields) -> None:
        self.fields = fields

    @cached_property
    def writer(self) -> SizeWriter:
        """The graph, with its shapes and the typical mistakes."""
        return _filled_writer(self.fields)


def _filled_writer(fields: ParametersFields) -> SizeWriter:
    writer = SizeWriter(fields)
    begins = fields.mlp[0] if fields.mlp is not None else fields.input
    if isinstance(begins, InputShape):
        add_image(writer, begins)
    elif begins is None:
        writer.begin("")
    else:
        writer.begin(writer.size("n0", begins, ("mlp", 0) if fields.mlp else ("input",), "Input"))
    order = ChannelOrder.LAST if fields.vectors == "rows" else ChannelOrder.FIRST
    for _, layers in groupby(layers_of(fields), type):
        run = list(layers)
        images = [layer for layer in run if isinstance(layer, ImageLayer)]
        if images:
            writer.images += add_images(writer, images, None if writer.rows else fields.image, order)
        for layer in run:
            if isinstance(layer, Layer):
                writer.layer(layer)
    _add_totals(writer, len(writer.rows))
    if fields.initialization is not None:
        add_initialization(writer, fields.initialization, [shape[-1] for shape in writer.shapes_between])
    _add_memory(writer, fields)
    return writer


def _add_totals(writer: SizeWriter, layers: int) -> None:
    for name in COUNTS:
        if layers == 1:
            writer.aliases[name] = f"{name}1"
        else:
            counted = (Name(f"{name}{number}") for number in range(1, layers + 1))
            writer.add(name, total(*counted), (), TOTALS[name], ALL, name)
    if layers > 1 and "n0" in writer.graph:
        more = Plus(*terms(writer.graph["biases"].definition), Name("n0"))
        writer.mistakes.append(("bias-for-input", "biases for the units of the input too", {"biases": more}))
    if layers > 1:
        whole = " + ".join(f"params{number}" for number in range(1, layers + 1))
        writer.mistakes += [
            ("biases-among-weights", "the biases counted among the weights", {"weights": whole}),
            ("biases-left-out", "the biases left out of the total", {"params": "weights"}),
        ]
    kept = [number for number in range(1, layers + 1) if number not in writer.across]
    if writer.across:
        message = "the attention to the encoder left out of the sum, with its normalisation"
        left = ({name: total(*(Name(f"{name}{number}") for number in kept))} for name in COUNTS)
        writer.mistakes += [("no-cross-attention", message, each) for each in left]
    if layers == 1:
        writer.aliases |= {f"{name}1": name for name in OF_COUNTS}
    macs = writer.aliases.get("macs", "macs")
    writer.add("flops", f"2*{macs}", (), "a multiplication and an addition each", ALL, "macs")
    writer.mistakes.append(("factor-2", "multiply-adds counted as single operations", {"flops": macs}))


def _add_memory(writer: SizeWriter, fields: ParametersFields) -> None:
    params, each = writer.aliases.get("params", "params"), fields.bytes
    writer.add("memory", f"{params}*{each}", ("bytes",), f"bytes: {each} for each parameter", ALL, "memory")
    writer.mistakes.append(("bits-for-bytes", "bits in place of bytes", {"memory": f"{params}*{each}*8"}))
    twice = {"memory": f"{params}*{each}*2"}
    writer.mistakes.append(("double-precision", "twice as many bytes for each number, as in double precision", twice))
    writer.mistakes.append(("bytes-forgotten", "the numbers counted, not their bytes", {"memory": params}))
    if fields.optimizer is not None:
        states = OPTIMIZER_STATES[fields.optimizer]
        note = f"bytes for parameters, gradients and what {fields.optimizer} keeps of each"
        writer.add("training", f"(2 + {states})*memory", ("optimizer",), note, ALL, "memory")
        for key, message, text in (
            ("gradients-forgotten", "the gradients forgotten", f"(1 + {states})*memory"),
            ("states-forgotten", f"what {fields.optimizer} keeps forgotten", "2*memory"),
        ):
            writer.mistakes.append((key, message, {"training": text}))


def build(model: Model) -> Plan:
    fields, writer = model.fields, model.writer
    _check_letters(writer)
    count = len(writer.rows)
    each = tuple(f"params{number}" for number in range(1, count + 1))
    letters = tuple(quantity.name for quantity in writer.graph if isinstance(quantity.given, Letter))
    found = (*each, "weights", "biases", "params") if count > 1 else each
    parts: tuple[PartPlan, ...] = (
        PartPlan("a", found, layout=None if letters else Layout.TABLE, terms=letters or None),
    )
    if fields.initialization is not None:
        ranges = tuple(f"{fields.initialization.width}{number}" for number in range(1, count + 1))
        parts = (*parts, PartPlan("b", ranges, terms=letters or None))
    return Plan(
        writer.graph,
        parts,
        _statement(fields, writer),
        composites=tuple(writer.composites),
        tables=(_table(writer, count),),
        symbols=Symbols({**_forms(writer), **(initial_forms(count) if fields.initialization is not None else {})}),
        aliases=writer.aliases,
        figures=() if fields.mlp is not None else figures(writer),
        groups=_groups(writer, count),
        without_value=_no_shapes(writer, count),
    )


def _no_shapes(writer: SizeWriter, count: int) -> dict[str, str]:
    """What a layer has in place of a shape of its own, as a convolution has one."""
    arrays: dict[int, list[str]] = {number: [] for number in range(1, count + 1)}
    for name in writer.shapes:
        arrays[int(name[len(name.rstrip("0123456789")) :])].append(f"`shape_{name}`")
    said = {
        number: f"the arrays have theirs, {listed(own)}" if own else "no array has any"
        for number, own in arrays.items()
    }
    return {
        f"shape{number}": f"of layer {number} {own}; its output has `neurons{number}` values"
        for number, own in said.items()
    }


def _check_letters(writer: SizeWriter) -> None:
    """``FieldError`` where a letter is a further name of something else, or that of a shape."""
    made = {*writer.aliases, *(each.name for each in writer.composites)}
    faults = [taken(each.name, each.origin) for each in writer.graph if each.given is not None and each.name in made]
    if faults:
        raise FieldError(faults)


def _forms(writer: SizeWriter) -> dict[str, Forms]:
    sides = {each.name.removeprefix("shape_"): each.components for each in writer.composites}
    return dict(form for name in writer.shapes for form in shape_forms(name, sides.get(name, ())))


def _groups(writer: SizeWriter, count: int) -> dict[str, tuple[str, ...]]:
    """The shapes of all arrays; all that is counted of each layer, and of the whole."""
    names = [f"shape_{name}" for name in writer.shapes]
    shapes = tuple(writer.aliases.get(name, name) for name in names)
    of_layers = (f"{name}{number}" for number in range(1, count + 1) for name in (*COUNTS, *OF_COUNTS))
    whole = (*(name for name in COUNTS if count > 1), *OF_COUNTS)
    counts = tuple(name for name in (*of_layers, *whole) if name in writer.graph)
    return {**({"shapes": shapes, "model": (*shapes, *counts)} if shapes else {}), "counts": counts}


_HEADINGS = {
    "weights": "weights",
    "biases": "biases",
    "params": "parameters",
    "memory": "their bytes",
    "macs": "multiply-adds",
    "flops": "FLOPs",
    "neurons": "outputs",
    "bytes": "their bytes",
}


def _table(writer: SizeWriter, layers: int) -> TablePlan:
    """A row for each layer, the shapes of its arrays before its counts, and the totals below them."""
    own = {name: name for name in OF_COUNTS} if layers == 1 else {}
    arrays = tuple(dict.fromkeys(re.sub(r"\d+$", "", name) for name in writer.shapes))
    rows = [
        TableRow(
            (f"layer {number}",),
            (
                *(_shape_cell(writer, f"{array}{number}") for array in arrays),
                *(own.get(name, f"{name}{number}") for name in _HEADINGS),
            ),
        )
        for number in range(1, layers + 1)
    ]
    if layers > 1:
        rows.append(TableRow(("all",), (*(None for _ in arrays), *_HEADINGS)))
    headings = (("",), *(("shape of ", Name(array)) for array in arrays), *((each,) for each in _HEADINGS.values()))
    return TablePlan("Counts", headings, tuple(rows))


def _shape_cell(writer: SizeWriter, array: str) -> str | None:
    """The name of the shape of an array, if the layer has it."""
    name = f"shape_{array}"
    return writer.aliases.get(name, name) if array in writer.shapes else None


def _statement(fields: ParametersFields, writer: SizeWriter) -> Statement:
    asks = "How many parameters has each layer, and how many are there in all?"
    if len(writer.rows) == 1:
        asks = "How many parameters are there to train?"
    initial = "" if fields.initialization is None else " How are the initial weights of each layer drawn?"
    if fields.mlp is not None:
        sizes = " – ".join(map(str, fields.mlp))
        biases = "with biases" if fields.biases else "without biases"
        told = f"A multi-layer perceptron has the sizes {sizes} ({biases}).{_initial(fields)}"
        return Statement((f"{told}\n\n",), (f"{asks}{initial}",))
    sequence = "" if fields.sequence is None else f" It works on sequences of {fields.sequence} tokens."
    lines = [f"{number}. {_in_words(row)}" for number, row in enumerate(writer.rows, start=1)]
    return Statement(
        ("\n".join([f"A model{_begins(fields)} has these layers.{sequence}{_initial(fields)}", "", *lines]),),
        (f"{asks}{initial}",),
    )


def _initial(fields: ParametersFields) -> str:
    if fields.initialization is None:
        return ""
    scheme, how = SCHEMES[fields.initialization.scheme], fields.initialization.distribution
    return f" Its weights are drawn by {scheme.title}, from a {how} distribution."


def _begins(fields: ParametersFields) -> str:
    if fields.image is not None:
        order = " × ".join(fields.channels.arranged(fields.image.axes))
        return f" with an input of {fields.image.written(fields.channels)} ({order})"
    return "" if fields.input is None else f" with {fields.input} features in its input"


def _in_words(row: LayerRow) -> str:
    title = row.title.removeprefix("addition, ")
    return f"{title}{': ' if row.details else ''}{', '.join(row.details)}"
