"""An optimizer problem in words: Markdown with the method's law in the conventions that were chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from deepcalc.graph.quantities import Letter, Prose
from deepcalc.kinds.optimizer.steps import MOST_PARTS
from deepcalc.notation.array_nodes import MatrixProduct, Transpose
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import Name, Power, Relation, Times
from deepcalc.plan.statement import Statement, given_as, joined, prose
from deepcalc.rules.updates import ETA, PARAMETER, SETTING_NAMES, now

if TYPE_CHECKING:
    from deepcalc.kinds.optimizer.fields import OptimizerFields


def statement(fields: OptimizerFields) -> Statement:
    """The problem as an exam would put it; of several runs the first one's law, and what the others have instead."""
    runs = fields.all_runs
    if runs:
        return _of_runs(fields, list(runs.values()))
    parameters = fields.parameters
    subject, verb = ("The parameter", "is") if len(parameters) == 1 else ("The parameters", "are")
    chosen, given = _settings(fields), _start_values(fields)
    told = prose(" (", chosen, ")") if chosen else ()
    paragraphs = [
        prose(f"{subject} ", given, f" {verb} updated by {fields.rule.title}", told, ":"),
        _law(fields),
        _rates(fields),
        _start(fields),
        _gradients(fields),
    ]
    asks = prose("Compute ", joined(map(Name, parameters)), f" after {_steps(fields)}.")
    return Statement(joined((part for part in paragraphs if part), "\n\n", last="\n\n"), asks)


def _of_runs(fields: OptimizerFields, runs: Sequence[OptimizerFields]) -> Statement:
    """What all runs have in common, and each of them."""
    labels, laws = list(fields.labels.values()), [_law(run) for run in runs]
    told = [prose("Runs that begin at ", _start_values(fields), " are compared.")]
    if laws.count(laws[0]) == len(laws):
        settings = (_settings(run) for run in runs)
        told.append(prose(f"They all take steps of {runs[0].rule.title}:\n\n", laws[0]))
        runs_told = _bullets(prose(f"{label}: ", own) for label, own in zip(labels, settings, strict=True))
        told.append(prose("The runs are:\n\n", runs_told))
    else:
        told += [
            prose(f"{label} (", _settings(run), "):\n\n", law)
            for label, run, law in zip(labels, runs, laws, strict=True)
        ]
    told += [part for part in (_rates(fields), _gradients(fields)) if part]
    asks = prose("Compute ", joined(map(Name, fields.parameters)), f" after {_steps(fields)} of each run.")
    return Statement(joined(told, "\n\n", last="\n\n"), asks)


def _start_values(fields: OptimizerFields) -> Prose:
    return _equations((Name(name), value) for name, value in fields.parameters.items())


def _settings(fields: OptimizerFields) -> Prose:
    settings = {field: value for field, value in fields.settings().items() if not fields.finds(field)}
    return _equations((Name(SETTING_NAMES[field]), value) for field, value in settings.items()) if settings else ()


def _equations(pairs: Iterable[tuple[Any, Any]]) -> Prose:
    return joined(
        given_as(name.name, value) if isinstance(value, Letter) else Relation("=", name, value) for name, value in pairs
    )


def _law(fields: OptimizerFields) -> Prose:
    rule = fields.rule
    general = fields.stepping.general
    told = [
        prose(Relation("=", now(line.head), line.formula(general)), f" ({line.at_first})" if line.at_first else ())
        for line in rule.lines
    ]
    return _bullets([*told, (Relation("=", now(PARAMETER), rule.new_value(general)),)])


def _rates(fields: OptimizerFields) -> Prose:
    """The learning rate of each step, where it changes."""
    if fields.line_search is not None:
        return _searched(fields)
    if fields.schedule is None:
        return ()
    first = fields.steps_before + 1
    shown = range(first, first + min(fields.step_count, MOST_PARTS))
    rates = ((Name(f"{ETA.name}@{step}"), fields.schedule.rate(ETA, step)) for step in shown)
    return prose(f"The learning rate follows the schedule ({fields.schedule.row.title}): ", _equations(rates), ".")


def _searched(fields: OptimizerFields) -> Prose:
    """How the learning rate of a step is found."""
    if isinstance(fields.line_search, str):
        return prose(f"The learning rate of each step is the one with which {fields.objective_name} becomes least.")
    search, p = fields.line_search, now("step" if fields.update.needs_curvature else "g")
    assert search is not None
    tried = prose("of ", ETA, ", ", Times(ETA, search.factor), ", ", Times(ETA, Power(search.factor, TWO)), " …")
    of_arrays = fields.stepping.general.is_array
    along = MatrixProduct(Transpose(now("g")), p) if of_arrays else Times(now("g"), p)
    slope = Times(search.slope, now(ETA.name), along)
    fall = prose(" with which the objective falls by ", slope, " or more")
    return prose("The learning rate ", now(ETA.name), " of each step is the first ", tried, fall, ".")


def _start(fields: OptimizerFields) -> Prose:
    """What the optimizer has kept before the first step."""
    done, stepping = fields.steps_before, fields.stepping
    states = list(stepping.states(done))
    if not states:
        return ()
    when = f"After {done} step{'s' if done > 1 else ''} so far, " if done else "Before the first step, "
    if any(fields.initial.values()):
        return prose(when, _equations((Name(name), stepping.start(line, of)) for name, line, of in states), ".")
    starts = dict.fromkeys((f"{line.head}_{done}", line.start) for _, line, _ in states)
    return prose(when, _equations((Name(name), start) for name, start in starts), ".")


def _gradients(fields: OptimizerFields) -> Prose:
    if fields.has_objective:
        return _objective(fields)
    steps = [
        _equations((Name(f"g.{name}@{step}"), gradients[name]) for name in fields.parameters)
        for step, (gradients, _) in enumerate(fields.gradient_steps(), start=fields.steps_before + 1)
    ]
    if len(steps) > 1:
        return prose("The gradients of the steps:\n\n", _bullets(steps))
    return prose(f"The gradient{' is' if len(fields.parameters) == 1 else 's are'} ", steps[0], ".")


def _objective(fields: OptimizerFields) -> Prose:
    """What is minimized, with the model, the constants and the samples in it."""
    own, with_ = fields.objective_name, [(Name(name), formula) for name, formula in fields.model.items()]
    with_ += [(Name(name), value) for name, value in fields.constants.items()]
    if fields.objective is not None:
        told = prose("The objective is ", Relation("=", Name(own), fields.objective))
    else:
        several = ((Name(f"{own}:{number}"), each) for number, each in enumerate(fields.objectives or (), start=1))
        told = prose("The objectives are ", _equations(several))
    told = prose(told, " with ", _equations(with_), ".") if with_ else prose(told, ".")
    return prose(told, *_turns(fields)) if fields.variants is not None else told


def _turns(fields: OptimizerFields) -> Prose:
    """The samples, and which of them, or of the objectives, a step goes by."""
    count, size = fields.variants or 1, fields.batch
    many = "objective" if fields.samples is None else "sample"
    how = f" ({fields.reduction} of the gradients)" if size > 1 else ""
    which = f"all {many}s" if size >= count else f"the next {size} {many}s" if size > 1 else f"the next {many}"
    if fields.samples is None:
        return prose(f" Each step goes by {which}{how}.")
    names = joined(map(Name, fields.samples[0]), last=", ")
    values = joined((prose("(", joined(sample.values(), last=", "), ")") for sample in fields.samples), last=", ")
    return prose(" The samples (", names, ") are ", values, f"; each step goes by {which}{how}.")


def _steps(fields: OptimizerFields) -> str:
    steps = fields.step_count
    return "one step" if steps == 1 else f"each of {steps} steps" if steps <= MOST_PARTS else f"{steps} steps"


def _bullets(items: Iterable[Prose]) -> Prose:
    return joined((prose("- ", item) for item in items), "\n", last="\n")
