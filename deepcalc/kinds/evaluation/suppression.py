"""Non-maximum suppression: of the boxes that a detector proposes those that remain.

The greedy way of Felzenszwalb et al., *Object detection with discriminatively trained part-based models* (2010),
section 5: the box with the highest score stays, those of its class that overlap it too far go, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds.evaluation.boxes import ProposalFields
from deepcalc.kinds.evaluation.fields import EvaluationFields
from deepcalc.kinds.evaluation.overlap import write_box, write_corners
from deepcalc.kinds.evaluation.writing import MetricWriter
from deepcalc.notation.parser import parse
from deepcalc.plan import Item, Option
from deepcalc.plan.plan import ItemForm
from deepcalc.records import record
from deepcalc.rules.measures import BOX_AREA, OF_PROPOSALS, OF_SIDES

Pair = tuple[int, int]

KEPT = "kept"
OVERLAPS = "Overlaps"


@record
class Fate:
    """What becomes of a proposal: whether it stays, why, and the pairs that it is compared in as one that stays."""

    stays: bool
    why: str
    compared: tuple[Pair, ...] = ()


def write_proposals(writer: MetricWriter, fields: EvaluationFields) -> None:
    """The overlaps of the proposals of each class, and which of them remain."""
    proposals = fields.proposals or []
    at = [("proposals", index, "box") for index in range(len(proposals))]
    endings = [
        write_box(writer, each.box, fields.box_format, str(number), origin)
        for number, (each, origin) in enumerate(zip(proposals, at, strict=True), start=1)
    ]
    for each, ending, origin in zip(proposals, endings, at, strict=True):
        write_corners(writer, each.box, fields.box_format, ending, origin)
    writer.metric(BOX_AREA, ("proposals",), variants=[{"c": ending} for ending in endings], section=OVERLAPS)
    names = {(i, j): f"IoU_{i}_{j}" for i, j in _pairs(proposals)}
    for i, j in names:
        _write_overlap(writer, i, j)
        writer.aliases[f"IoU_{j}_{i}"] = names[i, j]
    values = evaluate(writer.graph, list(names.values())).values
    fates = _fates(fields, {pair: Fraction(values[name]) for pair, name in names.items()})
    compared = tuple(names[pair] for fate in fates.values() for pair in fate.compared)
    writer.parts += [compared] if compared else []
    writer.items.append(_item(fields, fates))
    writer.parts.append((KEPT,))


def ranked(proposals: Sequence[ProposalFields]) -> list[int]:
    """The numbers of the proposals from the highest score down; of equal ones the first."""
    return sorted(range(1, len(proposals) + 1), key=lambda number: -proposals[number - 1].score.value)


def _pairs(proposals: Sequence[ProposalFields]) -> Iterator[Pair]:
    """The pairs of one class, the one with the higher score first."""
    order = ranked(proposals)
    for place, i in enumerate(order):
        yield from ((i, j) for j in order[place + 1 :] if proposals[i - 1].of == proposals[j - 1].of)


def _write_overlap(writer: MetricWriter, i: int, j: int) -> None:
    """The overlap of two proposals, as a product of sides where there is any."""
    names = {"c": f"_{i}_{j}", "a": f"_{i}", "b": f"_{j}"}
    sides = {side.name: side.formula.format(**names) for side in OF_SIDES}
    apart = Graph(writer.graph)
    for name, text in sides.items():
        apart.add(Quantity(name, parse(text)))
    if min(evaluate(apart, list(sides)).values[name] for name in sides) <= 0:
        writer.count(f"IoU{names['c']}", 0, ("proposals",), "they do not overlap", OVERLAPS)
        return
    for row in OF_PROPOSALS:
        writer.metric(row, ("proposals",), variants=[names], section=OVERLAPS)


def _fates(fields: EvaluationFields, overlaps: Mapping[Pair, Fraction]) -> dict[int, Fate]:
    """What becomes of each proposal, from the highest score down."""
    limit, goes_at = fields.iou_threshold, fields.suppressed == "from"
    sign = "≥" if goes_at else ">"
    order, found = ranked(fields.proposals or ()), dict[int, Fate]()
    for place, i in enumerate(order):
        if i in found:
            continue
        compared = tuple((i, j) for j in order[place + 1 :] if (i, j) in overlaps and j not in found)
        found[i] = Fate(
            True,
            f"kept: the highest score of those that are left{_among(fields, i)}",
            compared,
        )
        for pair in compared:
            overlap = overlaps[pair]
            if overlap > limit.value or (goes_at and overlap == limit.value):
                why = f"suppressed by box {i}: IoU {float(overlap):.4g} {sign} {limit.text}"
                found[pair[1]] = Fate(False, why)
    return found


def _among(fields: EvaluationFields, number: int) -> str:
    """Which boxes one is compared with, where there are several classes."""
    if not fields.has_classes:
        return ""
    return " without a class" if (fields.proposals or [])[number - 1].of is None else " of its class"


def _item(fields: EvaluationFields, fates: dict[int, Fate]) -> Item:
    proposals = fields.proposals or []
    options = tuple(
        Option(str(number), _told(number, each), fates[number].why) for number, each in enumerate(proposals, start=1)
    )
    kept = tuple(option.key for option in options if fates[int(option.key)].stays)
    order = ", ".join(map(str, ranked(proposals)))
    return Item(
        KEPT,
        ItemForm.MULTIPLE,
        "Which boxes remain?",
        options,
        key=kept,
        explanation=f"From the highest score down{', of equal ones the first' if fields.has_ties else ''}: {order}.",
    )


def _told(number: int, proposal: ProposalFields) -> str:
    of = "" if proposal.of is None else f", {proposal.of}"
    return f"box {number} (score {proposal.score.text}{of})"
