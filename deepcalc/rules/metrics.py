"""What a measure of quality is: its formula, and the formulas that typical mistakes put in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deepcalc.notation.nodes import Name, Node, product, total
from deepcalc.notation.parser import parse
from deepcalc.records import record


@record
class Mistake:
    """A typical mistake: its family, how it is said after "consistent with", and the formula that it has.

    It may be one ``where`` an expression is above 0 alone: elsewhere it comes to what is right.
    """

    key: str
    message: str
    formula: str
    each: str = ""
    where: str = ""


@record
class Metric:
    """One measure. ``law`` is shown before the formula; ``standard`` ones are asked for where the author asks nothing.

    ``in_letters`` is a form that comes to the shortest expression where the counts are letters.

    Formulas are plain text. ``{c}`` stands for what the names of a class end in (nothing for two classes), ``{sum}``
    for the sum of ``each`` over all ``{i}`` (samples, classes, thresholds), ``{product}`` for their product; ``{h}``
    is the one before ``{i}``.
    """

    name: str
    title: str
    formula: str
    each: str = ""
    law: str = ""
    standard: bool = False
    mistakes: tuple[Mistake, ...] = ()
    in_letters: str = ""


def filled(formula: str, each: str, over: Sequence[str], names: Mapping[str, str], before: str = "") -> Node:
    """A formula with its names, its ``each`` written out ``over`` all places; ``before`` is that before the first."""
    terms = [
        parse(each.format(i=place, h=last, **names)) for place, last in zip(over, (before, *over), strict=False) if each
    ]
    written = parse(formula.format(sum=f"{{{_SUM}}}", product=f"{{{_PRODUCT}}}", **names))
    return written.xreplace({Name(_SUM): total(*terms), Name(_PRODUCT): product(*terms)})


_SUM, _PRODUCT = "all.summed", "all.multiplied"
"""Names that no author can give."""
