"""Typical mistakes in the sizes of recurrent networks: gates, biases, layers, directions and steps not counted."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds.recurrent.fields import RecurrentFields
from deepcalc.kinds.recurrent.plans import ABOVE, of_gate, size_names, state_size
from deepcalc.kinds.recurrent.sizes import SizeFields

_OTHER_BIASES = {
    1: (2, "two bias vectors for each gate, as PyTorch has them, in place of one"),
    2: (1, "one bias vector for each gate in place of two"),
}


def in_counts(fields: RecurrentFields, sizes: SizeFields) -> Iterator[SlipRow]:
    """Mistakes in the number of parameters and of operations."""
    yield "one-gate", "one gate counted only", {f"params_cell{end}": f"params_gate{end}" for end in ("", ABOVE)}
    inputs = {"": "", ABOVE: state_size(fields, sizes)}
    without = {f"params_gate{end}": of_gate(fields, sizes, inputs=x, biases=0) for end, x in inputs.items()}
    yield "biases-forgotten", "the biases of the gates forgotten", without
    if fields.bias_vectors in _OTHER_BIASES:
        count, told = _OTHER_BIASES[fields.bias_vectors]
        others = {f"params_gate{end}": of_gate(fields, sizes, inputs=x, biases=count) for end, x in inputs.items()}
        yield "bias-vectors", told, others
    alone = {f"params_gate{end}": of_gate(fields, sizes, inputs=x, recurrent=False) for end, x in inputs.items()}
    yield "recurrent-weights-forgotten", "the recurrent weights forgotten", alone
    names = size_names(sizes)
    above = f" + ({names['layers']} - 1)*{{}}params_cell{ABOVE}" if "layers" in names else ""
    output = " + params_output" if "outputs" in names else ""
    if sizes.bidirectional:
        yield "one-direction", "one direction counted only", {"params": f"params_cell{above.format('')}{output}"}
    if above:
        both = "2*" if sizes.bidirectional else ""
        same = {f"params_gate{ABOVE}": of_gate(fields, sizes, biases=fields.bias_vectors)}
        yield (
            "input-of-the-first-layer",
            "the features of the input in all layers, not the state of the layer below",
            same,
        )
        every = f"{both}params_cell + {names['layers']}*{both}params_cell{ABOVE}{output}"
        yield "one-layer-more", "the first layer counted beside as many others", {"params": every}
    if "sequence" in names:
        steps = f"{names['sequence']}*"
        yield "factor-2", "multiply-adds counted as single operations", {"flops": "macs"}
        whole = steps + ("2*" if sizes.bidirectional else "") + "macs_cell"
        if output:
            yield "output-forgotten", "the output layer forgotten", {"macs": whole} if not above else {}
            size = f"{state_size(fields, sizes)}*{names['outputs']}"
            counted = size if fields.output_at == "each" else f"{steps}{size}"
            yield (
                "output-steps",
                "the output counted once, or in each step, where it is otherwise",
                {"macs_output": counted},
            )
        if not above:
            once = "macs_cell" + (" + macs_output" if output else "")
            yield "one-step", "one step counted, not all of them", {"macs": once}
    if sizes.bidirectional and fields.merges_side_by_side:
        units, bias = names["units"], fields.bias_vectors
        narrow = {f"params_gate{ABOVE}": of_gate(fields, sizes, inputs=units, biases=bias)}
        if output:
            narrow["params_output"] = f"{units}*{names['outputs']}" + (f" + {names['outputs']}" if bias else "")
        yield "one-direction-read", "the state of one direction alone read, not of both side by side", narrow
