"""Typical mistakes in regressions: the column of ones, λ, the factor of the loss, signs, scaling, what follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow, slips_of, stands, written
from deepcalc.kinds.regression.descent_mistakes import (
    all_changed,
    in_the_objective,
    in_the_penalty,
    in_updates,
    of_head,
    on_the_way_back,
)
from deepcalc.kinds.regression.fields import RegressionFields
from deepcalc.kinds.regression.mistakes import in_goodness, in_scaling, in_sums
from deepcalc.kinds.regression.steps import PENALIZED, RegressionFormulas, formulas_of, level_of
from deepcalc.notation.array_nodes import Apply, Item, MatrixProduct
from deepcalc.notation.edits import changed
from deepcalc.notation.nodes import ONE, ZERO, Call, Name, Node, Over, Times, minus, negative, total
from deepcalc.notation.operations import operands_of
from deepcalc.notation.parser import parse
from deepcalc.notation.shapes import concrete
from deepcalc.plan import Plan, Slip
from deepcalc.rules.curvature import curvature_mistakes
from deepcalc.rules.regression import scaled


def slips(fields: RegressionFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a regression problem."""
    graph, formulas = plan.graph, formulas_of(fields, plan.graph)
    rows = (
        *_in_features(fields, graph),
        *in_scaling(fields, graph, formulas),
        *_in_scores(fields, graph),
        *_in_predictions(fields, graph, formulas),
        *_in_closed_form(fields, graph, formulas),
        *in_sums(fields, graph, formulas),
        *in_the_objective(fields, graph, formulas),
        *in_updates(fields, graph, formulas),
        *on_the_way_back(fields, graph, formulas),
        *in_the_penalty(fields, graph, formulas),
        *_in_second_derivatives(fields, graph, formulas),
        *in_goodness(fields, graph, formulas),
        *_in_conclusions(fields, graph, formulas),
    )
    return (slip for slip in slips_of(graph, rows) if stands(graph, slip))


# ---- the design matrix


def _in_features(fields: RegressionFields, graph: Graph) -> Iterator[SlipRow]:
    points = list(of_head(graph, "phi_new"))
    if fields.X is None and fields.intercept:
        columns = operands_of(graph["X"].definition)[1:]
        without: dict[str, Any] = {"X": columns[0] if len(columns) == 1 else graph["X"].definition.func(
            *graph["X"].definition.args[:2], *columns)}  # fmt: skip
        without |= all_changed(graph, points, lambda row: row.func(*row.args[1:]))
        without |= all_changed(graph, [PENALIZED] if PENALIZED in graph else [], lambda row: row.func(*row.args[1:]))
        without |= {"det_A": "det(A)", "B": "inv(A)", "Delta": "0", f"{fields.called}0": "0"}
        without |= {
            f"{fields.called}{place}": f"{fields.called}[{place}]" for place in range(1, concrete(graph.shape("X"))[1])
        }
        yield "bias-forgotten", "the column of ones forgotten", without
        yield (
            "bias-forgotten",
            "the bias forgotten in the prediction",
            all_changed(graph, points, lambda row: row.func(ZERO, *row.args[1:])),
        )
    if fields.scale is None:
        return
    source = Name("P" if "P" in graph else "x")
    yield "features-not-scaled", "the features as they are, not scaled", {
        "X": graph["X"].definition.xreplace({Name("Z"): source})}  # fmt: skip
    raw = {name: name.replace("z_new", "p_new" if "P" in graph else "x_new") for name in of_head(graph, "z_new")}
    yield "point-not-scaled", "the point not scaled as the samples are", {
        name: f"{{{point}}}" for name, point in raw.items()}  # fmt: skip


def _in_scores(fields: RegressionFields, graph: Graph) -> Iterator[SlipRow]:
    """The intercept forgotten in what the features and the parameters make, or exchanged with the slope."""
    heads = ("z" if fields.row.link else "yhat", "zhat" if fields.row.link else "yhat_new")
    scores = {name: graph[name].definition for name in of_head(graph, *heads)}
    scores = {name: score for name, score in scores.items() if isinstance(score, MatrixProduct)}
    if not scores or not fields.intercept or fields.X is not None:
        return
    axis = {"axis": 0}
    yield "bias-forgotten", "the intercept forgotten", {
        name: minus(score, Apply("expand", axis, Item(score.args[1], ONE)) if fields.row.is_multiclass
                    and graph.shape(name)[1:] else Item(score.args[1], ONE))
        for name, score in scores.items()
    }  # fmt: skip
    if graph.shape("X")[1] == 2 and not fields.row.is_multiclass:
        yield "parameters-exchanged", "intercept and slope exchanged", {
            name: MatrixProduct(score.args[0], Apply("flip", {}, score.args[1])) for name, score in scores.items()
        }  # fmt: skip
    if graph.shape("X")[1] == 3 and not fields.row.is_multiclass:
        swapped = written("[{of}[1], {of}[3], {of}[2]]").xreplace
        yield "parameters-exchanged", "the parameters of the two features exchanged", {
            name: MatrixProduct(score.args[0], swapped({Name("of"): score.args[1]})) for name, score in scores.items()
        }  # fmt: skip


def _in_predictions(fields: RegressionFields, graph: Graph, formulas: RegressionFormulas) -> Iterator[SlipRow]:
    """What is made of the scores: nothing, another function, the class."""
    link = fields.row.link
    of_scores = {name: Name(name.replace("yhat", "z", 1)) for name in of_head(graph, "yhat")} if link else {}
    yield "activation-forgotten", f"the {link} forgotten", of_scores
    if fields.row.is_multiclass:
        yield "sigmoid-for-softmax", "the sigmoid of each score in place of the softmax", {
            name: Call("sigmoid", z) for name, z in of_scores.items()}  # fmt: skip
        yield "wrong-axis", "the softmax over the samples in place of the classes", {
            name: Apply("softmax", {"axis": 0}, z) for name, z in of_scores.items() if len(graph.shape(name)) > 1
        }  # fmt: skip
        return
    yield "class-for-probability", "the class in place of the probability", {
        name: written(formulas.chosen("score")).xreplace({Name("score"): graph[name].definition}) for name in of_scores
    }  # fmt: skip


# ---- closed forms


def _in_closed_form(fields: RegressionFields, graph: Graph, formulas: RegressionFormulas) -> Iterator[SlipRow]:
    if "A" not in graph:
        return
    theta = fields.called
    yield "transposed", "X Xᵀ in place of Xᵀ X", {"A": "X @ X.T"}
    yield "inverse-forgotten", "the matrix not inverted", {theta: "A @ c"}
    yield "inverse-forgotten", "one over each entry in place of the inverse", {"B": "1 / A"}
    yield "each-alone", "each parameter fitted by itself, with the diagonal of the matrix alone", {theta: "c / diag(A)"}
    if formulas.parameters == 2:
        yield "parameters-exchanged", "the two parameters exchanged", {theta: "flip(B @ c)"}
    yield "mean-taken", "divided by the number of samples", {"A": f"({formulas.matrix()})/{formulas.m}"}
    yield "mean-taken", "divided by the number of samples", {"c": f"({formulas.right_side()})/{formulas.m}"}
    if "det_A" in graph:
        yield "determinant-forgotten", "not divided by the determinant", {
            "B": "[[A[2, 2], -A[1, 2]], [-A[2, 1], A[1, 1]]]"}  # fmt: skip
        yield "sign-in-inverse", "the signs off the diagonal of the inverse not changed", {
            "B": "1/det_A * [[A[2, 2], A[1, 2]], [A[2, 1], A[1, 1]]]"}  # fmt: skip
        yield "diagonal-kept", "the entries on the diagonal of the inverse not exchanged", {
            "B": "1/det_A * [[A[1, 1], -A[1, 2]], [-A[2, 1], A[2, 2]]]"}  # fmt: skip
    if fields.sample_weights is not None:
        yield "weights-forgotten", "the weights of the samples forgotten", {
            "A": formulas.matrix(weighted=False), "c": formulas.right_side(weighted=False)}  # fmt: skip
        for said, power in (("squared", "S @ S"), ("by their roots", "diag(sqrt(s))")):
            yield "weights-twice", f"the samples weighted {said}", {
                "A": formulas.matrix().replace("@ S @", f"@ {power} @"),
                "c": formulas.right_side().replace("@ S @", f"@ {power} @")}  # fmt: skip
        yield "weights-once", "the weights forgotten on the right side", {"c": formulas.right_side(weighted=False)}
    if fields.ridge is not None:
        yield "penalty-forgotten", "the penalty forgotten", {"A": formulas.matrix(penalized=False)}
        yield (
            "penalty-sign",
            "the penalty subtracted",
            {"A": f"{formulas.matrix(penalized=False)} - {_added(formulas)}"},
        )
        if formulas.bias_first:
            told = "the bias penalized too" if formulas.spares_bias else "the bias not penalized"
            yield "bias-penalized", told, {"A": formulas.matrix(with_bias=formulas.spares_bias)}
        everywhere = f"{formulas.matrix(penalized=False)} + {formulas.everywhere}"
        yield "penalty-everywhere", "λ added to every entry, not on the diagonal alone", {"A": everywhere}
        times_m = f"{formulas.matrix(penalized=False)} + {formulas.m}*{_added(formulas)}"
        yield "penalty-scale", "λ multiplied by the number of samples", {"A": times_m}


def _added(formulas: RegressionFormulas) -> str:
    """What the penalty adds to the matrix of the normal equations."""
    return formulas.matrix().removeprefix(f"{formulas.matrix(penalized=False)} + ")


# ---- second derivatives


def _in_second_derivatives(fields: RegressionFields, graph: Graph, formulas: RegressionFormulas) -> Iterator[SlipRow]:
    hessians = list(of_head(graph, "H"))
    if fields.loss_factor in ("1/m", "1/2m"):
        yield "mean-not-taken", "the second derivatives not divided by the number of samples", {
            name: Times(parse(formulas.m), graph[name].formula) for name in hessians}  # fmt: skip
    if fields.row.curvature and fields.ridge is None:
        before = scaled(fields.loss_factor, formulas.m, times=fields.row.bend)
        yield "curvature-forgotten", "the factors p·(1 − p) left out, as of a linear regression", {
            **dict.fromkeys(hessians, f"{before}X.T @ X")}  # fmt: skip
    yield "inverse-forgotten", "the gradient multiplied by the second derivatives, not by their inverse", {
        name: changed(graph[name].definition, _uninverted) for name in of_head(graph, "v")}  # fmt: skip


def _uninverted(node: Node) -> Node | None:
    return node.operands[0] if isinstance(node, Apply) and node.operation == "inv" else None


# ---- what follows from the parameters


def _in_conclusions(fields: RegressionFields, graph: Graph, formulas: RegressionFormulas) -> Iterator[SlipRow]:
    if fields.row.link:
        yield "activation-forgotten", f"the {fields.row.link} forgotten", {
            name: Name(name.replace("yhat_new", "zhat")) for name in of_head(graph, "yhat_new")}  # fmt: skip
    for missed, share in zip(of_head(graph, "misclassified"), of_head(graph, "accuracy"), strict=True):
        count = parse(formulas.m)
        yield "share-of-mistakes", "the share of the wrong predictions", {share: Over(Name(missed), count)}
        yield "right-for-wrong", "the right predictions counted in place of the wrong ones", {
            missed: minus(count, graph[missed].definition)}  # fmt: skip
    yield from curvature_mistakes() if fields.optimizer is None else curvature_mistakes(fields.optimizer.symbol)
    for name in ("slope", "offset", "x_boundary"):
        if name in graph:
            yield "boundary-sign", "a sign exchanged in the equation of the boundary", {
                name: negative(graph[name].definition)}  # fmt: skip
    if "slope" in graph:
        above, below = graph["slope"].definition.args
        yield "weights-exchanged", "the weights of the two features exchanged", {
            "slope": Over(negative(below), negative(above)),
            "offset": Over(graph["offset"].definition.args[0], negative(above))}  # fmt: skip
    for name in ("offset", "x_boundary"):
        if name in graph:
            rest, weight = graph[name].definition.args
            for message, level in _other_levels(fields):
                put = rest.xreplace({parse(level_of(fields)): level}) if level_of(fields) else total(level, rest)
                yield "threshold-for-score", message, {name: Over(put, weight)}


def _other_levels(fields: RegressionFields) -> Iterator[tuple[str, Node]]:
    """What is taken for the score on the boundary, log(t/(1 − t)) of the threshold t."""
    yield "the threshold taken for the score on the boundary", fields.threshold
    if level_of(fields):
        yield "the score 0 on the boundary, as of the threshold ½", ZERO
        yield "the logarithm of the threshold alone, not of t/(1 − t)", Call("log", fields.threshold)
        yield "the sign of the score on the boundary turned", negative(parse(level_of(fields)))
