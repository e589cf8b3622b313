"""As many digits of each number in a line as the line needs to come to what it says.

``log(1 - 1.000)`` does not say -12; ``log(1 - 0.999994)`` does. Where the figures that are shown no longer determine
what a line gives, those that it hangs on are shown with more digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from deepcalc.errors import ValueOutOfReach
from deepcalc.graph.evaluation import holds, value_of
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import Call, Literal, Node, Relation, Value, nodes_in
from deepcalc.notation.rounding import NumberFormat, decimal_exponent
from deepcalc.solution.document import Line

MOST_DIGITS = 45
"""Digits of one number; what is carried has 50."""

MOST_WEIGHED = 40
"""Numbers in a line that are looked at one by one; of more, all are shown with more digits."""

UNITS_OFF = 5
"""Units of the last figure shown by which the arithmetic of what is shown may miss the value."""


def determined(node: Node, value: Value, number_format: NumberFormat) -> Node:
    """The expression with more digits of the numbers on which it hangs, until it comes to ``value``.

    Near enough is what a person who reckons with the figures shown would not notice: a few units of the last
    figure. Expressions that have no value of their own stay as they are.
    """
    if all(part.exact for part in _literals(node)):
        return node
    try:
        value_of(node, {})
    except ValueOutOfReach:
        return node  # 0·log 0: its value comes from another form
    slack = _slack(to_fraction(value), number_format)
    choices = _choices(node)
    return _refined(node, lambda shown: _is_near(shown, value, slack) and _choices(shown) == choices)


def holding(relation: Relation) -> Relation:
    """A comparison that is true, with more digits of its numbers until what is shown is true as well."""
    found = _refined(relation, lambda shown: holds(shown, {}))
    assert isinstance(found, Relation)
    return found


def _literals(node: Node) -> Iterator[Literal]:
    return (part for part in nodes_in(node) if isinstance(part, Literal))


def _slack(value: Fraction, number_format: NumberFormat) -> Fraction:
    """How far from its value a line may be: of 0 it is as far as its figures let it be."""
    if not value:
        return Fraction(1)
    figures = number_format.significant or 4
    relative = Fraction(10) ** (decimal_exponent(value) + 1 - figures)
    places = number_format.places
    return UNITS_OFF * (relative if places is None else max(relative, Fraction(1, 10**places)))


def _is_near(shown: Node, value: Value, slack: Fraction) -> bool:
    try:
        return abs(to_fraction(value_of(shown, {})) - to_fraction(value)) <= slack
    except ValueOutOfReach:
        return False


def _choices(node: Node) -> list[list[bool]]:
    """Which arguments each maximum or minimum takes."""
    calls = (part for part in nodes_in(node) if isinstance(part, Call) and part.function in ("max", "min"))
    return [[holds(Relation("=", each, call), {}) for each in call.arguments] for call in calls]


def _refined(node: Node, is_right: Callable[[Node], bool]) -> Node:
    """The expression with more digits, one after the other where it hangs on them most, until it is right as shown."""
    current: dict[Literal, Literal] = {part: part for part in _literals(node) if not part.exact}
    while not is_right(_as_shown(node, current)):
        open_ = {of: finer for of, now in current.items() if (finer := _finer(now)) is not None}
        if not open_:
            return node
        chosen = list(open_)
        if 1 < len(open_) <= MOST_WEIGHED:
            alone = [of for of in open_ if not is_right(_as_shown(node, {of: current[of]}))]
            chosen = alone or chosen
        current.update({of: open_[of] for of in chosen})
    return _put(node, current)


def _as_shown(node: Node, current: Mapping[Literal, Literal]) -> Node:
    """The expression with what the texts say as values."""
    return _put(node, {of: Literal(now.text) for of, now in current.items()})


def _put(node: Node, literals: Mapping[Literal, Literal]) -> Node:
    if isinstance(node, Literal):
        return literals.get(node, node)
    if not any(isinstance(part, Node) for part in node.args):
        return node
    parts = [_put(part, literals) if isinstance(part, Node) else part for part in node.args]
    return node if all(new is old for new, old in zip(parts, node.args, strict=True)) else node.func(*parts)


def _finer(literal: Literal) -> Literal | None:
    """The number with at least one digit more; None where no further digit tells more."""
    digits = sum(character.isdigit() for character in literal.text.partition("e")[0].lstrip("-0."))
    said = Fraction(literal.text)
    if said == to_fraction(literal.value):
        return None
    for figures in range(max(digits, 1), MOST_DIGITS + 1):
        finer = NumberFormat(significant=figures).write(literal.value)
        if Fraction(finer.text) != said:
            return finer
    return None


def with_true_signs(lines: list[Line]) -> list[Line]:
    """The lines, each joined by ``=`` only where what it shows is what the line before it shows."""
    found: list[Line] = []
    for line in lines:
        before = found[-1] if found else None
        if line.exact and before is not None and not _is_in_full(before) and not _says_the_same(before, line):
            line = Line(line.view, line.expression, False, line.joined)
        found.append(line)
    return found


def _is_in_full(line: Line) -> bool:
    return all(part.exact for part in _literals(line.expression))


def _says_the_same(before: Line, line: Line) -> bool:
    try:
        left, right = (_as_typed(each.expression) for each in (before, line))
        return holds(Relation("=", left, right), {})
    except (ValueOutOfReach, KeyError):
        return False


def _as_typed(node: Node) -> Node:
    return _put(node, {part: Literal(part.text) for part in _literals(node) if not part.exact})
