"""Layers of images in a model, written as those of a convolutional network are."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.kinds._extents import Extent, extent_of
from deepcalc.kinds._layer_names import shape_of
from deepcalc.kinds._layer_words import settings
from deepcalc.kinds._layer_writer import LayerWriter
from deepcalc.kinds._passages import Passage, passages_behind
from deepcalc.kinds._size_graph import add_size
from deepcalc.kinds._sizes import ChannelOrder, InputShape
from deepcalc.kinds.parameters.writing import ImageLayer, LayerRow, SizeWriter
from deepcalc.plan import Composite
from deepcalc.rules.layers import biases, multiply_adds, weights


def add_image(writer: SizeWriter, image: InputShape) -> None:
    """Add the sizes of an input that is an image, or a sequence of known length."""
    names = shape_of(extent_of(image), 0)
    for name, size in zip(names, (*image.sizes, image.channels), strict=True):
        add_size(writer.graph, name, size, ("input",), "Input")
    writer.composites.append(Composite("shape0", writer.order.arranged(names[:-1], names[-1]), " × "))
    writer.begin(names[-1], names[:-1])


def add_images(
    writer: SizeWriter, run: Sequence[ImageLayer], image: InputShape | None, order: ChannelOrder
) -> list[LayerWriter]:
    """Add layers that stand one behind the other; ``image`` is the input, where they begin with it.

    Behind other layers sizes are known by their names alone, so what is left of them is looked at afterwards.
    """
    before = len(writer.rows)
    begun = _named(writer) if image is None else extent_of(image)
    found = list(passages_behind({before: begun}, [each.fields for each in run], before + 1))
    faults = [_placed(each, run, before) for each in found if isinstance(each, Fault)]
    if faults:
        raise FieldError(faults)
    passages = [each for each in found if isinstance(each, Passage)]
    extents = {before: begun, **{passage.number: passage.after for passage in passages}}
    writers, explained = [], []
    for passage, layer in zip(passages, run, strict=True):
        made = LayerWriter(writer.graph, passage, extents)
        made.add_numbers()
        made.add_shape(explain=made.law not in explained)
        explained.append(made.law)
        padded = made.add_padded_size()
        writer.composites += [Composite(f"padded{made.number}", padded, " × ")] if padded else []
        _check(writer, made, layer)
        _add_counts(writer, made, layer.origin)
        _add_arrays(writer, made, order)
        names = shape_of(passage.after, passage.number, writer.order)
        writer.composites.append(Composite(f"shape{passage.number}", names, " × "))
        row = LayerRow(layer.fields.title, tuple(settings(passage)), passage.sources, _places(made), made.channels.name)
        writer.end(row, layer.origin, made.section)
        writers.append(made)
    return writers


def _named(writer: SizeWriter) -> Extent:
    """The shape behind the layers so far, by its names."""
    places = writer.places
    return Extent(places, writer.features, tuple(range(len(places))))


def _places(made: LayerWriter) -> tuple[str, ...]:
    return tuple(name.name for name in made.outputs)


def _placed(fault: Fault, run: Sequence[ImageLayer], before: int) -> Fault:
    """The fault of a layer where that stands in the model."""
    _, place, tag, *rest = fault.location
    layer = run[int(place) - before]
    return Fault((*layer.origin[:-1], tag, *rest), fault.message)


def _check(writer: SizeWriter, made: LayerWriter, layer: ImageLayer) -> None:
    """``FieldError`` where nothing is left of the input along an axis."""
    for name in _places(made):
        value = writer.value(name)
        if value is not None and value < 1:
            raise FieldError(
                [Fault(layer.origin, f"nothing is left of the input of layer {made.number}: {name} = {value}")]
            )


def _add_counts(writer: SizeWriter, made: LayerWriter, origin: Location) -> None:
    number, stages, section = made.number, made.stages, made.section
    positions = None if made.rule.positions is None else made.rule.positions(made.terms)
    writer.add(f"weights{number}", weights(stages), origin, made.rule.weights_note, section, "weights")
    has_biases = made.has_biases and bool(stages)
    of_filters = made.rule.said if positions is not None else "a shift for each"
    told = of_filters if has_biases else "there are none"
    writer.add(f"biases{number}", biases(stages, has_biases), origin, told, section, "biases")
    writer.add(f"params{number}", f"weights{number} + biases{number}", origin, "", section, "parameters")
    counted = stages and positions is not None
    note = "one for each weight at each position" if counted else "no products with weights"
    writer.add(f"macs{number}", multiply_adds(stages, positions), origin, note, section, "macs")


def _add_arrays(writer: SizeWriter, made: LayerWriter, order: ChannelOrder) -> None:
    for name, sides in made.add_arrays(order).items():
        writer.shapes.append(name)
        writer.composites.append(Composite(f"shape_{name}", sides, " × "))
        writer.aliases[f"shape({name})"] = f"shape_{name}"
