"""What belongs to a network's outputs: the targets of each sample, or the derivatives by the outputs in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Fault, Location, did_you_mean
from deepcalc.graph.quantities import Letter
from deepcalc.kinds._losses import class_of
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.nodes import ONE, ZERO, Literal, Node, number
from deepcalc.records import record

if TYPE_CHECKING:
    from deepcalc.kinds.network.fields import NetworkFields


@record
class Sample:
    """One sample: the value of each input, the name and value of each target, or the derivative by each output.

    ``noise`` is what is added to targets, by their names.
    """

    inputs: dict[str, Literal]
    targets: dict[str, Literal | Letter]
    upstream: dict[str, Any] = field(default_factory=dict)
    noise: dict[str, Literal] = field(default_factory=dict)

    def meant(self, target: str) -> Any:
        """The value of a target as the loss takes it, with its noise."""
        value, added = self.targets[target], self.noise.get(target)
        if added is None or not isinstance(value, Literal):
            return value
        return number(value.value + added.value)


def common_name(outputs: Sequence[str]) -> str | None:
    """What stands before the numbers of outputs that are numbered: ``h`` of h1 and h2, ``a2`` of a2_1 and a2_2."""
    for between in ("_", ""):
        name = outputs[0].removesuffix(f"{between}1") if outputs else ""
        if name and all(output == f"{name}{between}{k}" for k, output in enumerate(outputs, start=1)):
            return name
    return None


@dataclass
class Ends:
    """Reads the targets of all samples; ``taken`` are names of other things, ``used`` those of values that occur."""

    fields: NetworkFields
    outputs: Sequence[str]
    samples: list[Sample]
    taken: frozenset[str]
    names: tuple[str, ...] = ()
    used: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def read(self) -> None:
        """Fill the samples with what belongs to their outputs; the names of the targets."""
        self._read_targets()
        self._read_noise()
        self._read_upstream()

    def _fault(self, location: Location, message: str) -> None:
        self.faults.append(Fault(location, message))

    def _read_targets(self) -> None:
        fields, outputs = self.fields, self.outputs
        if fields.samples is None:
            given: list[tuple[Location, Any]] = [(("targets",), fields.targets)]
        else:
            given = [(("samples", index, "targets"), sample.targets) for index, sample in enumerate(fields.samples)]
        names: list[str] = []
        for sample, (location, targets) in zip(self.samples, given, strict=True):
            if targets is None:
                if fields.loss is not None or fields.losses is not None:
                    self._fault(
                        ("loss",) if fields.loss else ("losses",),
                        f"a loss needs `targets`{' in every sample' if len(location) > 1 else ''}",
                    )
                continue
            by_output = self._targets_by_output(targets, outputs, location)
            made = self._made_target_names(len(outputs))
            names = [self._target_name(by_output.get(output), made[k]) for k, output in enumerate(outputs)]
            for name, output in zip(names, outputs, strict=True):
                entry = by_output.get(output)
                if entry is None:
                    self._fault(location, f"the target of `{output}` is missing")
                elif isinstance(entry, Literal | Letter):
                    sample.targets[name] = entry
                elif entry not in fields.values:
                    known = did_you_mean(entry, list(fields.values))
                    self._fault((*location, output), f"`{entry}` has no value: give it under `values`{known}")
                else:
                    self.used.add(entry)
                    sample.targets[name] = fields.values[entry]
        self.names = tuple(names)

    def _read_noise(self) -> None:
        """What is added to the targets of the samples."""
        fields, outputs = self.fields, self.outputs
        owners: Sequence[Any] = (fields,) if fields.samples is None else fields.samples
        if fields.samples is not None and fields.target_noise is not None:
            self._fault(("target_noise",), "with `samples`, each sample has its own noise")
        for index, (sample, owner) in enumerate(zip(self.samples, owners, strict=True)):
            noise = owner.target_noise
            if noise is None:
                continue
            at: Location = ("target_noise",) if fields.samples is None else ("samples", index, "target_noise")
            if not sample.targets:
                self._fault(at, "noise is added to targets, which are missing")
                continue
            listed = noise if isinstance(noise, list) else [noise]
            named = noise if isinstance(noise, dict) else dict(zip(outputs, listed, strict=False))
            if not isinstance(noise, dict) and len(listed) != len(outputs):
                self._fault(at, f"expected {len(outputs)}, one for each output, found {len(listed)}")
            for name in named:
                if name not in outputs:
                    self._fault((*at, name), f"`{name}` is no output of the network{did_you_mean(name, outputs)}")
            sample.noise.update(
                {target: named[output] for target, output in zip(self.names, outputs, strict=False) if output in named}
            )

    def _read_upstream(self) -> None:
        """The derivative by each output of every sample, where these are given."""
        fields, outputs = self.fields, self.outputs
        if fields.samples is None:
            given: list[tuple[Location, Any]] = [(("upstream",), fields.upstream)]
        else:
            given = [(("samples", index, "upstream"), sample.upstream) for index, sample in enumerate(fields.samples)]
        if all(upstream is None for _, upstream in given):
            return
        for sample, (location, upstream) in zip(self.samples, given, strict=True):
            if upstream is None:
                self._fault(location[:-1], "`upstream` is missing: give it in every sample")
                continue
            listed = self._in_order(upstream)
            named = listed if isinstance(listed, dict) else dict(zip(outputs, listed, strict=False))
            if len(listed) != len(outputs) or set(named) != set(outputs):
                self._fault(location, f"expected a derivative by each of the outputs {', '.join(outputs)}")
                continue
            sample.upstream.update((output, named[output]) for output in outputs)

    def _in_order(self, upstream: Any) -> Any:
        """The derivatives by name or in order, in which those beside one name for all outputs stand: ``a2``."""
        if isinstance(upstream, dict) and upstream.keys() == {common_name(self.outputs)}:
            (whole,) = upstream.values()
            return whole.args if isinstance(whole, Array) else upstream
        return upstream if isinstance(upstream, dict | list) else [upstream]

    def _targets_by_output(self, targets: Any, outputs: Sequence[str], location: Location) -> dict[str, Any]:
        if isinstance(targets, Literal):
            return self._target_alone(targets, outputs, location)
        if isinstance(targets, list):
            if len(targets) != len(outputs):
                self._fault(location, f"expected {len(outputs)} targets, one for each output, found {len(targets)}")
            return dict(zip(outputs, targets, strict=False))
        for name in targets:
            if name not in outputs:
                known = did_you_mean(name, outputs) or f"; the outputs are {', '.join(outputs)}"
                self._fault((*location, name), f"`{name}` is no output of the network{known}")
        return dict(targets)

    def _target_alone(self, target: Literal, outputs: Sequence[str], location: Location) -> dict[str, Node]:
        """The target of the only output; among several outputs 1 for that of the class and 0 for the others."""
        if len(outputs) == 1:
            return {outputs[0]: target}
        first = "0" if self.fields.loss is None else self.fields.loss.first_class
        place = class_of(target, first, len(outputs))
        if place is None:
            last = len(outputs) - 1 + int(first)
            self._fault(location, f"expected the number of a class, from {first} to {last}, found {target.text}")
        return {output: ONE if k == place else ZERO for k, output in enumerate(outputs)}

    def _target_name(self, entry: Any, made: str) -> str:
        """The author's name for a target, where there is one sample; else the one that is made."""
        return entry if isinstance(entry, str) and self.fields.samples is None else made

    def _made_target_names(self, outputs: int) -> list[str]:
        """t1, t2, … or, where one of these is taken, y1, y2, …"""
        numbers = [""] if outputs == 1 else list(map(str, range(1, outputs + 1)))
        stems = ("t", "y", "target", "target_value")
        made = ([f"{stem}{number}" for number in numbers] for stem in stems)
        return next(
            (names for names in made if self.taken.isdisjoint(names)), [f"target_of_{number}" for number in numbers]
        )
