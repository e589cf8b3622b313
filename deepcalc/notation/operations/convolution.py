"""Convolution of signals and images (cross-correlation, as every framework has it), and its two gradients.

Input, kernel and output are tied together by one relation on each spatial axis, ``x = g·stride + k·dilation - padding``
(x a position of the input, k of the kernel, g of the output); the convolution adds up over k, the gradient by the
input over k and g that meet at x, the gradient by the kernel over g. See Dumoulin and Visin, *A guide to convolution
arithmetic for deep learning*.

Without channels the input and the kernel have the spatial axes alone; with channels the input is channels × sizes
(samples × channels × sizes for a batch) and the kernel filters × channels × sizes. A kernel of one more axis than the
spatial ones is several filters of an input without channels, or one filter of an input with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product as cartesian
from math import prod
from typing import Any

from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import ZERO, Node, Times, total
from deepcalc.notation.operations.row import REQUIRED, Index, Operand, Operation, PullBack, Surroundings
from deepcalc.notation.operations.sliding import SETTINGS, Geometry, geometry_of
from deepcalc.notation.shapes import Shape, ShapeError, concrete, count, shape_text

# ---- floats, in the form (points, samples, channels, sizes)


def _canonical_input(x: Any, rank: int, with_samples: bool, with_channels: bool) -> Any:
    if not with_channels:
        x = x.reshape((*x.shape[: x.ndim - rank], 1, *x.shape[x.ndim - rank :]))
        rank += 1
    if not with_samples:
        x = x.reshape((*x.shape[: x.ndim - rank], 1, *x.shape[x.ndim - rank :]))
        rank += 1
    return x if x.ndim > rank else x[None]


def _canonical_kernel(k: Any, geometry: Geometry) -> Any:
    rank, axes = len(geometry.kernel_shape), len(geometry.kernel)
    lead, sizes = k.shape[: k.ndim - rank], k.shape[k.ndim - axes :]
    return k.reshape((*(lead or (1,)), geometry.filters or 1, geometry.channels or 1, *sizes))


def _window(geometry: Geometry, place: Index) -> tuple[Any, ...]:
    """Where a padded input is read for one place of the kernel."""
    return (
        Ellipsis,
        *(
            slice(at * dilation, at * dilation + stride * (size - 1) + 1, stride)
            for at, dilation, stride, size in zip(
                place, geometry.dilation, geometry.stride, geometry.output, strict=True
            )
        ),
    )


def _result(array: Any, shape: Shape, many: bool) -> Any:
    return array.reshape((array.shape[0], *shape) if many else shape)


def _padded(geometry: Geometry, x: Any) -> Any:
    import numpy

    around = [(0, 0)] * (x.ndim - len(geometry.input)) + [(size, size) for size in geometry.padding]
    return numpy.pad(x, around)


def _cropped(geometry: Geometry, x: Any) -> Any:
    return x[
        (
            Ellipsis,
            *(slice(padding, padding + size) for padding, size in zip(geometry.padding, geometry.input, strict=True)),
        )
    ]


def _kernel_places(geometry: Geometry) -> Iterator[Index]:
    return cartesian(*map(range, geometry.kernel))


def _correlated(geometry: Geometry) -> Callable[..., Any]:
    import numpy

    def run(x: Any, k: Any) -> Any:
        many = x.ndim > len(geometry.input_shape) or k.ndim > len(geometry.kernel_shape)
        given = _canonical_input(
            x, len(geometry.input_shape), geometry.samples is not None, geometry.channels is not None
        )
        kernel = _canonical_kernel(k, geometry)
        padded = _padded(geometry, given)
        result: Any = 0.0
        for place in _kernel_places(geometry):
            weights = kernel[(Ellipsis, *place)]
            result = result + numpy.einsum("pnc...,pfc->pnf...", padded[_window(geometry, place)], weights)
        return _result(result, geometry.output_shape, many)

    return run


def _to_input(geometry: Geometry) -> Callable[..., Any]:
    import numpy

    def run(g: Any, k: Any) -> Any:
        many = g.ndim > len(geometry.output_shape) or k.ndim > len(geometry.kernel_shape)
        given = _canonical_input(
            g, len(geometry.output_shape), geometry.samples is not None, geometry.filters is not None
        )
        kernel = _canonical_kernel(k, geometry)
        points = max(given.shape[0], kernel.shape[0])
        sizes = [size + 2 * padding for size, padding in zip(geometry.input, geometry.padding, strict=True)]
        result: Any = numpy.zeros((points, given.shape[1], kernel.shape[2], *sizes))
        for place in _kernel_places(geometry):
            weights = kernel[(Ellipsis, *place)]
            result[_window(geometry, place)] += numpy.einsum("pnf...,pfc->pnc...", given, weights)
        return _result(_cropped(geometry, result), geometry.input_shape, many)

    return run


def _to_kernel(geometry: Geometry) -> Callable[..., Any]:
    import numpy

    def run(x: Any, g: Any) -> Any:
        many = x.ndim > len(geometry.input_shape) or g.ndim > len(geometry.output_shape)
        batch = geometry.samples is not None
        given = _canonical_input(x, len(geometry.input_shape), batch, geometry.channels is not None)
        passed = _canonical_input(g, len(geometry.output_shape), batch, geometry.filters is not None)
        padded = _padded(geometry, given)
        points = max(given.shape[0], passed.shape[0])
        result: Any = numpy.zeros((points, passed.shape[2], given.shape[2], *geometry.kernel))
        letters = "hwd"[: len(geometry.kernel)]
        for place in _kernel_places(geometry):
            result[(Ellipsis, *place)] = numpy.einsum(
                f"pnf{letters},pnc{letters}->pfc", passed, padded[_window(geometry, place)]
            )
        return _result(result, geometry.kernel_shape, many)

    return run


# ---- the rows


def _entry(geometry: Geometry, of: str, operands: Sequence[Operand], index: Index) -> Node:
    """The sum of products for one entry of the output (g), the input (x) or the kernel (k)."""
    first, second = operands
    axes = len(geometry.input)
    spatial = index[len(index) - axes :]
    paths = [geometry.along(axis, **{of: at}) for axis, at in enumerate(spatial)]
    head = index[: len(index) - axes]
    samples: Sequence[Index] = [()] if geometry.samples is None else [(n,) for n in range(geometry.samples)]
    filters: Sequence[Index] = [()] if geometry.filters is None else [(f,) for f in range(geometry.filters)]
    channels: Sequence[Index] = [()] if geometry.channels is None else [(c,) for c in range(geometry.channels)]
    if of == "g":
        samples, filters = (
            ([head[:1]] if geometry.samples is not None else [()]),
            ([head[-1:]] if geometry.filters is not None else [()]),
        )
    elif of == "x":
        samples, channels = (
            ([head[:1]] if geometry.samples is not None else [()]),
            ([head[-1:]] if geometry.channels is not None else [()]),
        )
    else:
        count = len(filters[0])
        filters, channels = [head[:count]], [head[count:]]
    terms = []
    for sample, number, channel in cartesian(samples, filters, channels):
        for path in cartesian(*paths):
            x, k, g = zip(*path, strict=True)
            places = {"x": (*sample, *channel, *x), "k": (*number, *channel, *k), "g": (*sample, *number, *g)}
            pair = [name for name in "gxk" if name != of] if of == "x" else [name for name in "xkg" if name != of]
            terms.append(Times(first.entry(places[pair[0]]), second.entry(places[pair[1]])))
    return total(*terms) if terms else ZERO


def _sized(node: Apply, axes: int) -> Shape:
    size = node.settings["size"]
    return size if isinstance(size, tuple) else (size,)


def _forward(node: Apply, shapes: Sequence[Shape]) -> Geometry:
    return geometry_of(node, *shapes)


def _by_input(node: Apply, shapes: Sequence[Shape]) -> Geometry:
    """Operands: gradient by the output, kernel; ``size`` is the shape of the input."""
    return geometry_of(node, _sized(node, 0), shapes[1])


def _by_kernel(node: Apply, shapes: Sequence[Shape]) -> Geometry:
    """Operands: input, gradient by the output; ``size`` is the shape of the kernel."""
    return geometry_of(node, shapes[0], _sized(node, 0))


def _forward_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    shape = _forward(node, shapes).output_shape
    count(shape)
    return shape


def _given_shape(find: Callable[[Any, Sequence[Shape]], Geometry], by: str) -> Callable[..., Shape]:
    def shape(node: Node, shapes: Sequence[Shape]) -> Shape:
        geometry = find(node, shapes)
        own = shapes[0] if by == "input" else shapes[1]
        if own != geometry.output_shape:
            raise ShapeError(
                f"the gradient by the output is {shape_text(geometry.output_shape)}, this is {shape_text(own)}", node
            )
        return geometry.input_shape if by == "input" else geometry.kernel_shape

    return shape


def _forward_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    x, k = node.operands
    name = "input" if index == 0 else "kernel"
    settings = {**node.settings, "size": concrete(around.shape(node.operands[index]), node)}
    operands = (adjoint, k) if index == 0 else (x, adjoint)
    return Apply(f"{node.operation}_{name}", settings, *operands)


def _input_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    """The gradient by the input is linear in both of its operands, as the convolution is."""
    settings = {name: value for name, value in node.settings.items() if name != "size"}
    g, k = node.operands
    name = node.operation.removesuffix("_input")
    if index == 0:
        return Apply(name, settings, adjoint, k)
    return Apply(f"{name}_kernel", {**settings, "size": concrete(around.shape(k), node)}, adjoint, g)


def _kernel_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    settings = {name: value for name, value in node.settings.items() if name != "size"}
    x, g = node.operands
    name = node.operation.removesuffix("_kernel")
    if index == 0:
        return Apply(f"{name}_input", {**settings, "size": concrete(around.shape(x), node)}, g, adjoint)
    return Apply(name, settings, x, adjoint)


def _products(node: Node, shapes: Sequence[Shape]) -> int:
    """Products in the sum for one entry: as many as the second operand, which slides, has entries."""
    return prod(concrete(shapes[1], node))


def _row(
    name: str,
    shape: Callable[[Any, Sequence[Shape]], Shape],
    find: Callable[[Any, Sequence[Shape]], Geometry],
    made: str,
    floats: Callable[[Geometry], Callable[..., Any]],
    pull_back: PullBack,
    summary: str,
    sign: tuple[str, str] = ("⋆", r"\star"),
    **settings: Any,
) -> Operation:
    """One of the three operations of a convolution; ``made`` is which of its sides it makes, by the letter."""
    return Operation(
        name,
        shape,
        lambda node, operands, index: _entry(
            find(node, [operand.shape for operand in operands]), made, operands, index
        ),
        lambda node, shapes: floats(find(node, shapes)),
        pull_back,
        arity=2,
        settings={**SETTINGS, **settings},
        inner=_products,
        unicode=f"{{0:power}} {sign[0]} {{1:power}}",
        latex=rf"{{0:power}} {sign[1]} {{1:power}}",
        level="product",
        summary=summary,
    )


def _rows(axes: int) -> Iterator[Operation]:
    name = f"conv{axes}d"
    yield _row(
        name, _forward_shape, _forward, "g", _correlated, _forward_pull_back,
        f"cross-correlation in {axes} dimension{'' if axes == 1 else 's'}, input and kernel: "
        f"{name}(X, K, stride=1, padding=0, dilation=1)",
    )  # fmt: skip
    yield _row(
        f"{name}_input", _given_shape(_by_input, "input"), _by_input, "x", _to_input, _input_pull_back,
        "the full convolution that passes a gradient back to the input (transposed convolution)",
        ("∗", r"\ast"), size=REQUIRED,
    )  # fmt: skip
    yield _row(
        f"{name}_kernel", _given_shape(_by_kernel, "kernel"), _by_kernel, "k", _to_kernel, _kernel_pull_back,
        "the cross-correlation of the input with the gradient by the output: the gradient by the kernel",
        size=REQUIRED,
    )  # fmt: skip


CONVOLUTIONS = (*_rows(1), *_rows(2))
