"""The formulas of a regression, as text; what a student may have written instead is a keyword away."""

from __future__ import annotations

from fractions import Fraction

from deepcalc.graph.graph import Graph
from deepcalc.kinds.regression.fields import RegressionFields
from deepcalc.kinds.regression.wiring import ROWS, TARGETS, Wiring
from deepcalc.notation.edits import terms
from deepcalc.notation.nodes import Node, names_in
from deepcalc.notation.shapes import Size, size_text
from deepcalc.records import record
from deepcalc.rules.regression import FACTORS, scaled

LAMBDA, WEIGHTS, PENALIZED = "lambda", "S", "d"
"""The strength of the penalty, the diagonal matrix of sample weights, and of each parameter whether it is penalized."""


def line(fields: RegressionFields, x: str) -> str:
    """A line at x, by its slope and its intercept."""
    slope = f"{fields.called}1*{x}"
    return f"{fields.called}0 + {slope}" if fields.intercept else slope


def terms_with(name: str, formula: Node) -> list[Node]:
    """The terms of a sum that a name stands in."""
    return [term for term in terms(formula) if name in names_in(term)]


def level_of(fields: RegressionFields) -> str:
    """The score on the boundary of two classes, as text; empty for 0, that of the probability ½."""
    threshold = fields.threshold
    return "" if threshold.value * 2 == 1 else f"log({threshold.text}/(1 - {threshold.text}))"


@record
class RegressionFormulas:
    """Writes the formulas; ``samples`` are all of them, ``bias_first`` says whether the first parameter is a bias."""

    fields: RegressionFields
    samples: Size
    parameters: Size
    bias_first: bool

    @property
    def m(self) -> str:
        return size_text(self.samples)

    @property
    def spares_bias(self) -> bool:
        """Whether the penalty leaves out the bias."""
        return self.fields.ridge is not None and self.bias_first and not self.fields.ridge.bias

    @property
    def ridge_factor(self) -> str:
        assert self.fields.ridge is not None
        return self.fields.ridge.factor or self.fields.loss_factor

    @property
    def ridge_is_by_samples(self) -> bool:
        """Whether the penalty is divided by the number of samples."""
        return self.fields.ridge is not None and FACTORS[self.ridge_factor][1]

    # ---- the loss

    def loss(
        self,
        p: str,
        y: str,
        z: str,
        weight: str = "",
        m: str | None = None,
        is_array: bool = True,
    ) -> str:
        """The scaled sum of what the samples cost."""
        row = self.fields.row
        cost = self._weighted(row.cost.format(p=p, y=y, z=z), weight, m, bare=row.is_linear)
        whole = f"sum({cost})" if is_array else cost if row.is_linear or weight else f"({cost})"
        return f"{row.sign}{scaled(self.fields.loss_factor, self.m if m is None else m)}{whole}"

    def slope(self, p: str, y: str, z: str, weight: str = "", m: str | None = None) -> str:
        """The derivative of the loss by the scores."""
        row = self.fields.row
        before = scaled(self.fields.loss_factor, self.m if m is None else m)
        slope = row.slope.format(p=p, y=y, z=z)
        return before + (self._weighted(slope, weight, m) if weight else f"({slope})")

    def _weighted(self, cost: str, weight: str, m: str | None, bare: bool = False) -> str:
        """What stands for each sample times its weight; of several rows each by its own."""
        if not weight:
            return cost
        if self.fields.row.is_multiclass and m != "1":
            return f"expand({weight}, axis=1) * ({cost})"
        return f"{weight}*{cost}" if bare else f"{weight}*({cost})"

    def penalty(self, theta: str, m: str | None = None) -> str:
        """The penalty on the parameters."""
        before = scaled(self.ridge_factor, self.m if m is None else m, LAMBDA)
        if not self.spares_bias:
            return f"{before}sum({theta}^2)"
        spared = (
            f"expand({PENALIZED}, axis=1) * {theta}^2" if self.fields.row.is_multiclass else f"{PENALIZED} * {theta}^2"
        )
        return f"{before}sum({spared})"

    def predicted(self, score: str, several: bool = True) -> str:
        """The predictions of scores; each row's own where there are several rows of them."""
        by_rows = ", axis=1" if self.fields.row.is_multiclass and several else ""
        return f"{self.fields.row.link}({score}{by_rows})"

    # ---- the classes of the samples

    def chosen(self, p: str) -> str:
        """The class of each sample: the one with the largest probability, or the second one from the threshold on."""
        fields = self.fields
        if fields.row.is_multiclass:
            return f"argmax({p}, axis=1)" + (" - 1" if fields.first == 0 else "")
        fires = f"step({p} - {fields.threshold.text})"
        return fires if fields.row.classes == (0, 1) else f"2*{fires} - 1"

    def misclassified(self, chosen: str, classes: Size) -> str:
        """How many samples are in another class than the chosen one."""
        fields = self.fields
        if fields.row.is_multiclass:
            settings = f"classes={size_text(classes)}, from={fields.first}"
            return f"{self.m} - sum({ROWS} * one_hot({chosen}, {settings}))"
        errors = f"sum(abs({TARGETS} - {chosen}))"
        return errors if fields.row.classes == (0, 1) else f"{errors}/2"

    # ---- in closed form

    def matrix(self, weighted: bool = True, penalized: bool = True, with_bias: bool | None = None) -> str:
        """The matrix of the normal equations."""
        text = f"X.T @ {WEIGHTS} @ X" if weighted and self.fields.sample_weights is not None else "X.T @ X"
        if self.fields.ridge is None or not penalized:
            return text
        return f"{text} + {self._ratio()}{LAMBDA}*{self._penalized(with_bias)}"

    @property
    def everywhere(self) -> str:
        """The matrix whose every entry is what the penalty adds to the diagonal."""
        size = size_text(self.parameters)
        return f"{self._ratio()}{LAMBDA}*ones({size}, {size})"

    def right_side(self, weighted: bool = True) -> str:
        return f"X.T @ {WEIGHTS} @ y" if weighted and self.fields.sample_weights is not None else "X.T @ y"

    def _penalized(self, with_bias: bool | None = None) -> str:
        """The matrix whose multiple the penalty adds; ``with_bias`` says it otherwise than the problem does."""
        if with_bias is None:
            return f"diag({PENALIZED})" if self.spares_bias else f"identity({size_text(self.parameters)})"
        if with_bias or not isinstance(self.parameters, int):
            return f"identity({size_text(self.parameters)})"
        return f"diag([{', '.join(['0', *['1'] * (self.parameters - 1)])}])"

    def _ratio(self) -> str:
        """The factor of the penalty over that of the losses."""
        (a, by_m), (b, penalty_by_m) = FACTORS[self.fields.loss_factor], FACTORS[self.ridge_factor]
        share = Fraction(a, b)
        parts = [str(share.numerator)] if share.numerator > 1 else []
        parts += [self.m] if by_m and not penalty_by_m else []
        text = "".join(f"{part}*" for part in parts)
        below = [str(share.denominator)] if share.denominator > 1 else []
        below += [self.m] if penalty_by_m and not by_m else []
        if not below:
            return text
        return f"{text.removesuffix('*') or '1'}/{below[0] if len(below) == 1 else '(' + '*'.join(below) + ')'}*"

    # ---- the second derivatives

    def hessian(self, p: str = "") -> str:
        """The matrix of second derivatives of the objective; of a linear model it does not depend on θ."""
        row, has_weights = self.fields.row, self.fields.sample_weights is not None
        before = scaled(self.fields.loss_factor, self.m, times=row.bend)
        inner = []
        if row.curvature:
            inner.append(f"diag({'s * ' if has_weights else ''}{row.curvature.format(p=p)})")
        elif has_weights:
            inner.append(WEIGHTS)
        text = before + " @ ".join(["X.T", *inner, "X"])
        if self.fields.ridge is None:
            return text
        return f"{text} + {scaled(self.ridge_factor, self.m, LAMBDA, 2)}{self._penalized()}"


def formulas_of(fields: RegressionFields, graph: Graph) -> RegressionFormulas:
    """The formulas of a problem, once X is in its graph."""
    samples, parameters = graph.shape("X")
    return RegressionFormulas(fields, samples, parameters, Wiring(fields).has_ones)
