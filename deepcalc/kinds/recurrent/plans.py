"""How many parameters a recurrent layer of some sizes has."""

from __future__ import annotations

from deepcalc.graph.graph import Letter
from deepcalc.kinds._arrays import PARAMETERS, SIZES, ArrayWriter
from deepcalc.kinds.recurrent.fields import RecurrentFields, SizeFields
from deepcalc.notation.nodes import Literal
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.statement import Statement


def size_names(sizes: SizeFields) -> dict[str, str]:
    """What the sizes of inputs, units and outputs are called: a letter by itself."""
    named = {"inputs": "n_x", "units": "n_h", "outputs": "n_y"}
    given = {field: getattr(sizes, field) for field in named}
    return {field: size if isinstance(size, str) else named[field] for field, size in given.items() if size is not None}


def of_gate(fields: RecurrentFields, sizes: SizeFields, *, recurrent: bool = True, biases: int = 1) -> str:
    """How many parameters the net input of a gate has."""
    names = size_names(sizes)
    x, h = names["inputs"], names["units"]
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
    letters = tuple(quantity.name for quantity in writer.graph if isinstance(quantity.given, Letter))
    units, gates, at = names["units"], len(fields.row.gates), ("sizes",)
    gate = of_gate(fields, sizes, biases=sizes.biases)
    writer.add("params_gate", gate, at, "input weights, recurrent weights, biases", PARAMETERS, "parameters")
    peepholes = f" + {len(fields.row.peepholes)}*{units}" if fields.peepholes else ""
    note = f"{gates} gates" if gates > 1 else "one net input"
    times = f"{gates}*params_gate" if gates > 1 else "params_gate"
    writer.add("params_cell", f"{times}{peepholes}", at, note, PARAMETERS, "parameters")
    whole = "params_cell"
    if sizes.outputs is not None:
        bias = f" + {names['outputs']}" if sizes.biases else ""
        text = f"{units}*{names['outputs']}{bias}"
        writer.add("params_output", text, at, "output layer", PARAMETERS, "parameters")
        whole += " + params_output"
    writer.add("params", whole, at, "parameters in all", PARAMETERS, "parameters")
    told = (
        f"A layer ({fields.row.title}) of {sizes.units} units takes inputs of {sizes.inputs} features"
        f"{f' and has {sizes.outputs} outputs' if sizes.outputs is not None else ''}, with {_biases(sizes.biases)}"
        f"{' and peepholes' if fields.peepholes else ''}."
    )
    part = PartPlan("a", ("params",), terms=letters or None)
    return Plan(writer.graph, (part,), Statement((told,), ("How many parameters has it?",)))


def _biases(count: int) -> str:
    return {0: "no biases", 1: "one bias vector for each gate"}.get(count, f"{count} bias vectors for each gate")
