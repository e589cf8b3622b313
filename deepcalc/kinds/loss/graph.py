"""The graph of `loss`: what is given, probabilities of logits, the loss of each sample, their mean or sum."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.kinds._losses import SampleLoss, smoothed
from deepcalc.kinds.loss.fields import Reduction
from deepcalc.kinds.loss.statement import statement
from deepcalc.kinds.loss.steps import hard_targets, sample_losses
from deepcalc.kinds.loss.wiring import Sample, Wiring
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    Call,
    Literal,
    Name,
    Node,
    Over,
    Power,
    SumOver,
    Times,
    minus,
    number,
    product,
    total,
)
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.statement import given_as
from deepcalc.rules.activations import ACTIVATIONS, SOFTMAX, softmax

TITLES = {
    "targets": "Targets", "predictions": "Predictions", "first": "First vectors", "second": "Second vectors",
    "anchor": "Anchor", "positive": "Positive", "negative": "Negative",
}  # fmt: skip
PER_SAMPLE = "Loss of each sample"
PERPLEXITY = "PP"


def build(wiring: Wiring) -> Plan:
    """The plan of a loss problem."""
    return _Builder(wiring).plan()


class _Builder:
    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._fields = wiring.fields
        self._loss = wiring.loss
        self._graph = Graph()

    def plan(self) -> Plan:
        wiring, graph, names = self._wiring, self._graph, self._wiring.names
        self._add_givens()
        for each, sample in zip(sample_losses(wiring), wiring.samples, strict=True):
            self._add_smoothed(sample)
            if each.before is not None:
                self._add_probabilities(each.before.activation, sample)
            section = PER_SAMPLE if len(names) > 1 else "Loss"
            note = (self._title,) if section == "Loss" or each.parts else ()
            for quantity in each.quantities(section, note, sample.outputs[0].origin, self._remark(sample, each)):
                graph.add(quantity)
        asked = [tuple(names)]
        if len(names) > 1:
            graph.add(self._reduced(names))
            asked.append((self._fields.name,))
        if self._fields.perplexity:
            graph.add(self._perplexity())
            asked.append((PERPLEXITY,))
        parts = tuple(PartPlan("abc"[index], found) for index, found in enumerate(asked))
        return Plan(graph, parts, statement(wiring, self._loss.title))

    @property
    def _title(self) -> str:
        """What the loss of a sample is called; of one whose root is taken later, its square."""
        return "mean squared error" if self._loss.root and len(self._wiring.samples) > 1 else self._loss.title

    def _add_givens(self) -> None:
        wiring, fields, graph = self._wiring, self._fields, self._graph
        for side in self._loss.sides:
            for sample in wiring.samples:
                for entry in sample.entries[side]:
                    title = "Logits" if side == "predictions" and fields.from_logits else TITLES[side]
                    graph.add(Quantity(entry.name, given=entry.value, section=title, origin=entry.origin))
        for quantity in fields.quantities(self._loss, ()):
            graph.add(quantity)
        for name, (value, origin) in wiring.weights().items():
            graph.add(Quantity(name, given=value, section="Weights", origin=origin))

    def _add_smoothed(self, sample: Sample) -> None:
        if self._fields.label_smoothing is None:
            return
        classes = max(len(sample.outputs), 2)
        for name, target in zip(self._wiring.smoothed_names(sample), hard_targets(sample), strict=True):
            formula, origin = smoothed(target, classes, Name(self._fields.smoothing_name)), ("label_smoothing",)
            self._graph.add(Quantity(name, formula, section="Smoothed targets", group="targets", origin=origin))

    def _add_probabilities(self, activation: str, sample: Sample) -> None:
        nets, names = [entry.name for entry in sample.outputs], self._wiring.probabilities(sample)
        section, at = "Probabilities", sample.outputs[0].origin
        if activation == SOFTMAX:
            for name, row in zip(names, softmax(names, nets), strict=True):
                self._graph.add(row.quantity(name, section, at))
            return
        for name, net in zip(names, nets, strict=True):
            formula = ACTIVATIONS[activation].apply(Name(net), ONE)
            self._graph.add(Quantity(name, formula, section=section, group="outputs", origin=at))

    def _remark(self, sample: Sample, each: SampleLoss) -> Prose:
        """Which class is the true one, or what drops out."""
        if self._fields.label_smoothing is not None:
            return ()
        if sample.is_numbered:
            (target,) = sample.entries["targets"]
            true = each.pairs[sample.true_class or 0][-1]
            counted = f", counted from {self._fields.first_class}: that of "
            return ("true class ", *given_as(target.name, target.value), counted, true)
        if each.before is not None or "targets" not in sample.entries:
            return ()
        sides = list(sample.entries.values())
        known = [[entry.value for entry in side if isinstance(entry.value, Literal)] for side in sides]
        is_known = [len(found) for found in known] == [len(side) for side in sides]
        return self._loss.remark(each.pairs, known[0], known[-1]) if is_known else ()

    # ---- over the samples

    def _reduced(self, names: Sequence[str]) -> Quantity:
        """The mean or the sum over the samples: of squared errors as they are, of other losses by their names."""
        wiring, fields, loss = self._wiring, self._fields, self._loss
        note = (loss.title,) if wiring.reduced_by is Reduction.MEAN and (loss.name == "mse" or loss.root) else ()
        how = f"{wiring.reduced_by.replace('_', ' ')} over the samples"
        plain: dict[str, Any] = {
            "section": how.capitalize(),
            "group": "losses",
            "note": note,
            "origin": ("predictions",),
        }
        if wiring.is_merged:
            return Quantity(fields.name, **self._squares(), **plain)
        weights = [wiring.sample_weight(index) for index in range(len(names))]
        each = [Name(name) if weight is None else Times(Name(weight), Name(name))
                for name, weight in zip(names, weights, strict=True)]  # fmt: skip
        count = Literal(str(len(names)))
        of_one = Name(f"{fields.name}_i")
        law: Node = SumOver(of_one if weights[0] is None else Times(Name("s_i"), of_one), Name("i"), ONE, count)
        summed = total(*each)
        if wiring.reduced_by is Reduction.SUM:
            return Quantity(fields.name, summed, laws=(law,), **plain)
        if wiring.reduced_by is Reduction.WEIGHTED_MEAN:
            return Quantity(fields.name, Over(summed, self._weights_in_all()), **plain)
        law = Times(number(Fraction(1, len(names))), law)
        formula: Node = Over(summed, count)
        if loss.root:
            law, formula = Call("sqrt", law), Call("sqrt", formula)
        return Quantity(fields.name, formula, laws=(law,), **plain)

    def _weights_in_all(self) -> Node:
        """The sum of what the samples weigh."""
        wiring, found = self._wiring, []
        for index, sample in enumerate(wiring.samples):
            names = [wiring.sample_weight(index), wiring.class_weight(sample)]
            found.append(product(*(Name(name) for name in names if name is not None)))
        return total(*found)

    def _squares(self) -> dict[str, Any]:
        """Squared errors of single outputs, all in one sum."""
        wiring, loss = self._wiring, self._loss
        assert loss.factor is not None
        count = len(wiring.samples)
        scale = loss.factor(1) * (Fraction(1, count) if wiring.reduced_by is Reduction.MEAN else 1)
        losses = sample_losses(wiring)
        pairs = [each.pairs[0] for each in losses]
        stems = zip(*(each.stems for each in losses), strict=True)
        t, o = (Name(f"{found.pop() if len(found := set(side)) == 1 else head}_i")
                for side, head in zip(stems, ("y", "yhat"), strict=True))  # fmt: skip
        law = SumOver(Power(minus(t, o), TWO), Name("i"), ONE, Literal(str(count)))
        summed = total(*(Power(minus(*pair), TWO) for pair in pairs))
        return {
            "formula": summed if scale == 1 else Over(summed, Literal(str(scale.denominator))),
            "laws": (law if scale == 1 else Times(number(scale), law),),
            "partials": {o.name: Times(number(2 * scale), minus(o, t)) for t, o in pairs},
        }

    def _perplexity(self) -> Quantity:
        loss = Name(self._fields.name)
        base = self._loss.at.log.removeprefix("log")
        formula = Power(Literal(base), loss) if base else Call("exp", loss)
        return Quantity(PERPLEXITY, formula, section="Perplexity", note=("perplexity",), origin=("perplexity",))
