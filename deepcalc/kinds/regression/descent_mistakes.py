"""Typical mistakes in the objective of a regression, in its gradient and in the steps that go by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds._updates import timed
from deepcalc.kinds.regression.fields import RegressionFields
from deepcalc.kinds.regression.steps import LAMBDA, PENALIZED, RegressionFormulas, terms_with
from deepcalc.notation.array_nodes import Apply, Entrywise, MatrixProduct
from deepcalc.notation.edits import changed, terms, unsigned
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import NameParts, gradient_parts, name_parts
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Name,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Times,
    minus,
    negative,
    nodes_in,
    product,
)
from deepcalc.notation.parser import parse
from deepcalc.notation.shapes import size_text


def of_head(graph: Graph, *heads: str) -> Iterator[str]:
    """The computed quantities with one of these heads, of every batch and step."""
    for quantity in graph:
        parts = name_parts(quantity.name)
        if parts is not None and parts.head in heads and not parts.components and quantity.formula is not None:
            yield quantity.name


def all_changed(graph: Graph, names: Iterable[str], change: Any) -> dict[str, Node]:
    """The formulas of quantities, each changed."""
    return {name: change(graph[name].formula) for name in names}


# ---- the objective


def in_the_objective(fields: RegressionFields, graph: Graph, formulas: RegressionFormulas) -> Iterator[SlipRow]:
    """The losses of the samples put together otherwise, another loss, another penalty."""
    objectives = list(of_head(graph, "J"))
    if fields.loss_factor in ("1/m", "1/2m"):
        samples = {name: _samples_of(graph, name, formulas) for name in objectives}
        yield "mean-not-taken", "not divided by the number of samples", {
            name: Times(parse(m), graph[name].formula) for name, m in samples.items() if m != "1"}  # fmt: skip
    if fields.loss_factor in ("1/2m", "1/2"):
        doubled = all_changed(graph, objectives, lambda formula: Times(TWO, formula))
        yield "half-forgotten", "the factor 1/2 forgotten", doubled
    if fields.sample_weights is not None:
        ones = parse(f"ones({formulas.m})")
        yield "weights-forgotten", "the weights of the samples forgotten in the objective", {
            name: graph[name].definition.xreplace({Name("s"): ones}) for name in objectives}  # fmt: skip
    if fields.is_linear:
        yield "square-of-sum", "the square of the sum of the errors in place of the sum of their squares", {
            name: _sum_changed(_square_of_sum)(graph[name].definition) for name in objectives}  # fmt: skip
    of_logs = [name for name in objectives if _logs_in(graph[name].definition) is not None]
    for key, message, put in _OTHER_COSTS if "{p}" in fields.row.slope else ():
        if put.classes in (None, fields.row.is_multiclass):
            yield key, message, {name: put.in_place(graph[name].definition) for name in of_logs}
    if fields.row.is_multiclass:
        classes = size_text(graph.shape(next(of_head(graph, "yhat")))[-1])
        yield "mean-over-classes", "divided by the number of classes as well", {
            name: Over(graph[name].definition, parse(classes)) for name in of_logs}  # fmt: skip
    penalties = {name: terms_with(LAMBDA, graph[name].definition) for name in objectives}
    for key, message, change in _OTHER_PENALTIES:
        yield key, message, {
            name: graph[name].definition.xreplace({term: change(term) for term in own})
            for name, own in penalties.items() if own
        }  # fmt: skip


class _OtherCost:
    """What stands for each sample in place of its logarithms, from target and output; ``classes`` says of which model.

    The sum of it has the sign of the logarithms before it.
    """

    def __init__(self, write: Callable[[Node, Node], Node], classes: bool | None = None) -> None:
        self._write = write
        self.classes = classes

    def in_place(self, formula: Node) -> Node:
        summed = _logs_in(formula)
        assert summed is not None
        first: Any = terms(summed.operands[0])[0]
        target, log = first.args[0], first.args[-1]
        return formula.xreplace({summed: Apply("sum", summed.settings, self._write(target, log.arguments[0]))})


def _logs_in(formula: Node) -> Apply | None:
    """The sum over the samples, where it is one of logarithms."""
    sums = (node for node in nodes_in(formula) if isinstance(node, Apply) and node.operation == "sum")
    return next((node for node in sums if any(isinstance(part, Call) for part in nodes_in(node))), None)


def _squared(target: Node, output: Node) -> Node:
    return Negative(Power(minus(output, target), TWO))


def _of_both(target: Node, output: Node) -> Node:
    others = Entrywise(minus(ONE, target), Call("log", minus(ONE, output)))
    return Plus(Entrywise(target, Call("log", output)), others)


_OTHER_COSTS = (
    ("squares-for-logs", "the squared error in place of the cross-entropy", _OtherCost(_squared)),
    ("squares-for-logs", "half the squared error in place of the cross-entropy",
     _OtherCost(lambda target, output: Over(_squared(target, output), TWO))),
    ("targets-left-out", "the sum over all classes, whatever the target",
     _OtherCost(lambda target, output: Call("log", output), classes=True)),
    ("each-class", "the binary cross-entropy of every class", _OtherCost(_of_both, classes=True)),
    ("other-class", "the logarithm of the output for both classes, also where that of 1 − output is meant",
     _OtherCost(lambda target, output: Call("log", output), classes=False)),
)  # fmt: skip


def _without_square(around: Callable[[Node], Node]) -> Callable[[Node], Node]:
    """Σθ² → Σ of what is made of θ."""
    return lambda term: changed(term, lambda node: around(node.args[0]) if isinstance(node, Power) else None)


def _sum_changed(change: Callable[[Apply], Node | None]) -> Callable[[Node], Node]:
    return lambda term: changed(term, lambda node: change(node) if isinstance(node, Apply) else None)


def _square_of_sum(summed: Apply) -> Node | None:
    if summed.operation != "sum":
        return None
    inner = changed(summed.operands[0], lambda node: node.args[0] if isinstance(node, Power) else None)
    return Power(Apply("sum", summed.settings, inner), TWO)


_OTHER_PENALTIES: tuple[tuple[str, str, Callable[[Node], Node]], ...] = (
    ("penalty-forgotten", "the penalty left out of the objective", lambda term: Times(ZERO, term)),
    ("penalty-sign", "the penalty taken away, not added", negative),
    ("strength-forgotten", "λ forgotten", lambda term: term.xreplace({Name(LAMBDA): ONE})),
    ("half-forgotten", "the penalty twice as large", lambda term: Times(TWO, term)),
    ("half-forgotten", "the penalty half as large", lambda term: Over(term, TWO)),
    ("other-norm", "the absolute values of the parameters in place of their squares",
     _without_square(lambda theta: Call("abs", theta))),
    ("other-norm", "the root taken of the sum of the squared parameters",
     _sum_changed(lambda summed: Call("sqrt", summed))),
    ("other-norm", "the square of the sum of the parameters in place of the sum of their squares",
     _sum_changed(_square_of_sum)),
)  # fmt: skip


def _samples_of(graph: Graph, objective: str, formulas: RegressionFormulas) -> str:
    """How many samples an objective is of, as text."""
    parts = name_parts(objective)
    if parts is None or parts.sample is None:
        return formulas.m
    batch = next((name for name in (f"Y:{parts.sample}", f"y:{parts.sample}") if name in graph), "y")
    rank = 2 if formulas.fields.row.is_multiclass else 1
    return str(graph.shape(batch)[0]) if len(graph.shape(batch)) == rank else "1"


# ---- the gradient


def _derivatives_by(graph: Graph, head: str) -> Iterator[tuple[str, str, NameParts]]:
    """The gradients by quantities with a head: the name of each, of what it is, and what it is by."""
    for quantity in graph:
        parts = gradient_parts(quantity.name)
        by = None if parts is None else name_parts(parts[1])
        if parts is not None and by is not None and by.head == head:
            yield quantity.name, parts[0], by


def on_the_way_back(fields: RegressionFields, graph: Graph, formulas: RegressionFormulas) -> Iterator[SlipRow]:
    """Mistakes in the derivative of the objective by the scores, and from there to the parameters, at every step."""
    found = list(_derivatives_by(graph, "z" if fields.row.link else "yhat"))
    slopes = {name: graph[name].definition for name, _, _ in found}
    if fields.loss_factor in ("1/m", "1/2m"):
        counts = {name: _samples_of(graph, of, formulas) for name, of, _ in found}
        yield "mean-not-taken", "the gradient not divided by the number of samples", {
            name: Times(parse(m), slopes[name]) for name, m in counts.items() if m != "1"}  # fmt: skip
    turned = {name: negative(slope) for name, slope in slopes.items()}
    by_error = "{p}" in fields.row.slope
    exchanged = "target minus prediction in place of prediction minus target"
    yield "error-sign", exchanged if by_error else "the sign of the derivative exchanged", turned
    if not fields.row.link:
        doubled = {name: Times(TWO, slope) for name, slope in slopes.items()}
        yield "factor-two", "a factor of 2 too much in the gradient", doubled
        squares = {name: changed(slope, _error_squared) for name, slope in slopes.items()}
        yield "square-kept", "the errors squared in the gradient as they are in the objective", squares
    elif by_error:
        predictions = {name: Name(str(replace(by, head="yhat"))) for name, _, by in found}
        yield "activation-derivative", f"the derivative of the {fields.row.link} left in", {
            name: Times(slopes[name], p, minus(ONE, p)) for name, p in predictions.items()}  # fmt: skip
        yield "slope-for-error", f"the derivative of the {fields.row.link} in place of the error", {
            name: changed(slopes[name], _error_replaced(Entrywise(p, minus(ONE, p))))
            for name, p in predictions.items()
        }  # fmt: skip
    else:
        yield "target-forgotten", "the factor y before the sigmoid forgotten", {
            name: _without_target(slope) for name, slope in slopes.items()}  # fmt: skip
    if not fields.row.is_multiclass and isinstance(formulas.parameters, int):
        yield from _on_the_way_to_parameters(fields, graph, formulas)


def _on_the_way_to_parameters(
    fields: RegressionFields, graph: Graph, formulas: RegressionFormulas
) -> Iterator[SlipRow]:
    """The errors not multiplied by the features, or not sample by sample."""
    gradients = {name: graph[name].definition for name, _, _ in _derivatives_by(graph, fields.called)}
    rows: dict[tuple[str, str], str] = {
        ("features-forgotten", "the errors not multiplied by the features"): "sum({e}) * ones({d})",
        ("sums-multiplied", "the sum of the errors times the mean of each feature, not sample by sample"):
            "sum({e}) * mean({X}, axis=0)",
    }  # fmt: skip
    scale = f"{formulas.m}*" if fields.loss_factor in ("1/m", "1/2m") else ""
    ends = {"first": "1", "last": formulas.m}
    rows |= {("one-sample", f"the {end} sample alone"): f"{scale}{{e}}[{k}]*{{X}}[{k}]" for end, k in ends.items()}
    if formulas.parameters == 2:
        rows["order", "the derivatives by the two parameters exchanged"] = "flip({X}.T @ {e})"
    for (key, message), text in rows.items():
        change = _errors_joined(text, size_text(formulas.parameters))
        yield key, message, {name: changed(formula, change) for name, formula in gradients.items()}


def _errors_joined(text: str, parameters: str) -> Callable[[Node], Node | None]:
    """Xᵀe → another joining of errors e and rows of X."""
    law = parse(text.format(e="errors", X="rows", d=parameters))

    def change(node: Node) -> Node | None:
        if not isinstance(node, MatrixProduct) or len(node.args) != 2:
            return None
        (rows, *_), errors = node.args[0].args, node.args[1]
        return law.xreplace({Name("errors"): errors, Name("rows"): rows})

    return change


def _is_error(node: Node) -> bool:
    return isinstance(node, Plus) and len(node.args) == 2 and isinstance(node.args[1], Negative)


def _error_squared(node: Node) -> Node | None:
    return Power(node, TWO) if _is_error(node) else None


def _error_replaced(other: Node) -> Callable[[Node], Node | None]:
    return lambda node: other if _is_error(node) else None


def _without_target(slope: Node) -> Node:
    """``-y*σ(-y*z)`` → ``-σ(-y*z)``, whatever it is scaled by."""

    def change(node: Node) -> Node | None:
        if not isinstance(node, Times | Entrywise) or not any(isinstance(part, Call) for part in node.args):
            return None
        kept = [part for part in node.args if not (isinstance(part, Name) and part.name.partition(":")[0] == "y")]
        return product(*kept) if len(kept) < len(node.args) else None

    return changed(slope, change)


def in_the_penalty(fields: RegressionFields, graph: Graph, formulas: RegressionFormulas) -> Iterator[SlipRow]:
    """The bias penalized too; the derivative of the penalty twice or half as large, in every gradient."""
    if PENALIZED in graph and graph.shape(PENALIZED):  # a letter of that name is a size
        yield "bias-penalized", "the bias penalized too", {PENALIZED: f"ones({size_text(graph.shape(PENALIZED)[0])})"}
    gradients = {name: graph[name].definition for name, _, _ in _derivatives_by(graph, fields.called)}
    found = {name: terms_with(LAMBDA, formula) for name, formula in gradients.items()}
    ways: list[tuple[str, str, Callable[[Node], Node]]] = [
        ("penalty-forgotten", "the penalty left out of the gradient", lambda term: Times(ZERO, term)),
        ("penalty-factor", "a 2 too much in the derivative of the penalty", lambda term: Times(TWO, term)),
        ("penalty-factor", "the 2 forgotten in the derivative of the penalty", lambda term: Over(term, TWO)),
    ]
    if formulas.ridge_is_by_samples:
        message = "the derivative of the penalty not divided by the number of samples"
        ways.append(("penalty-scale", message, lambda term: Times(parse(formulas.m), term)))
    for key, message, change in ways:
        yield key, message, {
            name: gradients[name].xreplace({term: change(term) for term in own}) for name, own in found.items() if own
        }  # fmt: skip
    if formulas.ridge_is_by_samples and fields.loss_factor in ("1/m", "1/2m"):
        undivided = {name: Times(parse(formulas.m), gradients[name]) for name, own in found.items() if own}
        yield "mean-not-taken", "neither errors nor penalty divided by the number of samples", undivided


# ---- the steps


def in_updates(fields: RegressionFields, graph: Graph, formulas: RegressionFormulas) -> Iterator[SlipRow]:
    """Mistakes in the step by a gradient."""
    updates = [name for name in of_head(graph, fields.called) if "@" in name]
    plain = {name: graph[name].definition for name in updates if _is_error(graph[name].definition)}
    yield "gradient-added", "the step added instead of subtracted", {
        name: Plus(formula.args[0], formula.args[1].args[0]) for name, formula in plain.items()}  # fmt: skip
    if fields.optimizer is not None:
        yield from _by_rate(Name(fields.optimizer.symbol), plain, formulas)
    by_parameters = _derivatives_by(graph, fields.called)
    yield "gradient-step", "the gradient itself as the step, without the second derivatives", {
        timed("v", by.time or 0): Name(name) for name, _, by in by_parameters}  # fmt: skip


def _by_rate(rate: Name, plain: Mapping[str, Any], formulas: RegressionFormulas) -> Iterator[SlipRow]:
    yield "learning-rate-forgotten", "the learning rate forgotten", {
        name: formula.xreplace({rate: ONE}) for name, formula in plain.items()}  # fmt: skip
    if not formulas.bias_first or not isinstance(formulas.parameters, int):
        return
    others = formulas.parameters - 1
    masks = {
        "the bias left as it is": ["0", *["1"] * others],
        "the bias alone changed": ["1", *["0"] * others],
    }
    for message, entries in masks.items():
        mask = parse(f"[{', '.join(entries)}]")
        mask = Apply("expand", {"axis": 1}, mask) if formulas.fields.row.is_multiclass else mask
        yield "left-as-it-is", message, {name: _masked(formula, mask) for name, formula in plain.items()}
    if formulas.fields.is_linear and others == 1:
        yield "one-after-the-other", "the slope's gradient taken with the bias changed already", {
            name: _one_after_the_other(formula, formulas) for name, formula in plain.items()}  # fmt: skip


def _step_of(formula: Any) -> tuple[Node, Any]:
    """The parameters before a step, and what is taken off them."""
    return formula.args[0], unsigned(formula.args[1])


def _masked(formula: Node, mask: Node) -> Node:
    before, step = _step_of(formula)
    return minus(before, Entrywise(mask, step))


def _one_after_the_other(formula: Node, formulas: RegressionFormulas) -> Node:
    """θ₂ − η·(g₂ − η·H₂₁·g₁): of a quadratic the gradient changes by the second derivatives."""
    before, step = _step_of(formula)
    rate, slope = step.args
    drift = parse(f"[0, ({formulas.hessian()})[2, 1]*gradient[1]]").xreplace({Name("gradient"): slope})
    return minus(before, Times(rate, minus(slope, Times(rate, drift))))
