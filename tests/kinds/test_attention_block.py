"""The second half of a transformer block: mistakes against NumPy written out by hand, its picture, bad input."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.plan.picture_plans import BlocksPlan
from tests.array_problems import exact, loaded
from tests.checking.marking import by_name, written
from tests.statements import printed

BLOCK = """
X: [[1, 2], [0, -1], [3, 0]]
weights: {W_Q: [[1, 0], [0, 1]], W_K: [[0, 1], [1, 0]], W_V: [[1, 0.5], [0, 1]]}
residual: true
"""
LAYERS = "feed_forward: {W_1: [[1, -1, 0.5], [0, 1, 1]], b_1: [0.5, 0, -2], W_2: [[1, 0], [-1, 2], [0.5, 1]]}\n"
W_1, B_1, W_2 = (numpy.array(row) for row in ([[1, -1, 0.5], [0, 1, 1]], [0.5, 0, -2], [[1, 0], [-1, 2], [0.5, 1]]))
X = numpy.array([[1, 2], [0, -1], [3, 0.0]])


def block(**changes: Any) -> Any:
    """What comes out of the block above, with another line in place of one of its own."""
    scores = numpy.exp(X @ (X @ [[0, 1], [1, 0]]).T / 2**0.5)
    r = X + scores / scores.sum(axis=1, keepdims=True) @ X @ [[1, 0.5], [0, 1]]
    hidden = changes.get("activation", lambda z: numpy.maximum(z, 0))(r @ W_1 + changes.get("b_1", B_1))
    return changes.get("added", r) + hidden @ W_2


@pytest.mark.parametrize(
    ("slip", "wrong"),
    [
        ("activation-forgotten", block(activation=lambda z: z)),
        ("bias-forgotten", block(b_1=0)),
        ("residual-forgotten", block(added=0)),
        ("residual-of-tokens", block(added=X)),
    ],
)
def test_a_mistake_in_the_second_half_is_named(slip: str, wrong: Any) -> None:
    marker = written(f"kind: attention\n{BLOCK}{LAYERS}parts: [{{find: R2}}]")
    right = by_name(marker.mark({"R2": str(numpy.round(block(), 6).tolist())}))["R2"]
    assert right.score == right.out_of
    assert by_name(marker.mark({"R2": str(numpy.round(wrong, 6).tolist())}))["R2"].slips == (slip,)


@pytest.mark.parametrize("where", ["before", "after"])
def test_the_statement_has_the_law_of_the_root_of_each_normalisation(where: str) -> None:
    norm = f"layer_norm: {{where: {where}}}\n"
    both, first = (printed(loaded("attention", f"{BLOCK}{norm}{layers}")) for layers in (LAYERS, ""))
    for statement in (both, first):
        assert "std = √(σ² + ε)" in statement
    assert "std₂ = √(σ₂² + ε)" in both
    assert "std₂" not in first


def test_a_block_is_drawn_with_both_halves() -> None:
    found = loaded("attention", f"{BLOCK}layer_norm: {{where: before}}\n{LAYERS}")
    blocks = found.plan.figures[0]
    assert isinstance(blocks, BlocksPlan)
    norm = "layer normalization"
    titles = [each.title for each in blocks.blocks]
    assert titles == ["input X", norm, "attention", "addition", norm, "feed-forward network", "addition"]
    assert {(0, 3), (3, 6)} <= {*blocks.edges}
    assert len(blocks.edges) == 8


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (f"Q: [[1, 0]]\nK: [[1, 0]]\n{LAYERS}", "`feed_forward` goes with X"),
        (
            f"X: [[1, 2]]\nscore: additive\nweights: {{W_1: [[1], [1]], W_2: [[1], [1]], v: [1]}}\n{LAYERS}",
            "W_1 and W_2 of their own",
        ),
        ("X: [[1, 2]]\nfeed_forward: {W_1: [[1], [1]], W_2: [[1, 1]], gamma: [1, 1]}", "goes with `layer_norm`"),
        ("X: [[1, 2]]\nfeed_forward: {W_1: [[1, 2]], W_2: [[1, 1]]}", "1 × 2"),
        ("X: [[1, 2]]\nfeed_forward: {W_1: [[1], [2]]}", "missing `W_2`"),
    ],
)
def test_what_does_not_fit_is_told(fields: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as error:
        loaded("attention", fields)
    assert message in str(error.value)


@pytest.mark.parametrize("names", [("W_q", "W_k", "W_v"), ("WQ", "wk", "Wv")])
def test_projections_may_be_written_otherwise(names: tuple[str, str, str]) -> None:
    q, k, v = names
    found = loaded("attention", f"X: [[1, 2]]\nweights: {{{q}: [[1], [0]], {k}: [[0], [1]], {v}: [[1], [3]]}}")
    assert {"W_Q", "W_K", "W_V"} <= set(found.plan.graph.names)
    assert exact(found, "O").tolist() == [[7]]
