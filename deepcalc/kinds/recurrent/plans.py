"""How many parameters recurrent layers of some sizes have."""

from __future__ import annotations

from deepcalc.graph.quantities import Letter
from deepcalc.kinds._arrays import PARAMETERS, SIZES, ArrayWriter, part_in_letters
from deepcalc.kinds._letters import how_many, names_of_sizes
from deepcalc.kinds.recurrent.fields import RecurrentFields
from deepcalc.kinds.recurrent.sizes import SizeFields
from deepcalc.notation.nodes import Literal
from deepcalc.plan import Plan
from deepcalc.plan.statement import Statement

_NAMES = {"inputs": "n_x", "units": "n_h", "outputs": "n_y", "layers": "N", "sequence": "T"}

OPERATIONS = "Multiply-adds"

ABOVE = "_above"
"""What ends the names of a layer's counts that reads the states of another one."""


def size_names(sizes: SizeFields) -> dict[str, str]:
    """What the sizes of inputs, units and outputs, and the number of layers are called."""
    given = {field: getattr(sizes, field) for field in _NAMES if field != "layers" or sizes.is_stacked}
    return names_of_sizes(given, _NAMES)


def state_size(fields: RecurrentFields, sizes: SizeFields) -> str:
    """The entries of what comes out of a layer: of both directions side by side twice those of one."""
    units = size_names(sizes)["units"]
    return f"2*{units}" if sizes.bidirectional and fields.merges_side_by_side else units


def of_gate(
    fields: RecurrentFields, sizes: SizeFields, *, inputs: str = "", recurrent: bool = True, biases: int = 1
) -> str:
    """How many parameters the net input of a gate has."""
    names = size_names(sizes)
    x, h = inputs or names["inputs"], names["units"]
    fed_back = names["outputs"] if fields.row.fed_back == "y" else h
    by_state = f" + {fed_back}*{h}" if recurrent else ""
    return f"{x}*{h}{by_state}{f' + {biases}*{h}' if biases > 1 else f' + {h}' * biases}"


def plan_of_sizes(fields: RecurrentFields, sizes: SizeFields) -> Plan:
    """The plan of a problem that asks for the number of parameters alone."""
    writer, names = ArrayWriter(), size_names(sizes)
    for field, name in names.items():
        size = getattr(sizes, field)
        if name not in writer.graph:
            writer.given(name, Letter() if name == size else Literal(str(size)), ("sizes", field), SIZES)
    _add_cell(writer, fields, sizes)
    whole = ["2*params_cell" if sizes.bidirectional else "params_cell"]
    if "layers" in names:
        _add_cell(writer, fields, sizes, ABOVE)
        both = "2*" if sizes.bidirectional else ""
        whole.append(f"({names['layers']} - 1)*{both}params_cell{ABOVE}")
    if "outputs" in names:
        bias = f" + {names['outputs']}" if fields.bias_vectors else ""
        text = f"{state_size(fields, sizes)}*{names['outputs']}{bias}"
        writer.add("params_output", text, ("sizes",), "output layer", PARAMETERS, "parameters")
        whole.append("params_output")
    writer.add("params", " + ".join(whole), ("sizes",), _whole(sizes), PARAMETERS, "parameters")
    parts = [part_in_letters(writer.graph, "a", ("params",))]
    asked = "How many parameters has it?"
    if sizes.sequence is not None:
        _add_operations(writer, fields, sizes)
        parts.append(part_in_letters(writer.graph, "b", ("macs", "flops")))
        asked += " How many multiply-adds do its products with weights take, and how many FLOPs are these?"
    return Plan(writer.graph, tuple(parts), Statement((_told(fields, sizes),), (asked,)))


def _add_cell(writer: ArrayWriter, fields: RecurrentFields, sizes: SizeFields, which: str = "") -> None:
    """Add the parameters of one gate, and of one cell, of the first layer or of one above it."""
    gates, units, at = len(fields.row.gates), size_names(sizes)["units"], ("sizes",)
    inputs = state_size(fields, sizes) if which else ""
    gate = of_gate(fields, sizes, inputs=inputs, biases=fields.bias_vectors)
    weights = "input weights, recurrent weights" + (", biases" if fields.bias_vectors else "")
    note = f"above, the input is the state below: {weights}" if which else weights
    writer.add(f"params_gate{which}", gate, at, note, PARAMETERS, "parameters")
    peepholes = f" + {len(fields.row.peepholes)}*{units}" if fields.peepholes else ""
    times = f"{gates}*params_gate{which}" if gates > 1 else f"params_gate{which}"
    note = f"{gates} gates" if gates > 1 else "one net input"
    writer.add(f"params_cell{which}", f"{times}{peepholes}", at, note, PARAMETERS, "parameters")


def _add_operations(writer: ArrayWriter, fields: RecurrentFields, sizes: SizeFields) -> None:
    """Add the multiply-adds of the products with weights, over all steps; what else the gates compute is left out."""
    names, both, at = size_names(sizes), "2*" if sizes.bidirectional else "", ("sizes", "sequence")
    steps, units, gates = names["sequence"], names["units"], len(fields.row.gates)
    terms = []
    for which, inputs in (("", ""), (ABOVE, state_size(fields, sizes))):
        if which and "layers" not in names:
            continue
        weights = of_gate(fields, sizes, inputs=inputs, biases=0)
        peepholes = f" + {len(fields.row.peepholes)}*{units}" if fields.peepholes else ""
        each = f"{gates}*({weights}){peepholes}" if gates > 1 else weights
        note = "a cell in one step, one for each weight"
        writer.add(f"macs_cell{which}", each, at, note, OPERATIONS, "macs")
        times = f"({names['layers']} - 1)*" if which else ""
        terms.append(f"{steps}*{times}{both}macs_cell{which}")
    if "outputs" in names:
        times = f"{steps}*" if fields.output_at == "each" else ""
        note = "the output of each step" if times else "the output of the last step alone"
        text = f"{times}{state_size(fields, sizes)}*{names['outputs']}"
        writer.add("macs_output", text, at, note, OPERATIONS, "macs")
        terms.append("macs_output")
    writer.add("macs", " + ".join(terms), at, "all steps", OPERATIONS, "macs")
    writer.add("flops", "2*macs", at, "a multiplication and an addition each", OPERATIONS, "macs")


def _whole(sizes: SizeFields) -> str:
    directions = "both directions" if sizes.bidirectional else ""
    layers = "the first layer, then those above it" if sizes.is_stacked else ""
    return " of ".join(filter(None, (directions, layers))) or "parameters in all"


def _told(fields: RecurrentFields, sizes: SizeFields) -> str:
    inputs = f"inputs of {how_many(sizes.inputs, 'feature')}"
    units = how_many(sizes.units, "unit")
    outputs = f" has {how_many(sizes.outputs, 'output')}" if sizes.outputs is not None else ""
    biases = {0: "no biases", 1: "one bias vector for each gate"}
    directions = ", in both directions" if sizes.bidirectional else ""
    if sizes.bidirectional and not fields.merges_side_by_side:
        directions += f" (joined by their {fields.merge})"
    if not sizes.is_stacked:
        begins = f"A layer ({fields.row.title}) of {units}{directions} takes {inputs}"
    else:
        begins = f"A network of {sizes.layers} layers ({fields.row.title}), each of {units}{directions}, takes {inputs}"
    bias = biases.get(fields.bias_vectors, f"{fields.bias_vectors} bias vectors for each gate")
    sequence = "" if sizes.sequence is None else f" A sequence has {how_many(sizes.sequence, 'step')}."
    peepholes = " and peepholes" if fields.peepholes else ""
    return f"{begins}{f' and{outputs}' if outputs else ''}, with {bias}{peepholes}.{sequence}"
