"""Early stopping on losses that are given: its epochs, and how they are laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.kinds._stopping import BEST_EPOCH, RESTORED, STOP, Stopping
from deepcalc.kinds.regularization.fields import DELTA, PATIENCE, Monitor, RegularizationFields
from deepcalc.notation.nodes import Name, number
from deepcalc.plan import Composite, PartPlan, Plan, TablePlan, TableRow
from deepcalc.plan.picture_plans import PlotPlan, RulePlan, SeriesPlan
from deepcalc.plan.statement import Statement, equations, prose


def early_stopping_plan(fields: RegularizationFields) -> Plan:
    """Goodfellow, Bengio and Courville, *Deep Learning*, algorithm 7.1, with an evaluation after every epoch.

    Epochs after the stop are never run: they have a validation loss that is given, and nothing else.
    """
    assert fields.losses is not None
    assert fields.patience is not None
    patience, most = fields.patience, len(fields.losses)
    stopping = stopping_of(fields)
    waits = evaluate(epochs_of(fields, stopping, most), [f"wait.{t}" for t in range(1, most + 1)]).values
    last = next((t for t in range(1, most + 1) if waits[f"wait.{t}"] >= patience), most)
    graph = epochs_of(fields, stopping, last)
    for quantity in stopping.end(last, most, waits[f"wait.{last}"] >= patience, ("losses",)):
        graph.add(quantity)
    monitor = fields.monitor or Monitor.LOSS
    told = (f"the best {monitor} when training stops",)
    graph.add(Quantity(f"best_{monitor}", Name(f"best.{last}"), section="Stop", group="losses", note=told))
    best = last - int(waits[f"wait.{last}"])
    for name in fields.parameters or ():
        origin, note = ("parameters", name), (f"as after epoch {best}",)
        restored = Quantity(f"{RESTORED}.{name}", Name(f"{name}@{best}"), section="Restored parameters", note=note)
        graph.add(replace(restored, group=RESTORED, origin=origin))
    columns = [head for head in ("limit", "best", "wait") if f"{head}.{last}" in graph or head != "limit"]
    rows = tuple(
        TableRow((str(t),), tuple(name if (name := f"{head}.{t}") in graph else None for head in columns))
        for t in range(1, last + 1)
    )
    bar = "to be above" if monitor is Monitor.ACCURACY else "to be below"
    titles = {"limit": bar, "best": f"best {monitor} so far", "wait": "epochs without improvement"}
    asked = [PartPlan("a", ("best", "wait")), PartPlan("b", (STOP, BEST_EPOCH))]
    if fields.parameters:
        asked.append(PartPlan("c", tuple(f"{RESTORED}.{name}" for name in fields.parameters)))
    return Plan(
        graph,
        tuple(asked),
        Statement(
            _course(fields, graph),
            ("When does it stop, and which epoch is best?",),
        ),
        tuple(Composite(head, tuple(f"{head}.{t}" for t in range(1, last + 1))) for head in ("best", "wait")),
        tables=(TablePlan("Early stopping", (("epoch",), *((titles[head],) for head in columns)), rows),),
        figures=(_curve(monitor, most, last),),
    )


def _course(fields: RegularizationFields, graph: Graph) -> Prose:
    """The losses or accuracies of the epochs, the patience, and the parameters that are known after each epoch."""
    given = [(each.origin[0], each.name, each.given) for each in graph if each.given is not None]

    def listed(field: str) -> Prose:
        return equations((name, value) for at, name, value in given if at == field)

    plural = _PLURALS[fields.monitor or Monitor.LOSS]
    told = prose(f"Training stops early on the validation {plural} ", listed("losses"))
    told += prose(", with the patience ", listed("patience"))
    if DELTA in graph:
        told += prose(" and the least improvement ", listed("min_delta"))
    if fields.parameters:
        told += prose("; after the epochs the parameters are ", listed("parameters"))
    return prose(told, ".")


_PLURALS: Mapping[Monitor, str] = {Monitor.LOSS: "losses", Monitor.ACCURACY: "accuracies"}


def _curve(monitor: Monitor, most: int, last: int) -> PlotPlan:
    """The losses or accuracies that are given, the best one so far, and where training stops."""
    losses = SeriesPlan((f"validation {monitor}",), tuple((t, f"v.{t}") for t in range(1, most + 1)))
    best = SeriesPlan(("best so far",), tuple((t, f"best.{t}") for t in range(1, last + 1)), stepped=True)
    rules = (RulePlan("best epoch", BEST_EPOCH), RulePlan("stop", STOP))
    return PlotPlan(f"Validation {monitor}", ("epoch",), (str(monitor),), (losses, best), rules)


def stopping_of(fields: RegularizationFields) -> Stopping:
    """The rule that the fields say."""
    needs_more = fields.min_delta is not None and fields.min_delta.value > 0
    delta = DELTA if needs_more else None
    return Stopping(fields.patience or 1, PATIENCE, delta, rises=fields.monitor is Monitor.ACCURACY)


def epochs_of(fields: RegularizationFields, stopping: Stopping, last: int) -> Graph:
    """Best validation loss so far and epochs without an improvement by a rule, epoch by epoch."""
    assert fields.losses is not None
    assert fields.patience is not None
    graph = Graph([Quantity(PATIENCE, given=number(fields.patience), section="Patience", origin=("patience",))])
    if stopping.delta is not None:
        graph.add(Quantity(DELTA, given=fields.min_delta, section="Least improvement", origin=("min_delta",)))
    section = f"Validation {_PLURALS[fields.monitor or Monitor.LOSS]}"
    for t, value in enumerate(fields.losses, start=1):
        graph.add(
            Quantity(
                f"v.{t}",
                given=value,
                section=section,
                origin=("losses", t - 1),
            )
        )
    for name, after in (fields.parameters or {}).items():
        for t, value in enumerate(after, start=1):
            origin = ("parameters", name, t - 1)
            graph.add(Quantity(f"{name}@{t}", given=value, section="Parameters after each epoch", origin=origin))
    for t in range(1, last + 1):
        for quantity in stopping.progress(t, f"v.{t}", ("losses", t - 1)):
            graph.add(quantity)
    return graph
