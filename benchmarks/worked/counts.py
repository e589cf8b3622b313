"""Counts: parameters of layers, and shapes and parameters of convolutional networks, by hand."""

from __future__ import annotations

import itertools

from benchmarks.worked.work import Work, Worked

LEFT_OUT = "left out|forgotten|not "
NEIGHBOUR = "in place of|itself|swapped|exchanged|taken"
BIAS = "bias"

MLP = """
kind: parameters
mlp: 13-24-9-4
parts: [{find: [params1, params2, params3, weights, biases, params]}]
"""


def mlp(w: Work) -> None:
    n = (13, 24, 9, 4)
    weights = [a * b for a, b in itertools.pairwise(n)]
    biases = w.slip("bias of the inputs", BIAS + "|input", list(n[1:]), list(n[:-1]))
    biases = w.slip("one bias", BIAS, biases, [1, 1, 1])
    biases = w.slip("no biases", BIAS, biases, [0, 0, 0])
    weights = w.slip("bias twice", BIAS, weights, [x + b for x, b in zip(weights, biases, strict=True)])
    weights = w.slip("sum of the sizes", "sum|added", weights, [a + b for a, b in itertools.pairwise(n)])
    each = [w.keep(f"params{k + 1}", weights[k] + biases[k]) for k in range(3)]
    whole = w.slip("last layer left out", LEFT_OUT, sum(weights), sum(weights[:2]))
    w.keep("weights", whole)
    w.keep("biases", w.slip("inputs counted", BIAS + "|input", sum(biases), sum(biases) + 13))
    total = w.slip("without the last", LEFT_OUT, sum(each), sum(each[:2]))
    w.keep("params", w.slip("biases left out", BIAS + "|" + LEFT_OUT, total, whole))


RECURRENT = """
kind: parameters
layers:
  - embedding: {vocabulary: 730, size: 48}
  - lstm: {units: 37}
  - dense: {units: 11}
parts: [{find: [params1, params2, params3, params]}]
"""


def recurrent(w: Work) -> None:
    v, e, h, k = 730, 48, 37, 11
    table = w.keep("params1", w.slip("biases of the embedding", BIAS, v * e, v * e + e))
    cell = 4 * (e * h + h * h + h)
    cell = w.slip("one gate", "gate|4|factor|once", cell, e * h + h * h + h)
    cell = w.slip("three gates", "gate|3", cell, 3 * (e * h + h * h + h))
    cell = w.slip("no recurrent weights", "recurrent|state|" + LEFT_OUT, cell, 4 * (e * h + h))
    cell = w.slip("no biases", BIAS, cell, 4 * (e * h + h * h))
    cell = w.slip("two biases", BIAS, cell, 4 * (e * h + h * h + 2 * h))
    cell = w.slip("one bias", BIAS, cell, 4 * (e * h + h * h) + h)
    cell = w.slip("vocabulary as input", "vocabulary|input", cell, 4 * (v * h + h * h + h))
    cell = w.keep("params2", w.slip("square of the input", NEIGHBOUR, cell, 4 * (e * h + e * e + h)))
    dense = w.slip("no bias", BIAS, h * k + k, h * k)
    dense = w.slip("from the embedding", NEIGHBOUR + "|layer before", dense, e * k + k)
    dense = w.keep("params3", w.slip("bias of the inputs", BIAS, dense, h * k + h))
    w.keep("params", w.slip("without the embedding", LEFT_OUT, table + cell + dense, cell + dense))


GATED = """
kind: parameters
input: 31
layers:
  - gru: {units: 14}
  - batch_norm: {}
  - dense: {units: 6}
parts: [{find: [params1, params2, params3, params]}]
"""


def gated(w: Work) -> None:
    d, h, k = 31, 14, 6
    cell = 3 * (d * h + h * h + h)
    cell = w.slip("four gates", "gate|4", cell, 4 * (d * h + h * h + h))
    cell = w.slip("two gates", "gate|2", cell, 2 * (d * h + h * h + h))
    cell = w.slip("one gate", "gate|3|factor|once", cell, d * h + h * h + h)
    cell = w.slip("no recurrent weights", "recurrent|state|" + LEFT_OUT, cell, 3 * (d * h + h))
    cell = w.slip("two biases", BIAS, cell, 3 * (d * h + h * h + 2 * h))
    cell = w.keep("params1", w.slip("no biases", BIAS, cell, 3 * (d * h + h * h)))
    norm = w.slip("nothing learned", "parameter|scale|learned|" + LEFT_OUT, 2 * h, 0)
    norm = w.slip("scale alone", "shift|bias|" + LEFT_OUT, norm, h)
    norm = w.slip("averages counted", "average|statistics|4|mean", norm, 4 * h)
    norm = w.keep("params2", w.slip("one pair", "each feature|one|feature", norm, 2))
    dense = w.keep("params3", w.slip("no bias", BIAS, h * k + k, h * k))
    w.keep("params", w.slip("without the normalisation", LEFT_OUT, cell + norm + dense, cell + dense))


TRANSFORMER = """
kind: parameters
input: 96
layers:
  - attention: {heads: 4}
  - layer_norm: {}
  - feed_forward: {hidden: 320}
parts: [{find: [params1, params2, params3, params]}]
"""


def transformer(w: Work) -> None:
    d, f = 96, 320
    a = 4 * (d * d + d)
    a = w.slip("no output projection", "projection", a, 3 * (d * d + d))
    a = w.slip("no biases", BIAS, a, 4 * d * d)
    a = w.slip("each head whole", "head|division left out", a, 4 * 3 * (d * d + d) + 4 * d * d + d)
    a = w.keep("params1", w.slip("one head", "head", a, 3 * (d * 24 + 24) + 24 * d + d))
    norm = w.slip("nothing learned", "parameter|scale|learned|" + LEFT_OUT, 2 * d, 0)
    norm = w.keep("params2", w.slip("scale alone", "shift|bias|" + LEFT_OUT, norm, d))
    ff = w.slip("no biases in it", BIAS, d * f + f + f * d + d, 2 * d * f)
    ff = w.slip("one layer", "layer|" + LEFT_OUT, ff, d * f + f)
    ff = w.keep("params3", w.slip("one bias vector", BIAS, ff, 2 * d * f + f))
    w.keep("params", w.slip("without attention", LEFT_OUT, a + norm + ff, norm + ff))


CNN = """
kind: convolution
input: 37x53x3
layers:
  - conv: {filters: 14, kernel: 5, stride: 2, padding: 1}
  - max_pool: {kernel: 3, stride: 2}
  - conv: {filters: 22, kernel: 3, padding: same}
  - flatten
  - dense: {units: 17}
parts: [{find: [shape1, shape2, shape3, shape4, params1, params3, params5, params]}]
"""


def side(size: int, kernel: int, stride: int, padding: int) -> int:
    return (size - kernel + 2 * padding) // stride + 1


def cnn(w: Work) -> None:
    a, b = side(37, 5, 2, 1), side(53, 5, 2, 1)
    a, b = w.slip("no padding", "padding", (a, b), (side(37, 5, 2, 0), side(53, 5, 2, 0)))
    a, b = w.slip("padding once", "padding", (a, b), ((37 - 5 + 1) // 2 + 1, (53 - 5 + 1) // 2 + 1))
    a, b = w.slip("no stride", "stride", (a, b), (side(37, 5, 1, 1), side(53, 5, 1, 1)))
    a, b = w.slip("1 forgotten", "1", (a, b), (a - 1, b - 1))
    a, b = w.slip("height and width", "height|order", (a, b), (b, a))
    c = w.slip("channels kept", "channels|depth|filters", 14, 3)
    c = w.slip("channels × filters", "channels|depth|filters", c, 42)
    a, b, c = w.keep("shape1", (a, b, c))
    p, q = side(a, 3, 2, 0), side(b, 3, 2, 0)
    p, q = w.slip("rounded up", "round", (p, q), (-(-(a - 3) // 2) + 1, -(-(b - 3) // 2) + 1))
    p, q = w.slip("stride of the window", "stride", (p, q), (side(a, 3, 3, 0), side(b, 3, 3, 0)))
    p, q = w.slip("halved", "halved|divided|stride|padding", (p, q), (a // 2, b // 2))
    p, q, c = w.keep("shape2", (p, q, c))
    s, t = w.slip("same as valid", "valid|padding", (p, q), (p - 2, q - 2))
    s, t, k = w.keep("shape3", (s, t, w.slip("depth kept", "channels|depth|filters", 22, 14)))
    flat = w.slip("no channels", "channel|" + LEFT_OUT, s * t * k, s * t)
    flat = w.keep("shape4", w.slip("summed", "sum|added", flat, s + t + k))
    one = (5 * 5 * 3 + 1) * 14
    one = w.slip("no channels in", "channel", one, (5 * 5 + 1) * 14)
    one = w.slip("no biases", BIAS, one, 5 * 5 * 3 * 14)
    one = w.slip("one bias", BIAS, one, 5 * 5 * 3 * 14 + 1)
    one = w.slip("one filter", "filter", one, 5 * 5 * 3 + 1)
    one = w.slip("by the positions", "position|output|shared|size", one, (5 * 5 * 3 + 1) * 14 * a * b)
    one = w.keep("params1", w.slip("side once", "kernel|square|side|factor left out", one, (5 * 3 + 1) * 14))
    three = w.slip("image channels", "channel|" + NEIGHBOUR, (9 * c + 1) * 22, (9 * 3 + 1) * 22)
    three = w.keep("params3", w.slip("own filters", NEIGHBOUR + "|filter|channel", three, (9 * 22 + 1) * 22))
    five = w.keep("params5", w.slip("no bias", BIAS, flat * 17 + 17, flat * 17))
    total = w.slip("pool counted", "pool", one + three + five, one + three + five + 9 * 14)
    w.keep("params", w.slip("dense left out", LEFT_OUT + "|dense", total, one + three))


WIDE = """
kind: convolution
input: 64x64x5
layers:
  - conv: {filters: 12, kernel: 7, stride: 3, padding: 2}
  - avg_pool: {kernel: 2, stride: 2}
  - conv: {filters: 9, kernel: 3, bias: false}
parts: [{find: [H1, C1, H2, C2, H3, C3, params1, params3, params]}]
"""


def wide(w: Work) -> None:
    a = w.slip("no padding", "padding", side(64, 7, 3, 2), side(64, 7, 3, 0))
    a = w.slip("no stride", "stride", a, side(64, 7, 1, 2))
    a = w.slip("kernel not taken off", "kernel|" + LEFT_OUT, a, (64 + 4) // 3 + 1)
    a = w.keep("H1", w.slip("1 forgotten", "1", a, a - 1))
    c = w.keep("C1", w.slip("channels × filters", "channels|depth|filters", 12, 60))
    h = w.keep("H2", w.slip("rounded up", "round", a // 2, -(-a // 2)))
    c2 = w.keep("C2", w.slip("channels pooled", "channel|halved|divided|pool", c, c // 2))
    w.keep("H3", w.slip("as same", "same|padding", h - 2, h))
    w.keep("C3", w.slip("channels kept", "channels|depth|filters", 9, c2))
    one = w.slip("no channels in", "channel", (49 * 5 + 1) * 12, (49 + 1) * 12)
    one = w.slip("bias of each kernel", BIAS, one, (49 + 1) * 5 * 12)
    one = w.slip("no biases", BIAS, one, 49 * 5 * 12)
    one = w.keep("params1", w.slip("one bias", BIAS, one, 49 * 5 * 12 + 1))
    three = w.keep("params3", w.slip("biases where there are none", BIAS, 9 * c2 * 9, 9 * c2 * 9 + 9))
    w.keep("params", w.slip("last left out", LEFT_OUT, one + three, one))


PROBLEMS = (
    Worked("parameters", MLP, mlp),
    Worked("parameters", RECURRENT, recurrent),
    Worked("parameters", GATED, gated),
    Worked("parameters", TRANSFORMER, transformer),
    Worked("convolution", CNN, cnn),
    Worked("convolution", WIDE, wide),
)
