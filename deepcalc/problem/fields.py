"""The fields that every kind of problem has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from deepcalc.errors import Fault
from deepcalc.fields.types import (
    Fields,
    Flag,
    Identifier,
    NotNegative,
    Probability,
    QuantityName,
    Relation,
    StepFields,
    Text,
    TextAsIs,
    Whole,
    described,
    wrong,
)
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import ZERO
from deepcalc.notation.parser import parse_number
from deepcalc.notation.rounding import NumberFormat, Rounding
from deepcalc.notation.symbols import checked_override
from deepcalc.notation.typed import NumberText
from deepcalc.plan.plan import Chain, Layout, Marking
from deepcalc.problem.expected import expectation
from deepcalc.problem.library import LEVELS

MOST_DIGITS_SHOWN = 30

_PART_ID = re.compile(r"[^\W_][\w.()-]{0,19}")


def _names(value: Any) -> Any:
    if not isinstance(value, str | list):
        raise wrong(f"expected the name of a quantity such as h1, or a list of names, found {described(value)}")
    return [value] if isinstance(value, str) else value


def _part_id(value: Any) -> str:
    if not isinstance(value, str) or not _PART_ID.fullmatch(value):
        raise wrong(f"expected a short label such as a, b or 2.1 without spaces, found {described(value)}")
    return value


def _level(value: Any) -> int:
    if not isinstance(value, NumberText) or value not in LEVELS:
        raise wrong(f"expected a level from 1 (a law applied) to 3 (a long way), found {described(value)}")
    return int(value)


def _digits(value: Any) -> int:
    number = parse_number(value) if isinstance(value, NumberText) else None
    if number is None or number.value.denominator != 1 or not 0 <= number.value <= MOST_DIGITS_SHOWN:
        raise wrong(f"expected a whole number of digits from 0 to {MOST_DIGITS_SHOWN}, found {described(value)}")
    return int(number.value)


Digits = Annotated[int, PlainValidator(_digits), WithJsonSchema({"type": "integer", "minimum": 0})]
Names = Annotated[
    list[QuantityName],
    BeforeValidator(_names),
    Field(min_length=1),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}, "minItems": 1}),
]
Entries = Annotated[
    list[QuantityName],
    BeforeValidator(_names),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
]
Terms = Annotated[
    list[QuantityName] | None,
    BeforeValidator(_names),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
]
Topics = Annotated[
    list[Text],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
]
Level = Annotated[int, PlainValidator(_level), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 3})]
PartId = Annotated[str, PlainValidator(_part_id), WithJsonSchema({"type": ["string", "integer", "number"]})]
Expectation = Annotated[Any, PlainValidator(expectation)]


class FormatFields(Fields):
    """How numbers are shown: `significant` figures or decimal `places`."""

    significant: Digits | None = Field(None, description="significant figures shown (default 4)")
    places: Digits | None = Field(None, description="decimal places shown, in place of significant figures")

    def faults(self) -> Iterator[Fault]:
        if self.significant is not None and self.places is not None:
            yield Fault(("places",), "give `significant` or `places`, not both")
        if self.significant == 0:
            yield Fault(("significant",), "expected at least 1 significant figure")

    def number_format(self) -> NumberFormat:
        if self.places is not None:
            return NumberFormat(significant=None, places=self.places)
        return NumberFormat(significant=self.significant or 4)


class RoundingFields(FormatFields):
    """How numbers are shown, and whether rounded figures are carried on."""

    carry: Literal["exact", "rounded"] = Field(
        "exact", description="carry full precision and round what is shown, or carry on the figures written down"
    )
    groups: dict[str, FormatFields] = Field(
        {},
        description="formats of groups of quantities, errors: {places: 4}; `deepcalc show PROBLEM --names` lists them",
    )

    def rounding(self) -> Rounding:
        formats = {group: fields.number_format() for group, fields in self.groups.items()}
        return Rounding(self.number_format(), formats, self.carry == "rounded")


class SymbolFields(Fields):
    """The printed forms of one name."""

    unicode: TextAsIs | None = Field(None, description="the form in the terminal")
    latex: TextAsIs | None = Field(None, description="the form in LaTeX")


class ToleranceFields(Fields):
    """How far from the truth a number may be and still be right; of two tolerances the wider one counts."""

    relative: NotNegative | None = Field(None, description="as a share of the true value (of an update's change)")
    absolute: NotNegative | None = Field(None, description="as a number")


class MarkingFields(FormatFields):
    """How answers are marked: the precision asked for, and what is let pass."""

    significant: Digits | None = Field(
        None, description="significant figures that an answer needs (default 3, or what the sheet shows if less)"
    )
    places: Digits | None = Field(None, description="decimal places that an answer needs, in place of figures")
    tolerance: ToleranceFields | None = Field(None, description="a tolerance, {relative: 0.01}; none by default")
    follow_through: Probability | None = Field(
        None, description="the share of the points for work that follows from an earlier mistake (default 1.0)"
    )
    exact_only: Flag | None = Field(None, description="true: no points for what follows from an earlier mistake")

    def marking(self, base: Marking = Marking()) -> Marking:
        """How answers are marked: as is said here, else as ``base`` says."""
        tolerance = self.tolerance
        given: dict[str, Any] = {
            "precision": self.number_format() if self.model_fields_set & {"significant", "places"} else None,
            "relative_tolerance": tolerance and to_fraction((tolerance.relative or ZERO).value),
            "absolute_tolerance": tolerance and to_fraction((tolerance.absolute or ZERO).value),
            "follow_through": self.follow_through and to_fraction(self.follow_through.value),
            "exact_only": self.exact_only,
        }
        return replace(base, **{name: value for name, value in given.items() if value is not None})


class PartFields(Fields):
    """One part of the problem."""

    id: PartId | None = Field(None, description="the part's letter; a, b, c … by default")
    points: Whole | None = Field(None, description="the points for it")
    find: Names = Field(
        description="what is to be found: names of quantities, gradients (dL/dw21), updates (w21+), entries of arrays "
        "(Z.1.2) or groups; `deepcalc show PROBLEM --names` lists them"
    )
    terms: Terms = Field(
        None,
        alias="in",
        description="of answers in letters: the names in which they are to be written; by default those of the way "
        "forward",
    )
    text: Text = Field("", description="the question in words; made from `find` by default")
    chain: Chain | None = Field(None, description="how gradients are written in this part: errors or paths")
    layout: Layout | None = Field(None, description="how this part is laid out: steps or table")
    entries: Entries = Field(
        [], description="entries of arrays to be written out one by one: all, or names such as Z.1.2"
    )
    before: Text = Field("", description="prose before the part's derivation (Markdown with $math$)")
    after: Text = Field("", description="prose after the part's derivation")
    marking: MarkingFields = Field(
        default_factory=MarkingFields.model_construct,
        description="how this part is marked, where otherwise than the others",
    )


class CommonFields(Fields):
    """The fields that every kind of problem has."""

    title: Text = Field("", description="the problem's title")
    kind: Text = Field(description="the kind of problem")
    topic: Topics = Field([], description="what it is about: attention, or several topics, [attention, transformers]")
    level: Level | None = Field(
        None, description="how hard it is: 1 applies a law, 2 takes several steps, 3 a long way or an idea"
    )
    source: Text | None = Field(None, description="where the problem comes from")
    statement: Text | None = Field(
        None, description="the problem in words, Markdown with $math$; made from the fields by default"
    )
    symbols: dict[Identifier, SymbolFields] = Field(
        {}, description="printed forms of names: {theta4: {latex: '\\theta_4', unicode: θ₄}}"
    )
    rounding: RoundingFields = Field(
        default_factory=RoundingFields.model_construct, description="how numbers are shown"
    )
    layout: Layout = Field(Layout.STEPS, description="how parts are laid out: steps or table")
    marking: MarkingFields = Field(default_factory=MarkingFields.model_construct, description="how answers are marked")
    assume: list[Relation] = Field(
        [],
        description="what is known of letters: bounds (p > 0), sums (sum(t) = 1), what one equals (m = n + 1)",
    )
    parts: list[PartFields] | None = Field(None, description="what is to be found; each kind has parts of its own")
    steps: dict[QuantityName, StepFields] = Field(
        {}, description="the last word on single steps: {h3: {note: …, hide: true, text: …}}"
    )
    wording: dict[str, Text] = Field({}, description="other titles for sections: {Forward pass: Forward propagation}")
    expected: dict[QuantityName, Expectation] = Field(
        {},
        description="figures from elsewhere, that `validate` and the tests compare with; "
        "{value: 0.67, tolerance: 0.01} where the source rounds on its way",
    )

    @property
    def last_words(self) -> Mapping[str, StepFields]:
        """The author's last word on single steps; none where a kind's own ``steps`` is something else, their number."""
        return self.steps if isinstance(self.steps, Mapping) else {}

    def asked_for(self) -> frozenset[str]:
        return frozenset(self.expected).union(*(part.find for part in self.parts or ()))

    def common_faults(self) -> Iterator[Fault]:
        """What is wrong with the common fields taken together."""
        for fault in self.rounding.faults():
            yield Fault(("rounding", *fault.location), fault.message)
        for group, fields in self.rounding.groups.items():
            for fault in fields.faults():
                yield Fault(("rounding", "groups", group, *fault.location), fault.message)
        for name, symbol in self.symbols.items():
            for form in ("unicode", "latex"):
                try:
                    checked_override(
                        symbol.unicode if form == "unicode" else None, symbol.latex if form == "latex" else None, name
                    )
                except ValueError as error:
                    yield Fault(("symbols", name, form), str(error))
        for fault in self.marking.faults():
            yield Fault(("marking", *fault.location), fault.message)
        seen: dict[str, int] = {}
        for index, part in enumerate(self.parts or []):
            for fault in part.marking.faults():
                yield Fault(("parts", index, "marking", *fault.location), fault.message)
            letter = part_id(part.id, index)
            if letter in seen:
                yield Fault(("parts", index, "id"), f"the part `{letter}` is given twice")
            seen[letter] = index


def part_id(given: str | None, index: int) -> str:
    """The part's own letter, or the next of a, b, c …, aa, ab …"""
    if given is not None:
        return given
    letter = chr(ord("a") + index % 26)
    return letter if index < 26 else part_id(None, index // 26 - 1) + letter
