"""The names that a network's quantities get: those of one sample, the error terms, short labels of units."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.graph.quantities import Prose
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.nodes import Name


def error_names(wiring: Wiring, stem: str) -> dict[str, str]:
    """The name of each unit's error term: delta4 for I4, delta_h1 where numbers do not tell the units apart."""
    nets = [net for layer in wiring.layers for net in layer.net]
    numbers = {net: net[len(net.rstrip("0123456789_")) :] for net in nets}
    distinct = len({*numbers.values()}) == len(nets) and all(numbers.values())
    is_only = len(nets) == 1 and wiring.fields.layers[0].units is not None and stem not in wiring.made.taken
    made = {net: f"{stem}{numbers[net]}" if distinct or is_only else f"{stem}_{net}" for net in nets}
    if distinct:
        for net in filter(wiring.made.forms.__contains__, nets):
            wiring.made.long(stem, *map(int, numbers[net].split("_")))
    for layer in wiring.layers:
        made.update(zip(layer.net, layer.errors or (), strict=False))
    return made


def labels(nets: Sequence[str]) -> dict[str, Prose]:
    """A short label for each unit: its number where these tell the units apart (I4 is unit 4), else its name."""
    numbers = [_number_of(net) for net in nets]
    if all(numbers) and len(set(numbers)) == len(numbers):
        return {net: (number,) for net, number in zip(nets, numbers, strict=True)}
    return {net: (Name(net),) for net in nets}


def _number_of(name: str) -> str:
    return name[len(name.rstrip("0123456789_")) :].strip("_").replace("_", ",")


def label_of_sample(label: Prose, number: int | None) -> Prose:
    return label if number is None else (*label, f" (sample {number})")
