"""What a printed line of arrays says: interval arithmetic over NumPy's arrays of objects, operation by operation."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np
from mpmath import iv

from deepcalc.notation.array_nodes import Apply, Array, Entrywise, Item, MatrixProduct, Prime, Slice, Transpose
from deepcalc.notation.grids import Grid
from deepcalc.notation.nodes import Cases, Literal
from tests.solution.array_windows import WINDOWED, largest, total

ADD, MULTIPLY, DIVIDE = (np.frompyfunc(each, 2, 1) for each in (operator.add, operator.mul, operator.truediv))

Of = Callable[[Any], Any]
"""The value of a part: an interval, or an array of them."""


def array_of(grid: Grid, entry: Callable[[Any], Any]) -> Any:
    """An array of intervals, each made of an entry."""
    found = np.empty(len(grid.entries), dtype=object)
    found[:] = [entry(value) for value in grid.entries]
    return found.reshape(grid.shape)


def array_interval(node: Any, of: Of) -> Any:
    """The value of a node of arrays."""
    match node:
        case Array():
            return _stacked([of(part) for part in node.args])
        case Entrywise():
            return reduce(MULTIPLY, map(of, node.args))
        case MatrixProduct():
            left, right = map(of, node.args)
            return np.matmul(left, right)
        case Transpose():
            return of(node.args[0]).T
        case Item():
            array, *indices = node.args
            return of(array)[tuple(_index(each) for each in indices)]
        case Prime(function="relu"):
            return np.frompyfunc(_step, 1, 1)(of(node.arguments[0]))
        case Cases():
            return _by_cases(node, of)
        case Apply():
            return _APPLIED[node.operation](node.settings, *map(of, node.operands))
    raise AssertionError(f"no rule for {type(node).__name__}")


def _by_cases(node: Any, of: Of) -> Any:
    """Entry by entry, by what is above what; an interval where that cannot be told from the figures."""
    ((value, condition),) = node.branches
    assert condition.operators == [">"]
    above, below = map(of, condition.operands)
    difference = ADD(above, np.negative(below))
    choose = np.frompyfunc(_chosen, 3, 1)
    return choose(difference, of(value), of(node.otherwise))


def _chosen(difference: Any, value: Any, otherwise: Any) -> Any:
    if difference.a > 0:
        return value
    if difference.b <= 0:
        return otherwise
    return iv.mpf([min(value.a, otherwise.a), max(value.b, otherwise.b)])


def _stacked(parts: list[Any]) -> Any:
    found = np.empty((len(parts), *np.shape(parts[0])), dtype=object)
    for place, part in enumerate(parts):
        found[place] = part
    return found


def _index(node: Any) -> Any:
    if isinstance(node, Slice):
        return slice(_position(node.args[0]) - 1, _position(node.args[1])) if node.args else slice(None)
    return _position(node) - 1


def _position(node: Any) -> int:
    assert isinstance(node, Literal)
    return int(node.text)


def _step(x: Any) -> Any:
    return iv.mpf([float(x.a > 0), float(x.b > 0)])


def _over(combine: Callable[[Any], Any]) -> Callable[..., Any]:
    """An operation over the axis that its settings name, or over all entries."""

    def applied(settings: Mapping[str, Any], x: Any) -> Any:
        if "axis" not in settings:
            return combine(list(x.ravel()))
        lines = np.moveaxis(x, settings["axis"], -1)
        found = np.empty(lines.shape[:-1], dtype=object)
        for place in np.ndindex(found.shape):
            found[place] = combine(list(lines[place]))
        return found

    return applied


def _softmax(settings: Mapping[str, Any], x: Any) -> Any:
    exponentials = np.frompyfunc(iv.exp, 1, 1)(x)
    sums = _over(total)(settings, exponentials)
    return DIVIDE(exponentials, sums if "axis" not in settings else np.expand_dims(sums, settings["axis"]))


def _masked_softmax(settings: Mapping[str, Any], scores: Any, mask: Any) -> Any:
    kept = MULTIPLY(mask, np.frompyfunc(iv.exp, 1, 1)(scores))
    sums = _over(total)(settings, kept)
    return DIVIDE(kept, sums if "axis" not in settings else np.expand_dims(sums, settings["axis"]))


def _determinant(settings: Mapping[str, Any], x: Any) -> Any:
    if len(x) == 1:
        return x[0, 0]
    minors = (np.delete(x[1:], column, axis=1) for column in range(len(x)))
    return total([x[0, at] * (-1) ** at * _determinant({}, minor) for at, minor in enumerate(minors)])


def _inverse(settings: Mapping[str, Any], x: Any) -> Any:
    size = len(x)
    found = np.empty((size, size), dtype=object)
    for i, j in np.ndindex(size, size):
        minor = np.delete(np.delete(x, j, axis=0), i, axis=1)
        found[i, j] = (-1) ** (i + j) * (_determinant({}, minor) if size > 1 else iv.mpf(1)) / _determinant({}, x)
    return found


def _eigenvalues(settings: Mapping[str, Any], x: Any) -> Any:
    """Those of the middles, each as far to both sides as the matrix may be from its middle (Weyl's inequality)."""
    middles = np.array([[float(each.mid) for each in row] for row in x])
    away = sum(float(each.delta) for each in x.ravel()) + 1e-9 * (1 + np.abs(middles).sum())
    found = np.empty(len(x), dtype=object)
    found[:] = [iv.mpf([value - away, value + away]) for value in np.linalg.eigvalsh((middles + middles.T) / 2)]
    return found


def _diagonal(settings: Mapping[str, Any], x: Any) -> Any:
    return MULTIPLY(np.eye(len(x), dtype=int), x) if x.ndim == 1 else x.diagonal()


def _padded(settings: Mapping[str, Any], x: Any) -> Any:
    by = settings["by"]
    around = by if isinstance(by, tuple) else (by,) * x.ndim
    return np.pad(x, [(each, each) for each in around], constant_values=iv.mpf(0))


def _one_hot(settings: Mapping[str, Any], labels: Any) -> Any:
    """Rows with a 1 where the number of a class is the label, which is exact."""
    classes = range(settings.get("from", 1), settings.get("from", 1) + settings["classes"])
    return np.array([[iv.mpf(int(label.a == label.b == each)) for each in classes] for label in labels], dtype=object)


def _place_of_largest(parts: list[Any]) -> Any:
    """The places, counted from 1, at which the largest may stand."""
    least = max(part.a for part in parts)
    places = [place for place, part in enumerate(parts, start=1) if part.b >= least]
    return iv.mpf([places[0], places[-1]])


_APPLIED: dict[str, Callable[..., Any]] = {
    "one_hot": _one_hot,
    "argmax": _over(_place_of_largest),
    "sum": _over(total),
    "mean": _over(lambda parts: total(parts) / len(parts)),
    "max": _over(largest),
    "min": _over(lambda parts: -largest([-part for part in parts])),
    "norm": _over(lambda parts: iv.sqrt(total([part**2 for part in parts]))),
    "softmax": _softmax,
    "masked_softmax": _masked_softmax,
    "trace": lambda settings, x: total(list(x.diagonal())),
    "outer": lambda settings, x, y: MULTIPLY(x[:, None], y[None, :]),
    "diag": _diagonal,
    "identity": lambda settings, n: MULTIPLY(np.eye(int(n.a), dtype=int), iv.mpf(1)),
    "ones": lambda settings, *sizes: MULTIPLY(np.ones([int(n.a) for n in sizes], dtype=int), iv.mpf(1)),
    "det": _determinant,
    "inv": _inverse,
    "eigvals": _eigenvalues,
    "concat": lambda settings, *parts: np.concatenate(parts, settings.get("axis", 0)),
    "expand": lambda settings, x: np.expand_dims(x, settings["axis"]),
    "permute": lambda settings, x: np.transpose(x, settings["axes"]),
    "flip": lambda settings, x: np.flip(x, settings.get("axes")),
    "pad": _padded,
    "reshape": lambda settings, x: np.reshape(x, settings["shape"]),
    "flatten": lambda settings, x: np.reshape(x, -1),
    **WINDOWED,
}
