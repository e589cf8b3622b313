"""Numbers in texts: ``{eta}`` in a question stands for the value of the quantity eta."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.notation.nodes import Node
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.rounding import NumberFormat

_PLACEHOLDER = re.compile(r"(?<![A-Za-z0-9_^}\]\\]){([A-Za-z][A-Za-z0-9_]*)}")
"""A name in braces that is no argument of LaTeX: ``\\frac{a}{b}`` and ``x_{i}`` hold none."""

_SHOWN = NumberFormat(significant=4)


def placeholders(text: str) -> Iterator[str]:
    """The names that stand in braces."""
    return (match[1] for match in _PLACEHOLDER.finditer(text))


def numbers_of(graph: Graph) -> Mapping[str, Node]:
    """The quantities of a graph as they are written: what is given as typed, other values in four figures.

    ``MathError`` names one that has no value.
    """
    values = evaluate(graph, graph.names).values
    return {
        each.name: each.given if isinstance(each.given, Node) else _SHOWN.write(values[each.name]) for each in graph
    }


def filled(text: str, numbers: Mapping[str, Node]) -> str:
    """The text with the numbers in place of their names."""

    def number(match: re.Match[str]) -> str:
        node = numbers[match[1]]
        in_mathematics = text[: match.start()].count("$") % 2 == 1
        return LatexPrinter().print(node) if in_mathematics else UnicodePrinter().print(node)

    return _PLACEHOLDER.sub(lambda match: number(match) if match[1] in numbers else match[0], text)
