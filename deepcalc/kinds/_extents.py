"""Shapes before and behind the layers of a network, as far as they are known."""

from __future__ import annotations

from deepcalc.kinds._letters import Size
from deepcalc.kinds._sizes import NO_CHANNELS, InputShape, axes_of
from deepcalc.records import record


@record
class Extent:
    """A shape: sizes by axis (none of a flat vector) and channels; ``alike`` is, for each axis, the first like it.

    Two axes are alike where they have equal sizes by the same arithmetic, so that one is worked out for both. Of the
    input a size may be a letter; what depends on letters is None.
    """

    sizes: tuple[Size | None, ...]
    channels: Size | None
    alike: tuple[int, ...]

    @property
    def axes(self) -> tuple[str, ...]:
        return axes_of(self.sizes, self.channels)

    @property
    def has_channels(self) -> bool:
        """Whether its channels are counted, or its sizes alone."""
        return self.channels != NO_CHANNELS

    @property
    def text(self) -> str:
        sizes = (*self.sizes, self.channels) if self.has_channels else self.sizes
        return "x".join("?" if size is None else str(size) for size in sizes)

    def is_unlike(self, other: Extent) -> bool:
        """Whether sizes differ, as far as they are numbers."""
        pairs = zip(self.sizes, other.sizes, strict=False)
        return len(self.sizes) != len(other.sizes) or any(differ(one, another) for one, another in pairs)


def differ(one: Size | None, other: Size | None) -> bool:
    """Whether two sizes are numbers, and not the same."""
    return isinstance(one, int) and isinstance(other, int) and one != other


def extent_of(given: InputShape) -> Extent:
    """The shape of the input."""
    return Extent(given.sizes, given.channels, tuple(given.sizes.index(size) for size in given.sizes))
