"""Ways of computing the quantities of a problem: with exact values, or with intermediate results that were rounded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from deepcalc.errors import MathError
from deepcalc.graph.evaluation import Evaluation, evaluate
from deepcalc.graph.graph import Graph
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import Value
from deepcalc.notation.rounding import NumberFormat, Rounding
from deepcalc.records import record

Values = Mapping[str, Fraction]

CARRIED: tuple[NumberFormat, ...] = tuple(
    replace(digits, half_even=half_even)
    for digits in (
        *(NumberFormat(significant=count) for count in (4, 3)),
        *(NumberFormat(significant=None, places=count) for count in (4, 3, 2)),
        NumberFormat(significant=2),
    )
    for half_even in (False, True)
)
"""The ways of rounding intermediate results that an examiner accepts, the finest first."""

_FINE = 3


@record
class Way:
    """One way of computing everything: what each quantity comes to, and the values before it that it was made of.

    ``carried`` is how intermediate results were rounded, None for exact ones.
    """

    computed: Values
    values: Values
    carried: NumberFormat | None = None

    @property
    def in_full(self) -> bool:
        """Whether a result that needs fewer digits than asked may be written with fewer."""
        return self.carried is None or (self.carried.significant or 0) >= _FINE

    @property
    def description(self) -> str:
        """``3 significant figures``, of rounded intermediate results."""
        if self.carried is None:
            return "no rounding"
        if self.carried.places is not None:
            return f"{self.carried.places} places"
        return f"{self.carried.significant} significant figures"


def way(
    graph: Graph,
    names: Iterable[str],
    overrides: Mapping[str, Value] | None = None,
    rounding: Rounding | None = None,
    carried: NumberFormat | None = None,
    known: Mapping[str, Value] | None = None,
) -> Way:
    """The values of the names that have one, with the ``overrides`` in place of others' own.

    What is ``known`` already is not worked out again.
    """
    wanted = list(names)
    while True:
        try:
            evaluation = evaluate(graph, wanted, overrides, rounding, known=known)
        except MathError as error:
            wanted = [name for name in wanted if error.quantity not in graph.ancestors([name], stop=overrides or ())]
        else:
            return Way(*_rational(evaluation), carried)


def _rational(evaluation: Evaluation) -> tuple[Values, Values]:
    values = {name: to_fraction(value) for name, value in evaluation.values.items()}
    if evaluation.values == evaluation.computed:
        return values, values
    return {name: to_fraction(value) for name, value in evaluation.computed.items()}, values
