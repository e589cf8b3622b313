"""How an input passes through layers: in whole numbers, layer by layer, with what does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from deepcalc.errors import Fault, Location, did_you_mean
from deepcalc.graph.evaluation import value_of
from deepcalc.kinds._layers import LayerFields, LayerReference
from deepcalc.kinds._sizes import AXES, InputShape, PaddingSizes
from deepcalc.notation.nodes import Literal
from deepcalc.rules.layers import LayerRule, Terms
from deepcalc.rules.sizes import GIVEN, Padding, Side, begun, reach_of, slid

PER_AXIS = ("kernel", "stride", "padding", "dilation", "output_padding", "output", "factor")
"""The fields that have a size along each axis."""


@dataclass(frozen=True)
class Extent:
    """A shape: sizes by axis (none of a flat vector) and channels; ``alike`` is, for each axis, the first like it.

    Two axes are alike where they have equal sizes by the same arithmetic, so that one is worked out for both.
    """

    sizes: tuple[int, ...]
    channels: int
    alike: tuple[int, ...]

    @property
    def axes(self) -> tuple[str, ...]:
        return AXES[len(self.sizes)]

    @property
    def text(self) -> str:
        return "x".join(map(str, (*self.sizes, self.channels)))


def extent_of(given: InputShape) -> Extent:
    """The shape of the input."""
    return Extent(given.sizes, given.channels, tuple(given.sizes.index(size) for size in given.sizes))


@dataclass(frozen=True)
class Passage:
    """One layer, ``number`` from 1 up, the layers that it takes its inputs from, and the shapes before and behind it.

    ``measures`` are its sizes by field, one along each axis; a padding has two, before and behind.
    """

    number: int
    layer: LayerFields
    sources: tuple[int, ...]
    before: Extent
    after: Extent
    measures: dict[str, tuple[Any, ...]]

    @property
    def rule(self) -> LayerRule:
        return self.layer.rule

    @property
    def padding(self) -> Padding:
        return way_of_padding(self.layer)

    @property
    def sides(self) -> tuple[Side, ...]:
        return sides(self.layer, self.before.sizes, self.measures)


def way_of_padding(layer: LayerFields) -> Padding:
    padding = layer.setting("padding")
    return padding.way if isinstance(padding, PaddingSizes) else GIVEN


def location(number: int, layer: LayerFields) -> Location:
    """Where a layer stands in the fields."""
    return ("layers", number - 1, layer.tag)


def measures_of(layer: LayerFields, axes: Sequence[str]) -> dict[str, tuple[Any, ...] | None]:
    """The layer's sizes by field, along each axis; None for one that is given for other axes."""
    found = {}
    for field in PER_AXIS:
        value = layer.setting(field)
        if field == "stride" and value is None:
            value = layer.setting("kernel")
        if value is not None:
            found[field] = value.along(axes)
    return found


def sides(layer: LayerFields, inputs: Sequence[int], measures: dict[str, tuple[Any, ...]]) -> tuple[Side, ...]:
    """Each side of a layer as numbers, with what it has of sizes."""

    def along(field: str, axis: int, default: Any = None) -> Any:
        value = measures[field][axis] if field in measures else default
        return None if value is None or value == default else Literal(str(value))

    made = []
    for axis, size in enumerate(inputs):
        before, behind = measures["padding"][axis] if "padding" in measures else (None, None)
        written = way_of_padding(layer) is GIVEN and before is not None
        made.append(
            Side(
                Literal(str(size)),
                along("kernel", axis),
                along("stride", axis),
                Literal(str(before)) if written else None,
                Literal(str(behind)) if written and behind != before else None,
                along("dilation", axis, 1),
                along("output_padding", axis, 0),
                along("factor", axis),
                along("output", axis),
                bool(layer.setting("ceil_mode", False)),
            )
        )
    return tuple(replace(side, capped=_is_capped(layer, side)) for side in made)


def _is_capped(layer: LayerFields, side: Side) -> bool:
    """Whether a window that is not full would begin behind the input."""
    padding = way_of_padding(layer)
    if not side.up or not padding.has_kernel:
        return False
    return whole_number(slid(side, padding)) > whole_number(begun(side, padding))


def whole_number(node: Any) -> int:
    """The value of an expression without names."""
    return int(value_of(node, {}))


def passages(given: InputShape, layers: Sequence[LayerFields]) -> Iterator[Passage | Fault]:
    """Each layer's passage in order; what does not fit is a fault, after which nothing follows if it has no output."""
    extents = [extent_of(given)]
    names: dict[str, int] = {}
    for number, layer in enumerate(layers, start=1):
        step = _Step(number, layer, tuple(extents), names)
        faults = list(step.faults())
        yield from faults
        if step.is_blocked:
            return
        yield (passage := step.passage())
        extents.append(passage.after)
        if layer.name:
            names[layer.name] = number


class _Step:
    """One layer among those before it: whether it fits, and its passage if it does."""

    def __init__(self, number: int, layer: LayerFields, extents: Sequence[Extent], names: dict[str, int]) -> None:
        self.number, self.layer, self.extents, self.names = number, layer, extents, names
        self.is_blocked = False
        self._at = location(number, layer)

    @cached_property
    def sources(self) -> tuple[int, ...]:
        """The numbers of the layers whose outputs it takes; -1 for a reference to none."""
        own: LayerReference = self.number - 1 if self.layer.source is None else self.layer.source
        return tuple(map(self._numbered, (own, *self.layer.setting("with", ()))))

    @property
    def before(self) -> Extent:
        return self.extents[self.sources[0]]

    @cached_property
    def measures(self) -> dict[str, Any]:
        return measures_of(self.layer, self.before.axes)

    def passage(self) -> Passage:
        return Passage(self.number, self.layer, self.sources, self.before, self._after(), self.measures)

    def faults(self) -> Iterator[Fault]:
        """What does not fit; ``is_blocked`` from then on if there is no output."""
        for check in (self._of_references, self._of_form, self._of_sizes, self._of_kernel, self._of_channels):
            for fault, blocks in check():
                self.is_blocked = self.is_blocked or blocks
                yield fault
            if self.is_blocked:
                return
        after = self._after()
        if min((*after.sizes, after.channels)) < 1:
            self.is_blocked = True
            yield Fault((*self._at, "padding"), f"nothing is left of {self.before.text} in layer {self._said}")

    @property
    def _said(self) -> str:
        return f"{self.number} ({self.layer.title})"

    def _numbered(self, reference: LayerReference) -> int:
        number = self.names.get(reference, -1) if isinstance(reference, str) else reference
        return number if number < self.number else -1

    def _of_references(self) -> Iterator[tuple[Fault, bool]]:
        if self.layer.name in self.names:
            yield (
                Fault((*self._at, "name"), f"`{self.layer.name}` is already layer {self.names[self.layer.name]}"),
                True,
            )
        given = (
            ("from", () if self.layer.source is None else (self.layer.source,)),
            ("with", self.layer.setting("with", ())),
        )
        for field, references in given:
            for reference in references:
                if self._numbered(reference) < 0:
                    near = did_you_mean(str(reference), list(self.names))
                    known = near or f"; layers before it are 0 (the input) to {self.number - 1}"
                    yield Fault((*self._at, field), f"no layer `{reference}` before layer {self._said}{known}"), True

    def _of_form(self) -> Iterator[tuple[Fault, bool]]:
        needs, has_axes = self.layer.rule.needs, bool(self.before.sizes)
        if needs == "axes" and not has_axes:
            yield Fault(self._at, f"layer {self._said} needs an image or a sequence, and its input is a vector"), True
        if needs == "a vector" and has_axes:
            message = (
                f"layer {self._said} needs a vector, and its input is {self.before.text}: put `- flatten` before it"
            )
            yield Fault(self._at, message), True

    def _of_sizes(self) -> Iterator[tuple[Fault, bool]]:
        axes = self.before.axes
        for field, values in self.measures.items():
            if values is None:
                along = " x ".join(axes)
                yield Fault((*self._at, field), f"expected one size for all axes, or {len(axes)}: {along}"), True

    def _of_kernel(self) -> Iterator[tuple[Fault, bool]]:
        layer, padding = self.layer, way_of_padding(self.layer)
        if "kernel" not in self.measures:
            return
        kernels, strides = self.measures["kernel"], self.measures["stride"]
        if layer.rule.is_pooling and any(
            max(ends) >= kernel for ends, kernel in zip(self.measures["padding"], kernels, strict=True)
        ):
            message = "the padding of a pooling layer must be smaller than its kernel: else a window is all padding"
            yield Fault((*self._at, "padding"), message), False
        if padding.only_stride_one and set(strides) != {1}:
            message = "PyTorch's same padding needs stride 1; say same (TensorFlow's) or half (kernel // 2)"
            yield Fault((*self._at, "padding"), message), True
        steps = zip(self.measures.get("output_padding", ()), strides, self.measures["dilation"], strict=False)
        if any(extra >= max(stride, dilation) for extra, stride, dilation in steps):
            yield Fault((*self._at, "output_padding"), "the output padding must be smaller than the stride"), True
        if layer.rule.window and padding.has_kernel:
            padded, reach = self._padded_and_reach()
            if any(span > size for span, size in zip(reach, padded, strict=True)):
                yield Fault((*self._at, "kernel"), self._too_large(padded, reach)), True

    def _padded_and_reach(self) -> tuple[list[int], list[int]]:
        padding = way_of_padding(self.layer)
        along = sides(self.layer, self.before.sizes, self.measures)
        padded = [whole_number(padding.padded_size(side, side.n)) for side in along]
        return padded, [whole_number(reach_of(side)) for side in along]

    def _too_large(self, padded: Sequence[int], reach: Sequence[int]) -> str:
        kernels, sizes = self.measures["kernel"], self.before.sizes
        within = f"its input {_by(sizes)}" + ("" if tuple(padded) == sizes else f" padded to {_by(padded)}")
        spanned = "" if tuple(reach) == kernels else f", which spans {_by(reach)},"
        needed = max((span - size + 1) // 2 for span, size in zip(reach, sizes, strict=True))
        return (
            f"the kernel {_by(kernels)}{spanned} of layer {self._said} is larger than {within}; "
            f"take a kernel of at most {_by(padded)}, or a padding of at least {needed}"
        )

    def _of_channels(self) -> Iterator[tuple[Fault, bool]]:
        groups = self.layer.setting("groups", 1)
        for field, count in (
            ("channels of its input", self.before.channels),
            ("filters", self.layer.setting("filters")),
        ):
            if groups > 1 and count % groups:
                message = f"layer {self._said} has {groups} groups, which do not divide the {count} {field}"
                yield Fault((*self._at, "groups"), message), True
        for source in self.sources[1:]:
            other = self.extents[source]
            joins = self.layer.rule.joins
            if other.sizes != self.before.sizes or (joins == "shapes" and other.channels != self.before.channels):
                message = f"layer {self._said} joins {self.before.text} with {other.text} of layer {source}"
                yield Fault((*self._at, "with"), f"{message}: their {joins} must be equal"), True

    def _after(self) -> Extent:
        layer, before = self.layer, self.before
        rule, along = layer.rule, sides(self.layer, self.before.sizes, self.measures)
        others = [self.extents[source] for source in self.sources[1:]]
        own = {field: Literal(str(value)) for field in ("filters", "units", "multiplier")
               if (value := layer.setting(field)) is not None}  # fmt: skip
        terms = Terms(
            tuple(side.n for side in along),
            (),
            Literal(str(before.channels)),
            others=tuple(Literal(str(other.channels)) for other in others),
            own=own,
        )
        if rule.flat is not None:
            return Extent((), whole_number(rule.flat(terms)), ())
        sizes = tuple(whole_number(rule.size(side, way_of_padding(layer))) for side in along)
        return Extent(sizes, whole_number(rule.channels(terms)), _alike(before, others, self.measures))


def _alike(before: Extent, others: Sequence[Extent], measures: dict[str, Any]) -> tuple[int, ...]:
    """For each axis the first one that was like it before, in every input, and that the layer treats alike."""
    found: list[int] = []
    for axis in range(len(before.sizes)):
        same = (
            first
            for first in range(axis)
            if all(extent.alike[axis] == extent.alike[first] for extent in (before, *others))
            and all(values[axis] == values[first] for values in measures.values())
        )
        found.append(next(same, axis))
    return tuple(found)


def _by(sizes: Sequence[int]) -> str:
    return "x".join(map(str, sizes))
