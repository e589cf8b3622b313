"""The bound of the gradients, as the kinds that have gradients of many steps take it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from pydantic import Field

from deepcalc.errors import Fault, Location, listed
from deepcalc.fields.aliases import FieldAlias
from deepcalc.fields.types import Fields, Positive


class ClipFields(Fields):
    """A bound of the gradients, before anything else is made of them."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {
        "clipvalue": "value",
        "clip_value": "value",
        "max_norm": "norm",
        "clip_norm": "norm",
        "global_norm": "norm",
        "global_clipnorm": "norm",
    }

    value: Positive | None = Field(None, description="each gradient is kept within -value and value")
    norm: Positive | None = Field(
        None,
        description="all gradients together are scaled to this Euclidean norm where theirs is larger "
        "(the global norm, as PyTorch's clip_grad_norm_ has it)",
    )

    def faults_at(self, location: Location) -> Iterator[Fault]:
        """What does not fit together, where the field stands."""
        bounds = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(bounds) != 1:
            names = [f"`{name}`" for name in type(self).model_fields]
            either = f"either {' or '.join(names)}" if len(names) == 2 else f"one of {listed(names)}"
            yield Fault(location, f"give {either}")
