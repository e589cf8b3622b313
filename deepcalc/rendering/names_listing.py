"""What of a problem can be asked for: every name that ``find``, ``expected`` and an answer take, with what it is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from deepcalc.graph.described import is_entry
from deepcalc.graph.quantities import Letter, Quantity
from deepcalc.notation.names import entry_name
from deepcalc.notation.nodes import Literal, Name
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.shapes import shape_text
from deepcalc.plan.lookup import EVERYTHING, askable_groups
from deepcalc.problem.problem import Problem

MOST_LINES = 3
"""What takes more lines is cut off."""

Rows = Iterator[tuple[str, str]]
"""Names as they are typed, each with what it is."""


def names_listing(problem: Problem, width: int) -> RenderableType:
    """The quantities section by section, then composites, groups, questions and further names of the same things."""
    listing = _Listing(problem)
    titled = [*listing.quantities(), *listing.others()]
    column = min(max((len(name) for _, rows in titled for name, _ in rows), default=0), width // 3)
    sections = (part for title, rows in titled for part in _section(title, rows, column, width))
    return Group(Text(problem.title, style="bold"), Text(), *sections)


def _section(title: str, rows: list[tuple[str, str]], column: int, width: int) -> Iterator[RenderableType]:
    yield Text(title, style="bold cyan")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2), width=width)
    table.add_column(min_width=column, overflow="fold")
    table.add_column(overflow="fold", ratio=1)
    for name, meaning in rows:
        table.add_row(Text(name, style="bold"), Text(_shortened(meaning, MOST_LINES * (width - column - 6))))
    yield table
    yield Text()


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


class _Listing:
    def __init__(self, problem: Problem) -> None:
        self._plan = problem.plan
        self._graph = problem.plan.graph
        self._own = [quantity for quantity in self._graph if not is_entry(quantity)]
        self._printer = UnicodePrinter(problem.plan.symbols)

    def quantities(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        for section, group in groupby(self._own, key=lambda quantity: quantity.section):
            yield section or "Quantities", [(quantity.name, self._meaning(quantity)) for quantity in group]

    def others(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        plan = self._plan
        groups = askable_groups(plan)
        several = {
            "Together": [(each.name, ", ".join(each.components)) for each in plan.composites],
            "Questions": [(item.name, " ".join(item.question.split())) for item in plan.items],
            "Groups": [
                (name, "all that is to be computed" if name == EVERYTHING else ", ".join(members))
                for name, members in groups.items()
                if members
            ],
            "Further names": [(alias, long) for alias, long in plan.aliases.items()],
            "Made when they are asked for": list(self._forms()),
        }
        yield from ((title, rows) for title, rows in several.items() if rows)

    def _forms(self) -> Rows:
        derived = [quantity for quantity in self._own if quantity.given is None and quantity.adjoint is None]
        if not derived:
            return
        of = derived[-1].name
        by = next((name for name in self._graph.ancestors([of]) if name != of), of)
        yield f"d{of}/d{by}", "the derivative of any quantity by any that it is made of; also of such derivatives"
        array = next((quantity.name for quantity in derived if self._graph.shape(quantity.name)), None)
        if array is not None:
            sizes = self._graph.shape(array)
            yield self._plan.symbols.written(entry_name(array, (0,) * len(sizes))), "an entry of any array"
            yield f"shape({array})", "the shape of any array"

    def _meaning(self, quantity: Quantity) -> str:
        symbol = self._printer.print(Name(quantity.name))
        if quantity.formula is not None:
            return f"{symbol} = {self._printer.print(quantity.formula)}"
        if isinstance(quantity.given, Letter):
            return f"{symbol}, a letter: {shape_text(quantity.given.shape)}"
        if isinstance(quantity.given, Literal):
            return f"{symbol} = {self._printer.print(quantity.given)}"
        return f"{symbol}, {shape_text(self._graph.shape(quantity.name))}"
