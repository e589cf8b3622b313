"""The plan of a problem: its graph, its parts, its tables, and the items that are not mathematics."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose
from deepcalc.notation.rounding import NumberFormat
from deepcalc.notation.symbols import Symbols
from deepcalc.plan.picture_plans import FigurePlan
from deepcalc.plan.statement import Statement
from deepcalc.records import record


class Chain(StrEnum):
    """How a gradient is written: by the errors of the units behind it, or as one product for each path."""

    ERRORS = "errors"
    PATHS = "paths"


class Layout(StrEnum):
    """How a derivation is laid out: step after step, or in the kind's tables."""

    STEPS = "steps"
    TABLE = "table"


@record
class Check:
    """What must hold of numbers that are right by what they do.

    ``relation`` is a comparison of quantities; where it fails, ``where`` is told, then the value of ``shown`` and
    what is ``wanted`` of it: "at x = 1: y = 0, not 1". One of many that are ``tacit`` is not derived on the sheet.
    """

    relation: Any
    where: Prose
    shown: str
    wanted: Prose
    tacit: bool = False


@record
class Composite:
    """Several quantities that make one answer: the components of a vector, or the sides of a shape.

    Of one with ``checks`` any numbers are right of which all of these hold; those of the graph are an example. Of one
    with ``ranges`` each two components are the ends of a range: ``5 … 9 × 3 … 8``. An answer may begin with ``lead``
    as well, the samples of a batch before a shape. Of one that is ``unordered`` an answer may have any order.
    """

    name: str
    components: tuple[str, ...]
    separator: str = ", "
    checks: tuple[Check, ...] = ()
    ranges: bool = False
    lead: int | None = None
    unordered: bool = False

    def written(self, components: Sequence[str]) -> str:
        """The components as one text, such as the answer that is expected."""
        if not self.ranges:
            return self.separator.join(components)
        return " × ".join(" … ".join(components[at : at + 2]) for at in range(0, len(components), 2))


@record
class TableRow:
    """One row: its label and the quantity in each column, None for an empty cell."""

    label: Prose
    cells: tuple[str | None, ...]


@record
class TablePlan:
    """A table of the derivation: a heading for the labels, then one for each column."""

    title: str
    headings: tuple[Prose, ...]
    rows: tuple[TableRow, ...]


@record
class Trajectory:
    """The course of a training or an optimizer, for what is too long to be derived step by step.

    ``tables`` have a row for each step, in their cells the names of quantities; ``ends`` are the last quantities of the
    steps, in order. ``compared`` are tables that stand before the derivation, however long it is: courses side by side.
    ``examples`` are quantities of the tables that are derived all the same.
    """

    tables: tuple[TablePlan, ...]
    ends: tuple[str, ...]
    compared: tuple[TablePlan, ...] = ()
    examples: tuple[str, ...] = ()


@record
class Option:
    """One option of a choice: the key by which it is chosen, its text, and why it is right or wrong."""

    key: str
    text: str
    explanation: str = ""


Key = str | tuple[str, ...] | Mapping[str, str] | None
"""The right answer of an item: one key, several, a matching of keys to keys; None for free text."""


class ItemForm(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    MATCHING = "matching"
    TRUE_FALSE = "true_false"
    ORDERING = "ordering"
    BLANKS = "blanks"
    TEXT = "text"

    @property
    def has_partners(self) -> bool:
        """Whether each option gets something: a partner, true or false, a place, a word."""
        return self in (ItemForm.MATCHING, ItemForm.TRUE_FALSE, ItemForm.ORDERING, ItemForm.BLANKS)


@record
class Item:
    """A question that is answered without mathematics.

    ``matches`` are the right-hand sides of a matching, or true and false; ``model_answer`` is what a full answer to a
    free-text question says. The options of a text with blanks are its blanks; ``accepted`` are all words that are
    right in each. The key of an ordering are the options in order.
    """

    name: str
    form: ItemForm
    question: str
    options: tuple[Option, ...] = ()
    matches: tuple[Option, ...] = ()
    key: Key = None
    model_answer: str = ""
    explanation: str = ""
    accepted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def partner(self, option: str) -> str:
        """What belongs to an option: the key of its match, its place in the order; nothing in other forms."""
        if isinstance(self.key, Mapping):
            return self.key.get(option, "")
        if self.form is ItemForm.ORDERING and isinstance(self.key, tuple):
            return str(self.key.index(option) + 1)
        return ""

    def reasons(self, keys: Collection[str] | None = None) -> tuple[str, ...]:
        """Why options (all by default) are right or wrong, and why the answer is, where the author says so."""
        of_options = [
            f"{each.key}: {each.explanation}"
            for each in self.options
            if each.explanation and (keys is None or each.key in keys)
        ]
        return (*of_options, *([self.explanation] if self.explanation else []))

    @property
    def key_text(self) -> str:
        """The key as one line of text: ``b``, ``a, c``, ``1 → b, 2 → a``."""
        match self.key:
            case str(key):
                return key
            case tuple(keys):
                return ", ".join(keys)
            case None:
                return "see the model answer"
            case pairs:
                return ", ".join(f"{left} → {right}" for left, right in pairs.items())


@record
class Marking:
    """How the answers to a part are marked.

    ``precision`` is how many digits are asked for; None for three significant figures, or what the sheet shows
    where that is less. A number within a tolerance of the truth (of the change, for an updated parameter) is
    right; there is none by default. Work that follows from an earlier mistake earns the share ``follow_through``
    of its points; with ``exact_only`` it is not looked for.
    """

    precision: NumberFormat | None = None
    relative_tolerance: Fraction = Fraction(0)
    absolute_tolerance: Fraction = Fraction(0)
    follow_through: Fraction = Fraction(1)
    exact_only: bool = False


@record
class PartPlan:
    """A part of a problem: what is to be found, the points for it, and prose around its derivation (Markdown).

    ``entries`` names the entries of arrays that are written out one by one; ``("all",)`` is every one. ``terms`` are
    the names in which answers in letters are written; None for those of the way forward.
    """

    id: str
    find: tuple[str, ...]
    points: int | None = None
    text: str = ""
    chain: Chain | None = None
    layout: Layout | None = None
    before: str = ""
    after: str = ""
    marking: Marking = Marking()
    entries: tuple[str, ...] = ()
    terms: tuple[str, ...] | None = None


@record
class Slip:
    """A typical mistake: a changed graph, in which some quantities have another formula.

    ``key`` names the family (``gradient-added``), ``message`` says it to a student, to be read after "consistent
    with": "the gradient added instead of subtracted". ``formulas`` are the changed formulas by quantity, each in
    names of quantities that the graph has before that one. ``alike`` is said of the same mistake made with other
    names, where the message tells them. One that ``is_rare`` counts after the others, and need not show in a problem's
    numbers.
    """

    key: str
    message: str
    formulas: Mapping[str, Any]
    alike: str = ""
    is_rare: bool = False


@record
class Plan:
    """Everything the solver needs to know of a problem.

    ``parts`` are the kind's own, used where the author gives none. ``aliases`` are further names of quantities,
    ``groups`` further groups of names beside those that the quantities declare (the shapes of all layers).
    ``assumed`` is what the kind knows of its letters: that the targets of a sample add up to 1. ``without_value`` are
    names that have no value with these numbers, each with the reason.
    """

    graph: Graph
    parts: tuple[PartPlan, ...]
    statement: Statement | str
    composites: tuple[Composite, ...] = ()
    tables: tuple[TablePlan, ...] = ()
    trajectory: Trajectory | None = None
    items: tuple[Item, ...] = ()
    symbols: Symbols = field(default_factory=Symbols)
    chain: Chain = Chain.ERRORS
    aliases: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    figures: tuple[FigurePlan, ...] = ()
    assumed: tuple[Any, ...] = ()
    without_value: Mapping[str, str] = field(default_factory=dict)

    def with_own_graph(self) -> Plan:
        """The plan with a copy of its graph, to which more can be added."""
        return replace(self, graph=self.graph.copy())
