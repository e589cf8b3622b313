"""Sizes alone of recurrent layers, in place of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from pydantic import Field

from deepcalc.errors import Fault
from deepcalc.fields.aliases import FieldAlias
from deepcalc.fields.types import Fields, Flag, Whole
from deepcalc.kinds._letters import SizeOrLetter
from deepcalc.rules.recurrent import Cell

WITHOUT_NUMBERS = {
    **dict.fromkeys(("inputs", "weights", "initial", "loss", "upstream", "truncate", "clip"), ""),
    "backward": " (both directions are `bidirectional: true` in `sizes`)",
    "above": " (further layers are `layers` in `sizes`)",
}
"""What says nothing where there are sizes alone, and what is said in its place."""


def faults_beside(fields: Iterable[str]) -> Iterator[Fault]:
    """What is told of fields of numbers that are given beside sizes."""
    for name in fields:
        yield Fault((name,), f"with `sizes` there are no numbers; leave out `{name}`{WITHOUT_NUMBERS[name]}")


def alone(cell: Cell) -> str:
    """Why a cell that feeds its outputs back has nothing above or beside it."""
    return f"{cell.name} feeds its outputs back: it has one layer and one direction"


class SizeFields(Fields):
    """Sizes alone, for counting parameters."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {
        "input_size": "inputs",
        "hidden_size": "units",
        "hidden": "units",
        "output_size": "outputs",
        "num_layers": "layers",
    }

    inputs: SizeOrLetter = Field(description="features of an input; a number, or a letter")
    units: SizeOrLetter = Field(description="entries of a hidden state")
    outputs: SizeOrLetter | None = Field(None, description="entries of an output; none by default")
    biases: Whole | None = Field(
        None, description="bias vectors of each gate, 0, 1 or 2: 1 by default, or as the framework has them (`stacked`)"
    )
    layers: SizeOrLetter | None = Field(None, description="how many layers, one upon the other; one by default")
    sequence: SizeOrLetter | None = Field(
        None,
        description="steps of a sequence; `macs` and `flops` of its products with weights are then to be found, too",
    )
    bidirectional: Flag = Field(False, description="both directions, each with weights of its own, joined by `merge`")

    @property
    def is_stacked(self) -> bool:
        """Whether there are layers above the first one, or may be."""
        return self.layers not in (None, 1)

    def faults_in(self, cell: Cell) -> Iterator[Fault]:
        """What does not fit the cell."""
        if cell.fed_back != "y":
            return
        if self.outputs is None:
            yield Fault(("sizes",), f"missing `outputs`: {cell.name} feeds its outputs back")
        for field in ("layers", "bidirectional"):
            if getattr(self, field):
                yield Fault(("sizes", field), alone(cell))
