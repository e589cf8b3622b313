"""Convolutions and poolings of intervals, as sums over the triples of input, kernel and output that meet."""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import product
from typing import Any

import numpy as np
from mpmath import iv

Settings = Mapping[str, Any]
Place = tuple[int, ...]


def total(parts: Any) -> Any:
    return reduce(operator.add, parts)


def largest(parts: Any) -> Any:
    return iv.mpf([max(part.a for part in parts), max(part.b for part in parts)])


def _gathered(shape: Sequence[int], terms: Mapping[Place, list[Any]]) -> Any:
    found = np.empty(shape, dtype=object)
    for place in np.ndindex(found.shape):
        found[place] = total(terms[place]) if place in terms else iv.mpf(0)
    return found


def _each(settings: Settings, name: str, axes: int, default: int = 0) -> list[int]:
    value = settings.get(name, default)
    return list(value) if isinstance(value, tuple) else [value] * axes


def _size(settings: Settings) -> Place:
    size = settings["size"]
    return size if isinstance(size, tuple) else (size,)


def _outputs(settings: Settings, x: Place, k: Place, axes: int) -> Place:
    spans = zip(x[-axes:], k[-axes:], *_geometry(settings, axes), strict=True)
    samples, one = _samples(x, axes)
    several = k[:1] if len(k) > len(one) else ()
    return (*samples, *several, *((n + 2 * p - d * (m - 1) - 1) // s + 1 for n, m, s, p, d in spans))


def _samples(x: Place, axes: int) -> tuple[Place, Place]:
    """How many samples an input has, if any, and the shape of one."""
    return (x[:1], x[1:]) if len(x) == axes + 2 else ((), x)


def _geometry(settings: Settings, axes: int) -> list[list[int]]:
    return [_each(settings, name, axes, default) for name, default in (("stride", 1), ("padding", 0), ("dilation", 1))]


def _meeting(settings: Settings, x: Place, k: Place, axes: int) -> Iterator[tuple[Place, Place, Place]]:
    """The places of input, kernel and output whose product is part of the convolution."""
    samples, one = _samples(x, axes)
    channels, filters = one[: len(one) - axes], k[:1] if len(k) > len(one) else ()
    geometry = _geometry(settings, axes)
    outputs = _outputs(settings, x, k, axes)[len(samples) + len(filters) :]
    lead = product(*(product(*map(range, sizes)) for sizes in (samples, filters, channels)))
    for (n_th, f, c), g, m in product(lead, product(*map(range, outputs)), [*product(*map(range, k[-axes:]))]):
        at = tuple(i * s + j * d - p for i, j, s, p, d in zip(g, m, *geometry, strict=True))
        if all(0 <= i < n for i, n in zip(at, x[-axes:], strict=True)):
            yield (*n_th, *c, *at), (*f, *c, *m), (*n_th, *f, *g)


def _convolutions(axes: int) -> dict[str, Callable[..., Any]]:
    def forward(settings: Settings, x: Any, k: Any) -> Any:
        terms = defaultdict(list)
        for i, j, g in _meeting(settings, x.shape, k.shape, axes):
            terms[g].append(x[i] * k[j])
        return _gathered(_outputs(settings, x.shape, k.shape, axes), terms)

    def by_input(settings: Settings, adjoint: Any, k: Any) -> Any:
        terms = defaultdict(list)
        for i, j, g in _meeting(settings, _size(settings), k.shape, axes):
            terms[i].append(adjoint[g] * k[j])
        return _gathered(_size(settings), terms)

    def by_kernel(settings: Settings, x: Any, adjoint: Any) -> Any:
        terms = defaultdict(list)
        for i, j, g in _meeting(settings, x.shape, _size(settings), axes):
            terms[j].append(x[i] * adjoint[g])
        return _gathered(_size(settings), terms)

    return {f"conv{axes}d": forward, f"conv{axes}d_input": by_input, f"conv{axes}d_kernel": by_kernel}


def _windows(settings: Settings, shape: Place, axes: int) -> Iterator[tuple[Place, list[Place]]]:
    """Each output of a pooling whose padding does not count, with the places of the input that its window has."""
    padding = _each(settings, "padding", axes)
    assert not any(padding) or settings.get("count_padding", 1) == 0
    assert not settings.get("ceil")
    size = _each(settings, "kernel", axes)
    stride = size if settings.get("stride") is None else _each(settings, "stride", axes)
    sides = shape[-axes:]
    counts = [(n + 2 * p - m) // s + 1 for n, m, s, p in zip(sides, size, stride, padding, strict=True)]
    for lead, out in product(np.ndindex(shape[:-axes]), product(*map(range, counts))):
        begins = (at * s - p for at, s, p in zip(out, stride, padding, strict=True))
        spans = (range(max(at, 0), min(at + m, n)) for at, m, n in zip(begins, size, sides, strict=True))
        yield (*lead, *out), [(*lead, *place) for place in product(*spans)]


def _share(x: Any, place: Place, window: list[Place], passed: Any) -> Any:
    """What the largest entry of a window gets; of entries that may be the largest anything from nothing to all."""
    others = [x[other] for other in window if other != place]
    if all(x[place].a > other.b for other in others):
        return passed
    if any(x[place].b < other.a for other in others):
        return iv.mpf(0)
    return iv.mpf([min(passed.a, 0), max(passed.b, 0)])


def _poolings(axes: int) -> dict[str, Callable[..., Any]]:
    def pooled(combine: Callable[[Any], Any]) -> Callable[..., Any]:
        def run(settings: Settings, x: Any) -> Any:
            found = {out: combine([x[place] for place in window]) for out, window in _windows(settings, x.shape, axes)}
            return _gathered([size + 1 for size in max(found)], {out: [value] for out, value in found.items()})

        return run

    def passed_back(share: Callable[..., Any]) -> Callable[..., Any]:
        def run(settings: Settings, x: Any, adjoint: Any) -> Any:
            terms = defaultdict(list)
            for out, window in _windows(settings, x.shape, axes):
                for place in window:
                    terms[place].append(share(x, place, window, adjoint[out]))
            return _gathered(x.shape, terms)

        return run

    return {
        f"max_pool{axes}d": pooled(largest),
        f"avg_pool{axes}d": pooled(lambda parts: total(parts) / len(parts)),
        f"max_pool{axes}d_input": passed_back(_share),
        f"avg_pool{axes}d_input": passed_back(lambda x, place, window, passed: passed / len(window)),
    }


WINDOWED = {name: run for axes in (1, 2) for name, run in {**_convolutions(axes), **_poolings(axes)}.items()}
