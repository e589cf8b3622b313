"""How an input passes through layers: in whole numbers, layer by layer, with what does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from deepcalc.errors import Fault, Location, did_you_mean
from deepcalc.kinds._extents import Extent, differ, extent_of
from deepcalc.kinds._layers import LayerFields, LayerReference
from deepcalc.kinds._letters import Size
from deepcalc.kinds._measures import measures_of, node_of, sides, way_of_padding, whole_number
from deepcalc.kinds._sizes import NO_CHANNELS, UNKNOWN, InputShape
from deepcalc.records import record
from deepcalc.rules.layers import LayerRule, Terms
from deepcalc.rules.sizes import Padding, Side, reach_of


@record
class Passage:
    """One layer, ``number`` from 1 up, the layers that it takes its inputs from, and the shapes before and behind it.

    Of the layers 0 is the input, -3 the one that layer 3 has of its own; ``root`` is that from which the layer's first
    input comes.
    ``measures`` are its sizes by field, one along each axis; a padding has two, before and behind.
    """

    number: int
    layer: LayerFields
    sources: tuple[int, ...]
    before: Extent
    after: Extent
    measures: dict[str, tuple[Any, ...]]
    root: int = 0

    @property
    def rule(self) -> LayerRule:
        return self.layer.rule

    @property
    def padding(self) -> Padding:
        return way_of_padding(self.layer)

    @property
    def sides(self) -> tuple[Side, ...]:
        return sides(self.layer, self.before.sizes, self.measures)


def location(number: int, layer: LayerFields) -> Location:
    """Where a layer stands in the fields."""
    return ("layers", number - 1, layer.tag)


def inputs_of(given: InputShape | None, layers: Sequence[LayerFields]) -> dict[int, InputShape]:
    """The input of the whole under 0, where there is one, and those of single layers under their numbers below 0."""
    own = {-number: layer.own_input for number, layer in enumerate(layers, start=1) if layer.own_input is not None}
    return ({} if given is None else {0: given}) | own


def passages(given: InputShape | None, layers: Sequence[LayerFields]) -> Iterator[Passage | Fault]:
    """Each layer's passage in order; what does not fit is a fault, after which nothing follows if it has no output."""
    yield from passages_behind({number: extent_of(each) for number, each in inputs_of(given, layers).items()}, layers)


def passages_behind(
    begun: Mapping[int, Extent], layers: Sequence[LayerFields], first: int = 1
) -> Iterator[Passage | Fault]:
    """The passages of layers, numbered from ``first`` up, behind the shapes that are there before, by number."""
    extents = dict(begun)
    roots = {number: number for number in extents}
    names: dict[str, int] = {}
    for number, layer in enumerate(layers, start=first):
        step = _Step(number, layer, extents, names)
        faults = list(step.faults())
        yield from faults
        if step.is_blocked:
            return
        passage = step.passage(roots[step.sources[0]])
        yield passage
        extents[number], roots[number] = passage.after, passage.root
        if layer.name:
            names[layer.name] = number


class _Step:
    """One layer among those before it: whether it fits, and its passage if it does."""

    def __init__(
        self, number: int, layer: LayerFields, extents: Mapping[int, Extent], names: Mapping[str, int]
    ) -> None:
        self.number, self.layer, self.extents, self.names = number, layer, extents, names
        self.is_blocked = False
        self._at = location(number, layer)

    @cached_property
    def sources(self) -> tuple[int, ...]:
        """The numbers of the layers whose outputs it takes, of its own input below 0."""
        before: LayerReference = self.number - 1 if self.layer.source is None else self.layer.source
        first = self._numbered(before) if self.layer.own_input is None else -self.number
        return tuple(found for found in (first, *map(self._numbered, self._others)) if found is not None)

    @property
    def before(self) -> Extent:
        return self.extents[self.sources[0]]

    @cached_property
    def measures(self) -> dict[str, Any]:
        return measures_of(self.layer, self.before.axes)

    @property
    def _others(self) -> Sequence[LayerReference]:
        """The layers with which it joins its input."""
        found: Sequence[LayerReference] = self.layer.setting("with", ())
        return found

    def passage(self, root: int) -> Passage:
        return Passage(self.number, self.layer, self.sources, self.before, self._after(), self.measures, root)

    def faults(self) -> Iterator[Fault]:
        """What does not fit; ``is_blocked`` from then on if there is no output."""
        for check in (self._of_references, self._of_form, self._of_sizes, self._of_kernel, self._of_channels):
            for fault, blocks in check():
                self.is_blocked = self.is_blocked or blocks
                yield fault
            if self.is_blocked:
                return
        after = self._after()
        if any(isinstance(size, int) and size < 1 for size in after.sizes):
            self.is_blocked = True
            yield Fault((*self._at, "padding"), f"nothing is left of {self.before.text} in layer {self._said}")

    @property
    def _said(self) -> str:
        return f"{self.number} ({self.layer.title})"

    def _numbered(self, reference: LayerReference) -> int | None:
        number = self.names.get(reference) if isinstance(reference, str) else reference
        return number if number in self.extents else None

    def _of_references(self) -> Iterator[tuple[Fault, bool]]:
        if self.layer.name is not None and self.layer.name in self.names:
            yield (
                Fault((*self._at, "name"), f"`{self.layer.name}` is already layer {self.names[self.layer.name]}"),
                True,
            )
        own = self.layer.own_input
        if own is not None and self.layer.source is not None:
            yield Fault((*self._at, "from"), f"layer {self._said} has an input of its own; leave `from` out"), True
        if own is not None and UNKNOWN in (*own.sizes, own.channels):
            yield Fault((*self._at, "input"), "what a single layer takes in is given; leave nothing of it open"), True
        given = (
            ("from", () if self.layer.source is None else (self.layer.source,)),
            ("with", self._others),
        )
        for field, references in given:
            for reference in references:
                if self._numbered(reference) is None:
                    near = did_you_mean(str(reference), list(self.names))
                    first = "0 (the input)" if 0 in self.extents else "1"
                    known = near or f"; layers before it are {first} to {self.number - 1}"
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
        yield from self._of_channels_given(has_axes)

    def _of_channels_given(self, has_axes: bool) -> Iterator[tuple[Fault, bool]]:
        """Filters are said where there are channels, and there alone."""
        has_filters = self.layer.setting("filters") is not None
        if self.before.has_channels:
            if "filters" in self.layer.rule.fields and not has_filters:
                yield Fault(self._at, f"missing `filters`: {self.layer.title} of an input with channels has them"), True
            return
        example = "; say {length: 100, channels: 8} of a sequence" if len(self.before.sizes) == 2 else ""
        told = f"and of the input of layer {self._said}, {self.before.text}, the sizes alone are given"
        if has_filters:
            yield Fault((*self._at, "filters"), f"filters make channels, {told}: add its channels{example}"), True
        elif self.layer.rule.flat is not None:
            yield Fault(self._at, f"{self.layer.title} needs channels, {told}: add them{example}"), True

    def _of_sizes(self) -> Iterator[tuple[Fault, bool]]:
        axes = self.before.axes
        for field, values in self.measures.items():
            if values is None:
                along = " x ".join(axes)
                yield Fault((*self._at, field), f"expected one size for all axes, or {len(axes)}: {along}"), True

        if "padding" in self.measures and "kernel" not in self.measures and not way_of_padding(self.layer).has_amount:
            message = f"layer {self._said} has no kernel that a word could go by: give how much in numbers"
            yield Fault((*self._at, "padding"), message), True

    def _of_kernel(self) -> Iterator[tuple[Fault, bool]]:
        layer, padding = self.layer, way_of_padding(self.layer)
        if "kernel" not in self.measures:
            return
        kernels, strides = self.measures["kernel"], self.measures["stride"]
        if layer.rule.is_pooling and any(
            _at_least(-(-end // max(padding.ends, 1)) if isinstance(end, int) else end, kernel)
            for ends, kernel in zip(self.measures["padding"], kernels, strict=True)
            for end in ends
        ):
            message = "the padding of a pooling layer must be smaller than its kernel: else a window is all padding"
            yield Fault((*self._at, "padding"), message), False
        if padding.only_stride_one and set(strides) != {1}:
            message = "PyTorch's same padding needs stride 1; say same (TensorFlow's) or half (kernel // 2)"
            yield Fault((*self._at, "padding"), message), True
        steps = zip(self.measures.get("output_padding", ()), strides, self.measures["dilation"], strict=False)
        if any(_at_least(extra, stride) and _at_least(extra, dilation) for extra, stride, dilation in steps):
            yield Fault((*self._at, "output_padding"), "the output padding must be smaller than the stride"), True
        if layer.rule.window and padding.has_kernel:
            padded, reach = self._padded_and_reach()
            known = [(span, size) for span, size in zip(reach, padded, strict=True) if None not in (span, size)]
            if any(_at_least(span, size) and span != size for span, size in known):
                yield Fault((*self._at, "kernel"), self._too_large(padded, reach)), True

    def _padded_and_reach(self) -> tuple[list[int | None], list[int | None]]:
        padding = way_of_padding(self.layer)
        along = sides(self.layer, self.before.sizes, self.measures)
        padded = [whole_number(padding.padded_size(side, side.n)) for side in along]
        return padded, [whole_number(reach_of(side)) for side in along]

    def _too_large(self, padded: Sequence[int | None], reach: Sequence[int | None]) -> str:
        kernels, sizes = self.measures["kernel"], self.before.sizes
        within = f"its input {_by(sizes)}" + ("" if tuple(padded) == sizes else f" padded to {_by(padded)}")
        spanned = "" if tuple(reach) == kernels else f", which spans {_by(reach)},"
        missing = [span - size for span, size in zip(reach, sizes, strict=True) if span and isinstance(size, int)]
        needed = (max(missing, default=0) + 1) // 2
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
            if groups > 1 and isinstance(count, int) and count % groups:
                message = f"layer {self._said} has {groups} groups, which do not divide the {count} {field}"
                yield Fault((*self._at, "groups"), message), True
        count, channels = self.layer.setting("count"), self.before.channels
        if isinstance(count, int) and isinstance(channels, int) and count > channels:
            message = f"layer {self._said} takes {count} channels, and its input has {channels}"
            yield Fault((*self._at, "count"), message), True
        for source in self.sources[1:]:
            other, joins = self.extents[source], self.layer.rule.joins
            if not self._fits(other):
                message = f"layer {self._said} joins {self.before.text} with {other.text} of layer {source}"
                needed = _JOINED.get(joins, f"their {joins} must be equal")
                yield Fault((*self._at, "with"), f"{message}: {needed}"), True

    def _fits(self, other: Extent) -> bool:
        """Whether the layer may join its input with another one."""
        joins = self.layer.rule.joins
        if other.has_channels != self.before.has_channels:
            return False
        if joins != "sizes" and differ(other.channels, self.before.channels):
            return False
        is_gate = joins == "gates" and all(size == 1 for size in other.sizes)
        return is_gate or not other.is_unlike(self.before)

    def _after(self) -> Extent:
        layer, before = self.layer, self.before
        rule, along = layer.rule, sides(self.layer, self.before.sizes, self.measures)
        others = [self.extents[source] for source in self.sources[1:]]
        own = {field: node_of(value) for field in ("filters", "units", "multiplier", "count")
               if (value := layer.setting(field)) is not None}  # fmt: skip
        terms = Terms(
            tuple(side.n for side in along),
            (),
            node_of(before.channels),
            others=tuple(node_of(other.channels) for other in others),
            own=own,
        )
        if rule.flat is not None:
            return Extent((), whole_number(rule.flat(terms)), ())
        sizes = tuple(whole_number(rule.size(side, way_of_padding(layer))) for side in along)
        channels = whole_number(rule.channels(terms)) if before.has_channels else NO_CHANNELS
        return Extent(sizes, channels, _alike(before, [each for each in others if each.sizes], self.measures))


_JOINED = {"gates": "their shapes must be equal, or the other have one value for each channel"}
"""What is needed of what is joined, where that is not one thing."""


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


def _at_least(one: Any, other: Any) -> bool:
    """Whether two sizes are numbers, and the first is no less."""
    return isinstance(one, int) and isinstance(other, int) and one >= other


def _by(sizes: Sequence[Size | None]) -> str:
    return "x".join("?" if size is None else str(size) for size in sizes)
