"""Typical mistakes in an optimizer's steps, in the gradients they go by, and in what follows from an objective."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import slips_of, stands
from deepcalc.kinds._update_mistakes import written_before
from deepcalc.kinds._update_slips import UpdateMistakes
from deepcalc.kinds._updates import timed
from deepcalc.kinds.optimizer.naming import MINIMUM
from deepcalc.kinds.optimizer.stationary import APPROACHED
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.edits import changed, terms, unsigned, with_term
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ZERO, Name, Negative, Node, Over, Power, Times, names_in, negative, product, total
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import Plan, Slip
from deepcalc.rules.curvature import curvature_mistakes

if TYPE_CHECKING:
    from deepcalc.kinds.optimizer.fields import OptimizerFields
    from deepcalc.kinds.optimizer.graph import Run, Runs


def slips(runs: Runs, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of an optimizer problem, of each run apart where there are several."""
    for name, run in runs.by_name.items():
        if runs.together is None:
            yield from _of_one(run, plan.graph, plan.symbols)
        else:
            yield from runs.together.slips(name, _of_one(run, run.plan.graph, plan.symbols))


def _of_one(run: Run, graph: Graph, symbols: Symbols) -> Iterator[Slip]:
    fields, steps = run.fields, run.steps
    said = UnicodePrinter(symbols).print
    yield from UpdateMistakes(steps.stepping, graph, steps.numbers, steps.moment, said).all()
    yield from _by_new_values(fields, graph, steps.numbers)
    yield from _kept_in_gradients(fields, graph, steps.numbers)
    yield from _in_terms(run, graph)
    yield from _at_the_beginning(fields, graph, steps.numbers)
    yield from _sums_of_gradients(fields, graph, steps.numbers)
    yield from _other_minimum(fields, graph)
    yield from (slip for slip in slips_of(graph, curvature_mistakes()) if stands(graph, slip))


def _sums_of_gradients(fields: OptimizerFields, graph: Graph, steps: range) -> Iterator[Slip]:
    """The gradients of several samples summed up, where their mean is taken."""
    if fields.batch == 1 or fields.reduction != "mean":
        return
    names = (f"g.{name}@{step}" for step in steps for name in fields.parameters)
    means = {name: graph[name].formula for name in names}
    summed = {name: formula.args[0] for name, formula in means.items() if isinstance(formula, Over)}
    yield Slip("sum-for-mean", "the sum in place of the mean", summed)


def _by_new_values(fields: OptimizerFields, graph: Graph, steps: range) -> Iterator[Slip]:
    """Each gradient taken where the parameters before it have been updated already."""
    formulas, slopes = {}, {}
    names = list(fields.parameters)
    for step in steps:
        for index, name in enumerate(names):
            new, slope = timed(name, step), f"g.{name}@{step}"
            updated = {Name(timed(each, step - 1)): Name(timed(each, step)) for each in names[:index]}
            own = graph[slope].formula if slope in graph else None
            if own is None or graph.is_of_arrays(name):
                continue
            if updated:
                slopes[slope] = written_before(graph, slope, own.xreplace(updated))
            if new in graph and slope in graph.uses(new):
                formulas[new] = graph[new].definition.xreplace({Name(slope): own.xreplace(updated)})
    for each in (formulas, slopes):
        if each:
            yield Slip("new-values", "the new value of a parameter taken in the gradient by another one", each)


def _kept_in_gradients(fields: OptimizerFields, graph: Graph, steps: range) -> Iterator[Slip]:
    """The parameter left in the derivative of a term that is linear in it, the square in that of a square."""
    linear: dict[int, dict[str, Node]] = {}
    squared = {}
    for step in steps:
        for name in fields.parameters:
            slope = f"g.{name}@{step}"
            formula = graph[slope].formula if slope in graph else None
            if formula is None or graph.is_of_arrays(slope):
                continue
            points = (f"ahead.{name}@{step}", timed(name, step - 1))
            point = next((Name(each) for each in points if each in names_in(formula)), None)
            if point is not None:
                for index, term in enumerate(terms(formula)):
                    if point.name not in names_in(term):
                        linear.setdefault(index, {})[slope] = with_term(formula, index, _times(term, point))
                squared[slope] = changed(formula, partial(_with_square, point))
    message = "the parameter kept in the derivative of a term that is linear in it"
    for formulas in linear.values():
        yield Slip("variable-kept", message, formulas)
    yield Slip("power-kept", "the square kept in the derivative", squared)


def _in_terms(run: Run, graph: Graph) -> Iterator[Slip]:
    """The gradient of an objective of numbers, of which one term is not derived by its variable as it is."""
    fields, objective = run.fields, run.fields.objective
    if objective is None or fields.model or fields.samples or any(map(graph.is_of_arrays, fields.parameters)):
        return
    for name in fields.parameters:
        own = Name(name)
        others: dict[Any, Any] = {Name(other): own for other in fields.parameters if other != name}
        slopes = [derivative(term, name) for term in terms(objective)]
        for index, (term, slope) in enumerate(zip(terms(objective), slopes, strict=True)):
            rows = (
                ("own-variable", "the variable itself in place of the other one", slope.xreplace(others)),
                ("constant-kept", "a term kept that does not depend on the variable", slope if slope != ZERO else term),
                ("factor-two", "the 2 of the square left out", _unsquared(term, own) or slope),
                ("value-for-derivative", "a term itself in place of its derivative", term if slope != ZERO else slope),
            )
            for key, message, taken in rows:
                if taken != slope:
                    written = total(*(each for each in (*slopes[:index], taken, *slopes[index + 1 :]) if each != ZERO))
                    yield Slip(key, f"{message}, in the derivative", _at_each_step(run, name, written))


def _unsquared(term: Node, own: Node) -> Node | None:
    """c·x for c·x², of which 2·c·x is the derivative; None of another term."""
    linear = term.xreplace({Power(own, TWO): own})
    return linear if linear != term else None


def _at_each_step(run: Run, name: str, written: Node) -> dict[str, Node]:
    """The gradient by a parameter, written in the parameters, as each step takes it."""
    point, found = run.fields.rule.point, {}
    for step in run.steps.numbers:
        taken: dict[Any, Any] = {
            Name(each): Name(run.steps.value(each, step - 1) if point is None else f"{point.head}.{each}@{step}")
            for each in run.fields.parameters
        }
        found[f"g.{name}@{step}"] = written.xreplace(taken)
    return found


def _times(term: Node, factor: Node) -> Node:
    return negative(product(unsigned(term), factor)) if isinstance(term, Negative) else product(term, factor)


def _with_square(name: Node, node: Node) -> Node | None:
    """2·x² in place of 2·x."""
    if not isinstance(node, Times) or name not in node.args:
        return None
    return product(*(Power(each, TWO) if each == name else each for each in node.args))


def _at_the_beginning(fields: OptimizerFields, graph: Graph, steps: range) -> Iterator[Slip]:
    """The gradient of the objective at the initial parameters in every step."""
    formulas = {}
    for step in steps[1:]:
        first = {Name(timed(name, step - 1)): Name(timed(name, steps[0] - 1)) for name in fields.parameters}
        for slope in (f"g.{name}@{step}" for name in fields.parameters):
            formula = graph[slope].formula if slope in graph else None
            if formula is not None and formula.xreplace(first) != formula:
                formulas[slope] = formula.xreplace(first)
    if formulas:
        yield Slip("gradient-of-the-beginning", "the gradient at the initial parameters in every step", formulas)


def _other_minimum(fields: OptimizerFields, graph: Graph) -> Iterator[Slip]:
    """The lowest minimum and the one that a descent comes to, taken for each other."""
    lowest = next((name for name in (f"{MINIMUM}.{each}" for each in fields.parameters)), "")
    found = [graph[name].written for name in (lowest, APPROACHED) if name in graph]
    if len(found) == 2 and None not in found:
        there, nearest = found
        yield Slip("nearest-for-lowest", "the point that the descent comes to, not the lowest", {lowest: nearest})
        yield Slip("lowest-for-nearest", "the lowest minimum, not where the descent comes to", {APPROACHED: there})
