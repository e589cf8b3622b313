"""The loss of a whole batch, written in the matrices of targets and outputs.

The loss of an output is written as for numbers, in the names of the matrices; its sum runs over all entries, and is
divided by the number of samples, of outputs, or both. See Bishop, *Pattern Recognition and Machine Learning* (2006),
equations 5.11 and 5.24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deepcalc.kinds.network.matrix.targets import Term
from deepcalc.kinds.network.matrix.weighting import weights_in_loss
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import ONE, Call, Literal, Name, Negative, Node, Over, Times, number, product
from deepcalc.notation.shapes import Size, size_node
from deepcalc.records import record
from deepcalc.rules.losses import LOSSES, Loss
from deepcalc.rules.losses.row import MEAN, WEIGHTED_MEAN, Mistake

Terms = Callable[[Loss, Any, Any, int | None], Node]
"""The terms of a loss whose sum over a sample is the sample's: from its row, targets, outputs and the classes' axis."""


def _term_by_term(row: Loss, targets: Node, outputs: Node, axis: int | None) -> Node:
    return row.formula([(targets, outputs)])


def _of_logits(row: Loss, targets: Any, outputs: Any, axis: int | None) -> Any:
    settings = {} if axis is None else {"axis": axis}
    return Negative(Times(targets, Apply("log_softmax", settings, outputs)))


_OF_SAMPLES: Mapping[str, Terms] = {
    "categorical_cross_entropy": _term_by_term,
    "categorical_focal": _term_by_term,
    "cross_entropy_with_logits": _of_logits,
}
"""Losses of whole samples that are sums of terms."""


def _is_of_outputs(row: Loss) -> bool:
    return row.parts is not None and not row.of_class and not row.lines and row.sides == ("targets", "predictions")


IN_MATRICES = tuple(name for name, row in LOSSES.items() if name in _OF_SAMPLES or _is_of_outputs(row))
"""The losses that are written in matrices."""


@record
class BatchLoss:
    """The loss over a batch: its formula, and its derivative by the net inputs where that is taken in one step.

    ``weights`` is the name of what its samples count, where they have weights; ``reduction`` how their losses make that
    of the batch, where it is not the problem's way.
    """

    wiring: MatrixWiring
    term: Term
    samples: Size | None
    weights: Name | None = None
    reduction: str = ""

    @property
    def row(self) -> Loss:
        return self.term.loss

    @property
    def targets(self) -> str:
        return self.term.targets

    @property
    def output(self) -> str:
        return self.term.layer.out

    @property
    def formula(self) -> Node:
        return self.reduced(self.terms, self.is_mean)

    @property
    def is_mean(self) -> bool:
        """Whether the loss is a mean over samples."""
        return self._how == WEIGHTED_MEAN or (self._how == MEAN and self.samples not in (None, 1))

    @property
    def _how(self) -> str:
        return self.reduction or self.wiring.fields.reduction

    @property
    def terms(self) -> Node:
        """The losses of all outputs or samples, whose sum is taken."""
        targets, outputs = Name(self.targets), Name(self.output)
        if self.row.name in _OF_SAMPLES:
            return _OF_SAMPLES[self.row.name](self.row, targets, outputs, self.wiring.class_axis)
        return self.row.of_each([(targets, outputs)])[0]

    def mistaken(self, mistake: Mistake) -> Any | None:
        """The formula with a mistake that is made at every output; None for others."""
        if mistake.each is None:
            return None
        return self.reduced(mistake.each(Name(self.targets), Name(self.output), self.row.at), self.is_mean)

    @property
    def _averages_outputs(self) -> bool:
        return self.row.parts is not None and self.row.reduced_by == MEAN

    @property
    def _halves(self) -> Node:
        """2 below a loss of half the squares, else 1."""
        is_own = self.row.factor is not None and self.row.at.over is None
        return number(self.row.factor(1).denominator if is_own and self.row.factor is not None else 1)

    def _divisors(self, is_mean: bool) -> list[Node]:
        """What the sum over all entries is divided by."""
        found = [self._halves]
        if is_mean and self.samples is not None:
            weights = self.weights if self._how == WEIGHTED_MEAN else None
            found.append(size_node(self.samples) if weights is None else Apply("sum", {}, weights))
        found += [size_node(self.term.outputs)] if self._averages_outputs else []
        return [each for each in found if each != ONE]

    def reduced(self, terms: Node, is_mean: bool) -> Node:
        """The sum of all entries of the terms, divided, with the root where there is one."""
        is_negative = isinstance(terms, Negative)
        inner = self._weighed(terms.args[0] if is_negative else terms)
        is_whole = is_mean or self.samples in (None, 1)
        if self._averages_outputs and is_whole and self._how != WEIGHTED_MEAN:
            written = _over(Apply("mean", {}, inner), [each for each in [self._halves] if each != ONE])
        else:
            written = _over(Apply("sum", {}, inner), self._divisors(is_mean))
        signed = Negative(written) if is_negative else written
        return Call("sqrt", signed) if self.row.root else signed

    def _weighed(self, node: Any) -> Any:
        return node if self.weights is None else product(weights_in_loss(self.wiring, self.term, self.weights), node)

    @property
    def fused(self) -> Mapping[str, Node]:
        """The derivative by the last net inputs, where activation and loss are taken in one step: (P − Y)/N."""
        layer = self.term.layer
        fusion = self.row.fusion(layer.activation)
        if fusion is None or (fusion.sums_to_one and (self.weights is None or not self.term.targets_sum_to_one)):
            return {}
        local = fusion.derivative(Name(self.targets), Name(self.output))
        return {layer.before: _over(self._weighed(local), self._divisors(self.is_mean))}

    @property
    def partials(self) -> Mapping[str, Node]:
        """The derivative by the outputs where the row has one written by hand."""
        if self.row.slope is None or self.row.root:
            return {}
        slope = self.row.slope(Name(self.targets), Name(self.output), self.row.at)
        return {self.output: _over(self._weighed(slope), self._divisors(self.is_mean))}


def _over(node: Node, divisors: list[Node]) -> Node:
    if not divisors:
        return node
    if all(isinstance(each, Literal) for each in divisors):
        return Over(node, divisors[0] if len(divisors) == 1 else Times(*divisors))
    return Over(node, product(*divisors))
