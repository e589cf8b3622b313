"""The fields that choose the notation of a network, and those of the matrix notation alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from deepcalc.errors import Fault
from deepcalc.fields.constants import parse_constant
from deepcalc.fields.given import Given
from deepcalc.fields.types import Fields, Identifier
from deepcalc.kinds._activations import ActivationName

_SIZES = re.compile(r"\s*\w+(\s+x\s+\w+)+\s*|\s*[A-Za-z]\w*\s*")


def _as_space(value: Any) -> Any:
    """The sizes ``2 x 3`` or ``h`` of a letter as its space, ``R^(2 x 3)``."""
    is_sizes = isinstance(value, str) and _SIZES.fullmatch(value) and parse_constant(value) is None and value != "R"
    return f"R^({value.strip()})" if is_sizes else value


Matrix = Annotated[Given, BeforeValidator(_as_space)]
"""What an author gives, or the sizes of a letter alone, ``2 x 3``."""

OF_MATRICES = ("samples_as", "X", "Y", "weights", "names")
OF_SCALARS = (
    "inputs", "targets", "upstream", "given", "samples", "validation", "values", "net_input", "chain", "error_terms",
    "losses", "initialization", "total_loss", "activations", "class_weights",
)  # fmt: skip
OF_UNITS = (
    "net",
    "out",
    "units",
    "weights",
    "biases",
    "errors",
    "dropout",
    "norm",
    "max_norm",
    "name",
    "senders",
    "combine",
)


class NotationFields(Fields):
    """The notation, and what is given in matrices."""

    notation: Literal["scalars", "matrix"] = Field(
        "scalars",
        description="scalars: each unit and weight is a number with a name; matrix: a whole batch at once, from X, Y "
        "and `weights`; `layers` are activations then, [relu, softmax], with Z1 = X W1 + b1, A1 = relu(Z1), …, P = "
        "softmax(Z2)",
    )
    samples_as: Literal["rows", "columns"] = Field(
        "rows", description="matrix notation: a sample is a row of X and Y, Z1 = X W1 + b1, or a column, Z1 = W1 X + b1"
    )
    X: Matrix | None = Field(
        None,
        description="matrix notation: the samples, [[1, 2], [0, 1]], or a single one, [1, 2]; without values its "
        "sizes, N x 2",
    )
    Y: Matrix | None = Field(None, description="matrix notation: the targets, in the shape of the outputs")
    weights: dict[Identifier, Matrix] = Field(
        {},
        description="matrix notation: W1, b1, W2, … (W and b of a single layer), as matrices and vectors, {W1: [[…]], "
        "b1: […]}, or without values as letters with their sizes, {W1: 2 x 3, b1: R^3}, {W1: d x h, b1: h}; a layer "
        "without b has no bias",
    )
    names: dict[Identifier, Identifier] = Field(
        {}, description="matrix notation: the course's own names, {A1: H, P: Yhat}"
    )

    def notation_faults(self, layers: Sequence[Fields]) -> Iterator[Fault]:
        """Fields that belong to the other notation."""
        if self.notation == "scalars":
            for name in OF_MATRICES:
                if name in self.model_fields_set:
                    yield Fault((name,), f"`{name}` belongs to matrix notation: say `notation: matrix`")
            return
        for name in OF_SCALARS:
            if name in self.model_fields_set:
                yield Fault(
                    (name,), f"in matrix notation there is no `{name}`; samples and weights are X, Y, `weights`"
                )
        if getattr(self, "reduction", "mean") == "weighted_mean":
            yield Fault(("reduction",), "in matrix notation samples have no weights: expected mean or sum")
        for index, layer in enumerate(layers):
            for name in OF_UNITS:
                if name in layer.model_fields_set:
                    own = type(layer).model_fields[name].alias or name
                    message = f"in matrix notation a layer has no `{own}`; its weights are W{index + 1} in `weights`"
                    yield Fault(("layers", index, own), message)
            if not isinstance(getattr(layer, "activation", None), ActivationName):
                message = f"in matrix notation an activation is one of {', '.join(ActivationName)}"
                yield Fault(("layers", index, "activation"), message)
