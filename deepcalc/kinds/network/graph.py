"""The graph of a network: forward pass, loss, gradients, updates, and the tables of a textbook's sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Location
from deepcalc.graph.gradients import BACKWARD, Style, differentiate, opposite
from deepcalc.graph.graph import Graph, Prose, Quantity
from deepcalc.kinds._losses import smoothed
from deepcalc.kinds._updates import UPDATE
from deepcalc.kinds.network.dropout import add_kept, add_masks
from deepcalc.kinds.network.losses import (
    LOSS,
    hard_targets,
    parts_of,
    sample_loss,
    target_names,
    upstream_givens,
    upstream_loss,
)
from deepcalc.kinds.network.naming import error_names, of_sample
from deepcalc.kinds.network.objective import add_penalized_gradients, add_penalty, penalty_forms, penalty_givens
from deepcalc.kinds.network.sheet import figure, parts, statement, tables
from deepcalc.kinds.network.steps import Training
from deepcalc.kinds.network.targets import Sample
from deepcalc.kinds.network.training import Course
from deepcalc.kinds.network.wiring import Layer, Wiring
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Cases,
    Literal,
    Name,
    Over,
    Plus,
    Relation,
    SumOver,
    Times,
    product,
    total,
)
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import Plan, Trajectory
from deepcalc.plan.plan import Chain
from deepcalc.rules.activations import ACTIVATIONS, SOFTMAX, softmax, softmax_law
from deepcalc.rules.losses import Loss

if TYPE_CHECKING:
    pass

FORWARD, PREDICTION = "Forward pass", "Prediction"


def build(wiring: Wiring) -> Plan:
    """The plan of a network problem."""
    return _Builder(wiring).plan()


class _Builder:
    def __init__(self, wiring: Wiring) -> None:
        fields = wiring.fields
        self._fields = fields
        self._wiring = wiring
        self._graph = Graph()
        self._several = fields.samples is not None
        self._numbers: Sequence[int | None] = range(1, len(wiring.samples) + 1) if self._several else (None,)
        self._updates = 1
        self._trajectory: Trajectory | None = None
        self._error_names = error_names(self._wiring, fields.error_terms.name)

    def plan(self) -> Plan:
        fields, wiring = self._fields, self._wiring
        self._add_givens()
        numbers = self._numbers
        for number, sample in zip(numbers, wiring.samples, strict=True):
            self._add_forward(number)
            if fields.classify is not None:
                self._add_class(number)
            if wiring.loss is not None:
                self._add_loss(wiring.loss, sample, number)
            elif wiring.is_from_upstream:
                self._graph.add(upstream_loss(wiring, sample, number))
        if wiring.loss_name is not None:
            if self._several:
                self._add_reduced_loss(numbers)
            add_penalty(self._graph, wiring)
            self._add_gradients(numbers)
            add_penalized_gradients(self._graph, wiring)
            self._add_updates()
        return Plan(
            graph=self._graph,
            parts=parts(wiring, numbers, self._updates),
            statement=statement(wiring),
            tables=tables(wiring, self._error_names, numbers),
            trajectory=self._trajectory,
            symbols=Symbols(
                {**wiring.made.forms, **penalty_forms(fields.penalty)},
                plus=self._updates == 1,
            ),
            chain=fields.chain,
            figures=(figure(wiring, self._error_names, numbers),),
        )

    def _outputs(self, number: int | None) -> list[str]:
        return [of_sample(name, number) for name in self._wiring.outputs]

    # ---- what is given

    def _add_givens(self) -> None:
        fields, wiring, graph = self._fields, self._wiring, self._graph
        for index, sample in enumerate(wiring.samples):
            number = index + 1 if self._several else None
            at: Location = ("inputs",) if number is None else ("samples", index, "inputs")
            section = "Inputs" if number is None else f"Sample {number}"
            for name, value in sample.inputs.items():
                graph.add(Quantity(of_sample(name, number), given=value, section=section, origin=(*at, name)))
            for quantity in upstream_givens(wiring, sample, number):
                graph.add(quantity)
            for name, value in sample.targets.items():
                section = "Targets" if number is None else section
                graph.add(Quantity(of_sample(name, number), given=value, section=section, origin=("targets",)))
        for section, is_bias in (("Weights", False), ("Biases", True)):
            for name, parameter in wiring.parameters.items():
                if parameter.is_bias is is_bias:
                    graph.add(Quantity(name, given=parameter.value, section=section, origin=parameter.origin))
        if fields.loss is not None and wiring.loss is not None:
            for quantity in fields.loss.quantities(wiring.loss, ("loss",)):
                graph.add(quantity)
        for quantity in penalty_givens(fields.penalty):
            graph.add(quantity)
        add_masks(graph, wiring, self._numbers)
        if fields.optimizer is not None:
            rate = fields.optimizer
            origin = ("optimizer", "learning_rate")
            graph.add(Quantity(rate.symbol, given=rate.learning_rate, section="Learning rate", origin=origin))

    # ---- forward

    def _add_forward(self, number: int | None) -> None:
        layers = self._wiring.layers
        section = FORWARD if number is None else f"{FORWARD}, sample {number}"
        for index, layer in enumerate(layers):
            label = "output" if index == len(layers) - 1 else "hidden"
            if index < len(layers) - 1 and len(layers) > 2:
                label = f"layer {index + 1}"
            for j, net in enumerate(layer.net):
                if net in self._fields.given:
                    self._add_given_net_input(layer, j)
                    continue
                self._graph.add(
                    Quantity(
                        of_sample(net, number),
                        self._net_input(layer, j, number),
                        section=section,
                        group="net_inputs" if layer.activated else "outputs",
                        note=_unit_note(label, j, layer),
                        origin=("layers", index),
                    )
                )
            self._add_outputs(layer, index, number, section)
            add_kept(self._graph, layer, number, section)

    def _add_given_net_input(self, layer: Layer, j: int) -> None:
        """A net input that is given, with its derivatives by what it would be the sum of."""
        pairs = [(sender, layer.weights[i][j]) for i, sender in enumerate(layer.senders)]
        partials: dict[str, Any] = {sender: Name(weight) for sender, weight in pairs}
        partials |= {weight: Name(sender) for sender, weight in pairs}
        partials |= {} if layer.biases is None else {layer.biases[j]: ONE}
        self._add_given_activation(layer.net[j], partials)

    def _add_given_activation(self, name: str, partials: Mapping[str, Any]) -> None:
        value, origin = self._fields.given[name], ("given", name)
        given = Quantity(name, given=value, partials=partials, section="Given activations", origin=origin)
        self._graph.add(given)

    def _net_input(self, layer: Layer, j: int, number: int | None) -> Any:
        order = self._fields.net_input
        terms = []
        for i, sender in enumerate(layer.senders):
            x = Name(of_sample(sender, number))
            w = Name(layer.weights[i][j])
            terms.append(Times(w, x) if "w*x" in order else Times(x, w))
        if layer.biases is not None:
            bias = Name(layer.biases[j])
            terms = [bias, *terms] if order.startswith("b") else [*terms, bias]
        return total(*terms)

    def _add_outputs(self, layer: Layer, index: int, number: int | None, section: str) -> None:
        if not layer.activated:
            return
        net, out = ([of_sample(name, number) for name in names] for names in (layer.net, layer.out))
        at = ("layers", index, "activation")
        if layer.activation == SOFTMAX:
            stems = {name.rstrip("0123456789") for name in layer.net}
            law = softmax_law(stems.pop() if len(stems) == 1 and "_" not in min(stems) else "z", len(net))
            for name, row in zip(out, softmax(out, net), strict=True):
                if name in self._fields.given:
                    self._add_given_activation(name, row.partials)
                    continue
                self._graph.add(
                    Quantity(
                        name,
                        row.formula,
                        laws=(law,),
                        stable=row.stable,
                        partials=row.partials,
                        section=section,
                        group="outputs",
                        note=("softmax",),
                        origin=at,
                    )
                )
            return
        activation = ACTIVATIONS[layer.activation]
        for z, name in zip(net, out, strict=True):
            if name in self._fields.given:
                self._add_given_activation(name, {z: activation.derived(z, name, layer.number)})
                continue
            formula = activation.apply(Name(z), layer.number)
            partials = {} if activation.slope is None else {z: activation.derived(z, name, layer.number)}
            quantity = Quantity(name, formula, partials=partials, section=section, group="outputs", origin=at)
            self._graph.add(quantity)

    def _add_class(self, number: int | None) -> None:
        assert self._fields.classify is not None
        threshold, name = self._fields.classify.threshold, of_sample(self._fields.classify.name, number)
        outputs = [Name(output) for output in self._outputs(number)]
        if len(outputs) == 1:
            formula = Cases(ONE, Relation(">=", outputs[0], threshold), ZERO)
        else:
            formula = Call("argmax", *outputs)
        self._graph.add(
            Quantity(
                name, formula, section=PREDICTION, group="classes", note=("predicted class",), origin=("classify",)
            )
        )

    # ---- loss

    def _add_loss(self, loss: Loss, sample: Sample, number: int | None) -> None:
        if self._fields.loss is None:
            return
        targets = zip(hard_targets(self._wiring, number), target_names(self._wiring, number), strict=True)
        for target, smooth in targets:
            if smooth != target:
                epsilon = Name(self._fields.loss.smoothing_name)
                formula = smoothed(target, max(len(sample.targets), 2), epsilon)
                origin = ("loss", "label_smoothing")
                quantity = Quantity(smooth.name, formula, section="Smoothed targets", group="targets", origin=origin)
                self._graph.add(quantity)
        written = sample_loss(self._wiring, sample, number)
        for quantity in written.quantities(LOSS, (self._title(loss),), ("loss",)):
            self._graph.add(quantity)

    def _title(self, loss: Loss) -> str:
        return "mean squared error" if loss.root and self._several else loss.title

    def _add_reduced_loss(self, numbers: Sequence[int | None]) -> None:
        name = str(self._wiring.loss_name)
        formula = self._reduced([Name(of_sample(name, number)) for number in numbers])
        each = SumOver(Name(f"{name}_i"), Name("i"), ONE, Literal(str(len(numbers))))
        law = Times(Over(ONE, Literal(str(len(numbers)))), each) if self._fields.reduction == "mean" else each
        note = f"{self._fields.reduction} over the samples"
        if self._is_rooted:
            formula, law, note = Call("sqrt", formula), Call("sqrt", law), f"root of the {note}"
        self._graph.add(
            Quantity(name, formula, laws=(law,), section=LOSS, group="losses", note=(note,), origin=("loss",))
        )

    @property
    def _is_rooted(self) -> bool:
        return self._wiring.loss is not None and self._wiring.loss.root and self._several

    def _reduced(self, terms: Sequence[Any]) -> Any:
        summed = total(*terms)
        return Over(summed, Literal(str(len(terms)))) if self._fields.reduction == "mean" else summed

    # ---- backward

    def _add_gradients(self, numbers: Sequence[int | None]) -> None:
        wiring = self._wiring
        loss = str(wiring.loss_name)
        for number in numbers:
            errors = {of_sample(net, number): of_sample(error, number) for net, error in self._error_names.items()}
            layers = [layer for layer in wiring.layers if layer.activated]
            outputs = [out for layer in layers for out in layer.out]
            outputs += [name for layer in wiring.layers if layer.dropout for name in layer.dropout.kept]
            absorbed = frozenset(of_sample(out, number) for out in outputs)
            style = Style(
                error_term=errors.get,
                sign=1 if self._fields.error_terms.convention == "output - target" else -1,
                absorbed=absorbed,
                section=BACKWARD if number is None else f"{BACKWARD}, sample {number}",
                group=partial(_backward_group, errors),
                note=self._backward_note(errors, of_sample(loss, number)),
            )
            differentiate(self._graph, of_sample(loss, number), [*errors, *wiring.parameters], style)
        if self._several:
            for parameter in wiring.parameters:
                each = [Name(gradient(of_sample(loss, number), parameter)) for number in numbers]
                note = f"{self._fields.reduction} over the samples"
                reduced = self._reduced(each)
                if self._is_rooted:
                    reduced, note = Over(reduced, Times(TWO, Name(loss))), f"{note}, by the root's derivative"
                self._graph.add(
                    Quantity(
                        gradient(loss, parameter),
                        reduced,
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
                layer = self._wiring.layers[-1]
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
        is_one = optimizer.updates(len(self._wiring.samples)) == 1 and optimizer.until is None
        if by_errors and is_one and training.is_plain:
            self._add_updates_by_errors(optimizer.symbol)
            return
        course = Course(self._wiring, self._graph, training)
        self._updates = course.run()
        self._trajectory = course.trajectory()

    def _add_updates_by_errors(self, symbol: str) -> None:
        """w + l·Err·O, as textbooks write it that take the error terms with the opposite sign."""
        for parameter in self._wiring.trained:
            name = gradient(str(self._wiring.loss_name), parameter)
            change = product(Name(symbol), opposite(self._graph[name].formula))
            formula, origin = Plus(Name(parameter), change), self._wiring.parameters[parameter].origin
            self._graph.add(Quantity(f"{parameter}@1", formula, section=UPDATE, group="updates", origin=origin))


def _backward_group(errors: Mapping[str, str], name: str) -> str:
    return "errors" if name in errors else "gradients"


def _unit_note(label: str, j: int, layer: Layer) -> Prose:
    alone = label == "output" and len(layer.net) == 1
    unit = "the output unit" if alone else f"{label} unit {j + 1}" if " " not in label else f"unit {j + 1} of {label}"
    return (f"net input of {unit}" if layer.activated else unit.replace("the output unit", "output"),)
