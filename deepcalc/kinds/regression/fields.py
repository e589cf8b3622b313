"""The fields of `regression`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any
from typing import Literal as OneOf

from pydantic import Field, WithJsonSchema

from deepcalc.errors import Fault, did_you_mean, listed
from deepcalc.fields.aliases import also_as
from deepcalc.fields.choices import Choice
from deepcalc.fields.given import Given
from deepcalc.fields.types import Count, Fields, Flag, Formula, NotNegative, Probability, or_its
from deepcalc.graph.quantities import Letter
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.kinds._training import TrainingFields
from deepcalc.kinds.regression.settings import FactorField, Fit, RidgeFields, SampleFields, ScaleFields
from deepcalc.notation.array_nodes import ARRAY_NODES, Array, numbers_in
from deepcalc.notation.nodes import Literal, Node, names_in, nodes_in
from deepcalc.notation.parser import parse, parse_number
from deepcalc.notation.shapes import Shape, shape_text
from deepcalc.rules.regression import REGRESSION_ALIASES, REGRESSIONS, RegressionModel


class ModelName(Choice, names=REGRESSIONS): ...


ParameterName = StrEnum("ParameterName", ["theta", "w", "beta"])

HIGHEST_DEGREE = 9


class DescentFields(TrainingFields):
    """Steps down the gradient; `deepcalc kinds optimizer` explains the methods and their settings."""


class RegressionFields(Fields):
    """Samples, a model, how its parameters are found, and what is predicted."""

    model: Annotated[ModelName, also_as(ModelName, REGRESSION_ALIASES)] = Field(
        ModelName("linear"), description="; ".join(f"{name}: {row.meaning}" for name, row in REGRESSIONS.items())
    )
    x: Given | None = Field(None, description="the features: a list of numbers (one feature), or a row for each sample")
    X: Given | None = Field(
        None, description="in place of x: the design matrix as it is, with its column of ones where there is one"
    )
    y: Given | None = Field(
        None, description="the targets; of softmax the class of each sample, [0, 2, 1], or one-hot rows"
    )
    classes: Annotated[int, Field(ge=2)] | None = Field(
        None, description="how many classes there are (softmax); up to the last one among the targets by default"
    )
    first_class: Annotated[OneOf["0", "1"], WithJsonSchema({"enum": [0, 1]})] = Field(
        "0", description="what the first class is called (softmax): 0 or 1"
    )
    samples: list[SampleFields] | None = Field(
        None, min_length=1, description="in place of x and y: [{x: 1, y: 2}, {x: 2, y: 3, weight: 2}]"
    )
    intercept: Flag = Field(True, description="whether a column of ones is put before the features x")
    degree: Count = Field(1, description="the features x, x², … up to this power (one feature)")
    features: list[Formula] = Field(
        [],
        description="in place of x alone: formulas in x, or in x1, x2, … of several features: [x1, x2, x1*x2]",
    )
    scale: Annotated[ScaleFields | None, or_its("method")] = Field(
        None, description="scaling of the features: standardize, or {method: standardize, unbiased: true}"
    )
    weights: list[NotNegative] | None = Field(None, description="the weight of each sample in the loss")
    factor: FactorField | None = Field(
        None,
        description="what the sum of the losses of the samples is multiplied by: 1/2m, 1/m, 1/2 or 1; by default "
        + ", ".join(f"{row.factor} ({name})" for name, row in REGRESSIONS.items()),
    )
    ridge: Annotated[RidgeFields | None, or_its("strength")] = Field(
        None, description="an L2 penalty: its strength, 0.1, or {strength: 0.1, bias: false}"
    )
    fit: Fit | None = Field(
        None,
        description="normal_equations: θ = (XᵀX)⁻¹Xᵀy (linear); sums: slope and intercept from the means and the sums "
        "of squares and products (linear, one feature); descent: steps of `optimizer`; newton: θ − H⁻¹·∂J/∂θ; given: "
        "θ is not changed. By default descent with `optimizer`, else given with `theta`, else normal_equations",
    )
    theta: Given | None = Field(
        None, description="the parameters, bias first: as they are, or before the first step (0 by default)"
    )
    name: ParameterName = Field(ParameterName("theta"), description="what the parameters are called: theta, w, beta")
    optimizer: DescentFields | None = Field(
        None, description="descent: {learning_rate: 0.1, steps: 2}, with every method, batches and epochs"
    )
    steps: Count = Field(1, description="how many steps (newton)")
    predict: Given | None = Field(
        None, description="a point of which the target is predicted; a list of such for several ones"
    )
    threshold: Probability = Field(
        parse_number("0.5"), description="from which probability on class 1 is predicted (logistic)"
    )

    @property
    def row(self) -> RegressionModel:
        return REGRESSIONS[self.model]

    @property
    def called(self) -> str:
        """What the parameters are called."""
        return self.name.value

    @property
    def is_linear(self) -> bool:
        return self.row.is_linear

    @property
    def raw(self) -> Any:
        """The features as given, if they are no design matrix."""
        return Array(*(sample.x for sample in self.samples)) if self.samples is not None else self.x

    @property
    def targets(self) -> Any:
        return Array(*(sample.y for sample in self.samples)) if self.samples is not None else self.y

    @property
    def first(self) -> int:
        """What the first class is called."""
        return int(self.first_class)

    @property
    def class_count(self) -> int:
        """How many classes there are, where the targets are their numbers."""
        last = max(int(getattr(target, "value", self.first)) for target in self.targets.args)
        return self.classes or last - self.first + 1

    @property
    def sample_weights(self) -> Node | None:
        if self.weights is not None:
            return Array(*self.weights)
        if self.samples is not None and any(sample.weight is not None for sample in self.samples):
            return Array(*(parse_number("1") if sample.weight is None else sample.weight for sample in self.samples))
        return None

    @property
    def loss_factor(self) -> str:
        return self.factor or self.row.factor

    @property
    def way(self) -> Fit:
        """How the parameters are found."""
        if self.fit is not None:
            return self.fit
        if self.optimizer is not None:
            return Fit.DESCENT
        return Fit.GIVEN if self.theta is not None else Fit.NORMAL_EQUATIONS

    @property
    def data_shape(self) -> Shape:
        """The shape of what the features are given as."""
        return shape_of_given(self.X if self.X is not None else self.raw)

    @property
    def feature_names(self) -> list[str]:
        """What the features are called in formulas: x, or x1, x2, …"""
        shape = self.data_shape
        if len(shape) < 2:
            return ["x"]
        return [f"x{k}" for k in range(1, int(shape[1]) + 1)] if isinstance(shape[1], int) else []

    @property
    def expressions(self) -> Sequence[Node]:
        """The features as formulas; none where they are what is given."""
        if self.degree > 1:
            return [parse("x" if power == 1 else f"x^{power}") for power in range(1, self.degree + 1)]
        return self.features

    # ---- what does not go together

    def faults(self) -> Iterator[Fault]:
        yield from self._data_faults()
        if self.targets is None or (self.X is None and self.raw is None):
            return
        yield from self._feature_faults()
        yield from self._target_faults()
        yield from self._fit_faults()

    def _data_faults(self) -> Iterator[Fault]:
        given = [name for name in ("x", "X", "samples") if getattr(self, name) is not None]
        if len(given) != 1:
            at = (given[1],) if given else ("x",)
            yield Fault(at, "give the data once: `x` and `y`, a design matrix `X` and `y`, or `samples`")
        if (self.y is None) == (self.samples is None):
            message = "missing `y`, the targets" if self.y is None else "`samples` have their targets already"
            yield Fault(("y",), message)
        if self.samples is not None:
            first = shape_of_given(self.samples[0].x)
            for index, sample in enumerate(self.samples):
                if shape_of_given(sample.x) != first or len(first) > 1 or isinstance(sample.x, Letter):
                    yield Fault(("samples", index, "x"), "expected as many numbers as in the first sample")
                    return

    def _feature_faults(self) -> Iterator[Fault]:
        shape = self.data_shape
        if self.X is not None:
            if len(shape) != 2:
                yield Fault(("X",), f"expected a matrix with a row for each sample, not {shape_text(shape)}")
            for name in ("intercept", "degree", "features", "scale"):
                if name in self.model_fields_set:
                    yield Fault((name,), f"`{name}` makes a design matrix of `x`; X is one already")
            return
        at = ("samples",) if self.samples is not None else ("x",)
        if len(shape) not in (1, 2):
            yield Fault(at, f"expected a list of numbers, or a row for each sample, not {shape_text(shape)}")
            return
        if self.degree > 1:
            yield from self._degree_faults()
        yield from self._expression_faults()
        if self.scale is not None and self.scale.unbiased and self.scale.method != "standardize":
            yield Fault(("scale", "unbiased"), f"{self.scale.method} divides by no standard deviation")

    def _degree_faults(self) -> Iterator[Fault]:
        if self.features:
            yield Fault(("degree",), "give either `degree` or `features`")
        if len(self.data_shape) == 2:
            yield Fault(("degree",), "`degree` is of one feature; name those of several in `features`")
        if self.degree > HIGHEST_DEGREE:
            yield Fault(("degree",), f"expected a degree of at most {HIGHEST_DEGREE}, found {self.degree}")

    def _expression_faults(self) -> Iterator[Fault]:
        for index, formula in enumerate(self.features):
            names = names_in(formula)
            for name in names:
                if name not in self.feature_names:
                    known = did_you_mean(name, self.feature_names)
                    message = f"`{name}` is no feature; they are {listed(self.feature_names)}{known}"
                    yield Fault(("features", index), message, name)
            if any(type(part) in ARRAY_NODES for part in nodes_in(formula)):
                yield Fault(("features", index), "a feature is a number for each sample; write it in numbers")
            elif not names:
                yield Fault(("features", index), "a feature is a formula in x; the column of ones is `intercept`")

    def _target_faults(self) -> Iterator[Fault]:
        found, samples = shape_of_given(self.targets), self.data_shape[:1]
        fits = found[:1] == samples if self.row.is_multiclass and len(found) == 2 else found == samples
        if self.samples is None and not fits:
            message = f"expected a target for each sample, {shape_text(samples)}, not {shape_text(found)}"
            yield Fault(("y",), message)
        if self.row.classes and isinstance(self.targets, Array):
            yield from self._class_faults(self.targets)
        if self.row.is_multiclass:
            yield from self._number_faults(found)
        if self.weights is not None and (len(self.weights),) != samples:
            yield Fault(("weights",), f"expected a weight for each sample, {shape_text(samples)}")
        owners = {"threshold": bool(self.row.classes), "classes": self.row.is_multiclass,
                  "first_class": self.row.is_multiclass}  # fmt: skip
        for name, is_its in owners.items():
            if name in self.model_fields_set and not is_its:
                yield Fault((name,), f"`{name}` belongs to {'logistic' if name == 'threshold' else 'softmax'}")

    def _number_faults(self, found: Shape) -> Iterator[Fault]:
        """The first target that is no class, where targets are numbers of classes; rows that are not one-hot."""
        if not isinstance(self.targets, Array):
            if len(found) == 1:
                yield Fault(("y",), "without values the targets are one-hot rows: y: R^(n x k)")
            return
        for index, target in enumerate(self.targets.args):
            at = ("y", index) if self.samples is None else ("samples", index, "y")
            if isinstance(target, Array):
                if sum(entry.value for entry in numbers_in(target)) != 1:
                    yield Fault(at, "expected the targets of a sample to sum up to 1")
                    return
            elif not self._is_class(target):
                known = f"from {self.first} up" if self.classes is None else f"from {self.first} to {self._last_class}"
                text = getattr(target, "text", target)
                yield Fault(at, f"expected the number of a class, {known}, found {text}")
                return
        yield from self._count_faults(found)

    def _count_faults(self, found: Shape) -> Iterator[Fault]:
        """Classes of which there are too few, or others than one-hot rows have."""
        at = ("y",) if self.samples is None else ("samples",)
        if len(found) < 2:
            if self.class_count < 2:
                yield Fault(at, "these targets are all of one class; say how many there are in `classes`")
        elif found[1] == 1:
            yield Fault(at, "expected one-hot rows of at least two classes, found rows of one number")
        elif self.classes not in (None, found[1]):
            yield Fault(("classes",), f"the rows of targets are of {found[1]} classes, not of {self.classes}")

    @property
    def _last_class(self) -> int:
        return self.first + self.class_count - 1

    def _is_class(self, target: Any) -> bool:
        is_number = isinstance(target, Literal) and target.value.denominator == 1
        return is_number and self.first <= target.value <= self._last_class

    def _class_faults(self, targets: Array) -> Iterator[Fault]:
        """The first target that is no class of the model."""
        found = {getattr(target, "value", None) for target in targets.args}
        others = (name for name, row in REGRESSIONS.items() if row.classes and found <= set(row.classes))
        hint = "".join(f"; {name} has those" for name in others)
        for index, target in enumerate(targets.args):
            if getattr(target, "value", None) not in self.row.classes:
                at = ("y",) if self.samples is None else ("samples", index, "y")
                classes = listed(map(str, self.row.classes))
                yield Fault(at, f"expected classes {classes}, found {getattr(target, 'text', target)}{hint}")
                return

    def _fit_faults(self) -> Iterator[Fault]:
        way = self.way
        if way in (Fit.NORMAL_EQUATIONS, Fit.SUMS) and not self.is_linear:
            newton = "" if self.row.is_multiclass else " `fit: newton`,"
            message = f"a {self.row.title} has no closed form; give `optimizer`,{newton} or `theta`"
            yield Fault(("fit",) if self.fit is not None else ("model",), message)
        if way is Fit.SUMS:
            yield from self._sum_faults()
        if (way is Fit.DESCENT) != (self.optimizer is not None):
            missing = "descent needs `optimizer`: {learning_rate: 0.1, steps: 2}"
            at = "fit" if way is Fit.DESCENT else "optimizer"
            yield Fault((at,), missing if way is Fit.DESCENT else f"`optimizer` goes with descent, not {way}")
        if way is Fit.NEWTON and self.row.is_multiclass:
            message = (
                "newton goes with one vector of parameters, and the second derivatives of a softmax regression have no "
                "inverse without a penalty, as the same number may be added to the parameters of all classes; take "
                "`optimizer: {learning_rate: 0.1}`, or of two classes `model: logistic`"
            )
            yield Fault(("fit",), message)
        if way is Fit.GIVEN and self.theta is None:
            yield Fault(("theta",), "missing `theta`, the parameters")
        if way in (Fit.NORMAL_EQUATIONS, Fit.SUMS) and self.theta is not None:
            yield Fault(("theta",), f"{way} finds the parameters; `theta` is where a descent begins")
        if "steps" in self.model_fields_set and way is not Fit.NEWTON:
            yield Fault(("steps",), "`steps` belongs to newton; those of a descent stand in `optimizer`")
        if self.optimizer is not None:
            yield from self.optimizer.setting_faults(("optimizer",))
            if self.optimizer.steps is not None and self.optimizer.epochs is not None:
                yield Fault(("optimizer", "epochs"), "give either `steps` or `epochs`")

    def _sum_faults(self) -> Iterator[Fault]:
        if self.X is not None or len(self.data_shape) != 1 or self.expressions:
            yield Fault(("fit",), "sums are of one feature, given as `x`; use normal_equations for more")
        for name in ("ridge", "weights"):
            if getattr(self, name) is not None:
                yield Fault((name,), f"`{name}` goes with normal_equations, not with sums")
