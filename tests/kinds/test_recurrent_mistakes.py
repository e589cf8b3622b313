"""Recurrent cells: typical mistakes against NumPy written out by hand, parameter counts, and what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy
import pytest

from deepcalc.errors import InvalidProblem
from tests.array_problems import exact
from tests.checking.marking import by_name, written
from tests.kinds.test_recurrent import of_vectors, problem, sigmoid
from tests.statements import printed

JOINED = "cell: gru\ninputs: [1]\njoined: h x\nweights: {W_z: [1, 1], W_r: [1, 1], W_n: [1, 1]}\n"
ELMAN = "inputs: [1, 0.5, -1]\nweights: {W_x: 0.6, W_h: 0.9, b: 0.1, W_y: 1.5}\noutput_at: last\n"
LSTM = "cell: lstm\ninputs: [[1, 0.5], [-1, 2]]\nweights:\n" + "".join(
    f"  W_{gate}: [[0.{k}, -0.2], [0.4, 0.{k}]]\n  U_{gate}: [[0.3, 0.{k}], [-0.1, 0.7]]\n"
    for k, gate in enumerate("figo", start=2)
)


def lstm_by_hand(cell: Any, hidden: Any) -> Any:
    """Both steps of the LSTM above with other lines for the two states."""
    h = c = numpy.zeros(2)
    for x in ([1, 0.5], [-1, 2]):
        net = {
            gate: numpy.array([[k / 10, -0.2], [0.4, k / 10]]) @ x + numpy.array([[0.3, k / 10], [-0.1, 0.7]]) @ h
            for k, gate in enumerate("figo", start=2)
        }
        f, i, o = (sigmoid(net[gate]) for gate in "fio")
        c = cell(f, i, numpy.tanh(net["g"]), c)
        h = hidden(o, c)
    return h


@pytest.mark.parametrize(
    ("slip", "cell", "hidden"),
    [
        ("gates-exchanged", lambda f, i, g, c: i * c + f * g, lambda o, c: o * numpy.tanh(c)),
        ("input-not-gated", lambda f, i, g, c: f * c + g, lambda o, c: o * numpy.tanh(c)),
        ("state-forgotten", lambda f, i, g, c: i * g, lambda o, c: o * numpy.tanh(c)),
        ("activation-forgotten", lambda f, i, g, c: f * c + i * g, lambda o, c: o * c),
        ("output-not-gated", lambda f, i, g, c: f * c + i * g, lambda o, c: numpy.tanh(c)),
        ("state-not-gated", lambda f, i, g, c: c + i * g, lambda o, c: o * numpy.tanh(c)),
        ("gates-tied", lambda f, i, g, c: (1 - i) * c + i * g, lambda o, c: o * numpy.tanh(c)),
        ("cell-activated", lambda f, i, g, c: numpy.tanh(f * c + i * g), lambda o, c: o * numpy.tanh(c)),
        ("gate-activated", lambda f, i, g, c: f * c + i * g, lambda o, c: numpy.tanh(o * c)),
        ("sum-for-product", lambda f, i, g, c: f * c + i * g, lambda o, c: o + numpy.tanh(c)),
    ],
)
def test_a_mistake_in_a_line_of_the_cell_is_named(slip: str, cell: Any, hidden: Any) -> None:
    marker = written(f"kind: recurrent\n{LSTM}parts: [{{find: h2}}]")
    answer = str(numpy.round(lstm_by_hand(cell, hidden), 6).tolist())
    assert by_name(marker.mark({"h2": answer}))["h2"].slips == (slip,)


GATED = {
    "lstm": {"f": (0.4, 0.2, 1.0), "i": (-0.6, 0.5, 0.1), "g": (0.9, -0.7, -0.2), "o": (0.3, 0.8, 0.35)},
    "gru": {"z": (0.4, 0.2, 1.0), "r": (-0.6, 0.5, 0.1), "n": (0.9, -0.7, -0.2)},
}
"""Of each gate the weights of the input and of the state, and the bias."""


def gated_by_hand(
    cell: str,
    taken: Mapping[str, Any] | None = None,
    h: float = 0.5,
    sees: float = 1.0,
    read: str = "",
    without_bias: str = "",
) -> float:
    """The third state of a cell of one unit: ``taken`` are other activations, ``read`` two gates that are exchanged."""
    act: dict[str, Any] = {**dict.fromkeys("fiozr", sigmoid), **dict.fromkeys("gnc", numpy.tanh), **(taken or {})}
    gates = GATED[cell]
    places = dict(zip(gates, gates, strict=True)) | dict(zip(read, reversed(read), strict=True))
    c = -0.3 * (h != 0)
    for x in (1, -0.5, 0.8):
        r, state = 1.0, h
        found = {}
        for gate, place in sorted(places.items(), key=lambda pair: pair[0] == "n"):
            w, u, b = gates[place]
            reset = r if gate == "n" else 1.0
            found[gate] = act[gate](w * x + sees * u * reset * state + b * (gate not in without_bias))
            r = found.get("r", r)
        if cell == "gru":
            h = found["z"] * h + (1 - found["z"]) * found["n"]
        else:
            c = found["f"] * c + found["i"] * found["g"]
            h = found["o"] * act["c"](c)
    return float(h)


@pytest.mark.parametrize(
    ("cell", "slip", "made"),
    [
        *[("lstm", "gates-exchanged", {"read": pair}) for pair in ("fo", "io", "fg", "ig", "go")],
        ("gru", "gates-exchanged", {"read": "zr"}),
        *[("lstm", "other-activation", {"taken": {gate: numpy.tanh}}) for gate in "fio"],
        ("lstm", "other-activation", {"taken": dict.fromkeys("fio", numpy.tanh)}),
        ("gru", "other-activation", {"taken": dict.fromkeys("zr", numpy.tanh)}),
        *[
            (cell, "other-activation", {"taken": {gate: sigmoid}})
            for cell, gate in (("lstm", "g"), ("lstm", "c"), ("gru", "n"))
        ],
        *[
            (cell, "activation-forgotten", {"taken": {gate: float}})
            for cell, gate in (("lstm", "g"), ("lstm", "c"), ("gru", "n"))
        ],
        *[
            (cell, "bias-forgotten", {"without_bias": gate})
            for cell, gates in GATED.items()
            for gate in (*gates, "figozrn")
        ],
        *[(cell, "state-not-fed-back", {"sees": 0}) for cell in GATED],
        *[(cell, "initial-state-zero", {"h": 0}) for cell in GATED],
    ],
)
def test_a_mistake_in_a_gate_is_named(cell: str, slip: str, made: Any) -> None:
    weights = {
        name + gate: value
        for gate, row in GATED[cell].items()
        for name, value in zip(("W_", "U_", "b_"), row, strict=True)
    }
    start = "{h: 0.5, c: -0.3}" if cell == "lstm" else "{h: 0.5}"
    fields = f"weights: {{{', '.join(f'{name}: {value}' for name, value in weights.items())}}}\ninitial: {start}"
    marker = written(f"kind: recurrent\ncell: {cell}\ninputs: [1, -0.5, 0.8]\n{fields}\nparts: [{{find: h3}}]")
    assert by_name(marker.mark({"h3": f"{gated_by_hand(cell):.9f}"}))["h3"].verdict.is_right
    assert by_name(marker.mark({"h3": f"{gated_by_hand(cell, **made):.9f}"}))["h3"].slips == (slip,)


@pytest.mark.parametrize(
    ("slip", "candidate", "state"),
    [
        ("reset-whole", lambda r, x, h: numpy.tanh(r * (1.2 * x - 0.9 * h + 0.05)), None),
        ("reset-complement", lambda r, x, h: numpy.tanh(1.2 * x - 0.9 * (1 - r) * h + 0.05), None),
        ("not-gated", None, lambda z, h, n: h + n),
        ("state-activated", None, lambda z, h, n: numpy.tanh(z * h + (1 - z) * n)),
    ],
)
def test_a_mistake_in_a_line_of_the_gru_is_named(slip: str, candidate: Any, state: Any) -> None:
    h, candidates = 0.4, candidate or (lambda r, x, h: numpy.tanh(1.2 * x - 0.9 * r * h + 0.05))
    for x in (1.1, -0.4):
        z, r = sigmoid(0.5 * x - 0.3 * h + 0.1), sigmoid(-0.6 * x + 0.8 * h + 0.2)
        n = candidates(r, x, h)
        h = state(z, h, n) if state else z * h + (1 - z) * n
    marker = written("""
kind: recurrent
cell: gru
inputs: [1.1, -0.4]
weights: {W_z: 0.5, U_z: -0.3, b_z: 0.1, W_r: -0.6, U_r: 0.8, b_r: 0.2, W_n: 1.2, U_n: -0.9, b_n: 0.05}
initial: {h: 0.4}
parts: [{find: h2}]
""")
    assert by_name(marker.mark({"h2": f"{h:.7f}"}))["h2"].slips == (slip,)


def elman_by_hand(previous: Any = lambda states: states[-1], w_x: float = 0.6, w_h: float = 0.9, b: float = 0.1) -> Any:
    states = [0.0]
    for x in (1, 0.5, -1):
        states.append(numpy.tanh(w_x * x + w_h * previous(states) + b))
    return states


@pytest.mark.parametrize(
    ("slip", "states"),
    [
        ("initial-state-again", elman_by_hand(lambda states: states[0])),
        ("state-two-back", elman_by_hand(lambda states: states[-2] if len(states) > 2 else states[-1])),
        ("bias-forgotten", elman_by_hand(b=0)),
        ("weights-exchanged", elman_by_hand(w_x=0.9, w_h=0.6)),
    ],
)
def test_a_mistake_in_the_states_is_named(slip: str, states: Any) -> None:
    marker = written(f"kind: recurrent\n{ELMAN}parts: [{{find: h3}}]")
    assert by_name(marker.mark({"h3": f"{states[3]:.6f}"}))["h3"].slips == (slip,)


def test_a_state_outside_of_its_activation_and_an_output_of_another_step_are_named() -> None:
    marker = written(f"kind: recurrent\n{ELMAN}loss: {{function: half_sum, targets: 0.5}}\n"
                     "parts: [{find: [h3, dL/dW_y]}]")  # fmt: skip
    h = 0.0
    for x in (1, 0.5, -1):
        h = numpy.tanh(0.6 * x + 0.1) + 0.9 * h
    assert by_name(marker.mark({"h3": f"{h:.6f}"}))["h3"].slips == ("state-outside",)


def test_steps_that_are_forgotten_on_the_way_back_are_named() -> None:
    fields = (
        f"{ELMAN}loss: {{function: half_sum, targets: 0.5}}\ntruncate: 2\nparts: [{{find: [dL/dW_x, truncated.W_x]}}]"
    )
    h = elman_by_hand()
    errors = {3: (1.5 * h[3] - 0.5) * 1.5 * (1 - h[3] ** 2)}
    errors[2] = errors[3] * 0.9 * (1 - h[2] ** 2)
    errors[1] = errors[2] * 0.9 * (1 - h[1] ** 2)
    shares = {3: -errors[3], 2: 0.5 * errors[2], 1: errors[1]}
    marker = written(f"kind: recurrent\n{fields}")
    by_bias = written(f"kind: recurrent\n{fields.replace('truncated.W_x', 'dL/db')}")
    mark = by_name(by_bias.mark({"dL/db": f"{sum(shares.values()):.6f}"}))["dL/db"]
    assert mark.slips == ("bias-times-input",)
    by_states = sum(errors[step] * h[step - 1] for step in (2, 3))
    assert by_name(marker.mark({"dL/dW_x": f"{by_states:.6f}"}))["dL/dW_x"].slips == ("state-for-input",)
    for slip, value in (("last-step-only", shares[3]), ("mean-over-steps", sum(shares.values()) / 3)):
        assert by_name(marker.mark({"dL/dW_x": f"{value:.6f}"}))["dL/dW_x"].slips == (slip,)
    mark = by_name(marker.mark({"truncated.W_x": f"{sum(shares.values()):.6f}"}))["truncated.W_x"]
    assert mark.slips == ("not-truncated",)


CLIPPED = f"{ELMAN}loss: {{function: half_sum, targets: 0.5}}\n"
GRADIENTS = {"W_x": 0.21020868, "W_h": -0.3702005}
"""The gradients of two weights above, by an autodiff library."""


def test_mistakes_in_clipping_are_named() -> None:
    fields = f"{CLIPPED}clip: {{norm: 0.1}}\nparts: [{{find: [clipped.W_x, clipped.W_h]}}]\n"
    marker, whole = written(f"kind: recurrent\n{fields}"), problem(fields)
    norm = numpy.linalg.norm([exact(whole, f"dL/d{weight}") for weight in ("W_x", "W_h", "b", "W_y")])
    right = {f"clipped.{weight}": f"{0.1 / norm * value:.6g}" for weight, value in GRADIENTS.items()}
    assert all(each.verdict.is_right for each in by_name(marker.mark(right)).values())
    by_own_norm = {weight: 0.1 if value > 0 else -0.1 for weight, value in GRADIENTS.items()}
    for slip, gradients in {"not-clipped": GRADIENTS, "own-norm": by_own_norm}.items():
        wrong = {f"clipped.{weight}": f"{value:.6g}" for weight, value in gradients.items()}
        assert by_name(marker.mark(wrong))["clipped.W_x"].slips == (slip,)


def test_each_gradient_is_clipped_at_a_value() -> None:
    clipped = problem(f"{CLIPPED}clip: {{value: 0.25}}\n")
    assert exact(clipped, "clipped.W_x") == pytest.approx(GRADIENTS["W_x"])
    assert exact(clipped, "clipped.W_h") == -0.25


def test_the_state_of_this_step_for_that_of_the_step_before_is_named() -> None:
    fields = f"{ELMAN}loss: {{function: half_sum, targets: 0.5}}\nparts: [{{find: 'dL/dW_h:2'}}]"
    h = elman_by_hand()
    error = (1.5 * h[3] - 0.5) * 1.5 * (1 - h[3] ** 2) * 0.9 * (1 - h[2] ** 2)
    mark = by_name(written(f"kind: recurrent\n{fields}").mark({"dL/dW_h:2": f"{error * h[2]:.6f}"}))["dL/dW_h:2"]
    assert mark.slips == ("state-of-this-step",)


def test_targets_may_be_letters() -> None:
    fields = "inputs: [~, ~]\nweights: {W_x: ~, W_h: ~}\nloss: {function: half_sum, targets: [~, ~], at: each}\n"
    marker = written(f"kind: recurrent\n{fields}parts: [{{find: dL/dh2, in: [h2, t2]}}]")
    assert by_name(marker.mark({"dL/dh2": "h2 - t2"}))["dL/dh2"].verdict.is_right
    assert not by_name(marker.mark({"dL/dh2": "t2 - h2"}))["dL/dh2"].verdict.is_right


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ("cell: lstm\nsizes: {inputs: 3, units: 4}", 4 * (12 + 16 + 4)),
        (
            "cell: lstm\npeepholes: true\nsizes: {inputs: 3, units: 4, biases: 2, outputs: 2}",
            4 * (12 + 16 + 8) + 12 + 10,
        ),
        ("cell: gru\nsizes: {inputs: 3, units: 4, biases: 0}", 3 * (12 + 16)),
        ("cell: gru\nstacked: pytorch\nsizes: {inputs: 3, units: 4}", 3 * (12 + 16 + 8)),
        ("cell: lstm\nstacked: onnx\nsizes: {inputs: 3, units: 4}", 4 * (12 + 16 + 8)),
        ("cell: lstm\nstacked: keras\nsizes: {inputs: 3, units: 4}", 4 * (12 + 16 + 4)),
        ("cell: gru\nstacked: keras\nsizes: {inputs: 3, units: 4}", 3 * (12 + 16 + 8)),
        ("cell: gru\nstacked: keras\nsizes: {inputs: 3, units: 4, biases: 1}", 3 * (12 + 16 + 4)),
        ("cell: rnn\nsizes: {inputs: 3, units: 4, outputs: 2}", 12 + 16 + 4 + 10),
        ("cell: jordan\nsizes: {inputs: 3, units: 4, outputs: 2}", 12 + 8 + 4 + 10),
        ("cell: gru\nsizes: {inputs: 3, units: 4, layers: 3}", 3 * (12 + 16 + 4) + 2 * 3 * (16 + 16 + 4)),
        (
            "cell: lstm\nsizes: {inputs: 3, units: 4, outputs: 5, layers: 2, bidirectional: true, biases: 2}",
            2 * 4 * (12 + 16 + 8) + 2 * 4 * (32 + 16 + 8) + 8 * 5 + 5,
        ),
        (
            "merge: sum\nsizes: {inputs: 3, units: 4, outputs: 5, layers: 2, bidirectional: true, biases: 0}",
            2 * (12 + 16) + 2 * (16 + 16) + 4 * 5,
        ),
    ],
)
def test_parameters_of_sizes(fields: str, count: int) -> None:
    assert exact(problem(fields), "params") == count


@pytest.mark.parametrize(
    ("answer", "slips"),
    [
        ("4*(m*n + n^2 + n) + n*k + k", ()),
        ("4*(m*n + n^2) + n*k + k", ("biases-forgotten",)),
        ("m*n + n^2 + n + n*k + k", ("one-gate",)),
        ("4*(m*n + n) + n*k + k", ("recurrent-weights-forgotten",)),
        ("4*(m*n + n^2 + 2*n) + n*k + k", ("bias-vectors",)),
    ],
)
def test_sizes_may_be_letters(answer: str, slips: tuple[str, ...]) -> None:
    marker = written("kind: recurrent\ncell: lstm\nsizes: {inputs: m, units: n, outputs: k}\nparts: [{find: params}]")
    mark = by_name(marker.mark({"params": answer}))["params"]
    assert mark.slips == slips
    assert (mark.score == mark.out_of) == (not slips)


@pytest.mark.parametrize(
    ("answer", "slips"),
    [
        ("8*(d*h + h^2 + h) + 8*(l - 1)*(3*h^2 + h)", ()),
        ("4*(d*h + h^2 + h) + 4*(l - 1)*(3*h^2 + h)", ("one-direction",)),
        ("8*l*(d*h + h^2 + h)", ("input-of-the-first-layer",)),
        ("8*(d*h + h^2 + h) + 8*l*(3*h^2 + h)", ("one-layer-more",)),
        ("8*(d*h + h^2 + h) + 8*(l - 1)*(2*h^2 + h)", ("one-direction-read",)),
        ("8*(d*h + h^2) + 8*(l - 1)*3*h^2", ("biases-forgotten",)),
    ],
)
def test_layers_in_both_directions_are_counted_in_letters(answer: str, slips: tuple[str, ...]) -> None:
    sizes = "{inputs: d, units: h, layers: l, bidirectional: true}"
    marker = written(f"kind: recurrent\ncell: lstm\nsizes: {sizes}\nparts: [{{find: params}}]")
    assert by_name(marker.mark({"params": answer}))["params"].slips == slips


@pytest.mark.parametrize(
    ("fields", "macs"),
    [
        ("cell: gru\nsizes: {inputs: 3, units: 4, sequence: 6}", 6 * 3 * 4 * (3 + 4)),
        ("output_at: last\nsizes: {inputs: 3, units: 4, outputs: 2, sequence: 6}", 6 * 4 * (3 + 4) + 4 * 2),
        ("sizes: {inputs: 3, units: 4, outputs: 2, sequence: 6}", 6 * (4 * (3 + 4) + 4 * 2)),
        (
            "cell: lstm\npeepholes: true\n"
            "sizes: {inputs: 3, units: 4, outputs: 5, layers: 3, sequence: 6, bidirectional: true}",
            6 * (2 * (16 * (3 + 4) + 12) + 2 * 2 * (16 * (8 + 4) + 12) + 8 * 5),
        ),
        ("cell: jordan\nsizes: {inputs: 3, units: 4, outputs: 2, sequence: 6}", 6 * (4 * (3 + 2) + 4 * 2)),
    ],
)
def test_operations_of_sizes_are_those_of_all_steps(fields: str, macs: int) -> None:
    found = problem(fields)
    assert exact(found, "macs") == macs
    assert exact(found, "flops") == 2 * macs


@pytest.mark.parametrize(
    ("answers", "slip"),
    [
        ({"macs": "d*h + h^2 + h"}, "one-step"),
        ({"macs": "T*(d*h + h^2)"}, "output-forgotten"),
        ({"macs": "T*(d*h + h^2 + h)"}, "output-steps"),
    ],
)
def test_a_mistake_in_operations_is_named(answers: Mapping[str, str], slip: str) -> None:
    sizes = "{inputs: d, units: h, outputs: 1, sequence: T}"
    marker = written(f"kind: recurrent\noutput_at: last\nsizes: {sizes}\nparts: [{{find: macs}}]")
    (asked,) = answers
    assert by_name(marker.mark(answers))[asked].slips == (slip,)


@pytest.mark.parametrize(("stacked", "named"), [("onnx", "pytorch"), ("pytorch", "onnx")])
def test_gates_read_in_the_order_of_another_framework_are_named(stacked: str, named: str) -> None:
    rows = {
        "pytorch": (("W_ih", "W_hh"), {"i": 0, "f": 1, "g": 2, "o": 3}),
        "onnx": (("W", "R"), {"i": 0, "o": 1, "f": 2, "g": 3}),
    }
    (by_input, by_state), _ = rows[stacked]
    weights, recurrent = [[0.1], [0.9], [-0.4], [0.6]], [[0.5], [-0.3], [0.2], [0.7]]
    fields = f"cell: lstm\nstacked: {stacked}\ninputs: [[1]]\ninitial: {{h: [0.5], c: [2]}}\n"
    fields += f"weights: {{{by_input}: {weights}, {by_state}: {recurrent}}}\n"
    net = numpy.array(weights)[:, 0] + 0.5 * numpy.array(recurrent)[:, 0]
    i, f, g, o = (net[rows[named][1][gate]] for gate in "ifgo")
    cell = 2 * sigmoid(f) + sigmoid(i) * numpy.tanh(g)
    answers = {"W_f": f"[[{weights[rows[named][1]['f']][0]:.2f}0]]", "h1": f"[{sigmoid(o) * numpy.tanh(cell):.6f}]"}
    for asked, answer in answers.items():
        marker = written(f"kind: recurrent\n{fields}parts: [{{find: {asked}}}]")
        assert by_name(marker.mark({asked: answer}))[asked].slips == ("gate-order",)


def test_state_and_input_are_joined_in_the_order_of_the_weights() -> None:
    fields = "joined: h x\ninputs: [1]\ninitial: {h: [0.2, -0.4]}\nweights: {W_x: [[0.5, -0.4, 1], [0.3, 0.8, -0.6]]}\n"
    marker = written(f"kind: recurrent\n{fields}parts: [{{find: h1}}]")
    turned = numpy.tanh(numpy.array([[0.5, -0.4, 1], [0.3, 0.8, -0.6]]) @ [1, 0.2, -0.4])
    assert by_name(marker.mark({"h1": str(numpy.round(turned, 6).tolist())}))["h1"].slips == ("joined-exchanged",)


def test_a_jordan_network_feeds_its_output_back() -> None:
    fields = "cell: jordan\ninputs: [1, 0.5]\nweights: {W_x: 0.8, W_c: -0.5, W_y: 1.5}\ninitial: {y: 0.5}\n"
    marker = written(f"kind: recurrent\n{fields}parts: [{{find: h2}}]")
    first = numpy.tanh(0.8 - 0.5 * 0.5)
    assert by_name(marker.mark({"h2": f"{numpy.tanh(0.4 - 0.5 * first):.6f}"}))["h2"].slips == ("hidden-fed-back",)


@pytest.mark.parametrize(("clip", "slip"), [("{value: 2}", "norm-for-value"), ("{norm: 2}", "value-for-norm")])
def test_clipping_by_the_norm_and_by_the_value_are_told_apart(clip: str, slip: str) -> None:
    fields = "activation: identity\ninputs: [[1, 2]]\nweights: {W_x: [[1, -1], [0, 3]], W_h: [[1, 0], [0, 1]]}\n"
    fields += f"loss: {{function: half_sum, targets: [0, 0]}}\nclip: {clip}\nparts: [{{find: clipped.W_x}}]\n"
    by_input = numpy.outer([-1, 6], [1, 2])
    wrong = numpy.clip(by_input, -2, 2) if slip == "value-for-norm" else 2 * by_input / numpy.linalg.norm(by_input)
    mark = by_name(written(f"kind: recurrent\n{fields}").mark({"clipped.W_x": str(numpy.round(wrong, 5).tolist())}))
    assert mark["clipped.W_x"].slips == (slip,)


def test_a_letter_that_is_also_a_made_name_is_told_apart() -> None:
    sizes = "{inputs: n_h, units: N, layers: 3}"
    marker = written(f"kind: recurrent\nsizes: {sizes}\nparts: [{{find: params, in: [n_h, N]}}]")
    assert by_name(marker.mark({"params": "N*n_h + N^2 + N + 2*(2*N^2 + N)"}))["params"].verdict.is_right


def test_one_layer_has_none_above_it() -> None:
    fields = "cell: gru\nsizes: {inputs: 3, units: 4, outputs: 1, layers: 1, sequence: 6, bidirectional: true}"
    found = problem(fields)
    assert not any("above" in name or name == "N" for name in found.plan.graph.names)
    assert exact(found, "params") == 2 * 3 * (12 + 16 + 4) + 9
    assert printed(found).startswith(
        "A layer (GRU) of 4 units, in both directions takes inputs of 3 features and has 1 output,"
    )


def test_a_letter_may_stand_for_units_and_steps() -> None:
    marker = written("kind: recurrent\ncell: gru\nsizes: {inputs: n, units: h, sequence: h}")
    assert by_name(marker.mark({"params": "3*(n*h + h^2 + h)"}))["params"].verdict.is_right


def test_parameters_are_the_entries_of_the_weights() -> None:
    fields = of_vectors("lstm")
    assert exact(problem(fields), "params") == sum(numpy.size(value) for value in fields["weights"].values())


def test_names_are_the_courses_own_and_letters_are_letters() -> None:
    fields = "inputs: [R^d, R^d]\nweights: {W_x: R^(n x d), W_h: R^(n x n)}\nnames: {W_x: U, W_h: W, h: s}\n"
    marker = written(f"kind: recurrent\n{fields}parts: [{{find: s2, in: [U, W, x2, s1]}}]")
    assert by_name(marker.mark({"s2": "tanh(U @ x2 + W @ s1)"}))["s2"].verdict.is_right
    assert by_name(marker.mark({"s2": "tanh(U @ x2)"}))["s2"].slips


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("weights: {W_x: 1, W_h: 1}", "missing `inputs`"),
        ("inputs: [1]\nweights: {W_x: 1}", "missing W_h in `weights`"),
        ("inputs: [1]\nweights: {W_x: 1, W_h: 1, W_q: 2}", "there are no weights `W_q` here"),
        ("inputs: [1]\nweights: {W_x: 1, W_h: 1}\ninitial: {c: 1}", "`c` is no state of elman"),
        ("inputs: [1]\nweights: {W_x: 1, W_h: 1}\npeepholes: true", "elman has no peepholes"),
        ("inputs: [1]\nweights: {W_x: 1, W_h: 1}\nreset: after", "`reset` belongs to gru"),
        ("inputs: [1]\nweights: {W_x: 1, W_h: 1}\noutput: sigmoid", "`output` goes with W_y"),
        ("inputs: [1]\nweights: {W_x: 1, W_h: 1, b_y: 1}", "`b_y` goes with `W_y`"),
        ("inputs: [1]\nweights: {W_x: 1, W_h: 1}\ntruncate: 2", "`truncate` goes with a loss"),
        ("inputs: [1]\nweights: {W_x: 1, W_h: 1}\nclip: {norm: 2}", "`clip` goes with a loss"),
        (f"{CLIPPED}clip: {{norm: 2, value: 1}}", "give either `value` or `norm`"),
        ("inputs: [1, 2]\nweights: {W_x: 1, W_h: 1}\nloss: {function: mse, targets: [1], at: each}", "each of 2 steps"),
        ("inputs: [1, 2]\nweights: {W_x: 1, W_h: 1}\nloss: {function: mse, targets: [~, ~]}", "say `at: each`"),
        ("inputs: [1]\nweights: {W_x: 1, W_h: 1}\nloss: {function: mse, targets: [1, 2]}", "not a vector of 2"),
        ("inputs: [1]\nweights: {W_x: 1, W_h: 1}\nnames: {U: V}", "`U` has no other name"),
        ("cell: jordan\ninputs: [1]\nweights: {W_x: 1, W_c: 1}", "missing W_y in `weights`"),
        ("inputs: [1]\nsizes: {inputs: 1, units: 1}", "with `sizes` there are no numbers"),
        ("cell: jordan\nsizes: {inputs: 1, units: 1}", "missing `outputs`: jordan feeds its outputs back"),
        ("cell: jordan\nsizes: {inputs: 1, units: 1, outputs: 1, layers: 2}", "it has one layer and one direction"),
        ("sizes: {inputs: 1, units: 1, layers: 0}", "expected a whole number from 1 up"),
        ("stacked: keras\ninputs: [[1]]\nweights: {kernel: [[1, 2]], recurrent_kernel: [[1, 2]]}", "units × 1·units"),
        ("cell: lstm\nstacked: pytorch\ninputs: [[1]]\nweights: {W_ih: [[1]], W_hh: [[1]]}", "4·units × units"),
        ("inputs: [[1, 2]]\nweights: {W_x: [[1], [2]], W_h: [[1, 0], [0, 1]]}", "h1: "),
        (f"{JOINED}reset: after", "a reset gate after the product needs weights of their own"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(fields: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as error:
        problem(fields)
    assert message in str(error.value)
