"""Recurrent cells, one row each: the lines of one step, and how frameworks stack their weights.

Elman, *Finding Structure in Time* (1990); Jordan, *Serial Order* (1986); Hochreiter and Schmidhuber, *Long Short-Term
Memory* (1997), with the forget gate and peepholes of Gers et al. (2000, 2002); Cho et al., *Learning Phrase
Representations using RNN Encoder–Decoder* (2014), for the GRU.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from deepcalc.records import record


@record
class GateWeights:
    """The names of what makes a net input: the weights of the input and of the state before, and their biases."""

    input: str
    recurrent: str
    bias: str
    recurrent_bias: str

    @classmethod
    def of(cls, gate: str) -> GateWeights:
        return cls(f"W_{gate}", f"U_{gate}", f"b_{gate}", f"b_h{gate}")

    @property
    def names(self) -> tuple[str, ...]:
        return (self.input, self.recurrent, self.bias, self.recurrent_bias)


@record
class Line:
    """One quantity of a step.

    ``text`` is its formula in the quantities of the step (``{f}``), those of the step before (``{h_before}``) and its
    own net input (``{net}``); ``{act}`` is the cell's activation. ``variants`` are other formulas by the
    value of a convention. ``peephole`` is the weight by which it sees the cell state ``peeks``; one that ``resets``
    sees the state before through the reset gate. Courses that call it otherwise have its weights as those of a letter
    in ``also``: W_c for W_g.
    """

    stem: str
    text: str
    note: str
    weights: GateWeights | None = None
    variants: Mapping[str, str] = field(default_factory=dict)
    peephole: str = ""
    peeks: str = ""
    resets: bool = False
    also: tuple[str, ...] = ()


@record
class CellSlip:
    """A typical mistake in one line of a cell: its key, how it is said, and the formula as a student writes it."""

    key: str
    message: str
    stem: str
    text: str


@record
class Cell:
    """One cell: the lines of a step in order, its states with what they hold, and the one that is fed back."""

    name: str
    title: str
    lines: tuple[Line, ...]
    states: Mapping[str, str]
    fed_back: str = "h"
    slips: tuple[CellSlip, ...] = ()

    @property
    def gates(self) -> tuple[Line, ...]:
        """The lines with weights of their own."""
        return tuple(line for line in self.lines if line.weights is not None)

    @property
    def weights(self) -> tuple[str, ...]:
        return tuple(name for line in self.gates if line.weights is not None for name in line.weights.names)

    @property
    def otherwise(self) -> Mapping[str, str]:
        """The weights by the other names that courses have for them."""
        return {
            other: own
            for line in self.gates
            for letter in line.also
            if line.weights is not None
            for other, own in zip(GateWeights.of(letter).names[:3], line.weights.names[:3], strict=True)
        }

    @property
    def peepholes(self) -> tuple[str, ...]:
        return tuple(line.peephole for line in self.lines if line.peephole)


def _gate(stem: str, note: str, peeks: str = "") -> Line:
    return Line(stem, "sigmoid({net})", note, GateWeights.of(stem), peephole=f"p_{stem}" if peeks else "", peeks=peeks)


_ROWS = (
    Cell(
        "elman",
        "simple (Elman) recurrent network",
        (Line("h", "{act}({net})", "hidden state", GateWeights("W_x", "W_h", "b", "b_h")),),
        {"h": "hidden state"},
    ),
    Cell(
        "jordan",
        "Jordan network",
        (Line("h", "{act}({net})", "hidden state, from the output before", GateWeights("W_x", "W_c", "b", "b_c")),),
        {"y": "output"},
        fed_back="y",
    ),
    Cell(
        "lstm",
        "LSTM",
        (
            _gate("f", "forget gate", "c_before"),
            _gate("i", "input gate", "c_before"),
            Line("g", "{act}({net})", "candidate", GateWeights.of("g"), also=("c", "C")),
            Line("c", "{f} * {c_before} + {i} * {g}", "cell state"),
            _gate("o", "output gate", "c"),
            Line("h", "{o} * {act}({c})", "hidden state"),
        ),
        {"h": "hidden state", "c": "cell state"},
        slips=(
            CellSlip("gates-exchanged", "forget and input gate exchanged", "c", "{i} * {c_before} + {f} * {g}"),
            CellSlip("input-not-gated", "the input gate forgotten", "c", "{f} * {c_before} + {g}"),
            CellSlip("state-not-gated", "the forget gate forgotten", "c", "{c_before} + {i} * {g}"),
            CellSlip("state-forgotten", "the cell state before forgotten", "c", "{i} * {g}"),
            CellSlip("complement", "1 − f in place of the forget gate", "c", "(1 - {f}) * {c_before} + {i} * {g}"),
            CellSlip("complement", "1 − i in place of the input gate", "c", "{f} * {c_before} + (1 - {i}) * {g}"),
            CellSlip("gates-tied", "1 − f in place of the input gate", "c", "{f} * {c_before} + (1 - {f}) * {g}"),
            CellSlip("gates-tied", "1 − i in place of the forget gate", "c", "(1 - {i}) * {c_before} + {i} * {g}"),
            CellSlip(
                "cell-activated",
                "the activation taken of the new cell state itself",
                "c",
                "{act}({f} * {c_before} + {i} * {g})",
            ),
            CellSlip(
                "state-for-cell",
                "the hidden state before in place of the cell state",
                "c",
                "{f} * {h_before} + {i} * {g}",
            ),
            CellSlip("activation-forgotten", "the activation of the cell state forgotten", "h", "{o} * {c}"),
            CellSlip("other-gate", "the input gate in place of the output gate", "h", "{i} * {act}({c})"),
            CellSlip("other-gate", "the forget gate in place of the output gate", "h", "{f} * {act}({c})"),
            CellSlip("candidate-for-cell", "the candidate in place of the cell state", "h", "{o} * {act}({g})"),
            CellSlip("candidate-for-cell", "the candidate in place of the activated cell state", "h", "{o} * {g}"),
            CellSlip("cell-before", "the cell state before in place of the new one", "h", "{o} * {act}({c_before})"),
            CellSlip(
                "gate-activated", "the activation taken of the product with the output gate", "h", "{act}({o} * {c})"
            ),
            CellSlip("sum-for-product", "the output gate added, not multiplied", "h", "{o} + {act}({c})"),
            CellSlip("output-not-gated", "the output gate forgotten", "h", "{act}({c})"),
        ),
    ),
    Cell(
        "gru",
        "GRU",
        (
            _gate("z", "update gate"),
            _gate("r", "reset gate"),
            Line("n", "{act}({net})", "candidate", GateWeights.of("n"), resets=True, also=("h",)),
            Line(
                "h",
                "{z} * {h_before} + (1 - {z}) * {n}",
                "hidden state",
                variants={"replaces": "(1 - {z}) * {h_before} + {z} * {n}"},
            ),
        ),
        {"h": "hidden state"},
        slips=(
            CellSlip(
                "gates-exchanged",
                "the reset gate in place of the update gate",
                "h",
                "{r} * {h_before} + (1 - {r}) * {n}",
            ),
            CellSlip("state-forgotten", "the candidate alone taken for the new state", "h", "{n}"),
            CellSlip("not-gated", "state and candidate added without the update gate", "h", "{h_before} + {n}"),
            CellSlip(
                "state-activated",
                "the activation taken of the new state",
                "h",
                "{act}({z} * {h_before} + (1 - {z}) * {n})",
            ),
        ),
    ),
)

CELLS: Mapping[str, Cell] = {row.name: row for row in _ROWS}


@record
class Merge:
    """How the states of both directions make one: a formula in ``{forward}`` and ``{backward}``; empty: side by side.

    See Schuster and Paliwal, *Bidirectional Recurrent Neural Networks* (1997).
    """

    name: str
    law: str
    note: str
    text: str


_MERGES = (
    Merge("concat", "[forward, backward]", "both directions, one after the other", ""),
    Merge("sum", "their sum", "sum of both directions", "{forward} + {backward}"),
    Merge("mean", "their mean", "mean of both directions", "({forward} + {backward})/2"),
    Merge("multiply", "their product, entry by entry", "product of both directions", "{forward} * {backward}"),
)

MERGES: Mapping[str, Merge] = {row.name: row for row in _MERGES}


@record
class Stack:
    """How a framework keeps the weights of all gates in one matrix.

    ``orders`` is the order of the gates in each cell. Gates stand below each other (axis 0, vectors are columns: W x)
    or side by side (axis 1, vectors are rows: x W). ``bias`` holds those of the input, ``recurrent_bias`` those of the
    state where these are apart; ``joint_bias`` has both in one, the recurrent ones after the others. ``reset`` is
    where the framework's GRU applies its reset gate, ``two_biases`` are the cells whose gates have a bias for the
    product with the state, too. ``otherwise`` are the names that it prints itself.
    """

    name: str
    input: str
    recurrent: str
    bias: str
    recurrent_bias: str
    joint_bias: bool
    peephole: str
    peephole_order: str
    orders: Mapping[str, str]
    axis: int
    reset: str
    two_biases: tuple[str, ...]
    otherwise: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.input, self.recurrent, self.bias, self.recurrent_bias, self.peephole)))


_STACKS = (
    Stack(
        "pytorch", "W_ih", "W_hh", "b_ih", "b_hh", False, "", "",
        {"elman": "h", "lstm": "ifgo", "gru": "rzn"}, 0, "after", ("elman", "lstm", "gru"),
        {"weight_ih_l0": "W_ih", "weight_hh_l0": "W_hh", "bias_ih_l0": "b_ih", "bias_hh_l0": "b_hh"},
    ),
    Stack(
        "keras", "kernel", "recurrent_kernel", "bias", "", True, "", "",
        {"elman": "h", "lstm": "ifgo", "gru": "zrn"}, 1, "after", ("gru",),
    ),
    Stack(
        "onnx", "W", "R", "B", "", True, "P", "iof",
        {"elman": "h", "lstm": "iofg", "gru": "zrn"}, 0, "before", ("elman", "lstm", "gru"),
    ),
)  # fmt: skip

STACKS: Mapping[str, Stack] = {row.name: row for row in _STACKS}
