"""The parser of formulas and numbers: text → nodes, and nothing else.

A small precedence parser. No text is ever evaluated; names and functions are looked up in fixed tables, and
length, depth, digits and exponents are capped, so that hostile text costs nothing.

    sum       product {("+" | "-") product}, the first one with an optional sign
    product   power {("*" | "/" | "@") power}
    power     part ["^" exponent]                 (``**`` is ``^``; powers bind to the right)
    part      atom {".T" | "[" index {"," index} "]"}
    atom      number | name | "{" name "}" | "(" sum ")" | "(" relation ")" | "[" sum {"," sum} "]"
              | function ["'"] "(" sum {"," sum} {"," setting "=" number} ")"
              | "cases(" sum "if" relation {"," …} "," sum "otherwise" ")" | "sum(" sum "," name "," sum "," sum ")"
    relation  sum comparison sum {comparison sum}  (in brackets: 1 where it holds, 0 elsewhere)
    index     sum | [sum] ":" [sum]               (positions count from 1; both ends of a span are included)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from deepcalc.errors import ParseError
from deepcalc.notation.array_nodes import Array, Item, MatrixProduct, Setting, Slice, Transpose
from deepcalc.notation.calls import Settings, called, primed
from deepcalc.notation.lexer import LARGEST_EXPONENT, Token, check_number, shortened, tokens
from deepcalc.notation.names import LONGEST_NAME, is_name
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Cases,
    Listing,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Relation,
    SumOver,
    Times,
)

DEEPEST = 64
_LONGEST_SETTING = 7

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "=", "!="})


def parse(text: str) -> Node:
    """The written expression that the text says; ``ParseError`` tells what cannot be read and where."""
    return _Parser(text).whole(listing=False)


def parse_relation(text: str) -> Relation:
    """A comparison, or a chain of them, as it is typed: ``0 < p < 1``, ``sum(t) = 1``."""
    return _Parser(text).relation()


def parse_listing(text: str) -> Node:
    """Like :func:`parse`, but several expressions with commas between them give a ``Listing``."""
    return _Parser(text).whole(listing=True)


def parse_number(text: str) -> Literal:
    """A number as it is typed, ``-0.5`` or ``1e-8``, with its text kept; ``ParseError`` for what is none."""
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        raise ParseError(f"not a number: {shortened(text)}")
    check_number(stripped, 0)
    plain = stripped.removeprefix("+")
    sign = "-" if plain.startswith("-") else ""
    digits = plain.removeprefix("-")
    digits = f"0{digits}" if digits.startswith(".") else digits.replace(".e", "e").replace(".E", "E").removesuffix(".")
    value = Fraction(digits)
    return Literal(f"{sign}{digits}", -value) if sign and value else Literal(digits, value)


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(tokens(text))
        self._next = 0
        self._depth = 0

    def relation(self) -> Relation:
        found = self._relation()
        if self._token.kind != "end":
            raise self._unexpected("the end")
        return found

    def whole(self, listing: bool) -> Node:
        expressions = [self._sum()]
        while listing and self._take(","):
            expressions.append(self._sum())
        if self._token.kind != "end":
            raise self._unexpected("an operator")
        return Listing(*expressions) if len(expressions) > 1 else expressions[0]

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _advance(self) -> Token:
        token = self._token
        self._next += 1
        return token

    def _take(self, *operators: str) -> str | None:
        token = self._token
        if token.kind == "operator" and token.text in operators:
            self._next += 1
            return token.text
        return None

    def _expect(self, text: str) -> None:
        if self._token.kind not in ("operator", "name") or self._token.text != text:
            raise self._unexpected(f"{text!r}")
        self._next += 1

    def _unexpected(self, expected: str) -> ParseError:
        token = self._token
        found = "the end" if token.kind == "end" else shortened(token.text)
        return ParseError(f"expected {expected}, found {found}", token.position)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ParseError(f"a formula is at most {DEEPEST} levels deep", self._token.position)

    def _sum(self) -> Node:
        self._deeper()
        terms = [self._signed(self._product) if self._take("-") else self._product()]
        while operator := self._take("+", "-"):
            term = self._product()
            terms.append(term if operator == "+" else Negative(term))
        self._depth -= 1
        return terms[0] if len(terms) == 1 else Plus(*terms)

    def _signed(self, operand: Callable[[], Node]) -> Node:
        """The negative of what follows: of a lone number the negative number."""
        node = operand()
        if isinstance(node, Literal) and not node.negative and self._tokens[self._next - 1].text != ")":
            return Literal(f"-{node.text}", -node.value) if node.value else node
        return Negative(node)

    def _product(self) -> Node:
        depth = self._depth
        factors = [self._factor()]
        while operator := self._take("*", "/", "@"):
            factor = self._factor()
            if operator == "*":
                factors.append(factor)
            else:
                self._deeper()  # a/b/c is (a/b)/c
                node = Over if operator == "/" else MatrixProduct
                factors = [node(factors[0] if len(factors) == 1 else Times(*factors), factor)]
        self._depth = depth
        return factors[0] if len(factors) == 1 else Times(*factors)

    def _factor(self) -> Node:
        if self._take("-"):
            self._deeper()
            node = self._signed(self._factor)
            self._depth -= 1
            return node
        self._take("+")
        base = self._part()
        if not self._take("^"):
            return base
        self._deeper()
        at = self._token.position
        exponent = self._factor()
        if isinstance(exponent, Literal) and abs(exponent.value) > LARGEST_EXPONENT:
            raise ParseError(f"an exponent is at most {LARGEST_EXPONENT}", at)
        self._depth -= 1
        return Power(base, exponent)

    def _part(self) -> Node:
        """An atom, transposed or taken an entry of."""
        node = self._atom()
        depth = self._depth
        while operator := self._take(".T", "["):
            self._deeper()
            if operator == ".T":
                node = Transpose(node)
                continue
            indices = [self._index()]
            while self._take(","):
                indices.append(self._index())
            self._expect("]")
            node = Item(node, *indices)
        self._depth = depth
        return node

    def _index(self) -> Node:
        if self._take(":"):
            at = self._token
            if at.text in (",", "]"):
                return Slice()
            raise self._unexpected("',' or ']' (a span needs both ends, or none)")
        first = self._sum()
        return Slice(first, self._sum()) if self._take(":") else first

    def _atom(self) -> Node:
        token = self._token
        if token.kind == "number":
            check_number(token.text, token.position)
            return parse_number(self._advance().text)
        if token.kind == "braced":
            if not is_name(token.text):
                raise ParseError(f"{shortened(token.text)} is not the name of a quantity", token.position)
            return Name(self._advance().text)
        if token.kind == "name":
            self._advance()
            if self._token.text in ("(", "'") and self._token.kind == "operator":
                return self._call(token)
            if len(token.text) > LONGEST_NAME:
                raise ParseError(f"a name has at most {LONGEST_NAME} characters", token.position)
            return Name(token.text)
        if self._take("("):
            node = self._compared()
            self._expect(")")
            return node
        if self._take("["):
            self._deeper()
            parts = [self._sum()]
            while self._take(","):
                parts.append(self._sum())
            self._expect("]")
            self._depth -= 1
            return Array(*parts)
        raise self._unexpected("a number, a name or a bracket")

    def _call(self, function: Token) -> Node:
        if self._take("'"):
            return self._prime(function)
        self._expect("(")
        if function.text == "cases":
            return self._cases()
        arguments, settings, places = self._arguments()
        if function.text == "sum" and len(arguments) == 4 and not settings:
            return self._sum_over(arguments, places[1])
        return called(function, arguments, settings)

    def _arguments(self) -> tuple[list[Node], Settings, list[int]]:
        """Expressions and settings up to the closing bracket, and where the expressions stand."""
        arguments: list[Node] = []
        places: list[int] = []
        settings: Settings = {}
        while True:
            token, after = self._token, self._tokens[min(self._next + 1, len(self._tokens) - 1)]
            if token.kind == "name" and after.kind == "operator" and after.text == "=":
                self._next += 2
                settings[token.text] = (self._setting(), token.position)
            else:
                places.append(token.position)
                arguments.append(self._sum())
            if not self._take(","):
                self._expect(")")
                return arguments, settings, places

    def _setting(self) -> Setting:
        if not self._take("("):
            return self._whole_number()
        found = [self._whole_number()]
        while self._take(","):
            if self._token.text == ")":
                break
            found.append(self._whole_number())
        self._expect(")")
        return tuple(found)

    def _whole_number(self) -> int:
        token = self._advance()
        if token.kind != "number" or not token.text.isdigit() or len(token.text) > _LONGEST_SETTING:
            raise ParseError(f"expected a whole number, found {shortened(token.text)}", token.position)
        return int(token.text)

    def _prime(self, function: Token) -> Node:
        self._expect("(")
        argument = self._sum()
        self._expect(")")
        return primed(function, argument)

    @staticmethod
    def _sum_over(arguments: list[Node], position: int) -> Node:
        body, index, first, last = arguments
        if not isinstance(index, Name):
            raise ParseError("expected the name of the index, as in sum(body, i, 1, n)", position)
        return SumOver(body, index, first, last)

    def _cases(self) -> Node:
        parts: list[Node] = []
        while True:
            parts.append(self._sum())
            if self._token.kind == "name" and self._token.text == "otherwise" and len(parts) > 1:
                self._advance()
                self._expect(")")
                return Cases(*parts)
            self._expect("if")
            parts.append(self._relation())
            self._expect(",")

    def _compared(self) -> Node:
        """A sum, or a comparison, which stands for 1 where it holds, for 0 elsewhere."""
        node = self._sum()
        is_relation = self._token.kind == "operator" and self._token.text in _COMPARISONS
        return Cases(ONE, self._relation_of(node), ZERO) if is_relation else node

    def _relation(self) -> Relation:
        return self._relation_of(self._sum())

    def _relation_of(self, first: Node) -> Relation:
        operands = [first]
        operators = []
        while self._token.text in _COMPARISONS and self._token.kind == "operator":
            operators.append(self._advance().text)
            operands.append(self._sum())
        if not operators:
            raise self._unexpected("a comparison such as '>'")
        return Relation(" ".join(operators), *operands)
