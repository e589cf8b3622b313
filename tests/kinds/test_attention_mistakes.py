"""Further mistakes in attention, each against NumPy written out by hand, tokens as rows and as columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.checking.marking import by_name, written

Q = np.array([[0.5, 1.4], [1.1, -0.2]])
K = np.array([[1.2, -0.3], [0.4, 0.8], [-0.9, 0.6]])
V = np.array([[2.0, -1.0], [0.5, 1.5], [1.0, 0.3]])
M = np.array([[1, 0, 1], [1, 1, 0]])


def shares(s: Any, kept: Any = 1) -> Any:
    powers = np.exp(s) * kept
    return powers / powers.sum(axis=1, keepdims=True)


S, A = Q @ K.T / np.sqrt(2), shares(Q @ K.T / np.sqrt(2))
HARD = np.eye(3)[A.argmax(axis=1)]
LENGTHS = np.outer(np.linalg.norm(Q, axis=1), np.linalg.norm(K, axis=1))


def fields_of(tokens: str, more: str = "", **arrays: Any) -> str:
    turned = (f"{name}: {(value.T if tokens == 'columns' else value).tolist()}" for name, value in arrays.items())
    return "\n".join([f"kind: attention\ntokens: {tokens}", *turned, more])


def slips_of(fields: str, asked: str, wrong: Any) -> tuple[str, ...]:
    marker = written(f"{fields}\nparts: [{{find: {asked}}}]")
    return by_name(marker.mark({asked: str(np.round(wrong, 7).tolist())}))[asked].slips


@pytest.mark.parametrize("tokens", ["rows", "columns"])
@pytest.mark.parametrize(
    ("more", "asked", "slip", "wrong"),
    [
        ("", "S", "cosines", Q @ K.T / LENGTHS),
        ("", "A", "largest-alone", HARD),
        ("", "O", "largest-alone", HARD @ V),
        ("", "O", "divided-as-well", A @ V / 3),
        ("", "A", "signs-lost", shares(abs(S))),
        ("", "A", "not-normalised", np.exp(S - S.max(axis=1, keepdims=True))),
        ("", "A", "softmax-twice", shares(A)),
        ("mask", "S", "mask-in-scores", S * M),
        ("mask", "A", "not-normalised", np.exp(S) * M),
        ("mask", "A", "sigmoid-for-softmax", M / (1 + np.exp(-S))),
        ("mask", "A", "equal-weights", M * 1.0),
        ("mask", "O", "equal-weights", np.full((2, 3), 1 / 3) @ V),
        ("mask", "A", "mask-added", shares(S + M)),
        ("mask", "A", "mask-added", shares(S + M - 1.0)),
        ("mask", "A", "mask-turned", shares(S, 1 - M)),
    ],
)
def test_a_further_mistake_is_named(tokens: str, more: str, asked: str, slip: str, wrong: Any) -> None:
    is_turned = tokens == "columns"
    mask = f"mask: {(M.T if is_turned else M).tolist()}" if more else ""
    fields = fields_of(tokens, mask, Q=Q, K=K, V=V)
    found = slips_of(fields, asked, wrong.T if is_turned else wrong)
    assert slip in found
    assert len(found) == 1


X = np.array([[1.1, -0.6, 1, 2], [0.4, 0.9, 2, 1], [-0.8, 0.3, 1, 0.5]])
Z = np.array([[0.5, 1.1, -1, 0.3], [-0.9, 0.2, 0.6, 1], [0.3, -1.4, 0.8, 0.1]])
HEADS = [(X[:, part], shares(X[:, part] @ X[:, part].T / np.sqrt(2))) for part in (slice(0, 2), slice(2, 4))]
OF_HEADS = [weights @ values for values, weights in HEADS]
DEALT = [shares(X[:, at::2] @ X[:, at::2].T / np.sqrt(2)) @ X[:, at::2] for at in (0, 1)]


@pytest.mark.parametrize(
    ("slip", "wrong"),
    [
        ("heads-exchanged", np.hstack(OF_HEADS[::-1])),
        ("heads-added", OF_HEADS[0] + OF_HEADS[1]),
        ("heads-averaged", (OF_HEADS[0] + OF_HEADS[1]) / 2),
        ("heads-exchanged", np.stack(OF_HEADS, axis=2).reshape(3, 4)),
        ("heads-dealt", np.hstack(DEALT)),
        ("part-of-another-head", np.hstack([OF_HEADS[1], OF_HEADS[1]])),
    ],
)
def test_heads_are_cut_and_joined_in_order(slip: str, wrong: Any) -> None:
    assert slips_of(fields_of("rows", "heads: 2", X=X), "O", wrong) == (slip,)


def attended(q: Any, k: Any, v: Any) -> Any:
    return shares(q @ k.T / 2) @ v


@pytest.mark.parametrize(
    ("slip", "wrong"),
    [
        ("context-forgotten", attended(X, X, X)),
        ("context-forgotten", attended(X, X, Z)),
        ("context-forgotten", attended(X, Z, X)),
        ("context-exchanged", attended(Z, X, X)),
    ],
)
def test_keys_and_values_are_those_of_the_context(slip: str, wrong: Any) -> None:
    assert slips_of(fields_of("rows", X=X, context=Z), "O", wrong) == (slip,)


def test_a_residual_connection_adds_the_tokens_with_their_positions() -> None:
    encoded = np.array([[f(p / 100 ** (i / 2)) for i in (0, 1) for f in (np.sin, np.cos)] for p in range(3)])
    placed = X + encoded
    wrong = X + attended(placed, placed, placed)
    fields = fields_of("rows", "positions: {base: 100}\nresidual: true", X=X)
    assert slips_of(fields, "R", wrong) == ("residual-of-tokens",)


def waves(angle: Any, functions: Any = (np.sin, np.cos)) -> Any:
    return np.array([[f(angle(p, i)) for i in (0, 1) for f in functions] for p in range(3)])


@pytest.mark.parametrize(
    ("slip", "wrong"),
    [
        ("other-base", waves(lambda p, i: p / 10000 ** (i / 2))),
        ("frequency-turned", waves(lambda p, i: p * 100 ** (i / 2))),
        ("frequency-from-1", waves(lambda p, i: p / 100 ** ((i + 1) / 2))),
        ("one-wave", waves(lambda p, i: p / 100 ** (i / 2), (np.sin, np.sin))),
        ("one-wave", waves(lambda p, i: p / 100 ** (i / 2), (np.cos, np.cos))),
        ("exponent-of-column",
         np.array([[(np.sin, np.cos)[j % 2](p / 100 ** (j / 4)) for j in range(4)] for p in range(3)])),
    ],
)  # fmt: skip
@pytest.mark.parametrize("tokens", ["rows", "columns"])
def test_positions_have_frequencies_of_their_own(tokens: str, slip: str, wrong: Any) -> None:
    fields = f"kind: attention\ntokens: {tokens}\npositions: {{base: 100, count: 3, size: 4}}"
    assert slips_of(fields, "P", wrong if tokens == "rows" else wrong.T) == (slip,)


QUERY, W1, W2, WEIGH = Q[0], np.array([[0.5, -0.3], [0.2, 0.8]]), np.array([[-0.6, 0.4], [0.9, 0.1]]), [0.7, -1.1]


@pytest.mark.parametrize(
    ("slip", "wrong"),
    [
        ("vector-forgotten", np.tanh(QUERY @ W1 + K @ W2).sum(axis=1)),
        ("query-forgotten", np.tanh(K @ W2) @ WEIGH),
        ("key-subtracted", np.tanh(QUERY @ W1 - K @ W2) @ WEIGH),
        ("weights-transposed", np.tanh(QUERY @ W1.T + K @ W2.T) @ WEIGH),
    ],
)
def test_additive_scores_have_a_query_a_key_and_a_vector(slip: str, wrong: Any) -> None:
    given = f"weights: {{W_1: {W1.tolist()}, W_2: {W2.tolist()}, v: {WEIGH}}}\nscore: additive\nQ: {QUERY.tolist()}"
    assert slips_of(fields_of("rows", given, K=K, V=V), "S", wrong) == (slip,)


def test_general_scores_are_not_scaled() -> None:
    given = f"weights: {{W_a: {W1.tolist()}}}\nscore: general"
    wrong = shares(Q @ W1 @ K.T / np.sqrt(2))
    assert slips_of(fields_of("rows", given, Q=Q, K=K, V=V), "A", wrong) == ("scaled-as-well",)


def test_a_mistake_behind_what_is_right_is_made_there() -> None:
    fields = fields_of("rows", "parts: [{find: [S, A, O]}]", Q=Q, K=K, V=V)
    right = {"S": str(np.round(S, 6).tolist()), "A": str(np.round(A, 6).tolist())}
    again, alike = shares(S / np.sqrt(2)), np.full((2, 3), 1 / 3) @ V
    for asked, wrong, slip in (("A", again, "scaled-as-well"), ("O", alike, "equal-weights")):
        marks = by_name(written(fields).mark({**right, asked: str(np.round(wrong, 6).tolist())}))
        assert marks[asked].slips == (slip,)


def test_the_gradient_by_the_values_has_the_weights() -> None:
    g = np.array([[0.5, -0.3], [-0.7, 0.4], [0.2, 0.9]])
    fields = fields_of("rows", f"upstream: {g.tolist()}", Q=K, K=K, V=V)
    assert slips_of(fields, "dL/dV", g) == ("weights-left-out",)


def test_general_scores_have_weights() -> None:
    given = f"weights: {{W_a: {W1.tolist()}}}\nscore: general"
    assert slips_of(fields_of("rows", given, Q=Q, K=K, V=V), "S", Q @ K.T) == ("weights-forgotten",)


@pytest.mark.parametrize(
    ("slip", "wrong"),
    [
        ("epsilon-outside", lambda c: c / (np.sqrt((c**2).mean(axis=1, keepdims=True)) + 0.04)),
        ("mean-forgotten", lambda c: X / np.sqrt((c**2).mean(axis=1, keepdims=True) + 0.04)),
    ],
)
def test_a_normalisation_takes_the_mean_off_and_has_epsilon_under_the_root(slip: str, wrong: Any) -> None:
    norm = "layer_norm: {where: before, epsilon: 0.04}"
    found = slips_of(fields_of("rows", norm, X=X), "X_norm", wrong(X - X.mean(axis=1, keepdims=True)))
    assert found == (slip,)


@pytest.mark.parametrize(
    ("answers", "slip"),
    [
        ({"params": str(2 * 512 * 512 + 2 * 512 * 2048)}, "one-projection"),
        ({"params": str(4 * 512 * 512 + 512 * 2048)}, "one-layer"),
        ({"params": str(3 * 512 * 512 * 8 + 512 * 512 + 2 * 512 * 2048)}, "whole-for-head"),
        ({"macs": str(4 * 512 * 512 + 2 * 512 * 2048 + 2 * 100 * 100 * 512)}, "one-token"),
        ({"cache": str(100 * 2 * 512)}, "one-layer"),
        ({"cache": str(6 * 100 * 100 * 2 * 512)}, "for-each-pair"),
        ({"params": str(6 * (4 * 512 * 512 + 2 * 512 * 2048))}, "all-layers"),
        ({"params_W_Q": str(64 * 64)}, "one-head"),
        ({"params_W_Q": str(100 * 512)}, "tokens-for-features"),
        ({"macs": str(4 * 512 * 512 + 2 * 512 * 2048)}, "one-token"),
        ({"macs_S": str(100 * 100 * 8 * 512)}, "whole-for-head"),
        ({"macs_W_1": str(100 * 100 * 512 * 2048)}, "for-each-pair"),
    ],
)
def test_sizes_are_those_of_all_projections_tokens_and_layers(answers: dict[str, str], slip: str) -> None:
    sizes = "sizes: {model: 512, hidden: 2048, sequence: 100, layers: 6}"
    (asked,) = answers
    marker = written(f"kind: attention\nheads: 8\n{sizes}\nparts: [{{find: {asked}}}]")
    assert slip in by_name(marker.mark(answers))[asked].slips


ALONE = """
kind: attention
Q: [0.6, -1.1]
K: [[0.4, 0.9, -0.2], [-0.7, 0.3, 1.2], [1.0, -0.5, 0.6]]
V: [[1.3, -0.4], [0.2, 0.9], [-0.8, 1.6]]
score: general
weights: {W_a: [[0.5, -0.8, 0.3], [0.7, 0.2, -0.6]]}
upstream: [0.8, -0.6]"""
KEYS = np.array([[0.4, 0.9, -0.2], [-0.7, 0.3, 1.2], [1.0, -0.5, 0.6]])
VALUES, UPSTREAM = np.array([[1.3, -0.4], [0.2, 0.9], [-0.8, 1.6]]), np.array([0.8, -0.6])
SCORES = KEYS @ (np.array([0.6, -1.1]) @ np.array([[0.5, -0.8, 0.3], [0.7, 0.2, -0.6]]))
WEIGHTS = np.exp(SCORES) / np.exp(SCORES).sum()
BY_WEIGHTS = VALUES @ UPSTREAM


@pytest.mark.parametrize(
    ("asked", "slip", "wrong"),
    [
        ("S", "scaled-as-well", SCORES / np.sqrt(3)),
        ("S", "scaled-as-well", SCORES / np.sqrt(2)),
        ("O", "divided-as-well", WEIGHTS @ VALUES / 3),
        ("dL/dS", "softmax-derivative", WEIGHTS * (BY_WEIGHTS - BY_WEIGHTS.mean())),
        ("dL/dV", "weights-left-out", np.tile(UPSTREAM, (3, 1))),
    ],
)
def test_a_mistake_of_a_single_query_is_named(asked: str, slip: str, wrong: Any) -> None:
    assert slip in slips_of(ALONE, asked, wrong)
