"""Random initial weights of a layer: fan in, fan out, the variance of a scheme, and the range that it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field

from deepcalc.errors import Fault, Location
from deepcalc.fields.aliases import also_as
from deepcalc.fields.choices import Choice
from deepcalc.fields.types import Fields, Positive
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._arrays import SlipRow
from deepcalc.notation.parser import parse
from deepcalc.notation.symbols import Forms, forms_of_identifier, subscript
from deepcalc.records import record
from deepcalc.rules.initialization import DISTRIBUTIONS, SCHEME_ALIASES, SCHEMES


class SchemeName(Choice, names=SCHEMES): ...


class DistributionName(Choice, names=DISTRIBUTIONS): ...


GAIN = "gain"


class DrawnFields(Fields):
    """How weights are drawn in the beginning; biases are 0."""

    scheme: Annotated[SchemeName, also_as(SchemeName, SCHEME_ALIASES)] = Field(
        description="; ".join(f"{row.name}: {row.meaning}" for row in SCHEMES.values())
    )
    distribution: DistributionName = Field(
        DistributionName("uniform"),
        description="; ".join(f"{row.name}: {row.meaning}" for row in DISTRIBUTIONS.values()),
    )
    fan: Literal["in", "out"] = Field("in", description="he, lecun: by fan in, or by fan out")
    gain: Positive | None = Field(None, description="what the standard deviation is multiplied by, 5/3 for tanh, say")

    def faults(self) -> Iterator[Fault]:
        if "fan" in self.model_fields_set and not SCHEMES[self.scheme].chooses:
            yield Fault(("fan",), f"{self.scheme} is of both, fan in and fan out")

    @property
    def width(self) -> str:
        """The name of a range's quantity: ``limit`` or ``std``."""
        return DISTRIBUTIONS[self.distribution].quantity


@record
class Drawn:
    """The quantities of a layer's initial weights, with its number: each a name, a law as text, a note and a group.

    ``before`` and ``after`` are what comes in and goes out, as text.
    """

    fields: DrawnFields
    number: int
    before: str
    after: str

    @property
    def section(self) -> str:
        return f"Initial weights of layer {self.number}"

    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        """Fan in and fan out, the variance of the weights, and the range or the standard deviation."""
        scheme, distribution = SCHEMES[self.fields.scheme], DISTRIBUTIONS[self.fields.distribution]
        yield f"fan_in{self.number}", self.before, "values that come into a unit", "fans"
        yield f"fan_out{self.number}", self.after, "values that go out of an input", "fans"
        yield self._variance, f"{self._gain}{self._law(scheme.variance)}", f"variance of {scheme.title}", "variances"
        yield self._width, distribution.law.format(v=self._variance), distribution.meaning, "ranges"

    def mistakes(self) -> Iterator[SlipRow]:
        """Other laws that are taken for those of the scheme and of the distribution."""
        scheme, distribution = SCHEMES[self.fields.scheme], DISTRIBUTIONS[self.fields.distribution]
        for message, law in scheme.mistakes:
            yield "other-variance", message, {self._variance: f"{self._gain}{self._law(law)}"}
        for message, law in distribution.mistakes:
            yield "other-width", message, {self._width: law.format(v=self._variance)}
        if self._gain:
            plain = f"{GAIN}*{self._law(scheme.variance)}"
            yield "gain", "the gain not squared in the variance", {self._variance: plain}

    @property
    def _variance(self) -> str:
        return f"varw{self.number}"

    @property
    def _width(self) -> str:
        return f"{self.fields.width}{self.number}"

    @property
    def _gain(self) -> str:
        return "" if self.fields.gain is None else f"{GAIN}^2*"

    def _law(self, law: str) -> str:
        fans = {way: f"fan_{way}{self.number}" for way in ("in", "out")}
        other = fans["out" if self.fields.fan == "in" else "in"]
        return law.format(fan_in=fans["in"], fan_out=fans["out"], fan=fans[self.fields.fan], other=other)


def drawn_faults(fields: DrawnFields | None, at: Location) -> Iterator[Fault]:
    """What a scheme has not; ``at`` is the field that asks for it."""
    for fault in () if fields is None else fields.faults():
        yield Fault((*at, *fault.location), fault.message)


def drawn_quantities(fields: DrawnFields | None, layers: Iterable[Drawn], at: Location) -> Iterator[Quantity]:
    """The gain, then fans, variance and range of each layer; ``at`` is the field that asks for them."""
    if fields is not None and fields.gain is not None:
        yield Quantity(GAIN, given=fields.gain, section="Initial weights", origin=(*at, "gain"))
    for drawn in layers:
        for name, law, note, group in drawn.rows():
            yield Quantity(name, parse(law), section=drawn.section, group=group, note=(note,), origin=at)


def initial_forms(layers: int) -> dict[str, Forms]:
    """How variances and fans are printed: Var(w₁) of ``varw1``."""
    found = {}
    for letter in "wzd":
        for number in range(1, layers + 1):
            inner = forms_of_identifier(f"{'delta' if letter == 'd' else letter}{number}")
            latex = rf"\operatorname{{Var}}({inner.latex})"
            found[f"var{letter}{number}"] = Forms(f"Var({inner.unicode})", latex, compound=True)
    for way in ("in", "out"):
        for number in range(1, layers + 1):
            latex = rf"\mathrm{{fan}}_{{\mathrm{{{way}}},{number}}}"
            found[f"fan_{way}{number}"] = Forms(f"fan_{way}{subscript(str(number))}", latex)
    return found
