"""Typical mistakes in normalisations: ε, the root, n − 1, the axis, γ and β, the momentum, the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from deepcalc.kinds._arrays import SlipRow, loss_name, slips_of
from deepcalc.kinds.normalization.fields import NormalizationFields
from deepcalc.kinds.normalization.graph import BATCH_FOR_RUNNING, formulas
from deepcalc.kinds.normalization.steps import NormFormulas
from deepcalc.kinds.normalization.wiring import arrangement
from deepcalc.notation.array_nodes import Entrywise
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name
from deepcalc.notation.shapes import size_text
from deepcalc.plan import Plan, Slip
from deepcalc.rules.array_losses import ARRAY_LOSSES
from deepcalc.rules.normalization import NORMALIZATIONS, RUNNING_AVERAGES


def slips(fields: NormalizationFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a normalisation problem."""
    written = formulas(fields, plan.graph)
    found = (
        *_in_statistics(written),
        *_of_other_values(written),
        *_in_scaling(written),
        *_in_averages(written),
        *_other_squares(written),
        *_on_the_way_back(written),
    )
    return slips_of(plan.graph, found)


def _in_statistics(written: NormFormulas) -> Iterator[SlipRow]:
    fields, moments = written.fields, written.moments
    root, squares = ("std", "var") if fields.row.centred else ("rms", "ms")
    yield "epsilon-forgotten", "ε forgotten", {root: f"sqrt({squares})"}
    yield (
        "epsilon-elsewhere",
        "ε on the other side of the root",
        {root: written.deviation(squares, not fields.epsilon_inside_root)},
    )
    yield "root-forgotten", "the root forgotten", {root: f"{squares} + eps"}
    if fields.mode == "train" and fields.row.centred:
        other = "n − 1 in place of n" if not fields.unbiased else "n in place of n − 1"
        yield "unbiased-variance", f"{other} in the variance", {"var": written.moments.variance(not fields.unbiased)}
        yield (
            "mean-not-subtracted",
            "the mean not subtracted",
            {written.normalised: moments.divided(moments.values, "std")},
        )
        yield "variance-about-zero", "the mean square in place of the variance", {"var": moments.mean_square}
        unsquared = f"{moments.mean_square} - mu"
        yield "mean-not-squared", "the mean itself, not its square, taken off the mean square", {"var": unsquared}
        deviations = f"mean(abs({moments.centred}){moments.along})"
        yield (
            "absolute-deviations",
            "the mean of the absolute deviations in place of their squares",
            {"var": deviations},
        )
        whole = f"sum(({moments.centred})^2{moments.along})"
        yield "sum-for-mean", "the sum of the squares, not divided by n", {"var": whole}
        yield (
            "standard-for-variance",
            "the standard deviation in place of the variance",
            {"var": f"sqrt({moments.variance(fields.unbiased)})"},
        )
        yield "sum-for-mean", "the sum of the values, not divided by n", {"mu": f"sum({moments.values}{moments.along})"}
        divided = f"{moments.values} - {moments.beside('(mu / std)')}"
        yield "mean-alone-divided", "the mean alone divided by the standard deviation", {written.normalised: divided}
        yield (
            "mean-added",
            "the mean added, not subtracted",
            {written.normalised: moments.divided(f"{moments.values} + {moments.beside('mu')}", "std")},
        )
        yield "not-divided", "not divided by the standard deviation", {written.normalised: moments.centred}
    if not fields.row.centred:
        centred = {written.normalised: written.by_own(moments)}
        yield "mean-subtracted", "the mean subtracted, as layer normalisation does", centred
        mean = moments.beside(moments.mean)
        deviation = written.deviation(f"mean(({moments.values} - {mean})^2{moments.along})")
        yield "mean-subtracted", "the standard deviation, for which the mean is subtracted", {root: deviation}
        above = moments.divided(f"{moments.values} - {mean}", root)
        yield "mean-subtracted", "the mean subtracted from the values, not within the root", {
            written.normalised: above}  # fmt: skip
        absolute = f"mean(abs({moments.values}){moments.along}) + eps"
        yield "absolute-values", "the mean of the absolute values in place of the root of the mean square", {
            root: absolute}  # fmt: skip
        if written.graph.shape("ms"):
            of_all = f"mean({moments.values}^2)*ones({size_text(written.graph.shape('ms')[0])})"
            yield "statistics-of-all", "one mean square of all values together", {"ms": of_all}
    if fields.mode == "train":
        above = moments.centred if fields.row.centred else moments.values
        by_square = moments.divided(above, f"({squares} + eps)")
        yield "root-left-out", "divided by the square, no root taken", {written.normalised: by_square}
    if moments.axis is not None and fields.mode == "train":
        yield (
            "wrong-axis",
            "normalised along the other axis",
            {written.normalised: written.by_own(replace(moments, axis=1 - moments.axis))},
        )


def _of_other_values(written: NormFormulas) -> Iterator[SlipRow]:
    """Statistics of all values together, and those of another normalisation."""
    fields, shape = written.fields, written.graph.shape("X")
    if fields.mode == "test" or not fields.row.centred or len(shape) < 2:
        return
    values, means = written.moments.values, written.graph.shape("mu")
    of_all = {"mu": f"mean({values})*ones({size_text(means[0])})"} if means else {}
    yield "statistics-of-all", "one mean of all values together", of_all
    together = written.by_own(replace(written.moments, axis=None))
    yield "statistics-of-all", "one mean and one variance of all values together", {written.normalised: together}
    if len(shape) == 2:
        return
    others = {written.placed.matrix}
    for row in NORMALIZATIONS.values():
        placed = arrangement(fields.model_copy(update={"method": row.name}), shape)
        if row.centred and placed.matrix not in others:
            others.add(placed.matrix)
            own = written.by_own(replace(placed.moments, values=f"({placed.matrix})"))
            message = f"the statistics of {row.title}: {row.over}"
            yield "other-normalisation", message, {"Xhat": placed.back.replace("Mhat", f"({own})")}


def _in_scaling(written: NormFormulas) -> Iterator[SlipRow]:
    yield "scale-forgotten", "γ and β forgotten", {"Y": "Xhat"}
    yield "scale-forgotten", "γ forgotten", {"Y": written.scaled("Xhat", scale=None)}
    yield "shift-forgotten", "β forgotten", {"Y": written.scaled("Xhat", shift=None)}
    if "gamma" in written.graph and "beta" in written.graph:
        exchanged = written.scaled("Xhat", scale="beta", shift="gamma")
        yield "scale-and-shift", "γ and β exchanged", {"Y": exchanged}
        inside = written.scaled(f"({written.scaled('Xhat', scale=None)})", shift=None)
        yield "shift-scaled", "brackets around X̂ + β where there are none", {"Y": inside}
    yield "not-normalised", "X itself scaled and shifted, not X̂", {"Y": written.scaled("X")}


def _in_averages(written: NormFormulas) -> Iterator[SlipRow]:
    fields, graph = written.fields, written.graph
    if fields.running is None:
        return
    if fields.mode == "test":
        if not written.placed.matrix:
            own = {"Xhat": written.by_own(written.moments)}
            yield "batch-statistics", "the batch's own statistics in place of the running averages", own
        return
    taken = BATCH_FOR_RUNNING if BATCH_FOR_RUNNING in graph else "var"
    (other,) = (name for name in RUNNING_AVERAGES if name != fields.running.momentum_of)
    yield (
        "momentum-exchanged",
        "the momentum and 1 minus it exchanged",
        {
            "mu_run@1": written.average("mu_run", "mu", other),
            "var_run@1": written.average("var_run", taken, other),
        },
    )
    deviation = {"var_run@1": written.average("var_run", f"sqrt({taken})")}
    yield "standard-for-variance", "the standard deviation taken into the running variance", deviation
    if taken == "var":
        other = f"({written.moments.variance(not fields.unbiased)})"
        message = f"{'n' if fields.unbiased else 'n − 1'} in the variance that the running one takes in"
        yield "running-variance", message, {"var_run@1": written.average("var_run", other)}
    else:
        as_it_is = {"var_run@1": written.average("var_run", "var")}
        yield "running-variance", "the variance by which the batch is normalised in the running one", as_it_is
    by_batch = written.by_running("X_test", "mu", "var")
    yield "batch-statistics", "the statistics of the batch in place of the running averages", {"Xhat_test": by_batch}
    if not written.placed.matrix and written.graph.shape("X_test")[:1] != (1,):
        of_itself = written.by_own(replace(written.moments, values="X_test"))
        yield "batch-statistics", "its own statistics in place of the running averages", {"Xhat_test": of_itself}
    yield "scale-forgotten", "γ and β forgotten", {"Y_test": "Xhat_test"}
    yield (
        "averages-before",
        "the running averages as they were before this batch",
        {"Xhat_test": written.by_running("X_test", "mu_run", "var_run")},
    )


def _on_the_way_back(written: NormFormulas) -> Iterator[SlipRow]:
    loss = loss_name(written.fields)
    if loss is None or written.fields.mode == "test":
        return
    by_x, upstream = gradient(loss, written.moments.values), f"{{{gradient(loss, written.normalised)}}}"
    root = "std" if written.fields.row.centred else "rms"
    yield (
        "statistics-constant",
        "mean and variance taken for constants on the way back",
        {by_x: f"{upstream} / {written.moments.beside(root)}"},
    )
    moments, hat = written.moments, written.normalised
    slope = moments.beside(f"mean({upstream} * {hat}{moments.along})")
    mean = moments.beside(f"mean({upstream}{moments.along})")
    divisor = moments.beside(root)
    if written.fields.row.centred:
        without_variance = f"({upstream} - {mean}) / {divisor}"
        yield "variance-constant", "the variance taken for a constant on the way back", {by_x: without_variance}
        without_mean = f"({upstream} - {hat} * {slope}) / {divisor}"
        yield "mean-constant", "the mean taken for a constant on the way back", {by_x: without_mean}
    by_gamma, by_beta = gradient(loss, "gamma"), gradient(loss, "beta")
    if by_gamma in written.graph and by_beta in written.graph:
        definitions = {each: written.graph[each].definition for each in (by_gamma, by_beta)}
        exchanged = {by_gamma: definitions[by_beta], by_beta: definitions[by_gamma]}
        yield "scale-and-shift", "the gradients of γ and β exchanged", exchanged
        scaled = {each: Entrywise(formula, Name("gamma")) for each, formula in definitions.items()}
        scale = {each: formula for each, formula in scaled.items() if written.graph.shape("gamma")}
        yield "scale-on-top", "multiplied by γ, which the derivatives by γ and β do not have", scale


def _other_squares(written: NormFormulas) -> Iterator[SlipRow]:
    """Squared errors summed, halved or averaged otherwise."""
    loss, shape = written.fields.loss, written.graph.shape("T") if "T" in written.graph else ()
    rows = [ARRAY_LOSSES[name] for name in ("mse", "sum", "half_sum")]
    if loss is not None and loss.row in rows:
        for row in rows:
            if row != loss.row:
                text = row.text(shape).format(y="Y", t="T")
                yield "other-squares", f"the {row.title} in place of the {loss.row.title}", {loss.name: text}
