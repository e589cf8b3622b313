"""How a layer without weights takes up what comes from several senders: one row each.

He and others 2016, "Deep Residual Learning" (sums); Huang and others 2017, "Densely Connected Convolutional Networks"
(one behind the other); Srivastava, Greff and Schmidhuber 2015, "Highway Networks" (products);
Jacobs, Jordan, Nowlan and Hinton 1991, "Adaptive Mixtures of Local Experts" (inner products with gates).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import Name, Node, product, total
from deepcalc.records import record


@record
class Combination:
    """One way: ``unit`` writes what a unit gets of its terms, one of each sender.

    ``arrays`` writes what the whole layer gets of the arrays of its senders, whose features stand along an axis.

    ``forgotten`` is the family of mistakes that leave a sender out, ``confused_with`` the row that is taken for it. A
    combination that is not ``entrywise`` has a unit for every entry of its senders, one behind the other, or, of
    ``pairs``, a single one of two senders.
    """

    name: str
    title: str
    meaning: str
    unit: Callable[[Sequence[Name]], Node]
    arrays: Callable[[Sequence[Node], int], Node]
    forgotten: str = ""
    confused_with: str = ""
    entrywise: bool = True
    pairs: bool = False

    def fits(self, sizes: Sequence[int], units: int) -> bool:
        """Whether senders of these sizes make so many units; an entrywise one takes one entry for all of them too."""
        if self.pairs:
            return units == 1 and len(sizes) == 2 and sizes[0] == sizes[1]
        return all(size in (1, units) for size in sizes) if self.entrywise else sum(sizes) == units

    def terms(self, groups: Sequence[Sequence[str]], unit: int) -> list[str]:
        """The entries that a unit is made of."""
        if self.entrywise:
            return [group[unit if len(group) > 1 else 0] for group in groups]
        names = [name for group in groups for name in group]
        return names if self.pairs else [names[unit]]


_ROWS = (
    Combination(
        "add", "sum", "adds them entry by entry, as a skip connection does", lambda terms: total(*terms),
        lambda arrays, axis: total(*arrays), "skip-forgotten", "multiply",
    ),
    Combination(
        "concat", "concatenation", "sets them one behind the other", lambda terms: terms[0],
        lambda arrays, axis: Apply("concat", {"axis": axis}, *arrays), entrywise=False,
    ),
    Combination(
        "multiply", "product", "multiplies them entry by entry, as a gate does", lambda terms: product(*terms),
        lambda arrays, axis: product(*arrays), "gate-forgotten", "add",
    ),
    Combination(
        "dot", "inner product",
        "multiplies the entries of two and adds the products up, as softmax gates weigh what experts say",
        lambda terms: total(*map(product, terms[: len(terms) // 2], terms[len(terms) // 2 :])),
        lambda arrays, axis: Apply("expand", {"axis": axis}, Apply("sum", {"axis": axis}, product(*arrays))),
        "gate-forgotten", entrywise=False, pairs=True,
    ),
)  # fmt: skip

COMBINATIONS: Mapping[str, Combination] = {row.name: row for row in _ROWS}
