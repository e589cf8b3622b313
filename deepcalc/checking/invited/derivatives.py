"""Links of the chain rule, derivatives of activations, cases, shortcuts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deepcalc.checking.invited.forms import (
    complement_of,
    is_call,
    is_decided,
    is_square,
    net_input_of,
)
from deepcalc.checking.invited.place import Place, Written
from deepcalc.graph.ways import partial
from deepcalc.notation.edits import factors, terms, unsigned, with_term
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import gradient_parts
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Cases,
    Name,
    Node,
    Over,
    Power,
    Times,
    minus,
    names_in,
    nodes_in,
    product,
)


def inner_derivative_left_out(place: Place) -> Iterator[Written]:
    """Of a product of the chain rule the link alone; 1 of a derivative that is an activation's and no more."""
    if not place.is_derivative:
        return
    if not any(map(place.is_link, place.nodes)) and any(_slopes(place)):
        yield (ONE,)
    for index, term in enumerate(terms(place.formula)):
        links, local = _links_and_others(place, term)
        if links and (len(local) > 1 or any(map(_is_slope, local))):
            yield (with_term(place.formula, index, product(*links)),)


def without_slope(place: Place, node: Node) -> Node | None:
    """A product of the chain rule without what an activation's derivative puts in."""
    if not (place.is_derivative and isinstance(node, Times)):
        return None
    value = _with_complement(node)
    kept = [each for each in node.args if not _is_slope(each) and (value is None or each != value)]
    return product(*kept) if len(kept) < len(node.args) else None


def link_twice(place: Place) -> Iterator[Written]:
    """A local derivative once more."""
    for index, term in enumerate(terms(place.formula) if place.is_derivative else ()):
        links, local = _links_and_others(place, term)
        if links and local:
            yield (with_term(place.formula, index, product(term, *local)),)


def _links_and_others(place: Place, term: Node) -> tuple[list[Node], list[Node]]:
    """The factors of a term that are derivatives from behind, and the others."""
    parts = factors(unsigned(term))
    return [each for each in parts if place.is_link(each)], [each for each in parts if not place.is_link(each)]


def _is_slope(factor: Node) -> bool:
    return isinstance(factor, Cases) or complement_of(factor) is not None


def own_value(place: Place) -> Iterator[Written]:
    """The derivative of x·y by x written as x."""
    wrt = place.wrt
    if wrt is not None and place.comes_after(wrt):
        written = (place.graph[consumer].written for consumer in place.consumers(wrt))
        beside = {
            factor.name
            for formula in written
            if formula is not None
            for node in nodes_in(formula)
            if isinstance(node, Times) and Name(wrt) in node.args
            for factor in node.args
            if isinstance(factor, Name)
        }
        for used in place.forward_names:
            if used != wrt and used in beside:
                yield place.formula.xreplace({Name(used): Name(wrt)}), wrt


def other_operand(place: Place) -> Iterator[Written]:
    """Another name of the formula that is derived in place of one of the derivative."""
    wrt = place.wrt
    for consumer in place.consumers(wrt) if wrt is not None else ():
        for used in place.forward_names:
            for other in place.graph.uses(consumer):
                if other != used and other != wrt and place.comes_after(other):
                    yield place.formula.xreplace({Name(used): Name(other)}), other, used


def other_target(place: Place) -> Iterator[Written]:
    """p − 1 for p − t where the target t is 0, and p for p − t where it is 1."""
    for target in dict.fromkeys(target for _, target, _ in place.residuals):
        if target in place.names and place.graph[target].given in (ZERO, ONE):
            yield place.formula.xreplace({Name(target): minus(ONE, Name(target))}), target


def wrong_side(place: Place) -> Iterator[Written]:
    """Another case of a derivative that has one on each side of a kink."""
    if place.is_derivative:
        yield from _other_cases(place)


def other_case(place: Place) -> Iterator[Written]:
    """Another case of a definition, where that is no number to be decided on."""
    if not place.is_derivative and not is_decided(place.formula):
        yield from _other_cases(place)


def _other_cases(place: Place) -> Iterator[Written]:
    for node in place.nodes:
        if isinstance(node, Cases):
            for value in (*(value for value, _ in node.branches), node.otherwise):
                yield (place.formula.xreplace({node: value}),)


def sigmoid_slope(place: Place, node: Node) -> Node | None:
    """1 − h² → h·(1 − h)."""
    inner = complement_of(node)
    return product(inner.args[0], minus(ONE, inner.args[0])) if is_square(inner) else None


def square_alone(place: Place, node: Node) -> Node | None:
    """1 − h² → h²."""
    inner = complement_of(node)
    return inner if place.is_derivative and is_square(inner) else None


def base_alone(place: Place, node: Node) -> Node | None:
    """1 − h² → h."""
    inner = complement_of(node)
    return inner.args[0] if place.is_derivative and is_square(inner) else None


def tanh_slope(place: Place, node: Node) -> Node | None:
    """h·(1 − h) → 1 − h²."""
    value = _with_complement(node)
    if value is None:
        return None
    kept = [factor for factor in node.args if factor not in (value, minus(ONE, value))]
    return product(*kept, minus(ONE, Power(value, TWO)))


def at_net_input(place: Place) -> Iterator[Written]:
    """z·(1 − z) for h·(1 − h), 1 − z² for 1 − h²."""
    for value, (_, net) in _slopes(place):
        yield (place.formula.xreplace({value: net}),)


def at_activated(place: Place) -> Iterator[Written]:
    """The derivative at h in place of that at z, where h is σ(z)."""
    for value, (function, _) in _slopes(place):
        yield (place.formula.xreplace({value: Call(function, value)}),)


def _slopes(place: Place) -> Iterator[tuple[Name, tuple[str, Any]]]:
    """The activated values whose derivative stands in a formula, each with its function and net input."""
    found = {}
    for node in place.nodes if place.is_derivative else ():
        inner = complement_of(node)
        value = inner.args[0] if is_square(inner) else _with_complement(node)
        activation = place.activation_of(value.name) if isinstance(value, Name) else None
        if isinstance(value, Name) and activation is not None:
            found[value] = activation
    yield from found.items()


def _with_complement(node: Node) -> Node | None:
    """The x of a product that has x and 1 − x among its factors."""
    found = [complement_of(factor) for factor in node.args] if isinstance(node, Times) else []
    return next((each for each in found if each is not None and each in node.args), None)


def shortcut(place: Place) -> Iterator[Written]:
    """ŷ − y where it is not the derivative, with what comes from behind."""
    links = [node for node in place.nodes[1:] if place.is_link(node)]
    for output, target, _ in place.residuals:
        if place.comes_after(output, target):
            for behind in ((), *((link,) for link in links)):
                yield product(*behind, minus(Name(output), Name(target))), output, target


def slope_on_top(place: Place) -> Iterator[Written]:
    """(ŷ − y)·f′ where ŷ − y is the whole derivative: f′ of a value in the formula that is made of ``wrt`` directly."""
    for used in place.forward_names if place.is_derivative else ():
        formula = place.graph[used].formula
        if formula is not None and place.wrt in place.graph.uses(used):
            value, is_softmax = Name(used), isinstance(formula, Over)
            if is_softmax or is_call(formula, "sigmoid"):
                yield product(place.formula, value, minus(ONE, value)), used
            elif is_call(formula, "tanh"):
                yield product(place.formula, minus(ONE, Power(value, TWO))), used


def before_the_activation(place: Place) -> Iterator[Written]:
    """The derivative by the output where that by the net input is meant, and both are written in one."""
    if not any(map(place.is_link, place.nodes)):
        for output, _, loss in (each for each in place.residuals if not place.graph.is_of_arrays(each[2])):
            behind = partial(place.graph, loss, output, fused=False)
            if output != place.wrt and place.comes_after(*names_in(behind)):
                yield (behind,)


def value_for_slope(place: Place) -> Iterator[Written]:
    """The value of a ReLU where its derivative, 1 or 0, is meant."""
    wrt = place.wrt
    for consumer in place.consumers(wrt) if wrt is not None else ():
        for node in place.nodes if is_call(place.graph[consumer].formula, "relu", "leaky_relu") else ():
            if isinstance(node, Cases):
                yield place.formula.xreplace({node: Name(consumer)}), consumer


def times_input(place: Place) -> Iterator[Written]:
    """The derivative by a bias as if it were that by the weight beside it."""
    wrt = place.wrt
    if wrt is None or place.graph[wrt].given is None:
        return
    beside = [frozenset(_inputs_beside(place, consumer, wrt)) for consumer in _consumers_reached(place, wrt)]
    for used in sorted(frozenset.intersection(*beside)) if beside else ():
        if place.comes_after(used):
            yield product(place.formula, Name(used)), used


def times_own(place: Place) -> Iterator[Written]:
    """∂L/∂b·b: the derivative by a parameter times its value."""
    wrt = place.wrt
    if wrt is not None and place.is_answer and place.graph[wrt].given is not None and wrt not in place.names:
        yield product(place.formula, Name(wrt)), wrt


def _consumers_reached(place: Place, wrt: str) -> Sequence[str]:
    """What a name stands in; of the share of one step in time what that step has made."""
    consumers = place.consumers(wrt)
    links = [parts[1] for used in place.names if (parts := gradient_parts(used)) is not None]
    return consumers if len(consumers) == 1 else [each for each in consumers if each in links]


def _inputs_beside(place: Place, consumer: str, bias: str) -> Iterator[str]:
    """The factors of the other terms of a sum, also where each product is a quantity of its own."""
    for term in terms(net_input_of(place.graph[consumer].definition)):
        inside = place.graph[term.name].formula if isinstance(term, Name) else term
        parts = () if inside is None or bias in names_in(inside) else factors(inside)
        if len(parts) == 2:
            yield from (factor.name for factor in parts if isinstance(factor, Name))
