"""The loss of a whole batch, written in the matrices of targets and outputs.

The loss of an output is written as for numbers, in the names of the matrices; its sum runs over all entries, and is
divided by the number of samples, of outputs, or both. See Bishop, *Pattern Recognition and Machine Learning* (2006),
equations 5.11 and 5.24.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds.network.matrix.targets import Term
from deepcalc.kinds.network.matrix.weighting import weights_in_loss
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Power,
    Times,
    minus,
    negative,
    number,
    product,
    total,
)
from deepcalc.notation.shapes import Size, size_node
from deepcalc.records import record
from deepcalc.rules.losses import Loss
from deepcalc.rules.losses.row import MEAN, WEIGHTED_MEAN, Mistake


@record
class Line:
    """An array on the way to the loss: its name, what it is, its formula."""

    name: str
    meaning: str
    formula: Node


@record
class Whole:
    """A loss of whole samples: its terms, from its row, targets, outputs and the classes' axis, and their sum's slope.

    ``lines`` are arrays that the terms are written in. ``per_sample`` says that there is a term for each sample, not
    for each of its outputs. ``slope`` is the derivative of the terms by the outputs where it is written by hand.
    ``of_terms`` and ``of_lines`` are typical mistakes in the terms, and in the line of a name.
    """

    terms: Callable[[Loss, Any, Any, int | None], Any]
    lines: Callable[[Loss, Any, Any, int | None], list[Line]] = lambda row, targets, outputs, axis: []
    per_sample: bool = False
    slope: Callable[[Loss, Any, Any], Any] | None = None
    of_terms: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    of_lines: Mapping[tuple[str, str, str], Callable[[Any], Any]] = field(default_factory=dict)


def _term_by_term(row: Loss, targets: Node, outputs: Node, axis: int | None) -> Node:
    return row.formula([(targets, outputs)])


def _share(row: Loss, targets: Node, outputs: Node) -> Node:
    """The derivative of the terms by the outputs, −t/p, as it is for each of them."""
    assert row.gradient is not None
    return row.gradient([(targets, outputs)], 0, row.at)


def _of_logits(row: Loss, targets: Node, outputs: Node, axis: int | None) -> Node:
    return Negative(Times(targets, Apply("log_softmax", _along(axis), outputs)))


def _along(axis: int | None) -> dict[str, int]:
    return {} if axis is None else {"axis": axis}


def _for_each(values: Node, axis: int | None) -> Node:
    """The sum over the outputs of each sample."""
    return Apply("sum", _along(axis), values)


def _beside(values: Node, axis: int | None) -> Node:
    """A number for each sample beside its outputs."""
    return Apply("expand", {"axis": 1}, values) if axis == 1 else values


TRUE_SCORE, SHORT = "s_true", "short"


def _true_scores(row: Loss, targets: Node, outputs: Node, axis: int | None) -> list[Line]:
    own = _beside(Name(TRUE_SCORE), axis)
    short = Call("max", ZERO, total(outputs, negative(own), row.at.settings["margin"]))
    return [
        Line(TRUE_SCORE, "score of the true class of each sample", _for_each(product(targets, outputs), axis)),
        Line(SHORT, "how much is missing to the margin", short),
    ]


DOT, NORM_TARGET, NORM_OUTPUT = "dot", "norm_t", "norm_o"


def _cosines(row: Loss, targets: Node, outputs: Node, axis: int | None) -> list[Line]:
    def norm(of: Node) -> Node:
        return Call("sqrt", _for_each(Power(of, TWO), axis))

    return [
        Line(DOT, "dot products", _for_each(product(targets, outputs), axis)),
        Line(NORM_TARGET, "lengths of the targets", norm(targets)),
        Line(NORM_OUTPUT, "lengths of the outputs", norm(outputs)),
    ]


DIVERGENCE = "kl_divergence"

_OF_THE_OTHERS = Whole(
    lambda row, targets, outputs, axis: product(minus(ONE, targets), Name(SHORT)),
    _true_scores,
    of_terms={("true-class-counted", "the true class counted among the wrong ones"): Name(SHORT)},
    of_lines={("not-cut-off", "not cut off at 0", SHORT): lambda short: short.arguments[1]},
)
"""Hinges of the scores of all classes but the true one."""

WHOLE: Mapping[str, Whole] = {
    "categorical_cross_entropy": Whole(_term_by_term),
    "categorical_focal": Whole(_term_by_term),
    "cross_entropy_with_logits": Whole(_of_logits),
    DIVERGENCE: Whole(_term_by_term, slope=_share),
    "multiclass_hinge": _OF_THE_OTHERS,
    "multi_margin": _OF_THE_OTHERS,
    "cosine": Whole(_term_by_term, _cosines, per_sample=True),
    "cosine_similarity": Whole(_term_by_term, _cosines, per_sample=True),
}
"""Losses of whole samples."""


def is_in_matrices(row: Loss) -> bool:
    """Whether a loss is written in matrices: one of each output, or one of those of whole samples."""
    return row.name in WHOLE or (row.parts is not None and not row.of_class and not row.lines)


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
    def terms(self) -> Any:
        """The losses of all outputs or samples, whose sum is taken."""
        if self.whole is not None:
            terms = self.whole.terms(self.row, Name(self.targets), Name(self.output), self.wiring.class_axis)
            return self._numbered(terms)
        return self.row.of_each([(Name(self.targets), Name(self.output))])[0]

    @property
    def whole(self) -> Whole | None:
        """How it is written where it is of whole samples."""
        return WHOLE.get(self.row.name)

    @property
    def lines(self) -> list[Line]:
        """The arrays on the way to it, numbered where another loss has arrays of the same names."""
        names = self._numbers
        return [
            Line(names.get(line.name, line.name), line.meaning, self._numbered(line.formula)) for line in self._lines
        ]

    @property
    def _lines(self) -> list[Line]:
        targets, output, axis = Name(self.targets), Name(self.output), self.wiring.class_axis
        return [] if self.whole is None else self.whole.lines(self.row, targets, output, axis)

    @property
    def _numbers(self) -> Mapping[str, str]:
        """The names of its arrays that another loss has too, with the number of the loss."""
        others = [replace(self, term=term) for term in self.wiring.terms if term.at != self.term.at]
        taken = {line.name for other in others for line in other._lines}
        return {line.name: f"{line.name}{int(self.term.at[-1]) + 1}" for line in self._lines if line.name in taken}

    def _numbered(self, node: Node) -> Node:
        return node.xreplace({Name(name): Name(own) for name, own in self._numbers.items()})

    @property
    def mistakes(self) -> Iterator[SlipRow]:
        """The typical mistakes in the terms of the loss, and in the lines on the way to it."""
        for mistake in self.row.mistakes:
            terms = self._mistaken(mistake)
            if terms is not None:
                yield mistake.key, mistake.message, {self.term.name: self.reduced(terms, self.is_mean)}
        if self.whole is None:
            return
        for (key, message), terms in self.whole.of_terms.items():
            yield key, message, {self.term.name: self.reduced(self._numbered(terms), self.is_mean)}
        lines = {line.name: line.formula for line in self.lines}
        for (key, message, line), changed in self.whole.of_lines.items():
            own = self._numbers.get(line, line)
            yield key, message, {own: changed(lines[own])}

    def _mistaken(self, mistake: Mistake) -> Any | None:
        """The terms with a mistake that is made at every output, or every sample; None for others."""
        targets, output = Name(self.targets), Name(self.output)
        if mistake.each is not None:
            return mistake.each(targets, output, self.row.at)
        if mistake.whole is None or mistake.line is not None or self.whole is None or self.row.of_class:
            return None
        return self._numbered(mistake.whole([(targets, output)], self.row.at))

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
            is_one = self.whole is not None and self.whole.per_sample and self.wiring.samples is None
            written = _over(inner if is_one else Apply("sum", {}, inner), self._divisors(is_mean))
        signed = Negative(written) if is_negative else written
        return Call("sqrt", signed) if self.row.root else signed

    def _weighed(self, node: Node) -> Node:
        if self.weights is None:
            return node
        is_per_sample = self.whole is not None and self.whole.per_sample
        own = self.weights if is_per_sample else weights_in_loss(self.wiring, self.term, self.weights)
        return product(own, node)

    @property
    def fused(self) -> Mapping[str, Node]:
        """The derivative by the last net inputs, where activation and loss are taken in one step: (P − Y)/N."""
        layer = self.term.layer
        fusion = self.row.fusion(layer.activation)
        is_found_in_chain = self.weights is None and self.row.name != DIVERGENCE
        if fusion is None or (fusion.sums_to_one and (is_found_in_chain or not self.term.targets_sum_to_one)):
            return {}
        local = fusion.derivative(Name(self.targets), Name(self.output))
        return {layer.before: _over(self._weighed(local), self._divisors(self.is_mean))}

    def in_differences(self, formula: Node) -> Node:
        """A formula of squared errors in the differences, where these are quantities of their own."""
        name, taken = self.term.difference, minus(Name(self.targets), Name(self.output))
        return formula if name is None else formula.xreplace({taken: Name(name)})

    @property
    def slopes_in_differences(self) -> Mapping[str, Node]:
        """The derivative by the outputs in the differences, past which it goes: −E/N."""
        turned = minus(Name(self.output), Name(self.targets))
        errors = Name(str(self.term.difference))
        return {name: negative(slope.xreplace({turned: errors})) for name, slope in self.partials.items()}

    @property
    def partials(self) -> Mapping[str, Node]:
        """The derivative by the outputs where the row has one written by hand."""
        targets, output = Name(self.targets), Name(self.output)
        if self.whole is not None and self.whole.slope is not None:
            slope = self.whole.slope(self.row, targets, output)
        elif self.row.slope is None or self.row.root:
            return {}
        else:
            slope = self.row.slope(targets, output, self.row.at)
        return {self.output: _over(self._weighed(slope), self._divisors(self.is_mean))}


def _over(node: Node, divisors: list[Node]) -> Node:
    if not divisors:
        return node
    if all(isinstance(each, Literal) for each in divisors):
        return Over(node, divisors[0] if len(divisors) == 1 else Times(*divisors))
    return Over(node, product(*divisors))
