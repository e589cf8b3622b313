"""The fields of `formula`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field

from deepcalc.errors import Fault, did_you_mean
from deepcalc.fields.given import Given, letters_of_sizes
from deepcalc.fields.types import ArrayFormula, Fields, Flag, Identifier, Text, ZeroOrOne
from deepcalc.notation.names import gradient_parts
from deepcalc.notation.nodes import Node, SumOver, names_in, nodes_in

FORWARD = "Forward pass"
WITH_GRADIENTS = "With the gradients"


class FormulaFields(Fields):
    """Givens and definitions; what is found is their values and any derivative of one by another."""

    given: dict[Identifier, Given] = Field(
        description="names and their values: {x: -2, W: [[1, 2], [3, 4]]}; nothing, or a space such as R^(n x d), "
        "for a letter"
    )
    define: dict[Identifier, ArrayFormula] = Field(
        min_length=1,
        description="formulas in order, each in names defined before it: {q: x + y, f: q*z}; a gradient of "
        "earlier ones stands in braces: {wn: 'w - 0.1*{dL/dw}'}, and so may an entry, {Z.1.2} for Z[1, 2]",
    )
    gates: Flag = Field(False, description="make a gate of its own (g1, g2, …) of every operation inside a formula")
    vectors: Literal["rows", "columns"] | None = Field(
        None, description="how vectors are written, always: by default as where they stand (a column after a matrix)"
    )
    count_from: ZeroOrOne = Field(
        1, description="what entries count from: x[1] is the first one; 0 as in Python, where a span leaves out its end"
    )
    notes: dict[Identifier, Text] = Field({}, description="a note beside a definition")

    def faults(self) -> Iterator[Fault]:
        known = [*self.given, *letters_of_sizes(self.given)]
        for name, formula in self.define.items():
            location = ("define", name)
            if name in self.given:
                yield Fault(location, f"`{name}` is given already; a name is either given or defined")
            elif name in known:
                yield Fault(location, f"`{name}` is a size of what is given; a name is either a size or defined")
            if any(isinstance(part, SumOver) for part in nodes_in(formula)):
                yield Fault(location, "a sum over an index is for laws; write the terms out")
            for word, used in names_used(formula):
                if used not in known:
                    yield Fault(location, self._why_unknown(name, used, known), word)
            for used in names_in(formula):
                of, wrt = gradient_parts(used) or ("", "")
                if of in self.given:
                    yield Fault(location, f"`{used}`: {of} is given, so it has no derivative by {wrt}", used)
            known.append(name)
        for name in self.notes:
            if name not in self.define:
                yield Fault(("notes", name), f"`{name}` is not defined{did_you_mean(name, list(self.define))}")

    def _why_unknown(self, name: str, used: str, known: Sequence[str]) -> str:
        """What is wrong with a name in the definition of another one that is not known before it."""
        if used == name:
            return f"`{name}` is defined by itself (a cycle)"
        if used not in self.define:
            return f"`{used}` is neither given nor defined{did_you_mean(used, known)}"
        if name in names_in(self.define[used]):
            return f"`{name}` and `{used}` are defined by each other (a cycle)"
        return f"`{used}` is used before it is defined; put its definition first"


def names_used(formula: Node) -> Iterator[tuple[str, str]]:
    """The names in a formula, each with itself, a gradient with the quantities that it is the derivative of and by."""
    for word in names_in(formula):
        ends = [word]
        while ends:
            parts = gradient_parts(ends[0])
            if parts is None:
                yield word, ends.pop(0)
            else:
                ends[:1] = parts
