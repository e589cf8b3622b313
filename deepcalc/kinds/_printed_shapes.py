"""Shapes as libraries print them, ``(None, 28, 28, 1)`` and ``(64, 3, 32, 32)``, without the axis of their batch."""

from __future__ import annotations

import re
from typing import Any

from deepcalc.notation.typed import NumberText

_TUPLE = re.compile(r"\s*[(\[]?\s*((?:\w+\s*,\s*)+\w*)\s*[)\]]?\s*")
LONGEST_TUPLE = 200
OF_BATCH = ("N", "B", "n", "b", "batch", "batch_size")
"""What stands for a batch in front of a shape of four sizes or more."""
OF_IMAGES = 2
COLOURS = 4
"""So many channels at the most has an image that comes in; a depth has more."""


class Alone(list[Any]):
    """The one size of ``(784,)``: that of a vector, not of a side."""


def untupled(value: Any, longest: int, batch: Any, axes: int | None, channels_first: bool = False) -> Any:
    """A printed shape as a list of its sizes; everything else as it is.

    ``longest`` is how many sizes a shape may have, ``batch`` the number of samples, ``axes`` how many axes of an input
    have a place in it, where that is known. A number in front of images is their batch's where it is so many, or where
    two axes alone are known of; so it is in front of as many sizes as a shape may have. Where the channels stand first,
    colours behind the first of four sizes are those of images, of which that is the batch.
    """
    is_text = isinstance(value, str) and not isinstance(value, NumberText) and len(value) <= LONGEST_TUPLE
    found = _TUPLE.fullmatch(value) if is_text else None
    if found is None:
        return value
    parts = [part.strip() for part in found[1].split(",") if part.strip()]
    of_images = channels_first and axes in (None, OF_IMAGES)
    of_colours = of_images and len(parts) == longest and parts[1] in map(str, range(1, COLOURS + 1))
    if of_colours or _begins_with_batch(parts, longest, batch, axes):
        parts = parts[1:]
    typed = [NumberText(part) if part.isdigit() else part for part in parts]
    return typed if len(typed) > 1 else Alone(typed)


def _begins_with_batch(parts: list[str], longest: int, batch: Any, axes: int | None) -> bool:
    if len(parts) > 1 and (parts[0] == "None" or (parts[0] in OF_BATCH and len(parts) >= longest)):
        return True
    of_batch = parts[0] == str(batch) or axes == OF_IMAGES
    return len(parts) == longest + 1 or (len(parts) == longest and of_batch)
