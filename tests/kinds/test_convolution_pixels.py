"""The pixels that one value of an output sees, against index ranges that are followed back layer by layer."""

from __future__ import annotations

import json
from random import Random

import pytest

from deepcalc.checking.marking import Marker
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve

KINDS = find_kinds()


def problem(sizes: list[int], layers: list[dict[str, int]], seen_from: int) -> Problem:
    fields = {
        "kind": "convolution",
        "input": [*sizes, 1],
        "layers": [{"conv": {"filters": 1, **layer}} for layer in layers],
        "seen_from": seen_from,
    }
    return load_text(json.dumps(fields).encode(), "test.yaml", KINDS)


def followed_back(layers: list[dict[str, int]], output: int) -> tuple[int, int]:
    """The range of pixels behind a value, both counted from 1; what lies in the padding is less than 1."""
    first = last = output - 1
    for layer in reversed(layers):
        first = first * layer["stride"] - layer["padding"]
        last = last * layer["stride"] - layer["padding"] + layer["dilation"] * (layer["kernel"] - 1)
    return first + 1, last + 1


@pytest.mark.parametrize("seed", range(40))
def test_the_pixels_are_those_of_index_ranges(seed: int) -> None:
    random = Random(seed)
    layers = [
        {
            "kernel": random.randint(1, 5),
            "stride": random.randint(1, 3),
            "padding": random.randint(0, 2),
            "dilation": random.randint(1, 2),
        }
        for _ in range(random.randint(1, 4))
    ]
    output = random.randint(1, 3)
    found = problem([400, 400], layers, output)
    composites = {each.name: each.components for each in found.plan.composites}
    for number in range(1, len(layers) + 1):
        ends = evaluate(found.plan.graph, composites[f"pixels{number}"]).values
        assert tuple(ends[name] for name in composites[f"pixels{number}"]) == followed_back(layers[:number], output)


def test_a_value_that_there_is_not_sees_nothing() -> None:
    layer = {"kernel": 3, "stride": 1, "padding": 0, "dilation": 1}
    found = problem([5, 5], [layer, layer], 2)
    assert {each.name for each in found.plan.composites if each.name.startswith("pixels")} == {"pixels1"}


def test_the_pixels_of_several_axes_are_a_range_along_each() -> None:
    text = "kind: convolution\ninput: 32x20x1\nlayers: [{conv: {filters: 8, kernel: 3x5, stride: 2x1}}, {max_pool: 2}]"
    found = load_text(f"{text}\nseen_from: 2\nparts: [{{find: pixels2}}]".encode(), "test.yaml", find_kinds())
    ((answer,),) = (part.answers for part in solve(found).parts)
    ends = (followed_back([along, pool], 2) for along, pool in zip(ALONG, POOLS, strict=True))
    assert UnicodePrinter().print(answer.written) == " × ".join(f"{first} … {last}" for first, last in ends)
    for written in ("rows 5-9, columns 3-8", "columns 3-8, rows 5-9", "W 3-8, H 5-9"):
        assert Marker(found).mark({"pixels2": written}).is_right
    assert not Marker(found).mark({"pixels2": "columns 5-9, rows 3-8"}).is_right


ALONG = [{"kernel": kernel, "stride": stride, "padding": 0, "dilation": 1} for kernel, stride in ((3, 2), (5, 1))]
POOLS = [{"kernel": 2, "stride": 2, "padding": 0, "dilation": 1}] * 2
