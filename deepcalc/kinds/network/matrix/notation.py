"""The fields that choose the notation of a network, and those of the matrix notation alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from deepcalc.errors import Fault
from deepcalc.fields.constants import parse_constant
from deepcalc.fields.given import Given
from deepcalc.fields.types import Fields, Identifier, NotNegative
from deepcalc.graph.quantities import Letter
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.nodes import Literal as Number

_SIZES = re.compile(r"\s*\w+(\s+x\s+\w+)+\s*|\s*[A-Za-z]\w*\s*")


def _as_space(value: Any) -> Any:
    """The sizes ``2 x 3`` or ``h`` of a letter as its space, ``R^(2 x 3)``."""
    is_sizes = isinstance(value, str) and _SIZES.fullmatch(value) and parse_constant(value) is None and value != "R"
    return f"R^({value.strip()})" if is_sizes else value


Matrix = Annotated[Given, BeforeValidator(_as_space)]
"""What an author gives, or the sizes of a letter alone, ``2 x 3``."""


def _by_layer(value: Any) -> str:
    return "by_layer" if isinstance(value, dict) else "matrix"


MatrixTargets = Annotated[
    Annotated[dict[Identifier, Matrix], Tag("by_layer")] | Annotated[Matrix, Tag("matrix")], Discriminator(_by_layer)
]
"""The targets of the only layer that has some, or those of each by the names of the layers."""

OF_MATRICES = ("samples_as", "X", "Y", "weights", "names", "sample_weights")

_IN_SCALARS = "leave out `notation` for that"
OF_SCALARS: Mapping[str, str] = {
    "inputs": "the samples are `X`",
    "targets": "the targets are `Y`",
    "target_noise": "the targets are `Y`, their noise added to them",
    "samples": "all samples are in `X` and `Y`, their weights in `sample_weights`",
    "chain": f"gradients are those of whole arrays; by paths they are written in scalars, {_IN_SCALARS}",
}
"""Fields of the other notation, and what stands in their place."""

OF_UNITS: Mapping[str, str] = {
    "net": "the net inputs are Z{0}; another name stands under `names`",
    "out": "the outputs are A{0}; another name stands under `names`",
    "units": "a layer has as many units as W{0} says",
    "weights": "its weights are W{0} in `weights`",
    "biases": "its biases are b{0} in `weights`",
    "errors": "error terms have their name by `error_terms: {{name: delta}}`",
}
"""Fields of a layer of the other notation, and what stands in their place."""


class BatchFields(Fields):
    """Further samples as matrices."""

    X: Matrix = Field(description="matrix notation: the samples, as rows or columns like those of the training")
    Y: MatrixTargets = Field(description="matrix notation: their targets, given as those of the training")
    sample_weights: list[NotNegative] | None = Field(
        None, description="matrix notation: what each of them counts in their loss; 1 by default"
    )


class NotationFields(Fields):
    """The notation, and what is given in matrices."""

    notation: Literal["scalars", "matrix"] = Field(
        "scalars",
        description="scalars: each unit and weight is a number with a name; matrix: a whole batch at once, from X, Y "
        "and `weights`; `layers` are activations then, [relu, softmax], with Z1 = X W1 + b1, A1 = relu(Z1), …, P = "
        "softmax(Z2); a layer that has more is a mapping: {activation: relu, dropout: {rate: 0.5, mask: [[1, 0]]}}, "
        "{activation: relu, norm: batch}, {from: [layer2, inputs], combine: add, activation: relu}",
    )
    samples_as: Literal["rows", "columns"] = Field(
        "rows", description="matrix notation: a sample is a row of X and Y, Z1 = X W1 + b1, or a column, Z1 = W1 X + b1"
    )
    X: Matrix | None = Field(
        None,
        description="matrix notation: the samples, [[1, 2], [0, 1]], or a single one, [1, 2]; without values its "
        "sizes, N x 2",
    )
    Y: MatrixTargets | None = Field(
        None,
        description="matrix notation: the targets, in the shape of the outputs; of a cross-entropy also the number of "
        "each sample's class, [2, 0, 1]; with `losses` of several layers by their names, {layer1: [[…]], layer2: "
        "[[…]]}",
    )
    weights: dict[Identifier, Matrix] = Field(
        {},
        description="matrix notation: W1, b1, W2, … (W and b of a single layer), as matrices and vectors, {W1: [[…]], "
        "b1: […]}, or without values as letters with their sizes, {W1: 2 x 3, b1: R^3}, {W1: d x h, b1: h}; a layer "
        "without b has no bias; gamma1 and beta1 of a layer that is normalised; one that takes up several arrays has "
        "weights for all of them side by side, in their order",
    )
    names: dict[Identifier, Identifier] = Field(
        {}, description="matrix notation: the course's own names, {A1: H, P: Yhat}"
    )

    sample_weights: list[NotNegative] | None = Field(
        None, description="matrix notation: what each sample counts in the loss; 1 by default"
    )

    def notation_faults(self, layers: Sequence[Fields]) -> Iterator[Fault]:
        """Fields that belong to the other notation."""
        if self.notation == "scalars":
            for name in OF_MATRICES:
                if name in self.model_fields_set:
                    yield Fault((name,), f"`{name}` belongs to matrix notation: say `notation: matrix`")
            yield from self._matrix_faults()
            return
        if isinstance(getattr(self, "validation", None), list):
            yield Fault(("validation",), "in matrix notation further samples are matrices too: {X: [[…]], Y: [[…]]}")
        for name, instead in OF_SCALARS.items():
            if name in self.model_fields_set:
                yield Fault((name,), f"in matrix notation there is no `{name}`; {instead}")
        for index, layer in enumerate(layers):
            for name, instead in OF_UNITS.items():
                if name in layer.model_fields_set:
                    own = type(layer).model_fields[name].alias or name
                    number = "" if len(layers) == 1 and "W" in self.weights else str(index + 1)
                    message = f"in matrix notation a layer has no `{own}`; {instead.format(number)}"
                    yield Fault(("layers", index, own), message)

    def _matrix_faults(self) -> Iterator[Fault]:
        """Matrices where scalar notation has numbers."""
        upstream = getattr(self, "upstream", None)
        if isinstance(upstream, Array | Letter):
            yield Fault(("upstream",), "expected a derivative for each output, {o1: 0.1, o2: -0.3} or a list of them")
        if isinstance(getattr(self, "validation", None), BatchFields):
            yield Fault(("validation",), "expected a list of samples, each with `inputs` and `targets`")
        for name, value in getattr(self, "given", {}).items():
            if not isinstance(value, Number):
                yield Fault(("given", name), "expected a number; an array goes with `notation: matrix`")
