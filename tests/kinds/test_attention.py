"""Attention against NumPy written out by hand, and its gradients against an autodiff library."""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random
from typing import Any

import autograd
import autograd.numpy as anp
import numpy
import pytest

from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem
from deepcalc.plan.picture_plans import BlocksPlan
from deepcalc.problem.problem import Problem
from tests.array_problems import Data, assert_same, close, drawn, exact, loaded
from tests.checking.marking import by_name, written
from tests.statements import printed

PROBLEMS, AT_ONCE = 200, 25
LAYER_ACTIVATIONS = {"relu": lambda z: anp.maximum(z, 0), "tanh": anp.tanh, "swish": lambda z: z / (1 + anp.exp(-z))}


def problem(fields: str | Data) -> Problem:
    return loaded("attention", fields)


def configuration(seed: int) -> Data:
    """A problem with everything in it that its kind of source allows, tokens as rows."""
    random = Random(seed)
    queries, keys, heads, width = (
        random.randint(1, 3),
        random.randint(2, 3),
        random.choice([1, 1, 2]),
        random.randint(1, 2),
    )
    source = random.choice(["given", "self", "cross"])
    size = heads * width
    score = random.choice(["scaled", "scaled", "dot", "general", "additive"])
    fields: Data = {"kind": "attention", "score": score, "weights": {}, "tokens": random.choice(["rows", "columns"])}
    weights = fields["weights"]
    if source == "given":
        fields |= {"Q": drawn(random, queries, size), "K": drawn(random, keys, size), "V": drawn(random, keys, size)}
        fields["heads"] = heads
    else:
        features = 2 * random.randint(1, 2)
        fields["X"] = drawn(random, queries, features)
        if source == "cross":
            fields["context"] = drawn(random, keys, features)
        else:
            keys = queries
        own_matrices = heads > 1 and random.random() < 0.4
        for part in "QKV":
            shape = (heads, features, width) if own_matrices else (features, size)
            weights[f"W_{part}"] = drawn(random, *shape)
            if not own_matrices and random.random() < 0.3:
                weights[f"b_{part}"] = drawn(random, size)
        if not own_matrices:
            fields["heads"] = heads
        fields["residual"] = random.random() < 0.4
        if fields["residual"] or random.random() < 0.4:
            weights["W_O"] = drawn(random, size, features)
            if random.random() < 0.4:
                weights["b_O"] = drawn(random, features)
        if random.random() < 0.3:
            order, start = random.choice(["alternating", "halves"]), random.randint(0, 1)
            fields["positions"] = {"order": order, "base": random.choice([100, 10000]), "start": start}
        if random.random() < 0.3 and "W_O" in weights:
            norm = {"where": random.choice(["before", "after"]), "epsilon": 0.01}
            norm |= {name: drawn(random, features) for name in ("gamma", "beta") if random.random() < 0.5}
            fields["layer_norm"] = norm
        if random.random() < 0.3 and "W_O" in weights and score != "additive":
            fields["feed_forward"] = drawn_layers(random, features, "layer_norm" in fields)
    if score == "general":
        weights["W_a"] = drawn(random, width, width)
    if score == "additive":
        weights |= {"W_1": drawn(random, width, 2), "W_2": drawn(random, width, 2), "v": drawn(random, 2)}
    if score == "scaled" and random.random() < 0.3:
        fields["scale"] = 1.5
    if random.random() < 0.3 and source == "self":
        fields["causal"] = True
    if random.random() < 0.3:
        fields["padding"] = [1] + [random.randint(0, 1) for _ in range(keys - 1)]
    if random.random() < 0.2:
        fields["mask"] = [[1] + [random.randint(0, 1) for _ in range(keys - 1)] for _ in range(queries)]
    outputs = len(weights["W_O"][0]) if "W_O" in weights else size
    target = drawn(random, queries, outputs)
    if random.random() < 0.5:
        fields["upstream"] = target
    else:
        fields["loss"] = {"function": random.choice(["mse", "sum", "half_sum"]), "targets": target}
    return fields


def drawn_layers(random: Random, features: int, is_normalised: bool) -> Data:
    """A feed-forward network, and its own scale and shift where there is a normalisation."""
    hidden = random.randint(1, 3)
    found = {"W_1": drawn(random, features, hidden), "W_2": drawn(random, hidden, features)}
    for name, size in (("b_1", hidden), ("b_2", features), *[("gamma", features), ("beta", features)] * is_normalised):
        found |= {name: drawn(random, size)} if random.random() < 0.6 else {}
    return found | {"activation": random.choice([*LAYER_ACTIVATIONS])}


def arrays_of(fields: Data) -> dict[str, Any]:
    """What gradients are taken by: tokens and weights, one name for each head's own."""
    found: Data = {name: numpy.array(fields[name], dtype=float) for name in ("Q", "K", "V", "X") if name in fields}
    if "context" in fields:
        found["Z"] = numpy.array(fields["context"], dtype=float)
    for name, value in fields["weights"].items():
        whole = numpy.array(value, dtype=float)
        if whole.ndim == 3:
            found |= {f"{name}{head}": matrix for head, matrix in enumerate(whole, start=1)}
        else:
            found[name] = whole
    for name in ("W_1", "b_1", "W_2", "b_2"):
        if name in fields.get("feed_forward", {}):
            found[name] = numpy.array(fields["feed_forward"][name], dtype=float)
    return found


def softmax(scores: Any, kept: Any) -> Any:
    grown = kept * anp.exp(scores)
    return grown / anp.sum(grown, axis=1, keepdims=True)


def layer_norm(x: Any, norm: Mapping[str, Any]) -> Any:
    mean = anp.mean(x, axis=1, keepdims=True)
    variance = anp.mean((x - mean) ** 2, axis=1, keepdims=True)
    scaled = (x - mean) / anp.sqrt(variance + norm["epsilon"])
    return scaled * anp.array(norm.get("gamma", 1.0)) + anp.array(norm.get("beta", 0.0))


def sinusoidal(settings: Mapping[str, Any], count: int, size: int) -> Any:
    encodings = numpy.zeros((count, size))
    for place in range(count):
        for pair in range(size // 2):
            angle = (place + settings["start"]) / settings["base"] ** (2 * pair / size)
            halves = settings["order"] == "halves"
            encodings[place, pair if halves else 2 * pair] = numpy.sin(angle)
            encodings[place, pair + size // 2 if halves else 2 * pair + 1] = numpy.cos(angle)
    return encodings


def scores(fields: Data, arrays: Mapping[str, Any], q: Any, k: Any) -> Any:
    match fields["score"]:
        case "general":
            return q @ arrays["W_a"] @ k.T
        case "additive":
            both = (q @ arrays["W_1"])[:, None, :] + (k @ arrays["W_2"])[None, :, :]
            return anp.tanh(both) @ arrays["v"]
        case "dot":
            return q @ k.T
    return q @ k.T / fields.get("scale", q.shape[1] ** 0.5)


def reference(fields: Data, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Every quantity that the problem has, tokens as rows; the loss as L."""
    found: dict[str, Any] = {}
    norm = fields.get("layer_norm")
    x = arrays.get("X")
    if "positions" in fields:
        x = found["X_pos"] = x + sinusoidal(fields["positions"], *arrays["X"].shape)
    attending = layer_norm(x, norm) if norm and norm["where"] == "before" else x
    context = arrays.get("Z", attending)
    own_matrices = "W_Q1" in arrays
    heads = 2 if own_matrices else fields["heads"]
    outputs = []
    for head in range(1, heads + 1):
        mark = str(head) if heads > 1 else ""
        parts = []
        for part, tokens in (("Q", attending), ("K", context), ("V", context)):
            weights = f"W_{part}{mark if own_matrices else ''}"
            whole = tokens @ arrays[weights] + arrays.get(f"b_{part}", 0.0) if "X" in arrays else arrays[part]
            width = whole.shape[1] if own_matrices else whole.shape[1] // heads
            first = 0 if own_matrices else (head - 1) * width
            parts.append(whole[:, first : first + width])
        q, k, v = parts
        s = scores(fields, arrays, q, k)
        kept = numpy.array(fields.get("mask", numpy.ones(s.shape)), dtype=float)
        kept = kept * numpy.array(fields.get("padding", numpy.ones(s.shape[1])))
        kept = numpy.tril(kept) if fields.get("causal") else kept
        a = softmax(s, kept)
        found |= {f"S{mark}": s, f"A{mark}": a, f"O{mark}": a @ v}
        outputs.append(a @ v)
    output = found["O"] = anp.concatenate(outputs, axis=1)
    if "W_O" in arrays:
        output = found["Y"] = output @ arrays["W_O"] + arrays.get("b_O", 0.0)
    if fields.get("residual"):
        output = found["R"] = x + output
    if norm and norm["where"] == "after":
        output = found["N"] = layer_norm(output, norm)
    if "feed_forward" in fields:
        output = through_layers(fields, arrays, output, found)
    if "upstream" in fields:
        found["L"] = anp.sum(numpy.array(fields["upstream"]) * output)
        return found
    squares = (output - numpy.array(fields["loss"]["targets"])) ** 2
    reduced = {"mse": anp.mean(squares), "sum": anp.sum(squares), "half_sum": anp.sum(squares) / 2}
    found["L"] = reduced[fields["loss"]["function"]]
    return found


def through_layers(fields: Data, arrays: Mapping[str, Any], x: Any, found: dict[str, Any]) -> Any:
    """What comes out of the second half of a block."""
    own, norm = fields["feed_forward"], fields.get("layer_norm")
    second = {"epsilon": 0.01} | {name: own[name] for name in ("gamma", "beta") if name in own}
    read = layer_norm(x, second) if norm and norm["where"] == "before" else x
    activation = LAYER_ACTIVATIONS[own["activation"]]
    hidden = found["H"] = activation(read @ arrays["W_1"] + arrays.get("b_1", 0.0))
    output = found["F"] = hidden @ arrays["W_2"] + arrays.get("b_2", 0.0)
    if fields.get("residual"):
        output = found["R2"] = x + output
    if norm and norm["where"] == "after":
        output = found["N2"] = layer_norm(output, second)
    return output


TURNED = ("Q", "K", "V", "X", "context", "mask", "upstream")


def turned(value: Any) -> Any:
    return numpy.swapaxes(numpy.array(value), -1, -2).tolist()


def as_columns(fields: Data) -> Data:
    """The same problem with its tokens as columns."""
    found = {name: turned(value) if name in TURNED else value for name, value in fields.items()}
    found["weights"] = {
        name: turned(value) if name.startswith("W_") and name != "W_a" else value
        for name, value in fields["weights"].items()
    }
    if "feed_forward" in fields:
        found["feed_forward"] = {
            name: turned(value) if name.startswith("W_") else value for name, value in fields["feed_forward"].items()
        }
    if "loss" in fields:
        found["loss"] = {**fields["loss"], "targets": turned(fields["loss"]["targets"])}
    return found


@pytest.mark.parametrize("start", range(0, PROBLEMS, AT_ONCE))
def test_values_and_gradients_are_those_of_the_library(start: int) -> None:
    for seed in range(start, start + AT_ONCE):
        fields = configuration(seed)
        in_columns = fields["tokens"] == "columns"
        arrays = arrays_of(fields)
        expected = reference(fields, arrays)
        gradients = autograd.grad(lambda given, fields=fields: reference(fields, given)["L"])(arrays)
        expected |= {f"dL/d{name}": value for name, value in gradients.items()}
        if in_columns:
            expected = {
                name: value.T if numpy.ndim(value) == 2 and name != "dL/dW_a" else value
                for name, value in expected.items()
            }
        assert_same(problem(as_columns(fields) if in_columns else fields), expected, seed)


@pytest.mark.parametrize("seed", range(0, PROBLEMS, 20))
def test_the_exact_values_are_those_too(seed: int) -> None:
    fields = {**configuration(seed), "tokens": "rows"}
    found, arrays = problem(fields), arrays_of(fields)
    for name, theirs in reference(fields, arrays).items():
        assert close(exact(found, name), theirs), name


THREE = """
Q: [[1, 0.5], [0, 1], [1, -0.5]]
K: [[1, 0.5], [-0.5, 1], [1.5, -1]]
V: [[0.5, 1], [2, -1], [-1.5, 2]]
"""


def weights_of(q: Any, k: Any, kept: Any, root: float) -> Any:
    return softmax(numpy.array(q) @ numpy.array(k).T / root, kept)


Q, K, V = (
    numpy.array(row)
    for row in ([[1, 0.5], [0, 1], [1, -0.5]], [[1, 0.5], [-0.5, 1], [1.5, -1]], [[0.5, 1], [2, -1], [-1.5, 2]])
)
ALL, LOWER = numpy.ones((3, 3)), numpy.tril(numpy.ones((3, 3)))
S = Q @ K.T / 2**0.5
A = softmax(S, LOWER)
G = numpy.array([[1, 0], [0, 1], [1, 1.0]])


@pytest.mark.parametrize(
    ("asked", "slip", "wrong"),
    [
        ("A", "scale-left-out", weights_of(Q, K, LOWER, 1)),
        ("A", "scale-without-root", weights_of(Q, K, LOWER, 2)),
        ("A", "roles-exchanged", softmax(S.T, LOWER)),
        ("A", "wrong-axis", softmax(S.T, LOWER.T).T),
        ("A", "mask-forgotten", softmax(S, ALL)),
        ("O", "mask-forgotten", softmax(S, ALL) @ V),
        ("A", "mask-after-softmax", softmax(S, ALL) * LOWER),
        ("A", "mask-as-zero", softmax(S * LOWER, ALL)),
        ("O", "weights-transposed", A.T @ V),
        ("O", "keys-for-values", A @ K),
        ("dL/dS", "softmax-diagonal", (G @ V.T) * A * (1 - A)),
        ("dL/dS", "softmax-derivative", G @ V.T),
        ("dL/dQ", "scale-left-out", (A * (G @ V.T - (A * (G @ V.T)).sum(1, keepdims=True))) @ K),
    ],
)  # fmt: skip
def test_a_typical_mistake_is_named(asked: str, slip: str, wrong: Any) -> None:
    fields = f"kind: attention\n{THREE}causal: true\nupstream: [[1, 0], [0, 1], [1, 1]]\nparts: [{{find: {asked}}}]"
    mark = by_name(written(fields).mark({asked: str(numpy.round(wrong, 5).tolist())}))[asked]
    assert mark.slips == (slip,)


@pytest.mark.parametrize("tokens", ["rows", "columns"])
def test_scores_that_are_not_scaled_are_not_divided(tokens: str) -> None:
    q, k = numpy.array([[1, 0, 1], [2, 1, 0.0]]), numpy.array([[1, 2, 0], [0, 1, 1], [2, 0, 1], [1, 1, 1.0]])
    rows = (q, k) if tokens == "rows" else (q.T, k.T)
    fields = "".join(f"{name}: {value.tolist()}\n" for name, value in zip("QK", rows, strict=True))
    marker = written(f"kind: attention\n{fields}score: dot\ntokens: {tokens}\nparts: [{{find: S}}]")
    scaled = q @ k.T / numpy.sqrt(3) if tokens == "rows" else k @ q.T / numpy.sqrt(3)
    answer = str(numpy.round(scaled, 5).tolist())
    assert by_name(marker.mark({"S": answer}))["S"].slips == ("scaled-as-well",)


W1, W2, WEIGH = numpy.array([[1, 0.5], [-0.5, 2]]), numpy.array([[0.3, 1], [1, -1]]), numpy.array([1, -2.0])


@pytest.mark.parametrize(
    ("slip", "by_query", "by_key", "activation"),
    [("activation-forgotten", W1, W2, lambda x: x), ("weights-exchanged", W2, W1, numpy.tanh)],
)
@pytest.mark.parametrize("tokens", ["rows", "columns"])
def test_a_mistake_in_additive_scores_is_named(
    tokens: str, slip: str, by_query: Any, by_key: Any, activation: Any
) -> None:
    wrong = activation((Q @ by_query)[:, None, :] + (K @ by_key)[None, :, :]) @ WEIGH
    fields: Data = {
        **{name: value.tolist() for name, value in {"Q": Q, "K": K, "V": V, "upstream": G}.items()},
        "weights": {"W_1": W1.tolist(), "W_2": W2.tolist(), "v": WEIGH.tolist()},
        "score": "additive",
    }
    marker = Marker(problem({**(as_columns(fields) if tokens == "columns" else fields), "tokens": tokens}))
    answer = numpy.round(wrong.T if tokens == "columns" else wrong, 5)
    assert by_name(marker.mark({"S": str(answer.tolist())}))["S"].slips == (slip,)


@pytest.mark.parametrize(
    ("positions", "slip", "angle"),
    [
        ("{base: 100, count: 2, size: 4}", "exponent-without-2", lambda p, i: p / 100 ** (i / 4)),
        ("{base: 100, count: 2, size: 4}", "first-position", lambda p, i: (p + 1) / 100 ** (2 * i / 4)),
        ("{base: 100, count: 2, size: 4, start: 1}", "first-position", lambda p, i: p / 100 ** (2 * i / 4)),
    ],
)
def test_a_mistake_in_positions_is_named(positions: str, slip: str, angle: Any) -> None:
    wrong = [[wave(angle(p, i)) for i in (0, 1) for wave in (numpy.sin, numpy.cos)] for p in (0, 1)]
    mark = by_name(written(f"kind: attention\npositions: {positions}").mark({"P": str(numpy.round(wrong, 6).tolist())}))
    assert mark["P"].slips == (slip,)


def test_letters_are_derived_in_letters() -> None:
    fields = "Q: R^(n x d)\nK: R^(m x d)\nV: R^(m x e)\nupstream: R^(n x e)\nparts: [{find: dL/dV, in: [A, G]}]"
    marker = written(f"kind: attention\n{fields}")
    assert by_name(marker.mark({"dL/dV": "A.T @ G"}))["dL/dV"].verdict.is_right
    assert not by_name(marker.mark({"dL/dV": "2*A.T @ G"}))["dL/dV"].verdict.is_right


def test_a_single_query_is_a_vector() -> None:
    found = problem("Q: [1, 0]\nK: [[1, 0], [0, 1]]\nV: [[10, 0], [0, 20]]\nscore: dot")
    assert close(exact(found, "O"), [10 / (1 + numpy.exp(-1)), 20 / (1 + numpy.exp(1))])


def test_names_are_the_courses_own() -> None:
    found = problem(f"{THREE}names: {{S: E, A: alpha, O: C}}")
    assert close(exact(found, "alpha") @ V, exact(found, "C"))
    assert found.parts[0].find == ("alpha", "C")


@pytest.mark.parametrize(
    ("fields", "biases"),
    [("sizes: {model: 12, biases: true}\nheads: 3", 48), ("sizes: {model: 12, key: 4, value: 4}\nheads: 3", 0)],
)
def test_parameters_of_sizes(fields: str, biases: int) -> None:
    assert exact(problem(fields), "params") == 4 * 12 * 12 + biases


def test_operations_of_sizes_are_those_of_the_matrix_products() -> None:
    """Counted by the sides of each product: rows x inner x columns."""
    n, m, d, h, k, v, f = 7, 5, 12, 3, 4, 2, 20
    sizes = f"{{model: {d}, value: {v}, hidden: {f}, sequence: {n}, context: {m}, biases: true, layer_norm: true}}"
    found = problem(f"heads: {h}\nsizes: {sizes}")
    sides = [(n, d, h * k), (m, d, h * k), (m, d, h * v), (n, h * v, d), (n, d, f), (n, f, d)]
    pairs = [(n, k, m), (n, m, v)]
    assert exact(found, "macs") == sum(map(math.prod, sides)) + h * sum(map(math.prod, pairs))
    assert exact(found, "flops") == 2 * exact(found, "macs")
    weights = sum((inner + 1) * columns for _, inner, columns in sides)
    assert exact(found, "params") == weights + 4 * d


def test_heads_of_queries_for_those_of_keys_and_values_are_named() -> None:
    """Four projections of 16 × 16 with biases; multiply-adds of all of them for 5 tokens, and of the scores."""
    marker = written("kind: attention\nheads: 4\nsizes: {model: 16, kv_heads: 2, sequence: 5, biases: true}")
    found = by_name(marker.mark({"params": str(4 * (16 * 16 + 16)), "macs": str(5 * 4 * 16 * 16 + 2 * 5 * 5 * 16)}))
    assert found["params"].slips == found["macs"].slips == ("heads-of-queries",)


@pytest.mark.parametrize(
    ("answers", "slips"),
    [
        ({"params": "4*d^2 + 2*d*f + f + 5*d", "flops": "8*n*d^2 + 4*n^2*d + 4*n*d*f"}, ()),
        ({"params": "4*d^2 + 2*d*f"}, ("biases-forgotten",)),
        ({"params": "3*d^2 + 2*d*f + f + 4*d"}, ("projection-forgotten",)),
        ({"params": "4*d^2 + 4*d"}, ("feed-forward-forgotten",)),
        ({"macs_S": "n*d"}, ("one-key",)),
    ],
)
def test_sizes_of_a_block_may_be_letters(answers: Mapping[str, str], slips: tuple[str, ...]) -> None:
    fields = "heads: h\nsizes: {model: d, hidden: f, biases: true, sequence: n}"
    marker = written(f"kind: attention\n{fields}\nparts: [{{find: [{', '.join(answers)}]}}]")
    marks = by_name(marker.mark(answers))
    assert {slip for mark in marks.values() for slip in mark.slips} == set(slips)
    assert all(mark.verdict.is_right for mark in marks.values()) == (not slips)


def test_grouped_queries_share_keys_and_values_which_are_cached() -> None:
    found = problem("heads: 8\nsizes: {model: 64, kv_heads: 2, sequence: 10, context: 30, layers: 3, bytes: 2}")
    assert exact(found, "params") == 2 * 64 * 64 + 2 * 64 * 16
    assert exact(found, "cache") == 3 * 30 * 2 * (8 + 8)
    assert exact(found, "cache_bytes") == 2 * 3 * 30 * 2 * 16
    assert exact(found, "macs") == 2 * 10 * 64 * 64 + 2 * 30 * 64 * 16 + 2 * 10 * 30 * 64


@pytest.mark.parametrize(
    ("answer", "slips"),
    [
        ("2*n*g*d/h", ()),
        ("2*n*d", ("heads-of-queries",)),
        ("n*g*d/h", ("keys-alone",)),
    ],
)
def test_a_cache_may_be_in_letters(answer: str, slips: tuple[str, ...]) -> None:
    fields = "heads: h\nsizes: {model: d, kv_heads: g, sequence: n}"
    marker = written(f"kind: attention\n{fields}\nparts: [{{find: cache, in: [n, g, d, h]}}]")
    assert by_name(marker.mark({"cache": answer}))["cache"].slips == slips


def test_a_letter_that_is_also_a_made_name_is_told_apart() -> None:
    marker = written("kind: attention\nheads: 4\nsizes: {model: h}\nparts: [{find: params_W_Q}]")
    assert by_name(marker.mark({"params_W_Q": "h^2"}))["params_W_Q"].verdict.is_right


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            "positions: {count: 2, size: 6}",
            "Position p is encoded in 6 features by sin(p/base^(2·i/6)) and cos(p/base^(2·i/6)), each sine beside its "
            "cosine.",
        ),
        (
            "X: [[1, 2]]\npositions: {order: halves}",
            "by sin(p/base^(2·i/2)) and cos(p/base^(2·i/2)), all sines before all cosines. Encodings are added to the "
            "tokens.",
        ),
    ],
)
def test_the_statement_says_how_positions_are_encoded(fields: str, told: str) -> None:
    assert told in printed(problem(fields))


def test_one_of_something_is_told_as_one() -> None:
    told = printed(problem("heads: 4\nsizes: {model: 16, kv_heads: 1, sequence: 1, layers: 1}"))
    for one in ("have 1 head, shared", "has 1 token.", "has 1 such layer, whose"):
        assert one in " ".join(told.split())


def test_letters_are_those_that_a_formula_has_in_it() -> None:
    """A letter for two sizes at once, and one that parameters do not depend on."""
    twice = written("kind: attention\nheads: h\nsizes: {model: d, sequence: d}")
    assert by_name(twice.mark({"params": "4*d^2"}))["params"].verdict.is_right
    cached = problem("heads: h\nsizes: {model: d, kv_heads: g, sequence: n, layers: L}")
    assert [set(part.terms or ()) for part in cached.plan.parts] == [{"d", "h", "g"}, {"d", "h", "g", "n"}]


def test_parameters_are_the_entries_of_the_weights() -> None:
    fields = configuration(7) | {"tokens": "rows"}
    count = sum(
        value.size
        for name, value in arrays_of(fields).items()
        if name in fields["weights"] or name[:-1] in fields["weights"]
    )
    assert count
    assert exact(problem(fields), "params") == count


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("Q: [[1, 0]]\nV: [[1, 2]]", "missing `K`; give Q, K and V, or X and its projections"),
        (f"{THREE}X: [[1]]", "Q is made of X"),
        (f"{THREE}residual: true", "`residual` goes with X"),
        (f"{THREE}weights: {{W_Q: [[1, 0], [0, 1]]}}", "`W_Q` projects X"),
        (f"{THREE}weights: {{W_OO: [[1, 0], [0, 1]]}}", "did you mean `W_O`"),
        (f"{THREE}score: additive", "missing W_1, W_2 and v in `weights`"),
        (f"{THREE}score: dot\nscale: 2", "`scale` has no effect"),
        (f"{THREE}heads: 3", "the 2 features of Q cannot be cut into 3 equal parts"),
        (f"{THREE}padding: [1, 1]", "a 1 or 0 for each of the 3 keys, found 2"),
        (f"{THREE}padding: [0, 0, 0]", "query 1 may look at no key"),
        (f"{THREE}mask: [[1, 0, 1], [0, 0, 0], [1, 1, 1]]", "query 2 may look at no key"),
        (f"{THREE}mask: [[1, 0], [0, 1]]", "in the shape of the scores, 3 × 3"),
        ("Q: [[1, 0]]\nK: [[1, 0], [0, 1]]\nV: [[1], [2]]\ncausal: true", "as many queries as keys"),
        (f"{THREE}upstream: [[1, 2]]", "expected the shape of O, 3 × 2, not 1 × 2"),
        (f"{THREE}names: {{W: B}}", "`W` has no other name"),
        (f"{THREE}sizes: {{model: 4}}", "with `sizes` there are no numbers"),
        ("sizes: {model: 4, context: 3}", "`context` goes with `sequence`"),
        ("heads: 8\nsizes: {model: 64, kv_heads: 3}", "8 heads cannot share 3 heads of keys and values equally"),
        ("sizes: {model: 64, bytes: 2}", "`bytes` goes with `sequence`"),
        (f"{THREE}heads: h", "a letter for the heads goes with `sizes`"),
        ("sizes: {model: 5}\nheads: 2", "5 features cannot be cut into 2 equal parts"),
        ("X: [[1, 2, 3]]\npositions: {}", "3 features cannot be halved"),
        ("Q: [[1, 0]]\nK: [[1, 0, 0]]\nV: [[1]]", "S: "),
        ("Q: [[1, 0]]\nK: [1, 0]\nV: [[1]]", "the keys are a matrix, not a vector of 2"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(fields: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as error:
        problem(fields)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("layer_norm", "titles", "skip"),
    [
        ("{where: after}", ["input X", "attention", "addition", "layer normalization"], (0, 2)),
        ("{where: before}", ["input X", "layer normalization", "attention", "addition"], (0, 3)),
    ],
)
def test_a_block_is_drawn_with_its_connection_that_passes_by(
    layer_norm: str, titles: list[str], skip: tuple[int, int]
) -> None:
    weights = "weights: {W_Q: [[1, 0], [0, 1]], W_K: [[1, 0], [0, 1]], W_V: [[1, 0], [0, 1]]}"
    found = loaded("attention", f"X: [[1, 2], [0, 1], [3, 0]]\n{weights}\nresidual: true\nlayer_norm: {layer_norm}")
    block = found.plan.figures[0]
    assert isinstance(block, BlocksPlan)
    assert [each.title for each in block.blocks] == titles
    assert sorted(block.edges) == sorted([(0, 1), (1, 2), (2, 3), skip])
    assert [[size.text for size in each.shape] for each in block.blocks] == [["3", "2"]] * 4
