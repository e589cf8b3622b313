"""Typical mistakes in a network: changed formulas of its net inputs, losses, error terms and updates.

A mistake that a person makes everywhere or in one place comes in both sizes: of all layers, of each layer, of
each unit. Those in single weights are only listed for layers that fit on a sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from deepcalc.graph.gradients import opposite
from deepcalc.graph.graph import Graph
from deepcalc.graph.ways import partial as partial_derivative
from deepcalc.kinds._losses import loss_mistakes
from deepcalc.kinds._training_slips import slips_in_training
from deepcalc.kinds._update_mistakes import written_before
from deepcalc.kinds.network.activation_mistakes import slope_slips, value_slips
from deepcalc.kinds.network.branching import branching_mistakes
from deepcalc.kinds.network.constraining import update_name
from deepcalc.kinds.network.counting import count_mistakes
from deepcalc.kinds.network.course_mistakes import course_mistakes
from deepcalc.kinds.network.gradient_mistakes import gradient_mistakes, reading_mistakes
from deepcalc.kinds.network.initial import initial_mistakes
from deepcalc.kinds.network.losses import parts_of, sample_loss
from deepcalc.kinds.network.misreadings import MOST_UNITS, in_place_of, misreadings, transposition
from deepcalc.kinds.network.mistakes import (
    constraint_mistakes,
    dropout_mistakes,
    noise_mistakes,
    penalty_mistakes,
    update_mistakes,
    upstream_mistakes,
    weighting_mistakes,
)
from deepcalc.kinds.network.norm_mistakes import normalising_mistakes
from deepcalc.kinds.network.passing import Passing
from deepcalc.kinds.network.repeated import in_every_pass
from deepcalc.kinds.network.structure import UPDATED, Layer, LossTerm, ends
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.edits import argument, factors, rescaled, terms, without_term
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ONE, Name, Node, product, total
from deepcalc.plan import Plan, Slip
from deepcalc.rules.loss_slips import factor_message, log_slips, reduction_slip, squared_factor_slips
from deepcalc.rules.losses.row import WEIGHTED_MEAN

Formulas = dict[str, Any]


def slips(wiring: Wiring, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a network problem."""
    graph = plan.graph
    yield from count_mistakes(wiring, graph)
    yield from initial_mistakes(wiring, graph)
    yield from in_every_pass(wiring, graph, _of_a_pass(wiring, graph))
    if wiring.loss_name is not None:
        yield from update_mistakes(wiring, graph)
        optimizer, updated = wiring.fields.optimizer, partial(update_name, graph)
        yield from slips_in_training(optimizer, wiring.trained, graph, plan.symbols, updated)
        yield from constraint_mistakes(wiring, graph)
        yield from course_mistakes(wiring, graph)


def _of_a_pass(wiring: Wiring, graph: Graph) -> Iterator[Slip]:
    """The mistakes on the way forward and back."""
    mistakes = _Mistakes(wiring, graph)
    yield from mistakes.in_net_inputs()
    yield from value_slips(wiring.layers, mistakes.numbers)
    yield from weighting_mistakes(wiring, graph)
    yield from noise_mistakes(wiring, graph)
    yield from dropout_mistakes(wiring, graph, mistakes.numbers)
    yield from normalising_mistakes(wiring, graph, tuple(mistakes.numbers))
    yield from branching_mistakes(wiring, graph, tuple(mistakes.numbers))
    yield from reading_mistakes(wiring, graph, mistakes.numbers)
    if wiring.terms:
        yield from mistakes.in_losses()
        yield from mistakes.in_output_errors()
    if wiring.loss_name is not None:
        yield from mistakes.in_error_terms()
        yield from mistakes.in_paths()
        yield from upstream_mistakes(wiring, graph, mistakes.numbers)
        yield from penalty_mistakes(wiring, graph)
        yield from gradient_mistakes(wiring, graph, mistakes.numbers)


class _Mistakes:
    def __init__(self, wiring: Wiring, graph: Graph) -> None:
        fields = wiring.fields
        self._fields = fields
        self._wiring = wiring
        self._graph = graph
        self._layers = wiring.layers
        self._samples: Sequence[int | None] = wiring.numbers
        self._loss = wiring.loss_name or ""
        self._passing = Passing(wiring, graph)

    @property
    def numbers(self) -> Sequence[int | None]:
        return self._samples

    # ---- forward

    def in_net_inputs(self) -> Iterator[Slip]:
        forgotten = [
            [
                self._each_sample(net, partial(_without, Name(bias)))
                for net, bias in zip(layer.net, layer.biases, strict=True)
            ]
            for layer in self._layers
            if layer.biases is not None
        ]
        yield from _in_sizes("bias-forgotten", "the bias forgotten", forgotten)
        for layer in self._layers:
            swap = transposition(layer)
            if swap:
                formulas = self._read_otherwise(layer, swap)
                yield Slip("wrong-weight", "the transposed weights in the net inputs", formulas)
        for layer in self._layers:
            for i, j, other in misreadings(layer):
                wrong = {Name(layer.weights[i][j]): Name(other)}
                formulas = self._each_sample(layer.net[j], partial(_read, wrong))
                yield Slip("wrong-weight", in_place_of(other, layer.weights[i][j]), formulas)

    def _read_otherwise(self, layer: Layer, swap: Mapping[Any, Any]) -> Formulas:
        return _joined(self._each_sample(net, partial(_read, swap)) for net in layer.net)

    def _each_sample(self, name: str, change: Callable[[Any], Any]) -> Formulas:
        """The changed formula of a unit's quantity in every sample."""
        quantities = [self._graph[self._at(name, number)] for number in self._samples]
        return {each.name: change(each.formula) for each in quantities if each.formula is not None}

    # ---- loss

    def in_losses(self) -> Iterator[Slip]:
        graph, wiring, numbers = self._graph, self._wiring, self._samples
        for term in wiring.terms:
            losses = [self._at(term.name, number) for number in numbers]
            written = [sample_loss(wiring, term, wiring.samples[(each or 1) - 1], each) for each in numbers]
            parts = [part for each in written for part in each.parts if part is not None]
            yield from log_slips(graph, [*losses, *parts])
            yield from loss_mistakes(written)
            factor = term.loss.factor if term.loss.at.over is None else None
            if factor is not None:
                pairs = {loss: self._pairs(term, number) for loss, number in zip(losses, numbers, strict=True)}
                yield from squared_factor_slips(pairs, factor)
                if wiring.fields.losses is None:
                    yield from self._factors_of_the_derivative(factor(len(term.targets)))
        if wiring.is_rooted:
            rooted = {self._loss: argument(graph[self._loss].definition)}
            yield Slip("no-root", "no root taken of the mean of the squares", rooted)
        elif len(numbers) > 1 and self._fields.reduction != WEIGHTED_MEAN:
            gradients = [] if wiring.joins_samples else [gradient(self._loss, name) for name in wiring.parameters]
            for names in ([self._loss], gradients):
                if names:
                    yield reduction_slip(graph, names, len(numbers), self._fields.reduction == "mean")

    def _pairs(self, term: LossTerm, number: int | None) -> list[tuple[Any, Any]]:
        sides = ([Name(self._at(name, number)) for name in names] for names in (term.targets, term.layer.out))
        return list(zip(*sides, strict=True))

    def _factors_of_the_derivative(self, factor: Fraction) -> Iterator[Slip]:
        """Its 2 forgotten, or its 1/n, or both."""
        of_the_square = 2 * factor
        for other in dict.fromkeys((Fraction(2), factor, Fraction(1))):
            if other != of_the_square:
                formulas = {name: rescaled(formula, other / of_the_square) for name, formula in self._output_errors()}
                message = factor_message(of_the_square, other, "derivative of the loss")
                yield Slip("loss-factor", message, formulas)

    # ---- backward

    def in_output_errors(self) -> Iterator[Slip]:
        meant = self._fields.error_terms.convention
        taken = "target − output" if meant == "output - target" else "output − target"
        yield Slip(
            "target-minus-output",
            f"{taken} where {meant.replace('-', '−')} is meant",
            {name: _turned(formula) for name, formula in self._output_errors()},
        )

    def in_error_terms(self) -> Iterator[Slip]:
        without = [self._errors_with_derivative(index, lambda *_: ONE) for index in range(len(self._layers))]
        key, message = "derivative-left-out", "the derivative of the activation left out"
        yield from _in_sizes(key, message, [[formulas] for formulas in without])
        for message, elsewhere in (
            ("the derivative of the activation with the net input put in for the output", self._net_for_output),
            ("the derivative of the activation taken at the output in place of the net input", self._at_the_output),
        ):
            formulas = _joined(self._errors_with_derivative(index, elsewhere) for index in range(len(self._layers)))
            yield Slip("derivative-elsewhere", message, formulas)
        yield from slope_slips(self._layers, self._samples, self._errors_with_derivative)
        if self._fields.error_terms.weights == UPDATED:
            yield self._by_old_weights()
            return
        updated = {Name(name): self._updated(name) for name in self._wiring.trained} if self._trains else {}
        loose = ends(self._layers)
        hidden = [name for layer in self._layers if layer not in loose for name in self._errors(layer)]
        changed = {name: self._graph[name].definition.xreplace(updated) for name in hidden}
        formulas = {name: written_before(self._graph, name, formula) for name, formula in changed.items()}
        yield Slip("updated-weights", "the updated weights used where the old ones are meant", formulas)

    def _by_old_weights(self) -> Slip:
        """The hidden errors as the gradient has them, where a course takes the updated weights."""
        old = {Name(f"{name}@1"): Name(name) for name in self._wiring.trained}
        loose = ends(self._layers)
        hidden = [name for layer in self._layers if layer not in loose for name in self._errors(layer)]
        formulas = {name: self._graph[name].definition.xreplace(old) for name in hidden}
        return Slip("old-weights", "the old weights used where the updated ones are meant", formulas)

    def _net_for_output(self, derivative: Node, out: str, net: str) -> Node:
        return derivative.xreplace({Name(out): Name(net)})

    def _at_the_output(self, derivative: Node, out: str, net: str) -> Node:
        if self._graph[out].formula is None:
            return derivative
        activated_twice = self._graph[out].definition.xreplace({Name(net): Name(out)})
        return derivative.xreplace({Name(out): activated_twice, Name(net): Name(out)})

    def _errors_with_derivative(self, index: int, of: Callable[[Any, str, str], Any]) -> Formulas:
        """A layer's error terms with another factor in place of its activation's derivative, where it has one.

        ``of`` gives it from the derivative and the names of output and net input.
        """
        layer, formulas = self._layers[index], {}
        if not layer.activated or not layer.functions or (layer.norm is not None and self._passing.is_turned):
            return {}
        for number in self._samples:
            loss = self._wiring.derived(number)
            fused = {name for part in parts_of(self._graph, loss) for name in self._graph[part].fused}
            for net, out in zip(layer.before, layer.out, strict=True):
                error, behind = self._error(net, number), self._passing.total(out, number)
                net, out = self._at(net, number), self._at(out, number)
                if error is not None and net not in fused:
                    formulas[error] = product(of(partial_derivative(self._graph, out, net), out, net), behind)
        return formulas

    def in_paths(self) -> Iterator[Slip]:
        """A path left out of a sum over paths; the wrong weights on the way back."""
        for layer in self._layers:
            if len(layer.net) <= MOST_UNITS:
                yield from self._paths_left_out(layer)
        for following in self._layers:
            owners = [owner for name in following.senders if (owner := self._passing.owner(name)) is not None]
            layers = [layer for layer in self._layers if any(layer is owner for owner, _ in owners)]
            swap = transposition(following)
            if swap and layers:
                names = [name for layer in layers for name in self._errors(layer)]
                formulas = {name: self._graph[name].definition.xreplace(swap) for name in names}
                message = "the transposed weights on the way back"
                yield Slip("wrong-weight", message, formulas)
                both = {**formulas, **self._read_otherwise(following, swap)}
                yield Slip("wrong-weight", "the transposed weights, forward and back", both)
            for i, k, other in misreadings(following):
                owner = self._passing.owner(following.senders[i])
                if owner is not None:
                    wrong = {Name(following.weights[i][k]): Name(other)}
                    errors = (self._error(owner[0].net[owner[1]], number) for number in self._samples)
                    formulas = {
                        name: self._graph[name].definition.xreplace(wrong) for name in errors if name is not None
                    }
                    message = f"{in_place_of(other, following.weights[i][k])} on the way back"
                    yield Slip("wrong-weight", message, formulas)

    def _paths_left_out(self, layer: Layer) -> Iterator[Slip]:
        """For each unit, one after the other of the ways that lead back to it."""
        is_inner_softmax = not layer.functions and layer not in ends(self._layers)
        if is_inner_softmax or (layer.norm is not None and self._passing.is_turned):
            return
        for net, out in zip(layer.before, layer.out, strict=True):
            found: dict[str, Formulas] = {}
            for number in self._samples:
                ways, error = self._passing.behind(out, number), self._error(net, number)
                if error is None or len(ways) < 2:
                    continue
                names = (self._at(out, number), self._at(net, number))
                local = partial_derivative(self._graph, *names) if layer.activated else ONE
                for k, way in enumerate(ways):
                    kept = total(*(each.term for each in (*ways[:k], *ways[k + 1 :])))
                    found.setdefault(way.through, {})[error] = product(local, kept)
            for through, formulas in found.items():
                yield Slip("path-left-out", f"the path through {through} left out", formulas)

    def _error(self, net: str, number: int | None) -> str | None:
        """The name of a unit's error term."""
        return self._passing.error(net, number)

    def _errors(self, layer: Layer) -> list[str]:
        found = (self._error(net, number) for number in self._samples for net in layer.net)
        return [name for name in found if name is not None]

    def _output_errors(self) -> list[tuple[str, Any]]:
        last = [layer for layer in ends(self._layers) if layer.norm is None]
        return [(name, self._graph[name].formula) for layer in last for name in self._errors(layer)]

    # ---- update

    @property
    def _trains(self) -> bool:
        """Whether there are updates, by the gradients at the parameters themselves."""
        optimizer = self._fields.optimizer
        return optimizer is not None and optimizer.rule.point is None

    def _updated(self, parameter: str) -> Node:
        return self._graph[update_name(self._graph, parameter, 1)].definition

    def _at(self, name: str, number: int | None) -> str:
        return self._wiring.at(name, number)


def _in_sizes(key: str, message: str, layers: Sequence[Sequence[Formulas]]) -> Iterator[Slip]:
    """The same mistake everywhere, in each layer, and in each unit, each once; ``layers`` holds the units' formulas."""
    whole_layers = [_joined(units) for units in layers]
    single = [unit for units in layers if len(units) <= MOST_UNITS for unit in units]
    seen: list[Formulas] = []
    for formulas in (_joined(whole_layers), *whole_layers, *single):
        if formulas and formulas not in seen:
            seen.append(formulas)
            yield Slip(key, message, formulas)


def _joined(parts: Iterable[Formulas]) -> Formulas:
    return {name: formula for part in parts for name, formula in part.items()}


def _read(swap: Mapping[Any, Any], formula: Node) -> Node:
    """The formula with other weights read for its own."""
    return formula.xreplace(swap)


def _without(term: Node, formula: Node) -> Node:
    kept = terms(formula)
    return without_term(formula, kept.index(term)) if term in kept else formula


def _turned(error: Node) -> Node:
    """An output's error term with its difference the other way round: the last factor."""
    *before, difference = factors(error)
    return product(*before, opposite(difference))
