"""How many parameters a recurrent layer of some sizes has."""

from __future__ import annotations

from deepcalc.kinds._arrays import PARAMETERS, SIZES, ArrayWriter
from deepcalc.kinds.recurrent.fields import RecurrentFields, SizeFields
from deepcalc.notation.nodes import Literal
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.statement import Statement


def plan_of_sizes(fields: RecurrentFields, sizes: SizeFields) -> Plan:
    """The plan of a problem that asks for the number of parameters alone."""
    writer = ArrayWriter()
    given = {"n_x": sizes.inputs, "n_h": sizes.units}
    if sizes.outputs is not None:
        given["n_y"] = sizes.outputs
    for (name, size), field in zip(given.items(), ("inputs", "units", "outputs"), strict=False):
        writer.given(name, Literal(str(size)), ("sizes", field), SIZES)
    gates = len(fields.row.gates)
    fed_back = "n_y" if fields.row.fed_back == "y" else "n_h"
    at = ("sizes",)
    biases = {0: "", 1: " + n_h"}.get(sizes.biases, f" + {sizes.biases}*n_h")
    gate = f"n_x*n_h + {fed_back}*n_h{biases}"
    writer.add("params_gate", gate, at, "input weights, recurrent weights, biases", PARAMETERS, "parameters")
    peepholes = f" + {len(fields.row.peepholes)}*n_h" if fields.peepholes else ""
    note = f"{gates} gates" if gates > 1 else "one net input"
    times = f"{gates}*params_gate" if gates > 1 else "params_gate"
    writer.add("params_cell", f"{times}{peepholes}", at, note, PARAMETERS, "parameters")
    whole = "params_cell"
    if sizes.outputs is not None:
        bias = " + n_y" if sizes.biases else ""
        writer.add("params_output", f"n_h*n_y{bias}", at, "output layer", PARAMETERS, "parameters")
        whole += " + params_output"
    writer.add("params", whole, at, "parameters in all", PARAMETERS, "parameters")
    told = (
        f"A layer ({fields.row.title}) of {sizes.units} units takes inputs of {sizes.inputs} features"
        f"{f' and has {sizes.outputs} outputs' if sizes.outputs is not None else ''}, with {_biases(sizes.biases)}"
        f"{' and peepholes' if fields.peepholes else ''}."
    )
    return Plan(writer.graph, (PartPlan("a", ("params",)),), Statement((told,), ("How many parameters has it?",)))


def _biases(count: int) -> str:
    return {0: "no biases", 1: "one bias vector for each gate"}.get(count, f"{count} bias vectors for each gate")
