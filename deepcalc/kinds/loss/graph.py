"""The plan of `loss`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deepcalc.graph.graph import Graph, Quantity
from deepcalc.kinds.loss.fields import (
    PER_SAMPLE,
    PREDICTIONS,
    TARGETS,
    Entry,
    LossFields,
    Reduction,
    is_scalar,
    sample_name,
)
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import name_parts
from deepcalc.notation.nodes import (
    ONE,
    Literal,
    Name,
    Over,
    Power,
    SumOver,
    Times,
    minus,
    number,
    total,
)
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.statement import Statement, equations, prose
from deepcalc.rules.losses import Loss


def build(fields: LossFields) -> Plan:
    samples = fields.samples()
    graph = Graph()
    for section, side in ((TARGETS, 0), (PREDICTIONS, 1)):
        for sample in samples:
            for entry in sample[side]:
                graph.add(Quantity(entry.name, given=entry.value, section=section, origin=entry.origin))
    names = [sample_name(fields.name, number, samples) for number in range(1, len(samples) + 1)]
    for name, (targets, predictions) in zip(names, samples, strict=True):
        graph.add(_sample_loss(fields.loss, name, targets, predictions, PER_SAMPLE if len(samples) > 1 else "Loss"))
    parts = [PartPlan("a", tuple(names))]
    if len(samples) > 1:
        graph.add(_reduced(fields, names, samples))
        parts.append(PartPlan("b", (fields.name,)))
    return Plan(graph, tuple(parts), _statement(fields, samples))


def _sample_loss(loss: Loss, name: str, targets: list[Entry], predictions: list[Entry], section: str) -> Quantity:
    """The loss of one sample, with its derivative by each prediction."""
    pairs = _pairs(targets, predictions)
    wanted, found = (
        [each.value for each in side if isinstance(each.value, Literal)] for side in (targets, predictions)
    )
    is_known = len(wanted) == len(targets) and len(found) == len(predictions)
    remark = loss.remark(pairs, wanted, found) if is_known else ()
    laws = (loss.law(_stem(targets, "y"), _stem(predictions, "yhat"), len(pairs)),) if len(pairs) > 1 else ()
    return Quantity(
        name,
        loss.formula(pairs) if loss.factor is None else _squares(pairs, loss.factor(len(pairs))),
        laws=laws,
        stable=None if loss.stable is None else loss.stable(pairs),
        partials={output.name: loss.derivative(target, output, len(pairs)) for target, output in pairs},
        section=section,
        group="losses",
        note=remark or ((loss.title,) if section == "Loss" else ()),
        origin=predictions[0].origin,
    )


def _reduced(fields: LossFields, names: list[str], samples: list[tuple[list[Entry], list[Entry]]]) -> Quantity:
    """The mean or the sum over the samples: of squared errors as they are, of other losses by their names."""
    loss, is_mean = fields.loss, fields.reduced_by is Reduction.MEAN
    scale = Fraction(1, len(samples)) if is_mean else Fraction(1)
    count = Literal(str(len(samples)))
    section = f"{'Mean' if is_mean else 'Sum'} over the samples"
    if loss.factor is None or not is_scalar(samples):
        formula, summed, partials = _scaled(total(*map(Name, names)), scale), Name(f"{fields.name}_i"), {}
    else:
        scale *= loss.factor(1)
        pairs = [pair for targets, predictions in samples for pair in _pairs(targets, predictions)]
        formula = _squares(pairs, scale)
        stems = (_stem(entries, head) for entries, head in zip(_columns(samples), ("y", "yhat"), strict=True))
        summed = Power(minus(*(Name(f"{stem}_i") for stem in stems)), TWO)
        partials = {output.name: Times(number(2 * scale), minus(output, target)) for target, output in pairs}
    law = SumOver(summed, Name("i"), ONE, count)
    return Quantity(
        fields.name,
        formula,
        laws=(law if scale == 1 else Times(number(scale), law),),
        partials=partials,
        section=section,
        group="losses",
        note=(loss.title,) if is_mean and loss.name == "mse" else (),
        origin=("predictions",),
    )


def _columns(samples: Sequence[tuple[list[Entry], list[Entry]]]) -> list[list[Entry]]:
    """All targets, and all predictions."""
    return [[entry for sample in samples for entry in sample[side]] for side in (0, 1)]


def _pairs(targets: Sequence[Entry], predictions: Sequence[Entry]) -> list[tuple[Name, Name]]:
    return [(Name(target.name), Name(output.name)) for target, output in zip(targets, predictions, strict=True)]


def _squares(pairs: Sequence[tuple[Any, Any]], factor: Fraction) -> Any:
    return _scaled(total(*(Power(minus(target, output), TWO) for target, output in pairs)), factor)


def _scaled(summed: Any, factor: Fraction) -> Any:
    """A sum times 1, 1/2 or 1/n, written over its denominator."""
    return summed if factor == 1 else Over(summed, Literal(str(factor.denominator)))


def _stem(entries: Sequence[Entry], otherwise: str) -> str:
    """The letters that the names have in common, for the general law."""
    heads = {parts.head.rstrip("0123456789") for entry in entries if (parts := name_parts(entry.name))}
    return heads.pop() if len(heads) == 1 else otherwise


def _statement(fields: LossFields, samples: Sequence[tuple[list[Entry], list[Entry]]]) -> Statement:
    targets, predictions = (equations((entry.name, entry.value) for entry in side) for side in _columns(samples))
    title = fields.loss.title
    asked = f"the {title}" if len(samples) == 1 else f"the loss of each sample and their {fields.reduced_by} ({title})"
    given = prose("Given the targets ", targets, " and the predictions ", predictions, ",")
    return Statement(given, (f"Compute {asked}.",))
