"""The layers of `parameters`: those of vectors and sequences by their sizes, those of images as in a convolutional
network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError

from deepcalc.errors import Fault, Location, listed
from deepcalc.fields.types import Fields, Flag, described, whole, wrong
from deepcalc.kinds._layers import MODELS as IMAGE_MODELS
from deepcalc.kinds._layers import LayerFields
from deepcalc.notation.names import is_identifier, plain_form
from deepcalc.notation.typed import NumberText
from deepcalc.rules.layers import ELEMENTWISE, LAYER_TAGS, LAYERS
from deepcalc.rules.model_sizes import BLOCKS, SIZE_ALIASES, SIZE_RULES, SizeRule

Size = int | str
"""How many: a number, or a letter."""

_CHAIN = re.compile(r"\s*[-–→,]\s*|\s*->\s*|\s+")


def size_of(value: Any) -> Size:
    """A whole number, or a letter."""
    if isinstance(value, str) and not isinstance(value, NumberText):
        if is_identifier(value):
            return value
        raise wrong(f"expected a whole number or a letter such as d, found {described(value)}")
    return whole(1)(value)


SizeField = Annotated[Size, PlainValidator(size_of), WithJsonSchema({"type": ["integer", "string"]})]


def _chain(value: Any) -> tuple[Size, ...]:
    """``1000-512-256-5``, or a list of sizes."""
    parts = value if isinstance(value, list) else _CHAIN.split(value.strip()) if isinstance(value, str) else []
    sizes = []
    for part in parts:
        text = NumberText(part) if isinstance(part, str) and part.isdigit() else part
        try:
            sizes.append(size_of(text))
        except PydanticCustomError:
            raise wrong(f"expected sizes such as 1000-512-256-5, found {described(value)}") from None
    if len(sizes) < 2:
        raise wrong(f"expected two sizes or more, such as 1000-512-256-5, found {described(value)}")
    return tuple(sizes)


UnitSizes = Annotated[
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


def _first_alone(first: str | None) -> BeforeValidator:
    """A layer may be given the first of its sizes alone, ``dense: 5``."""
    return BeforeValidator(lambda value: value if isinstance(value, dict) or not first else {first: value})


def _model(name: str, rules: tuple[SizeRule, ...], title: str) -> Any:
    """The fields of a layer, or of a block of several, from the sizes in the table."""
    own: dict[str, Any] = {}
    for rule in rules:
        for field, _, meaning in rule.sizes:
            optional = field in (rule.defaults or {})
            type_ = SizeField | None if optional else SizeField
            own[field] = (type_, Field(None if optional else ..., description=meaning))
    if any(rule.recurrent for rule in rules):
        own["bidirectional"] = (Flag, Field(False, description="both directions, each with weights of its own"))
    if any(rule.tied for rule in rules):
        own["tied"] = (
            Flag,
            Field(False, description="whether its weights are those of the embedding at the beginning"),
        )
    first = next(iter(own), None)

    model = create_model(f"{name.capitalize()}Layer", __base__=LayerSizeFields, **own)
    model.__doc__ = title
    known = {*own, *LayerSizeFields.model_fields}
    model.other_names = {alias: field for alias, field in SIZE_ALIASES.items() if field in known and alias not in known}
    return Annotated[model, _first_alone(first)]


MODELS: Mapping[str, Any] = {
    **{name: _model(name, (rule,), rule.meaning) for name, rule in SIZE_RULES.items()},
    **{
        name: _model(name, tuple(SIZE_RULES[layer] for layer in dict.fromkeys(block.layers)), block.title)
        for name, block in BLOCKS.items()
    },
}


class ImageLayerFields(LayerFields):
    """What a layer of a convolutional network has where its sort stands around its fields."""

    @model_validator(mode="before")
    @classmethod
    def _unwrapped(cls, data: Any) -> Any:
        return data

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(core_schema), {"type": ["integer", "number", "string", "array", "null"]}]}

    @classmethod
    def own_data(cls, data: Any, location: Location) -> tuple[Any, Location]:
        return data, location


def _image_model(tag: str) -> Any:
    """The fields of a layer of images, of which the first may be given alone: ``max_pool: 2``."""
    of_tag = IMAGE_MODELS[tag]
    bases = (ImageLayerFields, of_tag)
    model = create_model(of_tag.__name__, __base__=bases, __doc__=of_tag.rule.meaning)
    first = next((field.partition(":")[0] for field in of_tag.rule.fields), None)

    annotated: Any = Annotated[model, _first_alone(first)]
    return annotated


IMAGE_TAGS = tuple(tag for tag in LAYERS if tag not in MODELS)
"""The layers of images, but for those that work on vectors alike."""


def _as_layer(value: Any) -> Any:
    """``- layer_norm`` alone, or ``- layer_norm:``, is ``- layer_norm: {}``, and ``- relu`` a function."""
    if isinstance(value, dict):
        return {name: {} if own is None else own for name, own in value.items()}
    if not isinstance(value, str):
        return value
    if value in ELEMENTWISE:
        return {"activation": value}
    tag = LAYER_TAGS.get(plain_form(value), value)
    return {tag: {}} if tag in MODELS or tag in IMAGE_TAGS else value


class _OneLayer(Fields):
    """A layer by its sort: ``{dense: {units: 5}}``, or ``{dense: 5}``."""

    def faults(self) -> Iterator[Fault]:
        given = self.model_fields_set
        if len(given) != 1:
            found = listed(sorted(given)) if given else "none"
            yield Fault((), f"expected one layer: {listed((*MODELS, *IMAGE_TAGS))}; found {found}")

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(core_schema), {"enum": [*MODELS, *IMAGE_TAGS, *ELEMENTWISE]}]}

    @property
    def sort(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def own(self) -> Any:
        return getattr(self, self.sort)


_ITEM_FIELDS: dict[str, Any] = {
    name: (
        model | None,
        Field(None, description=SIZE_RULES[name].meaning if name in SIZE_RULES else BLOCKS[name].meaning),
    )
    for name, model in MODELS.items()
} | {tag: (_image_model(tag) | None, Field(None, description=LAYERS[tag].meaning)) for tag in IMAGE_TAGS}
LayerItem: Any = create_model("LayerItem", __base__=_OneLayer, **_ITEM_FIELDS)
LayerItem.other_names = {name: row.tag for row in LAYERS.values() for name in row.aliases if name not in _ITEM_FIELDS}
LayerItemField = Annotated[LayerItem, BeforeValidator(_as_layer)]
