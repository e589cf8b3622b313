"""Random graphs of arrays against an autodiff library: values and gradients, exact and in floats, entry by entry."""

from __future__ import annotations

import re
from typing import Any

import autograd
import numpy
import pytest

from deepcalc.graph.evaluation import WithEntries, evaluate, value_of
from deepcalc.graph.floats import Program
from deepcalc.graph.gradients import add_gradient
from deepcalc.notation.grids import Grid, places
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import names_in
from deepcalc.notation.operations import OPERATIONS
from deepcalc.notation.operations.expressions import arranged, entry_of
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.shapes import concrete
from tests.array_graphs import FORMS, ArrayGraph, random_graph

GRAPHS = 500
_AT_ONCE = 20


def as_array(value: Any) -> Any:
    if isinstance(value, Grid):
        return numpy.array([float(entry) for entry in value.entries]).reshape(value.shape)
    return numpy.array(float(value))


def close(mine: Any, theirs: Any) -> bool:
    theirs = numpy.asarray(theirs)
    return numpy.shape(mine) == theirs.shape and bool(numpy.allclose(mine, theirs, rtol=1e-9, atol=1e-9))


def with_gradients(made: ArrayGraph) -> dict[str, Any]:
    """The graph with the gradient of L by every given array; what the library says of each quantity."""
    values = made.compute(*made.given.values())
    expected = {name: values[name] for name, _, _ in made.steps}
    expected["L"] = made.loss(*made.given.values())
    behind = made.graph.ancestors(["L"])
    for index, name in enumerate(made.given):
        if name in behind:
            add_gradient(made.graph, gradient("L", name))
            expected[gradient("L", name)] = autograd.grad(made.loss, index)(*made.given.values())
    return expected


@pytest.mark.parametrize("start", range(0, GRAPHS, _AT_ONCE))
def test_values_and_gradients_are_those_of_the_library(start: int) -> None:
    for seed in range(start, start + _AT_ONCE):
        made = random_graph(seed)
        expected = with_gradients(made)
        exact = evaluate(made.graph, expected).values
        floats = Program(made.graph, expected).run()
        for name, theirs in expected.items():
            assert close(as_array(exact[name]), theirs), (seed, name, PlainPrinter().print(made.graph[name].definition))
            assert close(numpy.asarray(floats[name]), theirs), (seed, name)


@pytest.mark.parametrize("start", range(0, 2 * len(FORMS), _AT_ONCE))
def test_entries_make_up_the_whole(start: int) -> None:
    for seed in range(start, start + _AT_ONCE):
        made = random_graph(seed, steps=2)
        graph = made.graph
        values = WithEntries(evaluate(graph, graph.names).values)
        for quantity in graph:
            if quantity.formula is None:
                continue
            whole = values[quantity.name]
            for place in places(concrete(graph.shape(quantity.name))):
                entry = entry_of(quantity.formula, place, graph.shape)
                own = whole[place] if isinstance(whole, Grid) else whole
                assert abs(float(value_of(entry, values)) - float(own)) < 1e-12, (seed, quantity.name, place)


@pytest.mark.parametrize("start", range(0, 4 * len(FORMS), _AT_ONCE))
def test_what_is_printed_is_read_back(start: int) -> None:
    for seed in range(start, start + _AT_ONCE):
        made = random_graph(seed)
        with_gradients(made)
        for quantity in made.graph:
            if quantity.formula is None:
                continue
            text = PlainPrinter().print(quantity.formula)
            again = arranged(parse(text), made.graph.shape)
            assert PlainPrinter().print(again) == text, seed
            values = evaluate(made.graph, names_in(quantity.formula)).values
            assert all(name in values for name in names_in(again))
            assert UnicodePrinter().print(quantity.formula)
            latex = LatexPrinter().print(quantity.formula)
            assert latex.count("{") == latex.count("}")
            assert latex.count(r"\left") == latex.count(r"\right")


def test_every_form_is_tried() -> None:
    tried = {form for seed in range(GRAPHS) for _, form, _ in random_graph(seed).steps}
    assert tried == set(FORMS)


def test_every_operation_is_in_a_form() -> None:
    """Those by which a gradient goes back through a window come of the window's own."""
    named = {word for form in FORMS for word in re.findall(r"[a-z_0-9]+(?=\()", form.text)}
    gradients = {name for name in OPERATIONS if name.endswith(("_input", "_kernel"))}
    assert set(OPERATIONS) - gradients - OTHERWISE <= named


OTHERWISE = {"eigvals"}
"""Operations with tests of their own: whose derivatives need values that are far from each other."""
