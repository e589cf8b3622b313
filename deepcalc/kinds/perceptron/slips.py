"""Typical mistakes in perceptron learning: the error turned, a factor or the bias forgotten, the value at 0."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._changes import CHANGES
from deepcalc.kinds.perceptron.fields import (
    ACCURACY,
    CROSSING,
    ERROR,
    MISSED,
    NET,
    OFFSET,
    OUTPUT,
    RATE,
    SLOPE,
    SQUARES,
    STOP,
    PerceptronFields,
    Rule,
)
from deepcalc.notation.edits import changed
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    MINUS_ONE,
    ONE,
    ZERO,
    Cases,
    Name,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Relation,
    Times,
    minus,
    names_in,
    negative,
    nodes_in,
    number,
    product,
)
from deepcalc.plan import Plan, Slip


def slips(fields: PerceptronFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a perceptron problem."""
    graph = plan.graph
    yield from _in_updates(fields, graph)
    if fields.constant is not None:
        yield from _bias_forgotten(fields, graph)
    if STOP in graph:
        message = "the last epoch with a mistake taken for the first one without"
        message = message if fields.until is None else "an epoch too few, for which it does not hold yet"
        yield Slip("stop-early", message, {STOP: minus(graph[STOP].definition, ONE)})
    yield from _in_the_boundary(graph)
    yield from _in_counts(fields, graph)
    yield from _in_outputs(fields, graph)
    yield from _in_presentations(fields, graph)


def _in_updates(fields: PerceptronFields, graph: Graph) -> Iterator[Slip]:
    """The change turned, a factor of it forgotten, the bias left as it is."""
    updates, moves = _of_group(graph, "updates"), _of_group(graph, CHANGES)
    turned = {name: changed(formula, _turned_step) for name, formula in updates.items()}
    turned |= {name: negative(formula) for name, formula in moves.items()}
    is_taken_away = any(isinstance(each, Negative) for formula in updates.values() for each in nodes_in(formula))
    said = "added instead of taken away" if is_taken_away else "taken away instead of added"
    yield Slip("error-turned", f"the change {said}", turned)
    unrated = {name: changed(formula, _without(Name(RATE))) for name, formula in (updates | moves).items()}
    yield Slip("learning-rate-forgotten", "the learning rate forgotten", unrated)
    if fields.rule is Rule.ADALINE:
        doubled = {name: changed(formula, _doubled) for name, formula in (updates | moves).items()}
        yield Slip("factor-2", "the factor 2 of the squared error's derivative, which the rule does not have", doubled)
    if fields.rule is Rule.MISTAKE and fields.is_signed:
        doubled = {name: changed(formula, _doubled) for name, formula in (updates | moves).items()}
        message = "target minus output in place of the target, which is twice as large"
        yield Slip("error-for-target", message, doubled)
    if fields.rule is Rule.MISTAKE:
        cases = ((name, formula) for name, formula in updates.items() if isinstance(formula, Cases))
        always = {name: _changed_in_any_case(formula) for name, formula in cases}
        yield Slip("changed-although-right", "changed although the output is right", always)
    inputs = frozenset(fields.input_names)
    without_input = {name: changed(formula, _without_input(inputs)) for name, formula in (updates | moves).items()}
    yield Slip("input-forgotten", "the input forgotten in the change of the weight", without_input)
    if fields.trains_bias:
        kept = {name: formula for name, formula in updates.items() if name.startswith(f"{fields.bias_as}@")}
        yield Slip("bias-not-trained", "the bias not trained", {name: _old(formula) for name, formula in kept.items()})
        yield from _bias_times_inputs(kept, updates, inputs)


def _bias_forgotten(fields: PerceptronFields, graph: Graph) -> Iterator[Slip]:
    nets = _of_group(graph, "net_inputs") | _of_group(graph, "outputs") | _of_group(graph, "predictions")
    nets = {name: formula for name, formula in nets.items() if not isinstance(formula, Cases)}
    said = "bias" if fields.threshold is None else "threshold"
    forgotten = {name: Plus(*formula.args[:-1]) if len(formula.args) > 2 else formula.args[0]
                 for name, formula in nets.items()}  # fmt: skip
    yield Slip("bias-forgotten", f"the {said} forgotten in the net input", forgotten)


def _in_the_boundary(graph: Graph) -> Iterator[Slip]:
    for name, formula in _of_group(graph, "boundary").items():
        yield Slip("boundary-sign", "a sign exchanged in the equation of the line", {name: negative(formula)})
    if SLOPE in graph and CROSSING in graph:
        above, below = graph[SLOPE].definition.args
        upside_down = {SLOPE: Over(negative(below), negative(above)), OFFSET: graph[CROSSING].formula,
                       CROSSING: graph[OFFSET].formula}  # fmt: skip
        yield Slip("weights-exchanged", "the weights of the two inputs exchanged", upside_down)
        weight = above.args[0] if isinstance(above, Negative) else above
        yield Slip("not-divided", "the weight itself, not divided by the other one", {SLOPE: weight}, is_rare=True)


def _in_outputs(fields: PerceptronFields, graph: Graph) -> Iterator[Slip]:
    """The value at 0, and the error of the output for that of the net input."""
    further = _of_group(graph, "predictions") | _of_group(graph, "final")
    outputs = _of_group(graph, "outputs") | further
    outputs = {name: formula for name, formula in outputs.items() if isinstance(formula, Cases)}
    other = {name: _other_at_zero(formula) for name, formula in outputs.items()}
    yield Slip("value-at-zero", "the other value taken at the net input 0", other)
    if fields.rule is Rule.ADALINE:
        errors = {name: formula for name, formula in _of_group(graph, "errors").items() if name.startswith(ERROR)}
        of_output = {name: formula.xreplace(_output_for_net(formula)) for name, formula in errors.items()}
        yield Slip("output-for-net-input", "the error of the output in place of that of the net input", of_output)


def _in_counts(fields: PerceptronFields, graph: Graph) -> Iterator[Slip]:
    """The right outputs counted for the wrong ones; the errors of an epoch not squared, their mean for their sum."""
    count, counts = number(len(fields.rows)), _of_group(graph, "counts")
    if ACCURACY in counts:
        yield Slip("share-of-mistakes", "the share of the wrong outputs", {ACCURACY: Over(Name(MISSED), count)})
    if MISSED in counts:
        right = {MISSED: minus(count, counts[MISSED])}
        yield Slip("right-for-wrong", "the right outputs counted in place of the wrong ones", right)
    squares = {name: formula for name, formula in _of_group(graph, "epochs").items() if name.startswith(f"{SQUARES}.")}
    plain = {name: changed(formula, _base_of_square) for name, formula in squares.items()}
    yield Slip("not-squared", "the errors not squared", plain)
    halves = {name: Over(formula, TWO) for name, formula in squares.items()}
    yield Slip("half", "half the sum of the squared errors", halves)
    means = {name: Over(formula, number(len(fields.rows))) for name, formula in squares.items()}
    yield Slip("mean-for-sum", "the mean of the squared errors in place of their sum", means)


def _in_presentations(fields: PerceptronFields, graph: Graph) -> Iterator[Slip]:
    """Other outputs, errors of something else, weights of another presentation."""
    outputs = {name: each for name, each in _of_group(graph, "outputs").items() if isinstance(each, Cases)}
    exchanged = {name: _firing_below(each) for name, each in outputs.items()}
    yield Slip("fires-below", "the two outputs exchanged: the unit fires below its threshold", exchanged)
    low = ZERO if fields.is_signed else MINUS_ONE
    other = {name: Cases(*each.args[:-1], low) for name, each in outputs.items()}
    said = "0 in place of −1" if fields.is_signed else "−1 in place of 0"
    yield Slip("other-low-output", f"{said} where the unit does not fire", other)
    yield Slip("no-threshold", "the net input itself as output, no threshold taken",
               {name: Name(net_of_output(name)) for name in outputs})  # fmt: skip
    errors = {name: each for name, each in _of_group(graph, "errors").items() if name.startswith(ERROR)}
    if fields.rule is not Rule.ADALINE:
        of_nets = {name: each.xreplace(_net_for_output(each)) for name, each in errors.items()}
        yield Slip("net-input-for-output", "the error of the net input in place of that of the output", of_nets)
        targets = {name: each.args[0] for name, each in errors.items()}
        yield Slip("target-for-error", "the target in place of the error, whatever the output", targets)
    parameters = {name for name in graph.names if graph[name].group == "updates"}
    first = {Name(name): Name(name.partition("@")[0]) for name in parameters}
    nets = {name: each.xreplace(first) for name, each in _of_group(graph, "net_inputs").items()}
    yield Slip("weights-of-the-beginning", "the weights of the beginning, not those that have been learned", nets)
    begun = {name: graph[name].definition.xreplace(first) for name in parameters}
    yield Slip("not-accumulated", "each change made to the weights of the beginning", begun)


def net_of_output(output: str) -> str:
    """The net input of which an output is made."""
    return f"{NET}{output.removeprefix(OUTPUT)}"


def _base_of_square(node: Node) -> Node | None:
    return node.args[0] if isinstance(node, Power) else None


def _bias_times_inputs(
    biases: Mapping[str, Node], updates: Mapping[str, Node], inputs: frozenset[str]
) -> Iterator[Slip]:
    """The change of the bias multiplied by an input, as that of a weight is: by the first one, the second one …"""
    by_step = {
        bias: [name for name in updates if name.rpartition("@")[2] == bias.rpartition("@")[2] and name not in biases]
        for bias in biases
    }
    for index in range(min(map(len, by_step.values()), default=0)):
        multiplied = {}
        for bias, weights in by_step.items():
            put_in = _input_of(updates[weights[index]], inputs)
            if put_in is not None:
                multiplied[bias] = changed(biases[bias], _times(put_in))
        yield Slip("bias-times-input", "the change of the bias multiplied by an input", multiplied)


def _doubled(node: Node) -> Node | None:
    is_change = isinstance(node, Times) and node.args[0] == Name(RATE)
    return product(TWO, *node.args) if is_change else None


def _is_input(name: str, inputs: frozenset[str]) -> bool:
    """Whether a name is of a sample's input: x1:2."""
    return name.partition(":")[0] in inputs


def _input_of(update: Node, inputs: frozenset[str]) -> Node | None:
    """The input in the change of a weight."""
    return next((Name(each) for each in names_in(update) if _is_input(each, inputs)), None)


def _times(factor: Node) -> Callable[[Any], Any]:
    def change(node: Node) -> Node | None:
        is_change = isinstance(node, Times) and node.args[0] == Name(RATE)
        return product(node, factor) if is_change else None

    return change


def _of_group(graph: Graph, group: str) -> dict[str, Node]:
    return {quantity.name: quantity.definition for quantity in graph if quantity.group == group}


def _turned_step(node: Node) -> Node | None:
    """w + change → w − change, and the other way round."""
    if not isinstance(node, Plus) or len(node.args) != 2:
        return None
    old, change = node.args
    return Plus(old, change.args[0]) if isinstance(change, Negative) else minus(old, change)


def _without(factor: Node) -> Any:
    def change(node: Node) -> Node | None:
        if isinstance(node, Times) and factor in node.args:
            return product(*(part for part in node.args if part != factor))
        return ONE if node == factor else None

    return change


def _without_input(inputs: frozenset[str]) -> Callable[[Any], Any]:
    def change(node: Node) -> Any:
        is_change = isinstance(node, Times) and node.args[0] == Name(RATE)
        if is_change and isinstance(node.args[-1], Name) and _is_input(node.args[-1].name, inputs):
            return product(*node.args[:-1])
        return None

    return change


def _old(formula: Node) -> Node:
    return formula.otherwise if isinstance(formula, Cases) else formula.args[0]


def _changed_in_any_case(formula: Cases) -> Node:
    """An update without the case in which nothing is changed: by the target alone."""
    (up, missed), *others = formula.branches
    return Cases(up, Relation(">", missed.operands[0], ZERO), others[0][0]) if others else up


def _other_at_zero(formula: Any) -> Node:
    upper, relation, *zero, lower = formula.args
    operator = ">" if relation.operators == [">="] and not zero else ">="
    return Cases(upper, Relation(operator, *relation.operands), lower)


def _net_for_output(formula: Any) -> dict[Any, Any]:
    output = formula.args[1].args[0]
    return {output: Name(net_of_output(output.name))}


def _firing_below(formula: Any) -> Node:
    """The upper value below 0, the lower one above; at 0 the value that is meant there."""
    upper, relation, *zero, lower = formula.args
    net = relation.operands[0]
    at_zero = zero[0] if zero else upper if relation.operators == [">="] else lower
    return Cases(lower, Relation(">", net, ZERO), at_zero, Relation("=", net, ZERO), upper)


def _output_for_net(formula: Any) -> dict[Any, Any]:
    net = formula.args[1].args[0]
    return {net: Name(f"o{net.name[1:]}")}
