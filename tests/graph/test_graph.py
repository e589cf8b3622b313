"""The graph only grows, and a quantity uses earlier ones."""

from __future__ import annotations

import pytest
from hypothesis import given

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import GraphError, Quantity
from deepcalc.notation.nodes import Literal, Name
from deepcalc.notation.parser import parse
from tests.strategies import RandomGraph, many, random_graphs

TWO = Literal("2")


def chain() -> Graph:
    return Graph(
        [
            Quantity("x", given=TWO),
            Quantity("y", given=TWO),
            Quantity("z", parse("x*y")),
            Quantity("p", parse("sigmoid(z)")),
            Quantity("L", parse("-log(p)*y"), stable=parse("softplus(-z)*y"), fused={"z": parse("p - 1")}),
        ]
    )


REFUSED = [
    (Quantity("x", given=TWO), "x is defined twice"),
    (Quantity("q", parse("x + r")), "q uses r, which is not defined before it"),
    (Quantity("q", parse("q + 1")), "q uses q, which is not defined before it"),
    (Quantity("q", parse("x"), stable=parse("r")), "q uses r"),
    (Quantity("q", parse("x"), fused={"r": parse("1")}), "q uses r"),
    (Quantity("q", parse("x"), fused={"x": parse("r")}), "q uses r"),
    (Quantity("q"), "either a formula or a given value"),
    (Quantity("q", parse("x"), given=TWO), "either a formula or a given value"),
]


@pytest.mark.parametrize(("quantity", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_cannot_join_is_refused_and_leaves_no_trace(quantity: Quantity, message: str) -> None:
    graph = chain()
    with pytest.raises(GraphError, match=message):
        graph.add(quantity)
    assert graph.names == ("x", "y", "z", "p", "L")
    assert graph["x"].given == TWO


def test_quantities_come_in_definition_order() -> None:
    graph = chain()
    assert [quantity.name for quantity in graph] == list(graph.names) == ["x", "y", "z", "p", "L"]
    assert (len(graph), "z" in graph, "q" in graph, 3 in graph) == (5, True, False, False)


def test_uses_come_in_the_order_written_and_once() -> None:
    graph = chain()
    graph.add(Quantity("q", parse("y*x + y")))
    assert graph.uses("q") == ("y", "x")
    assert graph.uses("x") == ()


def test_a_fused_derivative_passes_by_what_is_made_of_its_quantity_and_by_nothing_else() -> None:
    assert chain().parents("L") == ("z", "y")
    assert chain().parents("p") == ("z",)


def test_ancestors_are_what_a_value_is_computed_from() -> None:
    graph = chain()
    assert graph.ancestors(["z"]) == ["x", "y", "z"]
    assert graph.ancestors(["p"], stop=["z"]) == ["z", "p"]
    assert graph.ancestors(["p"], stop=["p"]) == ["p"]
    assert graph.ancestors(["y", "x"]) == ["x", "y"]
    assert graph.ancestors([]) == []


@many
@given(random_graphs())
def test_ancestors_are_closed_and_in_order(random: RandomGraph) -> None:
    graph = random.build()
    found = graph.ancestors([random.last])
    assert found == [name for name in graph.names if name in found]
    assert {used for name in found for used in graph.uses(name)} <= set(found)
    assert found[-1] == random.last


@many
@given(random_graphs())
def test_what_is_behind_a_quantity_are_its_ancestors(random: RandomGraph) -> None:
    graph = random.build()
    for index, name in enumerate(graph.names):
        assert graph.behind(name) == frozenset(graph.ancestors([name]))
        assert [each for each in (*graph.names, "nothing") if graph.is_before(each, name)] == list(graph.names[:index])


def test_few_ancestors_in_a_large_graph_come_in_order_too() -> None:
    graph = Graph(Quantity(f"x{k}", given=TWO) for k in range(100))
    graph.add(Quantity("s", parse("x70 + x3 + x50")))
    assert graph.ancestors(["s"]) == ["x3", "x50", "x70", "s"]


def test_a_long_chain_needs_no_recursion() -> None:
    graph = Graph([Quantity("x0", given=TWO)])
    for k in range(1, 5000):
        graph.add(Quantity(f"x{k}", Name(f"x{k - 1}")))
    assert len(graph.ancestors(["x4999"])) == 5000


def test_a_graph_written_otherwise_keeps_its_order() -> None:
    graph = chain().with_formulas({"z": Quantity("z", parse("y*x"))})
    assert graph.names == chain().names
    assert graph["z"].formula == parse("y*x")


def test_the_terms_that_use_a_name() -> None:
    graph = chain()
    graph.add(Quantity("s", parse("x*y - 2*x + y^2 + 3")))
    assert graph.terms_using("s", "x") == parse("x*y - 2*x")
    assert graph.terms_using("s", "z") == parse("0")
    assert graph.terms_using("z", "x") == parse("x*y")


def test_what_defines_a_quantity_is_its_formula_or_the_one_in_whose_place_it_is_given() -> None:
    graph = chain()
    graph.add(Quantity("a", given=TWO, in_place_of=parse("z + x")))
    assert (graph["z"].definition, graph["a"].definition) == (graph["z"].formula, parse("z + x"))
    with pytest.raises(GraphError, match="x is given; it has no formula"):
        _ = graph["x"].definition
