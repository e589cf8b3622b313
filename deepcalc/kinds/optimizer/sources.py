"""What the gradients of an optimizer are derived from: an objective, several that take turns, samples with a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from deepcalc.errors import Fault, Location, did_you_mean, listed
from deepcalc.fields.given import Given
from deepcalc.fields.types import ArrayFormula, Fields, Identifier, Relation
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.kinds._training import BatchSize
from deepcalc.notation.nodes import Node, SumOver, names_in, nodes_in
from deepcalc.notation.shapes import Shape, shape_text


class ObjectiveFields(Fields):
    """Parameters, and the objective that is minimized."""

    parameters: dict[Identifier, Given] = Field(
        min_length=1,
        description="the parameters and their values before the first step: {w1: 0.5, b: 0.1}, vectors and matrices "
        "among them: {w: [0.5, -1], W: [[1, 0], [0, 1]]}; nothing or a space (R^n) for a letter",
    )
    objective: ArrayFormula | None = Field(
        None,
        description="in place of gradients: a formula in the parameters to minimize, (w1 - 2)^2, of arrays "
        "0.5*w.T @ A @ w - b.T @ w",
    )
    objectives: list[ArrayFormula] | None = Field(
        None,
        min_length=1,
        description="in place of one objective: another for each step, [(w*1 - 2)^2, (w*2 - 3)^2], the first again "
        "after the last; J:2@1 is the second after step 1, J@1 their mean",
    )
    samples: list[dict[Identifier, Given]] | None = Field(
        None,
        min_length=1,
        description="samples, [{x: 1, y: 2}, {x: 2, y: 3}], whose numbers the objective and the model call by name; "
        "each step goes down the objective of the next one",
    )
    model: dict[Identifier, ArrayFormula] = Field(
        {}, description="what the objective calls by name: {yhat: w*x + b}; yhat:2@1 for a sample"
    )
    batch_size: BatchSize = Field(
        1, description="how many samples (or objectives) a step goes down together, in their order: a number, or all"
    )
    reduction: Literal["mean", "sum"] = Field(
        "mean", description="of the objectives of a step, and of all of them in J"
    )
    constants: dict[Identifier, Given] = Field(
        {},
        description="numbers and arrays that the objective calls by name: {lambda: 0.1, A: [[3, 1], [1, 2]]}",
    )
    minimum: dict[Identifier, Given] = Field(
        {},
        description="where the objective is least, {w: 2}, for the distance to it, distance@2; found of a quadratic",
    )
    until: Relation | None = Field(
        None,
        description="a criterion in parameters, objective, distance: J < 0.01; stop_step is the first step after which "
        "it holds",
    )
    objective_name: Identifier = Field("J", description="the name of the objective")

    @property
    def has_objective(self) -> bool:
        return self.objective is not None or self.objectives is not None

    @property
    def variants(self) -> int | None:
        """How many objectives take turns: those given, or that of each sample; None for a single one."""
        several = self.samples if self.objectives is None else self.objectives
        return None if several is None else len(several)

    @property
    def names_of_variants(self) -> tuple[str, ...]:
        """The names that each of them has of its own."""
        return (*(self.samples[0] if self.samples else ()), *self.model, self.objective_name)

    @property
    def batch(self) -> int:
        """How many of them a step goes down."""
        return (self.variants or 1) if self.batch_size == "all" else self.batch_size

    def objective_faults(self, taken: set[str]) -> Iterator[Fault]:
        """Names that are given twice, samples that differ, formulas in names that nothing has."""
        if self.objectives is not None and self.samples is not None:
            yield Fault(("samples",), "give either `objectives` or `samples`, with the `objective` of one of them")
        if self.variants is None:
            for name in ("batch_size", "reduction"):
                if name in self.model_fields_set:
                    yield Fault((name,), f"`{name}` goes with `samples` or `objectives`, which are not given")
        known: dict[str, Location] = {name: ("parameters", name) for name in self.parameters}
        yield from self._name_faults(known, taken)
        yield from self._faults_of_samples()
        yield from self._minimum_faults()
        yield from self._formula_faults(known)

    @property
    def _shapes(self) -> dict[str, Shape]:
        """The shapes of what every sample has, by name: those of the first one."""
        return {name: shape_of_given(value) for name, value in (self.samples[0] if self.samples else {}).items()}

    def _name_faults(self, known: dict[str, Location], taken: set[str]) -> Iterator[Fault]:
        """Names that are given twice; all of them are known from then on."""
        for field, names in (("constants", self.constants), ("samples", self._shapes), ("model", self.model)):
            for name in names:
                location: Location = (field, 0, name) if field == "samples" else (field, name)
                if name in taken or name in known:
                    yield Fault(location, f"`{name}` is taken already; choose another name")
                known.setdefault(name, location)
        if self.objective_name in known or self.objective_name in taken:
            message = f"the objective's name `{self.objective_name}` is taken; choose another"
            named = "objective_name" in self.model_fields_set
            yield Fault(("objective_name",) if named else self.formulas()[-1][0], message)

    def _faults_of_samples(self) -> Iterator[Fault]:
        shapes = self._shapes
        for index, sample in enumerate(self.samples or ()):
            if not sample:
                yield Fault(("samples", index), "a sample has the values of its names, as {x: 1, t: 2}")
            elif set(sample) != set(shapes):
                yield Fault(("samples", index), f"every sample has the names of the first one, {listed(shapes)}")
            elif index:
                yield from self._sample_faults(sample, shapes, ("samples", index))

    def _minimum_faults(self) -> Iterator[Fault]:
        if self.minimum and set(self.minimum) != set(self.parameters):
            yield Fault(("minimum",), f"the minimum has a value for each parameter, {listed(self.parameters)}")
        for name, value in self.minimum.items():
            found = shape_of_given(value)
            if name in self.parameters and found != (wanted := shape_of_given(self.parameters[name])):
                message = f"expected the shape of {name}, {shape_text(wanted)}, not {shape_text(found)}"
                yield Fault(("minimum", name), message)

    def _sample_faults(self, sample: Mapping[str, Node], shapes: Mapping[str, Shape], at: Location) -> Iterator[Fault]:
        for name, value in sample.items():
            found, wanted = shape_of_given(value), shapes[name]
            if found != wanted:
                message = f"expected {shape_text(wanted)} as in the first one, not {shape_text(found)}"
                yield Fault((*at, name), message)

    def formulas(self) -> list[tuple[Location, Any]]:
        """The formulas of the model, then the objectives, each with its location."""
        found: list[tuple[Location, Any]] = [(("model", name), formula) for name, formula in self.model.items()]
        found += [(("objectives", index), each) for index, each in enumerate(self.objectives or ())]
        return found if self.objective is None else [*found, (("objective",), self.objective)]

    def _formula_faults(self, known: Mapping[str, Location]) -> Iterator[Fault]:
        waiting = list(self.model)
        for location, formula in self.formulas():
            if any(isinstance(part, SumOver) for part in nodes_in(formula)):
                yield Fault(location, "a sum over an index is for laws; write the terms out")
            for name in names_in(formula):
                if name not in known:
                    near = did_you_mean(name, list(known))
                    what = "the parameters" if len(known) == len(self.parameters) else "what is given"
                    yield Fault(location, f"`{name}` is not among {what}{near}")
                elif name in waiting:
                    yield Fault(location, f"`{name}` is defined after it is used")
            if location[0] == "model":
                waiting.remove(str(location[1]))
