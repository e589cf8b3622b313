"""The fields of the layers: a model for each row of ``rules.layers``, made of the fields that the row names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    Tag,
    WithJsonSchema,
    create_model,
    model_validator,
)

from deepcalc.errors import Location, did_you_mean
from deepcalc.fields.types import Count, Fields, Flag, Fraction01, Identifier, described, whole, wrong
from deepcalc.kinds._letters import CountField
from deepcalc.kinds._sizes import AxisAmounts, AxisSizes, ChannelOrder, InputField, PaddingField
from deepcalc.notation.names import plain_form
from deepcalc.notation.typed import NumberText
from deepcalc.records import record
from deepcalc.rules.layers import ELEMENTWISE, LAYER_TAGS, LAYERS, SETTING_ALIASES, LayerRule

LayerReference = int | str
"""A layer by its number (0 is the input) or by its name."""


def _reference(value: Any) -> LayerReference:
    if isinstance(value, str) and not isinstance(value, NumberText):
        return value
    return whole(0)(value)


def _references(value: Any) -> tuple[LayerReference, ...]:
    several = value if isinstance(value, list) else [value]
    if not several:
        raise wrong("expected the number or name of a layer, or a list of them, found an empty list")
    return tuple(map(_reference, several))


_REFERENCE_SCHEMA = WithJsonSchema({"type": ["integer", "string"]})
Reference = Annotated[LayerReference, PlainValidator(_reference), _REFERENCE_SCHEMA]
References = Annotated[
    tuple[LayerReference, ...],
    PlainValidator(_references),
    WithJsonSchema({"type": ["integer", "string", "array"]}),
]

PADDING_HELP = (
    "zeros added at each end: a number, or height x width ([0, 1] where the first is 0, as YAML reads 0x1 as a "
    "hexadecimal number), or by side, {top: 0, bottom: 1, left: 0, right: 1}, or {total: 2} for both ends together, an "
    "odd one behind; valid adds none; same adds as many as "
    "make the output ceil(size/stride), TensorFlow's and Keras's convention; same_pytorch is PyTorch's, for stride 1 "
    "alone; half adds floor(kernel/2), full kernel - 1"
)


@record
class _FieldRow:
    """The type of a field, its default (needed where it is …), and what it means."""

    type: Any
    default: Any
    meaning: str


_FIELDS: Mapping[str, _FieldRow] = {
    "filters": _FieldRow(
        CountField | None, None, "how many filters: the channels of the output; needed where the input has channels"
    ),
    "kernel": _FieldRow(AxisSizes, ..., "size of a filter: a number, or height x width such as 3x5"),
    "kernel:window": _FieldRow(AxisSizes, ..., "size of the window: a number, or height x width such as 2x3"),
    "stride": _FieldRow(AxisSizes, NumberText("1"), "step of the filters: a number, or height x width"),
    "stride:window": _FieldRow(
        AxisSizes | None, None, "step of the window: a number, or height x width; the kernel's size by default"
    ),
    "padding": _FieldRow(PaddingField, "valid", PADDING_HELP),
    "padding:again": _FieldRow(PaddingField, "valid", "zeros added at each end, in any of the ways of conv"),
    "padding:amount": _FieldRow(PaddingField, ..., "how much at each end: a number, height x width, or by side"),
    "dilation": _FieldRow(AxisSizes, NumberText("1"), "distance between the values that a kernel sees"),
    "output_padding": _FieldRow(AxisAmounts, NumberText("0"), "how much is added to the output's size at its end"),
    "ceil_mode": _FieldRow(Flag, False, "whether a last window that is not full counts too, as in PyTorch"),
    "groups": _FieldRow(Count, 1, "groups of channels; a filter sees the channels of one of them"),
    "multiplier": _FieldRow(Count, 1, "kernels for each channel (depth multiplier)"),
    "bias": _FieldRow(Flag, True, "whether each filter or unit has a bias"),
    "bias:shift": _FieldRow(Flag, True, "whether there is a shift (beta) beside the scale (gamma)"),
    "units": _FieldRow(CountField, ..., "how many units"),
    "rate": _FieldRow(Fraction01 | None, None, "the share that is left out; it changes no count"),
    "function": _FieldRow(Identifier, ..., "the function's name, such as relu; `- relu` alone says it too"),
    "output": _FieldRow(AxisSizes, ..., "size of the output: a number, or height x width"),
    "factor": _FieldRow(AxisSizes, ..., "how many times as large: a number, or height x width"),
    "slopes": _FieldRow(
        Literal["channels", "one", "all"], "channels", "whether each channel has a slope, all one, or each value"
    ),
    "count": _FieldRow(CountField, ..., "how many channels are taken"),
    "over": _FieldRow(Literal["channels", "all"], "channels", "what is normalized together"),
    "with": _FieldRow(References, ..., "the other layer by its number (0 is the input) or name; or a list of them"),
}
"""Every field of the rows, by its name; behind a colon where one name has several meanings."""


class LayerFields(Fields):
    """What all layers have in common: a layer is written ``{conv: {…}}``, with its type as the key."""

    tag: ClassVar[str]
    rule: ClassVar[LayerRule]

    name: Identifier | None = Field(None, description="a name for other layers to refer to")
    source: Reference | None = Field(
        None,
        alias="from",
        description="the layer whose output it takes, by number (0: the input) or name; the one before by default",
    )
    own_input: InputField | None = Field(
        None,
        alias="input",
        description="an input of its own, in any form of `input`, in place of the output of the layer before: so each "
        "layer, or chain of layers, is a question of its own",
    )

    @model_validator(mode="before")
    @classmethod
    def _unwrapped(cls, data: Any) -> Any:
        return data[cls.tag]

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        inner = handler(core_schema)
        alone = {"type": ["integer", "number", "string", "array"]}
        fields = {"anyOf": [inner, alone]} if cls.rule.fields else inner
        whole = {
            "type": "object",
            "properties": {cls.tag: fields},
            "required": [cls.tag],
            "additionalProperties": False,
        }
        names = [*(() if _needed(cls.rule) else (cls.tag,)), *(ELEMENTWISE if "function" in cls.rule.fields else ())]
        return {"anyOf": [whole, {"enum": names}]} if names else whole

    @classmethod
    def own_data(cls, data: Any, location: Location) -> tuple[Any, Location]:
        """What stands under the layer's type, or beside it where that is given as `type`."""
        if not isinstance(data, dict) or "type" in data:
            return data if isinstance(data, dict) and _tag(data["type"]) == cls.tag else None, location
        key = next((key for key in data if _tag(key) == cls.tag), cls.tag)
        return data.get(key), (*location, key)

    @property
    def title(self) -> str:
        return self.rule.title

    def reading_in(self, order: ChannelOrder) -> LayerFields:
        """The layer with its own input, where it has one, read in an order of the channels."""
        if self.own_input is None:
            return self
        return self.model_copy(update={"own_input": self.own_input.read_in(order)})

    def setting(self, field: str, default: Any = None) -> Any:
        """The value of a field of the row; the default for one that the row does not have."""
        return getattr(self, _attribute(field), default)


def _attribute(field: str) -> str:
    """``with`` is no name in Python."""
    name = field.partition(":")[0]
    return "others" if name == "with" else name


def _model(rule: LayerRule) -> type[LayerFields]:
    """The model of a row: its fields first, then those that all layers have."""
    made: dict[str, Any] = {}
    for field in rule.fields:
        row, name = _FIELDS[field], field.partition(":")[0]
        alias: dict[str, Any] = {"alias": name} if name != _attribute(field) else {}
        made[_attribute(field)] = (
            row.type,
            Field(
                row.default,
                description=row.meaning,
                validate_default=True if isinstance(row.default, str) else None,
                **alias,
            ),
        )
    title = "".join(word.capitalize() for word in rule.tag.split("_"))
    model: type[LayerFields] = create_model(title, __base__=LayerFields, __doc__=rule.meaning, **made)
    model.tag, model.rule = rule.tag, rule
    model.other_names = {alias: name for alias, name in SETTING_ALIASES.items() if name in made}
    return model


MODELS: Mapping[str, type[LayerFields]] = {tag: _model(rule) for tag, rule in LAYERS.items()}


def _one_layer(value: Any) -> Any:
    """``relu`` → ``{activation: {function: relu}}``, ``{dense: 10}`` → ``{dense: {units: 10}}``."""
    if isinstance(value, str) and value in ELEMENTWISE:
        return {"activation": {"function": value}}
    if isinstance(value, str) and (tag := _tag(value)) in LAYERS and not _needed(LAYERS[tag]):
        return {tag: {}}
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        value = {value["type"]: {key: item for key, item in value.items() if key != "type"}}
    if not isinstance(value, dict) or not value:
        raise wrong(f"expected a layer such as {{conv: {{filters: 8, kernel: 3}}}}, found {described(value)}")
    unknown = [str(key) for key in value if _tag(key) not in LAYERS]
    if unknown:
        known = did_you_mean(unknown[0], list(LAYERS)) or f"; the layers are {', '.join(LAYERS)}"
        raise wrong(f"unknown layer `{unknown[0][:60]}`{known}")
    if len(value) > 1:
        raise wrong(f"one layer each: begin {list(value)[1]} with a - of its own")
    ((name, fields),) = value.items()
    tag = _tag(name)
    if fields is None:
        return {tag: {}}
    if not isinstance(fields, dict) and LAYERS[tag].fields:
        return {tag: {LAYERS[tag].fields[0].partition(":")[0]: fields}}
    return {tag: fields}


def _tag(name: Any) -> Any:
    """The tag that a name of a layer stands for; the name itself where it is none."""
    return LAYER_TAGS.get(plain_form(name), name) if isinstance(name, str) else name


def _needed(rule: LayerRule) -> bool:
    return any(_FIELDS[field].default is ... for field in rule.fields)


if TYPE_CHECKING:
    LayerField = LayerFields
else:
    LayerField = Annotated[
        reduce(or_, (Annotated[model, Tag(tag)] for tag, model in MODELS.items())),
        Discriminator(lambda value: next(iter(value))),
        BeforeValidator(_one_layer),
    ]
