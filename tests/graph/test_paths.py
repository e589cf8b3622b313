"""Gradients written as one product for each path."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given

from deepcalc.graph.evaluation import evaluate, value_of
from deepcalc.graph.gradients import Style, differentiate
from deepcalc.graph.graph import Graph
from deepcalc.graph.paths import MOST_PATHS, by_paths, count_paths
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Literal, Node
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from tests.strategies import RandomGraph, many, random_graphs

plain = PlainPrinter()


def relu_network() -> Graph:
    """The network relu-2-2-2 of the worked examples, as far as w21 goes."""
    given = {
        "i1": "2.0",
        "i2": "-1.0",
        "w11": "1.0",
        "w21": "0.5",
        "w31": "0.5",
        "w32": "-1.0",
        "t1": "1.0",
        "t2": "0.5",
    }
    graph = Graph(Quantity(name, given=Literal(text)) for name, text in given.items())
    for name, text in {
        "h1": "i1*w11 + i2*w21 + 0.5",
        "h3": "relu(h1)",
        "o1": "h3*w31 - 1",
        "o2": "h3*w32 + 0.5",
        "L": "1/2*((o1 - t1)^2 + (o2 - t2)^2)",
    }.items():
        graph.add(Quantity(name, parse(text), partials=_by_hand(name)))
    return graph


def _by_hand(name: str) -> dict[str, Node]:
    return {"o1": parse("o1 - t1"), "o2": parse("o2 - t2")} if name == "L" else {}


def test_the_chain_rule_of_the_worked_example() -> None:
    quantity = by_paths(relu_network(), "L", "w21")
    assert quantity is not None
    assert plain.print(quantity.laws[0]) == (
        "{dL/do1}*{do1/dh3}*{dh3/dh1}*{dh1/dw21} + {dL/do2}*{do2/dh3}*{dh3/dh1}*{dh1/dw21}"
    )
    assert plain.print(quantity.definition) == (
        "(o1 - t1)*w31*cases(1 if h1 > 0, 0 otherwise)*i2 + (o2 - t2)*w32*cases(1 if h1 > 0, 0 otherwise)*i2"
    )
    values = evaluate(relu_network(), ["L"]).values
    assert value_of(quantity.definition, values) == Fraction("-1.5")


@many
@given(random_graphs())
def test_paths_and_errors_give_the_same_value(random: RandomGraph) -> None:
    graph = random.build()
    differentiate(graph, random.last, random.given_names, Style(sign=-1))
    values = evaluate(graph, graph.names).values
    assume(all(abs(float(value)) < 1e9 for value in values.values()))
    for name in random.given_names:
        quantity = by_paths(graph, random.last, name)
        paths = count_paths(graph, random.last, name)
        assert (quantity is None) == (paths == 0 or paths > MOST_PATHS)
        if quantity is not None:
            expected = float(values[gradient(random.last, name)])
            assert float(value_of(quantity.definition, values)) == pytest.approx(expected, rel=1e-12, abs=1e-25)


def ladder(rungs: int) -> Graph:
    graph = Graph([Quantity("q0", given=Literal("1"))])
    for k in range(rungs):
        graph.add(Quantity(f"a{k}", parse(f"2*q{k}")))
        graph.add(Quantity(f"b{k}", parse(f"3*q{k}")))
        graph.add(Quantity(f"q{k + 1}", parse(f"a{k} + b{k}")))
    return graph


def test_more_than_twelve_paths_are_not_written_out() -> None:
    assert count_paths(ladder(3), "q3", "q0") == 8
    assert by_paths(ladder(3), "q3", "q0") is not None
    assert by_paths(ladder(4), "q4", "q0") is None


def test_paths_beyond_number_are_counted_at_once() -> None:
    assert count_paths(ladder(300), "q300", "q0") == 2**300
    assert by_paths(ladder(300), "q300", "q0") is None


def test_where_nothing_leads_there_is_no_path() -> None:
    graph = Graph([Quantity("x", given=Literal("1")), Quantity("y", given=Literal("1")), Quantity("L", parse("x^2"))])
    assert by_paths(graph, "L", "y") is None
    assert plain.print(by_paths(graph, "L", "x").definition) == "2*x"  # type: ignore[union-attr]


def test_what_is_known_of_the_gradient_is_kept() -> None:
    graph = relu_network()
    differentiate(graph, "L", ["w21"], Style(section="Backward", group=lambda name: "gradients"))
    quantity = by_paths(graph, "L", "w21")
    assert quantity is not None
    assert (quantity.section, quantity.group) == ("Backward", "gradients")
