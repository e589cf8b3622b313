"""Single settings of a regression: a sample, the scaling of the features, a penalty, the ways to find parameters."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from deepcalc.fields.choices import Choice
from deepcalc.fields.given import Given, NotNegativeOrLetter
from deepcalc.fields.types import Fields, Flag, NotNegative, Number, wrong
from deepcalc.rules.regression import FACTORS, SCALINGS, Scaling


class ScalingName(Choice, names=SCALINGS): ...


def _factor(value: Any) -> str:
    text = str(value).replace(" ", "").replace("(", "").replace(")", "").replace("*", "")
    if text not in FACTORS:
        raise wrong(f"expected one of {', '.join(FACTORS)}; found {str(value)[:40]!r}")
    return text


FactorField = Annotated[str, PlainValidator(_factor), WithJsonSchema({"enum": [*FACTORS, 1]})]


class Fit(StrEnum):
    """How the parameters are found."""

    NORMAL_EQUATIONS = "normal_equations"
    SUMS = "sums"
    DESCENT = "descent"
    NEWTON = "newton"
    GIVEN = "given"


class SampleFields(Fields):
    """One sample."""

    x: Given = Field(description="its feature, or the list of its features")
    y: Number = Field(description="its target")
    weight: NotNegative | None = Field(None, description="its weight in the loss")


class ScaleFields(Fields):
    """How the features are scaled before anything else is done with them."""

    method: ScalingName = Field(description="; ".join(f"{name}: {row.meaning}" for name, row in SCALINGS.items()))
    unbiased: Flag = Field(False, description="standardize: the deviation over n − 1 in place of n")

    @property
    def row(self) -> Scaling:
        return SCALINGS[self.method]


class RidgeFields(Fields):
    """A penalty on the squared parameters."""

    strength: NotNegativeOrLetter = Field(description="the factor λ; nothing for a letter")
    factor: FactorField | None = Field(
        None, description="what λ·Σθ² is multiplied by, 1/2m, 1/m, 1/2 or 1; as the sum of the losses by default"
    )
    bias: Flag = Field(False, description="whether the bias (of a first column of ones) is penalized too")
