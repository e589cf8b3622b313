"""The MathML dialect of the printer: ``w21 - eta*{dL/dw21}`` as presentation MathML.

Each token is whole markup, so that a long line can be broken into several ``<math>`` elements at any
:class:`~deepcalc.notation.printing.Break`. For that, what is wide is not put where no line can be broken: a wide
fraction is written with a solidus, a wide exponent of e as exp(…), a wide base has its power at the closing bracket.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from deepcalc.notation.array_nodes import Array
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.nodes import Call, Cases, Literal, Name, Node, Over, Relation
from deepcalc.notation.printing import Break, Level, Token, text_of
from deepcalc.notation.printing import mathml_elements as mathml
from deepcalc.notation.printing.mathml_arrays import MathMLArrays
from deepcalc.notation.printing.mathml_symbols import symbol

WIDEST = 22
"""Characters that a fraction, a root or an exponent holds on a narrow screen, beside a symbol and a relation sign."""

UNBROKEN = 16
"""Characters of which no line is made shorter."""

_LEVELS_OF_WIDE_CALLS = {"root": Level.POWER}


class MathMLPrinter(MathMLArrays):
    """Presentation MathML; :meth:`print` gives what stands inside a ``<math>`` element."""

    times = mathml.infix("·")
    minus = "−"
    solidus = mathml.small("/")
    separator = '<mo separator="true">,</mo>'
    comparisons: ClassVar = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "!=": "≠", "≈": "≈"}

    def level(self, node: Node) -> Level:
        if isinstance(node, Over):
            return Level.PRODUCT if self._is_wide(*node.args) else Level.POWER
        if isinstance(node, Call) and self._is_wide(*node.arguments):
            return _LEVELS_OF_WIDE_CALLS.get(FUNCTIONS[node.function].form, Level.ATOM)
        return super().level(node)

    def prefix(self, sign: str) -> str:
        return mathml.prefix(sign)

    def infix(self, sign: str) -> str:
        return mathml.infix(sign)

    def fenced(self, opening: str, tokens: list[Token], closing: str) -> list[Token]:
        inside = text_of(tokens)
        broken = mathml.width(inside) > UNBROKEN
        signs = mathml.brackets(opening, inside, closing, broken)
        if broken and Break in map(type, tokens):
            return super().fenced(signs[0], tokens, signs[1])
        return [f"<mrow>{signs[0]}{inside}{signs[1]}</mrow>"]

    def show_name(self, node: Name) -> list[Token]:
        return [symbol(self.symbols.forms(node.name).latex)]

    def digits(self, text: str) -> str:
        return mathml.number(text)

    def scientific(self, mantissa: str, exponent: str) -> str:
        power = mathml.scripts(mathml.number("10"), sup=mathml.number(exponent))
        return f"<mrow>{mathml.number(mantissa)}{self.times}{power}</mrow>"

    def show_over(self, node: Node) -> list[Token]:
        if self._is_wide(*node.args):
            tokens = super().show_over(node)
            at = len(tokens) - 1 - tokens[::-1].index(self.solidus)
            return [*tokens[:at], Break(1), *tokens[at:]]
        top, bottom = (self.print(part) for part in node.args)
        return [mathml.fraction(top, bottom)]

    def show_power(self, node: Node) -> list[Token]:
        exponent = self.print(node.args[1])
        *before, last = self.base(node.args[0])
        if not before:
            return [mathml.scripts(str(last), sup=exponent)]
        if Break in map(type, before):
            return [*before, mathml.scripts(str(last), sup=exponent)]
        return [mathml.scripts(mathml.row(*map(str, before), str(last)), sup=exponent)]

    def show_raised(self, node: Call) -> list[Token]:
        (argument,) = node.arguments
        if self._is_wide(argument):
            return self.show_named(node)
        return [mathml.scripts(mathml.identifier("e"), sup=self.print(argument))]

    def show_root(self, node: Call) -> list[Token]:
        (argument,) = node.arguments
        if self._is_wide(argument):
            return [mathml.prefix("√"), *self.bracketed(self.tokens(argument))]
        return [mathml.root(self.print(argument))]

    def named(self, function: str) -> str:
        name = symbol(FUNCTIONS[function].latex or rf"\operatorname{{{function}}}")
        return f"{name}{mathml.FUNCTION_APPLICATION}"

    def show_relation(self, node: Relation) -> list[Token]:
        first, *others = node.operands
        tokens = self.tokens(first)
        for operator, operand in zip(node.operators, others, strict=True):
            tokens += [Break(0), self.infix(self.comparisons[operator]), *self.tokens(operand)]
        return tokens

    def show_cases(self, node: Cases) -> list[Token]:
        if any(self._is_wide(*branch) for branch in node.branches) or self._is_wide(node.otherwise):
            return self._cases_in_a_line(node)
        condition = mathml.words(" if ")
        rows = [(self.print(value), condition + self.print(holds)) for value, holds in node.branches]
        return [mathml.cases([*rows, (self.print(node.otherwise), mathml.words(" otherwise"))])]

    def _cases_in_a_line(self, node: Cases) -> list[Token]:
        tokens: list[Token] = []
        for value, condition in node.branches:
            tokens += [*self.tokens(value), Break(1), mathml.words(" if "), *self.tokens(condition)]
            tokens += ['<mo separator="true">;</mo>', Break(0)]
        return self.fenced("{", [*tokens, *self.tokens(node.otherwise), mathml.words(" otherwise")], "}")

    def show_sum_over(self, node: Node) -> list[Token]:
        body, index, first, last = node.args
        below = f"{self.print(index)}{mathml.infix('=')}{self.print(first)}"
        sign = mathml.limits('<mo movablelimits="false">∑</mo>', below, self.print(last))
        return [sign, *self.at_least(Level.PRODUCT, body)]

    def listed(self, nodes: Any) -> list[Token]:
        tokens: list[Token] = []
        for index, node in enumerate(nodes):
            tokens += [self.separator, Break(1), *self.tokens(node)] if index else self.tokens(node)
        return tokens

    def side_by_side(self, nodes: Sequence[Node]) -> list[Token]:
        return self.listed(nodes)

    def _is_wide(self, *nodes: Node) -> bool:
        """Whether one of the expressions is too wide to stand where no line can be broken."""
        return any(self._width_up_to(node, WIDEST) > WIDEST for node in nodes)

    def _width_up_to(self, node: Node, most: int) -> int:
        width = 0
        for part in _across(node):
            if isinstance(part, Literal):
                width += len(part.text)
            elif isinstance(part, Name):
                forms = self.symbols.forms(part.name)
                capitals = sum(map(str.isupper, forms.unicode))
                width += (len(forms.unicode) + capitals // 2) // (2 if forms.quotient else 1)
            else:
                width += max(len(part.args), 1)
            if width > most:
                break
        return width


def _across(node: Node) -> Iterator[Node]:
    """The nodes that stand beside each other: of a matrix those of its first row, which speaks for all."""
    stack = [node]
    while stack:
        current = stack.pop()
        is_matrix = isinstance(current, Array) and isinstance(current.args[0], Array)
        yield current
        stack.extend(current.args[:1] if is_matrix else reversed(current.args))
