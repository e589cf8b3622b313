"""What follows from the parameters: single ones, predictions, the boundary, how good the fit is, how fast to learn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

from deepcalc.errors import MathError
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._arrays import ArrayWriter, written
from deepcalc.kinds._updates import timed
from deepcalc.kinds.regression.fields import RegressionFields
from deepcalc.kinds.regression.settings import Fit
from deepcalc.kinds.regression.steps import RegressionFormulas, level_of, line
from deepcalc.kinds.regression.wiring import POINT, Wiring
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import ONE, ZERO, Cases, Name, Node, Relation, minus, number
from deepcalc.notation.operations.squares import LARGEST_INVERSE
from deepcalc.notation.shapes import concrete
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.rules.curvature import CURVATURE_FORMS, of_matrix, of_rate

ONE_BY_ONE, PREDICTION, BOUNDARY = "Parameters", "Prediction", "Decision boundary"
GOODNESS, RATES, CLASSES = "Goodness of fit", "Learning rate", "Classes"

MOST_BOUNDARIES = 6
"""How many figures of boundaries are asked for where the author asks nothing."""

INVERSE = Forms("A⁻¹", "A^{-1}", compound=True)
SYMBOLS = Symbols(
    {
        "det_A": Forms("det A", r"\det A", compound=True),
        "R2": Forms("R²", "R^{2}", compound=True),
        **CURVATURE_FORMS,
        "ell": Forms("ℓ", r"\ell"),
    }
)


def add_classes(writer: ArrayWriter, formulas: RegressionFormulas, wiring: Wiring, time: int, p: str) -> None:
    """Add the class of each sample after so many steps, how many are wrong, and the share of the others.

    ``p`` are the predictions, as text.
    """
    section = CLASSES if time == 0 else f"{CLASSES} after step {time}"
    chosen, missed, share = (timed(head, time) for head in ("class", "misclassified", "accuracy"))
    wrong = formulas.misclassified(f"{{{chosen}}}", writer.graph.shape(wiring.target)[-1])
    for name, formula, note in (
        (chosen, formulas.chosen(p), "predicted classes"),
        (missed, wrong, "mistakes"),
        (share, f"1 - {{{missed}}}/{formulas.m}", "share of the samples without a mistake"),
    ):
        writer.add(name, formula, ("threshold",), note, section, "counts")


class Conclusions:
    """Adds what follows from the parameters after the last step."""

    def __init__(
        self, fields: RegressionFields, wiring: Wiring, formulas: RegressionFormulas, writer: ArrayWriter, last: int
    ) -> None:
        self._fields = fields
        self._wiring = wiring
        self._formulas = formulas
        self._writer = writer
        self._graph = writer.graph
        self._last = last
        self._theta = timed(fields.called, last)
        self._predicted: list[str] = []

    def add(self, points: Sequence[Node], gradient: str) -> None:
        """Add all of it; ``gradient`` is the name of that at the beginning, by all samples, if there is one."""
        self._add_predictions(points)
        if self._fields.is_linear:
            self._add_goodness()
            self._add_rates()
            if gradient:
                self._add_first_step(gradient)
        elif self._has_line:
            self._add_boundaries()

    def asked(self) -> Iterator[tuple[str, ...]]:
        """What is asked for where the author asks nothing."""
        if self._predicted:
            yield tuple(self._predicted)
        boundary = tuple(each.name for each in self._graph if each.section == BOUNDARY)
        if 0 < len(boundary) <= MOST_BOUNDARIES and self._stands(boundary):
            yield boundary

    def _stands(self, names: Sequence[str]) -> bool:
        """Whether quantities have values: a boundary parallel to an axis has no slope."""
        try:
            evaluate(self._graph, names)
        except MathError:
            return False
        return True

    # ---- predictions

    def _add_predictions(self, points: Sequence[Node]) -> None:
        fields, writer = self._fields, self._writer
        for index, point in enumerate(points, start=1):
            tag = f":{index}" if len(points) > 1 else ""
            predicted = f"yhat_new{tag}"
            if fields.way is Fit.SUMS:
                writer.given(f"{POINT}{tag}", point, ("predict",), "Point")
                score = line(fields, f"{{{POINT}{tag}}}")
            else:
                row = self._wiring.add_point(writer, point, tag, PREDICTION)
                score = f"{{{row}}} @ {{{self._theta}}}"
            if fields.row.link:
                writer.add(f"zhat{tag}", score, ("predict",), "score", PREDICTION, "predictions")
                score = self._formulas.predicted(f"{{zhat{tag}}}", several=False)
            writer.add(predicted, score, ("predict",), "prediction", PREDICTION, "predictions")
            self._predicted.append(predicted)
            if fields.row.link:
                chosen = self._chosen(predicted)
                writer.add(f"class_new{tag}", chosen, ("threshold",), "class", PREDICTION, "classes")
                self._predicted.append(f"class_new{tag}")

    # ---- the boundary

    @property
    def _has_line(self) -> bool:
        """Whether the boundary is a point or a straight line in the features as given."""
        fields = self._fields
        plain = fields.X is None and not fields.expressions and fields.scale is None
        return plain and len(fields.feature_names) in (1, 2)

    def _chosen(self, predicted: str) -> Node:
        """The class that is predicted: the one with the largest probability, or 1 from the threshold on."""
        fields = self._fields
        if fields.row.is_multiclass:
            place = Apply("argmax", {}, Name(predicted))
            return minus(place, ONE) if fields.first == 0 else place
        other, one = map(number, fields.row.classes)
        return Cases(one, Relation(">=", Name(predicted), fields.threshold), other)

    def _add_boundaries(self) -> None:
        """The boundary, or that between each two classes, where their scores are the same."""
        if not self._fields.row.is_multiclass:
            self._add_boundary("", lambda place: f"{{{self._theta}}}[{place}]")
            return
        for one, other in combinations(range(1, concrete(self._graph.shape(self._theta))[1] + 1), 2):
            tag = "".join(str(number - 1 + self._fields.first) for number in (one, other))
            self._add_boundary(tag, self._difference(one, other))

    def _difference(self, one: int, other: int) -> Callable[[int], str]:
        theta = f"{{{self._theta}}}"
        return lambda place: f"({theta}[{place}, {one}] - {theta}[{place}, {other}])"

    def _add_boundary(self, tag: str, entry: Callable[[int], str]) -> None:
        has_ones = self._wiring.has_ones
        count = len(self._fields.feature_names)
        names = [entry(place) for place in range(1, count + has_ones + 1)]
        bias, weights = (names[0], names[1:]) if has_ones else ("", names)
        rest = (
            f"{level_of(self._fields)} - {bias}"
            if level_of(self._fields) and bias
            else level_of(self._fields) or (f"-{bias}" if bias else "0")
        )
        equation = " + ".join([*([bias] if bias else []), *(
            f"{weight}*{name}" for weight, name in zip(weights, self._fields.feature_names, strict=True))])  # fmt: skip
        told = Relation("=", written(equation), written(level_of(self._fields) or "0"))
        note = ("on it ", told)
        if count == 1:
            self._add_noted(f"x_boundary{tag}", f"({rest}) / {weights[0]}", note)
            return
        crossing = (Name("x2"), " where ", Relation("=", Name("x1"), ZERO))
        self._add_noted(f"slope{tag}", f"(-{weights[0]}) / {weights[1]}", note)
        self._add_noted(f"offset{tag}", f"({rest}) / {weights[1]}", crossing)

    def _add_noted(self, name: str, text: str, note: Any) -> None:
        self._writer.add_quantity(
            Quantity(name, written(text), section=BOUNDARY, group="boundary", note=note, origin=("theta",))
        )

    # ---- how good the fit is, and how fast it can be found

    def _add_goodness(self) -> None:
        writer, predicted = self._writer, f"{{{timed('yhat', self._last)}}}"
        at = ("y",)
        writer.add("SS_res", f"sum((y - {predicted})^2)", at, "sum of squared residuals", GOODNESS, "goodness")
        writer.add("SS_tot", "sum((y - mean(y))^2)", at, "sum of squares about the mean", GOODNESS, "goodness")
        writer.add("R2", "1 - SS_res / SS_tot", at, "share that is explained", GOODNESS, "goodness")
        writer.add("mse", f"SS_res / {self._formulas.m}", at, "mean squared error", GOODNESS, "goodness")

    def _add_rates(self) -> None:
        """The learning rates at which a descent converges, from the eigenvalues of the second derivatives."""
        writer, at = self._writer, ("optimizer",)
        if "H" not in self._graph:
            writer.add("H", self._formulas.hessian(), at, "second derivatives", RATES, "curvature")
        size = self._formulas.parameters
        if isinstance(size, int) and size > LARGEST_INVERSE:
            return
        rows = [*of_matrix(size, by_hand=self._graph.has_value("H"))]
        optimizer = self._fields.optimizer
        if optimizer is not None and optimizer.has_plain_rule and optimizer.batch_size == "all":
            rows += of_rate(1 if size == 1 else 2, optimizer.symbol)
        for name, formula, note in rows:
            writer.add(name, formula, at, note, RATES, "curvature")

    def _add_first_step(self, gradient: str) -> None:
        """The rates of a first step down the gradient: the one that comes lowest, and the one that gains nothing."""
        writer, at = self._writer, ("optimizer",)
        g = f"{{{gradient}}}"
        writer.add("q", f"{g}.T @ H @ {g}", at, "second derivative along the gradient", RATES, "curvature")
        writer.add("eta_exact", f"sum({g}^2) / q", at, "comes lowest in the first step", RATES, "curvature")
        writer.add("eta_falls", "2*eta_exact", at, "below it J falls in the first step", RATES, "curvature")
