"""What a problem asks, one question for each answer: how an answer to it is read, and what the right one is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from deepcalc.checking.by_hand import in_words
from deepcalc.checking.choices import (
    Keys,
    Matching,
    Order,
    read_blanks,
    read_keys,
    read_matching,
    read_order,
    read_truths,
)
from deepcalc.checking.named_numbers import read_named
from deepcalc.checking.plain_text import PlainText
from deepcalc.checking.reading import (
    Expressions,
    ReadFormula,
    ReadNumber,
    Vector,
    read_number,
    read_number_or_formula,
    read_ranges,
    read_vector,
)
from deepcalc.checking.typed_names import meant_by
from deepcalc.errors import ParseError, UsageError
from deepcalc.graph.described import Described, EntryOf, Present, is_entry
from deepcalc.notation.nodes import Name
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.plan import Composite, Item, Marking, PartPlan, Plan
from deepcalc.plan.lookup import NoSuchEntry, long_names, nearest, resolve
from deepcalc.plan.plan import ItemForm
from deepcalc.records import record

Reading = ReadNumber | Vector | ReadFormula | Expressions | Keys | Matching | Order
"""What an answer says."""


@record
class Question:
    """One answer that is asked for, or an intermediate result that a student may give.

    ``quantities`` are the numbers of the answer, none for an ``item``. ``shape`` is whether they are the sides of a
    shape, which is right as a whole only.
    """

    name: str
    part: str
    out_of: Fraction
    marking: Marking
    quantities: tuple[str, ...] = ()
    composite: Composite | None = None
    item: Item | None = None
    asked: bool = True

    @property
    def is_shape(self) -> bool:
        return self.composite is not None and self.composite.separator.strip() != ","

    def _without_lead(self, read: Vector) -> Vector:
        """The components without a first one that the answer may have in front."""
        lead = self.composite.lead if self.composite is not None else None
        is_longer = len(read.components) == len(self.quantities) + 1
        if lead is None or not is_longer or read.components[0].value != lead:
            return read
        return replace(read, components=read.components[1:])

    def read(self, answer: str, decimal_comma: bool, takes_formula: bool, count: bool = False) -> Reading:
        """What the answer says; ``ParseError`` where it cannot be read as one to this question.

        A ``count`` is a whole number, in which a comma stands between thousands.
        """
        if self.item is not None:
            return _READ_ITEM[self.item.form](self.item, answer)
        if self.composite is not None and self.composite.checks:
            return read_named(answer, self.quantities, decimal_comma)
        if self.composite is not None and self.composite.ranges:
            return read_ranges(answer, decimal_comma)
        if self.composite is not None:
            return self._without_lead(read_vector(answer, decimal_comma, self.is_shape))
        return (read_number_or_formula if takes_formula else read_number)(answer, decimal_comma, count)


def questions(plan: Plan, parts: Iterable[PartPlan]) -> tuple[Question, ...]:
    """What the parts ask for, in order, each name once; a part's points are shared equally among its answers."""
    found: dict[str, Question] = {}
    for part in parts:
        names = dict.fromkeys(name for find in part.find for name in long_names(plan, find))
        new = [name for name in names if name not in found]
        for name in new:
            share = Fraction(1) if part.points is None else Fraction(part.points, len(new))
            found[name] = question(plan, name, part, share)
    return tuple(found.values())


def question(plan: Plan, name: str, part: PartPlan, out_of: Fraction, asked: bool = True) -> Question:
    """The question for what has this long name."""
    composite = next((each for each in plan.composites if each.name == name), None)
    item = next((each for each in plan.items if each.name == name), None)
    quantities = composite.components if composite else () if item else (name,)
    return Question(name, part.id, out_of, part.marking, quantities, composite, item, asked)


class NoSuchName(UsageError):
    """A name that nothing which can be answered has."""


_ASCII = str.maketrans({**dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)), "∂": "d", "⁺": "+"})


def named_in_print(plan: Plan, name: str) -> str:
    """The name of what the sheet prints so (``v₁[w]``, ``∂L/∂w``), or a person writes so; else the name itself."""
    if name.isascii() and "[" not in name:
        return name
    printer = UnicodePrinter(plan.symbols)
    spaceless = "".join(name.split())
    printed = (each for each in plan.graph.names if printer.print(Name(each)) == spaceless)
    plain = spaceless.translate(_ASCII)
    in_letters = in_words(PlainText(plain, tuple(range(len(plain) + 1))))
    found = next(printed, None)
    return "".join(in_letters.text.split()) if found is None else plan.symbols.written(found)


def answerable(plan: Plan, name: str) -> Described:
    """What an answer is given to; ``UsageError`` where nothing of that name is to be found."""
    try:
        return _answerable(plan, named_in_print(plan, name))
    except NoSuchName:
        meant = meant_by(plan, name)
        if meant is None:
            raise
    return _answerable(plan, meant)


def _answerable(plan: Plan, name: str) -> Described:
    """What a name of the plan stands for."""
    try:
        found = resolve(plan, name)
    except NoSuchEntry:
        raise
    except UsageError:
        raise NoSuchName(f"no answer has the name `{name[:60]}`{nearest(name, _known(plan))}") from None
    if len(found) > 1:
        told = ", ".join(each.name for each in found[:8])
        raise UsageError(f"`{name}` is several answers: {told}; give each by its own name")
    (meant,) = found
    composite = next((each for each in plan.composites if each.name == meant.name), None)
    components = (meant,) if composite is None else tuple(map(Present, composite.components))
    whole = next((each.name for each in plan.composites if each.checks and meant.name in each.components), None)
    if whole is not None:
        raise UsageError(f'`{name}` is one of several that `{whole}` answers: "{whole}={meant.name}=…, …"')
    if all(_is_given(plan, each) for each in components):
        after = f"{meant.name}@1"
        updated = f"; after the first step it is `{plan.symbols.written(after)}`" if after in plan.graph else ""
        raise UsageError(f"`{name}` is given in the problem; it is not to be found{updated}")
    return meant


def _known(plan: Plan) -> list[str]:
    """The names of all that can be answered."""
    known = [plan.symbols.written(quantity.name) for quantity in plan.graph if quantity.given is None]
    known += [composite.name for composite in plan.composites]
    return known + [item.name for item in plan.items]


def _is_given(plan: Plan, described: Described) -> bool:
    """Whether a quantity, or the array of which it is an entry, is given."""
    if isinstance(described, EntryOf):
        return _is_given(plan, described.array)
    if described.name not in plan.graph:
        return False
    quantity = plan.graph[described.name]
    of_given = is_entry(quantity) and _is_given(plan, Present(plan.graph.uses(quantity.name)[0]))
    return quantity.given is not None or of_given


def _text(item: Item, answer: str) -> Reading:
    raise ParseError("free text is not marked here; a person has to read it")


_READ_ITEM: Mapping[ItemForm, Callable[[Item, str], Reading]] = {
    ItemForm.SINGLE: lambda item, answer: read_keys(answer, [option.key for option in item.options]),
    ItemForm.MULTIPLE: lambda item, answer: read_keys(answer, [option.key for option in item.options]),
    ItemForm.MATCHING: lambda item, answer: read_matching(
        answer, [option.key for option in item.options], {match.key: match.text for match in item.matches}
    ),
    ItemForm.TRUE_FALSE: lambda item, answer: read_truths(answer, [option.key for option in item.options]),
    ItemForm.ORDERING: lambda item, answer: read_order(answer, [option.key for option in item.options]),
    ItemForm.BLANKS: lambda item, answer: read_blanks(answer, item.accepted),
    ItemForm.TEXT: _text,
}
