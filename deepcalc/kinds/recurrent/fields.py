"""The fields of `recurrent`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from deepcalc.errors import Fault, Location, did_you_mean, listed
from deepcalc.fields.choices import Choice
from deepcalc.fields.given import Given, GivenOrSeveral
from deepcalc.fields.types import Count, Fields, Flag, Identifier
from deepcalc.kinds._arrays import ArrayLossFields, UpstreamField, loss_faults
from deepcalc.kinds._clipping import ClipFields
from deepcalc.kinds.recurrent.notation import in_standard_names, letters, with_names_of
from deepcalc.kinds.recurrent.sizes import WITHOUT_NUMBERS, SizeFields, alone, faults_beside
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.nodes import Node
from deepcalc.rules.recurrent import CELLS, MERGES, STACKS, Cell, Line, Stack


class CellName(Choice, names=CELLS): ...


class StackName(Choice, names=STACKS): ...


class MergeName(Choice, names=MERGES): ...


_ALIASES = {"rnn": "elman", "vanilla": "elman", "simple": "elman"}
OUTPUT_WEIGHTS = ("W_y", "b_y")


def _by_any_name(value: Any) -> Any:
    return _ALIASES.get(value.lower(), value.lower()) if isinstance(value, str) else value


class RecurrentLossFields(ArrayLossFields):
    """The loss of the outputs; without W_y of the hidden states."""

    targets: Annotated[GivenOrSeveral, letters("t")] = Field(
        description="the target of the last output, or a list with one for each step (`at: each`)"
    )
    at: Literal["each", "last"] = Field(
        "last", description="the loss of the last step alone, or of each step: `targets` is then a list of them"
    )
    reduction: Literal["sum", "mean"] = Field("sum", description="how the losses of the steps make the loss")

    @property
    def of_steps(self) -> Sequence[Node]:
        """The targets one by one; none where there is a single number."""
        if isinstance(self.targets, list):
            return self.targets
        return self.targets.args if isinstance(self.targets, Array) else ()


class CellFields(Fields):
    """The weights of one cell, and its states before it begins."""

    weights: dict[Identifier, Given] = Field({}, description="as those of the first layer, without W_y and b_y")
    initial: dict[Identifier, Given] = Field({}, description="its states before the first step; zero by default")


class LayerFields(CellFields):
    """A layer of cells, in one direction or in both."""

    backward: CellFields | None = Field(None, description="its backward direction: {weights: …, initial: …}")


class RecurrentFields(Fields):
    """A recurrent cell, its inputs one after the other, and its weights."""

    cell: Annotated[CellName, BeforeValidator(_by_any_name)] = Field(
        CellName("elman"), description="; ".join(f"{name}: {row.title}" for name, row in CELLS.items())
    )
    inputs: Annotated[list[Given] | None, letters("x")] = Field(
        None,
        min_length=1,
        max_length=50,
        description="one input for each step: numbers, [1, 0.5], vectors, or letters, [x1, x2]",
    )
    weights: dict[Identifier, Given] = Field(
        {},
        description="elman: W_x, W_h, b; jordan: W_x, W_c (from the output before), b; lstm: W_f, U_f, b_f and so for "
        "the gates i, o and the candidate g (or W_c, U_c, b_c); gru: for z, r and the candidate n (or W_h, U_h, b_h); "
        "W is of the input, U of the state before; b_hf, … are further biases, added to the product with the state; of "
        "the output W_y, b_y; biases may be left out. Or those of a framework (`stacked`)",
    )
    initial: dict[Identifier, Given] = Field(
        {}, description="the states before the first step: {h: 0.5, c: [0, 1]}; zero by default"
    )
    backward: CellFields | None = Field(
        None,
        description="a second cell, from the last step to the first (bidirectional): {weights: …, initial: …}; its "
        "states are hb1, …, its weights Wb_x, …; what both make together is m1, …",
    )
    merge: MergeName = Field(
        MergeName("concat"),
        description="how both directions make one state: "
        + "; ".join(f"{name}: {row.law}" for name, row in MERGES.items()),
    )
    above: list[LayerFields] = Field(
        [],
        max_length=5,
        description="further layers, each reading what comes out of the one below: [{weights: …, initial: …}]; the "
        "states of the second are h1:2, …, its weights W_x2, …",
    )
    vectors: Literal["columns", "rows"] | None = Field(
        None, description="W x, vectors are columns (by default), or x W; of stacked weights as the framework has it"
    )
    joined: Literal["h x", "x h"] | None = Field(
        None,
        description="one matrix for state and input together, W_f·[h, x] or W_f·[x, h], in place of W_f and U_f",
    )
    stacked: StackName | None = Field(
        None,
        description="weights as a framework stacks them: pytorch has W_ih, W_hh, b_ih, b_hh (LSTM i, f, g, o; GRU r, "
        "z, n, below each other), keras kernel, recurrent_kernel, bias (i, f, g, o; z, r, n, side by side), onnx W, R, "
        "B, P (i, o, f, g; z, r, n; without the axis of directions)",
    )
    activation: Literal["tanh", "relu", "sigmoid", "identity"] = Field(
        "tanh", description="of the hidden state (elman, jordan), of the candidate and of the cell state (lstm, gru)"
    )
    peepholes: Flag = Field(
        False, description="the gates of an LSTM see the cell state, by p_f, p_i (the one before) and p_o (the new one)"
    )
    reset: Literal["before", "after"] | None = Field(
        None,
        description="GRU: U_n (r ⊙ h), the reset gate before the product (by default, and onnx), or r ⊙ (U_n h), after "
        "it (pytorch, keras)",
    )
    update_gate: Literal["keeps", "replaces"] = Field(
        "keeps", description="GRU: z ⊙ h + (1 − z) ⊙ n, z keeps the old state, or (1 − z) ⊙ h + z ⊙ n"
    )
    output: Literal["identity", "sigmoid", "tanh", "softmax"] = Field(
        "identity", description="the activation of the outputs y = W_y h + b_y"
    )
    output_at: Literal["each", "last"] = Field(
        "each",
        description="outputs at each step, or at the last one alone (of both directions: where each of them ends)",
    )
    loss: RecurrentLossFields | None = Field(
        None, description="{function: half_sum, targets: …, at: each}; gradients run back through time"
    )
    upstream: UpstreamField = None
    truncate: Count | None = Field(
        None,
        description="the gradient of each step's loss runs back through so many steps only; asked for as truncated.W_h",
    )
    clip: ClipFields | None = Field(
        None,
        description="clip the gradients (the truncated ones, with `truncate`): {norm: 5} or {value: 1}; asked for as "
        "norm and clipped.W_h",
    )
    names: dict[Identifier, Identifier] = Field(
        {},
        description="the course's own names: {W_x: U, W_h: W, h: s, g: ctilde}; `weights` and `initial` may go by "
        "these, too",
    )
    sizes: SizeFields | None = Field(
        None, description="in place of numbers: {inputs: 10, units: 20}; `params` is to be found"
    )

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:
        if isinstance(data, dict) and "stacked" not in data:
            data = with_names_of(data, CELLS.get(str(_by_any_name(data.get("cell")))))
        names = data.get("names") if isinstance(data, dict) else None
        known = {str(name): str(own) for name, own in names.items()} if isinstance(names, dict) else {}
        stack = STACKS.get(str(data.get("stacked"))) if isinstance(data, dict) else None
        own = {own: name for name, own in known.items()} | (dict(stack.otherwise) if stack is not None else {})
        return in_standard_names(data, own, known) if own else data

    @property
    def row(self) -> Cell:
        return CELLS[self.cell]

    @property
    def stack(self) -> Stack | None:
        return None if self.stacked is None else STACKS[self.stacked]

    @property
    def resets(self) -> str:
        """Where the reset gate is applied."""
        return self.reset or (self.stack.reset if self.stack is not None else "before")

    @property
    def bias_vectors(self) -> int:
        """How many bias vectors each gate has, where there are sizes alone."""
        if self.sizes is not None and self.sizes.biases is not None:
            return self.sizes.biases
        return 2 if self.stack is not None and self.cell in self.stack.two_biases else 1

    @property
    def as_rows(self) -> bool:
        """Whether vectors stand as rows, to the left of their weights."""
        axis = 0 if self.stack is None else self.stack.axis
        return self.vectors == "rows" if self.vectors is not None else axis == 1

    @property
    def layers(self) -> Sequence[LayerFields]:
        """The layers, the first one first."""
        first = LayerFields.model_construct(weights=self.weights, initial=self.initial, backward=self.backward)
        return (first, *self.above)

    @property
    def top(self) -> int:
        """The number of the uppermost layer; 0 of the only one."""
        return len(self.layers) if self.above else 0

    def is_bidirectional(self, layer: int) -> bool:
        """Whether a layer (0 for the only one) has both directions."""
        return self.layers[max(layer, 1) - 1].backward is not None

    @property
    def cells(self) -> Iterator[tuple[Location, CellFields]]:
        """The cells of all layers and directions, each with where it stands in the file."""
        for number, layer in enumerate(self.layers):
            at: Location = ("above", number - 1) if number else ()
            yield at, layer
            if layer.backward is not None:
                yield (*at, "backward"), layer.backward

    @property
    def count(self) -> int:
        return len(self.inputs or ())

    @property
    def merges_side_by_side(self) -> bool:
        """Whether the states of both directions stand one after the other."""
        return not MERGES[self.merge].text

    def text_of(self, line: Line) -> str:
        """The formula of a line in the conventions that are chosen."""
        return line.variants.get(self.update_gate, line.text)

    @property
    def known_weights(self) -> list[str]:
        """The names that weights may have."""
        return [*(self.cell_weights if self.stack is None else self.stack.names), *OUTPUT_WEIGHTS]

    @property
    def cell_weights(self) -> list[str]:
        """The names of a cell's own weights, those of the gates one by one."""
        own = [name for name in self.row.weights if self.joined is None or not name.startswith(("U_", "b_h", "W_h"))]
        return [*own, *(self.row.peepholes if self.peepholes else ())]

    @property
    def stems(self) -> list[str]:
        """What a course may call otherwise."""
        return [*dict.fromkeys(["x", "y", "s", "m", *(line.stem for line in self.row.lines), *self.known_weights])]

    def faults(self) -> Iterator[Fault]:
        yield from loss_faults(self)
        for name in self.names:
            if name not in self.stems:
                yield Fault(("names", name), f"`{name}` has no other name{did_you_mean(name, self.stems)}")
        if self.peepholes and not self.row.peepholes:
            yield Fault(("peepholes",), f"{self.cell} has no peepholes; an lstm may have them")
        if self.sizes is not None:
            yield from faults_beside(name for name in WITHOUT_NUMBERS if getattr(self, name))
            yield from self.sizes.faults_in(self.row)
            return
        if self.inputs is None:
            yield Fault(("inputs",), "missing `inputs`: one for each step, or `sizes` to count parameters")
        yield from self._weight_faults()
        yield from self._convention_faults()
        yield from self._end_faults()

    def _weight_faults(self) -> Iterator[Fault]:
        for at, cell in self.cells:
            yield from self._cell_faults(at, cell)
        needed = [name for name in self.needed_weights if name in OUTPUT_WEIGHTS and name not in self.weights]
        if needed:
            yield Fault(("weights",), f"missing {listed(needed)} in `weights`; {self.cell} feeds its outputs back")
        if len(list(self.cells)) > 1 and self.row.fed_back == "y":
            field = "above" if self.above else "backward"
            yield Fault((field,), alone(self.row))

    def _cell_faults(self, at: Location, cell: CellFields) -> Iterator[Fault]:
        known = [name for name in self.known_weights if not at or name not in OUTPUT_WEIGHTS]
        for name in cell.weights:
            if name not in known:
                near = did_you_mean(name, known) or f"; there are {listed(known)}"
                message = f"there are no weights `{name}` here{near}; a course's own names stand under `names`"
                yield Fault((*at, "weights", name), message)
        needed = [name for name in self.needed_weights if name not in OUTPUT_WEIGHTS]
        missing = [name for name in needed if name not in cell.weights]
        if missing:
            message = f"missing {listed(missing)} in `weights`; {self.cell} needs {listed(needed)}"
            yield Fault((*at, "weights"), message)
        for name in cell.initial:
            if name not in self.row.states:
                message = f"`{name}` is no state of {self.cell}; it has {listed(self.row.states)}"
                yield Fault((*at, "initial", name), message)

    @property
    def needed_weights(self) -> list[str]:
        if self.stack is not None:
            return [self.stack.input, self.stack.recurrent]
        optional = {name for line in self.row.gates if line.weights for name in line.weights.names[2:]}
        output = ["W_y"] if self.row.fed_back == "y" else []
        return [name for name in self.known_weights if name not in optional | set(OUTPUT_WEIGHTS)] + output

    def _convention_faults(self) -> Iterator[Fault]:
        if self.peepholes and self.stack is not None and not self.stack.peephole:
            yield Fault(("peepholes",), f"{self.stacked} has no peepholes")
        is_gru = any(line.resets for line in self.row.lines)
        for name in ("reset", "update_gate"):
            if name in self.model_fields_set and not is_gru:
                yield Fault((name,), f"`{name}` belongs to gru")
        if "merge" in self.model_fields_set and not any(layer.backward for layer in self.layers):
            yield Fault(("merge",), "`merge` goes with `backward`: there is one direction")
        if self.truncate is not None and any(layer.backward for layer in self.layers):
            yield Fault(("truncate",), "`truncate` goes with one direction; leave out `backward`")
        if self.joined is not None and self.stack is not None:
            yield Fault(("joined",), "stacked weights are apart for input and state; leave out `joined`")
        if self.joined is not None and is_gru and self.resets == "after":
            yield Fault(("joined",), "a reset gate after the product needs weights of their own for the state")
        if self.stack is not None and self.cell not in self.stack.orders:
            yield Fault(("stacked",), f"{self.stacked} has no {self.cell}; it has {listed(self.stack.orders)}")

    def _loss_faults(self, loss: RecurrentLossFields) -> Iterator[Fault]:
        if loss.at == "each":
            if self.output_at == "last" and "W_y" in self.weights:
                yield Fault(("loss", "at"), "only the last step has an output; say `at: last`")
            if len(loss.of_steps) != self.count:
                yield Fault(("loss", "targets"), f"expected a target for each of {self.count} steps")
        elif isinstance(loss.targets, list):
            yield Fault(("loss", "targets"), "one target for the last step; or say `at: each`")
        elif "reduction" in loss.model_fields_set:
            yield Fault(("loss", "reduction"), "there is one loss only; say `at: each` for one at each step")

    def _end_faults(self) -> Iterator[Fault]:
        if "output" in self.model_fields_set and "W_y" not in self.weights:
            yield Fault(("output",), "`output` goes with W_y in `weights`")
        if "b_y" in self.weights and "W_y" not in self.weights:
            yield Fault(("weights", "b_y"), "`b_y` goes with `W_y`")
        if self.row.fed_back == "y" and self.output_at == "last":
            yield Fault(("output_at",), "the output of each step is fed back")
        if self.loss is not None:
            yield from self._loss_faults(self.loss)
        for field in ("truncate", "clip"):
            if getattr(self, field) is not None and self.loss is None and self.upstream is None:
                yield Fault((field,), f"`{field}` goes with a loss")
        if self.clip is not None:
            yield from self.clip.faults_at(("clip",))
