"""Losses in a graph, for every kind that has them: the fields of a loss, and the quantities of a sample's loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, WithJsonSchema

from deepcalc.errors import Fault, Location, listed
from deepcalc.fields.aliases import FieldAlias, add_aliases, also_as
from deepcalc.fields.choices import Choice
from deepcalc.fields.given import Fraction01OrLetter, NotNegativeOrLetter, PositiveOrLetter, ProbabilityOrLetter
from deepcalc.fields.types import Fields
from deepcalc.graph.quantities import Letter, Prose, Quantity
from deepcalc.notation.names import name_parts
from deepcalc.notation.nodes import ONE, Call, Name, Node, Over, SumOver, Times, minus, number, product, total
from deepcalc.notation.nodes import Literal as Number
from deepcalc.plan import Slip
from deepcalc.records import record
from deepcalc.rules.losses import LOSS_ALIASES, LOSSES, SHORT_FOR, Loss, loss_called
from deepcalc.rules.losses.row import MEAN, SUM, At, Mistake, Pairs

OF_OUTPUTS = ("targets", "predictions")
_LOSSES_OF_OUTPUTS = [name for name, row in LOSSES.items() if row.sides == OF_OUTPUTS]
"""The losses of targets and outputs, which a network may have."""


class LossName(Choice, names=[*LOSSES, *SHORT_FOR]): ...


class OutputLossName(Choice, names=[*_LOSSES_OF_OUTPUTS, *SHORT_FOR]): ...


AnyLoss = Annotated[LossName, also_as(LossName, LOSS_ALIASES)]
OutputLoss = Annotated[OutputLossName, also_as(OutputLossName, LOSS_ALIASES)]


class Base(StrEnum):
    """The base of a logarithm."""

    E = "e"
    TWO = "2"
    TEN = "10"

    @property
    def logarithm(self) -> str:
        return "log" if self is Base.E else f"log{self.value}"


def _of(setting: str, meaning: str) -> str:
    """The description of a number that some losses have."""
    users: dict[str, str | None] = {}
    for row in LOSSES.values():
        own = row.settings.get(setting) or row.options.get(setting)
        if own is not None:
            users[row.name] = own.default if setting in row.settings else "none"
    defaults = set(users.values())
    default = f"; {defaults.pop()} by default" if len(defaults) == 1 and None not in defaults else ""
    return f"{meaning} ({', '.join(users)}){default}; nothing for a letter"


class LossSettingFields(Fields):
    """The numbers and conventions of a loss function.

    ``renamed`` are the names of its numbers that other things of the problem go by, with those that stand for them.
    """

    renamed: ClassVar[Mapping[str, str]] = {}
    other_names: ClassVar[Mapping[str, FieldAlias]] = {"loss": "function", "type": "function"}

    @classmethod
    def aliases_in(cls, data: Mapping[str, Any]) -> Mapping[str, FieldAlias]:
        """The names of the loss's own literature before the usual ones."""
        usual = super().aliases_in(data)
        row = loss_called(next((data[each] for each in data if usual.get(each, each) == "function"), None))
        own = {} if row is None else {name: to for name, to in row.field_aliases.items() if to in cls.model_fields}
        return {**usual, **own}

    @classmethod
    def amend_schema(cls, schema: dict[str, Any]) -> None:
        add_aliases(schema, cls.other_names, *(row.field_aliases for row in LOSSES.values()))

    delta: PositiveOrLetter = Field(None, description=_of("delta", "δ: from this error on the loss is a straight line"))
    beta: PositiveOrLetter = Field(None, description=_of("beta", "β: from this error on the loss is a straight line"))
    tau: ProbabilityOrLetter = Field(None, description=_of("tau", "τ: which quantile is predicted, from 0 to 1"))
    margin: NotNegativeOrLetter = Field(None, description=_of("margin", "the margin Δ, or m of distances"))
    gamma: NotNegativeOrLetter = Field(None, description=_of("gamma", "γ: how much less counts what is easy"))
    alpha: ProbabilityOrLetter = Field(
        None, description=_of("alpha", "α: the weight of class 1, 1 − α that of class 0; of all classes alike")
    )
    base: Annotated[Base, WithJsonSchema({"enum": ["e", 2, 10]})] | None = Field(
        None, description="the base of the logarithm, e, 2 or 10 (losses of probabilities)"
    )
    outputs: Literal["mean", "sum"] | None = Field(
        None, description="how the losses of a sample's outputs make its loss, where that is not the function's own way"
    )
    label_smoothing: Fraction01OrLetter = Field(
        None,
        description="ε: a target y becomes (1 − ε)·y + ε/K for K classes, 2 of a binary one (cross-entropies); "
        "nothing for a letter",
    )
    first_class: Annotated[Literal["0", "1"], WithJsonSchema({"enum": [0, 1]})] = Field(
        "0", description="what the first class is called where a target is the number of a class: 0 or 1"
    )

    def at(self, row: Loss) -> At:
        """What the loss is written with."""
        return At(
            settings={field: Name(symbol) for field, (symbol, _) in self.numbers(row).items()},
            log="log" if self.base is None else self.base.logarithm,
            over=self.outputs,
        )

    def numbers(self, row: Loss) -> Mapping[str, tuple[str, Number]]:
        """The loss's own numbers that are given, by field: the name and the value of each."""
        own = {**row.settings, **row.options}
        given = {field: getattr(self, field) for field in own}
        symbols = {field: self.renamed.get(row.symbol, row.symbol) for field, row in own.items()}
        return {field: (symbols[field], value) for field, value in given.items() if value is not None}

    @property
    def smoothing_name(self) -> str:
        """The name of ε."""
        return self.renamed.get(SMOOTHING, SMOOTHING)

    def quantities(self, row: Loss, at: Location) -> Iterator[Quantity]:
        """The loss's own numbers as givens."""
        for field, (symbol, value) in self.numbers(row).items():
            yield Quantity(symbol, given=value, section="Loss function", origin=(*at, field))
        if self.label_smoothing is not None:
            origin = (*at, "label_smoothing")
            yield Quantity(self.smoothing_name, given=self.label_smoothing, section="Loss function", origin=origin)

    def setting_faults(self, row: Loss, at: Location = ()) -> Iterator[Fault]:
        """Settings of other losses, which would have no effect, and needed ones that are missing."""
        own = {**row.settings, **row.options}
        for field in _SETTING_FIELDS:
            if getattr(self, field) is not None and field not in own:
                users = [name for name, other in LOSSES.items() if field in {**other.settings, **other.options}]
                yield Fault((*at, field), f"`{field}` belongs to {listed(users)}, not to {row.name}")
        for field, setting in row.settings.items():
            if setting.default is None and getattr(self, field) is None:
                yield Fault(at or ("function",), f"{row.name} needs `{field}`")
        if self.base is not None and not row.has_base:
            yield Fault((*at, "base"), f"{row.name} has no logarithm of probabilities, so no base")
        if self.outputs is not None and row.parts is None:
            yield Fault((*at, "outputs"), f"{row.name} is of a whole sample; its outputs have no losses of their own")
        if self.label_smoothing is not None and not row.smooths:
            users = [name for name, other in LOSSES.items() if other.smooths]
            yield Fault((*at, "label_smoothing"), f"`label_smoothing` goes with {listed(users)}, not with {row.name}")


_SETTING_FIELDS = tuple(dict.fromkeys(field for row in LOSSES.values() for field in (*row.settings, *row.options)))

SMOOTHING = "epsilon"


def smoothed(target: Node, classes: int, epsilon: Node) -> Node:
    """(1 - ε)·y + ε/K: Szegedy and others 2016, "Rethinking the Inception Architecture", section 7."""
    share = Over(epsilon, number(classes))
    kept = product(minus(ONE, epsilon), target)
    return share if isinstance(target, Number) and target.value == 0 else total(kept, share)


@record
class Activated:
    """What is before a loss, where both are taken together: the activation and the names of its net inputs.

    ``is_given`` says that the outputs are given, so that the loss is worked out from them and not from the net inputs.
    """

    activation: str
    nets: tuple[Name, ...]
    is_given: bool = False


@record
class SampleLoss:
    """The loss of one sample: its name, what it is made of, its weight, and what is before it.

    ``is_whole`` says that there is no other sample, so that a root is taken here.
    """

    loss: Loss
    name: str
    pairs: Pairs
    stems: tuple[str, str] = ("t", "o")
    weight: Any = None
    before: Activated | None = None
    is_whole: bool = True

    @property
    def parts(self) -> list[str | None]:
        """The names of the losses of its outputs; None for an output that has none."""
        if not self.loss.is_parted(len(self.pairs)):
            return []
        own = self.loss.of_outputs(self.pairs)
        return [None if part is None else self._inner(str(k)) for k, part in enumerate(own, start=1)]

    def quantities(self, section: str, note: Prose, origin: Location, remark: Prose = ()) -> Iterator[Quantity]:
        """Those on the way to the loss, those of its outputs, and the loss itself."""
        plain = Quantity("", section=section, group="losses", origin=origin)
        for line in self.loss.lines:
            formula = line.write(self.pairs, self.loss.at)
            yield replace(plain, name=self.line(line.head), formula=formula, note=(line.meaning,))
        if not self.parts:
            yield replace(plain, name=self.name, note=remark or note, **self._written(self.pairs, self.before))
            return
        for index, (part, pair) in enumerate(zip(self.parts, self.pairs, strict=True)):
            if part is not None:
                alone = replace(self, weight=None, is_whole=False)
                written = alone._written_part(index, pair)
                yield replace(plain, name=part, note=(f"loss of output {index + 1}",), **written)
        names = [Name(part) for part in self.parts if part is not None]
        n = len(self.pairs)
        summed = SumOver(Name(f"{_head(self.name)}_i"), Name("i"), ONE, number(n))
        reduced = self.loss.reduced(names, n)
        formula = self._rooted(self._weighed(reduced))
        how = f"{self.loss.reduced_by} over the outputs"
        law = self._rooted(Times(Over(ONE, number(n)), summed) if self.loss.reduced_by == MEAN else summed)
        laws = () if None in self.parts or self.weight is not None else (law,)
        yield replace(plain, name=self.name, formula=formula, laws=laws, note=(*note, ", " if note else "", how))

    def _written_part(self, index: int, pair: tuple[Node, ...]) -> dict[str, Any]:
        before = self.before
        own = None if before is None else replace(before, nets=(before.nets[index],))
        if self.loss.of_class:
            return {"formula": self.loss.of_outputs(self.pairs)[index]}
        return self._written([pair], own)

    def _written(self, pairs: Pairs, before: Activated | None) -> dict[str, Any]:
        """Formula, laws, stable form and derivatives of a loss that is written in one expression."""
        loss = self.loss
        n = len(pairs)
        is_numbered = any(isinstance(node, Number) for pair in pairs for node in pair)
        law = loss.law(*self.stems, n) if n > 1 and not is_numbered else None
        fusion = None if before is None else loss.fusion(before.activation)
        stable, fused = loss.stable_form(pairs), {}
        if fusion is not None and before is not None:
            if not before.is_given:
                stable = fusion.stable([(pair[0], z) for pair, z in zip(pairs, before.nets, strict=True)])
            fused = {z.name: fusion.derivative(*pair) for pair, z in zip(pairs, before.nets, strict=True)}
        is_rooted = loss.root and self.is_whole
        partials = {} if is_rooted else loss.partials(pairs)
        return {
            "formula": self._rooted(self._weighed(self.in_lines(loss.formula(pairs)))),
            "laws": () if law is None else (self._rooted(self._weighed(law)),),
            "stable": None if stable is None else self._weighed(stable),
            "partials": {name: self._weighed(node) for name, node in partials.items()},
            "fused": {name: self._weighed(node) for name, node in fused.items()},
        }

    def line(self, head: str) -> str:
        """The name of a quantity on the way to the loss."""
        return _beside(self.name, head)

    def in_lines(self, node: Node) -> Node:
        """An expression in the names of this sample's quantities."""
        return node.xreplace({Name(line.head): Name(self.line(line.head)) for line in self.loss.lines})

    def mistaken(self, mistake: Mistake) -> dict[str, Node]:
        """The formulas with a mistake in them."""
        at = self.loss.at
        if mistake.whole is not None:
            formula = self.in_lines(mistake.whole(self.pairs, at))
            return {self.line(mistake.line): formula} if mistake.line else {self.name: self._weighed(formula)}
        assert mistake.each is not None
        each = [mistake.each(*pair, at) for pair in self.pairs]
        if self.parts:
            return {part: formula for part, formula in zip(self.parts, each, strict=True) if part is not None}
        return {self.name: self._rooted(self._weighed(self.loss.reduced(each, len(each))))}

    def otherwise_reduced(self) -> dict[str, Node]:
        """The outputs' losses summed where their mean is meant, or the other way round; nothing of one output."""
        other = MEAN if self.loss.reduced_by == SUM else SUM
        if not self.parts:
            return {}
        loss = replace(self.loss, at=replace(self.loss.at, over=other))
        names = [Name(part) for part in self.parts if part is not None]
        return {self.name: self._rooted(self._weighed(loss.reduced(names, len(self.pairs))))}

    def _inner(self, component: str) -> str:
        parts = name_parts(self.name)
        assert parts is not None
        return str(replace(parts, components=(*parts.components, component)))

    def _weighed(self, node: Node) -> Node:
        return node if self.weight is None else product(self.weight, node)

    def _rooted(self, node: Node) -> Node:
        return Call("sqrt", node) if self.loss.root and self.is_whole else node


def beside(name: str, head: str) -> str:
    """The name of what is made of a quantity, with another letter: ``p.2:1`` of ``z.2:1``, ``p1`` of ``z1``."""
    parts = name_parts(name)
    assert parts is not None
    digits = parts.head[len(parts.head.rstrip("0123456789")) :]
    return str(replace(parts, head=f"{head}{digits}"))


def _head(name: str) -> str:
    parts = name_parts(name)
    return name if parts is None else parts.head


def _beside(loss: str, head: str) -> str:
    """A name for the sample whose loss has that name: ``d:2`` beside ``L:2``."""
    parts = name_parts(loss)
    assert parts is not None
    return str(replace(parts, head=head, components=()))


def loss_mistakes(losses: Sequence[SampleLoss]) -> Iterator[Slip]:
    """The typical mistakes in the losses of samples that the loss's row tells."""
    if not losses:
        return
    for mistake in losses[0].loss.mistakes:
        formulas = {name: formula for each in losses for name, formula in each.mistaken(mistake).items()}
        yield Slip(mistake.key, mistake.message, formulas, is_rare=mistake.is_rare)
    reduced = {name: formula for each in losses for name, formula in each.otherwise_reduced().items()}
    if reduced:
        is_mean = losses[0].loss.reduced_by == MEAN
        meant, taken = ("mean", "sum") if is_mean else ("sum", "mean")
        yield Slip("sum-for-mean", f"the {taken} over the outputs in place of their {meant}", reduced)


def value_faults(row: Loss, side: str, value: Node | Letter, at: Location) -> Iterator[Fault]:
    """A value that the loss does not take as target or output."""
    domain = row.targets if side == "targets" else row.outputs
    if isinstance(value, Number) and not domain.holds(value.value):
        yield Fault(at, f"expected {domain.expected}, found {value.text}")


def class_of(value: Node | Letter, first: str, classes: int) -> int | None:
    """The place of a class from 0, from its number; None for what is no number of a class."""
    if not isinstance(value, Number) or value.value.denominator != 1:
        return None
    place = int(value.value) - int(first)
    return place if 0 <= place < classes else None


def one_hot(values: Sequence[Node | Letter]) -> int | None:
    """The place of the 1 of a one-hot target, from 0; None where it is none."""
    known = [value.value for value in values if isinstance(value, Number)]
    return known.index(1) if len(known) == len(values) and sorted(known) == [0] * (len(known) - 1) + [1] else None
