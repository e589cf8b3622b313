"""A size that is to be found: which one it is, and what keeps it from being found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepcalc.errors import Fault, Location
from deepcalc.kinds._layers import LayerFields
from deepcalc.kinds._letters import Size
from deepcalc.kinds._measures import measures_of, way_of_padding
from deepcalc.kinds._passages import location, passages
from deepcalc.kinds._sizes import UNKNOWN, ChannelOrder, InputShape, PaddingSizes, Sizes
from deepcalc.records import record
from deepcalc.rules.inverses import INPUTS, SOLVED_FOR
from deepcalc.rules.sizes import SAME, SAME_IN_PYTORCH


@record
class Unknown:
    """What is to be found: the input (``layer`` 0), or a field of a layer by its number."""

    layer: int
    field: str
    at: Location


def unknowns(given: InputShape, layers: Sequence[LayerFields]) -> list[Unknown]:
    """Everything that is given as unknown."""
    found = [Unknown(0, "input", ("input",))] if UNKNOWN in (*given.sizes, given.channels) else []
    for number, layer in enumerate(layers, start=1):
        for field in layer.rule.fields:
            name = field.partition(":")[0]
            value = layer.setting(field)
            sizes = value.before if isinstance(value, PaddingSizes) else value
            if isinstance(sizes, Sizes) and UNKNOWN in (*sizes.values, *dict(sizes.named).values()):
                found.append(Unknown(number, name, (*location(number, layer), name)))
    return found


def has_letters(given: InputShape, layers: Sequence[LayerFields]) -> bool:
    """Whether a size, or a number of a layer along an axis, is a letter."""
    measures = (values for layer in layers for values in measures_of(layer, given.axes).values() if values is not None)
    flat = (
        size for values in measures for value in values for size in (value if isinstance(value, tuple) else (value,))
    )
    return any(isinstance(size, str) for size in (*given.sizes, *flat))


def wanted_sizes(
    wanted: Sizes | None, given: InputShape, layers: Sequence[LayerFields], order: ChannelOrder
) -> Sizes | None:
    """The size that is wanted along each axis; channels beside them are left out where they are those of the layers."""
    if wanted is None or len(wanted.values) != len(given.axes) + 1 or len(wanted.values) == 1:
        return wanted
    sizes = list(wanted.values)
    channels = sizes.pop(-1 if order is ChannelOrder.LAST else 0)
    return Sizes(tuple(sizes)) if channels == _channels_behind(given, layers) else wanted


def _channels_behind(given: InputShape, layers: Sequence[LayerFields]) -> Size:
    filters = [each for layer in layers if (each := layer.setting("filters")) is not None]
    return filters[-1] if filters else given.channels


def backward_faults(given: InputShape, layers: Sequence[LayerFields], wanted: Sizes | None) -> Iterator[Fault]:
    """What keeps the unknown from being found."""
    found = unknowns(given, layers)
    if not found:
        yield Fault(("wanted",), "nothing is to be found: give the input, a kernel, a stride or a padding as `unknown`")
        return
    if wanted is None:
        yield Fault(found[0].at, "an unknown is found from `wanted`, the size behind the last layer: give that")
        return
    if any(not isinstance(size, int) or size == UNKNOWN for size in (wanted.along(given.axes) or ())):
        yield Fault(("wanted",), "expected the wanted size as a number, or one for each axis")
        return
    if has_letters(given, layers):
        yield Fault(found[0].at, "a size is found in numbers: give numbers in place of letters")
        return
    if len(found) > 1:
        yield Fault(found[1].at, "one unknown at a time: give all the others")
        return
    if wanted.along(given.axes) is None or not given.axes:
        channels = f"; or all of them and {_channels_behind(given, layers)} channels" if given.channels else ""
        yield Fault(("wanted",), f"expected one size for all axes of the input, or {len(given.axes)}{channels}")
        return
    faults = list(_of_unknown(found[0], given, layers))
    for number, layer in enumerate(layers, start=1):
        faults += _of_layer(number, layer, given)
    yield from faults
    if not faults:
        before = layers[: max(found[0].layer - 1, 0)]
        yield from (fault for fault in passages(given, before) if isinstance(fault, Fault))


def _of_unknown(unknown: Unknown, given: InputShape, layers: Sequence[LayerFields]) -> Iterator[Fault]:
    if not unknown.layer:
        if set(given.sizes) != {UNKNOWN} or given.channels == UNKNOWN:
            yield Fault(unknown.at, "of an input to be found every size is unknown, and the channels are given: ?x?x3")
        return
    layer = layers[unknown.layer - 1]
    every = layer.setting(unknown.field)
    sizes = every.before if isinstance(every, PaddingSizes) else every
    if sizes != Sizes((UNKNOWN,)):
        yield Fault(unknown.at, "expected `unknown` alone, for all axes")
    if not layer.rule.window or unknown.field not in SOLVED_FOR:
        yield Fault(unknown.at, f"of {layer.title} the {unknown.field} cannot be found; of a convolution or pooling")
    elif unknown.field == "kernel" and layer.setting("stride") is None:
        yield Fault(unknown.at, "without a stride of its own the layer steps by its kernel: give the stride")
    elif unknown.field == "kernel" and way_of_padding(layer) in (SAME, SAME_IN_PYTORCH):
        yield Fault(unknown.at, "with same padding every kernel leads to the same size")


def _of_layer(number: int, layer: LayerFields, given: InputShape) -> Iterator[Fault]:
    at = location(number, layer)
    if layer.source is not None or layer.own_input is not None or layer.setting("with"):
        yield Fault(at, "where a size is to be found, each layer takes the output of the one before it")
    if layer.rule.flat is not None or layer.rule.size not in INPUTS:
        yield Fault(at, f"from {layer.title} no way leads back to the size of its input")
    if layer.setting("ceil_mode", False):
        yield Fault((*at, "ceil_mode"), "where a size is to be found, windows that are not full do not count")
    for field, values in measures_of(layer, given.axes).items():
        if values is None:
            yield Fault((*at, field), f"expected one size for all axes, or {len(given.axes)}")
