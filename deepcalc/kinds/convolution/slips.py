"""Typical mistakes in the arithmetic of convolutions: in every layer alike, or in one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from deepcalc.kinds._layers import Convolution
from deepcalc.notation.edits import changed
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Call, Name, Plus, Times
from deepcalc.plan import Plan, Slip

if TYPE_CHECKING:
    from deepcalc.kinds.convolution.fields import ConvolutionFields

Change = Callable[[Any], Any]


def slips(fields: ConvolutionFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a convolution problem."""
    numbers = range(1, len(fields.layers) + 1)
    sides = [f"{side}{number}" for number in numbers for side in "HW"]
    for key, message, change in (
        ("no-plus-one", "the + 1 for the first position forgotten", _without_one),
        ("padding-once", "the padding counted once, not at both ends", _padded_once),
        ("ceil-for-floor", "rounded to the wrong side", _rounded_otherwise),
    ):
        formulas = {name: changed(plan.graph[name].formula, change) for name in sides}
        yield Slip(key, message, formulas)
        if len(numbers) > 1:
            for number in numbers:
                own = {name: formulas[name] for name in (f"H{number}", f"W{number}")}
                yield Slip(key, message, own)
    convolutions = [n for n, layer in zip(numbers, fields.layers, strict=True) if isinstance(layer, Convolution)]
    depths = {f"C{number}": Name(f"C{number - 1}") for number in convolutions}
    yield Slip("depth-for-filters", "the depth of the input in place of the number of filters", depths)
    formulas = {f"params{n}": changed(plan.graph[f"params{n}"].formula, _without_bias) for n in convolutions}
    yield Slip("bias-forgotten", "the biases forgotten among the parameters", formulas)


def _without_one(node: Any) -> Any:
    is_size = isinstance(node, Plus) and isinstance(node.args[0], Call) and node.args[-1] == ONE
    return node.args[0] if is_size else None


def _padded_once(node: Any) -> Any:
    return node.args[1] if isinstance(node, Times) and node.args[0] == TWO else None


def _rounded_otherwise(node: Any) -> Any:
    other = {"floor": "ceil", "ceil": "floor"}
    return Call(other[node.function], *node.arguments) if isinstance(node, Call) and node.function in other else None


def _without_bias(node: Any) -> Any:
    """(K·K·C + 1)·F → K·K·C·F."""
    if isinstance(node, Times) and isinstance(node.args[0], Plus) and node.args[0].args[-1] == ONE:
        return Times(*node.args[0].args[0].args, *node.args[1:])
    return None
