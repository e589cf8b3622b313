"""An expression in letters in the form that a textbook writes.

Numbers are gathered, common factors taken out, quotients cancelled, no minus stands where a difference can be turned;
the author's order is kept wherever nothing is gained by another one. Each expression is cleaned from the inside out;
beside the cleaned form its normal forms (common factors taken out, multiplied out) are written; the shortest stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deepcalc.errors import DeepcalcError, ValueOutOfReach
from deepcalc.notation.array_nodes import Apply, Entrywise
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.nodes import (
    ZERO,
    Call,
    Cases,
    Leaf,
    Literal,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Relation,
    Times,
    nodes_in,
)
from deepcalc.notation.shapes import SCALAR, Shape, ShapeError, size_node
from deepcalc.notation.tidying import laws
from deepcalc.notation.tidying.laws import Law
from deepcalc.notation.tidying.length import length
from deepcalc.notation.tidying.linear import LINEAR_RULES, is_chain, numbers_and_array, with_common_matrix
from deepcalc.notation.tidying.numerals import Numerals
from deepcalc.notation.tidying.open_cases import open_cases
from deepcalc.notation.tidying.products import Product, Writer, read
from deepcalc.notation.tidying.rational import Rationals, TooLong
from deepcalc.notation.tidying.recognized import recognized
from deepcalc.notation.tidying.signs import signed_sum
from deepcalc.notation.written_values import divides_by_zero, rational_of
from deepcalc.records import record

_ROUNDS = 6
_WORTH_MULTIPLYING_OUT = 0.9  # symbols that are to be saved

ShapeOfNode = Callable[[Node], Shape]


@record
class Tidied:
    """The tidied expression, and the laws that were used, each once, in order.

    Where it has no value whatever the letters are, ``undefined`` says why, and the expression is as it was.
    """

    expression: Node
    laws: tuple[Law, ...] = ()
    undefined: str = ""


def a_number(node: Node) -> Shape:
    """The shape of every expression where there are no arrays."""
    return SCALAR


def tidy(expression: Node, shape: ShapeOfNode = a_number, assumed: Iterable[Node] = ()) -> Tidied:
    """The expression as a textbook writes it; equal to it wherever it has a value.

    ``shape`` gives the shape of an expression in the names used; ``assumed`` are relations ``a = b`` that are known of
    the letters.
    """
    tidying = _Tidying(Numerals.of(expression), shape, assumed)
    current = expression
    try:
        for _ in range(_ROUNDS):
            found = tidying.whole(current)
            if found == current:
                break
            current = found
    except ValueOutOfReach as error:
        return Tidied(expression, undefined=str(error))
    return Tidied(current, tuple(tidying.laws))


class _Tidying:
    def __init__(self, numerals: Numerals, shape: ShapeOfNode, assumed: Iterable[Node]) -> None:
        self.shape = shape
        self.laws: dict[Law, None] = {}
        self._writer = Writer(numerals, shape)
        self._rules: Mapping[type, Callable[[Any], Node]] = {
            Plus: self._plus,
            Times: self._product,
            Entrywise: self._product,
            Over: self._product,
            Negative: self._product,
            Power: self._product,
            Call: self._call,
        }
        self._equal = {
            each.operands[0]: each for each in assumed if isinstance(each, Relation) and each.operators == ["="]
        }

    def whole(self, node: Node) -> Node:
        """The node tidied; as it is where the tidied one would lose its shape."""
        if isinstance(node, Leaf):
            return node
        laws_before = dict(self.laws)
        found = self._tidied(node)
        if found != node and not self._has_shape_of(found, node):
            self.laws = laws_before
            return node
        return found

    def use(self, *used: Law) -> None:
        self.laws.update(dict.fromkeys(used))

    def _has_shape_of(self, found: Node, node: Node) -> bool:
        try:
            return self.shape(found) == self.shape(node)
        except DeepcalcError:
            return False

    def _tidied(self, node: Node) -> Node:
        if isinstance(node, Cases):
            node = open_cases(node)
        if isinstance(node, Leaf):
            return node
        inner = self._inner(node)
        parts = [inner(part) if isinstance(part, Node) and not isinstance(part, Relation) else part
                 for part in node.args]  # fmt: skip
        node = node.func(*parts)
        if divides_by_zero(node):
            raise ValueOutOfReach("division by zero")
        rule = self._rules.get(type(node))
        found = rule(node) if rule else LINEAR_RULES[type(node)](self, node) if type(node) in LINEAR_RULES else node
        if isinstance(found, Apply) and found.operation == "expand":
            found = self._repeated(found)
        function = recognized(found)
        if function is not None and self._has_shape_of(function[0], found):
            found = function[0]
            self.use(function[1])
        known = self._equal.get(found)
        if known is not None:
            self.use(laws.assumed(known))
            return known.operands[1]
        return self._summed_by_terms(found)

    def _inner(self, node: Node) -> Callable[[Node], Node]:
        """How the parts of a node are tidied."""
        if isinstance(node, Cases):
            return self._as_far_as_defined
        return self._tidied if type(node) in self._rules and not isinstance(node, Call) else self.whole

    def _as_far_as_defined(self, node: Node) -> Node:
        """A value by cases may have none where its case does not hold."""
        laws_before = dict(self.laws)
        try:
            return self.whole(node)
        except ValueOutOfReach:
            self.laws = laws_before
            return node

    def _summed_by_terms(self, node: Node) -> Node:
        """The sum of an array of several terms, where that of each is known: Σ (a·y + c) is a + n·c for Σ y = 1."""
        whole = node.operands[0] if isinstance(node, Apply) and node.operation == "sum" and not node.settings else None
        if not isinstance(whole, Plus):
            return node
        sums, used = [], []
        for term in whole.args:
            numbers, array = numbers_and_array(self, term)
            known = self._equal.get(Apply("sum", {}, array))
            if not self.shape(term):
                sums.append(Times(*map(size_node, self.shape(whole)), term))
            elif known is not None and self.shape(term) == self.shape(whole):
                used.append(laws.assumed(known))
                sums.append(Times(self.write(numbers), known.operands[1]))
            else:
                return node
        self.use(*used)
        return self._tidied(Plus(*sums))

    def _repeated(self, node: Apply) -> Node:
        """What is repeated along an axis, as the number that it is assumed to be, which repeats by itself."""
        known = self._equal.get(node.operands[0])
        if known is None or not isinstance(known.operands[1], Literal):
            return node
        self.use(laws.assumed(known))
        return known.operands[1]

    # ---- sums and products

    def write(self, product: Product) -> Node:
        """A product as it is written."""
        return self._writer.write(product)

    def _product(self, node: Node) -> Node:
        product = read(node)
        if product.coefficient == 0:
            return ZERO
        fraction_first = _leads_with_fraction(node)
        kept = self._writer.write(product, fraction_first)
        if length(kept) > length(node) and not _divides_twice(node):
            kept, product = node, Product()
        worth = _is_worth_a_try(product.factors.items())
        found, used = self._shortest(kept, product.used, fraction_first, worth)
        if found != node:
            self.use(*laws.in_order(used))
        return found

    def _plus(self, node: Node) -> Node:
        flat = list(_terms(node))
        gathered: dict[Any, tuple[Product, Any]] = {}
        used: set[Law] = set()
        for taken, term in flat:
            product = read(term)
            if taken:
                product.coefficient = -product.coefficient
            before = gathered.get(product.key)
            if before is None:
                gathered[product.key] = product, term
            else:
                used.add(laws.LIKE_TERMS if product.factors else laws.NUMBERS)
                combined = Product(before[0].coefficient + product.coefficient, before[0].factors)
                gathered[product.key] = combined, None
        signed = [
            (product.coefficient < 0, self._term(product, term))
            for product, term in gathered.values()
            if product.coefficient
        ]
        kept = signed_sum(signed)
        merged = self._with_common_matrix([product for product, _ in gathered.values() if product.coefficient])
        if merged is not None and length(merged) < length(kept):
            self.use(laws.COMMON_FACTOR)
            return merged
        worth = len(gathered) > 1 and _shares(product for product, _ in gathered.values())
        found, used = self._shortest(kept, used, False, worth)
        if found != node:
            self.use(*laws.in_order(used))
        return found

    def _with_common_matrix(self, products: list[Product]) -> Node | None:
        """The sum with the first or last matrix of its matrix products taken out; None where they share none."""
        chains = [product for product in products if is_chain(self, product)]
        merged = with_common_matrix(self, chains, lambda terms: self._plus(self._writer.sum_of(terms)))
        if merged is None or len(chains) == len(products):
            return merged
        signed = [(term.coefficient < 0, self._term(term, None)) for term in products if term not in chains]
        return signed_sum([(False, merged), *signed])

    def _term(self, product: Product, written: Node | None) -> Node:
        """A term of a sum without its sign: as it is written, where nothing has been gathered into it."""
        if written is None:
            return self._writer.write(Product(abs(product.coefficient), product.factors))
        positive = read(written).coefficient > 0
        return written if positive else self._writer.write(Product(abs(product.coefficient), product.factors))

    def _shortest(self, kept: Node, used: set[Law], fraction_first: bool, worth: bool) -> tuple[Node, set[Law]]:
        """The shortest of the cleaned form and its normal forms, and the laws that lead to it."""
        if not worth:
            return kept, used
        try:
            forms = list(Rationals(kept, self._writer).candidates(kept, fraction_first))
        except (TooLong, ShapeError):  # of a sum whose terms fit only beside what was taken out
            return kept, used
        best, best_length, best_laws = kept, length(kept), used
        for form in forms:
            law = _law_of(kept, form)
            measured = length(form) + (_WORTH_MULTIPLYING_OUT if law is laws.MULTIPLIED_OUT else 0.0)
            if measured < best_length - 1e-9 and self._has_shape_of(form, kept):
                best, best_length, best_laws = form, measured, {*used, law}
        return best, best_laws

    # ---- functions

    def _call(self, node: Call) -> Node:
        inverse = _INVERSE.get(node.function)
        if inverse and isinstance(node.arguments[0], Call) and node.arguments[0].function in inverse:
            self.use(laws.LOGARITHM)
            return node.arguments[0].arguments[0]
        values = [rational_of(argument) for argument in node.arguments]
        if any(value is None for value in values):
            return node
        found = FUNCTIONS[node.function].exact(*values)
        if not isinstance(found, Fraction):
            return node
        self.use(laws.VALUE)
        return self._writer.write(Product(found))


_INVERSE: Mapping[str, Sequence[str]] = {"log": ("exp",), "ln": ("exp",), "exp": ("log", "ln")}


def _terms(node: Node) -> Iterable[tuple[bool, Any]]:
    """The terms of a sum, and of the sums in it, each with whether it is taken away."""
    for term in node.args if isinstance(node, Plus) else (node,):
        taken, inner = False, term
        while isinstance(inner, Negative):
            taken, inner = not taken, inner.args[0]
        if isinstance(inner, Plus):
            for also_taken, deeper in _terms(inner):
                yield taken != also_taken, deeper
        else:
            yield taken, inner


def _leads_with_fraction(node: Node) -> bool:
    """Whether a product starts with a quotient of numbers or letters alone, ``2/n*x``."""
    while isinstance(node, Negative):
        node = node.args[0]
    first = node.args[0] if isinstance(node, Times) else None
    return isinstance(first, Over) and isinstance(first.args[0], Literal)


def _divides_twice(node: Node) -> bool:
    """Whether a quotient is divided by something else again, ``a/b/(2*c)``."""
    top = node.args[0].args[0] if isinstance(node, Negative) and isinstance(node.args[0], Over) else node
    return isinstance(top, Over) and any(isinstance(part, Over) for part in nodes_in(top.args[0]))


def _is_worth_a_try(factors: Iterable[tuple[Any, Fraction]]) -> bool:
    """Whether a product has a sum that may cancel with, or be gathered into, another factor."""
    return sum(isinstance(factor, Plus) for factor, _ in factors) > 0


def _shares(terms: Iterable[Product]) -> bool:
    """Whether terms of a sum have a factor in common, or a denominator, or are products of sums."""
    seen: set[Node] = set()
    numbers = []
    for term in terms:
        numbers.append(abs(term.coefficient))
        for factor, power in term.factors.items():
            if factor in seen or power < 0 or isinstance(factor, Plus):
                return True
            seen.add(factor)
    return (len(set(numbers)) == 1 and numbers[0] != 1) or min(numbers, default=1) > 1


def _law_of(kept: Node, form: Node) -> Law:
    """What has led from the cleaned form to a normal one."""
    divisors, before = _divisors(form), _divisors(kept)
    if divisors < before:
        return laws.COMMON_DENOMINATOR if divisors else laws.CANCELLED
    return laws.MULTIPLIED_OUT if isinstance(form, Plus | Leaf) else laws.COMMON_FACTOR


def _divisors(node: Node) -> int:
    return sum(isinstance(part, Over) and rational_of(part) is None for part in nodes_in(node))
