"""Several runs in one plan: what they share stands once, everything else carries the run's name before its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Adjoint, Prose, Quantity
from deepcalc.notation.names import entry_name, entry_parts, gradient, gradient_parts
from deepcalc.notation.nodes import Name, Node, names_in
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.plan import PartPlan, Plan, Slip, TablePlan, TableRow, Trajectory
from deepcalc.plan.picture_plans import FigurePlan, PathPlan, PlanePlan, PlotPlan, SeriesPlan
from deepcalc.plan.statement import Statement


class SideBySide:
    """The plans of runs by their names, which differ in nothing but what a run sets otherwise."""

    def __init__(self, plans: Mapping[str, Plan]) -> None:
        self._plans = plans
        self._shared = frozenset(self._common())
        self._names = {run: self._renamed(run, plan.graph) for run, plan in plans.items()}
        self._symbols = {
            run: {Name(old): Name(new) for old, new in names.items() if old != new}
            for run, names in self._names.items()
        }

    def _common(self) -> Iterator[str]:
        """What is the same in all runs that have it, and made of nothing that is not; a formula only where all do."""
        graphs = [plan.graph for plan in self._plans.values()]
        found: set[str] = set()
        for name in dict.fromkeys(name for graph in graphs for name in graph.names):
            own = [graph for graph in graphs if name in graph]
            quantities = [graph[name] for graph in own]
            first = quantities[0]
            is_alike = all((each.given, each.formula) == (first.given, first.formula) for each in quantities)
            everywhere = len(own) == len(graphs) or first.given is not None
            if is_alike and everywhere and found.issuperset(own[0].uses(name)):
                found.add(name)
                yield name

    def _renamed(self, run: str, graph: Graph) -> dict[str, str]:
        names = {
            name: name if name in self._shared else f"{run}.{name}"
            for name in graph.names
            if gradient_parts(name) is None
        }
        for name in graph.names:
            parts = gradient_parts(name)
            if parts is not None:
                names[name] = gradient(*(names.get(part, f"{run}.{part}") for part in parts))
        return names

    def plan(self, statement: Statement, results: Sequence[str], labels: Mapping[str, str]) -> Plan:
        """The runs as one plan; ``results`` are compared step by step, ``labels`` say what each run is."""
        first = next(iter(self._plans.values()))
        assert first.trajectory is not None
        graph = Graph(self._quantities(labels))
        found = [
            self._name(run, name) for run, plan in self._plans.items() for part in plan.parts for name in part.find
        ]
        aliases = {
            f"{run}.{alias}": self._name(run, name)
            for run, plan in self._plans.items()
            for alias, name in plan.aliases.items()
        }
        shared = {alias: name for alias, name in first.aliases.items() if name in self._shared}
        return Plan(
            graph,
            (PartPlan("a", tuple(dict.fromkeys(found))),),
            statement,
            tables=tuple(self._tables(labels)),
            trajectory=self._trajectory(first.trajectory, results, labels),
            symbols=self._forms(first.symbols),
            aliases={**aliases, **shared},
            composites=tuple(each for each in first.composites if self._shared.issuperset(each.components)),
            figures=tuple(self._figures(first, labels)),
        )

    def slips(self, run: str, slips: Iterator[Slip]) -> Iterator[Slip]:
        """The mistakes of one run in the names of the whole."""
        names, symbols = self._names[run], self._symbols[run]
        for slip in slips:
            formulas = {names[name]: formula.xreplace(symbols) for name, formula in slip.formulas.items()}
            yield replace(slip, formulas=formulas)

    def _name(self, run: str, name: str) -> str:
        """What a name of a run is called in the whole; of a derivative, what those of its parts make."""
        known = self._names[run].get(name)
        parts = gradient_parts(name)
        if known is None and parts is not None:
            return gradient(*(self._name(run, part) for part in parts))
        return f"{run}.{name}" if known is None else known

    def _quantities(self, labels: Mapping[str, str]) -> Iterator[Quantity]:
        """All quantities, step by step: of each step those of the first run, of the second …"""
        seen: set[str] = set()
        for chunks in zip(*(self._by_step(plan) for plan in self._plans.values()), strict=True):
            for run, names in zip(self._plans, chunks, strict=True):
                for name in names:
                    own = self._names[run][name]
                    if own not in seen:
                        seen.add(own)
                        yield self._quantity(run, self._plans[run].graph[name], labels[run])

    def _by_step(self, plan: Plan) -> list[list[str]]:
        assert plan.trajectory is not None
        names = plan.graph.names
        ends = [0, *(names.index(end) + 1 for end in plan.trajectory.ends), len(names)]
        return [list(names[start:end]) for start, end in pairwise(ends)]

    def _quantity(self, run: str, quantity: Quantity, label: str) -> Quantity:
        symbols, name = self._symbols[run], self._names[run][quantity.name]
        adjoint = quantity.adjoint
        if adjoint is not None:
            adjoint = Adjoint(self._name(run, adjoint.of), self._name(run, adjoint.wrt), adjoint.sign)
        is_own = name != quantity.name and quantity.given is None
        return replace(
            quantity,
            name=name,
            formula=None if quantity.formula is None else quantity.formula.xreplace(symbols),
            laws=tuple(self._law(run, law) for law in quantity.laws),
            note=tuple(part if isinstance(part, str) else part.xreplace(symbols) for part in quantity.note),
            section=f"{label}: {quantity.section}" if is_own else quantity.section,
            adjoint=adjoint,
        )

    def _law(self, run: str, law: Node) -> Node:
        """A law with derivatives in it that are no quantities themselves."""
        derivatives = {Name(name): Name(self._name(run, name)) for name in names_in(law) if gradient_parts(name)}
        return law.xreplace({**self._symbols[run], **derivatives})

    def _tables(self, labels: Mapping[str, str]) -> Iterator[TablePlan]:
        for run, plan in self._plans.items():
            for table in plan.tables:
                yield self._table(run, table, f"{labels[run]}: {table.title}")

    def _table(self, run: str, table: TablePlan, title: str) -> TablePlan:
        rows = tuple(
            TableRow(row.label, tuple(None if cell is None else self._name(run, cell) for cell in row.cells))
            for row in table.rows
        )
        return TablePlan(title, table.headings, rows)

    def _trajectory(self, first: Trajectory, results: Sequence[str], labels: Mapping[str, str]) -> Trajectory:
        """What each step comes to in every run, side by side."""
        headings: tuple[Prose, ...] = (
            ("Step",),
            *((Name(f"{run}.{name}"),) for run in self._plans for name in results),
        )
        steps = [row.label[0] for row in first.tables[0].rows]
        rows = tuple(
            TableRow((step,), tuple(self._name(run, f"{name}@{step}") for run in self._plans for name in results))
            for step in steps
        )
        tables = tuple(
            self._table(run, table, f"{labels[run]}: {table.title}")
            for run, plan in self._plans.items()
            if plan.trajectory is not None
            for table in plan.trajectory.tables
        )
        last = list(self._plans)[-1]
        ends = tuple(self._name(last, end) for end in first.ends)
        return Trajectory(tables, ends, (TablePlan("The runs side by side", headings, rows),))

    def _forms(self, symbols: Symbols) -> Symbols:
        """The symbols of each run with its name behind them."""
        forms = {name: form for plan in self._plans.values() for name, form in plan.symbols.overrides.items()}
        for run, names in self._names.items():
            own = self._plans[run].symbols
            label = run.removeprefix("run") or run
            for old, new in chain(names.items(), ((name, f"{run}.{name}") for name in _heads(names))):
                if old != new and gradient_parts(old) is None:
                    plain = own.forms(old)
                    forms[new] = Forms(f"{plain.unicode}[{label}]", rf"{{{plain.latex}{{}}}}_{{[\mathrm{{{label}}}]}}")
        return Symbols(forms, symbols.plus)

    def _figures(self, first: Plan, labels: Mapping[str, str]) -> Iterator[FigurePlan]:
        """Each picture of curves or ways with those of all runs in it."""
        for index, figure in enumerate(first.figures):
            if isinstance(figure, PlotPlan):
                yield replace(figure, series=tuple(self._series(index, labels)))
            elif isinstance(figure, PlanePlan):
                yield replace(figure, paths=tuple(self._paths(index, labels)), marks=tuple(self._marks(figure)))

    def _paths(self, index: int, labels: Mapping[str, str]) -> Iterator[PathPlan]:
        for run, plan in self._plans.items():
            figure = plan.figures[index]
            assert isinstance(figure, PlanePlan)
            for path in figure.paths:
                points = tuple((self._point(run, x), self._point(run, y)) for x, y in path.points)
                yield PathPlan((labels[run],), points)

    def _marks(self, figure: PlanePlan) -> Iterator[PathPlan]:
        """Those of the first run, which are those of all."""
        run = next(iter(self._plans))
        for mark in figure.marks:
            yield replace(mark, points=tuple((self._point(run, x), self._point(run, y)) for x, y in mark.points))

    def _point(self, run: str, name: str) -> str:
        """A number, or an entry of an array, of a run."""
        owner, place = (name, ()) if name in self._names[run] else entry_parts(name)
        return entry_name(self._name(run, owner), place) if place else self._name(run, owner)

    def _series(self, index: int, labels: Mapping[str, str]) -> Iterator[SeriesPlan]:
        for run, plan in self._plans.items():
            figure = plan.figures[index]
            assert isinstance(figure, PlotPlan)
            for series in figure.series:
                points = tuple((x, self._point(run, name)) for x, name in series.points)
                label: Prose = (labels[run],) if len(figure.series) == 1 else (*series.label, f" ({labels[run]})")
                yield SeriesPlan(label, points)


def _heads(names: Mapping[str, str]) -> Iterator[str]:
    """The names of parameters and objectives, which stand in headings without a time."""
    return (name for name in names if "@" not in name and "." not in name and ":" not in name)
