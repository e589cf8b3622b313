"""What samples and classes weigh in the loss of a batch: ``s = Y ω``, one number for each sample.

PyTorch divides a mean with class weights by the sum of the weights, Keras by the number of samples: both are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepcalc.errors import Fault
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds.network.matrix.targets import Term
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.notation.array_nodes import Apply, Array, Item, MatrixProduct, Transpose
from deepcalc.notation.nodes import ONE, Literal, Name, Node, Plus, Times, minus, product
from deepcalc.notation.shapes import size_text
from deepcalc.rules.losses.row import WEIGHTED_MEAN

OMEGA, OF_SAMPLES, COUNTED = "omega", "u", "s"
SECTION = "Weights in the loss"


def is_weighted(wiring: MatrixWiring) -> bool:
    return wiring.fields.class_weights is not None or wiring.fields.sample_weights is not None


def weight_givens(wiring: MatrixWiring) -> Iterator[Quantity]:
    """The weights of the classes, and those of the samples."""
    for name, field in ((OMEGA, "class_weights"), (OF_SAMPLES, "sample_weights")):
        given = getattr(wiring.fields, field)
        if given is not None:
            value = given[0] if field == "sample_weights" and wiring.samples is None else Array(*given)
            yield Quantity(name, given=value, section=SECTION, origin=(field,))


def weights_of(wiring: MatrixWiring, term: Term) -> Node:
    """What each sample counts, from its targets and its own weight: a number for each."""
    targets, of_samples = Name(term.distributions), Name(OF_SAMPLES)
    if wiring.fields.class_weights is None:
        return of_samples
    of_class = _of_classes(wiring, term, targets)
    if wiring.fields.sample_weights is None:
        return of_class
    return product(beside_outputs(wiring, of_samples) if term.outputs == 1 else of_samples, of_class)


def beside_outputs(wiring: MatrixWiring, weights: Node) -> Node:
    """A number for each sample, repeated over its outputs: a column beside samples as rows."""
    return Apply("expand", {"axis": 1}, weights) if wiring.samples is not None and wiring.as_rows else weights


def weights_in_loss(wiring: MatrixWiring, term: Term, name: Name) -> Node:
    """What each sample counts, as it stands before the losses of its outputs."""
    is_of_outputs = term.outputs == 1 and wiring.fields.class_weights is not None
    return name if is_of_outputs else beside_outputs(wiring, name)


def _of_classes(wiring: MatrixWiring, term: Term, targets: Node) -> Node:
    weights = Name(OMEGA)
    if term.outputs == 1:
        zero, one = (Item(weights, Literal(str(place))) for place in (1, 2))
        return Plus(Times(one, targets), Times(zero, minus(ONE, targets)))
    if wiring.samples is None:
        return Apply("sum", {}, Times(targets, weights))
    return MatrixProduct(targets if wiring.as_rows else Transpose(targets), weights)


def weight_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """What is wrong with the weights."""
    fields = wiring.fields
    if fields.reduction == WEIGHTED_MEAN and not is_weighted(wiring):
        yield Fault(("reduction",), "a weighted mean needs `class_weights` or `sample_weights`")
    if fields.reduction == WEIGHTED_MEAN and wiring.samples is None:
        yield Fault(("reduction",), "a weighted mean is of several samples; X is a vector, so a single one")
    for field in ("class_weights", "sample_weights"):
        if getattr(fields, field) is not None and not wiring.terms:
            yield Fault((field,), "weights are those of a loss: give one")
    if fields.sample_weights is not None and wiring.terms:
        yield from _sample_faults(wiring, fields.sample_weights)
    if fields.class_weights is not None and wiring.terms:
        yield from _class_faults(wiring.terms, len(fields.class_weights))


def _sample_faults(wiring: MatrixWiring, weights: list[Literal]) -> Iterator[Fault]:
    at, count = ("sample_weights",), 1 if wiring.samples is None else wiring.samples
    if len(weights) != count:
        found = f"expected a weight for each of the samples, {size_text(count)}, found {len(weights)}"
        yield Fault(at, found)
    elif not any(weight.value for weight in weights):
        yield Fault(at, "at least one weight is above 0")
    for term in wiring.terms:
        if term.loss.root:
            yield Fault(at, f"{term.loss.name} is the root of a mean over all samples, which has no weights")


def _class_faults(terms: Sequence[Term], found: int) -> Iterator[Fault]:
    at, term = ("class_weights",), terms[0]
    loss = term.loss
    if len(terms) > 1:
        yield Fault(at, "classes have weights where there is one `loss` alone")
    elif loss.factor is not None or loss.root:
        yield Fault(at, f"{loss.name} is of no classes, so they have no weights")
    elif isinstance(term.outputs, int) and found != (wanted := max(term.outputs, 2)):
        yield Fault(at, f"expected {wanted} weights, one for each class, found {found}")
    elif not term.has_labels and any(value.value not in (0, 1) for value in term.entries):
        yield Fault(at, "class weights need targets that are of one class (one-hot, or its number)")
