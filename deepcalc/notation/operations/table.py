"""The table of all operations, and the row of a node."""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.notation.array_nodes import Apply, Array, Entrywise, Item, MatrixProduct, Prime, Transpose
from deepcalc.notation.nodes import Node
from deepcalc.notation.operations.axes import AXES
from deepcalc.notation.operations.convolution import CONVOLUTIONS
from deepcalc.notation.operations.entrywise import ENTRYWISE, PRIME, PRODUCT_OF_ENTRIES
from deepcalc.notation.operations.layout import ARRAY, ITEM, LAYOUT
from deepcalc.notation.operations.making import MADE
from deepcalc.notation.operations.masking import MASKING
from deepcalc.notation.operations.pooling import POOLINGS
from deepcalc.notation.operations.products import MATRIX_PRODUCT, PRODUCTS, TRANSPOSE
from deepcalc.notation.operations.reductions import REDUCTIONS
from deepcalc.notation.operations.row import Operation
from deepcalc.notation.operations.softmax import SOFTMAXES
from deepcalc.notation.operations.spectra import SPECTRA
from deepcalc.notation.operations.squares import SQUARES
from deepcalc.notation.scalars.table import SCALARS

OPERATIONS: Mapping[str, Operation] = {
    row.name: row
    for row in (
        *REDUCTIONS,
        *SOFTMAXES,
        *MASKING,
        *PRODUCTS,
        *SQUARES,
        *SPECTRA,
        *LAYOUT,
        *MADE,
        *AXES,
        *CONVOLUTIONS,
        *POOLINGS,
    )
}
"""The operations that a formula names, ``sum(X, axis=0)``."""

_NODES: Mapping[type, Operation] = {
    **{node: ENTRYWISE for node, row in SCALARS.items() if row.by_entries},
    Entrywise: PRODUCT_OF_ENTRIES,
    Prime: PRIME,
    MatrixProduct: MATRIX_PRODUCT,
    Transpose: TRANSPOSE,
    Array: ARRAY,
    Item: ITEM,
}


def row_of(node: Node) -> Operation:
    """What is known of the operation of a node; ``KeyError`` for a leaf."""
    return OPERATIONS[node.operation] if isinstance(node, Apply) else _NODES[type(node)]


def operands_of(node: Node) -> tuple[Node, ...]:
    """The parts of a node that are expressions with a value: not its settings, not its indices."""
    if isinstance(node, Item):
        return node.args[:1]
    return tuple(part for part in node.args if isinstance(part, Node))
