"""Tidying of what is done with whole arrays: matrix products, transposes, sums and other linear operations.

Numbers stand before the array; matrix products keep their order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from deepcalc.notation.array_nodes import Apply, MatrixProduct, Transpose, is_identity
from deepcalc.notation.nodes import Literal, Node
from deepcalc.notation.shapes import Shape
from deepcalc.notation.tidying import laws
from deepcalc.notation.tidying.laws import Law
from deepcalc.notation.tidying.products import Product, read
from deepcalc.notation.tidying.signs import LINEAR


class Tidying(Protocol):
    """What a rule may ask: shapes, how a product is written; and what it tells: the laws it has used."""

    shape: Callable[[Node], Shape]

    def write(self, product: Product) -> Node: ...

    def use(self, *used: Law) -> None: ...


def numbers_and_array(tidying: Tidying, node: Node) -> tuple[Product, Any]:
    """The numbers of an array, and the array without them."""
    product = read(node)
    numbers = Product(product.coefficient)
    arrays = Product()
    for factor, exponent in product.factors.items():
        part = arrays if tidying.shape(factor) else numbers
        part.multiply_by(factor, exponent)
    if not arrays.factors or numbers.coefficient == 0 or numbers == Product():
        return Product(), node
    return numbers, tidying.write(arrays)


def _with_numbers_in_front(tidying: Tidying, node: Node, at: Sequence[int]) -> Node:
    """A node that is linear in some of its parts, with their numbers before it."""
    parts = list(node.args)
    front = Product()
    for index in at:
        numbers, parts[index] = numbers_and_array(tidying, parts[index])
        front.multiply(numbers)
    if not front.factors and front.coefficient == 1:
        return node
    tidying.use(laws.SCALAR_IN_FRONT)
    front.multiply(read(node.func(*parts)))
    return tidying.write(front)


def _matrix_product(tidying: Tidying, node: Node) -> Node:
    left, right = node.args
    if is_identity(left) or is_identity(right):
        tidying.use(laws.IDENTITY)
        return right if is_identity(left) else left
    return _with_numbers_in_front(tidying, node, (0, 1))


def _transpose(tidying: Tidying, node: Node) -> Node:
    inner = node.args[0]
    if is_identity(inner):
        return inner
    if isinstance(inner, Transpose):
        tidying.use(laws.TRANSPOSED_TWICE)
        return inner.args[0]
    if isinstance(inner, MatrixProduct) and all(len(tidying.shape(part)) == 2 for part in inner.args):
        tidying.use(laws.TRANSPOSED_PRODUCT)
        left, right = (_transpose(tidying, Transpose(part)) for part in inner.args)
        return MatrixProduct(right, left)
    if isinstance(inner, Apply) and inner.operation == "outer":
        tidying.use(laws.TRANSPOSED_OUTER)
        return Apply("outer", {}, *reversed(inner.operands))
    return _with_numbers_in_front(tidying, node, (0,))


def _apply(tidying: Tidying, node: Apply) -> Node:
    if node.operation not in LINEAR:
        return node
    if node.operation == "expand" and isinstance(node.operands[0], Literal):
        return node.operands[0]  # a number is repeated anyway
    return _with_numbers_in_front(tidying, node, range(2, len(node.args)))


LINEAR_RULES: Mapping[type, Callable[[Tidying, Any], Node]] = {
    MatrixProduct: _matrix_product,
    Transpose: _transpose,
    Apply: _apply,
}


def with_common_matrix(
    tidying: Tidying, terms: Sequence[Product], sum_of: Callable[[list[Product]], Node]
) -> Node | None:
    """``Xᵀ (X w - y)`` for ``Xᵀ X w - Xᵀ y``: the first or last matrix of all terms taken out, or None."""
    chains = [_chain(tidying, term) for term in terms]
    if len(chains) < 2 or not all(chains):
        return None
    for end, rest in ((0, slice(1, None)), (-1, slice(None, -1))):
        if len({chain[end] for chain in chains}) > 1:
            continue
        left = []
        for term, chain in zip(terms, chains, strict=True):
            product = Product(term.coefficient, {f: e for f, e in term.factors.items() if not tidying.shape(f)})
            product.multiply(read(_joined(chain[rest])))
            left.append(product)
        inner, matrix = sum_of(left), chains[0][end]
        return MatrixProduct(matrix, inner) if end == 0 else MatrixProduct(inner, matrix)
    return None


def is_chain(tidying: Tidying, term: Product) -> bool:
    """Whether a term is one matrix product, times numbers."""
    return bool(_chain(tidying, term))


def _chain(tidying: Tidying, term: Product) -> list[Node]:
    """The matrices of a term that is one matrix product (times numbers), in order; none of any other term."""
    arrays = [factor for factor in term.factors if tidying.shape(factor)]
    if len(arrays) != 1 or not isinstance(arrays[0], MatrixProduct) or term.factors[arrays[0]] != 1:
        return []
    return _flat(tidying, arrays[0])


def _flat(tidying: Tidying, node: Node) -> list[Node]:
    """The factors of a matrix product, as far as brackets may be set in any way: all but the last are matrices."""
    if isinstance(node, MatrixProduct):
        left, right = node.args
        if len(tidying.shape(left)) == 2:
            return [*_flat(tidying, left), *_flat(tidying, right)]
    return [node]


def _joined(matrices: Sequence[Node]) -> Node:
    product = matrices[0]
    for matrix in matrices[1:]:
        product = MatrixProduct(product, matrix)
    return product
