"""Quantities: numbers and arrays of a problem, given or defined by formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from deepcalc.errors import DeepcalcError, Location
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.grids import Grid, grid_of
from deepcalc.notation.nodes import Literal, Node
from deepcalc.notation.shapes import SCALAR, Shape
from deepcalc.records import record

Prose: TypeAlias = tuple[str | Node, ...]
"""Text with mathematics in it: strings and nodes, side by side."""


@record
class Adjoint:
    """What a quantity is the derivative of: ``sign`` times the derivative of ``of`` by ``wrt``."""

    of: str
    wrt: str
    sign: int = 1


@record
class Letter:
    """What is given without a value: a letter for a number, or for an array of a shape whose sizes may be letters."""

    shape: Shape = SCALAR


Given: TypeAlias = Node | Grid | Letter
"""What is given: a ``Literal`` or an ``Array`` as typed, the ``Grid`` of a large array, or a ``Letter``."""


@record
class Quantity:
    """One number or array of the problem: either given, or defined by a formula in earlier quantities.

    ``formula`` is None of what is given; of what is known to have one it is the ``definition``.

    What is given although it could be computed (the activation of a unit) has ``partials`` by what it would be made of,
    or the formula that it stands ``in_place_of``, so that derivatives pass through it.

    ``laws`` are written forms that lead to the formula (a general law, a chain of partial derivatives); they
    are shown and never evaluated. ``stable`` is evaluated in place of the formula where the formula as it is
    written would lose digits or overflow; both have the same value. ``partials`` are derivatives of the formula
    written by hand (``2/n*(o - t)``), and ``fused`` ones are by quantities further back, in place of those
    through the formula's own names (``p - t`` by the net input of a softmax before a cross-entropy); ``fused_note``
    says why.

    ``group`` selects its rounding; ``origin`` says where in the problem's fields it comes from; ``remedy`` what to do
    where it has no value.
    """

    name: str
    formula: Node | None = None
    given: Given | None = None
    in_place_of: Node | None = None
    laws: tuple[Node, ...] = ()
    stable: Node | None = None
    partials: Mapping[str, Node] = field(default_factory=dict)
    fused: Mapping[str, Node] = field(default_factory=dict)
    fused_note: Prose = ()
    section: str = ""
    group: str | None = None
    note: Prose = ()
    origin: Location = ()
    remedy: str = ""
    adjoint: Adjoint | None = None

    @property
    def given_number(self) -> Literal | None:
        """The number that it is given as, if it is given as one."""
        return self.given if isinstance(self.given, Literal) else None

    @property
    def written(self) -> Node | None:
        """Its formula, or the one in whose place it is given; None of what is given alone."""
        return self.in_place_of if self.formula is None else self.formula

    @property
    def definition(self) -> Node:
        """What is ``written`` of a quantity that is known to be defined; ``GraphError`` of what is given alone."""
        if self.written is None:
            raise GraphError(f"{self.name} is given; it has no formula", self.name)
        return self.written


class GraphError(DeepcalcError):
    """A quantity that cannot join the graph: its name is taken, it uses one that is not there yet, shapes do not fit.

    ``node`` is the part of its formula that is at fault, where that is known.
    """

    def __init__(self, message: str, name: str, node: Node | None = None) -> None:
        super().__init__(message)
        self.name = name
        self.node = node


def given_shape(given: Given | None) -> Shape:
    """The shape of what is given; of nothing that of a number."""
    if isinstance(given, Array):
        return grid_of(given).shape
    return given.shape if isinstance(given, Grid | Letter) else SCALAR
