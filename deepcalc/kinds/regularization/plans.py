"""The graphs and plans of the regularizers: what each one computes, and how it is laid out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Adjoint, Prose, Quantity
from deepcalc.kinds.regularization.fields import (
    BOUND,
    ETA,
    GIVEN,
    LOSS,
    NORM,
    PENALTY,
    SCALE,
    TOTAL,
    WEIGHTS,
    RegularizationFields,
    Scaling,
)
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ONE, Call, Cases, Literal, Name, Over, Plus, Relation, Times, minus
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.plan import Composite, PartPlan, Plan
from deepcalc.plan.statement import Statement, equations, prose
from deepcalc.rules.penalties import COUNT, NUMBERS, SQUARES, Penalty, Scale


def _weights(fields: RegularizationFields, given: Mapping[str, tuple[str, Literal | None]]) -> Graph:
    """A graph of the weights and of the given numbers, by name: the field each stands in, and its value."""
    graph = Graph()
    for name, (place, value) in given.items():
        if value is not None:
            graph.add(Quantity(name, given=value, section=GIVEN, origin=(place,)))
    for name, value in (fields.weights or {}).items():
        graph.add(Quantity(name, given=value, section=WEIGHTS, origin=("weights", name)))
    return graph


def penalty_plan(fields: RegularizationFields, penalty: Penalty) -> Plan:
    """The penalty, the loss with it, and where the loss's derivatives are given those of both and a step."""
    assert fields.weights is not None
    samples = None if fields.samples is None else Literal(str(fields.samples))
    graph = _weights(
        fields,
        {
            **{name: (field, getattr(fields, field)) for field, name in NUMBERS.items()},
            COUNT: ("samples", samples),
            LOSS: ("loss", fields.loss),
            ETA: ("learning_rate", fields.learning_rate),
        },
    )
    for name, value in (fields.gradients or {}).items():
        origin = ("gradients", name)
        graph.add(Quantity(gradient(LOSS, name), given=value, section="Gradient of the loss", origin=origin))
    scale = scale_of(fields)
    plain = Quantity("", section="Penalty", group="losses", origin=("weights",))
    laws = [each.law(len(fields.weights)) for each in penalty.sums]
    for each, law in zip(penalty.sums, laws, strict=True):
        graph.add(
            replace(plain, name=each.name, formula=each.over(list(fields.weights)), laws=(law,), note=(each.meaning,))
        )
    formula = penalty.formula([Name(each.name) for each in penalty.sums], scale)
    graph.add(replace(plain, name=PENALTY, formula=formula, laws=(penalty.formula(laws, scale),)))
    asked = [(*(each.name for each in penalty.sums), PENALTY)]
    if fields.loss is not None:
        both = Plus(Name(LOSS), Name(PENALTY))
        graph.add(replace(plain, name=TOTAL, formula=both, section="Total loss", note=("loss with the penalty",)))
        asked.append((TOTAL,))
    asked += _add_step(graph, fields, penalty, scale)
    wanted = "the penalty and the total loss" if fields.loss is not None else "the penalty"
    wanted += " and the new weights" if fields.learning_rate is not None else ""
    given = prose(f"With an {penalty.title} and ", _listed(graph), ":")
    parts = tuple(PartPlan("abcd"[index], found) for index, found in enumerate(asked))
    symbols = Symbols({each.name: each.forms for each in penalty.sums}, plus=True)
    return Plan(graph, parts, Statement(given, (f"Compute {wanted}.",)), symbols=symbols)


def scale_of(fields: RegularizationFields) -> Scale:
    return Scale(bool(fields.half), fields.samples is not None, fields.l1 is not None)


def _add_step(graph: Graph, fields: RegularizationFields, penalty: Penalty, scale: Scale) -> Iterator[tuple[str, ...]]:
    """The derivative of the loss with the penalty by each weight, and the weights after a step."""
    if fields.gradients is None or fields.weights is None:
        return
    for name in fields.weights:
        formula = Plus(Name(gradient(LOSS, name)), penalty.slope(Name(name), scale))
        plain = Quantity(gradient(TOTAL, name), formula, section="Gradient with the penalty", group="gradients")
        graph.add(replace(plain, origin=("gradients", name), adjoint=Adjoint(TOTAL, name)))
    yield tuple(gradient(TOTAL, name) for name in fields.weights)
    if fields.learning_rate is None:
        return
    for name in fields.weights:
        stepped, origin = minus(Name(name), Times(Name(ETA), Name(gradient(TOTAL, name)))), ("weights", name)
        graph.add(Quantity(f"{name}@1", stepped, section="Update", group="updates", origin=origin))
    yield tuple(f"{name}@1" for name in fields.weights)


def dropout_plan(fields: RegularizationFields) -> Plan:
    """Plain: m·h in training, (1 - p)·h at test time; inverted: m·h/(1 - p) in training, h at test time.

    Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, *Dropout*, JMLR 15 (2014), sections 4 and 10.
    """
    assert fields.outputs is not None
    assert fields.mask is not None
    is_plain = fields.scaling is Scaling.PLAIN
    chance = fields.chance
    given = getattr(fields, chance.field)
    graph = Graph([Quantity(chance.name, given=given, section=GIVEN, origin=(chance.field,))])
    for name, value in fields.outputs.items():
        graph.add(Quantity(name, given=value, section="Outputs of the layer", origin=("outputs", name)))
    for index, value in enumerate(fields.mask):
        graph.add(Quantity(f"m.{index + 1}", given=value, section="Mask", origin=("mask", index)))
    heads = {name.rstrip("0123456789") for name in fields.outputs}
    head = heads.pop() if len(heads) == 1 and len(min(heads)) == 1 else "h"
    kept = chance.kept
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
    told = prose(f"With {fields.scaling or Scaling.INVERTED} dropout and ", _listed(graph), ":")
    statement = Statement(told, (f"Compute the outputs of the layer {asked}.",))
    return Plan(graph, tuple(parts), statement, tuple(composites))


def max_norm_plan(fields: RegularizationFields) -> Plan:
    """w is scaled down to the norm c where ‖w‖ > c: Srivastava and others, *Dropout*, JMLR 15 (2014), section 5.1."""
    assert fields.weights is not None
    graph = _weights(fields, {BOUND: ("bound", fields.bound)})
    law, squares = SQUARES.law(len(fields.weights)), SQUARES.over(list(fields.weights))
    norm, bound = Name(NORM), Name(BOUND)
    graph.add(Quantity(NORM, Call("sqrt", squares), laws=(Call("sqrt", law),), section="Norm", origin=("weights",)))
    scale = Cases(Over(bound, norm), Relation(">", norm, bound), ONE)
    graph.add(Quantity(SCALE, scale, section="Norm", note=("scale factor",), origin=("bound",)))
    for name in fields.weights:
        formula = Times(Name(SCALE), Name(name))
        graph.add(Quantity(f"{name}@1", formula, section="Rescaled weights", group="updates", origin=("weights", name)))
    parts = (PartPlan("a", (NORM, SCALE)), PartPlan("b", tuple(f"{name}@1" for name in fields.weights)))
    given = prose("With a max-norm constraint and ", _listed(graph), ":")
    statement = Statement(given, ("Compute the norm of the weights and the weights under the constraint.",))
    symbols = Symbols({NORM: Forms("‖w‖", r"\lVert w \rVert"), SCALE: Forms("s", "s")}, plus=True)
    return Plan(graph, parts, statement, symbols=symbols)


def _listed(graph: Graph) -> Prose:
    """What is given, for the statement."""
    return equations((quantity.name, quantity.given) for quantity in graph if quantity.given is not None)
