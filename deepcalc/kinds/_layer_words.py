"""A layer's numbers in words: ``8 filters, kernel 5 × 5, padding 2``."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.kinds._layer_names import IDLE
from deepcalc.kinds._letters import Size
from deepcalc.kinds._passages import Passage
from deepcalc.kinds._sizes import ENDS, UNKNOWN
from deepcalc.rules.sizes import TOTAL


def settings(passage: Passage) -> list[str]:
    """The layer's numbers in words."""
    layer = passage.layer
    said = [
        f"{value} {noun.removesuffix('s') if value == 1 else noun}"
        for field, noun in (("filters", "filters"), ("units", "units"), ("count", "channels"))
        if (value := layer.setting(field)) is not None
    ]
    for field, values in passage.measures.items():
        if field == "padding":
            said.append(_padding(passage, values))
        elif not all(value == IDLE.get(field) for value in values):
            said.append(_size(field.replace("_", " "), values, field in ("kernel", "output")))
    said += [f"{layer.setting(field)} {field}" for field in ("groups",) if layer.setting(field, 1) > 1]
    said += [f"depth multiplier {layer.setting('multiplier')}"] if layer.setting("multiplier", 1) > 1 else []
    said += ["last windows that are not full count"] if layer.setting("ceil_mode", False) else []
    said += [str(layer.setting("function"))] if layer.setting("function") else []
    said += [f"rate {layer.setting('rate').text}"] if layer.setting("rate") is not None else []
    slopes = {"one": "one slope", "all": "a slope for each value"}.get(layer.setting("slopes", ""))
    said += [slopes] if slopes else []
    said += ["over all values"] if layer.setting("over") == "all" else []
    if layer.setting("bias", True) is False:
        said.append("no biases")
    return said


def _size(word: str, values: Sequence[Size], always: bool) -> str:
    if UNKNOWN in values:
        return f"{word} to be found"
    alike = len(set(values)) == 1
    return f"{word} {values[0]}" if alike and not always else f"{word} {' × '.join(map(str, values))}"


def _padding(passage: Passage, pairs: Sequence[tuple[Size, Size]]) -> str:
    if not passage.padding.has_amount:
        return f"{passage.padding.title} padding"
    if passage.padding is TOTAL:
        return _size("total padding", [total for total, _ in pairs], False)
    if all(before == behind for before, behind in pairs):
        return _size("padding", [before for before, _ in pairs], False)
    ends = (zip(ENDS[axis], pair, strict=True) for axis, pair in zip(passage.before.axes, pairs, strict=True))
    return "padding " + ", ".join(f"{amount} {end}" for axis in ends for end, amount in axis)
