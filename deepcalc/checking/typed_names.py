"""The names of answers as people type what the sheet prints: ``dL/dz_2`` and ``v_1[w]`` for ∂L/∂z₂ and v₁[w]."""

from __future__ import annotations

import re
from collections import defaultdict

from deepcalc.checking.by_hand import in_words
from deepcalc.checking.plain_text import PlainText
from deepcalc.notation.names import gradient, is_identifier
from deepcalc.notation.nodes import Name
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.symbols import SUBSCRIPTS, SUPERSCRIPTS
from deepcalc.plan import Plan

_ASCII = str.maketrans(
    {
        **{raised: plain for plain, raised in SUPERSCRIPTS.items()},
        **{lowered: plain for plain, lowered in SUBSCRIPTS.items() if not plain.isalpha()},
        "∂": "d",
    }
)
_LEFT_OUT = re.compile(r"[\s_^{}\\]")
_GRADIENT = re.compile(r"d([^/]+)/d([^/]+)")


def meant_by(plan: Plan, typed: str) -> str | None:
    """The name that a problem prints or writes so, whatever its subscripts are typed as; None for none, or several."""
    names = _by_spelling(plan)
    found = names.get(_spelling(typed))
    if found is not None:
        return plan.symbols.written(found)
    parts = _GRADIENT.fullmatch(_spelling(typed))
    if parts is None or not all(part in names for part in parts.groups()):
        return None
    return plan.symbols.written(gradient(names[parts[1]], names[parts[2]]))


def _by_spelling(plan: Plan) -> dict[str, str]:
    """The names of a plan by their spellings, each that is that of one alone."""
    printer = UnicodePrinter(plan.symbols)
    own = (*plan.graph.names, *(composite.name for composite in plan.composites))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, long in (*((name, name) for name in own), *plan.aliases.items()):
        found[_spelling(name)].add(long)
    for name in plan.graph.names:
        found[_spelling(printer.print(Name(name)))].add(name)
    return {spelling: min(names) for spelling, names in found.items() if len(names) == 1}


def _spelling(name: str) -> str:
    """A name without what tells subscripts, superscripts and spaces apart, its Greek letters and accents in words."""
    plain = name.translate(_ASCII)
    worded = plain if is_identifier(plain) else in_words(PlainText(plain, tuple(range(len(plain) + 1)))).text
    return _LEFT_OUT.sub("", worded)
