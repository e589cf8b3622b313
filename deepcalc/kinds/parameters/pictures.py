"""The picture of a model: its layers as boxes, with what passes by them to be added again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepcalc.kinds.parameters.writing import Layer
from deepcalc.plan.figures import MOST_BLOCKS, BlockPlan, BlocksPlan


def figures(layers: Sequence[Layer], features: Sequence[str], tokens: str | None) -> tuple[BlocksPlan, ...]:
    """The layers from the input on; ``features`` are the names of what comes out of each, ``tokens`` their number.

    The first of the features are those of the input, which has none where it is looked up.
    """
    if len(layers) >= MOST_BLOCKS:
        return ()
    shapes = [tuple(name for name in (tokens, each) if name) for each in features]
    start = BlockPlan("tokens" if not features[0] else "input", (), shapes[0])
    made = (
        BlockPlan(_title(layer), tuple(details(layer)), shape) for layer, shape in zip(layers, shapes[1:], strict=True)
    )
    label = "tokens × features" if tokens else "its features"
    return (BlocksPlan("The layers", (start, *made), tuple(_connections(layers)), label),)


def _title(layer: Layer) -> str:
    return f"addition, {layer.rule.title}" if layer.adds else layer.rule.title


def _connections(layers: Sequence[Layer]) -> Iterator[tuple[int, int]]:
    """From each box to the next, and past the layer whose input is added to its output."""
    for number, layer in enumerate(layers, start=1):
        yield number - 1, number
        if layer.adds:
            yield number - 2, number


def details(layer: Layer) -> Iterator[str]:
    """The sizes of a layer in words, and how many of it there are."""
    yield from (f"{field} {size}" for field, size in layer.sizes.items() if size is not None)
    if layer.rule.biases != "0":
        yield from {0: ["no biases"], 1: [], 2: ["two bias vectors"] if layer.rule.recurrent else []}[layer.biases]
    if layer.directions == 2:
        yield "bidirectional"
    if layer.times is not None:
        yield f"{layer.times} times"
