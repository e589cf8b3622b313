"""Typical mistakes in convolutions: the kernel turned or not, settings and biases forgotten, pools, the way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow, loss_name, slips_of, stands
from deepcalc.kinds.filtering.edges import of_other_edges
from deepcalc.kinds.filtering.fields import FilteringFields, PerAxis, PoolFields
from deepcalc.kinds.filtering.graph import WINNERS, output_of, preceding, wiring_of
from deepcalc.kinds.filtering.mistakes import (
    around_the_activation,
    cut_at_one_end,
    first_of_more,
    in_pooling,
    in_windows,
    on_the_way_back,
    over_channels,
    over_filters,
    overlapping,
    through_the_pool,
)
from deepcalc.kinds.filtering.wiring import PADDED, Wiring, pool_settings, pooled
from deepcalc.notation.array_nodes import Entrywise
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, Node
from deepcalc.notation.parser import parse
from deepcalc.plan import Plan, Slip
from deepcalc.rules.array_losses import ARRAY_LOSSES

_OTHER = {"max": "average", "average": "max"}
_OF_PROBABILITIES = ("cross_entropy", "binary_cross_entropy")
MOST_CLASSES = 10
"""Of so many classes each may be taken for the one that is meant."""

_SAID = {"max": "largest entry", "average": "mean"}


def slips(fields: FilteringFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a problem with convolved values."""
    graph = plan.graph
    wired = wiring_of(fields, graph)
    loss = loss_name(fields)
    rows = [*(_in_convolution(wired) if "Z" in graph else ()), *_after_it(fields, graph)]
    if fields.loss is not None and wired.samples is not None and fields.batch_mean and not fields.loss.row.is_mean:
        summed = fields.loss.row.text(graph.shape("T")).format(y=output_of(graph), t="T")
        rows.append(("not-averaged", "the losses of the samples added up, not averaged", {fields.loss.name: summed}))
    pool = wired.pool
    if pool is not None:
        rows += _in_pooling(pool, wired.axes, preceding(graph, "P"))
    if loss is not None:
        rows += _on_the_way_back(wired, graph, loss)
        if pool is not None:
            rows += _through_the_pool(pool, wired.axes, preceding(graph, "P"), loss)
    rows += _further(wired, graph, loss)
    worked_out = graph if WINNERS not in graph else Graph(each for each in graph if each.name != WINNERS)
    found = slips_of(graph, rows)
    return (slip for slip in found if stands(graph, slip) or (worked_out is not graph and stands(worked_out, slip)))


def _further(wired: Wiring, graph: Graph, loss: str | None) -> Iterator[SlipRow]:
    """Mistakes that are made less often."""
    pool = wired.pool
    if "Z" in graph:
        yield from of_other_edges(wired)
        yield from in_windows(wired)
        yield from first_of_more(wired, graph.shape("Z"))
        yield from over_filters(wired)
        yield from over_channels(wired)
        yield from around_the_activation(wired, graph)
        if wired.is_transposed:
            yield from overlapping(wired)
            yield from cut_at_one_end(wired)
    if pool is not None:
        yield from in_pooling(pool, wired.axes, preceding(graph, "P"), graph.shape("P"))
    if loss is not None:
        yield from on_the_way_back(wired, graph, loss)
        if pool is not None:
            yield from through_the_pool(pool, wired.axes, graph, preceding(graph, "P"), loss)


def _in_convolution(wired: Wiring) -> Iterator[SlipRow]:
    if wired.is_turned:
        yield "kernel-not-turned", "the kernel not turned by 180° (cross-correlation)", {"Z": wired.net("K")}
        yield "kernel-transposed", "the kernel transposed in place of turned", {"K_flip": _transposed(wired)}
    else:
        as_convolution = "" if wired.is_transposed else ", as a true convolution does"
        yield "kernel-turned", f"the kernel turned by 180°{as_convolution}", {"Z": wired.net(wired.flipped())}
    yield from _of_other_kernels(wired)
    yield "bias-forgotten", "the bias forgotten", {"Z": wired.net(bias=False)}
    if wired.bias is not None and not wired.is_transposed:
        products = prod(wired.k[-wired.axes :]) * (wired.channels or 1)
        for count, said in ((products, "product"), (wired.channels or 1, "channel")):
            added = {"Z": f"{wired.net(bias=False)} + {count}*{wired.bias}"}
            yield "bias-added-often", f"the bias added once for each {said}", added
    if not wired.is_transposed:
        count, bias = prod(wired.k[-wired.axes :]), "" if wired.bias is None else f" + {wired.bias}"
        mean = {"Z": f"1/{count} * ({wired.net(bias=False)}){bias}"}
        yield "products-averaged", "the mean of the products of a window in place of their sum", mean
        yield from _over_filters(wired)
    if (wired.channels or 1) > 1 and not wired.is_transposed:
        yield from _over_channels(wired)
    yield "stride-ignored", "the stride taken for 1", {"Z": wired.net(stride=1)}
    yield "padding-forgotten", "the padding forgotten", {"Z": wired.net(padding=0)}
    yield "dilation-ignored", "the dilation taken for 1", {"Z": wired.net(dilation=1)}


def _of_other_kernels(wired: Wiring) -> Iterator[SlipRow]:
    """The kernel transposed or mirrored, without its signs, and the input without its own."""
    slid = wired.kernel
    if wired.axes > 1:
        if not wired.is_turned:
            yield "kernel-transposed", "the kernel transposed", {"Z": wired.net(_transposed(wired))}
        for axis, said in ((-1, "left and right"), (-2, "top and bottom")):
            mirrored = f"flip({slid}, axes={len(wired.k) + axis})"
            yield "kernel-mirrored", f"{said} of the kernel exchanged", {"Z": wired.net(mirrored)}
    yield "signs-ignored", "the signs in the kernel ignored", {"Z": wired.net(f"abs({slid})")}
    yield "signs-ignored", "the signs in the input ignored", {"Z": wired.net(x="abs(X)")}


def _over_filters(wired: Wiring) -> Iterator[SlipRow]:
    """The filters, their biases and the kernels of each in another order, and one bias for all of them."""
    if wired.filters is None:
        return
    yield "filters-exchanged", "the filters in another order", {"Z": wired.net(f"flip({wired.kernel}, axes=0)")}
    if (wired.channels or 1) > 1:
        exchanged = wired.net(f"flip({wired.kernel}, axes=1)")
        yield "channels-exchanged", "the kernels of the channels exchanged in every filter", {"Z": exchanged}
    if wired.bias is not None and wired.has_biases:
        plain = wired.net(bias=False)
        turned = {"Z": f"{plain} + {wired.bias.replace('b', 'flip(b)')}"}
        yield "biases-exchanged", "the biases of the filters in another order", turned
        yield "one-bias", "the bias of the first filter for all of them", {"Z": f"{plain} + b[1]"}


def _over_channels(wired: Wiring) -> Iterator[SlipRow]:
    """What one filter makes of several channels: those are added up, each convolved with a kernel of its own."""
    count, bias = wired.channels, "" if wired.bias is None else f" + {wired.bias}"
    mean = f"1/{count} * {wired.net(bias=False)}{bias}"
    yield "channels-averaged", "the channels averaged in place of added up", {"Z": mean}
    if wired.filters is None:
        slid = wired.kernel
        same = wired.net(f"{slid}[1]", x="sum(X, axis=0)")
        yield "same-kernel", "the first kernel used for every channel", {"Z": same}
        exchanged = wired.net(f"flip({slid}, axes=0)")
        yield "channels-exchanged", "the kernels of the channels exchanged", {"Z": exchanged}


def _transposed(wired: Wiring) -> str:
    """The kernel with its two spatial axes exchanged; of a signal the kernel itself."""
    if wired.axes == 1:
        return "K"
    *lead, rows, columns = range(len(wired.k))
    return f"permute(K, axes=({', '.join(map(str, (*lead, columns, rows)))}))"


def _after_it(fields: FilteringFields, graph: Graph) -> Iterator[SlipRow]:
    yield "activation-forgotten", "the activation forgotten", {"A": preceding(graph, "A")}
    yield "activation-forgotten", "the activation of the dense layer forgotten", {"Y": "O"}
    if fields.dense is not None and fields.dense.bias is not None:
        without = {"O": f"W @ {preceding(graph, 'O')}"}
        yield "bias-forgotten", "the bias of the dense layer forgotten", without
    axes = len(graph.shape(preceding(graph, "F"))) if "F" in graph and len(graph.shape("F")) == 1 else 0
    if axes == 2:
        yield "flattened-by-columns", "flattened column by column", {"F": f"flatten({preceding(graph, 'F')}.T)"}
    if axes == 3:
        by_place = {"F": f"flatten(permute({preceding(graph, 'F')}, axes=(1, 2, 0)))"}
        yield "flattened-by-places", "flattened place by place, with the channels of each together", by_place
    if fields.loss is not None and fields.loss.function in _OF_PROBABILITIES:
        squares = {fields.loss.name: ARRAY_LOSSES["sum"].of_array.format(y=output_of(graph), t="T")}
        yield "squares-for-logs", "the squared error in place of the cross-entropy", squares
        yield from _of_logarithms(fields.loss.name, output_of(graph), graph.shape(output_of(graph)))


def _of_logarithms(loss: str, y: str, shape: Sequence[Any]) -> Iterator[SlipRow]:
    """Mistakes in the cross-entropy of an output, of one sample or of several."""
    yield "absolute-for-logs", "the absolute error in place of the cross-entropy", {loss: f"sum(abs({y} - T))"}
    yield "no-log", "no logarithm taken", {loss: f"sum(T * {y})"}
    yield "no-log", "1 less the probability, no logarithm taken", {loss: f"1 - sum(T * {y})"}
    each = f"0 - sum(T * log({y}) + (1 - T) * log(1 - {y}))"
    yield "each-class", "the binary cross-entropy of every class", {loss: each}
    if len(shape) == 1 and 1 < shape[0] <= MOST_CLASSES:
        for place in range(1, shape[0] + 1):
            yield "other-class", "the probability of another class", {loss: f"0 - log({y}[{place}])"}


def _in_pooling(pool: PoolFields, axes: int, x: str) -> Iterator[SlipRow]:
    other = _OTHER[pool.function]
    instead = f"the {_SAID[other]} of each window in place of its {_SAID[pool.function]}"
    yield "other-pooling", instead, {"P": pooled(pool, axes, x, other)}
    yield "pool-stride", "windows side by side, their stride ignored", {"P": pooled(pool, axes, x, stride=pool.kernel)}
    yield "pool-stride", "windows that move by 1", {"P": pooled(pool, axes, x, stride=1)}
    smallest = f"0 - {pooled(pool, axes, f'(0 - {x})', 'max')}"
    yield "other-pooling", f"the smallest entry of each window in place of its {_SAID[pool.function]}", {"P": smallest}
    if pool.function == "max":
        whole = f"{_window(pool.kernel, axes)} * {pooled(pool, axes, x, 'average')}"
        yield "other-pooling", "the sum of each window in place of its largest entry", {"P": whole}
    if pool.padding:
        unpadded = pool.model_copy(update={"padding": 0})
        yield "pool-padding", "the padding of the pooling forgotten", {"P": pooled(unpadded, axes, x)}
    if pool.function == "average" and pool.padding:
        said = "left out of the mean, though they count" if pool.count_padding else "counted, though they do not"
        otherwise = pool.model_copy(update={"count_padding": not pool.count_padding})
        yield "padding-counted", f"the zeros of the padding {said}", {"P": pooled(otherwise, axes, x)}
    if pool.function == "average":
        summed = f"{_window(pool.kernel, axes)} * {pooled(pool, axes, x)}"
        yield "mean-not-divided", "the sum of each window, not divided", {"P": summed}


def _window(kernel: PerAxis, axes: int) -> int:
    """How many entries a window has."""
    return prod(kernel) if isinstance(kernel, tuple) else kernel**axes


def _through_the_pool(pool: PoolFields, axes: int, x: str, loss: str) -> Iterator[SlipRow]:
    upstream, by_x = f"{{{gradient(loss, 'P')}}}", gradient(loss, x)
    size = _window(pool.kernel, axes)
    shared = f"avg_pool{axes}d_input({x}, {upstream}{pool_settings(pool, True)})"
    if pool.function == "max":
        by_value = {by_x: f"max_pool{axes}d_input({x}, {upstream}{pool_settings(pool, False)}) * {x}"}
        yield "pool-gradient", "the gradient multiplied by the largest entry itself", by_value
        every = "the gradient passed to every position of a window"
        yield "pool-gradient", every, {by_x: f"{size} * {shared}"}
        yield "pool-gradient", "the gradient shared among the positions of a window", {by_x: shared}
    else:
        yield "pool-gradient", "the gradient not divided among the positions of a window", {by_x: f"{size} * {shared}"}
        largest = f"max_pool{axes}d_input({x}, {upstream}{pool_settings(pool, False)})"
        yield "pool-gradient", "the gradient passed to the largest entry of a window alone", {by_x: largest}


def _on_the_way_back(wired: Wiring, graph: Graph, loss: str) -> Iterator[SlipRow]:
    by_input = gradient(loss, PADDED if PADDED in graph else "X")
    by_kernel, by_net = gradient(loss, "K"), gradient(loss, "Z")
    if by_kernel in graph:
        right = graph[by_kernel].definition
        if wired.is_turned:
            unturned = {by_kernel: f"{{{gradient(loss, 'K_flip')}}}"}
            yield "gradient-turned", "the gradient of the kernel not turned back", unturned
        else:
            yield "gradient-turned", "the gradient of the kernel turned by 180°", {by_kernel: _turned(wired, right)}
    if by_input in graph and "K" in graph:
        slid = Name(wired.kernel)
        turned = graph[by_input].definition.xreplace({slid: _turned(wired, slid)})
        yield "kernel-on-the-way-back", "the kernel turned the other way for the gradient by X", {by_input: turned}
        if wired.axes > 1:
            transposed = parse(_transposed(wired)).xreplace({Name("K"): slid})
            exchanged = graph[by_input].definition.xreplace({slid: transposed})
            yield "kernel-on-the-way-back", "the kernel transposed for the gradient by X", {by_input: exchanged}
    by_scores = gradient(loss, "O")
    function = None if wired.fields.loss is None else wired.fields.loss.function
    if function in _OF_PROBABILITIES and {"Y", by_scores} <= set(graph.names):
        on_top = {by_scores: Entrywise(graph[by_scores].definition, parse("Y * (1 - Y)"))}
        yield "slope-on-top", "the derivative of Y on top, which is in it already", on_top
        by_output = "-T / Y" if function == "cross_entropy" else "(Y - T) / (Y * (1 - Y))"
        message = "the derivative by Y alone, that of its activation left out"
        yield "derivative-left-out", message, {by_scores: by_output}
    if "A" in graph:
        passed = {by_net: f"{{{gradient(loss, 'A')}}}"}
        yield "activation-derivative", "the derivative of the activation left out", passed
    if wired.filters is None:
        mean = {gradient(loss, "b"): f"mean({{{by_net}}})"}
        yield "bias-gradient", "the mean of the gradients in place of their sum", mean


def _turned(wired: Wiring, kernel: Node) -> Node:
    """A node in the kernel's shape, turned by 180°."""
    return parse(wired.flipped()).xreplace({Name("K"): kernel})
