"""A problem in words, as a kind tells it: Markdown with mathematics as nodes, so that symbols are settled later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from deepcalc.graph.quantities import Letter, Prose
from deepcalc.notation.nodes import Name, Node, Relation
from deepcalc.notation.printing.arrays import sizes_of_shortened
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.shapes import size_node
from deepcalc.records import record


@record
class Statement:
    """What is given, and the question that goes with the kind's own parts; other parts are asked for by their names.

    ``given`` ends with a full stop, or with a colon or comma where the question goes on in the same sentence; the
    question begins with a capital letter and ends with its mark. Both are Markdown.
    """

    given: Prose
    asks: Prose


def prose(*pieces: str | Node | Prose) -> Prose:
    """Texts, nodes and proses one after the other."""
    found: list[str | Node] = []
    for piece in pieces:
        found.extend(piece if isinstance(piece, tuple) else (piece,))
    return tuple(found)


def trimmed(pieces: Prose) -> Prose:
    """The prose without white space around it, its texts in one between the nodes."""
    found: list[str | Node] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip()
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return tuple(piece for piece in found if piece != "")


def joined(items: Iterable[str | Node | Prose], separator: str = ", ", last: str = " and ") -> Prose:
    """Texts, nodes or proses in a row: ``a, b and c``."""
    *others, end = items
    found: list[str | Node] = []
    for item in others:
        found += [*prose(item), separator]
    return prose(*found[:-1], *([last] if others else []), end)


def with_article(title: str) -> str:
    """``the mean squared error``; ``half the sum of squared errors`` has its own."""
    return title if title.startswith("half") else f"the {title}"


def given_as(name: str, value: Any) -> Prose:
    """A given value in words of mathematics: ``a = 1``; a letter as such, or as an element of its space.

    Of an array that is not shown whole it is said so.
    """
    if not isinstance(value, Letter):
        said = (Relation("=", Name(name), value),)
        shape = sizes_of_shortened(value)
        return said if shape is None else (*said, f" ({' × '.join(map(str, shape))}, not all of it shown)")
    sizes = r" \times ".join(LatexPrinter().print(size_node(size)) for size in value.shape)
    return (Name(name), rf" $\in \mathbb{{R}}^{{{sizes}}}$") if sizes else (Name(name),)


def equations(pairs: Iterable[tuple[str, Any]], last: str = ", ") -> Prose:
    """Names with their values: ``a = 1, b = 2``; a letter has none."""
    said = (Name(name) if isinstance(value, Letter) else Relation("=", Name(name), value) for name, value in pairs)
    return joined(said, last=last)
