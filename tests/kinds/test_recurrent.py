"""Recurrent cells against NumPy written out by hand, and backpropagation through time against an autodiff library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import autograd
import autograd.numpy as anp
import numpy
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve
from tests.array_problems import Data, assert_same, close, drawn, exact, loaded
from tests.quick import at_once

PROBLEMS, AT_ONCE = 200, 25
GATES = {"lstm": "figo", "gru": "zrn"}


def problem(fields: str | Data) -> Problem:
    return loaded("recurrent", fields)


def configuration(seed: int) -> Data:
    """A problem of any cell, of numbers or of column vectors."""
    random = Random(seed)
    cell = random.choice(["elman", "jordan", "lstm", "gru"])
    of_numbers = random.random() < 0.3
    steps = random.choice([1, 2, 2, 2, 3])
    x, h, y = (() if of_numbers else (random.randint(1, 2),) for _ in range(3))
    fields: Data = {"kind": "recurrent", "cell": cell, "inputs": [drawn(random, *x) for _ in range(steps)]}
    weights = fields["weights"] = {}
    if cell in ("elman", "jordan"):
        recurrent, fed_back = ("W_h", h) if cell == "elman" else ("W_c", y)
        names = [("W_x", x), (recurrent, fed_back), *[("b", None)] * (random.random() < 0.7)]
        names += [("b_h" if cell == "elman" else "b_c", None)] * (random.random() < 0.3)
        fields["activation"] = random.choice(["tanh", "sigmoid", "identity"])
    else:
        biases, further = random.random() < 0.7, random.random() < 0.4
        names = []
        for gate in GATES[cell]:
            names += [(f"W_{gate}", x), (f"U_{gate}", h)]
            names += [(f"b_{gate}", None)] * biases + [(f"b_h{gate}", None)] * further
    for name, taken in names:
        weights[name] = drawn(random, *h, *(taken or ()))
    if cell == "lstm" and random.random() < 0.3:
        fields["peepholes"] = True
        weights |= {f"p_{gate}": drawn(random, *h) for gate in "fio"}
    if cell == "gru":
        fields |= {"reset": random.choice(["before", "after"]), "update_gate": random.choice(["keeps", "replaces"])}
    if cell == "jordan" or random.random() < 0.6:
        weights["W_y"] = drawn(random, *y, *h)
        if random.random() < 0.5:
            weights["b_y"] = drawn(random, *y)
        fields["output"] = random.choice(["identity", "sigmoid", "tanh", *["softmax"] * (not of_numbers)])
    if random.random() < 0.6:
        fields["initial"] = {"y": drawn(random, *y)} if cell == "jordan" else {"h": drawn(random, *h)}
        if cell == "lstm":
            fields["initial"]["c"] = drawn(random, *h)
    out = y if "W_y" in weights else h
    if random.random() < 0.3:
        fields["upstream"] = drawn(random, *out)
    else:
        each = random.random() < 0.6
        targets = [drawn(random, *out) for _ in range(steps)] if each else drawn(random, *out)
        fields["loss"] = {"function": random.choice(["mse", "sum", "half_sum"]), "targets": targets}
        if each:
            fields["loss"] |= {"at": "each", "reduction": random.choice(["sum", "mean"])}
    if random.random() < 0.4:
        fields["truncate"] = random.randint(1, steps)
    return fields


def sigmoid(x: Any) -> Any:
    return 1 / (1 + anp.exp(-x))


def softmax(x: Any) -> Any:
    grown = anp.exp(x - anp.max(x))
    return grown / anp.sum(grown)


ACTIVATIONS = {"tanh": anp.tanh, "sigmoid": sigmoid, "softmax": softmax, "identity": lambda x: x}


def step(fields: Data, w: Mapping[str, Any], x: Any, before: Mapping[str, Any]) -> dict[str, Any]:
    """All quantities of one step, from its own copy of the weights."""
    cell = fields["cell"]
    act = ACTIVATIONS[fields.get("activation", "tanh")]

    def net(gate: str, h: Any) -> Any:
        return (
            anp.dot(w[f"W_{gate}"], x) + anp.dot(w[f"U_{gate}"], h) + w.get(f"b_{gate}", 0.0) + w.get(f"b_h{gate}", 0.0)
        )

    if cell == "elman":
        h = act(anp.dot(w["W_x"], x) + anp.dot(w["W_h"], before["h"]) + w.get("b", 0.0) + w.get("b_h", 0.0))
        found = {"h": h}
    elif cell == "jordan":
        h = act(anp.dot(w["W_x"], x) + anp.dot(w["W_c"], before["y"]) + w.get("b", 0.0) + w.get("b_c", 0.0))
        found = {"h": h}
    elif cell == "lstm":
        f = sigmoid(net("f", before["h"]) + w.get("p_f", 0.0) * before["c"])
        i = sigmoid(net("i", before["h"]) + w.get("p_i", 0.0) * before["c"])
        g = anp.tanh(net("g", before["h"]))
        c = f * before["c"] + i * g
        o = sigmoid(net("o", before["h"]) + w.get("p_o", 0.0) * c)
        found = {"f": f, "i": i, "g": g, "c": c, "o": o, "h": o * anp.tanh(c)}
    else:
        z, r = sigmoid(net("z", before["h"])), sigmoid(net("r", before["h"]))
        by_state = anp.dot(w["U_n"], r * before["h"]) + w.get("b_hn", 0.0)
        if fields["reset"] == "after":
            by_state = r * (anp.dot(w["U_n"], before["h"]) + w.get("b_hn", 0.0))
        n = anp.tanh(anp.dot(w["W_n"], x) + w.get("b_n", 0.0) + by_state)
        old, new = (z, 1 - z) if fields["update_gate"] == "keeps" else (1 - z, z)
        found = {"z": z, "r": r, "n": n, "h": old * before["h"] + new * n}
    if "W_y" in w:
        found["y"] = ACTIVATIONS[fields.get("output", "identity")](anp.dot(w["W_y"], found["h"]) + w.get("b_y", 0.0))
    return found


def unrolled(fields: Data, copies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The quantities of every step; each has its own copy of the weights."""
    w = copies[0]
    h = numpy.zeros(numpy.shape(w.get("U_f", w.get("U_z", w.get("W_h", 0.0))))[:1])
    before: dict[str, Any] = {
        "h": h,
        "c": h,
        "y": numpy.zeros(numpy.shape(w.get("W_y", 0.0))[: numpy.ndim(w["W_y"]) - 1] if "W_y" in w else ()),
    }
    before |= {state: numpy.array(value) for state, value in fields.get("initial", {}).items()}
    found = []
    for copy, x in zip(copies, fields["inputs"], strict=True):
        before = {**before, **step(fields, copy, numpy.array(x), before)}
        found.append(before)
    return found


def losses(fields: Data, steps: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The loss of each step that has one."""
    outputs = [each["y"] if "W_y" in fields["weights"] else each["h"] for each in steps]
    if "upstream" in fields:
        return [anp.sum(numpy.array(fields["upstream"]) * outputs[-1])]
    loss = fields["loss"]
    reduced = {"mse": anp.mean, "sum": anp.sum, "half_sum": lambda x: anp.sum(x) / 2}[loss["function"]]
    if loss.get("at") != "each":
        return [reduced((outputs[-1] - numpy.array(loss["targets"])) ** 2)]
    return [reduced((y - numpy.array(t)) ** 2) for y, t in zip(outputs, loss["targets"], strict=True)]


def whole(fields: Data, each: Sequence[Any]) -> Any:
    return sum(each) / (len(each) if fields.get("loss", {}).get("reduction") == "mean" else 1)


def expected_of(fields: Data) -> dict[str, Any]:
    """Every quantity, every gradient by a weight, every share of a step, and the truncated sums."""
    weights = {name: numpy.array(value, dtype=float) for name, value in fields["weights"].items()}
    copies = [weights for _ in fields["inputs"]]
    steps = unrolled(fields, copies)
    stems = [stem for stem in steps[0] if stem in (*"figczronhy",)]
    own = set(step(fields, weights, numpy.array(fields["inputs"][0]), {**steps[0]}))
    found = {f"{stem}{t}": each[stem] for t, each in enumerate(steps, start=1) for stem in stems if stem in own}
    found["L"] = whole(fields, losses(fields, steps))
    shares = autograd.grad(lambda given: whole(fields, losses(fields, unrolled(fields, given))))(copies)
    count = len(copies)
    for name in weights:
        found[f"dL/d{name}"] = sum(share[name] for share in shares)
        uses = [t for t in range(1, count + 1) if name not in ("W_y", "b_y") or numpy.any(shares[t - 1][name])]
        if count > 1:
            found |= {f"dL/d{name}:{t}": shares[t - 1][name] for t in uses}
    if "truncate" in fields:
        ends = range(1, count + 1) if fields.get("loss", {}).get("at") == "each" else [count]
        parts = [
            autograd.grad(lambda given, index=index: losses(fields, unrolled(fields, given))[index])(copies)
            for index in range(len(ends))
        ]
        for name in weights:
            kept = [
                part[t - 1][name]
                for end, part in zip(ends, parts, strict=True)
                for t in range(max(end - fields["truncate"], 0) + 1, end + 1)
            ]
            found[f"truncated.{name}"] = whole(fields, [sum(kept)] + [0.0] * (len(ends) - 1))
    return found


@pytest.mark.parametrize("start", range(0, PROBLEMS, AT_ONCE))
def test_values_shares_and_gradients_are_those_of_the_library(start: int) -> None:
    for seed in range(start, start + AT_ONCE):
        fields = configuration(seed)
        assert_same(problem(fields), expected_of(fields), seed)


@pytest.mark.parametrize("seed", range(0, PROBLEMS, 20))
def test_the_exact_values_are_those_too(seed: int) -> None:
    fields = configuration(seed)
    found = problem(fields)
    for name, theirs in expected_of(fields).items():
        assert close(exact(found, name), theirs), name


def of_vectors(cell: str) -> Data:
    """A problem of vectors of two with biases."""
    random = Random(cell)
    weights: Data = {}
    for gate in GATES[cell]:
        weights |= {f"W_{gate}": drawn(random, 2, 3), f"U_{gate}": drawn(random, 2, 2)}
        weights |= {f"b_{gate}": drawn(random, 2), f"b_h{gate}": drawn(random, 2)}
    fields = {"kind": "recurrent", "cell": cell, "inputs": drawn(random, 2, 3), "weights": weights}
    return fields | {"reset": "after", "update_gate": "keeps"} if cell == "gru" else fields


def stacked(fields: Data, order: str, heads: Sequence[str]) -> list[Any]:
    """The gates' own weights below each other."""
    return [numpy.concatenate([numpy.array(fields["weights"][f"{head}{gate}"]) for gate in order]) for head in heads]


HEADS = ("W_", "U_", "b_", "b_h")


def in_pytorch(fields: Data) -> Data:
    order = {"lstm": "ifgo", "gru": "rzn"}[fields["cell"]]
    return dict(zip(("W_ih", "W_hh", "b_ih", "b_hh"), stacked(fields, order, HEADS), strict=True))


def in_keras(fields: Data) -> Data:
    w, u, b, further = stacked(fields, {"lstm": "ifgo", "gru": "zrn"}[fields["cell"]], HEADS)
    bias = b + further if fields["cell"] == "lstm" else numpy.array([b, further])
    return {"kernel": w.T, "recurrent_kernel": u.T, "bias": bias}


def in_onnx(fields: Data) -> Data:
    w, u, b, further = stacked(fields, {"lstm": "iofg", "gru": "zrn"}[fields["cell"]], HEADS)
    return {"W": w, "R": u, "B": numpy.concatenate([b, further])}


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize(("framework", "stack"), [("pytorch", in_pytorch), ("keras", in_keras), ("onnx", in_onnx)])
def test_stacked_weights_are_those_of_the_gates(cell: str, framework: str, stack: Any) -> None:
    fields = of_vectors(cell)
    weights = {name: value.tolist() for name, value in stack(fields).items()}
    given = {**fields, "weights": weights, "stacked": framework}
    if framework != "onnx":
        given.pop("reset", None)  # it is the framework's own
    weights = {name: numpy.array(value) for name, value in fields["weights"].items()}
    steps = unrolled(fields, [weights] * 2)
    assert close(exact(problem(given), "h2"), steps[-1]["h"])


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize(("framework", "stack"), [("pytorch", in_pytorch), ("keras", in_keras), ("onnx", in_onnx)])
def test_the_derivative_by_a_stack_is_that_of_its_gates(cell: str, framework: str, stack: Any) -> None:
    fields = of_vectors(cell) | {"upstream": [1, -0.5]}
    weights = {name: value.tolist() for name, value in stack(fields).items()}
    found = problem({**fields, "weights": weights, "stacked": framework})
    expected = expected_of(fields)
    one_bias = (cell, framework) == ("lstm", "keras")  # which is the sum of both, with the derivative of each
    shares = {name: expected[f"dL/d{name}"] * (not (one_bias and name.startswith("b_h"))) for name in fields["weights"]}
    of_gates = {**fields, "weights": shares}
    for name, theirs in stack(of_gates).items():
        assert close(exact(found, f"dL/d{name}"), theirs), name


def test_weights_of_state_and_input_may_be_joined() -> None:
    fields = of_vectors("lstm")
    apart = {name: numpy.array(value) for name, value in fields["weights"].items() if not name.startswith("b_h")}
    steps = unrolled(fields, [apart] * 2)
    for order, heads in (("h x", ("U_", "W_")), ("x h", ("W_", "U_"))):
        joined = {f"W_{gate}": numpy.hstack([apart[f"{head}{gate}"] for head in heads]).tolist() for gate in "figo"}
        biases = {f"b_{gate}": fields["weights"][f"b_{gate}"] for gate in "figo"}
        found = problem({**fields, "weights": {**joined, **biases}, "joined": order})
        assert close(exact(found, "h2"), steps[-1]["h"])


def test_numbers_may_be_joined() -> None:
    found = problem("cell: elman\ninputs: [1, 2]\nweights: {W_x: [0.5, -0.3]}\njoined: h x")
    first = numpy.tanh(-0.3)
    assert close(exact(found, "h2"), numpy.tanh(0.5 * first - 0.6))


def test_vectors_may_be_rows() -> None:
    fields = of_vectors("gru")
    weights = {name: numpy.array(value) for name, value in fields["weights"].items()}
    turned = {name: value.T.tolist() for name, value in weights.items()}
    found = problem({**fields, "weights": turned, "vectors": "rows"})
    assert close(exact(found, "h2"), unrolled(fields, [weights] * 2)[-1]["h"])


def test_cross_entropy_of_the_outputs() -> None:
    fields = "inputs: [1, 2]\nweights: {W_x: 0.5, W_h: -1, W_y: [1, -2]}\noutput: softmax\n"
    found = problem(f"{fields}loss: {{function: cross_entropy, targets: [[1, 0], [0, 1]], at: each}}")
    h1 = numpy.tanh(0.5)
    h2 = numpy.tanh(1 - h1)
    each = [softmax(numpy.array([h, -2 * h])) for h in (h1, h2)]
    assert close(exact(found, "L"), -numpy.log(each[0][0]) - numpy.log(each[1][1]))
    assert close(exact(found, "dL/ds2"), each[1] - numpy.array([0, 1]))


def test_weights_and_states_may_go_by_the_names_of_the_course() -> None:
    own = problem(
        "names: {W_x: W_xh, W_h: W_hh, b: b_h, h: s}\ninputs: [[0.5, -0.2]]\ninitial: {s: [0.1, 0.3]}\n"
        "weights: {W_xh: [[0.4, 0.1], [0.3, 0.2]], W_hh: [[0.2, 0.3], [0.5, 0.4]], b_h: [0.1, -0.1]}"
    )
    net = numpy.array([[0.4, 0.1], [0.3, 0.2]]) @ [0.5, -0.2] + numpy.array([[0.2, 0.3], [0.5, 0.4]]) @ [0.1, 0.3]
    assert close(exact(own, "s1"), numpy.tanh(net + numpy.array([0.1, -0.1])))
    assert "b_h" in own.plan.graph


def test_gates_whose_names_are_exchanged_are_read_as_the_course_has_them() -> None:
    names = "names: {W_z: U_z, U_z: W_z, W_r: U_r, U_r: W_r, W_n: U_h, U_n: W_h, n: h, h: s}\n"
    found = problem(f"cell: gru\n{names}inputs: [0.5, 1]\nweights: {{U_z: 1, W_z: 2, U_r: 3, W_r: 4, U_h: 5, W_h: 6}}")
    s = 0.0
    for x in (0.5, 1):
        z, r = sigmoid(x + 2 * s), sigmoid(3 * x + 4 * s)
        s = z * s + (1 - z) * numpy.tanh(5 * x + 6 * r * s)
    assert close(exact(found, "s2"), s)


@pytest.mark.parametrize(
    ("names", "scores"), [("h: s", "u1"), ("h: s, x: u", "score1"), ("h: s, x: u, y: score", "a1"), ("x: u", "s1")]
)
def test_scores_have_another_name_where_theirs_stands_for_something_else(names: str, scores: str) -> None:
    fields = "inputs: [1]\nweights: {W_x: 0.5, W_h: 1, W_y: [1, -2]}\noutput: softmax"
    found = problem(f"names: {{{names}}}\n{fields}")
    assert close(exact(found, scores), [numpy.tanh(0.5), -2 * numpy.tanh(0.5)])


def test_the_names_of_pytorch_are_read() -> None:
    own = in_pytorch(of_vectors("lstm"))
    theirs = {"W_ih": "weight_ih_l0", "W_hh": "weight_hh_l0", "b_ih": "bias_ih_l0", "b_hh": "bias_hh_l0"}
    given = {**of_vectors("lstm"), "weights": {theirs[name]: value.tolist() for name, value in own.items()}}
    weights = {name: numpy.array(value) for name, value in of_vectors("lstm")["weights"].items()}
    found = problem({**given, "stacked": "pytorch"})
    assert close(exact(found, "h2"), unrolled(of_vectors("lstm"), [weights] * 2)[-1]["h"])


def test_inputs_and_targets_may_be_letters_by_their_names() -> None:
    fields = "weights: {W_x: , W_h: , W_y: , b_y: }\noutput: sigmoid\nnames: {h: s}\n"
    loss = "loss: {function: half_sum, targets: [t1, t_2, t3], at: each}\nparts: [{find: dL/dW_h}]"

    def shown() -> set[str]:
        (part,) = solve(problem(f"inputs: [x1, x_2, x3]\n{fields}{loss}")).parts
        return {step.name for step in part.steps}

    assert {"dL/ds1", "dL/dW_h:2", "dL/dW_h"} <= at_once(shown, 5000)


def test_the_table_has_a_row_for_what_there_is_more_of() -> None:
    weights = {name: 0.5 for gate in "figo" for name in (f"W_{gate}", f"U_{gate}")}
    (lstm,) = problem({"cell": "lstm", "inputs": [1, 2], "weights": weights}).plan.tables
    assert [row.cells for row in lstm.rows] == [(f"{stem}1", f"{stem}2") for stem in "figcoh"]
    (elman,) = problem("inputs: [1, 2, 3]\nweights: {W_x: 1, W_h: 1, W_y: 2}\noutput_at: last").plan.tables
    assert [row.cells for row in elman.rows] == [("h1", None), ("h2", None), ("h3", "y3")]


@pytest.mark.parametrize(
    ("cell", "gates", "own", "usual"), [("lstm", "fio", "g", "c"), ("lstm", "fio", "g", "C"), ("gru", "zr", "n", "h")]
)
def test_the_weights_of_the_candidate_may_have_the_letter_of_its_state(
    cell: str, gates: str, own: str, usual: str
) -> None:
    def named(letter: str) -> Problem:
        of_gates = "".join(f"W_{gate}: 0.{place}, U_{gate}: -0.{place}, " for place, gate in enumerate(gates, start=2))
        candidate = f"W_{letter}: 0.7, U_{letter}: 0.4, b_{letter}: 0.1"
        loss = "loss: {function: mse, targets: 1}"
        return problem(f"cell: {cell}\ninputs: [1, 0.5]\nweights: {{{of_gates}{candidate}}}\n{loss}")

    usually, standard = named(usual), named(own)
    assert exact(usually, "h2") == exact(standard, "h2")
    assert exact(usually, f"dL/dW_{usual}") == exact(standard, f"dL/dW_{own}")
    assert f"W_{own}" not in usually.plan.graph, "the sheet has the author's name"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("weights: {W_g: 1, W_c: 1}", "`W_c` is another name of `W_g`, which is given too"),
        ("weights: {W_q: 1}", "a course's own names stand under `names`"),
        ("weights: [W_c]\nabove: [3, {weights: {W_c: 1}}]\nbackward: [1]", "expected a mapping"),
        ("weights: {W_c: 1}\nnames: [W_c]", "expected a mapping"),
    ],
)
def test_weights_by_other_names_are_refused_where_they_are_none(fields: str, message: str) -> None:
    with pytest.raises(InvalidProblem, match=message):
        problem(f"cell: lstm\ninputs: [1]\n{fields}")
