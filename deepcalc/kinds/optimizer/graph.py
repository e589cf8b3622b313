"""The plan of `optimizer`: its graph, its parts, its statement."""

from __future__ import annotations

from deepcalc.kinds.optimizer.conclusions import Conclusions
from deepcalc.kinds.optimizer.fields import OptimizerFields
from deepcalc.kinds.optimizer.naming import general_symbols, sample_symbols
from deepcalc.kinds.optimizer.side_by_side import SideBySide
from deepcalc.kinds.optimizer.statement import statement
from deepcalc.kinds.optimizer.steps import Steps
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import Composite, Plan


def build(fields: OptimizerFields) -> Plan:
    """The plan of a problem, that of its runs side by side where it has several."""
    runs = fields.all_runs
    if not runs:
        return built_alone(fields)
    plans = {name: built_alone(run) for name, run in runs.items()}
    return SideBySide(plans).plan(statement(fields), Steps(fields).results, fields.labels)


def built_alone(fields: OptimizerFields) -> Plan:
    """The plan of a single run."""
    steps = Steps(fields)
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
