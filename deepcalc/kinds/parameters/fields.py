"""The fields of `parameters`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, PlainValidator, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from deepcalc.errors import Fault, Location, listed
from deepcalc.fields.types import Count, Fields, Flag, Positive, described, or_its, whole, wrong
from deepcalc.kinds._initial import DrawnFields
from deepcalc.notation.names import is_identifier
from deepcalc.notation.typed import NumberText
from deepcalc.rules.initialization import SCHEMES
from deepcalc.rules.model_sizes import BLOCKS, OPTIMIZER_STATES, SIZE_RULES, SizeRule

OptimizerName = StrEnum("OptimizerName", [*OPTIMIZER_STATES])  # type: ignore[misc]

Size = int | str
"""How many: a number, or a letter."""

_CHAIN = re.compile(r"\s*[-–→,]\s*|\s*->\s*|\s+")


def _size(value: Any) -> Size:
    if isinstance(value, str) and not isinstance(value, NumberText):
        if is_identifier(value):
            return value
        raise wrong(f"expected a whole number or a letter such as d, found {described(value)}")
    return whole(1)(value)


SizeField = Annotated[Size, PlainValidator(_size), WithJsonSchema({"type": ["integer", "string"]})]


def _chain(value: Any) -> tuple[Size, ...]:
    """``1000-512-256-5``, or a list of sizes."""
    parts = value if isinstance(value, list) else _CHAIN.split(value.strip()) if isinstance(value, str) else []
    sizes = []
    for part in parts:
        text = NumberText(part) if isinstance(part, str) and part.isdigit() else part
        try:
            sizes.append(_size(text))
        except PydanticCustomError:
            raise wrong(f"expected sizes such as 1000-512-256-5, found {described(value)}") from None
    if len(sizes) < 2:
        raise wrong(f"expected two sizes or more, such as 1000-512-256-5, found {described(value)}")
    return tuple(sizes)


Chain = Annotated[
    tuple[Size, ...], PlainValidator(_chain), WithJsonSchema({"type": ["string", "array"], "items": {}, "minItems": 2})
]


def _bias_vectors(value: Any) -> int:
    if isinstance(value, bool):
        return int(value)
    found = whole(0)(value)
    if found > 2:
        raise wrong("expected true, false, or 2 for two bias vectors of a recurrent layer")
    return found


Biases = Annotated[int, PlainValidator(_bias_vectors), WithJsonSchema({"type": ["boolean", "integer"]})]


class LayerSizeFields(Fields):
    """What all layers have."""

    times: SizeField | None = Field(None, description="so many of them, one behind the other")
    biases: Biases | None = Field(None, description="whether it has biases, where otherwise than the others")

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(core_schema), {"type": ["integer", "string", "null"]}]}


def _model(name: str, rules: tuple[SizeRule, ...], title: str) -> type[LayerSizeFields]:
    """The fields of a layer, or of a block of several, from the sizes in the table."""
    own: dict[str, Any] = {}
    for rule in rules:
        for field, _, meaning in rule.sizes:
            optional = field in (rule.defaults or {})
            type_ = SizeField | None if optional else SizeField
            own[field] = (type_, Field(None if optional else ..., description=meaning))
    if any(rule.recurrent for rule in rules):
        own["bidirectional"] = (Flag, Field(False, description="both directions, each with weights of its own"))
    first = next(iter(own), None)

    def alone(value: Any) -> Any:
        """A layer that is given its first size alone, ``dense: 5``."""
        return {} if value is None else value if isinstance(value, dict) else {first: value} if first else value

    model = create_model(f"{name.capitalize()}Layer", __base__=LayerSizeFields, **own)
    model.__doc__ = title
    annotated: Any = Annotated[model, BeforeValidator(alone)]
    return annotated  # type: ignore[no-any-return]


MODELS: Mapping[str, Any] = {
    **{name: _model(name, (rule,), rule.meaning) for name, rule in SIZE_RULES.items()},
    **{
        name: _model(name, tuple(SIZE_RULES[layer] for layer in dict.fromkeys(block.layers)), block.title)
        for name, block in BLOCKS.items()
    },
}


def _as_layer(value: Any) -> Any:
    """``- layer_norm`` alone is ``- layer_norm: {}``."""
    return {value: {}} if isinstance(value, str) and value in MODELS else value


class _OneLayer(Fields):
    """A layer by its sort: ``{dense: {units: 5}}``, or ``{dense: 5}``."""

    def faults(self) -> Iterator[Fault]:
        given = self.model_fields_set
        if len(given) != 1:
            yield Fault((), f"expected one layer: {listed(MODELS)}; found {listed(sorted(given)) if given else 'none'}")

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(core_schema), {"enum": list(MODELS)}]}

    @property
    def sort(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def own(self) -> Any:
        return getattr(self, self.sort)


_ITEM_FIELDS: dict[str, Any] = {
    name: (
        model | None,
        Field(None, description=SIZE_RULES[name].meaning if name in SIZE_RULES else f"A {BLOCKS[name].title}."),
    )
    for name, model in MODELS.items()
}
LayerItem: Any = create_model("LayerItem", __base__=_OneLayer, **_ITEM_FIELDS)


class InitialFields(DrawnFields):
    """How the weights of an MLP are drawn in the beginning; biases are 0."""

    activation: Literal["linear", "relu"] = Field(
        "linear", description="of the hidden layers, for the variances: linear (or tanh near 0), or relu, which halves"
    )
    input_variance: Positive | None = Field(
        None, description="the mean square of an input: adds varz1, varz2, …, the variances of the net inputs"
    )
    gradient_variance: Positive | None = Field(
        None, description="the variance of the derivative by an output: adds vard1, …, those by the layers' inputs"
    )


class ParametersFields(Fields):
    """A model by its sizes alone, numbers or letters: what there is to train, to compute and to store."""

    mlp: Chain | None = Field(
        None, description="a multi-layer perceptron by its sizes, input first: 1000-512-256-5 or [d, h, k]"
    )
    input: SizeField | None = Field(
        None, description="the features of the input; an embedding at the beginning needs none"
    )
    layers: list[Annotated[LayerItem, BeforeValidator(_as_layer)]] | None = Field(
        None, min_length=1, description=f"the layers in order, each one of {listed(MODELS)}"
    )
    biases: Biases = Field(
        True, description="true, false, or 2 for recurrent layers with two bias vectors (PyTorch, and GRU in Keras)"
    )
    vectors: Literal["columns", "rows"] = Field(
        "columns",
        description="what W stands before or behind: columns is W x + b, W is out × in; rows x W + b, in × out",
    )
    sequence: SizeField | None = Field(
        None, description="tokens in a sequence; multiply-adds are then those of the whole sequence, else of one token"
    )
    bytes: Count = Field(4, description="bytes of a number: 4 for float32, 2 for float16")
    optimizer: OptimizerName | None = Field(
        None, description=f"{listed(OPTIMIZER_STATES)}: adds the memory of training, with gradients and their averages"
    )

    initialization: Annotated[InitialFields | None, or_its("scheme")] = Field(
        None,
        description="of an mlp, or of dense layers: adds fan_in1, fan_out1, the variance varw1 of the weights, and "
        "limit1 or std1",
    )

    def faults(self) -> Iterator[Fault]:
        if (self.mlp is None) == (self.layers is None):
            yield Fault(("mlp",), "give either `mlp`, or `layers` with an `input`")
            return
        if self.initialization is not None:
            sorts = [] if self.mlp is not None else [sort for _, sort, _ in self.sizes_at()]
            if any(sort != "dense" for sort in sorts) or any(own.times is not None for _, _, own in self.sizes_at()):
                yield Fault(
                    ("initialization",), "initial weights are those of an `mlp`, or of dense `layers`, each once"
                )
            if "fan" in self.initialization.model_fields_set and not SCHEMES[self.initialization.scheme].chooses:
                yield Fault(("initialization", "fan"), f"{self.initialization.scheme} is of both, fan in and fan out")
        if self.mlp is not None:
            if self.input is not None:
                yield Fault(("input",), "the first size of the `mlp` is its input; leave `input` out")
            return
        for index, item in enumerate(self.layers or ()):
            for fault in item.faults():
                yield Fault(("layers", index), fault.message)
            if len(item.model_fields_set) == 1 and item.sort == "embedding" and index:
                yield Fault(("layers", index, "embedding"), "an embedding stands at the beginning")
        begins = any("embedding" in item.model_fields_set for item in (self.layers or [])[:1])
        if begins and self.input is not None:
            yield Fault(("input",), "an embedding takes tokens of its vocabulary; leave `input` out")
        if not begins and self.input is None:
            yield Fault(("input",), "missing `input`: the features of the input")

    def sizes_at(self) -> Iterator[tuple[Location, str, Any]]:
        """Each layer, or block, with its place and its sort."""
        for index, item in enumerate(self.layers or ()):
            yield ("layers", index, item.sort), item.sort, item.own
