"""A PyTorch or Keras model as its layers: the code is read as a syntax tree, and never run."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from deepcalc.fields.types import described, wrong
from deepcalc.kinds._code_calls import CodeLayer
from deepcalc.kinds._code_flow import Flow
from deepcalc.kinds._sizes import ChannelOrder
from deepcalc.records import record
from deepcalc.rules.frameworks import Library

LONGEST_CODE = 20_000
_AXES = re.compile(r"[\w.]*([123])[dD]\(")
_TYPOGRAPHIC = str.maketrans({**dict.fromkeys("‘’‚′", "'"), **dict.fromkeys("“”„″", '"'), "−": "-", "\u00a0": " "})
"""Signs of typesetting in code that was copied from a page, each with the one that is meant."""


@record
class Code:
    """The layers of a model, and the shape of its input where the code says it, as it is written."""

    library: Library
    layers: tuple[CodeLayer, ...]
    input: tuple[int, ...] | None

    @property
    def order(self) -> ChannelOrder:
        """The order of the sizes that is the library's own."""
        return ChannelOrder.FIRST if self.library is Library.PYTORCH else ChannelOrder.LAST

    @property
    def axes(self) -> int | None:
        """How many axes its windows slide along, as ``Conv2d`` says; None where no name says it."""
        named = (_AXES.match(each.written) for each in self.layers)
        return next((int(found[1]) for found in named if found), None)


def read_code(value: Any) -> Code:
    """The layers that a text of Python says; an error of the field at the place in the text where it cannot be read."""
    if isinstance(value, Code):
        return value
    if not isinstance(value, str) or not value.strip():
        raise wrong(f"expected nn.Sequential(…), keras.Sequential([…]) or a model, found {described(value)}")
    if len(value) > LONGEST_CODE:
        raise wrong(f"expected at most {LONGEST_CODE:,} characters of code, found {len(value):,}")
    flow = Flow(value.translate(_TYPOGRAPHIC))
    layers = flow.layers()
    if not layers:
        raise wrong("there is no layer in the code", 0)
    code = Code(flow.calls.library or Library.PYTORCH, tuple(layers), flow.calls.input)
    return code if code.input or flow.data is None else replace(code, input=_of_sample(flow.data, code.axes))


def _of_sample(shape: tuple[int, ...], axes: int | None) -> tuple[int, ...]:
    """The shape of a sample, of data with an axis of samples or without."""
    has_samples = len(shape) > 1 if axes is None else len(shape) == axes + 2
    return shape[1:] if has_samples else shape


CodeField = Annotated[Any, PlainValidator(read_code), WithJsonSchema({"type": "string"})]
