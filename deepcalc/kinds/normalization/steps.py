"""The formulas of a normalisation, as text; what a student may have written instead is a keyword away."""

from __future__ import annotations

from deepcalc.graph.graph import Graph
from deepcalc.kinds._normalizing import Moments
from deepcalc.kinds.normalization.fields import NormalizationFields
from deepcalc.kinds.normalization.wiring import Arrangement, per_feature
from deepcalc.records import record
from deepcalc.rules.normalization import RUNNING_AVERAGES


@record
class NormFormulas:
    """Writes the formulas once X, γ and β are in the graph."""

    fields: NormalizationFields
    placed: Arrangement
    graph: Graph

    @property
    def normalised(self) -> str:
        """The name of the values that are normalised, before they stand as X does."""
        return "Mhat" if self.placed.matrix else "Xhat"

    @property
    def moments(self) -> Moments:
        return self.placed.moments

    def deviation(self, of: str, inside: bool | None = None) -> str:
        """The root with ε inside it or beside it."""
        inside = self.fields.epsilon_inside_root if inside is None else inside
        return f"sqrt({of} + eps)" if inside else f"sqrt({of}) + eps"

    def by_own(self, moments: Moments) -> str:
        """Values normalised by their own statistics, in one formula."""
        x, mean = moments.values, moments.beside(moments.mean)
        variance = f"mean(({x} - {mean})^2{moments.along})"
        return moments.divided(f"{x} - {mean}", self.deviation(variance))

    def scaled(self, normalised: str, scale: str | None = "gamma", shift: str | None = "beta") -> str:
        """The values times the scale plus the shift, where there are such."""
        x = self.graph.shape("X")
        text = normalised
        if scale is not None and scale in self.graph:
            text = f"{per_feature(self.fields, scale, self.graph.shape(scale), x)} * {text}"
        if shift is not None and shift in self.graph:
            text = f"{text} + {per_feature(self.fields, shift, self.graph.shape(shift), x)}"
        return text

    def by_running(self, x: str, mean: str, variance: str) -> str:
        """Values normalised by running averages."""
        shape, values = self.graph.shape(mean), self.graph.shape(x)
        place = [per_feature(self.fields, f"{{{name}}}", shape, values) for name in (mean, variance)]
        return f"({x} - {place[0]}) / ({self.deviation(place[1])})"

    def average(self, old: str, new: str, convention: str | None = None) -> str:
        """A running average after it has taken in the statistics of a batch."""
        running = self.fields.running
        assert running is not None
        row = RUNNING_AVERAGES[convention or running.momentum_of]
        return row.text.format(old=old, new=new, m="m")
