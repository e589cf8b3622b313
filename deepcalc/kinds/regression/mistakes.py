"""Laws that are taken for those of a line by hand, of how good a fit is, of how features are scaled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds.regression.descent_mistakes import of_head
from deepcalc.kinds.regression.fields import RegressionFields
from deepcalc.kinds.regression.settings import Fit
from deepcalc.kinds.regression.steps import RegressionFormulas
from deepcalc.notation.nodes import Node
from deepcalc.notation.parser import parse
from deepcalc.notation.shapes import size_text
from deepcalc.rules.regression import SCALINGS

_OF_Y = "sum((y - ybar)^2)"

_OF_MEANS = (
    ("means-not-subtracted", "the means not subtracted", {"S_xy": "sum(x*y)", "S_xx": "sum(x^2)"}),
    ("shortcut", "the product of the means not multiplied by the number of samples before it is taken off",
     {"S_xy": "sum(x*y) - xbar*ybar", "S_xx": "sum(x^2) - xbar^2"}),
    ("sums-multiplied", "the product of the sums in place of the sum of the products",
     {"S_xy": "sum(x)*sum(y)"}),
    ("square-of-sum", "the square of the sum in place of the sum of the squares", {"S_xx": "sum(x)^2"}),
    ("covariance", "divided by n − 1: the covariance and the variance, not the sums",
     {"S_xy": "sum((x - xbar)*(y - ybar))/({m} - 1)", "S_xx": "sum((x - xbar)^2)/({m} - 1)"}),
    ("covariance", "divided by n: the covariance and the variance, not the sums",
     {"S_xy": "sum((x - xbar)*(y - ybar))/{m}", "S_xx": "sum((x - xbar)^2)/{m}"}),
    ("other-squares", "the squares of y in place of those of x", {"S_xx": _OF_Y}),
    ("one-less", "divided by n − 1", {"xbar": "sum(x)/({m} - 1)"}),
    ("one-less", "divided by n − 1", {"ybar": "sum(y)/({m} - 1)"}),
    ("intercept-sign", "the slope times the mean added to the mean of y", {"{intercept}": "ybar + {slope}*xbar"}),
    ("means-exchanged", "the means of x and y exchanged", {"{intercept}": "xbar - {slope}*ybar"}),
    ("one-point-for-means", "the first sample in place of the means", {"{intercept}": "y[1] - {slope}*x[1]"}),
    ("one-point-for-means", "the last sample in place of the means", {"{intercept}": "y[{m}] - {slope}*x[{m}]"}),
    ("sums-for-means", "the sums in place of the means", {"{intercept}": "sum(y) - {slope}*sum(x)"}),
    ("slope-forgotten", "the slope forgotten", {"{intercept}": "ybar - xbar"}),
    ("slope-forgotten", "the mean of y alone, the slope times the mean of x left out", {"{intercept}": "ybar"}),
    ("quotient-for-difference", "the mean of y divided by the slope times the mean of x",
     {"{intercept}": "ybar / ({slope}*xbar)"}),
    ("quotient-for-difference", "the difference of the means divided by the slope",
     {"{intercept}": "(ybar - xbar)/{slope}"}),
    ("mean-forgotten", "the mean of x left out", {"{intercept}": "ybar - {slope}"}),
    ("correlation-for-slope", "the correlation in place of the slope", {"{slope}": f"S_xy / sqrt(S_xx*{_OF_Y})"}),
    ("one-less", "the covariance divided by n − 1 and the variance by n", {"{slope}": "S_xy*{m}/(S_xx*({m} - 1))"}),
    ("one-less", "the covariance divided by n and the variance by n − 1", {"{slope}": "S_xy*({m} - 1)/(S_xx*{m})"}),
    ("ratio-of-deviations", "the ratio of the standard deviations, without the correlation",
     {"{slope}": f"sqrt({_OF_Y}/S_xx)"}),
    ("root-taken", "divided by the root of the sum of squares", {"{slope}": "S_xy / sqrt(S_xx)"}),
    ("ratio-of-means", "the ratio of the means", {"{slope}": "ybar / xbar"}),
)  # fmt: skip
"""Of a line with an intercept, by its sums: ``{slope}``, ``{intercept}`` and the number of samples ``{m}``."""


def in_sums(fields: RegressionFields, graph: Graph, formulas: RegressionFormulas) -> Iterator[SlipRow]:
    """Slope and intercept by other laws."""
    slope, intercept = (f"{fields.called}{place}" for place in (1, 0))
    if fields.intercept:
        yield from _filled(_OF_MEANS, slope=slope, intercept=intercept, m=formulas.m)
    if fields.way is Fit.SUMS:
        heads = list(of_head(graph, "yhat_new")) if fields.intercept else []
        yield "bias-forgotten", "the intercept forgotten in the prediction", {
            name: graph[name].definition.args[1] for name in heads}  # fmt: skip
        if fields.intercept:
            swap = {parse(slope): parse(intercept), parse(intercept): parse(slope)}
            yield "parameters-exchanged", "intercept and slope exchanged", {
                name: graph[name].definition.xreplace(swap) for name in of_head(graph, "yhat", "yhat_new")}  # fmt: skip
        yield "quotient-upside-down", "the quotient upside down", {slope: "S_xx / S_xy"}
        yield "other-squares", "divided by the sum of squares of y in place of that of x", {
            slope: f"S_xy / {_OF_Y}" if fields.intercept else "S_xy / sum(y^2)"}  # fmt: skip


_OF_GOODNESS = (
    ("share-unexplained", "the share that is left, not explained", {"R2": "SS_res / SS_tot"}),
    ("ratio-upside-down", "the ratio upside down", {"R2": "1 - SS_tot/SS_res"}),
    ("correlation", "its root, the correlation of targets and predictions", {"R2": "sqrt(1 - SS_res/SS_tot)"}),
    ("root-taken", "the root of the ratio", {"R2": "1 - sqrt(SS_res/SS_tot)"}),
    ("adjusted", "the adjusted coefficient, with the degrees of freedom",
     {"R2": "1 - SS_res*({m} - 1)/(SS_tot*({m} - {d}))"}),
    ("one-less", "n − 1 in place of n below the line", {"R2": "1 - SS_res*({m} - 1)/(SS_tot*{m})"}),
    ("mean-over-sum", "the mean squared error over the sum of squares", {"R2": "1 - mse/SS_tot"}),
    ("mean-not-subtracted", "the squares of y itself in place of those about its mean", {"SS_tot": "sum(y^2)"}),
    ("predictions-for-targets", "the predictions in place of the targets", {"SS_tot": "sum(({yhat} - mean(y))^2)"}),
    ("variance", "divided by n: the variance, not the sum", {"SS_tot": "sum((y - mean(y))^2)/{m}"}),
    ("variance", "divided by n − 1: the variance, not the sum", {"SS_tot": "sum((y - mean(y))^2)/({m} - 1)"}),
    ("explained-for-left", "what the predictions explain, not what they leave",
     {"SS_res": "sum(({yhat} - mean(y))^2)"}),
    ("squares-forgotten", "the absolute errors, not their squares", {"SS_res": "sum(abs(y - {yhat}))"}),
    ("degrees-of-freedom", "divided by n less the number of parameters, the degrees of freedom",
     {"mse": "SS_res/({m} - {d})"}),
    ("one-less", "divided by n − 1", {"mse": "SS_res/({m} - 1)"}),
    ("root-taken", "its root", {"mse": "sqrt(SS_res/{m})"}),
    ("half-added", "a factor ½ that is not there", {"mse": "SS_res/(2*{m})"}),
    ("squares-forgotten", "the mean of the absolute errors, not of their squares",
     {"mse": "sum(abs(y - {yhat}))/{m}"}),
)  # fmt: skip
"""Of a linear fit: ``{yhat}`` are the predictions, ``{m}`` the samples, ``{d}`` the parameters."""


def in_goodness(fields: RegressionFields, graph: Graph, formulas: RegressionFormulas) -> Iterator[SlipRow]:
    """How good a fit is by other laws."""
    if "SS_res" in graph:
        predicted = f"{{{list(of_head(graph, 'yhat'))[-1]}}}"
        yield from _filled(_OF_GOODNESS, yhat=predicted, m=formulas.m, d=size_text(formulas.parameters))


def _filled(rows: tuple[tuple[str, str, Mapping[str, str]], ...], **names: str) -> Iterator[SlipRow]:
    for key, message, laws in rows:
        yield key, message, {name.format(**names): law.format(**names) for name, law in laws.items()}


_OF_DEVIATION = (
    ("range-for-deviation", "the range in place of the standard deviation",
     {"sigma": "max({x}{along}) - min({x}{along})"}),
    ("absolute-deviation", "the mean absolute deviation in place of the standard deviation",
     {"sigma": "mean(abs({x} - mu){along})"}),
    ("mean-not-taken", "the root of the sum of the squares, not of their mean",
     {"sigma": "sqrt(sum(({x} - mu)^2{along}))"}),
    ("mean-not-taken", "the root taken first, and then divided by n",
     {"sigma": "sqrt(sum(({x} - mu)^2{along}))/{m}"}),
    ("mean-not-subtracted", "the mean not subtracted before the squares are taken",
     {"sigma": "sqrt(mean({x}^2{along}))"}),
)  # fmt: skip


def in_scaling(fields: RegressionFields, graph: Graph, formulas: RegressionFormulas) -> Iterator[SlipRow]:
    """Features scaled by other statistics."""
    if fields.scale is None:
        return
    scale, source = fields.scale, "P" if "P" in graph else "x"
    along = ", axis=0" if graph.shape(source) and len(graph.shape(source)) > 1 else ""
    divisor = scale.row.divisor or "1"
    yield "mean-not-subtracted", "nothing subtracted before the division", {"Z": f"{source} / {divisor}"}
    if scale.row.divisor:
        yield "not-divided", "not divided", {"Z": f"{source} - {scale.row.shift}"}
        yield "bracket-ignored", "the brackets of the difference ignored", {
            "Z": f"{source} - {scale.row.shift}/{scale.row.divisor}"}  # fmt: skip
    if scale.method == "min_max":
        yield "largest-for-range", "divided by the largest value, nothing subtracted", {"Z": f"{source} / high"}
        yield "largest-for-range", "divided by the largest value, not by the range", {"Z": f"({source} - low) / high"}
        yield "range-for-largest", "the range in place of the largest value", {
            "high": f"max({source}{along}) - min({source}{along})"}  # fmt: skip
    for name, row in SCALINGS.items():
        if name != scale.method and row.divisor:
            yield "other-scaling", f"scaled by {row.meaning} in place of {scale.row.meaning}", {
                "Z": _inlined(row.text(source), row.statistics, source, along, formulas.m)}  # fmt: skip
    if "sigma" not in graph:
        return
    over, other = (formulas.m, f"({formulas.m} - 1)") if scale.unbiased else (f"({formulas.m} - 1)", formulas.m)
    squares = f"sum(({source} - mu)^2{along})"
    told = "n in place of n − 1" if scale.unbiased else "n − 1 in place of n"
    yield "unbiased-variance", f"{told} in the standard deviation", {"sigma": f"sqrt({squares} / {over})"}
    yield "root-forgotten", "the variance in place of the standard deviation", {"sigma": f"{squares} / {other}"}
    yield from _filled(_OF_DEVIATION, x=source, along=along, m=formulas.m)


def _inlined(text: str, statistics: Mapping[str, tuple[str, str]], source: str, along: str, samples: str) -> Node:
    """A scaling with its statistics written out, each in those before it."""
    found: dict[Node, Node] = {}
    for name, (law, _) in statistics.items():
        found[parse(name)] = parse(law.format(x=source, along=along, over=samples)).xreplace(found)
    return parse(text).xreplace(found)
