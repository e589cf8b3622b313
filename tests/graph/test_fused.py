"""Fused derivatives (p - t behind a softmax or sigmoid before a cross-entropy) are right whatever else is asked."""

from __future__ import annotations

import autograd
import autograd.numpy as anp
import pytest

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.gradients import differentiate
from deepcalc.graph.graph import Graph
from deepcalc.graph.paths import by_paths
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter

GIVEN = {"x": "0.7", "w": "-1.3", "t": "0.25"}


def logistic(*more: tuple[str, str]) -> Graph:
    """z = w*x, p = sigmoid(z), L = binary cross-entropy with the fused derivative p - t."""
    graph = Graph(Quantity(name, given=Literal(text)) for name, text in GIVEN.items())
    graph.add(Quantity("z", parse("w*x")))
    graph.add(Quantity("p", parse("sigmoid(z)")))
    formula = parse("-(t*log(p) + (1 - t)*log(1 - p))")
    graph.add(Quantity("L", formula, stable=parse("t*softplus(-z) + (1 - t)*softplus(z)"), fused={"z": parse("p - t")}))
    for name, text in more:
        graph.add(Quantity(name, parse(text)))
    return graph


def loss(p: float, t: float) -> float:
    return -(t * anp.log(p) + (1 - t) * anp.log(1 - p))  # type: ignore[no-any-return]


def p_of(z: float) -> float:
    return 1 / (1 + anp.exp(-z))  # type: ignore[no-any-return]


X, W, T = 0.7, -1.3, 0.25
Z = W * X
P = float(p_of(Z))


def value(graph: Graph, of: str, wrt: str) -> float:
    return float(evaluate(graph, [gradient(of, wrt)]).values[gradient(of, wrt)])


def test_the_net_input_gets_p_minus_t() -> None:
    graph = logistic()
    differentiate(graph, "L", ["w"])
    assert PlainPrinter().print(graph["dL/dz"].definition) == "p - t"
    assert "dL/dp" not in graph
    assert value(graph, "L", "w") == pytest.approx((P - T) * X)


def test_what_it_passes_by_has_its_own_derivative() -> None:
    graph = logistic()
    differentiate(graph, "L", ["p", "z"])
    assert value(graph, "L", "p") == pytest.approx(autograd.grad(loss, 0)(P, T))
    assert value(graph, "L", "z") == pytest.approx(P - T)


def test_behind_a_reduced_loss_too() -> None:
    graph = logistic(("J", "L/2"))
    differentiate(graph, "J", ["p", "z"])
    assert value(graph, "J", "p") == pytest.approx(autograd.grad(loss, 0)(P, T) / 2)
    assert value(graph, "J", "z") == pytest.approx((P - T) / 2)


def test_the_target_has_a_derivative() -> None:
    graph = logistic()
    differentiate(graph, "L", ["t"])
    assert value(graph, "L", "t") == pytest.approx(autograd.grad(loss, 1)(P, T))


def test_a_target_that_is_an_input_gets_both_terms() -> None:
    graph = Graph(
        [Quantity("x", given=Literal("0.3")), Quantity("z", parse("2*x")), Quantity("p", parse("sigmoid(z)"))]
    )
    graph.add(Quantity("L", parse("-(x*log(p) + (1 - x)*log(1 - p))"), fused={"z": parse("p - x")}))
    differentiate(graph, "L", ["x"])
    expected = autograd.grad(lambda x: loss(p_of(2 * x), x))(0.3)
    assert value(graph, "L", "x") == pytest.approx(expected)


@pytest.mark.parametrize("wrt", ["p", "z", "w", "t"])
def test_an_output_that_is_used_elsewhere_too_gets_both_terms(wrt: str) -> None:
    graph = logistic(("R", "p^2"), ("J", "L + 3*R"))
    differentiate(graph, "J", ["w", wrt])
    at = {
        "p": lambda p: loss(p, T) + 3 * p**2,
        "z": lambda z: loss(p_of(z), T) + 3 * p_of(z) ** 2,
        "w": lambda w: loss(p_of(w * X), T) + 3 * p_of(w * X) ** 2,
        "t": lambda t: loss(P, t) + 3 * P**2,
    }[wrt]
    assert value(graph, "J", wrt) == pytest.approx(autograd.grad(at)({"p": P, "z": Z, "w": W, "t": T}[wrt]))


def test_paths_go_through_the_fused_derivative() -> None:
    quantity = by_paths(logistic(), "L", "w")
    assert quantity is not None
    assert PlainPrinter().print(quantity.laws[0]) == "{dL/dz}*{dz/dw}"
    assert PlainPrinter().print(quantity.definition) == "(p - t)*x"


def test_there_is_a_path_to_what_it_passes_by() -> None:
    quantity = by_paths(logistic(("J", "2*L")), "J", "p")
    assert quantity is not None
    assert PlainPrinter().print(quantity.laws[0]) == "{dJ/dL}*{dL/dp}"


def test_softmax_and_cross_entropy() -> None:
    z = [1.0, -2.0, 0.5]
    graph = Graph(Quantity(f"z{k}", given=Literal(str(x))) for k, x in enumerate(z))
    graph.add(Quantity("s", parse("exp(z0) + exp(z1) + exp(z2)")))
    for k in range(3):
        graph.add(Quantity(f"p{k}", parse(f"exp(z{k})/s")))
    fused = {f"z{k}": parse(f"p{k} - 1" if k == 1 else f"p{k}") for k in range(3)}
    graph.add(Quantity("L", parse("-log(p1)"), fused=fused))
    differentiate(graph, "L", ["z0", "z1", "z2", "s", "p1", "p0"])

    def whole(z: list[float]) -> float:
        return -anp.log(anp.exp(z[1]) / anp.sum(anp.exp(z)))  # type: ignore[no-any-return]

    found = [value(graph, "L", f"z{k}") for k in range(3)]
    assert found == pytest.approx(list(autograd.grad(whole)(anp.array(z))))
    assert value(graph, "L", "s") == pytest.approx(1 / sum(anp.exp(anp.array(z))))
    assert value(graph, "L", "p0") == 0
