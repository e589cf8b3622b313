"""What is given of the samples, and what losses make of their targets: one-hot rows, smoothed ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._losses import smoothed
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.notation.array_nodes import Apply, Transpose
from deepcalc.notation.nodes import Name

SAMPLES, TARGETS = "Samples", "Targets"


def sample_givens(wiring: MatrixWiring) -> Iterator[Quantity]:
    """The samples and their targets."""
    yield Quantity(wiring.inputs, given=wiring.fields.X, section=SAMPLES, origin=("X",))
    for name, term in {term.given_targets: term for term in wiring.terms}.items():
        yield Quantity(name, given=term.given, section=SAMPLES, origin=term.targets_at)


def target_lines(wiring: MatrixWiring) -> Iterator[Quantity]:
    """The targets as the losses take them: one-hot for the numbers of classes, smoothed where they are."""
    found: dict[str, Quantity] = {}
    for term in wiring.terms:
        outputs = term.outputs
        if term.has_labels and isinstance(outputs, int):
            settings = {"classes": outputs, "from": int(term.fields.first_class)}
            of_labels: Any = Apply("one_hot", settings, Name(term.given_targets))
            turned = of_labels if wiring.as_rows or wiring.samples is None else Transpose(of_labels)
            note = ("1 at the class of each sample",)
            at = term.targets_at
            line = Quantity(term.distributions, turned, section=TARGETS, group="targets", note=note, origin=at)
            found.setdefault(line.name, line)
        if term.fields.label_smoothing is not None and isinstance(outputs, int):
            formula = smoothed(Name(term.distributions), max(outputs, 2), Name(term.fields.smoothing_name))
            at, note = (*term.at, "label_smoothing"), ("smoothed targets",)
            line = Quantity(term.targets, formula, section=TARGETS, group="targets", note=note, origin=at)
            found.setdefault(line.name, line)
    yield from found.values()
