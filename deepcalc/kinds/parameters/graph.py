"""The plan of `parameters`: its graph, its parts, its table, its statement."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.graph.graph import Letter
from deepcalc.kinds._arrays import shape_form
from deepcalc.kinds._initial import initial_forms
from deepcalc.kinds.parameters.fields import ParametersFields
from deepcalc.kinds.parameters.initial import add_initialization
from deepcalc.kinds.parameters.pictures import details, figures
from deepcalc.kinds.parameters.writing import ALL, COUNTS, Layer, SizeWriter, layers_of
from deepcalc.notation.nodes import Name, total
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.plan import PartPlan, Plan, TablePlan, TableRow
from deepcalc.plan.plan import Layout
from deepcalc.plan.statement import Statement
from deepcalc.rules.initialization import SCHEMES
from deepcalc.rules.model_sizes import OPTIMIZER_STATES

TOTALS = {
    "weights": "the weights of all layers",
    "biases": "the biases of all layers",
    "params": "what is trained in all layers",
    "macs": "multiply-adds of all layers",
}


def written(fields: ParametersFields) -> SizeWriter:
    """The graph of a problem, with its shapes and the typical mistakes."""
    writer = SizeWriter(fields)
    layers = list(layers_of(fields))
    begins = fields.mlp[0] if fields.mlp is not None else fields.input
    features = "" if begins is None else writer.size("n0", begins, ("mlp",) if fields.mlp else ("input",), "Input")
    writer.features.append(features)
    for number, layer in enumerate(layers, start=1):
        features = writer.layer(number, layer, features)
        writer.features.append(features)
    _add_totals(writer, len(layers))
    if fields.initialization is not None:
        add_initialization(writer, fields.initialization, writer.features)
    _add_memory(writer, fields)
    return writer


def _add_totals(writer: SizeWriter, layers: int) -> None:
    for name in COUNTS:
        if layers == 1:
            writer.aliases[name] = f"{name}1"
        else:
            terms = (Name(f"{name}{number}") for number in range(1, layers + 1))
            writer.add(name, total(*terms), (), TOTALS[name], ALL, name)
    if layers > 1:
        whole = " + ".join(f"params{number}" for number in range(1, layers + 1))
        writer.mistakes += [
            ("biases-among-weights", "the biases counted among the weights", {"weights": whole}),
            ("biases-left-out", "the biases left out of the total", {"params": "weights"}),
        ]
    macs = writer.aliases.get("macs", "macs")
    writer.add("flops", f"2*{macs}", (), "a multiplication and an addition each", ALL, "macs")
    writer.mistakes.append(("factor-2", "multiply-adds counted as single operations", {"flops": macs}))


def _add_memory(writer: SizeWriter, fields: ParametersFields) -> None:
    params, each = writer.aliases.get("params", "params"), fields.bytes
    writer.add("memory", f"{params}*{each}", ("bytes",), f"bytes: {each} for each parameter", ALL, "memory")
    writer.mistakes.append(("bits-for-bytes", "bits in place of bytes", {"memory": f"{params}*{each}*8"}))
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


def build(fields: ParametersFields) -> Plan:
    writer = written(fields)
    layers = list(layers_of(fields))
    each = tuple(f"params{number}" for number in range(1, len(layers) + 1))
    letters = tuple(quantity.name for quantity in writer.graph if isinstance(quantity.given, Letter))
    found = (*each, "weights", "biases", "params") if len(layers) > 1 else each
    parts: tuple[PartPlan, ...] = (
        PartPlan("a", found, layout=None if letters else Layout.TABLE, terms=letters or None),
    )
    if fields.initialization is not None:
        ranges = tuple(f"{fields.initialization.width}{number}" for number in range(1, len(layers) + 1))
        parts = (*parts, PartPlan("b", ranges, terms=letters or None))
    return Plan(
        writer.graph,
        parts,
        _statement(fields, layers),
        composites=tuple(writer.composites),
        tables=(_table(len(layers)),),
        symbols=Symbols({**{f"shape_{name}": shape_form(name) for name in writer.shapes}, **_initial_forms(fields)}),
        aliases=writer.aliases,
        figures=() if fields.mlp is not None else figures(layers, writer.features, writer.tokens),
        groups={"shapes": tuple(f"shape_{name}" for name in writer.shapes)} if writer.composites else {},
    )


def _initial_forms(fields: ParametersFields) -> dict[str, Forms]:
    return {} if fields.initialization is None else initial_forms(len(list(layers_of(fields))))


def _table(layers: int) -> TablePlan:
    """A row for each layer, and the totals below them."""
    numbers = [str(number) for number in range(1, layers + 1)]
    rows = [TableRow((f"layer {number}",), tuple(f"{name}{number}" for name in COUNTS)) for number in numbers]
    if layers > 1:
        rows.append(TableRow(("all",), COUNTS))
    headings = (("",), ("weights",), ("biases",), ("parameters",), ("multiply-adds",))
    return TablePlan("Counts", headings, tuple(rows))


def _statement(fields: ParametersFields, layers: Sequence[Layer]) -> Statement:
    asks = ("How many parameters are there to train?" if len(layers) == 1 else "How many parameters has each layer, "
            "and how many are there in all?")  # fmt: skip
    initial = "" if fields.initialization is None else " How are the initial weights of each layer drawn?"
    if fields.mlp is not None:
        sizes = " – ".join(map(str, fields.mlp))
        biases = "with biases" if fields.biases else "without biases"
        told = f"A multi-layer perceptron has the sizes {sizes} ({biases}).{_initial(fields)}"
        return Statement((f"{told}\n\n",), (f"{asks}{initial}",))
    begins = "" if fields.input is None else f" with {fields.input} features in its input"
    sequence = "" if fields.sequence is None else f" It works on sequences of {fields.sequence} tokens."
    lines = [f"{number}. {_in_words(layer)}" for number, layer in enumerate(layers, start=1)]
    return Statement(
        ("\n".join([f"A model{begins} has these layers.{sequence}{_initial(fields)}", "", *lines]),),
        (f"{asks}{initial}",),
    )


def _initial(fields: ParametersFields) -> str:
    if fields.initialization is None:
        return ""
    scheme, how = SCHEMES[fields.initialization.scheme], fields.initialization.distribution
    return f" Its weights are drawn by {scheme.title}, from a {how} distribution."


def _in_words(layer: Layer) -> str:
    said = list(details(layer))
    return f"{layer.rule.title}{': ' if said else ''}{', '.join(said)}"
