"""The graph of a network: forward pass, loss, gradients, updates, and the tables of a textbook's sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from deepcalc.errors import Location
from deepcalc.graph.gradients import BACKWARD, Style, differentiate, opposite
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.kinds._arrays import NO_LOSS
from deepcalc.kinds._changes import change_aliases, change_forms, changes
from deepcalc.kinds._updates import UPDATE
from deepcalc.kinds.network.classes import accuracy, predicted_class
from deepcalc.kinds.network.constraining import bounds, constraint_forms
from deepcalc.kinds.network.counting import add_counts
from deepcalc.kinds.network.dropout import add_masks
from deepcalc.kinds.network.evaluating import Evaluation, kept_averages, prefixes, wiring_of
from deepcalc.kinds.network.forward import Forward
from deepcalc.kinds.network.initial import add_initial_weights, initial_forms
from deepcalc.kinds.network.losses import (
    LOSS,
    changed_targets,
    differences,
    in_differences,
    noise_givens,
    parts_of,
    sample_loss,
    upstream_givens,
    upstream_loss,
    weighted_sum,
)
from deepcalc.kinds.network.naming import error_names
from deepcalc.kinds.network.normalizing import norm_forms, norm_givens
from deepcalc.kinds.network.objective import add_penalized_gradients, add_penalty, penalty_forms, penalty_givens
from deepcalc.kinds.network.sheet import figure, parts, tables
from deepcalc.kinds.network.stale import by_updated_weights, hidden_errors
from deepcalc.kinds.network.statement import statement
from deepcalc.kinds.network.steps import Stage, Training
from deepcalc.kinds.network.structure import UPDATED, Role, of_sample
from deepcalc.kinds.network.targets import Sample
from deepcalc.kinds.network.training import Batch, Course, is_forward
from deepcalc.kinds.network.weighting import law, reduced, weight_givens
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Call, Name, Over, Plus, Times, product
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import Plan, Trajectory
from deepcalc.plan.picture_plans import PlotPlan
from deepcalc.plan.plan import Chain
from deepcalc.rules.losses import Loss

SECTIONS = {Role.WEIGHT: "Weights", Role.BIAS: "Biases", Role.SCALE: "Scales", Role.SHIFT: "Shifts"}
"""Where the parameters of a role stand."""


def build(wiring: Wiring) -> Plan:
    """The plan of a network problem."""
    return _Builder(wiring).plan()


class _Builder:
    """Writes the passes of some of the samples: those of the first passes where nothing else is said."""

    def __init__(self, wiring: Wiring, numbers: Sequence[int | None] | None = None) -> None:
        fields = wiring.fields
        self._fields = fields
        self._wiring = wiring
        self._graph = Graph()
        self._several = fields.samples is not None
        self._numbers: Sequence[int | None] = wiring.numbers if numbers is None else numbers
        self._counted = [number or 1 for number in self._numbers]
        self._updates = 1
        self._trajectory: Trajectory | None = None
        self._aliases: dict[str, str] = {}
        self._curves: tuple[PlotPlan, ...] = ()
        self._error_names = error_names(self._wiring, fields.error_terms.name)

    def plan(self) -> Plan:
        fields, wiring, numbers = self._fields, self._wiring, self._numbers
        self._add_givens()
        self._add_passes()
        if wiring.loss_name is not None:
            self._add_updates()
            if fields.error_terms.weights == UPDATED:
                hidden = hidden_errors(wiring, self._error_names)
                self._graph = by_updated_weights(self._graph, hidden, wiring.trained)
        add_counts(self._graph, wiring)
        add_initial_weights(self._graph, wiring)
        return Plan(
            graph=self._graph,
            parts=parts(wiring, numbers, self._updates),
            statement=statement(wiring),
            tables=tables(wiring, self._error_names, numbers),
            trajectory=self._trajectory,
            symbols=Symbols(
                {
                    **wiring.made.forms,
                    **norm_forms(wiring),
                    **penalty_forms(fields.penalty),
                    **constraint_forms(self._graph, wiring),
                    **initial_forms(wiring),
                    **change_forms(self._graph, Symbols(wiring.made.forms), self._updates),
                },
                plus=self._updates == 1,
            ),
            chain=fields.chain,
            aliases={**change_aliases(wiring.fields, wiring.trained), **self._aliases},
            without_value={} if wiring.loss_name is not None else NO_LOSS,
            figures=(figure(wiring, self._error_names, numbers[:1] if self._curves else numbers), *self._curves),
        )

    def _add_passes(self) -> None:
        """The passes forward and, where there is a loss, back."""
        self._add_passes_forward()
        if self._wiring.loss_name is not None:
            add_penalty(self._graph, self._wiring)
            self._add_gradients(self._numbers)
            add_penalized_gradients(self._graph, self._wiring)

    def _add_passes_forward(self) -> None:
        numbers = self._numbers
        for together in (numbers,) if self._wiring.joins_samples else tuple((number,) for number in numbers):
            self._add_forward(together)
        for quantity in accuracy(self._wiring, numbers):
            self._graph.add(quantity)
        if self._several and self._wiring.loss_name is not None:
            self._add_reduced_loss(self._counted)

    def with_passes(self, back: bool) -> Graph:
        """What is given and the passes: forward alone, or back as well."""
        self._add_givens()
        if back:
            self._add_passes()
        else:
            self._add_passes_forward()
        return self._graph

    def _add_forward(self, numbers: Sequence[int | None]) -> None:
        """The forward passes of samples layer by layer, then what is made of their outputs."""
        wiring, forward = self._wiring, Forward(self._wiring, self._graph)
        for index in range(len(wiring.layers)):
            forward.add(index, numbers)
        for number in numbers:
            sample = wiring.samples[(number or 1) - 1]
            if self._fields.classify is not None:
                self._graph.add(predicted_class(wiring, number))
            if wiring.is_from_upstream:
                self._graph.add(upstream_loss(wiring, sample, number))
            self._add_losses(sample, number)

    def _outputs(self, number: int | None) -> list[str]:
        return [of_sample(name, number) for name in self._wiring.outputs]

    # ---- what is given

    def _add_givens(self) -> None:
        wiring, graph = self._wiring, self._graph
        numbers = range(1, len(wiring.samples) + 1) if self._several else (None,)
        for quantity in self._givens(numbers):
            graph.add(quantity)
        add_masks(graph, wiring, numbers)
        rate = self._fields.optimizer
        if rate is not None:
            origin = ("optimizer", "learning_rate")
            graph.add(Quantity(rate.symbol, given=rate.learning_rate, section="Learning rate", origin=origin))

    def _givens(self, numbers: Iterable[int | None]) -> Iterator[Quantity]:
        wiring = self._wiring
        for number in numbers:
            yield from self._sample_givens(number)
        yield from self._parameter_givens()
        for term in wiring.terms:
            yield from term.fields.quantities(term.loss, term.at)
        yield from (*noise_givens(wiring), *weight_givens(wiring), *norm_givens(wiring), *bounds(wiring.fields))
        yield from penalty_givens(self._fields.penalty)

    def _sample_givens(self, number: int | None) -> Iterator[Quantity]:
        """The inputs of a sample, what comes back to it, its targets."""
        index = (number or 1) - 1
        sample = self._wiring.samples[index]
        at: Location = ("inputs",) if number is None else ("samples", index, "inputs")
        section = "Inputs" if number is None else f"Sample {number}"
        for name, value in sample.inputs.items():
            yield Quantity(of_sample(name, number), given=value, section=section, origin=(*at, name))
        yield from upstream_givens(self._wiring, sample, number)
        for name, target in sample.targets.items():
            section = "Targets" if number is None else section
            yield Quantity(of_sample(name, number), given=target, section=section, origin=("targets",))

    def _parameter_givens(self) -> Iterator[Quantity]:
        for role, section in SECTIONS.items():
            for name, parameter in self._wiring.parameters.items():
                if parameter.role is role:
                    yield Quantity(name, given=parameter.value, section=section, origin=parameter.origin)
        for name, (value, origin) in self._wiring.constants.items():
            yield Quantity(name, given=value, section="Constants", origin=origin)

    # ---- loss

    def _add_losses(self, sample: Sample, number: int | None) -> None:
        wiring = self._wiring
        for term in wiring.terms:
            for quantity in changed_targets(wiring, term, number):
                self._graph.add(quantity)
            for quantity in differences(wiring, term, number):
                self._graph.add(quantity)
            written = sample_loss(wiring, term, sample, number)
            for quantity in written.quantities(LOSS, (self._title(term.loss),), term.at):
                self._graph.add(in_differences(wiring, term, number, quantity))
        summed = weighted_sum(wiring, number)
        if summed is not None:
            self._graph.add(summed)

    def _title(self, loss: Loss) -> str:
        return "mean squared error" if loss.root and self._several else loss.title

    def _add_reduced_loss(self, numbers: Sequence[int]) -> None:
        wiring, name = self._wiring, str(self._wiring.loss_name)
        formula = reduced(wiring, [Name(of_sample(name, number)) for number in numbers], numbers)
        laws, note = law(wiring, len(numbers)), f"{self._how} over the samples"
        if wiring.is_rooted:
            formula, laws, note = (
                Call("sqrt", formula),
                tuple(Call("sqrt", each) for each in laws),
                f"root of the {note}",
            )
        self._graph.add(
            Quantity(name, formula, laws=laws, section=LOSS, group="losses", note=(note,), origin=("loss",))
        )

    @property
    def _how(self) -> str:
        return self._fields.reduction.replace("_", " ")

    # ---- backward

    def _add_gradients(self, numbers: Sequence[int | None]) -> None:
        """The error terms and gradients: of each sample's loss, or of that of all where they depend on each other."""
        wiring = self._wiring
        loss = str(wiring.loss_name)
        if wiring.joins_samples:
            self._derive(loss, numbers, BACKWARD)
            return
        for number in numbers:
            section = BACKWARD if number is None else f"{BACKWARD}, sample {number}"
            self._derive(of_sample(loss, number), [number], section)
        if self._several:
            for parameter in wiring.parameters:
                self._add_reduced_gradient(parameter, self._counted)

    def _derive(self, loss: str, numbers: Sequence[int | None], section: str) -> None:
        """The derivatives of a loss by the net inputs of samples, and by every parameter."""
        wiring = self._wiring
        names = self._error_names.items()
        errors = {of_sample(net, each): of_sample(error, each) for each in numbers for net, error in names}
        alone = [layer for layer in wiring.layers if layer.functions or layer in wiring.output_layers]
        outputs = [out for layer in alone if layer.activated for out in layer.out]
        outputs += [name for layer in wiring.layers if layer.dropout for name in layer.dropout.kept]
        style = Style(
            error_term=errors.get,
            sign=1 if self._fields.error_terms.convention == "output - target" else -1,
            absorbed=frozenset(of_sample(out, each) for each in numbers for out in outputs),
            section=section,
            group=partial(_backward_group, errors),
            note=self._backward_note(errors, loss),
        )
        differentiate(self._graph, loss, [*errors, *wiring.parameters], style)

    def _add_reduced_gradient(self, parameter: str, numbers: Sequence[int]) -> None:
        wiring, loss = self._wiring, str(self._wiring.loss_name)
        each = [Name(gradient(of_sample(loss, number), parameter)) for number in numbers]
        note = f"{self._how} over the samples"
        formula = reduced(wiring, each, numbers)
        if wiring.is_rooted:
            formula, note = Over(formula, Times(TWO, Name(loss))), f"{note}, by the root's derivative"
        self._graph.add(
            Quantity(
                gradient(loss, parameter),
                formula,
                section=BACKWARD,
                group="gradients",
                note=(note,),
                origin=wiring.parameters[parameter].origin,
            )
        )

    def _backward_note(self, errors: dict[str, str], loss: str) -> Any:
        fused = {net for part in parts_of(self._graph, loss) for net in self._graph[part].fused}

        def note(name: str) -> Prose:
            if name in fused:
                layer = next(each for each in self._wiring.layers if name.split(":")[0] in each.net)
                if layer.activated:
                    return (f"{layer.activation} and cross-entropy together",)
            return ("error at ", Name(name)) if name in errors else ()

        return note

    def _add_updates(self) -> None:
        optimizer = self._fields.optimizer
        if optimizer is None:
            return
        training = Training(self._wiring, self._graph)
        as_textbook = self._fields.error_terms.convention == "target - output" and not self._several
        by_errors = as_textbook and self._fields.chain is Chain.ERRORS and self._fields.penalty is None
        is_one = optimizer.updates(len(self._wiring.samples)) == 1 and not optimizer.may_stop
        if by_errors and is_one and not prefixes(self._wiring) and training.is_plain:
            self._add_updates_by_errors(optimizer.symbol)
            if not self._fields.given:
                training.repeat(Stage(1), is_forward)
            return
        course = Course(self._wiring, self._graph, training, self._passes_of_batches(), self._evaluations())
        self._updates = course.run()
        self._trajectory, self._aliases = course.trajectory(), course.aliases
        self._curves = tuple(course.curve())

    def _passes_of_batches(self) -> dict[Batch, list[Quantity]]:
        """The passes of each batch, where they are of one batch alone."""
        batches = [batch for batch in self._wiring.batches if batch is not None and self._wiring.batch_by_batch]
        graphs = {batch: _Builder(self._wiring, batch).with_passes(back=True) for batch in batches}
        return {batch: [each for each in graph if each.given is None] for batch, graph in graphs.items()}

    def _evaluations(self) -> list[Evaluation]:
        """What is evaluated at test time in the course of the training."""
        found = []
        for prefix in prefixes(self._wiring):
            wiring = wiring_of(prefix, self._fields)
            graph = _Builder(wiring).with_passes(back=False)
            found.append(Evaluation(prefix, wiring, graph, kept_averages(self._wiring), self._wiring.trained))
        return found

    def _add_updates_by_errors(self, symbol: str) -> None:
        """w + l·Err·O, as textbooks write it that take the error terms with the opposite sign."""
        for parameter in self._wiring.trained:
            name = gradient(str(self._wiring.loss_name), parameter)
            change = product(Name(symbol), opposite(self._graph[name].definition))
            formula, origin = Plus(Name(parameter), change), self._wiring.parameters[parameter].origin
            self._graph.add(Quantity(f"{parameter}@1", formula, section=UPDATE, group="updates", origin=origin))
        for quantity in changes(self._graph, self._wiring.fields, self._wiring.trained, 1):
            self._graph.add(quantity)


def _backward_group(errors: Mapping[str, str], name: str) -> str:
    return "errors" if name in errors else "gradients"
