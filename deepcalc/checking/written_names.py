"""The names of quantities as people write them: as the sheet prints them (σ₂), with or without a subscript (v_c)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from deepcalc.checking.by_hand import in_words
from deepcalc.checking.plain_text import PlainText
from deepcalc.notation.names import is_identifier, name_parts
from deepcalc.plan import Plan

_LABELS = frozenset("[⁽⁺")


class WrittenNames:
    """What may stand as a name in the answers to one problem, and the quantity that is meant by it."""

    def __init__(self, plan: Plan) -> None:
        self._symbols = plan.symbols
        self._names = frozenset((*plan.graph.names, *plan.aliases))

    def __contains__(self, word: object) -> bool:
        return word in self._names or (isinstance(word, str) and self.meant(word) != word)

    def meant(self, word: str) -> str:
        """The name that is meant by a word; the word itself where none is."""
        if word in self._names or not is_identifier(word):
            return word
        joined = _joined(word)
        maps = ((self._printed, word), (self._printed, joined), (self._joined, joined), (self._unlabelled, joined))
        return next((names[form] for names, form in maps if form in names), word)

    @cached_property
    def _printed(self) -> dict[str, str]:
        """The names by their printed forms, Greek letters in words; a form that several share is none."""
        return _unshared((_in_words(self._symbols.forms(name).unicode), name) for name in self._simple)

    @cached_property
    def _unlabelled(self) -> dict[str, str]:
        """The names by their printed forms without a label, g₁ of g₁[w] where there is no other."""
        printed = ((self._symbols.forms(name).unicode, name) for name in self._simple)
        return _unshared((_in_words(form.partition("[")[0]), name) for form, name in printed if "[" in form)

    def with_labels_read(self, plain: PlainText) -> PlainText:
        """Names that are printed with a label or a step, g₁[w] and w⁽¹⁾, in braces: ``{g.w@1}`` and ``{w@1}``."""
        return plain.replaced(self._label, lambda found: f"{{{self._labelled[found[0]]}}}") if self._labelled else plain

    @cached_property
    def _labelled(self) -> dict[str, str]:
        printed = ((self._symbols.forms(name).unicode, name) for name in self._simple)
        return _unshared((form, name) for form, name in printed if _LABELS & set(form))

    @cached_property
    def _label(self) -> re.Pattern[str]:
        longest_first = sorted(self._labelled, key=len, reverse=True)
        return re.compile(rf"(?<![A-Za-z0-9_])(?:{'|'.join(map(re.escape, longest_first))})")

    @cached_property
    def _simple(self) -> list[str]:
        return [name for name in self._names if name_parts(name) is not None]

    @cached_property
    def _joined(self) -> dict[str, str]:
        return _unshared((_joined(name), name) for name in self._identifiers)

    @cached_property
    def _identifiers(self) -> list[str]:
        return [name for name in self._names if is_identifier(name)]


def _unshared(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for form, name in pairs:
        found.setdefault(form, []).append(name)
    return {form: names[0] for form, names in found.items() if len(names) == 1}


def _joined(word: str) -> str:
    return word.replace("_", "")


def _in_words(printed: str) -> str:
    return in_words(PlainText(printed, tuple(range(len(printed) + 1)))).text.strip()
