"""Random graphs of arrays, each written twice: as formulas for deepcalc and as functions for an autodiff library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

import autograd.numpy as anp
import numpy

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.array_nodes import array
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse

Shape = tuple[int, ...]
Values = Sequence[Any]


@dataclass(frozen=True)
class Form:
    """One way to make a new array of earlier ones: text with a place for each, and the same in the library."""

    text: str
    compute: Callable[..., Any]
    fits: Callable[..., bool]


def _matrix(*shapes: Shape) -> bool:
    return all(len(shape) == 2 for shape in shapes)


def _square(shape: Shape) -> bool:
    return len(shape) == 2 and shape[0] == shape[1]


def _array(shape: Shape) -> bool:
    return bool(shape)


def _vector(*shapes: Shape) -> bool:
    return all(len(shape) == 1 for shape in shapes)


def _same(one: Shape, other: Shape) -> bool:
    return one == other


def _product(one: Shape, other: Shape) -> bool:
    return len(one) in (1, 2) and len(other) in (1, 2) and len(one) + len(other) > 2 and one[-1] == other[0]


def _row(one: Shape, other: Shape) -> bool:
    return len(one) == 2 and len(other) == 1 and one[1] == other[0]


def _scalar(one: Shape, other: Shape) -> bool:
    return bool(one) and not other


def _same_columns(one: Shape, other: Shape) -> bool:
    return _vector(one, other) or (_matrix(one, other) and one[1] == other[1])


def _softmax(axis: int) -> Callable[[Any], Any]:
    def compute(x: Any) -> Any:
        powers = anp.exp(x - anp.max(x, axis=axis, keepdims=True))
        return powers / anp.sum(powers, axis=axis, keepdims=True)

    return compute


def _log_softmax(axis: int) -> Callable[[Any], Any]:
    def compute(x: Any) -> Any:
        return x - anp.log(anp.sum(anp.exp(x), axis=axis, keepdims=True))

    return compute


def _windows(x: Any, kernel: int, stride: int, padding: int, value: float) -> list[list[Any]]:
    """The windows of an image, row by row, each as a list of its entries."""
    rows, columns = x.shape
    padded = anp.full((rows + 2 * padding, columns + 2 * padding), value)
    top = anp.concatenate([padded[:padding, padding : padding + columns], x, padded[:padding, :columns]], axis=0)
    side = padded[:, :padding]
    whole = anp.concatenate([side, top, side], axis=1)
    height = (rows + 2 * padding - kernel) // stride + 1
    width = (columns + 2 * padding - kernel) // stride + 1
    return [
        [
            [whole[i * stride + a, j * stride + b] for a in range(kernel) for b in range(kernel)]
            for j in range(width)
        ]
        for i in range(height)
    ]  # fmt: skip


def _conv2d(stride: int, padding: int) -> Callable[[Any, Any], Any]:
    def compute(x: Any, k: Any) -> Any:
        entries = [k[a, b] for a in range(2) for b in range(2)]
        return anp.array(
            [
                [sum(own * other for own, other in zip(window, entries, strict=True)) for window in row]
                for row in _windows(x, 2, stride, padding, 0.0)
            ]
        )

    return compute


def _pool2d(stride: int, of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: anp.array([[of(anp.array(w)) for w in row] for row in _windows(x, 2, stride, 0, 0.0)])


def _conv1d(x: Any, k: Any) -> Any:
    return anp.array([sum(x[i + a] * k[a] for a in range(k.shape[0])) for i in range(x.shape[0] - k.shape[0] + 1)])


def _cube(shape: Shape) -> bool:
    return len(shape) == 3


def _wide(shape: Shape) -> bool:
    return len(shape) == 2 and min(shape) > 1


def _c(shape: Shape) -> bool:
    return shape == (2, 2)


def _column(one: Shape, other: Shape) -> bool:
    return _matrix(one, other) and one[1] > 1 and other == (one[0], 1)


def _masked(x: Any) -> Any:
    powers = anp.exp(x) * numpy.array([[1.0, 0.0], [1.0, 1.0]])
    return powers / anp.sum(powers, axis=1, keepdims=True)


def _hot(x: Any, classes: int, first: int) -> Any:
    return numpy.eye(classes)[numpy.asarray(anp.argmax(x, axis=1)) + 1 - first]


def _largest(x: Any) -> Any:
    """1 at the first largest entry of each row."""
    return _hot(x, x.shape[1], 1)


def _dilated(x: Any, k: Any) -> Any:
    """A kernel of two by two whose entries lie two apart, on an image of three by three."""
    return anp.array([[x[0, 0] * k[0, 0] + x[0, 2] * k[0, 1] + x[2, 0] * k[1, 0] + x[2, 2] * k[1, 1]]])


def _padded_pool(of: Callable[[Any], Any], value: float) -> Callable[[Any], Any]:
    return lambda x: anp.array([[of(anp.array(w)) for w in row] for row in _windows(x, 2, 2, 1, value)])


def _pool1d(of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: anp.array([of(x[i : i + 2]) for i in range(x.shape[0] - 1)])


FORMS = [
    Form("{0} + {1}", lambda x, y: x + y, _same),
    Form("{0} - {1}", lambda x, y: x - y, _same),
    Form("{0} * {1}", lambda x, y: x * y, _same),
    Form("{0}/(2 + {1}^2)", lambda x, y: x / (2 + y**2), _same),
    Form("{0} + {1}", lambda x, y: x + y, _row),
    Form("{1} * {0}", lambda x, y: x * y, _row),
    Form("{1}*{0}", lambda x, y: x * y, _scalar),
    Form("{0} - {1}", lambda x, y: x - y, _scalar),
    Form("{0} @ {1}", lambda x, y: x @ y, _product),
    Form("{0}.T @ {1}", lambda x, y: x.T @ y, lambda x, y: _matrix(x, y) and x[0] == y[0]),
    Form("{0}.T", lambda x: x.T, _matrix),
    Form("tanh({0})", anp.tanh, _array),
    Form("sigmoid({0})", lambda x: 1 / (1 + anp.exp(-x)), _array),
    Form("relu({0})", lambda x: anp.maximum(x, 0), _array),
    Form("exp({0}/4)", lambda x: anp.exp(x / 4), _array),
    Form("log(1 + {0}^2)", lambda x: anp.log(1 + x**2), _array),
    Form("sqrt(1 + {0}^2)", lambda x: anp.sqrt(1 + x**2), _array),
    Form("abs({0})", anp.abs, _array),
    Form("-{0}/3", lambda x: -x / 3, _array),
    Form("sum({0})", anp.sum, _array),
    Form("sum({0}, axis=0)", lambda x: anp.sum(x, axis=0), _matrix),
    Form("sum({0}, axis=1)", lambda x: anp.sum(x, axis=1), _matrix),
    Form("mean({0})", anp.mean, _array),
    Form("mean({0}, axis=0)", lambda x: anp.mean(x, axis=0), _matrix),
    Form("mean({0}, axis=1)", lambda x: anp.mean(x, axis=1), _matrix),
    Form("max({0})", anp.max, _array),
    Form("max({0}, axis=1)", lambda x: anp.max(x, axis=1), _matrix),
    Form("min({0}, axis=0)", lambda x: anp.min(x, axis=0), _matrix),
    Form("norm({0})", lambda x: anp.sqrt(anp.sum(x**2)), _array),
    Form("softmax({0})", lambda x: _softmax(0)(x), _vector),
    Form("softmax({0}, axis=1)", _softmax(1), _matrix),
    Form("softmax({0}, axis=0)", _softmax(0), _matrix),
    Form("log_softmax({0}, axis=1)", _log_softmax(1), _matrix),
    Form("outer({0}, {1})", anp.outer, _vector),
    Form("trace({0})", anp.trace, _square),
    Form("det({0} + 9*identity({n}))", lambda x: anp.linalg.det(x + 9 * anp.eye(x.shape[0])), _square),
    Form("inv({0} + 9*identity({n}))", lambda x: anp.linalg.inv(x + 9 * anp.eye(x.shape[0])), _square),
    Form("diag({0})", anp.diag, _vector),
    Form("concat({0}, {1})", lambda x, y: anp.concatenate([x, y]), _same_columns),
    Form("flatten({0})", lambda x: anp.reshape(x, (-1,)), _matrix),
    Form("reshape({0}, shape=({n}, 1))", lambda x: anp.reshape(x, (-1, 1)), _vector),
    Form("{0}[1]", lambda x: x[0], _array),
    Form("{0}[:, 2]", lambda x: x[:, 1], lambda x: len(x) == 2 and x[1] > 1),
    Form("[{0}[1]^2, {0}[2]*{0}[1]]", lambda x: anp.array([x[0] ** 2, x[1] * x[0]]), lambda x: _vector(x) and x[0] > 1),
    Form("conv2d({0}, {1}, stride=1, padding=1)", _conv2d(1, 1), lambda x, k: _matrix(x, k) and k == (2, 2)),
    Form("conv2d({0}, {1}, stride=2)", _conv2d(2, 0), lambda x, k: _matrix(x) and min(x) > 1 and k == (2, 2)),
    Form("conv1d({0}, {1})", _conv1d, lambda x, k: _vector(x, k) and x[0] >= k[0]),
    Form("max_pool2d({0}, kernel=2, stride=1)", _pool2d(1, anp.max), lambda x: _matrix(x) and min(x) > 1),
    Form("avg_pool2d({0}, kernel=2, stride=1)", _pool2d(1, anp.mean), lambda x: _matrix(x) and min(x) > 1),
    Form("{0}^2", lambda x: x**2, _array),
    Form("{0}^3 - 2*{0}", lambda x: x**3 - 2 * x, _array),
    Form("elu({0})", lambda x: anp.where(x > 0, x, anp.exp(anp.minimum(x, 0)) - 1), _array),
    Form("leaky_relu({0}, 0.1)", lambda x: anp.where(x > 0, x, 0.1 * x), _array),
    Form("softplus({0})", lambda x: anp.log(1 + anp.exp(x)), _array),
    Form("{0} + {1}", lambda x, y: x + y, _column),
    Form("{0}*{1}", lambda x, y: x * y, _column),
    Form("{0}/(2 + {1}^2)", lambda x, y: x / (2 + y**2), _row),
    Form("max({0}, axis=0)", lambda x: anp.max(x, axis=0), _matrix),
    Form("min({0}, axis=1)", lambda x: anp.min(x, axis=1), _matrix),
    Form("min({0})", anp.min, _array),
    Form("norm({0}, axis=0)", lambda x: anp.sqrt(anp.sum(x**2, axis=0)), _wide),
    Form("norm({0}, axis=1)", lambda x: anp.sqrt(anp.sum(x**2, axis=1)), _wide),
    Form("log_softmax({0}, axis=0)", _log_softmax(0), _matrix),
    Form("log_softmax({0})", lambda x: _log_softmax(0)(x), _vector),
    Form("masked_softmax({0}, [[1, 0], [1, 1]], axis=1)", _masked, _c),
    Form("is_max({0}, axis=1)*{0}", lambda x: _largest(x) * x, _matrix),
    Form("is_min({0}, axis=1)*{0}", lambda x: _largest(-x) * x, _matrix),
    Form("one_hot(argmax({0}, axis=1), classes=4)", lambda x: _hot(x, 4, 1), _matrix),
    Form("one_hot(argmin({0}, axis=1), classes=4)", lambda x: _hot(-x, 4, 1), _matrix),
    Form("{0} + ones({n}, 2)", lambda x: x + 1, lambda x: len(x) == 2 and x[1] == 2),
    Form("{0} - zeros({n})", lambda x: x - 0, _vector),
    Form("expand({0}, axis=0)", lambda x: anp.reshape(x, (1, -1)), _vector),
    Form("expand({0}, axis=1)", lambda x: anp.reshape(x, (-1, 1)), _vector),
    Form("permute({0}, axes=(1, 0))", anp.transpose, _matrix),
    Form("flip({0})", lambda x: x[::-1], _vector),
    Form("flip({0})", lambda x: x[::-1, ::-1], _matrix),
    Form("flip({0}, axes=1)", lambda x: x[:, ::-1], _matrix),
    Form("pad({0}, by=1)", lambda x: anp.concatenate([numpy.zeros(1), x, numpy.zeros(1)]), _vector),
    Form("concat({0}, {1}, axis=1)", lambda x, y: anp.concatenate([x, y], axis=1), lambda x, y: _matrix(x, y)
         and x[0] == y[0]),
    Form("{0}[1, :]", lambda x: x[0, :], _matrix),
    Form("{0}[1:2]", lambda x: x[:2], lambda x: bool(x) and x[0] > 1),
    Form("{0}[2, 1]*{0}", lambda x: x[1, 0] * x, _wide),
    Form("max_pool1d({0}, kernel=2, stride=1)", _pool1d(anp.max), lambda x: _vector(x) and x[0] > 1),
    Form("avg_pool1d({0}, kernel=2, stride=1)", _pool1d(anp.mean), lambda x: _vector(x) and x[0] > 1),
    Form("max_pool2d({0}, kernel=2, padding=1)", _padded_pool(anp.max, -1e9), _wide),
    Form("avg_pool2d({0}, kernel=2, padding=1)", _padded_pool(anp.mean, 0.0), _wide),
    Form("conv2d({0}, {1}, dilation=2)", _dilated, lambda x, k: x == (3, 3) and k == (2, 2)),
    Form("conv2d({0}, [{1}, 2*{1}], padding=1)", lambda x, k: anp.array([_conv2d(1, 1)(x, k), _conv2d(1, 1)(x, 2 * k)]),
         lambda x, k: _matrix(x) and k == (2, 2)),
    Form("[{0}, 2*{0}^2]", lambda x: anp.array([x, 2 * x**2]), _matrix),
    Form("sum({0}, axis=2)", lambda x: anp.sum(x, axis=2), _cube),
    Form("mean({0}, axis=1)", lambda x: anp.mean(x, axis=1), _cube),
    Form("max({0}, axis=2)", lambda x: anp.max(x, axis=2), _cube),
    Form("softmax({0}, axis=2)", _softmax(2), _cube),
    Form("permute({0}, axes=(2, 0, 1))", lambda x: anp.transpose(x, (2, 0, 1)), _cube),
    Form("{0} @ {1}", lambda x, y: x @ y, lambda x, y: _cube(x) and _matrix(y) and x[-1] == y[0]),
]  # fmt: skip

GIVEN: dict[str, Shape] = {"A": (2, 3), "B": (3, 2), "C": (2, 2), "D": (3, 3), "u": (3,), "v": (2,), "c": (),
                           "p": (2, 1), "T": (2, 2, 3)}  # fmt: skip


@dataclass
class ArrayGraph:
    """A graph, its given values as NumPy arrays, and the same computation in the library."""

    graph: Graph
    given: dict[str, Any]
    steps: list[tuple[str, Form, tuple[str, ...]]] = field(default_factory=list)

    def compute(self, *given: Any) -> dict[str, Any]:
        """Every quantity, from the given ones in order."""
        values = dict(zip(self.given, given, strict=True))
        for name, form, operands in self.steps:
            values[name] = form.compute(*(values[operand] for operand in operands))
        return values

    def loss(self, *given: Any) -> Any:
        """The number at the end: the mean of the squares of all that has been made."""
        values = self.compute(*given)
        return sum(anp.mean(values[name] ** 2) for name, _, _ in self.steps)


def random_graph(seed: int, steps: int = 4) -> ArrayGraph:
    """A random graph; every form is its first step for some seed."""
    random = Random(seed)
    graph = Graph()
    given: dict[str, Any] = {}
    for name, shape in GIVEN.items():
        count = int(numpy.prod(shape)) if shape else 1
        numbers = [Fraction(n, 10) for n in random.sample([n for n in range(-19, 20) if n], count)]  # none twice
        literals = [Literal(str(float(number)), number) for number in numbers]
        graph.add(Quantity(name, given=array(literals, shape) if shape else literals[0]))
        given[name] = numpy.array([float(number) for number in numbers]).reshape(shape)
    made = ArrayGraph(graph, given)
    shapes: dict[str, Shape] = dict(GIVEN)
    first: Form | None = FORMS[seed % len(FORMS)]
    while len(made.steps) < steps:
        form = first or random.choice(FORMS)
        operands = _operands(form, list(shapes.items()), random)
        if operands is None:
            continue
        first = None
        name = f"q{len(made.steps) + 1}"
        size = shapes[operands[0]][0] if shapes[operands[0]] else 1
        graph.add(Quantity(name, parse(form.text.format(*operands, n=size))))
        made.steps.append((name, form, operands))
        shapes[name] = numpy.shape(made.compute(*given.values())[name])
    squares = " + ".join(f"mean({name}^2)" if shapes[name] else f"{name}^2" for name, _, _ in made.steps)
    graph.add(Quantity("L", parse(squares)))
    return made


def _operands(form: Form, shapes: list[tuple[str, Shape]], random: Random) -> tuple[str, ...] | None:
    """Quantities that the form fits, at random; None where no try finds some."""
    arity = 2 if "{1}" in form.text else 1
    for _ in range(200):
        chosen = [random.choice(shapes) for _ in range(arity)]
        if form.fits(*(shape for _, shape in chosen)):
            return tuple(name for name, _ in chosen)
    return None
