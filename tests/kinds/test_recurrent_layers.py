"""Layers above each other and both directions, against NumPy written out by hand and an autodiff library."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

import autograd
import autograd.numpy as anp
import numpy
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.problem.problem import Problem
from tests.array_problems import Data, assert_same, drawn, exact, loaded
from tests.checking.marking import by_name, written
from tests.kinds.test_recurrent import ACTIVATIONS, GATES, in_pytorch, of_vectors, step, unrolled

PROBLEMS, AT_ONCE = 100, 25
MERGES: Mapping[str, Callable[[Any, Any], Any]] = {
    "concat": lambda a, b: anp.concatenate([anp.atleast_1d(a), anp.atleast_1d(b)]),
    "sum": lambda a, b: a + b,
    "mean": lambda a, b: (a + b) / 2,
    "multiply": lambda a, b: a * b,
}


def problem(fields: str | Data) -> Problem:
    return loaded("recurrent", fields)


def drawn_cell(random: Random, cell: str, taken: Sequence[int], units: Sequence[int]) -> Data:
    """The weights of a cell that reads vectors of a size (or numbers), and some of its initial states."""
    if cell == "elman":
        names = [("W_x", taken), ("W_h", units), ("b", None)]
    else:
        names = [
            (f"{head}_{gate}", size) for gate in GATES[cell] for head, size in (("W", taken), ("U", units), ("b", None))
        ]
    weights = {name: drawn(random, *units, *(size or ())) for name, size in names}
    states = ["h", "c"] if cell == "lstm" else ["h"]
    return {"weights": weights, "initial": {state: drawn(random, *units) for state in states if random.random() < 0.5}}


def configuration(seed: int) -> Data:
    """A problem of several layers, each with one direction or both, of numbers or of vectors."""
    random = Random(seed)
    cell, merge = random.choice(["elman", "lstm", "gru"]), random.choice([*MERGES])
    of_numbers = random.random() < 0.3 and merge != "concat"
    depth, steps = random.choice([1, 2, 2, 3]), random.choice([1, 2, 3])
    taken: tuple[int, ...] = () if of_numbers else (random.randint(1, 3),)
    inputs = [drawn(random, *taken) for _ in range(steps)]
    layers: list[Data] = []
    for _ in range(depth):
        units: tuple[int, ...] = () if of_numbers else (random.randint(1, 2),)
        layers.append(drawn_cell(random, cell, taken, units))
        taken = units
        if random.random() < 0.6 or depth == 1:
            read = () if of_numbers else numpy.shape(next(iter(layers[-1]["weights"].values())))[1:]
            layers[-1]["backward"] = drawn_cell(random, cell, read, units)
            taken = tuple(2 * size for size in units) if merge == "concat" else units
    fields: Data = {"cell": cell, "inputs": inputs, **layers[0], "above": layers[1:]}
    fields |= {"reset": "before", "update_gate": "keeps"} if cell == "gru" else {}
    fields |= {"merge": merge} if any("backward" in layer for layer in layers) else {}
    out = () if of_numbers else (2,)
    fields["weights"] = fields["weights"] | {"W_y": drawn(random, *out, *taken), "b_y": drawn(random, *out)}
    fields["output"] = random.choice(["identity", "sigmoid"])
    each = random.random() < 0.5
    fields["output_at"] = "each" if each else "last"
    targets = [drawn(random, *out) for _ in inputs] if each else drawn(random, *out)
    return fields | {"loss": {"function": "sum", "targets": targets} | ({"at": "each"} if each else {})}


def cells_of(fields: Data) -> list[tuple[str, str, Data]]:
    """All cells with the marks of their names: that of the direction, and that of the layer."""
    layers = [fields, *fields["above"]]
    found = []
    for number, layer in enumerate(layers, start=1):
        mark = str(number) if len(layers) > 1 else ""
        found.append(("", mark, layer))
        if "backward" in layer:
            found.append(("b", mark, layer["backward"]))
    return found


def along(fields: Data, cell: Data, w: Mapping[str, Any], inputs: Sequence[Any]) -> list[dict[str, Any]]:
    """The quantities of all steps of a cell in the order in which it reads the inputs."""
    zero = numpy.zeros(numpy.shape(next(value for name, value in w.items() if name.startswith("b"))))
    before: dict[str, Any] = {"h": zero, "c": zero}
    before |= {state: numpy.array(value) for state, value in cell.get("initial", {}).items()}
    found = []
    own = {name: value for name, value in w.items() if name not in ("W_y", "b_y")}
    for x in inputs:
        before = {**before, **step(fields, own, x, before)}
        found.append(before)
    return found


def through(fields: Data, weights: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], Any]:
    """Every quantity by its name, and the loss."""
    cells, found = cells_of(fields), {}
    merge, stems = (
        MERGES[fields.get("merge", "concat")],
        {"elman": "h", "lstm": "figcoh", "gru": "zrnh"}[fields["cell"]],
    )
    count, ends = len(fields["inputs"]), fields["output_at"] == "last"
    values: list[Any] = [numpy.array(x) for x in fields["inputs"]]
    for at, ((direction, layer, cell), w) in enumerate(zip(cells, weights, strict=True)):
        mark = f":{layer}" if layer else ""
        if not direction:
            below = values
            forward = along(fields, cell, w, below)
            values = [each["h"] for each in forward]
            steps = forward
        else:
            steps = along(fields, cell, w, below[::-1])[::-1]
            last = at == len(cells) - 1 and ends
            values = [merge(f["h"], b["h"]) for f, b in zip(forward, steps, strict=True)]
            values[-1] = merge(forward[-1]["h"], steps[0 if last else -1]["h"])
            for t in [count] if last else range(1, count + 1):
                found[f"m{t}{mark}"] = values[t - 1]
        for t, each in enumerate(steps, start=1):
            found |= {f"{stem}{direction}{t}{mark}": each[stem] for stem in stems}
    act, own = ACTIVATIONS[fields["output"]], weights[0]
    loss = 0.0
    for t in [count] if ends else range(1, count + 1):
        y = act(anp.dot(own["W_y"], values[t - 1]) + own["b_y"])
        targets = fields["loss"]["targets"]
        loss = loss + anp.sum((y - numpy.array(targets if ends else targets[t - 1])) ** 2)
        found[f"y{t}"] = y
    return found, loss


def expected_of(fields: Data) -> dict[str, Any]:
    """Every quantity, and every gradient by a weight."""
    cells = cells_of(fields)
    weights = [
        {name: numpy.array(value, dtype=float) for name, value in cell["weights"].items()} for _, _, cell in cells
    ]
    found, loss = through(fields, weights)
    found["L"] = loss
    slopes = autograd.grad(lambda given: through(fields, given)[1])(weights)
    for (direction, layer, _), each in zip(cells, slopes, strict=True):
        for name, slope in each.items():
            head, line, rest = name.partition("_")
            own = name if name in ("W_y", "b_y") else f"{head}{direction}{line}{rest}{layer}"
            found[f"dL/d{own}"] = slope
    return found


@pytest.mark.parametrize("start", range(0, PROBLEMS, AT_ONCE))
def test_layers_and_directions_are_those_of_the_library(start: int) -> None:
    for seed in range(start, start + AT_ONCE):
        fields = configuration(seed)
        assert_same(problem(fields), expected_of(fields), seed)


def test_stacked_weights_of_every_layer_are_those_of_its_gates() -> None:
    first = of_vectors("lstm")
    second = {name: numpy.array(value)[..., :2].tolist() for name, value in first["weights"].items()}
    above = in_pytorch({**first, "weights": second})
    fields = {**first, "weights": in_pytorch(first), "stacked": "pytorch", "above": [{"weights": above}]}
    found = problem(json.loads(json.dumps(fields, default=numpy.ndarray.tolist)))
    w, w2 = ({name: numpy.array(value) for name, value in each.items()} for each in (first["weights"], second))
    below = [each["h"] for each in unrolled(first, [w] * 2)]
    there = unrolled({**first, "inputs": below}, [w2] * 2)
    assert numpy.allclose(exact(found, "h2:2"), there[-1]["h"])
    assert numpy.allclose(exact(found, "U_f2"), w2["U_f"])


TWO_WAYS = """inputs: [1, 0.5, -1]
weights: {W_x: 0.5, W_h: 0.8, W_y: [1, -1]}
backward: {weights: {W_x: -0.3, W_h: 0.4}, initial: {h: 0.2}}
"""
ENDS = """inputs: [1, 0.5]
weights: {W_x: 1, W_h: 0.5, W_y: [[1, 2]]}
backward: {weights: {W_x: 2, W_h: 0.1}}
output_at: last
"""
LAYERED = "inputs: [1, 0.5]\nweights: {W_x: 0.5, W_h: 0.8}\nabove: [{weights: {W_x: 1.5, W_h: -0.4}}]\n"


def states(w_x: float, w_h: float, inputs: Sequence[float], h: float = 0.0) -> list[float]:
    found = [h]
    for x in inputs:
        found.append(float(numpy.tanh(w_x * x + w_h * found[-1])))
    return found[1:]


@pytest.mark.parametrize(
    ("slip", "fields", "name", "value"),
    [
        ("directions-exchanged", TWO_WAYS, "m1", lambda forward, back: [back[2], forward[0]]),
        ("not-turned-back", TWO_WAYS, "y1", lambda forward, back: forward[0] - back[0]),
        ("directions-exchanged", ENDS, "m2", lambda *_: [states(2, 0.1, (0.5, 1))[1], states(1, 0.5, (1, 0.5))[1]]),
        ("not-turned-back", ENDS, "m2", lambda *_: [states(1, 0.5, (1, 0.5))[1], states(2, 0.1, (0.5, 1))[0]]),
        ("layer-below-forgotten", LAYERED, "h2:2", lambda *_: states(1.5, -0.4, (1, 0.5))[1]),
    ],
)
def test_a_mistake_between_cells_is_named(slip: str, fields: str, name: str, value: Any) -> None:
    marker = written(f"kind: recurrent\n{fields}parts: [{{find: '{name}'}}]")
    there = value(states(0.5, 0.8, (1, 0.5, -1)), states(-0.3, 0.4, (-1, 0.5, 1), 0.2))
    assert by_name(marker.mark({name: str(numpy.round(there, 6).tolist())}))[name].slips == (slip,)


def test_the_directions_have_their_arrows() -> None:
    symbols = problem(TWO_WAYS).plan.symbols
    assert symbols.forms("hb1").unicode == "h\u20d6₁"
    assert symbols.forms("h1").unicode == "h\u20d7₁"
    assert symbols.forms("Wb_x").latex == r"\overleftarrow{W}_{x}"
    assert problem(LAYERED).plan.symbols.forms("h1:2").unicode == "h₁⁽²⁾"


TWO_THEN_ONE = """inputs: [1, 0.5]
weights: {W_x: 0.5, W_h: 0.8}
backward: {weights: {W_x: 2, W_h: 0.1}}
above: [{weights: {W_x: [[1, 2]], W_h: [[0.5]]}}]
"""
ONE_THEN_TWO = """inputs: [1, 0.5]
weights: {W_x: 0.5, W_h: 0.8}
above: [{weights: {W_x: 1, W_h: 0.5}, backward: {weights: {W_x: 2, W_h: 0.1}}}]
"""


@pytest.mark.parametrize(("fields", "plain", "two_ways"), [(TWO_THEN_ONE, 2, 1), (ONE_THEN_TWO, 1, 2)])
def test_layers_with_one_direction_have_no_arrows_beside_layers_with_both(
    fields: str, plain: int, two_ways: int
) -> None:
    symbols = problem(fields).plan.symbols
    marks = {1: "⁽¹⁾", 2: "⁽²⁾"}
    for name, rest in (("h1", "₁"), ("h1.2", "₁‚₂"), ("h_t", "ₜ"), ("h_before", "ₜ₋₁")):
        assert symbols.forms(f"{name}:{plain}").unicode == f"h{rest}{marks[plain]}"
        assert symbols.forms(f"{name}:{two_ways}").unicode == f"h\u20d7{rest}{marks[two_ways]}"
    assert symbols.forms(f"hb1:{two_ways}").unicode == f"h\u20d6₁{marks[two_ways]}"
    assert symbols.forms(f"h1:{two_ways}").latex == rf"\overrightarrow{{h}}_{{1}}^{{({two_ways})}}"


def test_an_authors_symbol_stands_in_every_layer() -> None:
    symbols = problem(f"{TWO_THEN_ONE}symbols: {{h1: {{unicode: a}}}}").plan.symbols
    assert [symbols.forms(f"h1:{layer}").unicode for layer in (1, 2)] == ["a⁽¹⁾", "a⁽²⁾"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("weights: {W_x: 1, W_c: 1, W_y: 1}\ncell: jordan\nabove: [{weights: {W_x: 1, W_c: 1}}]", "one layer"),
        ("weights: {W_x: 1, W_h: 1}\nabove: [{weights: {W_x: 1}}]", "missing W_h in `weights`"),
        ("weights: {W_x: 1, W_h: 1}\nabove: [{weights: {W_x: 1, W_h: 1, W_y: 2}}]", "no weights `W_y` here"),
        ("weights: {W_x: 1, W_h: 1}\nbackward: {weights: {W_x: 1, W_h: 1}, initial: {c: 1}}", "`c` is no state"),
        ("weights: {W_x: 1, W_h: 1}\nmerge: sum", "there is one direction"),
        (
            "weights: {W_x: 1, W_h: 1}\nbackward: {weights: {W_x: 1, W_h: 1}}\nupstream: [1, 1]\ntruncate: 1",
            "leave out `backward`",
        ),
        ("weights: {W_x: [[1]], W_h: [[1]]}\nabove: [{weights: {W_x: [[1, 2]], W_h: [[1]]}}]", "1 × 2"),
    ],
)
def test_what_does_not_fit_is_told(fields: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        problem(f"inputs: {'[[1]]' if '[[1]]' in fields else '[1]'}\n{fields}")
    assert message in str(caught.value.faults), caught.value.faults
