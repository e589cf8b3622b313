"""A sign, a term, a factor, a number before or behind a formula."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from deepcalc.checking.invited.forms import complement_of, form_of, is_call, is_decided, net_input_of
from deepcalc.checking.invited.place import Place, Written
from deepcalc.checking.truths import value_before
from deepcalc.graph.gradients import opposite
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.edits import factors, terms, unsigned, with_term, without_term
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Times,
    minus,
    names_in,
    negative,
    product,
    total,
)

_DIGITS = re.compile(r"[0-9]+")


def opposite_result(place: Place) -> Iterator[Written]:
    """−(a·b), and b − a for a − b; of no count, of none of several numbers that is decided on, of no updated parameter.

    Nobody makes a count negative, and the sign of what a parameter was before is not in question.
    """
    is_counted = not place.names or any(is_call(node, "floor", "ceil") for node in place.nodes)
    is_updated = value_before(place.graph, place.quantity.name) is not None
    if not is_counted and not is_updated and not is_decided(place.formula):
        yield (opposite(place.formula) if isinstance(place.formula, Plus) else negative(place.formula),)


def term_turned(place: Place) -> Iterator[Written]:
    """The sign of a term after the first of the outermost sum, or of the net input that an activation is taken of."""
    net = net_input_of(place.formula)
    yield from _turned(place, net, range(1, len(terms(net))))


def first_or_inner_term_turned(place: Place) -> Iterator[Written]:
    """The sign of the first term, or of one of a sum inside."""
    net = net_input_of(place.formula)
    yield from _turned(place, net, range(min(1, len(terms(net)) - 1)))
    for node in place.nodes[1:]:
        if isinstance(node, Plus) and node != net_input_of(place.formula):
            yield from _turned(place, node, range(1, len(node.args)))


def _turned(place: Place, summed: Node, indices: Iterable[int]) -> Iterator[Written]:
    """Of a count of whole positions no sign is turned."""
    for index in () if any(is_call(term, "floor", "ceil") for term in terms(summed)) else indices:
        turned = with_term(summed, index, negative(terms(summed)[index]))
        yield (place.formula.xreplace({summed: turned}),)


def path_left_out(place: Place) -> Iterator[Written]:
    if place.is_derivative:
        yield from _without_terms(place.formula)


def path_alone(place: Place) -> Iterator[Written]:
    """Of three paths or more a single one."""
    for node in place.nodes if place.is_derivative else ():
        if isinstance(node, Plus) and len(node.args) > 2:
            for term in node.args:
                yield (place.formula.xreplace({node: term}),)


def term_left_out(place: Place) -> Iterator[Written]:
    """A term of the outermost sum, and of any sum inside."""
    if not place.is_derivative:
        yield from _without_terms(place.formula)
    for node in place.nodes[1:]:
        if isinstance(node, Plus) and complement_of(node) is None:
            for kept, *told in _without_terms(node):
                yield place.formula.xreplace({node: kept}), *told


def _without_terms(formula: Node) -> Iterator[Written]:
    summed = terms(formula)
    for index in range(len(summed) if len(summed) > 1 else 0):
        yield without_term(formula, index), *_told(summed[index])


def _told(part: Node) -> tuple[Node, ...]:
    """A part that is left out, if it is short enough to be told: a name or a number, or a function of one."""
    short = unsigned(part)
    is_short = isinstance(short, Call) and all(isinstance(each, Name | Literal) for each in short.arguments)
    return (short,) if is_short or isinstance(short, Name | Literal) else ()


def link_left_out(place: Place) -> Iterator[Written]:
    """The derivative from behind left out of a term of a derivative."""
    if place.is_derivative:
        yield from _without_factors(place, place.is_link)


def factor_left_out(place: Place) -> Iterator[Written]:
    """A factor of any product, that above any division, or the alike factors of every term of a sum."""
    of_one_term = set(_one_of_several(place))
    yield from _without_factors(
        place,
        lambda factor: not place.is_link(factor) and not _is_state_of_zero(place, factor),
        lambda node: node not in of_one_term and not _is_of_other_class(place, node),
    )
    for node in place.nodes:
        if isinstance(node, Over) and isinstance(node.args[0], Name):
            yield place.formula.xreplace({node: Over(ONE, node.args[1])}), node.args[0]
    for node in place.nodes:
        products = [factors(unsigned(term)) for term in terms(node)]
        if len(products) > 1 and len({len(each) for each in products}) == 1:
            for index in range(len(products[0]) if len(products[0]) > 1 else 0):
                if not _are_alike(each[index] for each in products):
                    continue
                kept = [product(*each[:index], *each[index + 1 :]) for each in products]
                signed = zip(kept, terms(node), strict=True)
                summed = total(*(negative(new) if isinstance(old, Negative) else new for new, old in signed))
                yield (place.formula.xreplace({node: summed}),)


def _is_state_of_zero(place: Place, factor: Node) -> bool:
    """Whether a factor is a state that is 0 at the beginning, with which its whole term is nothing."""
    if not isinstance(factor, Name) or "." not in factor.name or not factor.name.endswith("@0"):
        return False
    return place.graph[factor.name].given == ZERO


def _is_of_other_class(place: Place, node: Node) -> bool:
    """Whether a logarithm is weighted by a target that is 0, or by 1 minus one that is 1."""
    weights = [(each, ZERO) for each in factors(node)]
    weights += [(inner, ONE) for each in factors(node) if (inner := complement_of(each)) is not None]
    return _has_log(node) and any(
        isinstance(each, Name) and place.graph[each.name].given == idle for each, idle in weights
    )


def factor_of_one_term_left_out(place: Place) -> Iterator[Written]:
    """A factor of one term, where others in the sum are written alike and keep theirs."""
    of_one_term = set(_one_of_several(place))
    yield from _without_factors(place, lambda factor: not place.is_link(factor), lambda node: node in of_one_term)


def coefficient_left_out(place: Place) -> Iterator[Written]:
    """The 2·λ of a term 2·λ·w."""
    for node in place.nodes:
        if isinstance(node, Times) and len(node.args) > 2 and isinstance(node.args[0], Literal):
            strength = node.args[1]
            if isinstance(strength, Name) and place.graph[strength.name].given is not None:
                yield place.formula.xreplace({node: product(*node.args[2:])}), product(*node.args[:2])


def _one_of_several(place: Place) -> Iterator[Node]:
    """The products that stand in a sum beside others which are written alike."""
    for node in place.nodes:
        if isinstance(node, Plus):
            products = [unsigned(term) for term in node.args if isinstance(unsigned(term), Times)]
            forms = Counter(map(form_of, products))
            yield from (each for each in products if forms[form_of(each)] > 1)


def _are_alike(parts: Iterable[Any]) -> bool:
    """Whether they are the same but for the digits of their names: the weights, the inputs, the targets of a sum."""
    forms = {
        each.xreplace({Name(used): Name(_DIGITS.sub("", used) or used) for used in names_in(each)}) for each in parts
    }
    return len(forms) == 1


def targets_left_out(place: Place) -> Iterator[Written]:
    """Σ log p in place of Σ y·log p."""
    yield from _without_weights(place, lambda weight, rest: weight not in names_in(rest))


def weights_left_out(place: Place) -> Iterator[Written]:
    """Σ log p in place of Σ p·log p, and Σ log(p/q) in place of Σ p·log(p/q)."""
    yield from _without_weights(place, lambda weight, rest: weight in names_in(rest))


def _without_weights(place: Place, is_one: Callable[[str, Node], bool]) -> Iterator[Written]:
    """A sum of logarithms, each without the name before it that no other term has."""
    for node in place.nodes:
        if isinstance(node, Plus) and all(_has_log(term) for term in node.args):
            kept, found = [], 0
            for term in node.args:
                others = {name for other in node.args if other != term for name in names_in(other)}
                parts = factors(term)
                weights = [each for each in parts if isinstance(each, Name) and each.name not in others]
                if len(weights) == 1:
                    rest = product(*(each for each in parts if each != weights[0]))
                    if is_one(weights[0].name, rest):
                        kept.append(rest)
                        found += 1
                        continue
                kept.append(term)
            if found == len(kept):
                yield (place.formula.xreplace({node: total(*kept)}),)


def squares_for_logs(place: Place) -> Iterator[Written]:
    """(y − p)² in place of −y·log p − (1 − y)·log(1 − p), summed over the classes."""
    pairs = _targets_and_outputs(place)
    of_the_class = [pair for pair in pairs if place.graph[pair[0].name].given == ONE]
    for compared in (pairs, of_the_class):
        if compared:
            squares = total(*(Power(minus(target, output), TWO) for target, output in compared))
            yield from ((squares,), (Over(squares, TWO),), (Over(squares, Literal(str(len(compared) + 1))),))
    if len(pairs) > 2:
        yield (Over(total(*(Power(minus(target, output), TWO) for target, output in pairs)), Literal(str(len(pairs)))),)


def logs_for_squares(place: Place) -> Iterator[Written]:
    """−log p, or −log(1 − p), in place of (y − p)², ½ of it: of the sigmoid p and a class y of 1 or 0."""
    for node in place.nodes if not place.is_derivative else ():
        if isinstance(node, Plus) and len(node.args) == 2 and isinstance(node.args[1], Negative):
            for target, output in ((node.args[0], node.args[1].args[0]), (node.args[1].args[0], node.args[0])):
                given = place.graph[target.name].given if isinstance(target, Name) else None
                activation = place.activation_of(output.name) if isinstance(output, Name) else None
                if given in (ZERO, ONE) and activation is not None and activation[0] == "sigmoid":
                    yield (negative(Call("log", output if given == ONE else minus(ONE, output))),)


def own_entropy(place: Place) -> Iterator[Written]:
    """−p·log p summed over the classes in place of −y·log p."""
    outputs = [output for _, output in _targets_and_outputs(place)]
    if len(outputs) > 1:
        yield (negative(total(*(product(output, Call("log", output)) for output in outputs))),)


def both_classes(place: Place) -> Iterator[Written]:
    """log p + log(1 − p) in place of y·log p + (1 − y)·log(1 − p)."""
    for node in place.nodes:
        if isinstance(node, Plus) and len(node.args) == 2 and all(_has_log(term) for term in node.args):
            (one, log), (other, other_log) = (factors(term)[:2] for term in node.args)
            if complement_of(other) == one and names_in(one) != names_in(log):
                yield (place.formula.xreplace({node: total(log, other_log)}),)


def each_class_by_itself(place: Place) -> Iterator[Written]:
    """−y·log p − (1 − y)·log(1 − p) of every class in place of −y·log p."""
    pairs = _targets_and_outputs(place)
    if len(pairs) > 1:
        others = (product(minus(ONE, target), Call("log", minus(ONE, output))) for target, output in pairs)
        yield (total(place.formula, *map(negative, others)),)


def _targets_and_outputs(place: Place) -> list[tuple[Name, Name]]:
    """The y and p of every y·log p in a formula."""
    found: dict[tuple[Name, Name], None] = {}
    for node in place.nodes if not place.is_derivative else ():
        if isinstance(node, Times) and len(node.args) == 2:
            target, log = node.args
            if isinstance(target, Name) and is_call(log, "log", "ln") and isinstance(log.arguments[0], Name):
                found[target, log.arguments[0]] = None
    return list(found)


def _has_log(term: Node) -> bool:
    return len(factors(term)) > 1 and any(is_call(factor, "log", "ln", "log2", "log10") for factor in factors(term))


def _without_factors(
    place: Place, is_dropped: Callable[[Any], bool], is_of: Callable[[Any], bool] = lambda node: True
) -> Iterator[Written]:
    for node in filter(is_of, place.nodes):
        if isinstance(node, Times):
            for index, factor in enumerate(node.args):
                if is_dropped(factor):
                    kept = product(*node.args[:index], *node.args[index + 1 :])
                    left = place.formula.xreplace({node: kept})
                    if place.is_derivative or (names_in(left) and not _is_nothing_done(place, left, factor)):
                        yield left, *_told(factor)


def _is_nothing_done(place: Place, left: Node, factor: Node) -> bool:
    """Whether what was worked out is left out, so that a number that is given is all there is: λ for λ·‖w‖²."""
    is_given = isinstance(left, Name) and place.graph[left.name].given is not None
    return is_given and isinstance(factor, Name) and place.graph[factor.name].given is None


def one_too_early(place: Place) -> Iterator[Written]:
    if place.is_answer and _is_first(place.formula):
        yield (minus(place.formula, ONE),)


def one_too_late(place: Place) -> Iterator[Written]:
    if place.is_answer and _is_first(place.formula):
        yield (total(place.formula, ONE),)


def _is_first(formula: Node) -> bool:
    """Whether the first of the steps is looked for at which something holds: 1 where it does there, else 2, …"""
    if not is_decided(formula) or len(formula.branches) < 2:
        return False
    if len({form_of(condition) for _, condition in formula.branches}) > 1:
        return False
    values = [value for value, _ in formula.branches]
    steps = [to_fraction(value.value) for value in values if isinstance(value, Literal)]
    return len(steps) == len(values) and all(later == step + 1 for step, later in pairwise(steps))


def doubled(place: Place) -> Iterator[Written]:
    if place.is_answer or place.is_derivative:
        yield (product(TWO, place.formula),)


def term_doubled(place: Place) -> Iterator[Written]:
    """A product in a sum taken twice, as by the derivative of a square."""
    summed = terms(place.formula)
    if place.is_answer and not place.is_derivative and len(summed) > 1:
        for index, term in enumerate(summed):
            if isinstance(unsigned(term), Times):
                twice = product(TWO, unsigned(term))
                new = negative(twice) if isinstance(term, Negative) else twice
                yield (with_term(place.formula, index, new),)


def halved(place: Place) -> Iterator[Written]:
    if place.is_answer or place.is_derivative:
        yield (Over(place.formula, TWO),)


def averaged(place: Place) -> Iterator[Written]:
    summed = terms(unsigned(place.formula))
    if len(summed) > 1 and not place.is_derivative:
        yield (Over(place.formula, Literal(str(len(summed)))),)
