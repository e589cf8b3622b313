"""The fields of `perceptron`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, PlainValidator, WithJsonSchema

from deepcalc.errors import Fault, Location, listed
from deepcalc.fields.aliases import FieldAlias
from deepcalc.fields.types import Count, Fields, Flag, Identifier, Number, Positive, Relation
from deepcalc.kinds.perceptron.settings import AtZero, Points, SampleFields, Weights, plus_or_minus_one
from deepcalc.notation.nodes import Literal, names_in

MOST_PRESENTATIONS = 1000
"""How often samples may be presented in all."""

STOP, MISTAKES, SQUARES = "stop_epoch", "mistakes", "squared_errors"
TOTAL = "total_mistakes"
MISSED, ACCURACY = "misclassified", "accuracy"
NET, OUTPUT, ERROR, TARGET, RATE = "z", "o", "e", "t", "eta"
THRESHOLD = "theta"
SLOPE, OFFSET, CROSSING = "slope", "offset", "crossing"
"""The line that separates two inputs: how steep it is, and where it meets the axes of the second and the first."""

BOUNDARY = (SLOPE, OFFSET, CROSSING)

RESERVED = frozenset(
    {NET, OUTPUT, ERROR, TARGET, RATE, STOP, MISTAKES, TOTAL, f"{OUTPUT}_new", f"{NET}_new", *BOUNDARY}
)
"""Names that stand for something in every problem."""


class Rule(StrEnum):
    """How the weights are changed after a sample."""

    ERROR = "error"
    MISTAKE = "mistake"
    ADALINE = "adaline"
    NONE = "none"


class UnitName(StrEnum):
    """What the unit gives: 1 or 0, or 1 or -1."""

    STEP = "step"
    SIGN = "sign"


class PerceptronFields(Fields):
    """The samples, the unit as it is in the beginning, and how it learns."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {
        "activation": "unit",
        "lr": "learning_rate",
        "eta": "learning_rate",
        "alpha": "learning_rate",
    }

    inputs: list[list[Number]] | None = Field(
        None,
        min_length=1,
        description="the inputs of each sample, in the order in which the samples are presented",
    )
    targets: list[Number] | None = Field(
        None,
        min_length=1,
        description="the target of each sample: 0 and 1 make a step unit, -1 and 1 a sign unit",
    )
    samples: list[SampleFields] | None = Field(
        None,
        min_length=1,
        description="in place of inputs and targets: [{inputs: [0, 1], target: 0}, {inputs: [1, 1], target: 1}]",
    )
    weights: Weights = Field(description="the weights in the beginning: a list (names w1, w2, … are made) or by name")
    bias: Number | None = Field(None, description="the bias in the beginning; none by default")
    threshold: Number | None = Field(
        None,
        description="in place of a bias: a threshold theta that stays as it is; the unit fires where the weighted sum "
        "reaches it",
    )
    bias_input: Annotated[Literal, PlainValidator(plus_or_minus_one), WithJsonSchema({"enum": [1, -1]})] = Field(
        Literal("1"), description="the constant input of the bias: 1, or -1, with which it is a threshold"
    )
    bias_name: Identifier | None = Field(None, description="the bias's name: b by default, w0 with the input -1")
    train_bias: Flag = Field(True, description="whether the bias is trained; if false it stays as it is")
    unit: UnitName | None = Field(
        None, description="what it gives: step is 1 or 0, sign 1 or -1; as the targets are, and step without any"
    )
    fires_at_zero: Flag = Field(
        True, description="what the unit gives at the net input 0: 1 if true, else its lower value (0 or -1)"
    )
    at_zero: AtZero | None = Field(
        None,
        description="in place of fires_at_zero, what the unit gives there: 1, -1 or 0; with sign(0) = 0 a sign unit "
        "gives neither of its targets",
    )
    rule: Rule = Field(
        Rule.ERROR,
        description="error: w + η·(t − o)·x after each sample; mistake: on a mistake alone, w + η·t·x (for targets 0 "
        "and 1: η·x added or taken away); adaline: w + η·(t − z)·x, the error of the net input; none: the weights "
        "stay as they are, and what the unit gives with them is asked for, also without samples",
    )
    learning_rate: Positive = Field(Literal("1"), description="the learning rate η")
    predict: Points = Field(
        [],
        description="inputs for which the unit's output is asked for after learning (o_new), [1, 0]; a list of such "
        "for several outputs",
    )
    epochs: Count = Field(
        100, description="at most so many epochs; error and mistake stop after the first one without a mistake"
    )
    until: Relation | None = Field(
        None,
        description="adaline: learning stops after the first epoch for which this holds, squared_errors < 0.5, the sum "
        "of its squared errors, and at the latest after `epochs`",
    )

    @property
    def rows(self) -> list[list[Literal]]:
        """The inputs of each sample."""
        return [sample.numbers for sample in self.samples] if self.samples is not None else self.inputs or []

    @property
    def points(self) -> list[tuple[Location, list[Literal]]]:
        """The inputs for which an output is asked after learning, each with its place."""
        single = [each for each in self.predict if not isinstance(each, list)]
        if single:
            return [(("predict",), single)]
        return [(("predict", index), each) for index, each in enumerate(self.predict) if isinstance(each, list)]

    @property
    def wanted(self) -> list[Literal]:
        """The target of each sample."""
        if self.samples is None:
            return self.targets or []
        return [sample.target for sample in self.samples if sample.target is not None]

    def place_of(self, sample: int, name: str = "") -> Location:
        """Where the inputs of a sample are given, counted from 0, or its target; or the input of that name."""
        if self.samples is None:
            return ("inputs", sample, self.input_names.index(name)) if name else ("inputs", sample)
        inputs = self.samples[sample].inputs
        own = (name if isinstance(inputs, dict) else self.input_names.index(name),) if name else ()
        return ("samples", sample, "inputs", *own)

    def place_of_target(self, sample: int) -> Location:
        return ("targets", sample) if self.samples is None else ("samples", sample, "target")

    @property
    def is_signed(self) -> bool:
        """Whether the unit gives -1 or 1."""
        if self.unit is not None:
            return self.unit is UnitName.SIGN
        return any(target.value == -1 for target in self.wanted)

    @property
    def lowest(self) -> int:
        """What the unit gives where it does not fire."""
        return -1 if self.is_signed else 0

    @property
    def value_at_zero(self) -> int:
        """What the unit gives at the net input 0."""
        if self.at_zero is not None:
            return self.at_zero
        return 1 if self.fires_at_zero else self.lowest

    @property
    def named_weights(self) -> Mapping[str, Literal]:
        """The weights by name."""
        if isinstance(self.weights, dict):
            return self.weights
        return {f"w{number}": value for number, value in enumerate(self.weights, start=1)}

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs: those of the samples, else x1, x2, …, or x alone."""
        first = self.samples[0].inputs if self.samples is not None else None
        if isinstance(first, dict):
            return list(first)
        count = len(self.named_weights)
        return ["x"] if count == 1 else [f"x{k}" for k in range(1, count + 1)]

    @property
    def bias_as(self) -> str:
        if self.threshold is not None:
            return THRESHOLD
        return self.bias_name or ("b" if self.bias_input.value == 1 else "w0")

    @property
    def constant(self) -> Literal | None:
        """The bias, or the threshold in its place."""
        return self.bias if self.threshold is None else self.threshold

    @property
    def constant_input(self) -> Literal:
        """What the bias is multiplied by: -1 where it is a threshold."""
        return self.bias_input if self.threshold is None else Literal("-1")

    @property
    def reserved(self) -> frozenset[str]:
        """Names that an author cannot give: those of every problem, and of what this rule makes."""
        return RESERVED | ({SQUARES} if self.rule is Rule.ADALINE else frozenset())

    @property
    def own_names(self) -> frozenset[str]:
        """The names of weights, inputs and the bias."""
        return frozenset({*self.named_weights, *self.input_names, self.bias_as})

    @property
    def trains_bias(self) -> bool:
        return self.bias is not None and self.train_bias

    @property
    def learns(self) -> bool:
        """Whether the weights are changed."""
        return self.rule is not Rule.NONE

    @property
    def is_judged(self) -> bool:
        """Whether outputs are right or wrong: the targets are given, and are outputs of the unit."""
        return bool(self.wanted) and all(target.value in (self.lowest, 1) for target in self.wanted)

    @property
    def stops_by_itself(self) -> bool:
        return self.rule in (Rule.ERROR, Rule.MISTAKE)

    @property
    def may_stop(self) -> bool:
        """Whether learning may end before its last epoch."""
        return self.stops_by_itself or self.until is not None

    def faults(self) -> Iterator[Fault]:
        yield from self._rule_faults()
        if self.samples is None and self.learns:
            missing = [name for name in ("inputs", "targets") if getattr(self, name) is None]
            if missing:
                yield Fault((missing[0],), f"missing {listed(f'`{name}`' for name in missing)}, or `samples`")
                return
        if self.samples is not None:
            yield from self._sample_faults(self.samples)
        yield from self._row_faults()
        yield from self._threshold_faults()
        yield from self._target_faults()
        yield from self._setting_faults()
        yield from self._name_faults()

    def _row_faults(self) -> Iterator[Fault]:
        names = list(self.named_weights)
        rows: list[tuple[Location, list[Literal]]] = [
            (self.place_of(index), row) for index, row in enumerate(self.rows)
        ]
        rows += self.points
        for place, row in rows:
            if len(row) != len(names):
                yield Fault(place, f"expected {len(names)} inputs, one for each weight, found {len(row)}")

    def _threshold_faults(self) -> Iterator[Fault]:
        if self.bias is not None and self.threshold is not None:
            yield Fault(("threshold",), "give either `bias` or `threshold`, which stands in its place")

    def _target_faults(self) -> Iterator[Fault]:
        if self.samples is None and len(self.wanted) != len(self.rows) and (self.learns or self.wanted):
            yield Fault(("targets",), f"expected {len(self.rows)}, one for each sample, found {len(self.wanted)}")
        allowed = (self.lowest, 1)
        if self.rule is not Rule.ADALINE:
            for index, target in enumerate(self.wanted):
                if target.value not in allowed:
                    at = self.place_of_target(index)
                    yield Fault(at, f"expected {allowed[0]} or {allowed[1]}, found {target.text}")

    def _setting_faults(self) -> Iterator[Fault]:
        """What a unit gives at 0, how much it learns from, and settings of a bias that there is not."""
        if self.at_zero is not None and "fires_at_zero" in self.model_fields_set:
            yield Fault(("at_zero",), "give either `fires_at_zero` or `at_zero`")
        if self.at_zero == -1 and not self.is_signed:
            yield Fault(("at_zero",), "a unit with the targets 0 and 1 never gives -1")
        work = self.epochs * len(self.rows)
        if self.rule is Rule.ADALINE and work > MOST_PRESENTATIONS:
            yield Fault(
                ("epochs",), f"expected at most {MOST_PRESENTATIONS:,} presentations of samples, found {work:,}"
            )
        if self.bias is None:
            for field in ("bias_input", "bias_name", "train_bias"):
                if field in self.model_fields_set:
                    yield Fault((field,), f"`{field}` goes with `bias`, which is not given")

    def _rule_faults(self) -> Iterator[Fault]:
        """Settings of another rule."""
        for name in ("learning_rate", "epochs", "train_bias"):
            if name in self.model_fields_set and not self.learns:
                yield Fault((name,), f"`{name}` goes with a rule by which the unit learns; none leaves the weights")
        has_line = len(self.named_weights) == 2 and any(weight.value for weight in self.named_weights.values())
        if not (self.learns or self.rows or self.predict or has_line):
            yield Fault(("rule",), "nothing is asked of the unit; give `inputs`, `samples`, or inputs to `predict`")
        if self.until is None:
            return
        if self.rule is not Rule.ADALINE:
            stops = "stops after the first epoch without a mistake" if self.stops_by_itself else "has no epochs"
            yield Fault(("until",), f"`until` goes with the rule adaline; {self.rule} {stops}")
        for name in names_in(self.until):
            if name != SQUARES:
                message = f"`{name}` has no value after an epoch; the sum of its squared errors is {SQUARES}"
                yield Fault(("until",), message, name)

    def _sample_faults(self, samples: list[SampleFields]) -> Iterator[Fault]:
        for name in ("inputs", "targets"):
            if getattr(self, name) is not None:
                yield Fault((name,), f"`samples` have their {name} already")
        first = samples[0].inputs
        are_told = [sample.target is not None for sample in samples]
        if not all(are_told) and (self.learns or any(are_told)):
            yield Fault(("samples", are_told.index(False)), "missing `target`")
        for index, sample in enumerate(samples):
            named = [list(each) if isinstance(each, dict) else None for each in (first, sample.inputs)]
            if named[0] != named[1]:
                told = (
                    f"by the names of the first one, {listed(named[0])}"
                    if named[0]
                    else "as a list, as the first one's"
                )
                yield Fault(("samples", index, "inputs"), f"expected the inputs {told}")

    def _name_faults(self) -> Iterator[Fault]:
        weights, inputs = self.named_weights, self.input_names
        are_own = self.samples is not None and isinstance(self.samples[0].inputs, dict)
        own, made = (inputs, []) if are_own else ([], inputs)
        places: list[Location] = [self.place_of(0, name) for name in own if name in {*self.reserved, *weights}]
        places += [("weights", name) for name in weights if name in {*self.reserved, *made}]
        for place in places:
            yield Fault(place, f"`{place[-1]}` stands for something else here; choose another name")
        if self.constant is not None and self.bias_as in {*self.reserved, *inputs, *weights}:
            at = "threshold" if self.bias is None else "bias_name" if self.bias_name else "bias"
            yield Fault((at,), f"the name `{self.bias_as}` is taken already")
