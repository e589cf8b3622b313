"""The bound of the gradients, as the kinds that have gradients of many steps take it."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from deepcalc.errors import Fault, Location
from deepcalc.fields.types import Fields, Positive


class ClipFields(Fields):
    """A bound of the gradients, before anything else is made of them."""

    value: Positive | None = Field(None, description="each gradient is kept within -value and value")
    norm: Positive | None = Field(
        None,
        description="all gradients together are scaled to this Euclidean norm where theirs is larger "
        "(the global norm, as PyTorch's clip_grad_norm_ has it)",
    )

    def faults_at(self, location: Location) -> Iterator[Fault]:
        """What does not fit together, where the field stands."""
        if (self.value is None) == (self.norm is None):
            yield Fault(location, "give either `value` or `norm`")
