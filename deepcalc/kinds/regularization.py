"""Regularizers: weight penalties, dropout with a given mask, max-norm, early stopping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pydantic import Field

from deepcalc.errors import Fault
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph, Quantity
from deepcalc.kinds._fields import Count, Fields, Flag, Fraction01, Identifier, NotNegative, Number, Positive
from deepcalc.kinds._registry import Kind
from deepcalc.kinds._regularization.slips import slips
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Cases,
    Literal,
    Name,
    Over,
    Plus,
    Power,
    Relation,
    SumOver,
    Times,
    minus,
    number,
    total,
)
from deepcalc.notation.printing import LatexPrinter
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.plan import Composite, PartPlan, Plan, TablePlan, TableRow
from deepcalc.plan.figures import PlotPlan, RulePlan, SeriesPlan

GIVEN, WEIGHTS = "Given", "Weights"
LAMBDA, LOSS, PENALTY, TOTAL = "lambda", "loss", "penalty", "total"
RATE = "p"
NORM, BOUND, SCALE = "norm", "c", "scale"
PATIENCE, DELTA, STOP, BEST_EPOCH, BEST_LOSS = "P", "delta", "stop_epoch", "best_epoch", "best_loss"


class Scaling(StrEnum):
    """Where dropout makes up for the units that are dropped: at test time, or at once in training."""

    PLAIN = "plain"
    INVERTED = "inverted"


@dataclass(frozen=True)
class Penalty:
    """A weight penalty: the name of its sum over the weights, how that is written, and a weight's term in it."""

    sum_name: str
    forms: Forms
    term: Callable[[Any], Any]
    meaning: str


_L1 = Penalty("sum_abs", Forms("‖w‖₁", r"\lVert w \rVert_1"), lambda w: Call("abs", w), "sum of the absolute weights")
_L2 = Penalty(
    "sum_squares", Forms("‖w‖₂²", r"\lVert w \rVert_2^2", compound=True), lambda w: Power(w, TWO),
    "sum of the squared weights",
)  # fmt: skip


def _weights(fields: RegularizationFields, given: Mapping[str, tuple[str, Literal | None]]) -> Graph:
    """A graph of the weights and of the given numbers, by name: the field each stands in, and its value."""
    graph = Graph()
    for name, (place, value) in given.items():
        if value is not None:
            graph.add(Quantity(name, given=value, section=GIVEN, origin=(place,)))
    for name, value in (fields.weights or {}).items():
        graph.add(Quantity(name, given=value, section=WEIGHTS, origin=("weights", name)))
    return graph


def _sum_over_weights(penalty: Penalty, weights: Mapping[str, Literal]) -> tuple[Any, Any]:
    """The general law of the sum, and the sum itself."""
    law = SumOver(penalty.term(Name("w_i")), Name("i"), ONE, number(len(weights)))
    return law, total(*(penalty.term(Name(name)) for name in weights))


def _build_penalty(fields: RegularizationFields, penalty: Penalty) -> Plan:
    """Ω = λ Σ|w| or λ Σ w², with ½ by choice; Goodfellow, Bengio and Courville, *Deep Learning*, section 7.1."""
    assert fields.weights is not None
    graph = _weights(fields, {LAMBDA: ("strength", fields.strength), LOSS: ("loss", fields.loss)})
    law, summed = _sum_over_weights(penalty, fields.weights)
    strength = Over(Name(LAMBDA), TWO) if fields.half else Name(LAMBDA)
    rows = [
        Quantity(penalty.sum_name, summed, laws=(law,), note=(penalty.meaning,)),
        Quantity(PENALTY, Times(strength, Name(penalty.sum_name)), laws=(Times(strength, law),)),
    ]
    if fields.loss is not None:
        rows.append(Quantity(TOTAL, Plus(Name(LOSS), Name(PENALTY)), note=("loss with the penalty",)))
    for row, section in zip(rows, ("Penalty", "Penalty", "Total loss"), strict=False):
        graph.add(replace(row, section=section, group="losses", origin=("weights",)))
    parts = [PartPlan("a", (penalty.sum_name, PENALTY))]
    if fields.loss is not None:
        parts.append(PartPlan("b", (TOTAL,)))
    asked = "the penalty and the total loss" if fields.loss is not None else "the penalty"
    statement = f"Compute {asked} with an {fields.chosen.upper()} penalty for {_listed(graph)}."
    return Plan(graph, tuple(parts), statement, symbols=Symbols({penalty.sum_name: penalty.forms}))


def _build_dropout(fields: RegularizationFields) -> Plan:
    """Plain: m·h in training, (1 - p)·h at test time; inverted: m·h/(1 - p) in training, h at test time.

    Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, *Dropout*, JMLR 15 (2014), sections 4 and 10.
    """
    assert fields.outputs is not None
    assert fields.mask is not None
    is_plain = fields.scaling is Scaling.PLAIN
    graph = Graph([Quantity(RATE, given=fields.rate, section=GIVEN, origin=("rate",))])
    for name, value in fields.outputs.items():
        graph.add(Quantity(name, given=value, section="Outputs of the layer", origin=("outputs", name)))
    for index, value in enumerate(fields.mask):
        graph.add(Quantity(f"m.{index + 1}", given=value, section="Mask", origin=("mask", index)))
    heads = {name.rstrip("0123456789") for name in fields.outputs}
    head = heads.pop() if len(heads) == 1 and len(min(heads)) == 1 else "h"
    kept = minus(ONE, Name(RATE))
    dropped, test = f"{head}tilde", f"{head}_test"
    for index, (name, value) in enumerate(zip(fields.outputs, fields.mask, strict=True), start=1):
        masked = Times(Name(f"m.{index}"), Name(name))
        formula = masked if is_plain else Over(masked, kept)
        graph.add(
            Quantity(
                f"{dropped}.{index}",
                formula,
                section="Training",
                group="outputs",
                note=("kept" if value.value else "dropped",),
                origin=("outputs", name),
            )
        )
    numbers = range(1, len(fields.outputs) + 1)
    composites = [Composite(dropped, tuple(f"{dropped}.{index}" for index in numbers))]
    parts = [PartPlan("a", (dropped,))]
    if is_plain:
        for index, name in zip(numbers, fields.outputs, strict=True):
            formula, origin = Times(kept, Name(name)), ("outputs", name)
            graph.add(Quantity(f"{test}.{index}", formula, section="Test time", group="test_outputs", origin=origin))
        composites.append(Composite(test, tuple(f"{test}.{index}" for index in numbers)))
        parts.append(PartPlan("b", (test,)))
    asked = "in training and at test time" if is_plain else "in training"
    statement = f"Compute the outputs of the layer {asked} with {fields.scaling} dropout for {_listed(graph)}."
    return Plan(graph, tuple(parts), statement, tuple(composites))


def _build_max_norm(fields: RegularizationFields) -> Plan:
    """w is scaled down to the norm c where ‖w‖ > c: Srivastava and others, *Dropout*, JMLR 15 (2014), section 5.1."""
    assert fields.weights is not None
    graph = _weights(fields, {BOUND: ("bound", fields.bound)})
    law, squares = _sum_over_weights(_L2, fields.weights)
    norm, bound = Name(NORM), Name(BOUND)
    graph.add(Quantity(NORM, Call("sqrt", squares), laws=(Call("sqrt", law),), section="Norm", origin=("weights",)))
    scale = Cases(Over(bound, norm), Relation(">", norm, bound), ONE)
    graph.add(Quantity(SCALE, scale, section="Norm", note=("scale factor",), origin=("bound",)))
    for name in fields.weights:
        formula = Times(Name(SCALE), Name(name))
        graph.add(Quantity(f"{name}@1", formula, section="Rescaled weights", group="updates", origin=("weights", name)))
    parts = (PartPlan("a", (NORM, SCALE)), PartPlan("b", tuple(f"{name}@1" for name in fields.weights)))
    statement = f"Compute the norm of the weights and the weights under the max-norm constraint for {_listed(graph)}."
    symbols = Symbols({NORM: Forms("‖w‖", r"\lVert w \rVert"), SCALE: Forms("s", "s")}, plus=True)
    return Plan(graph, parts, statement, symbols=symbols)


def _build_early_stopping(fields: RegularizationFields) -> Plan:
    """Goodfellow, Bengio and Courville, *Deep Learning*, algorithm 7.1, with an evaluation after every epoch.

    Epochs after the stop are never run: they have a validation loss that is given, and nothing else.
    """
    assert fields.losses is not None
    assert fields.patience is not None
    patience, most = fields.patience, len(fields.losses)
    waits = evaluate(_epochs(fields, most), [f"wait.{t}" for t in range(1, most + 1)]).values
    last = next((t for t in range(1, most + 1) if waits[f"wait.{t}"] >= patience), most)
    graph = _epochs(fields, last)
    runs_out = waits[f"wait.{last}"] >= patience
    # the patience cannot run out before the epoch after it
    tried = [(number(t), Relation(">=", Name(f"wait.{t}"), Name(PATIENCE))) for t in range(patience + 1, last + 1)]
    stop = Cases(*(part for pair in tried for part in pair), number(most)) if runs_out else number(most)
    note = "the patience runs out" if runs_out else "the last epoch; the patience does not run out"
    graph.add(Quantity(STOP, stop, section="Stop", group="epochs", note=(note,), origin=("losses",)))
    best = minus(Name(STOP), Name(f"wait.{last}"))
    note = "the epoch of the last improvement"
    graph.add(Quantity(BEST_EPOCH, best, section="Stop", group="epochs", note=(note,), origin=("losses",)))
    columns = [head for head in ("limit", "best", "wait") if f"{head}.{last}" in graph or head != "limit"]
    rows = tuple(
        TableRow((str(t),), tuple(name if (name := f"{head}.{t}") in graph else None for head in columns))
        for t in range(1, last + 1)
    )
    titles = {"limit": "to be below", "best": "best loss so far", "wait": "epochs without improvement"}
    return Plan(
        graph,
        (PartPlan("a", ("best", "wait")), PartPlan("b", (STOP, BEST_EPOCH))),
        f"Training stops early on the validation losses {_listed(graph)}. When does it stop, and which epoch is best?",
        tuple(Composite(head, tuple(f"{head}.{t}" for t in range(1, last + 1))) for head in ("best", "wait")),
        tables=(TablePlan("Early stopping", (("epoch",), *((titles[head],) for head in columns)), rows),),
        aliases={BEST_LOSS: f"best.{last}"},
        figures=(_loss_curve(most, last),),
    )


def _loss_curve(most: int, last: int) -> PlotPlan:
    """The losses that are given, the best one so far, and where training stops."""
    losses = SeriesPlan(("validation loss",), tuple((t, f"v.{t}") for t in range(1, most + 1)))
    best = SeriesPlan(("best so far",), tuple((t, f"best.{t}") for t in range(1, last + 1)), stepped=True)
    rules = (RulePlan("best epoch", BEST_EPOCH), RulePlan("stop", STOP))
    return PlotPlan("Validation loss", ("epoch",), ("loss",), (losses, best), rules)


def _epochs(fields: RegularizationFields, last: int) -> Graph:
    """Best validation loss so far and epochs without an improvement, epoch by epoch."""
    assert fields.losses is not None
    assert fields.patience is not None
    graph = Graph([Quantity(PATIENCE, given=number(fields.patience), section="Patience", origin=("patience",))])
    needs_more = fields.min_delta is not None and fields.min_delta.value > 0
    if needs_more:
        graph.add(Quantity(DELTA, given=fields.min_delta, section="Least improvement", origin=("min_delta",)))
    for t, value in enumerate(fields.losses, start=1):
        graph.add(Quantity(f"v.{t}", given=value, section="Validation losses", origin=("losses", t - 1)))

    def add(head: str, t: int, formula: Any, group: str) -> None:
        origin = ("losses", t - 1)
        graph.add(Quantity(f"{head}.{t}", formula, section=f"Epoch {t}", group=group, origin=origin))

    add("best", 1, Name("v.1"), "losses")
    add("wait", 1, ZERO, "epochs")
    for t in range(2, last + 1):
        bar = best = Name(f"best.{t - 1}")
        if needs_more:
            add("limit", t, minus(best, Name(DELTA)), "losses")
            bar = Name(f"limit.{t}")
        improved = Relation("<", Name(f"v.{t}"), bar)
        add("best", t, Cases(Name(f"v.{t}"), improved, best), "losses")
        add("wait", t, Cases(ZERO, improved, Plus(Name(f"wait.{t - 1}"), ONE)), "epochs")
    return graph


def _listed(graph: Graph) -> str:
    """What is given, for the statement."""
    latex = LatexPrinter()
    given = [Relation("=", Name(quantity.name), quantity.given) for quantity in graph if quantity.given is not None]
    return ", ".join(f"${latex.print(relation)}$" for relation in given)


@dataclass(frozen=True)
class Regularizer:
    """One way to regularize: the field that selects it, the fields that it needs and those that it may have.

    ``taken`` are the names that it gives to quantities of its own.
    """

    selected_by: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    build: Callable[[RegularizationFields], Plan]
    taken: tuple[str, ...] = ()


def _penalty(penalty: Penalty) -> Regularizer:
    return Regularizer(
        "penalty",
        ("strength", "weights"),
        ("loss", "half"),
        lambda fields: _build_penalty(fields, penalty),
        (LAMBDA, LOSS, penalty.sum_name, PENALTY, TOTAL),
    )


REGULARIZERS: Mapping[str, Regularizer] = {
    "l1": _penalty(_L1),
    "l2": _penalty(_L2),
    "dropout": Regularizer("method", ("outputs", "mask", "rate"), ("scaling",), _build_dropout, (RATE,)),
    "max_norm": Regularizer("method", ("weights", "bound"), (), _build_max_norm, (BOUND, NORM, SCALE)),
    "early_stopping": Regularizer("method", ("losses", "patience"), ("min_delta",), _build_early_stopping),
}

SELECTORS = ("penalty", "method")


def _selected_by(field: str) -> list[str]:
    return [name for name, row in REGULARIZERS.items() if row.selected_by == field]


PenaltyName = StrEnum("PenaltyName", _selected_by("penalty"))  # type: ignore[misc]
MethodName = StrEnum("MethodName", _selected_by("method"))  # type: ignore[misc]


class RegularizationFields(Fields):
    """Either a `penalty` on the weights or a `method`, with the fields of the one chosen."""

    penalty: PenaltyName | None = Field(None, description="l1 (lasso) or l2 (ridge)")
    method: MethodName | None = Field(None, description="dropout, max_norm or early_stopping")
    strength: NotNegative | None = Field(None, description="penalty: the factor λ of the sum")
    half: Flag | None = Field(None, description="penalty: λ/2 in place of λ (false)")
    loss: Number | None = Field(None, description="penalty: the loss without the penalty, for the total loss")
    weights: dict[Identifier, Number] | None = Field(
        None, min_length=1, description="penalty, max_norm: the weights by name, {w1: 0.5, w2: -0.3}"
    )
    outputs: dict[Identifier, Number] | None = Field(
        None, min_length=1, description="dropout: the outputs of the layer by name, {h1: 0.5, h2: 1.2}"
    )
    mask: list[Number] | None = Field(None, description="dropout: 1 for each unit that is kept, 0 for each dropped")
    rate: Fraction01 | None = Field(None, description="dropout: the probability p with which a unit is dropped")
    scaling: Scaling | None = Field(
        None,
        description="dropout: inverted divides by 1 - p in training (the default, as in PyTorch and Keras); plain "
        "multiplies by 1 - p at test time (as in the original paper)",
    )
    bound: Positive | None = Field(None, description="max_norm: the largest norm c of the weights")
    losses: list[Number] | None = Field(
        None, min_length=1, description="early_stopping: the validation loss after each epoch"
    )
    patience: Count | None = Field(
        None, description="early_stopping: training stops after so many epochs in a row without an improvement"
    )
    min_delta: NotNegative | None = Field(
        None, description="early_stopping: a loss is an improvement when it is below the best by more than this (0)"
    )

    @property
    def chosen(self) -> str:
        """The name of the regularizer."""
        return str(self.penalty or self.method)

    def faults(self) -> Iterator[Fault]:
        if (self.penalty is None) == (self.method is None):
            at = ("method",) if self.penalty else ()
            yield Fault(at, f"give either `penalty` ({', '.join(PenaltyName)}) or `method` ({', '.join(MethodName)})")
            return
        row = REGULARIZERS[self.chosen]
        own = (*row.required, *row.optional)
        known = RegularizationFields.model_fields
        for name in row.required:
            if getattr(self, name) is None:
                meaning = str(known[name].description).partition(": ")[2]
                yield Fault((row.selected_by,), f"{self.chosen} needs `{name}`: {meaning}")
        for name in known:
            if name not in (*SELECTORS, *own) and getattr(self, name) is not None:
                yield Fault((name,), f"`{name}` is no field of {self.chosen}; its fields are {', '.join(own)}")
        for place in ("weights", "outputs"):
            for name in getattr(self, place) or {}:
                if name in row.taken:
                    yield Fault(
                        (place, name), f"`{name}` stands for something else in {self.chosen}; choose another name"
                    )
        if self.outputs is not None and self.mask is not None:
            yield from self._mask_faults(len(self.outputs), self.mask)

    def _mask_faults(self, units: int, mask: list[Literal]) -> Iterator[Fault]:
        if len(mask) != units:
            yield Fault(("mask",), f"expected {units} entries, one for each of the outputs, found {len(mask)}")
        for index, entry in enumerate(mask):
            if entry.value not in (0, 1):
                yield Fault(("mask", index), f"expected 1 (kept) or 0 (dropped), found {entry.text}")


def build(fields: RegularizationFields) -> Plan:
    return REGULARIZERS[fields.chosen].build(fields)


TEMPLATE = """\
title: L2 penalty
kind: regularization
penalty: l2                    # l1 | l2; or method: dropout | max_norm | early_stopping, with fields of their own
strength: 0.1                  # the factor lambda of the sum
half: false                    # true: lambda/2
loss: 0.4                      # the loss without the penalty; leave out if there is none
weights: {w1: 0.5, w2: -0.3}
parts:
  - {id: a, points: 2, find: [sum_squares, penalty]}
  - {id: b, points: 1, find: total}
expected: {sum_squares: 0.34, penalty: 0.034, total: 0.434}
"""

KIND = Kind(
    name="regularization",
    summary="L1 and L2 penalties, dropout with a given mask, max-norm, early stopping",
    fields=RegularizationFields,
    build=build,
    template=TEMPLATE,
    slips=slips,
)
