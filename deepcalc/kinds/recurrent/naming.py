"""The names of a recurrent network's quantities: of each cell and step its own, as the course calls them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deepcalc.errors import Location
from deepcalc.kinds.recurrent.fields import CellFields, RecurrentFields
from deepcalc.notation.symbols import ARROWS, Forms, Symbols, forms_of_identifier
from deepcalc.records import record

MERGED = "m"
"""What both directions make of a step together."""

_ARROWS = {False: "overrightarrow", True: "overleftarrow"}
_SCORES = ("s", "u", "score", "a")
"""What scores are called: the first one that stands for nothing else."""


def named(fields: RecurrentFields, stem: str) -> str:
    """What the course calls a quantity or a weight; scores are u, say, where something else is called s."""
    own = fields.names.get(stem, stem)
    if not stem == own == "s":
        return own
    others = {fields.names.get(each, each) for each in fields.stems if each != stem}
    return next((name for name in _SCORES if name not in others), own)


def at_step(fields: RecurrentFields, stem: str, step: int) -> str:
    """The name of what a step has one of, whatever the layers: an input, an output."""
    return f"{named(fields, stem)}{step}"


def reference(name: str) -> str:
    """A name as it stands in a formula."""
    return f"{{{name}}}"


@record
class Strand:
    """A cell that goes along the steps: that of a layer, in one direction, with its own weights and initial states.

    ``layer`` counts from 1, and is 0 where there is one layer, whose names have no number. ``origin`` is where the
    cell stands in the file.
    """

    fields: RecurrentFields
    own: CellFields
    layer: int = 0
    is_backward: bool = False
    origin: Location = ()

    @property
    def steps(self) -> Sequence[int]:
        """The steps in the order in which the cell goes."""
        there = range(1, self.fields.count + 1)
        return there[::-1] if self.is_backward else there

    @property
    def start(self) -> int:
        """The step of the initial states."""
        return self.fields.count + 1 if self.is_backward else 0

    def before(self, step: int) -> int:
        """The step that the cell has been at before."""
        return step + 1 if self.is_backward else step - 1

    def named(self, stem: str) -> str:
        """A weight: ``W_f``, of the second layer ``W_f2``, of the backward direction ``Wb_f``."""
        return f"{self._turned(stem)}{self.layer or ''}"

    def at(self, stem: str, step: int) -> str:
        """A quantity of a step: ``h1``, in the second layer ``h1:2``, in the backward direction ``hb1``."""
        return f"{self._turned(stem)}{step}{self._mark}"

    def input_at(self, step: int) -> str:
        """What the cell reads in a step: an input, or what comes out of the layer below."""
        return at_step(self.fields, "x", step) if self.layer <= 1 else out_of_layer(self.fields, self.layer - 1, step)

    def names_at(self, step: int) -> Mapping[str, str]:
        """The names that stand in the formulas of a step, by what they mean, as they are written there."""
        row = self.fields.row
        now = {line.stem: self.at(line.stem, step) for line in row.lines}
        before = {f"{state}_before": self.state(state, self.before(step)) for state in row.states}
        return {meaning: reference(name) for meaning, name in {**now, **before}.items()}

    def state(self, stem: str, step: int) -> str:
        """The state of a step; a Jordan network's is its output."""
        return at_step(self.fields, stem, step) if stem == "y" else self.at(stem, step)

    @property
    def merges_ends(self) -> bool:
        """Whether both directions are merged where each of them ends alone, not in every step."""
        return self.layer == self.fields.top and self.fields.output_at == "last"

    @property
    def place(self) -> str:
        """Which of several cells it is: ``layer 2, backward``; empty of a single one."""
        where = [f"layer {self.layer}"] if self.layer else []
        if self.fields.is_bidirectional(self.layer):
            where.append("backward" if self.is_backward else "forward")
        return ", ".join(where)

    def general(self, stem: str) -> str:
        """A quantity of any step, as the law has it: ``h_t``."""
        return f"{self._turned(stem)}_t{self._mark}"

    def general_before(self, stem: str) -> str:
        """A state of the step before any step: ``h_before``, which prints as h with the index t − 1."""
        return f"{self._turned(stem)}_before{self._mark}"

    def section(self, step: int) -> str:
        """The heading over a step of the cell."""
        text = f"{self.place}, step {step}" if self.place else f"step {step}"
        return text[0].upper() + text[1:]

    @property
    def _mark(self) -> str:
        return f":{self.layer}" if self.layer else ""

    def _turned(self, stem: str) -> str:
        head, line, rest = named(self.fields, stem).partition("_")
        return f"{head}{'b' if self.is_backward else ''}{line}{rest}"


def strands_of(fields: RecurrentFields) -> list[Strand]:
    """The cells of all layers, the first one first, forward before backward."""
    found = []
    for number, layer in enumerate(fields.layers, start=1):
        shown = number if len(fields.layers) > 1 else 0
        at: Location = ("above", number - 2) if number > 1 else ()
        found.append(Strand(fields, layer, shown, origin=at))
        if layer.backward is not None:
            found.append(Strand(fields, layer.backward, shown, is_backward=True, origin=(*at, "backward")))
    return found


def merged_at(fields: RecurrentFields, layer: int, step: int) -> str:
    """What both directions of a layer make of a step together."""
    return f"{at_step(fields, MERGED, step)}{f':{layer}' if layer else ''}"


def merged_steps(backward: Strand) -> list[tuple[int, int]]:
    """The steps of the forward and of the backward cell whose states are merged, under the first one's number."""
    last = backward.fields.count
    return [(last, backward.steps[-1])] if backward.merges_ends else [(step, step) for step in range(1, last + 1)]


def out_of_layer(fields: RecurrentFields, layer: int, step: int) -> str:
    """What comes out of a layer (0 for the only one) in a step."""
    if fields.is_bidirectional(layer):
        return merged_at(fields, layer, step)
    return f"{at_step(fields, 'h', step)}{f':{layer}' if layer else ''}"


def hidden_at(fields: RecurrentFields, step: int) -> str:
    """The hidden state of which the output of a step is made: that of the uppermost layer."""
    return out_of_layer(fields, fields.top, step)


def end_of(fields: RecurrentFields, step: int) -> str:
    """What comes out of a step: its output, or the hidden state where there are no outputs."""
    return at_step(fields, "y", step) if "W_y" in fields.weights else hidden_at(fields, step)


def symbols_of(strands: Sequence[Strand]) -> Symbols:
    """How names are written: the general law with its indices, layers with two directions with arrows above them."""
    found: dict[str, Forms] = {}
    of_layers: dict[tuple[str, int], Forms] = {}
    for strand in strands:
        for name, forms in _forms_of(strand):
            head, _, layer = name.partition(":")
            if layer:
                of_layers[head, int(layer)] = forms
            else:
                found[head] = forms
    return Symbols(found, of_samples=of_layers)


def _forms_of(strand: Strand) -> Iterator[tuple[str, Forms]]:
    """How the names of a cell are written, without the number of its layer; those that no rule writes so."""
    fields = strand.fields
    arrow = _ARROWS[strand.is_backward] if fields.is_bidirectional(strand.layer) else None
    stems = {line.stem for line in fields.row.lines} | {*fields.row.states}
    if arrow is not None:
        heads = {strand.at(stem, step): (stem, str(step)) for stem in stems for step in (*strand.steps, strand.start)}
        heads |= {strand.general(stem): (stem, "_t") for stem in stems}
        heads |= {strand.named(name): (name, str(strand.layer or "")) for name in fields.cell_weights}
        for name, (stem, index) in heads.items():
            yield name, _with_arrow(f"{named(fields, stem)}{index}", arrow)
    for stem in fields.row.states:
        own = named(fields, stem)
        forms = forms_of_identifier(own) if arrow is None else _with_arrow(own, arrow)
        yield strand.general_before(stem), Forms(f"{forms.unicode}ₜ₋₁", f"{forms.latex}_{{t-1}}")


def _with_arrow(name: str, arrow: str) -> Forms:
    whole, letter = forms_of_identifier(name), forms_of_identifier(name.partition("_")[0].rstrip("0123456789"))
    unicode = f"{letter.unicode}{ARROWS[arrow]}{whole.unicode.removeprefix(letter.unicode)}"
    return Forms(unicode, rf"\{arrow}{{{letter.latex}}}{whole.latex.removeprefix(letter.latex)}")
