"""The names of answers as people type what the sheet prints: ``dL/dz_2`` and ``v_1[w]`` for ∂L/∂z₂ and v₁[w]."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from deepcalc.checking.by_hand import in_words
from deepcalc.checking.plain_text import PlainText
from deepcalc.notation.names import gradient, is_identifier, name_parts
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
_NEW = ("new", "'")
_GRADIENT = re.compile(r"d([^/]+)/d([^/]+)")


def meant_by(plan: Plan, typed: str) -> str | None:
    """The name that a problem prints or writes so, whatever its subscripts are typed as; None for none, or several.

    A number alone may count the steps, ``w_1`` or ``v_1`` for w⁽¹⁾ and v₁[w], where nothing else is called so.
    """
    names = _by_spelling(plan)
    spelling = _spelling(typed)
    found = names.get(spelling) or _after_steps(plan).get(spelling)
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


def _after_steps(plan: Plan) -> Mapping[str, str]:
    """The names of what changes from step to step, with the step beside the name; after the only one ``w_new``, ``w'``.

    The parameter of an optimizer's state is left out where there is one alone.
    """
    own = (*plan.graph.names, *(composite.name for composite in plan.composites))
    parts = {name: found for name in own if (found := name_parts(name)) is not None and found.time}
    last = max((found.time or 0 for found in parts.values()), default=0)
    spellings: defaultdict[str, set[str]] = defaultdict(set)
    for name, found in parts.items():
        heads = {found.head, _spelling(str(replace(found, time=None)))}
        for head in heads if found.sample is None else ():
            if not head[-1].isdigit():
                spellings[f"{_spelling(head)}{found.time}"].add(name)
            for mark in _NEW if last == 1 else ():
                spellings[f"{_spelling(head)}{mark}"].add(name)
    return {spelling: min(names) for spelling, names in spellings.items() if len(names) == 1}


def _spelling(name: str) -> str:
    """A name without what tells subscripts, superscripts and spaces apart, its Greek letters and accents in words."""
    plain = name.translate(_ASCII)
    worded = plain if is_identifier(plain) else in_words(PlainText(plain, tuple(range(len(plain) + 1)))).text
    return _LEFT_OUT.sub("", worded)
