"""The plan of a network in matrix notation: what is given, the passes, the updates of whole matrices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from deepcalc.graph.quantities import Letter
from deepcalc.kinds._arrays import NO_LOSS, WEIGHTS, ArrayWriter, as_array, givens
from deepcalc.kinds._changes import change_aliases, change_forms
from deepcalc.kinds.network.constraining import bounds
from deepcalc.kinds.network.matrix.batches import SUFFIX, Stage
from deepcalc.kinds.network.matrix.bounding import constraint_forms
from deepcalc.kinds.network.matrix.course import Course
from deepcalc.kinds.network.matrix.evaluating import Evaluation, prefixes
from deepcalc.kinds.network.matrix.forward import Pass
from deepcalc.kinds.network.matrix.initial import initial_forms, initial_weights
from deepcalc.kinds.network.matrix.normalizing import norm_forms, norm_givens
from deepcalc.kinds.network.matrix.passes import Passes, passed_back
from deepcalc.kinds.network.matrix.samples import sample_givens, target_lines
from deepcalc.kinds.network.matrix.statement import Question
from deepcalc.kinds.network.matrix.targets import Term
from deepcalc.kinds.network.matrix.weighting import weight_givens
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.kinds.network.objective import penalty_forms, penalty_givens
from deepcalc.kinds.network.stale import by_updated_weights
from deepcalc.kinds.network.structure import UPDATED, Role
from deepcalc.notation.names import gradient, name_parts
from deepcalc.notation.nodes import Name, Node
from deepcalc.notation.parser import parse_relation
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.plan import Plan
from deepcalc.plan.picture_plans import GatesPlan
from deepcalc.plan.statement import given_as, joined

SECTIONS = {Role.WEIGHT: WEIGHTS, Role.BIAS: WEIGHTS, Role.SCALE: "Scales", Role.SHIFT: "Shifts"}
"""Where the parameters of a role stand."""
USUAL_OUTPUTS = ("Yhat", "Y_hat", "yhat", "P")
"""What courses call the output of a network."""

MOST_DRAWN = 12
"""So many quantities the picture of a network shows one by one."""


def build(wiring: MatrixWiring) -> Plan:
    """The plan of a network problem in matrix notation."""
    return _Builder(wiring).plan()


class _Builder:
    def __init__(self, wiring: MatrixWiring) -> None:
        self._fields = wiring.fields
        self._wiring = wiring
        self._writer = ArrayWriter()
        self._graph = self._writer.graph

    def plan(self) -> Plan:
        fields, wiring = self._fields, self._wiring
        self._add_givens()
        given = givens(self._graph)
        passes = Passes(wiring, self._writer)
        course = self._course(passes)
        first = passes.add(Stage(batch=wiring.batches[0] if wiring.batch_by_batch else None))
        activations = (given_as(name, value) for name, value in fields.given.items())
        steps = 0 if course is None else course.steps
        told = Question(first, steps).told(joined((given, *activations), last=", "))
        last = self._graph.names[-1] if wiring.objective is None else first.at(wiring.objective)
        picture = GatesPlan("The network", self._drawn(first, last), last)
        if course is None:
            passes.add_back(first)
        else:
            course.run(first)
            steps = course.steps
        for quantity in initial_weights(wiring):
            self._writer.add_quantity(quantity)
        if fields.error_terms.weights == UPDATED:
            hidden = passed_back(self._graph, wiring, map(Name, wiring.trained))
            self._graph = by_updated_weights(self._graph, hidden, wiring.trained)
        return Plan(
            self._graph,
            Question(first, steps).parts,
            told,
            trajectory=None if course is None else course.trajectory(),
            figures=(picture, *(() if course is None else course.curve())),
            symbols=Symbols(self._forms(steps), plus=steps == 1),
            aliases={**change_aliases(fields, wiring.trained), **self._of_output()},
            without_value={} if wiring.loss_name is not None else NO_LOSS,
            assumed=tuple(node for term in wiring.terms for node in self._assumed(term)),
        )

    def _forms(self, steps: int) -> dict[str, Forms]:
        """How names are printed otherwise than by their letters."""
        wiring = self._wiring
        own = {**penalty_forms(self._fields.penalty), **norm_forms(wiring), **initial_forms(wiring)}
        return {**own, **constraint_forms(self._graph, wiring), **change_forms(self._graph, Symbols(), steps)}

    def _of_output(self) -> dict[str, str]:
        """The usual names of the only output, after updates as well: ``Yhat`` for A2."""
        outputs, graph = self._wiring.outputs, self._graph
        endings = {f"{outputs[0]}{ending}": ending for ending in ("", SUFFIX)} if len(outputs) == 1 else {}
        found: dict[str, str] = {}
        for name in graph.names:
            parts = name_parts(name)
            if parts is not None and parts.head in endings and not parts.components:
                heads = (f"{usual}{endings[parts.head]}" for usual in USUAL_OUTPUTS)
                found |= {str(replace(parts, head=head)): name for head in heads}
        return {alias: name for alias, name in found.items() if alias not in graph}

    def _drawn(self, first: Pass, last: str) -> tuple[str, ...]:
        """What the picture shows: all that leads to the last quantity; of many, what the layers pass on."""
        names = tuple(self._graph.ancestors([last]))
        if len(names) <= MOST_DRAWN:
            return names
        passed = {first.at(layer.out) for layer in self._wiring.layers}
        return tuple(name for name in names if self._graph[name].given is not None or name in {*passed, last})

    def _course(self, passes: Passes) -> Course | None:
        """The course of the training, of what is trained by a loss."""
        wiring, optimizer = self._wiring, self._fields.optimizer
        if optimizer is None or wiring.objective is None:
            return None
        evaluations = [Evaluation(prefix, wiring) for prefix in prefixes(wiring)]
        course = Course(passes, self._writer, optimizer, evaluations)
        return course if wiring.trained else None

    def _assumed(self, term: Term) -> Iterator[Node]:
        """Targets without values that are compared with a softmax are the classes' probabilities."""
        fusion = term.loss.fusion(term.layer.activation)
        if fusion is not None and fusion.sums_to_one and isinstance(term.given, Letter):
            axis = self._wiring.class_axis
            along = "" if axis is None else f", axis={axis}"
            yield parse_relation(f"sum({{{term.given_targets}}}{along}) = 1")

    # ---- what is given

    def _add_givens(self) -> None:
        fields, wiring, writer = self._fields, self._wiring, self._writer
        for quantity in sample_givens(wiring):
            writer.given(quantity.name, quantity.given, quantity.origin, quantity.section)
        for name, parameter in wiring.parameters.items():
            writer.given(name, parameter.value, parameter.origin, SECTIONS[parameter.role])
        for name, (value, at) in wiring.settings.items():
            writer.given(name, value, at, "Constants")
        if fields.upstream is not None:
            by_output = gradient(str(wiring.loss_name), wiring.outputs[-1])
            writer.given(by_output, wiring.upstream, ("upstream",), "Gradient from behind")
        for quantity in norm_givens(wiring):
            writer.add_quantity(quantity)
        self._add_dropout_givens()
        for term in wiring.terms:
            for quantity in term.fields.quantities(term.loss, term.at):
                writer.add_quantity(quantity)
        for quantity in (
            *weight_givens(wiring),
            *penalty_givens(fields.penalty),
            *bounds(fields),
            *target_lines(wiring),
        ):
            writer.add_quantity(quantity)

    def _add_dropout_givens(self) -> None:
        for index, layer in enumerate(self._wiring.layers):
            if layer.dropout is not None:
                at, fields = ("layers", index, "dropout"), layer.dropout.fields
                chance = layer.dropout.chance
                self._writer.given(chance.name, fields.chance_given, (*at, chance.field), "Dropout")
                if fields.mask is not None:
                    self._writer.given(layer.dropout.mask, as_array(fields.mask), (*at, "mask"), "Dropout")
