"""Every gradient agrees with autograd's and with SymPy's, in whatever style it is written."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.gradients import Style, differentiate, opposite
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.graph.ways import partial
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Literal, Name
from deepcalc.notation.oracle import to_sympy
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from tests.strategies import RandomGraph, many, random_graphs


def graph_of(given: dict[str, str], define: dict[str, str]) -> Graph:
    graph = Graph(Quantity(name, given=Literal(text)) for name, text in given.items())
    for name, text in define.items():
        graph.add(Quantity(name, parse(text)))
    return graph


def written(graph: Graph, name: str) -> str:
    return PlainPrinter().print(graph[name].definition)


def derivatives(graph: Graph, of: str, names: list[str]) -> list[float]:
    values = evaluate(graph, [gradient(of, name) for name in names]).values
    return [float(values[gradient(of, name)]) for name in names]


def by_autograd(random: RandomGraph) -> list[float]:
    point = anp.array([float(value) for value in random.given])
    slopes = autograd.grad(lambda given: random.numeric(given)[-1])(point)
    return [float(slope) for slope in slopes]


def assume_tame(random: RandomGraph, graph: Graph) -> float:
    """Far from kinks; the size of what the floats of the oracle are accurate to."""
    values = evaluate(graph, graph.names).values
    assume(random.is_smooth_at(values))
    size = max(1.0, *(abs(float(value)) for value in values.values()))
    assume(size < 1e6)
    return size


@many
@given(random_graphs())
def test_gradients_agree_with_autograd(random: RandomGraph) -> None:
    graph = random.build()
    size = assume_tame(random, graph)
    differentiate(graph, random.last, random.given_names)
    found = derivatives(graph, random.last, random.given_names)
    assert found == pytest.approx(by_autograd(random), rel=1e-9, abs=1e-12 * size)


@many
@given(random_graphs(most=3))
def test_gradients_of_small_graphs_agree_with_sympy(random: RandomGraph) -> None:
    graph = random.build()
    assume_tame(random, graph)
    differentiate(graph, random.last, random.given_names)
    composed: dict[Any, Any] = {}
    for quantity in graph:
        if quantity.formula is not None and quantity.adjoint is None and "/" not in quantity.name:
            composed[sympy.Symbol(quantity.name, real=True)] = to_sympy(quantity.formula).xreplace(composed)
    whole = composed[sympy.Symbol(random.last, real=True)]
    point = {
        sympy.Symbol(name, real=True): sympy.Rational(value.numerator, value.denominator)
        for name, value in zip(random.given_names, random.given, strict=True)
    }
    found = evaluate(graph, [gradient(random.last, name) for name in random.given_names]).values
    for name in random.given_names:
        expected = sympy.diff(whole, sympy.Symbol(name, real=True)).evalf(30, subs=point)
        ours = to_fraction(found[gradient(random.last, name)])
        assert abs(sympy.Rational(ours.numerator, ours.denominator) - expected) < 1e-20 * max(1, abs(expected))


@many
@given(random_graphs(), st.data())
def test_error_terms_signs_and_absorbed_quantities_change_the_writing_and_no_value(
    random: RandomGraph, data: st.DataObject
) -> None:
    graph, plain = random.build(), random.build()
    size = assume_tame(random, graph)
    inner = random.names[len(random.given) : -1]
    with_error = data.draw(st.sets(st.sampled_from(inner)) if inner else st.just(set()))
    absorbed = data.draw(st.sets(st.sampled_from(inner)) if inner else st.just(set())) - with_error
    sign = data.draw(st.sampled_from([1, -1]))
    style = Style(
        error_term=lambda name: f"delta_{name}" if name in with_error else None, sign=sign, absorbed=frozenset(absorbed)
    )
    wanted = data.draw(st.permutations(random.names[:-1]))
    differentiate(graph, random.last, wanted, style)
    differentiate(plain, random.last, wanted)
    expected = derivatives(plain, random.last, wanted)
    assert derivatives(graph, random.last, wanted) == pytest.approx(expected, rel=1e-12, abs=1e-30 * size)
    for name in with_error & set(wanted):
        if f"delta_{name}" in graph:
            value = evaluate(graph, [f"delta_{name}"]).values[f"delta_{name}"]
            assert float(value) == pytest.approx(sign * expected[wanted.index(name)], rel=1e-12, abs=1e-30)


@many
@given(random_graphs(), st.data())
def test_what_is_asked_for_later_is_the_same(random: RandomGraph, data: st.DataObject) -> None:
    at_once, one_by_one = random.build(), random.build()
    order = data.draw(st.permutations(random.names))
    differentiate(at_once, random.last, order)
    for name in order:
        differentiate(one_by_one, random.last, [name], Style(sign=data.draw(st.sampled_from([1, -1]))))
    names = [gradient(random.last, name) for name in order]
    values, others = (evaluate(graph, names).values for graph in (at_once, one_by_one))
    assert [float(values[name]) for name in names] == pytest.approx([float(others[name]) for name in names], rel=1e-12)


def test_one_adjoint_is_written_for_each_quantity_on_the_way() -> None:
    graph = graph_of({"x": "2", "w": "3"}, {"z": "w*x", "h": "relu(z)", "L": "1/2*h^2"})
    differentiate(graph, "L", ["w"])
    assert graph.names[5:] == ("dL/dh", "dL/dz", "dL/dw")
    assert written(graph, "dL/dw") == "{dL/dz}*x"
    assert graph["dL/dw"].laws == (parse("{dL/dz}*{dz/dw}"),)


def test_a_shared_quantity_gets_the_sum() -> None:
    graph = graph_of({"w": "3", "x": "2"}, {"a": "w*x", "b": "w + x", "L": "a*b"})
    differentiate(graph, "L", ["w"])
    assert written(graph, "dL/dw") == "{dL/da}*x + {dL/db}"
    assert derivatives(graph, "L", ["w"]) == [5 * 2 + 6]


def test_what_nothing_leads_to_has_derivative_0_and_itself_1() -> None:
    graph = graph_of({"w": "3", "x": "2"}, {"L": "x^2", "other": "w*L"})
    differentiate(graph, "L", ["w", "other", "L", "x"])
    assert derivatives(graph, "L", ["w", "other", "L", "x"]) == [0, 0, 1, 4]


def test_textbook_errors() -> None:
    """Err = O(1 - O)(T - O), and the errors behind it (Han, Kamber and Pei, Data Mining, section 9.2.3)."""
    define = {"I1": "w*x", "O1": "sigmoid(I1)", "I2": "v*O1", "O2": "sigmoid(I2)"}
    graph = graph_of({"x": "1", "w": "0.5", "v": "-1", "T": "1"}, define)
    graph.add(Quantity("L", parse("1/2*(T - O2)^2"), partials={"O2": parse("O2 - T")}))
    style = Style(lambda name: {"I1": "Err1", "I2": "Err2"}.get(name), -1, frozenset({"O1", "O2"}))
    differentiate(graph, "L", ["w", "v"], style)
    assert written(graph, "Err2") == "O2*(1 - O2)*(T - O2)"
    assert written(graph, "Err1") == "O1*(1 - O1)*Err2*v"
    assert written(graph, "dL/dv") == "-Err2*O1"
    assert graph["Err2"].laws == (parse("-{dL/dI2}"),)


def test_a_partial_by_hand_is_used_as_written() -> None:
    graph = graph_of({"t": "1", "o": "0.5"}, {})
    graph.add(Quantity("L", parse("(t - o)^2"), partials={"o": parse("2*(o - t)")}))
    assert partial(graph, "L", "o") == parse("2*(o - t)")
    assert PlainPrinter().print(partial(graph, "L", "t")) == "2*(t - o)"


OPPOSITES = [
    ("o - t", "t - o"),
    ("1 - o", "o - 1"),
    ("o - 1", "1 - o"),
    ("2/3*(o - t)", "2/3*(t - o)"),
    ("a", "-a"),
    ("-a", "a"),
    ("-a - b", "b + a"),
    ("a + b", "-(a + b)"),
    ("a*b", "-a*b"),
    ("0", "0"),
    ("-2 - a", "a + 2"),
]


@pytest.mark.parametrize(("text", "expected"), OPPOSITES)
def test_the_opposite_is_written_as_a_person_does(text: str, expected: str) -> None:
    assert PlainPrinter().print(opposite(parse(text))) == expected


def test_the_number_of_quantities_is_linear() -> None:
    sizes = []
    for n in (50, 100):
        define = {f"h{k}": f"tanh(h{k - 1}*w{k}) + h{k - 1}" if k else "w0" for k in range(n)}
        graph = graph_of({f"w{k}": "0.1" for k in range(n)}, define)
        differentiate(graph, f"h{n - 1}", [f"w{k}" for k in range(n)])
        sizes.append(len(graph))
    assert sizes[1] <= 2 * sizes[0] + 2


def test_a_sum_of_which_a_term_is_derived_already_is_derived_term_by_term() -> None:
    """The chain behind a loss is not written again for the loss with its penalty."""
    given = {"w": "2", "b": "1", "x": "3", "y": "5"}
    define = {"z": "w*x + b", "a": "tanh(z)", "L": "(a - y)^2", "R": "w^2/5", "c": "y^2", "J": "L + R + c"}
    graph, at_once = graph_of(given, define), graph_of(given, define)
    differentiate(at_once, "J", ["w", "b", "z", "y"])
    differentiate(graph, "L", ["w"])
    differentiate(graph, "J", ["w", "b", "z", "y"])
    forms = {"w": "{dL/dw} + {dR/dw}", "b": "{dL/db}", "z": "{dL/dz}", "y": "{dL/dy} + {dc/dy}"}
    assert {name: written(graph, f"dJ/d{name}") for name in forms} == forms
    assert "dJ/da" not in graph
    assert graph["dJ/dz"].note == (Name("R"), ", ", Name("c"), " do not depend on ", Name("z"))
    assert derivatives(graph, "J", list(forms)) == derivatives(at_once, "J", list(forms))


def test_second_derivatives() -> None:
    graph = graph_of({"x": "2", "y": "3"}, {"f": "x^3*y"})
    differentiate(graph, "f", ["x"])
    differentiate(graph, "df/dx", ["x", "y"])
    slopes = [quantity for quantity in graph.names if quantity.startswith("ddf")]
    values = evaluate(graph, slopes).values
    assert sorted(values[name] for name in slopes) == [Fraction(12), Fraction(36)]


def test_gradients_of_a_wide_sum_agree_with_numpy() -> None:
    n = 300
    given = {f"w{k}": f"{(k * 7) % 11 - 5}" for k in range(n)} | {f"x{k}": f"{(k * 5) % 13 - 6}" for k in range(n)}
    graph = graph_of(given, {"z": " + ".join(f"w{k}*x{k}" for k in range(n)), "L": "1/2*z^2"})
    differentiate(graph, "L", [f"w{k}" for k in range(n)])
    w, x = (np.array([float(given[f"{letter}{k}"]) for k in range(n)]) for letter in "wx")
    assert derivatives(graph, "L", [f"w{k}" for k in range(n)]) == pytest.approx(list((w @ x) * x))
    assert graph["dL/dw7"].formula == parse("{dL/dz}*x7")
    assert Name("dL/dz") in graph["dL/dw7"].formula.args
