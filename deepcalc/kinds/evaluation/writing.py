"""How measures are written into a graph, each with its typical mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from deepcalc.errors import Location, MathError, ValueOutOfReach
from deepcalc.graph.evaluation import evaluate, value_of
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.kinds._arrays import ArrayWriter, SlipRow
from deepcalc.notation.nodes import Literal, Node, Over, names_in
from deepcalc.notation.parser import parse
from deepcalc.notation.symbols import Forms
from deepcalc.plan import Composite, Item, TablePlan
from deepcalc.plan.picture_plans import FigurePlan
from deepcalc.rules.metrics import Metric, filled

COUNTED, METRICS, AVERAGED = "Counts", "Measures", "Averages over the classes"


class MetricWriter(ArrayWriter):
    """Fills a graph with measures; notes what is asked for by default, and the typical mistakes.

    ``zero_division`` is what 0/0 counts as; without it, it has no value, and ``remedy`` says what to do.
    """

    def __init__(self, zero_division: str | None = None, remedy: str = "") -> None:
        super().__init__()
        self.mistakes: list[SlipRow] = []
        self.parts: list[tuple[str, ...]] = []
        self.tables: list[TablePlan] = []
        self.figures: list[FigurePlan] = []
        self.composites: list[Composite] = []
        self.items: list[Item] = []
        self.aliases: dict[str, str] = {}
        self.groups: dict[str, tuple[str, ...]] = {}
        self.symbols: dict[str, Forms] = {}
        self.without_value: dict[str, str] = {}
        self._zero_division = zero_division
        self._remedy = remedy
        self._known: dict[str, Any] = {}

    def count(self, name: str, count: int, origin: Location, note: str = "", section: str = COUNTED) -> None:
        """Add what is counted off: a number of samples, words, detections."""
        self.add(name, Literal(str(count)), origin, note, section, "counts")

    def size(self, name: str, count: int, origin: Location, section: str) -> None:
        """Add a number that is plain to see, how many samples there are, as given."""
        self.given(name, Literal(str(count)), origin, section)

    def metric(
        self,
        row: Metric,
        origin: Location,
        *,
        over: Sequence[str] = (),
        before: str = "",
        variants: Sequence[Mapping[str, str]] = ({},),
        section: str = METRICS,
    ) -> tuple[str, ...]:
        """Add a measure, once for each of the ``variants`` of the names in it (classes, boxes); its names.

        ``over`` are the places that its formula runs over, ``before`` the place before the first of them.
        """
        found = {row.name.format(**names): names for names in ({"c": "", **each} for each in variants)}
        told = ""
        for name, names in found.items():
            title = row.title.format(**names)
            formula = filled(row.formula, row.each, over, names, before)
            laws = (parse(row.law),) if row.law else ()
            if row.in_letters and self.graph.has_letters:
                laws, formula = (formula,), parse(row.in_letters.format(**names))
            self._measure(name, formula, laws, (title,) if title != told else (), origin, section)
            told = title
        for mistake in row.mistakes:
            if not mistake.where or any(self._is_above_zero(mistake.where.format(**names)) for names in found.values()):
                each = mistake.each or row.each
                changed = {name: filled(mistake.formula, each, over, names, before) for name, names in found.items()}
                self.mistakes.append((mistake.key, mistake.message.format(**variants[0]), changed))
        return tuple(found)

    def metrics(self, rows: Iterable[Metric], origin: Location, **settings: Any) -> None:
        """Add several measures; the standard ones are asked for."""
        asked = [name for row in rows for name in self.metric(row, origin, **settings) if row.standard]
        if asked:
            self.parts.append(tuple(asked))

    def _measure(
        self, name: str, formula: Node, laws: tuple[Node, ...], note: Prose, origin: Location, section: str
    ) -> None:
        if self._zero_division is not None and self._is_zero_over_zero(formula):
            laws, formula = (formula,), Literal(self._zero_division)
            note = (f"0/0, which counts as {self._zero_division} here",)
        self.add_quantity(
            Quantity(
                name,
                formula,
                laws=laws,
                section=section,
                group="metrics",
                note=note,
                origin=origin,
                remedy=self._remedy,
            )
        )

    def _is_zero_over_zero(self, formula: Node) -> bool:
        return isinstance(formula, Over) and all(self._value(part) == 0 for part in formula.args)

    def _is_above_zero(self, text: str) -> bool:
        value = self._value(parse(text))
        return value is not None and bool(value > 0)

    def _value(self, formula: Node) -> Any:
        """The value of an expression in what the graph holds; None where it has none."""
        try:
            self._known |= evaluate(self.graph, names_in(formula), overrides=self._known).values
            return value_of(formula, self._known)
        except (MathError, ValueOutOfReach):
            return None


def samples_in_words(samples: Sequence[int], what: str = "sample") -> str:
    """``samples 1, 4 and 5``; ``no sample``."""
    if not samples:
        return f"no {what}"
    *most, last = map(str, samples)
    return f"{what}s {', '.join(most)} and {last}" if most else f"{what} {last}"
