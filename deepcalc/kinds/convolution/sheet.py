"""How `convolution` is laid out: its parts, its tables, its figure, its statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deepcalc.kinds._extents import Extent
from deepcalc.kinds._layer_names import channels_of, shape_of, sizes_of
from deepcalc.kinds._layer_words import settings
from deepcalc.kinds._passages import Passage
from deepcalc.kinds._sizes import SIDE, ChannelOrder, InputShape
from deepcalc.kinds.convolution.made import Network
from deepcalc.plan import PartPlan, TablePlan, TableRow
from deepcalc.plan.picture_plans import MOST_BLOCKS, BlockPlan, BlocksPlan, ChainPlan, StagePlan
from deepcalc.plan.statement import Statement

COUNTS: Mapping[str, Mapping[str, str]] = {
    "Parameters": {"params": "parameters", "weights": "weights", "biases": "biases"},
    "Activations": {"neurons": "values", "bytes": "bytes"},
    "Operations": {"macs": "multiply-adds", "flops": "operations"},
}
"""What is counted of each layer and added up over all: the tables, each with its columns by name."""


def parts(passages: Sequence[Passage]) -> tuple[PartPlan, ...]:
    """The shapes of all outputs; then the parameters, where there are any; their sum where all layers are one model."""
    shapes = PartPlan("a", tuple(map(_asked, passages)))
    trained = [f"params{passage.number}" for passage in _counted(passages) if passage.rule.trained]
    if not trained:
        return (shapes,)
    return (shapes, PartPlan("b", (*trained, "params") if _is_model(passages) else tuple(trained)))


def _is_model(passages: Sequence[Passage]) -> bool:
    """Whether several layers belong together: all begin with one input, or end in one output."""
    used = {source for passage in passages for source in passage.sources}
    ends = [passage.number for passage in passages if passage.number not in used]
    return len(passages) > 1 and (len({passage.root for passage in passages}) == 1 or len(ends) == 1)


def _asked(passage: Passage) -> str:
    """The shape behind a layer; of a single side that alone."""
    names = shape_of(passage.after, passage.number)
    return names[0] if len(names) == 1 else f"shape{passage.number}"


def _counted(passages: Sequence[Passage]) -> list[Passage]:
    """The layers with channels, of which there is something to be counted."""
    return [passage for passage in passages if passage.after.has_channels]


def tables(network: Network) -> tuple[TablePlan, ...]:
    """The derivation with a row for each layer: its shape, then what is counted of it, and the totals."""
    passages, counted = network.passages, _counted(network.passages)
    axes = max((extent.axes for extent in network.extents.values()), key=len)
    shapes = []
    for passage in passages:
        sizes = sizes_of(passage.after, passage.number)
        missing = (None,) * (len(axes) - len(sizes))
        channels = (channels_of(passage.after, passage.number),) if counted else ()
        shapes.append(TableRow(_row_label(passage), (*missing, *sizes, *channels)))
    headings = (("layer",), *((axis,) for axis in axes), *((("channels",),) if counted else ()))
    return (
        TablePlan("Shapes", headings, tuple(shapes)),
        *(_counts(title, columns, counted) for title, columns in COUNTS.items() if counted),
    )


def _counts(title: str, columns: Mapping[str, str], passages: Sequence[Passage]) -> TablePlan:
    rows = [TableRow(_row_label(passage), tuple(f"{name}{passage.number}" for name in columns)) for passage in passages]
    if len(passages) > 1:
        rows.append(TableRow(("all layers",), tuple(columns)))
    return TablePlan(title, (("layer",), *((heading,) for heading in columns.values())), tuple(rows))


def _row_label(passage: Passage) -> tuple[str]:
    return (f"{passage.number}: {passage.layer.title}",)


def figures(network: Network) -> tuple[ChainPlan | BlocksPlan, ...]:
    """The layers in a chain; where they branch, as boxes with connections that pass by others.

    Of many layers that branch there is a chain from each place at which a layer takes another input.
    """
    passages = network.passages
    chains: list[list[Passage]] = []
    for passage in passages:
        if chains and passage.sources[0] == passage.number - 1:
            chains[-1].append(passage)
        else:
            chains.append([passage])
    branches = any(passage.sources != (passage.number - 1,) for passage in passages)
    if branches and len(passages) < MOST_BLOCKS and network.inputs.keys() == {0}:
        return (_blocks(network),)
    return tuple(_chains(network, chains))


def _blocks(network: Network) -> BlocksPlan:
    order, passages, given = network.channels, network.passages, network.input
    start = BlockPlan("input", (), shape_of(network.extents[0], 0, order))
    made = (
        BlockPlan(passage.layer.title, tuple(settings(passage)), shape_of(passage.after, passage.number, order))
        for passage in passages
    )
    edges = dict.fromkeys((source, passage.number) for passage in passages for source in passage.sources)
    label = " × ".join(given.arranged(order)) if given.axes else "its length"
    return BlocksPlan("The layers", (start, *made), tuple(edges), label)


def _stages(network: Network, chain: Sequence[Passage]) -> Iterator[StagePlan]:
    """What a chain begins with, and its layers."""
    order, source = network.channels, chain[0].sources[0]
    given = network.extents[source]
    yield StagePlan("input", (), shape_of(given, source, order), channels_of(given, source), begins=True)
    for passage in chain:
        yield StagePlan(
            passage.layer.title,
            (*settings(passage), *_joined(passage)),
            shape_of(passage.after, passage.number, order),
            channels_of(passage.after, passage.number),
        )


def _label(given: Extent, order: ChannelOrder) -> str:
    """What the sides of the shapes of a chain are, by those that it begins with."""
    shape = order.arranged(given.axes or ("units",), "channels" if given.axes and given.has_channels else None)
    return f"by its {shape[0]}" if len(shape) == 1 else " × ".join(shape)


def _chains(network: Network, chains: Sequence[Sequence[Passage]]) -> Iterator[ChainPlan]:
    """Those with inputs of their own in one picture; those that begin with the output of a layer apart."""
    labels = [_label(network.extents[chain[0].sources[0]], network.channels) for chain in chains]
    if len(network.inputs) > 1:
        stages = tuple(stage for chain in chains for stage in _stages(network, chain))
        yield ChainPlan("The layers", stages, labels[0] if len(set(labels)) == 1 else "by its sizes")
        return
    for chain, label in zip(chains, labels, strict=True):
        title = "The layers" if len(chains) == 1 else f"From {_layer(chain[0].sources[0])} to layer {chain[-1].number}"
        yield ChainPlan(title, tuple(_stages(network, chain)), label)


def _joined(passage: Passage) -> list[str]:
    """The further inputs of a layer in words."""
    return [f"with {_layer(source)}" for source in passage.sources[1:]]


def statement(network: Network, passages: Sequence[Passage]) -> Statement:
    lines = [f"{passage.number}. {_in_words(passage, network)}" for passage in passages]
    single = all(len(shape_of(passage.after, 1)) == 1 for passage in passages)
    asked = f"the {'size' if single else 'shape'} of the output of each layer"
    if any(passage.rule.trained for passage in _counted(passages)):
        asked += " and the number of trainable parameters"
    given = network.given
    passes = "These layers take inputs of their own:"
    if given is not None:
        article = "An" if given.axes else "A vector"
        passes = f"{article} input of {_written(given, network)} passes through these layers:"
    return Statement(("\n".join([passes, "", *lines]),), (f"Compute {asked}.",))


def _in_words(passage: Passage, network: Network) -> str:
    layer = passage.layer
    name = f" `{layer.name}`" if layer.name else ""
    said = settings(passage)
    own = network.inputs.get(-passage.number)
    if own is not None:
        said.append(f"on an input of {_written(own, network)}")
    if layer.source is not None:
        said.append(f"from {_layer(passage.sources[0])}")
    said += _joined(passage)
    return f"{layer.title}{name}: {', '.join(said)}" if said else f"{layer.title}{name}"


def _written(given: InputShape, network: Network) -> str:
    """``32 × 32 × 3 (height × width × channels)``; of a single side that alone."""
    sizes = given.written(network.channels)
    if given.axes == SIDE:
        return f"side {sizes}"
    return f"{sizes} ({' × '.join(given.arranged(network.channels)) if given.axes else 'units'})"


def _layer(number: int) -> str:
    return f"layer {number}" if number > 0 else "the input" if number == 0 else f"the input of layer {-number}"
