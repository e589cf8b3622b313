"""How a kernel slides over its input: sizes, channels and filters, and the positions that belong together.

See Dumoulin and Visin, *A guide to convolution arithmetic for deep learning*.
"""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.shapes import Shape, ShapeError, beside, is_concrete, shape_text
from deepcalc.records import record

SETTINGS = {"stride": 1, "padding": 0, "dilation": 1}


def per_axis(node: Apply, name: str, axes: int, default: int) -> tuple[int, ...]:
    """A setting for each spatial axis: one for all of them, or one each."""
    value = node.settings.get(name, default)
    found = value if isinstance(value, tuple) else (value,) * axes
    if len(found) != axes:
        raise ShapeError(f"{name} has {len(found)} values; {node.operation} has {axes} spatial axes", node)
    if any(each < (0 if name == "padding" else 1) for each in found):
        raise ShapeError(f"{name} is at least {0 if name == 'padding' else 1}", node)
    return found


@record
class Geometry:
    """A convolution: samples and channels (None where there are none), and for each spatial axis its sizes."""

    samples: int | None
    channels: int | None
    filters: int | None
    input: tuple[int, ...]
    kernel: tuple[int, ...]
    output: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]

    @property
    def input_shape(self) -> Shape:
        return (*_some(self.samples), *_some(self.channels), *self.input)

    @property
    def kernel_shape(self) -> Shape:
        return (*_some(self.filters), *_some(self.channels), *self.kernel)

    @property
    def output_shape(self) -> Shape:
        return (*_some(self.samples), *_some(self.filters), *self.output)

    def along(
        self, axis: int, x: int | None = None, k: int | None = None, g: int | None = None
    ) -> list[tuple[int, int, int]]:
        """The positions (x, k, g) on an axis that belong together, those given held fast."""
        stride, padding, dilation = self.stride[axis], self.padding[axis], self.dilation[axis]
        found = []
        for at_k in range(self.kernel[axis]) if k is None else (k,):
            if g is None and x is not None:
                start = x + padding - at_k * dilation
                outputs: Sequence[int] = (start // stride,) if start % stride == 0 else ()
            else:
                outputs = range(self.output[axis]) if g is None else (g,)
            for at_g in outputs:
                at_x = at_g * stride + at_k * dilation - padding
                if 0 <= at_g < self.output[axis] and 0 <= at_x < self.input[axis]:
                    found.append((at_x, at_k, at_g))
        return found


def _some(size: int | None) -> tuple[int, ...]:
    return () if size is None else (size,)


def output_size(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """⌊(N + 2P − D(K − 1) − 1)/S⌋ + 1."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def geometry_of(node: Apply, x: Shape, k: Shape) -> Geometry:
    """The geometry of a convolution node for an input and a kernel; ``ShapeError`` where they do not fit."""
    axes = int(node.operation[4])
    if not (is_concrete(x) and is_concrete(k)):
        raise ShapeError(f"{node.operation} needs sizes that are numbers", node)
    if len(k) == axes and len(x) == axes:
        samples = channels = filters = None
    elif len(k) == axes + 1 and len(x) == axes:
        samples, channels, filters = None, None, k[0]
    elif len(k) == axes + 1 and len(x) == axes + 1:
        samples, channels, filters = None, _common_channels(node, x, k, k[0]), None
    elif len(k) == axes + 2 and len(x) in (axes + 1, axes + 2):
        filters, channels = k[0], _common_channels(node, x, k, k[1])
        samples = x[0] if len(x) == axes + 2 else None
    else:
        raise ShapeError(
            f"{node.operation} takes an input and a kernel of {axes} axes each, or channels × sizes and filters × "
            f"channels × sizes; these are {shape_text(x)} and {shape_text(k)}",
            node,
        )
    stride, padding, dilation = (per_axis(node, name, axes, default) for name, default in SETTINGS.items())
    sizes, kernel = x[-axes:], k[-axes:]
    output = tuple(map(output_size, sizes, kernel, stride, padding, dilation))
    if any(size < 1 for size in output):
        raise ShapeError(f"the kernel {beside(k)} is larger than its input {beside(x)} with padding {padding[0]}", node)
    return Geometry(samples, channels, filters, sizes, kernel, output, stride, padding, dilation)


def _common_channels(node: Apply, x: Shape, k: Shape, taken: int) -> int:
    """The channels of an input, as many as its kernel takes."""
    given = x[-int(node.operation[4]) - 1]
    if given != taken:
        raise ShapeError(
            f"the input {shape_text(x)} has {given} channels, the kernel {shape_text(k)} takes {taken}", node
        )
    return taken
