"""The plan of `optimizer`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from deepcalc.kinds.optimizer.conclusions import Conclusions
from deepcalc.kinds.optimizer.fields import OptimizerFields
from deepcalc.kinds.optimizer.naming import general_symbols, sample_symbols
from deepcalc.kinds.optimizer.side_by_side import SideBySide
from deepcalc.kinds.optimizer.statement import statement
from deepcalc.kinds.optimizer.steps import Steps
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import Composite, Plan


class Run:
    """One run of an optimizer: its steps, and the plan that is made of them."""

    def __init__(self, fields: OptimizerFields) -> None:
        self.fields = fields
        self.steps = Steps(fields)
        self.plan = _built(self.steps)


class Runs:
    """The runs of a problem by name, each made once; a single one has none."""

    def __init__(self, fields: OptimizerFields) -> None:
        self.fields = fields

    @cached_property
    def by_name(self) -> Mapping[str, Run]:
        return {name: Run(fields) for name, fields in (self.fields.all_runs or {"": self.fields}).items()}

    @cached_property
    def together(self) -> SideBySide | None:
        """The runs side by side; None of a single one."""
        return None if "" in self.by_name else SideBySide({name: run.plan for name, run in self.by_name.items()})


def build(runs: Runs) -> Plan:
    """The plan of a problem, that of its runs side by side where it has several."""
    fields = runs.fields
    if runs.together is None:
        return runs.by_name[""].plan
    return runs.together.plan(statement(fields), Steps(fields).results, fields.labels)


def _built(steps: Steps) -> Plan:
    """The plan of a single run."""
    fields = steps.fields
    steps.add_given()
    for step in steps.numbers:
        steps.add(step)
    composites: tuple[Composite, ...] = ()
    forms = general_symbols(line.head for line in fields.lines)
    if steps.objective is not None:
        conclusions = Conclusions(steps, steps.objective)
        conclusions.add()
        forms |= conclusions.symbols
        composites = conclusions.composites
    if fields.variants is not None:
        forms |= sample_symbols(fields.names_of_variants, fields.variants, steps.numbers)
    symbols = Symbols(forms, plus=steps.numbers == range(1, 2))
    return Plan(
        steps.graph,
        tuple(steps.parts()),
        statement(fields),
        composites,
        tables=tuple(steps.tables()),
        trajectory=steps.trajectory(),
        symbols=symbols,
        aliases=steps.aliases(),
        figures=tuple(steps.figures()),
    )
