"""Typical mistakes in regressions: the column of ones, λ, the factor of the loss, signs, scaling, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow, slips_of, stands
from deepcalc.kinds._updates import timed
from deepcalc.kinds.regression.fields import RegressionFields
from deepcalc.kinds.regression.settings import Fit
from deepcalc.kinds.regression.steps import LAMBDA, PENALIZED, RegressionFormulas, formulas_of
from deepcalc.notation.array_nodes import Apply, Entrywise, Item, MatrixProduct
from deepcalc.notation.edits import changed, terms
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
    names_in,
    negative,
    product,
)
from deepcalc.notation.operations import operands_of
from deepcalc.notation.parser import parse
from deepcalc.notation.shapes import concrete, size_text
from deepcalc.plan import Plan, Slip
from deepcalc.rules.curvature import curvature_mistakes


def slips(fields: RegressionFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a regression problem."""
    graph, written = plan.graph, formulas_of(fields, plan.graph)
    rows = (
        *_in_features(fields, graph),
        *_in_scores(fields, graph),
        *_in_closed_form(fields, graph, written),
        *_in_sums(fields, graph),
        *_in_the_loss(fields, graph, written),
        *_in_updates(fields, graph),
        *_on_the_way_back(fields, graph, written),
        *_in_the_penalty(fields, graph),
        *_in_conclusions(fields, graph, written),
    )
    return (slip for slip in slips_of(graph, rows) if stands(graph, slip))


def _of_head(graph: Graph, *heads: str) -> Iterator[str]:
    """The computed quantities with one of these heads, of every batch and step."""
    for quantity in graph:
        parts = name_parts(quantity.name)
        if parts is not None and parts.head in heads and not parts.components and quantity.formula is not None:
            yield quantity.name


def _changed(graph: Graph, names: Iterable[str], change: Any) -> dict[str, Node]:
    """The formulas of quantities, each changed."""
    return {name: change(graph[name].formula) for name in names}


# ---- the design matrix


def _in_features(fields: RegressionFields, graph: Graph) -> Iterator[SlipRow]:
    points = list(_of_head(graph, "phi_new"))
    if fields.X is None and fields.intercept:
        columns = operands_of(graph["X"].definition)[1:]
        without: dict[str, Any] = {"X": columns[0] if len(columns) == 1 else graph["X"].definition.func(
            *graph["X"].definition.args[:2], *columns)}  # fmt: skip
        without |= _changed(graph, points, lambda row: row.func(*row.args[1:]))
        without |= _changed(graph, [PENALIZED] if PENALIZED in graph else [], lambda row: row.func(*row.args[1:]))
        without |= {"det_A": "det(A)", "B": "inv(A)", "Delta": "0", f"{fields.called}0": "0"}
        without |= {
            f"{fields.called}{place}": f"{fields.called}[{place}]" for place in range(1, concrete(graph.shape("X"))[1])
        }
        yield "bias-forgotten", "the column of ones forgotten", without
        yield (
            "bias-forgotten",
            "the bias forgotten in the prediction",
            _changed(graph, points, lambda row: row.func(ZERO, *row.args[1:])),
        )
    if fields.scale is None:
        return
    scale, source = fields.scale, "P" if "P" in graph else "x"
    along = ", axis=0" if graph.shape(source) and len(graph.shape(source)) > 1 else ""
    if "sigma" in graph:
        n = graph.shape("y")[0]
        over = str(n) if scale.unbiased else f"({n} - 1)"
        other = "n in place of n − 1" if scale.unbiased else "n − 1 in place of n"
        squares = f"sum(({source} - mu)^2{along})"
        yield "unbiased-variance", f"{other} in the standard deviation", {"sigma": f"sqrt({squares} / {over})"}
        own = str(n) if not scale.unbiased else f"({n} - 1)"
        yield "root-forgotten", "the variance in place of the standard deviation", {"sigma": f"{squares} / {own}"}
    divisor = scale.row.divisor or "1"
    yield "mean-not-subtracted", "nothing subtracted before the division", {"Z": f"{source} / {divisor}"}
    if scale.row.divisor:
        yield "not-divided", "not divided", {"Z": f"{source} - {scale.row.shift}"}
    raw = {name: name.replace("z_new", "p_new" if "P" in graph else "x_new") for name in _of_head(graph, "z_new")}
    yield "point-not-scaled", "the point not scaled as the samples are", {
        name: f"{{{point}}}" for name, point in raw.items()}  # fmt: skip


def _in_scores(fields: RegressionFields, graph: Graph) -> Iterator[SlipRow]:
    """The intercept forgotten in what the features and the parameters make, or exchanged with the slope."""
    heads = ("z" if fields.row.link else "yhat", "zhat" if fields.row.link else "yhat_new")
    scores = {name: graph[name].definition for name in _of_head(graph, *heads)}
    scores = {name: score for name, score in scores.items() if isinstance(score, MatrixProduct)}
    sizes = {len(graph.shape(score.args[1].name)) for score in scores.values() if isinstance(score.args[1], Name)}
    if sizes != {1} or not fields.intercept or fields.X is not None:
        return
    yield "bias-forgotten", "the intercept forgotten", {
        name: minus(score, Item(score.args[1], ONE)) for name, score in scores.items()}  # fmt: skip
    if graph.shape("X")[1] == 2:
        yield "parameters-exchanged", "intercept and slope exchanged", {
            name: MatrixProduct(score.args[0], Apply("flip", {}, score.args[1])) for name, score in scores.items()
        }  # fmt: skip


# ---- closed forms


def _in_closed_form(fields: RegressionFields, graph: Graph, written: RegressionFormulas) -> Iterator[SlipRow]:
    if "A" not in graph:
        return
    theta = fields.called
    yield "transposed", "X Xᵀ in place of Xᵀ X", {"A": "X @ X.T"}
    yield "inverse-forgotten", "the matrix not inverted", {theta: "A @ c"}
    if "det_A" in graph:
        yield "determinant-forgotten", "not divided by the determinant", {
            "B": "[[A[2, 2], -A[1, 2]], [-A[2, 1], A[1, 1]]]"}  # fmt: skip
        yield "sign-in-inverse", "the signs off the diagonal of the inverse not changed", {
            "B": "1/det_A * [[A[2, 2], A[1, 2]], [A[2, 1], A[1, 1]]]"}  # fmt: skip
    if fields.sample_weights is not None:
        yield "weights-forgotten", "the weights of the samples forgotten", {
            "A": written.matrix(weighted=False), "c": written.right_side(weighted=False)}  # fmt: skip
        yield "weights-once", "the weights forgotten on the right side", {"c": written.right_side(weighted=False)}
    if fields.ridge is not None:
        yield "penalty-forgotten", "the penalty forgotten", {"A": written.matrix(penalized=False)}
        yield "penalty-sign", "the penalty subtracted", {"A": f"{written.matrix(penalized=False)} - {_added(written)}"}
        if written.bias_first:
            told = "the bias penalized too" if written.spares_bias else "the bias not penalized"
            yield "bias-penalized", told, {"A": written.matrix(with_bias=written.spares_bias)}
        times_m = f"{written.matrix(penalized=False)} + {written.m}*{_added(written)}"
        yield "penalty-scale", "λ multiplied by the number of samples", {"A": times_m}


def _added(written: RegressionFormulas) -> str:
    """What the penalty adds to the matrix of the normal equations."""
    return written.matrix().removeprefix(f"{written.matrix(penalized=False)} + ")


def _in_sums(fields: RegressionFields, graph: Graph) -> Iterator[SlipRow]:
    slope = f"{fields.called}1"
    if fields.intercept:
        yield "means-not-subtracted", "the means not subtracted", {"S_xy": "sum(x*y)", "S_xx": "sum(x^2)"}
        yield "intercept-sign", "the slope times the mean added to the mean of y", {
            f"{fields.called}0": f"ybar + {slope}*xbar"}  # fmt: skip
        yield "means-exchanged", "the means of x and y exchanged", {f"{fields.called}0": f"xbar - {slope}*ybar"}
        yield "one-point-for-means", "the first sample in place of the means", {
            f"{fields.called}0": f"y[1] - {slope}*x[1]"}  # fmt: skip
    if fields.way is Fit.SUMS:
        heads = list(_of_head(graph, "yhat_new")) if fields.intercept else []
        yield "bias-forgotten", "the intercept forgotten in the prediction", {
            name: graph[name].definition.args[1] for name in heads}  # fmt: skip
        yield "quotient-upside-down", "the quotient upside down", {slope: "S_xx / S_xy"}
        yield "other-squares", "divided by the sum of squares of y in place of that of x", {
            slope: "S_xy / sum((y - ybar)^2)" if fields.intercept else "S_xy / sum(y^2)"}  # fmt: skip


# ---- the loss and its gradient


def _in_the_loss(fields: RegressionFields, graph: Graph, written: RegressionFormulas) -> Iterator[SlipRow]:
    objectives = list(_of_head(graph, "J"))
    if fields.loss_factor in ("1/m", "1/2m"):
        samples = {name: _samples_of(graph, name, written) for name in objectives}
        yield "mean-not-taken", "not divided by the number of samples", {
            name: Times(parse(m), graph[name].formula) for name, m in samples.items() if m != "1"}  # fmt: skip
    if fields.loss_factor in ("1/2m", "1/2"):
        doubled = _changed(graph, objectives, lambda formula: Times(TWO, formula))
        yield "half-forgotten", "the factor 1/2 forgotten", doubled
    scores = list(_of_head(graph, "yhat")) if fields.row.link else []
    if fields.row.link == "sigmoid" and "{p}" in fields.row.slope:
        yield "squares-for-logs", "the squared error in place of the cross-entropy", {
            name: _of_squares(graph[name].definition) for name in objectives if _is_of_logs(graph[name].definition)
        }  # fmt: skip
    yield "activation-forgotten", f"the {fields.row.link} forgotten", {
        name: Name(name.replace("yhat", "z", 1)) for name in scores}  # fmt: skip
    if fields.row.is_multiclass:
        yield "sigmoid-for-softmax", "the sigmoid of each score in place of the softmax", {
            name: Call("sigmoid", Name(name.replace("yhat", "z", 1))) for name in scores}  # fmt: skip
        rows = (name for name in scores if len(graph.shape(name)) > 1)
        yield "wrong-axis", "the softmax over the samples in place of the classes", {
            name: Apply("softmax", {"axis": 0}, Name(name.replace("yhat", "z", 1))) for name in rows}  # fmt: skip


def _is_of_logs(formula: Node) -> bool:
    is_scaled = isinstance(formula, Negative) and isinstance(formula.args[0], Times)
    return is_scaled and isinstance(formula.args[0].args[-1], Apply)


def _of_squares(formula: Any) -> Node:
    """−f·Σ(y·log ŷ + …) → f·Σ(ŷ − y)²."""
    *factor, summed = formula.args[0].args
    first = summed.operands[0].args[0]
    target, output = first.args[0], first.args[1].arguments[0]
    return Times(*factor, Apply("sum", summed.settings, Power(minus(output, target), TWO)))


def _samples_of(graph: Graph, objective: str, written: RegressionFormulas) -> str:
    """How many samples an objective is of, as text."""
    parts = name_parts(objective)
    if parts is None or parts.sample is None:
        return written.m
    batch = next((name for name in (f"Y:{parts.sample}", f"y:{parts.sample}") if name in graph), "y")
    rank = 2 if written.fields.row.is_multiclass else 1
    return str(graph.shape(batch)[0]) if len(graph.shape(batch)) == rank else "1"


def _derivatives_by(graph: Graph, head: str) -> Iterator[tuple[str, str, NameParts]]:
    """The gradients by quantities with a head: the name of each, of what it is, and what it is by."""
    for quantity in graph:
        parts = gradient_parts(quantity.name)
        by = None if parts is None else name_parts(parts[1])
        if parts is not None and by is not None and by.head == head:
            yield quantity.name, parts[0], by


def _on_the_way_back(fields: RegressionFields, graph: Graph, written: RegressionFormulas) -> Iterator[SlipRow]:
    """Mistakes in the derivative of the objective by the scores, at every step."""
    found = list(_derivatives_by(graph, "z" if fields.row.link else "yhat"))
    slopes = {name: graph[name].definition for name, _, _ in found}
    if fields.loss_factor in ("1/m", "1/2m"):
        counts = {name: _samples_of(graph, of, written) for name, of, _ in found}
        yield "mean-not-taken", "the gradient not divided by the number of samples", {
            name: Times(parse(m), slopes[name]) for name, m in counts.items() if m != "1"}  # fmt: skip
    turned = {name: negative(slope) for name, slope in slopes.items()}
    by_error = "{p}" in fields.row.slope
    exchanged = "target minus prediction in place of prediction minus target"
    yield "error-sign", exchanged if by_error else "the sign of the derivative exchanged", turned
    if not fields.row.link:
        doubled = {name: Times(TWO, slope) for name, slope in slopes.items()}
        yield "factor-two", "a factor of 2 too much in the gradient", doubled
    elif by_error:
        predictions = {name: Name(str(replace(by, head="yhat"))) for name, _, by in found}
        yield "activation-derivative", f"the derivative of the {fields.row.link} left in", {
            name: Times(slopes[name], p, minus(ONE, p)) for name, p in predictions.items()}  # fmt: skip
    else:
        yield "target-forgotten", "the factor y before the sigmoid forgotten", {
            name: _without_target(slope) for name, slope in slopes.items()}  # fmt: skip


def _in_the_penalty(fields: RegressionFields, graph: Graph) -> Iterator[SlipRow]:
    """The bias penalized too; the derivative of the penalty twice or half as large, in every gradient."""
    if PENALIZED in graph and graph.shape(PENALIZED):  # a letter of that name is a size
        yield "bias-penalized", "the bias penalized too", {PENALIZED: f"ones({size_text(graph.shape(PENALIZED)[0])})"}
    gradients = {name: graph[name].definition for name, _, _ in _derivatives_by(graph, fields.called)}
    found = {name: [term for term in terms(formula) if LAMBDA in names_in(term)] for name, formula in gradients.items()}
    for said, factor in (("a 2 too much", TWO), ("the 2 forgotten", Over(ONE, TWO))):
        yield "penalty-factor", f"{said} in the derivative of the penalty", {
            name: gradients[name].xreplace({term: Times(factor, term) for term in own})
            for name, own in found.items() if own
        }  # fmt: skip


def _without_target(slope: Node) -> Node:
    """``-y*σ(-y*z)`` → ``-σ(-y*z)``, whatever it is scaled by."""

    def change(node: Node) -> Node | None:
        if not isinstance(node, Times | Entrywise) or not any(isinstance(part, Call) for part in node.args):
            return None
        kept = [part for part in node.args if not (isinstance(part, Name) and part.name.partition(":")[0] == "y")]
        return product(*kept) if len(kept) < len(node.args) else None

    return changed(slope, change)


def _in_updates(fields: RegressionFields, graph: Graph) -> Iterator[SlipRow]:
    updates = [name for name in _of_head(graph, fields.called) if "@" in name]
    plain = {name: graph[name].definition for name in updates if _is_step(graph[name].definition)}
    yield "gradient-added", "the step added instead of subtracted", {
        name: Plus(formula.args[0], formula.args[1].args[0]) for name, formula in plain.items()}  # fmt: skip
    if fields.optimizer is not None:
        rate = Name(fields.optimizer.symbol)
        yield "learning-rate-forgotten", "the learning rate forgotten", {
            name: formula.xreplace({rate: ONE}) for name, formula in plain.items()}  # fmt: skip
    by_parameters = _derivatives_by(graph, fields.called)
    yield "gradient-step", "the gradient itself as the step, without the second derivatives", {
        timed("v", by.time or 0): Name(name) for name, _, by in by_parameters}  # fmt: skip


def _is_step(formula: Node) -> bool:
    return isinstance(formula, Plus) and len(formula.args) == 2 and isinstance(formula.args[1], Negative)


# ---- what follows from the parameters


def _in_conclusions(fields: RegressionFields, graph: Graph, written: RegressionFormulas) -> Iterator[SlipRow]:
    if fields.row.link:
        yield "activation-forgotten", f"the {fields.row.link} forgotten", {
            name: Name(name.replace("yhat_new", "zhat")) for name in _of_head(graph, "yhat_new")}  # fmt: skip
    for missed, share in zip(_of_head(graph, "misclassified"), _of_head(graph, "accuracy"), strict=True):
        count = parse(written.m)
        yield "share-of-mistakes", "the share of the wrong predictions", {share: Over(Name(missed), count)}
        yield "right-for-wrong", "the right predictions counted in place of the wrong ones", {
            missed: minus(count, graph[missed].definition)}  # fmt: skip
    yield "share-unexplained", "the share that is not explained", {"R2": "SS_res / SS_tot"}
    yield "mean-not-subtracted", "the squares of y itself in place of those about its mean", {"SS_tot": "sum(y^2)"}
    yield from curvature_mistakes() if fields.optimizer is None else curvature_mistakes(fields.optimizer.symbol)
    if "H" in graph and fields.loss_factor in ("1/m", "1/2m"):
        yield "mean-not-taken", "the second derivatives not divided by the number of samples", {
            "H": Times(parse(written.m), graph["H"].formula)}  # fmt: skip
    for name in ("slope", "offset", "x_boundary"):
        if name in graph:
            yield "boundary-sign", "a sign exchanged in the equation of the boundary", {
                name: negative(graph[name].definition)}  # fmt: skip
    if "slope" in graph:
        above, below = graph["slope"].definition.args
        yield "weights-exchanged", "the weights of the two features exchanged", {
            "slope": graph["slope"].definition.func(negative(below), negative(above))}  # fmt: skip
